//! Where records come from: one module a system.
//!
//! A source module knows its system's raw shape and its one status mapping, and nothing else. What it hands on are the
//! neutral records of [`crate::ledger::record`].

pub(crate) mod canonical;
#[cfg(test)]
mod crosswalk;
pub mod csv;
mod detect;
mod dodo;
mod field;
mod flatpay;
mod members;
mod reader;
mod shopify;
mod stripe;
mod woocommerce;

pub(crate) use field::Field;
pub(crate) use members::{Handler, handler, members};
pub(crate) use reader::{Read, Reader, scalar};

use crate::issue::{IssueCode, Severity};
use crate::json::frame::ListShape;
use crate::json::value::{Kind, Value};
use crate::ledger::intern::Sym;
use crate::ledger::record::Mode;
use crate::ledger::store::{Store, Upsert};
use crate::mask::without_cards;
use crate::word::words;

words! {
    /// A system that records come from.
    pub enum Source {
        /// Stripe.
        Stripe = "stripe",
        /// Dodo Payments.
        Dodo = "dodo",
        /// Flatpay, whose web payments run on Frisbii Pay (formerly Reepay).
        Flatpay = "flatpay",
        /// Shopify.
        Shopify = "shopify",
        /// WooCommerce.
        Woocommerce = "woocommerce",
        /// guestfolio's own JSON, for any other system.
        Canonical = "canonical",
    }
}

/// What holds for every record inside one top-level record.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The account that the records belong to.
    pub account: Sym,
    /// The records' version: the enclosing event's time, else the host's `observedAt`.
    pub version: Option<i64>,
    /// The version is an event's time.
    pub from_event: bool,
    /// The records are rows of a dashboard's export.
    pub from_export: bool,
    /// The mode of the enclosing record, for those that do not say.
    pub mode: Mode,
}

/// What became of one top-level record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is new, or changed the ledger.
    Accepted,
    /// It changed nothing.
    Unchanged,
    /// It could not be kept; an issue says why.
    Rejected,
}

/// The record cannot be kept. The issue is noted already.
#[derive(Debug)]
pub struct Reject;

/// A place in a record, for issues: written out only when there is one.
#[derive(Clone, Copy, Debug)]
pub struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    segment: Segment<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Segment<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    /// The record itself.
    pub const ROOT: Path<'static> = Path { parent: None, segment: Segment::Root };

    /// A member of this place.
    pub fn key(&'p self, key: &'p str) -> Path<'p> {
        Path { parent: Some(self), segment: Segment::Key(key) }
    }

    /// An item of this place.
    pub fn index(&'p self, index: usize) -> Path<'p> {
        Path { parent: Some(self), segment: Segment::Index(index) }
    }

    /// The JSON pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        let mut text = self.parent.map(Path::pointer).unwrap_or_default();
        match self.segment {
            Segment::Root => {}
            Segment::Key(key) => {
                text.push('/');
                text.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Index(index) => {
                text.push('/');
                text.push_str(&index.to_string());
            }
        }
        text
    }
}

/// The issues of one record.
#[derive(Debug, Default)]
pub struct Notes {
    list: Vec<(Severity, String, IssueCode)>,
}

impl Notes {
    /// The issues noted, leaving none.
    pub fn take(&mut self) -> Vec<(Severity, String, IssueCode)> {
        core::mem::take(&mut self.list)
    }

    /// Something to look at; the record is kept.
    pub fn warn(&mut self, path: &Path<'_>, code: IssueCode) {
        self.list.push((Severity::Warning, path.pointer(), code));
    }

    /// A text that people write without the card numbers in it, and a warning; nothing where it has none.
    pub fn without_cards(&mut self, text: &[u8], path: &Path<'_>) -> Option<Vec<u8>> {
        let masked = without_cards(text)?;
        self.warn(path, IssueCode::CardNumberMasked);
        Some(masked)
    }

    /// The record cannot be kept.
    pub fn reject(&mut self, path: &Path<'_>, code: IssueCode) -> Reject {
        self.list.push((Severity::Rejected, path.pointer(), code));
        Reject
    }

