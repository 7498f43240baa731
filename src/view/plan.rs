//! A refund plan: the payments that are meant, what each can give, and the request for each step.

use super::View;
use super::case::Counted;
use super::steps::Draft;
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Fields, Input};
use crate::ledger::orders::ShopSide;
use crate::ledger::payment::Payment;
use crate::ledger::record::{Attempt, Order};
use crate::ledger::reversal::Refund;
use crate::ledger::rows::{NONE, at};
use crate::ledger::status::PaymentStatus;
use crate::money::Currency;
use crate::order::sorted;
use crate::plan::{self, RefundPlan, Share, SplitBy, StepNote};
use crate::policy::Policy;
use crate::policy::limit::{Amount, parse_amount};
use crate::refund::{CapCode, RefundRequest, ShopStanding, Verdict};
use crate::source::Source;
use std::rc::Rc;

/// More lines than an order has.
const MOST_LINES: usize = 1000;

/// A line that goes back.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) quantity: Option<u32>,
    pub(super) minor: i64,
}

/// What the host wants to be planned.
pub(super) struct Wanted {
    pub(super) rows: Vec<u32>,
    pub(super) currency: Currency,
    /// In the units of `unit`.
    pub(super) amount: Option<i64>,
    /// The system that counts the currency in the finest units: amounts are split in them.
    pub(super) unit: Source,
    pub(super) lines: Vec<Line>,
    pub(super) split: SplitBy,
    pub(super) reason: Option<String>,
}

