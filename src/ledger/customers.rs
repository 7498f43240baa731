//! Who holds which payment.

use super::intern::Sym;
use super::numbers::Numbers;
use super::payment::{Named, Of};
use super::record::Mode;
use super::rows::{Chunked, Links, NONE, at, row};
use super::store::Store;
use super::symmap::SymMap;
use super::tables::Kind;
use crate::source::Source;

/// A registered customer: source, account, id, and live or test.
pub type Registered = (Source, Sym, Sym, Mode);

/// A customer: a guest put together here, or one that the source registered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// The payment that started the guest.
    Guest(u32),
    /// The source's customer, and the row of its record.
    Registered(Registered, u32),
}

/// All customers, by number. A guest keeps its number as long as its first payment is the same, a registered customer always.
#[derive(Debug, Default)]
pub struct Customers {
    /// How many numbers were given.
    count: u32,
    /// The payments that started the guests who have their numbers, or had them last.
    founders: Numbers,
    /// The registered customers, each with the row of its record, by a number of their own.
    all_registered: Chunked<(Registered, u32)>,
    /// That number, by the number of the customer.
    places: Numbers,
    /// Whether somebody has it.
    live: Vec<bool>,
    /// The customer of each payment, by slot.
    of: Numbers,
    /// The payments of each, the oldest first.
    payments: Links,
    /// The number of each guest, by the slot of its first payment.
    guests: Numbers,
    /// The numbers of registered customers.
    registered: SymMap<(Source, Sym, Mode)>,
    /// How many payments name a source's customer, as its own or as an alias, by a number for each.
    named: SymMap<(Source, Sym)>,
    counts: Vec<u32>,
    /// Which of them were there when the book was last brought up to date.
    known: Vec<bool>,
    /// Those that are listed: the one whose last payment is the oldest first, before them those without a payment.
    pub oldest_first: Vec<u32>,
}

impl Customers {
    /// A customer, by its number.
    pub fn who(&self, customer: u32) -> Option<Who> {
        self.last_known(customer).filter(|_| self.live.get(at(customer)) == Some(&true))
    }

    /// Who has a number, or had it last.
    pub fn last_known(&self, customer: u32) -> Option<Who> {
        if let Some(founder) = self.founders.some(customer) {
            return Some(Who::Guest(founder));
        }
        let &(registered, record) = self.all_registered.get(at(self.places.some(customer)?))?;
        Some(Who::Registered(registered, record))
    }

    /// How many numbers were given.
    pub fn numbers(&self) -> u32 {
        self.count
    }

    /// Whether a customer is in the list: somebody has the number, and was there when the book was last brought up to date.
    pub fn is_listed(&self, customer: u32) -> bool {
        self.who(customer).is_some() && self.known.get(at(customer)) == Some(&true)
    }

    /// The customer of a payment.
    pub fn of(&self, slot: u32) -> Option<u32> {
        self.of.some(slot)
    }

    /// The payments of a customer, the oldest first.
    pub fn payments(&self, customer: u32) -> &[u32] {
        self.payments.of(customer)
    }

    /// The payments of a customer, to be changed.
    pub fn edit_payments(&mut self, customer: u32) -> &mut Vec<u32> {
        self.payments.edit(customer)
    }

    /// Registered customers with this id.
    pub fn with_id(&self, id: Sym) -> impl Iterator<Item = (u32, Source, Sym)> {
        let known = self.registered.of(id).filter(|&(_, number)| self.who(number).is_some());
        known.map(|((source, account, _), number)| (number, source, account))
    }

    /// The number of a registered customer that is known.
    pub fn find(&self, (source, account, id, mode): Registered) -> Option<u32> {
        self.registered.get(id, (source, account, mode)).filter(|&number| self.who(number).is_some())
    }

