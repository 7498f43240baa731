//! Which of the shops' money gateways count: what orders name, and what names orders.

use super::intern::Sym;
use super::link::{Linkage, Rows};
use super::mentions::plain_number;
use super::orders::{LinkedBy, ShopSide, flag, is_shop};
use super::payment::Payment;
use super::record::{Attempt, AttemptState, IntentState, Mode};
use super::reversal::RefundStatus;
use super::rows::{NONE, at};
use super::store::Store;
use super::tables::{Kind, Ref};
use crate::order::sorted;
use crate::source::Source;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use std::borrow::Cow;

/// A shop's payment, the gateway's, the shop's attempt that names it ([`NONE`] for the whole payment), and by what.
type Pair = (u32, u32, u32, LinkedBy);

/// One thing found of a payment.
#[derive(Debug)]
pub enum Found {
    /// Its order, and what links them.
    Order(u32, u32, LinkedBy),
    /// The gateway's payment in which it is counted.
    Into(u32, u32),
    /// The gateway's payment that speaks for it.
    SpokenFor(u32, u32),
    /// One of [`flag`].
    Flag(u32, u8),
    /// The order as the shop sees it.
    Side(u32, Box<ShopSide>),
}

/// What was found, and the shops' records that gateways count.
#[derive(Debug, Default)]
pub struct Covered {
    /// What of which payment.
    pub found: Vec<Found>,
    /// The records, and the gateways' payments that count them.
    pub counted: Vec<(Ref, u32)>,
}

/// The numbers with this key in a sorted list.
fn with_key(list: &[(Sym, u32)], key: Sym) -> impl Iterator<Item = u32> {
    let start = list.partition_point(|&(known, _)| known < key);
    let from = list.get(start..).unwrap_or_default();
    from.iter().take_while(move |(known, _)| *known == key).map(|&(_, number)| number)
}

fn holds_money(state: AttemptState) -> bool {
    matches!(state, AttemptState::Captured | AttemptState::Authorized | AttemptState::Pending | AttemptState::Manual)
}

/// Finds it among these rows; `slots` are their payments.
pub fn find(draft: &Linkage, store: &Store, rows: Rows<'_>, slots: &[u32]) -> Covered {
    let finder = Finder { draft, store, rows, slots };
    let named = finder.named_payments();
    let naming = finder.naming_payments(&named);
    if named.is_empty() && naming.is_empty() { Covered::default() } else { finder.cover(named, naming) }
}

/// Finds what orders name, and what names orders.
struct Finder<'d> {
    draft: &'d Linkage,
    store: &'d Store,
    rows: Rows<'d>,
    slots: &'d [u32],
}

