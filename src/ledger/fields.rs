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
    /// A text of which there are few: many records say the same.
    fn few(&mut self, name: &'static str, value: &mut Option<Sym>) {
        self.text(name, value);
    }
    /// Minor units.
    fn amount(&mut self, name: &'static str, need: Need, value: &mut Option<i64>);
    /// UTC seconds.
    fn time(&mut self, name: &'static str, need: Need, value: &mut Option<i64>);
    /// Yes or no; no where it is not said.
    fn flag(&mut self, name: &'static str, value: &mut bool);
    /// Yes, no, or not said.
    fn maybe(&mut self, name: &'static str, value: &mut Option<bool>);
    /// One of a closed list of words, by its place: what it is now, and what it becomes if somebody sets it.
    fn word(&mut self, name: &'static str, words: &'static [&'static str], now: usize) -> Option<usize>;
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
    fn word(&mut self, _: &'static str, _: &'static [&'static str], _: usize) -> Option<usize> {
        None
    }
    fn currency(&mut self, _: &'static str, _: Need, _: &mut Option<Currency>) {}
}

/// A record whose fields can be gone over. The head is not among them.
pub trait Fields {
    /// What the canonical JSON calls such a record.
    const NAME: &'static str;
    /// Visits every field, always in the same order. For who does it all the time, an instance of its own is made.
    fn visit_by<V: Visit + ?Sized>(&mut self, visit: &mut V);
    /// The same, of which one instance serves all.
    fn visit(&mut self, visit: &mut dyn Visit) {
        self.visit_by(visit);
    }
}

#[inline(always)]
fn text<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Option<Sym>) {
    visit.text(name, value);
}

/// A text of which there are few.
#[inline(always)]
fn few<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Option<Sym>) {
    visit.few(name, value);
}

/// A text that people write.
#[inline(always)]
fn free<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Option<Sym>) {
    visit.free(name, value);
}

#[inline(always)]
fn texts<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Box<[Sym]>) {
    visit.texts(name, value);
}

#[inline(always)]
fn identifiers<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Box<[Identifier]>) {
    visit.identifiers(name, value);
}

#[inline(always)]
fn url<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Url) {
    visit.url(name, value);
}

#[inline(always)]
fn metadata<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Option<Sym>) {
    visit.metadata(name, value);
}

#[inline(always)]
fn flag<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut bool) {
    visit.flag(name, value);
}

#[inline(always)]
fn maybe<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Option<bool>) {
    visit.maybe(name, value);
}

#[inline(always)]
fn amount_or_none<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Option<i64>) {
    visit.amount(name, Need::Optional, value);
}

#[inline(always)]
fn amount<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut i64) {
    let mut inner = Some(*value);
    visit.amount(name, Need::Required, &mut inner);
    *value = inner.unwrap_or(0);
}

/// An amount that is zero where it is not given.
#[inline(always)]
fn amount_or_zero<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut i64) {
    let mut inner = Some(*value);
    visit.amount(name, Need::Optional, &mut inner);
    *value = inner.unwrap_or(0);
}

#[inline(always)]
fn time_or_none<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Option<i64>) {
    visit.time(name, Need::Optional, value);
}

#[inline(always)]
fn time<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut i64) {
    let mut inner = Some(*value);
    visit.time(name, Need::Required, &mut inner);
    *value = inner.unwrap_or(0);
}

#[inline(always)]
fn currency_or_none<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Option<Currency>) {
    visit.currency(name, Need::Optional, value);
}

#[inline(always)]
fn currency<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Currency) {
    let mut inner = Some(*value);
    visit.currency(name, Need::Required, &mut inner);
    *value = inner.unwrap_or(*value);
}

#[inline(always)]
fn word<V: Visit + ?Sized, W: Word>(visit: &mut V, name: &'static str, value: &mut W) {
    if let Some(set) = visit.word(name, W::LIST, value.place()).and_then(W::at) {
        *value = set;
    }
}

#[inline(always)]
fn mode<V: Visit + ?Sized>(visit: &mut V, name: &'static str, value: &mut Mode) {
    let mut live = value.livemode();
    visit.maybe(name, &mut live);
    *value = Mode::of(live);
}

macro_rules! fields {
    ($record:ident as $name:literal, $of:ident {
        $($kind:ident $key:literal = $root:ident $(. $place:ident)+ $([$index:literal])?),+ $(,)?
    }) => {
        impl Fields for $record {
            const NAME: &'static str = $name;
            fn visit_by<V: Visit + ?Sized>(&mut self, visit: &mut V) {
                let $of = self;
                $($kind(visit, $key, &mut $root $(. $place)+ $([$index])?);)+
            }
        }
    };
}

