//! Every record of the ledger as canonical JSON: what an export writes, and what can be read again with the same result.

use super::View;
use super::page::Query;
use super::shapes::Page;
use crate::error::{ErrorCode, GuestfolioError};
use crate::identity::{self, Identifier};
use crate::issue::SchemaVersion;
use crate::ledger::fields::{Need, Visit};
use crate::ledger::intern::{Interner, Sym};
use crate::ledger::metadata;
use crate::ledger::record::{Annex, Attempt, Contact, Customer, Head, Intent, Order, Session, Url};
use crate::ledger::reversal::{Dispute, Refund};
use crate::ledger::store::Store;
use crate::ledger::tables::{Record, Table};
use crate::money::Currency;
use crate::time::rfc3339;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// A value of a canonical record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum Plain {
    /// Not known.
    Null,
    /// Text, a word, a time.
    Text(String),
    /// Minor units.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Several texts.
    Texts(Vec<String>),
    /// Keys and texts; null for a value that was not kept.
    #[serde(serialize_with = "as_map")]
    Metadata(Vec<(String, Option<String>)>),
    /// What may identify the payer.
    Identifiers(Vec<PlainIdentifier>),
}

fn as_map<S: Serializer>(pairs: &[(String, Option<String>)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}

/// An identifier of a canonical record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PlainIdentifier {
    kind: &'static str,
    field: &'static str,
    value: String,
}

/// One record as canonical JSON. A member that says nothing is left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CanonicalRecord(Vec<(&'static str, Plain)>);

impl Serialize for CanonicalRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

struct Writer<'i> {
    out: Vec<(&'static str, Plain)>,
    /// Of what came by, what identifiers would be made of.
    contact: Contact,
    fingerprint: Option<Sym>,
    interner: &'i Interner,
}

impl Writer<'_> {
    fn put(&mut self, name: &'static str, text: impl Into<String>) {
        self.out.push((name, Plain::Text(text.into())));
    }
}

impl Visit for Writer<'_> {
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        match name {
            "email" => self.contact.email = *value,
            "phone" => self.contact.phone = *value,
            "fingerprint" => self.fingerprint = *value,
            _ => {}
        }
        if let Some(sym) = value {
            self.put(name, self.interner.get(*sym));
        }
    }

    fn url(&mut self, name: &'static str, value: &mut Url) {
        if let Some(page) = value {
            self.put(name, &**page);
        }
    }

    fn amount(&mut self, name: &'static str, _: Need, value: &mut Option<i64>) {
        self.out.extend(value.map(|value| (name, Plain::Number(value))));
    }

    fn time(&mut self, name: &'static str, _: Need, value: &mut Option<i64>) {
        if let Some(time) = value {
            self.put(name, rfc3339(*time));
        }
    }

    fn flag(&mut self, name: &'static str, value: &mut bool) {
        if *value {
            self.out.push((name, Plain::Flag(true)));
        }
    }

    fn maybe(&mut self, name: &'static str, value: &mut Option<bool>) {
        match value {
            Some(value) => self.out.push((name, Plain::Flag(*value))),
            // Left out, it would be what the next input is.
            None if name == "livemode" => self.out.push((name, Plain::Null)),
            None => {}
        }
    }

    fn word(&mut self, name: &'static str, words: &'static [&'static str], now: usize) -> Option<usize> {
        self.put(name, words.get(now).copied().unwrap_or_default());
        None
    }

    fn currency(&mut self, name: &'static str, _: Need, value: &mut Option<Currency>) {
        if let Some(currency) = value {
            self.put(name, currency.code());
        }
    }

    fn texts(&mut self, name: &'static str, value: &mut Box<[Sym]>) {
        if !value.is_empty() {
            let texts = value.iter().map(|&sym| self.interner.get(sym).into_owned());
            self.out.push((name, Plain::Texts(texts.collect())));
        }
    }

    fn metadata(&mut self, name: &'static str, value: &mut Option<Sym>) {
        if let Some(sym) = value {
            let text = self.interner.get(*sym);
            let pairs = metadata::pairs(&text);
            let pairs = pairs.map(|(key, value)| (key.to_owned(), value.map(str::to_owned)));
            self.out.push((name, Plain::Metadata(pairs.collect())));
        }
    }

    fn identifiers(&mut self, name: &'static str, value: &mut Box<[Identifier]>) {
        // What is left out is made of the contact data and the card: mostly that is all there is.
        let normal = |kind, raw| identity::known_normal_of(self.interner, kind, raw);
        if *self.contact.identifiers(self.fingerprint, normal) == **value {
            return;
        }
        let plain = |identifier: &Identifier| PlainIdentifier {
            kind: identifier.kind.word(),
            field: identifier.field.word(),
            value: self.interner.get(identifier.value).into_owned(),
        };
        self.out.push((name, Plain::Identifiers(value.iter().map(plain).collect())));
    }
}

