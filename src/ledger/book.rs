//! From records to payments and customers.
//!
//! The book is a function of the set of records and of what agents decided, so it cannot depend on the order of feeding. It is
//! made of all records at once, or kept up to date (`update.rs`): then only what is connected with a change is made anew, by the
//! same rules. It links attempts, refunds, disputes and checkouts to their payment, sums their money, and hands identifiers to
//! the grouping.

use super::customers::{Customers, Registered, Who};
use super::history::Identity;
use super::intern::{Interner, Sym};
use super::link::{Key, Linkage, Rows};
use super::mentions::Mentions;
use super::numbers::Numbers;
use super::payment::{Assembled, Named, Of, Payment, Payments, Standing};
use super::record::Mode;
use super::rows::{Bits, NONE, at, make_room, number_at, row};
use super::store::Store;
use super::tables::{Kind, Ref};
use super::uses::Uses;
use crate::grouping::{self, Entry, EvidenceReason, Grouping, GroupingPreset, Known, Pin, Rules};
use crate::identity::IdentifierKind;
use crate::order::sort_rows;
use crate::overrides::pins::{self, Pins};
use crate::overrides::{self, Overrides};
use crate::source::Source;
use core::cmp::Ordering;
use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;
use std::borrow::Cow;

/// What the book keeps of a payment takes more than so many bytes.
const BYTES_A_PAYMENT: usize = 80;

/// Everything that questions are asked of. Payments are known by their slots, which they keep as long as they live.
#[derive(Debug, Default)]
pub struct Book {
    /// Which records are which payment.
    pub link: Linkage,
    /// What is kept of the payments.
    pub(super) payments: Payments,
    /// All payments, in order of (created, source, account, id).
    pub order: Vec<u32>,
    /// What they used.
    pub uses: Uses,
    /// What agents decided, in slots.
    pub pins: Pins,
    /// Why each payment is where it is.
    pub(super) evidence: Assigned,
    /// Which keys join nobody, since more than a household uses them (`guarded`) or an agent said so.
    pub(super) shared: Vec<bool>,
    /// Who holds which payment.
    pub customers: Customers,
    /// Which records name which ids; made when a record changes for the first time.
    pub(super) mentions: Option<Mentions>,
}

/// What the grouping found, by slot.
#[derive(Debug, Default)]
pub struct Assigned {
    /// The first payment of each payment's guest; [`NONE`] for a registered customer's payment.
    founders: Numbers,
    reasons: Vec<EvidenceReason>,
    decided_by: Numbers,
    /// The identifiers of payments, as in [`Uses`], of which an earlier use by the guest is why a payment is here.
    joined_by: Bits,
    /// Payments that an agent linked, and that a completed use joined to their guest.
    linked_by_completed: HashSet<u32, FxBuildHasher>,
    /// Guests that agents linked to registered customers, by their first payments.
    linked: HashMap<u32, Registered, FxBuildHasher>,
}

impl Book {
    /// Makes the book of all records.
    pub fn new(store: &Store, rules: &Rules, overrides: &Overrides) -> Self {
        let mut book = Self::default();
        let (mut order, _) = book.link.link(store, Rows::All);
        make_room(order.len().saturating_mul(BYTES_A_PAYMENT));
        book.uses = Uses::of_about(order.len());
        order.retain(|&slot| {
            let assembled = book.link.assemble(store, slot);
            book.payments.put(slot, assembled.as_ref().map(|of| &of.payment));
            if let Some(of) = &assembled {
                book.uses.add(store, slot, of, rules.people);
                book.customers.count(of.payment.named(), rules.people, true);
            }
            assembled.is_some()
        });
        sort_rows(&mut order, |a, b| book.compare(store, a, b));
        book.uses.gather(&order);
        book.order = order;
        book.pins = Pins::new(overrides, &Translated { book: &book, store, people: rules.people });
        book.shared = (0..row(book.uses.count())).map(|key| book.joins_nobody(rules, key)).collect();
        let order = core::mem::take(&mut book.order);
        book.regroup(rules, &order, true);
        book.order = order;
        book.make_customers(store);
        book
    }

    /// A payment, by its slot, put together from its records.
    pub fn payment(&self, store: &Store, slot: u32) -> Option<Payment> {
        self.standing(slot)?;
        self.link.payment(store, slot)
    }

