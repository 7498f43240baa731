//! An order: what was sold, what it cost, who bought, and, where the transactions are not given, what was paid.

use super::money::{self, Around};
use super::{array_of, crosswalk, customer, node_of};
use crate::identity::{Identifier, IdentifierField};
use crate::json::value::{Kind, Value};
use crate::ledger::intern::Sym;
use crate::ledger::record::{Contact, Intent, IntentState, Mode, Order, OrderState};
use crate::money::Currency;
use crate::source::{Field, Path, Read, Reader, Reject, members};

members!(OrderObject {
    billing = "billing_address",
    billing_camel = "billingAddress",
    canceled = "cancelled_at",
    canceled_camel = "cancelledAt",
    contact_email = "contact_email",
    created = "created_at",
    created_camel = "createdAt",
    currency = "currency",
    currency_camel = "currencyCode",
    customer = "customer",
    display_status = "displayFinancialStatus",
    email = "email",
    financial_status = "financial_status",
    gateway = "gateway",
    gateways = "payment_gateway_names",
    gateways_camel = "paymentGatewayNames",
    id = "id",
    attributes = "note_attributes",
    attributes_camel = "customAttributes",
    name = "name",
    outstanding = "total_outstanding",
    outstanding_set = "totalOutstandingSet",
    phone = "phone",
    received_set = "totalReceivedSet",
    refunded_set = "totalRefundedSet",
    refunds = "refunds",
    status_url = "order_status_url",
    status_url_camel = "statusPageUrl",
    tags = "tags",
    test = "test",
    total_price = "total_price",
    total_set = "totalPriceSet",
    transactions = "transactions",
    updated = "updated_at",
    updated_camel = "updatedAt",
});
members!(Address {
    country = "country_code",
    country_camel = "countryCodeV2",
    first_name = "first_name",
    first_name_camel = "firstName",
    last_name = "last_name",
    last_name_camel = "lastName",
    name = "name",
    phone = "phone",
});
members!(Buyer { email = "email", id = "id", phone = "phone" });

/// The shop's own money in a money bag: `{shopMoney: {amount, currencyCode}}`.
fn shop_money<'a>(bag: Option<Value<'a>>, key: &[u8]) -> Option<Value<'a>> {
    bag?.get(b"shopMoney").ok().flatten()?.get(key).ok().flatten()
}

pub(super) fn order(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = OrderObject::read(record, path, reader.notes)?;
    of_members(reader, &of, path)
}

