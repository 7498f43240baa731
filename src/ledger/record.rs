//! The neutral records that every source is read into.

use super::intern::Sym;
use crate::identity::Identifier;
use crate::money::Currency;
use crate::source::Source;
use crate::word::words;
use core::cmp::Ordering;

/// Real money or a test.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mode {
    /// Real money.
    Live,
    /// A test: never in a customer or a total with live records.
    Test,
    /// The record does not say; kept apart from both.
    Unknown,
}

/// What every record has.
#[derive(Clone, Debug)]
pub struct Head {
    /// The system.
    pub source: Source,
    /// The account; empty text where none was named.
    pub account: Sym,
    /// The source's id.
    pub id: Sym,
    /// When this version was true, in UTC seconds, if anybody said.
    pub version: Option<i64>,
    /// The version is the time of an event: when the record changed, not when somebody looked.
    pub from_event: bool,
    /// How far the record has come in its documented life.
    pub life: u64,
    /// A digest of the canonical bytes.
    pub digest: u64,
}

impl Head {
    /// A head whose digest the store fills in.
    pub fn new(source: Source, account: Sym, id: Sym, version: Option<i64>, life: u64) -> Self {
        Self { source, account, id, version, from_event: false, life, digest: 0 }
    }

    /// Whether both are versions of one record.
    pub fn is(&self, other: &Self) -> bool {
        self.id == other.id && self.source == other.source && self.account == other.account
    }

    /// Which of two versions of a record stays. A total order, so that the order of feeding never matters.
    pub fn compare(&self, other: &Self) -> Ordering {
        (self.version, self.life, self.digest).cmp(&(other.version, other.life, other.digest))
    }
}

words! {
    /// How one attempt to take money stands, whatever its source calls it.
    pub enum AttemptState {
        /// The bank or network said no.
        Failed = "failed",
        /// The gateway's own rules stopped it.
        Blocked = "blocked",
        /// On its way; nothing is certain yet.
        Pending = "pending",
        /// Money is held, not taken.
        Authorized = "authorized",
        /// Money was taken.
        Captured = "captured",
        /// A hold that was released.
        Voided = "voided",
        /// The source said something that this version does not know.
        Unknown = "unknown",
    }
}

/// How an attempt paid. Only the fingerprint identifies; the rest is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Method {
    /// The source's word: `card`, `sepa_debit`, `klarna`.
    pub kind: Option<Sym>,
    /// Same fingerprint, same card, within one source and account.
    pub fingerprint: Option<Sym>,
    /// `visa`.
    pub brand: Option<Sym>,
    /// Never an identifier.
    pub last4: Option<Sym>,
    /// `apple_pay`.
    pub wallet: Option<Sym>,
}

/// Contact data as the payer wrote it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Contact {
    /// The payer's name.
    pub name: Option<Sym>,
    /// The billing e-mail, raw.
    pub email: Option<Sym>,
    /// The billing phone, raw.
    pub phone: Option<Sym>,
}

/// One attempt to take money: a Stripe charge.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Key and version.
    pub head: Head,
    /// Live or test.
    pub mode: Mode,
    /// The payment (intent) that the attempt belongs to, when it names one.
    pub payment: Option<Sym>,
    /// UTC seconds.
    pub created: i64,
    /// How it stands.
    pub state: AttemptState,
    /// The source's own word.
    pub raw_status: Option<Sym>,
    /// What was asked for.
    pub amount: i64,
    /// What was taken; 0 until paid.
    pub captured: i64,
    /// What the attempt itself says was given back, pending refunds among it.
    pub returned: i64,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The source's customer.
    pub customer: Option<Sym>,
    /// Contact data.
    pub contact: Contact,
    /// Free text.
    pub description: Option<Sym>,
    /// How it was paid.
    pub method: Method,
    /// What may identify the payer.
    pub identifiers: Box<[Identifier]>,
    /// A dispute exists or existed.
    pub disputed: bool,
    /// The dispute that it names.
    pub dispute: Option<Sym>,
    /// Why it failed: the source's code, and the more exact reason beside it.
    pub failure: [Option<Sym>; 2],
}

/// How a payment intent stands, apart from its attempts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntentState {
    /// Waits for a payment method: nothing tried, or the last try failed.
    NeedsMethod,
    /// Waits for the payer or the shop.
    Incomplete,
    /// On its way.
    Pending,
    /// Money is held.
    Authorized,
    /// Paid.
    Succeeded,
    /// Given up.
    Canceled,
    /// The source said something that this version does not know.
    Unknown,
}

/// What holds several attempts together: a Stripe PaymentIntent.
#[derive(Clone, Debug)]
pub struct Intent {
    /// Key and version.
    pub head: Head,
    /// Live or test.
    pub mode: Mode,
    /// UTC seconds.
    pub created: i64,
    /// How it stands.
    pub state: IntentState,
    /// The source's own word.
    pub raw_status: Option<Sym>,
    /// What was asked for.
    pub amount: i64,
    /// What was taken.
    pub received: i64,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The source's customer.
    pub customer: Option<Sym>,
    /// Free text.
    pub description: Option<Sym>,
    /// The attempts it names.
    pub attempts: Box<[Sym]>,
    /// What may identify the payer.
    pub identifiers: Box<[Identifier]>,
    /// The last try failed.
    pub failed: bool,
    /// Why: the source's code, and the more exact reason beside it.
    pub failure: [Option<Sym>; 2],
}

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
        /// The source said something that this version does not know; its amount counts as taken.
        Unknown = "unknown",
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
    /// How it stands.
    pub status: RefundStatus,
    /// The source's own word.
    pub raw_status: Option<Sym>,
    /// Why it was made.
    pub reason: Option<Sym>,
    /// Why it failed.
    pub failure_reason: Option<Sym>,
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
    /// The gateway's own word on whether the payment can still be refunded.
    pub refundable: Option<bool>,
    /// Until when evidence can be sent.
    pub due_by: Option<i64>,
}

/// A customer object of the source.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Key and version.
    pub head: Head,
    /// Live or test.
    pub mode: Mode,
    /// UTC seconds.
    pub created: Option<i64>,
    /// Contact data.
    pub contact: Contact,
    /// The source has deleted it; its payments are still its own.
    pub deleted: bool,
}

/// A checkout: it names the payer and leads to the payment.
#[derive(Clone, Debug)]
pub struct Session {
    /// Key and version.
    pub head: Head,
    /// The payment it led to.
    pub payment: Option<Sym>,
    /// The source's customer.
    pub customer: Option<Sym>,
    /// Contact data; shown, never matched.
    pub contact: Contact,
}
