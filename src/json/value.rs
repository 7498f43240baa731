//! One record's values, read on demand.
//!
//! A [`Value`] is a range of the record's bytes with a kind. Nothing is decoded until a reader asks; what nobody asks for is
//! skipped by the marks of [`super::scan`].

use super::layout::{Layout, Layouts, Step};
use super::scan::BLOCK;
use super::text::{TextFlaws, decode};
use crate::bytes::same;
use crate::issue::IssueCode;
use std::borrow::Cow;

/// Deepest nesting that is read; real records have fewer than ten levels.
pub const MAX_DEPTH: u32 = 128;

/// The bytes of the input held now, with their marks.
#[derive(Clone, Copy, Debug)]
pub struct Doc<'a> {
    /// The bytes; positions count from the first.
    pub bytes: &'a [u8],
    /// Quote marks, 64 bytes a word.
    pub quotes: &'a [u64],
    /// Bracket marks, 64 bytes a word.
    pub brackets: &'a [u64],
    /// Whether there may be a backslash among the bytes.
    pub escapes: bool,
    /// How objects of each kind were written last.
    pub layouts: &'a Layouts,
}

impl Doc<'_> {
    #[inline(always)]
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The first position at or after `at` that is no white space.
    #[inline(always)]
    fn skip_space(&self, at: usize) -> usize {
        let mut at = at;
        // One comparison settles the usual case: what follows is no white space.
        while self.byte(at) <= b' ' && matches!(self.byte(at), b' ' | b'\n' | b'\r' | b'\t') {
            at = at.wrapping_add(1);
        }
        at
    }
}

/// The first marked position at or after `from`.
#[inline(always)]
pub fn next_mark(marks: &[u64], from: usize) -> Option<usize> {
    let mut word_at = from / BLOCK;
    let mut word = marks.get(word_at)? & (u64::MAX << (from % BLOCK));
    while word == 0 {
        word_at = word_at.wrapping_add(1);
        word = *marks.get(word_at)?;
    }
    Some(word_at.wrapping_mul(BLOCK).wrapping_add(usize::try_from(word.trailing_zeros()).unwrap_or(0)))
}

/// The JSON type of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
}

/// One JSON value inside a record.
///
/// Two numbers, so that it travels in registers: values are handed on more often than they are read.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    doc: &'a Doc<'a>,
    /// Where it starts (30 bits), where it ends (30 bits), and its kind (4 bits).
    place: u64,
}

/// How many bits a position has: far more than the longest record with the chunk that it came in.
const POSITION: u32 = 30;

type Parsed<T> = Result<T, IssueCode>;
const MALFORMED: IssueCode = IssueCode::MalformedJson;

impl<'a> Value<'a> {
    /// The value that starts at `start`; it must end before `limit`.
    #[inline(always)]
    pub fn at(doc: &'a Doc<'a>, start: usize, limit: usize) -> Parsed<Self> {
        let (kind, end) = match doc.byte(start) {
            b'"' => {
                let close = next_mark(doc.quotes, start.saturating_add(1)).ok_or(MALFORMED)?;
                (Kind::String, close.saturating_add(1))
            }
            b'{' => (Kind::Object, closing(doc, start, limit)?),
            b'[' => (Kind::Array, closing(doc, start, limit)?),
            _ => scalar(doc, start)?,
        };
        if end > limit {
            return Err(MALFORMED);
        }
        if end >> POSITION != 0 {
            return Err(IssueCode::RecordTooLarge);
        }
        Ok(Self { doc, place: (start as u64) << (POSITION + 4) | (end as u64) << 4 | kind as u64 })
    }

    #[inline(always)]
    fn start(self) -> usize {
        usize::try_from(self.place >> (POSITION + 4)).unwrap_or(0)
    }

    /// One past the last byte.
    #[inline(always)]
    pub fn end(self) -> usize {
        usize::try_from(self.place >> 4 & ((1 << POSITION) - 1)).unwrap_or(0)
    }

    /// The JSON type.
    #[inline(always)]
    pub fn kind(self) -> Kind {
        match self.place & 15 {
            0 => Kind::Object,
            1 => Kind::Array,
            2 => Kind::String,
            3 => Kind::Number,
            4 => Kind::True,
            5 => Kind::False,
            _ => Kind::Null,
        }
    }

