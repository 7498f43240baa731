//! Which records are one payment.
//!
//! A payment has a slot, which it keeps as long as it lives. All records are linked at once, or only those that are connected
//! with what changed: the same rules, over fewer rows.

use super::intern::Sym;
use super::keys::Keys;
use super::mentions::Connected;
use super::numbers::Numbers;
use super::orders::{Orders, ShopSide};
use super::record::{Attempt, Head, Intent, Session};
use super::rows::{Links, NONE, at, push_tight, row};
use super::store::Store;
use super::symmap::SymMap;
use super::tables::{Kind, Ref};
use crate::order::sorted;
use crate::source::Source;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// The checkout that speaks for a payment: of several the one with the smallest id, in any order of feeding.
pub fn first_session<'s>(store: &'s Store, rows: &[u32]) -> Option<&'s Session> {
    let sessions = rows.iter().filter_map(|&row| store.tables.sessions.get(at(row)));
    let text = |sym| store.interner.get(sym);
    sessions.min_by_key(|session| (text(session.head.id), session.head.source, text(session.head.account)))
}

/// The key of a payment.
pub type Key = (Source, Sym, Sym);

/// Where an id is one record's: in one account of a source.
pub type Scope = (Source, Sym);

/// Which records are linked.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'c> {
    /// All.
    All,
    /// Those that are connected with what changed.
    Only(&'c Connected),
}

impl<'c> Rows<'c> {
    /// The rows of a kind, in order.
    pub fn of(self, store: &Store, kind: Kind) -> impl Iterator<Item = u32> + Clone + use<'c> {
        let (all, some): (_, &[u32]) = match self {
            Self::All => (0..row(store.tables.len(kind)), &[]),
            Self::Only(connected) => (0..0, connected.of(kind)),
        };
        all.chain(some.iter().copied())
    }
}

/// Which payment each record is of by its ids, by the row of the record; and which payment of a gateway counts it, where that
/// is another.
#[derive(Debug, Default)]
pub struct Owners {
    own: [Numbers; 8],
    counted_in: [Numbers; 8],
}

impl Owners {
    /// The payment that a record is of by its ids.
    pub fn own(&self, record: Ref) -> u32 {
        self.own.get(usize::from(record.kind as u8)).map_or(NONE, |list| list.at(record.row))
    }

    fn set_own(&mut self, record: Ref, slot: u32) {
        if let Some(list) = self.own.get_mut(usize::from(record.kind as u8)) {
            list.put(record.row, slot);
        }
    }

    /// The payment of a gateway that counts a shop's record.
    pub fn counted_in(&self, record: Ref) -> Option<u32> {
        self.counted_in.get(usize::from(record.kind as u8))?.some(record.row)
    }

    /// Says that a payment of a gateway counts a shop's record.
    pub fn count_in(&mut self, record: Ref, slot: u32) {
        if let Some(list) = self.counted_in.get_mut(usize::from(record.kind as u8)) {
            list.put(record.row, slot);
        }
    }
}

/// Which records are which payment.
#[derive(Debug, Default)]
pub struct Linkage {
    /// The key of each payment, by its slot.
    keys: Keys,
    /// The row of each payment's intent.
    pub(super) intents: Numbers,
    /// Which payment each record is of.
    pub(super) owners: Owners,
    /// The attempts of each payment, but for those that a gateway's payment counts already; so of the others.
    pub attempts: Links,
    /// The refunds.
    pub refunds: Links,
    /// The disputes.
    pub disputes: Links,
    /// The checkouts.
    pub sessions: Links,
    /// What stands beside payments.
    pub annexes: Links,
    /// The intent that names an attempt.
    claimed: SymMap<Scope>,
    /// Payments by the ids that their attempts name, whether or not a record has them.
    by_reference: SymMap<Scope>,
    /// Payments by the movements of money that their attempts name.
    moved: SymMap<Scope>,
    /// The shops' orders, and which of them are money that a gateway counts already.
    pub(super) orders: Orders,
}

/// A row, unless there is none.
fn some(number: Option<u32>) -> Option<u32> {
    number.filter(|&number| number != NONE)
}

/// The slots of payments that are linked anew, by their keys: a payment keeps its slot.
pub type Spare = HashMap<Key, u32, FxBuildHasher>;

