//! A portal shows what is on this list, and nothing else: no risk, no reasons, no notes, nobody's identifiers but the visitor's own.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in a test a panic is how it fails"
)]

use guestfolio::{IngestOptions, Input, Ledger, LedgerOptions, SourceChoice};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Written by hand, from what a customer may see: a new member of the portal must be put here by somebody who has thought about it.
const MAY_BE_SHOWN: &[&str] = &[
    "/invoices/amount/currency",
    "/invoices/amount/decimal",
    "/invoices/amount/minor",
    "/invoices/createdAt",
    "/invoices/dueAt",
    "/invoices/number",
    "/invoices/open",
    "/invoices/url",
    "/licenseKeys/active",
    "/licenseKeys/createdAt",
    "/licenseKeys/expiresAt",
    "/licenseKeys/id",
    "/licenseKeys/product",
    "/payments/items/amount/currency",
    "/payments/items/amount/decimal",
    "/payments/items/amount/minor",
    "/payments/items/captured/currency",
    "/payments/items/captured/decimal",
    "/payments/items/captured/minor",
    "/payments/items/createdAt",
    "/payments/items/id",
    "/payments/items/invoiceUrl",
    "/payments/items/method/brand",
    "/payments/items/method/last4",
    "/payments/items/method/type",
    "/payments/items/method/wallet",
    "/payments/items/orderNumber",
    "/payments/items/orderUrl",
    "/payments/items/pricing",
    "/payments/items/receiptUrl",
    "/payments/items/refundPending/currency",
    "/payments/items/refundPending/decimal",
    "/payments/items/refundPending/minor",
    "/payments/items/refunded/currency",
    "/payments/items/refunded/decimal",
    "/payments/items/refunded/minor",
    "/payments/items/refunds/amount/currency",
    "/payments/items/refunds/amount/decimal",
    "/payments/items/refunds/amount/minor",
    "/payments/items/refunds/createdAt",
    "/payments/items/refunds/status",
    "/payments/items/status",
    "/payments/next",
    "/payments/schemaVersion",
    "/payments/total",
    "/profile/emails",
    "/profile/name",
    "/profile/phones",
    "/schemaVersion",
    "/subscriptions/active",
    "/subscriptions/amount/currency",
    "/subscriptions/amount/decimal",
    "/subscriptions/amount/minor",
    "/subscriptions/canCancel",
    "/subscriptions/createdAt",
    "/subscriptions/ending",
    "/subscriptions/id",
    "/subscriptions/product",
    "/subscriptions/source",
    "/subscriptions/until",
];

/// What is said of the payer, or of others, that the payer must not read. Each stands in a record below.
const INTERNAL: &[&str] = &[
    "highest_risk_level",
    "fraud_risk",
    "made_with_stolen_card",
    "angry customer",
    "secret note",
    "mallory",
    "Mallory",
    "+358409999999",
    "fingerprint_of_card",
    "do_not_honor",
    "lost_or_stolen",
    "blocked",
    "fraudulent",
    "vip-watch",
    "LICENSE-SECRET",
    "agent-7",
];

fn records() -> Value {
    let charge = |id: &str, email: &str, name: &str, phone: &str| {
        json!({
            "id": id, "object": "charge", "amount": 1000, "amount_captured": 1000, "amount_refunded": 200, "currency": "eur",
            "created": 1_767_225_600, "status": "succeeded", "paid": true, "captured": true, "livemode": true, "disputed": true,
            "customer": "cus_1", "description": "angry customer, see mallory@example.com", "metadata": {"internal": "secret note"},
            "receipt_url": "https://pay.example.com/r/1", "outcome": {"type": "authorized", "reason": "highest_risk_level"},
            "payment_method_details": {"type": "card", "card": {"fingerprint": "fingerprint_of_card", "last4": "4242", "brand": "visa",
                "wallet": {"type": "apple_pay"}}},
            "billing_details": {"name": name, "email": email, "phone": phone},
        })
    };
    let mut failed = charge("ch_2", "alice@example.com", "Alice Ek", "+358401112233");
    failed["status"] = json!("failed");
    failed["paid"] = json!(false);
    failed["captured"] = json!(false);
    failed["failure_code"] = json!("do_not_honor");
    failed["outcome"] = json!({"type": "blocked", "reason": "highest_risk_level"});
    let mut other = charge("ch_3", "mallory@example.com", "Mallory Ek", "+358409999999");
    other["customer"] = Value::Null;
    json!([
        {"id": "cus_1", "object": "customer", "created": 1_767_225_000, "livemode": true, "email": "alice@example.com", "name": "Alice Ek",
            "phone": "+358401112233"},
        charge("ch_1", "alice@example.com", "Alice Ek", "+358401112233"), failed, other,
        {"id": "re_1", "object": "refund", "amount": 200, "currency": "eur", "charge": "ch_1", "created": 1_767_300_000,
            "status": "succeeded", "reason": "fraudulent"},
        {"id": "re_2", "object": "refund", "amount": 300, "currency": "eur", "charge": "ch_1", "created": 1_767_300_001,
            "status": "failed", "failure_reason": "lost_or_stolen_card"},
        {"id": "dp_1", "object": "dispute", "amount": 1000, "currency": "eur", "charge": "ch_1", "created": 1_767_310_000,
            "status": "needs_response", "reason": "fraudulent"},
        {"id": "issfr_1", "object": "radar.early_fraud_warning", "charge": "ch_1", "actionable": true, "created": 1_767_310_001,
            "fraud_type": "made_with_stolen_card", "livemode": true},
        {"id": "prv_1", "object": "review", "charge": "ch_1", "open": true, "reason": "fraud_risk", "created": 1, "livemode": true},
        {"id": "sub_1", "object": "subscription", "created": 1_767_225_600, "currency": "eur", "customer": "cus_1", "livemode": true,
            "status": "active", "current_period_end": 1_772_409_600, "items": {"data": [{"price": {"product": "prod_1", "unit_amount": 1000}}]}},
        {"id": "in_1", "object": "invoice", "created": 1_767_225_600, "currency": "eur", "customer": "cus_1", "livemode": true, "status": "paid",
            "total": 1000, "charge": "ch_1", "hosted_invoice_url": "https://invoice.example.com/1"},
    ])
}

