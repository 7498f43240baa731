//! What stands beside payments: subscriptions, invoices, early fraud warnings, reviews, balance transactions.

use super::Stripe;
use crate::json::value::Value;
use crate::ledger::intern::Sym;
use crate::ledger::record::{Annex, RecordKind};
use crate::source::{Field, Path, Read, Reject, members};

members!(Subscription {
    id = "id",
    cancel_at = "cancel_at",
    cancel_at_period_end = "cancel_at_period_end",
    created = "created",
    currency = "currency",
    current_period_end = "current_period_end",
    customer = "customer",
    items = "items",
    latest_invoice = "latest_invoice",
    livemode = "livemode",
    status = "status",
});
members!(Invoice {
    id = "id",
    amount_due = "amount_due",
    charge = "charge",
    created = "created",
    currency = "currency",
    customer = "customer",
    due_date = "due_date",
    hosted = "hosted_invoice_url",
    livemode = "livemode",
    number = "number",
    parent = "parent",
    payment_intent = "payment_intent",
    payments = "payments",
    status = "status",
    subscription = "subscription",
    total = "total",
});
members!(FraudWarning {
    id = "id",
    actionable = "actionable",
    charge = "charge",
    created = "created",
    fraud_type = "fraud_type",
    livemode = "livemode",
    payment_intent = "payment_intent",
});
members!(Review {
    id = "id",
    charge = "charge",
    closed_reason = "closed_reason",
    created = "created",
    livemode = "livemode",
    open = "open",
    payment_intent = "payment_intent",
    reason = "reason",
});
members!(BalanceTransaction {
    id = "id",
    amount = "amount",
    available_on = "available_on",
    created = "created",
    currency = "currency",
    fee = "fee",
    kind = "type",
    source = "source",
    status = "status",
});

/// Statuses of a subscription that will charge no more.
const ENDED: [&str; 2] = ["canceled", "incomplete_expired"];
/// Statuses of an invoice that nobody has to pay any more.
const SETTLED: [&str; 3] = ["paid", "void", "uncollectible"];

fn member<'a>(object: Option<Value<'a>>, key: &[u8]) -> Option<Value<'a>> {
    object?.get(key).ok().flatten()
}