impl Linkage {
    /// Decides which records are one payment. The slots that were linked, or are no more, and the keys of the latter.
    pub fn link(&mut self, store: &Store, rows: Rows<'_>) -> (Vec<u32>, Spare) {
        let mut spare = self.unlink(store, rows);
        let mut slots: Vec<u32> = sorted(spare.values().copied(), u32::cmp);
        let known = self.keys.len();
        for intent in rows.of(store, Kind::Intent) {
            let Some(head) = store.tables.intents.head(at(intent)) else { continue };
            let slot = self.start((head.source, head.account, head.id), intent, &mut spare);
            self.owners.set_own(Ref { kind: Kind::Intent, row: intent }, slot);
        }
        self.claim(store, rows);
        self.link_attempts(store, rows, &mut spare);
        self.link_others(store, rows);
        slots.extend((known..self.keys.len()).map(row));
        self.gather(store, rows);
        Orders::link(self, store, rows, &slots);
        self.count_once(store, rows, &slots);
        (slots, spare)
    }

    /// Forgets what is to be linked anew.
    fn unlink(&mut self, store: &Store, rows: Rows<'_>) -> Spare {
        let Rows::Only(connected) = rows else {
            return Spare::default();
        };
        let mut slots: Vec<u32> = Vec::new();
        for kind in Kind::of_payments() {
            for row in rows.of(store, kind) {
                let record = Ref { kind, row };
                slots.extend(Some(self.owners.own(record)).filter(|&slot| slot != NONE));
                self.owners.set_own(record, NONE);
                self.owners.count_in(record, NONE);
            }
        }
        for &(source, account, id) in &connected.ids {
            for map in [&mut self.claimed, &mut self.by_reference, &mut self.moved] {
                map.clear(id, (source, account));
            }
        }
        let mut slots = sorted(slots, u32::cmp);
        slots.dedup();
        self.orders.forget(&slots);
        for links in [&mut self.attempts, &mut self.refunds, &mut self.disputes, &mut self.sessions, &mut self.annexes]
        {
            for &slot in &slots {
                if !links.of(slot).is_empty() {
                    links.edit(slot).clear();
                }
            }
        }
        let spare = slots.iter().filter_map(|&slot| Some((self.keys.take(slot)?, slot)));
        spare.collect()
    }

    /// A payment begins, in the slot that it had.
    fn start(&mut self, key: Key, intent: u32, spare: &mut Spare) -> u32 {
        if let Some(slot) = spare.remove(&key) {
            self.keys.put_back(slot, key);
            self.intents.put(slot, intent);
            return slot;
        }
        let slot = self.keys.push(key);
        self.intents.put(slot, intent);
        slot
    }

    /// The intent that names each attempt. Two intents that name one attempt contradict each other; the smaller id takes it, in
    /// any order of feeding.
    fn claim(&mut self, store: &Store, rows: Rows<'_>) {
        if !store.tables.intents.ever_says("attempts") {
            return;
        }
        for number in rows.of(store, Kind::Intent) {
            let Some(intent) = store.tables.intents.get(at(number)) else { continue };
            for &attempt in &intent.attempts {
                let scope = (intent.head.source, intent.head.account);
                let id_of = |row| store.tables.intents.head(at(row)).map(|head| store.interner.get(head.id));
                let beats = |rival| rival == NONE || id_of(number) < id_of(rival);
                self.claimed.put(attempt, scope, number, beats);
            }
        }
    }

    fn link_attempts(&mut self, store: &Store, rows: Rows<'_>, spare: &mut Spare) {
        // Attempts that name the movement of their money by its own id come first: where that is a record, too, both are
        // one payment. Of each sort, those that name their payment come first: another may be that payment.
        let sort_of =
            |[moved, payment]: [Option<Sym>; 2]| usize::from(moved.is_none()) << 1 | usize::from(payment.is_none());
        let attempts = &store.tables.attempts;
        // What an attempt says first is its payment.
        let named = |row: u32| attempts.begun(at(row));
        // Those of the first sort that there may be are linked as they are met; the others wait.
        let first = if attempts.ever_says("transaction") { 0 } else { 2 };
        let mut waiting: [Vec<u32>; 4] = Default::default();
        for number in rows.of(store, Kind::Attempt) {
            let Some((head, named)) = named(number) else { continue };
            match waiting.get_mut(sort_of(named)).filter(|_| sort_of(named) > first) {
                Some(waiting) => push_tight(waiting, number),
                None => self.link_attempt(store, number, &head, named, spare),
            }
        }
        for number in waiting.into_iter().flatten() {
            if let Some((head, named)) = named(number) {
                self.link_attempt(store, number, &head, named, spare);
            }
        }
    }

    fn link_attempt(&mut self, store: &Store, row: u32, head: &Head, named: [Option<Sym>; 2], spare: &mut Spare) {
        let slot = self.owner_of(store, head, named, spare);
        self.owners.set_own(Ref { kind: Kind::Attempt, row }, slot);
    }

