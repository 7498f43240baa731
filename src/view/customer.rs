//! Customers, as rows and one by one.

use super::list::Listed;
use super::page::ListOf;
use super::shapes::{Avatar, CardView, CustomerDetail, CustomerItem, CustomerKind, Page, Totals, UsedIdentifier};
use super::{Query, View};
use crate::error::{ErrorCode, GuestfolioError};
use crate::identity::IdentifierKind;
use crate::identity::trust::looks_like;
use crate::issue::SchemaVersion;
use crate::ledger::customers::Who;
use crate::ledger::intern::{Sym, hash_of};
use crate::ledger::payment::Payment;
use crate::ledger::record::{Contact, Customer, Method};
use crate::ledger::rows::{NONE, at};
use crate::money::{Currency, MAX_MINOR, Money};
use crate::order::sorted;
use crate::source::Source;
use crate::time::rfc3339;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

/// Addresses, phones and cards of a row.
const MOST_CONTACTS: usize = 10;
/// Tags of a row.
const MOST_TAGS: usize = 50;
/// Payments of a detail's first page.
const DETAIL_PAYMENTS: usize = 50;
/// Identifiers and related customers of a detail.
pub(super) const MOST_IDENTIFIERS: usize = 100;

/// An identifier that a customer used: its key, the place of a use, the first and the last payment with it, and how many.
#[derive(Clone, Copy)]
pub(super) struct KeyUse {
    pub key: u32,
    pub index: usize,
    pub first: u32,
    pub last: u32,
    pub payments: usize,
}

impl<'l> View<'l> {
    /// A page of customers, newest payment first unless the query says otherwise.
    pub fn customers(self, query: &Query) -> Result<Page<CustomerItem>, GuestfolioError> {
        if query.is_arranged() {
            let Listed { rows, total, next } = self.list_page(query, false)?;
            let items = rows.into_iter().filter_map(|customer| self.customer_item(customer)).collect();
            return Ok(Page { schema_version: SchemaVersion::default(), items, total, next });
        }
        let cursor = self.cursor_of(query.cursor.as_deref(), ListOf::Customers)?;
        let all = &self.book.customers.oldest_first;
        let until = cursor.map_or(all.len(), |cursor| self.customers_until(&cursor));
        let from = until.saturating_sub(query.limit);
        let page = all.get(from..until).unwrap_or_default();
        let next = page.first().filter(|_| from > 0).and_then(|&last| self.customer_cursor(last));
        Ok(Page {
            schema_version: SchemaVersion::default(),
            items: page.iter().rev().filter_map(|&customer| self.customer_item(customer)).collect(),
            total: all.len(),
            next: next.map(|cursor| cursor.text(ListOf::Customers)),
        })
    }

    /// One customer by any of its ids.
    pub fn customer(self, id: &str) -> Result<CustomerDetail, GuestfolioError> {
        let customer = self.resolve_customer(id)?;
        let gone = || GuestfolioError::new(ErrorCode::NotFound, "", "no customer with this id is in the ledger");
        let rows = self.book.customers.payments(customer);
        let newest = rows.iter().rev().take(DETAIL_PAYMENTS);
        let item = self.customer_item(customer).ok_or_else(gone)?;
        Ok(CustomerDetail {
            schema_version: SchemaVersion::default(),
            strength: item.strength,
            notes: self.quality(customer, item.strength),
            customer: item,
            payments: self.payment_page(rows, None, DETAIL_PAYMENTS),
            evidence: newest.map(|&row| self.evidence(row)).collect(),
            identifiers: self.used_identifiers(customer),
            related: self.related(customer),
            overrides: self.overrides_of(customer),
            records: self.records_of_customer(customer),
            volume: self.volume(customer),
        })
    }

