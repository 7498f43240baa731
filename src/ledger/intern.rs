//! Text kept once.
//!
//! Ids, addresses and fingerprints repeat from record to record. Each distinct text is stored once and stands everywhere as
//! a [`Sym`] of four bytes; equal symbols are equal texts.

use core::num::NonZeroU32;
use core::str::Utf8Error;
use hashbrown::HashTable;

/// A map by symbols. They are numbers that the ledger itself gives out, so the plainest hash serves.
pub type SymMap<K, V> = hashbrown::HashMap<K, V, rustc_hash::FxBuildHasher>;

/// One word of a text or a record stirred into a hash: the finaliser of SplitMix64, which is one to one.
#[inline(always)]
pub const fn stir(state: u64, word: u64) -> u64 {
    let mut mixed = state.rotate_left(23).wrapping_add(0x9E37_79B9_7F4A_7C15) ^ word;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A hash that is the same on every machine, eight bytes a step. It needs no 128-bit product, which WebAssembly lacks.
///
/// One instance serves all callers.
#[inline(never)]
fn hash_of(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = bytes.len() as u64;
    for word in words {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash ^= hash >> 32;
    }
    let last = rest.iter().rev().fold(0, |sum: u64, &byte| sum << 8 | u64::from(byte));
    stir(hash, last)
}

/// Whether two texts are equal, eight bytes a step: WebAssembly's own comparison goes byte by byte.
#[inline(always)]
fn same(a: &[u8], b: &[u8]) -> bool {
    let ((a_words, a_rest), (b_words, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    a.len() == b.len()
        && a_words.iter().zip(b_words).all(|(a, b)| u64::from_ne_bytes(*a) == u64::from_ne_bytes(*b))
        && a_rest.iter().zip(b_rest).all(|(a, b)| a == b)
}

/// A text in an [`Interner`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Sym(NonZeroU32);

impl Sym {
    #[inline(always)]
    fn index(self) -> usize {
        usize::try_from(self.0.get()).unwrap_or(usize::MAX).saturating_sub(1)
    }
}

/// All texts of a ledger.
#[derive(Debug, Default)]
pub struct Interner {
    text: String,
    /// Where each text ends in `text`; it starts where the one before ends.
    ends: Vec<usize>,
    hashes: Vec<u64>,
    /// Half of its hash stands beside each symbol, so that growing and most looks need nothing else.
    table: HashTable<(u32, Sym)>,
}

/// Half of a hash, and what finds it in a table.
#[inline(always)]
pub fn halves(hash: u64) -> (u32, u64) {
    #[expect(clippy::cast_possible_truncation, reason = "the half is meant")]
    let half = hash as u32;
    (half, spread(half))
}

/// A table takes its place from the lower and its tag from the upper bits.
#[inline(always)]
pub fn spread(half: u32) -> u64 {
    u64::from(half) << 32 | u64::from(half)
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
        self.hashes.push(hash);
        let (half, place) = halves(hash);
        self.table.insert_unique(place, (half, sym), |&(half, _)| spread(half));
        sym
    }

    /// The symbol of a text, if the text is known.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.known(hash_of(text.as_bytes()), text.as_bytes())
    }

    #[inline(always)]
    fn known(&self, hash: u64, text: &[u8]) -> Option<Sym> {
        let (half, place) = halves(hash);
        let same = |&(other, sym): &(u32, Sym)| {
            other == half && self.text.as_bytes().get(self.range(sym)).is_some_and(|known| same(known, text))
        };
        self.table.find(place, same).map(|&(_, sym)| sym)
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
        self.hashes.get(sym.index()).copied().unwrap_or(0)
    }
}
