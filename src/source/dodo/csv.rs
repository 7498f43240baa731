//! The dashboard's exports of payments, refunds and customers: major units, `NULL`, times in UTC without saying so.

use super::crosswalk;
use crate::ledger::record::{Attempt, AttemptState, Contact, Customer, Method};
use crate::ledger::reversal::{Refund, RefundStatus};
use crate::source::csv::{Cells, Export};
use crate::source::{Path, Read, Source, mapped};

/// The export of payments.
pub const PAYMENTS: Export = Export {
    source: Source::Dodo,
    required: &["Payment ID", "Created At", "Amount", "Currency", "Payment Status"],
    read: payment,
};

/// The export of refunds.
pub const REFUNDS: Export = Export {
    source: Source::Dodo,
    required: &["Refund ID", "Payment ID", "Refund Amount", "Refund Currency", "Refund Status"],
    read: refund,
};

/// The export of customers.
pub const CUSTOMERS: Export = Export {
    source: Source::Dodo,
    required: &["Customer ID", "Customer Name", "Customer Email", "Success Orders Count"],
    read: customer,
};

fn payment(row: &mut Cells<'_, '_>) -> Read {
    let id = row.id("Payment ID")?;
    let currency = row.currency("Currency")?;
    let amount = row.must_amount("Amount", currency)?;
    let created = row.must_time("Created At")?;
    let status = row.get("Payment Status");
    let known = status.as_deref().and_then(|status| mapped(crosswalk::PAYMENT, status));
    let state = match &status {
        None => crosswalk::NO_STATUS,
        Some(_) => known.unwrap_or(AttemptState::Unknown),
    };
    let raw_status = row.reader.raw_status(status.as_deref(), known.is_some(), &Path::ROOT, "Payment Status");
    let partly = status.as_deref().is_some_and(|status| status.starts_with("partially_captured"));
    let mut identifiers = Vec::new();
    let email = row.email("Customer Email", &mut identifiers);
    let record = Attempt {
        state,
        raw_status,
        captured: if state == AttemptState::Captured && !partly { amount } else { 0 },
        customer: row.reference("Customer ID")?,
        contact: Contact { name: row.free_text("Customer Name"), email, phone: None, country: None },
        method: Method {
            kind: row.text("Payment Method"),
            wallet: row.text("Payment Method Type"),
            ..Method::default()
        },
        identifiers: identifiers.into_boxed_slice(),
        ..Attempt::new(row.reader.head(id, None), row.reader.context.mode, created, amount, currency)
    };
    Ok(row.reader.keep(record, &Path::ROOT))
}

fn refund(row: &mut Cells<'_, '_>) -> Read {
    let id = row.id("Refund ID")?;
    let currency = row.currency("Refund Currency")?;
    let amount = row.must_amount("Refund Amount", currency)?;
    let status = row.get("Refund Status");
    let known = status.as_deref().and_then(|status| mapped(crosswalk::REFUND, status));
    let raw_status = row.reader.raw_status(status.as_deref(), known.is_some(), &Path::ROOT, "Refund Status");
    let record = Refund {
        attempt: Some(row.id("Payment ID")?),
        created: row.time("Refund Created At")?,
        currency: Some(currency),
        status: known.unwrap_or(RefundStatus::Unknown),
        raw_status,
        reason: row.free_text("Refund Reason"),
        ..Refund::new(row.reader.head(id, None), amount)
    };
    Ok(row.reader.keep(record, &Path::ROOT))
}

fn customer(row: &mut Cells<'_, '_>) -> Read {
    let id = row.id("Customer ID")?;
    let record = Customer {
        head: row.reader.head(id, None),
        mode: row.reader.context.mode,
        created: None,
        contact: Contact {
            name: row.free_text("Customer Name"),
            email: row.text("Customer Email"),
            phone: None,
            country: None,
        },
        deleted: false,
        tags: Box::default(),
        metadata: None,
    };
    Ok(row.reader.keep(record, &Path::ROOT))
}
