//! Dodo Payments: API objects alone or in webhook envelopes, pages of them, and the dashboard's exports.
//!
//! Shapes: the type declarations of npm `dodopayments` 2.52. Amounts are minor units, times RFC 3339.

mod annex;
pub(super) mod crosswalk;
pub(super) mod csv;
mod payment;

use super::{Field, Handler, Notes, Path, Read, Reader, api_error, handler, members, no_record};
use crate::issue::IssueCode;
use crate::json::value::Value;

members!(Event { data = "data", kind = "type", timestamp = "timestamp" });

/// Members that only one kind of record has, then those that tell what is left.
const SIGNS: &[&[(&str, Handler)]] = &[
    &[
        ("timestamp", event),
        ("dispute_id", payment::dispute),
        ("refund_id", payment::refund),
        ("total_amount", payment::payment),
        ("instances_count", annex::license_key),
        ("recurring_pre_tax_amount", annex::subscription),
        ("before_balance", annex::wallet_entry),
        ("balance", annex::wallet),
    ],
    &[("payment_id", payment::payment), ("customer_id", payment::customer), ("message", api_error)],
];

/// Reads one record of any kind, told by the members that only it has.
pub fn read(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    // Most records are payments: one walk over the members settles that and reads them.
    let mut notes = Notes::default();
    if let Ok(of) = payment::Payment::read(record, path, &mut notes)
        && of.total_amount.is_some()
    {
        reader.notes.extend(notes);
        return payment::of_members(reader, &of, path);
    }
    match handler(record, SIGNS) {
        Some(read) => read(reader, record, path),
        None => Err(reader.notes.reject(path, IssueCode::UnknownObject)),
    }
}

/// The envelope of a webhook. Its data are the latest state when it is delivered, so its time is their version.
fn event(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let event = Event::read(record, path, reader.notes)?;
    reader.context.version = reader.time(event.timestamp, path, "timestamp")?.or(reader.context.version);
    reader.context.from_event = true;
    let field = Field::new(event.data, path, "data");
    let Some(data) = field.object() else { return Err(field.missing(reader.notes)) };
    let kind = Field::new(event.kind, path, "type").word(reader.notes)?.unwrap_or_default();
    // Deliveries about payouts, entitlements and the like carry no record that is kept.
    let of = |prefix: &str| kind.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
    if !["payment", "refund", "dispute", "subscription", "license_key"].iter().any(|prefix| of(prefix)) {
        return no_record(reader, record, path);
    }
    read(reader, data, field.path())
}