fields!(Attempt as "attempt", of {
    text "payment" = of.payment,
    time "createdAt" = of.created,
    mode "livemode" = of.mode,
    word "state" = of.state,
    few "rawStatus" = of.raw_status,
    amount "amount" = of.amount,
    amount_or_zero "captured" = of.captured,
    amount_or_zero "returned" = of.returned,
    flag "returnedUnknown" = of.returned_unknown,
    currency "currency" = of.currency,
    text "customer" = of.customer,
    free "name" = of.contact.name,
    text "email" = of.contact.email,
    text "phone" = of.contact.phone,
    few "country" = of.contact.country,
    free "description" = of.description,
    few "method" = of.method.kind,
    text "fingerprint" = of.method.fingerprint,
    few "brand" = of.method.brand,
    text "last4" = of.method.last4,
    few "wallet" = of.method.wallet,
    identifiers "identifiers" = of.identifiers,
    flag "disputed" = of.disputed,
    text "dispute" = of.dispute,
    few "failureCode" = of.failure[0],
    few "failureReason" = of.failure[1],
    text "order" = of.order,
    texts "references" = of.references,
    flag "byHand" = of.by_hand,
    text "parent" = of.parent,
    text "transaction" = of.transaction,
    metadata "metadata" = of.metadata,
    text "subscription" = of.subscription,
    url "receiptUrl" = of.receipt,
    url "invoiceUrl" = of.invoice,
});

fields!(Intent as "payment", of {
    time "createdAt" = of.created,
    mode "livemode" = of.mode,
    word "state" = of.state,
    few "rawStatus" = of.raw_status,
    amount "amount" = of.amount,
    amount_or_zero "captured" = of.received,
    amount_or_none "returned" = of.returned,
    flag "returnedUnknown" = of.returned_unknown,
    flag "keepsSums" = of.keeps_sums,
    currency "currency" = of.currency,
    text "customer" = of.customer,
    free "description" = of.description,
    texts "attempts" = of.attempts,
    identifiers "identifiers" = of.identifiers,
    flag "failed" = of.failed,
    few "failureCode" = of.failure[0],
    few "failureReason" = of.failure[1],
    text "order" = of.order,
    metadata "metadata" = of.metadata,
});

fields!(Refund as "refund", of {
    text "attempt" = of.attempt,
    text "payment" = of.payment,
    time_or_none "createdAt" = of.created,
    amount "amount" = of.amount,
    currency_or_none "currency" = of.currency,
    flag "thousandths" = of.thousandths,
    word "status" = of.status,
    text "rawStatus" = of.raw_status,
    flag "asCredit" = of.as_credit,
    free "reason" = of.reason,
    text "failureReason" = of.failure_reason,
});

fields!(Dispute as "dispute", of {
    text "attempt" = of.attempt,
    text "payment" = of.payment,
    time_or_none "createdAt" = of.created,
    amount "amount" = of.amount,
    currency_or_none "currency" = of.currency,
    word "state" = of.state,
    text "rawStatus" = of.raw_status,
    free "reason" = of.reason,
    flag "arbitration" = of.arbitration,
    maybe "isPaymentRefundable" = of.refundable,
    time_or_none "dueBy" = of.due_by,
});

fields!(Customer as "customer", of {
    time_or_none "createdAt" = of.created,
    mode "livemode" = of.mode,
    free "name" = of.contact.name,
    text "email" = of.contact.email,
    text "phone" = of.contact.phone,
    text "country" = of.contact.country,
    flag "deleted" = of.deleted,
    metadata "metadata" = of.metadata,
    texts "tags" = of.tags,
});

fields!(Session as "checkout", of {
    text "payment" = of.payment,
    text "customer" = of.customer,
    free "name" = of.contact.name,
    text "email" = of.contact.email,
    text "phone" = of.contact.phone,
    text "country" = of.contact.country,
    flag "done" = of.done,
});

fields!(Order as "order", of {
    time "createdAt" = of.created,
    mode "livemode" = of.mode,
    text "number" = of.name,
    word "state" = of.state,
    text "rawStatus" = of.raw_status,
    amount "amount" = of.amount,
    currency "currency" = of.currency,
    text "customer" = of.customer,
    free "name" = of.contact.name,
    text "email" = of.contact.email,
    text "phone" = of.contact.phone,
    text "country" = of.contact.country,
    identifiers "identifiers" = of.identifiers,
    metadata "metadata" = of.metadata,
    texts "tags" = of.tags,
    url "url" = of.page,
});

fields!(Annex as "annex", of {
    word "kind" = of.kind,
    time_or_none "createdAt" = of.created,
    mode "livemode" = of.mode,
    text "rawStatus" = of.raw_status,
    maybe "active" = of.active,
    amount_or_none "amount" = of.amount,
    amount_or_none "fee" = of.fee,
    amount_or_none "balanceBefore" = of.before,
    amount_or_none "balance" = of.balance,
    maybe "credit" = of.credit,
    currency_or_none "currency" = of.currency,
    text "customer" = of.customer,
    text "payment" = of.payment,
    text "other" = of.other,
    text "reason" = of.reason,
    time_or_none "until" = of.until,
    maybe "ending" = of.ending,
    url "url" = of.page,
});
