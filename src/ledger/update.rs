//! Keeps a book up to date: what is connected with a change is made anew, by the rules by which all of it was made.

use super::book::{Book, Translated, compare};
use super::customers::Who;
use super::history::Identity;
use super::link::{Key, Rows};
use super::mentions::{Changes, Connected, Mentions};
use super::rows::{NONE, at, insert_in_order, remove};
use super::store::Store;
use super::tables::Kind;
use crate::grouping::{Pin, Rules};
use crate::order::{sort_rows, sorted};
use crate::overrides::Overrides;
use crate::overrides::pins::Pins;
use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;

type Set = HashSet<u32, FxBuildHasher>;

/// Customers that a list holds; more than so many are taken out of it in one walk.
const FEW: usize = 16;

/// What a change touched, on the way.
#[derive(Default)]
struct Touched {
    /// Payments that were linked anew, that are new or no more.
    payments: Vec<u32>,
    /// Those of them whose place in time is another.
    moved: Set,
    /// Keys that they had or have.
    keys: Set,
    /// Records of the source's customers that may stand for themselves now, or no longer.
    customers: Set,
    /// Those of them that are new or of another version.
    records: Set,
    /// Payments from which to look for those that are grouped anew.
    seeds: Vec<u32>,
    /// The keys of payments that are no more.
    gone: HashMap<u32, Key, FxBuildHasher>,
}

/// The row of the record of a customer of the source.
fn record_of(store: &Store, (source, account, id): Key) -> Option<u32> {
    store.find(Kind::Customer, source, account, id).map(|record| record.row)
}

/// What an update did.
#[derive(Debug, Default)]
pub struct Updated {
    /// The payments that were linked anew.
    pub linked: Vec<u32>,
    /// The customers whose lists may show another row now, and the payments whose customers these are or were.
    pub customers: Vec<u32>,
    /// Of whom something became: who, whether it was there before, and whether it is there.
    pub events: Vec<(Identity, bool, bool)>,
}

impl Book {
    /// Takes over what changed in the store and among the decisions.
    pub fn update(&mut self, store: &Store, rules: &Rules, overrides: &Overrides, changes: &Changes) -> Updated {
        let mentions = self.mentions.get_or_insert_with(|| Mentions::new(store));
        for &record in &changes.records {
            mentions.add(store, record);
        }
        let connected = Connected::with(store, mentions, changes);
        let mut touched = Touched::default();
        let changed_customers = changes.records.iter().filter(|record| record.kind == Kind::Customer);
        touched.records.extend(changed_customers.map(|record| record.row));
        touched.customers.extend(&touched.records);
        let (payments, gone) = self.link.link(store, Rows::Only(&connected));
        touched.payments = payments;
        touched.gone = gone.into_iter().map(|(key, slot)| (slot, key)).collect();
        self.replace_payments(store, rules, &mut touched);
        self.pin(store, rules, overrides, &mut touched);
        self.share(rules, &mut touched);
        let around = self.around(rules, &touched.seeds);
        let mut slots: Vec<u32> = around.iter().copied().filter(|&slot| self.standing(slot).is_some()).collect();
        sort_rows(&mut slots, |a, b| self.compare(store, a, b));
        for &slot in touched.gone.keys() {
            self.evidence.forget(slot);
        }
        let before: Vec<_> = slots.iter().map(|&slot| self.why(slot)).collect();
        self.regroup(rules, &slots, false);
        let differ = slots.iter().zip(before).filter(|&(&slot, before)| self.why(slot) != before);
        let differ: Vec<u32> = differ.map(|(&slot, _)| slot).collect();
        let linked = touched.payments.clone();
        let changed = self.move_payments(store, &slots, &differ, &touched);
        let around = slots.iter().filter_map(|&slot| self.customers.of(slot));
        let mut customers = sorted(changed.iter().copied().chain(around), u32::cmp);
        customers.dedup();
        let events = changed.into_iter().filter_map(|customer| {
            let who = match self.customers.last_known(customer)? {
                Who::Guest(founder) => {
                    Identity::Guest(touched.gone.get(&founder).copied().or_else(|| self.key(founder))?)
                }
                Who::Registered(registered, _) => Identity::Registered(registered),
            };
            let (existed, exists) = self.customers.know(customer);
            (existed || exists).then_some((who, existed, exists))
        });
        Updated { linked, customers, events: events.collect() }
    }