    /// The same, with the records that speak for it.
    pub fn assemble(&self, store: &Store, slot: u32) -> Option<Assembled> {
        self.standing(slot)?;
        self.link.assemble(store, slot)
    }

    /// What is kept of a payment.
    pub fn standing(&self, slot: u32) -> Option<Standing> {
        self.payments.get(slot)
    }

    /// Whom a payment names as its customer.
    pub fn named(&self, slot: u32) -> Option<Named> {
        self.payments.named(slot, self.link.key(slot)?)
    }

    /// The registered customer that a payment names.
    pub fn registered_customer(&self, slot: u32) -> Option<Of> {
        self.named(slot)?.registered()
    }

    /// Payments in order of (created, source, account, id).
    pub fn compare(&self, store: &Store, a: u32, b: u32) -> Ordering {
        compare(&self.payments, &self.link, store, a, b)
    }

    /// The key of a payment.
    pub fn key(&self, slot: u32) -> Option<Key> {
        self.standing(slot)?;
        self.link.key(slot)
    }

    /// Why a payment is where it is: the rule that applied, and the payment that decided.
    pub(super) fn why(&self, slot: u32) -> (EvidenceReason, Option<Key>) {
        (self.reason(slot), self.decided_by(slot).and_then(|earlier| self.key(earlier)))
    }

    /// Who a customer is in any book.
    pub fn identity(&self, customer: u32) -> Option<Identity> {
        Some(match self.customers.who(customer)? {
            Who::Guest(founder) => Identity::Guest(self.key(founder)?),
            Who::Registered(registered, _) => Identity::Registered(registered),
        })
    }

    /// The number of a customer, if it is here.
    pub fn customer_with(&self, store: &Store, who: Identity) -> Option<u32> {
        match who {
            Identity::Registered(registered) => self.customers.find(registered),
            Identity::Guest(key) => {
                let slot = self.payment_with_id(store, key.0, key.1, key.2)?;
                self.customers.guest_of(slot).filter(|_| self.key(slot) == Some(key))
            }
        }
    }

    /// The customer that holds the payment with a key now.
    pub fn holder_of(&self, store: &Store, (source, account, id): Key) -> Option<u32> {
        self.customers.of(self.payment_with_id(store, source, account, id)?)
    }

    /// Whether a payment is older than another.
    pub fn is_older(&self, store: &Store, slot: u32, other: u32) -> bool {
        self.compare(store, slot, other).is_lt()
    }

