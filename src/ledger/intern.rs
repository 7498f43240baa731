//! Text kept once.
//!
//! Ids, addresses and fingerprints repeat from record to record. Each distinct text is stored once and stands everywhere as
//! a [`Sym`] of four bytes; equal symbols are equal texts.

use super::rows::{Chunked, at, push_tight, row};
use crate::bytes::{same, short};
use core::num::NonZeroU32;
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
    /// The symbol with a number.
    #[inline(always)]
    pub(super) fn numbered(number: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(number))
    }

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
/// A table of our own, for there are millions of texts: a slot of a general one would have the symbol and the hash, and a tag beside
/// it. Here it has four bytes: the number of the symbol, and as much of the hash as there is room for.
#[derive(Debug, Default)]
pub struct Interner {
    /// The texts, one behind the other, a chunk at a time: what is there never moves.
    chunks: Vec<String>,
    /// Where they are.
    blocks: Chunked<Block>,
    /// How many there are.
    count: usize,
    /// Those that are [`LONG`], by the numbers of their symbols, in order.
    long: Vec<(u32, Box<str>)>,
    /// The texts by their hash, a power of two of buckets, or none. The upper bits of the hash are the number of the bucket.
    buckets: Vec<Bucket>,
    /// How many bits of a slot are the number of its symbol: as many as tell all slots apart.
    bits: u32,
    /// The text that was found last; of those that are [`SHORT`] only what came behind another.
    last: Option<Seen>,
    /// The one that was found before it, but for those whose next one it was: a name that many have comes between what one has.
    before: Option<Seen>,
    /// Short texts that were found, by themselves: most come again and again.
    words: Vec<(u64, Option<Sym>)>,
}

/// Slots that lie together: a text is in one of its own bucket, or, if that was full, in one of the buckets behind it.
///
/// A slot that is 0 is free. Else its lower bits are the number of a symbol; the bits above are those of the hash that follow the
/// bucket's number, and the uppermost says that the text is not in its own bucket. So the table grows without a look at
/// the texts: the next bits of the hash are there.
type Bucket = [u32; 1 << BUCKET_BITS];
const BUCKET_BITS: u32 = if cfg!(test) { 1 } else { 4 };
const ELSEWHERE: u32 = 1 << 31;

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

/// A text that was found, and where it is.
#[derive(Clone, Copy, Debug)]
struct Seen {
    sym: Sym,
    start: usize,
    end: usize,
}

/// A slot that is free: its bucket, and its place there.
#[derive(Clone, Copy, Default)]
struct Free {
    number: usize,
    place: usize,
}

/// The places of a chunk, as bits.
const CHUNK_BITS: u32 = if cfg!(test) { 12 } else { 18 };
const CHUNK: usize = 1 << CHUNK_BITS;

/// A table of fewer buckets takes less than 256 KiB.
const FEW: usize = if cfg!(test) { 32 } else { 1 << 12 };

/// Shorter texts are words and countries, of which there are few.
const SHORT: usize = 8;

/// How many words are remembered, as bits.
const WORD_BITS: u32 = 8;

/// A short text as a number: its bytes, and how many they are.
#[inline(always)]
fn word(text: &[u8]) -> u64 {
    short(text) | (text.len() as u64) << 56
}

/// Where a word is remembered.
#[inline(always)]
fn place_of(word: u64) -> usize {
    usize::try_from(word.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> u64::BITS.saturating_sub(WORD_BITS)).unwrap_or(0)
}

/// The upper half of a hash.
#[inline(always)]
fn half(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(0)
}

/// The places of a bucket, of which the first one that is looked at depends on the hash, too.
#[inline(always)]
fn places(part: u32) -> impl Iterator<Item = usize> {
    const LAST: usize = (1 << BUCKET_BITS) - 1;
    let first = at(part >> (u32::BITS - 1 - BUCKET_BITS)) & LAST;
    (first..=first.wrapping_add(LAST)).map(|place| place & LAST)
}

