//! Where records come from: one module a system.
//!
//! A source module knows its system's raw shape and its one status mapping, and nothing else. What it hands on are the
//! neutral records of [`crate::ledger::record`].

pub mod stripe;

use crate::issue::{IssueCode, Severity};
use crate::json::frame::ListShape;
use crate::json::value::{Kind, TextFlaws, Value, whole_number};
use crate::ledger::intern::Sym;
use crate::ledger::record::Mode;
use crate::ledger::store::{Store, Upsert};
use crate::money::{Currency, MAX_MINOR};
use crate::time::MAX_TIME;
use crate::word::words;
use std::borrow::Cow;

words! {
    /// A system that records come from.
    pub enum Source {
        /// Stripe.
        Stripe = "stripe",
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

    /// How many issues there are.
    pub fn count(&self) -> usize {
        self.list.len()
    }
}

/// A field of a record: its value, if the record has one that is not `null`, and its place.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a, 'p> {
    value: Option<Value<'a>>,
    path: Path<'p>,
}

impl<'a, 'p> Field<'a, 'p> {
    /// The member `key` of the object at `parent`.
    pub fn new(value: Option<Value<'a>>, parent: &'p Path<'p>, key: &'p str) -> Self {
        Self { value: value.filter(|value| !value.is_null()), path: parent.key(key) }
    }

    /// The place of the field.
    pub fn path(&self) -> &Path<'p> {
        &self.path
    }

    fn is(&self, kind: Kind) -> Option<Value<'a>> {
        self.value.filter(|value| value.kind() == kind)
    }

    /// Rejects the record if the field is given in another type.
    fn typed(&self, right: bool, notes: &mut Notes) -> Result<(), Reject> {
        if self.value.is_some() && !right {
            return Err(notes.reject(&self.path, IssueCode::WrongType));
        }
        Ok(())
    }

    /// The rejection of a record that lacks this field.
    pub fn missing(&self, notes: &mut Notes) -> Reject {
        notes.reject(&self.path, IssueCode::MissingField)
    }

    /// Text that only describes: of another type it is noted and left out. Empty text is none.
    pub fn text(&self, notes: &mut Notes) -> Option<Cow<'a, str>> {
        let value = self.value?;
        if value.kind() != Kind::String {
            notes.warn(&self.path, IssueCode::WrongType);
            return None;
        }
        let mut flaws = TextFlaws::default();
        let text = match value.text(&mut flaws) {
            Ok(text) => text,
            Err(code) => {
                notes.warn(&self.path, code);
                return None;
            }
        };
        if flaws.lone_surrogate {
            notes.warn(&self.path, IssueCode::LoneSurrogate);
        }
        if flaws.invalid_utf8 {
            notes.warn(&self.path, IssueCode::InvalidUtf8);
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// Text that decides (a status): of another type it rejects the record.
    pub fn word(&self, notes: &mut Notes) -> Result<Option<Cow<'a, str>>, Reject> {
        self.typed(self.is(Kind::String).is_some(), notes)?;
        Ok(self.text(notes))
    }

    /// The id of a record.
    pub fn id(&self, notes: &mut Notes) -> Result<Cow<'a, str>, Reject> {
        match self.word(notes)? {
            None => Err(notes.reject(&self.path, IssueCode::MissingId)),
            Some(id) if id.len() > 255 => Err(notes.reject(&self.path, IssueCode::IdTooLong)),
            Some(id) => Ok(id),
        }
    }

    /// `true` or `false`.
    pub fn flag(&self, notes: &mut Notes) -> Result<Option<bool>, Reject> {
        let flag = self.value.and_then(|value| match value.kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        });
        self.typed(flag.is_some(), notes)?;
        Ok(flag)
    }

    /// A whole number of minor units, not negative.
    pub fn amount(&self, notes: &mut Notes) -> Result<Option<i64>, Reject> {
        self.whole(MAX_MINOR, IssueCode::InvalidAmount, notes)
    }

    /// Unix seconds.
    pub fn seconds(&self, notes: &mut Notes) -> Result<Option<i64>, Reject> {
        self.whole(MAX_TIME, IssueCode::TimeOutOfRange, notes)
    }

    fn whole(&self, max: i64, code: IssueCode, notes: &mut Notes) -> Result<Option<i64>, Reject> {
        let Some(value) = self.value else { return Ok(None) };
        let Some(digits) = value.number() else {
            return Err(notes.reject(&self.path, IssueCode::WrongType));
        };
        // A decimal point is never whole minor units, even `.00`: such a record was made by hand or by another system.
        match whole_number(digits).filter(|whole| (0..=max).contains(whole)) {
            Some(whole) => Ok(Some(whole)),
            None => Err(notes.reject(&self.path, code)),
        }
    }

    /// A currency: three letters, known or not.
    pub fn currency(&self, notes: &mut Notes) -> Result<Option<Currency>, Reject> {
        let Some(code) = self.word(notes)? else { return Ok(None) };
        match Currency::parse(&code) {
            Some(currency) => Ok(Some(currency)),
            None => Err(notes.reject(&self.path, IssueCode::InvalidCurrency)),
        }
    }

    /// The object that stands here, if one does.
    pub fn object(&self) -> Option<Value<'a>> {
        self.is(Kind::Object)
    }
}

