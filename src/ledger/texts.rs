//! Where texts stand.
//!
//! Ids of one kind look alike: a beginning that says the kind, and a token of always as many letters (`ch_3Qd…`), or the latter alone.
//! They stand together, with the numbers of their symbols in one row: so what is kept by symbol about one kind of id takes nothing for
//! all other texts, and of an id only its token's letters are kept, in six bits each. All other texts stand one behind the other as
//! they are.

use super::intern::Sym;
use super::rows::{Chunked, at, push_tight, row};
use crate::bytes::{is_token, push_letters, push_token, same, token_bytes, token_is};
use core::str::Utf8Error;
use std::borrow::Cow;

/// All texts, by their symbols.
#[derive(Debug, Default)]
pub struct Texts {
    /// What stands under so many numbers.
    runs: Vec<Run>,
    /// The kinds of ids.
    forms: Vec<Form>,
    /// The other texts, one behind the other, a chunk at a time: what is there never moves.
    chunks: Vec<String>,
    /// Where they are.
    blocks: Chunked<Block>,
    /// How many there are.
    count: usize,
    /// The number of the last of their runs.
    open: u32,
    /// Those that are [`LONG`], by the numbers of their symbols, in order.
    long: Vec<(u32, Box<str>)>,
}

/// The numbers of a run.
const RUN: usize = 1 << RUN_BITS;
const RUN_BITS: u32 = if cfg!(test) { 6 } else { 8 };

/// Texts whose symbols have numbers that follow each other.
#[derive(Debug)]
enum Run {
    /// Texts as they are: the place of the first among all such.
    Plain(u32),
    /// Tokens of ids of a form.
    Ids(u8, Vec<u8>),
}

/// A kind of id.
#[derive(Debug)]
struct Form {
    /// What each begins with.
    beginning: Box<str>,
    /// The letters that follow.
    letters: u8,
    /// The number of its last run.
    open: u32,
}

/// So many kinds of ids stand by themselves; few sources have more than ten. Those that come later stand among the other texts.
const MOST_FORMS: usize = 48;
/// Of those without a name fewer do: what a merchant wrote may look like one, in any length.
const MOST_NAMELESS: usize = 8;
/// The first letters, among which the name of a kind ends.
const NAME: usize = 8;
/// The letters of a token behind a name, and of one without: what is shorter would gain little, or is a card, which stands with the
/// person whose it is. What is longer is none.
const NAMED: usize = 12;
const NAMELESS: usize = 20;
const MOST_LETTERS: usize = 64;

/// Texts that stand one behind the other: in WebAssembly twelve bytes for eight of them.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// Where the first one starts: the number of its chunk, and the place in it.
    start: usize,
    /// How long each is; 0 where one is long, and stands elsewhere.
    lengths: [u8; BLOCK],
}
const BLOCK_BITS: u32 = 3;
const BLOCK: usize = 1 << BLOCK_BITS;

/// Texts of so many bytes stand by themselves: mostly they are a record's own metadata and notes. None of them is one that was found
/// last.
const LONG: usize = 1 << u8::BITS;

/// The places of a chunk, as bits.
const CHUNK_BITS: u32 = if cfg!(test) { 12 } else { 18 };
const CHUNK: usize = 1 << CHUNK_BITS;

/// A text that was found, and where it is, unless it is an id, or long.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Its symbol.
    pub sym: Sym,
    start: usize,
    end: usize,
}

impl Seen {
    fn elsewhere(sym: Sym) -> Self {
        Self { sym, start: 0, end: 0 }
    }

    /// Whether another text may stand behind it.
    #[inline(always)]
    pub fn is_plain(self) -> bool {
        self.start != self.end
    }
}

/// The beginning of an id and its token, if a text looks like one: the beginning ends with the first `_`, or there is none.
#[inline(always)]
fn halves(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let name = text.first_chunk::<NAME>()?.iter().position(|&letter| letter == b'_');
    let (beginning, token) = text.split_at_checked(name.map_or(0, |name| name.saturating_add(1)))?;
    let least = if beginning.is_empty() { NAMELESS } else { NAMED };
    (least..=MOST_LETTERS).contains(&token.len()).then_some((beginning, token))
}

impl Texts {
    /// Adds a text. Where it is.
    pub fn push(&mut self, text: &str) -> Seen {
        self.push_id(text.as_bytes()).unwrap_or_else(|| self.push_plain(text))
    }