    /// Replaces the payments that were linked anew.
    fn replace_payments(&mut self, store: &Store, rules: &Rules, touched: &mut Touched) {
        let mut anew = Vec::with_capacity(touched.payments.len());
        for &slot in &touched.payments {
            touched.keys.extend(self.uses.keys_of(slot));
            self.uses.take(slot);
            // A slot has one key as long as it lives.
            let key = self.link.key(slot).or_else(|| touched.gone.get(&slot).copied());
            let named_before = key.and_then(|key| self.payments.named(slot, key));
            let new = self.link.payment(store, slot);
            let old = self.payments.put(slot, new.as_ref());
            if new.is_some() {
                anew.push(slot);
            }
            if old.map(|old| old.created) != new.map(|new| new.created) {
                touched.moved.insert(slot);
                if old.is_some() {
                    remove(&mut self.order, slot);
                }
            }
            match key {
                Some(key) if old.is_some() && new.is_none() => {
                    touched.gone.insert(slot, key);
                }
                _ => {
                    touched.gone.remove(&slot);
                }
            }
            for (named, adds) in [(named_before, false), (new.map(|new| new.named()), true)] {
                let Some(named) = named else { continue };
                self.customers.count(named, rules.people, adds);
                touched.customers.extend(named.all().filter_map(|customer| record_of(store, customer)));
            }
        }
        // Where two of them are in one list, both were taken out before either is put to its new place.
        let Self { payments, link, order, uses, .. } = self;
        let place =
            |list: &mut Vec<u32>, slot: u32| insert_in_order(list, slot, |a, b| compare(payments, link, store, a, b));
        for slot in anew {
            if touched.moved.contains(&slot) {
                place(order, slot);
            }
            if let Some(of) = link.assemble(store, slot) {
                uses.put(store, slot, &of, rules.people, &place);
            }
            touched.keys.extend(uses.keys_of(slot));
        }
        touched.seeds.extend(&touched.payments);
    }

    /// Translates the decisions anew.
    fn pin(&mut self, store: &Store, rules: &Rules, overrides: &Overrides, touched: &mut Touched) {
        let pins = Pins::new(overrides, &Translated { book: self, store, people: rules.people });
        if pins == self.pins {
            return;
        }
        for pins in [&self.pins, &pins] {
            for slot in pins.payments() {
                touched.seeds.push(slot);
                touched.keys.extend(self.uses.keys_of(slot));
                // A registered customer may have lost its only payment, or have one again.
                touched
                    .customers
                    .extend(self.registered_customer(slot).and_then(|customer| record_of(store, customer)));
            }
            for &(kind, form) in pins.marked() {
                touched.keys.extend(self.uses.keys_with(kind, form));
            }
            let linked = pins.same_as().iter().flat_map(|&(one, speaker)| [one, speaker]);
            for (source, account, id, mode) in linked.chain(pins.all_registered()) {
                touched.customers.extend(record_of(store, (source, account, id)));
                if let Some(number) = self.customers.find((source, account, id, mode)) {
                    touched.seeds.extend(self.customers.payments(number));
                }
            }
        }
        self.pins = pins;
    }

    /// Works out anew which keys join nobody. Where a key joins or joined, all that have it are looked at.
    fn share(&mut self, rules: &Rules, touched: &mut Touched) {
        if self.shared.len() < self.uses.count() {
            self.shared.resize(self.uses.count(), false);
        }
        for &key in &touched.keys {
            let now = self.joins_nobody(rules, key);
            let before = self.shared.get_mut(at(key)).map(|known| core::mem::replace(known, now));
            if self.is_used(rules, key) && (!now || before == Some(false)) {
                touched
                    .seeds
                    .extend(self.uses.payments_with(key).iter().filter(|&&slot| self.founder_of(slot).is_some()));
            }
        }
    }

    /// The payments that are connected with some by keys that join, or by what agents said; of registered customers only those
    /// themselves.
    fn around(&self, rules: &Rules, seeds: &[u32]) -> Set {
        let mut seen = Set::default();
        let (mut keys, mut groups) = (Set::default(), Set::default());
        let mut open: Vec<u32> = seeds.to_vec();
        while let Some(slot) = open.pop() {
            if !seen.insert(slot) || self.standing(slot).is_none() {
                continue;
            }
            let is_guest = |slot| self.is_guest_payment(slot, rules.people);
            match self.pins.of(slot) {
                Pin::Alone => continue,
                Pin::With(group) if groups.insert(group) => open.extend(self.pins.payments_of(group)),
                Pin::With(_) | Pin::Free => {}
            }
            if !is_guest(slot) {
                continue;
            }
            for &key in self.uses.keys_of(slot) {
                if !self.joins_none(key) && self.is_used(rules, key) && keys.insert(key) {
                    open.extend(
                        self.uses.payments_with(key).iter().filter(|&&other| !seen.contains(&other) && is_guest(other)),
                    );
                }
            }
        }
        seen
    }

