//! What follows from the checks: how much, what to offer instead, what to tell the customer, what would settle the rest.

use super::method;
use super::request::RefundRequest;
use super::verdict::{Alternative, Arrival, Axis, Bound, Check, Fact, Question};
use super::words::{AlternativeCode, Answer, CheckCode, Outcome, QuestionCode, TellCode, WarningCode};
use super::{Asked, Case};
use crate::ledger::record::RecordKind;
use crate::ledger::status::PaymentStatus;
use crate::source::Source;
use crate::time::{date_text, weekday};

/// A verdict of which the checks are made.
pub struct Advice<'v, 'a> {
    pub case: &'v Case<'a>,
    pub request: &'v RefundRequest,
    pub outcome: Outcome,
    pub axes: [&'v Axis; 3],
    pub asked: Asked,
}

/// A smaller amount would pass.
fn is_of_amount(code: CheckCode) -> bool {
    use CheckCode as Code;
    matches!(
        code,
        Code::AmountExceedsRefundable
            | Code::AmountNotInSteps
            | Code::AmountExceedsPolicy
            | Code::CapExceeded
            | Code::LimitExceeded
            | Code::PeriodLimitExceeded
    )
}

impl Advice<'_, '_> {
    fn checks(&self) -> impl Iterator<Item = &Check> {
        self.axes.into_iter().flat_map(|axis| &axis.checks)
    }

    fn has(&self, code: CheckCode) -> bool {
        self.checks().any(|check| check.code == code)
    }

    /// The least of what bounds the amount, in the gateway's steps, if nothing but the amount speaks against it.
    pub fn permitted(&self, bounds: &[Bound]) -> i64 {
        let mut refusals = self.checks().filter(|check| check.answer == Answer::No);
        if !refusals.all(|check| is_of_amount(check.code)) || self.asked.currency != self.case.payment.currency {
            return 0;
        }
        let least = bounds.iter().map(|bound| bound.amount.minor).min().unwrap_or(0);
        let step = self.case.payment.currency.step(self.case.payment.source);
        least.saturating_sub(least.checked_rem(step).unwrap_or(0))
    }

    /// What stays of a hold of which only a part was asked back, where the source captures less than it holds.
    fn keeps_of_hold(&self) -> Option<i64> {
        let payment = self.case.payment;
        if !self.asked.named || !method::captures_less(payment.source) {
            return None;
        }
        let keeps = payment.amount.checked_sub(self.asked.minor)?;
        (self.asked.currency == payment.currency && keeps > 0).then_some(keeps)
    }

    /// What to offer when the answer is not a plain yes.
    pub fn alternatives(&self, of_policy: &[AlternativeCode], permitted: i64) -> Vec<Alternative> {
        use AlternativeCode as Code;
        let case = self.case;
        let mut offers: Vec<Alternative> = Vec::new();
        let mut offer = |code, amount: Option<i64>| {
            if offers.iter().all(|known| known.code != code) {
                offers.push(Alternative { code, amount: amount.map(|minor| case.money(minor)) });
            }
        };
        if self.outcome == Outcome::Eligible {
            return offers;
        }
        let left = case.left();
        if case.payment.status == PaymentStatus::Authorized {
            match self.keeps_of_hold() {
                Some(keeps) => offer(Code::CaptureLess, Some(keeps)),
                None => offer(Code::ReleaseHold, None),
            }
        }
        if case.payment.status == PaymentStatus::Pending {
            offer(Code::WaitForPayment, None);
        }
        if case.in_open_dispute() || case.refund_met_dispute() {
            offer(Code::AnswerDispute, None);
        }
        if self.has(CheckCode::InquiryPartialRefund) {
            offer(Code::RefundInFull, Some(left));
        }
        if case.payment.refund_pending > 0 {
            offer(Code::WaitForPendingRefund, Some(case.payment.refund_pending));
        }
        if self.outcome == Outcome::Ineligible && permitted > 0 {
            offer(Code::RefundLess, Some(permitted));
        }
        if self.has(CheckCode::MethodWindowOver) || self.has(CheckCode::OriginalMethodClosed) {
            // A wallet belongs to a customer.
            if case.payment.source == Source::Dodo && !case.is_guest {
                offer(Code::WalletCredit, Some(left));
            }
            offer(Code::PayAnotherWay, Some(left));
        }
        // Goods are exchanged and credit is given only where the money is still the merchant's.
        if left > 0 && !case.in_open_dispute() && !case.refund_met_dispute() {
            for &code in [Code::StoreCredit, Code::Exchange].iter().filter(|code| of_policy.contains(code)) {
                offer(code, Some(left).filter(|_| code == Code::StoreCredit));
            }
        }
        if self.has(CheckCode::NeedsApproval) || self.has(CheckCode::PeriodNeedsApproval) {
            offer(Code::AskApprover, None);
        }
        if self.has(CheckCode::SecondApprovalNeeded) || self.has(CheckCode::SecondApprovalByActor) {
            offer(Code::AskSecondPerson, None);
        }
        if self.has(CheckCode::ChargeUnknown) || self.has(CheckCode::DisputeUnknown) || self.has(CheckCode::FactsStale)
        {
            offer(Code::FetchMissingRecords, None);
        }
        offers
    }