    /// Adds a text in UTF-8. What is an id is text, and is not checked again.
    pub fn push_utf8(&mut self, text: &[u8]) -> Result<Seen, Utf8Error> {
        match self.push_id(text) {
            Some(seen) => Ok(seen),
            None => core::str::from_utf8(text).map(|text| self.push_plain(text)),
        }
    }

    /// Adds an id; `None` if the text is none.
    #[inline(never)]
    fn push_id(&mut self, text: &[u8]) -> Option<Seen> {
        let (beginning, token) = halves(text)?;
        let is_form = |form: &Form| usize::from(form.letters) == token.len() && form.beginning.as_bytes() == beginning;
        let known = self.forms.iter().position(is_form);
        // A status of two words has neither a capital nor a digit.
        let is_made = || token.iter().any(|letter| letter.is_ascii_digit() || letter.is_ascii_uppercase());
        let number = match known {
            Some(number) => number,
            None if self.has_room(beginning) && is_made() && is_token(token) => {
                let beginning = core::str::from_utf8(beginning).ok()?.into();
                self.forms.push(Form { beginning, letters: u8::try_from(token.len()).ok()?, open: u32::MAX });
                self.forms.len().saturating_sub(1)
            }
            None => return None,
        };
        let form = self.forms.get_mut(number)?;
        let width = token_bytes(token.len());
        let all = width.saturating_mul(RUN);
        if !matches!(self.runs.get(at(form.open)), Some(Run::Ids(_, ids)) if ids.len() < all) {
            // The first grows as it must: of most kinds there are few.
            let room = if known.is_none() { 0 } else { all };
            form.open = row(self.runs.len());
            self.runs.push(Run::Ids(u8::try_from(number).ok()?, Vec::with_capacity(room)));
        }
        let Some(Run::Ids(_, ids)) = self.runs.get_mut(at(form.open)) else { return None };
        let count = ids.len().checked_div(width)?;
        push_token(ids, token).then(|| Seen::elsewhere(numbered(form.open, count)))
    }

    /// Whether there may be one more form that begins so.
    fn has_room(&self, beginning: &[u8]) -> bool {
        let nameless = || self.forms.iter().filter(|form| form.beginning.is_empty()).count();
        self.forms.len() < MOST_FORMS && (!beginning.is_empty() || nameless() < MOST_NAMELESS)
    }

    /// Adds any other text behind those.
    fn push_plain(&mut self, text: &str) -> Seen {
        let place = self.count & RUN.wrapping_sub(1);
        if place == 0 {
            self.open = row(self.runs.len());
            self.runs.push(Run::Plain(row(self.count)));
        }
        let sym = numbered(self.open, place);
        if self.count.is_multiple_of(BLOCK) {
            self.begin_block();
        }
        let start = self.end();
        let block = self.blocks.get_mut(self.count >> BLOCK_BITS);
        if let Some(length) = block.and_then(|block| block.lengths.get_mut(self.count & BLOCK.wrapping_sub(1))) {
            *length = u8::try_from(text.len()).unwrap_or(0);
        }
        if text.len() >= LONG {
            push_tight(&mut self.long, (sym.number(), text.into()));
        } else if let Some(chunk) = self.chunks.last_mut() {
            chunk.push_str(text);
        }
        self.count = self.count.saturating_add(1);
        Seen { sym, start, end: self.end() }
    }

    /// Where the last chunk ends.
    fn end(&self) -> usize {
        let place = self.chunks.last().map_or(0, String::len);
        (self.chunks.len().saturating_sub(1) << CHUNK_BITS).saturating_add(place)
    }

    /// A block, all of which fits into one chunk.
    fn begin_block(&mut self) {
        const MOST: usize = BLOCK * (LONG - 1);
        if self.chunks.last().is_none_or(|chunk| chunk.len() > CHUNK.saturating_sub(MOST)) {
            // The first grows as it must: most ledgers are small.
            self.chunks.push(String::with_capacity(if self.chunks.is_empty() { 0 } else { CHUNK }));
        }
        self.blocks.push(Block { start: self.end(), lengths: [0; BLOCK] });
    }

    /// What stands from a place on in its chunk.
    #[inline(always)]
    fn from(&self, start: usize) -> (&str, usize) {
        let chunk = self.chunks.get(start >> CHUNK_BITS).map_or("", String::as_str);
        (chunk, start & CHUNK.wrapping_sub(1))
    }

    /// The run of a symbol.
    #[inline(always)]
    fn run(&self, sym: Sym) -> Option<&Run> {
        self.runs.get(sym.index() >> RUN_BITS)
    }

