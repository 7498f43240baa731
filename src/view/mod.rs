//! Lists and details: what a host draws.
//!
//! Everything here is a question asked of the [book](crate::ledger::book); nothing is kept.

mod customer;
mod discrepancies;
mod evidence;
mod export;
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
pub use overrides::Decided;
pub use page::Query;
pub use shapes::*;

use crate::grouping::Rules;
use crate::identity::Identifier;
use crate::ledger::book::{Book, NONE, Payment, Who, at};
use crate::ledger::intern::Sym;
use crate::ledger::record::{Annex, Method, Mode};
use crate::ledger::reversal::Dispute;
use crate::ledger::store::Store;
use crate::money::Money;
use crate::order::sorted;
use crate::overrides::Overrides;
use crate::refund::Case;
use crate::time::Zone;
use std::cell::OnceCell;

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

/// Indexes that only some questions need.
#[derive(Debug, Default)]
pub struct Lazy {
    /// The payments that used each identifier.
    by_key: OnceCell<Vec<(u32, u32)>>,
    /// The identifiers that customers' objects name.
    named: OnceCell<Vec<(u32, u32)>>,
    /// Which identifiers more than a household uses, whatever the preset.
    shared: OnceCell<Vec<bool>>,
    /// The payment behind each guest id ever given out.
    by_guest_id: OnceCell<Vec<([u8; 12], u32)>>,
    /// The payments for which shop and gateway do not agree.
    out_of_step: OnceCell<Vec<u32>>,
    /// The orders about which they do not agree, and about how much.
    differing: OnceCell<Vec<(u32, usize)>>,
    /// Orders that share payments.
    groups: OnceCell<discrepancies::Groups>,
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
        self.book.payments.get(at(row))
    }

    fn who(self, customer: u32) -> Option<Who> {
        self.book.customers.get(at(customer)).copied()
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
        let disputes = self.book.disputes.of(row).iter().filter_map(|&row| self.store.tables.disputes.get(at(row)));
        let key = |dispute: &Dispute| (dispute.created, self.text(dispute.head.id));
        sorted(disputes, |a, b| key(a).cmp(&key(b)))
    }

    /// The facts for the refund rules.
    pub fn case(self, row: u32) -> Option<Case<'l>> {
        let payment = self.payment_row(row)?;
        let tables = &self.store.tables;
        let refunds = self.book.refunds.of(row).iter().filter_map(|&refund| tables.refunds.get(at(refund)));
        let customer = self.book.customer_of.get(at(row)).copied().unwrap_or(NONE);
        let annexes = self.book.annexes.of(row).iter().filter_map(|&annex| tables.annexes.get(at(annex)));
        let key = |annex: &Annex| (annex.created, self.text(annex.head.id));
        Some(Case {
            payment,
            payment_id: self.text(payment.id),
            disputes: self.disputes_of(row),
            refunds: refunds.map(|refund| (refund, refund.failure_reason.map(|reason| self.text(reason)))).collect(),
            method: tables.attempts.get(at(payment.attempt)).and_then(|a| a.method.kind).map(|kind| self.text(kind)),
            is_guest: matches!(self.who(customer), Some(Who::Guest(_))),
            annexes: sorted(annexes, |a, b| key(a).cmp(&key(b))),
            out_of_step: !self.book.sides.is_empty() && self.out_of_step().binary_search(&row).is_ok(),
            zone: self.zone,
        })
    }
}
