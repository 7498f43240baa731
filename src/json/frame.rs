//! Cuts a stream of bytes into records.
//!
//! A record is an element of a top-level array, an element of a list object's array (`{"object":"list","data":[…]}`), or any
//! other top-level object; top-level values may follow each other (NDJSON). The framer counts brackets and never looks
//! inside a record, so a record that cannot be read costs only itself: an unterminated string ends with its line, and a
//! line of NDJSON that starts with `{` where no value can stand starts a new record.

use super::layout::Layouts;
use super::scan::{BLOCK, Marks, Scanner, padded};
use super::value::{Doc, next_mark};
use crate::issue::IssueCode;

/// A longer record is counted and dropped: no real one comes near, and memory must stay bounded.
pub const MAX_RECORD: usize = 16 << 20;

/// A first line that is longer is no header.
const FIRST_LINE: usize = 1 << 16;

/// Whether the first line of a text can be the header of a table: cells between commas, each with a letter in it.
fn looks_like_header(text: &[u8]) -> bool {
    let line = text.trim_ascii_start().split(|&byte| byte == b'\n').next().unwrap_or_default();
    line.split(|&byte| byte == b',').filter(|cell| cell.iter().any(u8::is_ascii_alphabetic)).count() > 1
}

/// Something found in the input, in order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Frame {
    /// A complete record: `bytes[start..end]` of [`Framer::doc`].
    Record {
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
    },
    /// A record that cannot be read, counted as one.
    Broken(IssueCode),
    /// A flaw between records; it costs none.
    Flaw(IssueCode),
}

/// Where the framer stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// Nothing but white space has been seen.
    Start,
    /// Between top-level values.
    Top,
    /// In a top-level object that is a record unless it turns out to be a list.
    Object,
    /// In a top-level array.
    Array,
    /// In the array of a list object.
    List,
    /// In a list object, after its array.
    ListTail,
    /// The input is no JSON: the rest is ignored.
    NotJson,
}

/// How a source's list objects look.
#[derive(Clone, Copy, Debug)]
pub struct ListShape {
    /// The members whose array holds the records.
    pub members: &'static [&'static str],
    /// Members whose array holds the records where nothing but lists stands before it: a record has them too, later.
    pub first: &'static [&'static str],
    /// What such an object calls itself in the member `object`, if it has one.
    pub objects: &'static [&'static str],
}

/// Cuts a stream into records. Feed chunks, take the frames, then compact.
#[derive(Debug)]
pub struct Framer {
    shape: ListShape,
    pub(super) bytes: Vec<u8>,
    pub(super) quotes: Vec<u64>,
    pub(super) brackets: Vec<u64>,
    scanner: Scanner,
    /// A backslash was seen in the bytes held now.
    escapes: bool,
    place: Place,
    depth: usize,
    /// Start of the record that is open, if one is.
    record: Option<usize>,
    /// The brackets that are open inside it, as far as somebody asked, and where the asking stopped.
    nesting: (Vec<u8>, usize),
    /// It says itself that it is no list.
    is_no_list: bool,
    /// The open record grew past [`MAX_RECORD`]; its bytes are dropped.
    oversized: bool,
    /// End of the last record or bracket: what follows is a gap.
    gap: usize,
    /// Whether the array that is open has had an element.
    had_element: bool,
    /// The input is no JSON, but a table.
    is_table: bool,
    frames: Vec<Frame>,
    layouts: Layouts,
}

impl Framer {
    /// `shape` tells a list object from a record.
    pub fn new(shape: ListShape) -> Self {
        Self {
            shape,
            bytes: Vec::new(),
            quotes: Vec::new(),
            brackets: Vec::new(),
            scanner: Scanner::default(),
            escapes: false,
            place: Place::Start,
            depth: 0,
            record: None,
            nesting: (Vec::new(), 0),
            is_no_list: false,
            oversized: false,
            gap: 0,
            had_element: false,
            is_table: false,
            frames: Vec::new(),
            layouts: Layouts::default(),
        }
    }

