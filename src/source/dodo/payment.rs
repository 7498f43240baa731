//! Payments, with the refunds and disputes inside them, and customers.

use super::crosswalk;
use crate::identity::{Identifier, IdentifierField};
use crate::issue::IssueCode;
use crate::json::value::Value;
use crate::ledger::intern::Sym;
use crate::ledger::record::{Attempt, AttemptState, Contact, Customer, Method};
use crate::ledger::reversal::{Dispute, DisputeState, Refund, RefundStatus};
use crate::source::{Field, Path, Read, Reader, Reject, mapped, members};

members!(Payment {
    billing = "billing",
    card_last_four = "card_last_four",
    card_network = "card_network",
    created_at = "created_at",
    currency = "currency",
    customer = "customer",
    dispute_status = "dispute_status",
    disputes = "disputes",
    error_code = "error_code",
    invoice_url = "invoice_url",
    metadata = "metadata",
    payment_id = "payment_id",
    payment_method = "payment_method",
    payment_method_type = "payment_method_type",
    refund_status = "refund_status",
    refunds = "refunds",
    status = "status",
    subscription_id = "subscription_id",
    total_amount = "total_amount",
    updated_at = "updated_at",
});
members!(Person {
    customer_id = "customer_id",
    email = "email",
    name = "name",
    phone_number = "phone_number",
});
members!(RefundObject {
    amount = "amount",
    created_at = "created_at",
    currency = "currency",
    payment_id = "payment_id",
    reason = "reason",
    refund_id = "refund_id",
    status = "status",
});
members!(DisputeObject {
    amount = "amount",
    by_rdr = "is_resolved_by_rdr",
    created_at = "created_at",
    currency = "currency",
    dispute_id = "dispute_id",
    payment_id = "payment_id",
    reason = "reason",
    stage = "dispute_stage",
    status = "dispute_status",
});
members!(CustomerObject {
    created_at = "created_at",
    customer_id = "customer_id",
    email = "email",
    metadata = "metadata",
    name = "name",
    phone_number = "phone_number",
});

/// A list row or a full object. Rows have no refunds and disputes in them, only what these come to.
pub(super) fn payment(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = Payment::read(record, path, reader.notes)?;
    of_members(reader, &of, path)
}

pub(super) fn of_members(reader: &mut Reader<'_>, of: &Payment<'_>, path: &Path<'_>) -> Read {
    let id = reader.id(of.payment_id, path, "payment_id")?;
    let amount = reader.minor(of.total_amount, path, "total_amount")?;
    let currency = reader.currency(of.currency, path, "currency")?;
    let created = reader.must_time(of.created_at, path, "created_at")?;
    let status = Field::new(of.status, path, "status").word(reader.notes)?;
    let known = status.as_deref().and_then(|status| mapped(crosswalk::PAYMENT, status));
    let state = match &status {
        None => crosswalk::NO_STATUS,
        Some(_) => known.unwrap_or(AttemptState::Unknown),
    };
    let raw_status = reader.raw_status(status.as_deref(), known.is_some(), path, "status");
    let partly = status.as_deref().is_some_and(|status| status.starts_with("partially_captured"));
    if partly {
        reader.notes.warn(&path.key("status"), IssueCode::CapturedUnknown);
    }
    let captured = if state == AttemptState::Captured && !partly { amount } else { 0 };
    let mut identifiers = Vec::with_capacity(2);
    let (customer, contact) = person(reader, of.customer, path, &mut identifiers)?;
    let contact = Contact { country: reader.country(of.billing, path, "billing"), ..contact };
    let has_refunds = Field::new(of.refunds, path, "refunds").items().next().is_some();
    let refunded = Field::new(of.refund_status, path, "refund_status").word(reader.notes)?;
    let disputed = Field::new(of.dispute_status, path, "dispute_status").word(reader.notes)?.is_some()
        || Field::new(of.disputes, path, "disputes").items().next().is_some();
    let updated = reader.time(of.updated_at, path, "updated_at")?;
    let failure = [reader.text(of.error_code, path, "error_code"), None];
    let subscription = reader.reference(of.subscription_id, path, "subscription_id")?;
    let invoice = reader.url(of.invoice_url, path, "invoice_url");
    let attempt = Attempt {
        state,
        raw_status,
        captured,
        returned: if refunded.as_deref() == Some("full") { captured } else { 0 },
        customer,
        contact,
        method: Method {
            kind: reader.text(of.payment_method, path, "payment_method"),
            fingerprint: None,
            brand: reader.text(of.card_network, path, "card_network"),
            last4: reader.text(of.card_last_four, path, "card_last_four"),
            wallet: reader.text(of.payment_method_type, path, "payment_method_type"),
        },
        identifiers: identifiers.into_boxed_slice(),
        disputed,
        order: order(reader, of.metadata, path),
        metadata: reader.metadata(of.metadata, path, "metadata"),
        failure,
        subscription,
        invoice,
        // A list row says `partial` and nothing more; the refunds themselves say how much.
        returned_unknown: refunded.as_deref() == Some("partial") && !has_refunds,
        ..Attempt::new(reader.head(id, updated), reader.context.mode, created, amount, currency)
    };
    let mut upsert = reader.keep(attempt, path);
    upsert = upsert.or(reader.each(of.refunds, &path.key("refunds"), &mut refund));
    upsert = upsert.or(reader.each(of.disputes, &path.key("disputes"), &mut dispute));
    Ok(upsert)
}

