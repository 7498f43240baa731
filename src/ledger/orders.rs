//! Shops' orders and the gateways' payments that are the same money.
//!
//! An order and a payment are linked when the order names the payment (its transaction id, its gateway's metadata), or the
//! payment's metadata name the order. Never by amount and time alone. What a gateway counts is not counted for the shop.

use super::book::{NONE, Payment, at, row};
use super::intern::Sym;
use super::link::{Draft, Owners};
use super::record::{Attempt, AttemptState, IntentState, Mode};
use super::reversal::RefundStatus;
use super::store::{Kind, Store};
use crate::order::sorted;
use crate::source::Source;
use crate::word::words;

words! {
    /// What links a gateway's payment to a shop's order.
    pub enum LinkedBy {
        /// The order names the payment: in its transaction id or in its gateway's metadata.
        GatewayId = "gateway_id",
        /// The payment's metadata name the order.
        OrderId = "order_id",
    }
}

/// Whether a source is a shop: its money is a gateway's, if that is here.
pub const fn is_shop(source: Source) -> bool {
    matches!(source, Source::Shopify | Source::Woocommerce)
}

/// One order that is linked, seen from the shop.
#[derive(Clone, Debug)]
pub struct ShopSide {
    /// The order's row; [`NONE`] where only its transactions are here.
    pub order: u32,
    /// The money as the shop sees it.
    pub shop: Payment,
    /// What the shop's refunds come to, also of an order that took nothing in the shop's eyes.
    pub listed: i64,
    /// What of it was given as credit: no gateway sends that.
    pub credited: i64,
    /// The gateways' payments.
    pub gateway: Vec<u32>,
}

/// Which orders belong to which payments.
#[derive(Debug, Default)]
pub struct Orders {
    /// The order of each payment, by the row of the order.
    order: Vec<u32>,
    by: Vec<Option<LinkedBy>>,
    /// The gateway's payment in which a shop's payment is counted.
    pub(super) into: Vec<u32>,
    /// Attempts and refunds of shops that a gateway counts, and the payments whose they were.
    pub(super) covered_attempts: Vec<(u32, u32)>,
    pub(super) covered_refunds: Vec<(u32, u32)>,
    /// Disputes of shops that stand on a gateway's payment, and that payment.
    pub(super) covered_disputes: Vec<(u32, u32)>,
    /// Shops' payments that gateways count, in whole or in part, and the gateway's payment that speaks for them.
    spoken_for: Vec<(u32, u32)>,
    /// Shops' payments of which gateways count a part.
    in_part: Vec<u32>,
    /// Gateways' payments whose refund failed in the shop.
    refund_failed: Vec<u32>,
    /// Gateways' payments for which the shop gave credit.
    credited: Vec<u32>,
    /// Linked orders, seen from the shop.
    pub(super) sides: Vec<ShopSide>,
}

/// A shop's payment, the gateway's, the shop's attempt that names it ([`NONE`] for the whole payment), and by what.
type Pair = (u32, u32, u32, LinkedBy);

impl Orders {
    /// Links orders and payments.
    pub fn link(draft: &Draft, store: &Store) -> Self {
        let mut orders = Self { order: vec![NONE; draft.ids.len()], ..Self::default() };
        let has_shop = !store.tables.orders.is_empty() || draft.ids.iter().any(|(source, _, _)| is_shop(*source));
        if !has_shop {
            return Self::default();
        }
        orders.by = vec![None; draft.ids.len()];
        for (order, &payment) in draft.owners.orders.iter().enumerate() {
            orders.set(payment, row(order));
        }
        let finder = Finder::new(draft, store, &orders);
        let named = finder.named_payments();
        let naming = finder.naming_payments(&named);
        if !named.is_empty() || !naming.is_empty() {
            orders.into = vec![NONE; draft.ids.len()];
        }
        orders.cover(&finder, named, naming);
        orders
    }

    fn set(&mut self, payment: u32, order: u32) {
        if let Some(slot) = self.order.get_mut(at(payment)) {
            *slot = order;
        }
    }