impl<'d> Finder<'d> {
    /// Which of the shops' money gateways count.
    fn cover(&self, named: Vec<Pair>, naming: Vec<Pair>) -> Covered {
        let (finder, draft, store) = (self, self.draft, self.store);
        let mut covered_all = Covered::default();
        let found = &mut covered_all.found;
        let mut ordered: HashMap<u32, (u32, LinkedBy), FxBuildHasher> = HashMap::default();
        // In an order that does not depend on when a record was fed.
        let keyed =
            named.into_iter().chain(naming).map(|pair| ((draft.created(store, pair.0), finder.key(pair.0)), pair));
        let pairs: Vec<Pair> = sorted(keyed, |a, b| a.0.cmp(&b.0)).into_iter().map(|(_, pair)| pair).collect();
        for pairs in pairs.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(shop, _, _, _)) = pairs.first() else { continue };
            let order = draft.orders.of_payment(shop);
            for &(_, gateway, _, by) in pairs {
                // A payment for several orders shows the first of them.
                if ordered.get(&gateway).is_none_or(|&(first, _)| first == NONE) {
                    ordered.insert(gateway, (order, by));
                }
            }
            let money = |gateway| finder.took_money(gateway);
            let rows: Vec<u32> = draft.attempts(store, shop).map(|(row, _)| row).collect();
            // A hold and its captures are one chain: who names one of them names all.
            let named: Vec<u32> = sorted(pairs.iter().map(|pair| finder.root(pair.2)), u32::cmp);
            let whole =
                pairs.iter().all(|pair| pair.2 == NONE) && (pairs.iter().any(|pair| money(pair.1)) || !money(shop));
            let covers =
                |row: u32| named.binary_search(&finder.root(row)).is_ok() || whole && !finder.is_gift_card(row);
            let covered: Vec<u32> = rows.iter().copied().filter(|&row| covers(row)).collect();
            let is_money = |row: &u32| store.tables.attempts.get(at(*row)).is_some_and(|a| holds_money(a.state));
            let all = rows.iter().filter(|row| covered.binary_search(row).is_err()).all(|row| !is_money(row))
                && (!covered.is_empty() || rows.is_empty() && whole);
            let mut gateway = sorted(pairs.iter().map(|pair| pair.1), |a, b| finder.key(*a).cmp(&finder.key(*b)));
            gateway.dedup();
            // The payment that took the money speaks for the order, then the one that the order names.
            let best = pairs.iter().max_by_key(|pair| {
                (money(pair.1), pair.3 == LinkedBy::GatewayId, core::cmp::Reverse(finder.key(pair.1)))
            });
            let Some(&(_, into, _, _)) = best else { continue };
            if !all && covered.is_empty() {
                continue;
            }
            let Some(mut side) = draft.payment(store, shop) else { continue };
            found.push(Found::SpokenFor(shop, into));
            if !all {
                finder.keep_covered_part(&mut side, shop, &covered);
                found.push(Found::Flag(shop, flag::IN_PART));
            }
            let counted = |refund: u32| all || finder.refunds_one_of(refund, &covered);
            // Of a try that came to nothing there is nothing to compare.
            if all || side.captured > 0 {
                let refunds = draft.refunds.of(shop).iter().filter(|&&refund| counted(refund));
                let refunds = refunds.filter_map(|&refund| store.tables.refunds.get(at(refund)));
                let arrived = refunds
                    .filter(|refund| matches!(refund.status, RefundStatus::Succeeded | RefundStatus::Recorded))
                    .map(|refund| (refund.minor(side.currency), refund.as_credit));
                let (mut listed, mut credited) = (0_i64, 0_i64);
                for (amount, as_credit) in arrived {
                    listed = listed.saturating_add(amount);
                    credited = credited.saturating_add(if as_credit { amount } else { 0 });
                }
                if credited > 0 {
                    found.push(Found::Flag(into, flag::CREDITED));
                }
                let side = ShopSide { slot: shop, order, shop: side, listed, credited, gateway };
                found.push(Found::Side(shop, Box::new(side)));
            }
            if all {
                found.push(Found::Into(shop, into));
            }
            let taken: &[u32] = if all { &rows } else { &covered };
            let counts = |kind, row| (Ref { kind, row }, into);
            covered_all.counted.extend(taken.iter().map(|&attempt| counts(Kind::Attempt, attempt)));
            for &refund in draft.refunds.of(shop) {
                if counted(refund) {
                    covered_all.counted.push(counts(Kind::Refund, refund));
                    let record = store.tables.refunds.get(at(refund));
                    if record.is_some_and(|refund| refund.status == RefundStatus::Failed) {
                        found.push(Found::Flag(into, flag::REFUND_FAILED));
                    }
                }
            }
        }
        found.extend(ordered.into_iter().map(|(gateway, (order, by))| Found::Order(gateway, order, by)));
        covered_all
    }

    fn key(&self, payment: u32) -> Option<(Source, Cow<'_, str>, Cow<'_, str>)> {
        let (source, account, id) = self.draft.key(payment)?;
        Some((source, self.store.interner.get(account), self.store.interner.get(id)))
    }

    /// Of an order that was paid in several ways, only what the gateway counts is compared with it.
    fn keep_covered_part(&self, side: &mut Payment, shop: u32, covered: &[u32]) {
        let tables = &self.store.tables;
        let attempts = covered.iter().filter_map(|&row| tables.attempts.get(at(row)));
        side.captured = attempts.fold(0, |sum, attempt| attempt.captured.saturating_add(sum));
        let refunds = self.draft.refunds.of(shop).iter().filter(|&&refund| self.refunds_one_of(refund, covered));
        let refunds: Vec<_> = refunds.filter_map(|&row| tables.refunds.get(at(row))).collect();
        let sum = |of: fn(RefundStatus) -> bool| {
            let counted = refunds.iter().filter(|refund| of(refund.status));
            counted.fold(0_i64, |sum, refund| refund.minor(side.currency).saturating_add(sum))
        };
        let refunded = sum(|status| matches!(status, RefundStatus::Succeeded | RefundStatus::Recorded));
        let pending = sum(|status| {
            matches!(status, RefundStatus::Pending | RefundStatus::RequiresAction | RefundStatus::Unknown)
        });
        side.refund_recorded = refunds.iter().any(|refund| refund.status == RefundStatus::Recorded);
        (side.refunded, side.refund_pending) = (refunded, pending);
    }

    /// The first attempt of the chain that an attempt goes on with: a capture's hold.
    fn root(&self, row: u32) -> u32 {
        let mut root = row;
        // Chains are short; one that closes on itself ends here.
        for _ in 0..4 {
            let Some(attempt) = self.store.tables.attempts.get(at(root)) else { return root };
            let parent = attempt
                .parent
                .and_then(|id| self.store.find(Kind::Attempt, attempt.head.source, attempt.head.account, id));
            match parent {
                Some(parent)
                    if self.draft.owners.own(parent)
                        == self.draft.owners.own(Ref { kind: Kind::Attempt, row: root }) =>
                {
                    root = parent.row;
                }
                _ => return root,
            }
        }
        root
    }

    /// Shopify's gift cards are the shop's own money: no gateway counts them.
    fn is_gift_card(&self, row: u32) -> bool {
        let attempt = self.store.tables.attempts.get(at(row));
        attempt.is_some_and(|attempt| self.store.is_gift_card(attempt.method))
    }

    fn is_of_shop(&self, payment: u32) -> bool {
        let source = self.draft.key(payment).map(|(source, _, _)| source);
        source.is_some_and(is_shop) || self.draft.orders.of_payment(payment) != NONE
    }

    /// The attempt of a payment with the smallest id: the same in any order of feeding.
    fn first_attempt(&self, payment: u32) -> Option<Box<Attempt>> {
        let attempts = self.draft.attempts(self.store, payment).map(|(_, attempt)| attempt);
        attempts.min_by_key(|attempt| self.store.interner.get(attempt.head.id))
    }

    /// A gateway's payment is live or test by its records; a shop's by its order, whose transactions may be tests.
    fn mode(&self, payment: u32) -> Mode {
        let intent = self.draft.intent(self.store, payment).map(|intent| intent.mode);
        let attempt = || self.first_attempt(payment).map(|attempt| attempt.mode);
        intent.or_else(attempt).unwrap_or(Mode::Unknown)
    }

    /// A shop's test is no live payment, and the other way round.
    fn modes_agree(shop: Mode, gateway: Mode) -> bool {
        !matches!((shop, gateway), (Mode::Live, Mode::Test) | (Mode::Test, Mode::Live))
    }

    fn took_money(&self, payment: u32) -> bool {
        let by_attempt = self.draft.attempts(self.store, payment).any(|(_, attempt)| holds_money(attempt.state));
        by_attempt
            || self.draft.intent(self.store, payment).is_some_and(|intent| {
                matches!(
                    intent.state,
                    IntentState::Succeeded | IntentState::Authorized | IntentState::Pending | IntentState::Manual
                )
            })
    }

    /// The shops' attempts that name gateways' payments, by one id each: a try that failed and the one that paid.
    fn named_payments(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for attempt in self.rows.of(self.store, Kind::Attempt) {
            let shop = self.draft.owners.own(Ref { kind: Kind::Attempt, row: attempt });
            if !self.is_of_shop(shop) {
                continue;
            }
            let Some(record) = self.store.tables.attempts.get(at(attempt)) else { continue };
            for &reference in &record.references {
                let others = self.payments_with(reference).filter(|&gateway| gateway != shop);
                let mut others = others.filter(|&gateway| Self::modes_agree(record.mode, self.mode(gateway)));
                let Some(gateway) = others.next() else { continue };
                // Two payments with the same id at two gateways: nobody guesses.
                if others.all(|other| other == gateway) {
                    pairs.push((shop, gateway, attempt, LinkedBy::GatewayId));
                }
            }
        }
        let mut pairs = sorted(pairs, |a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
        pairs.dedup();
        pairs
    }

    /// The gateways' payments that a record with this id leads to.
    fn payments_with(&self, id: Sym) -> impl Iterator<Item = u32> {
        let records = self
            .store
            .with_id(id)
            .filter(|(record, _)| matches!(record.kind, Kind::Attempt | Kind::Intent | Kind::Session));
        let records = records.map(|(record, _)| self.draft.owners.own(record));
        let known = self.draft.by_any_reference(id).map(|(_, payment)| payment).chain(self.draft.claimed(id));
        records.chain(known).filter(|&payment| payment != NONE && !self.is_of_shop(payment))
    }

    /// The gateways' payments whose metadata name an order, for orders that name no payment themselves.
    fn naming_payments(&self, named: &[Pair]) -> Vec<Pair> {
        if self.store.tables.orders.is_empty() {
            return Vec::new();
        }
        let is_named = sorted(named.iter().map(|&(_, gateway, _, _)| gateway), u32::cmp);
        let by_name = self.orders_by_name();
        let mut pairs = Vec::new();
        for &payment in self.slots {
            if !self.is_of_shop(payment)
                && is_named.binary_search(&payment).is_err()
                && let Some(order) = self.order_named_by(payment)
                && let Some(shop) = self.order_with(order, &by_name)
                && Self::modes_agree(self.mode(shop), self.mode(payment))
                && !(self.names_another(shop, named) && self.took_money(payment))
                && self.currency(shop) == self.currency(payment)
            {
                pairs.push((shop, payment, NONE, LinkedBy::OrderId));
            }
        }
        pairs
    }

    /// Whether an order names a payment itself, known here or not: then a payment that merely names the order is another.
    fn names_another(&self, shop: u32, named: &[Pair]) -> bool {
        let is_payment = |reference: &Sym| {
            let id = self.store.interner.get(*reference);
            ["ch_", "pi_", "py_", "pay_"].into_iter().any(|prefix| id.starts_with(prefix))
        };
        let mut attempts = self.draft.attempts(self.store, shop).map(|(_, attempt)| attempt);
        named.binary_search_by(|pair| pair.0.cmp(&shop)).is_ok()
            || attempts.any(|attempt| attempt.references.iter().any(is_payment))
    }

    fn order_named_by(&self, payment: u32) -> Option<Sym> {
        let by_intent = self.draft.intent(self.store, payment).and_then(|intent| intent.order);
        let by_attempts = || {
            let orders = self.draft.attempts(self.store, payment).filter_map(|(_, attempt)| attempt.order);
            orders.min_by_key(|&order| self.store.interner.get(order))
        };
        by_intent.or_else(by_attempts)
    }

    fn currency(&self, payment: u32) -> Option<crate::money::Currency> {
        let attempt = self.first_attempt(payment).map(|attempt| attempt.currency);
        attempt.or(self.draft.intent(self.store, payment).map(|intent| intent.currency))
    }

    /// Orders by the number that people see, without its mark.
    fn orders_by_name(&self) -> Vec<(Sym, u32)> {
        let mut by_name = Vec::new();
        for number in self.rows.of(self.store, Kind::Order) {
            let Some(order) = self.store.tables.orders.get(at(number)) else { continue };
            let payment = self.draft.owners.own(Ref { kind: Kind::Order, row: number });
            let Some(name) = order.name else { continue };
            let plain = self.store.interner.find(plain_number(&self.store.interner.get(name)));
            if payment != NONE {
                by_name.extend(
                    [Some(name), plain.filter(|&plain| plain != name)]
                        .into_iter()
                        .flatten()
                        .map(|name| (name, payment)),
                );
            }
        }
        sorted(by_name, |a, b| a.cmp(b))
    }

    /// The one order with this id, else the one with this number.
    fn order_with(&self, named: Sym, by_name: &[(Sym, u32)]) -> Option<u32> {
        let of_orders = self.store.with_id(named).filter(|(record, _)| record.kind == Kind::Order);
        let mut by_id = of_orders.map(|(record, _)| self.draft.owners.own(record));
        match (by_id.next(), by_id.next()) {
            // Another shop's order with this number: nobody guesses.
            (Some(order), None) if with_key(by_name, named).any(|other| other != order) => None,
            (Some(order), None) => Some(order).filter(|&order| order != NONE),
            (Some(_), Some(_)) => None,
            (None, _) => {
                let mut by_name = with_key(by_name, named);
                by_name.next().filter(|_| by_name.next().is_none())
            }
        }
    }

    fn refunds_one_of(&self, refund: u32, attempts: &[u32]) -> bool {
        let Some(refund) = self.store.tables.refunds.get(at(refund)) else { return false };
        let Some(id) = refund.attempt else { return false };
        let attempt = self.store.find(Kind::Attempt, refund.head.source, refund.head.account, id);
        attempt.is_some_and(|attempt| attempts.contains(&attempt.row))
    }
}