    #[inline(never)]
    pub(super) fn customer_item(self, customer: u32) -> Option<CustomerItem> {
        let who = self.who(customer)?;
        let rows = self.book.customers.payments(customer);
        let payments = || rows.iter().rev().filter_map(|&row| Some((row, self.payment_row(row)?)));
        let kind = CustomerKind::of(who);
        let (source, account) = self.origin_of(customer)?;
        let record = self.own_record(customer);
        let own = record.map(|record| record.contact).unwrap_or_default();
        let time = |row: Option<&u32>| row.and_then(|&row| self.standing(row)).map(|p| rfc3339(p.created));
        let id = self.customer_id(customer);
        let others = payments().filter_map(|(_, p)| self.owned(p.customer)).filter(|other| *other != id);
        let mut aliases = sorted(others.chain(self.linked_ids(customer)), String::cmp);
        aliases.dedup();
        let (emails, phones, cards) = self.contacts(rows, own);
        Some(CustomerItem {
            id,
            kind,
            source,
            account: self.account(account),
            livemode: Self::livemode(self.mode_of(customer)),
            avatar: self.avatar(customer),
            name: self.name_of(customer),
            country: self.owned(self.customer_country(customer)),
            method: self.method(self.latest_method(customer)),
            created_at: self.customer_created(customer).map(rfc3339),
            strength: self.strength(customer),
            emails,
            phones,
            cards,
            aliases,
            deleted: record.is_some_and(|record| record.deleted),
            payment_count: rows.len(),
            totals: totals(payments().map(|(_, payment)| payment)),
            first_payment_at: time(rows.first()),
            last_payment_at: time(rows.last()),
            open_dispute: self.has_open_dispute(customer),
            tags: self.customer_tags(customer).into_iter().take(MOST_TAGS).map(|tag| self.string(tag)).collect(),
            invite: self.invite(customer),
        })
    }

