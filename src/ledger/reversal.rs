//! Money that goes back, or may: refunds and disputes.

use super::intern::Sym;
use super::record::Head;
use crate::money::Currency;
use crate::source::Source;
use crate::word::words;

words! {
    /// How a refund stands.
    pub enum RefundStatus {
        /// On its way; its amount is reserved.
        Pending = "pending",
        /// Waits for the payer's bank data; its amount is reserved.
        RequiresAction = "requires_action",
        /// The money went back.
        Succeeded = "succeeded",
        /// The money came back to the merchant.
        Failed = "failed",
        /// Withdrawn before it was sent.
        Canceled = "canceled",
        /// The shop wrote it down and no gateway moved money.
        Recorded = "recorded",
        /// The source said something that this version does not know; its amount counts as taken.
        Unknown = "unknown",
    }
}

impl RefundStatus {
    /// The money went back, or is on its way: not what was only written down.
    pub(crate) const fn is_sent(self) -> bool {
        matches!(self, Self::Succeeded | Self::Pending | Self::RequiresAction)
    }

    /// It failed or was withdrawn: its amount is back.
    pub(crate) const fn is_undone(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled)
    }
}

/// Money given back.
#[derive(Clone, Debug)]
pub struct Refund {
    /// Key and version.
    pub head: Head,
    /// The attempt it refunds.
    pub attempt: Option<Sym>,
    /// The payment it refunds.
    pub payment: Option<Sym>,
    /// UTC seconds.
    pub created: Option<i64>,
    /// Minor units.
    pub amount: i64,
    /// The currency, when it says.
    pub currency: Option<Currency>,
    /// The amount is in thousandths of the payment's currency, since the record does not name one.
    pub thousandths: bool,
    /// How it stands.
    pub status: RefundStatus,
    /// The source's own word.
    pub raw_status: Option<Sym>,
    /// The payer has store credit or a gift card for it; the method paid with got nothing back.
    pub as_credit: bool,
    /// Why it was made.
    pub reason: Option<Sym>,
    /// Why it failed.
    pub failure_reason: Option<Sym>,
}

impl Refund {
    /// A refund that says nothing but its amount yet.
    pub fn new(head: Head, amount: i64) -> Self {
        Self {
            head,
            attempt: None,
            payment: None,
            created: None,
            amount,
            currency: None,
            thousandths: false,
            status: RefundStatus::Unknown,
            raw_status: None,
            as_credit: false,
            reason: None,
            failure_reason: None,
        }
    }

    /// The amount in minor units of its payment's currency.
    pub fn minor(&self, currency: Currency) -> i64 {
        if !self.thousandths {
            return self.amount;
        }
        match currency.decimals(self.head.source) {
            Some(0) => self.amount / 1000,
            Some(3) => self.amount,
            _ => self.amount / 10,
        }
    }
}

words! {
    /// How a payment's dispute stands.
    pub enum DisputeState {
        /// No dispute.
        None = "none",
        /// The bank asks; nothing is withdrawn. A full refund resolves it.
        Inquiry = "inquiry",
        /// The inquiry was answered and is looked at.
        InquiryUnderReview = "inquiry_under_review",
        /// The inquiry ended without a dispute.
        InquiryClosed = "inquiry_closed",
        /// The money is withdrawn; evidence can be sent.
        Open = "open",
        /// The bank looks at the evidence.
        UnderReview = "under_review",
        /// The decision can be appealed.
        Appeal = "appeal",
        /// The appeal is looked at.
        AppealUnderReview = "appeal_under_review",
        /// The merchant keeps the money.
        Won = "won",
        /// The payer has the money back through the bank.
        Lost = "lost",
        /// Stopped by an alert programme before it became a dispute.
        Prevented = "prevented",
        /// Closed since the payment was refunded (an old word of Stripe's).
        ClosedByRefund = "closed_by_refund",
        /// There is a dispute, and nothing says how it stands.
        Unknown = "unknown",
    }
}

impl DisputeState {
    /// A bank asks or contests, and nothing is decided yet.
    pub(crate) const fn is_open(self) -> bool {
        match self {
            Self::Inquiry
            | Self::InquiryUnderReview
            | Self::Open
            | Self::UnderReview
            | Self::Appeal
            | Self::AppealUnderReview
            | Self::Unknown => true,
            Self::None | Self::InquiryClosed | Self::Won | Self::Lost | Self::Prevented | Self::ClosedByRefund => false,
        }
    }
}

/// A payer's bank contesting a payment.
#[derive(Clone, Debug)]
pub struct Dispute {
    /// Key and version.
    pub head: Head,
    /// The attempt it contests.
    pub attempt: Option<Sym>,
    /// The payment it contests.
    pub payment: Option<Sym>,
    /// UTC seconds.
    pub created: Option<i64>,
    /// Minor units; it may differ from the payment's.
    pub amount: i64,
    /// The currency, when it says.
    pub currency: Option<Currency>,
    /// How it stands.
    pub state: DisputeState,
    /// The source's own word.
    pub raw_status: Option<Sym>,
    /// Why the payer contests.
    pub reason: Option<Sym>,
    /// The bank has taken up a dispute that was decided.
    pub arbitration: bool,
    /// The gateway's own word on whether the payment can still be refunded.
    pub refundable: Option<bool>,
    /// Until when evidence can be sent.
    pub due_by: Option<i64>,
}

impl Dispute {
    /// A dispute that says nothing but its amount yet.
    pub fn new(head: Head, amount: i64) -> Self {
        Self {
            head,
            attempt: None,
            payment: None,
            created: None,
            amount,
            currency: None,
            state: DisputeState::Unknown,
            raw_status: None,
            reason: None,
            arbitration: false,
            refundable: None,
            due_by: None,
        }
    }

    /// The amount as another source counts the currency: a shop's dispute may stand on a gateway's payment.
    pub fn minor(&self, currency: Currency, source: Source) -> i64 {
        currency.convert(self.amount, self.head.source, source)
    }
}
