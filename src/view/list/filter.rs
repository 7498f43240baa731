//! Which rows a list holds.
//!
//! A payment must meet every condition. A customer must meet those about customers itself, and one of its payments must meet all
//! those about payments together.

use super::super::View;
use super::super::case::Counted;
use super::super::{CustomerKind, PricingType, Strength};
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Fields, Input};
use crate::ledger::intern::Sym;
use crate::ledger::metadata;
use crate::ledger::payment::Payment;
use crate::ledger::record::Mode;
use crate::ledger::reversal::DisputeState;
use crate::ledger::rows::at;
use crate::ledger::status::{PaymentStatus, RefundState};
use crate::money::Currency;
use crate::options::CountryCode;
use crate::policy::limit::Limits;
use crate::refund::{Outcome, RefundRequest};
use crate::source::Source;
use crate::time::{Zone, parse_day};
use crate::word::{Word, words};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use std::cell::RefCell;
use std::rc::Rc;

words! {
    /// What rows are counted by.
    pub enum Facet {
        /// Guest or registered.
        Kind = "kind",
        /// The system.
        Source = "source",
        /// Real money or a test.
        Livemode = "livemode",
        /// The country of the billing address.
        Country = "country",
        /// How firmly a customer's payments belong together.
        Strength = "strength",
        /// What a payment's money has done.
        Status = "status",
        /// A payment's currency.
        Currency = "currency",
        /// How it was paid.
        Method = "method",
        /// There is or was a dispute.
        HasDispute = "has_dispute",
        /// A dispute or inquiry is open.
        OpenDispute = "open_dispute",
        /// Something went back, or is on its way.
        HasRefund = "has_refund",
        /// One payment, or one of a subscription.
        Pricing = "pricing",
        /// What the merchant sorts customers and orders by.
        Tag = "tag",
    }
}

impl Facet {
    /// Its place in a set of facets.
    pub const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// Conditions that no facet counts by: of amount, time, metadata, and what can be refunded.
pub const OTHER: u16 = 1 << 15;

/// The customer of the source or of the guest's first payment; of a customer's list these facets are the customer's own.
const OF_CUSTOMERS: u16 = Facet::Kind.bit()
    | Facet::Source.bit()
    | Facet::Livemode.bit()
    | Facet::Country.bit()
    | Facet::Strength.bit()
    | Facet::Tag.bit();

/// What can be refunded, by whom and when.
#[derive(Clone, PartialEq, Eq, Debug)]
struct RefundableNow(RefundRequest);

/// Conditions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// As it was given: two filters with one text are the same.
    pub text: Rc<str>,
    kinds: Vec<CustomerKind>,
    strengths: Vec<Strength>,
    sources: Vec<Source>,
    livemode: Option<bool>,
    countries: Vec<String>,
    statuses: Vec<PaymentStatus>,
    currencies: Vec<Currency>,
    methods: Vec<String>,
    pricings: Vec<PricingType>,
    tags: Vec<String>,
    has_dispute: Option<bool>,
    open_dispute: Option<bool>,
    has_refund: Option<bool>,
    least: Limits,
    most: Limits,
    from: Option<i64>,
    until: Option<i64>,
    metadata: Vec<(String, String)>,
    refundable: Option<RefundableNow>,
}

