//! Real payloads that nobody of this project wrote, read in place when the folder is there and skipped when it is not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "in a test a panic is how it fails"
)]

use guestfolio::{IngestOptions, IngestReport, Ledger, LedgerOptions, Query, Source};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn files_in(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_in(&path, found);
        } else {
            found.push(path);
        }
    }
}

const PAYMENT_RECORDS: &[&str] = &["charge", "payment_intent", "refund", "dispute"];

/// The top-level payment records of a file, opened from lists and events.
fn payment_records(value: &Value) -> usize {
    match value["object"].as_str() {
        Some("list") => value["data"].as_array().map_or(0, |items| items.iter().map(payment_records).sum()),
        Some("event") => payment_records(&value["data"]["object"]),
        Some(kind) => usize::from(PAYMENT_RECORDS.contains(&kind)),
        None => 0,
    }
}

/// What a person agrees with: the file, and the issues that reject something in it.
const REJECTED: &[(&str, &str)] = &[
    // Amounts written by hand as text ("10.00").
    ("dispute_ch_fakefakefakefake01.json", "/amount wrong_type"),
    // Disputes of 2013 that have no id; nothing could ever lead to them.
    ("charge.dispute.closed.json", "/data/object/id missing_id"),
    ("charge.dispute.updated.json", "/data/object/id missing_id"),
    ("close_dispute.json", "/id missing_id"),
    ("update_dispute.json", "/id missing_id"),
    // Answers cut down by the authors of a test: no currency, no time.
    ("successful_capture_with_multicapture.json", "/currency missing_field"),
    ("create_intent_response_with_multicapture_available.json", "/currency missing_field"),
    // A collection of every kind of object, not a record.
    ("fixtures3.json", "/object unknown_object"),
];

#[test]
fn every_stripe_payload_is_read_and_every_payment_record_in_it_accepted_or_explained() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/stripe");
    if !folder.is_dir() {
        println!("skipped: there is no shared/data beside this clone");
        return;
    }
    let mut files = Vec::new();
    files_in(&folder, &mut files);
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    assert!(files.len() > 200, "{} files", files.len());
    let (mut records, mut accepted, mut unchanged, mut explained) = (0, 0, 0, 0);
    let mut everything = Ledger::new(LedgerOptions::default());
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let inside = payment_records(&serde_json::from_slice(&bytes).unwrap());
        // A ledger of its own: fixtures reuse ids for different things.
        let mut ledger = Ledger::new(LedgerOptions::default());
        let report = ledger.ingest(Source::Stripe, &bytes, IngestOptions::default());
        records += inside;
        accepted += report.accepted;
        unchanged += report.unchanged;
        for issue in report.issues.iter().filter(|issue| issue.severity.word() == "rejected") {
            let what = format!("{} {}", issue.path, issue.code);
            let api_error = issue.code.word() == "api_error_answer";
            let agreed = REJECTED.iter().any(|(file, reason)| name.ends_with(file) && what == *reason);
            assert!(api_error || agreed, "{name}: {what}");
            explained += 1;
        }
        assert!(report.accepted as usize >= inside.saturating_sub(report.rejected as usize), "{name}: {report:?}");
        ask_everything(&ledger, &name);
        let IngestReport { accepted, unchanged, rejected, .. } =
            everything.ingest(Source::Stripe, &bytes, IngestOptions::default());
        assert_eq!(accepted + unchanged + rejected, report.accepted + report.unchanged + report.rejected);
    }
    ask_everything(&everything, "all files together");
    println!("{records} payment records: {accepted} records accepted, {unchanged} unchanged, {explained} explained");
}

fn ask_everything(ledger: &Ledger, name: &str) {
    let question = guestfolio::Input::from_json(r#"{"asOf": "2026-11-01"}"#).unwrap();
    for payment in ledger.payments(&Query { limit: 1000, ..Query::default() }).unwrap().items {
        let full_id = format!("{}:{}:{}", payment.source, payment.account.unwrap_or_default(), payment.id);
        ledger.payment(&full_id).unwrap_or_else(|error| panic!("{name}: {error}"));
        ledger.decide_refund(&full_id, &question, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        ledger.customer(&payment.customer_id).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Of the other systems: what a person agrees with.
const REFUSED: &[(&str, &str)] = &[
    // Programs that make payloads, and a client's tests: no records. `js/test/shared-data.test.mjs` runs the programs.
    (".ts", " not_json"),
    (".py", " not_json"),
    // Sums of a month, not payments.
    ("account-summary-report.csv", " unknown_header"),
    ("sales-report.csv", " unknown_header"),
    // Tables of a warehouse: no system exports them.
    ("_data.csv", " unknown_header"),
    // Transactions of 2005 that name no currency and stand alone.
    ("transaction.json", "/transaction/currency missing_field"),
    ("transactions.json", "/currency missing_field"),
];

/// Records like payments: what the files of each folder hold of them, counted by hand in 2026-11 (orders, refunds, disputes,
/// customers, rows of payments, refunds and customers).
const HELD: &[(&str, u64)] = &[("dodo", 67), ("shopify", 18), ("woocommerce", 25)];

#[test]
fn every_file_of_the_other_systems_is_read_or_refused_with_a_reason() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !shared.is_dir() {
        println!("skipped: there is no shared/data beside this clone");
        return;
    }
    for &(system, held) in HELD {
        let mut files = Vec::new();
        files_in(&shared.join(system), &mut files);
        files.sort();
        for choice in [system, "auto"] {
            let (mut accepted, mut unchanged, mut rejected) = (0, 0, 0);
            let mut everything = Ledger::new(LedgerOptions::default());
            for path in &files {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let bytes = std::fs::read(path).unwrap();
                let mut ledger = Ledger::new(LedgerOptions::default());
                let source = guestfolio::parse_source(choice).unwrap();
                let report = ledger.ingest(source, &bytes, IngestOptions::default());
                for issue in &report.issues {
                    let what = format!("{} {}", issue.path, issue.code);
                    let agreed = REFUSED.iter().any(|(file, reason)| name.ends_with(file) && what == *reason);
                    let is_no_record = issue.code.word() == "not_a_payment_record";
                    assert!(agreed || is_no_record, "{choice} {name}: {what}");
                }
                assert!(report.sources.iter().all(|of| of.source.word() == system), "{choice} {name}: {report:?}");
                ask_everything(&ledger, &name);
                everything.ingest(source, &bytes, IngestOptions::default());
                (accepted, unchanged) = (accepted + report.accepted, unchanged + report.unchanged);
                rejected += report.rejected;
            }
            ask_everything(&everything, choice);
            println!("{system} as {choice}: {accepted} accepted, {unchanged} no payment records, {rejected} refused");
            assert_eq!(accepted, held, "{system} as {choice}");
        }
    }
}
