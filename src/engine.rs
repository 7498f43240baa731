//! The ledger as a host sees it: feed it, ask it.

use crate::error::{ErrorCode, GuestfolioError};
use crate::ingest::{Ingest, IngestOptions};
use crate::input::{Argument, Input};
use crate::issue::{IngestReport, SchemaVersion};
use crate::ledger::book::Book;
use crate::ledger::history::History;
use crate::ledger::store::Store;
use crate::options::LedgerOptions;
use crate::overrides::{Note, Overrides};
use crate::plan::{PreparedAction, RefundPlan};
use crate::policy::Policy;
use crate::refund::Verdict;
use crate::snapshot::{self, Omitted, Restored};
use crate::source::SourceChoice;
use crate::time::Zone;
use crate::view::{
    CanonicalRecord, Changes, CustomerDetail, CustomerItem, Decided, Discrepancy, Erasure, Facets, IdentityGraph, Lazy,
    OverrideItem, Page, PaymentDetail, PaymentItem, PolicyTrial, Portal, Query, RefundItem, Replay, Report,
    ReportQuery, SearchQuery, SearchResult, Signal, TabRow, Table, TextFindings, View, Wallets,
};
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

/// What is made of the records and decisions.
#[derive(Debug)]
struct Derived {
    book: Book,
    lazy: Lazy,
    history: History,
}

/// The in-memory book of all records fed so far. Everything else is a question asked of it.
///
/// ```
/// use guestfolio::{Input, IngestOptions, Ledger, LedgerOptions, Query, Source};
///
/// let mut ledger = Ledger::new(LedgerOptions::default());
/// let charge = br#"{"id":"ch_1","object":"charge","amount":1250,"currency":"eur","created":1767225600,
///     "status":"succeeded","paid":true,"captured":true,"amount_refunded":0,"livemode":true,
///     "billing_details":{"email":"alice@example.com"}}"#;
/// let report = ledger.ingest(Source::Stripe, charge, IngestOptions::default());
/// assert_eq!(report.accepted, 1);
/// let customers = ledger.customers(&Query::default()).unwrap();
/// assert_eq!(customers.items[0].emails, ["alice@example.com"]);
/// let question = Input::from_json(r#"{"asOf": "2026-01-10T00:00:00Z"}"#).unwrap();
/// let verdict = ledger.decide_refund("ch_1", &question, None).unwrap();
/// assert_eq!(verdict.outcome.word(), "eligible");
/// assert_eq!(verdict.refundable.decimal().as_deref(), Some("12.50"));
/// ```
#[derive(Default)]
pub struct Ledger {
    store: Store,
    options: LedgerOptions,
    overrides: Overrides,
    /// Of the snapshot that it was restored from, until it is asked.
    restored: Cell<Option<History>>,
    /// Made, or brought up to date, when a question is asked.
    derived: OnceCell<Box<Derived>>,
    /// Grows with whatever may change an answer.
    state: u64,
    /// What was true before something changed.
    stale: Cell<Option<Box<Derived>>>,
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new(options: LedgerOptions) -> Self {
        Self { store: Store::new(options.grouping.trust(options.default_country)), options, ..Self::default() }
    }

    /// Reads one whole input: a list object, an array, one object, NDJSON, or a dashboard's export, with or without a
    /// byte-order mark.
    ///
    /// Bad records are issues in the report; the others are kept.
    pub fn ingest(&mut self, source: impl Into<SourceChoice>, bytes: &[u8], options: IngestOptions) -> IngestReport {
        let mut ingest = Ingest::new(source, options);
        self.feed(&mut ingest, bytes);
        self.finish(ingest)
    }

    /// Reads the next chunk of an input, however it was cut.
    pub fn feed(&mut self, ingest: &mut Ingest, chunk: &[u8]) {
        self.before_change();
        for piece in chunk.chunks(1 << 20) {
            ingest.feed(&mut self.store, piece);
        }
    }

