//! Every status mapping in one table: it is written into the documentation, and each of its rows must be a case.

use super::{Mapping, dodo, flatpay, shopify, stripe, woocommerce};
use crate::word::Word;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A system, what is mapped, and the rows: raw word, what else decides, the one state.
struct Table {
    system: &'static str,
    what: &'static str,
    rows: Vec<(String, String, &'static str)>,
}

fn of<W: Word + 'static>(system: &'static str, what: &'static str, mapping: Mapping<W>) -> Table {
    let rows = mapping.iter().map(|(raw, state)| ((*raw).to_owned(), String::new(), state.text())).collect();
    Table { system, what, rows }
}

fn tables() -> Vec<Table> {
    use {dodo::crosswalk as d, flatpay::crosswalk as f, shopify::crosswalk as s, stripe::crosswalk as t};
    let charge = t::CHARGE.iter().map(|(raw, when, state)| {
        let when = match when {
            t::When::Always => "",
            t::When::Blocked => "outcome.type is blocked",
            t::When::Captured => "captured",
            t::When::Held => "not captured",
            t::When::Released => "not captured, refunded",
        };
        ((*raw).to_owned(), when.to_owned(), state.word())
    });
    let order = woocommerce::crosswalk::ORDER.iter().map(|(raw, when, state, _)| {
        use woocommerce::crosswalk::When;
        let when = match when {
            When::Always => "",
            When::Paid => "date_paid is given",
            When::Unpaid => "date_paid is null",
            When::Held => "the gateway's metadata say held",
        };
        ((*raw).to_owned(), when.to_owned(), state.word())
    });
    let shopify_order = s::ORDER.iter().map(|(raw, state, _)| ((*raw).to_owned(), String::new(), state.word()));
    let transaction =
        s::TRANSACTION.iter().map(|(kind, status, state)| ((*status).to_owned(), format!("kind {kind}"), state.word()));
    let resolved = |table: Table| Table {
        rows: table
            .rows
            .into_iter()
            .map(|(raw, _, state)| ("resolved".into(), format!("outcome {raw}"), state))
            .collect(),
        ..table
    };
    vec![
        Table { system: "stripe", what: "charge.status", rows: charge.collect() },
        of("stripe", "payment_intent.status", t::INTENT),
        of("stripe", "refund.status", t::REFUND),
        of("stripe", "dispute.status", t::DISPUTE),
        of("stripe", "Status of the payments export", t::EXPORT),
        of("dodo", "payment.status (null is incomplete)", d::PAYMENT),
        of("dodo", "refund.status", d::REFUND),
        of("dodo", "dispute.dispute_status", d::DISPUTE),
        of("dodo", "dispute.dispute_status in the stage pre_dispute", d::PRE_DISPUTE),
        of("flatpay", "state of a charge or invoice", f::CHARGE),
        of("flatpay", "state of a settle or authorization", f::TRANSACTION),
        of("flatpay", "state of a refund", f::REFUND),
        of("flatpay", "state of a dispute", f::DISPUTE),
        resolved(of("flatpay", "outcome of a resolved dispute", f::OUTCOME)),
        Table { system: "shopify", what: "order.financial_status", rows: shopify_order.collect() },
        Table { system: "shopify", what: "transaction.status", rows: transaction.collect() },
        of("shopify", "status of a refund transaction", s::REFUND),
        of("shopify", "status of a chargeback", s::CHARGEBACK),
        of("shopify", "status of an inquiry", s::INQUIRY),
        Table { system: "woocommerce", what: "order.status", rows: order.collect() },
    ]
}

fn document(tables: &[Table]) -> String {
    let mut text = String::from(
        "# Crosswalk\n\nEach raw status of each system, and the one state that it stands for here. A word that is not listed is \
         `unknown`, which is\nnever refundable. Generated from `src/source/*/crosswalk.rs` by `UPDATE_TYPES=1 cargo test \
         crosswalk`; every row is a case\nin `tests/cases/crosswalk`.\n\nA state is that of one record. The status of a payment, \
         as `payment_status` lists it, is made of its records and their sums:\n`captured` and `succeeded` become `paid`, \
         `partially_captured`, `partially_refunded` or `refunded`; `voided` becomes `canceled`,\n`manual` becomes `marked_paid`, \
         and `needs_method` becomes `incomplete`, or `failed` where a try failed.\n",
    );
    for table in tables {
        write!(text, "\n## {}: {}\n\n| raw | when | state |\n|---|---|---|\n", table.system, table.what).unwrap();
        for (raw, when, state) in &table.rows {
            writeln!(text, "| `{raw}` | {when} | `{state}` |").unwrap();
        }
    }
    text
}

#[test]
fn the_documented_crosswalk_is_that_of_the_code() {
    crate::committed::keep("docs/crosswalk.md", &document(&tables()), "crosswalk");
}

/// Every text that stands anywhere in a JSON value.
fn texts(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::String(text) => {
            found.extend(text.split([',', '\n']).map(str::to_ascii_lowercase));
            found.insert(text.clone());
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        serde_json::Value::Object(members) => members.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

#[test]
fn every_row_of_the_crosswalk_is_a_case_and_stands_once() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/crosswalk");
    let mut by_system: std::collections::BTreeMap<String, BTreeSet<String>> = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let case: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let system =
            ["stripe", "dodo", "flatpay", "shopify", "woocommerce"].into_iter().find(|s| name.contains(s)).unwrap();
        texts(&case, by_system.entry(system.to_owned()).or_default());
    }
    for table in tables() {
        let mut seen = BTreeSet::new();
        for (raw, when, _) in &table.rows {
            assert!(seen.insert((raw.clone(), when.clone())), "{} {}: {raw} stands twice", table.system, table.what);
            let known = by_system.get(table.system).unwrap();
            let outcome = when.strip_prefix("outcome ");
            let has = |word: &str| known.contains(word) || known.contains(&word.to_ascii_lowercase());
            assert!(has(raw) && outcome.is_none_or(has), "{} {}: {raw} is no case", table.system, table.what);
        }
    }
}
