//! Rows found by a symbol.

use super::intern::Sym;
use super::numbers::Numbers;
use super::record::Mode;
use super::rows::{Chunked, NONE, at, row as number};
use super::tables::Kind;
use crate::identity::IdentifierKind;
use crate::source::Source;
use core::marker::PhantomData;
use core::num::NonZeroU32;
use hashbrown::HashMap;

/// Rows by a symbol and something beside it.
///
/// Symbols are nearly dense numbers, those of one kind of text in the order in which they came. So an entry is found without a hash, by
/// a look into an array, and what came together lies together. Where a symbol has one entry, as most have, or two with one row, and its
/// keys are among those that came first, the array has that itself, until it is changed. The few entries of another symbol are a list,
/// the newest first; where they are many (one order number in many shops), a hash table finds them.
#[derive(Debug)]
pub struct SymMap<K> {
    rows: Rows,
    keys: PhantomData<K>,
}

impl<K> Default for SymMap<K> {
    fn default() -> Self {
        Self { rows: Rows::default(), keys: PhantomData }
    }
}

impl<K: Pack> SymMap<K> {
    const FITS: () = assert!(K::BITS <= 48);

    /// The row of a key.
    #[inline(always)]
    pub fn get(&self, sym: Sym, key: K) -> Option<u32> {
        self.rows.get(sym, key.pack())
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
        const { Self::FITS };
        self.rows.insert(sym, key.pack(), row);
    }

    /// Gives a key this row, if it is new or `beats` says so of the row that it has.
    pub fn put(&mut self, sym: Sym, key: K, row: u32, beats: impl FnOnce(u32) -> bool) {
        const { Self::FITS };
        self.rows.put(sym, key.pack(), row, beats);
    }

    /// Gives a key that is there no row: [`NONE`].
    pub fn clear(&mut self, sym: Sym, key: K) {
        self.rows.spell_out(sym);
        if let Some(place) = self.rows.place(sym, key.pack())
            && let Some(entry) = self.rows.entries.get_mut(place)
        {
            entry.row = NONE;
        }
    }

    /// The keys with this symbol and their rows, the newest first.
    pub fn of(&self, sym: Sym) -> impl Iterator<Item = (K, u32)> {
        self.rows.of(sym).filter_map(|(key, row)| Some((K::unpack(key)?, row)))
    }
}

/// A [`SymMap`] whose keys are numbers: one instance serves all.
#[derive(Debug, Default)]
struct Rows {
    /// For each symbol its only entry, or two with one row, if they fit ([`ONLY`]); else the place of its newest.
    first: Numbers,
    /// The keys that came first: mostly there are no others.
    usual: Vec<Pair>,
    entries: Chunked<Entry>,
    /// The places of the entries of crowded symbols.
    crowded: HashMap<(Sym, u64), usize, rustc_hash::FxBuildHasher>,
}

/// The key of a symbol's only entry, or of two with one row: where a system has one id for a payment and its order, or for an intent and
/// its attempt, each came with the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Pair {
    first: u64,
    second: Option<u64>,
}

/// Sixteen bytes: there are millions of them.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The key's lower bits, and those above them.
    key: u32,
    above: u16,
    /// How many entries of its symbol follow; no more than those that make it crowded are counted.
    following: u16,
    row: u32,
    /// The place of the next entry of its symbol, or [`NONE`].
    next: u32,
}

impl Entry {
    fn key(&self) -> u64 {
        u64::from(self.above) << 32 | u64::from(self.key)
    }
}

/// The lower and the upper bits of a key, which has no more than 48.
#[expect(clippy::cast_possible_truncation, reason = "the parts are meant")]
#[inline(always)]
fn parts(key: u64) -> (u32, u16) {
    (key as u32, (key >> 32) as u16)
}

/// A symbol with as many entries is crowded.
const CROWD: u16 = 16;

