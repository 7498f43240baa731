//! One version of each record.
//!
//! A record is known by (source, account, kind, id). Of two versions the newer stays: by version time, else by how far the
//! record has come in its life, else by content. A version with a time and one without are told apart by their life alone.
//! The order of feeding never matters.

use super::intern::SymMap;
use super::intern::{Interner, Sym};
use super::record::{Attempt, Customer, Dispute, Head, Intent, Refund, Session};
use crate::identity::Identifier;
use crate::issue::IssueCode;
use crate::money::Currency;
use crate::source::{Notes, Path, Source};
use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

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
    .sym(this.dispute)
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
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
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
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
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

    fn head_mut(&mut self, at: Ref) -> Option<&mut Head> {
        let row = at.index();
        match at.kind {
            Kind::Attempt => self.attempts.get_mut(row).map(Record::head_mut),
            Kind::Intent => self.intents.get_mut(row).map(Record::head_mut),
            Kind::Refund => self.refunds.get_mut(row).map(Record::head_mut),
            Kind::Dispute => self.disputes.get_mut(row).map(Record::head_mut),
            Kind::Customer => self.customers.get_mut(row).map(Record::head_mut),
            Kind::Session => self.sessions.get_mut(row).map(Record::head_mut),
        }
    }

    fn len(&self, kind: Kind) -> usize {
        match kind {
            Kind::Attempt => self.attempts.len(),
            Kind::Intent => self.intents.len(),
            Kind::Refund => self.refunds.len(),
            Kind::Dispute => self.disputes.len(),
            Kind::Customer => self.customers.len(),
            Kind::Session => self.sessions.len(),
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

/// Where a record goes.
enum Place {
    /// It is the first version.
    New,
    /// It takes the place of an older version.
    Newer(Ref),
    /// It is the best of its sort, with or without a version, beside a record of the other sort; and the row of its
    /// predecessor.
    Rival(Ref, Option<u32>),
    /// What is known stays.
    Known,
}

/// All records of a ledger.
#[derive(Debug, Default)]
pub struct Store {
    /// The texts.
    pub interner: Interner,
    /// The records.
    pub tables: Tables,
    index: HashTable<Ref>,
    /// Records that stand back: the best with a version where one without stands, or the other way round.
    rivals: Tables,
    rival_of: SymMap<Ref, u32>,
}

impl Store {
    /// Keeps the newer of this record and the version known of it.
    pub fn upsert<R: Record>(&mut self, mut record: R, path: &Path<'_>, notes: &mut Notes) -> Upsert {
        let mut canon = Canon { bytes: Vec::with_capacity(320), interner: &self.interner };
        canon.bytes.extend_from_slice(&record.head().life.to_le_bytes());
        record.canonical(&mut canon);
        record.head_mut().digest = xxh3_64(&canon.bytes);
        let place = self.place(R::KIND, record.head(), path, notes);
        let table = R::table(&mut self.tables);
        let at = match place {
            Place::Known => return Upsert::Unchanged,
            Place::New => {
                table.push(record);
                return Upsert::Changed;
            }
            Place::Newer(at) => {
                if let Some(known) = table.get_mut(at.index()) {
                    *known = record;
                }
                at
            }
            Place::Rival(at, None) => {
                let rivals = R::table(&mut self.rivals);
                let row = u32::try_from(rivals.len()).unwrap_or(u32::MAX);
                rivals.push(record);
                self.rival_of.insert(at, row);
                at
            }
            Place::Rival(at, Some(row)) => {
                if let Some(rival) = R::table(&mut self.rivals).get_mut(Ref { kind: R::KIND, row }.index()) {
                    *rival = record;
                }
                at
            }
        };
        let changed = self.settle::<R>(at);
        if changed || matches!(place, Place::Newer(_)) { Upsert::Changed } else { Upsert::Unchanged }
    }

    /// Of the newest record with a version and the best one without, the one further along stands; a version breaks a tie.
    /// Whether that changed what the ledger knows.
    fn settle<R: Record>(&mut self, at: Ref) -> bool {
        let Some(&row) = self.rival_of.get(&at) else { return false };
        let rivals = R::table(&mut self.rivals);
        let standing = R::table(&mut self.tables).get_mut(at.index());
        let Some((standing, rival)) = standing.zip(rivals.get_mut(Ref { kind: R::KIND, row }.index())) else {
            return false;
        };
        let rank = |head: &Head| (head.life, head.version.is_some());
        if rank(rival.head()) <= rank(standing.head()) {
            return false;
        }
        core::mem::swap(standing, rival);
        standing.head().digest != rival.head().digest
    }

    /// Where a record goes. A new one gets its entry in the index; the caller pushes it.
    ///
    /// Records with a version and records without cannot be ordered among each other: which of them is newer nobody says. So
    /// the best of each sort is kept, and the one further along stands.
    fn place(&mut self, kind: Kind, head: &Head, path: &Path<'_>, notes: &mut Notes) -> Place {
        let hash = self.interner.hash(head.id);
        let (tables, interner) = (&self.tables, &self.interner);
        let found = self.index.find(hash, |&at| at.kind == kind && tables.head(at).is_some_and(|known| known.is(head)));
        let Some(&at) = found else {
            let row = u32::try_from(tables.len(kind)).unwrap_or(u32::MAX);
            let hash_of = |at: &Ref| tables.head(*at).map_or(0, |head| interner.hash(head.id));
            self.index.insert_unique(hash, Ref { kind, row }, hash_of);
            return Place::New;
        };
        let rival = self.rival_of.get(&at).copied();
        let mut known = self.tables.head_mut(at);
        let same_sort = |known: &Head| known.version.is_some() == head.version.is_some();
        let stands = known.as_deref().is_some_and(same_sort);
        let differs = known.as_deref().is_some_and(|known| known.digest != head.digest);
        if !stands {
            if differs {
                notes.warn(path, IssueCode::VersionUnknown);
            }
            known = rival.and_then(|row| self.rivals.head_mut(Ref { kind, row }));
        } else if differs && head.version.is_none() {
            notes.warn(path, IssueCode::VersionUnknown);
        }
        if let Some(known) = known {
            if known.digest == head.digest {
                if head.version > known.version {
                    (known.version, known.from_event) = (head.version, head.from_event);
                } else if head.version == known.version {
                    known.from_event |= head.from_event;
                }
                return Place::Known;
            }
            if head.compare(known).is_le() {
                return Place::Known;
            }
        }
        if stands { Place::Newer(at) } else { Place::Rival(at, rival) }
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
