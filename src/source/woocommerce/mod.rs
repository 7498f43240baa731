//! WooCommerce: orders, refunds, customers and subscriptions of the REST API, version 3.
//!
//! Amounts are decimal text in major units, refunds inside an order negative; times have no zone, and those whose names end in
//! `_gmt` are UTC. The envelopes of Jetpack and of batches are opened before a record comes here.

pub(super) mod crosswalk;
mod subscription;

use self::crosswalk::When;
use self::subscription::subscription;
use super::{Field, Handler, Notes, Path, Read, Reader, Reject, api_error, handler, members, no_record, scalar};
use crate::identity::{Identifier, IdentifierField};
use crate::issue::IssueCode;
use crate::json::value::{Kind, Value};
use crate::ledger::intern::Sym;
use crate::ledger::record::{Attempt, AttemptState, Contact, Customer, Method, Mode, Order, OrderState};
use crate::ledger::reversal::{Refund, RefundStatus};
use crate::money::Currency;
use std::borrow::Cow;

members!(OrderObject {
    billing = "billing",
    currency = "currency",
    customer_id = "customer_id",
    created = "date_created_gmt",
    created_local = "date_created",
    modified = "date_modified_gmt",
    modified_local = "date_modified",
    id = "id",
    meta_data = "meta_data",
    period = "billing_period",
    number = "number",
    order_key = "order_key",
    paid = "date_paid_gmt",
    paid_local = "date_paid",
    payment_method = "payment_method",
    refunds = "refunds",
    status = "status",
    total = "total",
    transaction_id = "transaction_id",
});
members!(Billing {
    country = "country",
    email = "email",
    first_name = "first_name",
    last_name = "last_name",
    phone = "phone",
});
members!(Meta { key = "key", value = "value" });
members!(RefundObject {
    amount = "amount",
    created = "date_created_gmt",
    created_local = "date_created",
    id = "id",
    links = "_links",
    parent_id = "parent_id",
    reason = "reason",
    refunded_payment = "refunded_payment",
    total = "total",
});
members!(CustomerObject {
    billing = "billing",
    created = "date_created_gmt",
    email = "email",
    first_name = "first_name",
    id = "id",
    last_name = "last_name",
    meta_data = "meta_data",
    modified = "date_modified_gmt",
});

/// Members that only one kind of record has, then those that tell what is left. A webhook's settings and a download are no
/// payment records.
const SIGNS: &[&[(&str, Handler)]] = &[
    &[
        ("refunded_payment", lone_refund),
        ("refunded_by", lone_refund),
        ("delivery_url", no_record),
        ("download_id", no_record),
        ("order_key", order),
        ("username", customer),
        ("role", customer),
        ("is_paying_customer", customer),
    ],
    &[("total", order), ("message", api_error)],
];

/// Reads one record of any kind, told by the members that only it has.
pub fn read(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    // Most records are orders: one walk over the members settles that and reads them.
    let mut notes = Notes::default();
    if let Ok(of) = OrderObject::read(record, path, &mut notes)
        && of.order_key.is_some()
        && of.total.is_some()
    {
        reader.notes.extend(notes);
        return of_members(reader, record, &of, path);
    }
    match handler(record, SIGNS) {
        Some(read) => read(reader, record, path),
        None => Err(reader.notes.reject(path, IssueCode::UnknownObject)),
    }
}

fn lone_refund(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    refund(reader, record, path, None)
}

/// What gateways' plugins keep in an order's metadata.
#[derive(Default)]
struct Gateway {
    references: Vec<Sym>,
    held: bool,
    test: bool,
    /// What is not a plugin's own.
    metadata: Option<Sym>,
}

fn order(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = OrderObject::read(record, path, reader.notes)?;
    of_members(reader, record, &of, path)
}

