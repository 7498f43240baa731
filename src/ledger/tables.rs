//! The records by kind, and what the store needs to know of each.

use super::fields::Fields;
use super::intern::{Interner, Sym};
use super::life::Life;
use super::mentions::{Names, Naming};
use super::packed::Packed;
use super::record::{Annex, Attempt, Customer, Head, Intent, Mode, Order, RecordKind, Session};
use super::reversal::{Dispute, Refund};
use super::rows::Chunked;
use crate::identity::Identifier;
use crate::money::Currency;

/// What the store needs to know of a kind of record.
pub trait Record: Sized + Fields + Life + Names {
    /// The kind, as part of the key.
    const KIND: Kind;
    /// Key and version.
    fn head(&self) -> &Head;
    /// Key and version, to be changed.
    fn head_mut(&mut self) -> &mut Head;
    /// The currency, where it has one.
    fn currency(&self) -> Option<Currency> {
        None
    }
    /// What may identify the payer, and the country of the billing address.
    fn identifiers(&self) -> (&[Identifier], Option<Sym>) {
        (&[], None)
    }
    /// The number that people see, of an order.
    fn number(&self) -> Option<Sym> {
        None
    }
    /// The ids at other systems that it names, where it names any.
    fn references(&self) -> &[Sym] {
        &[]
    }
    /// Now it names these.
    fn keep_references(&mut self, _: Box<[Sym]>) {}
    /// A record that says nothing yet.
    fn blank(head: Head) -> Self;
    /// How the records of this kind are kept.
    type Table: Table<Self>;
    /// The table of this kind.
    fn table(tables: &Tables) -> &Self::Table;
    /// The table of this kind, to be changed.
    fn table_mut(tables: &mut Tables) -> &mut Self::Table;
}

/// The records of a kind, by row.
pub trait Table<R> {
    /// How many there are.
    fn count(&self) -> usize;
    /// The record of a row.
    fn read(&self, row: usize) -> Option<R>;
    /// Key and version of a record.
    fn head(&self, row: usize) -> Option<Head>;
    /// Adds a record at the end.
    fn add(&mut self, record: R);
    /// Puts a record to the place of another version of it.
    fn replace(&mut self, row: usize, record: R);
    /// All, in order.
    fn all(&self) -> impl Iterator<Item = R> {
        (0..self.count()).filter_map(|row| self.read(row))
    }
}

impl<R: Record> Table<R> for Packed<R> {
    fn count(&self) -> usize {
        self.len()
    }
    fn read(&self, row: usize) -> Option<R> {
        self.whole(row).map(|record| *record)
    }
    fn head(&self, row: usize) -> Option<Head> {
        Self::head(self, row)
    }
    fn add(&mut self, record: R) {
        self.push(record);
    }
    fn replace(&mut self, row: usize, record: R) {
        self.put(row, record);
    }
}

impl<R: Record + Clone> Table<R> for Chunked<R> {
    fn count(&self) -> usize {
        self.len()
    }
    fn read(&self, row: usize) -> Option<R> {
        self.get(row).cloned()
    }
    fn head(&self, row: usize) -> Option<Head> {
        self.get(row).map(|record| record.head().clone())
    }
    fn add(&mut self, record: R) {
        self.push(record);
    }
    fn replace(&mut self, row: usize, record: R) {
        if let Some(known) = self.get_mut(row) {
            *known = record;
        }
    }
}

macro_rules! record {
    ($name:ident, $table:ident in $kept:ident, |$head:ident| $blank:expr $(, |$this:ident| $currency:expr)? $(, names by $names:ident)?
        $(, identified in |$of:ident| $country:expr)? $(, numbered by |$order:ident| $number:expr)?) => {
        impl Record for $name {
            const KIND: Kind = Kind::$name;
            fn head(&self) -> &Head {
                &self.head
            }
            fn head_mut(&mut self) -> &mut Head {
                &mut self.head
            }
            $(fn currency(&self) -> Option<Currency> {
                let $this = self;
                $currency
            })?
            $(fn identifiers(&self) -> (&[Identifier], Option<Sym>) {
                let $of = self;
                (&self.identifiers, $country)
            })?
            $(fn number(&self) -> Option<Sym> {
                let $order = self;
                $number
            })?
            $(fn references(&self) -> &[Sym] {
                &self.$names
            }
            fn keep_references(&mut self, references: Box<[Sym]>) {
                self.$names = references;
            })?
            fn blank($head: Head) -> Self {
                $blank
            }
            type Table = $kept<Self>;
            fn table(tables: &Tables) -> &$kept<Self> {
                &tables.$table
            }
            fn table_mut(tables: &mut Tables) -> &mut $kept<Self> {
                &mut tables.$table
            }
        }
    };
}

