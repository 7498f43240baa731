//! The steps of a refund plan, one after the other.

use super::View;
use super::plan::{Line, Wanted};
use crate::issue::SchemaVersion;
use crate::ledger::orders::is_shop;
use crate::ledger::payment::Payment;
use crate::ledger::record::AttemptState;
use crate::ledger::rows::at;
use crate::money::Money;
use crate::order::sorted;
use crate::plan::{self, Intent, PlanLine, PlanPart, PlanSkipped, PlanStep, RefundPlan, Share, StepAction, StepNote};
use crate::refund::{Answer, Axis, CheckCode, Outcome, RefundRequest, Route, Verdict};
use crate::source::Source;
use crate::time::rfc3339;

/// A plan that is being made.
pub(super) struct Draft<'w, 'l> {
    view: View<'l>,
    wanted: &'w Wanted,
    pub(super) steps: Vec<PlanStep>,
    skipped: Vec<PlanSkipped>,
    /// In the units of `wanted.unit`.
    pub(super) planned: i64,
    /// What is planned of each shop's order, by its row, in the same units.
    of_orders: Vec<(u32, i64)>,
}

impl<'w, 'l> Draft<'w, 'l> {
    pub(super) fn new(view: View<'l>, wanted: &'w Wanted) -> Self {
        Self { view, wanted, steps: Vec::new(), skipped: Vec::new(), planned: 0, of_orders: Vec::new() }
    }

    pub(super) fn rest(&self) -> i64 {
        self.wanted.amount.map_or(i64::MAX, |amount| amount.saturating_sub(self.planned))
    }

    pub(super) fn steps_refunding(&self) -> i64 {
        let refunds = self.steps.iter().filter(|step| step.action == StepAction::Refund).count();
        i64::try_from(refunds).unwrap_or(i64::MAX)
    }

    /// What the shop's order still takes, where the refund goes through the shop, in the payment's units.
    pub(super) fn left_of_order(&self, row: u32, payment: &Payment, route: Route) -> i64 {
        let Some(left) = self.view.left_of_order(row, payment).filter(|_| route == Route::Shop) else {
            return i64::MAX;
        };
        let taken = self.of_orders.iter().filter(|(order, _)| *order == payment.order).map(|(_, minor)| minor).sum();
        left.saturating_sub(payment.currency.convert(taken, self.wanted.unit, payment.source)).max(0)
    }

    pub(super) fn skip(&mut self, payment: &Payment, verdict: &Verdict, shop_takes_none: bool) {
        // An amount that was reached without a payment says nothing against it.
        let unneeded = self.rest() <= 0;
        let mut reasons = if unneeded { Vec::new() } else { reasons(verdict) };
        if !unneeded && payment.currency != self.wanted.currency {
            reasons.push(CheckCode::CurrencyDiffers);
        } else if !unneeded && shop_takes_none && !reasons.contains(&CheckCode::ShopTakesLess) {
            reasons.push(CheckCode::ShopTakesLess);
        }
        let payment_id = self.view.string(payment.id);
        self.skipped.push(PlanSkipped { payment_id, outcome: verdict.outcome, reasons });
    }

    fn key(&self, row: u32, payment: &Payment, action: StepAction, amount: &Money, lines: &[PlanLine]) -> String {
        let line = |line: &PlanLine| format!("{}={}x{}", line.id, line.amount.minor, line.quantity.unwrap_or(0));
        // In whatever order they were named.
        let written = sorted(lines.iter().map(line), String::cmp);
        // A refund that succeeds was reserved before: nothing new. One that failed or was withdrawn gave its amount back: another
        // try is another intent.
        let (tables, refunds) = (&self.view.store.tables, self.view.book.link.refunds.of(row));
        let undone = refunds.iter().filter_map(|&row| tables.refunds.get(at(row)));
        let undone = undone.filter(|refund| refund.status.is_undone()).count();
        let intent = Intent {
            source: payment.source,
            account: &self.view.text(payment.account),
            payment: &self.view.text(payment.id),
            action: action.word(),
            amount,
            lines: &written.join(","),
            state: [payment.captured, payment.returned(), i64::try_from(undone).unwrap_or(i64::MAX)],
        };
        intent.key()
    }