    /// The source's own record of a registered customer.
    pub(super) fn own_record(self, customer: u32) -> Option<&'l Customer> {
        match self.who(customer)? {
            Who::Registered(_, record) => self.store.tables.customers.get(at(record)),
            Who::Guest(_) => None,
        }
    }

    /// A registered customer's own name, else the one given last.
    pub(super) fn name_of(self, customer: u32) -> Option<String> {
        self.owned(self.name_sym(customer))
    }

    pub(super) fn name_sym(self, customer: u32) -> Option<Sym> {
        let own = self.own_record(customer).and_then(|record| record.contact.name);
        own.or_else(|| {
            self.newest(customer).find_map(|row| self.payer(row, &self.payment_row(row)?, |contact| contact.name))
        })
    }

    /// The payments of a customer, the newest first.
    fn newest(self, customer: u32) -> impl Iterator<Item = u32> + use<'l> {
        self.book.customers.payments(customer).iter().rev().copied()
    }

    /// The system and account of the registered customer, or of the guest's first payment.
    pub(super) fn origin_of(self, customer: u32) -> Option<(Source, Sym)> {
        Some(match self.who(customer)? {
            Who::Guest(founder) => self.payment_row(founder).map(|first| (first.source, first.account))?,
            Who::Registered((source, account, _, _), _) => (source, account),
        })
    }

    /// A registered customer's own address or number, else the one used last.
    pub(super) fn main_contact(self, customer: u32, kind: IdentifierKind) -> Option<Sym> {
        let own = self.own_record(customer).map(|record| record.contact).unwrap_or_default();
        let own = own.said().find(|(of, _)| *of == kind).map(|(_, raw)| raw);
        let used = |row| {
            let identifiers = self.book.uses.identifiers_of(row);
            identifiers.into_iter().find(|identifier| identifier.kind == kind).map(|identifier| identifier.value)
        };
        own.or_else(|| self.newest(customer).find_map(used))
    }

    /// When the source made the customer; of a guest, and of one of which no record says, when it first paid.
    pub(super) fn customer_created(self, customer: u32) -> Option<i64> {
        let first = || self.book.customers.payments(customer).first().and_then(|&row| self.payment_row(row));
        let said = self.own_record(customer).and_then(|record| record.created);
        said.or_else(|| first().map(|payment| payment.created))
    }

    /// The country of the billing address: a registered customer's own, else the latest payment's.
    pub(super) fn customer_country(self, customer: u32) -> Option<Sym> {
        let own = self.own_record(customer).and_then(|record| record.contact.country);
        own.or_else(|| self.newest(customer).find_map(|row| self.payment_country(&self.payment_row(row)?)))
    }

    /// The tags of a registered customer's own record and of all orders, each once.
    pub(super) fn customer_tags(self, customer: u32) -> Vec<Sym> {
        let mut tags: Vec<Sym> = self.own_record(customer).map(|record| record.tags.to_vec()).unwrap_or_default();
        let mut seen: HashSet<Sym, FxBuildHasher> = tags.iter().copied().collect();
        let payments = self.newest(customer).filter_map(|row| self.payment_row(row));
        tags.extend(payments.flat_map(|payment| self.order_tags(&payment)).copied().filter(|&tag| seen.insert(tag)));
        tags
    }

    /// How the latest payment that says so was made.
    pub(super) fn latest_method(self, customer: u32) -> Option<Method> {
        self.newest(customer).find_map(|row| {
            let method = self.payment_row(row)?.method;
            method.kind.is_some().then_some(method)
        })
    }

    pub(super) fn has_open_dispute(self, customer: u32) -> bool {
        self.newest(customer).any(|row| self.payment_row(row).is_some_and(|payment| payment.dispute_state.is_open()))
    }

    /// What stands where no picture is: the first letters of the name or the e-mail, and a colour that stays as long as the id.
    fn avatar(self, customer: u32) -> Avatar {
        let name = self.name_sym(customer);
        let named = name.or_else(|| self.main_contact(customer, IdentifierKind::Email));
        let named = named.map(|sym| self.text(sym)).unwrap_or_default();
        let words = named.split(|letter: char| !letter.is_alphanumeric());
        let mut first = words.filter_map(|word| word.chars().next());
        let ends = [first.next(), first.next_back()].into_iter().flatten();
        let most = if name.is_some() { 2 } else { 1 };
        let initials = ends.take(most).collect::<String>();
        let hash = hash_of(self.customer_id(customer).as_bytes());
        Avatar { initials: initials.to_uppercase(), hue: u16::try_from(hash % 360).unwrap_or(0) }
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
            push(&mut emails, crate::identity::email(&email).map_or(email.to_string(), |email| email.into_owned()));
        }
        if let Some(phone) = own.phone.map(|raw| self.text(raw)) {
            let normal = crate::identity::phone(&phone);
            push(&mut phones, normal.map_or(phone.to_string(), |phone| phone.into_owned()));
        }
        for &row in rows.iter().rev() {
            for identifier in self.book.uses.identifiers_of(row) {
                let text = self.text(identifier.value);
                match identifier.kind {
                    IdentifierKind::Email => push(&mut emails, text.into_owned()),
                    IdentifierKind::Phone => push(&mut phones, text.into_owned()),
                    IdentifierKind::Customer => {}
                    IdentifierKind::Card => {
                        if cards.len() < MOST_CONTACTS && !cards.iter().any(|card| card.fingerprint == text) {
                            cards.extend(self.card(row, &text));
                        }
                    }
                }
            }
        }
        (emails, phones, cards)
    }

    fn card(self, row: u32, fingerprint: &str) -> Option<CardView> {
        let method = self.payment_row(row).filter(|payment| payment.attempt != NONE)?.method;
        Some(CardView {
            fingerprint: fingerprint.to_owned(),
            kind: self.owned(method.kind),
            brand: self.owned(method.brand),
            last4: self.owned(method.last4),
            wallet: self.owned(method.wallet),
        })
    }

    /// Every use of an identifier by a customer: its key, its place among all uses, and the payment; those of one key the oldest
    /// first.
    pub(super) fn uses_of(self, customer: u32) -> Vec<(u32, usize, u32)> {
        let rows = self.book.customers.payments(customer);
        let uses = rows.iter().flat_map(|&row| self.book.uses.range(row).map(move |index| (index, row)));
        let uses = uses.filter_map(|(index, row)| Some((*self.book.uses.keys.get(index)?, index, row)));
        // Payments come in order of time, and what is equal keeps its order.
        sorted(uses, |(a, _, _), (b, _, _)| a.cmp(b))
    }

    /// What a customer used, the one used last first; of one payment in order of kind and text.
    pub(super) fn keys_used(self, customer: u32) -> Vec<KeyUse> {
        let uses = self.uses_of(customer);
        let groups = uses.chunk_by(|(a, _, _), (b, _, _)| a == b).filter_map(|group| {
            let (&(key, index, first), &(_, _, last)) = group.first().zip(group.last())?;
            Some(KeyUse { key, index, first, last, payments: group.len() })
        });
        let text = |one: &KeyUse| {
            let identifier = self.book.uses.identifier(one.index);
            identifier.map(|identifier| (identifier.kind, self.text(identifier.value)))
        };
        sorted(groups, |a, b| self.book.compare(self.store, b.last, a.last).then_with(|| text(a).cmp(&text(b))))
    }

    fn used_identifiers(self, customer: u32) -> Vec<UsedIdentifier> {
        let used = self.keys_used(customer);
        let main = |one: &KeyUse, kind: IdentifierKind| {
            let identifier = self.book.uses.identifier(one.index);
            identifier.filter(|identifier| identifier.kind == kind).map(|identifier| identifier.value)
        };
        // A registered customer's own, else the one used last: they come in this order.
        let primary_of = |kind: IdentifierKind| {
            let contact = self.own_record(customer).map(|record| record.contact).unwrap_or_default();
            let own = contact.said().find(|(of, _)| *of == kind).map(|(_, raw)| raw);
            let own = own.and_then(|raw| self.store.form_in(kind, &self.text(raw), contact.country).ok());
            let own =
                own.and_then(|form| used.iter().find_map(|one| main(one, kind).filter(|&sym| self.text(sym) == form)));
            own.or_else(|| used.iter().find_map(|one| main(one, kind)))
        };
        let primary = [IdentifierKind::Email, IdentifierKind::Phone, IdentifierKind::Card].map(primary_of);
        let view = |KeyUse { key, index, first, last, payments }: KeyUse| {
            let identifier = self.book.uses.identifier(index)?;
            let value = self.text(identifier.value);
            let is_email = identifier.kind == IdentifierKind::Email;
            let time = |row| self.standing(row).map(|payment| rfc3339(payment.created)).unwrap_or_default();
            Some(UsedIdentifier {
                kind: identifier.kind,
                value: value.to_string(),
                primary: primary.contains(&Some(identifier.value)),
                first_used_at: time(first),
                last_used_at: time(last),
                payment_count: payments,
                shared: self.book.joins_none(key),
                looks_like: looks_like(&value).filter(|_| is_email).map(str::to_owned),
            })
        };
        used.iter().copied().take(MOST_IDENTIFIERS).filter_map(view).collect()
    }
}

