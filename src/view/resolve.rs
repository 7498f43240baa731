//! From an id that an agent pastes to the payment or customer that it means.

use super::View;
use super::index::guest_hash;
use crate::bytes::{from_hex, push_hex};
use crate::error::{ErrorCode, GuestfolioError};
use crate::ledger::customers::Who;
use crate::ledger::history::Identity;
use crate::ledger::intern::Sym;
use crate::ledger::link::Key;
use crate::ledger::mentions::plain_number;
use crate::ledger::record::{Mode, Order};
use crate::ledger::rows::NONE;
use crate::ledger::tables::{Kind, Ref, Table};
use crate::order::sorted;
use crate::source::Source;

/// An id as given: alone, or as `source:account:id`.
pub(super) struct Given<'i> {
    scope: Option<(Source, &'i str)>,
    pub id: &'i str,
}

impl<'i> Given<'i> {
    pub fn parse(text: &'i str) -> Self {
        let parts = text.split_once(':').and_then(|(source, rest)| {
            let (account, id) = rest.split_once(':')?;
            Some((Source::from_word(source)?, account, id))
        });
        match parts {
            Some((source, account, id)) => Self { scope: Some((source, account)), id },
            None => Self { scope: None, id: text },
        }
    }

    pub fn fits(&self, source: Source, account: &str) -> bool {
        self.scope.is_none_or(|scope| scope == (source, account))
    }
}

/// The one row found, or the error that says why there is none or more than one.
pub(super) fn only(found: Vec<u32>, what: &str) -> Result<u32, GuestfolioError> {
    let mut found = sorted(found, u32::cmp);
    found.dedup();
    match found.as_slice() {
        [row] => Ok(*row),
        [] => Err(GuestfolioError::new(ErrorCode::NotFound, "", format!("no {what} with this id is in the ledger"))),
        _ => Err(ambiguous(what)),
    }
}

fn ambiguous(what: &str) -> GuestfolioError {
    let message = format!("more than one {what} has this id; write it as source:account:id");
    GuestfolioError::new(ErrorCode::AmbiguousId, "", message)
}

impl<'l> View<'l> {
    /// The payment that an id of its own, of a charge, refund, dispute or checkout leads to.
    pub fn resolve_payment(self, text: &str) -> Result<u32, GuestfolioError> {
        let given = Given::parse(text);
        let mut found = Vec::new();
        if let Some(id) = self.store.interner.find(given.id) {
            let meant =
                self.payments_with_id(id).filter(|&(source, account, _)| given.fits(source, &self.text(account)));
            found.extend(meant.map(|(_, _, payment)| payment));
            if found.is_empty() && self.store.tables.attempts.ever_says("references") {
                found.extend(self.payments_naming(id, &given));
            }
        }
        if given.scope.is_some() {
            // In full, an id is a payment's own before it is that of something that leads to one.
            let own = |&payment: &u32| {
                self.payment_row(payment).is_some_and(|payment| {
                    self.text(payment.id) == given.id && given.fits(payment.source, &self.text(payment.account))
                })
            };
            if let Some(own) = found.iter().copied().find(own) {
                return Ok(own);
            }
        }
        only(found, "payment")
    }

    /// The shops' payments that name an id at a gateway whose records are not here. They are looked through: few ask.
    fn payments_naming(self, id: Sym, given: &Given<'_>) -> impl Iterator<Item = u32> {
        let attempts = self.store.tables.attempts.all().zip(0_u32..);
        attempts.filter_map(move |(attempt, row)| {
            let is_meant =
                attempt.references.contains(&id) && given.fits(attempt.head.source, &self.text(attempt.head.account));
            if is_meant { self.book.payment_of(Ref { kind: Kind::Attempt, row }) } else { None }
        })
    }

