//! The only place that names wasm-bindgen. It turns arguments into [`guestfolio::Input`] and results into JSON, and decides
//! nothing.
//!
//! A ledger is a number here, not a class: a call that fails never leaves a poisoned object behind.

mod text;

use guestfolio::{
    ErrorCode, GuestfolioError, Ingest, IngestOptions, Input, Ledger, LedgerOptions, Policy, Query, Report, Zone,
};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What has a handle, by its number. Numbers are never used twice, so an old handle never meets a new item. Few are open
/// at a time, so a list serves.
struct Table<T> {
    last: u32,
    items: Vec<(u32, Rc<RefCell<T>>)>,
}

impl<T> Table<T> {
    const fn new() -> Self {
        Self { last: 0, items: Vec::new() }
    }

    fn insert(&mut self, item: T) -> u32 {
        self.last = self.last.wrapping_add(1);
        self.items.push((self.last, Rc::new(RefCell::new(item))));
        self.last
    }

    fn get(&self, handle: u32) -> Option<Rc<RefCell<T>>> {
        self.items.iter().find(|(number, _)| *number == handle).map(|(_, item)| Rc::clone(item))
    }

    fn remove(&mut self, handle: u32) -> Option<Rc<RefCell<T>>> {
        let at = self.items.iter().position(|(number, _)| *number == handle)?;
        Some(self.items.swap_remove(at).1)
    }
}

thread_local! {
    static LEDGERS: RefCell<Table<Ledger>> = const { RefCell::new(Table::new()) };
    static POLICIES: RefCell<Table<Rc<Policy>>> = const { RefCell::new(Table::new()) };
    static REPORTS: RefCell<Table<(u32, Report)>> = const { RefCell::new(Table::new()) };
    static INGESTS: RefCell<Table<(u32, Ingest)>> = const { RefCell::new(Table::new()) };
}

/// The error as JSON; the wrapper throws it as a real `Error`.
#[derive(Serialize)]
struct Failure<'e> {
    code: ErrorCode,
    path: &'e str,
    message: &'e str,
}

/// Results cross as JSON text, which the host's own parser turns into plain objects faster than one call a value would.
type Answer = Result<String, JsValue>;

fn plain<T: Serialize + ?Sized>(value: &T) -> Answer {
    text::json(value).ok_or(JsValue::NULL)
}

fn fail(code: ErrorCode, path: &str, message: &str) -> JsValue {
    plain(&Failure { code, path, message }).map_or(JsValue::NULL, |text| JsValue::from_str(&text))
}

fn failure(error: &GuestfolioError) -> JsValue {
    fail(error.code(), error.path(), error.message())
}

fn answer<T: Serialize>(result: Result<T, GuestfolioError>) -> Answer {
    result.map_err(|error| failure(&error)).and_then(|value| plain(&value))
}

/// Arguments cross as JSON text: that settles dates, cycles and functions in the way every JavaScript developer knows.
fn input(json: &str) -> Result<Input, JsValue> {
    Input::from_json(json).map_err(|error| failure(&error))
}

fn freed() -> JsValue {
    fail(ErrorCode::LedgerFreed, "", "the ledger was freed")
}

fn with_ledger<T>(handle: u32, call: impl FnOnce(&mut Ledger) -> Result<T, JsValue>) -> Result<T, JsValue> {
    let ledger = LEDGERS.with_borrow_mut(|table| table.get(handle)).ok_or_else(freed)?;
    let mut ledger = ledger.try_borrow_mut().map_err(|_| freed())?;
    call(&mut ledger)
}

/// A zone whose offsets the host knows.
fn zone_of(offset_at: Option<js_sys::Function>) -> Zone {
    offset_at.map_or(Zone::Utc, |offset_at| {
        Zone::Host(Rc::new(move |utc| {
            #[expect(clippy::cast_precision_loss, reason = "a time up to the year 9999 is exact")]
            let utc = JsValue::from_f64(utc as f64);
            let offset = offset_at.call1(&JsValue::NULL, &utc).ok().and_then(|offset| offset.as_f64());
            #[expect(clippy::cast_possible_truncation, reason = "an offset is less than two days; the cast saturates")]
            offset.map_or(0, |offset| offset as i32)
        }))
    })
}

/// A new ledger; `offset_at` gives the seconds east of UTC of the merchant's zone at a UTC second.
#[wasm_bindgen]
pub fn ledger_new(options: &str, offset_at: Option<js_sys::Function>) -> Result<u32, JsValue> {
    let options = LedgerOptions::parse(&input(options)?, zone_of(offset_at)).map_err(|error| failure(&error))?;
    Ok(LEDGERS.with_borrow_mut(|table| table.insert(Ledger::new(options))))
}

