//! Subscriptions of WooCommerce's own extension: they look like orders, and the orders that they make are what is paid.
//!
//! Shape: the REST API of WooCommerce Subscriptions. Times are UTC where their names end in `_gmt`.

use crate::json::value::Value;
use crate::ledger::record::{Annex, RecordKind};
use crate::source::{Field, Path, Read, Reader, members};

members!(Subscription {
    currency = "currency",
    customer_id = "customer_id",
    created = "date_created_gmt",
    end = "end_date_gmt",
    id = "id",
    modified = "date_modified_gmt",
    next = "next_payment_date_gmt",
    status = "status",
    total = "total",
});

pub(super) fn subscription(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = Subscription::read(record, path, reader.notes)?;
    let id = reader.id(of.id, path, "id")?;
    let modified = reader.time(of.modified, path, "date_modified_gmt")?;
    let currency = reader.currency(of.currency, path, "currency")?;
    let status = Field::new(of.status, path, "status").text(reader.notes);
    let word = status.as_deref().map(|status| status.strip_prefix("wc-").unwrap_or(status));
    let record = Annex {
        mode: reader.context.mode,
        created: reader.time(of.created, path, "date_created_gmt")?,
        raw_status: status.as_deref().map(|status| reader.keep_text(status)),
        active: word.map(|word| !matches!(word, "cancelled" | "expired" | "switched" | "trash")),
        // It runs to the end of what is paid, and is not renewed.
        ending: word.map(|word| word == "pending-cancel"),
        amount: reader.major(of.total, path, "total", currency)?,
        currency: Some(currency),
        customer: reader.reference(of.customer_id, path, "customer_id")?,
        until: match reader.time(of.end, path, "end_date_gmt")? {
            Some(end) => Some(end),
            None => reader.time(of.next, path, "next_payment_date_gmt")?,
        },
        ..Annex::new(reader.head(id, modified), RecordKind::Subscription)
    };
    Ok(reader.keep(record, path))
}