fn write(
    name: &'static str,
    head: &Head,
    interner: &Interner,
    visit: &mut dyn FnMut(&mut dyn Visit),
) -> CanonicalRecord {
    let mut writer = Writer { out: Vec::with_capacity(32), contact: Contact::default(), fingerprint: None, interner };
    writer.out.push(("schemaVersion", Plain::Number(1)));
    writer.put("record", name);
    writer.put("source", head.source.word());
    let account = interner.get(head.account);
    if !account.is_empty() {
        writer.put("account", account);
    }
    writer.put("id", interner.get(head.id));
    writer.time("version", Need::Optional, &mut head.version());
    writer.flag("fromEvent", &mut head.from_event.clone());
    writer.flag("fromExport", &mut head.from_export.clone());
    visit(&mut writer);
    CanonicalRecord(writer.out)
}

/// The record with this number: those that stand, then those that stand back.
fn record<R: Record>(store: &Store, number: usize) -> Option<CanonicalRecord> {
    let (standing, rivals) = store.all::<R>();
    let mut record = match number.checked_sub(standing.count()) {
        None => standing.read(number),
        Some(rival) => rivals.read(rival),
    }?;
    let head = record.head().clone();
    Some(write(R::NAME, &head, &store.interner, &mut |visit| record.visit(visit)))
}

fn count<R: Record>(store: &Store) -> usize {
    let (standing, rivals) = store.all::<R>();
    standing.count().saturating_add(rivals.count())
}

/// How many records of a kind there are, and how to write one.
type Kind = (fn(&Store) -> usize, fn(&Store, usize) -> Option<CanonicalRecord>);

const KINDS: [Kind; 8] = [
    (count::<Customer>, record::<Customer>),
    (count::<Order>, record::<Order>),
    (count::<Intent>, record::<Intent>),
    (count::<Attempt>, record::<Attempt>),
    (count::<Refund>, record::<Refund>),
    (count::<Dispute>, record::<Dispute>),
    (count::<Session>, record::<Session>),
    (count::<Annex>, record::<Annex>),
];

impl View<'_> {
    /// A page of all records. Rows are never removed and new ones come last of their kind, so the cursor holds as long as
    /// nothing is fed between two pages.
    pub fn records_page(self, query: &Query) -> Result<Page<CanonicalRecord>, GuestfolioError> {
        let wrong = || GuestfolioError::new(ErrorCode::InvalidCursor, "/cursor", "not a cursor of this list");
        let start: usize = match query.cursor.as_deref() {
            None => 0,
            Some(cursor) => cursor.strip_prefix("r.").and_then(|number| number.parse().ok()).ok_or_else(wrong)?,
        };
        let (mut from, mut items, mut total) = (start, Vec::new(), 0_usize);
        for (count, record) in KINDS {
            let count = count(self.store);
            total = total.saturating_add(count);
            let room = query.limit.saturating_sub(items.len());
            items.extend((from..count).take(room).filter_map(|number| record(self.store, number)));
            from = from.saturating_sub(count);
        }
        if start > total {
            return Err(wrong());
        }
        let until = start.saturating_add(items.len());
        let next = (until < total).then(|| format!("r.{until}"));
        Ok(Page { schema_version: SchemaVersion::default(), items, total, next })
    }
}