    /// The form of an id in a run of such, and its token.
    #[inline(always)]
    fn id<'t>(&'t self, sym: Sym, form: u8, ids: &'t [u8]) -> Option<(&'t Form, &'t [u8])> {
        let form = self.forms.get(usize::from(form))?;
        let width = token_bytes(form.letters.into());
        let start = (sym.index() & RUN.wrapping_sub(1)).wrapping_mul(width);
        Some((form, ids.get(start..start.wrapping_add(width))?))
    }

    /// Where a text is that is no id, in a run that begins with this one of all such.
    #[inline(always)]
    fn place(&self, sym: Sym, first: u32) -> Option<Seen> {
        let place = at(first).wrapping_add(sym.index() & RUN.wrapping_sub(1));
        let block = self.blocks.get(place >> BLOCK_BITS).filter(|_| place < self.count)?;
        // The lengths of those before it, and its own above them.
        let lengths = u64::from_le_bytes(block.lengths);
        let shift = row(place).wrapping_mul(u8::BITS) & (u64::BITS - u8::BITS);
        let before = lengths & !u64::MAX.unbounded_shl(shift);
        let pairs = (before & 0x00FF_00FF_00FF_00FF).wrapping_add(before >> 8 & 0x00FF_00FF_00FF_00FF);
        let sum = pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48;
        let start = block.start.wrapping_add(usize::try_from(sum).unwrap_or(0));
        let length = usize::try_from(lengths.unbounded_shr(shift) & 0xFF).unwrap_or(0);
        Some(Seen { sym, start, end: start.wrapping_add(length) })
    }

    /// Where the text of a symbol is, if it is this one. One instance serves all callers.
    #[inline(never)]
    pub fn is(&self, sym: Sym, text: &[u8]) -> Option<Seen> {
        match self.run(sym)? {
            Run::Ids(form, ids) => {
                let (form, token) = self.id(sym, *form, ids)?;
                let rest = text.strip_prefix(form.beginning.as_bytes())?;
                let is = rest.len() == usize::from(form.letters) && token_is(token, rest);
                is.then_some(Seen::elsewhere(sym))
            }
            Run::Plain(first) => {
                let seen = self.place(sym, *first)?;
                same(self.plain(seen).as_bytes(), text).then_some(seen)
            }
        }
    }

    /// What stands behind another text, if it is this one. The first text of a chunk or of a run stands behind none.
    #[inline(always)]
    pub fn next(&self, seen: Option<Seen>, text: &[u8]) -> Option<Seen> {
        let Seen { sym, start, end } = seen?;
        let (chunk, place) = self.from(start);
        let place = place.wrapping_add(end.wrapping_sub(start));
        // Mostly it is another, and begins or ends as no text that is as long.
        if !same(chunk.as_bytes().get(place..place.wrapping_add(text.len()))?, text) {
            return None;
        }
        let sym = Sym(sym.0.checked_add(1)?);
        let Run::Plain(first) = *self.run(sym)? else { return None };
        let seen = self.place(sym, first)?;
        // One that is long looks as if it were empty.
        let is = seen.start == end && seen.end.wrapping_sub(end) == text.len() && !text.is_empty();
        is.then_some(seen)
    }

    /// A text that is no id.
    #[inline(always)]
    fn plain(&self, Seen { sym, start, end }: Seen) -> &str {
        if start == end {
            return self.long(sym);
        }
        let (chunk, place) = self.from(start);
        chunk.get(place..place.wrapping_add(end.wrapping_sub(start))).unwrap_or_default()
    }

    /// A text that is long, or is empty.
    #[inline(never)]
    fn long(&self, sym: Sym) -> &str {
        let found = self.long.binary_search_by_key(&sym.number(), |(number, _)| *number);
        found.ok().and_then(|place| self.long.get(place)).map_or("", |(_, text)| text)
    }

    /// The symbol with this number, if a text has it.
    pub fn sym_at(&self, index: usize) -> Option<Sym> {
        let sym = Sym::numbered(row(index));
        let is_given = match self.run(sym)? {
            Run::Ids(form, ids) => self.id(sym, *form, ids).is_some(),
            Run::Plain(first) => self.place(sym, *first).is_some(),
        };
        is_given.then_some(sym)
    }

    /// The text of a symbol.
    #[inline(never)]
    pub fn get(&self, sym: Sym) -> Cow<'_, str> {
        match self.run(sym) {
            Some(Run::Ids(form, ids)) => self.id(sym, *form, ids).map(|(form, token)| spelled(form, token).into()),
            Some(Run::Plain(first)) => self.place(sym, *first).map(|seen| self.plain(seen).into()),
            None => None,
        }
        .unwrap_or_default()
    }
}

