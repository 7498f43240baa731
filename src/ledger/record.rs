//! The neutral records that every source is read into, and the store that keeps one version of each.
//!
//! A record is known by (source, account, kind, id). Of two versions the newer stays: by version time, else by how far the
//! record has come in its life, else by content, so that the order of feeding never matters.

use super::intern::{Interner, Sym};
use crate::identity::Identifier;
use crate::issue::IssueCode;
use crate::money::Currency;
use crate::source::{Notes, Path, Source};
use crate::word::words;
use core::cmp::Ordering;
use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

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
    /// How far the record has come in its documented life.
    pub life: u32,
    /// A digest of the canonical bytes.
    digest: u64,
}

impl Head {
    /// A head whose digest the store fills in.
    pub fn new(source: Source, account: Sym, id: Sym, version: Option<i64>, life: u32) -> Self {
        Self { source, account, id, version, life, digest: 0 }
    }

    fn is(&self, other: &Self) -> bool {
        self.id == other.id && self.source == other.source && self.account == other.account
    }

    /// Which of two versions of a record stays. A total order, so that the order of feeding never matters.
    fn compare(&self, other: &Self) -> Ordering {
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

/// The canonical bytes of a record: what the ledger keeps of it, in one fixed order, the same on every machine.
pub struct Canon<'i> {
    bytes: Vec<u8>,
    interner: &'i Interner,
}

impl Canon<'_> {
    fn number(&mut self, number: impl Into<i64>) -> &mut Self {
        self.bytes.extend_from_slice(&number.into().to_le_bytes());
        self
    }

    fn maybe(&mut self, number: Option<i64>) -> &mut Self {
        self.number(number.unwrap_or(i64::MIN))
    }

    fn sym(&mut self, sym: Option<Sym>) -> &mut Self {
        let hash = sym.map_or(0, |sym| self.interner.hash(sym));
        self.bytes.extend_from_slice(&hash.to_le_bytes());
        self
    }

    fn syms(&mut self, syms: &[Option<Sym>]) -> &mut Self {
        for sym in syms {
            self.sym(*sym);
        }
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(0);
        self
    }

    fn identifiers(&mut self, identifiers: &[Identifier]) -> &mut Self {
        for identifier in identifiers {
            self.text(identifier.field.word()).sym(Some(identifier.value));
        }
        self
    }

    fn currency(&mut self, currency: Option<Currency>) -> &mut Self {
        self.text(&currency.map(Currency::code).unwrap_or_default())
    }
}

/// What the store needs to know of a kind of record.
pub trait Record: Sized {
    /// The kind, as part of the key.
    const KIND: Kind;
    /// Key and version.
    fn head(&self) -> &Head;
    /// Key and version, to be changed.
    fn head_mut(&mut self) -> &mut Head;
    /// Writes everything but the head.
    fn canonical(&self, canon: &mut Canon<'_>);
    /// The table of this kind.
    fn table(tables: &mut Tables) -> &mut Vec<Self>;
}

macro_rules! record {
    ($name:ident, $table:ident, |$this:ident, $canon:ident| $body:expr) => {
        impl Record for $name {
            const KIND: Kind = Kind::$name;
            fn head(&self) -> &Head {
                &self.head
            }
            fn head_mut(&mut self) -> &mut Head {
                &mut self.head
            }
            fn canonical(&self, $canon: &mut Canon<'_>) {
                let $this = self;
                let _ = $body;
            }
            fn table(tables: &mut Tables) -> &mut Vec<Self> {
                &mut tables.$table
            }
        }
    };
}

record!(Attempt, attempts, |this, canon| canon
    .sym(this.payment)
    .number(this.created)
    .text(this.state.word())
    .sym(this.raw_status)
    .number(this.amount)
    .number(this.captured)
    .number(this.returned)
    .currency(Some(this.currency))
    .sym(this.customer)
    .number(this.mode as u8)
    .syms(&[this.contact.name, this.contact.email, this.contact.phone, this.description])
    .syms(&[this.method.kind, this.method.fingerprint, this.method.brand, this.method.last4, this.method.wallet])
    .identifiers(&this.identifiers)
    .number(this.disputed)
    .syms(&this.failure));
record!(Intent, intents, |this, canon| {
    canon
        .number(this.mode as u8)
        .number(this.created)
        .number(this.state as u8)
        .sym(this.raw_status)
        .number(this.amount)
        .number(this.received)
        .currency(Some(this.currency))
        .syms(&[this.customer, this.description])
        .identifiers(&this.identifiers)
        .number(this.failed)
        .syms(&this.failure);
    for attempt in &this.attempts {
        canon.sym(Some(*attempt));
    }
});
record!(Refund, refunds, |this, canon| canon
    .syms(&[this.attempt, this.payment, this.raw_status, this.reason, this.failure_reason])
    .maybe(this.created)
    .number(this.amount)
    .currency(this.currency)
    .text(this.status.word()));
record!(Dispute, disputes, |this, canon| canon
    .syms(&[this.attempt, this.payment, this.raw_status, this.reason])
    .maybe(this.created)
    .number(this.amount)
    .currency(this.currency)
    .text(this.state.word())
    .maybe(this.refundable.map(i64::from))
    .maybe(this.due_by));
record!(Customer, customers, |this, canon| canon
    .number(this.mode as u8)
    .maybe(this.created)
    .syms(&[this.contact.name, this.contact.email, this.contact.phone])
    .number(this.deleted));
record!(Session, sessions, |this, canon| canon.syms(&[
    this.payment,
    this.customer,
    this.contact.name,
    this.contact.email,
    this.contact.phone
]));

/// The kinds of record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// [`Attempt`]
    Attempt,
    /// [`Intent`]
    Intent,
    /// [`Refund`]
    Refund,
    /// [`Dispute`]
    Dispute,
    /// [`Customer`]
    Customer,
    /// [`Session`]
    Session,
}

