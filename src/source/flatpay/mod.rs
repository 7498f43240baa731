//! Flatpay: charges, invoices, transactions, refunds, disputes, customers and subscriptions as Frisbii Pay (formerly Reepay) gives them.
//!
//! A charge and its invoice are one thing under one handle; both are read as the payment that keeps its own sums. What took
//! the money, and how, is in the transactions. Shapes: the models of Frisbii's public PHP client. Amounts are minor units.

pub(super) mod crosswalk;
mod subscription;

use self::subscription::subscription;
use super::{Field, Handler, Notes, Path, Read, Reader, Reject, api_error, handler, mapped, members, no_record};
use crate::identity::{Identifier, IdentifierField};
use crate::issue::IssueCode;
use crate::json::value::Value;
use crate::ledger::intern::Sym;
use crate::ledger::record::{Attempt, AttemptState, Contact, Customer, Intent, IntentState, Method, Session};
use crate::ledger::reversal::{Dispute, DisputeState, Refund, RefundStatus};
use crate::money::Currency;

members!(Charge {
    amount = "amount",
    authorized_amount = "authorized_amount",
    billing_address = "billing_address",
    created = "created",
    currency = "currency",
    customer = "customer",
    error = "error",
    error_state = "error_state",
    handle = "handle",
    id = "id",
    refunded_amount = "refunded_amount",
    settled_amount = "settled_amount",
    source = "source",
    state = "state",
    transaction = "transaction",
    transactions = "transactions",
});
members!(CardSource {
    card_type = "card_type",
    fingerprint = "fingerprint",
    kind = "type",
    masked_card = "masked_card",
});
members!(Address {
    country = "country",
    email = "email",
    first_name = "first_name",
    last_name = "last_name",
    phone = "phone",
});
members!(Transaction {
    amount = "amount",
    card_transaction = "card_transaction",
    created = "created",
    currency = "currency",
    id = "id",
    invoice = "invoice",
    kind = "type",
    payment_type = "payment_type",
    state = "state",
});
members!(RefundObject {
    amount = "amount",
    created = "created",
    currency = "currency",
    error = "error",
    id = "id",
    invoice = "invoice",
    ref_transaction = "ref_transaction",
    state = "state",
    transaction = "transaction",
});
members!(DisputeObject {
    amount = "amount",
    charge = "charge",
    created = "created",
    currency = "currency",
    due = "due",
    handle = "handle",
    id = "id",
    invoice = "invoice",
    outcome = "outcome",
    reason = "reason",
    state = "state",
});
members!(CustomerObject {
    country = "country",
    created = "created",
    deleted = "deleted",
    email = "email",
    first_name = "first_name",
    handle = "handle",
    last_name = "last_name",
    phone = "phone",
    test = "test",
});

/// Members that only one kind of record has, then those that tell what is left. A webhook names what changed and carries no
/// amounts: the record itself has to be fetched.
const SIGNS: &[&[(&str, Handler)]] = &[
    &[
        ("event_type", no_record),
        ("outcome", dispute),
        ("reason", dispute),
        ("settled_amount", invoice),
        ("org_amount", invoice),
        ("due", invoice),
        ("source", plain_charge),
        ("card_transaction", lone_transaction),
        ("credit_note_id", refund),
        ("ref_transaction", refund),
        ("is_cancelled", subscription),
        ("next_period_start", subscription),
    ],
    &[("invoice", of_invoice)],
    &[("state", plain_charge), ("amount", plain_charge)],
    &[("handle", customer), ("error", api_error)],
];

/// Reads one record of any kind, told by the members that only it has.
pub fn read(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    // Most records are charges: one walk over the members settles that and reads them.
    let mut notes = Notes::default();
    if let Ok(of) = Charge::read(record, path, &mut notes)
        && of.source.is_some()
        && of.settled_amount.is_none()
    {
        reader.notes.extend(notes);
        return of_members(reader, &of, path, false);
    }
    match handler(record, SIGNS) {
        Some(read) => read(reader, record, path),
        None => Err(reader.notes.reject(path, IssueCode::UnknownObject)),
    }
}

