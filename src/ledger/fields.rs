//! The fields of every record, declared once.
//!
//! From this one list come the digest that orders versions, the canonical JSON that is written, the canonical JSON that is
//! read, and its published schema.

use super::intern::Sym;
use super::record::{Annex, Attempt, Customer, Intent, Mode, Order, Session, Url};
use super::reversal::{Dispute, Refund};
use crate::identity::Identifier;
use crate::money::Currency;
use crate::word::Word;

/// Whether a record makes sense without a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// It does.
    Optional,
    /// It does not.
    Required,
}

/// Goes over the fields of a record: sums them up, writes them, or sets them.
pub trait Visit {
    /// A text, kept once.
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>);
    /// Minor units.
    fn amount(&mut self, name: &'static str, need: Need, value: &mut Option<i64>);
    /// UTC seconds.
    fn time(&mut self, name: &'static str, need: Need, value: &mut Option<i64>);
    /// Yes or no; no where it is not said.
    fn flag(&mut self, name: &'static str, value: &mut bool);
    /// Yes, no, or not said.
    fn maybe(&mut self, name: &'static str, value: &mut Option<bool>);
    /// One of a closed list of words: what it is now, and what it becomes if somebody sets it.
    fn word(&mut self, name: &'static str, words: &'static [&'static str], now: &'static str) -> Option<&'static str>;
    /// A currency.
    fn currency(&mut self, name: &'static str, need: Need, value: &mut Option<Currency>);
    /// Several texts.
    fn texts(&mut self, name: &'static str, value: &mut Box<[Sym]>);
    /// What may identify the payer.
    fn identifiers(&mut self, name: &'static str, value: &mut Box<[Identifier]>);
    /// A text that people write: it may have a card number in it.
    fn free(&mut self, name: &'static str, value: &mut Option<Sym>) {
        self.text(name, value);
    }
    /// The address of a page.
    fn url(&mut self, name: &'static str, value: &mut Url);
    /// Keys and values that the merchant wrote, as one text: see [`super::metadata`].
    fn metadata(&mut self, name: &'static str, value: &mut Option<Sym>) {
        self.text(name, value);
    }
}

/// Takes texts out of a record. Its amounts, times and states stay.
pub trait Remove {
    /// A text.
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>);
    /// Several texts.
    fn texts(&mut self, value: &mut Box<[Sym]>);
    /// What may identify the payer.
    fn identifiers(&mut self, value: &mut Box<[Identifier]>);
    /// The address of a page.
    fn url(&mut self, value: &mut Url);
}

impl<R: Remove> Visit for R {
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        Remove::text(self, name, value);
    }
    fn texts(&mut self, _: &'static str, value: &mut Box<[Sym]>) {
        Remove::texts(self, value);
    }
    fn identifiers(&mut self, _: &'static str, value: &mut Box<[Identifier]>) {
        Remove::identifiers(self, value);
    }
    fn url(&mut self, _: &'static str, value: &mut Url) {
        Remove::url(self, value);
    }
    fn amount(&mut self, _: &'static str, _: Need, _: &mut Option<i64>) {}
    fn time(&mut self, _: &'static str, _: Need, _: &mut Option<i64>) {}
    fn flag(&mut self, _: &'static str, _: &mut bool) {}
    fn maybe(&mut self, _: &'static str, _: &mut Option<bool>) {}
    fn word(&mut self, _: &'static str, _: &'static [&'static str], _: &'static str) -> Option<&'static str> {
        None
    }
    fn currency(&mut self, _: &'static str, _: Need, _: &mut Option<Currency>) {}
}

/// A record whose fields can be gone over. The head is not among them.
pub trait Fields {
    /// What the canonical JSON calls such a record.
    const NAME: &'static str;
    /// Visits every field, always in the same order.
    fn visit(&mut self, visit: &mut dyn Visit);
}

fn text(visit: &mut dyn Visit, name: &'static str, value: &mut Option<Sym>) {
    visit.text(name, value);
}

/// A text that people write.
fn free(visit: &mut dyn Visit, name: &'static str, value: &mut Option<Sym>) {
    visit.free(name, value);
}

fn texts(visit: &mut dyn Visit, name: &'static str, value: &mut Box<[Sym]>) {
    visit.texts(name, value);
}

fn identifiers(visit: &mut dyn Visit, name: &'static str, value: &mut Box<[Identifier]>) {
    visit.identifiers(name, value);
}

fn url(visit: &mut dyn Visit, name: &'static str, value: &mut Url) {
    visit.url(name, value);
}

fn metadata(visit: &mut dyn Visit, name: &'static str, value: &mut Option<Sym>) {
    visit.metadata(name, value);
}

fn flag(visit: &mut dyn Visit, name: &'static str, value: &mut bool) {
    visit.flag(name, value);
}

fn maybe(visit: &mut dyn Visit, name: &'static str, value: &mut Option<bool>) {
    visit.maybe(name, value);
}

fn amount_or_none(visit: &mut dyn Visit, name: &'static str, value: &mut Option<i64>) {
    visit.amount(name, Need::Optional, value);
}

fn amount(visit: &mut dyn Visit, name: &'static str, value: &mut i64) {
    let mut inner = Some(*value);
    visit.amount(name, Need::Required, &mut inner);
    *value = inner.unwrap_or(0);
}

/// An amount that is zero where it is not given.
fn amount_or_zero(visit: &mut dyn Visit, name: &'static str, value: &mut i64) {
    let mut inner = Some(*value);
    visit.amount(name, Need::Optional, &mut inner);
    *value = inner.unwrap_or(0);
}

fn time_or_none(visit: &mut dyn Visit, name: &'static str, value: &mut Option<i64>) {
    visit.time(name, Need::Optional, value);
}

fn time(visit: &mut dyn Visit, name: &'static str, value: &mut i64) {
    let mut inner = Some(*value);
    visit.time(name, Need::Required, &mut inner);
    *value = inner.unwrap_or(0);
}

fn currency_or_none(visit: &mut dyn Visit, name: &'static str, value: &mut Option<Currency>) {
    visit.currency(name, Need::Optional, value);
}

fn currency(visit: &mut dyn Visit, name: &'static str, value: &mut Currency) {
    let mut inner = Some(*value);
    visit.currency(name, Need::Required, &mut inner);
    *value = inner.unwrap_or(*value);
}

fn word<W: Word>(visit: &mut dyn Visit, name: &'static str, value: &mut W) {
    if let Some(set) = visit.word(name, W::LIST, value.text()).and_then(W::of) {
        *value = set;
    }
}

fn mode(visit: &mut dyn Visit, name: &'static str, value: &mut Mode) {
    let mut live = value.livemode();
    visit.maybe(name, &mut live);
    *value = Mode::of(live);
}

macro_rules! fields {
    ($record:ident as $name:literal { $($kind:ident $key:literal = $($place:ident).+ $([$index:literal])?),+ $(,)? }) => {
        impl Fields for $record {
            const NAME: &'static str = $name;
            fn visit(&mut self, visit: &mut dyn Visit) {
                $($kind(visit, $key, &mut self.$($place).+ $([$index])?);)+
            }
        }
    };
}

fields!(Attempt as "attempt" {
    text "payment" = payment,
    time "createdAt" = created,
    mode "livemode" = mode,
    word "state" = state,
    text "rawStatus" = raw_status,
    amount "amount" = amount,
    amount_or_zero "captured" = captured,
    amount_or_zero "returned" = returned,
    flag "returnedUnknown" = returned_unknown,
    currency "currency" = currency,
    text "customer" = customer,
    free "name" = contact.name,
    text "email" = contact.email,
    text "phone" = contact.phone,
    text "country" = contact.country,
    free "description" = description,
    text "method" = method.kind,
    text "fingerprint" = method.fingerprint,
    text "brand" = method.brand,
    text "last4" = method.last4,
    text "wallet" = method.wallet,
    identifiers "identifiers" = identifiers,
    flag "disputed" = disputed,
    text "dispute" = dispute,
    text "failureCode" = failure[0],
    text "failureReason" = failure[1],
    text "order" = order,
    texts "references" = references,
    flag "byHand" = by_hand,
    text "parent" = parent,
    text "transaction" = transaction,
    metadata "metadata" = metadata,
    text "subscription" = subscription,
    url "receiptUrl" = receipt,
    url "invoiceUrl" = invoice,
});

fields!(Intent as "payment" {
    time "createdAt" = created,
    mode "livemode" = mode,
    word "state" = state,
    text "rawStatus" = raw_status,
    amount "amount" = amount,
    amount_or_zero "captured" = received,
    amount_or_none "returned" = returned,
    flag "returnedUnknown" = returned_unknown,
    flag "keepsSums" = keeps_sums,
    currency "currency" = currency,
    text "customer" = customer,
    free "description" = description,
    texts "attempts" = attempts,
    identifiers "identifiers" = identifiers,
    flag "failed" = failed,
    text "failureCode" = failure[0],
    text "failureReason" = failure[1],
    text "order" = order,
    metadata "metadata" = metadata,
});

fields!(Refund as "refund" {
    text "attempt" = attempt,
    text "payment" = payment,
    time_or_none "createdAt" = created,
    amount "amount" = amount,
    currency_or_none "currency" = currency,
    flag "thousandths" = thousandths,
    word "status" = status,
    text "rawStatus" = raw_status,
    flag "asCredit" = as_credit,
    free "reason" = reason,
    text "failureReason" = failure_reason,
});

fields!(Dispute as "dispute" {
    text "attempt" = attempt,
    text "payment" = payment,
    time_or_none "createdAt" = created,
    amount "amount" = amount,
    currency_or_none "currency" = currency,
    word "state" = state,
    text "rawStatus" = raw_status,
    free "reason" = reason,
    flag "arbitration" = arbitration,
    maybe "isPaymentRefundable" = refundable,
    time_or_none "dueBy" = due_by,
});

fields!(Customer as "customer" {
    time_or_none "createdAt" = created,
    mode "livemode" = mode,
    free "name" = contact.name,
    text "email" = contact.email,
    text "phone" = contact.phone,
    text "country" = contact.country,
    flag "deleted" = deleted,
    metadata "metadata" = metadata,
    texts "tags" = tags,
});

fields!(Session as "checkout" {
    text "payment" = payment,
    text "customer" = customer,
    free "name" = contact.name,
    text "email" = contact.email,
    text "phone" = contact.phone,
    text "country" = contact.country,
    flag "done" = done,
});

fields!(Order as "order" {
    time "createdAt" = created,
    mode "livemode" = mode,
    text "number" = name,
    word "state" = state,
    text "rawStatus" = raw_status,
    amount "amount" = amount,
    currency "currency" = currency,
    text "customer" = customer,
    free "name" = contact.name,
    text "email" = contact.email,
    text "phone" = contact.phone,
    text "country" = contact.country,
    identifiers "identifiers" = identifiers,
    metadata "metadata" = metadata,
    texts "tags" = tags,
    url "url" = page,
});

fields!(Annex as "annex" {
    word "kind" = kind,
    time_or_none "createdAt" = created,
    mode "livemode" = mode,
    text "rawStatus" = raw_status,
    maybe "active" = active,
    amount_or_none "amount" = amount,
    amount_or_none "fee" = fee,
    amount_or_none "balanceBefore" = before,
    amount_or_none "balance" = balance,
    maybe "credit" = credit,
    currency_or_none "currency" = currency,
    text "customer" = customer,
    text "payment" = payment,
    text "other" = other,
    text "reason" = reason,
    time_or_none "until" = until,
    maybe "ending" = ending,
    url "url" = page,
});
