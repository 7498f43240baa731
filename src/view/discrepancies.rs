//! Where a shop and a gateway do not agree about the same money.

use super::View;
use super::page::{Cursor, ListOf, Query};
use super::shapes::{Discrepancy, OrderRef, Page};
use crate::error::GuestfolioError;
use crate::issue::SchemaVersion;
use crate::ledger::orders::ShopSide;
use crate::ledger::payment::Payment;
use crate::ledger::record::OrderState;
use crate::ledger::reversal::DisputeState;
use crate::ledger::rows::at;
use crate::money::{Currency, MAX_MINOR, Money};
use crate::order::sorted;
use crate::source::Source;
use crate::word::words;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

words! {
    /// How a shop and a gateway do not agree.
    pub enum DiscrepancyCode {
        /// More was refunded at the gateway than the shop knows.
        RefundedAtGatewayOnly = "refunded_at_gateway_only",
        /// The shop refunded more than the gateway sent.
        RefundedInShopOnly = "refunded_in_shop_only",
        /// The shop says refunded, by hand or in its books only, and the gateway sent nothing for it.
        ShopRefundMovedNoMoney = "shop_refund_moved_no_money",
        /// The gateway has the money and the order still waits for it.
        PaidButOrderPending = "paid_but_order_pending",
        /// The gateway has the money and the order was canceled or failed.
        PaidButOrderCanceled = "paid_but_order_canceled",
        /// The shop says paid and the gateway has taken nothing.
        OrderPaidButNotCaptured = "order_paid_but_not_captured",
        /// Shop and gateway captured different amounts.
        CapturedDiffers = "captured_differs",
        /// Shop and gateway count in different currencies.
        CurrencyDiffers = "currency_differs",
    }
}

words! {
    /// What to do about it.
    pub enum DiscrepancyAction {
        /// Write the refund down in the shop, without sending money again.
        RecordRefundInShop = "record_refund_in_shop",
        /// Send the refund at the gateway, or take it back in the shop.
        RefundAtGateway = "refund_at_gateway",
        /// Set the order to paid.
        MarkOrderPaid = "mark_order_paid",
        /// Refund the payment, or take the order up again.
        RefundOrReopen = "refund_or_reopen",
        /// Look at the payment before anything is shipped.
        CheckPayment = "check_payment",
        /// Compare the captures of both sides.
        CompareCaptures = "compare_captures",
        /// Answer the dispute first: a refund beside it pays the payer twice.
        AnswerDispute = "answer_dispute",
    }
}

/// One finding: the code, the figures of both sides in [`common`] units, what to do.
type Finding = (DiscrepancyCode, i64, i64, DiscrepancyAction);

/// The system that counts a currency in the finest units: Stripe counts some in others than ISO 4217, which all others follow.
#[inline(never)]
pub(super) fn finest(currency: Currency) -> Source {
    let decimals = |source: Source| currency.decimals(source).unwrap_or(2);
    if decimals(Source::Stripe) > decimals(Source::Canonical) { Source::Stripe } else { Source::Canonical }
}

/// An amount in the units in which both sides are compared.
#[inline(never)]
pub(super) fn common(minor: i64, payment: &Payment) -> i64 {
    payment.currency.convert(minor, payment.source, finest(payment.currency))
}

/// An amount of common units as a source counts it. One that no output can hold exactly is cut.
fn money(amount: i64, currency: Currency, source: Source) -> Money {
    Money::new(currency.convert(amount, finest(currency), source).min(MAX_MINOR), currency, source)
}

/// What a bank has taken for good.
fn lost(payment: &Payment) -> i64 {
    let lost = if payment.dispute_state == DisputeState::Lost { payment.disputed.unwrap_or(0) } else { 0 };
    lost.min(payment.captured.saturating_sub(payment.refunded))
}

fn contested(payment: &Payment) -> bool {
    use DisputeState as State;
    let state = payment.dispute_state;
    matches!(state, State::Open | State::UnderReview | State::Appeal | State::AppealUnderReview | State::Unknown)
}

/// Orders that share payments, and what both sides come to, in [`common`] units.
#[derive(Debug, Default)]
struct Group {
    /// The first completed order: it speaks for all.
    speaker: Option<u32>,
    /// The gateways' sums.
    captured: i64,
    refunded: i64,
    lost: i64,
    /// The currency of the gateways' payments; `None` before the first, and they differ.
    currency: Option<Currency>,
    currencies_differ: bool,
    contested: bool,
    any_completed: bool,
    /// What nobody can say is no finding: refunds of unknown size, or a released remainder that counts as refunded.
    uncertain: bool,
    /// The shop's sums over completed orders; `accounted` is that of orders that stand.
    shop_captured: i64,
    shop_refunded: i64,
    accounted: i64,
    shop_uncertain: bool,
    recorded: bool,
}

/// An order about which shop and gateway do not agree: its place among the book's sides, and how.
#[derive(Debug)]
pub(super) struct Differing {
    place: u32,
    found: Vec<Finding>,
}

fn is_off(order: Option<OrderState>) -> bool {
    matches!(order, Some(OrderState::Canceled | OrderState::Failed))
}