    /// Puts payments under guests; they come in order, and everybody that they are connected with is among them.
    pub(super) fn regroup(&mut self, rules: &Rules, slots: &[u32], all: bool) {
        // Of a few payments, keys are numbered anew: what is as long as all keys would cost more than the payments.
        let mut numbers: HashMap<u32, u32, FxBuildHasher> = HashMap::default();
        let (mut kinds, mut shared, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        if !all {
            for &key in slots.iter().flat_map(|&slot| self.uses.keys_of(slot)) {
                let number = *numbers.entry(key).or_insert_with(|| {
                    kinds.extend(self.uses.kind_of(key));
                    shared.push(self.joins_none(key));
                    row(kinds.len().saturating_sub(1))
                });
                keys.push(number);
            }
        }
        let mut start = 0_usize;
        let (book, keys) = (&*self, keys.as_slice());
        let entries = slots.iter().map(move |&slot| {
            let range = book.uses.range(slot);
            let end = start.saturating_add(range.len());
            let own = if all { book.uses.keys.get(range) } else { keys.get(start..end) };
            start = end;
            Entry {
                guest: book.is_guest_payment(slot, rules.people),
                completed: book.standing(slot).is_some_and(|payment| payment.status.is_completed()),
                fields: book.uses.fields_of(slot),
                keys: own.unwrap_or_default(),
                pin: book.pins.of(slot),
            }
        });
        let registered = self.pins.are_registered();
        let (kinds, shared): (&[IdentifierKind], &[bool]) =
            if all { (self.uses.kinds(), &self.shared) } else { (&kinds, &shared) };
        let grouping = grouping::assign(rules, entries, &Known { kinds, shared, registered: &registered });
        self.evidence.take(slots, &self.uses, &self.pins, grouping);
    }

    /// Whether a payment has no registered customer, or an agent parted it from it, or everybody is grouped.
    pub(super) fn is_guest_payment(&self, slot: u32, people: bool) -> bool {
        people || self.registered_customer(slot).is_none() || self.pins.of(slot) == Pin::Alone
    }

    /// The number of the customer that holds a payment.
    pub(super) fn holder(&mut self, store: &Store, slot: u32) -> Option<u32> {
        let founder = self.evidence.founders.at(slot);
        if founder != NONE {
            return Some(match self.evidence.linked.get(&founder) {
                // A guest that an agent linked to a registered customer is that customer.
                Some(&registered) => self.customers.registered(store, registered),
                None => self.customers.guest(founder),
            });
        }
        let (source, account, id) = self.registered_customer(slot)?;
        let speaker = self.pins.speaker((source, account, id, self.standing(slot)?.mode));
        Some(self.customers.registered(store, speaker))
    }

    fn make_customers(&mut self, store: &Store) {
        let order = core::mem::take(&mut self.order);
        for &slot in &order {
            if let Some(customer) = self.holder(store, slot) {
                self.customers.give(slot, customer);
            }
        }
        self.customers.gather(&order);
        self.order = order;
        let mut listed: Vec<u32> = Vec::new();
        for record in (0_u32..).take(store.tables.customers.len()) {
            listed.extend(self.idle_customer(store, record));
        }
        sort_rows(&mut listed, |a, b| self.compare_customers(store, a, b));
        // A customer comes where its last payment comes.
        let last_of =
            |&slot: &u32| self.customers.of(slot).filter(|&one| self.customers.payments(one).last() == Some(&slot));
        listed.extend(self.order.iter().filter_map(last_of));
        for &customer in &listed {
            self.customers.know(customer);
        }
        self.customers.oldest_first = listed;
    }

    /// The number of the customer of a record that stands for itself: no payment names it, and nobody linked it to another.
    pub(super) fn idle_customer(&mut self, store: &Store, record: u32) -> Option<u32> {
        let customer = self.customers.is_idle(store, record)?;
        let is_another = self.pins.same_as().iter().any(|(known, _)| *known == customer);
        let (source, account, id, _) = customer;
        // Its payments may be live where its record does not say.
        let known = self.customers.with_id(id).filter(|&(_, of, its)| (of, its) == (source, account));
        let is_held = { known }.any(|(number, _, _)| !self.customers.payments(number).is_empty());
        if is_another || is_held {
            return None;
        }
        Some(self.customers.registered(store, customer))
    }

    /// Oldest last payment first; customers without a payment before all, oldest first.
    pub fn compare_customers(&self, store: &Store, a: u32, b: u32) -> Ordering {
        let last = |customer| self.customers.payments(customer).last().copied();
        match (last(a), last(b)) {
            (Some(a), Some(b)) => self.compare(store, a, b),
            (a_last, b_last) if a_last.is_none() && b_last.is_none() => {
                self.idle_order(store, a).cmp(&self.idle_order(store, b))
            }
            (a_last, b_last) => a_last.is_some().cmp(&b_last.is_some()),
        }
    }

    /// How customers without a payment are ordered.
    pub fn idle_order<'s>(
        &self,
        store: &'s Store,
        customer: u32,
    ) -> (Option<i64>, Cow<'s, str>, Cow<'s, str>, Source, Mode) {
        match self.customers.who(customer) {
            Some(Who::Registered((source, account, id, mode), record)) => {
                let created = store.tables.customers.get(at(record)).and_then(|customer| customer.created);
                (created, store.interner.get(account), store.interner.get(id), source, mode)
            }
            _ => (None, "".into(), "".into(), Source::Stripe, Mode::Live),
        }
    }

    /// Whether a key joins nobody: more than a household uses it, or an agent said so.
    pub fn joins_none(&self, key: u32) -> bool {
        self.shared.get(at(key)) == Some(&true)
    }

    /// Works that out.
    pub(super) fn joins_nobody(&self, rules: &Rules, key: u32) -> bool {
        self.is_marked(key) || rules.preset == GroupingPreset::Guarded && self.is_widely_used(rules, key)
    }

