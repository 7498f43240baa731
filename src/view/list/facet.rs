//! How many rows of a list have which value.

use super::super::View;
use super::super::{CustomerKind, Query};
use super::filter::{Facet, Filter, Test, has_dispute, has_refund};
use crate::issue::SchemaVersion;
use crate::ledger::intern::Sym;
use crate::ledger::payment::Payment;
use crate::money::Currency;
use crate::order::sorted;
use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;
use serde::Serialize;
use std::rc::Rc;

/// Values of a facet that are listed, the most frequent first.
const MOST_VALUES: usize = 100;

/// How many rows have a value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct FacetValue {
    /// The value, as a filter takes it: a word, a code, `true` or `false`.
    pub value: String,
    /// How many rows have it.
    pub count: usize,
}

/// The values of one facet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct FacetCounts {
    /// What is counted by.
    pub facet: Facet,
    /// The values, the most frequent first; at most 100. A row that has none is not counted.
    pub values: Vec<FacetValue>,
}

/// How many rows each filter would leave.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Facets {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// Rows under all conditions.
    pub total: usize,
    /// For each facet, the rows that meet all conditions but those about itself.
    pub facets: Vec<FacetCounts>,
}

/// A value of a facet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Value {
    Word(&'static str),
    Text(Sym),
    Code(Currency),
}

type Counts = HashMap<(Facet, Value), usize, FxBuildHasher>;
type Found = HashSet<(Facet, Value), FxBuildHasher>;

const OF_PAYMENTS: [Facet; 7] = [
    Facet::Status,
    Facet::Currency,
    Facet::Method,
    Facet::Pricing,
    Facet::HasDispute,
    Facet::OpenDispute,
    Facet::HasRefund,
];
const OF_CUSTOMERS: [Facet; 6] =
    [Facet::Kind, Facet::Source, Facet::Livemode, Facet::Country, Facet::Strength, Facet::Tag];

fn said(is: bool) -> Value {
    Value::Word(if is { "true" } else { "false" })
}

