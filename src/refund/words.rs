//! The closed words of a verdict.

use super::verdict::Axis;
use crate::word::words;

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
        /// The shop's refunds leave less than is asked for: look whether the payer has the rest already.
        ShopTakesLess = "shop_takes_less",
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
        /// The facts are as new as the host wants them.
        FactsFresh = "facts_fresh",
        /// The facts are older than the host's limit: fetch them again.
        FactsStale = "facts_stale",
        /// Nobody says how old the facts are.
        FactsAgeUnknown = "facts_age_unknown",

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

        /// The rule's condition does not hold.
        RuleDoesNotApply = "rule_does_not_apply",
        /// Whether the rule applies depends on a fact that nobody gave.
        RuleFactUnknown = "rule_fact_unknown",
        /// The rule says no.
        RuleRefuses = "rule_refuses",
        /// The rule wants a person to look.
        RuleWantsReview = "rule_wants_review",
        /// The window counts from a day that nobody gave.
        WindowAnchorUnknown = "window_anchor_unknown",
        /// The window has not begun: nothing was sent, or nothing has arrived.
        WindowNotBegun = "window_not_begun",
        /// The rule makes a window longer.
        WindowExtended = "window_extended",
        /// The window is over, unless a rule makes it longer whose facts are not known.
        WindowExtensionUnknown = "window_extension_unknown",
        /// The policy keeps a part, and the amount leaves it.
        AmountKept = "amount_kept",
        /// The policy keeps a part that is not known.
        KeptAmountUnknown = "kept_amount_unknown",
        /// The amount is more than what the policy gives back.
        AmountExceedsPolicy = "amount_exceeds_policy",
        /// Within the policy's cap.
        WithinCap = "within_cap",
        /// Above the policy's cap.
        CapExceeded = "cap_exceeded",
        /// What counts toward the cap is not known.
        CapUnknown = "cap_unknown",

        /// The policy does not know the actor's role.
        RoleUnknown = "role_unknown",
        /// The actor's role may refund.
        RoleMayRefund = "role_may_refund",
        /// The actor's role may not refund.
        RoleMayNotRefund = "role_may_not_refund",
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
        /// Above the actor's limit, and approved by whom the policy names.
        Approved = "approved",
        /// Within what the actor may refund in a time.
        WithinPeriodLimit = "within_period_limit",
        /// More than the actor may refund in a time.
        PeriodLimitExceeded = "period_limit_exceeded",
        /// More than the actor may refund in a time; the policy names who can approve it.
        PeriodNeedsApproval = "period_needs_approval",
        /// What the actor has refunded in that time was not given.
        PeriodTotalUnknown = "period_total_unknown",
        /// No second person is needed for the amount.
        SecondApprovalNotNeeded = "second_approval_not_needed",
        /// A second person has approved it.
        SecondApprovalGiven = "second_approval_given",
        /// A second person must approve it.
        SecondApprovalNeeded = "second_approval_needed",
        /// The actor approved it alone: another person must.
        SecondApprovalByActor = "second_approval_by_actor",
        /// The policy gives no amount for a second approval in this currency.
        SecondApprovalUnknown = "second_approval_unknown",
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
        /// Give store credit instead.
        StoreCredit = "store_credit",
        /// Credit the payer's wallet instead.
        WalletCredit = "wallet_credit",
        /// Exchange the goods instead.
        Exchange = "exchange",
        /// Let another person approve it.
        AskSecondPerson = "ask_second_person",
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

words! {
    /// What bounds the amount that may be refunded.
    pub enum CapCode {
        /// What the gateway would still return.
        LeftToRefund = "left_to_refund",
        /// What the shop's refunds leave, where that is less than the gateway would return.
        LeftInShop = "left_in_shop",
        /// What the policy's deductions leave.
        AfterDeductions = "after_deductions",
        /// What a cap of the policy leaves.
        PolicyCap = "policy_cap",
        /// The actor's limit.
        ActorLimit = "actor_limit",
        /// What is left of the actor's limit for a time.
        PeriodLimit = "period_limit",
    }
}

words! {
    /// What the agent may tell the customer. It never gives away why a bank or a fraud rule said no.
    pub enum TellCode {
        /// The money can go back.
        RefundPossible = "refund_possible",
        /// It went back already.
        AlreadyRefunded = "already_refunded",
        /// It is on its way back.
        RefundOnItsWay = "refund_on_its_way",
        /// The amount is only reserved, and will be released.
        OnlyReserved = "only_reserved",
        /// Nothing was charged.
        NothingCharged = "nothing_charged",
        /// The payment has not gone through yet.
        PaymentNotFinished = "payment_not_finished",
        /// The customer's bank deals with it.
        BankDecides = "bank_decides",
        /// The bank has dealt with it.
        BankHasDecided = "bank_has_decided",
        /// The time for it is over.
        PeriodOver = "period_over",
        /// The terms of the purchase exclude it.
        TermsExclude = "terms_exclude",
        /// A part can go back.
        PartPossible = "part_possible",
        /// A colleague looks at it.
        BeingChecked = "being_checked",
        /// It cannot go back this way.
        NotPossible = "not_possible",
    }
}

words! {
    /// What would settle what is not known.
    pub enum QuestionCode {
        /// Give this fact.
        GiveFact = "give_fact",
        /// Fetch the payment from its source again, with the time of fetching.
        FetchPayment = "fetch_payment",
        /// Fetch the charge.
        FetchCharge = "fetch_charge",
        /// Fetch the dispute.
        FetchDispute = "fetch_dispute",
        /// Look the refund up in the source.
        LookUpRefund = "look_up_refund",
        /// Give the balance in the payment's currency.
        GiveBalance = "give_balance",
        /// Add an amount in the payment's currency to the policy or actor.
        AddCurrency = "add_currency",
        /// Give what the actor has refunded in this time.
        GivePeriodTotal = "give_period_total",
        /// Give a role that the policy knows.
        GiveRole = "give_role",
        /// Give another time of the question.
        GiveAsOf = "give_as_of",
        /// Fetch the refunds that count toward the cap, with their times.
        FetchRefunds = "fetch_refunds",
    }
}
