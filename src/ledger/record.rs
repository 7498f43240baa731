//! The neutral records that every source is read into.

pub use super::annex::{Annex, RecordKind};
pub use super::attempt::{Attempt, AttemptState, Method};
use super::intern::Sym;
use super::life::Rank;
use crate::identity::{Identifier, IdentifierField, IdentifierKind};
use crate::money::Currency;
use crate::source::Source;
use crate::word::words;
use core::cmp::Ordering;
use core::num::NonZeroU64;

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

impl Mode {
    /// As outputs write it.
    pub const fn livemode(self) -> Option<bool> {
        match self {
            Self::Live => Some(true),
            Self::Test => Some(false),
            Self::Unknown => None,
        }
    }

    /// As inputs write it.
    pub const fn of(livemode: Option<bool>) -> Self {
        match livemode {
            Some(true) => Self::Live,
            Some(false) => Self::Test,
            None => Self::Unknown,
        }
    }
}

/// UTC seconds that are eight bytes even where there may be none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Stamp(NonZeroU64);

impl Stamp {
    /// What a number is told from, so that the least is not zero and the order stays. No time is the least of all numbers.
    const LEAST: u64 = 1 << 63;

    /// Of these seconds.
    pub fn of(seconds: i64) -> Self {
        Self(NonZeroU64::new(seconds.cast_unsigned() ^ Self::LEAST).unwrap_or(NonZeroU64::MIN))
    }

    /// The seconds.
    pub fn seconds(self) -> i64 {
        (self.0.get() ^ Self::LEAST).cast_signed()
    }
}

/// What tells which of two versions stays where their times do not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sum {
    /// How far the record has come in its documented life.
    pub life: Rank,
    /// A digest of the fields.
    pub digest: u64,
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
    pub version: Option<Stamp>,
    /// The version is the time of an event: when the record changed, not when somebody looked.
    pub from_event: bool,
    /// It is a row of a dashboard's export, which leaves out much of what the API says.
    pub from_export: bool,
    /// What two versions are compared by; made when a second one comes, which few records have.
    pub sum: Option<Box<Sum>>,
    /// The input that it came with, by number.
    pub input: u32,
}

impl Head {
    /// A head whose life and digest the store fills in.
    pub fn new(source: Source, account: Sym, id: Sym, version: Option<i64>) -> Self {
        let version = version.map(Stamp::of);
        Self { source, account, id, version, from_event: false, from_export: false, sum: None, input: 0 }
    }

    /// When this version was true, in UTC seconds, if anybody said.
    pub fn version(&self) -> Option<i64> {
        self.version.map(Stamp::seconds)
    }

    /// How far the record has come, once it is summed up.
    pub fn life(&self) -> Rank {
        self.sum.as_ref().map_or((0, 0), |sum| sum.life)
    }

    /// The digest of the fields, once it is summed up.
    pub fn digest(&self) -> u64 {
        self.sum.as_ref().map_or(0, |sum| sum.digest)
    }

    /// Which of two versions of a record stays. A total order, so that the order of feeding never matters.
    pub fn compare(&self, other: &Self) -> Ordering {
        (self.version, self.life(), self.digest()).cmp(&(other.version, other.life(), other.digest()))
    }
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
    /// The country of the billing address: ISO 3166-1 alpha-2 in all systems. National phone numbers are read in it.
    pub country: Option<Sym>,
}

impl Contact {
    /// The raw texts by which the payer can be reached, each with what it may identify by.
    pub fn said(self) -> impl Iterator<Item = (IdentifierKind, Sym)> {
        let said = [(IdentifierKind::Email, self.email), (IdentifierKind::Phone, self.phone)];
        said.into_iter().filter_map(|(kind, raw)| Some((kind, raw?)))
    }

    /// What identifies the payer where a record does not list it: its e-mail, its phone and its card. `normal` gives the normal
    /// form of a text.
    pub fn identifiers(
        &self,
        fingerprint: Option<Sym>,
        mut normal: impl FnMut(IdentifierKind, Sym) -> Option<Sym>,
    ) -> Box<[Identifier]> {
        let mut found = Vec::with_capacity(2);
        let mut add = |kind, field, raw: Option<Sym>| {
            let value = raw.and_then(|raw| normal(kind, raw));
            found.extend(value.map(|value| Identifier { kind, field, value }));
        };
        add(IdentifierKind::Email, IdentifierField::BillingEmail, self.email);
        add(IdentifierKind::Phone, IdentifierField::BillingPhone, self.phone);
        add(IdentifierKind::Card, IdentifierField::Fingerprint, fingerprint);
        found.into_boxed_slice()
    }
}

