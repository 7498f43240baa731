//! Rows by number, lists of them by owner, and lists of them in order.

use core::cmp::Ordering;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// No row.
pub const NONE: u32 = u32::MAX;

/// A row number as an index.
pub fn at(row: u32) -> usize {
    usize::try_from(row).unwrap_or(usize::MAX)
}

/// An index as a row number.
pub fn row(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}

/// The number at a place of a dense list; [`NONE`] past its end.
pub fn number_at(list: &[u32], place: u32) -> u32 {
    list.get(at(place)).copied().unwrap_or(NONE)
}

/// Numbers of a page.
const PAGE: usize = 1 << PAGE_BITS;
const PAGE_BITS: u32 = 10;

/// A dense list of row numbers by row number, in pages; [`NONE`] where nothing was written.
#[derive(Debug, Default)]
pub struct Numbers {
    pages: Vec<Box<[u32; PAGE]>>,
}

impl Numbers {
    /// The number at a place.
    #[inline(always)]
    pub fn at(&self, place: u32) -> u32 {
        let page = self.pages.get(at(place) >> PAGE_BITS);
        page.and_then(|page| page.get(at(place) & PAGE.wrapping_sub(1))).copied().unwrap_or(NONE)
    }

    /// The number at a place, if there is one.
    #[inline(always)]
    pub fn some(&self, place: u32) -> Option<u32> {
        Some(self.at(place)).filter(|&number| number != NONE)
    }

    /// Writes a number at a place; the list grows as it must.
    #[inline(always)]
    pub fn put(&mut self, place: u32, number: u32) {
        if number != NONE && self.pages.len() <= at(place) >> PAGE_BITS {
            self.reach(place);
        }
        let page = self.pages.get_mut(at(place) >> PAGE_BITS);
        if let Some(slot) = page.and_then(|page| page.get_mut(at(place) & PAGE.wrapping_sub(1))) {
            *slot = number;
        }
    }

    #[cold]
    #[inline(never)]
    fn reach(&mut self, place: u32) {
        let pages = (at(place) >> PAGE_BITS).saturating_add(1);
        self.pages.resize_with(pages, || Box::new([NONE; PAGE]));
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }
}

/// Places, a bit each.
#[derive(Debug, Default)]
pub struct Bits(Vec<u64>);

impl Bits {
    /// Whether a place is among them.
    pub fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    /// Adds a place.
    pub fn add(&mut self, place: usize) {
        let word = place / 64;
        if self.0.len() <= word {
            self.0.resize(word.saturating_add(1), 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (place % 64);
        }
    }

    /// The first of them from a place on.
    pub fn next(&self, from: usize) -> Option<usize> {
        let mut word = from / 64;
        let mut left = self.0.get(word)? & u64::MAX << (from % 64);
        while left == 0 {
            word = word.saturating_add(1);
            left = *self.0.get(word)?;
        }
        word.checked_mul(64)?.checked_add(usize::try_from(left.trailing_zeros()).ok()?)
    }
}

/// Adds an item to a list that stays nearly as short as it can be: a list of millions that doubles would leave as much empty.
pub fn push_tight<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact((list.len() / 8).max(16));
    }
    list.push(item);
}

/// Rows of a chunk.
const CHUNK: usize = 1 << CHUNK_BITS;
const CHUNK_BITS: u32 = 12;

/// A list that grows a chunk at a time: nothing moves when it grows, and at most a chunk of it is empty. WebAssembly's memory never
/// shrinks, so what a list of millions would leave behind at each doubling would stay.
#[derive(Clone, Debug)]
pub struct Chunked<T> {
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T> Chunked<T> {
    /// The item at a place.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<&T> {
        self.chunks.get(index >> CHUNK_BITS)?.get(index & CHUNK.wrapping_sub(1))
    }

    /// The item at a place, to be changed.
    #[inline(always)]
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.chunks.get_mut(index >> CHUNK_BITS)?.get_mut(index & CHUNK.wrapping_sub(1))
    }

    /// How many items there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        let last = self.chunks.last().map_or(0, Vec::len);
        (self.chunks.len().saturating_sub(1) << CHUNK_BITS).saturating_add(last)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Adds an item at the end.
    #[inline(always)]
    pub fn push(&mut self, item: T) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(item),
            _ => self.begin(item),
        }
    }

    /// A new chunk. The first grows as it must: most lists are short.
    #[cold]
    fn begin(&mut self, item: T) {
        let mut chunk = Vec::with_capacity(if self.chunks.is_empty() { 1 } else { CHUNK });
        chunk.push(item);
        self.chunks.push(chunk);
    }

    /// All items, in order.
    pub fn iter(&self) -> core::iter::Flatten<core::slice::Iter<'_, Vec<T>>> {
        self.chunks.iter().flatten()
    }
}

