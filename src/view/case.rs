//! The facts for the refund rules.

use super::{CustomerKind, View};
use crate::ledger::customers::Who;
use crate::ledger::payment::Payment;
use crate::ledger::record::{Annex, RecordKind};
use crate::ledger::reversal::{DisputeState, Refund};
use crate::ledger::rows::{NONE, at};
use crate::ledger::tables::Kind;
use crate::money::Currency;
use crate::order::sorted;
use crate::policy::rule::CapOf;
use crate::refund::{Case, CaseMetadata, CustomerFacts, PastRefund, RefundRequest};
use std::cell::OnceCell;
use std::rc::Rc;

/// What went back to anybody: made once for many verdicts, where a policy counts it.
#[derive(Debug, Default)]
pub struct Counted(OnceCell<Rc<[PastRefund]>>);

impl<'l> View<'l> {
    /// The facts of a payment by itself.
    pub fn case(self, row: u32) -> Option<Case<'l>> {
        let payment = self.payment_row(row)?;
        let tables = &self.store.tables;
        let refunds = self.book.link.refunds.of(row).iter().filter_map(|&refund| tables.refunds.get(at(refund)));
        let customer = self.customer_of(row).unwrap_or(NONE);
        let annexes = self.book.link.annexes.of(row).iter().filter_map(|&annex| tables.annexes.get(at(annex)));
        let key = |annex: &Annex| (annex.created, self.text(annex.head.id));
        let annexes = sorted(annexes, |a, b| key(a).cmp(&key(b)));
        let attempt = tables.attempts.get(at(payment.attempt));
        let intent = tables.intents.get(at(payment.intent));
        let order = tables.orders.get(at(payment.order));
        let metadata_of = |(source, account, id)| {
            let record = self.store.find(Kind::Customer, source, account, id)?;
            tables.customers.get(record.index())?.metadata
        };
        let shops = payment.shop_customer.and_then(metadata_of);
        let gateways = payment.customer.and_then(|id| metadata_of((payment.source, payment.account, id)));
        let method = attempt.map(|attempt| attempt.method).unwrap_or_default();
        let text = |sym: Option<_>| sym.map(|sym| self.text(sym));
        let country = attempt.and_then(|attempt| attempt.contact.country);
        // A capture of its own says when it was made; else the balance does, in whose words a charge is one.
        let own = attempt.filter(|attempt| attempt.parent.is_some()).map(|attempt| attempt.created);
        let is_movement = |annex: &&&Annex, kinds: &[&str]| {
            annex.kind == RecordKind::BalanceTransaction && text(annex.reason).is_some_and(|kind| kinds.contains(&kind))
        };
        let movement = annexes.iter().find(|annex| is_movement(annex, &["charge", "payment"]));
        let known = [attempt.and_then(|attempt| attempt.head.version), intent.and_then(|intent| intent.head.version)];
        let fees = annexes.iter().filter(|annex| is_movement(annex, &["adjustment"]));
        Some(Case {
            payment,
            payment_id: self.text(payment.id),
            disputes: self.disputes_of(row),
            refunds: refunds.map(|refund| (refund, text(refund.failure_reason))).collect(),
            method: text(method.kind),
            account: self.text(payment.account),
            brand: text(method.brand),
            wallet: text(method.wallet),
            country: text(country.or_else(|| order.and_then(|order| order.contact.country))),
            metadata: CaseMetadata {
                payment: [
                    text(intent.and_then(|intent| intent.metadata)),
                    text(attempt.and_then(|attempt| attempt.metadata)),
                ],
                order: [text(order.and_then(|order| order.metadata))],
                customer: [shops, gateways].map(text),
            },
            captured_at: own.or_else(|| movement.and_then(|annex| annex.created)),
            known_at: known.into_iter().flatten().max(),
            is_guest: matches!(self.who(customer), Some(Who::Guest(_))),
            dispute_fees: fees.filter_map(|annex| Some((annex.currency?, annex.fee.filter(|&fee| fee > 0)?))).collect(),
            annexes,
            out_of_step: self.is_out_of_step(row),
            zone: self.zone,
            customer: None,
            past: None,
            refunds_of_customer: Vec::new(),
            refunds_of_merchant: Rc::new([]),
        })
    }

    /// The facts of a payment, and what the policy of a request asks about others.
    pub fn case_for(self, row: u32, request: &RefundRequest, counted: &Counted) -> Option<Case<'l>> {
        let mut case = self.case(row)?;
        let Some(policy) = &request.policy else { return Some(case) };
        let customer = self.customer_of(row).unwrap_or(NONE);
        if policy.asks_about_customer() {
            case.customer = self.customer_facts(customer, case.payment);
        }
        if policy.counts_refunds_of(CapOf::Customer) {
            let rows = self.book.customers.payments(customer);
            case.refunds_of_customer = rows.iter().flat_map(|&row| self.past_refunds(row)).collect();
        }
        if policy.counts_refunds_of(CapOf::Merchant) {
            let all = || self.book.order.iter().flat_map(|&row| self.past_refunds(row)).collect();
            case.refunds_of_merchant = Rc::clone(counted.0.get_or_init(all));
        }
        Some(case)
    }

    fn customer_facts(self, customer: u32, payment: &Payment) -> Option<CustomerFacts> {
        let rows = self.book.customers.payments(customer);
        let payments = || rows.iter().filter_map(|&row| self.payment_row(row));
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let returned = |of: &Payment| of.refunded.saturating_add(of.refund_pending);
        let completed = || payments().filter(|of| of.status.is_completed());
        let sum = |amount: &dyn Fn(&Payment) -> i64| {
            let own = completed().filter(|of| of.currency == payment.currency);
            own.fold(0_i64, |sum, of| sum.saturating_add(of.currency.convert(amount(of), of.source, payment.source)))
        };
        Some(CustomerFacts {
            kind: match self.who(customer)? {
                Who::Guest(_) => CustomerKind::Guest,
                Who::Registered(..) => CustomerKind::Registered,
            },
            strength: self.strength(customer),
            payments: number(completed().count()),
            refunds: number(completed().filter(|of| returned(of) > 0).count()),
            disputes: number(payments().filter(|of| of.dispute_state != DisputeState::None).count()),
            captured: sum(&|of| of.captured),
            returned: sum(&returned),
            first: payments().map(|of| of.created).min()?,
        })
    }

    /// What of a payment went back, or is on its way: its refunds, and what no refund explains.
    pub(super) fn past_refunds(self, row: u32) -> Vec<PastRefund> {
        let Some(payment) = self.payment_row(row) else { return Vec::new() };
        let refunds = self.book.link.refunds.of(row).iter().filter_map(|&row| self.store.tables.refunds.get(at(row)));
        let past = |at: Option<(i64, u64)>, currency: Currency, minor: i64| PastRefund {
            at,
            currency,
            minor,
            source: payment.source,
        };
        let of = |refund: &Refund| {
            let currency = refund.currency.unwrap_or(payment.currency);
            let minor = currency.convert(refund.minor(currency), refund.head.source, payment.source);
            past(refund.created.map(|time| (time, self.store.interner.hash(refund.head.id))), currency, minor)
        };
        let mut list: Vec<PastRefund> = refunds.filter(|refund| refund.status.is_sent()).map(of).collect();
        let own = list.iter().filter(|refund| refund.currency == payment.currency);
        let explained = own.fold(0_i64, |sum, refund| sum.saturating_add(refund.minor));
        let rest = payment.refunded.saturating_add(payment.refund_pending).saturating_sub(explained);
        // The source sums it up, and its refunds are not here.
        if rest > 0 {
            list.push(past(None, payment.currency, rest));
        }
        list
    }
}
