//! May this payment be refunded? Three questions that stay apart.
//!
//! | axis | asks |
//! |---|---|
//! | possible | can the gateway do it? |
//! | allowed | does the merchant's policy permit it? |
//! | authority | may this actor do it, at this amount? |
//!
//! Every rule is a pure function from the facts to one check; every check made is in the verdict, not only the first that
//! said no.

mod allowed;
mod authority;
mod method;
mod possible;
mod request;
mod verdict;

pub use request::RefundRequest;
pub use verdict::{
    Alternative, AlternativeCode, Answer, Axis, Check, CheckCode, Fact, Facts, Outcome, Route, Verdict, WarningCode,
};

use crate::ledger::orders::is_shop;
use crate::ledger::payment::Payment;
use crate::ledger::record::{Annex, RecordKind};
use crate::ledger::reversal::{Dispute, DisputeState, Refund, RefundStatus};
use crate::ledger::rows::NONE;
use crate::ledger::status::PaymentStatus;
use crate::money::Money;
use crate::source::Source;
use crate::time::{Zone, rfc3339};

/// The facts that a verdict is made of.
#[derive(Debug)]
pub struct Case<'a> {
    /// The payment.
    pub payment: &'a Payment,
    /// The id that outputs show.
    pub payment_id: &'a str,
    /// The disputes of the payment.
    pub disputes: Vec<&'a Dispute>,
    /// The refunds of the payment, each with the reason why it failed.
    pub refunds: Vec<(&'a Refund, Option<&'a str>)>,
    /// The source's word for the payment method.
    pub method: Option<&'a str>,
    /// The payer has no customer object at the source.
    pub is_guest: bool,
    /// What stands beside the payment, in order of time.
    pub annexes: Vec<&'a Annex>,
    /// Shop and gateway do not agree.
    pub out_of_step: bool,
    /// The merchant's zone.
    pub zone: &'a Zone,
}