/// What one completed order adds to `accounted`.
fn accounted(shop: &Payment, order: Option<OrderState>) -> i64 {
    if shop.status.is_completed() && !is_off(order) { common(shop.captured, shop) } else { 0 }
}

impl Group {
    fn add_gateway(&mut self, payment: &Payment) {
        let add = |sum: &mut i64, minor| *sum = sum.saturating_add(common(minor, payment));
        add(&mut self.captured, payment.captured);
        add(&mut self.refunded, payment.returned());
        add(&mut self.lost, lost(payment));
        self.currencies_differ |= self.currency.is_some_and(|known| known != payment.currency);
        self.currency = Some(payment.currency);
        self.contested |= contested(payment);
        self.any_completed |= payment.status.is_completed();
        self.uncertain |= payment.release_uncertain || payment.refunds_uncertain || payment.attempt_unknown;
    }

    fn add_shop(&mut self, number: u32, side: &ShopSide, order: Option<OrderState>) {
        let shop = &side.shop;
        if !shop.status.is_completed() || self.currency != Some(shop.currency) {
            return;
        }
        self.speaker = self.speaker.or(Some(number));
        let add = |sum: &mut i64, minor| *sum = sum.saturating_add(common(minor, shop));
        add(&mut self.shop_captured, shop.captured);
        // No gateway sends what was given as credit.
        add(&mut self.shop_refunded, shop.returned().saturating_sub(side.credited).max(0));
        self.accounted = self.accounted.saturating_add(accounted(shop, order));
        self.shop_uncertain |= shop.refunds_uncertain;
        self.recorded |= shop.refund_recorded;
    }
}

/// Every way in which the two sides differ, told of one order. The first completed order of a group compares the sums of
/// all of them; the others tell of no more than their own state.
fn findings(side: &ShopSide, speaks: bool, order: Option<OrderState>, group: &Group) -> Vec<Finding> {
    use DiscrepancyAction as Do;
    use DiscrepancyCode as Code;
    let shop = &side.shop;
    let own_captured = common(shop.captured, shop);
    let mut found = Vec::new();
    let Some(currency) = group.currency else { return found };
    if group.currencies_differ || currency != shop.currency {
        found.push((Code::CurrencyDiffers, own_captured, group.captured, Do::CompareCaptures));
        return found;
    }
    let (captured, refunded) = (group.captured, group.refunded);
    let gone = refunded.saturating_add(group.lost);
    // What is still there, and no other order that stands accounts for.
    let others = group.accounted.saturating_sub(accounted(shop, order));
    let spare = captured.saturating_sub(gone) > others;
    // A fee that was kept of a canceled order: both sides know what went back.
    let known_in_shop = [side.listed, shop.returned()].map(|minor| common(minor, shop));
    let settled = refunded > 0 && known_in_shop.contains(&refunded);
    match order {
        // While the bank decides, the shop waits.
        Some(OrderState::Pending | OrderState::Authorized) if spare && !group.contested => {
            found.push((Code::PaidButOrderPending, own_captured, captured, Do::MarkOrderPaid));
        }
        order if is_off(order) && spare && !settled && !group.uncertain => {
            let action = if group.contested { Do::AnswerDispute } else { Do::RefundOrReopen };
            found.push((Code::PaidButOrderCanceled, own_captured, captured, action));
        }
        _ => {}
    }
    // An order that the shop does not call paid has no captures and refunds of its own to compare.
    if !speaks {
        return found;
    }
    if captured == 0 {
        // A capture of unknown size is none that is missing.
        if !group.any_completed {
            found.push((Code::OrderPaidButNotCaptured, group.shop_captured, captured, Do::CheckPayment));
        }
        return found;
    }
    if group.shop_captured != captured {
        found.push((Code::CapturedDiffers, group.shop_captured, captured, Do::CompareCaptures));
    }
    if group.uncertain || group.shop_uncertain {
        return found;
    }
    if refunded > group.shop_refunded {
        found.push((Code::RefundedAtGatewayOnly, group.shop_refunded, refunded, Do::RecordRefundInShop));
    } else if group.shop_refunded > gone {
        let by_hand = group.recorded || order == Some(OrderState::Refunded) && refunded == 0;
        let code = if by_hand { Code::ShopRefundMovedNoMoney } else { Code::RefundedInShopOnly };
        let action = if group.contested { Do::AnswerDispute } else { Do::RefundAtGateway };
        found.push((code, group.shop_refunded, gone, action));
    }
    found
}

impl<'l> View<'l> {
    fn order_state(self, side: &ShopSide) -> Option<OrderState> {
        self.store.tables.orders.get(at(side.order)).map(|order| order.state)
    }