/// The payer inside a record.
fn person(
    reader: &mut Reader<'_>,
    customer: Option<Value<'_>>,
    path: &Path<'_>,
    found: &mut Vec<Identifier>,
) -> Result<(Option<Sym>, Contact), Reject> {
    let field = Field::new(customer, path, "customer");
    let Some(customer) = field.object() else { return Ok((None, Contact::default())) };
    let path = field.path();
    let of = Person::read(customer, path, reader.notes)?;
    let contact = Contact {
        name: reader.free_text(of.name, path, "name"),
        email: reader.email(of.email, path, "email", IdentifierField::CustomerEmail, found),
        phone: reader.phone(of.phone_number, path, "phone_number", IdentifierField::CustomerPhone, found),
        country: None,
    };
    Ok((reader.reference(of.customer_id, path, "customer_id")?, contact))
}

/// The shop's order that the metadata name, as Dodo's plugins for shops write it.
fn order(reader: &mut Reader<'_>, metadata: Option<Value<'_>>, path: &Path<'_>) -> Option<Sym> {
    let field = Field::new(metadata, path, "metadata");
    let metadata = field.object()?;
    ["order_id", "wc_order_id"].into_iter().find_map(|key| {
        let order = metadata.get(key.as_bytes()).ok().flatten()?;
        reader.part(|reader| reader.reference(Some(order), field.path(), key)).flatten()
    })
}

pub(super) fn refund(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = RefundObject::read(record, path, reader.notes)?;
    let id = reader.id(of.refund_id, path, "refund_id")?;
    let status = Field::new(of.status, path, "status").word(reader.notes)?;
    let known = status.as_deref().and_then(|status| mapped(crosswalk::REFUND, status));
    let amount = reader.maybe_minor(of.amount, path, "amount")?;
    let refund = Refund {
        attempt: reader.reference(of.payment_id, path, "payment_id")?,
        created: reader.time(of.created_at, path, "created_at")?,
        // An amount that is not known yet must not look like a refund of nothing.
        status: match (known, amount) {
            (Some(status), Some(_)) => status,
            _ => RefundStatus::Unknown,
        },
        amount: amount.unwrap_or(0),
        currency: reader.maybe_currency(of.currency, path, "currency")?,
        raw_status: reader.raw_status(status.as_deref(), known.is_some(), path, "status"),
        reason: reader.free_text(of.reason, path, "reason"),
        ..Refund::new(reader.head(id, None), 0)
    };
    Ok(reader.keep(refund, path))
}

pub(super) fn dispute(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = DisputeObject::read(record, path, reader.notes)?;
    let id = reader.id(of.dispute_id, path, "dispute_id")?;
    // The API gives the amount as text, its webhooks' templates as a number: minor units both.
    let field = Field::new(of.amount, path, "amount");
    let amount = field.decimal(0, reader.notes)?.filter(|&amount| amount >= 0);
    let Some(amount) = amount else { return Err(reader.notes.reject(&path.key("amount"), IssueCode::InvalidAmount)) };
    let status = Field::new(of.status, path, "dispute_status").word(reader.notes)?;
    let stage = Field::new(of.stage, path, "dispute_stage").word(reader.notes)?;
    let table = if stage.as_deref() == Some("pre_dispute") { crosswalk::PRE_DISPUTE } else { crosswalk::DISPUTE };
    let known = status.as_deref().and_then(|status| mapped(table, status));
    // Rapid Dispute Resolution pays the payer back before there is a dispute.
    let by_rdr = reader.flag(of.by_rdr, path, "is_resolved_by_rdr")? == Some(true);
    let known = if by_rdr { Some(DisputeState::Prevented) } else { known };
    let dispute = Dispute {
        arbitration: stage.as_deref() == Some("pre_arbitration"),
        attempt: reader.reference(of.payment_id, path, "payment_id")?,
        created: reader.time(of.created_at, path, "created_at")?,
        currency: reader.maybe_currency(of.currency, path, "currency")?,
        state: known.unwrap_or(DisputeState::Unknown),
        raw_status: reader.raw_status(status.as_deref(), known.is_some(), path, "dispute_status"),
        reason: reader.free_text(of.reason, path, "reason"),
        ..Dispute::new(reader.head(id, None), amount)
    };
    Ok(reader.keep(dispute, path))
}

pub(super) fn customer(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = CustomerObject::read(record, path, reader.notes)?;
    let id = reader.id(of.customer_id, path, "customer_id")?;
    let customer = Customer {
        head: reader.head(id, None),
        mode: reader.context.mode,
        created: reader.time(of.created_at, path, "created_at")?,
        contact: Contact {
            name: reader.free_text(of.name, path, "name"),
            email: reader.text(of.email, path, "email"),
            phone: reader.text(of.phone_number, path, "phone_number"),
            country: None,
        },
        deleted: false,
        tags: Box::default(),
        metadata: reader.metadata(of.metadata, path, "metadata"),
    };
    Ok(reader.keep(customer, path))
}
