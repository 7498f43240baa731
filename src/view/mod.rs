//! Lists and details: what a host draws.
//!
//! Everything here is a question asked of the [book](crate::ledger::book); nothing is kept.

mod action;
mod case;
mod changes;
mod customer;
mod discrepancies;
mod evidence;
mod export;
mod forget;
mod history;
mod identity;
mod index;
mod list;
mod overrides;
mod page;
mod payment;
mod plan;
mod portal;
mod quality;
mod record;
mod refund;
mod related;
mod replay;
mod report;
mod resolve;
mod search;
mod shapes;
mod signals;
mod steps;
mod wallet;

pub use discrepancies::{DiscrepancyAction, DiscrepancyCode};
pub use evidence::{LostBecause, Strength};
pub use export::{CanonicalRecord, Plain};
pub use history::{CustomerEvent, CustomerTab, EventKind, MonthVolume, TabRow};
pub use identity::*;
pub use index::Lazy;
pub use list::{
    Cell, Column, CustomerColumn, Facet, FacetCounts, FacetValue, Facets, Filter, PaymentColumn, Sort, Table,
    TableColumn,
};
pub use overrides::Decided;
pub use page::Query;
pub use payment::{PaymentAction, PricingType};
pub use portal::{
    Portal, PortalInvoice, PortalLicenseKey, PortalPayment, PortalProfile, PortalRefund, PortalSubscription,
};
pub use quality::QualityNote;
pub use refund::{AnswerCount, PolicyCounts, PolicyTrial, RefundItem, RuleCount};
pub use replay::{Difference, Replay};
pub use report::{
    Report, ReportColumn, ReportFormat, ReportKey, ReportMeasure, ReportQuery, ReportRows, ReversalColumn,
};
pub use search::{
    CustomerHit, Finding, FindingKind, PaymentHit, SearchField, SearchMatch, SearchQuery, SearchResult, TextCustomer,
    TextFindings,
};
pub use shapes::*;
pub use signals::{Signal, SignalKind};
pub use wallet::{WalletFinding, WalletFlaw, WalletView, Wallets};

use crate::grouping::Rules;
use crate::identity::Identifier;
use crate::ledger::book::Book;
use crate::ledger::customers::Who;
use crate::ledger::intern::Sym;
use crate::ledger::payment::{Assembled, Payment, Standing};
use crate::ledger::record::{Method, Mode};
use crate::ledger::reversal::Dispute;
use crate::ledger::rows::at;
use crate::ledger::store::Store;
use crate::money::Money;
use crate::order::sorted;
use crate::overrides::Overrides;
use crate::time::Zone;
use std::borrow::Cow;

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
    fn text(self, sym: Sym) -> Cow<'l, str> {
        self.store.interner.get(sym)
    }

    /// One instance serves all callers.
    #[inline(never)]
    fn string(self, sym: Sym) -> String {
        self.store.interner.get(sym).into_owned()
    }

    #[inline(never)]
    fn owned(self, sym: Option<Sym>) -> Option<String> {
        sym.map(|sym| self.string(sym))
    }

    fn payment_row(self, row: u32) -> Option<Payment> {
        self.book.payment(self.store, row)
    }

    /// The same, with the records that speak for it.
    fn assembled(self, row: u32) -> Option<Assembled> {
        self.book.assemble(self.store, row)
    }

    /// When a payment was made, whether it is live and how it stands: without putting it together.
    fn standing(self, row: u32) -> Option<Standing> {
        self.book.standing(row)
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
        Some(self.string(account)).filter(|account| !account.is_empty())
    }

    fn livemode(mode: Mode) -> Option<bool> {
        mode.livemode()
    }

    #[inline(never)]
    fn identifier(self, identifier: &Identifier) -> IdentifierView {
        IdentifierView { kind: identifier.kind, value: self.string(identifier.value), field: identifier.field }
    }

    #[inline(never)]
    fn method(self, method: Option<Method>) -> Option<MethodView> {
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
}