    pub(super) fn side(self, place: u32) -> Option<&'l ShopSide> {
        self.book.link.sides().get(at(place))
    }

    /// Orders that share a payment are one group, whichever of them shares it with which: those that differ among them.
    fn differing_around(self, gateway: u32) -> Vec<Differing> {
        let key = |place: u32| self.side(place).map(|side| self.side_cursor(side));
        let compare =
            |a: Option<Cursor>, b: Option<Cursor>| a.as_ref().map(Cursor::key).cmp(&b.as_ref().map(Cursor::key));
        let places = sorted(self.book.link.sides_around(gateway), |a, b| compare(key(*a), key(*b)));
        let gateways = places.iter().filter_map(|&place| self.side(place)).flat_map(|side| &side.gateway);
        let mut gateways: Vec<u32> = sorted(gateways.copied(), u32::cmp);
        gateways.dedup();
        let mut group = Group::default();
        for payment in gateways.into_iter().filter_map(|row| self.payment_row(row)) {
            group.add_gateway(&payment);
        }
        for &place in &places {
            if let Some(side) = self.side(place) {
                group.add_shop(place, side, self.order_state(side));
            }
        }
        let found = places.into_iter().filter_map(|place| {
            let side = self.side(place)?;
            let found = findings(side, group.speaker == Some(place), self.order_state(side), &group);
            (!found.is_empty()).then_some(Differing { place, found })
        });
        found.collect()
    }

    /// Whether shop and gateway do not agree about a payment.
    pub(super) fn is_out_of_step(self, row: u32) -> bool {
        let has_it = |one: &Differing| self.side(one.place).is_some_and(|side| side.gateway.contains(&row));
        self.differing_around(row).iter().any(has_it)
    }

    /// The orders that differ, the oldest first.
    fn differing(self) -> &'l [Differing] {
        self.lazy.differing.get_or_init(|| {
            let mut seen: HashSet<u32, FxBuildHasher> = HashSet::default();
            let mut all = Vec::new();
            for side in self.book.link.sides() {
                let first = side.gateway.first().copied().filter(|first| !seen.contains(first));
                let Some(gateway) = first else { continue };
                let around = self.book.link.sides_around(gateway).into_iter().filter_map(|place| self.side(place));
                seen.extend(around.flat_map(|side| side.gateway.iter().copied()));
                all.extend(self.differing_around(gateway));
            }
            let key = |one: &Differing| self.side(one.place).map(|side| self.side_cursor(side));
            sorted(all, |a, b| key(a).as_ref().map(Cursor::key).cmp(&key(b).as_ref().map(Cursor::key)))
        })
    }

    fn side_cursor(self, side: &ShopSide) -> Cursor {
        let shop = &side.shop;
        let (account, id) = (self.string(shop.account), self.string(shop.id));
        Cursor::Payment(shop.created, shop.source, account, id)
    }

    /// A page of discrepancies, the oldest order first. What differs about one order stays on one page.
    pub fn discrepancies(self, query: &Query) -> Result<Page<Discrepancy>, GuestfolioError> {
        let wanted = query.customer.as_deref().map(|id| self.resolve_customer(id)).transpose()?;
        let after = self.cursor_of(query.cursor.as_deref(), ListOf::Orders)?;
        let (mut items, mut next, mut last, mut total) = (Vec::new(), None, None, 0_usize);
        for one in self.differing() {
            let Some(side) = self.side(one.place) else { continue };
            let count = one.found.len();
            if !wanted.is_none_or(|customer| side.gateway.iter().any(|&row| self.customer_of(row) == Some(customer))) {
                continue;
            }
            total = total.saturating_add(count);
            if next.is_some() || after.as_ref().is_some_and(|after| self.side_cursor(side).key() <= after.key()) {
                continue;
            }
            if !items.is_empty() && items.len().saturating_add(count) > query.limit {
                next = last.take();
                continue;
            }
            items.extend(self.of_side(&one.found, side));
            last = Some(self.side_cursor(side).text(ListOf::Orders));
        }
        Ok(Page { schema_version: SchemaVersion::default(), items, total, next })
    }

    fn of_side(self, found: &[Finding], side: &ShopSide) -> Vec<Discrepancy> {
        let shop = &side.shop;
        let gateway: Vec<Payment> = side.gateway.iter().filter_map(|&row| self.payment_row(row)).collect();
        let Some(first) = gateway.first() else { return Vec::new() };
        let Some(order) = self.order_ref(side) else { return Vec::new() };
        let view = |&(code, in_shop, at_gateway, action): &Finding| {
            let difference = in_shop.saturating_sub(at_gateway).saturating_abs();
            Discrepancy {
                code,
                action,
                order: order.clone(),
                payment_ids: gateway.iter().map(|payment| self.string(payment.id)).collect(),
                shop: money(in_shop, shop.currency, shop.source),
                gateway: money(at_gateway, first.currency, first.source),
                difference: (code != DiscrepancyCode::CurrencyDiffers)
                    .then(|| money(difference, shop.currency, shop.source)),
            }
        };
        found.iter().map(view).collect()
    }

    fn order_ref(self, side: &ShopSide) -> Option<OrderRef> {
        self.order_of(side.order).or_else(|| {
            Some(OrderRef {
                source: side.shop.source,
                account: self.account(side.shop.account),
                id: self.string(side.shop.id),
                number: None,
                state: OrderState::Unknown,
                raw_status: self.owned(side.shop.raw_status),
                amount: Self::money(&side.shop, side.shop.amount),
                linked_by: None,
            })
        })
    }
}