    /// The payment of an intent with this id.
    fn of_intent(&self, store: &Store, (source, account): Scope, id: Sym) -> Option<u32> {
        if store.tables.intents.is_empty() {
            return None;
        }
        store.find(Kind::Intent, source, account, id).map(|found| self.owners.own(found))
    }

    fn named(&mut self, id: Sym, scope: Scope, spare: &mut Spare) -> u32 {
        if let Some(slot) = some(self.by_reference.get(id, scope)) {
            return slot;
        }
        let slot = self.start((scope.0, scope.1, id), NONE, spare);
        self.by_reference.put(id, scope, slot, |_| true);
        slot
    }

    /// The payment of an attempt that names a movement of its money, or a payment, or neither.
    fn owner_of(&mut self, store: &Store, head: &Head, [moved, payment]: [Option<Sym>; 2], spare: &mut Spare) -> u32 {
        let (source, account, own_id) = (head.source, head.account, head.id);
        let scope = (source, account);
        let own = if moved.is_some() { None } else { some(self.moved.get(own_id, scope)) };
        let slot = match (own, payment) {
            (Some(slot), _) => slot,
            (None, Some(id)) => match self.of_intent(store, scope, id) {
                Some(slot) => slot,
                None => {
                    let id = store.alias(source, account, id);
                    let direct = self.of_intent(store, scope, id);
                    direct.unwrap_or_else(|| self.named(id, scope, spare))
                }
            },
            // It is a payment by itself, and may be named as one by another attempt.
            (None, None) => {
                let claim = some(self.claimed.get(own_id, scope));
                let claim = claim.map(|row| self.owners.own(Ref { kind: Kind::Intent, row }));
                match claim.or_else(|| self.of_intent(store, scope, own_id)) {
                    Some(slot) => slot,
                    None if moved.is_some() => self.named(own_id, scope, spare),
                    None => some(self.by_reference.get(own_id, scope))
                        .unwrap_or_else(|| self.start((source, account, own_id), NONE, spare)),
                }
            }
        };
        if let Some(id) = moved {
            // A movement that two payments name is the one's with the smaller id, in any order of feeding.
            let keys = &self.keys;
            let id_of = |slot: u32| keys.get(slot).map(|(_, _, id)| store.interner.get(id));
            let own = id_of(slot);
            self.moved.put(id, scope, slot, |known| known == NONE || own < id_of(known));
        }
        slot
    }

    /// The payment that an id of an account leads to, whether or not a record has it.
    pub(super) fn by_reference(&self, id: Sym, scope: Scope) -> Option<u32> {
        some(self.by_reference.get(id, scope)).or_else(|| some(self.moved.get(id, scope)))
    }

    /// The payments that an id of any account leads to, whether or not a record has it.
    pub(super) fn by_any_reference(&self, id: Sym) -> impl Iterator<Item = (Scope, u32)> {
        let known = self.by_reference.of(id).chain(self.moved.of(id));
        known.filter(|&(_, slot)| slot != NONE)
    }

    /// The payments whose intents name an attempt with this id.
    pub(super) fn claimed(&self, id: Sym) -> impl Iterator<Item = u32> {
        let claims = self.claimed.of(id).map(|(_, row)| row).filter(|&row| row != NONE);
        claims.map(|row| self.owners.own(Ref { kind: Kind::Intent, row }))
    }

    /// The payment that a refund, dispute or another record is of, which names an attempt or a payment.
    fn owner(&self, store: &Store, (source, account): Scope, attempt: Option<Sym>, payment: Option<Sym>) -> u32 {
        let scope = (source, account);
        let by_attempt = |id| store.find(Kind::Attempt, source, account, id).map(|found| self.owners.own(found));
        let by_claim = || {
            let row = attempt.and_then(|id| some(self.claimed.get(id, scope)))?;
            Some(self.owners.own(Ref { kind: Kind::Intent, row }))
        };
        let by_payment = || {
            let known = |id| {
                let intent = self.of_intent(store, scope, id);
                intent.or_else(|| self.by_reference(id, scope)).or_else(|| by_attempt(id))
            };
            let id = payment?;
            known(id).or_else(|| known(store.alias(source, account, id)))
        };
        let by_movement = || self.by_reference(attempt?, scope);
        attempt.and_then(by_attempt).or_else(by_claim).or_else(by_movement).or_else(by_payment).unwrap_or(NONE)
    }