/// Says that a number is an entry: 26 bits for its row, and five for the place of its keys among the usual. So numbers of rows that
/// follow each other do, too.
const ONLY: u32 = 1 << 31;
const ROW_BITS: u32 = 26;
const KEY_BITS: u32 = 5;
/// [`NONE`] has a place that no key has.
const MOST_USUAL: usize = (1 << KEY_BITS) - 1;

impl Rows {
    /// A symbol's entries, each with its place, the newest first.
    #[inline(always)]
    fn entries(&self, sym: Sym) -> impl Iterator<Item = (usize, &Entry)> {
        let mut next = self.first.at(sym.number());
        core::iter::from_fn(move || {
            let place = at(next);
            let entry = self.entries.get(place)?;
            next = entry.next;
            Some((place, entry))
        })
    }

    /// A symbol's keys and their rows, the newest first.
    fn of(&self, sym: Sym) -> Entries<'_> {
        let next = self.first.at(sym.number());
        match self.only(sym) {
            Some((Pair { first, second }, row)) => Entries { rows: self, second, first: Some(first), row, next: NONE },
            None => Entries { rows: self, second: None, first: None, row: NONE, next },
        }
    }

    /// A symbol's entry, or two, if they stand in the array itself.
    #[inline(always)]
    fn only(&self, sym: Sym) -> Option<(Pair, u32)> {
        let first = self.first.at(sym.number());
        if first & ONLY == 0 {
            return None;
        }
        let keys = self.usual.get(at(first & ((1 << KEY_BITS) - 1)))?;
        Some((*keys, (first & !ONLY) >> KEY_BITS))
    }

    /// Lets an entry, or two, stand in the array itself; whether it fits.
    #[inline(always)]
    fn put_only(&mut self, sym: Sym, keys: Pair, row: u32) -> bool {
        if row >> ROW_BITS != 0 {
            return false;
        }
        let usual = self.usual.iter().position(|&usual| usual == keys);
        let Some(place) = usual.or_else(|| self.make_usual(keys)) else { return false };
        self.first.put(sym.number(), ONLY | row << KEY_BITS | number(place));
        true
    }

    #[cold]
    fn make_usual(&mut self, keys: Pair) -> Option<usize> {
        (self.usual.len() < MOST_USUAL).then(|| self.usual.push(keys))?;
        self.usual.len().checked_sub(1)
    }

    /// Makes a list of what stands in the array itself.
    #[inline(never)]
    fn spell_out(&mut self, sym: Sym) {
        let Some((Pair { first, second }, row)) = self.only(sym) else { return };
        self.list(sym, first, row, 0, NONE);
        if let Some(second) = second {
            self.list(sym, second, row, 1, self.first.at(sym.number()));
        }
    }

    /// Puts an entry before those of its symbol.
    fn list(&mut self, sym: Sym, key: u64, row: u32, following: u16, next: u32) {
        let (key, above) = parts(key);
        self.first.put(sym.number(), number(self.entries.len()));
        self.entries.push(Entry { key, above, following, row, next });
    }

    #[inline(never)]
    fn get(&self, sym: Sym, key: u64) -> Option<u32> {
        if let Some((Pair { first, second }, row)) = self.only(sym) {
            return (first == key || second == Some(key)).then_some(row);
        }
        // Mostly the newest entry is the only one.
        let (_, newest) = self.entries(sym).next()?;
        if newest.key() == key {
            Some(newest.row)
        } else {
            self.entries.get(self.place(sym, key)?).map(|entry| entry.row)
        }
    }

    #[inline(never)]
    fn place(&self, sym: Sym, key: u64) -> Option<usize> {
        let (_, newest) = self.entries(sym).next()?;
        if newest.following >= CROWD {
            return self.crowded.get(&(sym, key)).copied();
        }
        self.entries(sym).find(|(_, entry)| entry.key() == key).map(|(place, _)| place)
    }

    fn put(&mut self, sym: Sym, key: u64, row: u32, beats: impl FnOnce(u32) -> bool) {
        self.spell_out(sym);
        match self.place(sym, key).and_then(|place| self.entries.get_mut(place)) {
            Some(known) if beats(known.row) => known.row = row,
            Some(_) => {}
            None => self.insert(sym, key, row),
        }
    }

    #[inline(never)]
    fn insert(&mut self, sym: Sym, key: u64, row: u32) {
        let keys = match self.only(sym) {
            None if self.first.at(sym.number()) == NONE => Some(Pair { first: key, second: None }),
            Some((Pair { first, second: None }, same)) if same == row => Some(Pair { first, second: Some(key) }),
            _ => None,
        };
        if keys.is_some_and(|keys| self.put_only(sym, keys, row)) {
            return;
        }
        self.spell_out(sym);
        let following = self.entries(sym).next().map_or(0, |(_, newest)| newest.following.saturating_add(1));
        let following = following.min(CROWD.saturating_add(1));
        self.list(sym, key, row, following, self.first.at(sym.number()));
        // Once a symbol is crowded, all of its entries are in the table.
        if following >= CROWD {
            self.crowd(sym, if following == CROWD { usize::MAX } else { 1 });
        }
    }

    /// Enters so many of a symbol's newest entries into the table.
    #[cold]
    #[inline(never)]
    fn crowd(&mut self, sym: Sym, newest: usize) {
        let places: Vec<_> = self.entries(sym).take(newest).map(|(place, entry)| ((sym, entry.key()), place)).collect();
        self.crowded.extend(places);
    }
}