fn invoice(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    charge(reader, record, path, true)
}

fn plain_charge(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    charge(reader, record, path, false)
}

fn lone_transaction(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    transaction(reader, record, path, &Around::default())
}

/// A transaction or a refund: the type of a refund is its method.
fn of_invoice(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let kind = record.get(b"type").ok().flatten();
    let kind = Field::new(kind, path, "type").text(reader.notes);
    match kind.as_deref() {
        Some("settle" | "refund" | "authorization") => lone_transaction(reader, record, path),
        _ => {
            let state = record.get(b"state").ok().flatten();
            let state = Field::new(state, path, "state").text(reader.notes);
            let disputed =
                state.is_some_and(|state| state == "resolved" || mapped(crosswalk::DISPUTE, &state).is_some());
            if disputed { dispute(reader, record, path) } else { refund(reader, record, path) }
        }
    }
}

/// What an invoice tells the transactions inside it.
#[derive(Clone, Copy, Debug, Default)]
struct Around {
    payment: Option<Sym>,
    currency: Option<Currency>,
    customer: Option<Sym>,
}

fn charge(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>, is_invoice: bool) -> Read {
    let of = Charge::read(record, path, reader.notes)?;
    of_members(reader, &of, path, is_invoice)
}

fn of_members(reader: &mut Reader<'_>, of: &Charge<'_>, path: &Path<'_>, is_invoice: bool) -> Read {
    let own_id = reader.reference(of.id, path, "id")?;
    let handle = match reader.reference(of.handle, path, "handle")? {
        Some(handle) => handle,
        None => reader.id(of.id, path, "handle")?,
    };
    let total = reader.minor(of.amount, path, "amount")?;
    let currency = reader.currency(of.currency, path, "currency")?;
    let created = reader.must_time(of.created, path, "created")?;
    let word = Field::new(of.state, path, "state").word(reader.notes)?;
    let known = word.as_deref().and_then(|word| mapped(crosswalk::CHARGE, word));
    let raw_status = reader.raw_status(word.as_deref(), known.is_some(), path, "state");
    let state = known.unwrap_or(IntentState::Unknown);
    let authorized = reader.maybe_minor(of.authorized_amount, path, "authorized_amount")?;
    let settled = reader.maybe_minor(of.settled_amount, path, "settled_amount")?;
    let refunded = reader.maybe_minor(of.refunded_amount, path, "refunded_amount")?;
    // After a partial settle `amount` is what was settled; the hold's own amount stands beside it.
    let amount = authorized.filter(|&authorized| authorized > 0).unwrap_or(total);
    let paid = state == IntentState::Succeeded;
    let received = if paid { settled.unwrap_or(total) } else { 0 };
    let all = word.as_deref().is_some_and(|word| crosswalk::REFUNDED_WORDS.contains(&word));
    let customer = reader.reference(of.customer, path, "customer")?;
    let intent = Intent {
        state,
        raw_status,
        received,
        customer,
        failed: state == IntentState::Failed,
        order: order_of(reader, handle),
        returned: Some(refunded.unwrap_or(if all { received } else { 0 })),
        keeps_sums: true,
        ..Intent::new(reader.head(handle, None), reader.context.mode, created, amount, currency)
    };
    let mut upsert = reader.keep(intent, path);
    let mut identifiers = Vec::with_capacity(3);
    let contact = address(reader, of.billing_address, path, &mut identifiers)?;
    if is_invoice {
        // Transactions name the invoice by its id, not by its handle.
        if let Some(id) = own_id.filter(|&id| id != handle) {
            let alias =
                Session { head: reader.head(id, None), payment: Some(handle), customer: None, contact, done: true };
            upsert = upsert.or(reader.keep(alias, path));
        }
        let around = Around { payment: Some(handle), currency: Some(currency), customer };
        let list = &mut |reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>| {
            transaction(reader, record, path, &around)
        };
        return Ok(upsert.or(reader.each(of.transactions, &path.key("transactions"), list)));
    }
    let state = match state {
        IntentState::Succeeded | IntentState::Manual => AttemptState::Captured,
        IntentState::Authorized => AttemptState::Authorized,
        IntentState::Canceled => AttemptState::Voided,
        IntentState::Failed => AttemptState::Failed,
        IntentState::Pending => AttemptState::Pending,
        IntentState::NeedsMethod | IntentState::Incomplete => AttemptState::Incomplete,
        IntentState::Unknown => AttemptState::Unknown,
    };
    let method = card(reader, of.source, path, "source")?;
    Reader::fingerprint(method.fingerprint, &mut identifiers);
    let failure = [reader.text(of.error, path, "error"), reader.text(of.error_state, path, "error_state")];
    // Its invoice lists the transaction, too: here the id only leads to the payment.
    let transaction = reader.reference(of.transaction, path, "transaction")?.filter(|&id| id != handle);
    let attempt = Attempt {
        payment: Some(handle),
        state,
        raw_status,
        captured: received,
        customer,
        contact,
        method,
        identifiers: identifiers.into_boxed_slice(),
        failure,
        transaction,
        ..Attempt::new(reader.head(handle, None), reader.context.mode, created, amount, currency)
    };
    Ok(upsert.or(reader.keep(attempt, path)))
}

