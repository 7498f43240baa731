//! Shopify: orders with their transactions and refunds, disputes and customers, of the REST API and of the Admin GraphQL API.
//!
//! Amounts are decimal text in major units of the shop's currency. Ids have up to 64 bits and stay text; a GraphQL id
//! (`gid://shopify/Order/1`) is the number at its end, so that both APIs name one record alike.

pub(super) mod crosswalk;
mod money;
mod order;

use super::{Field, Handler, Notes, Path, Read, Reader, api_error, handler, members, no_record};
use crate::issue::IssueCode;
use crate::json::value::{Kind, Value};
use crate::ledger::record::{Contact, Customer};

/// Members that only one kind of record has, then those that tell what is left. Carts, drafts, risks, payouts and payment
/// sessions are no payment records.
const SIGNS: &[&[(&str, Handler)]] = &[
    &[
        ("financial_status", order::order),
        ("displayFinancialStatus", order::order),
        ("totalPriceSet", order::order),
        ("refund_line_items", refund),
        ("refundLineItems", refund),
        ("evidence_due_by", money::dispute),
        ("evidenceDueBy", money::dispute),
        ("kind", transaction),
        ("orders_count", customer),
        ("verified_email", customer),
        ("default_address", customer),
        ("displayName", customer),
        ("abandoned_checkout_url", no_record),
        ("reservation_time", no_record),
        ("shipping_rates", no_record),
        ("payment_url", no_record),
        ("invoice_url", no_record),
        ("cause_cancel", no_record),
        ("unique_token", no_record),
        ("remote_reference", no_record),
        ("payout_id", no_record),
    ],
    &[("total_price", order::order), ("transactions", refund), ("first_name", customer), ("firstName", customer)],
    &[("id", no_record), ("errors", api_error)],
];

/// Reads one record of any kind, told by its GraphQL id or by the members that only it has.
pub fn read(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    // Most records are orders: one walk over the members settles that and reads them.
    let mut notes = Notes::default();
    if let Ok(of) = order::OrderObject::read(record, path, &mut notes)
        && of.financial_status.or(of.display_status).is_some()
    {
        reader.notes.extend(notes);
        return order::of_members(reader, &of, path);
    }
    let id = record.get(b"id").ok().flatten().filter(|id| id.kind() == Kind::String);
    let id = Field::new(id, path, "id").text(reader.notes);
    let kind = id.as_deref().and_then(|id| id.strip_prefix("gid://shopify/")).and_then(|id| id.split('/').next());
    let by_id: Option<Handler> = match kind {
        Some("Order") => Some(order::order),
        Some("OrderTransaction") => Some(transaction),
        Some("Refund") => Some(refund),
        Some("Customer") => Some(customer),
        Some("ShopifyPaymentsDispute") => Some(money::dispute),
        Some(_) => Some(no_record),
        None => None,
    };
    match by_id.or_else(|| handler(record, SIGNS)) {
        Some(read) => read(reader, record, path),
        None => Err(reader.notes.reject(path, IssueCode::UnknownObject)),
    }
}

fn transaction(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    money::transaction(reader, record, path, &money::Around::default())
}

fn refund(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    money::refund(reader, record, path, &money::Around::default())
}

/// The array of a list: itself, or what a GraphQL connection holds as `nodes` or `edges`.
fn array_of(list: Option<Value<'_>>) -> Option<Value<'_>> {
    let inside = list.filter(|list| list.kind() == Kind::Object).and_then(|list| {
        let member = |key: &[u8]| list.get(key).ok().flatten();
        member(b"nodes").or_else(|| member(b"edges"))
    });
    inside.or(list)
}

/// The record of an edge: its `node`; any other is itself.
fn node_of(item: Value<'_>) -> Value<'_> {
    let node = item.get(b"node").ok().flatten();
    node.filter(|node| node.kind() == Kind::Object).unwrap_or(item)
}

members!(CustomerObject {
    created = "created_at",
    created_camel = "createdAt",
    default_address = "default_address",
    default_email = "defaultEmailAddress",
    default_phone = "defaultPhoneNumber",
    display_name = "displayName",
    email = "email",
    first_name = "first_name",
    first_name_camel = "firstName",
    id = "id",
    last_name = "last_name",
    last_name_camel = "lastName",
    phone = "phone",
    tags = "tags",
    updated = "updated_at",
    updated_camel = "updatedAt",
});

/// A customer, alone or inside an order.
fn customer(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = CustomerObject::read(record, path, reader.notes)?;
    let id = reader.id(of.id, path, "id")?;
    let updated = reader.time(of.updated.or(of.updated_camel), path, "updated_at")?;
    let name = reader.name(of.first_name.or(of.first_name_camel), of.last_name.or(of.last_name_camel), path);
    let email = reader.text(of.email, path, "email");
    let default_email = of.default_email.and_then(|email| email.get(b"emailAddress").ok().flatten());
    let phone = reader.text(of.phone, path, "phone");
    let default_phone = of.default_phone.and_then(|phone| phone.get(b"phoneNumber").ok().flatten());
    let address_phone = of.default_address.and_then(|address| address.get(b"phone").ok().flatten());
    let country = of.default_address.and_then(|address| {
        let member = |key: &[u8]| address.get(key).ok().flatten();
        member(b"country_code").or_else(|| member(b"countryCodeV2"))
    });
    let record = Customer {
        head: reader.head(id, updated),
        mode: reader.context.mode,
        created: reader.time(of.created.or(of.created_camel), path, "created_at")?,
        contact: Contact {
            name: name.or(reader.free_text(of.display_name, path, "displayName")),
            email: email.or(reader.text(default_email, path, "defaultEmailAddress")),
            phone: phone.or(reader.text(default_phone.or(address_phone), path, "phone")),
            country: reader.text(country, path, "country_code"),
        },
        deleted: false,
        metadata: None,
        tags: reader.tags(of.tags, path, "tags"),
    };
    Ok(reader.keep(record, path))
}