    /// What an agent should know even when the answer is yes.
    pub fn warnings(&self) -> Vec<WarningCode> {
        let case = self.case;
        let mut warnings = Vec::new();
        if self.outcome == Outcome::Ineligible {
            return warnings;
        }
        if case.payment.source == Source::Stripe && case.method.as_deref().is_some_and(method::is_bank_debit) {
            warnings.push(WarningCode::BankMayReturnDebit);
        }
        if case.is_guest && case.payment.source == Source::Stripe {
            warnings.push(WarningCode::NoRefundEmail);
        }
        if case.in_inquiry() {
            warnings.push(WarningCode::InquiryOpen);
        }
        let calls = |kind| case.annexes.iter().any(|annex| annex.kind == kind && annex.active == Some(true));
        if calls(RecordKind::EarlyFraudWarning) {
            warnings.push(WarningCode::EarlyFraudWarning);
        }
        if calls(RecordKind::Review) {
            warnings.push(WarningCode::ReviewOpen);
        }
        if case.out_of_step {
            warnings.push(WarningCode::OutOfStep);
        }
        warnings
    }

    /// Stripe documents five to ten business days for cards (docs.stripe.com/refunds); of the rest nothing is documented.
    pub fn arrival(&self) -> Option<Arrival> {
        let documented = self.case.payment.source == Source::Stripe && self.case.method.as_deref() == Some("card");
        if !documented || self.outcome == Outcome::Ineligible {
            return None;
        }
        let today = self.case.zone.local_day(self.request.as_of);
        Some(Arrival { from: date_text(business_days(today, 5)), to: date_text(business_days(today, 10)) })
    }

    /// What the agent may say: of each reason what a payer may hear, and nothing of why a bank or a fraud rule said no.
    pub fn tell(&self) -> Vec<TellCode> {
        if self.outcome == Outcome::Eligible {
            return vec![TellCode::RefundPossible];
        }
        let decisive = |check: &&Check| {
            check.answer != Answer::Yes && (self.outcome != Outcome::Ineligible || check.answer == Answer::No)
        };
        let mut told = Vec::new();
        for code in self.checks().filter(decisive).map(|check| message(check.code, check.answer)) {
            if !told.contains(&code) {
                told.push(code);
            }
        }
        told
    }

    /// What would settle what is not known.
    pub fn questions(&self) -> Vec<Question> {
        let mut questions: Vec<Question> = Vec::new();
        for check in
            self.checks().filter(|check| matches!(check.answer, Answer::Unknown) || check.code == CheckCode::FactsStale)
        {
            let Some(code) = settles(check) else { continue };
            let fact = match check.facts.get("fact") {
                Some(Fact::Text(name)) if code == QuestionCode::GiveFact => Some(name.clone().into_owned()),
                _ => None,
            };
            let question = Question { code, fact, rule: check.rule.clone() };
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
        questions
    }
}

/// The local day so many Mondays to Fridays later.
fn business_days(day: i64, count: i64) -> i64 {
    let mut day = day;
    for _ in 0..count {
        day = day.saturating_add(1);
        while weekday(day) >= 5 {
            day = day.saturating_add(1);
        }
    }
    day
}

fn message(code: CheckCode, answer: Answer) -> TellCode {
    use CheckCode as Code;
    match code {
        Code::AlreadyRefunded => TellCode::AlreadyRefunded,
        Code::RefundPending => TellCode::RefundOnItsWay,
        Code::NotCaptured => TellCode::OnlyReserved,
        Code::PaymentIncomplete
        | Code::PaymentFailed
        | Code::PaymentBlocked
        | Code::PaymentCanceled
        | Code::NothingCaptured => TellCode::NothingCharged,
        Code::PaymentPending => TellCode::PaymentNotFinished,
        Code::DisputeOpen | Code::DisputeAppeal | Code::KlarnaDisputed | Code::RefundMetDispute => {
            TellCode::BankDecides
        }
        Code::DisputeLost | Code::DisputePrevented => TellCode::BankHasDecided,
        Code::WindowOver | Code::MethodWindowOver if answer == Answer::No => TellCode::PeriodOver,
        Code::RuleRefuses => TellCode::TermsExclude,
        Code::AmountExceedsRefundable | Code::AmountExceedsPolicy | Code::AmountNotInSteps => TellCode::PartPossible,
        // Limits of the merchant's own are nobody else's business.
        Code::LimitExceeded | Code::PeriodLimitExceeded | Code::RoleMayNotRefund | Code::CapExceeded => {
            TellCode::BeingChecked
        }
        _ if answer == Answer::No => TellCode::NotPossible,
        _ => TellCode::BeingChecked,
    }
}

fn settles(check: &Check) -> Option<QuestionCode> {
    use CheckCode as Code;
    Some(match check.code {
        Code::ChargeUnknown => QuestionCode::FetchCharge,
        Code::DisputeUnknown => QuestionCode::FetchDispute,
        Code::RefundUnknown => QuestionCode::LookUpRefund,
        Code::BalanceUnknown => QuestionCode::GiveBalance,
        Code::AsOfBeforePayment => QuestionCode::GiveAsOf,
        Code::FactsStale | Code::FactsAgeUnknown => QuestionCode::FetchPayment,
        Code::RuleFactUnknown | Code::WindowAnchorUnknown => QuestionCode::GiveFact,
        // The extension's own check says which fact.
        Code::WindowExtensionUnknown => return None,
        Code::KeptAmountUnknown if check.facts.get("fact").is_some() => QuestionCode::GiveFact,
        Code::KeptAmountUnknown | Code::ReviewAmountUnknown | Code::LimitUnknown | Code::SecondApprovalUnknown => {
            QuestionCode::AddCurrency
        }
        Code::CapUnknown if check.facts.get("most").is_none() && check.facts.get("mostRefunds").is_none() => {
            QuestionCode::AddCurrency
        }
        Code::CapUnknown => QuestionCode::FetchRefunds,
        Code::PeriodTotalUnknown => QuestionCode::GivePeriodTotal,
        Code::RoleUnknown => QuestionCode::GiveRole,
        _ => return None,
    })
}