/// The address of a page of the payer's, if there is one. Each record keeps its own: hardly two have the same, and nothing is found by it.
pub type Url = Option<Box<str>>;

words! {
    /// How a payment intent or order stands, apart from its attempts.
    pub enum IntentState {
        /// Waits for a payment method: nothing tried, or the last try failed.
        NeedsMethod = "needs_method",
        /// Waits for the payer or the shop.
        Incomplete = "incomplete",
        /// On its way.
        Pending = "pending",
        /// Money is held.
        Authorized = "authorized",
        /// Paid.
        Succeeded = "succeeded",
        /// Given up.
        Canceled = "canceled",
        /// Refused.
        Failed = "failed",
        /// A shop marked it as paid by hand: no gateway moved money.
        Manual = "manual",
        /// The source said something that this version does not know.
        Unknown = "unknown",
    }
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
    /// The shop's order that the payment's metadata names.
    pub order: Option<Sym>,
    /// What went back, where the record keeps that itself.
    pub returned: Option<i64>,
    /// Something went back, and the record does not say how much.
    pub returned_unknown: bool,
    /// Its own sums count, not those of its attempts.
    pub keeps_sums: bool,
    /// What the merchant wrote beside it, if the record says: see [`super::metadata`].
    pub metadata: Option<Sym>,
}

impl Intent {
    /// An intent of which nothing else is known.
    pub fn new(head: Head, mode: Mode, created: i64, amount: i64, currency: Currency) -> Self {
        Self {
            head,
            mode,
            created,
            state: IntentState::Unknown,
            raw_status: None,
            amount,
            received: 0,
            currency,
            customer: None,
            description: None,
            attempts: Box::default(),
            identifiers: Box::default(),
            failed: false,
            failure: [None; 2],
            order: None,
            returned: None,
            returned_unknown: false,
            keeps_sums: false,
            metadata: None,
        }
    }
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
    /// What the merchant wrote beside it, if the record says: see [`super::metadata`].
    pub metadata: Option<Sym>,
    /// Words that the merchant sorts customers by.
    pub tags: Box<[Sym]>,
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
    /// It is no longer open.
    pub done: bool,
}

impl Customer {
    /// A customer that says nothing yet.
    pub fn new(head: Head, mode: Mode) -> Self {
        Self {
            head,
            mode,
            created: None,
            contact: Contact::default(),
            deleted: false,
            metadata: None,
            tags: Box::default(),
        }
    }
}

impl Session {
    /// A checkout that says nothing yet.
    pub fn new(head: Head) -> Self {
        Self { head, payment: None, customer: None, contact: Contact::default(), done: false }
    }
}

words! {
    /// How a shop's order stands as to its payment, in the shop's eyes.
    pub enum OrderState {
        /// Not paid yet.
        Pending = "pending",
        /// The money is held.
        Authorized = "authorized",
        /// Paid, in part or in full; a part may have gone back.
        Paid = "paid",
        /// All of it went back.
        Refunded = "refunded",
        /// Given up.
        Canceled = "canceled",
        /// The payment failed.
        Failed = "failed",
        /// The shop said something that this version does not know.
        Unknown = "unknown",
    }
}

/// What a shop sold. Its money is in the intent and attempts with its id, or at the gateway.
#[derive(Clone, Debug)]
pub struct Order {
    /// Key and version.
    pub head: Head,
    /// Live or test.
    pub mode: Mode,
    /// UTC seconds.
    pub created: i64,
    /// The number that people see: `#1001`.
    pub name: Option<Sym>,
    /// How it stands.
    pub state: OrderState,
    /// The shop's own word.
    pub raw_status: Option<Sym>,
    /// Its total.
    pub amount: i64,
    /// The currency of the total.
    pub currency: Currency,
    /// The shop's customer.
    pub customer: Option<Sym>,
    /// Contact data.
    pub contact: Contact,
    /// What may identify the payer.
    pub identifiers: Box<[Identifier]>,
    /// What the merchant wrote beside it, if the record says: see [`super::metadata`].
    pub metadata: Option<Sym>,
    /// Words that the merchant sorts orders by.
    pub tags: Box<[Sym]>,
    /// Where the buyer finds how the order stands.
    pub page: Url,
}

impl Order {
    /// An order that says nothing but its total yet.
    pub fn new(head: Head, mode: Mode, created: i64, amount: i64, currency: Currency) -> Self {
        Self {
            head,
            mode,
            created,
            name: None,
            state: OrderState::Unknown,
            raw_status: None,
            amount,
            currency,
            customer: None,
            contact: Contact::default(),
            identifiers: Box::default(),
            metadata: None,
            tags: Box::default(),
            page: None,
        }
    }
}
