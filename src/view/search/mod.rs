//! One box to find customers and payments by anything that is known of them.
//!
//! All terms must be met: by the customer, or, those that are about payments, by one payment of the customer. The index narrows down who
//! is looked at; whether somebody is found, the ledger says.

mod index;
mod matching;
mod terms;
mod text;

pub use index::Search;
pub use terms::SearchField;
pub use text::{Finding, FindingKind, TextCustomer, TextFindings};

use super::View;
use super::list::{Filter, Test};
use super::shapes::{CustomerItem, PaymentItem};
use crate::error::GuestfolioError;
use crate::input::{Argument, Input};
use crate::issue::SchemaVersion;
use crate::ledger::rows::at;
use crate::order::sorted;
use crate::time::Zone;
use index::{Kind, amount_token};
use matching::Match;
use serde::Serialize;
use terms::{Asked, Term, Terms};

/// Rows of each list unless the query says otherwise, and the most of them.
const DEFAULT_LIMIT: i64 = 10;
const MAX_LIMIT: i64 = 100;
/// Terms that more customers or payments have are not looked up but tested.
const DENSE: usize = 100_000;
/// So many customers are looked at one by one; of more only the newest, until enough are found.
const MOST_EXAMINED: usize = 500;

/// Why a row was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct SearchMatch {
    /// The term, as it was typed.
    pub term: String,
    /// What it was found in.
    pub field: SearchField,
}

/// A customer that was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct CustomerHit {
    /// The customer, as in the list.
    pub customer: CustomerItem,
    /// By which terms.
    pub by: Vec<SearchMatch>,
}

/// A payment that was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct PaymentHit {
    /// The payment, as in the list.
    pub payment: PaymentItem,
    /// By which terms.
    pub by: Vec<SearchMatch>,
}

/// What a search found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SearchResult {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// Customers who meet all terms themselves or by one of their payments, the newest payment first.
    pub customers: Vec<CustomerHit>,
    /// Payments that a term is about (an id, an amount, a card, a condition) and that meet all terms, the newest first.
    pub payments: Vec<PaymentHit>,
    /// How many customers there are; `null` where there are so many that they were not counted.
    pub customer_total: Option<usize>,
    /// How many payments there are; `null` where they were not counted.
    pub payment_total: Option<usize>,
}

/// A search as a host asks for it.
#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    terms: Terms,
    limit: usize,
}

impl SearchQuery {
    /// Reads `{ query, limit? }`.
    ///
    /// # Errors
    /// `invalid_search` and what is malformed, with its path.
    pub fn parse(input: &Input, zone: &Zone) -> Result<Self, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let terms = Terms::parse(fields.required("query")?.text()?, zone)?;
        let limit = fields.get("limit").map(|limit| limit.whole(1, MAX_LIMIT)).transpose()?;
        fields.finish()?;
        Ok(Self { terms, limit: usize::try_from(limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(1) })
    }
}

/// A set of customers.
struct Customers(Vec<u64>);

impl Customers {
    fn bit(customer: u32) -> (usize, u64) {
        (at(customer / 64), 1 << (customer % 64))
    }

    fn add(&mut self, customer: u32) {
        let (place, bit) = Self::bit(customer);
        if let Some(word) = self.0.get_mut(place) {
            *word |= bit;
        }
    }

    fn has(&self, customer: u32) -> bool {
        let (place, bit) = Self::bit(customer);
        self.0.get(place).is_some_and(|word| word & bit != 0)
    }

    fn all(&self) -> impl Iterator<Item = u32> {
        let words = self.0.iter().zip(0_u32..).filter(|(word, _)| **word != 0);
        words.flat_map(|(word, place)| {
            let bits = (0_u32..64).filter(move |bit| word >> bit & 1 == 1);
            bits.map(move |bit| place.saturating_mul(64).saturating_add(bit))
        })
    }

    fn count(&self) -> usize {
        self.0.iter().fold(0, |sum, word| sum.saturating_add(usize::try_from(word.count_ones()).unwrap_or(0)))
    }
}

