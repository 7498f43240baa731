//! Text kept once.
//!
//! Ids, addresses and fingerprints repeat from record to record. Each distinct text is stored once and stands everywhere as
//! a [`Sym`] of four bytes; equal symbols are equal texts.

use super::rows::{Bits, at};
use super::texts::{Seen, Texts};
use crate::bytes::short;
use core::num::NonZeroU32;
use core::str::Utf8Error;
use std::borrow::Cow;

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

    /// Its number: those of one kind of text follow each other, and some are nobody's.
    #[inline(always)]
    pub fn number(self) -> u32 {
        self.0.get().saturating_sub(1)
    }

    /// The same as an index.
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
    /// Where they stand.
    texts: Texts,
    /// How many there are.
    count: usize,
    /// The texts by their hash, a power of two of buckets, or none. The upper bits of the hash are the number of the bucket.
    buckets: Vec<Bucket>,
    /// How many bits of a slot are the number of its symbol: as many as tell all slots apart, and the largest of those numbers has to fit.
    bits: u32,
    /// The text that was found last; of those that are [`SHORT`] only what came behind another.
    last: Option<Seen>,
    /// The one that was found before it, but for those whose next one it was: a name that many have comes between what one has.
    before: Option<Seen>,
    /// Short texts that were found, but for four digits, by themselves: most come again and again.
    words: Vec<(u64, Option<Sym>)>,
    /// Four digits that were found, by the number that they are: cards end so, and they would push all other words out.
    digits: Vec<Option<Sym>>,
    /// The texts that begin as [`GUEST`] says.
    guests: Bits,
}

/// How the ids begin that Stripe shows for guests: it is asked of each payment's customer.
const GUEST: &[u8] = b"gcus_";

/// Slots that lie together: a text is in one of its own bucket, or, if that was full, in one of the buckets behind it.
///
/// A slot that is 0 is free. Else its lower bits are the number of a symbol; the bits above are those of the hash that follow the
/// bucket's number, and the uppermost says that the text is not in its own bucket. So the table grows without a look at
/// the texts: the next bits of the hash are there.
type Bucket = [u32; 1 << BUCKET_BITS];
const BUCKET_BITS: u32 = if cfg!(test) { 2 } else { 4 };
const ELSEWHERE: u32 = 1 << 31;

/// A slot that is free: its bucket, and its place there.
#[derive(Clone, Copy, Default)]
struct Free {
    number: usize,
    place: usize,
}

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