/// A ledger as bytes.
#[wasm_bindgen]
pub fn ledger_save(handle: u32) -> Result<Vec<u8>, JsValue> {
    with_ledger(handle, |ledger| Ok(ledger.save()))
}

/// A ledger from its bytes, with these options, or those that were saved where there are none; `zone_named` gives the offsets
/// of a zone by its name, or nothing for one that it does not know.
#[wasm_bindgen]
pub fn ledger_restore(
    bytes: &[u8],
    options: &str,
    offset_at: Option<js_sys::Function>,
    zone_named: &js_sys::Function,
) -> Result<u32, JsValue> {
    let given = input(options)?;
    let options = |saved: LedgerOptions| {
        if given != Input::Null {
            return LedgerOptions::parse(&given, zone_of(offset_at));
        }
        let name = saved.zone_name.as_deref().map(JsValue::from_str);
        let offset_at = name.and_then(|name| zone_named.call1(&JsValue::NULL, &name).ok());
        let zone = zone_of(offset_at.and_then(|offset_at| offset_at.dyn_into().ok()));
        Ok(LedgerOptions { zone, ..saved })
    };
    let ledger = Ledger::restore(bytes, options).map_err(|error| failure(&error))?;
    Ok(LEDGERS.with_borrow_mut(|table| table.insert(ledger)))
}

/// Erases a person.
#[wasm_bindgen]
pub fn forget(handle: u32, target: &str, options: &str) -> Answer {
    let (target, options) = (input(target)?, input(options)?);
    with_ledger(handle, |ledger| answer(ledger.forget(&target, &options)))
}

/// Gives a ledger's memory back. Freeing twice is harmless.
#[wasm_bindgen]
pub fn ledger_free(handle: u32) {
    LEDGERS.with_borrow_mut(|table| table.remove(handle));
}

/// Starts an input; feed it, then end or drop it.
#[wasm_bindgen]
pub fn ingest_begin(handle: u32, source: &str, options: &str) -> Result<u32, JsValue> {
    let source = guestfolio::parse_source(source).map_err(|error| failure(&error))?;
    let options = IngestOptions::parse(&input(options)?).map_err(|error| failure(&error))?;
    with_ledger(handle, |_| Ok(()))?;
    Ok(INGESTS.with_borrow_mut(|table| table.insert((handle, Ingest::new(source, options)))))
}

/// Makes the memory grow by a part of itself, if it must. Each time that it grows, the host may look through all of its own heap for
/// what it can free: a page at a time that would be thousands of times.
fn grow_in_steps() {
    const PAGE: usize = 1 << 16;
    let step = core::arch::wasm32::memory_size(0) / 64;
    // Where there is no more, what is really needed may still fit.
    let mut room = Vec::<u8>::new();
    drop(room.try_reserve_exact(step.saturating_mul(PAGE)));
    drop(core::hint::black_box(room));
}

/// Reads the next chunk.
#[wasm_bindgen]
pub fn ingest_feed(ingest: u32, chunk: &[u8]) -> Result<(), JsValue> {
    grow_in_steps();
    let open = INGESTS.with_borrow_mut(|table| table.get(ingest)).ok_or_else(freed)?;
    let mut open = open.try_borrow_mut().map_err(|_| freed())?;
    let (handle, ingest) = &mut *open;
    with_ledger(*handle, |ledger| {
        ledger.feed(ingest, chunk);
        Ok(())
    })
}

/// Ends an input and reports.
#[wasm_bindgen]
pub fn ingest_end(ingest: u32) -> Answer {
    let open = INGESTS.with_borrow_mut(|table| table.remove(ingest)).ok_or_else(freed)?;
    let (handle, ingest) = Rc::into_inner(open).ok_or_else(freed)?.into_inner();
    with_ledger(handle, |ledger| plain(&ledger.finish(ingest)))
}

/// Gives up an input; what was read of it stays.
#[wasm_bindgen]
pub fn ingest_drop(ingest: u32) {
    INGESTS.with_borrow_mut(|table| table.remove(ingest));
}

/// A page of customers.
#[wasm_bindgen]
pub fn customers(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(ledger.query(&query, false).and_then(|query| ledger.customers(&query))))
}

/// A page of payments.
#[wasm_bindgen]
pub fn payments(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(ledger.query(&query, true).and_then(|query| ledger.payments(&query))))
}

/// A list in chosen columns.
#[wasm_bindgen]
pub fn table(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(ledger.table(&query)))
}

/// An answer as a screen or log may show it.
#[wasm_bindgen]
pub fn masked(answer: &str) -> Answer {
    plain(&guestfolio::masked(&input(answer)?))
}

