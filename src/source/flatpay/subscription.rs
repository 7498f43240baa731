//! Subscriptions: the invoices that they make are what is paid.
//!
//! Shape: Frisbii's reference of `/v1/subscription`. What a period costs stands in the plan, which is another object.

use crate::json::value::Value;
use crate::ledger::record::{Annex, RecordKind};
use crate::source::{Field, Path, Read, Reader, members};

members!(Subscription {
    created = "created",
    customer = "customer",
    expired = "expired_date",
    expires = "expires",
    handle = "handle",
    is_cancelled = "is_cancelled",
    next = "next_period_start",
    plan = "plan",
    state = "state",
    test = "test",
});

pub(super) fn subscription(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let of = Subscription::read(record, path, reader.notes)?;
    let id = reader.id(of.handle, path, "handle")?;
    let state = Field::new(of.state, path, "state").text(reader.notes);
    let cancelled = reader.flag(of.is_cancelled, path, "is_cancelled")?;
    let ends = match reader.time(of.expired, path, "expired_date")? {
        Some(expired) => Some(expired),
        None => reader.time(of.expires, path, "expires")?,
    };
    let record = Annex {
        mode: reader.mode_of_test(of.test, path)?,
        created: reader.time(of.created, path, "created")?,
        raw_status: state.as_deref().map(|state| reader.keep_text(state)),
        active: state.as_deref().map(|state| state != "expired"),
        ending: cancelled,
        customer: reader.reference(of.customer, path, "customer")?,
        reason: reader.text(of.plan, path, "plan"),
        until: match ends {
            Some(ends) => Some(ends),
            None => reader.time(of.next, path, "next_period_start")?,
        },
        ..Annex::new(reader.head(id, None), RecordKind::Subscription)
    };
    Ok(reader.keep(record, path))
}