    /// Whether this is `null`.
    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// The bytes between the quotes or brackets.
    #[inline(always)]
    fn inside(self) -> Option<&'a [u8]> {
        self.doc.bytes.get(self.start().wrapping_add(1)..self.end().wrapping_sub(1))
    }

    /// The members of an object, in order; none for another kind.
    pub fn members(self) -> Members<'a> {
        let items = Items::of(self, Kind::Object);
        Members { items }
    }

    /// The items of an array, in order; none for another kind.
    pub fn items(self) -> Items<'a> {
        Items::of(self, Kind::Array)
    }

    /// How objects of each kind were written last.
    pub fn layouts(self) -> &'a Layouts {
        self.doc.layouts
    }

    /// The last member with this key.
    pub fn get(self, key: &[u8]) -> Parsed<Option<Value<'a>>> {
        let mut found = None;
        for member in self.members() {
            let (name, value) = member?;
            if *name == *key {
                found = Some(value);
            }
        }
        Ok(found)
    }

    /// The bytes of a number as written.
    pub fn number(self) -> Option<&'a str> {
        if self.kind() != Kind::Number {
            return None;
        }
        core::str::from_utf8(self.doc.bytes.get(self.start()..self.end())?).ok()
    }

    /// A number, if it is whole.
    #[inline(always)]
    pub fn whole(self) -> Option<i64> {
        let bytes = self.doc.bytes.get(self.start()..self.end())?;
        // Nearly all are digits alone, and not too many of them for any amount or time.
        let digits = bytes.iter().try_fold(0_i64, |sum, byte| {
            let digit = byte.is_ascii_digit().then(|| i64::from(byte.wrapping_sub(b'0')))?;
            Some(sum.wrapping_mul(10).wrapping_add(digit))
        });
        match digits.filter(|_| self.kind() == Kind::Number && bytes.len() <= 16) {
            Some(whole) => Some(whole),
            None => whole_number(self.number()?),
        }
    }

    /// The text of a string that stands for itself: UTF-8 without an escape.
    #[inline(always)]
    pub fn plain_text(self) -> Option<&'a str> {
        core::str::from_utf8(self.plain_bytes()?).ok()
    }

    /// The bytes of a string without an escape; nobody has looked whether they are UTF-8.
    #[inline(always)]
    pub fn plain_bytes(self) -> Option<&'a [u8]> {
        let raw = self.inside()?;
        let plain = self.kind() == Kind::String && (!self.doc.escapes || !raw.contains(&b'\\'));
        plain.then_some(raw)
    }

    /// The text of a string, decoded.
    pub fn text(self, flaws: &mut TextFlaws) -> Parsed<Cow<'a, str>> {
        decode(self.inside().ok_or(MALFORMED)?, self.doc.escapes, flaws)
    }
}

/// A number without a decimal point, if it is whole. `1e3` is what some serialisers make of 1000.
pub fn whole_number(digits: &str) -> Option<i64> {
    if let Ok(whole) = digits.parse() {
        return Some(whole);
    }
    let (whole, power) = digits.split_once(['e', 'E'])?;
    let factor = 10_i64.checked_pow(power.trim_start_matches('+').parse().ok()?)?;
    whole.parse::<i64>().ok()?.checked_mul(factor)
}

/// Where the bracket at `start` closes (one past it), checking that each closes its own kind.
#[inline(always)]
fn closing(doc: &Doc<'_>, start: usize, limit: usize) -> Parsed<usize> {
    let (mut stack, mut depth, mut at) = (0_u128, 0_u32, start);
    loop {
        match doc.byte(at) {
            open @ (b'{' | b'[') => {
                depth = depth.saturating_add(1);
                if depth > MAX_DEPTH {
                    return Err(IssueCode::NestedTooDeep);
                }
                stack = (stack << 1) | u128::from(open == b'{');
            }
            close => {
                if (stack & 1 == 1) != (close == b'}') {
                    return Err(MALFORMED);
                }
                stack >>= 1;
                depth = depth.saturating_sub(1);
            }
        }
        let next = at.saturating_add(1);
        if depth == 0 {
            return Ok(next);
        }
        at = next_mark(doc.brackets, next).filter(|&at| at < limit).ok_or(MALFORMED)?;
    }
}