    fn step(&self, payment: &Payment, action: StepAction, amount: Money, verdict: &Verdict) -> PlanStep {
        PlanStep {
            action,
            payment_id: self.view.string(payment.id),
            source: payment.source,
            account: self.view.account(payment.account),
            amount,
            parts: Vec::new(),
            lines: Vec::new(),
            outcome: verdict.outcome,
            reasons: reasons(verdict),
            warnings: verdict.warnings.clone(),
            route: verdict.route,
            request: None,
            idempotency_key: String::new(),
            notes: Vec::new(),
        }
    }

    /// A hold is released as a whole: nothing was taken, so nothing of the amount is planned. What speaks against a refund of
    /// money that was not taken does not speak against that.
    pub(super) fn release(&mut self, row: u32, payment: &Payment, verdict: &Verdict) {
        let amount = Money::new(payment.amount, payment.currency, payment.source);
        let mut step = self.step(payment, StepAction::Release, amount, verdict);
        let against = |axis: &Axis| {
            axis.checks.iter().any(|check| check.answer == Answer::No && check.code == CheckCode::RoleMayNotRefund)
        };
        step.outcome = if against(&verdict.authority) { Outcome::Ineligible } else { Outcome::Eligible };
        step.reasons.retain(|code| *code == CheckCode::RoleMayNotRefund);
        step.route = Route::Void;
        if step.outcome == Outcome::Ineligible {
            self.skip(payment, verdict, false);
            return;
        }
        step.idempotency_key = self.key(row, payment, StepAction::Release, &step.amount, &[]);
        let attempts = self.view.book.link.attempts.of(row).iter();
        let attempts = attempts.filter_map(|&row| self.view.store.tables.attempts.get(at(row)));
        let holds = attempts.filter(|attempt| attempt.state == AttemptState::Authorized).count();
        let hold = self.view.attempt_of(payment).filter(|_| holds == 1).map(|attempt| self.view.text(attempt.head.id));
        let id = self.view.text(payment.id);
        step.request = plan::release(payment.source, &id, hold.as_deref(), &step.idempotency_key);
        if step.request.is_none() {
            step.notes.push(StepNote::NoRequest);
        } else if !keeps_keys(payment.source, StepAction::Release) {
            step.notes.push(StepNote::KeepKey);
        }
        self.steps.push(step);
    }

    pub(super) fn refund(&mut self, row: u32, payment: &Payment, minor: i64, is_whole: bool, verdict: &Verdict) {
        let view = self.view;
        let amount = Money::new(minor, payment.currency, payment.source);
        let mut step = self.step(payment, StepAction::Refund, amount, verdict);
        step.lines = self.lines(payment, minor);
        step.idempotency_key = self.key(row, payment, StepAction::Refund, &step.amount, &step.lines);
        let order = view.order_row(payment);
        // The system that is asked, and the id that it knows.
        let asked = match (step.route, order) {
            (Route::Shop, Some(order)) => Some((order.head.source, order.head.id)),
            (Route::Shop, None) => is_shop(payment.source).then_some((payment.source, payment.id)),
            _ => Some((payment.source, payment.id)),
        };
        if let Some((system, id)) = asked {
            self.prepare(&mut step, row, payment, (system, &view.text(id)), is_whole);
        } else {
            step.notes.push(StepNote::OrderNeeded);
        }
        if payment.by_hand {
            step.notes.push(StepNote::ByHand);
        }
        if step.outcome == Outcome::NeedsReview {
            step.notes.push(StepNote::ReviewFirst);
        }
        let in_unit = payment.currency.convert(minor, payment.source, self.wanted.unit);
        self.planned = self.planned.saturating_add(in_unit);
        self.of_orders.push((payment.order, in_unit));
        self.steps.push(step);
    }

