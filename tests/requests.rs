//! Keys of prepared requests: the same for the same intent, another for any other.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "in a test a panic is how it fails")]

use guestfolio::{IngestOptions, Input, Ledger, LedgerOptions, Source};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn key(ledger: &Ledger, request: &Value) -> String {
    ledger.prepare_request(&Input::from_json(&request.to_string()).unwrap()).unwrap().idempotency_key
}

#[test]
fn each_part_of_a_request_makes_another_key() {
    let mut ledger = Ledger::new(LedgerOptions::default());
    let records = json!([
        {"customer_id": "cus_1", "business_id": "bus_1", "name": "Wanda", "email": "w@example.com", "created_at": "2026-01-01T00:00:00Z"},
        {"customer_id": "cus_2", "business_id": "bus_1", "name": "Wim", "email": "v@example.com", "created_at": "2026-01-01T00:00:00Z"},
        {"subscription_id": "sub_1", "recurring_pre_tax_amount": 900, "currency": "USD", "status": "active",
            "customer": {"customer_id": "cus_1"}, "created_at": "2026-01-01T00:00:00Z", "product_id": "pdt_1"},
    ]);
    ledger.ingest(Source::Dodo, records.to_string().as_bytes(), IngestOptions::default());
    let credit = |changed: Value| {
        let mut request =
            json!({"action": "credit_wallet", "customerId": "cus_1", "amount": {"minor": 1000, "currency": "EUR"}});
        for (name, value) in changed.as_object().unwrap() {
            request[name] = value.clone();
        }
        request
    };
    let requests = [
        credit(json!({})),
        credit(json!({"amount": {"minor": 1000, "currency": "USD"}})),
        credit(json!({"amount": {"minor": 1001, "currency": "EUR"}})),
        credit(json!({"action": "debit_wallet"})),
        credit(json!({"customerId": "cus_2"})),
        credit(json!({"reason": "late"})),
        json!({"action": "invite_to_portal", "customerId": "cus_1"}),
        json!({"action": "invite_to_portal", "customerId": "cus_1", "returnUrl": "https://shop.example"}),
        json!({"action": "update", "customerId": "cus_1", "profile": {"name": "A"}}),
        json!({"action": "update", "customerId": "cus_1", "profile": {"email": "A"}}),
        json!({"action": "cancel_subscription", "subscriptionId": "sub_1"}),
        json!({"action": "cancel_subscription", "subscriptionId": "sub_1", "atPeriodEnd": false}),
    ];
    let mut seen: BTreeMap<String, &Value> = BTreeMap::new();
    for request in &requests {
        let made = key(&ledger, request);
        assert_eq!(made, key(&ledger, request), "the same request has the same key");
        assert!(seen.insert(made, request).is_none(), "another request has this key: {request}");
    }
    // A wallet that has another balance is another state.
    let before = key(&ledger, &requests[0]);
    let entry = json!({"id": "e1", "business_id": "bus_1", "customer_id": "cus_1", "amount": 1000, "before_balance": 0,
        "after_balance": 1000, "currency": "EUR", "event_type": "merchant_adjustment", "is_credit": true, "created_at": "2026-01-02T00:00:00Z"});
    ledger.ingest(Source::Dodo, entry.to_string().as_bytes(), IngestOptions::default());
    assert_ne!(before, key(&ledger, &requests[0]));
}