impl<'l> View<'l> {
    /// Reads `{ asOf, orderId | customerId | paymentIds, amount?, lines?, split?, reason?, … }` and plans.
    pub fn plan_refund(self, input: &Input, policy: Option<&Rc<Policy>>) -> Result<RefundPlan, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let mut request = RefundRequest::parse_any(&mut fields, self.zone, policy)?;
        let wanted = self.wanted(&mut fields)?;
        fields.finish()?;
        let counted = Counted::default();
        let verdict = |row: u32, request: &RefundRequest| {
            Some(self.case_for(row, &self.assembled(row)?, request, &counted, None).decide(request))
        };
        let mut plan = Draft::new(self, &wanted);
        let shares = self.split_shares(&wanted, |row| verdict(row, &request));
        for (&row, share) in wanted.rows.iter().zip(shares) {
            let Some(payment) = self.payment_row(row) else { continue };
            request.already =
                (payment.currency.convert(plan.planned, wanted.unit, payment.source), plan.steps_refunding());
            request.amount = None;
            let Some(all) = verdict(row, &request) else { continue };
            let step = payment.currency.step(payment.source);
            if payment.status == PaymentStatus::Authorized && wanted.amount.is_none() {
                plan.release(row, &payment, &all);
                continue;
            }
            let rest = share.map_or_else(|| plan.rest(), |share| share.min(plan.rest()));
            let to_own = |minor: i64| payment.currency.convert(minor, wanted.unit, payment.source);
            let of_shop = plan.left_of_order(row, &payment, all.route);
            let most = all.permitted.minor.min(to_own(rest)).min(of_shop);
            let most = if payment.currency == wanted.currency { most } else { 0 };
            let minor = most.saturating_sub(most.checked_rem(step).unwrap_or(0));
            if minor == 0 {
                plan.skip(&payment, &all, of_shop == 0);
                continue;
            }
            // All that is left is asked for without an amount: so says the gateway what it returns.
            let left = all.bounds.first().map_or(0, |left| left.amount.minor);
            request.amount = (minor != left).then_some((payment.currency, minor));
            let Some(one) = verdict(row, &request) else { continue };
            plan.refund(row, &payment, minor, request.amount.is_none(), &one);
            let others = all.bounds.iter().filter(|bound| bound.code != CapCode::LeftInShop);
            if others.map(|bound| bound.amount.minor).min().is_some_and(|most| of_shop < most.min(to_own(rest))) {
                plan.steps.last_mut().into_iter().for_each(|step| step.notes.push(StepNote::ShopTakesLess));
            }
        }
        Ok(plan.finish(&request))
    }

    /// What each payment is meant to give where the amount is split; nothing where each gives what it can in its turn.
    fn split_shares(self, wanted: &Wanted, verdict: impl Fn(u32) -> Option<Verdict>) -> Vec<Option<i64>> {
        let none = || wanted.rows.iter().map(|_| None).collect();
        let Some(amount) = wanted.amount.filter(|_| wanted.split == SplitBy::Proportional) else { return none() };
        let share = |row: &u32| {
            let payment = self.payment_row(*row).filter(|payment| payment.currency == wanted.currency);
            let (Some(payment), Some(verdict)) = (payment, verdict(*row)) else { return Share { most: 0, step: 1 } };
            let to_unit = |minor: i64| payment.currency.convert(minor, payment.source, wanted.unit);
            let of_shop = Draft::new(self, wanted).left_of_order(*row, &payment, verdict.route);
            Share {
                most: to_unit(verdict.permitted.minor.min(of_shop)),
                step: to_unit(payment.currency.step(payment.source)).max(1),
            }
        };
        let shares: Vec<Share> = wanted.rows.iter().map(share).collect();
        plan::proportional(amount, &shares).into_iter().map(Some).collect()
    }

    fn wanted(self, fields: &mut Fields<'_>) -> Result<Wanted, GuestfolioError> {
        let given = [fields.get("orderId"), fields.get("customerId"), fields.get("paymentIds")];
        let one = "one of `orderId`, `customerId`, `paymentIds` is required";
        if let Some(second) = given.iter().flatten().nth(1) {
            return Err(second.error(ErrorCode::UnknownField, one));
        }
        let mut given_rows = given.iter().zip([Target::Order, Target::Customer, Target::Payments]);
        let mut rows = None;
        for (argument, target) in &mut given_rows {
            let Some(argument) = argument else { continue };
            rows = Some(self.rows_of(argument, target)?);
        }
        let rows = rows.ok_or_else(|| GuestfolioError::new(ErrorCode::MissingField, "/paymentIds", one))?;
        let payments = || rows.iter().filter_map(|&row| self.payment_row(row));
        let argument = fields.get("amount");
        let own = one_currency(payments().filter(|payment| payment.left() > 0).map(|payment| payment.currency))
            .or(one_currency(payments().map(|payment| payment.currency)));
        // Amounts are split in the units of the system that counts the currency in the finest.
        let named = argument.as_ref().and_then(|amount| amount.fields().ok()?.get("currency")?.text().ok());
        let meant = named.and_then(Currency::parse).or(own);
        let decimals = |source: Source| meant.and_then(|currency| currency.decimals(source)).unwrap_or(0);
        let sources = payments().map(|payment| payment.source);
        let unit = sources.max_by_key(|&source| decimals(source)).unwrap_or(Source::Canonical);
        let amount = argument.as_ref().map(|amount| parse_amount(amount, unit, own, 1)).transpose()?;
        let by_line = payments().all(|payment| payment.source == Source::Dodo);
        let given_lines = fields.get("lines");
        let lines = given_lines.as_ref().map(|lines| parse_lines(lines, unit, own, by_line)).transpose()?;
        let lines = lines.unwrap_or_default();
        let currency =
            amount.map(|(currency, _)| currency).or(lines.first().map(|(_, (currency, _))| *currency)).or(own);
        let currency = currency.ok_or_else(|| {
            GuestfolioError::new(
                ErrorCode::UnknownCurrency,
                "/amount",
                "the payments have several currencies: name one",
            )
        })?;
        if !lines.is_empty() && rows.len() != 1 {
            let message = "lines belong to one payment: name it in `paymentIds`";
            return Err(GuestfolioError::new(ErrorCode::OutOfRange, "/lines", message));
        }
        let amount = amount.map(|(_, minor)| minor);
        let lines = split_lines(lines, amount, currency, unit)?;
        // Lines that come to nothing must not be taken for no lines, which is everything.
        if let Some(given) = given_lines.filter(|_| lines.is_empty()) {
            return Err(given.error(ErrorCode::InvalidAmount, "come to nothing that can go back"));
        }
        let of_lines = lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.minor));
        let split = fields.get("split").map(|split| split.word(SplitBy::WORDS, SplitBy::from_word)).transpose()?;
        let reason = fields.get("reason").map(|reason| reason.text().map(str::to_owned)).transpose()?;
        Ok(Wanted {
            rows,
            currency,
            amount: amount.or((!lines.is_empty()).then_some(of_lines)),
            unit,
            lines,
            split: split.unwrap_or(SplitBy::InOrder),
            reason,
        })
    }

    /// Gift cards first, then the newest payment: its card is the likeliest to take the money.
    fn rows_of(self, argument: &Argument<'_>, target: Target) -> Result<Vec<u32>, GuestfolioError> {
        let mut rows = Vec::new();
        match target {
            Target::Order => {
                rows.extend(self.resolve_order(argument.text()?).map_err(|error| argument.wrap(&error))?);
            }
            Target::Customer => {
                let customer = self.resolve_customer(argument.text()?).map_err(|error| argument.wrap(&error))?;
                rows.extend(self.book.customers.payments(customer));
            }
            Target::Payments => {
                for id in argument.one_or_many() {
                    rows.push(self.resolve_payment(id.text()?).map_err(|error| id.wrap(&error))?);
                }
                if rows.is_empty() {
                    return Err(argument.error(ErrorCode::MissingField, "must name a payment"));
                }
            }
        }
        let is_gift_card =
            |row: u32| self.payment_row(row).is_some_and(|payment| self.store.is_gift_card(payment.method));
        let mut rows = sorted(rows, |&a, &b| {
            is_gift_card(b).cmp(&is_gift_card(a)).then_with(|| self.book.compare(self.store, b, a))
        });
        rows.dedup();
        Ok(rows)
    }

    pub(super) fn order_row(self, payment: &Payment) -> Option<&'l Order> {
        self.store.tables.orders.get(at(payment.order))
    }

    /// What the shop would still refund of the order that a gateway's payment is for, in the payment's units.
    pub(super) fn left_of_order(self, row: u32, payment: &Payment) -> Option<i64> {
        let around = self.book.link.sides_around(row);
        let side = around.into_iter().filter_map(|place| self.side(place)).find(|side| side.order == payment.order)?;
        self.left_of_side(side, payment)
    }

    /// What of a shop's order its own refunds leave, those that are on their way too, in a payment's units.
    fn left_of_side(self, side: &ShopSide, payment: &Payment) -> Option<i64> {
        let order = self.store.tables.orders.get(at(side.order))?;
        let taken = side.listed.max(side.shop.returned());
        let left = order.amount.saturating_sub(taken).max(0);
        (order.currency == payment.currency).then(|| payment.currency.convert(left, order.head.source, payment.source))
    }

    /// How the shop stands to a gateway's payment.
    pub(super) fn shop_standing(self, row: u32, payment: &Payment) -> Option<ShopStanding> {
        if payment.order == NONE {
            return None;
        }
        let (mut left, mut orders, mut listed) = (None::<i64>, 0_i64, 0_i64);
        let mut gateways: Vec<u32> = Vec::new();
        for side in self.book.link.sides_around(row).into_iter().filter_map(|place| self.side(place)) {
            let order = self.store.tables.orders.get(at(side.order))?;
            let own = self.left_of_side(side, payment)?;
            let total = payment.currency.convert(order.amount, order.head.source, payment.source);
            orders = orders.saturating_add(total);
            listed = listed.saturating_add(total.saturating_sub(own));
            if side.gateway.contains(&row) {
                left = Some(left.unwrap_or(0).saturating_add(own));
            }
            gateways.extend(&side.gateway);
        }
        // One payment may be for several of the orders.
        let mut gateways = sorted(gateways, u32::cmp);
        gateways.dedup();
        let (mut taken, mut back) = (0_i64, 0_i64);
        for of in gateways.into_iter().filter_map(|other| self.payment_row(other)) {
            if of.currency == payment.currency {
                taken = taken.saturating_add(of.currency.convert(of.captured, of.source, payment.source));
                back = back.saturating_add(of.currency.convert(of.returned(), of.source, payment.source));
            }
        }
        let left = left?;
        // What was taken beyond the orders' totals and has not gone back without the shop.
        let beyond = taken.saturating_sub(orders).max(0).saturating_sub(back.saturating_sub(listed).max(0)).max(0);
        Some(ShopStanding { left, most: left.saturating_add(beyond) })
    }

    /// The captures that a refund can name, with what is left of each, as `system` counts the currency; gift cards first, then
    /// the newest.
    pub(super) fn captures(self, row: u32, payment: &Payment, system: Source) -> Vec<(Box<Attempt>, i64)> {
        let tables = &self.store.tables;
        let of_order = self.order_row(payment).filter(|_| system != payment.source);
        let attempt = |row: u32| tables.attempts.get(at(row));
        let own: Vec<Box<Attempt>> = match of_order {
            Some(order) => {
                let is_of = |attempt: &Attempt| {
                    attempt.head.source == system
                        && attempt.head.account == order.head.account
                        && attempt.payment == Some(order.head.id)
                };
                let all = self.book.link.attempts_of_order(self.store, payment.order).filter_map(attempt);
                let all: Vec<Box<Attempt>> = all.filter(|one| is_of(one)).collect();
                // Of an order that was paid in parts, only the transactions that name this payment.
                let in_parts = self.rows_of_order(payment.order).len() > 1;
                let ids = self.book.link.attempts.of(row).iter().filter_map(|&row| tables.attempts.head(at(row)));
                let ids: Vec<_> = ids.map(|head| head.id).chain([payment.id]).collect();
                let names = |attempt: &Attempt| attempt.references.iter().any(|id| ids.contains(id));
                let parent = |attempt: &Attempt| all.iter().find(|other| Some(other.head.id) == attempt.parent);
                let is_own = |one: &Attempt| !in_parts || names(one) || parent(one).is_some_and(|parent| names(parent));
                all.iter().filter(|one| is_own(one)).cloned().collect()
            }
            None => self.book.link.attempts.of(row).iter().filter_map(|&row| attempt(row)).collect(),
        };
        let attempts = own.into_iter().filter(|attempt| attempt.captured > 0 && attempt.currency == payment.currency);
        let gift = |attempt: &Attempt| self.store.is_gift_card(attempt.method);
        let key = |attempt: &Attempt| (attempt.created, self.text(attempt.head.id));
        let attempts = sorted(attempts, |a, b| gift(b).cmp(&gift(a)).then_with(|| key(b).cmp(&key(a))));
        let refunds = self.book.link.refunds.of(row).iter().filter_map(|&row| tables.refunds.get(at(row)));
        let counts = |refund: &&Refund| !refund.status.is_undone() && refund.head.source == system;
        let refunds: Vec<_> = refunds.filter(counts).collect();
        let minor = |refund: &Refund| refund.minor(payment.currency);
        let mut loose: i64 = refunds.iter().filter(|refund| refund.attempt.is_none()).map(|refund| minor(refund)).sum();
        let mut left = |attempt: &Attempt| {
            let named =
                refunds.iter().filter(|refund| refund.attempt == Some(attempt.head.id)).map(|refund| minor(refund));
            let left = attempt.captured.saturating_sub(named.sum::<i64>().max(attempt.returned)).max(0);
            // What names no capture may be of any: it is taken from the first.
            let taken = loose.min(left);
            loose = loose.saturating_sub(taken);
            left.saturating_sub(taken)
        };
        let with_left = |attempt: Box<Attempt>| {
            let left = left(&attempt);
            (attempt, left)
        };
        attempts.into_iter().map(with_left).filter(|(_, left)| *left > 0).collect()
    }
}

