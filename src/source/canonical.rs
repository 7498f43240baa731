//! guestfolio's own JSON: the neutral records themselves, for any other system, and what an export writes.
//!
//! `{"schemaVersion": 1, "record": "attempt", "id": "…", …}`; the members of each kind are declared once, in
//! [`crate::ledger::fields`], and published as a JSON Schema. `source` names the system that the record came from before, and
//! `version` is when it was true.

use super::members::{Keys, key_slot, key_table, perfect_seed, read_members};
use super::{Field, Path, Read, Reader, Reject, Source, members};
use crate::identity::{self, Identifier, IdentifierField, IdentifierKind};
use crate::issue::IssueCode;
use crate::json::value::{Kind, Value};
use crate::ledger::fields::{Fields, Need, Visit};
use crate::ledger::intern::Sym;
use crate::ledger::record::{
    Annex, Attempt, AttemptState, Contact, Customer, Head, Intent, IntentState, Mode, Order, RecordKind, Session, Url,
};
use crate::ledger::reversal::{Dispute, Refund};
use crate::ledger::tables::Record;
use crate::money::Currency;
use std::cell::Cell;

/// Every member that a record of any kind may have: one table finds them all, so that a record is walked over once. First those
/// of an attempt, in the order in which they are asked for. A test holds the list to the fields that are declared.
pub(crate) const NAMES: &[&str] = &[
    "schemaVersion",
    "record",
    "source",
    "account",
    "id",
    "version",
    "fromEvent",
    "fromExport",
    "payment",
    "createdAt",
    "livemode",
    "state",
    "rawStatus",
    "amount",
    "captured",
    "returned",
    "returnedUnknown",
    "currency",
    "customer",
    "name",
    "email",
    "phone",
    "country",
    "description",
    "method",
    "fingerprint",
    "brand",
    "last4",
    "wallet",
    "identifiers",
    "disputed",
    "dispute",
    "failureCode",
    "failureReason",
    "order",
    "references",
    "byHand",
    "parent",
    "transaction",
    "metadata",
    "subscription",
    "receiptUrl",
    "invoiceUrl",
    "active",
    "arbitration",
    "asCredit",
    "attempt",
    "attempts",
    "balance",
    "balanceBefore",
    "credit",
    "deleted",
    "done",
    "dueBy",
    "ending",
    "failed",
    "fee",
    "isPaymentRefundable",
    "keepsSums",
    "kind",
    "number",
    "other",
    "reason",
    "status",
    "tags",
    "thousandths",
    "until",
    "url",
];
const BITS: u32 = 10;
const SEED: u32 = perfect_seed(NAMES, BITS);
static TABLE: [u8; 1 << BITS] = key_table(NAMES, SEED, BITS);
static KEYS: Keys = Keys { names: NAMES, seed: SEED, bits: BITS, table: &TABLE };

/// The number of a name.
#[inline(never)]
fn slot_of(name: &str) -> usize {
    TABLE.get(key_slot(name.as_bytes(), SEED, BITS)).copied().map_or(usize::MAX, usize::from)
}

/// The members of the record being read.
struct Members<'a, 'r, 's, 'p> {
    list: &'p [Option<Value<'a>>; NAMES.len()],
    /// The number of the name that is likely asked for next.
    next: Cell<usize>,
    reader: &'r mut Reader<'s>,
    path: &'p Path<'p>,
    failed: bool,
}