    /// The payments that an id of any record leads to, with the system and account that it is of.
    pub(super) fn payments_with_id(self, id: Sym) -> impl Iterator<Item = (Source, Sym, u32)> + use<'l> {
        let records = self.store.with_id(id);
        let of_records = records
            .filter_map(move |(record, (source, account))| Some((source, account, self.book.payment_of(record)?)));
        of_records.chain(self.book.by_reference(id))
    }

    /// The payments of an order, by its id, by that of one of its payments, or by the number that people see. Where that is one
    /// order's id and another's number, nobody guesses.
    pub fn resolve_order(self, text: &str) -> Result<Vec<u32>, GuestfolioError> {
        let given = Given::parse(text);
        let number = plain_number(given.id);
        let is_meant = |order: &Order| {
            let is_numbered = |name| plain_number(&self.text(name)) == number;
            given.fits(order.head.source, &self.text(order.head.account))
                && (self.text(order.head.id) == given.id
                    || given.scope.is_none() && order.name.is_some_and(is_numbered))
        };
        let orders = self.store.tables.orders.iter().zip(0_u32..);
        let orders: Vec<u32> = orders.filter(|(order, _)| is_meant(order)).map(|(_, row)| row).collect();
        let rows: Vec<Vec<u32>> = orders.iter().map(|&order| self.rows_of_order(order)).collect();
        match (self.resolve_payment(text), rows.as_slice()) {
            // A payment that names its order by its own id, or several orders at once.
            (Ok(row), all) if all.iter().all(|rows| rows.contains(&row)) => {
                let order = self.payment_row(row).map_or(NONE, |payment| payment.order);
                let own = all.first().cloned().unwrap_or_else(|| self.rows_of_order(order));
                Ok(own.into_iter().chain([row]).collect())
            }
            (Err(_), [rows]) if !rows.is_empty() => Ok(rows.clone()),
            (Err(error), []) => Err(error),
            (Err(_), [_]) => {
                let message = "no payment of this order is in the ledger";
                Err(GuestfolioError::new(ErrorCode::NotFound, "", message))
            }
            _ => Err(ambiguous("order")),
        }
    }

    /// The payments that took an order's money.
    pub(super) fn rows_of_order(self, order: u32) -> Vec<u32> {
        let own = |row: &u32| self.book.link.order_of(*row) == order;
        let own = self.book.order.iter().copied().filter(own);
        // A payment for several orders is shown with the first of them.
        let sides = self.book.link.sides().iter().filter(|side| side.order == order);
        let rows = own.chain(sides.flat_map(|side| side.gateway.iter().copied()));
        let mut rows = if order == NONE { Vec::new() } else { sorted(rows, u32::cmp) };
        rows.dedup();
        rows
    }

    /// The customer with this id: a guest by the id of any of its payments or by an alias, a registered one by its own.
    pub fn resolve_customer(self, text: &str) -> Result<u32, GuestfolioError> {
        if let Some(hash) = text.strip_prefix("gst_").and_then(from_hex).and_then(|hash| hash.try_into().ok()) {
            let payment = self.payment_of_guest_id(&hash);
            return only(payment.and_then(|payment| self.customer_of(payment)).into_iter().collect(), "customer");
        }
        let given = Given::parse(text);
        let Some(id) = self.store.interner.find(given.id) else { return only(Vec::new(), "customer") };
        let own =
            self.book.customers.with_id(id).filter(|&(_, source, account)| given.fits(source, &self.text(account)));
        let mut found: Vec<u32> = own.map(|(customer, _, _)| customer).collect();
        // The same account may have tests beside its real payments: those are meant, unless there are only tests.
        if found.len() > 1 && self.is_one_account(&found) {
            let is_live = |customer: &u32| self.mode_of(*customer) != Mode::Test;
            if found.iter().filter(|customer| is_live(customer)).count() == 1 {
                found.retain(is_live);
            }
        }
        // A registered customer that an agent linked to another leads to that.
        let linked = self
            .book
            .pins
            .same_as()
            .iter()
            .filter(|((source, account, own, _), _)| *own == id && given.fits(*source, &self.text(*account)));
        found.extend(linked.filter_map(|&(_, speaker)| self.book.customers.find(speaker)));
        if found.is_empty() {
            let aliased = self.book.order.iter().filter(|&&row| {
                self.payment_row(row).is_some_and(|payment| {
                    payment.customer == Some(id) && given.fits(payment.source, &self.text(payment.account))
                })
            });
            found.extend(aliased.filter_map(|&row| self.customer_of(row)));
        }
        only(found, "customer")
    }

    /// Whether customers are one account of one system, and differ only in live or test.
    fn is_one_account(self, customers: &[u32]) -> bool {
        let mut accounts = customers.iter().map(|&customer| match self.who(customer) {
            Some(Who::Registered((source, account, id, _), _)) => Some((source, account, id)),
            _ => None,
        });
        let first = accounts.next().flatten();
        first.is_some() && accounts.all(|account| account == first)
    }

    pub(super) fn customer_of(self, payment: u32) -> Option<u32> {
        self.book.customers.of(payment)
    }

    /// The id that outputs show for a customer.
    pub(super) fn customer_id(self, customer: u32) -> String {
        self.book.identity(customer).map(|who| self.id_of(who)).unwrap_or_default()
    }

    pub(super) fn id_of(self, who: Identity) -> String {
        match who {
            Identity::Guest(key) => self.guest_id(key),
            Identity::Registered((_, _, id, _)) => self.string(id),
        }
    }

    /// `gst_` and a hash of (source, account, id) of the guest's first payment: nothing of the payer is in it.
    pub(super) fn guest_id(self, key: Key) -> String {
        let mut text = String::with_capacity(28);
        text.push_str("gst_");
        push_hex(&mut text, &guest_hash(self.store, key));
        text
    }

    pub(super) fn mode_of(self, customer: u32) -> Mode {
        match self.who(customer) {
            Some(Who::Guest(founder)) => self.standing(founder).map_or(Mode::Unknown, |payment| payment.mode),
            Some(Who::Registered((_, _, _, mode), _)) => mode,
            None => Mode::Unknown,
        }
    }
}
