//! Transactions, refunds and disputes: where Shopify's money is.

use super::{array_of, crosswalk, node_of};
use crate::json::value::{Kind, Value};
use crate::ledger::intern::Sym;
use crate::ledger::record::{Attempt, AttemptState, Method, Mode, Session};
use crate::ledger::reversal::{Dispute, DisputeState, Refund, RefundStatus};
use crate::money::Currency;
use crate::source::field::plain_id;
use crate::source::{Field, Notes, Path, Read, Reader, Reject, mapped, members};

members!(Transaction {
    amount = "amount",
    amount_set = "amountSet",
    authorization = "authorization",
    authorization_code = "authorizationCode",
    created = "created_at",
    created_camel = "createdAt",
    currency = "currency",
    error_code = "error_code",
    error_code_camel = "errorCode",
    gateway = "gateway",
    id = "id",
    kind = "kind",
    order = "order",
    order_id = "order_id",
    parent = "parentTransaction",
    parent_id = "parent_id",
    payment_details = "payment_details",
    payment_details_camel = "paymentDetails",
    payment_id = "payment_id",
    payment_id_camel = "paymentId",
    receipt = "receipt",
    status = "status",
    test = "test",
});
members!(Card {
    company = "credit_card_company",
    company_camel = "company",
    number = "credit_card_number",
    number_camel = "number",
    method = "payment_method_name",
    wallet = "credit_card_wallet",
    wallet_camel = "wallet",
});
members!(Receipt {
    id = "id",
    charge = "charge",
    latest_charge = "latest_charge",
    payment_id = "payment_id",
    payment_intent = "payment_intent",
    transaction_id = "transaction_id",
});
members!(RefundObject { id = "id", order = "order", order_id = "order_id", transactions = "transactions" });
members!(DisputeObject {
    amount = "amount",
    currency = "currency",
    due = "evidence_due_by",
    due_camel = "evidenceDueBy",
    id = "id",
    initiated = "initiated_at",
    initiated_camel = "initiatedAt",
    kind = "type",
    order = "order",
    order_id = "order_id",
    reason = "reason",
    reason_details = "reasonDetails",
    status = "status",
});

/// What an order tells the records inside it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Around<'s> {
    pub order: Option<Sym>,
    pub currency: Option<Currency>,
    pub version: Option<i64>,
    /// What took the order's money: the gateway and the id of each.
    pub sales: &'s [(String, Sym)],
}

/// Gateways by which the shop gives credit instead of money.
const CREDIT: [&str; 3] = ["gift_card", "shopify_store_credit", "store_credit"];

/// What took an order's money.
pub(super) fn sales(reader: &mut Reader<'_>, list: Option<Value<'_>>, path: &Path<'_>) -> Vec<(String, Sym)> {
    let items = list.into_iter().flat_map(Value::items).filter_map(Result::ok).map(node_of);
    let found = items.filter_map(|item| {
        let text = |key: &[u8]| {
            let value = item.get(key).ok().flatten();
            Field::new(value, path, "").text(&mut Notes::default()).map(|text| text.to_ascii_lowercase())
        };
        let takes = matches!(text(b"kind")?.as_str(), "sale" | "capture");
        let gateway = text(b"gateway").filter(|_| takes)?;
        let id = item.get(b"id").ok().flatten();
        let id = Field::new(id, path, "").any_id(&mut Notes::default()).ok().flatten()?;
        Some((gateway, reader.keep_text(plain_id(&id))))
    });
    found.collect()
}

fn member<'a>(object: Option<Value<'a>>, key: &[u8]) -> Option<Value<'a>> {
    object?.get(key).ok().flatten()
}

