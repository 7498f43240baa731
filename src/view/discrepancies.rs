//! Where a shop and a gateway do not agree about the same money.

use super::View;
use super::page::{Cursor, Query};
use super::shapes::{Discrepancy, OrderRef, Page};
use crate::error::GuestfolioError;
use crate::issue::SchemaVersion;
use crate::ledger::book::{Payment, at};
use crate::ledger::orders::ShopSide;
use crate::ledger::record::OrderState;
use crate::ledger::reversal::DisputeState;
use crate::money::{Currency, MAX_MINOR, Money};
use crate::order::{sort_rows, sorted};
use crate::source::Source;
use crate::word::words;

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
fn finest(currency: Currency) -> Source {
    let decimals = |source: Source| currency.decimals(source).unwrap_or(2);
    if decimals(Source::Stripe) > decimals(Source::Canonical) { Source::Stripe } else { Source::Canonical }
}

/// An amount in the units in which both sides are compared.
fn common(minor: i64, payment: &Payment) -> i64 {
    payment.currency.convert(minor, payment.source, finest(payment.currency))
}

/// An amount of common units as a source counts it. One that no output can hold exactly is cut.
fn money(amount: i64, currency: Currency, source: Source) -> Money {
    Money::new(currency.convert(amount, finest(currency), source).min(MAX_MINOR), currency, source)
}