    fn prepare(&self, step: &mut PlanStep, row: u32, payment: &Payment, (system, id): (Source, &str), is_whole: bool) {
        let view = self.view;
        let in_system = |minor: i64| payment.currency.convert(minor, payment.source, system);
        let amount = Money::new(in_system(step.amount.minor), payment.currency, system);
        let captures = view.captures(row, payment, system);
        let shares: Vec<Share> = captures.iter().map(|(_, left)| Share { most: *left, step: 1 }).collect();
        let parts = plan::in_order(amount.minor, &shares);
        // Captures that do not come to the amount are not all of them.
        let all_known = parts.iter().fold(0_i64, |sum, part| sum.saturating_add(*part)) == amount.minor;
        let parts: Vec<(String, Option<String>, Money)> = captures
            .iter()
            .zip(parts)
            .filter(|(_, part)| all_known && *part > 0)
            .map(|((attempt, _), part)| {
                let gateway = view.owned(attempt.method.kind);
                (view.string(attempt.head.id), gateway, Money::new(part, payment.currency, system))
            })
            .collect();
        let lines: Vec<_> = step
            .lines
            .iter()
            .map(|line| {
                let amount = Money::new(in_system(line.amount.minor), payment.currency, system);
                (line.id.clone(), line.quantity, amount)
            })
            .collect();
        step.request = plan::refund(&plan::RefundOf {
            system,
            id,
            amount: &amount,
            is_whole,
            parts: &parts,
            lines: &lines,
            reason: self.wanted.reason.as_deref(),
            through_gateway: !payment.by_hand,
            key: &step.idempotency_key,
        });
        step.parts = parts.into_iter().map(|(attempt_id, _, amount)| PlanPart { attempt_id, amount }).collect();
        match (&step.request, system) {
            (None, Source::Dodo) => step.notes.push(StepNote::LinesNeeded),
            (None, Source::Shopify) => step.notes.push(StepNote::TransactionNeeded),
            (None, _) => step.notes.push(StepNote::NoRequest),
            (Some(_), system) if !keeps_keys(system, StepAction::Refund) => step.notes.push(StepNote::KeepKey),
            (Some(_), _) => {}
        }
    }

    /// The lines' parts of what this payment gives.
    fn lines(&self, payment: &Payment, minor: i64) -> Vec<PlanLine> {
        let lines = &self.wanted.lines;
        let step =
            payment.currency.convert(payment.currency.step(payment.source), payment.source, self.wanted.unit).max(1);
        let shares: Vec<Share> = lines.iter().map(|line| Share { most: line.minor, step }).collect();
        let in_unit = payment.currency.convert(minor, payment.source, self.wanted.unit);
        let parts = plan::proportional(in_unit, &shares);
        let line = |(line, part): (&Line, i64)| PlanLine {
            id: line.id.clone(),
            quantity: line.quantity,
            amount: Money::new(
                payment.currency.convert(part, self.wanted.unit, payment.source),
                payment.currency,
                payment.source,
            ),
        };
        lines.iter().zip(parts).filter(|(_, part)| *part > 0).map(line).collect()
    }

    pub(super) fn finish(self, request: &RefundRequest) -> RefundPlan {
        let Wanted { currency, amount, unit, .. } = *self.wanted;
        let money = |minor: i64| Money::new(minor, currency, unit);
        let short = amount.map_or(0, |amount| amount.saturating_sub(self.planned));
        let worst = self.steps.iter().map(|step| step.outcome).max();
        RefundPlan {
            schema_version: SchemaVersion::default(),
            as_of: rfc3339(request.as_of),
            outcome: if short > 0 { Outcome::Ineligible } else { worst.unwrap_or(Outcome::Ineligible) },
            requested: amount.map(money),
            planned: money(self.planned),
            short: money(short),
            steps: self.steps,
            skipped: self.skipped,
            policy_hash: request.policy.as_ref().map(|policy| policy.hash.clone()),
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// Whether a system itself refuses to do a thing twice for one key: Stripe's header, Frisbii's `key` of a refund.
fn keeps_keys(system: Source, action: StepAction) -> bool {
    system == Source::Stripe || system == Source::Flatpay && action == StepAction::Refund
}

fn reasons(verdict: &Verdict) -> Vec<CheckCode> {
    verdict.checks().filter(|check| check.answer != Answer::Yes).map(|check| check.code).collect()
}
