//! What a verdict is made of, and the closed words in it.

use crate::issue::SchemaVersion;
use crate::money::Money;
use crate::word::words;
use serde::{Serialize, Serializer};

words! {
    /// The answer to one question.
    pub enum Answer {
        /// Yes.
        Yes = "yes",
        /// A person should look first.
        Review = "review",
        /// A fact is missing, and is not guessed.
        Unknown = "unknown",
        /// No.
        No = "no",
    }
}

words! {
    /// What the three axes come to.
    pub enum Outcome {
        /// Every axis says yes.
        Eligible = "eligible",
        /// No axis says no, and one says review or unknown.
        NeedsReview = "needs_review",
        /// An axis says no.
        Ineligible = "ineligible",
    }
}

impl Outcome {
    pub(super) fn of(axes: [&Axis; 3]) -> Self {
        match axes.iter().map(|axis| axis.answer).max() {
            None | Some(Answer::Yes) => Self::Eligible,
            Some(Answer::Review | Answer::Unknown) => Self::NeedsReview,
            Some(Answer::No) => Self::Ineligible,
        }
    }
}

words! {
    /// Where the agent acts.
    pub enum Route {
        /// Release the hold: there is no money to refund yet.
        Void = "void",
        /// Answer the dispute: the bank decides where the money goes.
        Dispute = "dispute",
        /// Refund in the shop, so that shop and gateway stay in step.
        Shop = "shop",
        /// Refund in the gateway's own portal.
        Portal = "portal",
        /// Refund through the gateway.
        Gateway = "gateway",
        /// Nowhere.
        None = "none",
    }
}