    /// The bytes that the frames' positions count in.
    pub fn doc(&self) -> Doc<'_> {
        Doc {
            bytes: &self.bytes,
            quotes: &self.quotes,
            brackets: &self.brackets,
            escapes: self.escapes,
            layouts: &self.layouts,
        }
    }

    /// The frames found since the last call.
    pub fn take_frames(&mut self) -> Vec<Frame> {
        core::mem::take(&mut self.frames)
    }

    /// Reads the next chunk, however the input was cut.
    pub fn feed(&mut self, chunk: &[u8]) {
        if self.place == Place::NotJson {
            return;
        }
        self.bytes.extend_from_slice(chunk);
        if self.place == Place::Start && !self.starts_like_json() {
            return;
        }
        self.scan(false);
    }

    /// The input is over: what is still open was cut off.
    pub fn finish(&mut self) {
        if self.place == Place::Start && !self.bytes.trim_ascii().is_empty() && !self.is_table {
            // A first line without its end.
            self.is_table = looks_like_header(&self.bytes);
            if !self.is_table {
                self.not_json();
            }
            return;
        }
        if self.place == Place::Start && !self.is_table {
            self.frames.push(Frame::Flaw(IssueCode::EmptyInput));
            return;
        }
        if self.place == Place::NotJson || self.is_table {
            return;
        }
        self.scan(true);
        if let Some(start) = self.record {
            let code = if self.oversized { IssueCode::RecordTooLarge } else { IssueCode::TruncatedJson };
            self.frames.push(Frame::Broken(code));
            if !self.oversized {
                self.frames.extend(self.whole_lines(start, self.bytes.len()));
            }
            return;
        }
        self.gap_before(self.bytes.len(), true);
        if !matches!(self.place, Place::Top | Place::Start) {
            self.frames.push(Frame::Flaw(IssueCode::TruncatedJson));
        }
    }

    /// Drops the bytes that no frame needs any more.
    pub fn compact(&mut self) {
        let scanned = self.quotes.len().saturating_mul(BLOCK);
        let open = self.record.filter(|_| !self.oversized);
        if open.is_some_and(|start| scanned.saturating_sub(start) > MAX_RECORD) {
            self.oversized = true;
        }
        let needed = match self.record {
            Some(_) if self.oversized => scanned,
            Some(start) => start,
            None => self.gap.min(scanned),
        };
        let blocks = needed / BLOCK;
        let dropped = blocks.saturating_mul(BLOCK).min(self.bytes.len());
        self.bytes.drain(..dropped);
        self.quotes.drain(..blocks.min(self.quotes.len()));
        self.brackets.drain(..blocks.min(self.brackets.len()));
        self.escapes &= !self.quotes.is_empty();
        self.gap = self.gap.saturating_sub(dropped);
        self.record = self.record.map(|start| start.saturating_sub(dropped));
        self.nesting.1 = self.nesting.1.saturating_sub(dropped);
    }

    /// Looks at the first byte that means something; `false` while there is none, or when it can start no JSON record.
    fn starts_like_json(&mut self) -> bool {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        if self.bytes.len() < MARK.len() && MARK.starts_with(&self.bytes) {
            return false;
        }
        if self.bytes.starts_with(MARK) && self.quotes.is_empty() {
            self.bytes.drain(..MARK.len());
        }
        match self.bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => {
                // The indent of the first record stays: its column tells its neighbours.
                let line = self.bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at.saturating_add(1));
                self.bytes.drain(..line);
                false
            }
            Some(b'{' | b'[') => {
                self.place = Place::Top;
                true
            }
            Some(b'<') => self.not_json(),
            Some(_) => {
                // Plain text: a table, or nothing. Its first line tells, once it is whole.
                let line = self.bytes.trim_ascii_start();
                if !line.contains(&b'\n') && line.len() < FIRST_LINE {
                    return false;
                }
                self.is_table = looks_like_header(&self.bytes);
                if self.is_table { false } else { self.not_json() }
            }
        }
    }

    fn not_json(&mut self) -> bool {
        self.place = Place::NotJson;
        self.bytes = Vec::new();
        self.frames.push(Frame::Broken(IssueCode::NotJson));
        false
    }

    /// The bytes so far, if the input is a table of comma-separated values; what follows is not the framer's.
    pub fn take_table(&mut self) -> Option<Vec<u8>> {
        self.is_table.then(|| {
            self.place = Place::NotJson;
            core::mem::take(&mut self.bytes)
        })
    }

    /// Marks every whole block not marked yet, and at the end the last one, padded.
    fn scan(&mut self, last: bool) {
        loop {
            let at = self.quotes.len().saturating_mul(BLOCK);
            let rest = self.bytes.get(at..).unwrap_or_default();
            let marks = if let Some((block, _)) = rest.split_first_chunk::<BLOCK>() {
                self.scanner.block(block)
            } else if last && !rest.is_empty() {
                self.scanner.block(&padded(rest))
            } else {
                return;
            };
            self.quotes.push(marks.quotes);
            self.brackets.push(marks.opens | marks.closes);
            self.escapes |= marks.escapes;
            self.brackets_of(at, marks);
        }
    }

    /// The depth at which records of this place open.
    fn record_depth(&self) -> usize {
        match self.place {
            Place::Array => 1,
            Place::List => 2,
            _ => 0,
        }
    }

    fn brackets_of(&mut self, base: usize, marks: Marks) {
        let closes = usize::try_from(marks.closes.count_ones()).unwrap_or(0);
        // Inside a record, a block that cannot come near the record's own depth only moves the depth.
        let floor = self.record_depth().saturating_add(2);
        let resync = self.place == Place::Object && marks.line_opens != 0;
        if self.record.is_some() && !resync && self.depth >= closes.saturating_add(floor) {
            let opens = usize::try_from(marks.opens.count_ones()).unwrap_or(0);
            self.depth = self.depth.saturating_add(opens).saturating_sub(closes);
            return;
        }
        let mut left = marks.opens | marks.closes;
        while left != 0 {
            let bit = left & left.wrapping_neg();
            left ^= bit;
            let at = base.saturating_add(usize::try_from(bit.trailing_zeros()).unwrap_or(0));
            if marks.opens & bit != 0 {
                self.open(at, marks.line_opens & bit != 0);
            } else {
                self.close(at);
            }
        }
    }

    fn open(&mut self, at: usize, starts_line: bool) {
        let byte = self.bytes.get(at).copied().unwrap_or(0);
        if self.record.is_none() {
            match self.place {
                Place::Top if byte == b'[' => {
                    self.gap_before(at, false);
                    self.enter(Place::Array, at);
                }
                Place::Top => {
                    self.gap_before(at, false);
                    self.place = Place::Object;
                    self.start_record(at);
                }
                Place::ListTail if self.depth == 1 && byte == b'[' && self.is_list_member(at, true) => {
                    if self.key_before(at).is_some_and(|key| self.shape.members.iter().any(|name| ends_key(key, name)))
                    {
                        self.frames.push(Frame::Flaw(IssueCode::DuplicateKey));
                    }
                    self.enter(Place::List, at);
                }
                Place::ListTail if self.depth == 1 && byte == b'{' && self.follows_a_comma(at) => {
                    // The list was closed too early: an object behind a comma is an element, not a member.
                    self.frames.push(Frame::Flaw(IssueCode::MalformedJson));
                    self.place = Place::List;
                    self.depth = 2;
                    self.had_element = true;
                    self.start_record(at);
                }
                Place::Array | Place::List if self.depth == self.record_depth() => {
                    self.gap_before(at, false);
                    self.had_element = true;
                    self.start_record(at);
                }
                _ => {}
            }
        } else if let Some(start) = self.record.filter(|_| self.place == Place::Object && !self.oversized) {
            if starts_line && byte == b'{' && self.cannot_stand_here(start, at) {
                self.frames.push(Frame::Broken(IssueCode::TruncatedJson));
                self.frames.extend(self.whole_lines(start, at));
                self.start_record(at);
                self.depth = 0;
            } else if self.depth == 1 && byte == b'[' && !self.is_no_list && self.is_list_member(at, false) {
                self.is_no_list = self.names_another_object(start, at, self.shape.objects);
                if !self.is_no_list {
                    self.record = None;
                    self.enter(Place::List, at);
                }
            }
        }
        self.depth = self.depth.saturating_add(1);
    }

    fn close(&mut self, at: usize) {
        let end = at.saturating_add(1);
        if self.depth == 0 {
            return; // a stray bracket at top level; the gap names it
        }
        let record_depth = self.record_depth();
        if self.record.is_none() && self.depth == record_depth {
            self.gap_before(at, true);
            if matches!(self.place, Place::Array | Place::List) && self.bytes.get(at) == Some(&b'}') {
                // One bracket too many behind an element: it closes nothing.
                self.frames.push(Frame::Flaw(IssueCode::MalformedJson));
                self.gap = end;
                return;
            }
        }
        self.depth = self.depth.saturating_sub(1);
        if let Some(start) = self.record {
            if self.depth == record_depth {
                let too_large = self.oversized || end.saturating_sub(start) > MAX_RECORD;
                self.frames.push(if too_large {
                    Frame::Broken(IssueCode::RecordTooLarge)
                } else {
                    Frame::Record { start, end }
                });
                (self.record, self.oversized, self.gap) = (None, false, end);
                if self.place == Place::Object {
                    self.place = Place::Top;
                }
            }
            return;
        }
        match self.place {
            Place::Array if self.depth == 0 => self.leave(Place::Top, end),
            Place::List if self.depth == 1 => self.leave(Place::ListTail, end),
            Place::ListTail if self.depth == 0 => self.leave(Place::Top, end),
            _ => {}
        }
    }

    fn follows_a_comma(&self, at: usize) -> bool {
        self.bytes.get(..at).unwrap_or_default().trim_ascii_end().ends_with(b",")
    }

    fn start_record(&mut self, at: usize) {
        self.record = Some(at);
        self.nesting = (Vec::new(), at);
        self.is_no_list = false;
    }

    fn enter(&mut self, place: Place, at: usize) {
        self.place = place;
        self.gap = at.saturating_add(1);
        self.had_element = false;
    }

    fn leave(&mut self, place: Place, end: usize) {
        self.place = place;
        self.gap = end;
    }

    /// What stands between two records should be one comma in an array and nothing at top level.
    fn gap_before(&mut self, at: usize, closing: bool) {
        if self.place == Place::ListTail {
            return;
        }
        let gap = self.bytes.get(self.gap..at).unwrap_or_default().trim_ascii();
        self.gap = at;
        let in_array = matches!(self.place, Place::Array | Place::List);
        let expected: &[u8] = if in_array && self.had_element && !closing { b"," } else { b"" };
        if gap == expected {
            return;
        }
        let mut pieces: Vec<&[u8]> = split_commas(gap).into_iter().map(<[u8]>::trim_ascii).collect();
        let before = pieces.len();
        pieces.retain(|piece| !piece.is_empty());
        for _ in &pieces {
            let code = if in_array { IssueCode::NotAnObject } else { IssueCode::MalformedJson };
            self.frames.push(Frame::Broken(code));
        }
        // n elements before a closing bracket need n − 1 commas, or n after an element; before a record one more.
        let commas = before.saturating_sub(1);
        let needed = pieces.len().saturating_add(usize::from(!closing)).saturating_sub(usize::from(!self.had_element));
        if !in_array && pieces.is_empty() || in_array && commas != needed {
            self.frames.push(Frame::Flaw(IssueCode::MalformedJson));
        }
        self.had_element |= in_array && !pieces.is_empty();
    }

    /// What stands before the colon of the member whose value opens at `at`.
    fn key_before(&self, at: usize) -> Option<&[u8]> {
        let before = self.bytes.get(..at).unwrap_or_default().trim_ascii_end();
        before.strip_suffix(b":").map(<[u8]>::trim_ascii_end)
    }

    /// Whether the array that opens at `at`, a member of a top-level object, holds the records of a list; `in_list`: a list
    /// of that object has been seen.
    fn is_list_member(&self, at: usize, in_list: bool) -> bool {
        let Some(key) = self.key_before(at) else { return false };
        self.shape.members.iter().any(|name| ends_key(key, name))
            || self.shape.first.iter().any(|name| {
                ends_key(key, name) && {
                    let before = key.len().saturating_sub(name.len()).saturating_sub(2);
                    let before = key.get(..before).unwrap_or_default().trim_ascii_end();
                    let start = self.record.unwrap_or(0).saturating_add(1);
                    in_list || before.len() == start
                }
            })
    }

    /// Whether no value can stand at `at`, the start of a line inside the open record: the record was cut off before it.
    fn cannot_stand_here(&mut self, start: usize, at: usize) -> bool {
        let before = self.bytes.get(start..at).unwrap_or_default().trim_ascii_end();
        match before.last() {
            Some(b':' | b'[') => false,
            Some(b',') => !self.innermost_is_array(at),
            _ => true,
        }
    }

    /// Whether the innermost bracket that is open before `at` is `[`. Each bracket is looked at once a record.
    fn innermost_is_array(&mut self, at: usize) -> bool {
        let (open, from) = &mut self.nesting;
        while let Some(mark) = next_mark(&self.brackets, *from).filter(|&mark| mark < at) {
            match self.bytes.get(mark) {
                Some(&byte @ (b'{' | b'[')) => open.push(byte),
                _ => drop(open.pop()),
            }
            *from = mark.saturating_add(1);
        }
        open.last() == Some(&b'[')
    }
}

/// Whether a text ends with this key in its quotes.
fn ends_key(text: &[u8], name: &str) -> bool {
    text.strip_suffix(b"\"")
        .and_then(|text| text.strip_suffix(name.as_bytes()))
        .is_some_and(|text| text.ends_with(b"\""))
}

/// Splits at commas outside strings.
fn split_commas(text: &[u8]) -> Vec<&[u8]> {
    let (mut inside, mut escaped) = (false, false);
    text.split(|&byte| {
        inside ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        byte == b',' && !inside
    })
    .collect()
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