#[derive(Clone, Copy)]
enum Target {
    Order,
    Customer,
    Payments,
}

fn one_currency(mut currencies: impl Iterator<Item = Currency>) -> Option<Currency> {
    let first = currencies.next()?;
    currencies.all(|currency| currency == first).then_some(first)
}

fn parse_lines(
    lines: &Argument<'_>,
    unit: Source,
    own: Option<Currency>,
    skips_prorated: bool,
) -> Result<Vec<(Line, Amount)>, GuestfolioError> {
    let given = lines.one_or_many();
    if given.len() > MOST_LINES {
        return Err(lines.error(ErrorCode::OutOfRange, format!("must be at most {MOST_LINES} lines")));
    }
    let mut list: Vec<(Line, Amount)> = Vec::new();
    for line in given {
        let mut fields = line.fields()?;
        let id = fields.required("id")?.text()?.to_owned();
        let quantity = fields.get("quantity").map(|quantity| quantity.whole(1, 1_000_000)).transpose()?;
        let amount = fields.required("amount")?;
        let money = parse_amount(&amount, unit, own, 0)?;
        let is_prorated = fields.get("prorated").map(|flag| flag.flag()).transpose()? == Some(true);
        fields.finish()?;
        if list.iter().any(|(known, (currency, _))| known.id == id || *currency != money.0) {
            return Err(line.error(ErrorCode::OutOfRange, "each line stands once, and all are of one currency"));
        }
        // Dodo refunds no line that a change of plan prorated.
        let minor = if is_prorated && skips_prorated { 0 } else { money.1 };
        list.push((
            Line { id, quantity: quantity.and_then(|quantity| u32::try_from(quantity).ok()), minor },
            (money.0, minor),
        ));
    }
    Ok(list)
}

/// An amount that is smaller than its lines is split over them.
fn split_lines(
    lines: Vec<(Line, Amount)>,
    amount: Option<i64>,
    currency: Currency,
    unit: Source,
) -> Result<Vec<Line>, GuestfolioError> {
    if lines.iter().any(|(_, (of, _))| *of != currency) {
        return Err(GuestfolioError::new(ErrorCode::InvalidAmount, "/lines", "must be of the amount's currency"));
    }
    let step = currency.step(unit);
    let shares: Vec<Share> = lines.iter().map(|(line, _)| Share { most: line.minor, step }).collect();
    let whole = shares.iter().fold(0_i64, |sum, share| sum.saturating_add(share.most));
    if amount.is_some_and(|amount| amount > whole && !lines.is_empty()) {
        return Err(GuestfolioError::new(ErrorCode::InvalidAmount, "/amount", "is more than the lines come to"));
    }
    let parts = plan::proportional(amount.unwrap_or(whole), &shares);
    let lines = lines.into_iter().zip(parts).map(|((line, _), minor)| Line { minor, ..line });
    Ok(lines.filter(|line| line.minor > 0).collect())
}
