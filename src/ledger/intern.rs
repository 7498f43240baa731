//! Text kept once.
//!
//! Ids, addresses and fingerprints repeat from record to record. Each distinct text is stored once and stands everywhere as
//! a [`Sym`] of four bytes; equal symbols are equal texts.

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

/// Up to eight bytes as one number: no two texts of one length come to the same.
#[inline(always)]
fn short(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
    }
    bytes.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

/// A hash that is the same on every machine, eight bytes a step. It needs no 128-bit product, which WebAssembly lacks.
///
/// One instance serves all callers.
#[inline(never)]
fn hash_of(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64;
    for word in bytes.as_chunks::<8>().0 {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hash ^= hash >> 32;
    }
    // The last eight bytes overlap with what was taken in before.
    let last = bytes.last_chunk::<8>().map_or_else(|| short(bytes), |last| u64::from_le_bytes(*last));
    stir(hash, last)
}

/// Whether two texts are equal, eight bytes a step: WebAssembly's own comparison goes byte by byte.
#[inline(always)]
fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(last), Some(other)) => {
            let mut words = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
            u64::from_ne_bytes(*last) == u64::from_ne_bytes(*other)
                && words.all(|(a, b)| u64::from_ne_bytes(*a) == u64::from_ne_bytes(*b))
        }
        _ => short(a) == short(b),
    }
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

/// Rows by a symbol and something beside it.
///
/// Symbols are dense numbers in the order in which their texts came. So an entry is found without a hash, by a look into an
/// array, and what came together lies together. The few entries of one symbol are a list, the newest first.
#[derive(Debug)]
pub struct SymMap<K> {
    /// For each symbol its newest entry, counted from 1; 0 for none.
    first: Vec<u32>,
    /// Each entry, and the next one of its symbol.
    entries: Vec<(K, u32, u32)>,
}

impl<K> Default for SymMap<K> {
    fn default() -> Self {
        Self { first: Vec::new(), entries: Vec::new() }
    }
}

impl<K: Copy + PartialEq> SymMap<K> {
    /// The places of a symbol's entries.
    #[inline(always)]
    fn places(&self, sym: Sym) -> impl Iterator<Item = usize> {
        let mut next = self.first.get(sym.index()).copied().unwrap_or(0);
        core::iter::from_fn(move || {
            let place = usize::try_from(next).ok()?.checked_sub(1)?;
            next = self.entries.get(place)?.2;
            Some(place)
        })
    }

    /// The entries of a symbol, the newest first.
    #[inline(always)]
    pub fn of(&self, sym: Sym) -> impl Iterator<Item = (K, u32)> {
        self.places(sym).filter_map(|place| self.entries.get(place).map(|&(key, row, _)| (key, row)))
    }

    /// All entries, each with its symbol.
    pub fn iter(&self) -> impl Iterator<Item = (Sym, K, u32)> {
        let symbols = (1..=u32::MAX).filter_map(NonZeroU32::new).map(Sym).take(self.first.len());
        symbols.flat_map(|sym| self.of(sym).map(move |(key, row)| (sym, key, row)))
    }

    /// The row of a key.
    #[inline(always)]
    pub fn get(&self, sym: Sym, key: K) -> Option<u32> {
        self.of(sym).find(|(known, _)| *known == key).map(|(_, row)| row)
    }

    /// All rows, to be changed.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        self.entries.iter_mut().map(|(_, row, _)| row)
    }

    /// The row of a key that is known.
    #[inline(always)]
    pub fn row_mut(&mut self, sym: Sym, key: K) -> Option<&mut u32> {
        let known = |place: &usize| self.entries.get(*place).is_some_and(|(known, _, _)| *known == key);
        let place = self.places(sym).find(known)?;
        self.entries.get_mut(place).map(|(_, row, _)| row)
    }

    /// The row of a key; a new key gets this one.
    #[inline(always)]
    pub fn get_or_insert_with(&mut self, sym: Sym, key: K, row: impl FnOnce() -> u32) -> u32 {
        self.get(sym, key).unwrap_or_else(|| {
            let row = row();
            self.insert(sym, key, row);
            row
        })
    }

    /// Adds a key that is new.
    #[inline(always)]
    pub fn insert(&mut self, sym: Sym, key: K, row: u32) {
        if self.first.len() <= sym.index() {
            self.first.resize(sym.index().saturating_add(1), 0);
        }
        if let Some(first) = self.first.get_mut(sym.index()) {
            self.entries.push((key, row, *first));
            *first = u32::try_from(self.entries.len()).unwrap_or(0);
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }
}

/// All texts of a ledger.
#[derive(Debug, Default)]
pub struct Interner {
    text: String,
    /// Where each text ends in `text`; it starts where the one before ends.
    ends: Vec<usize>,
    /// Half of the hash of each text, for the table to grow.
    halves: Vec<u32>,
    table: HashTable<Sym>,
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
        self.halves.push(half(hash));
        let Self { halves, table, .. } = self;
        table.insert_unique(spread(half(hash)), sym, |sym| spread(halves.get(sym.index()).copied().unwrap_or(0)));
        sym
    }

    /// The symbol of a text, if the text is known.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.known(hash_of(text.as_bytes()), text.as_bytes())
    }

    #[inline(always)]
    fn known(&self, hash: u64, text: &[u8]) -> Option<Sym> {
        let same = |&sym: &Sym| self.text.as_bytes().get(self.range(sym)).is_some_and(|known| same(known, text));
        self.table.find(spread(half(hash)), same).copied()
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
        #[test]
        fn a_map_by_symbols_is_a_map(
            steps in prop::collection::vec((1..9_u32, 0..3_u8, 0..99_u32, any::<bool>()), 0..60),
        ) {
            let sym = |number| Sym(NonZeroU32::new(number).unwrap());
            let (mut map, mut plain) = (SymMap::default(), std::collections::BTreeMap::new());
            for (number, key, row, changes) in steps {
                prop_assert_eq!(map.get(sym(number), key), plain.get(&(number, key)).copied());
                let known = *plain.entry((number, key)).or_insert(row);
                prop_assert_eq!(map.get_or_insert_with(sym(number), key, || row), known);
                if changes {
                    *map.row_mut(sym(number), key).unwrap() = row;
                    plain.insert((number, key), row);
                }
                prop_assert_eq!(map.len(), plain.len());
            }
            let mut all: Vec<_> = map.iter().map(|(sym, key, row)| ((sym.0.get(), key), row)).collect();
            all.sort_unstable();
            prop_assert_eq!(all, plain.into_iter().collect::<Vec<_>>());
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