/// The number that four digits are.
#[inline(always)]
fn four_digits(text: &[u8]) -> Option<usize> {
    let digits: &[u8; 4] = text.try_into().ok()?;
    let number = |sum: usize, digit: &u8| sum.wrapping_mul(10).wrapping_add(usize::from(digit.wrapping_sub(b'0')));
    digits.iter().all(u8::is_ascii_digit).then(|| digits.iter().fold(0, number))
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
            self.found(hash, text.as_bytes()).unwrap_or_else(|free| {
                let seen = self.texts.push(text);
                self.add(half(hash), seen, text.as_bytes(), free)
            })
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
            Err(free) => {
                let seen = self.texts.push_utf8(bytes)?;
                Ok(self.add(half(hash), seen, bytes, free))
            }
        }
    }

    /// The symbol of a text, if it is a word that was just seen, or the text behind one of those that were found last. What a payer's
    /// first record said together, the next one says together: most of it is found without a look into the table.
    #[inline(always)]
    fn soon(&mut self, text: &[u8]) -> Option<Sym> {
        if text.len() < SHORT {
            let sym = match four_digits(text) {
                Some(number) => self.digits.get(number).copied().flatten(),
                None => {
                    let word = word(text);
                    let known = self.words.get(place_of(word)).copied().filter(|(known, _)| *known == word);
                    known.and_then(|(_, sym)| sym)
                }
            };
            if sym.is_some() {
                return sym;
            }
        }
        let seen = if let Some(found) = self.texts.next(self.last, text) {
            found
        } else {
            let found = self.texts.next(self.before, text)?;
            self.before = self.last;
            found
        };
        self.last = Some(seen);
        Some(seen.sym)
    }

    #[inline(always)]
    fn found(&mut self, hash: u64, text: &[u8]) -> Result<Sym, Free> {
        let seen = self.known(hash, text)?;
        self.remember(seen, text);
        Ok(seen.sym)
    }

    #[inline(always)]
    fn remember(&mut self, seen: Seen, text: &[u8]) {
        if text.len() >= SHORT {
            if seen.is_plain() {
                (self.before, self.last) = (self.last, Some(seen));
            }
            return;
        }
        if let Some(number) = four_digits(text) {
            if self.digits.is_empty() {
                self.digits = vec![None; 10_000];
            }
            if let Some(known) = self.digits.get_mut(number) {
                *known = Some(seen.sym);
            }
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

    /// Enters a text that was added, for which a slot is free, if there are buckets.
    #[inline(never)]
    fn add(&mut self, half: u32, seen: Seen, text: &[u8], free: Free) -> Sym {
        let sym = seen.sym;
        if text.starts_with(GUEST) {
            self.guests.add(sym.index());
        }
        self.remember(seen, text);
        self.count = self.count.saturating_add(1);
        let slots = self.buckets.len() << BUCKET_BITS;
        if self.count > slots.saturating_sub(slots / 4) || sym.0.get() > self.numbers() {
            self.grow(sym.index());
            self.enter(half, sym);
        } else {
            self.put(half, sym, free);
        }
        sym
    }

    /// Makes the table larger, for this symbol, too. What is not in its own bucket is hashed again: few texts are.
    #[cold]
    fn grow(&mut self, index: usize) {
        let (bits, numbers) = (self.bucket_bits(), self.numbers());
        // As long as there are few, the table is little beside the texts.
        let times = if self.buckets.len() < FEW { 4 } else { 2 };
        let more = self.buckets.len().saturating_mul(times).max(4);
        // The number of each symbol has to fit beside a hash.
        let more = more.max(index.saturating_add(2).div_ceil(1 << BUCKET_BITS).next_power_of_two());
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
                    && let Some(seen) = self.texts.is(sym, text)
                {
                    return Ok(seen);
                }
            }
            number = number.wrapping_add(1) & self.buckets.len().wrapping_sub(1);
        }
    }

    /// The symbol with this number, if one was given out.
    pub fn sym_at(&self, index: usize) -> Option<Sym> {
        self.texts.sym_at(index)
    }

    /// The text of a symbol of this interner.
    pub fn get(&self, sym: Sym) -> Cow<'_, str> {
        self.texts.get(sym)
    }

    /// Whether a text is the id of a guest: it begins with `gcus_`.
    #[inline(always)]
    pub fn is_guest_id(&self, sym: Sym) -> bool {
        self.guests.has(sym.index())
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

    /// Words, ends of cards, names that follow each other, what is long, ids of some forms, and anything.
    const TEXTS: &str =
        "[ab]{0,3}|[01a]{4}|gcus_?[ab]{0,14}|(abcdefgh){0,2}[ab]{0,9}|a{252,258}|[ab]_[a-bA1]{11,13}|\\PC{0,40}";

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
        fn each_text_is_kept_once(texts in prop::collection::vec(TEXTS, 0..200)) {
            let mut interner = Interner::default();
            let mut plain: Vec<(String, Sym)> = Vec::new();
            for text in texts {
                prop_assert_eq!(interner.find(&text), plain.iter().find(|(known, _)| *known == text).map(|(_, sym)| *sym));
                let sym = interner.intern(&text);
                prop_assert_eq!(interner.intern_utf8(text.as_bytes()), Ok(sym));
                prop_assert_eq!(interner.get(sym), text.as_str());
                prop_assert_eq!(interner.is_guest_id(sym), text.starts_with("gcus_"));
                if let Some((known, _)) = plain.iter().find(|(_, known)| *known == sym) {
                    prop_assert_eq!(known, &text);
                } else {
                    plain.push((text, sym));
                }
            }
        }
    }
}