    /// Gives payments that were grouped anew, and those that are no more, to their customers. The customers of whom something
    /// became.
    fn move_payments(&mut self, store: &Store, slots: &[u32], differ: &[u32], touched: &Touched) -> Vec<u32> {
        // Where each customer stands in the list: by its last payment, if it has one.
        let mut stood: HashMap<u32, Option<u32>, FxBuildHasher> = HashMap::default();
        let mut given: Vec<(u32, u32)> = Vec::new();
        let mut changed: Set = Set::default();
        let last = |book: &Self, customer| book.customers.payments(customer).last().copied();
        let gone: Vec<u32> = sorted(touched.gone.keys().copied(), u32::cmp);
        for &slot in slots.iter().chain(&gone) {
            let old = self.customers.of(slot);
            let new = if self.standing(slot).is_some() { self.holder(store, slot) } else { None };
            for customer in old.into_iter().chain(new) {
                stood.entry(customer).or_insert_with(|| last(self, customer));
            }
            if old == new && !touched.moved.contains(&slot) {
                continue;
            }
            changed.extend(old.into_iter().chain(new));
            if let Some(old) = old {
                remove(self.customers.edit_payments(old), slot);
            }
            self.customers.give(slot, new.unwrap_or(NONE));
            given.extend(new.map(|new| (slot, new)));
        }
        for (slot, new) in given {
            let Self { customers, payments, link, .. } = self;
            insert_in_order(customers.edit_payments(new), slot, |a, b| compare(payments, link, store, a, b));
        }
        changed.extend(differ.iter().chain(&touched.payments).filter_map(|&slot| self.customers.of(slot)));
        let mut idle: Set = Set::default();
        // Whoever lost a payment may stand for itself now, such as a customer that an agent let speak for another.
        let losers = stood.keys().filter_map(|&customer| match self.customers.last_known(customer)? {
            Who::Registered(_, record) => Some(record).filter(|&record| record != NONE),
            Who::Guest(_) => None,
        });
        let records: Set = touched.customers.iter().copied().chain(losers).collect();
        for record in sorted(records, u32::cmp) {
            idle.extend(self.idle_customer(store, record));
            let Some(known) = store.tables.customers.get(at(record)) else { continue };
            let is_its =
                |&(_, source, account): &(u32, _, _)| (source, account) == (known.head.source, known.head.account);
            let numbers: Vec<u32> = self.customers.with_id(known.head.id).filter(is_its).map(|(n, _, _)| n).collect();
            for number in numbers {
                stood.entry(number).or_insert_with(|| last(self, number));
                // Its record may be new.
                if let Some(Who::Registered(registered, _)) = self.customers.who(number) {
                    self.customers.registered(store, registered);
                }
                if touched.records.contains(&record) {
                    changed.insert(number);
                }
            }
        }
        let moved = stood.into_iter().filter(|&(customer, stood)| {
            let now = last(self, customer);
            now.is_none() || stood != now || now.is_some_and(|slot| touched.moved.contains(&slot))
        });
        let moved: Vec<u32> = moved.map(|(customer, _)| customer).collect();
        self.list(store, &moved, &idle);
        // An idle customer that stands where it stood is none of whom something became.
        changed.extend(moved.iter().filter(|&&customer| self.customers.is_new_or_gone(customer)));
        sorted(changed, u32::cmp)
    }

    /// Puts customers to their places in the list, and takes those out that have no payment and do not stand for themselves.
    fn list(&mut self, store: &Store, changed: &[u32], idle: &Set) {
        let mut list = core::mem::take(&mut self.customers.oldest_first);
        if changed.len() <= FEW {
            changed.iter().for_each(|&customer| remove(&mut list, customer));
        } else {
            let all: Set = changed.iter().copied().collect();
            list.retain(|customer| !all.contains(customer));
        }
        let mut back: Vec<u32> = Vec::new();
        for &customer in changed {
            if !self.customers.payments(customer).is_empty() || idle.contains(&customer) {
                back.push(customer);
            } else {
                self.customers.dissolve(customer);
            }
        }
        if back.len() <= FEW {
            for customer in back {
                insert_in_order(&mut list, customer, |a, b| self.compare_customers(store, a, b));
            }
        } else {
            list.extend(back);
            sort_rows(&mut list, |a, b| self.compare_customers(store, a, b));
        }
        self.customers.oldest_first = list;
    }

    /// Whether so many changes are better made by a new book, or so many before them have worn this one.
    pub fn is_better_made_anew(&self, changes: usize) -> bool {
        changes > 64 && changes > self.link.slots() / 16 || self.uses.is_worn()
    }
}
