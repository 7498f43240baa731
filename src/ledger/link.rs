//! Which records are one payment, and what they come to together.

use super::book::{Links, NONE, Payment, at, row};
use super::intern::Sym;
use super::orders::{Orders, is_shop};
use super::record::{Attempt, AttemptState, Intent, Mode, Session};
use super::reversal::{Dispute, Refund};
use super::status::{PaymentStatus, Stage, spokesman, stage};
use super::store::{Kind, Ref, Store};
use super::sums::{Sums, disputed_amount, worst_dispute};
use super::symmap::SymMap;
use crate::order::sort_rows;
use crate::source::Source;

/// The checkout that speaks for a payment: of several the one with the smallest id, in any order of feeding.
pub fn first_session<'s>(store: &'s Store, rows: &[u32]) -> Option<&'s Session> {
    let sessions = rows.iter().filter_map(|&row| store.tables.sessions.get(at(row)));
    let text = |sym| store.interner.get(sym);
    sessions.min_by_key(|session| (text(session.head.id), session.head.source, text(session.head.account)))
}

/// Which payment each record belongs to, by the row of the record.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    /// Of attempts.
    pub attempts: Vec<u32>,
    /// Of intents.
    pub intents: Vec<u32>,
    /// Of refunds.
    pub refunds: Vec<u32>,
    /// Of disputes.
    pub disputes: Vec<u32>,
    /// Of checkouts.
    pub sessions: Vec<u32>,
    /// Of orders.
    pub orders: Vec<u32>,
    /// Of what stands beside payments.
    pub annexes: Vec<u32>,
}

impl Owners {
    fn each(&mut self) -> impl Iterator<Item = &mut u32> {
        let lists = [&mut self.attempts, &mut self.intents, &mut self.refunds, &mut self.disputes];
        lists.into_iter().chain([&mut self.sessions, &mut self.orders, &mut self.annexes]).flatten()
    }
}

/// The key of a payment.
type Key = (Source, Sym, Sym);

/// Where an id is one record's: in one account of a source.
type Scope = (Source, Sym);

/// Payments before they are sorted.
pub struct Draft {
    /// The key of each payment.
    pub(super) ids: Vec<Key>,
    pub(super) intents: Vec<u32>,
    /// Which records make up each payment's money.
    pub(super) owners: Owners,
    pub(super) attempts: Links,
    pub(super) refunds: Links,
    pub(super) disputes: Links,
    sessions: Links,
    /// Payments known only by the id that their attempts name.
    pub(super) by_reference: SymMap<Scope>,
    /// The shops' orders, and which of them are money that a gateway counts already.
    pub(super) orders: Orders,
}

