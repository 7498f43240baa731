//! guestfolio's own JSON: the neutral records themselves, for any other system, and what an export writes.
//!
//! `{"schemaVersion": 1, "record": "attempt", "id": "…", …}`; the members of each kind are declared once, in
//! [`crate::ledger::fields`], and published as a JSON Schema. `source` names the system that the record came from before, and
//! `version` is when it was true.

use super::field::key_slot;
use super::{Field, Path, Read, Reader, Reject, Source, members};
use crate::identity::{self, Identifier, IdentifierField, IdentifierKind};
use crate::issue::IssueCode;
use crate::json::value::Value;
use crate::ledger::fields::{Fields, Need, Visit};
use crate::ledger::intern::Sym;
use crate::ledger::record::{
    Annex, Attempt, Contact, Customer, Dispute, DisputeState, Head, Intent, Mode, Order, OrderState, RecordKind,
    Refund, RefundStatus, Session,
};
use crate::ledger::store::Record;
use crate::money::Currency;
use std::borrow::Cow;

/// The members of the record being read, with a cursor: what an export writes comes in the order in which it is asked for.
struct Members<'a, 'r, 's, 'p> {
    list: Vec<(Cow<'a, [u8]>, Value<'a>)>,
    /// A bit for each key by its hash: most fields that are absent are known to be so without a search.
    keys: u64,
    next: usize,
    reader: &'r mut Reader<'s>,
    path: &'p Path<'p>,
    failed: bool,
}

/// The bit of a key.
fn bit(key: &[u8]) -> u64 {
    1_u64.unbounded_shl(u32::try_from(key_slot(key, 0x9E37_79B1, 6)).unwrap_or(0))
}

impl<'a, 'p> Members<'a, '_, '_, 'p> {
    fn has(&self, name: &str) -> bool {
        self.keys & bit(name.as_bytes()) != 0 && self.list.iter().any(|(key, _)| **key == *name.as_bytes())
    }

    fn find(&mut self, name: &str) -> Option<Value<'a>> {
        if self.keys & bit(name.as_bytes()) == 0 {
            return None;
        }
        let is = |(key, _): &(Cow<'_, [u8]>, Value<'_>)| **key == *name.as_bytes();
        let at = match self.list.get(self.next).is_some_and(is) {
            true => self.next,
            false => self.list.iter().position(is)?,
        };
        self.next = at.saturating_add(1);
        self.list.get(at).map(|(_, value)| *value)
    }

    fn take<T>(&mut self, read: Result<Option<T>, Reject>, need: Need, name: &str) -> Option<T> {
        match read {
            Ok(None) if need == Need::Required => {
                self.missing(name);
                None
            }
            Ok(value) => value,
            Err(Reject) => {
                self.failed = true;
                None
            }
        }
    }

    fn missing(&mut self, name: &str) {
        let Reject = self.reader.notes.reject(&self.path.key(name), IssueCode::MissingField);
        self.failed = true;
    }
}