impl Interner {
    /// The symbol of a text, stored now if it is new.
    pub fn intern(&mut self, text: &str) -> Sym {
        self.soon(text.as_bytes()).unwrap_or_else(|| {
            let hash = hash_of(text.as_bytes());
            self.found(hash, text.as_bytes()).unwrap_or_else(|free| self.add(half(hash), text, free))
        })
    }

    /// The symbol of a text in UTF-8. What equals a known text is text too, and is not checked again.
    pub fn intern_utf8(&mut self, bytes: &[u8]) -> Result<Sym, Utf8Error> {
        if let Some(sym) = self.soon(bytes) {
            return Ok(sym);
        }
        let hash = hash_of(bytes);
        match self.found(hash, bytes) {
            Ok(sym) => Ok(sym),
            Err(free) => Ok(self.add(half(hash), core::str::from_utf8(bytes)?, free)),
        }
    }

    /// The symbol of a text, if it is a word that was just seen, or the text behind one of those that were found last. What a payer's
    /// first record said together, the next one says together: most of it is found without a look into the table.
    #[inline(always)]
    fn soon(&mut self, text: &[u8]) -> Option<Sym> {
        if text.len() < SHORT {
            let word = word(text);
            let (_, sym) =
                self.words.get(place_of(word)).copied().filter(|(known, _)| *known == word).unwrap_or_default();
            if sym.is_some() {
                return sym;
            }
        }
        let seen = if let Some(found) = self.next(self.last, text) {
            found
        } else {
            let found = self.next(self.before, text)?;
            self.before = self.last;
            found
        };
        self.last = Some(seen);
        Some(seen.sym)
    }

    /// What stands behind another text, if it is this one. The first text of a chunk stands behind none.
    #[inline(always)]
    fn next(&self, seen: Option<Seen>, text: &[u8]) -> Option<Seen> {
        let Seen { sym, start, end } = seen?;
        let (chunk, place) = self.from(start);
        let place = place.wrapping_add(end.wrapping_sub(start));
        // Mostly it is another, and begins or ends as no text that is as long.
        if !same(chunk.as_bytes().get(place..place.wrapping_add(text.len()))?, text) {
            return None;
        }
        let sym = Sym(sym.0.checked_add(1)?);
        let seen = self.place(sym)?;
        // One that is long looks as if it were empty.
        let is = seen.start == end && seen.end.wrapping_sub(end) == text.len() && !text.is_empty();
        is.then_some(seen)
    }

    #[inline(always)]
    fn found(&mut self, hash: u64, text: &[u8]) -> Result<Sym, Free> {
        let seen = self.known(hash, text)?;
        self.remember(seen, text);
        Ok(seen.sym)
    }

    #[inline(always)]
    fn remember(&mut self, seen: Seen, text: &[u8]) {
        if text.len() >= LONG {
            return;
        }
        if text.len() >= SHORT {
            (self.before, self.last) = (self.last, Some(seen));
            return;
        }
        if self.words.is_empty() {
            self.words = vec![(0, None); 1 << WORD_BITS];
        }
        let word = word(text);
        if let Some(known) = self.words.get_mut(place_of(word)) {
            *known = (word, Some(seen.sym));
        }
    }

    /// Adds a text for which a slot is free, if there are buckets.
    #[inline(never)]
    fn add(&mut self, half: u32, text: &str, free: Free) -> Sym {
        let sym = Sym::numbered(row(self.count));
        let start = self.append(text);
        self.remember(Seen { sym, start, end: start.saturating_add(text.len()) }, text.as_bytes());
        let slots = self.buckets.len() << BUCKET_BITS;
        if self.count > slots.saturating_sub(slots / 4) {
            self.grow();
            self.enter(half, sym);
        } else {
            self.put(half, sym, free);
        }
        sym
    }