/// The shop's order that a handle names: Frisbii's plugins write it as `order-` and the order's number.
fn order_of(reader: &mut Reader<'_>, handle: Sym) -> Option<Sym> {
    let order = reader.store.interner.get(handle).strip_prefix("order-")?.to_owned();
    Some(reader.keep_text(&order))
}

fn address(
    reader: &mut Reader<'_>,
    address: Option<Value<'_>>,
    path: &Path<'_>,
    found: &mut Vec<Identifier>,
) -> Result<Contact, Reject> {
    let field = Field::new(address, path, "billing_address");
    let Some(address) = field.object() else { return Ok(Contact::default()) };
    let path = field.path();
    let of = Address::read(address, path, reader.notes)?;
    Ok(Contact {
        name: reader.name(of.first_name, of.last_name, path),
        email: reader.email(of.email, path, "email", IdentifierField::BillingEmail, found),
        phone: reader.phone(of.phone, path, "phone", IdentifierField::BillingPhone, found),
        country: reader.text(of.country, path, "country"),
    })
}

fn card(reader: &mut Reader<'_>, card: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<Method, Reject> {
    let field = Field::new(card, path, key);
    let Some(card) = field.object() else { return Ok(Method::default()) };
    let path = field.path();
    let of = CardSource::read(card, path, reader.notes)?;
    Ok(Method {
        kind: reader.text(of.kind, path, "type"),
        fingerprint: reader.text(of.fingerprint, path, "fingerprint"),
        brand: reader.text(of.card_type, path, "card_type"),
        last4: reader.last4(of.masked_card, path, "masked_card"),
        wallet: None,
    })
}

fn transaction(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>, around: &Around) -> Read {
    let of = Transaction::read(record, path, reader.notes)?;
    let id = reader.id(of.id, path, "id")?;
    let amount = reader.minor(of.amount, path, "amount")?;
    let created = reader.must_time(of.created, path, "created")?;
    let word = Field::new(of.state, path, "state").word(reader.notes)?;
    let payment = around.payment.or(reader.reference(of.invoice, path, "invoice")?);
    let currency = reader.maybe_currency(of.currency, path, "currency")?.or(around.currency);
    let kind = Field::new(of.kind, path, "type").text(reader.notes).unwrap_or_default();
    if kind == "refund" {
        let known = word.as_deref().and_then(|word| mapped(crosswalk::REFUND, word));
        let refund = Refund {
            payment,
            created: Some(created),
            currency,
            status: known.unwrap_or(RefundStatus::Unknown),
            raw_status: reader.raw_status(word.as_deref(), known.is_some(), path, "state"),
            ..Refund::new(reader.head(id, None), amount)
        };
        return Ok(reader.keep(refund, path));
    }
    // Alone it names no currency: it is that of the invoice, once that is here.
    let currency = currency.unwrap_or(Currency::UNNAMED);
    let known = word.as_deref().and_then(|word| mapped(crosswalk::TRANSACTION, word));
    let state = known.unwrap_or(AttemptState::Unknown);
    let mut method = card(reader, of.card_transaction, path, "card_transaction")?;
    method.kind = method.kind.or(reader.text(of.payment_type, path, "payment_type"));
    let mut identifiers = Vec::new();
    Reader::fingerprint(method.fingerprint, &mut identifiers);
    let attempt = Attempt {
        payment,
        state,
        raw_status: reader.raw_status(word.as_deref(), known.is_some(), path, "state"),
        captured: if state == AttemptState::Captured { amount } else { 0 },
        customer: around.customer,
        method,
        identifiers: identifiers.into_boxed_slice(),
        ..Attempt::new(reader.head(id, None), reader.context.mode, created, amount, currency)
    };
    Ok(reader.keep(attempt, path))
}