impl Stripe<'_> {
    fn annex(
        &mut self,
        kind: RecordKind,
        id: Option<Value<'_>>,
        created: Option<Value<'_>>,
        livemode: Option<Value<'_>>,
        path: &Path<'_>,
    ) -> Result<Annex, Reject> {
        let id = self.record_id(id, path)?;
        Ok(Annex {
            mode: self.mode(livemode, path)?,
            created: Field::new(created, path, "created").seconds(self.notes)?,
            ..Annex::new(self.head(id, None), kind)
        })
    }

    fn id_of(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<Option<Sym>, Reject> {
        Ok(self.reference(&Field::new(value, path, key))?.0)
    }

    /// An amount that may be negative, as balance movements and credited invoices are: without its sign.
    fn magnitude(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<Option<i64>, Reject> {
        let amount = Field::new(value, path, key).decimal(0, self.notes)?;
        Ok(amount.map(i64::abs))
    }

    pub(super) fn subscription(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let of = Subscription::read(record, path, self.notes)?;
        let mut annex = self.annex(RecordKind::Subscription, of.id, of.created, of.livemode, path)?;
        annex.raw_status = self.text(of.status, path, "status");
        annex.active = annex.raw_status.map(|status| !ENDED.contains(&&*self.store.interner.get(status)));
        annex.currency = self.currency(of.currency, path)?;
        annex.customer = self.id_of(of.customer, path, "customer")?;
        annex.other = self.id_of(of.latest_invoice, path, "latest_invoice")?;
        // Since 2025 the period stands on the items.
        let items = of.items.and_then(|items| items.get(b"data").ok().flatten());
        let first = items.and_then(|items| items.items().next()).and_then(Result::ok);
        let on_item = first.and_then(|item| item.get(b"current_period_end").ok().flatten());
        let end = of.current_period_end.or(on_item);
        annex.until = Field::new(end, path, "current_period_end").seconds(self.notes)?;
        let price = first.and_then(|item| item.get(b"price").ok().flatten());
        let product = price.and_then(|price| price.get(b"product").ok().flatten());
        annex.reason = self.id_of(product, path, "product")?;
        // What several items come to, only the invoice says.
        let has_more = items.is_some_and(|items| items.items().nth(1).is_some());
        let price = price.filter(|_| !has_more);
        let unit = price.and_then(|price| price.get(b"unit_amount").ok().flatten());
        let unit = Field::new(unit, path, "unit_amount").amount(self.notes)?;
        let quantity = Field::new(member(first, b"quantity"), path, "quantity").amount(self.notes)?;
        annex.amount = unit.and_then(|unit| unit.checked_mul(quantity.unwrap_or(1)));
        let ending = Field::new(of.cancel_at_period_end, path, "cancel_at_period_end").flag(self.notes)?;
        let cancel_at = Field::new(of.cancel_at, path, "cancel_at").seconds(self.notes)?;
        annex.ending = if cancel_at.is_some() { Some(true) } else { ending };
        Ok(self.keep(annex, path))
    }

    pub(super) fn invoice(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let of = Invoice::read(record, path, self.notes)?;
        let mut annex = self.annex(RecordKind::Invoice, of.id, of.created, of.livemode, path)?;
        annex.raw_status = self.text(of.status, path, "status");
        annex.active = annex.raw_status.map(|status| !SETTLED.contains(&&*self.store.interner.get(status)));
        annex.currency = self.currency(of.currency, path)?;
        annex.amount = self.magnitude(of.total.or(of.amount_due), path, "total")?;
        annex.customer = self.id_of(of.customer, path, "customer")?;
        // Since 2025 an invoice has a list of payments, and its subscription stands in its parent.
        let first = member(of.payments, b"data").and_then(|payments| payments.items().next()).and_then(Result::ok);
        let paid_by = of.payment_intent.or(member(member(first, b"payment"), b"payment_intent"));
        let payment = self.id_of(paid_by, path, "payment_intent")?;
        annex.payment = payment.or(self.id_of(of.charge, path, "charge")?);
        let subscription = member(member(of.parent, b"subscription_details"), b"subscription");
        annex.other = self.id_of(of.subscription.or(subscription), path, "subscription")?;
        annex.reason = self.text(of.number, path, "number");
        annex.page = self.url(of.hosted, path, "hosted_invoice_url");
        annex.until = Field::new(of.due_date, path, "due_date").seconds(self.notes)?;
        Ok(self.keep(annex, path))
    }

    pub(super) fn fraud_warning(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let of = FraudWarning::read(record, path, self.notes)?;
        let mut annex = self.annex(RecordKind::EarlyFraudWarning, of.id, of.created, of.livemode, path)?;
        annex.active = Field::new(of.actionable, path, "actionable").flag(self.notes)?;
        let payment = self.id_of(of.payment_intent, path, "payment_intent")?;
        annex.payment = payment.or(self.id_of(of.charge, path, "charge")?);
        annex.reason = self.text(of.fraud_type, path, "fraud_type");
        Ok(self.keep(annex, path))
    }

    pub(super) fn review(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let of = Review::read(record, path, self.notes)?;
        let mut annex = self.annex(RecordKind::Review, of.id, of.created, of.livemode, path)?;
        annex.active = Field::new(of.open, path, "open").flag(self.notes)?;
        let payment = self.id_of(of.payment_intent, path, "payment_intent")?;
        annex.payment = payment.or(self.id_of(of.charge, path, "charge")?);
        annex.raw_status = self.text(of.closed_reason, path, "closed_reason");
        annex.reason = self.text(of.reason, path, "reason");
        Ok(self.keep(annex, path))
    }

    pub(super) fn balance_transaction(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let of = BalanceTransaction::read(record, path, self.notes)?;
        let mut annex = self.annex(RecordKind::BalanceTransaction, of.id, of.created, None, path)?;
        annex.raw_status = self.text(of.status, path, "status");
        annex.currency = self.currency(of.currency, path)?;
        annex.amount = self.magnitude(of.amount, path, "amount")?;
        annex.fee = self.magnitude(of.fee, path, "fee")?;
        annex.payment = self.id_of(of.source, path, "source")?;
        annex.reason = self.text(of.kind, path, "type");
        annex.until = Field::new(of.available_on, path, "available_on").seconds(self.notes)?;
        Ok(self.keep(annex, path))
    }
}
