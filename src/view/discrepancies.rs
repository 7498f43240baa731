//! Where a shop and a gateway do not agree about the same money.

use super::View;
use super::page::{Cursor, Query};
use super::shapes::{Discrepancy, OrderRef, Page};
use crate::error::GuestfolioError;
use crate::issue::SchemaVersion;
use crate::ledger::book::{Payment, at};
use crate::ledger::orders::ShopSide;
use crate::ledger::record::OrderState;
use crate::money::{Currency, Money};
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
    }
}

/// One finding: the code, the figures of both sides in [`common`] units, what to do.
type Finding = (DiscrepancyCode, i64, i64, DiscrepancyAction);

/// Decimals of the unit in which sides are compared: a source may count a currency in other units than another does.
const COMMON_DECIMALS: u32 = 4;

fn factor(currency: Currency, source: Source) -> i64 {
    10_i64.saturating_pow(COMMON_DECIMALS.saturating_sub(currency.decimals(source).unwrap_or(2)))
}

/// An amount in ten-thousandths.
fn common(minor: i64, payment: &Payment) -> i64 {
    minor.saturating_mul(factor(payment.currency, payment.source))
}

/// An amount in ten-thousandths as a source counts it.
fn money(amount: i64, currency: Currency, source: Source) -> Money {
    Money::new(amount.checked_div(factor(currency, source)).unwrap_or(0), currency, source)
}

/// Every way in which the two sides differ. A refund on its way counts, since its money is spoken for.
///
/// `shops` are the orders that one and the same payments were made for, this one first; `None` for an order that another of
/// them speaks for.
fn findings(
    side: &ShopSide,
    shops: Option<&[&Payment]>,
    order: Option<OrderState>,
    gateway: &[&Payment],
) -> Vec<Finding> {
    use DiscrepancyAction as Do;
    use DiscrepancyCode as Code;
    let shop = &side.shop;
    let sum = |of: &[&Payment], figure: fn(&Payment) -> i64| {
        of.iter().fold(0_i64, |sum, payment| sum.saturating_add(common(figure(payment), payment)))
    };
    let went_back = |payment: &Payment| payment.refunded.saturating_add(payment.refund_pending);
    let (captured, refunded) = (sum(gateway, |payment| payment.captured), sum(gateway, went_back));
    let shops_or_own = shops.unwrap_or(&[]);
    let shop_captured = sum(shops_or_own, |payment| payment.captured);
    let shop_refunded = sum(shops_or_own, went_back);
    let mut found = Vec::new();
    if gateway.iter().any(|payment| payment.currency != shop.currency) {
        found.push((Code::CurrencyDiffers, shop_captured, captured, Do::CompareCaptures));
        return found;
    }
    match order {
        Some(OrderState::Pending) if captured > refunded => {
            found.push((Code::PaidButOrderPending, shop_captured, captured, Do::MarkOrderPaid));
        }
        // A fee that was kept of a canceled order: both sides know what went back.
        Some(OrderState::Canceled) if refunded > 0 && refunded == shop_refunded => {}
        Some(OrderState::Canceled | OrderState::Failed) if captured > refunded => {
            found.push((Code::PaidButOrderCanceled, shop_captured, captured, Do::RefundOrReopen));
        }
        _ => {}
    }
    // An order that the shop does not call paid has no captures and refunds of its own to compare.
    if !shop.status.is_completed() || shops.is_none() {
        return found;
    }
    if captured == 0 {
        found.push((Code::OrderPaidButNotCaptured, shop_captured, captured, Do::CheckPayment));
        return found;
    }
    if shop_captured != captured {
        found.push((Code::CapturedDiffers, shop_captured, captured, Do::CompareCaptures));
    }
    // What nobody can say is no finding: a refund of unknown size, or a released remainder that counts as refunded.
    let uncertain = shop.refunds_uncertain || gateway.iter().any(|payment| payment.release_uncertain);
    if uncertain {
        return found;
    }
    if refunded > shop_refunded {
        found.push((Code::RefundedAtGatewayOnly, shop_refunded, refunded, Do::RecordRefundInShop));
    } else if shop_refunded > refunded {
        let by_hand = shop.refund_recorded || order == Some(OrderState::Refunded) && refunded == 0;
        let code = if by_hand { Code::ShopRefundMovedNoMoney } else { Code::RefundedInShopOnly };
        found.push((code, shop_refunded, refunded, Do::RefundAtGateway));
    }
    found
}

impl<'l> View<'l> {
    fn findings_of(self, number: u32) -> Vec<Finding> {
        let Some(side) = self.book.sides.get(at(number)) else { return Vec::new() };
        let order = self.store.tables.orders.get(at(side.order)).map(|order| order.state);
        let gateway: Vec<&Payment> = side.gateway.iter().filter_map(|&row| self.payment_row(row)).collect();
        let (first, shops) = self.sides_with(number, side);
        findings(side, (first == number).then_some(&shops), order, &gateway)
    }

    /// The orders that share a payment with this one: the number of the first, and all of them as the shop sees them.
    fn sides_with(self, number: u32, side: &'l ShopSide) -> (u32, Vec<&'l Payment>) {
        let index = self.lazy.sides_of.get_or_init(|| {
            let sides = (0_u32..).zip(&self.book.sides);
            sorted(sides.flat_map(|(number, side)| side.gateway.iter().map(move |&row| (row, number))), |a, b| a.cmp(b))
        });
        let mut numbers = vec![number];
        for &row in &side.gateway {
            let start = index.partition_point(|&(of, _)| of < row);
            let same = index.get(start..).unwrap_or_default().iter().take_while(|&&(of, _)| of == row);
            numbers.extend(same.map(|&(_, other)| other));
        }
        let mut numbers = sorted(numbers, u32::cmp);
        numbers.dedup();
        let shops = numbers.iter().filter_map(|&other| self.book.sides.get(at(other))).map(|side| &side.shop);
        (numbers.first().copied().unwrap_or(number), shops.collect())
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