    /// Ends an input.
    pub fn finish(&mut self, ingest: Ingest) -> IngestReport {
        self.before_change();
        ingest.finish(&mut self.store)
    }

    /// What was derived is of before; from now on it is noted what changes.
    fn before_change(&mut self) {
        self.state = self.state.saturating_add(1);
        if let Some(derived) = self.derived.take() {
            self.store.note_changes();
            self.stale.set(Some(derived));
        }
    }

    fn derive(&self) -> Box<Derived> {
        let (store, rules, overrides) = (&self.store, &self.options.grouping, &self.overrides);
        let Some(mut derived) = self.stale.take() else {
            let history = self.restored.take().unwrap_or_else(|| History::new(store));
            return Box::new(Derived { book: Book::new(store, rules, overrides), lazy: Lazy::default(), history });
        };
        let few = store.changes().filter(|changes| !derived.book.is_better_made_anew(changes.records.len()));
        if let Some(changes) = few {
            let Derived { book, lazy, history } = &mut *derived;
            let updated = book.update(store, rules, overrides, changes);
            lazy.update(store, book, &updated, changes);
            history.add(store, updated.events.into_iter());
            return derived;
        }
        let book = Book::new(store, rules, overrides);
        let history = derived.history.compare(store, &derived.book, &book);
        Box::new(Derived { book, lazy: Lazy::default(), history })
    }

    fn derived(&self) -> &Derived {
        self.derived.get_or_init(|| self.derive())
    }