impl<T> FromIterator<T> for Chunked<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = Self::default();
        items.into_iter().for_each(|item| list.push(item));
        list
    }
}

impl<'l, T> IntoIterator for &'l Chunked<T> {
    type Item = &'l T;
    type IntoIter = core::iter::Flatten<core::slice::Iter<'l, Vec<T>>>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Which rows belong to which owner: one flat list, and where each owner's part starts; what changed since stands beside it.
#[derive(Debug, Default)]
pub struct Links {
    rows: Vec<u32>,
    starts: Vec<u32>,
    changed: HashMap<u32, Vec<u32>, FxBuildHasher>,
}

impl Links {
    /// Links each row to its owner; rows of [`NONE`] belong to nobody. Rows of one owner keep their order.
    pub fn new(owners: usize, rows: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        if { rows.clone() }.all(|(_, owner)| owner == NONE) {
            return Self::default();
        }
        let mut starts = vec![0_u32; owners.saturating_add(1)];
        for (_, owner) in rows.clone() {
            if let Some(count) = at(owner).checked_add(1).and_then(|next| starts.get_mut(next)) {
                *count = count.saturating_add(1);
            }
        }
        let mut sum = 0_u32;
        for start in &mut starts {
            sum = sum.saturating_add(*start);
            *start = sum;
        }
        let mut list = vec![NONE; at(sum)];
        // Each start moves on to where the next part starts, and back.
        for (row, owner) in rows {
            if let Some(cursor) = starts.get_mut(at(owner))
                && let Some(slot) = list.get_mut(at(*cursor))
            {
                *slot = row;
                *cursor = cursor.saturating_add(1);
            }
        }
        starts.rotate_right(1);
        if let Some(first) = starts.first_mut() {
            *first = 0;
        }
        Self { rows: list, starts, changed: HashMap::default() }
    }

    /// The rows of an owner.
    pub fn of(&self, owner: u32) -> &[u32] {
        if !self.changed.is_empty()
            && let Some(rows) = self.changed.get(&owner)
        {
            return rows;
        }
        part(&self.rows, &self.starts, owner)
    }

    /// The rows of an owner, to be changed.
    pub fn edit(&mut self, owner: u32) -> &mut Vec<u32> {
        let Self { rows, starts, changed } = self;
        changed.entry(owner).or_insert_with(|| part(rows, starts, owner).to_vec())
    }
}

/// An owner's part of a flat list.
fn part<'l>(rows: &'l [u32], starts: &[u32], owner: u32) -> &'l [u32] {
    let start = starts.get(at(owner)).copied().unwrap_or(0);
    let end = at(owner).checked_add(1).and_then(|next| starts.get(next)).copied().unwrap_or(start);
    rows.get(at(start)..at(end)).unwrap_or_default()
}

/// Puts a row into a list that is in order.
pub fn insert_in_order(list: &mut Vec<u32>, row: u32, compare: impl Fn(u32, u32) -> Ordering) {
    // What comes last is new, mostly.
    let place = match list.last() {
        Some(&last) if compare(last, row).is_gt() => list.partition_point(|&known| compare(known, row).is_lt()),
        _ => list.len(),
    };
    list.insert(place, row);
}

/// Takes a row out of a list. What changes is new, mostly, and stands at the end.
pub fn remove(list: &mut Vec<u32>, row: u32) {
    if let Some(place) = list.iter().rposition(|&known| known == row) {
        list.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn places_that_were_added_are_found_in_order(places in prop::collection::btree_set(0..400_usize, 0..20)) {
            let mut bits = Bits::default();
            places.iter().rev().for_each(|&place| bits.add(place));
            for from in 0..500 {
                prop_assert_eq!(bits.has(from), places.contains(&from));
                prop_assert_eq!(bits.next(from), places.range(from..).next().copied());
            }
        }
    }
}