    /// The row of a payment's order.
    pub fn of_payment(&self, payment: u32) -> u32 {
        self.order.get(at(payment)).copied().unwrap_or(NONE)
    }

    /// What links a gateway's payment to its order.
    pub fn linked_by(&self, payment: u32) -> Option<LinkedBy> {
        self.by.get(at(payment)).copied().flatten()
    }

    /// Whether a shop's payment is counted in a gateway's.
    pub fn is_counted_elsewhere(&self, payment: u32) -> bool {
        self.into.get(at(payment)).is_some_and(|&into| into != NONE)
    }

    /// The gateway's payment that speaks for a shop's.
    pub fn gateway_of(&self, payment: u32) -> Option<u32> {
        let found = self.spoken_for.binary_search_by(|(shop, _)| shop.cmp(&payment)).ok()?;
        self.spoken_for.get(found).map(|&(_, into)| into)
    }

    /// Whether gateways count a part of a shop's payment, and the shop the rest.
    pub fn is_counted_in_part(&self, payment: u32) -> bool {
        self.in_part.binary_search(&payment).is_ok()
    }

    /// Whether a refund of the payment was made in the shop and failed.
    pub fn shop_refund_failed(&self, payment: u32) -> bool {
        self.refund_failed.binary_search(&payment).is_ok()
    }

    /// Whether the shop gave credit for the payment: the payer may have back already what the gateway has not sent.
    pub fn shop_credited(&self, payment: u32) -> bool {
        self.credited.binary_search(&payment).is_ok()
    }

    /// Gives covered records their payments back, so that their ids lead somewhere.
    pub fn restore(&self, owners: &mut Owners) {
        for (list, owned) in [
            (&mut owners.attempts, &self.covered_attempts),
            (&mut owners.refunds, &self.covered_refunds),
            (&mut owners.disputes, &self.covered_disputes),
        ] {
            for &(record, payment) in owned {
                if let Some(owner) = list.get_mut(at(record)) {
                    *owner = payment;
                }
            }
        }
    }

    fn cover(&mut self, finder: &Finder<'_>, named: Vec<Pair>, naming: Vec<Pair>) {
        let (draft, store) = (finder.draft, finder.store);
        // In an order that does not depend on when a record was fed.
        let key = |shop| (draft.created(store, shop), finder.key(shop));
        let pairs = sorted(named.into_iter().chain(naming), |a, b| key(a.0).cmp(&key(b.0)));
        for pairs in pairs.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(shop, _, _, _)) = pairs.first() else { continue };
            let order = self.of_payment(shop);
            for &(_, gateway, _, by) in pairs {
                // A payment for several orders shows the first of them.
                if self.of_payment(gateway) == NONE {
                    self.set(gateway, order);
                    if let Some(slot) = self.by.get_mut(at(gateway)) {
                        *slot = Some(by);
                    }
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
            self.spoken_for.push((shop, into));
            if !all {
                finder.keep_covered_part(&mut side, shop, &covered);
                self.in_part.push(shop);
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
                    self.credited.push(into);
                }
                self.sides.push(ShopSide { order, shop: side, listed, credited, gateway });
            }
            if all && let Some(slot) = self.into.get_mut(at(shop)) {
                *slot = into;
            }
            let taken: &[u32] = if all { &rows } else { &covered };
            let owner = if all { shop } else { into };
            self.covered_attempts.extend(taken.iter().map(|&attempt| (attempt, owner)));
            for &refund in draft.refunds.of(shop) {
                if counted(refund) {
                    self.covered_refunds.push((refund, owner));
                    let record = store.tables.refunds.get(at(refund));
                    if record.is_some_and(|refund| refund.status == RefundStatus::Failed) {
                        self.refund_failed.push(into);
                    }
                }
            }
        }
        self.spoken_for = sorted(core::mem::take(&mut self.spoken_for), |a, b| a.cmp(b));
        self.in_part = sorted(core::mem::take(&mut self.in_part), u32::cmp);
        self.refund_failed = sorted(core::mem::take(&mut self.refund_failed), u32::cmp);
        self.credited = sorted(core::mem::take(&mut self.credited), u32::cmp);
    }
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