/// A refund is known by its transaction, since that is how an invoice lists the same refund.
fn refund(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = RefundObject::read(record, path, reader.notes)?;
    let id = match reader.reference(of.transaction, path, "transaction")? {
        Some(transaction) => transaction,
        None => reader.id(of.id, path, "id")?,
    };
    let word = Field::new(of.state, path, "state").word(reader.notes)?;
    let known = word.as_deref().and_then(|word| mapped(crosswalk::REFUND, word));
    let refund = Refund {
        attempt: reader.reference(of.ref_transaction, path, "ref_transaction")?,
        payment: reader.reference(of.invoice, path, "invoice")?,
        created: reader.time(of.created, path, "created")?,
        amount: reader.minor(of.amount, path, "amount")?,
        currency: reader.maybe_currency(of.currency, path, "currency")?,
        status: known.unwrap_or(RefundStatus::Unknown),
        raw_status: reader.raw_status(word.as_deref(), known.is_some(), path, "state"),
        failure_reason: reader.text(of.error, path, "error"),
        ..Refund::new(reader.head(id, None), 0)
    };
    Ok(reader.keep(refund, path))
}

fn dispute(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = DisputeObject::read(record, path, reader.notes)?;
    let id = match reader.reference(of.id, path, "id")? {
        Some(id) => id,
        None => reader.id(of.handle, path, "id")?,
    };
    let word = Field::new(of.state, path, "state").word(reader.notes)?;
    let outcome = Field::new(of.outcome, path, "outcome").word(reader.notes)?;
    let known = match (word.as_deref(), outcome.as_deref()) {
        (Some("resolved"), Some(outcome)) => mapped(crosswalk::OUTCOME, outcome),
        (Some(word), _) => mapped(crosswalk::DISPUTE, word),
        (None, _) => None,
    };
    let dispute = Dispute {
        payment: match reader.reference(of.invoice, path, "invoice")? {
            Some(invoice) => Some(invoice),
            None => reader.reference(of.charge, path, "charge")?,
        },
        created: reader.time(of.created, path, "created")?,
        amount: reader.minor(of.amount, path, "amount")?,
        currency: reader.maybe_currency(of.currency, path, "currency")?,
        state: known.unwrap_or(DisputeState::Unknown),
        raw_status: reader.raw_status(word.as_deref(), known.is_some(), path, "state"),
        reason: reader.free_text(of.reason, path, "reason"),
        due_by: reader.time(of.due, path, "due")?,
        ..Dispute::new(reader.head(id, None), 0)
    };
    Ok(reader.keep(dispute, path))
}

fn customer(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = CustomerObject::read(record, path, reader.notes)?;
    let id = reader.id(of.handle, path, "handle")?;
    let deleted = Field::new(of.deleted, path, "deleted").value().is_some();
    let record = Customer {
        head: reader.head(id, None),
        mode: reader.mode_of_test(of.test, path)?,
        created: reader.time(of.created, path, "created")?,
        contact: Contact {
            name: reader.name(of.first_name, of.last_name, path),
            email: reader.text(of.email, path, "email"),
            phone: reader.text(of.phone, path, "phone"),
            country: reader.text(of.country, path, "country"),
        },
        deleted,
        tags: Box::default(),
        metadata: None,
    };
    Ok(reader.keep(record, path))
}