/// The entries of a symbol: those in the array itself, or those of its list.
struct Entries<'r> {
    rows: &'r Rows,
    second: Option<u64>,
    first: Option<u64>,
    row: u32,
    /// The place of the next one of the list.
    next: u32,
}

impl Iterator for Entries<'_> {
    type Item = (u64, u32);

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(key) = self.second.take().or_else(|| self.first.take()) {
            return Some((key, self.row));
        }
        let entry = self.rows.entries.get(at(self.next))?;
        self.next = entry.next;
        Some((entry.key(), entry.row))
    }
}

/// What can be written as one number of so many bits, and read again.
pub trait Pack: Copy {
    /// How many bits.
    const BITS: u32;
    /// The number.
    fn pack(self) -> u64;
    /// What the lowest bits of a number stand for.
    fn unpack(number: u64) -> Option<Self>;
}

impl Pack for Sym {
    const BITS: u32 = 32;
    fn pack(self) -> u64 {
        u64::from(self.0.get())
    }
    fn unpack(number: u64) -> Option<Self> {
        u32::try_from(number & u64::from(u32::MAX)).ok().and_then(NonZeroU32::new).map(Self)
    }
}

/// Packs an enum; its variants stand in order of declaration.
macro_rules! pack {
    ($($name:ident { $($variant:ident)+ })+) => {
        $(impl Pack for $name {
            const BITS: u32 = 4;
            fn pack(self) -> u64 {
                u64::from(self as u8)
            }
            fn unpack(number: u64) -> Option<Self> {
                const ALL: &[$name] = &[$($name::$variant),+];
                ALL.get(usize::try_from(number & 15).ok()?).copied()
            }
        })+
    };
}

pack! {
    Source { Stripe Dodo Flatpay Shopify Woocommerce Canonical }
    Mode { Live Test Unknown }
    Kind { Attempt Intent Refund Dispute Customer Session Order Annex }
    IdentifierKind { Email Phone Card Customer }
}

impl<T: Pack> Pack for Option<T> {
    const BITS: u32 = T::BITS + 1;
    fn pack(self) -> u64 {
        self.map_or(0, |some| 1 << T::BITS | some.pack())
    }
    fn unpack(number: u64) -> Option<Self> {
        if number >> T::BITS & 1 == 1 { T::unpack(number).map(Some) } else { Some(None) }
    }
}

impl<A: Pack, B: Pack> Pack for (A, B) {
    const BITS: u32 = A::BITS + B::BITS;
    fn pack(self) -> u64 {
        self.0.pack() << B::BITS | self.1.pack()
    }
    fn unpack(number: u64) -> Option<Self> {
        Some((A::unpack(number >> B::BITS)?, B::unpack(number)?))
    }
}