    /// A record inside another could not be kept: the other is, so what was a rejection becomes a warning.
    pub fn soften(&mut self, since: usize) {
        for (severity, _, _) in self.list.iter_mut().skip(since) {
            *severity = Severity::Warning;
        }
    }

    /// Takes the issues of another list.
    pub fn extend(&mut self, mut other: Notes) {
        self.list.append(&mut other.list);
    }

    /// How many issues there are.
    pub fn count(&self) -> usize {
        self.list.len()
    }
}

/// A known object that is no payment record.
fn no_record(reader: &mut Reader<'_>, _: Value<'_>, path: &Path<'_>) -> Read {
    reader.no_record(path)
}

/// An error answer of an API.
fn api_error(reader: &mut Reader<'_>, _: Value<'_>, path: &Path<'_>) -> Read {
    Err(reader.notes.reject(path, IssueCode::ApiErrorAnswer))
}

/// A status mapping: each raw word of a source, and the one state that it stands for.
pub(crate) type Mapping<T> = &'static [(&'static str, T)];

/// The state that a mapping gives a raw word; `None` for a word that it does not list.
pub(crate) fn mapped<T: Copy>(mapping: &[(&str, T)], raw: &str) -> Option<T> {
    mapping.iter().find(|(word, _)| *word == raw).map(|(_, state)| *state)
}

/// Which system an input is of: a named one, or each record's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceChoice {
    /// All records are of this system.
    Named(Source),
    /// Each record's system is told by its shape.
    Auto,
}

impl From<Source> for SourceChoice {
    fn from(source: Source) -> Self {
        Self::Named(source)
    }
}

impl SourceChoice {
    /// The system, if one was named.
    #[must_use]
    pub const fn named(self) -> Option<Source> {
        match self {
            Self::Named(source) => Some(source),
            Self::Auto => None,
        }
    }
}

/// Reads one framed record into the store, or each record of an envelope. `done` is told of every one of them.
pub fn read(
    choice: SourceChoice,
    record: Value<'_>,
    context: Context,
    store: &mut Store,
    done: &mut dyn FnMut(Outcome, Option<Source>, Notes),
) {
    let opens = !matches!(choice, SourceChoice::Named(Source::Stripe | Source::Canonical));
    each_record(record, &Path::ROOT, opens, &mut |record, path| {
        let mut notes = Notes::default();
        let object = record.and_then(|record| match record.kind() {
            Kind::Object => Ok(record),
            _ => Err(IssueCode::NotAnObject),
        });
        let source = object.and_then(|record| match choice {
            SourceChoice::Named(source) => Ok(source),
            SourceChoice::Auto => detect::detect(record),
        });
        let read = match object.and_then(|record| Ok((record, source?))) {
            Ok((record, source)) => read_one(source, record, path, context, store, &mut notes),
            Err(code) => Err(notes.reject(path, code)),
        };
        let outcome = match read {
            Ok(Upsert::Changed) => Outcome::Accepted,
            Ok(Upsert::Unchanged) => Outcome::Unchanged,
            Ok(Upsert::Refused) => Outcome::Rejected,
            Err(Reject) => Outcome::Rejected,
        };
        // Of what was kept, a part may have been refused.
        if outcome != Outcome::Rejected {
            notes.soften(0);
        }
        done(outcome, source.ok(), notes);
    });
}

fn read_one(
    source: Source,
    record: Value<'_>,
    path: &Path<'_>,
    mut context: Context,
    store: &mut Store,
    notes: &mut Notes,
) -> Read {
    // Stripe says on each record whether it is live; of the others, a record that does not say is real.
    if context.mode == Mode::Unknown && source != Source::Stripe {
        context.mode = Mode::Live;
    }
    let mut reader = Reader { source, context, store, notes };
    match source {
        Source::Stripe => stripe::read(reader, record, path),
        Source::Dodo => dodo::read(&mut reader, record, path),
        Source::Flatpay => flatpay::read(&mut reader, record, path),
        Source::Shopify => shopify::read(&mut reader, record, path),
        Source::Woocommerce => woocommerce::read(&mut reader, record, path),
        Source::Canonical => canonical::read(&mut reader, record, path),
    }
}

