//! Charge: one attempt to take money.

use super::crosswalk::{self, When};
use super::{Parent, Stripe};
use crate::identity::{self, Identifier, IdentifierField, IdentifierKind};
use crate::json::value::Value;
use crate::ledger::intern::Sym;
use crate::ledger::record::{Attempt, AttemptState, Contact, Method};
use crate::ledger::store::Upsert;
use crate::source::{Field, Path, Read, Reject, members};

/// How many addresses of one description are read.
const MOST_ADDRESSES: usize = 32;

members!(Charge {
    id = "id",
    amount = "amount",
    amount_captured = "amount_captured",
    amount_refunded = "amount_refunded",
    billing_details = "billing_details",
    captured = "captured",
    card = "card",
    created = "created",
    currency = "currency",
    customer = "customer",
    description = "description",
    dispute = "dispute",
    disputed = "disputed",
    failure_code = "failure_code",
    livemode = "livemode",
    metadata = "metadata",
    outcome = "outcome",
    paid = "paid",
    payment_intent = "payment_intent",
    payment_method_details = "payment_method_details",
    receipt_email = "receipt_email",
    receipt_url = "receipt_url",
    refunded = "refunded",
    refunds = "refunds",
    source = "source",
    status = "status",
});
members!(Billing { address = "address", email = "email", name = "name", phone = "phone" });
members!(Details {
    kind = "type",
    brand = "brand",
    card = "card",
    fingerprint = "fingerprint",
    last4 = "last4",
    name = "name",
    object = "object",
    wallet = "wallet",
});
members!(Verdict { kind = "type", reason = "reason" });

/// What a charge says of itself that decides its state.
struct Facts<'a> {
    status: Option<&'a str>,
    paid: Option<bool>,
    captured: Option<bool>,
    refunded: Option<bool>,
    blocked: bool,
    has_failure: bool,
    amount: i64,
    amount_captured: Option<i64>,
}

impl Facts<'_> {
    /// The state of the charge, and whether its status word is a known one. Before 2014 there was no status, only flags.
    fn state(&self) -> (AttemptState, bool) {
        match (self.status, self.paid) {
            (Some(status), _) => self.mapped(status).map_or((AttemptState::Unknown, false), |state| (state, true)),
            (None, Some(true)) => (self.succeeded(), true),
            (None, Some(false)) if self.has_failure => (AttemptState::Failed, true),
            (None, _) => (AttemptState::Unknown, true),
        }
    }

    fn mapped(&self, status: &str) -> Option<AttemptState> {
        let row = |when| crosswalk::CHARGE.iter().find(|row| row.0 == status && row.1 == when).map(|row| row.2);
        let blocked = || row(When::Blocked).filter(|_| self.blocked);
        blocked().or_else(|| row(When::Always)).or_else(|| row(When::Captured).map(|_| self.succeeded()))
    }

    fn succeeded(&self) -> AttemptState {
        let captured = self.captured.unwrap_or(self.amount_captured != Some(0));
        if captured && self.paid == Some(false) {
            return AttemptState::Unknown; // succeeded and not paid: it contradicts itself
        }
        if captured && self.amount_captured == Some(0) && self.amount > 0 {
            return AttemptState::Unknown; // captured, and nothing of it
        }
        let when = match (captured, self.refunded) {
            (true, _) => When::Captured,
            (false, Some(true)) => When::Released,
            (false, _) => When::Held,
        };
        let row = crosswalk::CHARGE.iter().find(|row| row.0 == "succeeded" && row.1 == when);
        row.map_or(AttemptState::Unknown, |row| row.2)
    }
}