/// A literal or number: its kind, and one past its end. What follows it is checked by who asked: a comma or the end.
#[inline(always)]
fn scalar(doc: &Doc<'_>, start: usize) -> Parsed<(Kind, usize)> {
    let rest = doc.bytes.get(start..).unwrap_or_default();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // One walk settles the usual number: whole, and without a sign.
    if digits > 0
        && !matches!(rest.get(digits), Some(b'.' | b'e' | b'E' | b'+' | b'-'))
        && (digits == 1 || rest.first() != Some(&b'0'))
    {
        return Ok((Kind::Number, start.saturating_add(digits)));
    }
    let literal = match rest.first() {
        Some(b'n') if rest.starts_with(b"null") => Some((Kind::Null, 4)),
        Some(b't') if rest.starts_with(b"true") => Some((Kind::True, 4)),
        Some(b'f') if rest.starts_with(b"false") => Some((Kind::False, 5)),
        _ => None,
    };
    if let Some((kind, length)) = literal {
        return Ok((kind, start.saturating_add(length)));
    }
    let mut length = 0_usize;
    while matches!(rest.get(length), Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
        length = length.wrapping_add(1);
    }
    if !is_number(rest.get(..length).unwrap_or_default()) {
        return Err(MALFORMED);
    }
    Ok((Kind::Number, start.saturating_add(length)))
}

/// The number grammar of RFC 8259, section 6.
fn is_number(word: &[u8]) -> bool {
    fn digits(word: &[u8]) -> Option<&[u8]> {
        let mut rest = word;
        while let [b'0'..=b'9', after @ ..] = rest {
            rest = after;
        }
        if rest.len() == word.len() { None } else { Some(rest) }
    }
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let Some(mut rest) = digits(word) else { return false };
    if word.first() == Some(&b'0') && word.get(1).is_some_and(u8::is_ascii_digit) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let Some(after) = digits(fraction) else { return false };
        rest = after;
    }
    if let Some(exponent) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        let exponent = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
        let Some(after) = digits(exponent) else { return false };
        rest = after;
    }
    rest.is_empty()
}

/// The items of an array; also the walk that [`Members`] is made of.
#[derive(Debug)]
pub struct Items<'a> {
    doc: &'a Doc<'a>,
    at: usize,
    /// The closing bracket.
    end: usize,
    first: bool,
    done: bool,
}

impl<'a> Items<'a> {
    fn of(value: Value<'a>, kind: Kind) -> Self {
        let (at, end) = (value.start().wrapping_add(1), value.end().wrapping_sub(1));
        Self { doc: value.doc, at, end, first: true, done: value.kind() != kind }
    }

    /// The start of the next item, or `None` at the closing bracket.
    #[inline(always)]
    fn advance(&mut self) -> Parsed<Option<usize>> {
        let mut at = self.doc.skip_space(self.at);
        if at >= self.end {
            return if at == self.end { Ok(None) } else { Err(MALFORMED) };
        }
        if !core::mem::replace(&mut self.first, false) {
            if self.doc.byte(at) != b',' {
                return Err(MALFORMED);
            }
            at = self.doc.skip_space(at.saturating_add(1));
        }
        if at < self.end { Ok(Some(at)) } else { Err(MALFORMED) }
    }

    /// The start of the next item, while there is one: what is broken is told once, and ends the walk.
    #[inline(always)]
    fn next_start(&mut self) -> Option<Parsed<usize>> {
        if self.done {
            return None;
        }
        let start = self.advance().transpose();
        self.done = !matches!(start, Some(Ok(_)));
        start
    }

    /// The value behind a key that a layout knows: more space may stand before it than stood there before.
    #[inline(always)]
    fn value_after(&mut self, at: usize) -> Parsed<Value<'a>> {
        self.value(self.doc.skip_space(at))
    }

    #[inline(always)]
    fn value(&mut self, at: usize) -> Parsed<Value<'a>> {
        let value = Value::at(self.doc, at, self.end)?;
        self.at = value.end();
        Ok(value)
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Parsed<Value<'a>>;

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        let value = self.next_start()?.and_then(|at| self.value(at));
        self.done |= value.is_err();
        Some(value)
    }
}