    fn view(&self) -> View<'_> {
        let Derived { book, lazy, .. } = self.derived();
        View {
            store: &self.store,
            book,
            lazy,
            zone: &self.options.zone,
            rules: &self.options.grouping,
            overrides: &self.overrides,
        }
    }

    /// The version of what is known: it grows with everything that becomes of a customer.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.derived().history.version
    }

    /// A page of the customers that were made, changed or dissolved since a version; `since` 0 lists all.
    ///
    /// # Errors
    /// `out_of_range` for a version that the ledger has not given out, or from before it was restored; `invalid_cursor`, too
    /// where the ledger has changed between two pages.
    pub fn changes(&self, since: u32, query: &Query) -> Result<Changes, GuestfolioError> {
        self.view().changes(&self.derived().history, since, query)
    }

    /// A page of customers, newest payment first unless the query says otherwise.
    ///
    /// # Errors
    /// `invalid_cursor`.
    pub fn customers(&self, query: &Query) -> Result<Page<CustomerItem>, GuestfolioError> {
        self.view().customers(query)
    }

    /// A page of payments, newest first unless the query says otherwise.
    ///
    /// # Errors
    /// `invalid_cursor`; `not_found` and `ambiguous_id` for the customer.
    pub fn payments(&self, query: &Query) -> Result<Page<PaymentItem>, GuestfolioError> {
        self.view().payments(query)
    }

    /// Reads a query of customers or payments: `{ limit?, cursor?, sort?, where? }`, and of payments `customerId?`.
    ///
    /// # Errors
    /// What is malformed, with its path; `missing_as_of` where the filter asks what is refundable without a time.
    pub fn query(&self, input: &Input, of_payments: bool) -> Result<Query, GuestfolioError> {
        Query::parse_listing(input, &self.options.zone, of_payments)
    }

    /// A list in chosen columns: `{ list, columns, limit?, cursor?, sort?, where?, customerId? }`. Hosts keep such a query as a saved
    /// view.
    ///
    /// # Errors
    /// What is malformed, with its path; `invalid_cursor`; `not_found` and `ambiguous_id` for the customer.
    pub fn table(&self, query: &Input) -> Result<Table, GuestfolioError> {
        let (query, columns, of_payments) = Query::parse_table(query, &self.options.zone)?;
        self.view().table(&query, &columns, of_payments)
    }

    /// How many customers or payments have which value: `{ list, where? }`.
    ///
    /// # Errors
    /// What is malformed, with its path.
    pub fn facets(&self, query: &Input) -> Result<Facets, GuestfolioError> {
        let (query, of_payments) = Query::parse_facets(query, &self.options.zone)?;
        Ok((*self.view().facets(&query, of_payments)).clone())
    }

    /// Finds customers and payments: `{ query, limit? }`, of which `query` is what somebody typed: names, e-mails, phones in any
    /// writing, ids or their beginnings, order numbers, the last four digits of cards, codes, amounts with a currency, and
    /// `field:value`.
    ///
    /// # Errors
    /// `invalid_search`; what is malformed, with its path.
    pub fn search(&self, query: &Input) -> Result<SearchResult, GuestfolioError> {
        let query = SearchQuery::parse(query, &self.options.zone)?;
        Ok(self.view().search(&query))
    }

    /// What a ticket's text names, and the customers that it leads to.
    ///
    /// # Errors
    /// `wrong_type`; `out_of_range` for what is longer than 100,000 characters.
    pub fn find_in_text(&self, text: &Input) -> Result<TextFindings, GuestfolioError> {
        self.view().find_in_text(text)
    }

    /// Begins a report: `{ rows, columns | measures, groupBy?, period?, where?, time?, sort?, customerId?, format?, mask? }`. Days, weeks,
    /// months and years are those of `zone`, or of the ledger's.
    ///
    /// # Errors
    /// What is malformed, with its path, listing what is known; `out_of_range` for more than 40 columns; `not_found` and
    /// `ambiguous_id` for the customer.
    pub fn report(&self, query: &Input, zone: Option<Zone>) -> Result<Report, GuestfolioError> {
        let zone = zone.unwrap_or_else(|| self.options.zone.clone());
        self.view().report(ReportQuery::parse(query, zone)?, self.state)
    }

    /// The next chunk of a report, some 64 KB of text; nothing behind the last one.
    ///
    /// # Errors
    /// `ledger_changed` where the ledger is no longer that of the report's beginning.
    pub fn report_chunk(&self, report: &mut Report) -> Result<Option<String>, GuestfolioError> {
        if report.state() != self.state {
            let message = "the ledger has changed since the report was begun";
            return Err(GuestfolioError::new(ErrorCode::LedgerChanged, "", message));
        }
        Ok(self.view().report_chunk(report))
    }

    /// Where shops and gateways do not agree about the same money, the oldest order first.
    ///
    /// # Errors
    /// `invalid_cursor`; `not_found` and `ambiguous_id` for the customer.
    pub fn discrepancies(&self, query: &Query) -> Result<Page<Discrepancy>, GuestfolioError> {
        self.view().discrepancies(query)
    }

    /// A page of every record as canonical JSON: what can be read again, as [`crate::Source::Canonical`], with the same result.
    ///
    /// # Errors
    /// `invalid_cursor`.
    pub fn records(&self, query: &Query) -> Result<Page<CanonicalRecord>, GuestfolioError> {
        self.view().records_page(query)
    }

    /// One customer: a guest by the `gst_` id of any of its payments or by its `gcus_` alias, a registered customer by its
    /// own id; each also as `source:account:id`.
    ///
    /// # Errors
    /// `not_found`, `ambiguous_id`.
    pub fn customer(&self, id: &str) -> Result<CustomerDetail, GuestfolioError> {
        self.view().customer(id)
    }

    /// One payment by its own id or that of any of its charges, refunds, disputes or checkouts; each also as
    /// `source:account:id`.
    ///
    /// # Errors
    /// `not_found`, `ambiguous_id`.
    pub fn payment(&self, id: &str) -> Result<PaymentDetail, GuestfolioError> {
        self.view().payment(id)
    }

    /// May this payment be refunded? `request` is `{ asOf, amount?, balance?, methodWindows?, maxAgeMinutes?, facts?, policy?,
    /// actor? }`; a policy that was read before goes before the request's own.
    ///
    /// # Errors
    /// `not_found` and `ambiguous_id` for the payment; what is malformed in the request, with its path. A refusal is a
    /// verdict, not an error.
    pub fn decide_refund(
        &self,
        payment_id: &str,
        request: &Input,
        policy: Option<&Rc<Policy>>,
    ) -> Result<Verdict, GuestfolioError> {
        self.view().decide_refund(payment_id, request, policy)
    }

    /// Verdicts in a line each: `target` is `{ ids }`, at most 1,000, or a page `{ limit?, cursor?, customerId? }` of payments, the
    /// newest first; `request` is that of [`Ledger::decide_refund`] without amounts.
    ///
    /// # Errors
    /// `not_found` and `ambiguous_id` with the path of the id, `invalid_cursor`; what is malformed in the request.
    pub fn decide_refunds(
        &self,
        target: &Input,
        request: &Input,
        policy: Option<&Rc<Policy>>,
    ) -> Result<Page<RefundItem>, GuestfolioError> {
        self.view().decide_refunds(target, request, policy)
    }

    /// How a refund is carried out: `request` is that of [`Ledger::decide_refund`] with `orderId`, `customerId` or `paymentIds`, and
    /// `lines?`, `split?`, `reason?`.
    ///
    /// # Errors
    /// `not_found` and `ambiguous_id` with a path; `unknown_currency` where several are meant and none is named; what is malformed
    /// in the request.
    pub fn plan_refund(&self, request: &Input, policy: Option<&Rc<Policy>>) -> Result<RefundPlan, GuestfolioError> {
        self.view().plan_refund(request, policy)
    }

    /// Prepares a request about a customer, and sends nothing: `{ action, customerId?, source?, profile?, subscriptionId?, atPeriodEnd?,
    /// amount?, reason?, returnUrl? }`.
    ///
    /// # Errors
    /// `not_found` and `ambiguous_id` with a path; what is missing or malformed. What a system does not offer is a note.
    pub fn prepare_request(&self, request: &Input) -> Result<PreparedAction, GuestfolioError> {
        self.view().prepare_request(request)
    }

    /// What is worth a look, the newest first: of one customer, or of all and the merchant. Each has its figures, and none is a verdict.
    ///
    /// # Errors
    /// `invalid_cursor`; `not_found` and `ambiguous_id` for the customer.
    pub fn signals(&self, query: &Query) -> Result<Page<Signal>, GuestfolioError> {
        self.view().signals(query)
    }

    /// A page of a tab of a customer's page: `{ customerId, tab, limit?, cursor? }`, the newest first.
    ///
    /// # Errors
    /// `not_found` and `ambiguous_id` for the customer; `unknown_word` for the tab; `invalid_cursor`.
    pub fn customer_tab(&self, query: &Input) -> Result<Page<TabRow>, GuestfolioError> {
        self.view().customer_tab(query)
    }

    /// What may be shown to a customer in a portal: `{ customerId, verified, limit?, cursor? }`, of which `verified` is what the visitor has
    /// signed in with: one or several `{ kind, value }`, of kind `email`, `phone` or `customer` (the id of its account). Only payments and
    /// records are shown that this identifies.
    ///
    /// # Errors
    /// `not_found` where the customer has no such identifier, and with `ambiguous_id` for the customer; what is malformed, with its path.
    pub fn portal(&self, query: &Input) -> Result<Portal, GuestfolioError> {
        self.view().portal(query)
    }

    /// The wallets of a customer, and whether their histories add up; ids as for [`Ledger::customer`].
    ///
    /// # Errors
    /// `not_found`, `ambiguous_id`.
    pub fn wallets(&self, customer_id: &str) -> Result<Wallets, GuestfolioError> {
        self.view().wallets(customer_id)
    }

    /// Decides again what `{ request, verdict }` records: the same in every word, or what is another now. The request is that of
    /// [`Ledger::decide_refund`], with its policy.
    ///
    /// # Errors
    /// `not_found` and `ambiguous_id` for the payment; what is malformed in the record.
    pub fn replay(&self, record: &Input) -> Result<Replay, GuestfolioError> {
        self.view().replay(record)
    }

    /// What a policy would have said to every refund that was made, at its time and of its amount. `options` is
    /// `{ beside?, customerId?, since?, until? }`, of which `beside` is a second policy. Facts that only the host knew are not
    /// known; those of the customer's other payments are of today.
    ///
    /// # Errors
    /// What is malformed in the policies; `not_found` and `ambiguous_id` for the customer.
    pub fn evaluate_policy(&self, policy: &Input, options: &Input) -> Result<PolicyTrial, GuestfolioError> {
        self.view().evaluate_policy(policy, options)
    }

    /// A customer, its payments and identifiers, and who else used them, ready to draw; ids as for [`Ledger::customer`].
    ///
    /// # Errors
    /// `not_found`, `ambiguous_id`.
    pub fn identity_graph(&self, customer_id: &str) -> Result<IdentityGraph, GuestfolioError> {
        self.view().identity_graph(customer_id)
    }

    /// The ledger as bytes: its records, options and decisions, in a versioned format with a checksum. It holds payers' data.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        snapshot::save(&self.store, &self.options, &self.overrides, &self.derived().history, &Omitted::default())
    }

    /// A ledger from the bytes of [`Ledger::save`]: with the same customers, ids and version. `options` makes its options of
    /// those that were saved: the zone is the host's, who knows it by its name. With another grouping, [`Ledger::changes`]
    /// begins anew.
    ///
    /// # Errors
    /// `snapshot_damaged`, `snapshot_too_new`, and what `options` says.
    pub fn restore(
        bytes: &[u8],
        options: impl FnOnce(LedgerOptions) -> Result<LedgerOptions, GuestfolioError>,
    ) -> Result<Self, GuestfolioError> {
        let (restored, options) = snapshot::restore(bytes, options)?;
        let Restored { store, overrides, history } = restored;
        let ledger = Self { store, options, overrides, restored: Cell::new(history), ..Self::default() };
        // What is fed from now on is compared with what the snapshot knew.
        ledger.derived();
        Ok(ledger)
    }

    /// Erases a person: a customer by its id, with all of its records, or every record that has an identifier
    /// (`{ kind, value }`). They are gone from the ledger and from every later snapshot; a salted hash of each record's key stays,
    /// so that it is refused when it is sent again (`erased`). `options` is `{ salt, anonymise? }`: a random text of the
    /// host's, used the first time, and whether amounts, times and states stay for the books, without a name. Decisions about
    /// the person alone go, too, and [`Ledger::changes`] begins anew.
    ///
    /// # Errors
    /// `not_found`, `ambiguous_id`; `out_of_range` for a salt of fewer than 16 characters.
    pub fn forget(&mut self, target: &Input, options: &Input) -> Result<Erasure, GuestfolioError> {
        let mut fields = Argument::root(options).fields()?;
        let salt = fields.required("salt")?;
        if salt.text()?.len() < 16 {
            return Err(salt.error(ErrorCode::OutOfRange, "must be a random text of at least 16 characters"));
        }
        let anonymise = fields.get("anonymise").map(|flag| flag.flag()).transpose()? == Some(true);
        fields.finish()?;
        let person = self.view().person(target)?;
        let known = self.store.erased.clone();
        if self.store.erased.salt.is_empty() {
            salt.text()?.clone_into(&mut self.store.erased.salt);
        }
        let traces = person.traces(&self.store);
        let mut overrides = self.overrides.clone();
        overrides.forget(&person.named(&self.store), &person.ids);
        let records = person.records.len();
        let mut omitted = Omitted { keys: person.records, redacted: person.redacted, pseudonyms: None };
        if anonymise {
            omitted.give_pseudonyms(&mut self.store);
        }
        self.store.erased.traces.extend(traces);
        let history = self.derived().history.begun_anew();
        let saved = snapshot::save(&self.store, &self.options, &overrides, &history, &omitted);
        let zone = self.options.zone.clone();
        // Whatever happens, all of it happens or nothing.
        match Self::restore(&saved, |saved| Ok(LedgerOptions { zone, ..saved })) {
            Ok(ledger) => *self = ledger,
            Err(error) => {
                self.store.erased = known;
                return Err(error);
            }
        }
        let customer_ids = person.customers;
        Ok(Erasure { schema_version: SchemaVersion::default(), customer_ids, records, anonymised: anonymise })
    }

    /// Makes two customers one: each a guest (any id that [`Ledger::customer`] takes) or a registered customer, whose guest's
    /// payments then stand under it. The first payments of both belong together from the start, so what joins the one joins
    /// the other. `note` is `{ actor, reason, asOf }`.
    ///
    /// # Errors
    /// `not_found`, `ambiguous_id`; `override_conflict` for one customer, for a payment that was unlinked, and for a live
    /// and a test customer; what is malformed in the note.
    pub fn link(&mut self, a: &str, b: &str, note: &Input) -> Result<OverrideItem, GuestfolioError> {
        self.decide(note, |view| view.link(a, b))
    }

    /// Makes a payment a guest of its own; its uses of identifiers count for nobody else.
    ///
    /// # Errors
    /// `not_found`, `ambiguous_id`; `override_conflict` for a payment that was linked, confirmed or unlinked before.
    pub fn unlink(&mut self, payment_id: &str, note: &Input) -> Result<OverrideItem, GuestfolioError> {
        self.decide(note, |view| view.unlink(payment_id))
    }

    /// Makes an identifier join nobody: `{ kind, value }`, the value as anybody writes it.
    ///
    /// # Errors
    /// `not_found` for an identifier that no payment has; `override_conflict` for one that was marked before, or is all
    /// that a customer has whose payments an agent said belong together.
    pub fn mark_shared(&mut self, identifier: &Input, note: &Input) -> Result<OverrideItem, GuestfolioError> {
        self.decide(note, |view| view.mark_shared(identifier))
    }

    /// Says that the guest payments that a customer has now belong together, whatever becomes of their identifiers.
    ///
    /// # Errors
    /// `not_found`, `ambiguous_id`; `override_conflict` for a payment that was unlinked.
    pub fn confirm(&mut self, customer_id: &str, note: &Input) -> Result<OverrideItem, GuestfolioError> {
        self.decide(note, |view| view.confirm(customer_id))
    }

    /// Takes a decision back. It stays listed, with who took it back.
    ///
    /// # Errors
    /// `not_found`; `override_conflict` for one that was undone before.
    pub fn undo(&mut self, override_id: &str, note: &Input) -> Result<OverrideItem, GuestfolioError> {
        let note = Note::parse(note)?;
        self.before_change();
        Ok(OverrideItem::of(self.overrides.undo(override_id, note)?))
    }

    /// A page of what agents decided, the newest first.
    ///
    /// # Errors
    /// `invalid_cursor`.
    pub fn overrides(&self, query: &Query) -> Result<Page<OverrideItem>, GuestfolioError> {
        self.view().overrides(query)
    }

    fn decide(
        &mut self,
        note: &Input,
        decide: impl FnOnce(View<'_>) -> Result<Decided, GuestfolioError>,
    ) -> Result<OverrideItem, GuestfolioError> {
        let note = Note::parse(note)?;
        let Decided { decision, customers, issues } = decide(self.view())?;
        self.before_change();
        let made = OverrideItem::of(&self.overrides.add(decision, customers, note));
        Ok(OverrideItem { issues, ..made })
    }
}