/// Sums, one entry a currency, in order of the code.
///
/// Sources may count one currency in different units (ISK at Stripe in hundredths, elsewhere whole): then the sum is in the
/// finest of them, so that nothing is lost.
fn totals(payments: impl Iterator<Item = Payment>) -> Vec<Totals> {
    type Sum = Option<i64>;
    let mut sums: Vec<(Currency, Source, [Sum; 4])> = Vec::new();
    let decimals = |currency: Currency, source| currency.decimals(source).unwrap_or(0);
    let factor = |more: u32, fewer: u32| 10_i64.saturating_pow(more.saturating_sub(fewer));
    for payment in payments {
        let figures = [Some(payment.captured), Some(payment.refunded), Some(payment.refund_pending), payment.disputed];
        let index = sums.iter().position(|(of, _, _)| *of == payment.currency).unwrap_or_else(|| {
            sums.push((payment.currency, payment.source, [Some(0); 4]));
            sums.len().saturating_sub(1)
        });
        let Some((currency, source, sum)) = sums.get_mut(index) else { continue };
        let (known, own) = (decimals(*currency, *source), decimals(*currency, payment.source));
        if own > known {
            *source = payment.source;
        }
        for (sum, figure) in sum.iter_mut().zip(figures) {
            let scaled = sum.and_then(|sum| sum.checked_mul(factor(own, known)));
            let figure = figure.and_then(|figure| figure.checked_mul(factor(known, own)));
            *sum = scaled.zip(figure).and_then(|(a, b)| a.checked_add(b)).filter(|&sum| sum <= MAX_MINOR);
        }
    }
    let sums = sorted(sums, |(a, _, _), (b, _, _)| a.cmp(b));
    let view = |(currency, source, [captured, refunded, pending, disputed]): (Currency, Source, [Sum; 4])| {
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
