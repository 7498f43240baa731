//! A masked answer shows no payer: whatever is asked of a ledger, none of the names, e-mails and phones that were fed is in it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "in a test a panic is how it fails"
)]

use guestfolio::{IngestOptions, Input, Ledger, LedgerOptions, Query, SourceChoice, masked};
use serde::Serialize;
use serde_json::{Value, json};

/// What payers wrote, and nobody else: each is long enough to stand nowhere by chance.
const PEOPLE: [(&str, &str, &str); 3] = [
    ("Aurelia Winterbottom", "aurelia.w@privatemail.example", "+358401112233"),
    ("Bartholomew Quill", "quill.b@privatemail.example", "+358402223344"),
    ("Cosima Featherstone", "cosima@otherhost.example", "+358403334455"),
];

fn records() -> Value {
    let mut records = Vec::new();
    for (number, (name, email, phone)) in PEOPLE.iter().enumerate() {
        let created = 1_767_225_600 + number;
        records.push(json!({
            "id": format!("ch_{number}"), "object": "charge", "amount": 1250, "amount_captured": 1250, "currency": "eur",
            "created": created, "status": "succeeded", "paid": true, "captured": true, "livemode": true, "disputed": false,
            "description": format!("for {email}, call {phone}"), "metadata": {"contact": email, "tel": phone, "buyer": name, *email: "x", "buyer_id": email},
            "receipt_url": format!("https://pay.example.com/{}", name.replace(' ', "-")),
            "payment_method_details": {"type": "card", "card": {"fingerprint": "shared", "last4": "4242"}},
            "billing_details": {"name": name, "email": email, "phone": phone},
        }));
        records.push(json!({
            "id": format!("ch_{number}_b"), "object": "charge", "amount": 900, "amount_captured": 0, "currency": "eur",
            "created": created + 60, "status": "failed", "paid": false, "captured": false, "livemode": true,
            "failure_code": "card_declined", "customer": format!("cus_{number}"),
            "billing_details": {"name": name, "email": PEOPLE[0].1, "phone": phone},
        }));
        records.push(json!({
            "id": format!("cus_{number}"), "object": "customer", "created": created, "livemode": true,
            "name": name, "email": email, "phone": phone,
        }));
    }
    json!(records)
}

fn check(what: &str, answer: &impl Serialize) {
    let bare = serde_json::to_string(answer).unwrap();
    let shown = serde_json::to_string(&masked(answer)).unwrap();
    for (name, email, phone) in PEOPLE {
        // Of a phone the national digits too, however it is written.
        for secret in name.split(' ').chain([email, phone, &phone[4..]]) {
            assert!(!shown.to_lowercase().contains(&secret.to_lowercase()), "{what} shows {secret}: {shown}");
        }
    }
    // Ids stay, so that what is shown can be asked about.
    for id in ["ch_0", "ch_1_b", "cus_2"] {
        assert_eq!(bare.matches(id).count(), shown.matches(id).count(), "{what}: {id}");
    }
}

#[test]
fn no_masked_answer_shows_a_payer() {
    let mut ledger = Ledger::new(LedgerOptions::default());
    let report = ledger.ingest(SourceChoice::Auto, records().to_string().as_bytes(), IngestOptions::default());
    assert_eq!((report.accepted, report.rejected), (9, 0));
    let given = |value: Value| Input::from_json(&value.to_string()).unwrap();
    let shared = given(json!({"kind": "email", "value": PEOPLE[1].1}));
    let note = given(json!({"actor": "agent", "reason": "household", "asOf": "2026-02-01"}));
    check("markShared", &ledger.mark_shared(&shared, &note).unwrap());
    let query = Query::default();
    check("customers", &ledger.customers(&query).unwrap());
    check("payments", &ledger.payments(&query).unwrap());
    check("records", &ledger.records(&query).unwrap());
    check("changes", &ledger.changes(0, &query).unwrap());
    check("overrides", &ledger.overrides(&query).unwrap());
    check("signals", &ledger.signals(&query).unwrap());
    check("discrepancies", &ledger.discrepancies(&query).unwrap());
    let customers = ledger.customers(&query).unwrap().items;
    assert!(customers.len() >= 3);
    for customer in &customers {
        check("customer", &ledger.customer(&customer.id).unwrap());
        check("identityGraph", &ledger.identity_graph(&customer.id).unwrap());
        check("wallets", &ledger.wallets(&customer.id).unwrap());
        for tab in ["timeline", "orders", "refunds", "disputes", "subscriptions"] {
            check(tab, &ledger.customer_tab(&given(json!({"customerId": customer.id, "tab": tab}))).unwrap());
        }
        for (action, more) in [("update", json!({"name": PEOPLE[0].0})), ("read", Value::Null), ("create", Value::Null)]
        {
            let request = given(json!({"action": action, "customerId": customer.id, "profile": more}));
            if let Ok(prepared) = ledger.prepare_request(&request) {
                check(action, &prepared);
            }
        }
    }
    for id in ["ch_0", "ch_1", "ch_2_b"] {
        check("payment", &ledger.payment(id).unwrap());
        check("decideRefund", &ledger.decide_refund(id, &given(json!({"asOf": "2026-02-01"})), None).unwrap());
    }
    let columns = json!(["name", "email", "phone", "id"]);
    check("table", &ledger.table(&given(json!({"list": "customers", "columns": columns}))).unwrap());
    let columns = json!(["name", "email", "description", "id", "customer"]);
    check("table", &ledger.table(&given(json!({"list": "payments", "columns": columns}))).unwrap());
    for text in
        ["aurelia", "quill.b@privatemail.example", "0403334455", "name:cosima", "email:aurelia.w@privatemail.example"]
    {
        check("search", &ledger.search(&given(json!({"query": text}))).unwrap());
    }
    let ticket = format!("{} wrote from {} and {}", PEOPLE[0].0, PEOPLE[1].1, PEOPLE[2].2);
    check("findInText", &ledger.find_in_text(&given(json!(ticket))).unwrap());
    for rows in ["payments", "customers"] {
        let query = json!({"rows": rows, "columns": ["name", "email", "id"], "format": "json", "mask": true});
        let mut report = ledger.report(&given(query), None).unwrap();
        let text = ledger.report_chunk(&mut report).unwrap().unwrap();
        assert!(PEOPLE.iter().all(|(name, email, _)| !text.contains(name) && !text.contains(email)), "{text}");
    }
}