impl<'a, 'p> Members<'a, '_, '_, 'p> {
    #[inline(always)]
    fn find(&self, name: &'static str) -> Option<Value<'a>> {
        let next = self.next.get();
        // The same constant, mostly; where it is not, the table knows.
        let number = match NAMES.get(next) {
            Some(known) if core::ptr::eq(*known, name) => next,
            _ => slot_of(name),
        };
        self.next.set(number.wrapping_add(1));
        self.list.get(number).copied().flatten()
    }

    #[inline(always)]
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

    /// The items of an array that can be read.
    fn list<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Reader<'_>, Value<'_>, usize) -> Option<T>,
    ) -> Box<[T]> {
        let Some(list) = self.find(name).filter(|list| !list.is_null()) else { return Box::default() };
        let path = self.path.key(name);
        if list.kind() != Kind::Array {
            self.reader.notes.warn(&path, IssueCode::WrongType);
        }
        let mut found = Vec::with_capacity(2);
        for (index, item) in list.items().enumerate() {
            match item {
                Ok(item) => found.extend(read(self.reader, item, index)),
                Err(code) => {
                    let Reject = self.reader.notes.reject(&path, code);
                    self.failed = true;
                }
            }
        }
        found.into_boxed_slice()
    }

    /// Whether the record lists what identifies its payer.
    fn lists_identifiers(&self) -> bool {
        self.find("identifiers").is_some_and(|list| list.kind() == Kind::Array)
    }

    fn missing(&mut self, name: &str) {
        let Reject = self.reader.notes.reject(&self.path.key(name), IssueCode::MissingField);
        self.failed = true;
    }
}