    /// Whether an agent marked an identifier as shared.
    pub fn is_marked(&self, key: u32) -> bool {
        let known = self.uses.kind_of(key).zip(self.uses.form_of(key));
        known.is_some_and(|(kind, form)| self.pins.is_marked(kind, form))
    }

    /// Whether identifiers of a key's kind join, as the option `by` has it.
    pub(super) fn is_used(&self, rules: &Rules, key: u32) -> bool {
        self.uses.kind_of(key).is_some_and(|kind| rules.uses(kind))
    }

    /// Whether more than a household uses an identifier, whatever the preset.
    pub fn is_widely_used(&self, rules: &Rules, key: u32) -> bool {
        let payments = self.uses.payments_with(key).iter();
        let counted = payments.filter(|&&slot| self.pins.of(slot) != Pin::Alone).map(|&slot| self.uses.keys_of(slot));
        grouping::is_shared(&rules.limits, self.uses.kinds(), key, counted)
    }

    /// The first payment of a payment's guest; `None` for a payment that is a registered customer's by itself.
    pub fn founder_of(&self, slot: u32) -> Option<u32> {
        self.evidence.founders.some(slot)
    }

    /// Why a payment is where it is.
    pub fn reason(&self, slot: u32) -> EvidenceReason {
        self.evidence.reasons.get(at(slot)).copied().unwrap_or(EvidenceReason::FirstPayment)
    }

    /// The earlier payment whose use decided.
    pub fn decided_by(&self, slot: u32) -> Option<u32> {
        self.evidence.decided_by.some(slot)
    }

    /// Whether an earlier use of an identifier by the guest is why a payment is here, by the place of its own use.
    pub fn is_joined_by(&self, place: usize) -> bool {
        self.evidence.joined_by.has(place)
    }

    /// The guest's latest earlier payment with an identifier, by the place of a payment's use of it, if that is why it is here.
    pub fn shared_with(&self, store: &Store, slot: u32, place: usize) -> Option<u32> {
        let key = *self.uses.keys.get(place).filter(|_| self.is_joined_by(place))?;
        let (reason, founder) = (self.reason(slot), self.founder_of(slot));
        // Where no agent decided, the latest use of all decided.
        let decided = self.decided_by(slot).filter(|_| reason != EvidenceReason::Linked);
        if let Some(decided) = decided.filter(|&other| self.uses.keys_of(other).contains(&key)) {
            return Some(decided);
        }
        let by_completed = reason == EvidenceReason::CompletedUse || self.evidence.linked_by_completed.contains(&slot);
        let counts = |other| !by_completed || self.standing(other).is_some_and(|payment| payment.status.is_completed());
        let users = self.uses.payments_with(key);
        let earlier = users.partition_point(|&other| self.is_older(store, other, slot));
        let is_its = |other: &u32| self.founder_of(*other) == founder && counts(*other);
        users.get(..earlier)?.iter().rev().copied().find(is_its)
    }

    /// The first payment of the guest that is a registered customer by an agent's link.
    pub fn linked_guest(&self, registered: Registered) -> Option<u32> {
        self.evidence.linked.iter().find(|(_, known)| **known == registered).map(|(&founder, _)| founder)
    }

    /// The payment that a record belongs to.
    pub fn payment_of(&self, record: Ref) -> Option<u32> {
        self.link.payment_of(record)
    }

    /// The payment with this key, or that an attempt with this key is of.
    pub fn payment_with(&self, store: &Store, key: &overrides::Key) -> Option<u32> {
        let (source, account, id) = key.symbols(&store.interner)?;
        self.payment_with_id(store, source, account, id)
    }

    fn payment_with_id(&self, store: &Store, source: Source, account: Sym, id: Sym) -> Option<u32> {
        let by_record = |kind| store.find(kind, source, account, id).and_then(|record| self.payment_of(record));
        let named = || self.link.by_reference(id, (source, account)).map(|slot| self.link.counted_as(slot));
        by_record(Kind::Intent).or_else(named).or_else(|| by_record(Kind::Attempt))
    }

