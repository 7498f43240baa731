//! Attempts to take money.

use super::intern::Sym;
use super::record::{Contact, Head, Mode, Url};
use crate::identity::Identifier;
use crate::money::Currency;
use crate::word::words;

words! {
    /// How one attempt to take money stands, whatever its source calls it.
    pub enum AttemptState {
        /// The bank or network said no.
        Failed = "failed",
        /// The gateway's own rules stopped it.
        Blocked = "blocked",
        /// The payer has not tried yet, or must still confirm.
        Incomplete = "incomplete",
        /// On its way; nothing is certain yet.
        Pending = "pending",
        /// Money is held, not taken.
        Authorized = "authorized",
        /// Money was taken.
        Captured = "captured",
        /// A hold that was released.
        Voided = "voided",
        /// A shop marked it as paid by hand: no gateway moved money.
        Manual = "manual",
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
    /// The shop's order that the payment's metadata names.
    pub order: Option<Sym>,
    /// Something went back, and the record does not say how much.
    pub returned_unknown: bool,
    /// Paid outside any gateway (cash, bank transfer): nothing can be sent back through one.
    pub by_hand: bool,
    /// What the merchant wrote beside it, if the record says: see [`super::metadata`].
    pub metadata: Option<Sym>,
    /// Where the payer finds the receipt.
    pub receipt: Url,
    /// The dispute that it names.
    pub dispute: Option<Sym>,
    /// Why it failed: the source's code, and the more exact reason beside it.
    pub failure: [Option<Sym>; 2],
    /// Of a shop's record: the ids at the gateway that it names.
    pub references: Box<[Sym]>,
    /// The attempt that this one goes on with: a capture's hold.
    pub parent: Option<Sym>,
    /// The movement of money that it names by an id of its own: other records of the payment may know only that.
    pub transaction: Option<Sym>,
    /// The subscription that it pays for.
    pub subscription: Option<Sym>,
    /// Where the payer finds the invoice.
    pub invoice: Url,
}

impl Attempt {
    /// An attempt of which nothing else is known.
    pub fn new(head: Head, mode: Mode, created: i64, amount: i64, currency: Currency) -> Self {
        Self {
            head,
            mode,
            payment: None,
            created,
            state: AttemptState::Unknown,
            raw_status: None,
            amount,
            captured: 0,
            returned: 0,
            currency,
            customer: None,
            contact: Contact::default(),
            description: None,
            method: Method::default(),
            identifiers: Box::default(),
            disputed: false,
            order: None,
            returned_unknown: false,
            by_hand: false,
            metadata: None,
            receipt: None,
            dispute: None,
            failure: [None; 2],
            references: Box::default(),
            parent: None,
            transaction: None,
            subscription: None,
            invoice: None,
        }
    }
}