/// A refund on its way counts, since its money is spoken for.
fn went_back(payment: &Payment) -> i64 {
    payment.refunded.saturating_add(payment.refund_pending)
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

/// Every group, and which group each side is of.
#[derive(Debug)]
pub(super) struct Groups {
    of: Vec<u32>,
    groups: Vec<Group>,
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
        add(&mut self.refunded, went_back(payment));
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
        add(&mut self.shop_refunded, went_back(shop).saturating_sub(side.credited).max(0));
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
    let known_in_shop = [side.listed, went_back(shop)].map(|minor| common(minor, shop));
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

    /// Orders that share a payment are one group, whichever of them shares it with which.
    fn groups(self) -> &'l Groups {
        self.lazy.groups.get_or_init(|| {
            let sides = (0_u32..).zip(&self.book.sides);
            let pairs = sides.flat_map(|(number, side)| side.gateway.iter().map(move |&row| (row, number)));
            let pairs = sorted(pairs, |a, b| a.cmp(b));
            let mut of: Vec<u32> = (0_u32..).zip(&self.book.sides).map(|(number, _)| number).collect();
            let first = |of: &[u32], number: u32| {
                let mut number = number;
                while let Some(&before) = of.get(at(number)).filter(|&&before| before != number) {
                    number = before;
                }
                number
            };
            for same in pairs.chunk_by(|a, b| a.0 == b.0) {
                let numbers = same.iter().map(|&(_, number)| first(&of, number));
                let Some(least) = numbers.min() else { continue };
                for &(_, number) in same {
                    let root = first(&of, number);
                    for slot in [root, number] {
                        if let Some(slot) = of.get_mut(at(slot)) {
                            *slot = least;
                        }
                    }
                }
            }
            let mut groups: Vec<Group> = of.iter().map(|_| Group::default()).collect();
            for same in pairs.chunk_by(|a, b| a.0 == b.0) {
                let Some(&(row, number)) = same.first() else { continue };
                if let Some((group, payment)) = groups.get_mut(at(first(&of, number))).zip(self.payment_row(row)) {
                    group.add_gateway(payment);
                }
            }
            for (number, side) in (0_u32..).zip(&self.book.sides) {
                if let Some(group) = groups.get_mut(at(first(&of, number))) {
                    group.add_shop(number, side, self.order_state(side));
                }
            }
            let of = (0_u32..).zip(&of).map(|(number, _)| first(&of, number)).collect();
            Groups { of, groups }
        })
    }

    fn findings_of(self, number: u32) -> Vec<Finding> {
        let groups = self.groups();
        let group = groups.of.get(at(number)).and_then(|&group| groups.groups.get(at(group)));
        let Some((side, group)) = self.book.sides.get(at(number)).zip(group) else { return Vec::new() };
        findings(side, group.speaker == Some(number), self.order_state(side), group)
    }

    /// The payments for which shop and gateway do not agree.
    pub(super) fn out_of_step(self) -> &'l [u32] {
        self.lazy.out_of_step.get_or_init(|| {
            let sides = self.differing().iter().filter_map(|&(number, _)| self.book.sides.get(at(number)));
            let mut rows: Vec<u32> = sides.flat_map(|side| side.gateway.iter().copied()).collect();
            sort_rows(&mut rows, |a, b| a.cmp(&b));
            rows.dedup();
            rows
        })
    }

    /// The sides that differ, the oldest order first, and how many findings each has.
    fn differing(self) -> &'l [(u32, usize)] {
        self.lazy.differing.get_or_init(|| {
            let sides = (0_u32..).zip(&self.book.sides).map(|(number, _)| (number, self.findings_of(number).len()));
            let key = |number: u32| self.book.sides.get(at(number)).map(|side| self.side_cursor(side));
            let keyed = sides.filter(|(_, count)| *count > 0).map(|(number, count)| (key(number), number, count));
            let keyed =
                sorted(keyed, |(a, _, _), (b, _, _)| a.as_ref().map(Cursor::key).cmp(&b.as_ref().map(Cursor::key)));
            keyed.into_iter().map(|(_, number, count)| (number, count)).collect()
        })
    }

    fn side_cursor(self, side: &ShopSide) -> Cursor {
        let shop = &side.shop;
        let (account, id) = (self.text(shop.account).to_owned(), self.text(shop.id).to_owned());
        Cursor::Payment(shop.created, shop.source, account, id)
    }

    /// A page of discrepancies, the oldest order first. What differs about one order stays on one page.
    pub fn discrepancies(self, query: &Query) -> Result<Page<Discrepancy>, GuestfolioError> {
        let wanted = query.customer.as_deref().map(|id| self.resolve_customer(id)).transpose()?;
        let after = query.cursor.as_deref().map(Cursor::parse).transpose()?;
        let (mut items, mut next, mut last, mut total) = (Vec::new(), None, None, 0_usize);
        for &(number, count) in self.differing() {
            let Some(side) = self.book.sides.get(at(number)) else { continue };
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
            items.extend(self.of_side(number, side));
            last = Some(self.side_cursor(side).text());
        }
        Ok(Page { schema_version: SchemaVersion::default(), items, total, next })
    }

    fn of_side(self, number: u32, side: &ShopSide) -> Vec<Discrepancy> {
        let shop = &side.shop;
        let gateway: Vec<&Payment> = side.gateway.iter().filter_map(|&row| self.payment_row(row)).collect();
        let Some(first) = gateway.first() else { return Vec::new() };
        let Some(order) = self.order_ref(side) else { return Vec::new() };
        let view = |(code, in_shop, at_gateway, action): Finding| {
            let difference = in_shop.saturating_sub(at_gateway).saturating_abs();
            Discrepancy {
                code,
                action,
                order: order.clone(),
                payment_ids: gateway.iter().map(|payment| self.text(payment.id).to_owned()).collect(),
                shop: money(in_shop, shop.currency, shop.source),
                gateway: money(at_gateway, first.currency, first.source),
                difference: (code != DiscrepancyCode::CurrencyDiffers)
                    .then(|| money(difference, shop.currency, shop.source)),
            }
        };
        self.findings_of(number).into_iter().map(view).collect()
    }

    fn order_ref(self, side: &ShopSide) -> Option<OrderRef> {
        self.order_of(side.order).or_else(|| {
            Some(OrderRef {
                source: side.shop.source,
                account: self.account(side.shop.account),
                id: self.text(side.shop.id).to_owned(),
                number: None,
                state: OrderState::Unknown,
                raw_status: self.owned(side.shop.raw_status),
                amount: Self::money(&side.shop, side.shop.amount),
                linked_by: None,
            })
        })
    }
}