/// Begins a report, in the ledger's zone or in another; `offset_at` gives that one's offsets, or nothing for UTC.
#[wasm_bindgen]
pub fn report_begin(
    handle: u32,
    query: &str,
    in_own_zone: bool,
    offset_at: Option<js_sys::Function>,
) -> Result<u32, JsValue> {
    let query = input(query)?;
    let zone = (!in_own_zone).then(|| zone_of(offset_at));
    let report = with_ledger(handle, |ledger| ledger.report(&query, zone).map_err(|error| failure(&error)))?;
    Ok(REPORTS.with_borrow_mut(|table| table.insert((handle, report))))
}

/// How many rows or groups of a report are written, how many there are, and how many rows were written of them.
#[wasm_bindgen]
pub fn report_progress(report: u32) -> Result<Vec<u32>, JsValue> {
    let open = REPORTS.with_borrow_mut(|table| table.get(report)).ok_or_else(freed)?;
    let (_, report) = &*open.borrow();
    Ok([report.done(), report.total(), report.rows()].map(|count| u32::try_from(count).unwrap_or(u32::MAX)).to_vec())
}

/// The next chunk of a report; nothing behind the last one.
#[wasm_bindgen]
pub fn report_next(report: u32) -> Result<Option<String>, JsValue> {
    let open = REPORTS.with_borrow_mut(|table| table.get(report)).ok_or_else(freed)?;
    let mut open = open.try_borrow_mut().map_err(|_| freed())?;
    let (handle, report) = &mut *open;
    with_ledger(*handle, |ledger| ledger.report_chunk(report).map_err(|error| failure(&error)))
}

/// Gives a report's memory back. Freeing twice is harmless.
#[wasm_bindgen]
pub fn report_free(report: u32) {
    REPORTS.with_borrow_mut(|table| table.remove(report));
}

/// How many rows of a list have which value.
#[wasm_bindgen]
pub fn facets(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(ledger.facets(&query)))
}

/// Customers and payments by anything that is known of them.
#[wasm_bindgen]
pub fn search(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(ledger.search(&query)))
}

/// What a text names, and whom that leads to.
#[wasm_bindgen]
pub fn find_in_text(handle: u32, text: &str) -> Answer {
    let text = input(text)?;
    with_ledger(handle, |ledger| answer(ledger.find_in_text(&text)))
}

/// A page of a tab of a customer's page.
#[wasm_bindgen]
pub fn customer_tab(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(ledger.customer_tab(&query)))
}

/// What is worth a look.
#[wasm_bindgen]
pub fn signals(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(Query::parse(&query, true).and_then(|query| ledger.signals(&query))))
}

/// What may be shown to a customer.
#[wasm_bindgen]
pub fn portal(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(ledger.portal(&query)))
}

/// A customer's wallets.
#[wasm_bindgen]
pub fn wallets(handle: u32, id: &str) -> Answer {
    with_ledger(handle, |ledger| answer(ledger.wallets(id)))
}

/// A request about a customer.
#[wasm_bindgen]
pub fn prepare_request(handle: u32, request: &str) -> Answer {
    let request = input(request)?;
    with_ledger(handle, |ledger| answer(ledger.prepare_request(&request)))
}

/// A page of what shops and gateways do not agree about.
#[wasm_bindgen]
pub fn discrepancies(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(Query::parse(&query, true).and_then(|query| ledger.discrepancies(&query))))
}

/// A page of all records as canonical JSON.
#[wasm_bindgen]
pub fn records(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(Query::parse(&query, false).and_then(|query| ledger.records(&query))))
}

/// One customer.
#[wasm_bindgen]
pub fn customer(handle: u32, id: &str) -> Answer {
    with_ledger(handle, |ledger| answer(ledger.customer(id)))
}

/// One payment.
#[wasm_bindgen]
pub fn payment(handle: u32, id: &str) -> Answer {
    with_ledger(handle, |ledger| answer(ledger.payment(id)))
}

/// A customer's graph.
#[wasm_bindgen]
pub fn identity_graph(handle: u32, id: &str) -> Answer {
    with_ledger(handle, |ledger| answer(ledger.identity_graph(id)))
}

/// The version of what is known.
#[wasm_bindgen]
pub fn version(handle: u32) -> Result<u32, JsValue> {
    with_ledger(handle, |ledger| Ok(ledger.version()))
}

/// A page of what became of customers.
#[wasm_bindgen]
pub fn changes(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| {
        answer(Query::parse_changes(&query).and_then(|(since, query)| ledger.changes(since, &query)))
    })
}

/// Makes two customers one.
#[wasm_bindgen]
pub fn link(handle: u32, a: &str, b: &str, note: &str) -> Answer {
    let note = input(note)?;
    with_ledger(handle, |ledger| answer(ledger.link(a, b, &note)))
}

