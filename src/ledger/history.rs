//! What became of customers, version by version.

use super::book::Book;
use super::customers::{Registered, Who};
use super::link::Key;
use super::rows::at;
use super::store::Store;
use super::tables::{Kind, Ref};

/// Events that are kept.
const MOST_EVENTS: usize = 1 << 20;

/// A customer by what its source calls it: it means the same in every book.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Identity {
    /// The guest that this payment started.
    Guest(Key),
    /// A registered customer.
    Registered(Registered),
}

/// What became of one customer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// The first version that has it.
    pub version: u32,
    /// Who.
    pub who: Identity,
    /// It was there before.
    pub existed: bool,
    /// It is there since.
    pub exists: bool,
}

/// All events since some version.
#[derive(Debug)]
pub struct History {
    /// The version of what is known now, counted from 1.
    pub version: u32,
    /// The oldest version from which all events are known.
    pub since: u32,
    /// The oldest event first.
    pub events: Vec<Event>,
    /// The number of the newest input that is known.
    input: u32,
}

impl History {
    /// It begins.
    pub fn new(store: &Store) -> Self {
        Self { version: 1, since: 1, events: Vec::new(), input: store.input() }
    }

    /// That of a snapshot.
    pub fn of(version: u32, since: u32, events: Vec<Event>) -> Self {
        Self { version, since, events, input: 0 }
    }

    /// What became of customers until now is not comparable with what will.
    pub fn begun_anew(&self) -> Self {
        let version = self.version.saturating_add(1);
        Self::of(version, version, Vec::new())
    }

    /// A new version, if anything became of anybody.
    pub fn add(&mut self, store: &Store, events: impl Iterator<Item = (Identity, bool, bool)>) {
        self.input = store.input();
        let version = self.version.saturating_add(1);
        let known = self.events.len();
        self.events.extend(events.map(|(who, existed, exists)| Event { version, who, existed, exists }));
        if self.events.len() > known {
            self.version = version;
        }
        // Who asks so seldom lists everybody again.
        if self.events.len() > MOST_EVENTS {
            let half = self.events.len() / 2;
            self.since = self.events.get(half).map_or(self.version, |event| event.version);
            let from = self.events.partition_point(|event| event.version <= self.since);
            self.events.drain(..from);
        }
    }

    /// The same of a book that was made anew.
    pub fn compare(mut self, store: &Store, old: &Book, new: &Book) -> Self {
        let mut events = Vec::new();
        let mut met = vec![false; at(old.customers.numbers())];
        for customer in 0..new.customers.numbers() {
            let Some(who) = new.identity(customer) else { continue };
            let before = old.customer_with(store, who);
            if let Some(met) = before.and_then(|before| met.get_mut(at(before))) {
                *met = true;
            }
            let same = before.is_some_and(|before| self.is_same(store, (old, before), (new, customer)));
            if !same {
                events.push((who, before.is_some(), true));
            }
        }
        for (customer, _) in (0..old.customers.numbers()).zip(met).filter(|(_, met)| !met) {
            events.extend(old.identity(customer).map(|who| (who, true, false)));
        }
        self.add(store, events.into_iter());
        self
    }

    /// Whether nothing became of a customer: it has the same payments, for the same reasons, and none of their records is new.
    fn is_same(&self, store: &Store, (old, before): (&Book, u32), (new, now): (&Book, u32)) -> bool {
        let (was, is) = (old.customers.payments(before), new.customers.payments(now));
        let is_new = |record: Ref| store.tables.head(record).is_some_and(|head| head.input > self.input);
        let record = match new.customers.who(now) {
            Some(Who::Registered(_, row)) => Some(Ref { kind: Kind::Customer, row }),
            _ => None,
        };
        was.len() == is.len()
            && !record.is_some_and(is_new)
            && was.iter().zip(is).all(|(&was, &is)| {
                old.key(was) == new.key(is) && old.why(was) == new.why(is) && !new.link.records_of(is).any(is_new)
            })
    }
}
