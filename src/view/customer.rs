//! Customers, as rows and one by one.

use super::page::Cursor;
use super::shapes::{
    CardView, CustomerDetail, CustomerItem, CustomerKind, Page, RelatedBy, RelatedCustomer, Totals, UsedIdentifier,
};
use super::{Query, View};
use crate::error::{ErrorCode, GuestfolioError};
use crate::identity::{Identifier, IdentifierKind};
use crate::issue::SchemaVersion;
use crate::ledger::book::{Payment, Who, at};
use crate::ledger::intern::Sym;
use crate::ledger::record::{Contact, DisputeState};
use crate::money::{Currency, MAX_MINOR, Money};
use crate::source::Source;
use crate::time::rfc3339;
use hashbrown::HashMap;

/// Addresses, phones and cards of a row.
const MOST_CONTACTS: usize = 10;
/// Payments of a detail's first page.
const DETAIL_PAYMENTS: usize = 50;
/// Identifiers and related customers of a detail.
const MOST_IDENTIFIERS: usize = 100;

impl<'l> View<'l> {
    /// A page of customers, newest payment first.
    pub fn customers(self, query: &Query) -> Result<Page<CustomerItem>, GuestfolioError> {
        let cursor = query.cursor.as_deref().map(Cursor::parse).transpose()?;
        let from = cursor.map_or(0, |cursor| self.customers_until(&cursor));
        let all = &self.book.newest_first;
        let until = from.saturating_add(query.limit).min(all.len());
        let page = all.get(from..until).unwrap_or_default();
        let next = page.last().filter(|_| until < all.len()).and_then(|&last| self.customer_cursor(last));
        Ok(Page {
            schema_version: SchemaVersion::default(),
            items: page.iter().filter_map(|&customer| self.customer_item(customer)).collect(),
            total: all.len(),
            next: next.map(|cursor| cursor.text()),
        })
    }

    /// One customer by any of its ids.
    pub fn customer(self, id: &str) -> Result<CustomerDetail, GuestfolioError> {
        let customer = self.resolve_customer(id)?;
        let gone = || GuestfolioError::new(ErrorCode::NotFound, "", "no customer with this id is in the ledger");
        let rows = self.book.payments_of.of(customer);
        let newest = rows.iter().rev().take(DETAIL_PAYMENTS);
        Ok(CustomerDetail {
            schema_version: SchemaVersion::default(),
            customer: self.customer_item(customer).ok_or_else(gone)?,
            payments: self.payment_page(rows, None, DETAIL_PAYMENTS),
            evidence: newest.map(|&row| self.evidence(row)).collect(),
            identifiers: self.used_identifiers(customer),
            related: self.related(customer),
        })
    }

    fn customer_item(self, customer: u32) -> Option<CustomerItem> {
        let who = self.who(customer)?;
        let rows = self.book.payments_of.of(customer);
        let payments = || rows.iter().rev().filter_map(|&row| Some((row, self.payment_row(row)?)));
        let (kind, source, account, record) = match who {
            Who::Guest(founder) => {
                let first = self.payment_row(founder)?;
                (CustomerKind::Guest, first.source, first.account, None)
            }
            Who::Registered(source, account, _, _, record) => {
                (CustomerKind::Registered, source, account, self.store.tables.customers.get(at(record)))
            }
        };
        let own = record.map(|record| record.contact).unwrap_or_default();
        let time = |row: Option<&u32>| row.and_then(|&row| self.payment_row(row)).map(|p| rfc3339(p.created));
        let open = |state| {
            !matches!(
                state,
                DisputeState::None
                    | DisputeState::InquiryClosed
                    | DisputeState::Won
                    | DisputeState::Lost
                    | DisputeState::Prevented
                    | DisputeState::ClosedByRefund
            )
        };
        let mut aliases: Vec<String> = match kind {
            CustomerKind::Guest => payments().filter_map(|(_, p)| self.owned(p.customer)).collect(),
            CustomerKind::Registered => Vec::new(),
        };
        aliases.sort_unstable();
        aliases.dedup();
        let (emails, phones, cards) = self.contacts(rows, own);
        Some(CustomerItem {
            id: self.customer_id(customer),
            kind,
            source,
            account: self.account(account),
            livemode: Self::livemode(self.mode_of(customer)),
            name: self.owned(own.name).or_else(|| payments().find_map(|(row, _)| self.payer_name(row))),
            emails,
            phones,
            cards,
            aliases,
            deleted: record.is_some_and(|record| record.deleted),
            payment_count: rows.len(),
            totals: totals(payments().map(|(_, payment)| payment)),
            first_payment_at: time(rows.first()),
            last_payment_at: time(rows.last()),
            open_dispute: payments().any(|(_, payment)| open(payment.dispute_state)),
        })
    }

