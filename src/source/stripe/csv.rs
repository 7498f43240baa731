//! The dashboard's exports of payments and customers: the only place where ids of guests (`gcus_…`) reach a merchant.
//!
//! Columns as of 2026; amounts are major units, times are UTC. `Created (UTC)` is the name of older exports.

use super::crosswalk;
use crate::issue::IssueCode;
use crate::ledger::record::{Attempt, AttemptState, Contact, Customer, Method, Mode};
use crate::source::csv::{Cells, Export};
use crate::source::{Path, Read, Reader, Source, mapped};

/// The export of payments.
pub const PAYMENTS: Export =
    Export { source: Source::Stripe, required: &["id", CREATED, "Amount", "Currency", "Status"], read: payment };

/// The export of customers.
pub const CUSTOMERS: Export =
    Export { source: Source::Stripe, required: &["id", "Email", "Created (UTC)|Created date (UTC)"], read: customer };

const CREATED: &str = "Created date (UTC)|Created (UTC)";

fn mode(row: &Cells<'_, '_>, column: &str) -> Mode {
    match row.get(column).as_deref() {
        Some("Live") => Mode::Live,
        Some("Test") => Mode::Test,
        _ => row.reader.context.mode,
    }
}

fn payment(row: &mut Cells<'_, '_>) -> Read {
    let id = row.id("id")?;
    let currency = row.currency("Currency")?;
    let amount = row.must_amount("Amount", currency)?;
    let created = row.must_time(CREATED)?;
    let returned = row.amount("Amount Refunded", currency)?.unwrap_or(0);
    let status = row.get("Status");
    let known = status.as_deref().and_then(|status| mapped(crosswalk::EXPORT, status));
    let raw_status = row.reader.raw_status(status.as_deref(), known.is_some(), &Path::ROOT, "Status");
    let held = row.get("Captured").is_some_and(|captured| captured.eq_ignore_ascii_case("false"));
    let state = match known {
        Some(AttemptState::Captured) if held => AttemptState::Authorized,
        known => known.unwrap_or(AttemptState::Unknown),
    };
    let mut identifiers = Vec::new();
    let email = row.email("Customer Email", &mut identifiers);
    let method = Method {
        kind: row.text("Payment Source Type"),
        fingerprint: row.text("Card Fingerprint"),
        brand: row.text("Card Brand"),
        last4: row.text("Card Last4"),
        wallet: row.text("Card Tokenization Method"),
    };
    Reader::fingerprint(method.fingerprint, &mut identifiers);
    let captured = if state == AttemptState::Captured { amount } else { 0 };
    let payment = row.reference("PaymentIntent ID")?;
    // A payment without a charge stands under its intent's id.
    let is_intent = row.reader.store.interner.get(id).starts_with("pi_");
    let record = Attempt {
        payment: payment.or(is_intent.then_some(id)),
        state,
        raw_status,
        captured,
        returned: returned.min(captured),
        customer: row.reference("Customer ID")?,
        contact: Contact {
            name: row.free_text("Card Name"),
            email,
            phone: None,
            country: row.text("Card Address Country"),
        },
        description: row.free_text("Description"),
        method,
        identifiers: identifiers.into_boxed_slice(),
        disputed: row.get("Dispute Status").is_some(),
        failure: [row.text("Decline Reason"), None],
        order: row.text("order_id (metadata)"),
        ..Attempt::new(row.reader.head(id, None), mode(row, "Mode"), created, amount, currency)
    };
    if returned > captured {
        row.reader.notes.warn(&Path::ROOT.key("Amount Refunded"), IssueCode::InvalidAmount);
    }
    Ok(row.reader.keep(record, &Path::ROOT))
}

fn customer(row: &mut Cells<'_, '_>) -> Read {
    let id = row.id("id")?;
    let record = Customer {
        head: row.reader.head(id, None),
        mode: row.reader.context.mode,
        created: row.time(CREATED)?,
        contact: Contact {
            name: row.free_text("Name"),
            email: row.text("Email"),
            phone: row.text("Phone"),
            country: None,
        },
        deleted: false,
        tags: Box::default(),
        metadata: None,
    };
    Ok(row.reader.keep(record, &Path::ROOT))
}