    /// Payments known only by the id that their attempts name.
    pub fn by_reference(&self, id: Sym) -> impl Iterator<Item = (Source, Sym, u32)> {
        let known = self.link.by_any_reference(id);
        known.map(|((source, account), slot)| (source, account, self.link.counted_as(slot)))
    }
}

/// Payments in order of (created, source, account, id); where there is none, by slot.
pub fn compare(payments: &Payments, link: &Linkage, store: &Store, a: u32, b: u32) -> Ordering {
    let Some((one, two)) = payments.get(a).zip(payments.get(b)) else { return a.cmp(&b) };
    let text = |sym| store.interner.get(sym);
    let key = |slot| link.key(slot).map(|(source, account, id)| (source, text(account), text(id)));
    one.created.cmp(&two.created).then_with(|| key(a).cmp(&key(b)))
}

impl Assigned {
    /// Takes over what was found of some payments, in their order.
    fn take(&mut self, slots: &[u32], uses: &Uses, pins: &Pins, grouping: Grouping) {
        let slot_of = |number: u32| slots.get(at(number)).copied().unwrap_or(NONE);
        let Grouping { guest_of, founders, reasons, joined_by, linked_by_completed, decided_by, registered_of, .. } =
            grouping;
        let founder_of = |guest: u32| slot_of(number_at(&founders, guest));
        if !self.linked.is_empty() || !self.linked_by_completed.is_empty() {
            slots.iter().for_each(|slot| {
                self.linked.remove(slot);
                self.linked_by_completed.remove(slot);
            });
        }
        self.linked_by_completed.extend(linked_by_completed.into_iter().map(slot_of));
        // One list after the other, each of which goes when it was taken over: together they would be what most memory is needed for.
        slots.iter().zip(&guest_of).for_each(|(&slot, &guest)| self.founders.put(slot, founder_of(guest)));
        drop(guest_of);
        slots.iter().zip(&decided_by).for_each(|(&slot, &earlier)| self.decided_by.put(slot, slot_of(earlier)));
        drop(decided_by);
        for (&slot, &reason) in slots.iter().zip(&reasons) {
            if self.reasons.len() <= at(slot) {
                self.reasons.resize(at(slot).saturating_add(1), EvidenceReason::FirstPayment);
            }
            if let Some(known) = self.reasons.get_mut(at(slot)) {
                *known = reason;
            }
        }
        let places = slots.iter().flat_map(|&slot| uses.range(slot));
        places.zip(&joined_by).for_each(|(place, &is)| self.joined_by.put(place, is));
        for (guest, &group) in (0_u32..).zip(&registered_of) {
            if let Some(registered) = pins.registered(group) {
                self.linked.insert(founder_of(guest), registered);
            }
        }
    }

    /// Forgets a payment that is no more.
    pub(super) fn forget(&mut self, slot: u32) {
        self.founders.put(slot, NONE);
        self.linked.remove(&slot);
    }
}

/// A book by which decisions are translated.
pub(super) struct Translated<'b> {
    pub book: &'b Book,
    pub store: &'b Store,
    pub people: bool,
}

impl pins::Rows for Translated<'_> {
    fn interner(&self) -> &Interner {
        &self.store.interner
    }

    fn payment(&self, source: Source, account: Sym, id: Sym) -> Option<u32> {
        self.book.payment_with_id(self.store, source, account, id)
    }

    fn customer(&self, payment: u32) -> (Option<Registered>, Mode) {
        let Some(standing) = self.book.standing(payment) else { return (None, Mode::Unknown) };
        let customer = self.book.registered_customer(payment).filter(|_| !self.people);
        (customer.map(|(source, account, id)| (source, account, id, standing.mode)), standing.mode)
    }

    fn first_payment(&self, (source, account, id, mode): Registered, but_for: &[u32]) -> Option<u32> {
        if !self.people {
            return None;
        }
        let mut keys = self.book.uses.keys_with(IdentifierKind::Customer, id);
        let key = keys.find(|&key| {
            self.book.uses.scope_of(key) == Some((source, account)) && {
                let first = self.book.uses.payments_with(key).first();
                first.and_then(|&slot| self.book.standing(slot)).is_some_and(|payment| payment.mode == mode)
            }
        })?;
        self.book.uses.payments_with(key).iter().copied().find(|slot| !but_for.contains(slot))
    }
}