    fn link_others(&mut self, store: &Store, rows: Rows<'_>) {
        let tables = &store.tables;
        for kind in [Kind::Refund, Kind::Dispute, Kind::Session, Kind::Order, Kind::Annex] {
            for number in rows.of(store, kind) {
                let place = at(number);
                let owner = match kind {
                    Kind::Refund => tables.refunds.get(place).map(|refund| {
                        self.owner(store, (refund.head.source, refund.head.account), refund.attempt, refund.payment)
                    }),
                    Kind::Dispute => tables.disputes.get(place).map(|dispute| {
                        self.owner(store, (dispute.head.source, dispute.head.account), dispute.attempt, dispute.payment)
                    }),
                    Kind::Session => tables.sessions.get(place).map(|session| {
                        self.owner(store, (session.head.source, session.head.account), None, session.payment)
                    }),
                    Kind::Order => tables
                        .orders
                        .get(place)
                        .map(|order| self.own_payment(store, (order.head.source, order.head.account, order.head.id))),
                    Kind::Annex => tables.annexes.get(place).map(|annex| {
                        let scope = (annex.head.source, annex.head.account);
                        let payment = self.owner(store, scope, annex.payment, annex.payment);
                        let find = |kind, id| store.find(kind, scope.0, scope.1, id);
                        let by_reversal = |id| find(Kind::Refund, id).or_else(|| find(Kind::Dispute, id));
                        match annex.payment.filter(|_| payment == NONE).and_then(by_reversal) {
                            Some(reversal) => self.owners.own(reversal),
                            None => payment,
                        }
                    }),
                    Kind::Attempt | Kind::Intent | Kind::Customer => None,
                };
                self.owners.set_own(Ref { kind, row: number }, owner.unwrap_or(NONE));
            }
        }
    }

    /// An order's own payment has its id; a payment that its id merely leads to is another.
    fn own_payment(&self, store: &Store, key: Key) -> u32 {
        let (source, account, id) = key;
        let is_own = |&slot: &u32| self.key(slot) == Some(key);
        let named = self.by_reference(id, (source, account)).filter(is_own);
        let attempt = || store.find(Kind::Attempt, source, account, id).map(|found| self.owners.own(found));
        let other = || named.or_else(|| attempt().filter(is_own));
        self.of_intent(store, (source, account), id).or_else(other).unwrap_or(NONE)
    }

    /// Lists the records of each payment.
    fn gather(&mut self, store: &Store, rows: Rows<'_>) {
        for kind in [Kind::Attempt, Kind::Refund, Kind::Dispute, Kind::Session, Kind::Annex] {
            self.gather_kind(store, rows, kind, &|owners, record| owners.own(record));
        }
    }

    fn gather_kind(&mut self, store: &Store, rows: Rows<'_>, kind: Kind, owner: &dyn Fn(&Owners, Ref) -> u32) {
        let Self { owners, keys, attempts, refunds, disputes, sessions, annexes, .. } = self;
        let links = match kind {
            Kind::Attempt => attempts,
            Kind::Refund => refunds,
            Kind::Dispute => disputes,
            Kind::Session => sessions,
            _ => annexes,
        };
        let owned = rows.of(store, kind).map(|row| (row, owner(owners, Ref { kind, row })));
        match rows {
            Rows::All => *links = Links::new(keys.len(), owned),
            Rows::Only(_) => {
                for (row, slot) in owned.filter(|&(_, slot)| slot != NONE) {
                    links.edit(slot).push(row);
                }
            }
        }
    }

    /// Takes what a gateway counts already out of the shops' payments, and gives a dispute that only the shop knows to the
    /// gateway's payment.
    fn count_once(&mut self, store: &Store, rows: Rows<'_>, slots: &[u32]) {
        if !self.orders.any_counted(rows, slots) {
            return;
        }
        let created = |dispute: u32| store.tables.disputes.get(at(dispute)).and_then(|dispute| dispute.created);
        // The same dispute begins on both sides within a day; one that begins later is another.
        let later = |dispute: u32, other: u32| {
            created(dispute).zip(created(other)).is_some_and(|(this, other)| this.saturating_sub(other) > 86_400)
        };
        let mut given: Vec<(u32, u32)> = Vec::new();
        for dispute in rows.of(store, Kind::Dispute) {
            let record = Ref { kind: Kind::Dispute, row: dispute };
            if let Some(into) = self.orders.gateway_of(self.owners.own(record)) {
                self.owners.count_in(record, into);
                if self.disputes.of(into).iter().all(|&known| later(dispute, known)) {
                    given.push((dispute, into));
                }
            }
        }
        if let Rows::Only(_) = rows {
            for links in [&mut self.attempts, &mut self.refunds, &mut self.disputes] {
                for &slot in slots.iter().filter(|&&slot| self.keys.get(slot).is_some()) {
                    links.edit(slot).clear();
                }
            }
        }
        let counted = |owners: &Owners, record| match owners.counted_in(record) {
            Some(_) => NONE,
            None => owners.own(record),
        };
        self.gather_kind(store, rows, Kind::Attempt, &counted);
        self.gather_kind(store, rows, Kind::Refund, &counted);
        let given_to = |dispute: u32| {
            let found = given.binary_search_by(|(known, _)| known.cmp(&dispute)).ok();
            found.and_then(|found| given.get(found)).map_or(NONE, |&(_, into)| into)
        };
        self.gather_kind(store, rows, Kind::Dispute, &|owners, record| match owners.counted_in(record) {
            Some(_) => given_to(record.row),
            None => owners.own(record),
        });
    }