    /// Puts a text behind the others; where it starts.
    fn append(&mut self, text: &str) -> usize {
        let place = self.count & BLOCK.wrapping_sub(1);
        if place == 0 {
            self.begin_block();
        }
        let start = self.end();
        let block = self.blocks.get_mut(self.count >> BLOCK_BITS);
        if let Some(length) = block.and_then(|block| block.lengths.get_mut(place)) {
            *length = u8::try_from(text.len()).unwrap_or(0);
        }
        if text.len() >= LONG {
            push_tight(&mut self.long, (row(self.count), text.into()));
        } else if let Some(chunk) = self.chunks.last_mut() {
            chunk.push_str(text);
        }
        self.count = self.count.saturating_add(1);
        start
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

    /// Makes the table larger. What is not in its own bucket is hashed again: few texts are.
    #[cold]
    fn grow(&mut self) {
        let (bits, numbers) = (self.bucket_bits(), self.numbers());
        // As long as there are few, the table is little beside the texts.
        let times = if self.buckets.len() < FEW { 4 } else { 2 };
        let more = self.buckets.len().saturating_mul(times).max(4);
        let old = core::mem::replace(&mut self.buckets, vec![Bucket::default(); more]);
        self.bits = more.trailing_zeros().saturating_add(BUCKET_BITS);
        for (number, bucket) in (0_u32..).zip(&old) {
            for &slot in bucket {
                let Some(sym) = NonZeroU32::new(slot & numbers).map(Sym) else { continue };
                let half = if slot & ELSEWHERE == 0 {
                    let above = number.unbounded_shl(u32::BITS.saturating_sub(bits));
                    above | ((slot & !numbers) << 1).unbounded_shr(bits)
                } else {
                    half(self.hash(sym))
                };
                self.enter(half, sym);
            }
        }
    }

    /// Puts a symbol into the table, which has room.
    fn enter(&mut self, half: u32, sym: Sym) {
        let part = self.part(half);
        let last = self.buckets.len().wrapping_sub(1);
        let mut number = self.bucket(half);
        while let Some(bucket) = self.buckets.get(number) {
            if let Some(place) = places(part).find(|&place| bucket.get(place) == Some(&0)) {
                return self.put(half, sym, Free { number, place });
            }
            number = number.wrapping_add(1) & last;
        }
    }

    /// Puts a symbol into a slot.
    #[inline(always)]
    fn put(&mut self, half: u32, sym: Sym, Free { number, place }: Free) {
        let elsewhere = if number == self.bucket(half) { 0 } else { ELSEWHERE };
        let slot = elsewhere | self.part(half) | sym.0.get();
        if let Some(free) = self.buckets.get_mut(number).and_then(|bucket| bucket.get_mut(place)) {
            *free = slot;
        }
    }

    /// How many bits of a hash are the number of a bucket.
    #[inline(always)]
    fn bucket_bits(&self) -> u32 {
        self.bits.saturating_sub(BUCKET_BITS)
    }

    /// The bits of a slot that are a number.
    #[inline(always)]
    fn numbers(&self) -> u32 {
        1_u32.unbounded_shl(self.bits).wrapping_sub(1)
    }

    /// The bucket of a text with this hash.
    #[inline(always)]
    fn bucket(&self, half: u32) -> usize {
        at(half.unbounded_shr(u32::BITS.saturating_sub(self.bucket_bits())))
    }

    /// What a slot has of a hash.
    #[inline(always)]
    fn part(&self, half: u32) -> u32 {
        half.unbounded_shl(self.bucket_bits()) >> 1 & !self.numbers()
    }

    /// Fetches the memory where these texts will be looked for: together, which takes hardly longer than one of them.
    #[inline(always)]
    pub fn expect<'t>(&self, texts: impl Iterator<Item = &'t [u8]>) {
        let slot = |text: &[u8]| {
            let half = half(hash_of(text));
            let first = places(self.part(half)).next().unwrap_or(0);
            self.buckets.get(self.bucket(half)).and_then(|bucket| bucket.get(first)).copied().unwrap_or(0)
        };
        core::hint::black_box(texts.fold(0, |all, text| all ^ slot(text)));
    }