/// An id as it was written.
fn spelled(form: &Form, token: &[u8]) -> String {
    let mut text = String::with_capacity(form.beginning.len().saturating_add(form.letters.into()));
    text.push_str(&form.beginning);
    push_letters(&mut text, token, form.letters.into());
    text
}

/// The symbol at a place of a run.
#[inline(always)]
fn numbered(run: u32, place: usize) -> Sym {
    Sym::numbered(run << RUN_BITS | row(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts as they are, long ones, ids of many forms, and what is nearly an id.
    fn all() -> Vec<String> {
        let long = [LONG - 1, LONG, CHUNK - 1, CHUNK, CHUNK + 2, 3 * CHUNK].map(|length| "ä".repeat(length / 2) + "x");
        let id = |number: usize| {
            format!("{}_{:0>2$}", ["ch", "pi", "payment"][number % 3], number * 7_919, 12 + number % 60)
        };
        let forms = |number: usize| format!("k{number}_ABCDEFGHIJKLMN{number}");
        let nearly =
            ["ch_12345678901", "_123456789012", "long_name_1234567890", "ch_12345678901.", "ch_abcdefghijklmn", "ch_"];
        // Of two kinds more than some runs take, each other's neighbours.
        let many = (0..3 * RUN + 1)
            .flat_map(|number| [format!("re_{number:0>20}"), format!("txn_{number:0>20}"), format!("name {number}")]);
        many.chain((0..3_000).flat_map(|number| [format!("{number}{}", "é".repeat(number * 7 % 130)), id(number)]))
            .chain(long)
            .chain((0..LONG + 3).map(|length| "y".repeat(length)))
            .chain((0..2 * MOST_FORMS).map(forms))
            .chain(nearly.map(String::from))
            .collect()
    }

    #[test]
    fn texts_and_ids_stand_where_their_symbols_say() {
        let all = all();
        let mut texts = Texts::default();
        let syms: Vec<Sym> = all.iter().map(|text| texts.push(text).sym).collect();
        assert!(texts.chunks.len() > 20 && texts.forms.len() == MOST_FORMS);
        let first: Vec<(&String, &Sym)> = all.iter().zip(&syms).collect();
        for &(text, &sym) in &first {
            assert_eq!(texts.get(sym), text.as_str());
            assert_eq!(texts.sym_at(sym.index()), Some(sym));
            assert_eq!(texts.is(sym, text.as_bytes()).map(|seen| seen.sym), Some(sym));
        }
        // No two have one number, and a number that nobody has is none.
        let distinct: std::collections::HashSet<Sym> = syms.iter().copied().collect();
        assert_eq!(distinct.len(), all.len());
        let given = (0..texts.runs.len() * RUN + RUN).filter_map(|index| texts.sym_at(index));
        assert_eq!(given.collect::<std::collections::HashSet<_>>(), distinct);
        // No text is another, however near: one letter more, or less, or in its middle another.
        for &(text, &sym) in first.iter().filter(|(text, _)| text.len() > 2) {
            let (most, _) = text.split_at(text.floor_char_boundary(text.len() - 1));
            let middle = text.floor_char_boundary(text.len() / 2);
            let other = format!("{}~{}", &text[..middle], &text[text.ceil_char_boundary(middle + 1)..]);
            for other in [most, &format!("{text}A"), &other] {
                assert!(texts.is(sym, other.as_bytes()).is_none());
            }
        }
    }

    #[test]
    fn of_an_id_only_the_letters_of_its_token_are_kept() {
        let mut texts = Texts::default();
        // 24 letters of six bits.
        let id = "ch_3PqXyzABCDEFGHIJKLMN0123";
        let number = texts.push(id).sym.index();
        let Some(Run::Ids(_, bytes)) = texts.runs.get(number >> RUN_BITS) else { panic!("it is no id") };
        assert_eq!((bytes.len(), texts.count), (24 * 6 / 8, 0));
        // What only looks like one stands as it is: words, a token that is too short, another letter.
        for text in ["past_due_something", "requires_payment_method", "ch_12345678901", "ch_ABCDEFGHIJKL."] {
            assert!(texts.push(text).is_plain());
        }
        assert_eq!(texts.forms.len(), 1);
        // The next of its form has the next number, whatever came between them.
        texts.push("somebody@example.com");
        assert_eq!(texts.push("ch_3PqXyzABCDEFGHIJKLMN0124").sym.index(), number + 1);
    }
}
