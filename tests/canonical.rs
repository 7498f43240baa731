//! Whatever is in a ledger: written as canonical JSON and read again, in any order, it gives the same customers, statuses and
//! verdicts.
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

use guestfolio::{IngestOptions, Input, Ledger, LedgerOptions, Query, Source};
use proptest::prelude::*;
use serde_json::{Value, json};

fn pick(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> + Clone {
    proptest::sample::select(words)
}

/// A text of a small pool, so that records meet, or none.
fn maybe(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    proptest::option::weighted(0.6, pick(words)).prop_map(|word| json!(word))
}

const SOURCES: &[&str] = &["stripe", "dodo", "flatpay", "shopify", "woocommerce", "canonical"];
const IDS: &[&str] = &["1", "2", "3", "4", "5"];
const CURRENCIES: &[&str] = &["EUR", "ISK", "KWD", "JPY", "ZZZ"];
const EMAILS: &[&str] = &["a@example.com", " B@Example.com", "c", ""];
const PHONES: &[&str] = &["+358401234567", "00358 40 123", "SHIP"];
const CUSTOMERS: &[&str] = &["c1", "c2", "gcus_1"];

/// What every record has.
fn head() -> impl Strategy<Value = Value> {
    (
        pick(SOURCES),
        pick(IDS),
        proptest::option::of(pick(&["acct"])),
        proptest::option::of(1_767_225_600_i64..1_767_225_610),
        any::<bool>(),
        proptest::option::of(any::<bool>()),
    )
        .prop_map(|(source, id, account, version, from_event, livemode)| {
            json!({
                "schemaVersion": 1, "source": source, "id": id, "account": account, "version": version,
                "fromEvent": from_event && version.is_some(), "livemode": livemode,
                "fromExport": version.is_none() && from_event,
            })
        })
}

fn money() -> impl Strategy<Value = Value> {
    (0_i64..5000, 0_i64..5000, pick(CURRENCIES), 1_767_225_600_i64..1_767_400_000).prop_map(
        |(amount, part, currency, created)| {
            json!({ "amount": amount, "captured": part.min(amount), "currency": currency, "createdAt": created })
        },
    )
}

fn person() -> impl Strategy<Value = Value> {
    let field = pick(&["billing_email", "order_email", "description"]);
    let identifiers = proptest::collection::vec((pick(EMAILS), field), 0..3);
    let identifiers = proptest::option::of(identifiers.prop_map(|found| {
        let item = |(value, field): (&str, &str)| json!({ "kind": "email", "field": field, "value": value });
        found.into_iter().map(item).collect::<Vec<_>>()
    }));
    (maybe(EMAILS), maybe(PHONES), maybe(&["Ann", "Bob"]), maybe(CUSTOMERS), identifiers).prop_map(
        |(email, phone, name, customer, identifiers)| {
            json!({ "email": email, "phone": phone, "name": name, "customer": customer, "identifiers": identifiers })
        },
    )
}

/// The members that only one kind has.
fn kind() -> impl Strategy<Value = Value> {
    let links =
        || (maybe(IDS), maybe(IDS)).prop_map(|(payment, attempt)| json!({"payment": payment, "attempt": attempt}));
    prop_oneof![
        4 => (
            pick(&["failed", "blocked", "incomplete", "pending", "authorized", "captured", "captured", "voided", "manual", "unknown"]),
            links(), maybe(IDS), proptest::collection::vec(pick(IDS), 0..2), 0_i64..3000, any::<(bool, bool, bool)>(),
            maybe(&["fp1", "fp2"]), maybe(&["card", "gift_card"]), (maybe(IDS), maybe(IDS)),
        ).prop_map(|(state, links, order, references, returned, flags, fingerprint, method, (parent, transaction))| json!({
            "record": "attempt", "state": state, "payment": links["payment"], "order": order, "references": references,
            "returned": returned, "disputed": flags.0, "returnedUnknown": flags.1, "byHand": flags.2,
            "fingerprint": fingerprint, "method": method, "rawStatus": state, "parent": parent, "transaction": transaction,
            "failureCode": method, "brand": fingerprint, "last4": "4242",
        })),
        3 => (
            pick(&["needs_method", "incomplete", "pending", "authorized", "succeeded", "succeeded", "canceled", "failed", "manual", "unknown"]),
            proptest::option::of(0_i64..3000), any::<bool>(), maybe(IDS), proptest::collection::vec(pick(IDS), 0..2),
        ).prop_map(|(state, returned, keeps, order, attempts)| json!({
            "record": "payment", "state": state, "returned": returned, "keepsSums": keeps, "order": order,
            "attempts": attempts,
        })),
        3 => (pick(&["pending", "requires_action", "succeeded", "failed", "canceled", "recorded", "unknown"]), links(), any::<bool>())
            .prop_map(|(status, links, thousandths)| json!({
                "record": "refund", "status": status, "payment": links["payment"], "attempt": links["attempt"],
                "thousandths": thousandths, "asCredit": !thousandths && status == "succeeded",
            })),
        2 => (pick(&["inquiry", "open", "won", "lost", "prevented", "appeal", "unknown"]), links(), proptest::option::of(any::<bool>()))
            .prop_map(|(state, links, refundable)| json!({
                "record": "dispute", "state": state, "payment": links["payment"], "attempt": links["attempt"],
                "isPaymentRefundable": refundable, "arbitration": refundable == Some(false),
            })),
        1 => any::<bool>().prop_map(|deleted| json!({ "record": "customer", "deleted": deleted })),
        1 => (links(), any::<bool>()).prop_map(|(links, done)| json!({ "record": "checkout", "payment": links["payment"], "done": done })),
        3 => (pick(&["pending", "authorized", "paid", "refunded", "canceled", "failed", "unknown"]), maybe(&["#1", "2"]))
            .prop_map(|(state, number)| json!({ "record": "order", "state": state, "number": number })),
        2 => (pick(&["subscription", "invoice", "early_fraud_warning", "review", "balance_transaction", "wallet"]), links(), proptest::option::of(any::<bool>()))
            .prop_map(|(kind, links, active)| json!({
                "record": "annex", "kind": kind, "payment": links["payment"], "other": links["attempt"], "active": active,
                "credit": active, "fee": 12, "balance": 7, "until": 1_767_300_000, "reason": "why",
            })),
    ]
}

fn record() -> impl Strategy<Value = Value> {
    (head(), money(), person(), kind()).prop_map(|parts| {
        let (head, money, person, kind) = parts;
        let mut record = serde_json::Map::new();
        for part in [head, money, person, kind] {
            record.extend(part.as_object().unwrap().clone());
        }
        Value::Object(record)
    })
}

fn ledger_of(records: &[Value]) -> Ledger {
    let mut ledger = Ledger::new(LedgerOptions::default());
    for record in records {
        let report = ledger.ingest(Source::Canonical, record.to_string().as_bytes(), IngestOptions::default());
        assert_eq!(report.rejected, 0, "{record} {report:?}");
    }
    ledger
}

/// Every record, as it is written, in pages.
fn export(ledger: &Ledger) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let page = ledger.records(&Query { limit: 3, cursor, ..Query::default() }).unwrap();
        all.extend(page.items.iter().map(|record| serde_json::to_value(record).unwrap()));
        cursor = page.next;
        if cursor.is_none() {
            assert_eq!(all.len(), page.total);
            return all;
        }
    }
}

