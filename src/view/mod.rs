//! Lists and details: what a host draws.
//!
//! Everything here is a question asked of the [book](crate::ledger::book); nothing is kept.

mod changes;
mod customer;
mod discrepancies;
mod evidence;
mod export;
mod forget;
mod identity;
mod index;
mod overrides;
mod page;
mod payment;
mod record;
mod related;
mod resolve;
mod shapes;

pub use discrepancies::{DiscrepancyAction, DiscrepancyCode};
pub use evidence::{LostBecause, Strength};
pub use export::{CanonicalRecord, Plain};
pub use identity::*;
pub use index::Lazy;
pub use overrides::Decided;
pub use page::Query;
pub use shapes::*;

use crate::grouping::Rules;
use crate::identity::Identifier;
use crate::ledger::book::Book;
use crate::ledger::customers::Who;
use crate::ledger::intern::Sym;
use crate::ledger::payment::Payment;
use crate::ledger::record::{Annex, Method, Mode};
use crate::ledger::reversal::Dispute;
use crate::ledger::rows::{NONE, at};
use crate::ledger::store::Store;
use crate::money::Money;
use crate::order::sorted;
use crate::overrides::Overrides;
use crate::refund::Case;
use crate::time::Zone;

/// The book of a ledger with its records: what every view reads.
#[derive(Clone, Copy, Debug)]
pub struct View<'l> {
    /// The records.
    pub store: &'l Store,
    /// The payments and customers made of them.
    pub book: &'l Book,
    /// Indexes made when first needed.
    pub lazy: &'l Lazy,
    /// The merchant's zone.
    pub zone: &'l Zone,
    /// How the ledger groups.
    pub rules: &'l Rules,
    /// What agents decided.
    pub overrides: &'l Overrides,
}

impl<'l> View<'l> {
    fn text(self, sym: Sym) -> &'l str {
        self.store.interner.get(sym)
    }

    #[inline(never)]
    fn owned(self, sym: Option<Sym>) -> Option<String> {
        sym.map(|sym| self.text(sym).to_owned())
    }

    fn payment_row(self, row: u32) -> Option<&'l Payment> {
        self.book.payment(row)
    }

    /// Whether a payment is older than another.
    fn is_older(self, row: u32, other: u32) -> bool {
        self.book.is_older(self.store, row, other)
    }

    fn who(self, customer: u32) -> Option<Who> {
        self.book.customers.who(customer)
    }

    fn money(payment: &Payment, minor: i64) -> Money {
        Money::new(minor, payment.currency, payment.source)
    }

    /// Empty text stands for "no account was named".
    fn account(self, account: Sym) -> Option<String> {
        Some(self.text(account).to_owned()).filter(|account| !account.is_empty())
    }

    fn livemode(mode: Mode) -> Option<bool> {
        mode.livemode()
    }

    #[inline(never)]
    fn identifier(self, identifier: &Identifier) -> IdentifierView {
        IdentifierView { kind: identifier.kind, value: self.text(identifier.value).to_owned(), field: identifier.field }
    }

    #[inline(never)]
    fn method(self, method: Option<&Method>) -> Option<MethodView> {
        let method = method?;
        let view = MethodView {
            kind: self.owned(method.kind),
            brand: self.owned(method.brand),
            last4: self.owned(method.last4),
            wallet: self.owned(method.wallet),
        };
        let known = [&view.kind, &view.brand, &view.last4, &view.wallet].into_iter().any(Option::is_some);
        known.then_some(view)
    }

    /// The disputes of a payment, the first one first.
    fn disputes_of(self, row: u32) -> Vec<&'l Dispute> {
        let disputes =
            self.book.link.disputes.of(row).iter().filter_map(|&row| self.store.tables.disputes.get(at(row)));
        let key = |dispute: &Dispute| (dispute.created, self.text(dispute.head.id));
        sorted(disputes, |a, b| key(a).cmp(&key(b)))
    }

    /// The facts for the refund rules.
    pub fn case(self, row: u32) -> Option<Case<'l>> {
        let payment = self.payment_row(row)?;
        let tables = &self.store.tables;
        let refunds = self.book.link.refunds.of(row).iter().filter_map(|&refund| tables.refunds.get(at(refund)));
        let customer = self.customer_of(row).unwrap_or(NONE);
        let annexes = self.book.link.annexes.of(row).iter().filter_map(|&annex| tables.annexes.get(at(annex)));
        let key = |annex: &Annex| (annex.created, self.text(annex.head.id));
        Some(Case {
            payment,
            payment_id: self.text(payment.id),
            disputes: self.disputes_of(row),
            refunds: refunds.map(|refund| (refund, refund.failure_reason.map(|reason| self.text(reason)))).collect(),
            method: tables.attempts.get(at(payment.attempt)).and_then(|a| a.method.kind).map(|kind| self.text(kind)),
            is_guest: matches!(self.who(customer), Some(Who::Guest(_))),
            annexes: sorted(annexes, |a, b| key(a).cmp(&key(b))),
            out_of_step: self.is_out_of_step(row),
            zone: self.zone,
        })
    }
}