impl Draft {
    /// Decides which records are one payment.
    pub fn link(store: &Store) -> Self {
        let tables = &store.tables;
        let mut ids: Vec<_> = tables.intents.iter().map(|i| (i.head.source, i.head.account, i.head.id)).collect();
        let mut intents: Vec<u32> = (0..ids.len()).map(row).collect();
        let of_intent = intents.clone();
        let claimed = claims(store);
        let mut by_reference: SymMap<Scope> = SymMap::default();
        let mut of_attempt = vec![NONE; tables.attempts.len()];
        let mut moved: SymMap<Scope> = SymMap::default();
        let mut owner_of = |attempt: &Attempt| {
            let (source, account) = (attempt.head.source, attempt.head.account);
            let scope = (source, account);
            let mut start = |id| {
                ids.push((source, account, id));
                intents.push(NONE);
                row(ids.len().saturating_sub(1))
            };
            let direct = |id| {
                let intent = || store.find(Kind::Intent, source, account, id);
                if tables.intents.is_empty() { None } else { intent().map(|found| found.row) }
            };
            let own_id = attempt.head.id;
            let own = if attempt.transaction.is_some() { None } else { moved.get(own_id, scope) };
            let payment = match (own, attempt.payment) {
                (Some(payment), _) => payment,
                (None, Some(id)) => direct(id).unwrap_or_else(|| {
                    let id = store.alias(source, account, id);
                    direct(id).unwrap_or_else(|| by_reference.get_or_insert_with(id, scope, || start(id)))
                }),
                // It is a payment by itself, and may be named as one by another attempt.
                (None, None) => match claimed.get(own_id, scope).or_else(|| direct(own_id)) {
                    Some(payment) => payment,
                    None if attempt.transaction.is_some() => {
                        by_reference.get_or_insert_with(own_id, scope, || start(own_id))
                    }
                    None => by_reference.get(own_id, scope).unwrap_or_else(|| start(own_id)),
                },
            };
            if let Some(id) = attempt.transaction {
                // A movement that two payments name is the one's with the smaller id, in any order of feeding.
                let id_of = |payment: u32| ids.get(at(payment)).map(|&(_, _, id)| store.interner.get(id));
                moved.put(id, scope, payment, |known| id_of(payment) < id_of(known));
            }
            payment
        };
        // Attempts that name the movement of their money by its own id come first: where that is a record, too, both are
        // one payment. Of each sort, those that name their payment come first: another may be that payment.
        for (by_movement, by_name) in [(true, true), (true, false), (false, true), (false, false)] {
            for (owner, attempt) in of_attempt.iter_mut().zip(&tables.attempts) {
                if attempt.transaction.is_some() == by_movement && attempt.payment.is_some() == by_name {
                    *owner = owner_of(attempt);
                }
            }
        }
        moved.extend(&by_reference);
        let by_reference = moved;
        let owner = |source, account, attempt: Option<Sym>, payment: Option<Sym>| {
            let by_attempt = |id| {
                let found = store.find(Kind::Attempt, source, account, id);
                found.and_then(|found| of_attempt.get(found.index()).copied())
            };
            let by_claim = || attempt.and_then(|id| claimed.get(id, (source, account)));
            let by_payment = || {
                let known = |id| {
                    let intent = store.find(Kind::Intent, source, account, id).map(|found| found.row);
                    intent.or_else(|| by_reference.get(id, (source, account))).or_else(|| by_attempt(id))
                };
                let id = payment?;
                known(id).or_else(|| known(store.alias(source, account, id)))
            };
            let by_movement = || by_reference.get(attempt?, (source, account));
            attempt.and_then(by_attempt).or_else(by_claim).or_else(by_movement).or_else(by_payment).unwrap_or(NONE)
        };
        let owners = Owners {
            refunds: owned(&tables.refunds, |r| owner(r.head.source, r.head.account, r.attempt, r.payment)),
            disputes: owned(&tables.disputes, |d| owner(d.head.source, d.head.account, d.attempt, d.payment)),
            sessions: owned(&tables.sessions, |s| owner(s.head.source, s.head.account, None, s.payment)),
            orders: owned(&tables.orders, |o| {
                // An order's own payment has its id; a payment that its id merely leads to is another.
                let (source, account, id) = (o.head.source, o.head.account, o.head.id);
                let intent = store.find(Kind::Intent, source, account, id).map(|found| found.row);
                let named = || by_reference.get(id, (source, account));
                let attempt = || store.find(Kind::Attempt, source, account, id);
                let own = |found: Ref| of_attempt.get(found.index()).copied();
                let is_own = |&payment: &u32| ids.get(at(payment)) == Some(&(source, account, id));
                let other = || named().filter(is_own).or_else(|| attempt().and_then(own).filter(is_own));
                intent.or_else(other).unwrap_or(NONE)
            }),
            annexes: owned(&tables.annexes, |a| {
                let by_refund = |id| store.find(Kind::Refund, a.head.source, a.head.account, id);
                let payment = owner(a.head.source, a.head.account, a.payment, a.payment);
                match a.payment.filter(|_| payment == NONE).and_then(by_refund) {
                    Some(refund) => tables.refunds.get(refund.index()).map_or(NONE, |refund| {
                        owner(refund.head.source, refund.head.account, refund.attempt, refund.payment)
                    }),
                    None => payment,
                }
            }),
            attempts: of_attempt,
            intents: of_intent,
        };
        let links = |owner_of: &[u32]| Links::new(ids.len(), owner_of);
        let mut draft = Self {
            attempts: links(&owners.attempts),
            refunds: links(&owners.refunds),
            disputes: links(&owners.disputes),
            sessions: links(&owners.sessions),
            orders: Orders::default(),
            ids,
            intents,
            owners,
            by_reference,
        };
        draft.orders = Orders::link(&draft, store);
        draft.count_once(store);
        draft
    }

    /// Takes what a gateway counts already out of the shops' payments, and gives a dispute that only the shop knows to the
    /// gateway's payment.
    fn count_once(&mut self, store: &Store) {
        if self.orders.into.is_empty() {
            return;
        }
        let (attempts, refunds) = (&self.orders.covered_attempts, &self.orders.covered_refunds);
        for (owners, covered) in [(&mut self.owners.attempts, attempts), (&mut self.owners.refunds, refunds)] {
            for &(record, _) in covered {
                if let Some(owner) = owners.get_mut(at(record)) {
                    *owner = NONE;
                }
            }
        }
        let created = |dispute: u32| store.tables.disputes.get(at(dispute)).and_then(|dispute| dispute.created);
        // The same dispute begins on both sides within a day; one that begins later is another.
        let later = |dispute: u32, other: u32| {
            created(dispute).zip(created(other)).is_some_and(|(this, other)| this.saturating_sub(other) > 86_400)
        };
        for (dispute, owner) in (0_u32..).zip(&mut self.owners.disputes) {
            if let Some(into) = self.orders.gateway_of(*owner) {
                let takes = self.disputes.of(into).iter().all(|&known| later(dispute, known));
                self.orders.covered_disputes.push((dispute, into));
                *owner = if takes { into } else { NONE };
            }
        }
        let links = |owner_of: &[u32]| Links::new(self.ids.len(), owner_of);
        self.attempts = links(&self.owners.attempts);
        self.refunds = links(&self.owners.refunds);
        self.disputes = links(&self.owners.disputes);
    }