/// Everything that can be asked; both ledgers must give as many answers.
fn answers(ledger: &Ledger) -> Vec<Value> {
    let every = Query { limit: 1000, ..Query::default() };
    let question = Input::from_json(r#"{"asOf": "2026-02-01"}"#).unwrap();
    let mut answers = vec![
        serde_json::to_value(ledger.customers(&every).unwrap()).unwrap(),
        serde_json::to_value(ledger.discrepancies(&every).unwrap()).unwrap(),
    ];
    let payments = ledger.payments(&every).unwrap();
    for payment in &payments.items {
        let id = format!("{}:{}:{}", payment.source, payment.account.clone().unwrap_or_default(), payment.id);
        // Ids of different kinds may clash in so small a pool; then both ledgers must say so.
        answers.push(json!(ledger.payment(&id).map_err(|error| error.code().word())));
        answers.push(json!(ledger.decide_refund(&id, &question, None).map_err(|error| error.code().word())));
        answers.push(json!(ledger.customer(&payment.customer_id).map_err(|error| error.code().word())));
        answers.push(json!(ledger.identity_graph(&payment.customer_id).map_err(|error| error.code().word())));
    }
    answers.push(serde_json::to_value(payments).unwrap());
    answers
}

fn sorted(mut records: Vec<Value>) -> Vec<String> {
    records.sort_by_key(Value::to_string);
    records.iter().map(Value::to_string).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_exported_is_read_again_with_the_same_result(
        records in proptest::collection::vec(record(), 1..40),
        shuffled in any::<proptest::sample::Index>(),
    ) {
        let first = ledger_of(&records);
        let mut written = export(&first);
        let at = shuffled.index(written.len());
        written.rotate_left(at);
        let second = ledger_of(&written);
        prop_assert_eq!(sorted(export(&second)), sorted(written));
        let (before, after) = (answers(&first), answers(&second));
        prop_assert_eq!(before.len(), after.len());
        for (before, after) in before.into_iter().zip(after) {
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn the_order_of_feeding_never_matters(
        records in proptest::collection::vec(record(), 1..30).prop_shuffle(),
        reversed in any::<bool>(),
    ) {
        let mut other = records.clone();
        if reversed { other.reverse() } else { let half = other.len() / 2; other.rotate_left(half) }
        let (first, second) = (ledger_of(&records), ledger_of(&other));
        let (before, after) = (answers(&first), answers(&second));
        prop_assert_eq!(before.len(), after.len());
        for (before, after) in before.into_iter().zip(after) {
            prop_assert_eq!(before, after);
        }
    }

    /// A book that is kept up to date is the book that would be made of the same records.
    #[test]
    fn a_ledger_that_is_asked_after_every_record_answers_as_one_that_is_asked_once(
        records in proptest::collection::vec((record(), 0..3_u8), 1..40),
        asked in any::<u64>(),
    ) {
        // Three groups of records that know nothing of each other but the payers.
        let rename = |value: &mut Value, group: u8| {
            let id = |id: &Value| json!(format!("{group}{}", id.as_str().unwrap().trim_start_matches('#')));
            for name in ["id", "payment", "attempt", "order", "number", "parent", "transaction", "other"] {
                if let Some(known) = value.get_mut(name).filter(|known| known.is_string()) {
                    *known = id(known);
                }
            }
            for name in ["references", "attempts"] {
                for known in value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten() {
                    *known = id(known);
                }
            }
        };
        let mut kept = Ledger::new(LedgerOptions::default());
        let mut all = Vec::new();
        for (number, (mut record, group)) in records.into_iter().enumerate() {
            rename(&mut record, group);
            kept.ingest(Source::Canonical, record.to_string().as_bytes(), IngestOptions::default());
            all.push(record);
            if asked >> (number % 64) & 1 == 1 {
                let fresh = ledger_of(&all);
                let (expected, found) = (answers(&fresh), answers(&kept));
                prop_assert_eq!(expected.len(), found.len());
                for (expected, found) in expected.into_iter().zip(found) {
                    prop_assert_eq!(found, expected);
                }
            }
        }
    }

    #[test]
    fn a_ledger_restored_from_a_snapshot_answers_as_before_and_goes_on(
        records in proptest::collection::vec(record(), 1..30),
        until in any::<proptest::sample::Index>(),
        damage in any::<(proptest::sample::Index, u8)>(),
    ) {
        let until = until.index(records.len());
        let mut first = ledger_of(&records[..until]);
        let saved = first.save();
        let mut second = Ledger::restore(&saved, Ok).unwrap();
        prop_assert_eq!(answers(&second), answers(&first));
        prop_assert_eq!(sorted(export(&second)), sorted(export(&first)));
        prop_assert_eq!(second.version(), first.version());
        prop_assert_eq!(second.save().len(), saved.len());
        for record in &records[until..] {
            for ledger in [&mut first, &mut second] {
                ledger.ingest(Source::Canonical, record.to_string().as_bytes(), IngestOptions::default());
            }
        }
        prop_assert_eq!(answers(&second), answers(&first));
        // Any byte that is another is found, and so is any end that comes too soon.
        let place = damage.0.index(saved.len());
        let mut damaged = saved.clone();
        damaged[place] ^= damage.1.max(1);
        prop_assert!(Ledger::restore(&damaged, Ok).is_err());
        prop_assert!(Ledger::restore(&saved[..place], Ok).is_err());
    }
}