fn list<T>(
    fields: &mut Fields<'_>,
    name: &'static str,
    read: impl Fn(&Argument<'_>) -> Result<T, GuestfolioError>,
) -> Result<Vec<T>, GuestfolioError> {
    let given = fields.get(name).map(|given| given.one_or_many()).unwrap_or_default();
    given.iter().map(read).collect()
}

fn words<W: Word>(fields: &mut Fields<'_>, name: &'static str) -> Result<Vec<W>, GuestfolioError> {
    list(fields, name, |word| word.word(W::LIST, W::of))
}

fn flag(fields: &mut Fields<'_>, name: &'static str) -> Result<Option<bool>, GuestfolioError> {
    fields.get(name).map(|flag| flag.flag()).transpose()
}

/// A time; a date alone is the first or the last second of that day where the merchant is.
fn moment(moment: &Argument<'_>, zone: &Zone, is_end: bool) -> Result<i64, GuestfolioError> {
    let time = moment.time()?;
    let day = match moment.value {
        Input::Text(text) => parse_day(text),
        _ => None,
    };
    Ok(match day {
        Some(day) if is_end => zone.end_of_day(day),
        Some(day) => zone.end_of_day(day.saturating_sub(1)).saturating_add(1),
        None => time,
    })
}

/// Reads `{ from?, to? }`: the first and the last second.
pub fn span(
    fields: &mut Fields<'_>,
    name: &'static str,
    zone: &Zone,
) -> Result<(Option<i64>, Option<i64>), GuestfolioError> {
    let Some(given) = fields.get(name) else { return Ok((None, None)) };
    let mut fields = given.fields()?;
    let from = fields.get("from").map(|from| moment(&from, zone, false)).transpose()?;
    let until = fields.get("to").map(|to| moment(&to, zone, true)).transpose()?;
    fields.finish()?;
    Ok((from, until))
}

impl Filter {
    /// Reads the conditions; `zone` is the merchant's, in which days begin and end.
    ///
    /// # Errors
    /// What is malformed, with its path; `missing_as_of` where what is refundable is asked without a time.
    pub fn parse(given: &Argument<'_>, zone: &Zone) -> Result<Self, GuestfolioError> {
        let mut fields = given.fields()?;
        let country = |code: &Argument<'_>| CountryCode::read(code).map(CountryCode::text);
        let mut filter = Self {
            text: serde_json::to_string(given.value).unwrap_or_default().into(),
            kinds: words(&mut fields, "kind")?,
            strengths: words(&mut fields, "strength")?,
            sources: words(&mut fields, "source")?,
            livemode: flag(&mut fields, "livemode")?,
            countries: list(&mut fields, "country", country)?,
            statuses: words(&mut fields, "status")?,
            currencies: list(&mut fields, "currency", |code| code.currency())?,
            methods: list(&mut fields, "method", |method| method.text().map(str::to_owned))?,
            pricings: words(&mut fields, "pricing")?,
            tags: list(&mut fields, "tag", |tag| tag.text().map(str::to_owned))?,
            has_dispute: flag(&mut fields, "hasDispute")?,
            open_dispute: flag(&mut fields, "openDispute")?,
            has_refund: flag(&mut fields, "hasRefund")?,
            ..Self::default()
        };
        if let Some(amount) = fields.get("amount") {
            let mut fields = amount.fields()?;
            filter.least = fields.get("from").map(|least| Limits::parse(&least)).transpose()?.unwrap_or_default();
            filter.most = fields.get("to").map(|most| Limits::parse(&most)).transpose()?.unwrap_or_default();
            fields.finish()?;
        }
        (filter.from, filter.until) = span(&mut fields, "created", zone)?;
        if let Some(pairs) = fields.get("metadata") {
            let pair = |(key, value): (&str, Argument<'_>)| Ok((key.to_owned(), value.text()?.to_owned()));
            filter.metadata = pairs.entries()?.into_iter().map(pair).collect::<Result<_, _>>()?;
        }
        if let Some(refundable) = fields.get("refundable") {
            let mut fields = refundable.fields()?;
            if fields.get("asOf").is_none() {
                let message = "what is refundable depends on the time: `asOf` is required";
                return Err(GuestfolioError::new(ErrorCode::MissingAsOf, format!("{}/asOf", refundable.path), message));
            }
            filter.refundable = Some(RefundableNow(RefundRequest::parse_any(&mut fields, zone, None)?));
            fields.finish()?;
        }
        fields.finish()?;
        Ok(filter)
    }

    /// Whether it has conditions about payments: then a customer needs a payment that meets them.
    pub fn asks_of_payments(&self) -> bool {
        let Self { statuses, currencies, methods, pricings, least, most, metadata, .. } = self;
        let no_words = statuses.is_empty()
            && currencies.is_empty()
            && methods.is_empty()
            && metadata.is_empty()
            && pricings.is_empty();
        !(no_words && least.is_empty() && most.is_empty())
            || [self.has_dispute, self.open_dispute, self.has_refund].iter().any(Option::is_some)
            || self.from.is_some()
            || self.until.is_some()
            || self.refundable.is_some()
    }
}

impl Filter {
    /// Whether it has conditions about a payment's customer.
    pub fn asks_of_customers(&self) -> bool {
        !(self.kinds.is_empty() && self.strengths.is_empty() && self.tags.is_empty())
    }

    /// Whether it asks for real payments, or for tests.
    pub fn asks_for_mode(&self) -> bool {
        self.livemode.is_some()
    }

    /// Whether it asks what can be refunded.
    pub fn asks_for_verdicts(&self) -> bool {
        self.refundable.is_some()
    }
}

/// Whether a value is one of those that are meant; all are where none is named.
fn is_one_of<T: PartialEq>(list: &[T], value: &T) -> bool {
    list.is_empty() || list.contains(value)
}

/// Whether a text is one of those that are meant.
fn is_named(list: &[String], text: Option<&str>) -> bool {
    list.is_empty() || text.is_some_and(|text| list.iter().any(|known| known == text))
}

fn is_as(wanted: Option<bool>, is: bool) -> bool {
    wanted.is_none_or(|wanted| wanted == is)
}

/// A filter over a ledger, with what is counted once for many rows.
pub struct Test<'l, 'f> {
    view: View<'l>,
    filter: &'f Filter,
    counted: Counted,
    strengths: RefCell<HashMap<u32, Strength, FxBuildHasher>>,
}

/// A set with a facet in it unless a condition is met.
const fn unless(is_met: bool, facet: u16) -> u16 {
    if is_met { 0 } else { facet }
}

impl<'l, 'f> Test<'l, 'f> {
    /// Nothing is counted yet.
    pub fn new(view: View<'l>, filter: &'f Filter) -> Self {
        Self { view, filter, counted: Counted::default(), strengths: RefCell::default() }
    }

    /// How firmly a customer's payments belong together: worked out once, however many of them are asked about.
    pub fn strength_of(&self, customer: u32) -> Strength {
        *self.strengths.borrow_mut().entry(customer).or_insert_with(|| self.view.strength(customer))
    }

    /// Whether a row is in the list.
    pub fn holds(&self, row: u32, of_payments: bool) -> bool {
        if of_payments {
            return self.view.payment_row(row).is_some_and(|payment| self.payment_misses(row, &payment) == 0);
        }
        let payments = self.view.book.customers.payments(row).iter();
        let mut payments = payments.filter_map(|&row| Some((row, self.view.payment_row(row)?)));
        self.customer_misses(row) == 0
            && (!self.filter.asks_of_payments()
                || payments.any(|(row, payment)| self.payment_of_customer_misses(row, &payment) == 0))
    }

    /// Which of the conditions about customers a customer does not meet, as a set of facets.
    pub fn customer_misses(&self, customer: u32) -> u16 {
        let Self { view, filter, .. } = self;
        let kind = view.who(customer).map(CustomerKind::of);
        let source = view.origin_of(customer).map(|(source, _)| source);
        let mut misses = unless(kind.is_some_and(|kind| is_one_of(&filter.kinds, &kind)), Facet::Kind.bit());
        misses |= unless(source.is_some_and(|source| is_one_of(&filter.sources, &source)), Facet::Source.bit());
        misses |= unless(is_mode(filter.livemode, view.mode_of(customer)), Facet::Livemode.bit());
        if !filter.countries.is_empty() {
            let country = view.customer_country(customer).map(|sym| view.text(sym));
            misses |= unless(is_named(&filter.countries, country.as_deref()), Facet::Country.bit());
        }
        if !filter.strengths.is_empty() {
            misses |= unless(is_one_of(&filter.strengths, &self.strength_of(customer)), Facet::Strength.bit());
        }
        if !filter.tags.is_empty() {
            misses |= unless(self.is_tagged(&view.customer_tags(customer)), Facet::Tag.bit());
        }
        misses
    }

    fn is_tagged(&self, tags: &[Sym]) -> bool {
        tags.iter().any(|&tag| is_named(&self.filter.tags, Some(&self.view.text(tag))))
    }

    /// Of a customer's payment only the conditions about payments count.
    pub fn payment_of_customer_misses(&self, row: u32, payment: &Payment) -> u16 {
        self.payment_row_misses(row, payment) & !OF_CUSTOMERS
    }

    /// Which conditions a payment does not meet, as a set of facets.
    pub fn payment_misses(&self, row: u32, payment: &Payment) -> u16 {
        let Self { view, filter, .. } = self;
        let mut misses = self.payment_row_misses(row, payment);
        let customer = view.customer_of(row);
        if !filter.kinds.is_empty() {
            let kind = customer.and_then(|customer| view.who(customer)).map(CustomerKind::of);
            misses |= unless(kind.is_some_and(|kind| filter.kinds.contains(&kind)), Facet::Kind.bit());
        }
        if !filter.strengths.is_empty() {
            let strength = customer.map(|customer| self.strength_of(customer));
            misses |= unless(strength.is_some_and(|one| filter.strengths.contains(&one)), Facet::Strength.bit());
        }
        if !filter.tags.is_empty() {
            misses |= unless(self.is_tagged(&view.tags_of(row, payment)), Facet::Tag.bit());
        }
        misses
    }

    fn payment_row_misses(&self, row: u32, payment: &Payment) -> u16 {
        let Self { view, filter, .. } = self;
        let text = |sym: Option<_>| sym.map(|sym| view.text(sym));
        let mut misses = unless(is_one_of(&filter.sources, &payment.source), Facet::Source.bit());
        misses |= unless(is_mode(filter.livemode, payment.mode), Facet::Livemode.bit());
        misses |= unless(is_one_of(&filter.statuses, &payment.status), Facet::Status.bit());
        misses |= unless(is_one_of(&filter.currencies, &payment.currency), Facet::Currency.bit());
        misses |= unless(is_as(filter.has_dispute, has_dispute(payment)), Facet::HasDispute.bit());
        misses |= unless(is_as(filter.open_dispute, payment.dispute_state.is_open()), Facet::OpenDispute.bit());
        misses |= unless(is_as(filter.has_refund, has_refund(payment)), Facet::HasRefund.bit());
        if !filter.countries.is_empty() {
            misses |= unless(
                is_named(&filter.countries, text(view.payment_country(payment)).as_deref()),
                Facet::Country.bit(),
            );
        }
        if !filter.methods.is_empty() {
            misses |= unless(is_named(&filter.methods, text(payment.method.kind).as_deref()), Facet::Method.bit());
        }
        if !filter.pricings.is_empty() {
            let pricing = view.pricing_of(row, payment);
            misses |= unless(pricing.is_some_and(|one| filter.pricings.contains(&one)), Facet::Pricing.bit());
        }
        misses | unless(self.others_met(row, payment), OTHER)
    }

    fn others_met(&self, row: u32, payment: &Payment) -> bool {
        let Filter { least, most, from, until, metadata, refundable, .. } = self.filter;
        let is_in = |limits: &Limits, fits: fn(i64, i64) -> bool| {
            limits.is_empty()
                || limits.of(payment.currency, payment.source).is_some_and(|limit| fits(payment.amount, limit))
        };
        is_in(least, |amount, least| amount >= least)
            && is_in(most, |amount, most| amount <= most)
            && from.is_none_or(|from| payment.created >= from)
            && until.is_none_or(|until| payment.created <= until)
            && metadata.iter().all(|(key, value)| self.says(payment, key, value))
            && refundable.as_ref().is_none_or(|RefundableNow(request)| self.is_refundable(row, request))
    }

    /// Whether the payment or its order has metadata with this key and value.
    fn says(&self, payment: &Payment, key: &str, value: &str) -> bool {
        let tables = &self.view.store.tables;
        let intent = tables.intents.get(at(payment.intent)).and_then(|intent| intent.metadata);
        let attempt = tables.attempts.get(at(payment.attempt)).and_then(|attempt| attempt.metadata);
        let order = tables.orders.get(at(payment.order)).and_then(|order| order.metadata);
        let mut texts = [intent, attempt, order].into_iter().flatten().map(|sym| self.view.text(sym));
        texts.any(|text| metadata::pairs(&text).any(|pair| pair == (key, Some(value))))
    }

    fn is_refundable(&self, row: u32, request: &RefundRequest) -> bool {
        let Some(of) = self.view.assembled(row) else { return false };
        let verdict = self.view.case_for(row, &of, request, &self.counted, None).decide(request);
        verdict.outcome == Outcome::Eligible && verdict.permitted.minor > 0
    }
}

fn is_mode(livemode: Option<bool>, mode: Mode) -> bool {
    livemode.is_none() || mode.livemode() == livemode
}

/// There is or was a dispute.
pub fn has_dispute(payment: &Payment) -> bool {
    payment.dispute_state != DisputeState::None
}

/// Something went back, or is on its way.
pub fn has_refund(payment: &Payment) -> bool {
    payment.returned() > 0 || payment.refund_state != RefundState::None
}
