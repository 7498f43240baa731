//! The records by kind, and what the store needs to know of each.

use super::fields::Fields;
use super::intern::{Interner, Sym};
use super::life::Life;
use super::mentions::{Names, Naming};
use super::record::{Annex, Attempt, Customer, Head, Intent, Order, Session};
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
    /// The table of this kind.
    fn table(tables: &Tables) -> &Chunked<Self>;
    /// The table of this kind, to be changed.
    fn table_mut(tables: &mut Tables) -> &mut Chunked<Self>;
}

macro_rules! record {
    ($name:ident, $table:ident $(, |$this:ident| $currency:expr)? $(, names by $rare:ident)?
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
                self.references()
            }
            fn keep_references(&mut self, references: Box<[Sym]>) {
                self.$rare.get_or_insert_default().references = references;
            })?
            fn table(tables: &Tables) -> &Chunked<Self> {
                &tables.$table
            }
            fn table_mut(tables: &mut Tables) -> &mut Chunked<Self> {
                &mut tables.$table
            }
        }
    };
}

record!(Attempt, attempts, |this| Some(this.currency), names by rare, identified in |this| this.contact.country);
record!(Intent, intents, |this| Some(this.currency), identified in |_this| None);
record!(Refund, refunds, |this| this.currency);
record!(Dispute, disputes, |this| this.currency);
record!(Customer, customers);
record!(Session, sessions);
record!(Order, orders, |this| Some(this.currency), identified in |this| this.contact.country, numbered by |this| this.name);
record!(Annex, annexes);

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
    pub attempts: Chunked<Attempt>,
    /// Intents.
    pub intents: Chunked<Intent>,
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
    pub fn head(&self, at: Ref) -> Option<&Head> {
        let row = at.index();
        match at.kind {
            Kind::Attempt => self.attempts.get(row).map(Record::head),
            Kind::Intent => self.intents.get(row).map(Record::head),
            Kind::Refund => self.refunds.get(row).map(Record::head),
            Kind::Dispute => self.disputes.get(row).map(Record::head),
            Kind::Customer => self.customers.get(row).map(Record::head),
            Kind::Session => self.sessions.get(row).map(Record::head),
            Kind::Order => self.orders.get(row).map(Record::head),
            Kind::Annex => self.annexes.get(row).map(Record::head),
        }
    }

    /// Key and version of a record, to be changed.
    pub fn head_mut(&mut self, at: Ref) -> Option<&mut Head> {
        let row = at.index();
        match at.kind {
            Kind::Attempt => self.attempts.get_mut(row).map(Record::head_mut),
            Kind::Intent => self.intents.get_mut(row).map(Record::head_mut),
            Kind::Refund => self.refunds.get_mut(row).map(Record::head_mut),
            Kind::Dispute => self.disputes.get_mut(row).map(Record::head_mut),
            Kind::Customer => self.customers.get_mut(row).map(Record::head_mut),
            Kind::Session => self.sessions.get_mut(row).map(Record::head_mut),
            Kind::Order => self.orders.get_mut(row).map(Record::head_mut),
            Kind::Annex => self.annexes.get_mut(row).map(Record::head_mut),
        }
    }

    /// What ids a record names, but its own.
    pub fn names(&self, at: Ref, interner: &Interner, say: &mut dyn FnMut(Naming, Sym)) {
        let row = at.index();
        let record: Option<&dyn Names> = match at.kind {
            Kind::Attempt => self.attempts.get(row).map(|record| record as _),
            Kind::Intent => self.intents.get(row).map(|record| record as _),
            Kind::Refund => self.refunds.get(row).map(|record| record as _),
            Kind::Dispute => self.disputes.get(row).map(|record| record as _),
            Kind::Customer => self.customers.get(row).map(|record| record as _),
            Kind::Session => self.sessions.get(row).map(|record| record as _),
            Kind::Order => self.orders.get(row).map(|record| record as _),
            Kind::Annex => self.annexes.get(row).map(|record| record as _),
        };
        if let Some(record) = record {
            record.names(interner, say);
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