fn of_members(reader: &mut Reader<'_>, record: Value<'_>, of: &OrderObject<'_>, path: &Path<'_>) -> Read {
    if of.period.is_some() {
        return subscription(reader, record, path);
    }
    let id = reader.id(of.id, path, "id")?;
    let currency = reader.currency(of.currency, path, "currency")?;
    let Some(amount) = reader.major(of.total, path, "total", currency)? else {
        return Err(Field::new(None, path, "total").missing(reader.notes));
    };
    let created = reader.must_time(of.created.or(of.created_local), path, "date_created_gmt")?;
    let modified = reader.time(of.modified.or(of.modified_local), path, "date_modified_gmt")?;
    let paid = reader.text(of.paid.or(of.paid_local), path, "date_paid_gmt").is_some();
    let gateway = gateway(reader, of, path)?;
    let status = Field::new(of.status, path, "status").word(reader.notes)?;
    let word = status.as_deref().map(|status| status.strip_prefix("wc-").unwrap_or(status)).unwrap_or_default();
    let row = |when: When| crosswalk::ORDER.iter().find(|row| row.0 == word && row.1 == when);
    let found = gateway.held.then(|| row(When::Held)).flatten().or_else(|| row(When::Always));
    let found = found.or_else(|| row(if paid { When::Paid } else { When::Unpaid }));
    let (state, order_state) = found.map_or((AttemptState::Unknown, OrderState::Unknown), |row| (row.2, row.3));
    let raw_status = reader.raw_status(status.as_deref(), found.is_some(), path, "status");
    let mode = if gateway.test { Mode::Test } else { reader.context.mode };
    let mut identifiers = Vec::with_capacity(2);
    let contact = billing(reader, of.billing, path, &mut identifiers)?;
    let customer = reader.reference(of.customer_id, path, "customer_id")?;
    let identifiers = identifiers.into_boxed_slice();
    let method = Field::new(of.payment_method, path, "payment_method").text(reader.notes);
    let captured = if state == AttemptState::Captured { amount } else { 0 };
    let attempt = Attempt {
        state,
        raw_status,
        captured,
        // Set to `refunded`, all of it counts as gone, listed refunds or not.
        returned: if order_state == OrderState::Refunded { captured } else { 0 },
        customer,
        contact,
        method: Method { kind: method.as_deref().map(|method| reader.keep_text(method)), ..Method::default() },
        identifiers: identifiers.clone(),
        references: gateway.references.into_boxed_slice(),
        by_hand: method.as_deref().is_some_and(|method| crosswalk::OFFLINE.contains(&method)),
        ..Attempt::new(reader.head(id, modified), mode, created, amount, currency)
    };
    let order = Order {
        head: reader.head(id, modified),
        mode,
        created,
        name: reader.reference(of.number, path, "number")?,
        state: order_state,
        raw_status,
        amount,
        currency,
        customer,
        contact,
        identifiers,
        metadata: gateway.metadata,
        tags: Box::default(),
        page: None,
    };
    let mut upsert = reader.keep(attempt, path).or(reader.keep(order, path));
    let around = Some((id, currency));
    let read = &mut |reader: &mut Reader<'_>, item: Value<'_>, path: &Path<'_>| refund(reader, item, path, around);
    upsert = upsert.or(reader.each(of.refunds, &path.key("refunds"), read));
    Ok(upsert)
}

fn billing(
    reader: &mut Reader<'_>,
    billing: Option<Value<'_>>,
    path: &Path<'_>,
    found: &mut Vec<Identifier>,
) -> Result<Contact, Reject> {
    let field = Field::new(billing, path, "billing");
    let Some(billing) = field.object() else { return Ok(Contact::default()) };
    let path = field.path();
    let of = Billing::read(billing, path, reader.notes)?;
    Ok(Contact {
        name: reader.name(of.first_name, of.last_name, path),
        email: reader.email(of.email, path, "email", IdentifierField::BillingEmail, found),
        phone: reader.phone(of.phone, path, "phone", IdentifierField::BillingPhone, found),
        country: reader.text(of.country, path, "country"),
    })
}