impl<'l> View<'l> {
    /// Finds customers and payments.
    pub fn search(self, query: &SearchQuery) -> SearchResult {
        let SearchQuery { terms: Terms { terms, filter }, limit } = query;
        if terms.is_empty() {
            return self.search_lists(filter, *limit);
        }
        let test = Test::new(self, filter);
        let candidates = self.candidates_for(terms, filter);
        let is_counted = candidates.as_ref().is_some_and(|set| set.count() <= MOST_EXAMINED);
        let (mut customers, mut payments) = (Vec::new(), Vec::new());
        let (mut customer_total, mut payment_total) = (0_usize, 0_usize);
        // Few are put in order; of many the list is walked, which is in order.
        let few = candidates.as_ref().filter(|_| is_counted).map(|set| {
            let here = set.all().filter(|&customer| self.book.customers.is_listed(customer));
            sorted(here, |a, b| self.book.compare_customers(self.store, *b, *a))
        });
        let all = self.book.customers.oldest_first.iter().rev().copied();
        let many = all.filter(|_| !is_counted).filter(|&one| candidates.as_ref().is_none_or(|set| set.has(one)));
        for customer in few.into_iter().flatten().chain(many) {
            let Some(Match { by, payments: found }) = self.matches(customer, terms, &test, filter) else { continue };
            customer_total = customer_total.saturating_add(usize::from(by.is_some()));
            payment_total = payment_total.saturating_add(found.len());
            if customers.len() < *limit {
                customers.extend(by.map(|by| (customer, by)));
            }
            payments.extend(found.into_iter().take(*limit));
            if !is_counted && customers.len() >= *limit {
                break;
            }
        }
        let newest_first = sorted(payments, |(a, _), (b, _)| self.book.compare(self.store, *b, *a));
        let all_seen = is_counted || customers.len() < *limit;
        let customers = customers
            .into_iter()
            .filter_map(|(customer, by)| Some(CustomerHit { customer: self.customer_item(customer)?, by }));
        let payments = newest_first
            .into_iter()
            .take(*limit)
            .filter_map(|(row, by)| Some(PaymentHit { payment: self.payment_item(row)?, by }));
        SearchResult {
            schema_version: SchemaVersion::default(),
            customers: customers.collect(),
            payments: payments.collect(),
            customer_total: all_seen.then_some(customer_total),
            payment_total: all_seen.then_some(payment_total),
        }
    }

    /// A search of conditions alone is two lists.
    fn search_lists(self, filter: &Filter, limit: usize) -> SearchResult {
        let rows = |of_payments| {
            // Nothing was typed.
            if filter.text.is_empty() {
                return (Vec::new(), 0);
            }
            let listed = self.filtered(filter, of_payments);
            (listed.newest().take(limit).collect::<Vec<u32>>(), listed.list.len())
        };
        let ((customers, customer_total), (payments, payment_total)) = (rows(false), rows(true));
        let customers = customers.into_iter().filter_map(|row| self.customer_item(row));
        let payments = payments.into_iter().filter_map(|row| self.payment_item(row));
        SearchResult {
            schema_version: SchemaVersion::default(),
            customers: customers.map(|customer| CustomerHit { customer, by: Vec::new() }).collect(),
            payments: payments.map(|payment| PaymentHit { payment, by: Vec::new() }).collect(),
            customer_total: Some(customer_total),
            payment_total: Some(payment_total),
        }
    }