impl Visit for Members<'_, '_, '_, '_> {
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        let found = self.find(name);
        let text = Field::new(found, self.path, name).word(self.reader.notes);
        let text = self.take(text, Need::Optional, name);
        *value = text.map(|text| self.reader.keep_text(&text));
    }

    fn amount(&mut self, name: &'static str, need: Need, value: &mut Option<i64>) {
        let found = self.find(name);
        let amount = Field::new(found, self.path, name).amount(self.reader.notes);
        *value = self.take(amount, need, name);
    }

    fn time(&mut self, name: &'static str, need: Need, value: &mut Option<i64>) {
        let found = self.find(name);
        let field = Field::new(found, self.path, name);
        let time = match found.and_then(Value::number) {
            Some(_) => field.seconds(self.reader.notes),
            None => field.time(self.reader.notes),
        };
        *value = self.take(time, need, name);
    }

    fn flag(&mut self, name: &'static str, value: &mut bool) {
        let mut flag = None;
        self.maybe(name, &mut flag);
        *value = flag.unwrap_or(false);
    }

    fn maybe(&mut self, name: &'static str, value: &mut Option<bool>) {
        let found = self.find(name);
        if found.is_none() && name == "livemode" {
            // Not said at all is what the input is; null is "not known".
            *value = self.reader.context.mode.livemode();
            return;
        }
        let flag = Field::new(found, self.path, name).flag(self.reader.notes);
        *value = self.take(flag, Need::Optional, name);
    }

    fn word(&mut self, name: &'static str, words: &'static [&'static str], _: &'static str) -> Option<&'static str> {
        let found = self.find(name);
        let text = Field::new(found, self.path, name).word(self.reader.notes);
        let text = self.take(text, Need::Required, name)?;
        let known = words.iter().copied().find(|word| *word == text);
        if known.is_none() {
            let path = self.path.key(name);
            if words.contains(&"unknown") {
                self.reader.notes.warn(&path, IssueCode::UnknownValue);
                return Some("unknown");
            }
            let Reject = self.reader.notes.reject(&path, IssueCode::UnknownValue);
            self.failed = true;
        }
        known
    }

    fn currency(&mut self, name: &'static str, need: Need, value: &mut Option<Currency>) {
        let found = self.find(name);
        let currency = self.reader.maybe_currency(found, self.path, name);
        *value = self.take(currency, need, name);
    }

    fn texts(&mut self, name: &'static str, value: &mut Box<[Sym]>) {
        let Some(list) = self.find(name) else { return };
        let path = self.path.key(name);
        let mut texts = Vec::new();
        for (index, item) in list.items().filter_map(Result::ok).enumerate() {
            let path = path.index(index);
            let text = Field::new(Some(item), &path, "").text(self.reader.notes);
            texts.extend(text.map(|text| self.reader.keep_text(&text)));
        }
        *value = texts.into_boxed_slice();
    }

    fn identifiers(&mut self, name: &'static str, value: &mut Box<[Identifier]>) {
        let Some(list) = self.find(name) else { return };
        let path = self.path.key(name);
        let mut found = Vec::new();
        for (index, item) in list.items().filter_map(Result::ok).enumerate() {
            found.extend(identifier(self.reader, item, &path.index(index)));
        }
        *value = found.into_boxed_slice();
    }
}

members!(IdentifierObject { field = "field", kind = "kind", value = "value" });

/// One identifier, in its normal form whatever form it came in.
fn identifier(reader: &mut Reader<'_>, item: Value<'_>, path: &Path<'_>) -> Option<Identifier> {
    let of = reader.part(|reader| IdentifierObject::read(item, path, reader.notes))?;
    let kind = Field::new(of.kind, path, "kind").text(reader.notes)?;
    let Some(kind) = IdentifierKind::from_word(&kind) else {
        reader.notes.warn(&path.key("kind"), IssueCode::UnknownValue);
        return None;
    };
    let raw = Field::new(of.value, path, "value").text(reader.notes)?;
    let value = match kind {
        IdentifierKind::Email => identity::email(&raw).ok(),
        IdentifierKind::Phone => identity::phone(&raw).ok(),
        IdentifierKind::Card => Some(Cow::Borrowed(&*raw)),
    }?;
    let field = Field::new(of.field, path, "field").text(reader.notes);
    let field = field.and_then(|field| IdentifierField::from_word(&field)).unwrap_or(match kind {
        IdentifierKind::Email => IdentifierField::BillingEmail,
        IdentifierKind::Phone => IdentifierField::BillingPhone,
        IdentifierKind::Card => IdentifierField::Fingerprint,
    });
    Some(Identifier { kind, field, value: reader.keep_text(&value) })
}