pub(super) fn transaction(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>, around: &Around<'_>) -> Read {
    let of = Transaction::read(record, path, reader.notes)?;
    let kind = Field::new(of.kind, path, "kind").word(reader.notes)?.unwrap_or_default().to_ascii_lowercase();
    if crosswalk::NO_MONEY.contains(&&*kind) {
        return reader.no_record(path);
    }
    let id = reader.id(of.id, path, "id")?;
    let bag = member(of.amount_set, b"shopMoney");
    let code = of.currency.or(member(bag, b"currencyCode"));
    let currency = match (reader.maybe_currency(code, path, "currency")?, around.currency) {
        (Some(own), _) | (None, Some(own)) => own,
        (None, None) => return Err(Field::new(None, path, "currency").missing(reader.notes)),
    };
    let amount = reader.major(of.amount.or(member(bag, b"amount")), path, "amount", currency)?;
    let Some(amount) = amount else { return Err(Field::new(None, path, "amount").missing(reader.notes)) };
    let created = reader.must_time(of.created.or(of.created_camel), path, "created_at")?;
    let status = Field::new(of.status, path, "status").word(reader.notes)?;
    let lower = status.as_deref().map(str::to_ascii_lowercase).unwrap_or_default();
    let gateway = Field::new(of.gateway, path, "gateway").text(reader.notes).unwrap_or_default().to_ascii_lowercase();
    let mode = match reader.mode_of_test(of.test, path)? {
        _ if gateway == "bogus" => Mode::Test,
        mode => mode,
    };
    let order = match around.order {
        Some(order) => Some(order),
        None => reader.reference(of.order_id.or(member(of.order, b"id")), path, "order_id")?,
    };
    let parent = reader.reference(of.parent_id.or(member(of.parent, b"id")), path, "parent_id")?;
    let failure = reader.text(of.error_code.or(of.error_code_camel), path, "error_code");
    if kind == "refund" {
        let known = mapped(crosswalk::REFUND, &lower);
        // Of an order that was paid in several ways, a refund that names no sale goes back the way that one sale came.
        let by_gateway = || {
            let mut same = around.sales.iter().filter(|(by, _)| *by == gateway).map(|&(_, id)| id);
            same.next().filter(|_| same.next().is_none())
        };
        let parent = parent.or_else(by_gateway);
        let paid_by_credit =
            around.sales.iter().any(|&(ref by, id)| Some(id) == parent && CREDIT.contains(&by.as_str()));
        let refund = Refund {
            as_credit: CREDIT.contains(&&*gateway) && !paid_by_credit,
            attempt: parent,
            payment: order,
            created: Some(created),
            currency: Some(currency),
            status: match known {
                Some(RefundStatus::Succeeded) if gateway == "manual" => RefundStatus::Recorded,
                known => known.unwrap_or(RefundStatus::Unknown),
            },
            raw_status: reader.raw_status(status.as_deref(), known.is_some(), path, "status"),
            failure_reason: failure,
            ..Refund::new(reader.head(id, around.version), amount)
        };
        return Ok(reader.keep(refund, path));
    }
    let known = crosswalk::TRANSACTION.iter().find(|row| row.0 == kind && row.1 == lower).map(|row| row.2);
    let state = match known {
        Some(AttemptState::Captured) if gateway == "manual" => AttemptState::Manual,
        known => known.unwrap_or(AttemptState::Unknown),
    };
    let references = references(reader, &of, path)?;
    let mut method = card(reader, of.payment_details.or(of.payment_details_camel), path)?;
    method.kind = method.kind.or_else(|| (!gateway.is_empty()).then(|| reader.keep_text(&gateway)));
    let attempt = Attempt {
        payment: order,
        state,
        raw_status: reader.raw_status(status.as_deref(), known.is_some(), path, "status"),
        captured: if state == AttemptState::Captured { amount } else { 0 },
        method,
        failure: [failure, None],
        references,
        parent,
        ..Attempt::new(reader.head(id, around.version), mode, created, amount, currency)
    };
    Ok(reader.keep(attempt, path))
}