pub(super) fn of_members(reader: &mut Reader<'_>, of: &OrderObject<'_>, path: &Path<'_>) -> Read {
    let id = reader.id(of.id, path, "id")?;
    let set_currency = shop_money(of.total_set, b"currencyCode");
    let currency = reader.currency(of.currency.or(of.currency_camel).or(set_currency), path, "currency")?;
    let total = of.total_price.or(shop_money(of.total_set, b"amount"));
    let Some(amount) = reader.major(total, path, "total_price", currency)? else {
        return Err(Field::new(None, path, "total_price").missing(reader.notes));
    };
    let created = reader.must_time(of.created.or(of.created_camel), path, "created_at")?;
    let updated = reader.time(of.updated.or(of.updated_camel), path, "updated_at")?;
    let word = Field::new(of.financial_status.or(of.display_status), path, "financial_status").word(reader.notes)?;
    let lower = word.as_deref().map(str::to_ascii_lowercase);
    let row = lower.as_deref().and_then(|word| crosswalk::ORDER.iter().find(|row| row.0 == word));
    // An order that was made and never paid has no financial status in old payloads.
    let no_word = word.is_none();
    let raw_status = reader.raw_status(word.as_deref(), row.is_some(), path, "financial_status");
    let (money_state, order_state) = match row {
        Some(row) => (row.1, row.2),
        None if no_word => (IntentState::Incomplete, OrderState::Pending),
        None => (IntentState::Unknown, OrderState::Unknown),
    };
    let canceled = Field::new(of.canceled.or(of.canceled_camel), path, "cancelled_at").value().is_some();
    let gateways = gateways(of.gateways.or(of.gateways_camel).or(of.gateway));
    let mode = match reader.flag(of.test, path, "test")? {
        Some(true) => Mode::Test,
        _ if gateways == Some("bogus") => Mode::Test,
        _ => reader.context.mode,
    };
    reader.context.mode = mode;
    let by_hand = gateways == Some("manual") && money_state == IntentState::Succeeded;
    let mut identifiers = Vec::new();
    let (buyer, contact) = buyer(reader, of, path, &mut identifiers)?;
    let order = Order {
        head: reader.head(id, updated),
        mode,
        created,
        name: reader.text(of.name, path, "name"),
        state: if canceled && order_state != OrderState::Refunded { OrderState::Canceled } else { order_state },
        raw_status,
        amount,
        currency,
        customer: buyer,
        contact,
        identifiers: identifiers.into_boxed_slice(),
        metadata: { reader.metadata_list(of.attributes, [b"name", b"value"], false, &path.key("note_attributes")) }
            .or_else(|| {
                reader.metadata_list(of.attributes_camel, [b"key", b"value"], false, &path.key("customAttributes"))
            }),
        tags: reader.tags(of.tags, path, "tags"),
        page: reader.url(of.status_url.or(of.status_url_camel), path, "order_status_url"),
    };
    let (received, returned, returned_unknown) = sums(reader, of, path, lower.as_deref(), (amount, currency))?;
    let intent = Intent {
        state: if by_hand { IntentState::Manual } else { money_state },
        raw_status,
        received: if money_state == IntentState::Succeeded && !by_hand { received } else { 0 },
        customer: buyer,
        failed: money_state == IntentState::Failed,
        returned,
        returned_unknown,
        ..Intent::new(reader.head(id, updated), mode, created, amount, currency)
    };
    let mut upsert = reader.keep(order, path).or(reader.keep(intent, path));
    let went_back = matches!(lower.as_deref(), Some("refunded" | "partially_refunded"));
    let sales = if went_back { money::sales(reader, array_of(of.transactions), path) } else { Vec::new() };
    let around = Around { order: Some(id), currency: Some(currency), version: updated, sales: &sales };
    let read = &mut |reader: &mut Reader<'_>, item: Value<'_>, path: &Path<'_>| {
        money::transaction(reader, node_of(item), path, &around)
    };
    upsert = upsert.or(reader.each(array_of(of.transactions), &path.key("transactions"), read));
    let read = &mut |reader: &mut Reader<'_>, item: Value<'_>, path: &Path<'_>| {
        money::refund(reader, node_of(item), path, &around)
    };
    upsert = upsert.or(reader.each(array_of(of.refunds), &path.key("refunds"), read));
    if let Some(object) = of.customer.filter(|object| object.kind() == Kind::Object) {
        let path = path.key("customer");
        upsert = upsert.or(reader.nested(&path, &mut |reader| customer(reader, object, &path)));
    }
    Ok(upsert)
}

/// The one gateway of an order; `None` where there are several or none.
fn gateways(names: Option<Value<'_>>) -> Option<&'static str> {
    let mut found = None;
    let known = |name: Value<'_>| {
        let name = name.text(&mut crate::json::text::TextFlaws::default()).unwrap_or_default();
        match &*name.to_ascii_lowercase() {
            "manual" => "manual",
            "bogus" => "bogus",
            _ => "other",
        }
    };
    let names = names?;
    if names.kind() == Kind::String {
        return Some(known(names));
    }
    for name in names.items().filter_map(Result::ok) {
        match found {
            None => found = Some(known(name)),
            Some(first) if first == known(name) => {}
            Some(_) => return None,
        }
    }
    found
}