impl View<'_> {
    /// How many customers or payments have which value, under the conditions of a query.
    pub fn facets(self, query: &Query, of_payments: bool) -> Rc<Facets> {
        let mut known = self.lazy.lists.facets.borrow_mut();
        let is_known = |(of, text, _): &&super::Counted| *of == of_payments && *text == query.filter.text;
        if let Some((_, _, facets)) = known.iter().find(is_known) {
            return Rc::clone(facets);
        }
        let facets = Rc::new(self.count_facets(&query.filter, of_payments));
        if known.len() >= super::MOST_KEPT {
            known.remove(0);
        }
        known.push((of_payments, Rc::clone(&query.filter.text), Rc::clone(&facets)));
        facets
    }

    fn count_facets(self, filter: &Filter, of_payments: bool) -> Facets {
        let test = Test::new(self, filter);
        let mut counts = Counts::default();
        let mut total = 0_usize;
        let mut add = |found: (Facet, Value)| {
            let count = counts.entry(found).or_insert(0);
            *count = count.saturating_add(1);
        };
        if of_payments {
            for &row in &self.book.order {
                let Some(payment) = self.payment_row(row) else { continue };
                let misses = test.payment_misses(row, &payment);
                total = total.saturating_add(usize::from(misses == 0));
                for facet in left(misses, &OF_PAYMENTS) {
                    self.payment_facet(row, &payment, facet).into_iter().for_each(|value| add((facet, value)));
                }
                for facet in left(misses, &OF_CUSTOMERS) {
                    match facet {
                        // A row may have several.
                        Facet::Tag => {
                            let mut tags = self.tags_of(row, &payment);
                            tags.sort_unstable();
                            tags.dedup();
                            tags.into_iter().for_each(|tag| add((facet, Value::Text(tag))));
                        }
                        _ => self
                            .payer_facet(row, &payment, facet, &test)
                            .into_iter()
                            .for_each(|value| add((facet, value))),
                    }
                }
            }
        } else {
            for &customer in &self.book.customers.oldest_first {
                let misses = test.customer_misses(customer);
                let mut found = Found::default();
                let mut is_met = !filter.asks_of_payments();
                for &row in self.book.customers.payments(customer) {
                    let Some(payment) = self.payment_row(row) else { continue };
                    let of_payment = test.payment_of_customer_misses(row, &payment);
                    is_met |= of_payment == 0;
                    if misses != 0 {
                        continue;
                    }
                    for facet in left(of_payment, &OF_PAYMENTS) {
                        found.extend(self.payment_facet(row, &payment, facet).map(|value| (facet, value)));
                    }
                }
                total = total.saturating_add(usize::from(is_met && misses == 0));
                if is_met {
                    for facet in left(misses, &OF_CUSTOMERS) {
                        match facet {
                            Facet::Tag => {
                                found.extend(
                                    self.customer_tags(customer).into_iter().map(|tag| (facet, Value::Text(tag))),
                                );
                            }
                            _ => found.extend(self.customer_facet(customer, facet, &test).map(|value| (facet, value))),
                        }
                    }
                }
                found.into_iter().for_each(&mut add);
            }
        }
        let facets = OF_CUSTOMERS.into_iter().chain(OF_PAYMENTS);
        let facets = facets.map(|facet| FacetCounts { facet, values: self.values_of(facet, &counts) }).collect();
        Facets { schema_version: SchemaVersion::default(), total, facets }
    }

    fn values_of(self, facet: Facet, counts: &Counts) -> Vec<FacetValue> {
        let of_facet = counts.iter().filter(|((of, _), _)| *of == facet);
        let values = of_facet.map(|((_, value), &count)| FacetValue {
            value: match value {
                Value::Word(word) => (*word).to_owned(),
                Value::Text(sym) => self.string(*sym),
                Value::Code(currency) => currency.code(),
            },
            count,
        });
        let most_first = sorted(values, |a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        most_first.into_iter().take(MOST_VALUES).collect()
    }

    fn payment_facet(self, row: u32, payment: &Payment, facet: Facet) -> Option<Value> {
        match facet {
            Facet::Status => Some(Value::Word(payment.status.word())),
            Facet::Currency => Some(Value::Code(payment.currency)),
            Facet::Method => payment.method.kind.map(Value::Text),
            Facet::Pricing => Some(Value::Word(self.pricing_of(row, payment)?.word())),
            Facet::HasDispute => Some(said(has_dispute(payment))),
            Facet::OpenDispute => Some(said(payment.dispute_state.is_open())),
            Facet::HasRefund => Some(said(has_refund(payment))),
            Facet::Kind | Facet::Source | Facet::Livemode | Facet::Country | Facet::Strength | Facet::Tag => None,
        }
    }

    /// Of a payment's list, what a payment says itself, and who its customer is.
    fn payer_facet(self, row: u32, payment: &Payment, facet: Facet, test: &Test<'_, '_>) -> Option<Value> {
        match facet {
            Facet::Source => Some(Value::Word(payment.source.word())),
            Facet::Livemode => payment.mode.livemode().map(said),
            Facet::Country => self.payment_country(payment).map(Value::Text),
            _ => self.customer_facet(self.customer_of(row)?, facet, test),
        }
    }

    fn customer_facet(self, customer: u32, facet: Facet, test: &Test<'_, '_>) -> Option<Value> {
        match facet {
            Facet::Kind => Some(Value::Word(CustomerKind::of(self.who(customer)?).word())),
            Facet::Source => Some(Value::Word(self.origin_of(customer)?.0.word())),
            Facet::Livemode => self.mode_of(customer).livemode().map(said),
            Facet::Country => self.customer_country(customer).map(Value::Text),
            Facet::Strength => Some(Value::Word(test.strength_of(customer).word())),
            _ => None,
        }
    }
}

/// The facets for which a row counts: all where it meets every condition, else the one that alone it does not meet.
fn left(misses: u16, facets: &[Facet]) -> impl Iterator<Item = Facet> {
    facets.iter().copied().filter(move |facet| misses & !facet.bit() == 0)
}