words! {
    /// What a check found. The word says it; the check's `facts` give the figures.
    pub enum CheckCode {
        /// Nobody asked this axis: no policy, or no actor.
        NotAsked = "not_asked",

        /// The money was taken.
        Captured = "captured",
        /// Only a hold: release it instead.
        NotCaptured = "not_captured",
        /// The payer has not paid yet.
        PaymentIncomplete = "payment_incomplete",
        /// The payment is on its way.
        PaymentPending = "payment_pending",
        /// A shop marked it as paid by hand: no gateway took money that it could give back.
        MarkedPaid = "marked_paid",
        /// No money moved: it was given up or released.
        PaymentCanceled = "payment_canceled",
        /// No money moved: refused by the bank or network.
        PaymentFailed = "payment_failed",
        /// No money moved: stopped by the gateway's rules.
        PaymentBlocked = "payment_blocked",
        /// The status is one that this version does not know.
        StatusUnknown = "status_unknown",
        /// The currency is one that the source lists.
        CurrencyKnown = "currency_known",
        /// The currency is none that the source lists.
        CurrencyUnknown = "currency_unknown",
        /// Something is left to refund.
        AmountLeft = "amount_left",
        /// All of it went back already.
        AlreadyRefunded = "already_refunded",
        /// What has not gone back is reserved for a refund on its way.
        RefundPending = "refund_pending",
        /// Nothing was taken: a payment of zero.
        NothingCaptured = "nothing_captured",
        /// Everything that went back is known.
        RefundsKnown = "refunds_known",
        /// The charge of the payment is not in the ledger: what it says of refunds is not known.
        ChargeUnknown = "charge_unknown",
        /// A refund has an unknown status, or another currency.
        RefundUnknown = "refund_unknown",
        /// The released remainder of a partial capture may be counted as refunded: more may be left than is shown.
        ReleaseMayCount = "release_may_count",
        /// Paid outside any gateway (cash, bank transfer): pay it back by hand.
        OutsideGateway = "outside_gateway",
        /// A refund was only written down in the shop: look whether the payer has the money.
        RefundRecordedOnly = "refund_recorded_only",
        /// The shop's order is not here: refund in the shop if there is one, else in the portal.
        OrderUnknown = "order_unknown",
        /// No refund has failed before.
        NoRefundFailed = "no_refund_failed",
        /// A refund failed before; its amount is back and it can be tried again.
        EarlierRefundFailed = "earlier_refund_failed",
        /// A refund failed since the card or account is lost, expired or refuses: it will likely fail again.
        OriginalMethodClosed = "original_method_closed",
        /// A refund failed since the payment was disputed meanwhile: never refund again, answer the dispute.
        RefundMetDispute = "refund_met_dispute",
        /// No dispute.
        NoDispute = "no_dispute",
        /// An inquiry: a full refund resolves it.
        DisputeInquiry = "dispute_inquiry",
        /// A partial refund leaves the inquiry open; it can still become a dispute.
        InquiryPartialRefund = "inquiry_partial_refund",
        /// The inquiry was closed.
        InquiryClosed = "inquiry_closed",
        /// The dispute is open: answer it.
        DisputeOpen = "dispute_open",
        /// The dispute is in appeal.
        DisputeAppeal = "dispute_appeal",
        /// The dispute was won: the money is there.
        DisputeWon = "dispute_won",
        /// The dispute was lost: the payer has the money already.
        DisputeLost = "dispute_lost",
        /// A part was lost to a dispute; the gateway says that the rest can be refunded.
        DisputeLostPartly = "dispute_lost_partly",
        /// The dispute was prevented by an alert: the money went back that way.
        DisputePrevented = "dispute_prevented",
        /// The dispute was closed by a refund.
        DisputeClosedByRefund = "dispute_closed_by_refund",
        /// There is a dispute whose state is not known.
        DisputeUnknown = "dispute_unknown",
        /// The gateway itself says that the payment can be refunded in spite of the dispute.
        GatewaySaysRefundable = "gateway_says_refundable",
        /// The gateway itself says that the payment cannot be refunded.
        GatewaySaysNotRefundable = "gateway_says_not_refundable",
        /// Klarna takes no refund once a payment was disputed.
        KlarnaDisputed = "klarna_disputed",
        /// No limit of time is documented for the payment method.
        MethodWithoutWindow = "method_without_window",
        /// Within the payment method's window.
        WithinMethodWindow = "within_method_window",
        /// The payment method's window is over.
        MethodWindowOver = "method_window_over",
        /// The time of the question is not before the payment.
        AsOfAfterPayment = "as_of_after_payment",
        /// The time of the question is before the payment: the facts are of another time.
        AsOfBeforePayment = "as_of_before_payment",
        /// No amount was named: all that is left.
        FullAmount = "full_amount",
        /// The amount is at most what is left.
        AmountWithinRefundable = "amount_within_refundable",
        /// The amount is more than what is left.
        AmountExceedsRefundable = "amount_exceeds_refundable",
        /// The amount is in another currency than the payment.
        CurrencyDiffers = "currency_differs",
        /// The gateway takes this currency only in larger steps.
        AmountNotInSteps = "amount_not_in_steps",
        /// The gateway takes a partial refund by line items only: choose lines that make up the amount.
        PartialByLine = "partial_by_line",
        /// The host's balance covers the refund.
        BalanceSufficient = "balance_sufficient",
        /// The balance is too small: a card refund stays pending until it is filled.
        BalanceShortRefundWaits = "balance_short_refund_waits",
        /// The balance is too small: a refund to this method fails.
        BalanceShortRefundFails = "balance_short_refund_fails",
        /// The balance given is in another currency.
        BalanceUnknown = "balance_unknown",

        /// The policy has no rule that applies.
        NoRule = "no_rule",
        /// Within the policy's window.
        WithinWindow = "within_window",
        /// The policy's window is over.
        WindowOver = "window_over",
        /// At most the amount above which the policy wants a review.
        BelowReviewAmount = "below_review_amount",
        /// Above the amount from which the policy wants a review.
        AboveReviewAmount = "above_review_amount",
        /// The policy gives no review amount in this currency.
        ReviewAmountUnknown = "review_amount_unknown",

        /// The actor has no limit.
        NoLimit = "no_limit",
        /// Within the actor's limit.
        WithinLimit = "within_limit",
        /// Above the actor's limit.
        LimitExceeded = "limit_exceeded",
        /// Above the actor's limit; the policy names who can approve it.
        NeedsApproval = "needs_approval",
        /// The actor has limits, and none in this currency.
        LimitUnknown = "limit_unknown",
    }
}

words! {
    /// What to offer when the answer is not a plain yes.
    pub enum AlternativeCode {
        /// Cancel the payment: the hold is released and nothing is taken.
        ReleaseHold = "release_hold",
        /// A hold cannot be released in part: capture only what the payer keeps, and the rest is released.
        CaptureLess = "capture_less",
        /// Wait until the payment succeeds or fails.
        WaitForPayment = "wait_for_payment",
        /// Answer the dispute with evidence, or accept it.
        AnswerDispute = "answer_dispute",
        /// Refund all that is left: that resolves the inquiry.
        RefundInFull = "refund_in_full",
        /// Wait for the refund that is on its way.
        WaitForPendingRefund = "wait_for_pending_refund",
        /// Refund at most this amount.
        RefundLess = "refund_less",
        /// Pay the money back outside the gateway: bank transfer, store credit.
        PayAnotherWay = "pay_another_way",
        /// Ask whom the policy names.
        AskApprover = "ask_approver",
        /// Fetch the charge or dispute from the source and ask again.
        FetchMissingRecords = "fetch_missing_records",
    }
}

