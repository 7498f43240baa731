//! Text kept once.
//!
//! Ids, addresses and fingerprints repeat from record to record. Each distinct text is stored once and stands everywhere as
//! a [`Sym`] of four bytes; equal symbols are equal texts.

use core::num::NonZeroU32;
use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

/// A map by symbols. They are numbers that the ledger itself gives out, so the plainest hash serves.
pub type SymMap<K, V> = hashbrown::HashMap<K, V, rustc_hash::FxBuildHasher>;

/// One instance serves all callers.
#[inline(never)]
fn hash_of(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
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
    table: HashTable<Sym>,
}

impl Interner {
    /// The symbol of a text, stored now if it is new.
    pub fn intern(&mut self, text: &str) -> Sym {
        let hash = hash_of(text);
        if let Some(&sym) = self.table.find(hash, |&sym| self.hash(sym) == hash && self.get(sym) == text) {
            return sym;
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX).saturating_add(1);
        let sym = Sym(NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX));
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.table.insert_unique(hash, sym, |&sym| hashes.get(sym.index()).copied().unwrap_or(0));
        sym
    }

    /// The symbol of a text, if the text is known.
    pub fn find(&self, text: &str) -> Option<Sym> {
        let hash = hash_of(text);
        self.table.find(hash, |&sym| self.hash(sym) == hash && self.get(sym) == text).copied()
    }

    /// The text of a symbol of this interner.
    #[inline(always)]
    pub fn get(&self, sym: Sym) -> &str {
        let at = |index: usize| self.ends.get(index).copied();
        let end = at(sym.index()).unwrap_or(0);
        let start = sym.index().checked_sub(1).and_then(at).unwrap_or(0);
        self.text.get(start..end).unwrap_or_default()
    }

    /// A hash of the text that is the same on every machine.
    #[inline(always)]
    pub fn hash(&self, sym: Sym) -> u64 {
        self.hashes.get(sym.index()).copied().unwrap_or(0)
    }
}