/// Reads one record of any kind.
pub fn read(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let (mut list, mut keys) = (Vec::with_capacity(40), 0);
    for member in record.members() {
        let (key, value) = member.map_err(|code| reader.notes.reject(path, code))?;
        keys |= bit(&key);
        list.push((key, value));
    }
    let mut members = Members { list, keys, next: 0, reader, path, failed: false };
    let version = members.find("schemaVersion");
    let version = Field::new(version, path, "schemaVersion").amount(members.reader.notes)?;
    if version.is_some_and(|version| version != 1) {
        return Err(members.reader.notes.reject(&path.key("schemaVersion"), IssueCode::UnknownVersion));
    }
    let kind = members.find("record");
    let kind = Field::new(kind, path, "record").word(members.reader.notes)?.unwrap_or_default();
    let head = head(&mut members)?;
    let none = Currency::UNNAMED;
    match &*kind {
        Attempt::NAME => keep(members, Attempt::new(head, Mode::Unknown, 0, 0, none), |record, members| {
            if !members.has("identifiers") {
                record.identifiers = derived(members.reader, &record.contact, record.method.fingerprint);
            }
        }),
        Intent::NAME => keep(members, Intent::new(head, Mode::Unknown, 0, 0, none), |_, _| {}),
        Refund::NAME => keep(
            members,
            Refund {
                head,
                attempt: None,
                payment: None,
                created: None,
                amount: 0,
                currency: None,
                thousandths: false,
                status: RefundStatus::Unknown,
                raw_status: None,
                reason: None,
                failure_reason: None,
            },
            |_, _| {},
        ),
        Dispute::NAME => keep(
            members,
            Dispute {
                head,
                attempt: None,
                payment: None,
                created: None,
                amount: 0,
                currency: None,
                state: DisputeState::Unknown,
                raw_status: None,
                reason: None,
                refundable: None,
                due_by: None,
            },
            |_, _| {},
        ),
        Customer::NAME => keep(
            members,
            Customer { head, mode: Mode::Unknown, created: None, contact: Contact::default(), deleted: false },
            |_, _| {},
        ),
        Session::NAME => keep(
            members,
            Session { head, payment: None, customer: None, contact: Contact::default(), done: false },
            |_, _| {},
        ),
        Order::NAME => keep(
            members,
            Order {
                head,
                mode: Mode::Unknown,
                created: 0,
                name: None,
                state: OrderState::Unknown,
                raw_status: None,
                amount: 0,
                currency: none,
                customer: None,
                contact: Contact::default(),
                identifiers: Box::default(),
            },
            |record, members| {
                if !members.has("identifiers") {
                    record.identifiers = derived(members.reader, &record.contact, None);
                }
            },
        ),
        Annex::NAME => keep(members, Annex::new(head, RecordKind::Invoice), |_, _| {}),
        _ => Err(members.reader.notes.reject(&path.key("record"), IssueCode::UnknownObject)),
    }
}

/// Key and version. A record without a source is of the canonical one.
fn head(members: &mut Members<'_, '_, '_, '_>) -> Result<Head, Reject> {
    let path = members.path;
    let source = members.find("source");
    let source = match Field::new(source, path, "source").word(members.reader.notes)? {
        None => Source::Canonical,
        Some(word) => Source::from_word(&word)
            .ok_or_else(|| members.reader.notes.reject(&path.key("source"), IssueCode::UnknownSource))?,
    };
    members.reader.source = source;
    let account = members.find("account");
    let account = members.reader.word(account, path, "account")?.unwrap_or(members.reader.context.account);
    let id = members.find("id");
    let id = members.reader.id(id, path, "id")?;
    let mut version = None;
    members.time("version", Need::Optional, &mut version);
    let from_event = members.find("fromEvent");
    let from_event = members.reader.flag(from_event, path, "fromEvent")? == Some(true);
    let version = version.or(members.reader.context.version);
    Ok(Head { from_event, ..Head::new(source, account, id, version) })
}

fn keep<R: Record>(
    mut members: Members<'_, '_, '_, '_>,
    mut record: R,
    finish: impl FnOnce(&mut R, &mut Members<'_, '_, '_, '_>),
) -> Read {
    record.visit(&mut members);
    finish(&mut record, &mut members);
    if members.failed {
        return Err(Reject);
    }
    Ok(members.reader.keep(record, members.path))
}

/// The identifiers of a record that does not list them: its e-mail, phone and fingerprint.
fn derived(reader: &mut Reader<'_>, contact: &Contact, fingerprint: Option<Sym>) -> Box<[Identifier]> {
    let mut found = Vec::new();
    let interner = &mut reader.store.interner;
    if let Some(value) = contact.email.and_then(|raw| identity::email_of(interner, raw)) {
        found.push(Identifier { kind: IdentifierKind::Email, field: IdentifierField::BillingEmail, value });
    }
    if let Some(value) = contact.phone.and_then(|raw| identity::phone_of(interner, raw)) {
        found.push(Identifier { kind: IdentifierKind::Phone, field: IdentifierField::BillingPhone, value });
    }
    Reader::fingerprint(fingerprint, &mut found);
    found.into_boxed_slice()
}