words! {
    /// What an agent should know even when the answer is yes.
    pub enum WarningCode {
        /// A bank debit: the payer's bank may return it as well, and the money would go back twice.
        BankMayReturnDebit = "bank_may_return_debit",
        /// The source sends guests no refund e-mail: tell the payer yourself.
        NoRefundEmail = "no_refund_email",
        /// An inquiry is open: only a full refund resolves it.
        InquiryOpen = "inquiry_open",
        /// The card network warns that the payer reported fraud: most such payments are disputed if nothing is done.
        EarlyFraudWarning = "early_fraud_warning",
        /// The gateway's review of the payment is open.
        ReviewOpen = "review_open",
        /// Shop and gateway are out of step: `discrepancies` says how.
        OutOfStep = "out_of_step",
    }
}

/// A figure or word that a check was made from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(untagged)]
pub enum Fact {
    /// A word or time.
    Text(String),
    /// A whole number.
    Number(#[cfg_attr(test, ts(type = "number"))] i64),
    /// Yes or no.
    Flag(bool),
    /// An amount.
    Money(Money),
}

/// Figures by name; an object in every output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts(Vec<(&'static str, Fact)>);

impl Facts {
    /// The figure with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, fact)| fact)
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, fact)| (name, fact)))
    }
}

/// One check: what was looked at, what was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Check {
    /// What was found.
    pub code: CheckCode,
    /// What that means for the refund.
    pub answer: Answer,
    /// The figures it was made from, by name.
    #[cfg_attr(test, ts(type = "{ [name: string]: Fact }"))]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, Fact>"))]
    pub facts: Facts,
}

// Called from every rule: a call each is a fifth of the code that inlining would make.
impl Check {
    #[inline(never)]
    pub(super) fn new(code: CheckCode, answer: Answer) -> Self {
        Self { code, answer, facts: Facts(Vec::new()) }
    }

    #[inline(never)]
    pub(super) fn text(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.facts.0.push((name, Fact::Text(text.into())));
        self
    }

    #[inline(never)]
    pub(super) fn number(mut self, name: &'static str, number: i64) -> Self {
        self.facts.0.push((name, Fact::Number(number)));
        self
    }

    #[inline(never)]
    pub(super) fn flag(mut self, name: &'static str, flag: bool) -> Self {
        self.facts.0.push((name, Fact::Flag(flag)));
        self
    }

    #[inline(never)]
    pub(super) fn money(mut self, name: &'static str, money: Money) -> Self {
        self.facts.0.push((name, Fact::Money(money)));
        self
    }
}

/// One of the three questions: its answer is the worst of its checks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Axis {
    /// The answer.
    pub answer: Answer,
    /// Every check made, those that passed among them.
    pub checks: Vec<Check>,
}

impl Axis {
    pub(super) fn of(checks: Vec<Check>) -> Self {
        let answer = checks.iter().map(|check| check.answer).max().unwrap_or(Answer::Yes);
        Self { answer, checks }
    }
}

/// Something to offer instead.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Alternative {
    /// What.
    pub code: AlternativeCode,
    /// How much, where that matters.
    pub amount: Option<Money>,
}

/// The answer to "may this be refunded?", with every check that was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The payment.
    pub payment_id: String,
    /// The time of the question.
    pub as_of: String,
    /// What the three axes come to.
    pub outcome: Outcome,
    /// What the gateway would still return now; 0 when `possible` is `no`.
    pub refundable: Money,
    /// The amount that was asked about; `null` for all that is left.
    pub requested: Option<Money>,
    /// Where to act.
    pub route: Route,
    /// Can the gateway do it?
    pub possible: Axis,
    /// Does the merchant's policy permit it?
    pub allowed: Axis,
    /// May this actor do it, at this amount?
    pub authority: Axis,
    /// The fee of the payment, which the gateway keeps after a refund too; `null` when its balance transaction is not here.
    pub fee_kept: Option<Money>,
    /// What to offer when the answer is not a plain yes.
    pub alternatives: Vec<Alternative>,
    /// What to know even when the answer is yes.
    pub warnings: Vec<WarningCode>,
}
