//! The facts for the refund rules.

use super::{CustomerKind, View};
use crate::ledger::customers::Who;
use crate::ledger::intern::Sym;
use crate::ledger::payment::{Assembled, Payment};
use crate::ledger::record::{Annex, RecordKind};
use crate::ledger::reversal::{DisputeState, Refund};
use crate::ledger::rows::{NONE, at};
use crate::ledger::tables::Kind;
use crate::money::Currency;
use crate::order::sorted;
use crate::policy::rule::CapOf;
use crate::refund::{Case, CaseMetadata, CustomerHistory, Flow, Instant, Movement, Past, RefundRequest, Written};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// What customers did and what went back to anybody: counted once for many verdicts, where a policy asks.
#[derive(Debug, Default)]
pub struct Counted {
    merchant: OnceCell<Rc<Flow>>,
    customers: RefCell<HashMap<u32, Option<Rc<CustomerHistory>>, FxBuildHasher>>,
}

impl<'l> View<'l> {
    /// The facts of a payment by itself: what a list shows of it.
    pub fn case(self, row: u32, of: &Assembled) -> Case<'l> {
        let Assembled { payment, attempt, intent } = of;
        let tables = &self.store.tables;
        let refunds = self.book.link.refunds.of(row).iter().filter_map(|&refund| tables.refunds.get(at(refund)));
        let customer = self.customer_of(row).unwrap_or(NONE);
        let annexes = self.book.link.annexes.of(row).iter().filter_map(|&annex| tables.annexes.get(at(annex)));
        let key = |annex: &Annex| (annex.created, self.text(annex.head.id));
        let annexes = sorted(annexes, |a, b| key(a).cmp(&key(b)));
        let order = tables.orders.get(at(payment.order));
        let attempt = attempt.as_ref();
        let method = payment.method;
        let text = |sym: Option<_>| sym.map(|sym| self.text(sym));
        let country = attempt.and_then(|attempt| attempt.contact.country);
        // A capture of its own says when it was made; else the balance does, in whose words a charge is one.
        let own = attempt.filter(|attempt| attempt.parent.is_some()).map(|attempt| attempt.created);
        let is_movement = |annex: &&&Annex, kinds: &[&str]| {
            annex.kind == RecordKind::BalanceTransaction
                && text(annex.reason).is_some_and(|kind| kinds.contains(&&*kind))
        };
        let movement = annexes.iter().find(|annex| is_movement(annex, &["charge", "payment"]));
        let known = [
            attempt.and_then(|attempt| attempt.head.version()),
            intent.as_ref().and_then(|intent| intent.head.version()),
        ];
        let fees = annexes.iter().filter(|annex| is_movement(annex, &["adjustment"]));
        Case {
            payment: *payment,
            payment_id: self.text(payment.id),
            disputes: self.disputes_of(row),
            refunds: refunds.map(|refund| (refund, text(refund.failure_reason))).collect(),
            method: text(method.kind),
            account: self.text(payment.account),
            brand: text(method.brand),
            wallet: text(method.wallet),
            country: text(country.or_else(|| order.and_then(|order| order.contact.country))),
            metadata: CaseMetadata::default(),
            captured_at: own.or_else(|| movement.and_then(|annex| annex.created)),
            known_at: known.into_iter().flatten().max(),
            is_guest: matches!(self.who(customer), Some(Who::Guest(_))),
            dispute_fees: fees.filter_map(|annex| Some((annex.currency?, annex.fee.filter(|&fee| fee > 0)?))).collect(),
            annexes,
            out_of_step: self.is_out_of_step(row),
            shop: None,
            zone: self.zone,
            customer: None,
            past: None,
            history: None,
            refunds_of_merchant: None,
        }
    }

    fn metadata_of(self, Assembled { payment, attempt, intent }: &Assembled) -> CaseMetadata<'l> {
        let tables = &self.store.tables;
        let text = |sym: Option<Sym>| sym.map(|sym| self.text(sym));
        let own = { intent.as_ref() }.and_then(|intent| intent.metadata);
        let own = own.or(attempt.as_ref().and_then(|attempt| attempt.metadata));
        let is_named = attempt.as_ref().is_some_and(|attempt| attempt.payment.is_some());
        let order = tables.orders.get(at(payment.order)).and_then(|order| order.metadata);
        let gateways = payment.customer.map(|id| (payment.source, payment.account, id));
        let named = [payment.shop_customer, gateways];
        let customers = named.map(|customer| {
            let (source, account, id) = customer?;
            let record = self.store.find(Kind::Customer, source, account, id)?;
            text(tables.customers.get(record.index())?.metadata)
        });
        let all_say = named.iter().zip(&customers).all(|(named, said)| named.is_none() || said.is_some());
        CaseMetadata {
            payment: Written { texts: [text(own), None], complete: own.is_some() && (intent.is_some() || !is_named) },
            order: Written { texts: [text(order), None], complete: order.is_some() },
            customer: Written { complete: all_say && customers.iter().any(Option::is_some), texts: customers },
        }
    }

    /// The facts of a payment for a verdict: how the shop stands to it, and what the policy of a request asks about; seen from before a
    /// refund of the past, if one is given.
    pub fn case_for(
        self,
        row: u32,
        of: &Assembled,
        request: &RefundRequest,
        counted: &Counted,
        past: Option<Past>,
    ) -> Case<'l> {
        let mut case = self.case(row, of);
        case.past = past;
        case.shop = self.shop_standing(row, &case.payment);
        let Some(policy) = &request.policy else { return case };
        if policy.asks_about_metadata() {
            case.metadata = self.metadata_of(of);
        }
        if policy.asks_about_customer() || policy.counts_refunds_of(CapOf::Customer) {
            let customer = self.customer_of(row).unwrap_or(NONE);
            let mut known = counted.customers.borrow_mut();
            case.history = known.entry(customer).or_insert_with(|| self.history(customer).map(Rc::new)).clone();
            case.customer = case.history.as_ref().map(|history| history.facts(&case.payment, past.map(|past| past.at)));
        }
        if policy.counts_refunds_of(CapOf::Merchant) {
            let all = || Rc::new(Flow::new(self.book.order.iter().flat_map(|&row| self.past_refunds(row))));
            case.refunds_of_merchant = Some(Rc::clone(counted.merchant.get_or_init(all)));
        }
        case
    }

    fn history(self, customer: u32) -> Option<CustomerHistory> {
        let rows = self.book.customers.payments(customer);
        let payments = || rows.iter().filter_map(|&row| Some((row, self.payment_row(row)?)));
        let at_creation = |of: &Payment| Some((of.created, 0));
        let movement = |of: &Payment, at: Option<Instant>, minor: i64| Movement {
            at,
            currency: of.currency,
            source: of.source,
            minor,
        };
        let completed = payments().filter(|(_, of)| of.status.is_completed());
        let refunds: Vec<(Payment, Vec<Movement>)> = payments().map(|(row, of)| (of, self.past_refunds(row))).collect();
        let completed_refunds = refunds.iter().filter(|(of, _)| of.status.is_completed());
        // Where one of them says no time, it may have been the first.
        let first_refund =
            |(of, list): &(Payment, Vec<Movement>)| Some(movement(of, list.iter().map(|refund| refund.at).min()?, 0));
        let first_dispute = |(row, of): (u32, Payment)| {
            let first = self.disputes_of(row).iter().map(|dispute| dispute.created).min().flatten();
            movement(&of, first.map(|time| (time, 0)), 0)
        };
        Some(CustomerHistory {
            kind: CustomerKind::of(self.who(customer)?),
            strength: self.strength(customer),
            first: payments().map(|(_, of)| of.created).min()?,
            completed: Flow::new(completed.map(|(_, of)| movement(&of, at_creation(&of), 0))),
            captured: Flow::new(payments().map(|(_, of)| movement(&of, at_creation(&of), of.captured))),
            returned: Flow::new(refunds.iter().flat_map(|(_, list)| list.iter().copied())),
            refunded: Flow::new(completed_refunds.filter_map(first_refund)),
            disputed: Flow::new(payments().filter(|(_, of)| of.dispute_state != DisputeState::None).map(first_dispute)),
        })
    }

    /// What of a payment went back, or is on its way: its refunds, and what no refund explains.
    pub(super) fn past_refunds(self, row: u32) -> Vec<Movement> {
        // Of a payment that took nothing only a hold was let go.
        let Some(payment) = self.payment_row(row).filter(|payment| payment.captured > 0) else { return Vec::new() };
        let refunds = self.book.link.refunds.of(row).iter().filter_map(|&row| self.store.tables.refunds.get(at(row)));
        let refunds = refunds.filter(|refund| refund.amount > 0 && !self.book.link.is_release(self.store, refund));
        let movement = |at: Option<Instant>, currency: Currency, minor: i64| Movement {
            at,
            currency,
            source: payment.source,
            minor,
        };
        let of = |refund: &Refund| {
            let currency = refund.currency.unwrap_or(payment.currency);
            let minor = currency.convert(refund.minor(currency), refund.head.source, payment.source);
            movement(refund.created.map(|time| (time, self.store.interner.hash(refund.head.id))), currency, minor)
        };
        let mut list: Vec<Movement> = refunds.filter(|refund| refund.status.is_sent()).map(of).collect();
        let own = list.iter().filter(|refund| refund.currency == payment.currency);
        let explained = own.fold(0_i64, |sum, refund| sum.saturating_add(refund.minor));
        let rest = payment.returned().saturating_sub(explained);
        // The source sums it up, and its refunds are not here.
        if rest > 0 {
            list.push(movement(None, payment.currency, rest));
        }
        list
    }
}
