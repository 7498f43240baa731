//! Text kept once.
//!
//! Ids, addresses and fingerprints repeat from record to record. Each distinct text is stored once and stands everywhere as
//! a [`Sym`] of four bytes; equal symbols are equal texts.

use crate::bytes::{same, short};
use core::num::NonZeroU32;
use core::str::Utf8Error;
use hashbrown::HashTable;

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
fn hash_of(bytes: &[u8]) -> u64 {
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
    #[inline(always)]
    pub fn index(self) -> usize {
        usize::try_from(self.0.get()).unwrap_or(usize::MAX).saturating_sub(1)
    }
}

/// All texts of a ledger.
#[derive(Debug, Default)]
pub struct Interner {
    text: String,
    /// Where each text ends in `text`; it starts where the one before ends.
    ends: Vec<usize>,
    /// Each text with half of its hash: it tells most others apart without a look at the text, and lets the table grow.
    table: HashTable<(u32, Sym)>,
}

/// Half of a hash, in the upper and the lower half: a table takes its place from the lower and its tag from the upper bits.
#[inline(always)]
fn spread(half: u32) -> u64 {
    u64::from(half) << 32 | u64::from(half)
}

#[expect(clippy::cast_possible_truncation, reason = "the half is meant")]
#[inline(always)]
fn half(hash: u64) -> u32 {
    hash as u32
}

impl Interner {
    /// The symbol of a text, stored now if it is new.
    pub fn intern(&mut self, text: &str) -> Sym {
        let hash = hash_of(text.as_bytes());
        self.known(hash, text.as_bytes()).unwrap_or_else(|| self.add(hash, text))
    }

    /// The symbol of a text in UTF-8. What equals a known text is text too, and is not checked again.
    pub fn intern_utf8(&mut self, bytes: &[u8]) -> Result<Sym, Utf8Error> {
        let hash = hash_of(bytes);
        match self.known(hash, bytes) {
            Some(sym) => Ok(sym),
            None => Ok(self.add(hash, core::str::from_utf8(bytes)?)),
        }
    }

    #[inline(never)]
    fn add(&mut self, hash: u64, text: &str) -> Sym {
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX).saturating_add(1);
        let sym = Sym(NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX));
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.table.insert_unique(spread(half(hash)), (half(hash), sym), |&(half, _)| spread(half));
        sym
    }

    /// The symbol of a text, if the text is known.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.known(hash_of(text.as_bytes()), text.as_bytes())
    }

    #[inline(always)]
    fn known(&self, hash: u64, text: &[u8]) -> Option<Sym> {
        let half = half(hash);
        let same = |&(known, sym): &(u32, Sym)| {
            known == half && self.text.as_bytes().get(self.range(sym)).is_some_and(|known| same(known, text))
        };
        self.table.find(spread(half), same).map(|&(_, sym)| sym)
    }

    #[inline(always)]
    fn range(&self, sym: Sym) -> core::ops::Range<usize> {
        let at = |index: usize| self.ends.get(index).copied();
        let end = at(sym.index()).unwrap_or(0);
        sym.index().checked_sub(1).and_then(at).unwrap_or(0)..end
    }

    /// The text of a symbol of this interner.
    #[inline(always)]
    pub fn get(&self, sym: Sym) -> &str {
        self.text.get(self.range(sym)).unwrap_or_default()
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
        fn each_text_is_kept_once(texts in prop::collection::vec("[ab]{0,3}|(abcdefgh){0,2}[ab]{0,9}|\\PC{0,40}", 0..200)) {
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