    /// Whoever may meet all terms; nothing where every term is met by too many to say.
    fn candidates_for(self, terms: &[Term], filter: &Filter) -> Option<Customers> {
        let index = self.search_index();
        let words = at(self.book.customers.numbers() / 64).saturating_add(1);
        let mut candidates: Option<Customers> = None;
        let mut narrow = |customers: &[u32], payments: &[u32]| {
            let mut set = Customers(vec![0; words]);
            customers.iter().for_each(|&customer| set.add(customer));
            let held = payments.iter().filter_map(|&row| self.customer_of(row));
            held.for_each(|customer| set.add(customer));
            match &mut candidates {
                None => candidates = Some(set),
                Some(known) => known.0.iter_mut().zip(set.0).for_each(|(known, new)| *known &= new),
            }
        };
        for term in terms {
            let (customers, payments) = looked_up(term, |kind, text| index.customers.about(kind, text));
            let of_customers = customers.iter().map(|(kind, text)| index.customers.about(*kind, text));
            let of_payments = payments.iter().map(|(kind, text)| index.payments.about(*kind, text));
            if of_customers.chain(of_payments).fold(0, usize::saturating_add) > DENSE {
                continue;
            }
            let customers = customers.iter().flat_map(|(kind, text)| self.customers_beginning(*kind, text));
            let payments = payments.iter().flat_map(|(kind, text)| self.payments_beginning(*kind, text));
            narrow(&customers.collect::<Vec<u32>>(), &payments.collect::<Vec<u32>>());
        }
        if !filter.text.is_empty() && filter.asks_of_payments() {
            let listed = self.filtered(filter, true);
            if listed.list.len() <= DENSE {
                narrow(&[], &listed.list);
            }
        }
        if let Some(set) = &mut candidates {
            self.lazy.search.fresh_customers().for_each(|customer| set.add(customer));
            let held = self.lazy.search.fresh_payments().filter_map(|row| self.customer_of(row));
            held.for_each(|customer| set.add(customer));
        }
        candidates
    }
}

type Lookups = Vec<(Kind, Vec<u8>)>;

/// Where a term is looked up: among the tokens of customers, and of payments. Of several words of a name the rarest is enough.
fn looked_up(term: &Term, count: impl Fn(Kind, &[u8]) -> usize) -> (Lookups, Lookups) {
    let named = |text: &str| {
        let rarest = index::words(text).min_by_key(|word| count(Kind::Name, word.as_bytes()));
        rarest.map(|word| (Kind::Name, word.as_bytes().to_vec())).into_iter().collect::<Lookups>()
    };
    let reversed = |digits: &[u8]| digits.iter().rev().copied().collect::<Vec<u8>>();
    let one = |kind, text: &str| vec![(kind, text.as_bytes().to_vec())];
    match &term.asked {
        Asked::Word(word) => {
            let mut customers = named(word);
            customers.push((Kind::Email, word.as_bytes().to_vec()));
            customers.push((Kind::Id, word.as_bytes().to_vec()));
            if matching::is_end_of_phone(word) {
                customers.push((Kind::PhoneEnd, reversed(&matching::national(word.as_bytes()))));
                customers.push((Kind::Phone, matching::international(&index::digits(word)).to_vec()));
            }
            let payments = [Kind::Id, Kind::Last4, Kind::Code].map(|kind| (kind, word.as_bytes().to_vec()));
            (customers, payments.into())
        }
        Asked::Phrase(phrase) => (named(phrase), one(Kind::Id, phrase)),
        Asked::Phone(digits) => {
            let ends = (Kind::PhoneEnd, reversed(&matching::national(digits)));
            (vec![ends, (Kind::Phone, matching::international(digits).to_vec())], Vec::new())
        }
        Asked::Of(field, text) => match field {
            SearchField::Name => (named(text), Vec::new()),
            SearchField::Email => (one(Kind::Email, text), Vec::new()),
            SearchField::Id => (one(Kind::Id, text), one(Kind::Id, text)),
            SearchField::Card => (Vec::new(), one(Kind::Last4, text)),
            SearchField::Code => (Vec::new(), one(Kind::Code, text)),
            _ => (Vec::new(), one(Kind::Id, text)),
        },
        Asked::Amount(amount, currencies) => {
            let tokens = currencies.iter().map(|&currency| (Kind::Amount, amount_token(*amount, currency).to_vec()));
            let tokens: Lookups = tokens.collect();
            let any = || vec![(Kind::Amount, amount.to_be_bytes().to_vec())];
            (Vec::new(), if tokens.is_empty() { any() } else { tokens })
        }
    }
}