/// The members of an object.
#[derive(Debug)]
pub struct Members<'a> {
    items: Items<'a>,
}

impl<'a> Members<'a> {
    /// The next member, its key as written. In one piece, since every record is read through it.
    #[inline(always)]
    pub fn step(&mut self) -> Option<Parsed<(&'a [u8], Value<'a>)>> {
        let items = &mut self.items;
        let step = items.next_start()?.and_then(|at| Self::member(items, at));
        items.done |= step.is_err();
        Some(step)
    }

    #[inline(always)]
    fn member(items: &mut Items<'a>, at: usize) -> Parsed<(&'a [u8], Value<'a>)> {
        let doc = items.doc;
        if doc.byte(at) != b'"' {
            return Err(MALFORMED);
        }
        let from = at.saturating_add(1);
        let close = next_mark(doc.quotes, from).ok_or(MALFORMED)?;
        let raw = doc.bytes.get(from..close).ok_or(MALFORMED)?;
        let colon = doc.skip_space(close.saturating_add(1));
        if doc.byte(colon) != b':' {
            return Err(MALFORMED);
        }
        let start = doc.skip_space(colon.saturating_add(1));
        Ok((raw, items.value(start)?))
    }

    /// The next member by a layout: the number of its key, where the layout knows it, or the key as written.
    #[inline(always)]
    pub fn step_in(
        &mut self,
        layout: &mut Layout,
        number: impl FnOnce(&[u8]) -> u8,
    ) -> Option<Parsed<(u8, Value<'a>)>> {
        let items = &mut self.items;
        if items.done {
            return None;
        }
        let from = items.at;
        let step = match layout.expected(items.first) {
            Some(Step { text, number, .. }) if starts_with(items.doc.bytes, from, text) => {
                let start = from.wrapping_add(text.len());
                layout.met();
                items.first = false;
                items.value_after(start).map(|value| (number, value))
            }
            _ => items.next_start()?.and_then(|at| Self::learn(items, from, at, layout, number)),
        };
        items.done |= step.is_err();
        Some(step)
    }

    #[inline(never)]
    fn learn(
        items: &mut Items<'a>,
        from: usize,
        at: usize,
        layout: &mut Layout,
        number: impl FnOnce(&[u8]) -> u8,
    ) -> Parsed<(u8, Value<'a>)> {
        let expected = layout.expected(true).filter(|step| starts_with(items.doc.bytes, at, step.key));
        if let Some(Step { key, number, .. }) = expected {
            let start = at.wrapping_add(key.len());
            layout.met();
            return items.value_after(start).map(|value| (number, value));
        }
        let (raw, value) = Self::member(items, at)?;
        let key = key_of(items.doc, raw)?;
        let number = number(&key);
        let colon = items.doc.skip_space(at.saturating_add(raw.len()).saturating_add(2)).saturating_add(1);
        let text = items.doc.bytes.get(from..value.start()).unwrap_or_default();
        layout.missed(text, at.saturating_sub(from)..colon.saturating_sub(from), number);
        Ok((number, value))
    }

    /// A key as it was meant, where it was written with escapes.
    #[inline(always)]
    pub fn key(&self, raw: &'a [u8]) -> Parsed<Cow<'a, [u8]>> {
        key_of(self.items.doc, raw)
    }
}

/// A key as it was meant.
#[inline(always)]
fn key_of<'a>(doc: &Doc<'a>, raw: &'a [u8]) -> Parsed<Cow<'a, [u8]>> {
    if doc.escapes && raw.contains(&b'\\') {
        return Ok(Cow::Owned(decode(raw, true, &mut TextFlaws::default())?.into_owned().into_bytes()));
    }
    Ok(Cow::Borrowed(raw))
}

/// Whether this text stands at a place.
#[inline(always)]
fn starts_with(bytes: &[u8], at: usize, text: &[u8]) -> bool {
    bytes.get(at..at.wrapping_add(text.len())).is_some_and(|there| same(there, text))
}

impl<'a> Iterator for Members<'a> {
    type Item = Parsed<(Cow<'a, [u8]>, Value<'a>)>;

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step()?;
        Some(step.and_then(|(raw, value)| Ok((self.key(raw)?, value))))
    }
}