fn members(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            entries.iter().for_each(|(name, value)| members(value, &format!("{path}/{name}"), found));
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, path, found)),
        _ => {
            found.insert(path.to_owned());
        }
    }
}

#[test]
fn a_portal_shows_what_is_on_the_list_and_nothing_else() {
    let mut ledger = Ledger::new(LedgerOptions::default());
    let given = |value: Value| Input::from_json(&value.to_string()).unwrap();
    let report = ledger.ingest(SourceChoice::Auto, records().to_string().as_bytes(), IngestOptions::default());
    assert_eq!((report.accepted, report.rejected), (11, 0));
    let license = json!({"id": "lic_1", "key": "LICENSE-SECRET", "customer_id": "cus_d", "payment_id": "pay_1", "product_id": "pdt_1",
        "status": "active", "created_at": "2026-01-01T00:00:00Z", "expires_at": "2027-01-01T00:00:00Z", "instances_count": 0});
    let dodo = json!([license, {"payment_id": "pay_1", "total_amount": 1000, "currency": "EUR", "created_at": "2026-01-01T00:00:00Z",
        "status": "succeeded", "customer": {"customer_id": "cus_d", "email": "alice@example.com", "name": "Alice Ek"}, "metadata": {}}]);
    let live = IngestOptions::parse(&given(json!({"livemode": true}))).unwrap();
    let report = ledger.ingest(guestfolio::Source::Dodo, dodo.to_string().as_bytes(), live);
    assert_eq!((report.accepted, report.rejected), (2, 0), "{:?}", report.issues);
    // An agent put Mallory's payment under Alice's account: the portal of whoever signs in as Alice shows it no more than before.
    let note = given(json!({"actor": "agent-7", "reason": "secret note", "asOf": "2026-02-01"}));
    ledger
        .link("cus_1", "ch_3", &note)
        .or_else(|_| {
            let guest = ledger.payment("ch_3").unwrap().payment.customer_id;
            ledger.link("cus_1", &guest, &note)
        })
        .unwrap();
    assert_eq!(ledger.payment("ch_3").unwrap().payment.customer_id, "cus_1");
    let mut found = BTreeSet::new();
    for customer in ["cus_1", "cus_d"] {
        let visitor = json!({"customerId": customer, "verified": {"kind": "email", "value": "alice@example.com"}});
        let portal = serde_json::to_value(ledger.portal(&given(visitor)).unwrap()).unwrap();
        members(&portal, "", &mut found);
        let text = portal.to_string();
        for internal in INTERNAL {
            assert!(!text.contains(internal), "{internal} is shown: {text}");
        }
        assert!(!text.contains("ch_3"), "another's payment is shown: {text}");
    }
    // What is null shows none of the members that it could have.
    let allowed: BTreeSet<String> = MAY_BE_SHOWN.iter().map(|&path| path.to_owned()).collect();
    let is_null = |path: &&String| allowed.iter().any(|known| known.starts_with(&format!("{path}/")));
    let strangers: Vec<&String> = found.difference(&allowed).filter(|path| !is_null(path)).collect();
    assert!(strangers.is_empty(), "not on the list: {strangers:?}");
    let unseen: Vec<&String> = allowed.difference(&found).collect();
    assert!(unseen.is_empty(), "on the list, and never shown here: {unseen:?}");
}
