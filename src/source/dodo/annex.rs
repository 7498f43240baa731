//! What stands beside payments: subscriptions, license keys, wallets and their entries.

use crate::json::value::Value;
use crate::ledger::intern::Sym;
use crate::ledger::record::{Annex, RecordKind};
use crate::source::{Field, Path, Read, Reader, members};

members!(Subscription {
    ends = "cancel_at_next_billing_date",
    cancelled_at = "cancelled_at",
    created_at = "created_at",
    currency = "currency",
    customer = "customer",
    next_billing_date = "next_billing_date",
    product_id = "product_id",
    amount = "recurring_pre_tax_amount",
    status = "status",
    subscription_id = "subscription_id",
});
members!(LicenseKey {
    id = "id",
    created_at = "created_at",
    customer_id = "customer_id",
    expires_at = "expires_at",
    payment_id = "payment_id",
    product_id = "product_id",
    status = "status",
    subscription_id = "subscription_id",
});
members!(Wallet {
    balance = "balance",
    created_at = "created_at",
    currency = "currency",
    customer_id = "customer_id",
    updated_at = "updated_at",
});
members!(WalletEntry {
    id = "id",
    before_balance = "before_balance",
    after_balance = "after_balance",
    amount = "amount",
    created_at = "created_at",
    currency = "currency",
    customer_id = "customer_id",
    event_type = "event_type",
    is_credit = "is_credit",
    reference = "reference_object_id",
});

fn annex(reader: &Reader<'_>, kind: RecordKind, id: Sym, version: Option<i64>) -> Annex {
    Annex { mode: reader.context.mode, ..Annex::new(reader.head(id, version), kind) }
}

pub(super) fn subscription(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = Subscription::read(record, path, reader.notes)?;
    let id = reader.id(of.subscription_id, path, "subscription_id")?;
    let customer = Field::new(of.customer, path, "customer");
    let payer = customer.object().and_then(|customer| customer.get(b"customer_id").ok().flatten());
    let status = Field::new(of.status, path, "status").text(reader.notes);
    let ended = matches!(status.as_deref(), Some("cancelled" | "failed" | "expired"));
    let record = Annex {
        created: reader.time(of.created_at, path, "created_at")?,
        raw_status: status.as_deref().map(|status| reader.keep_text(status)),
        active: status.is_some().then_some(!ended),
        amount: reader.maybe_minor(of.amount, path, "recurring_pre_tax_amount")?,
        currency: reader.maybe_currency(of.currency, path, "currency")?,
        customer: reader.reference(payer, customer.path(), "customer_id")?,
        reason: reader.text(of.product_id, path, "product_id"),
        ending: reader.flag(of.ends, path, "cancel_at_next_billing_date")?,
        until: match reader.time(of.cancelled_at, path, "cancelled_at")? {
            Some(canceled) if ended => Some(canceled),
            _ => reader.time(of.next_billing_date, path, "next_billing_date")?,
        },
        ..annex(reader, RecordKind::Subscription, id, None)
    };
    Ok(reader.keep(record, path))
}

/// The key itself is a secret of the payer's and is not kept.
pub(super) fn license_key(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = LicenseKey::read(record, path, reader.notes)?;
    let id = reader.id(of.id, path, "id")?;
    let status = Field::new(of.status, path, "status").text(reader.notes);
    let record = Annex {
        created: reader.time(of.created_at, path, "created_at")?,
        active: status.as_deref().map(|status| status == "active"),
        raw_status: status.as_deref().map(|status| reader.keep_text(status)),
        customer: reader.reference(of.customer_id, path, "customer_id")?,
        payment: reader.reference(of.payment_id, path, "payment_id")?,
        other: reader.reference(of.subscription_id, path, "subscription_id")?,
        reason: reader.text(of.product_id, path, "product_id"),
        until: reader.time(of.expires_at, path, "expires_at")?,
        ..annex(reader, RecordKind::LicenseKey, id, None)
    };
    Ok(reader.keep(record, path))
}

/// A wallet has no id of its own: it is the customer's in one currency.
pub(super) fn wallet(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = Wallet::read(record, path, reader.notes)?;
    let customer = reader.id(of.customer_id, path, "customer_id")?;
    let currency = reader.currency(of.currency, path, "currency")?;
    let id = format!("{}/{}", reader.store.interner.get(customer), currency.code());
    let id = reader.keep_text(&id);
    let version = reader.time(of.updated_at, path, "updated_at")?;
    let record = Annex {
        created: reader.time(of.created_at, path, "created_at")?,
        amount: Some(reader.minor(of.balance, path, "balance")?),
        currency: Some(currency),
        customer: Some(customer),
        ..annex(reader, RecordKind::Wallet, id, version)
    };
    Ok(reader.keep(record, path))
}

/// A movement of a wallet. `active` is its direction: a credit.
pub(super) fn wallet_entry(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = WalletEntry::read(record, path, reader.notes)?;
    let id = reader.id(of.id, path, "id")?;
    let record = Annex {
        created: reader.time(of.created_at, path, "created_at")?,
        credit: reader.flag(of.is_credit, path, "is_credit")?,
        amount: Some(reader.minor(of.amount, path, "amount")?),
        before: reader.maybe_minor(of.before_balance, path, "before_balance")?,
        balance: reader.maybe_minor(of.after_balance, path, "after_balance")?,
        currency: reader.maybe_currency(of.currency, path, "currency")?,
        customer: reader.reference(of.customer_id, path, "customer_id")?,
        payment: reader.reference(of.reference, path, "reference_object_id")?,
        reason: reader.text(of.event_type, path, "event_type"),
        ..annex(reader, RecordKind::WalletEntry, id, None)
    };
    Ok(reader.keep(record, path))
}