/// Where a key may stand in a table of 256: most keys of an object are none that a reader looks at, and one look settles it.
#[inline(always)]
pub(crate) const fn key_slot(key: &[u8], seed: u32) -> usize {
    let (Some(first), Some(last)) = (key.first(), key.last()) else { return 0 };
    let (_, second_half) = key.split_at(key.len() / 2);
    let middle = match second_half.first() {
        Some(middle) => *middle,
        None => 0,
    };
    #[expect(clippy::cast_possible_truncation, reason = "a longer key only hashes badly")]
    let length = key.len() as u8;
    (u32::from_be_bytes([*first, middle, *last, length]).wrapping_mul(seed) >> 24) as usize
}

/// A seed with which no two keys share a slot, found by the compiler.
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "runs in the compiler")]
pub(crate) const fn perfect_seed(keys: &[&str]) -> u32 {
    let mut seed = 0x9E37_79B1_u32;
    loop {
        let mut taken = [false; 256];
        let mut index = 0;
        while index < keys.len() {
            let slot = key_slot(keys[index].as_bytes(), seed);
            if taken[slot] {
                break;
            }
            taken[slot] = true;
            index += 1;
        }
        if index == keys.len() {
            return seed;
        }
        seed = seed.wrapping_mul(0x85EB_CA6B).wrapping_add(0xC2B2_AE36);
    }
}

/// The number of the key in each slot; 255 for none.
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "runs in the compiler")]
#[expect(clippy::cast_possible_truncation, reason = "no object has 255 members that a reader looks at")]
pub(crate) const fn key_table(keys: &[&str], seed: u32) -> [u8; 256] {
    let mut table = [255; 256];
    let mut index = 0;
    while index < keys.len() {
        table[key_slot(keys[index].as_bytes(), seed)] = index as u8;
        index += 1;
    }
    table
}

/// The members of an object that a reader looks at, with the table that finds a key among them.
pub(crate) struct Keys {
    pub names: &'static [&'static str],
    pub seed: u32,
    pub table: &'static [u8; 256],
}

/// One walk over the members; a broken object rejects the record. One instance serves every object of every source.
pub(crate) fn read_members<'a>(
    object: Value<'a>,
    keys: &Keys,
    slots: &mut [Option<Value<'a>>],
    path: &Path<'_>,
    notes: &mut Notes,
) -> Result<(), Reject> {
    for member in object.members() {
        let (key, value) = member.map_err(|code| notes.reject(path, code))?;
        let number = usize::from(keys.table.get(key_slot(&key, keys.seed)).copied().unwrap_or(u8::MAX));
        let (Some(known), Some(slot)) = (keys.names.get(number), slots.get_mut(number)) else { continue };
        if known.as_bytes() == &*key && slot.replace(value).is_some() {
            notes.warn(&path.key(known), IssueCode::DuplicateKey);
        }
    }
    Ok(())
}

/// Declares the members of an object that a reader looks at, and reads them in one walk.
macro_rules! members {
    ($name:ident { $($field:ident = $key:literal),+ $(,)? }) => {
        #[derive(Clone, Copy, Default)]
        struct $name<'a> { $($field: Option<$crate::json::value::Value<'a>>),+ }
        impl<'a> $name<'a> {
            fn read(
                object: $crate::json::value::Value<'a>,
                path: &$crate::source::Path<'_>,
                notes: &mut $crate::source::Notes,
            ) -> Result<Self, $crate::source::Reject> {
                const NAMES: &[&str] = &[$($key),+];
                const SEED: u32 = $crate::source::perfect_seed(NAMES);
                static TABLE: [u8; 256] = $crate::source::key_table(NAMES, SEED);
                static KEYS: $crate::source::Keys = $crate::source::Keys { names: NAMES, seed: SEED, table: &TABLE };
                let mut slots = [None; NAMES.len()];
                $crate::source::read_members(object, &KEYS, &mut slots, path, notes)?;
                let [$($field),+] = slots;
                Ok(Self { $($field),+ })
            }
        }
    };
}
pub(crate) use members;

/// Reads one top-level record into the store.
pub fn read(source: Source, record: Value<'_>, context: Context, store: &mut Store, notes: &mut Notes) -> Outcome {
    if record.kind() != Kind::Object {
        let Reject = notes.reject(&Path::ROOT, IssueCode::NotAnObject);
        return Outcome::Rejected;
    }
    let read = match source {
        Source::Stripe => stripe::read(record, &Path::ROOT, context, store, notes),
    };
    match read {
        Ok(Upsert::Changed) => Outcome::Accepted,
        Ok(Upsert::Unchanged) => Outcome::Unchanged,
        Err(Reject) => Outcome::Rejected,
    }
}

/// How the list objects of this source look.
pub const fn list_shape(source: Source) -> ListShape {
    match source {
        Source::Stripe => ListShape { members: &["data"], objects: &["list", "search_result"] },
    }
}