    fn payer_name(self, row: u32) -> Option<String> {
        let attempt = self.attempt_of(self.payment_row(row)?);
        let session = self.book.sessions.of(row).first();
        let session = session.and_then(|&session| self.store.tables.sessions.get(at(session)));
        let name = attempt.and_then(|attempt| attempt.contact.name);
        self.owned(name.or(session.and_then(|session| session.contact.name)))
    }

    /// What to reach the customer by, the one used last first.
    fn contacts(self, rows: &[u32], own: Contact) -> (Vec<String>, Vec<String>, Vec<CardView>) {
        let (mut emails, mut phones, mut cards) = (Vec::new(), Vec::new(), Vec::<CardView>::new());
        let push = |list: &mut Vec<String>, text: String| {
            if list.len() < MOST_CONTACTS && !list.contains(&text) {
                list.push(text);
            }
        };
        // A registered customer's own data come first, in the same normal form where they have one.
        if let Some(email) = own.email.map(|raw| self.text(raw)) {
            push(&mut emails, crate::identity::email(email).map_or(email.to_owned(), |email| email.into_owned()));
        }
        if let Some(phone) = own.phone.map(|raw| self.text(raw)) {
            let normal = crate::identity::phone(phone, self.store.default_country);
            push(&mut phones, normal.unwrap_or_else(|_| phone.to_owned()));
        }
        for &row in rows.iter().rev() {
            for identifier in self.book.uses.identifiers.get(self.book.uses.range(row)).unwrap_or_default() {
                let text = self.text(identifier.value);
                match identifier.kind {
                    IdentifierKind::Email => push(&mut emails, text.to_owned()),
                    IdentifierKind::Phone => push(&mut phones, text.to_owned()),
                    IdentifierKind::Card => {
                        if cards.len() < MOST_CONTACTS && !cards.iter().any(|card| card.fingerprint == text) {
                            cards.extend(self.card(row, text));
                        }
                    }
                }
            }
        }
        (emails, phones, cards)
    }

    fn card(self, row: u32, fingerprint: &str) -> Option<CardView> {
        let method = self.attempt_of(self.payment_row(row)?)?.method;
        Some(CardView {
            fingerprint: fingerprint.to_owned(),
            kind: self.owned(method.kind),
            brand: self.owned(method.brand),
            last4: self.owned(method.last4),
            wallet: self.owned(method.wallet),
        })
    }

    fn used_identifiers(self, customer: u32) -> Vec<UsedIdentifier> {
        // Payments come in order, so the first use seen is the first and the last the last.
        let mut found: HashMap<u32, (Identifier, i64, i64, usize)> = HashMap::new();
        for &row in self.book.payments_of.of(customer) {
            let Some(payment) = self.payment_row(row) else { continue };
            for index in self.book.uses.range(row) {
                let (key, identifier) = (self.book.uses.keys.get(index), self.book.uses.identifiers.get(index));
                let (Some(&key), Some(&identifier)) = (key, identifier) else { continue };
                let entry = found.entry(key).or_insert((identifier, payment.created, payment.created, 0));
                entry.2 = payment.created;
                entry.3 = entry.3.saturating_add(1);
            }
        }
        let mut list: Vec<_> = found.into_iter().collect();
        list.sort_by_key(|(key, (_, _, last, _))| (core::cmp::Reverse(*last), *key));
        let view = |(_, (identifier, first, last, payment_count)): (u32, (Identifier, i64, i64, usize))| UsedIdentifier {
            kind: identifier.kind,
            value: self.text(identifier.value).to_owned(),
            first_used_at: rfc3339(first),
            last_used_at: rfc3339(last),
            payment_count,
        };
        list.into_iter().take(MOST_IDENTIFIERS).map(view).collect()
    }