/// Members beside an envelope's content.
const BESIDE: [&[u8]; 8] = [
    b"extensions",
    b"pageInfo",
    b"page_info",
    b"errors",
    b"cursor",
    b"total_balance_usd",
    b"__typename",
    b"totalCount",
];
/// What an envelope calls its content: REST answers of Shopify, pages of GraphQL, batches and Jetpack of WooCommerce.
const CONTENT: &str = "order orders refund refunds transaction transactions customer customers dispute disputes checkout \
    checkouts draft_order payment payments risk risks node nodes edges data";

/// A record, or what cannot be one.
type Found<'v> = Result<Value<'v>, IssueCode>;

/// Opens envelopes. An object is one when it has nothing but content, by known names: a record has more to say.
fn each_record(record: Value<'_>, path: &Path<'_>, opens: bool, each: &mut dyn FnMut(Found<'_>, &Path<'_>)) {
    if !opens || record.kind() != Kind::Object {
        return each(Ok(record), path);
    }
    let mut contents = Vec::new();
    for member in record.members() {
        let Ok((key, value)) = member else { return each(Ok(record), path) };
        if BESIDE.contains(&&*key) {
            continue;
        }
        if !matches!(value.kind(), Kind::Object | Kind::Array) {
            return each(Ok(record), path);
        }
        contents.push((key, value));
    }
    // What a query calls its connections is its own choice; they are known by their nodes.
    let has = |value: Value<'_>, key| value.get(key).is_ok_and(|found| found.is_some());
    let is_content = |key: &[u8], value| {
        let named = CONTENT.split_ascii_whitespace().any(|name| name.as_bytes() == key);
        named || has(value, b"edges") || has(value, b"nodes")
    };
    // An array by another name, such as a refund's lines, is part of a record.
    let foreign = |value: &Value<'_>| value.kind() == Kind::Array;
    let (mut any, mut every) = (false, true);
    for (key, value) in &contents {
        let content = is_content(key, *value);
        any |= content;
        every &= content || !foreign(value);
    }
    if !(any && every) {
        return each(Ok(record), path);
    }
    for (key, value) in contents {
        let name = String::from_utf8_lossy(&key);
        let path = path.key(&name);
        if value.kind() == Kind::Object {
            each_record(value, &path, true, each);
            continue;
        }
        for (index, item) in value.items().enumerate() {
            let path = path.index(index);
            match item {
                Ok(item) => each_record(item, &path, true, each),
                Err(code) => each(Err(code), &path),
            }
        }
    }
}

/// How the list objects of this source look.
pub const fn list_shape(choice: SourceChoice) -> ListShape {
    const SHOPIFY: &[&str] =
        &["orders", "customers", "disputes", "checkouts", "tender_transactions", "risks", "payments"];
    const BATCH: &[&str] = &["create", "update", "delete"];
    const ALL: &[&str] = &[
        "orders",
        "customers",
        "disputes",
        "checkouts",
        "tender_transactions",
        "risks",
        "payments",
        "create",
        "update",
        "delete",
    ];
    const STRIPE: &[&str] = &["list", "search_result"];
    let (members, first, objects): (&[&str], &[&str], &[&str]) = match choice {
        SourceChoice::Named(Source::Stripe) => (&["data"], &[], STRIPE),
        SourceChoice::Named(Source::Dodo) => (&["items"], &[], &[]),
        SourceChoice::Named(Source::Flatpay) => (&["content"], &[], &[]),
        SourceChoice::Named(Source::Shopify) => (&[], SHOPIFY, &[]),
        SourceChoice::Named(Source::Woocommerce) => (&[], BATCH, &[]),
        SourceChoice::Named(Source::Canonical) => (&[], &[], &[]),
        SourceChoice::Auto => (&["data", "items", "content"], ALL, STRIPE),
    };
    ListShape { members, first, objects }
}