    /// The payment that a record is of, as a host sees it: a shop's record that a gateway counts leads to the gateway's payment.
    pub fn payment_of(&self, record: Ref) -> Option<u32> {
        let own = || Some(self.owners.own(record)).filter(|&slot| slot != NONE);
        self.owners.counted_in(record).or_else(own).map(|slot| self.counted_as(slot))
    }

    /// The attempts of an order's own payment, a gateway counts them or not.
    pub fn attempts_of_order(&self, store: &Store, order: u32) -> impl Iterator<Item = u32> {
        let own = self.owners.own(Ref { kind: Kind::Order, row: order });
        let rows = (0..row(store.tables.attempts.len())).filter(move |_| own != NONE);
        rows.filter(move |&row| self.owners.own(Ref { kind: Kind::Attempt, row }) == own)
    }

    /// The payment in which another is counted, mostly itself.
    pub fn counted_as(&self, slot: u32) -> u32 {
        self.orders.counted_in(slot).unwrap_or(slot)
    }

    /// Whether a slot is a payment that is counted as itself.
    pub fn is_payment(&self, slot: u32) -> bool {
        self.key(slot).is_some() && self.orders.counted_in(slot).is_none()
    }

    /// Linked orders, seen from the shop, in no order.
    pub fn sides(&self) -> &[ShopSide] {
        self.orders.sides()
    }

    /// The places of the sides that share payments with a gateway's payment, however many steps away.
    pub fn sides_around(&self, gateway: u32) -> Vec<u32> {
        self.orders.sides_around(gateway)
    }

    /// The records of a payment.
    pub fn records_of(&self, slot: u32) -> impl Iterator<Item = Ref> {
        let lists = [
            (Kind::Attempt, &self.attempts),
            (Kind::Refund, &self.refunds),
            (Kind::Dispute, &self.disputes),
            (Kind::Session, &self.sessions),
            (Kind::Annex, &self.annexes),
        ];
        let listed =
            lists.into_iter().flat_map(move |(kind, links)| links.of(slot).iter().map(move |&row| Ref { kind, row }));
        let intent = Ref { kind: Kind::Intent, row: self.intents.at(slot) };
        let order = Ref { kind: Kind::Order, row: self.orders.of_payment(slot) };
        listed.chain([intent, order]).filter(|record| record.row != NONE)
    }

    /// The key of a payment.
    pub fn key(&self, slot: u32) -> Option<Key> {
        self.keys.get(slot)
    }

    /// The row of a payment's order; [`NONE`] for most.
    pub fn order_of(&self, slot: u32) -> u32 {
        self.orders.of_payment(slot)
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn intent(&self, store: &Store, slot: u32) -> Option<Box<Intent>> {
        store.tables.intents.get(at(self.intents.some(slot)?))
    }

    pub(super) fn attempts(&self, store: &Store, slot: u32) -> impl Iterator<Item = (u32, Box<Attempt>)> {
        self.attempts.of(slot).iter().filter_map(|&row| Some((row, store.tables.attempts.get(at(row))?)))
    }

    pub(super) fn created(&self, store: &Store, slot: u32) -> i64 {
        let intent = self.intent(store, slot);
        begun(intent.as_deref(), self.attempts(store, slot).map(|(_, attempt)| attempt.created))
    }
}

/// When a payment began: with its intent, else with its first attempt.
pub(super) fn begun(intent: Option<&Intent>, attempts: impl Iterator<Item = i64>) -> i64 {
    intent.map(|intent| intent.created).or_else(|| attempts.min()).unwrap_or(0)
}