impl<A: Pack, B: Pack, C: Pack> Pack for (A, B, C) {
    const BITS: u32 = A::BITS + B::BITS + C::BITS;
    fn pack(self) -> u64 {
        (self.0, (self.1, self.2)).pack()
    }
    fn unpack(number: u64) -> Option<Self> {
        let (a, (b, c)) = <(A, (B, C))>::unpack(number)?;
        Some((a, b, c))
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
            steps in prop::collection::vec(
                (1..9_u32, 0..3_u64, 1..30_u32, prop_oneof![0..3_u32, 0..99_u32], prop::option::of(any::<bool>())),
                0..400,
            ),
        ) {
            let sym = |number| Sym(NonZeroU32::new(number).unwrap());
            let (mut map, mut plain) = (SymMap::default(), std::collections::BTreeMap::new());
            let mut added = Vec::new();
            for (number, mode, other, row, changes) in steps {
                // Some rows are too large to stand in the array.
                let row = if row > 90 { (1 << ROW_BITS) - 95 + row } else { row };
                let key = (Mode::unpack(mode).unwrap(), sym(other));
                prop_assert_eq!(map.get(sym(number), key), plain.get(&(number, mode, other)).copied());
                let known = *plain.entry((number, mode, other)).or_insert_with(|| {
                    added.push((number, mode, other));
                    row
                });
                prop_assert_eq!(map.get_or_insert_with(sym(number), key, || row), known);
                // What is only added may stand in the array itself.
                let Some(changes) = changes else { continue };
                map.put(sym(number), key, row, |before| {
                    assert_eq!(before, known);
                    changes
                });
                if changes {
                    plain.insert((number, mode, other), row);
                }
            }
            for cleared in [false, true] {
                if cleared {
                    for ((number, mode, other), row) in plain.iter_mut().step_by(2) {
                        map.clear(sym(*number), (Mode::unpack(*mode).unwrap(), sym(*other)));
                        *row = NONE;
                    }
                }
                for number in 1..9 {
                    let all = map.of(sym(number)).map(|((mode, other), row)| ((number, mode.pack(), other.0.get()), row));
                    let newest_first = added.iter().rev().filter(|key| key.0 == number).map(|key| (*key, plain[key]));
                    prop_assert_eq!(all.collect::<Vec<_>>(), newest_first.collect::<Vec<_>>());
                }
                for (&(number, mode, other), &row) in &plain {
                    prop_assert_eq!(map.get(sym(number), (Mode::unpack(mode).unwrap(), sym(other))), Some(row));
                }
            }
        }

        #[test]
        fn what_is_packed_is_read_again(kind in 0..8_u64, source in 0..6_u64, sym in 1..=u32::MAX) {
            let key = (Kind::unpack(kind).unwrap(), Source::unpack(source).unwrap(), Sym(NonZeroU32::new(sym).unwrap()));
            prop_assert_eq!((key.0.pack(), key.1.pack()), (kind, source));
            prop_assert_eq!(<(Kind, Source, Sym)>::unpack(key.pack()), Some(key));
            for scope in [None, Some((key.1, key.2))] {
                prop_assert_eq!(<(Kind, Option<(Source, Sym)>)>::unpack((key.0, scope).pack()), Some((key.0, scope)));
            }
        }
    }

    #[test]
    fn two_keys_with_one_row_take_no_list() {
        let sym = |number| Sym(NonZeroU32::new(number).unwrap());
        let mut map = SymMap::default();
        for (number, (first, second)) in [(0, (7, 7)), (1, (8, 9))] {
            map.insert(sym(1 + number), Kind::Intent, first);
            map.insert(sym(1 + number), Kind::Attempt, second);
            assert_eq!(map.rows.entries.len(), if number == 0 { 0 } else { 2 });
        }
        // A third makes a list of them.
        map.insert(sym(1), Kind::Order, 7);
        assert_eq!(map.rows.entries.len(), 5);
    }
}
