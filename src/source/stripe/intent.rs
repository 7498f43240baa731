//! PaymentIntent: what holds several attempts together.

use super::{Parent, Stripe, crosswalk};
use crate::json::value::{Kind, Value};
use crate::ledger::intern::Sym;
use crate::ledger::record::{Intent, IntentState};
use crate::order::sorted;
use crate::source::{Field, Path, Read, Reject, mapped, members};

members!(PaymentIntent {
    id = "id",
    amount = "amount",
    amount_received = "amount_received",
    charges = "charges",
    created = "created",
    currency = "currency",
    customer = "customer",
    description = "description",
    last_payment_error = "last_payment_error",
    latest_charge = "latest_charge",
    livemode = "livemode",
    metadata = "metadata",
    receipt_email = "receipt_email",
    status = "status",
});
members!(LastError { charge = "charge", code = "code", decline_code = "decline_code" });

/// Whether the last try failed, why, and the charge it made.
type LastTry = (bool, [Option<Sym>; 2], Option<Sym>);

impl Stripe<'_> {
    pub(super) fn intent(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let intent = PaymentIntent::read(record, path, self.notes)?;
        let id = self.record_id(intent.id, path)?;
        let amount = self.record_amount(intent.amount, path)?;
        let currency = self.record_currency(intent.currency, path)?;
        let created_field = Field::new(intent.created, path, "created");
        let Some(created) = created_field.seconds(self.notes)? else { return Err(created_field.missing(self.notes)) };
        let status = Field::new(intent.status, path, "status").word(self.notes)?;
        let known = status.as_deref().and_then(|status| mapped(crosswalk::INTENT, status));
        let raw_status = self.raw_status(status.as_deref(), known.is_some(), path);
        let state = known.unwrap_or(IntentState::Unknown);
        let received = Field::new(intent.amount_received, path, "amount_received").amount(self.notes)?;
        let (customer, customer_object) = self.reference(&Field::new(intent.customer, path, "customer"))?;
        let latest_field = Field::new(intent.latest_charge, path, "latest_charge");
        let (latest, latest_object) = self.reference(&latest_field)?;
        let mode = self.mode(intent.livemode, path)?;
        let (failed, failure, failed_charge) = self.last_error(intent.last_payment_error, path)?;
        let mut identifiers = Vec::new();
        self.email_field(intent.receipt_email, path, "receipt_email", &mut identifiers);
        let description = self.description(intent.description, path, &mut identifiers);
        let charges_path = path.key("charges");
        let charges = self.charges(intent.charges, &charges_path);
        let mut attempts: Vec<Sym> = charges.iter().filter_map(|(charge, _)| *charge).collect();
        attempts.extend(latest);
        attempts.extend(failed_charge);
        let mut attempts = sorted(attempts, |a, b| self.store.interner.get(*a).cmp(&self.store.interner.get(*b)));
        attempts.dedup();
        let intent = Intent {
            head: self.head(id, None),
            mode,
            created,
            state,
            raw_status,
            amount,
            received: match state {
                IntentState::Succeeded => received.unwrap_or(amount),
                _ => received.unwrap_or(0),
            },
            currency,
            customer,
            description,
            attempts: attempts.into_boxed_slice(),
            identifiers: identifiers.into_boxed_slice(),
            failed,
            failure,
            order: self.order_of(intent.metadata, path),
            returned: None,
            returned_unknown: false,
            keeps_sums: false,
            metadata: self.metadata(intent.metadata, path, "metadata"),
        };
        self.context.mode = mode;
        let parent = Parent { charge: None, payment: Some(id), created: Some(created), currency: Some(currency) };
        let mut upsert = self.keep(intent, path);
        if let Some(object) = latest_object {
            upsert = upsert.or(self.nested(object, latest_field.path(), parent));
        }
        let data_path = charges_path.key("data");
        for (index, (_, charge)) in charges.into_iter().enumerate() {
            upsert = upsert.or(self.nested(charge, &data_path.index(index), parent));
        }
        if let Some(object) = customer_object {
            upsert = upsert.or(self.nested(object, &path.key("customer"), Parent::default()));
        }
        Ok(upsert)
    }

    /// The charges that PaymentIntents listed until API version 2022-11-15, with their ids.
    fn charges<'a>(&mut self, charges: Option<Value<'a>>, path: &Path<'_>) -> Vec<(Option<Sym>, Value<'a>)> {
        let data = Field::new(charges, path, "charges").object().and_then(|list| list.get(b"data").ok().flatten());
        let mut found = Vec::new();
        for charge in data.into_iter().flat_map(Value::items) {
            match charge {
                Ok(charge) if charge.kind() == Kind::Object => {
                    let id = charge.get(b"id").ok().flatten();
                    found.push((self.text(id, path, "id"), charge));
                }
                Ok(_) => {}
                Err(code) => self.notes.warn(path, code),
            }
        }
        found
    }

    /// Whether the last try failed, why, and the charge it made.
    fn last_error(&mut self, error: Option<Value<'_>>, path: &Path<'_>) -> Result<LastTry, Reject> {
        let field = Field::new(error, path, "last_payment_error");
        let Some(error) = field.object() else { return Ok((false, [None; 2], None)) };
        let error = LastError::read(error, field.path(), self.notes)?;
        let code = self.text(error.code, field.path(), "code");
        let decline = self.text(error.decline_code, field.path(), "decline_code");
        let charge = self.text(error.charge, field.path(), "charge");
        let failed = code.is_some() || decline.is_some() || charge.is_some();
        Ok((failed, [code, decline], charge))
    }
}