impl Visit for Members<'_, '_, '_, '_> {
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        let Some(found) = self.find(name) else { return };
        // Half of all members are texts: they are read here, without a call.
        let field = Field::new(Some(found), self.path, name);
        let text = field.kept_word(&mut self.reader.store.interner, self.reader.notes);
        *value = self.take(text, Need::Optional, name);
    }

    fn url(&mut self, name: &'static str, value: &mut Url) {
        let Some(found) = self.find(name) else { return };
        let page = Field::new(Some(found), self.path, name).word(self.reader.notes);
        *value = self.take(page.map(|page| page.map(|page| page.into_owned().into_boxed_str())), Need::Optional, name);
    }

    fn free(&mut self, name: &'static str, value: &mut Option<Sym>) {
        let Some(found) = self.find(name) else { return };
        let is_text = found.kind() == Kind::String;
        let text = if is_text {
            Ok(self.reader.free_text(Some(found), self.path, name))
        } else {
            self.reader.word(Some(found), self.path, name)
        };
        *value = self.take(text, Need::Optional, name);
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
        let Some(found) = self.find(name) else { return };
        let flag = self.reader.flag(Some(found), self.path, name);
        *value = self.take(flag, Need::Optional, name).unwrap_or(false);
    }

    fn maybe(&mut self, name: &'static str, value: &mut Option<bool>) {
        let found = self.find(name);
        if found.is_none() && name == "livemode" {
            // Not said at all is what the input is; null is "not known".
            *value = self.reader.context.mode.livemode();
            return;
        }
        let flag = self.reader.flag(found, self.path, name);
        *value = self.take(flag, Need::Optional, name);
    }

    fn word(&mut self, name: &'static str, words: &'static [&'static str], _: usize) -> Option<usize> {
        let found = self.find(name);
        let text = Field::new(found, self.path, name).word(self.reader.notes);
        let text = self.take(text, Need::Required, name)?;
        let place = |text: &str| words.iter().position(|word| *word == text);
        let known = place(&text);
        if known.is_none() {
            let path = self.path.key(name);
            if let Some(unknown) = place("unknown") {
                self.reader.notes.warn(&path, IssueCode::UnknownValue);
                return Some(unknown);
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
        let path = self.path.key(name);
        // Ids that are named stay; tags are written by people.
        let is_free = name == "tags";
        *value = self.list(name, |reader, item, index| {
            let index = index.to_string();
            if is_free { reader.free_text(Some(item), &path, &index) } else { reader.text(Some(item), &path, &index) }
        });
    }

    fn metadata(&mut self, name: &'static str, value: &mut Option<Sym>) {
        let Some(found) = self.find(name) else { return };
        *value = self.reader.metadata(Some(found), self.path, name);
    }

    fn identifiers(&mut self, name: &'static str, value: &mut Box<[Identifier]>) {
        let path = self.path.key(name);
        *value = self.list(name, |reader, item, index| identifier(reader, item, &path.index(index)));
    }
}

members!(IdentifierObject { field = "field", kind = "kind", value = "value" });

/// One identifier, in its normal form whatever form it came in.
fn identifier(reader: &mut Reader<'_>, item: Value<'_>, path: &Path<'_>) -> Option<Identifier> {
    let of = reader.part(|reader| IdentifierObject::read(item, path, reader.notes))?;
    let unknown = |reader: &mut Reader<'_>, key| reader.notes.warn(&path.key(key), IssueCode::UnknownValue);
    let kind = Field::new(of.kind, path, "kind").text(reader.notes);
    let Some(kind) = kind.and_then(|kind| IdentifierKind::named(&kind)) else {
        unknown(reader, "kind");
        return None;
    };
    let raw = reader.text(of.value, path, "value");
    let value = raw.and_then(|raw| identity::normal_of(&mut reader.store.interner, kind, raw));
    let Some(value) = value else {
        unknown(reader, "value");
        return None;
    };
    let word = Field::new(of.field, path, "field").text(reader.notes);
    let field = word.as_deref().and_then(IdentifierField::from_word);
    if word.is_some() && field.is_none() {
        unknown(reader, "field");
    }
    let field = field.unwrap_or(match kind {
        IdentifierKind::Email => IdentifierField::BillingEmail,
        IdentifierKind::Phone => IdentifierField::BillingPhone,
        IdentifierKind::Card | IdentifierKind::Customer => IdentifierField::Fingerprint,
    });
    Some(Identifier { kind, field, value })
}

/// Reads one record of any kind.
pub fn read(reader: &mut Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    let mut list = [None; NAMES.len()];
    read_members(record, &KEYS, &mut list, path, reader.notes)?;
    let mut members = Members { list: &list, next: Cell::new(0), reader, path, failed: false };
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
        Attempt::NAME => keep(&mut members, Attempt::new(head, Mode::Unknown, 0, 0, none), |record, members| {
            if record.state == AttemptState::Captured && members.find("captured").is_none() {
                record.captured = record.amount;
            }
            if !members.lists_identifiers() {
                record.identifiers = derived(members.reader, &record.contact, record.method.fingerprint);
            }
        }),
        Intent::NAME => keep(&mut members, Intent::new(head, Mode::Unknown, 0, 0, none), |record, members| {
            if record.state == IntentState::Succeeded && members.find("captured").is_none() {
                record.received = record.amount;
            }
        }),
        Refund::NAME => keep(&mut members, Refund::new(head, 0), |_, _| {}),
        Dispute::NAME => keep(&mut members, Dispute::new(head, 0), |_, _| {}),
        Customer::NAME => keep(&mut members, Customer::new(head, Mode::Unknown), |_, _| {}),
        Session::NAME => keep(&mut members, Session::new(head), |_, _| {}),
        Order::NAME => keep(&mut members, Order::new(head, Mode::Unknown, 0, 0, none), |record, members| {
            if !members.lists_identifiers() {
                record.identifiers = derived(members.reader, &record.contact, None);
            }
        }),
        Annex::NAME => keep(&mut members, Annex::new(head, RecordKind::Invoice), |_, _| {}),
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
    // It parts the three names of a full id: `source:account:id`.
    if members.reader.store.interner.get(account).contains(':') {
        return Err(members.reader.notes.reject(&path.key("account"), IssueCode::InvalidAccount));
    }
    let id = members.find("id");
    let id = members.reader.id(id, path, "id")?;
    let mut version = None;
    members.time("version", Need::Optional, &mut version);
    let from_event = members.find("fromEvent");
    let from_event = members.reader.flag(from_event, path, "fromEvent")? == Some(true);
    let from_export = members.find("fromExport");
    let from_export = members.reader.flag(from_export, path, "fromExport")? == Some(true);
    let version = version.or(members.reader.context.version);
    Ok(Head { from_event, from_export, ..Head::new(source, account, id, version) })
}

fn keep<R: Record>(
    members: &mut Members<'_, '_, '_, '_>,
    mut record: R,
    finish: impl FnOnce(&mut R, &mut Members<'_, '_, '_, '_>),
) -> Read {
    record.visit(members);
    finish(&mut record, members);
    if members.failed {
        return Err(Reject);
    }
    Ok(members.reader.keep(record, members.path))
}

/// The identifiers of a record that does not list them.
fn derived(reader: &mut Reader<'_>, contact: &Contact, fingerprint: Option<Sym>) -> Box<[Identifier]> {
    let interner = &mut reader.store.interner;
    contact.identifiers(fingerprint, |kind, raw| identity::normal_of(interner, kind, raw))
}
