//! Customer and Checkout Session: who pays, in the source's own words.

use super::{Parent, Stripe};
use crate::json::value::Value;
use crate::ledger::record::{Contact, Customer, Session};
use crate::source::{Field, Path, Read, members};

members!(CustomerObject {
    address = "address",
    id = "id",
    created = "created",
    deleted = "deleted",
    email = "email",
    livemode = "livemode",
    metadata = "metadata",
    name = "name",
    phone = "phone",
});
members!(CheckoutSession {
    id = "id",
    customer = "customer",
    customer_details = "customer_details",
    customer_email = "customer_email",
    payment_intent = "payment_intent",
    status = "status",
});
members!(CustomerDetails { address = "address", email = "email", name = "name", phone = "phone" });

impl Stripe<'_> {
    pub(super) fn customer(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let customer = CustomerObject::read(record, path, self.notes)?;
        let id = self.record_id(customer.id, path)?;
        let deleted = Field::new(customer.deleted, path, "deleted").flag(self.notes)? == Some(true);
        let record = Customer {
            head: self.head(id, None),
            mode: self.mode(customer.livemode, path)?,
            created: Field::new(customer.created, path, "created").seconds(self.notes)?,
            contact: Contact {
                name: self.free_text(customer.name, path, "name"),
                email: self.text(customer.email, path, "email"),
                phone: self.text(customer.phone, path, "phone"),
                country: self.country(customer.address, path, "address"),
            },
            deleted,
            tags: Box::default(),
            metadata: self.metadata(customer.metadata, path, "metadata"),
        };
        Ok(self.keep(record, path))
    }

    pub(super) fn session(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let session = CheckoutSession::read(record, path, self.notes)?;
        let id = self.record_id(session.id, path)?;
        let (payment, payment_object) = self.reference(&Field::new(session.payment_intent, path, "payment_intent"))?;
        let (customer, customer_object) = self.reference(&Field::new(session.customer, path, "customer"))?;
        let details_field = Field::new(session.customer_details, path, "customer_details");
        let mut contact = Contact::default();
        if let Some(details) = details_field.object() {
            let at = details_field.path();
            let details = CustomerDetails::read(details, at, self.notes)?;
            contact = Contact {
                name: self.free_text(details.name, at, "name"),
                email: self.text(details.email, at, "email"),
                phone: self.text(details.phone, at, "phone"),
                country: self.country(details.address, at, "address"),
            };
        }
        let prefilled = self.text(session.customer_email, path, "customer_email");
        contact.email = contact.email.or(prefilled);
        let status = Field::new(session.status, path, "status").text(self.notes);
        let done = !matches!(status.as_deref(), None | Some("open"));
        let record = Session { head: self.head(id, None), payment, customer, contact, done };
        let mut upsert = self.keep(record, path);
        for (object, key) in [(payment_object, "payment_intent"), (customer_object, "customer")] {
            if let Some(object) = object {
                upsert = upsert.or(self.nested(object, &path.key(key), Parent::default()));
            }
        }
        Ok(upsert)
    }
}
