//! Text kept once.
//!
//! Ids, addresses and fingerprints repeat from record to record. Each distinct text is stored once and stands everywhere as
//! a [`Sym`] of four bytes; equal symbols are equal texts.

use super::rows::Chunked;
use crate::bytes::{same, short};
use core::num::NonZeroU32;
use core::ops::Range;
use core::str::Utf8Error;

/// One word of a text or a record stirred into a hash: the finaliser of SplitMix64, which is one to one.
#[inline(always)]
pub const fn stir(state: u64, word: u64) -> u64 {
    let mut mixed = state.rotate_left(23).wrapping_add(0x9E37_79B9_7F4A_7C15) ^ word;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A hash that is the same on every machine, eight bytes a step. It needs no 128-bit product, which WebAssembly lacks. The
/// digests of records are made of it: no two short texts may come to the same.
///
/// One instance serves all callers.
#[inline(never)]
pub fn hash_of(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64;
    for word in bytes.as_chunks::<8>().0 {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash ^= hash >> 32;
    }
    // The bytes left over, by one look at the last eight where there are so many.
    let done = 64_u32.saturating_sub(u32::try_from(bytes.len() % 8).unwrap_or(0).saturating_mul(8));
    let last =
        bytes.last_chunk::<8>().map_or_else(|| short(bytes), |last| u64::from_le_bytes(*last).unbounded_shr(done));
    stir(hash, last)
}

/// A text in an [`Interner`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Sym(pub(super) NonZeroU32);

impl Sym {
    /// Its place among all symbols.
    #[inline(always)]
    pub fn number(self) -> u32 {
        self.0.get().saturating_sub(1)
    }

    #[inline(always)]
    pub fn index(self) -> usize {
        usize::try_from(self.0.get()).unwrap_or(usize::MAX).saturating_sub(1)
    }
}

/// All texts of a ledger.
///
/// A table of our own, for a text that was not seen for long costs what memory it touches: one look at a slot and one at the
/// text, which has its length and its symbol before it. A general table has tags beside its slots, and the place of a text
/// would stand in a third list. Homes are the upper bits of the hash, so that a table grows in one pass from front to back.
#[derive(Debug, Default)]
pub struct Interner {
    /// The texts, each with its head before it, a chunk at a time: what is there never moves. A text that is longer than a chunk has
    /// one for itself.
    chunks: Vec<String>,
    /// Where each text starts: the number of its chunk, and the place in it.
    starts: Chunked<usize>,
    /// The texts by their hash, each in its home or in one of the slots behind it; a power of two, or none.
    slots: Vec<Slot>,
    /// How many of a half's bits are not part of a home.
    shift: u32,
    /// The text that was found last, of those that are not [`SHORT`], and where it is.
    last: Option<Sym>,
    last_range: Range<usize>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The part of the hash that gives the home; it tells most other texts apart.
    half: u32,
    /// Where the text starts; 0 for none, for a head is before it.
    start: usize,
}

/// What stands before a text: its length, or [`LONG`] if it is as long or longer, and its symbol in septets. Both are ASCII, for
/// they stand among texts.
const HEAD: usize = 6;
const LONG: usize = 127;

/// The places of a chunk, as bits.
const CHUNK_BITS: u32 = 18;
const CHUNK: usize = 1 << CHUNK_BITS;

/// Shorter texts are words and countries, of which there are few.
const SHORT: usize = 8;

#[inline(always)]
fn head(len: usize, number: u32) -> [u8; HEAD] {
    let [one, two, three, four, five] = [0, 7, 14, 21, 28].map(|shift| (number >> shift).to_le_bytes()[0] & 127);
    [len.min(LONG).to_le_bytes()[0], one, two, three, four, five]
}

/// A part of a hash.
#[expect(clippy::cast_possible_truncation, reason = "the half is meant")]
#[inline(always)]
fn half(hash: u64) -> u32 {
    hash as u32
}

impl Interner {
    /// The symbol of a text, stored now if it is new.
    pub fn intern(&mut self, text: &str) -> Sym {
        self.next(text.as_bytes()).unwrap_or_else(|| {
            let hash = hash_of(text.as_bytes());
            self.found(hash, text.as_bytes()).unwrap_or_else(|free| self.add(hash, text, free))
        })
    }

    /// The symbol of a text in UTF-8. What equals a known text is text too, and is not checked again.
    pub fn intern_utf8(&mut self, bytes: &[u8]) -> Result<Sym, Utf8Error> {
        if let Some(sym) = self.next(bytes) {
            return Ok(sym);
        }
        let hash = hash_of(bytes);
        match self.found(hash, bytes) {
            Ok(sym) => Ok(sym),
            Err(free) => Ok(self.add(hash, core::str::from_utf8(bytes)?, free)),
        }
    }

    /// The symbol of a text if it is the one behind that which was found last. What a payer's first record said together, the
    /// next one says together: most of it is found without a look into the table.
    #[inline(always)]
    fn next(&mut self, text: &[u8]) -> Option<Sym> {
        if text.len() < SHORT {
            return None;
        }
        let start = self.last_range.end.wrapping_add(HEAD);
        // Behind a text that is longer than a chunk no other begins.
        if start >> CHUNK_BITS != self.last_range.start >> CHUNK_BITS {
            return None;
        }
        let sym = self.named(start, text)?;
        self.remember(sym, start, text.len());
        Some(sym)
    }

    #[inline(always)]
    fn remember(&mut self, sym: Sym, start: usize, len: usize) {
        (self.last, self.last_range) = (Some(sym), start..start.wrapping_add(len));
    }

    #[inline(always)]
    fn found(&mut self, hash: u64, text: &[u8]) -> Result<Sym, usize> {
        let (sym, start) = self.known(hash, text)?;
        if text.len() >= SHORT {
            self.remember(sym, start, text.len());
        }
        Ok(sym)
    }

    /// Adds a text for which a slot is free, if there are slots.
    #[inline(never)]
    fn add(&mut self, hash: u64, text: &str, free: usize) -> Sym {
        let number = u32::try_from(self.starts.len()).unwrap_or(u32::MAX).saturating_add(1);
        let sym = Sym(NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX));
        let start = self.append(head(text.len(), number), text);
        self.starts.push(start);
        self.remember(sym, start, text.len());
        let slot = Slot { half: half(hash), start };
        if self.starts.len() > self.slots.len().saturating_sub(self.slots.len() / 4) {
            self.grow();
            self.put(slot);
        } else if let Some(free) = self.slots.get_mut(free) {
            *free = slot;
        }
        sym
    }

    /// Puts a text behind the others; where it starts.
    fn append(&mut self, head: [u8; HEAD], text: &str) -> usize {
        let needed = HEAD.saturating_add(text.len());
        if self.chunks.last().is_none_or(|chunk| chunk.len().saturating_add(needed) > CHUNK) {
            // The first grows as it must: most ledgers are small.
            let room = if self.chunks.is_empty() { needed } else { needed.max(CHUNK) };
            self.chunks.push(String::with_capacity(room));
        }
        let number = self.chunks.len().saturating_sub(1);
        let Some(chunk) = self.chunks.last_mut() else { return 0 };
        chunk.push_str(core::str::from_utf8(&head).unwrap_or_default());
        let place = chunk.len();
        chunk.push_str(text);
        (number << CHUNK_BITS).saturating_add(place)
    }

    /// What stands from a place on in its chunk.
    #[inline(always)]
    fn from(&self, start: usize) -> (&str, usize) {
        let chunk = self.chunks.get(start >> CHUNK_BITS).map_or("", String::as_str);
        (chunk, start & CHUNK.wrapping_sub(1))
    }

    /// Doubles the table.
    #[cold]
    fn grow(&mut self) {
        let twice = self.slots.len().saturating_mul(2).max(64);
        let slots = core::mem::replace(&mut self.slots, vec![Slot::default(); twice]);
        self.shift = u32::BITS.saturating_sub(twice.trailing_zeros());
        for slot in slots.into_iter().filter(|slot| slot.start > 0) {
            self.put(slot);
        }
    }

    /// Enters what is not in the table, which has room.
    #[inline(always)]
    fn put(&mut self, new: Slot) {
        let last = self.slots.len().wrapping_sub(1);
        let mut at = self.home(new.half);
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.start == 0 {
                *slot = new;
                return;
            }
            at = at.wrapping_add(1) & last;
        }
    }

    /// Where a text with this hash is looked for first.
    #[inline(always)]
    fn home(&self, half: u32) -> usize {
        usize::try_from(half.wrapping_shr(self.shift)).unwrap_or(0)
    }

    /// Fetches the memory where these texts will be looked for: together, which takes hardly longer than one of them.
    #[inline(always)]
    pub fn expect<'t>(&self, texts: impl Iterator<Item = &'t [u8]>) {
        let start = |text: &[u8]| self.slots.get(self.home(half(hash_of(text)))).map_or(0, |slot| slot.start);
        core::hint::black_box(texts.fold(0, |all, text| all ^ start(text)));
    }

    /// The symbol of a text, if the text is known.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.known(hash_of(text.as_bytes()), text.as_bytes()).ok().map(|(sym, _)| sym)
    }

    /// The symbol of a text and where the text starts, else the slot that is free for it.
    #[inline(always)]
    fn known(&self, hash: u64, text: &[u8]) -> Result<(Sym, usize), usize> {
        let half = half(hash);
        let last = self.slots.len().wrapping_sub(1);
        let mut at = self.home(half);
        loop {
            let Some(slot) = self.slots.get(at).filter(|slot| slot.start > 0) else { return Err(at) };
            if slot.half == half
                && let Some(sym) = self.named(slot.start, text)
            {
                return Ok((sym, slot.start));
            }
            at = at.wrapping_add(1) & last;
        }
    }

    /// The symbol of the text that starts here, if it is this one.
    #[inline(always)]
    fn named(&self, start: usize, text: &[u8]) -> Option<Sym> {
        let (chunk, place) = self.from(start);
        let texts = chunk.as_bytes();
        if !same(texts.get(place..place.wrapping_add(text.len()))?, text) {
            return None;
        }
        let [len, one, two, three, four, five] = *texts.get(..place)?.last_chunk::<HEAD>()?;
        let number = u32::from_le_bytes([one, two, three, four]);
        let number = number & 0x7F
            | number >> 1 & 0x3F80
            | number >> 2 & 0x1F_C000
            | number >> 3 & 0xFE0_0000
            | u32::from(five) << 28;
        let sym = Sym(NonZeroU32::new(number)?);
        let length = if text.len() < LONG { usize::from(len) } else { self.range(sym).len() };
        (length == text.len()).then_some(sym)
    }

    #[inline(always)]
    fn range(&self, sym: Sym) -> Range<usize> {
        if self.last == Some(sym) {
            return self.last_range.clone();
        }
        let start = self.starts.get(sym.index()).copied().unwrap_or(0);
        let next = self.starts.get(sym.index().wrapping_add(1)).copied();
        // The last text of a chunk ends with it.
        let end = next.filter(|next| next >> CHUNK_BITS == start >> CHUNK_BITS).map_or_else(
            || (start & !CHUNK.wrapping_sub(1)).saturating_add(self.from(start).0.len()),
            |next| next.saturating_sub(HEAD),
        );
        start..end
    }

    /// The symbol with this number, if one was given out.
    pub fn sym_at(&self, index: usize) -> Option<Sym> {
        self.starts.get(index)?;
        u32::try_from(index).ok()?.checked_add(1).and_then(NonZeroU32::new).map(Sym)
    }

    /// The text of a symbol of this interner.
    #[inline(always)]
    pub fn get(&self, sym: Sym) -> &str {
        let range = self.range(sym);
        let (chunk, place) = self.from(range.start);
        chunk.get(place..place.wrapping_add(range.len())).unwrap_or_default()
    }

    /// A hash of the text that is the same on every machine.
    #[inline(always)]
    pub fn hash(&self, sym: Sym) -> u64 {
        hash_of(self.get(sym).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_about_as_long_as_a_chunk_are_kept_once_too() {
        let mut interner = Interner::default();
        let texts: Vec<String> = (0..12)
            .flat_map(|more| [CHUNK - HEAD - 6 + more, CHUNK / 2 - HEAD - 3 + more, 9].map(|len| (len, more)))
            .map(|(len, more)| char::from(b'a' + u8::try_from(more).unwrap()).to_string().repeat(len))
            .chain(["x".repeat(3 * CHUNK)])
            .collect();
        let syms: Vec<Sym> = texts.iter().map(|text| interner.intern(text)).collect();
        for (text, &sym) in texts.iter().zip(&syms) {
            assert!(interner.get(sym) == text && interner.find(text) == Some(sym));
            assert_eq!(interner.intern(text), sym);
        }
        assert_eq!(syms.iter().collect::<std::collections::HashSet<_>>().len(), texts.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        /// The definition, a byte at a time.
        #[test]
        fn a_hash_is_made_of_all_bytes(text in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut hash = text.len() as u64;
            let mut words = text.chunks_exact(8);
            for word in &mut words {
                hash ^= word.iter().rev().fold(0, |sum: u64, &byte| sum * 256 + u64::from(byte));
                hash = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                hash ^= hash >> 32;
            }
            let rest = words.remainder().iter().rev().fold(0, |sum: u64, &byte| sum * 256 + u64::from(byte));
            prop_assert_eq!(hash_of(&text), stir(hash, rest));
        }

        #[test]
        fn each_text_is_kept_once(texts in prop::collection::vec("[ab]{0,3}|(abcdefgh){0,2}[ab]{0,9}|a{124,130}|\\PC{0,40}", 0..200)) {
            let mut interner = Interner::default();
            let mut plain: Vec<(String, Sym)> = Vec::new();
            for text in texts {
                prop_assert_eq!(interner.find(&text), plain.iter().find(|(known, _)| *known == text).map(|(_, sym)| *sym));
                let sym = interner.intern(&text);
                prop_assert_eq!(interner.intern_utf8(text.as_bytes()), Ok(sym));
                prop_assert_eq!(interner.get(sym), text.as_str());
                if let Some((known, _)) = plain.iter().find(|(_, known)| *known == sym) {
                    prop_assert_eq!(known, &text);
                } else {
                    plain.push((text, sym));
                }
            }
        }
    }
}