/// The ids at the gateway that a transaction names, in its authorization and its receipt.
fn references(reader: &mut Reader<'_>, of: &Transaction<'_>, path: &Path<'_>) -> Result<Box<[Sym]>, Reject> {
    let field = Field::new(of.receipt, path, "receipt");
    let receipt = match field.object() {
        Some(receipt) => Receipt::read(receipt, field.path(), reader.notes)?,
        None => Receipt::default(),
    };
    let named = [
        of.authorization,
        of.authorization_code,
        of.payment_id,
        of.payment_id_camel,
        receipt.id,
        receipt.charge,
        receipt.latest_charge,
        receipt.payment_id,
        receipt.payment_intent,
        receipt.transaction_id,
    ];
    let mut found = Vec::new();
    for value in named.into_iter().flatten() {
        let value = if value.kind() == Kind::Object { member(Some(value), b"id") } else { Some(value) };
        let text = value.filter(|value| value.kind() == Kind::String);
        let text = Field::new(text, path, "authorization").text(reader.notes);
        if let Some(text) = text.filter(|text| text.len() <= 255) {
            let sym = reader.keep_text(&text);
            if !found.contains(&sym) {
                found.push(sym);
            }
        }
    }
    Ok(found.into_boxed_slice())
}

fn card(reader: &mut Reader<'_>, details: Option<Value<'_>>, path: &Path<'_>) -> Result<Method, Reject> {
    let field = Field::new(details, path, "payment_details");
    let Some(details) = field.object() else { return Ok(Method::default()) };
    let path = field.path();
    let of = Card::read(details, path, reader.notes)?;
    Ok(Method {
        kind: reader.text(of.method, path, "payment_method_name"),
        fingerprint: None,
        brand: reader.text(of.company.or(of.company_camel), path, "credit_card_company"),
        last4: reader.last4(of.number.or(of.number_camel), path, "credit_card_number"),
        wallet: reader.text(of.wallet.or(of.wallet_camel), path, "credit_card_wallet"),
    })
}

/// A refund is its transactions; its own id leads to the payment. One without an id is only a calculation.
pub(super) fn refund(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>, around: &Around<'_>) -> Read {
    let of = RefundObject::read(record, path, reader.notes)?;
    let Some(id) = reader.reference(of.id, path, "id")? else {
        return reader.no_record(path);
    };
    let order = match around.order {
        Some(order) => Some(order),
        None => reader.reference(of.order_id.or(member(of.order, b"id")), path, "order_id")?,
    };
    let around = Around { order, ..*around };
    let alias = Session { payment: order, done: true, ..Session::new(reader.head(id, around.version)) };
    let mut upsert = reader.keep(alias, path);
    let read = &mut |reader: &mut Reader<'_>, item: Value<'_>, path: &Path<'_>| {
        transaction(reader, node_of(item), path, &around)
    };
    upsert = upsert.or(reader.each(array_of(of.transactions), &path.key("transactions"), read));
    Ok(upsert)
}

pub(super) fn dispute(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = DisputeObject::read(record, path, reader.notes)?;
    let id = reader.id(of.id, path, "id")?;
    let bag = of.amount.filter(|amount| amount.kind() == Kind::Object);
    let currency = reader.currency(of.currency.or(member(bag, b"currencyCode")), path, "currency")?;
    let plain = of.amount.filter(|amount| amount.kind() != Kind::Object);
    let amount = reader.major(plain.or(member(bag, b"amount")), path, "amount", currency)?;
    let Some(amount) = amount else { return Err(Field::new(None, path, "amount").missing(reader.notes)) };
    let status = Field::new(of.status, path, "status").word(reader.notes)?;
    let kind = Field::new(of.kind, path, "type").word(reader.notes)?.unwrap_or_default();
    let table = if kind.eq_ignore_ascii_case("inquiry") { crosswalk::INQUIRY } else { crosswalk::CHARGEBACK };
    let known = status.as_deref().and_then(|status| mapped(table, &status.to_ascii_lowercase()));
    let reason = of.reason.or(member(of.reason_details, b"reason"));
    let dispute = Dispute {
        payment: reader.reference(of.order_id.or(member(of.order, b"id")), path, "order_id")?,
        created: reader.time(of.initiated.or(of.initiated_camel), path, "initiated_at")?,
        currency: Some(currency),
        state: known.unwrap_or(DisputeState::Unknown),
        raw_status: reader.raw_status(status.as_deref(), known.is_some(), path, "status"),
        reason: reader.free_text(reason, path, "reason"),
        due_by: reader.time(of.due.or(of.due_camel), path, "evidence_due_by")?,
        ..Dispute::new(reader.head(id, None), amount)
    };
    Ok(reader.keep(dispute, path))
}