    /// The symbol of a text, if the text is known.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.known(hash_of(text.as_bytes()), text.as_bytes()).ok().map(|seen| seen.sym)
    }

    /// The symbol of a text and where the text is, else the slot that is free for it.
    #[inline(always)]
    fn known(&self, hash: u64, text: &[u8]) -> Result<Seen, Free> {
        let half = half(hash);
        let (part, numbers) = (self.part(half), self.numbers());
        let mut number = self.bucket(half);
        loop {
            let Some(bucket) = self.buckets.get(number) else { return Err(Free::default()) };
            for place in places(part) {
                let slot = bucket.get(place).copied().unwrap_or(0);
                let Some(sym) = NonZeroU32::new(slot & numbers).map(Sym) else { return Err(Free { number, place }) };
                if slot & !ELSEWHERE & !numbers == part
                    && let Some(seen) = self.is(sym, text)
                {
                    return Ok(seen);
                }
            }
            number = number.wrapping_add(1) & self.buckets.len().wrapping_sub(1);
        }
    }

    /// Where the text of a symbol is, if it is this one.
    #[inline(always)]
    fn is(&self, sym: Sym, text: &[u8]) -> Option<Seen> {
        let seen = self.place(sym)?;
        same(self.text(seen).as_bytes(), text).then_some(seen)
    }

    /// Where the text of a symbol is, if there is that.
    #[inline(always)]
    fn place(&self, sym: Sym) -> Option<Seen> {
        let index = sym.index();
        let block = self.blocks.get(index >> BLOCK_BITS).filter(|_| index < self.count)?;
        // The lengths of those before it, and its own above them.
        let lengths = u64::from_le_bytes(block.lengths);
        let shift = sym.number().wrapping_mul(u8::BITS) & (u64::BITS - u8::BITS);
        let before = lengths & !u64::MAX.unbounded_shl(shift);
        let pairs = (before & 0x00FF_00FF_00FF_00FF).wrapping_add(before >> 8 & 0x00FF_00FF_00FF_00FF);
        let sum = pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48;
        let start = block.start.wrapping_add(usize::try_from(sum).unwrap_or(0));
        let length = usize::try_from(lengths.unbounded_shr(shift) & 0xFF).unwrap_or(0);
        Some(Seen { sym, start, end: start.wrapping_add(length) })
    }

    /// A text that was found.
    #[inline(always)]
    fn text(&self, Seen { sym, start, end }: Seen) -> &str {
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

    /// The symbol with this number, if one was given out.
    pub fn sym_at(&self, index: usize) -> Option<Sym> {
        (index < self.count).then(|| Sym::numbered(row(index)))
    }

    /// The text of a symbol of this interner.
    #[inline(never)]
    pub fn get(&self, sym: Sym) -> &str {
        let last = self.last.filter(|last| last.sym == sym);
        last.or_else(|| self.place(sym)).map_or("", |seen| self.text(seen))
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
    fn texts_of_any_length_are_kept_once_over_many_chunks() {
        let mut interner = Interner::default();
        let long = [LONG - 1, LONG, CHUNK - 1, CHUNK, CHUNK + 2, 3 * CHUNK].map(|length| "ä".repeat(length / 2) + "x");
        let texts: Vec<String> = (0..3_000_usize)
            .map(|number| format!("{number}{}", "é".repeat(number * 7 % 130)))
            .chain(long)
            .chain((0..LONG + 3).map(|length| "y".repeat(length)))
            .collect();
        let syms: Vec<Sym> = texts.iter().map(|text| interner.intern(text)).collect();
        assert!(interner.chunks.len() > 20);
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
        fn each_text_is_kept_once(texts in prop::collection::vec("[ab]{0,3}|(abcdefgh){0,2}[ab]{0,9}|a{252,258}|\\PC{0,40}", 0..200)) {
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