    /// Customers that used an identifier of this one and are not the same.
    fn related(self, customer: u32) -> Vec<RelatedCustomer> {
        let mut found: HashMap<u32, Vec<(IdentifierKind, Sym)>> = HashMap::new();
        let mut seen = hashbrown::HashSet::new();
        for &row in self.book.payments_of.of(customer) {
            for index in self.book.uses.range(row) {
                let (key, identifier) = (self.book.uses.keys.get(index), self.book.uses.identifiers.get(index));
                let (Some(&key), Some(identifier)) = (key, identifier) else { continue };
                if !seen.insert(key) {
                    continue;
                }
                for &other in self.payments_with(key) {
                    let Some(other) = self.customer_of(other).filter(|&other| other != customer) else { continue };
                    let by = found.entry(other).or_default();
                    let shared = (identifier.kind, identifier.value);
                    if !by.contains(&shared) {
                        by.push(shared);
                    }
                }
            }
        }
        let mut list: Vec<_> = found.into_iter().collect();
        list.sort_by_key(|(other, by)| (core::cmp::Reverse(by.len()), *other));
        let view = |(other, mut by): (u32, Vec<(IdentifierKind, Sym)>)| {
            by.sort_by_key(|&(kind, value)| (kind, self.text(value)));
            RelatedCustomer {
                customer_id: self.customer_id(other),
                kind: match self.who(other) {
                    Some(Who::Registered(..)) => CustomerKind::Registered,
                    _ => CustomerKind::Guest,
                },
                by: by.into_iter().map(|(kind, value)| RelatedBy { kind, value: self.text(value).to_owned() }).collect(),
            }
        };
        list.into_iter().take(MOST_IDENTIFIERS).map(view).collect()
    }

    fn payments_with(self, key: u32) -> &'l [u32] {
        let index = self.lazy.by_key.get_or_init(|| {
            let mut index: HashMap<u32, Vec<u32>> = HashMap::new();
            for row in self.all_payments() {
                for key in self.book.uses.keys.get(self.book.uses.range(row)).unwrap_or_default() {
                    index.entry(*key).or_default().push(row);
                }
            }
            index
        });
        index.get(&key).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Sums, one entry for each currency that a source counts in its own way, in order of the code.
fn totals<'p>(payments: impl Iterator<Item = &'p Payment>) -> Vec<Totals> {
    type Sum = Option<i64>;
    let mut sums: Vec<((Currency, Source), [Sum; 4])> = Vec::new();
    for payment in payments {
        let key = (payment.currency, payment.source);
        let figures = [Some(payment.captured), Some(payment.refunded), Some(payment.refund_pending), payment.disputed];
        let index = sums.iter().position(|(of, _)| *of == key).unwrap_or_else(|| {
            sums.push((key, [Some(0); 4]));
            sums.len().saturating_sub(1)
        });
        if let Some((_, sum)) = sums.get_mut(index) {
            for (sum, figure) in sum.iter_mut().zip(figures) {
                *sum = sum.zip(figure).and_then(|(a, b)| a.checked_add(b)).filter(|&sum| sum <= MAX_MINOR);
            }
        }
    }
    sums.sort_unstable_by_key(|(key, _)| *key);
    let view = |((currency, source), [captured, refunded, pending, disputed]): ((Currency, Source), [Sum; 4])| {
        let money = |sum: Sum| sum.map(|minor| Money::new(minor, currency, source));
        Totals {
            currency: currency.code(),
            captured: money(captured),
            refunded: money(refunded),
            refund_pending: money(pending),
            disputed: money(disputed),
        }
    };
    sums.into_iter().map(view).collect()
}