/// The transaction id and what the metadata say. Metadata are the plugins' own: what cannot be read is passed over.
fn gateway(reader: &mut Reader<'_>, of: &OrderObject<'_>, path: &Path<'_>) -> Result<Gateway, Reject> {
    let mut gateway = Gateway::default();
    gateway.references.extend(reader.reference(of.transaction_id, path, "transaction_id")?);
    let list = path.key("meta_data");
    let mut pairs = reader.pairs();
    for (index, item) in of.meta_data.into_iter().flat_map(Value::items).filter_map(Result::ok).enumerate() {
        let path = list.index(index);
        let meta = Meta::read(item, &path, reader.notes)?;
        let text = |value: Option<Value<'_>>, key| {
            let value = value.filter(|value| value.kind() == Kind::String);
            Field::new(value, &path, key).text(&mut Notes::default()).map(Cow::into_owned)
        };
        let Some(key) = text(meta.key, "key") else { continue };
        if pairs.push_public(key.as_bytes(), meta.value.and_then(scalar).as_deref()) {
            continue;
        }
        let Some(value) = text(meta.value, "value") else { continue };
        match &*key {
            "_stripe_charge_captured" => gateway.held |= value == "no",
            "_intention_status" => gateway.held |= value == "requires_capture",
            "_wcpay_mode" => gateway.test |= value == "test",
            key if crosswalk::REFERENCES.contains(&key) && value.len() <= 255 => {
                let sym = reader.keep_text(&value);
                // An order names its payment a few times; more is somebody's mistake.
                if gateway.references.len() < 64 && !gateway.references.contains(&sym) {
                    gateway.references.push(sym);
                }
            }
            _ => {}
        }
    }
    let is_list = of.meta_data.is_some_and(|list| list.kind() == Kind::Array);
    gateway.metadata = is_list.then(|| reader.keep_pairs(pairs, &path.key("meta_data")));
    Ok(gateway)
}

/// A refund, alone or as the short entry inside its order. Only the long form says whether a gateway sent the money, and it
/// has no currency: its amount is kept in thousandths until its order says what they are.
fn refund(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>, around: Option<(Sym, Currency)>) -> Read {
    let of = RefundObject::read(record, path, reader.notes)?;
    let id = reader.id(of.id, path, "id")?;
    let (value, key) = if of.amount.is_some() { (of.amount, "amount") } else { (of.total, "total") };
    let amount = match around {
        Some((_, currency)) => reader.refund_major(value, path, key, currency)?,
        None => Field::new(value, path, key).decimal(3, reader.notes)?.map(i64::abs),
    };
    let Some(amount) = amount else { return Err(Field::new(None, path, key).missing(reader.notes)) };
    let order = match around {
        Some((order, _)) => Some(order),
        None => match reader.reference(of.parent_id, path, "parent_id")? {
            Some(order) => Some(order),
            None => order_of_links(reader, of.links, path),
        },
    };
    let sent = reader.flag(of.refunded_payment, path, "refunded_payment")?;
    let refund = Refund {
        attempt: order,
        created: reader.time(of.created.or(of.created_local), path, "date_created_gmt")?,
        currency: around.map(|(_, currency)| currency),
        thousandths: around.is_none(),
        status: if sent == Some(false) { RefundStatus::Recorded } else { RefundStatus::Succeeded },
        reason: reader.free_text(of.reason, path, "reason"),
        // The short entry knows less than the long form, so the order's time is no version of it.
        ..Refund::new(reader.head(id, None), amount)
    };
    Ok(reader.keep(refund, path))
}

/// The order that a refund's link `up` leads to: `…/orders/723`.
fn order_of_links(reader: &mut Reader<'_>, links: Option<Value<'_>>, path: &Path<'_>) -> Option<Sym> {
    let links_path = path.key("_links");
    let up = links?.get(b"up").ok().flatten()?.items().next()?.ok()?.get(b"href").ok().flatten();
    let href = Field::new(up, &links_path, "up").text(reader.notes)?;
    let mut parts = href.split('/').skip_while(|part| *part != "orders").skip(1);
    let order = parts.next()?.split('?').next().filter(|order| !order.is_empty())?;
    Some(reader.keep_text(order))
}

fn customer(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = CustomerObject::read(record, path, reader.notes)?;
    let id = reader.id(of.id, path, "id")?;
    let modified = reader.time(of.modified, path, "date_modified_gmt")?;
    let own = reader.name(of.first_name, of.last_name, path);
    let contact = billing(reader, of.billing, path, &mut Vec::new())?;
    let record = Customer {
        head: reader.head(id, modified),
        mode: reader.context.mode,
        created: reader.time(of.created, path, "date_created_gmt")?,
        contact: Contact {
            name: own.or(contact.name),
            email: reader.text(of.email, path, "email").or(contact.email),
            ..contact
        },
        deleted: false,
        tags: Box::default(),
        metadata: reader.metadata_list(of.meta_data, [b"key", b"value"], true, &path.key("meta_data")),
    };
    Ok(reader.keep(record, path))
}