/// Finds what orders name, and what names orders.
struct Finder<'d> {
    draft: &'d Draft,
    store: &'d Store,
    /// Which payments are a shop's.
    of_shop: Vec<bool>,
    /// Payments known only by the id that their attempts name, or by that of an attempt that is not here.
    by_reference: Vec<(Sym, u32)>,
    /// The attempt of each payment with the smallest id: the same in any order of feeding.
    first: Vec<u32>,
}

impl<'d> Finder<'d> {
    fn new(draft: &'d Draft, store: &'d Store, orders: &Orders) -> Self {
        let by_reference = draft.by_reference.iter();
        let intents = draft.owners.intents.iter().zip(&store.tables.intents);
        let claims = intents.flat_map(|(&payment, intent)| intent.attempts.iter().map(move |&id| (id, payment)));
        let by_reference = sorted(by_reference.chain(claims), |a, b| a.cmp(b));
        let mut first = vec![NONE; draft.ids.len()];
        let id = |attempt: u32| store.tables.attempts.get(at(attempt)).map(|record| store.interner.get(record.head.id));
        for (attempt, &payment) in (0_u32..).zip(&draft.owners.attempts) {
            if let Some(slot) = first.get_mut(at(payment))
                && (*slot == NONE || id(attempt) < id(*slot))
            {
                *slot = attempt;
            }
        }
        let is_of_shop = |(id, &order): (&(Source, Sym, Sym), &u32)| is_shop(id.0) || order != NONE;
        let of_shop = draft.ids.iter().zip(&orders.order).map(is_of_shop).collect();
        Self { draft, store, of_shop, by_reference, first }
    }

    fn key(&self, payment: u32) -> Option<(Source, &str, &str)> {
        let (source, account, id) = self.draft.ids.get(at(payment)).copied()?;
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
                    if self.draft.owners.attempts.get(parent.index()) == self.draft.owners.attempts.get(at(root)) =>
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
        let kind = attempt.and_then(|attempt| attempt.method.kind);
        kind.is_some_and(|kind| self.store.interner.get(kind) == "gift_card")
    }

    fn is_of_shop(&self, payment: u32) -> bool {
        self.of_shop.get(at(payment)).copied().unwrap_or(false)
    }

    fn first_attempt(&self, payment: u32) -> Option<&'d Attempt> {
        self.store.tables.attempts.get(at(*self.first.get(at(payment))?))
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
        for (attempt, &shop) in (0_u32..).zip(&self.draft.owners.attempts) {
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
        let owners = &self.draft.owners;
        let records = self.store.with_id(id).filter_map(|(record, _)| match record.kind {
            Kind::Attempt => owners.attempts.get(record.index()).copied(),
            Kind::Intent => owners.intents.get(record.index()).copied(),
            Kind::Session => owners.sessions.get(record.index()).copied(),
            _ => None,
        });
        let known = with_key(&self.by_reference, id);
        records.chain(known).filter(|&payment| payment != NONE && !self.is_of_shop(payment))
    }

    /// The gateways' payments whose metadata name an order, for orders that name no payment themselves.
    fn naming_payments(&self, named: &[Pair]) -> Vec<Pair> {
        let mut is_named = vec![false; self.draft.ids.len()];
        for &(_, gateway, _, _) in named {
            if let Some(slot) = is_named.get_mut(at(gateway)) {
                *slot = true;
            }
        }
        let by_name = self.orders_by_name();
        let mut pairs = Vec::new();
        for payment in (0..self.draft.ids.len()).map(row) {
            if !self.is_of_shop(payment)
                && is_named.get(at(payment)) == Some(&false)
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
        for (order, &payment) in self.store.tables.orders.iter().zip(&self.draft.owners.orders) {
            let Some(name) = order.name else { continue };
            let text = self.store.interner.get(name);
            let plain = self.store.interner.find(text.trim_start_matches('#'));
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
        let mut by_id = of_orders.filter_map(|(record, _)| self.draft.owners.orders.get(record.index()).copied());
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