/// What the order itself says was paid and given back: it counts where no transaction is known.
fn sums(
    reader: &mut Reader<'_>,
    of: &OrderObject<'_>,
    path: &Path<'_>,
    status: Option<&str>,
    (amount, currency): (i64, Currency),
) -> Result<(i64, Option<i64>, bool), Reject> {
    let received = shop_money(of.received_set, b"amount");
    let received = reader.major(received, path, "totalReceivedSet", currency)?;
    let outstanding = of.outstanding.or(shop_money(of.outstanding_set, b"amount"));
    let outstanding = reader.major(outstanding, path, "total_outstanding", currency)?;
    let received = received.unwrap_or(match status {
        Some("partially_paid") => outstanding.map_or(0, |outstanding| amount.saturating_sub(outstanding).max(0)),
        _ => amount,
    });
    let refunded = shop_money(of.refunded_set, b"amount");
    let refunded = match reader.major(refunded, path, "totalRefundedSet", currency)? {
        Some(refunded) => Some(refunded),
        None => of_refunds(reader, of, path, currency)?,
    };
    let returned = refunded.unwrap_or(if status == Some("refunded") { received } else { 0 });
    // How much of it went back is in the transactions of the refunds alone, where they are here.
    let unknown = status == Some("partially_refunded") && refunded.is_none();
    Ok((received, Some(returned), unknown))
}

/// What the refunds in an order come to, where each says it.
fn of_refunds(
    reader: &mut Reader<'_>,
    of: &OrderObject<'_>,
    path: &Path<'_>,
    currency: Currency,
) -> Result<Option<i64>, Reject> {
    let mut sum = None;
    for item in array_of(of.refunds).into_iter().flat_map(Value::items).filter_map(Result::ok) {
        let bag = node_of(item).get(b"totalRefundedSet").ok().flatten();
        let Some(amount) = reader.major(shop_money(bag, b"amount"), path, "refunds", currency)? else {
            return Ok(None);
        };
        sum = Some(amount.saturating_add(sum.unwrap_or(0)));
    }
    Ok(sum)
}

/// Who bought: the shop's customer, and what the order says of the buyer. A parcel's phone is not the payer's.
fn buyer(
    reader: &mut Reader<'_>,
    of: &OrderObject<'_>,
    path: &Path<'_>,
    found: &mut Vec<Identifier>,
) -> Result<(Option<Sym>, Contact), Reject> {
    let email = reader.email(of.email.or(of.contact_email), path, "email", IdentifierField::OrderEmail, found);
    let phone = reader.phone(of.phone, path, "phone", IdentifierField::OrderPhone, found);
    let mut contact = Contact { email, phone, ..Contact::default() };
    let mut id = None;
    let field = Field::new(of.customer, path, "customer");
    if let Some(object) = field.object() {
        let path = field.path();
        let buyer = Buyer::read(object, path, reader.notes)?;
        id = reader.reference(buyer.id, path, "id")?;
        let own = reader.email(buyer.email, path, "email", IdentifierField::CustomerEmail, found);
        contact.email = contact.email.or(own);
        let own = reader.phone(buyer.phone, path, "phone", IdentifierField::CustomerPhone, found);
        contact.phone = contact.phone.or(own);
    }
    let field = Field::new(of.billing.or(of.billing_camel), path, "billing_address");
    if let Some(address) = field.object() {
        let path = field.path();
        let address = Address::read(address, path, reader.notes)?;
        let phone = reader.phone(address.phone, path, "phone", IdentifierField::BillingPhone, found);
        contact.phone = contact.phone.or(phone);
        let first = address.first_name.or(address.first_name_camel);
        let name = reader.name(first, address.last_name.or(address.last_name_camel), path);
        contact.name = name.or(reader.free_text(address.name, path, "name"));
        contact.country = reader.text(address.country.or(address.country_camel), path, "country_code");
    }
    Ok((id, contact))
}