impl Stripe<'_> {
    pub(super) fn charge(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let charge = Charge::read(record, path, self.notes)?;
        let texts = [charge.id, charge.payment_intent, charge.description];
        self.store.interner.expect(texts.into_iter().flatten().filter_map(Value::plain_bytes));
        let id = self.record_id(charge.id, path)?;
        let amount = self.record_amount(charge.amount, path)?;
        let currency = self.record_currency(charge.currency, path)?;
        let created = Field::new(charge.created, path, "created").seconds(self.notes)?.or(self.parent.created);
        let Some(created) = created else { return Err(Field::new(None, path, "created").missing(self.notes)) };
        let status = Field::new(charge.status, path, "status").word(self.notes)?;
        let (verdict, verdict_reason) = self.outcome(charge.outcome, path)?;
        let failure_code = self.text(charge.failure_code, path, "failure_code");
        let amount_captured = Field::new(charge.amount_captured, path, "amount_captured").amount(self.notes)?;
        let facts = Facts {
            status: status.as_deref(),
            paid: Field::new(charge.paid, path, "paid").flag(self.notes)?,
            captured: Field::new(charge.captured, path, "captured").flag(self.notes)?,
            refunded: Field::new(charge.refunded, path, "refunded").flag(self.notes)?,
            blocked: verdict,
            has_failure: failure_code.is_some(),
            amount,
            amount_captured,
        };
        let (state, known) = facts.state();
        let returned = Field::new(charge.amount_refunded, path, "amount_refunded").amount(self.notes)?;
        let (payment, payment_object) = self.reference(&Field::new(charge.payment_intent, path, "payment_intent"))?;
        let (customer, customer_object) = self.reference(&Field::new(charge.customer, path, "customer"))?;
        let disputed = Field::new(charge.disputed, path, "disputed").flag(self.notes)?;
        let dispute_field = Field::new(charge.dispute, path, "dispute");
        let (dispute, dispute_object) = self.reference(&dispute_field)?;
        let disputed = disputed == Some(true) || dispute.is_some() || dispute_object.is_some();
        let mode = self.mode(charge.livemode, path)?;
        let raw_status = self.raw_status(status.as_deref(), known, path);
        let mut identifiers = Vec::with_capacity(4);
        let contact = self.billing(charge.billing_details, path, &mut identifiers);
        let (method, holder) = self.method(&charge, path);
        self.email_field(charge.receipt_email, path, "receipt_email", &mut identifiers);
        let description = self.description(charge.description, path, &mut identifiers);
        if let Some(value) = method.fingerprint {
            identifiers.push(Identifier { kind: IdentifierKind::Card, field: IdentifierField::Fingerprint, value });
        }
        let captured = match state {
            AttemptState::Captured => amount_captured.unwrap_or(amount),
            _ => 0,
        };
        let attempt = Attempt {
            payment: payment.or(self.parent.payment),
            state,
            raw_status,
            captured,
            returned: if state == AttemptState::Captured { returned.unwrap_or(0) } else { 0 },
            customer,
            contact: Contact { name: contact.name.or(holder), ..contact },
            description,
            method,
            identifiers: identifiers.into_boxed_slice(),
            disputed,
            order: self.order_of(charge.metadata, path),
            metadata: self.metadata(charge.metadata, path, "metadata"),
            receipt: self.url(charge.receipt_url, path, "receipt_url"),
            dispute,
            failure: [failure_code, verdict_reason],
            ..Attempt::new(self.head(id, None), mode, created, amount, currency)
        };
        self.context.mode = mode;
        let parent = Parent { charge: Some(id), payment: attempt.payment, created: None, currency: Some(currency) };
        let mut upsert = self.keep(attempt, path);
        upsert = upsert.or(self.refunds_of(charge.refunds, path, parent));
        if let Some(object) = dispute_object {
            upsert = upsert.or(self.nested(object, dispute_field.path(), parent));
        }
        if let Some(object) = payment_object {
            upsert = upsert.or(self.nested(object, &path.key("payment_intent"), Parent::default()));
        }
        if let Some(object) = customer_object {
            upsert = upsert.or(self.nested(object, &path.key("customer"), Parent::default()));
        }
        Ok(upsert)
    }

    /// Refunds listed inside the charge: a list object now, a plain array before 2014.
    fn refunds_of(&mut self, refunds: Option<Value<'_>>, path: &Path<'_>, parent: Parent) -> Upsert {
        let mut upsert = Upsert::Unchanged;
        let Some(refunds) = refunds else { return upsert };
        let refunds_path = path.key("refunds");
        let data_path = refunds_path.key("data");
        let (list, list_path) = match refunds.get(b"data") {
            Ok(Some(data)) => (data, &data_path),
            _ => (refunds, &refunds_path),
        };
        for (index, refund) in list.items().enumerate() {
            let refund_path = list_path.index(index);
            match refund {
                Ok(refund) => upsert = upsert.or(self.nested(refund, &refund_path, parent)),
                Err(code) => self.notes.warn(&refund_path, code),
            }
        }
        upsert
    }

    /// Whether the gateway's own rules blocked the charge, and the reason that the outcome gives.
    fn outcome(&mut self, outcome: Option<Value<'_>>, path: &Path<'_>) -> Result<(bool, Option<Sym>), Reject> {
        let Some(outcome) = Field::new(outcome, path, "outcome").object() else { return Ok((false, None)) };
        let path = path.key("outcome");
        let outcome = Verdict::read(outcome, &path, self.notes)?;
        let kind = Field::new(outcome.kind, &path, "type").text(self.notes);
        Ok((kind.as_deref() == Some("blocked"), self.text(outcome.reason, &path, "reason")))
    }

    fn billing(&mut self, details: Option<Value<'_>>, path: &Path<'_>, found: &mut Vec<Identifier>) -> Contact {
        let field = Field::new(details, path, "billing_details");
        let Some(details) = field.object() else { return Contact::default() };
        let Some(billing) = self.part(|this| Billing::read(details, field.path(), this.notes)) else {
            return Contact::default();
        };
        let path = field.path();
        let email = self.email_field(billing.email, path, "email", found);
        let phone = self.phone(billing.phone, path, "phone", IdentifierField::BillingPhone, found);
        let name = self.free_text(billing.name, path, "name");
        Contact { name, email, phone, country: self.country(billing.address, path, "address") }
    }

    /// An e-mail of its own field: its identifier, and the raw text for display.
    pub(super) fn email_field(
        &mut self,
        value: Option<Value<'_>>,
        path: &Path<'_>,
        key: &str,
        found: &mut Vec<Identifier>,
    ) -> Option<Sym> {
        let shown = self.text(value, path, key)?;
        let field = if key == "email" { IdentifierField::BillingEmail } else { IdentifierField::ReceiptEmail };
        if let Some(value) = identity::normal_of(&mut self.store.interner, IdentifierKind::Email, shown) {
            found.push(Identifier { kind: IdentifierKind::Email, field, value });
        }
        Some(shown)
    }

    /// A description: kept, and read for addresses, since the published rule counts those in it.
    pub(super) fn description(
        &mut self,
        value: Option<Value<'_>>,
        path: &Path<'_>,
        found: &mut Vec<Identifier>,
    ) -> Option<Sym> {
        let text = Field::new(value, path, "description").text(self.notes)?;
        // Nobody names more people than that in a description.
        for address in identity::emails_in(&text).take(MOST_ADDRESSES) {
            let value = self.store.interner.intern(&address);
            let identifier = Identifier { kind: IdentifierKind::Email, field: IdentifierField::Description, value };
            if !found.contains(&identifier) {
                found.push(identifier);
            }
        }
        Some(self.keep_free_text(&text, &path.key("description")))
    }

    /// How the charge paid, and the holder's name that old shapes keep on the card. A method that cannot be read is none.
    fn method(&mut self, charge: &Charge<'_>, path: &Path<'_>) -> (Method, Option<Sym>) {
        let none = (Method::default(), None);
        let field = Field::new(charge.payment_method_details, path, "payment_method_details");
        let Some(details) = field.object() else {
            let key = if charge.card.is_some() { "card" } else { "source" };
            let field = Field::new(charge.card.or(charge.source), path, key);
            return field.object().map_or(none, |old| self.old_method(old, field.path(), key));
        };
        let path = field.path();
        let Some(outer) = self.part(|this| Details::read(details, path, this.notes)) else { return none };
        let Some(kind) = Field::new(outer.kind, path, "type").text(self.notes) else { return none };
        let inner = if &*kind == "card" { outer.card } else { details.get(kind.as_bytes()).ok().flatten() };
        let inner_field = Field::new(inner, path, &kind);
        let mut method = Method { kind: Some(self.store.interner.intern(&kind)), ..Method::default() };
        let Some(inner) = inner_field.object() else { return (method, None) };
        let path = inner_field.path();
        let Some(inner) = self.part(|this| Details::read(inner, path, this.notes)) else { return (method, None) };
        self.fill(&mut method, &inner, path);
        (method, None)
    }

    /// `card` (until 2015) or `source` (until 2019): a card, a bank account, or a Source that holds one by its type.
    fn old_method(&mut self, old: Value<'_>, path: &Path<'_>, key: &str) -> (Method, Option<Sym>) {
        let Some(details) = self.part(|this| Details::read(old, path, this.notes)) else {
            return (Method::default(), None);
        };
        let object = Field::new(details.object, path, "object").text(self.notes);
        let mut method = Method::default();
        let holder = self.free_text(details.name, path, "name");
        if object.as_deref() == Some("source") {
            let Some(kind) = Field::new(details.kind, path, "type").text(self.notes) else { return (method, holder) };
            method.kind = Some(self.store.interner.intern(&kind));
            let inner_field = Field::new(old.get(kind.as_bytes()).ok().flatten(), path, &kind);
            if let Some(inner) = inner_field.object()
                && let Some(inner) = self.part(|this| Details::read(inner, inner_field.path(), this.notes))
            {
                self.fill(&mut method, &inner, inner_field.path());
            }
            return (method, holder);
        }
        let kind = if key == "card" { "card" } else { object.as_deref().unwrap_or("card") };
        method.kind = Some(self.store.interner.intern(kind));
        self.fill(&mut method, &details, path);
        // The oldest cards call their brand `type`.
        method.brand = method.brand.or_else(|| self.text(details.kind, path, "type"));
        (method, holder)
    }

    fn fill(&mut self, method: &mut Method, details: &Details<'_>, path: &Path<'_>) {
        method.fingerprint = self.text(details.fingerprint, path, "fingerprint");
        method.brand = self.text(details.brand, path, "brand");
        method.last4 = self.text(details.last4, path, "last4");
        let wallet = Field::new(details.wallet, path, "wallet");
        let kind = wallet.object().and_then(|wallet| wallet.get(b"type").ok().flatten());
        method.wallet = self.text(kind, wallet.path(), "type");
    }
}