    /// The number of a registered customer.
    pub fn registered(&mut self, store: &Store, customer: Registered) -> u32 {
        let (source, account, id, mode) = customer;
        let record = store.find(Kind::Customer, source, account, id).map_or(NONE, |at| at.row);
        let number = self.registered.get_or_insert_with(id, (source, account, mode), || {
            let number = self.count;
            self.count = self.count.saturating_add(1);
            self.places.put(number, row(self.all_registered.len()));
            self.all_registered.push((customer, record));
            number
        });
        if let Some((_, known)) = self.places.some(number).and_then(|place| self.all_registered.get_mut(at(place))) {
            *known = record;
        }
        self.revive(number);
        number
    }

    fn revive(&mut self, number: u32) {
        self.live.resize(at(self.count), false);
        if let Some(live) = self.live.get_mut(at(number)) {
            *live = true;
        }
    }

    /// The number of the guest that this payment started, if there is one.
    pub fn guest_of(&self, founder: u32) -> Option<u32> {
        { self.guests.some(founder) }.filter(|&number| self.who(number) == Some(Who::Guest(founder)))
    }

    /// The number of the guest that this payment started.
    pub fn guest(&mut self, founder: u32) -> u32 {
        let mut number = self.guests.at(founder);
        if number == NONE {
            number = self.count;
            self.count = self.count.saturating_add(1);
            self.founders.put(number, founder);
            self.guests.put(founder, number);
        }
        self.revive(number);
        number
    }

    /// Whether somebody has this number; and from now on whoever has it.
    pub fn know(&mut self, customer: u32) -> (bool, bool) {
        let exists = self.who(customer).is_some();
        if self.known.len() <= at(customer) {
            self.known.resize(at(customer).saturating_add(1), false);
        }
        (self.known.get_mut(at(customer)).is_some_and(|known| core::mem::replace(known, exists)), exists)
    }

    /// Whether somebody has this number who had it not when the book was last brought up to date, or the other way round.
    pub fn is_new_or_gone(&self, customer: u32) -> bool {
        self.who(customer).is_some() != (self.known.get(at(customer)) == Some(&true))
    }

    /// Nobody has this number any longer.
    pub fn dissolve(&mut self, customer: u32) {
        if let Some(live) = self.live.get_mut(at(customer)) {
            *live = false;
        }
    }

    /// Gives a payment to a customer.
    pub fn give(&mut self, slot: u32, customer: u32) {
        self.of.put(slot, customer);
    }

    /// Lists the payments of every customer; they come the oldest first.
    pub fn gather(&mut self, order: &[u32]) {
        let of = &self.of;
        let all = order.iter().map(|&slot| (slot, of.at(slot)));
        self.payments = Links::new(at(self.count), all);
    }

    /// Counts the source's customers that a payment names without being held by them, or takes them out of the count.
    pub fn count(&mut self, named: Named, people: bool, adds: bool) {
        for (source, account, id) in Self::names(named, people) {
            let number = self.named.get_or_insert_with(id, (source, account), || {
                self.counts.push(0);
                row(self.counts.len().saturating_sub(1))
            });
            if let Some(count) = self.counts.get_mut(at(number)) {
                *count = if adds { count.saturating_add(1) } else { count.saturating_sub(1) };
            }
        }
    }

    /// A gateway's customer whose payments are a shop's customer's is only another name for it; and where everybody is grouped,
    /// a registered customer is one for whoever has its payments.
    fn names(named: Named, people: bool) -> impl Iterator<Item = Of> {
        named.alias().into_iter().chain(named.registered().filter(|_| people))
    }

    /// Whether a customer's record is no other name: no payment that another holds names it.
    pub fn is_idle(&self, store: &Store, record: u32) -> Option<Registered> {
        let customer = store.tables.customers.get(at(record))?;
        let head = &customer.head;
        let number = self.named.get(head.id, (head.source, head.account));
        let count = number.and_then(|number| self.counts.get(at(number)));
        // A guest of an export is known by its payments alone.
        let is_idle = count.is_none_or(|&count| count == 0) && !store.interner.is_guest_id(head.id);
        is_idle.then_some((head.source, head.account, head.id, customer.mode))
    }
}
