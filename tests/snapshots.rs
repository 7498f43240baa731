//! Snapshots of older formats are read, newer and damaged ones are refused; what is read back is much smaller than what it came from.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "in a test a panic is how it fails"
)]

use guestfolio::{ErrorCode, IngestOptions, Ledger, LedgerOptions, Query, Source};

const VERSION_1: &[u8] = include_bytes!("snapshots/version-1.snapshot");
const VERSION_3: &[u8] = include_bytes!("snapshots/version-3.snapshot");

fn code(result: Result<Ledger, guestfolio::GuestfolioError>) -> Option<ErrorCode> {
    result.err().map(|error| error.code())
}

#[test]
fn the_links_of_a_snapshot_of_the_third_format_are_read() {
    let ledger = Ledger::restore(VERSION_3, Ok).unwrap();
    let payments = ledger.payments(&Query::default()).unwrap();
    let receipts: Vec<Option<&str>> = payments.items.iter().map(|payment| payment.receipt_url.as_deref()).collect();
    assert_eq!(receipts, [None, Some("https://pay.example.com/receipts/1")]);
    let again = Ledger::restore(&ledger.save(), Ok).unwrap();
    assert_eq!(again.payments(&Query::default()).unwrap(), payments);
}

#[test]
fn a_snapshot_of_the_first_format_is_read() {
    let ledger = Ledger::restore(VERSION_1, Ok).unwrap();
    let payments = ledger.payments(&Query::default()).unwrap();
    let ids: Vec<&str> = payments.items.iter().map(|payment| payment.id.as_str()).collect();
    assert_eq!(ids, ["ch_4", "ch_3", "ch_2", "ch_1"]);
    // Two guests that were linked are one, and the registered customer is another.
    let of = |number: usize| payments.items[number].customer_id.as_str();
    assert_eq!((of(0), of(1) == of(3), of(2) == of(3)), ("cus_1", true, true));
    assert_eq!(payments.items[2].refunded.minor, 250);
    let customer = ledger.customer(of(3)).unwrap();
    assert_eq!(customer.customer.emails, ["bob@example.com", "alice@example.com"]);
    assert_eq!(customer.overrides[0].actor, "ann");
    assert_eq!(ledger.customer("cus_1").unwrap().customer.name.as_deref(), Some("Carol"));
    // Saved again it is of the format of today, and says the same.
    let again = Ledger::restore(&ledger.save(), Ok).unwrap();
    assert_eq!(again.payments(&Query::default()).unwrap(), payments);
}

#[test]
fn a_snapshot_of_a_newer_format_and_what_is_none_are_refused() {
    let mut newer = VERSION_1.to_vec();
    newer[8] = 99;
    assert_eq!(code(Ledger::restore(&newer, Ok)), Some(ErrorCode::SnapshotTooNew));
    for bytes in [&b""[..], b"gstfolio", b"{\"id\":\"ch_1\"}", &VERSION_1[..40]] {
        assert_eq!(code(Ledger::restore(bytes, Ok)), Some(ErrorCode::SnapshotDamaged));
    }
}

#[test]
fn a_snapshot_is_smaller_than_a_third_of_the_json_that_it_came_from() {
    // A charge as the documentation shows it, with what most have.
    let charge = |number: u32| {
        serde_json::json!({
            "id": format!("ch_3MmlLrLkdIwHu7ix0snN{number:04}"), "object": "charge", "amount": 1099, "amount_captured": 1099,
            "amount_refunded": 0, "application": null, "balance_transaction": format!("txn_3MmlLrLkdIwHu7ix0uke{number:04}"),
            "billing_details": {
                "address": {"city": "Helsinki", "country": "FI", "line1": "Mannerheimintie 1", "postal_code": "00100"},
                "email": format!("payer{number}@example.com"), "name": "Jenny Rosen", "phone": format!("+3584012{number:05}"),
            },
            "calculated_statement_descriptor": "EXAMPLE", "captured": true, "created": 1_767_225_600 + number,
            "currency": "eur", "customer": null, "description": null, "disputed": false, "failure_code": null, "livemode": true,
            "outcome": {"network_status": "approved_by_network", "risk_level": "normal", "seller_message": "Payment complete.", "type": "authorized"},
            "paid": true, "payment_intent": format!("pi_3MmlLrLkdIwHu7ix00Eb{number:04}"),
            "payment_method": format!("pm_1MmlLrLkdIwHu7ixIJw{number:05}"),
            "payment_method_details": {"type": "card", "card": {
                "brand": "visa", "country": "FI", "exp_month": 8, "exp_year": 2030, "fingerprint": format!("mToisGZ01V7{number:05}"),
                "funding": "credit", "last4": "4242", "network": "visa",
            }},
            "receipt_email": null, "receipt_url": "https://pay.example/receipts/1", "refunded": false, "status": "succeeded",
        })
        .to_string()
    };
    let text = (0..2_000).map(charge).collect::<Vec<_>>().join("\n");
    let mut ledger = Ledger::new(LedgerOptions::default());
    assert_eq!(ledger.ingest(Source::Stripe, text.as_bytes(), IngestOptions::default()).accepted, 2_000);
    let saved = ledger.save().len();
    println!("{saved} of {} bytes", text.len());
    assert!(saved * 3 < text.len(), "{saved} of {} bytes", text.len());
}