    /// The payments in order of (created, source, account, id).
    pub fn sort(&self, store: &Store) -> Vec<u32> {
        let created: Vec<i64> = (0..self.ids.len()).map(row).map(|old| self.created(store, old)).collect();
        let mut order: Vec<u32> = (0..self.ids.len()).map(row).collect();
        order.retain(|&old| !self.orders.is_counted_elsewhere(old));
        let key = |old: u32| {
            let (source, account, id) = self.ids.get(at(old)).copied()?;
            Some((source, store.interner.get(account), store.interner.get(id)))
        };
        sort_rows(&mut order, |a, b| created.get(at(a)).cmp(&created.get(at(b))).then_with(|| key(a).cmp(&key(b))));
        order
    }

    pub(super) fn intent<'s>(&self, store: &'s Store, payment: u32) -> Option<&'s Intent> {
        store.tables.intents.get(at(*self.intents.get(at(payment))?))
    }

    pub(super) fn attempts<'s>(
        &self,
        store: &'s Store,
        payment: u32,
    ) -> impl Iterator<Item = (u32, &'s Attempt)> + Clone {
        self.attempts.of(payment).iter().filter_map(|&row| Some((row, store.tables.attempts.get(at(row))?)))
    }

    pub(super) fn created(&self, store: &Store, payment: u32) -> i64 {
        let intent = self.intent(store, payment).map(|intent| intent.created);
        let first = || self.attempts(store, payment).map(|(_, attempt)| attempt.created).min();
        intent.or_else(first).unwrap_or(0)
    }

    /// Whether a refund is only a hold that was let go: of an attempt that took no money, or of a hold that lapsed.
    fn is_release(&self, store: &Store, refund: &Refund) -> bool {
        use AttemptState::{Blocked, Failed, Voided};
        let attempt = refund
            .attempt
            .and_then(|id| store.find(Kind::Attempt, refund.head.source, refund.head.account, id))
            .and_then(|found| store.tables.attempts.get(found.index()));
        attempt.is_some_and(|attempt| matches!(attempt.state, Failed | Blocked | Voided))
            || refund.reason.is_some_and(|reason| store.interner.get(reason) == "expired_uncaptured_charge")
    }

    /// Replaces the numbers of before sorting: whose money each record is, and which payment its id leads to.
    pub fn renumber(&mut self, order: &[u32]) -> (Owners, Owners) {
        let mut new_of = vec![NONE; self.ids.len()];
        for (new, &old) in order.iter().enumerate() {
            if let Some(slot) = new_of.get_mut(at(old)) {
                *slot = row(new);
            }
        }
        let new = |old: u32| new_of.get(at(old)).copied().unwrap_or(NONE);
        let into = |old: u32| match self.orders.into.get(at(old)) {
            Some(&gateway) if gateway != NONE => new(gateway),
            _ => new(old),
        };
        let mut money = core::mem::take(&mut self.owners);
        let mut leads = money.clone();
        self.orders.restore(&mut leads);
        money.each().for_each(|owner| *owner = new(*owner));
        leads.each().for_each(|owner| *owner = into(*owner));
        self.by_reference.rows_mut().for_each(|payment| *payment = into(*payment));
        let gateways = self.orders.sides.iter_mut().flat_map(|side| &mut side.gateway);
        gateways.for_each(|gateway| *gateway = new(*gateway));
        (money, leads)
    }

    /// Puts one payment together. Every payment has an intent or an attempt, so there always is one.
    pub fn payment(&self, store: &Store, old: u32) -> Option<Payment> {
        let (source, account, id) = self.ids.get(at(old)).copied()?;
        // Of an order that a gateway counts in part, the order's own sums say nothing of the rest.
        let intent = self.intent(store, old).filter(|_| !self.orders.is_counted_in_part(old));
        // Test transactions of a shop's live order are no money.
        let any_live = self.attempts(store, old).any(|(_, attempt)| attempt.mode != Mode::Test);
        let attempts = || self.attempts(store, old).filter(move |(_, a)| !any_live || a.mode != Mode::Test);
        let spoken = spokesman(attempts(), |attempt| store.interner.hash(attempt.head.id));
        let attempt = spoken.and_then(|row| store.tables.attempts.get(at(row)));
        let stage = stage(intent, attempt);
        // The intent says that an attempt took the money and none of those known did: they failed, and speak for nothing.
        let spoken = spoken.filter(|_| stage != Stage::CapturedByIntent);
        let attempt = attempt.filter(|_| stage != Stage::CapturedByIntent);
        let refunds: Vec<&Refund> =
            self.refunds.of(old).iter().filter_map(|&r| store.tables.refunds.get(at(r))).collect();
        let disputes: Vec<&Dispute> =
            self.disputes.of(old).iter().filter_map(|&d| store.tables.disputes.get(at(d))).collect();
        let session = first_session(store, self.sessions.of(old));
        let kept = intent.filter(|_| stage == Stage::CapturedAsKept).map(|intent| intent.currency);
        let currency = kept.or(attempt.map(|a| a.currency)).or(intent.map(|i| i.currency))?;
        let own = |intent: &&Intent| is_shop(source) && intent.currency == currency || stage == Stage::CapturedAsKept;
        let amount = match intent.filter(own) {
            Some(intent) => intent.amount,
            // A hold and its captures are attempts of their own: what was asked for is the largest.
            None if is_shop(source) => attempts().map(|(_, a)| a.amount).max()?,
            None => attempt.map(|a| a.amount).or(intent.map(|i| i.amount))?,
        };
        let released = |refund: &Refund| self.is_release(store, refund);
        let money = Sums::of(attempts(), intent, stage, &refunds, currency, released);
        let raw_of_intent = || intent.and_then(|intent| intent.raw_status);
        let raw_status = match stage {
            Stage::Captured => attempt.and_then(|attempt| attempt.raw_status).or_else(raw_of_intent),
            _ => raw_of_intent().or(attempt.and_then(|attempt| attempt.raw_status)),
        };
        let customer = intent
            .and_then(|intent| intent.customer)
            .or_else(|| attempt.and_then(|attempt| attempt.customer))
            .or_else(|| {
                self.attempts(store, old).filter_map(|(_, a)| a.customer).min_by_key(|&c| store.interner.get(c))
            })
            .or_else(|| session.and_then(|session| session.customer));
        let order = self.orders.of_payment(old);
        let order_record = store.tables.orders.get(at(order));
        let mode = attempt.map(|a| a.mode).filter(|&mode| mode != Mode::Unknown).or(intent.map(|i| i.mode));
        let mode = mode.filter(|&mode| mode != Mode::Unknown).or(order_record.map(|order| order.mode));
        let missing = self.attempts(store, old).filter(|(_, attempt)| attempt.disputed).any(|(_, attempt)| {
            attempt.dispute.map_or(disputes.is_empty(), |named| disputes.iter().all(|dispute| dispute.head.id != named))
        });
        let status = money.status(stage, amount);
        // The shop's customer is the customer; the gateway's is then only another name for it.
        let shop_customer = order_record.and_then(|o| Some((o.head.source, o.head.account, o.customer?)));
        Some(Payment {
            source,
            account,
            id,
            mode: mode.unwrap_or(Mode::Unknown),
            created: self.created(store, old),
            status,
            raw_status,
            currency,
            amount,
            captured: money.captured,
            refunded: money.taken.saturating_sub(money.pending),
            refund_pending: money.pending,
            disputed: disputed_amount(&disputes, currency, source, missing),
            refund_state: money.state,
            dispute_state: worst_dispute(&disputes, missing),
            dispute_missing: missing,
            attempt_unknown: stage == Stage::CapturedByIntent,
            refunds_uncertain: money.uncertain,
            release_uncertain: money.release_uncertain,
            refund_recorded: money.recorded || self.orders.shop_credited(old),
            shop_refund_failed: self.orders.shop_refund_failed(old),
            by_hand: attempt.is_some_and(|attempt| attempt.by_hand) || status == PaymentStatus::MarkedPaid,
            customer,
            shop_customer,
            order,
            linked_by: self.orders.linked_by(old),
            intent: self.intents.get(at(old)).copied().unwrap_or(NONE),
            attempt: spoken.unwrap_or(NONE),
        })
    }
}

fn owned<R>(records: &[R], owner: impl Fn(&R) -> u32) -> Vec<u32> {
    records.iter().map(owner).collect()
}

/// The intent that names each attempt. Two intents that name one attempt contradict each other; the smaller id takes it, in
/// any order of feeding.
fn claims(store: &Store) -> SymMap<Scope> {
    let mut claimed: SymMap<Scope> = SymMap::default();
    for (index, intent) in store.tables.intents.iter().enumerate() {
        for &attempt in &intent.attempts {
            let scope = (intent.head.source, intent.head.account);
            let id_of = |row| store.tables.intents.get(at(row)).map(|intent| store.interner.get(intent.head.id));
            claimed.put(attempt, scope, row(index), |rival| id_of(row(index)) < id_of(rival));
        }
    }
    claimed
}