/// Makes a payment a guest of its own.
#[wasm_bindgen]
pub fn unlink(handle: u32, payment_id: &str, note: &str) -> Answer {
    let note = input(note)?;
    with_ledger(handle, |ledger| answer(ledger.unlink(payment_id, &note)))
}

/// Makes an identifier join nobody.
#[wasm_bindgen]
pub fn mark_shared(handle: u32, identifier: &str, note: &str) -> Answer {
    let (identifier, note) = (input(identifier)?, input(note)?);
    with_ledger(handle, |ledger| answer(ledger.mark_shared(&identifier, &note)))
}

/// Says that a customer's payments belong together.
#[wasm_bindgen]
pub fn confirm(handle: u32, customer_id: &str, note: &str) -> Answer {
    let note = input(note)?;
    with_ledger(handle, |ledger| answer(ledger.confirm(customer_id, &note)))
}

/// Takes a decision back.
#[wasm_bindgen]
pub fn undo(handle: u32, override_id: &str, note: &str) -> Answer {
    let note = input(note)?;
    with_ledger(handle, |ledger| answer(ledger.undo(override_id, &note)))
}

/// A page of decisions.
#[wasm_bindgen]
pub fn overrides(handle: u32, query: &str) -> Answer {
    let query = input(query)?;
    with_ledger(handle, |ledger| answer(Query::parse(&query, false).and_then(|query| ledger.overrides(&query))))
}

/// A policy that was read once. 0 stands for none.
fn policy_of(handle: u32) -> Result<Option<Rc<Policy>>, JsValue> {
    if handle == 0 {
        return Ok(None);
    }
    let policy = POLICIES.with_borrow_mut(|table| table.get(handle)).ok_or_else(freed)?;
    Ok(Some(Rc::clone(&policy.borrow())))
}

/// Reads a policy.
#[wasm_bindgen]
pub fn policy_new(policy: &str) -> Result<u32, JsValue> {
    let policy = Policy::parse(&input(policy)?).map_err(|error| failure(&error))?;
    Ok(POLICIES.with_borrow_mut(|table| table.insert(Rc::new(policy))))
}

/// Gives a policy's memory back. Freeing twice is harmless.
#[wasm_bindgen]
pub fn policy_free(handle: u32) {
    POLICIES.with_borrow_mut(|table| table.remove(handle));
}

/// What of a policy can never make a difference.
#[wasm_bindgen]
pub fn lint_policy(policy: &str) -> Answer {
    answer(Policy::parse(&input(policy)?).map(|policy| policy.lint()))
}

/// A policy of another form of it.
#[wasm_bindgen]
pub fn import_policy(format: &str, policy: &str) -> Answer {
    answer(guestfolio::import_policy(format, &input(policy)?))
}

/// A ready-made policy.
#[wasm_bindgen]
pub fn policy_pack(name: &str) -> Answer {
    answer(guestfolio::policy_pack(name))
}

/// A refund verdict.
#[wasm_bindgen]
pub fn decide_refund(handle: u32, payment_id: &str, request: &str, policy: u32) -> Answer {
    let (request, policy) = (input(request)?, policy_of(policy)?);
    with_ledger(handle, |ledger| answer(ledger.decide_refund(payment_id, &request, policy.as_ref())))
}

/// Verdicts in a line each.
#[wasm_bindgen]
pub fn decide_refunds(handle: u32, target: &str, request: &str, policy: u32) -> Answer {
    let (target, request, policy) = (input(target)?, input(request)?, policy_of(policy)?);
    with_ledger(handle, |ledger| answer(ledger.decide_refunds(&target, &request, policy.as_ref())))
}

/// How a refund is carried out.
#[wasm_bindgen]
pub fn plan_refund(handle: u32, request: &str, policy: u32) -> Answer {
    let (request, policy) = (input(request)?, policy_of(policy)?);
    with_ledger(handle, |ledger| answer(ledger.plan_refund(&request, policy.as_ref())))
}

/// What a policy would have said to the refunds of the past.
#[wasm_bindgen]
pub fn evaluate_policy(handle: u32, policy: &str, options: &str) -> Answer {
    let (policy, options) = (input(policy)?, input(options)?);
    with_ledger(handle, |ledger| answer(ledger.evaluate_policy(&policy, &options)))
}

/// A verdict of the past, made again.
#[wasm_bindgen]
pub fn replay(handle: u32, record: &str) -> Answer {
    let record = input(record)?;
    with_ledger(handle, |ledger| answer(ledger.replay(&record)))
}

/// Why a payment failed.
#[wasm_bindgen]
pub fn explain_decline(source: &str, code: &str) -> Answer {
    answer(guestfolio::parse_one_source(source).map(|source| guestfolio::explain_decline(source, code)))
}

/// The words of a closed list.
#[wasm_bindgen]
pub fn values(list: &str) -> Answer {
    answer(guestfolio::values(list))
}