/// A record by its place in its table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ref {
    /// Which table.
    pub kind: Kind,
    /// Which row.
    pub row: u32,
}

impl Ref {
    /// The row as an index.
    pub fn index(self) -> usize {
        usize::try_from(self.row).unwrap_or(usize::MAX)
    }
}

/// The records, a table a kind. Rows are never removed; a newer version takes its predecessor's place.
#[derive(Debug, Default)]
pub struct Tables {
    /// Attempts.
    pub attempts: Vec<Attempt>,
    /// Intents.
    pub intents: Vec<Intent>,
    /// Refunds.
    pub refunds: Vec<Refund>,
    /// Disputes.
    pub disputes: Vec<Dispute>,
    /// Customers.
    pub customers: Vec<Customer>,
    /// Sessions.
    pub sessions: Vec<Session>,
}

impl Tables {
    /// Key and version of a record.
    pub fn head(&self, at: Ref) -> Option<&Head> {
        let row = at.index();
        match at.kind {
            Kind::Attempt => self.attempts.get(row).map(Record::head),
            Kind::Intent => self.intents.get(row).map(Record::head),
            Kind::Refund => self.refunds.get(row).map(Record::head),
            Kind::Dispute => self.disputes.get(row).map(Record::head),
            Kind::Customer => self.customers.get(row).map(Record::head),
            Kind::Session => self.sessions.get(row).map(Record::head),
        }
    }
}

/// Whether a record changed the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Upsert {
    /// The record is new, or newer than what was known.
    Changed,
    /// It was known, or older than what is known.
    Unchanged,
}

impl Upsert {
    /// Changed if either is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self == Self::Changed { self } else { other }
    }
}

/// All records of a ledger.
#[derive(Debug, Default)]
pub struct Store {
    /// The texts.
    pub interner: Interner,
    /// The records.
    pub tables: Tables,
    index: HashTable<Ref>,
}

impl Store {
    /// Keeps the newer of this record and the version known of it.
    pub fn upsert<R: Record>(&mut self, mut record: R, path: &Path<'_>, notes: &mut Notes) -> Upsert {
        let mut canon = Canon { bytes: Vec::with_capacity(320), interner: &self.interner };
        record.canonical(&mut canon);
        record.head_mut().digest = xxh3_64(&canon.bytes);
        let hash = self.interner.hash(record.head().id);
        let known = self
            .index
            .find(hash, |&at| at.kind == R::KIND && self.tables.head(at).is_some_and(|head| head.is(record.head())));
        let table = R::table(&mut self.tables);
        let Some(at) = known else {
            let row = u32::try_from(table.len()).unwrap_or(u32::MAX);
            table.push(record);
            let (tables, interner) = (&self.tables, &self.interner);
            let hash_of = |at: &Ref| tables.head(*at).map_or(0, |head| interner.hash(head.id));
            self.index.insert_unique(hash, Ref { kind: R::KIND, row }, hash_of);
            return Upsert::Changed;
        };
        let Some(known) = table.get_mut(at.index()) else { return Upsert::Unchanged };
        if known.head().digest == record.head().digest {
            let head = known.head_mut();
            head.version = head.version.max(record.head().version);
            return Upsert::Unchanged;
        }
        if known.head().version.is_none() || record.head().version.is_none() {
            notes.warn(path, IssueCode::VersionUnknown);
        }
        if record.head().compare(known.head()).is_gt() {
            *known = record;
            Upsert::Changed
        } else {
            Upsert::Unchanged
        }
    }

    /// The record of a kind with this key.
    pub fn find(&self, kind: Kind, source: Source, account: Sym, id: Sym) -> Option<Ref> {
        let sought = Head::new(source, account, id, None, 0);
        self.index
            .find(self.interner.hash(id), |&at| {
                at.kind == kind && self.tables.head(at).is_some_and(|head| head.is(&sought))
            })
            .copied()
    }

    /// Every record with this id, of any kind, source and account.
    pub fn with_id(&self, id: Sym) -> impl Iterator<Item = (Ref, &Head)> {
        self.index
            .iter_hash(self.interner.hash(id))
            .filter_map(move |&at| self.tables.head(at).filter(|head| head.id == id).map(|head| (at, head)))
    }
}