impl Case<'_> {
    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.payment.currency, self.payment.source)
    }

    /// What the gateway would return as far as the records say, whatever else speaks against it: captured − taken, less
    /// what a lost dispute has taken already.
    fn left(&self) -> i64 {
        let lost = self.disputes.iter().filter(|dispute| dispute.state == DisputeState::Lost);
        // A loss in another currency cannot be set against what is left, so nothing counts as left.
        let taken = lost.fold(0_i64, |taken, dispute| match dispute.currency {
            Some(other) if other != self.payment.currency => i64::MAX,
            _ => taken.saturating_add(dispute.minor(self.payment.currency, self.payment.source)),
        });
        self.payment.left().saturating_sub(taken).max(0)
    }

    /// The last local day of a window of so many days after the payment, and its last second.
    fn window(&self, days: i64) -> (i64, i64) {
        let last_day = self.zone.local_day(self.payment.created).saturating_add(days);
        (last_day, self.zone.end_of_day(last_day))
    }

    /// Whether less is asked for than is left.
    fn is_partial(&self, request: &RefundRequest) -> bool {
        request.amount.is_some_and(|(_, minor)| minor < self.left())
    }

    /// What the gateway would still return, whenever it is asked: the same rules without those that need a time or an
    /// amount.
    pub fn refundable(&self) -> Money {
        let answer = Axis::of(possible::standing(self)).answer;
        self.money(if answer == Answer::No { 0 } else { self.left() })
    }

    /// The verdict on a request.
    pub fn decide(&self, request: &RefundRequest) -> Verdict {
        let possible = Axis::of(possible::checks(self, request));
        let refundable = if possible.answer == Answer::No { 0 } else { self.left() };
        let asked = request.amount.unwrap_or((self.payment.currency, self.left()));
        let allowed = Axis::of(allowed::checks(self, request, asked));
        let authority = Axis::of(authority::checks(self, request, asked));
        let outcome = Outcome::of([&possible, &allowed, &authority]);
        let route = self.route(outcome);
        Verdict {
            schema_version: crate::issue::SchemaVersion::default(),
            payment_id: self.payment_id.to_owned(),
            as_of: rfc3339(request.as_of),
            outcome,
            refundable: self.money(refundable),
            requested: request.amount.map(|(currency, minor)| Money::new(minor, currency, self.payment.source)),
            route,
            fee_kept: self.fee_kept(),
            alternatives: self.alternatives(request, outcome, &possible, &authority),
            warnings: self.warnings(outcome),
            possible,
            allowed,
            authority,
        }
    }

    /// A refund failed since the payment was disputed: the payer is paid back by the bank, so never refund again.
    fn refund_met_dispute(&self) -> bool {
        self.refunds.iter().any(|(_, failure)| *failure == Some("charge_for_pending_refund_disputed"))
    }

    fn in_open_dispute(&self) -> bool {
        use DisputeState::{Appeal, AppealUnderReview, Open, UnderReview};
        self.disputes.iter().any(|dispute| matches!(dispute.state, Open | UnderReview | Appeal | AppealUnderReview))
    }

    /// Where to act, first that fits: a hold is voided, a dispute is answered, what is refused goes nowhere.
    fn route(&self, outcome: Outcome) -> Route {
        if self.payment.status == PaymentStatus::Authorized {
            Route::Void
        } else if outcome == Outcome::Ineligible && (self.in_open_dispute() || self.refund_met_dispute()) {
            Route::Dispute
        } else if outcome == Outcome::Ineligible {
            Route::None
        } else if self.payment.source == Source::Flatpay && self.is_portals() {
            Route::Portal
        } else if self.payment.order != NONE
            || self.payment.linked_by.is_some()
            || is_shop(self.payment.source)
            || self.payment.source == Source::Flatpay
        {
            // In the shop, so that both stay in step.
            Route::Shop
        } else {
            Route::Gateway
        }
    }

    /// Flatpay's own portal is for a refund that failed in the shop.
    fn is_portals(&self) -> bool {
        self.payment.shop_refund_failed || self.refunds.iter().any(|(refund, _)| refund.status == RefundStatus::Failed)
    }

    /// What the gateway charged for the payment, in the currency of the balance; refunds do not return it.
    fn fee_kept(&self) -> Option<Money> {
        let is_charge = |annex: &&&Annex| annex.kind == RecordKind::BalanceTransaction && annex.fee > Some(0);
        // The charge's own comes before those of its refunds and disputes.
        let annex = self.annexes.iter().find(is_charge)?;
        Some(Money::new(annex.fee?, annex.currency?, self.payment.source))
    }

    /// What stays of a hold of which only a part was asked back, where the source captures less than it holds.
    fn keeps_of_hold(&self, request: &RefundRequest) -> Option<i64> {
        let (currency, asked) = request.amount.filter(|_| method::captures_less(self.payment.source))?;
        let keeps = self.payment.amount.checked_sub(asked)?;
        (currency == self.payment.currency && keeps > 0).then_some(keeps)
    }

    /// What to offer when the answer is not a plain yes.
    fn alternatives(
        &self,
        request: &RefundRequest,
        outcome: Outcome,
        possible: &Axis,
        authority: &Axis,
    ) -> Vec<Alternative> {
        let mut offers = Vec::new();
        let mut offer = |code, amount: Option<i64>| {
            offers.push(Alternative { code, amount: amount.map(|minor| self.money(minor)) });
        };
        if outcome == Outcome::Eligible {
            return offers;
        }
        let has = |axis: &Axis, code| axis.checks.iter().any(|check| check.code == code);
        if self.payment.status == PaymentStatus::Authorized {
            match self.keeps_of_hold(request) {
                Some(keeps) => offer(AlternativeCode::CaptureLess, Some(keeps)),
                None => offer(AlternativeCode::ReleaseHold, None),
            }
        }
        if self.payment.status == PaymentStatus::Pending {
            offer(AlternativeCode::WaitForPayment, None);
        }
        if self.in_open_dispute() || self.refund_met_dispute() {
            offer(AlternativeCode::AnswerDispute, None);
        }
        if has(possible, CheckCode::InquiryPartialRefund) {
            offer(AlternativeCode::RefundInFull, Some(self.left()));
        }
        if self.payment.refund_pending > 0 {
            offer(AlternativeCode::WaitForPendingRefund, Some(self.payment.refund_pending));
        }
        let only_the_amount = possible
            .checks
            .iter()
            .filter(|check| check.answer == Answer::No)
            .all(|check| matches!(check.code, CheckCode::AmountExceedsRefundable | CheckCode::AmountNotInSteps));
        if possible.answer == Answer::No && only_the_amount && self.left() > 0 {
            offer(AlternativeCode::RefundLess, Some(self.left()));
        }
        if has(possible, CheckCode::MethodWindowOver) || has(possible, CheckCode::OriginalMethodClosed) {
            offer(AlternativeCode::PayAnotherWay, Some(self.left()));
        }
        if has(authority, CheckCode::NeedsApproval) {
            offer(AlternativeCode::AskApprover, None);
        }
        if has(possible, CheckCode::ChargeUnknown) || has(possible, CheckCode::DisputeUnknown) {
            offer(AlternativeCode::FetchMissingRecords, None);
        }
        offers
    }

    /// What an agent should know even when the answer is yes.
    fn warnings(&self, outcome: Outcome) -> Vec<WarningCode> {
        let mut warnings = Vec::new();
        if outcome == Outcome::Ineligible {
            return warnings;
        }
        if self.payment.source == Source::Stripe && self.method.is_some_and(method::is_bank_debit) {
            warnings.push(WarningCode::BankMayReturnDebit);
        }
        if self.is_guest && self.payment.source == Source::Stripe {
            warnings.push(WarningCode::NoRefundEmail);
        }
        if self.in_inquiry() {
            warnings.push(WarningCode::InquiryOpen);
        }
        let calls = |kind| self.annexes.iter().any(|annex| annex.kind == kind && annex.active == Some(true));
        if calls(RecordKind::EarlyFraudWarning) {
            warnings.push(WarningCode::EarlyFraudWarning);
        }
        if calls(RecordKind::Review) {
            warnings.push(WarningCode::ReviewOpen);
        }
        if self.out_of_step {
            warnings.push(WarningCode::OutOfStep);
        }
        warnings
    }

    fn in_inquiry(&self) -> bool {
        let open = |state| matches!(state, DisputeState::Inquiry | DisputeState::InquiryUnderReview);
        self.disputes.iter().any(|dispute| open(dispute.state))
    }
}