const NONE: Currency = Currency::UNNAMED;

record!(Attempt, attempts in Packed, |head| Self::new(head, Mode::Unknown, 0, 0, NONE), |this| Some(this.currency), names by references,
    identified in |this| this.contact.country);
record!(Intent, intents in Packed, |head| Self::new(head, Mode::Unknown, 0, 0, NONE), |this| Some(this.currency),
    identified in |_this| None);
record!(Refund, refunds in Chunked, |head| Self::new(head, 0), |this| this.currency);
record!(Dispute, disputes in Chunked, |head| Self::new(head, 0), |this| this.currency);
record!(Customer, customers in Chunked, |head| Self::new(head, Mode::Unknown));
record!(Session, sessions in Chunked, |head| Self::new(head));
record!(Order, orders in Chunked, |head| Self::new(head, Mode::Unknown, 0, 0, NONE), |this| Some(this.currency),
    identified in |this| this.contact.country, numbered by |this| this.name);
record!(Annex, annexes in Chunked, |head| Self::new(head, RecordKind::Invoice));

/// The kinds of record.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
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
    /// [`Order`]
    Order,
    /// [`Annex`]
    Annex,
}

impl Kind {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::Attempt,
        Self::Intent,
        Self::Refund,
        Self::Dispute,
        Self::Session,
        Self::Order,
        Self::Annex,
        Self::Customer,
    ];

    /// Those that belong to payments: all but the source's customers.
    pub fn of_payments() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|&kind| kind != Self::Customer)
    }
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
    pub attempts: Packed<Attempt>,
    /// Intents.
    pub intents: Packed<Intent>,
    /// Refunds.
    pub refunds: Chunked<Refund>,
    /// Disputes.
    pub disputes: Chunked<Dispute>,
    /// Customers.
    pub customers: Chunked<Customer>,
    /// Sessions.
    pub sessions: Chunked<Session>,
    /// Orders.
    pub orders: Chunked<Order>,
    /// What stands beside payments.
    pub annexes: Chunked<Annex>,
}

impl Tables {
    /// Key and version of a record.
    pub fn head(&self, at: Ref) -> Option<Head> {
        let row = at.index();
        match at.kind {
            Kind::Attempt => self.attempts.head(row),
            Kind::Intent => self.intents.head(row),
            Kind::Refund => self.refunds.head(row),
            Kind::Dispute => self.disputes.head(row),
            Kind::Customer => self.customers.head(row),
            Kind::Session => self.sessions.head(row),
            Kind::Order => self.orders.head(row),
            Kind::Annex => self.annexes.head(row),
        }
    }

    /// What ids a record names, but its own.
    pub fn names(&self, at: Ref, interner: &Interner, say: &mut dyn FnMut(Naming, Sym)) {
        let row = at.index();
        let mut tell = |record: Option<&dyn Names>| {
            if let Some(record) = record {
                record.names(interner, say);
            }
        };
        match at.kind {
            Kind::Attempt => tell(self.attempts.get(row).as_deref().map(|record| record as _)),
            Kind::Intent => tell(self.intents.get(row).as_deref().map(|record| record as _)),
            Kind::Refund => tell(self.refunds.get(row).map(|record| record as _)),
            Kind::Dispute => tell(self.disputes.get(row).map(|record| record as _)),
            Kind::Customer => tell(self.customers.get(row).map(|record| record as _)),
            Kind::Session => tell(self.sessions.get(row).map(|record| record as _)),
            Kind::Order => tell(self.orders.get(row).map(|record| record as _)),
            Kind::Annex => tell(self.annexes.get(row).map(|record| record as _)),
        }
    }

    /// How many records of a kind there are.
    pub fn len(&self, kind: Kind) -> usize {
        match kind {
            Kind::Attempt => self.attempts.len(),
            Kind::Intent => self.intents.len(),
            Kind::Refund => self.refunds.len(),
            Kind::Dispute => self.disputes.len(),
            Kind::Customer => self.customers.len(),
            Kind::Session => self.sessions.len(),
            Kind::Order => self.orders.len(),
            Kind::Annex => self.annexes.len(),
        }
    }
}
