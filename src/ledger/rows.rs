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

    /// Adds a place, or takes it away.
    pub fn put(&mut self, place: usize, is: bool) {
        if is {
            self.add(place);
        } else if let Some(word) = self.0.get_mut(place / 64) {
            *word &= !(1 << (place % 64));
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

/// Makes room for so many bytes that will be needed soon. WebAssembly's memory grows by 64 KiB whenever it must, and a host takes as
/// long for that as for megabytes. Where there is no more, what is really needed may still fit.
pub fn make_room(bytes: usize) {
    const STEP: usize = 1 << 22;
    let step = |_| {
        let mut room = Vec::<u8>::new();
        room.try_reserve_exact(STEP).ok().map(|()| room)
    };
    let room: Vec<_> = (0..bytes / STEP).map_while(step).collect();
    drop(core::hint::black_box(room));
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

/// Which rows belong to which owner: mostly one, which stands by itself, else a part of a flat list; what changed since stands
/// beside it.
#[derive(Debug, Default)]
pub struct Links {
    /// The row of each owner, or with [`LISTED`] where its list is.
    rows: Vec<u32>,
    /// Each list behind its length.
    lists: Vec<u32>,
    changed: HashMap<u32, Vec<u32>, FxBuildHasher>,
}

/// Says that a number is the place of a list. [`NONE`] is no place: a list has three numbers at least.
const LISTED: u32 = 1 << 31;

impl Links {
    /// Links each row to its owner; rows of [`NONE`] belong to nobody. Rows of one owner keep their order.
    pub fn new(owners: usize, rows: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        if { rows.clone() }.all(|(_, owner)| owner == NONE) {
            return Self::default();
        }
        // First how many each has, then where its list is.
        let mut own = vec![0_u32; owners];
        for (_, owner) in rows.clone() {
            if let Some(count) = own.get_mut(at(owner)) {
                *count = count.saturating_add(1);
            }
        }
        let mut length = 0_usize;
        for known in &mut own {
            let count = *known;
            *known = if count > 1 { LISTED | row(length) } else { NONE };
            length = length.saturating_add(if count > 1 { at(count).saturating_add(1) } else { 0 });
        }
        let mut lists = vec![0_u32; length];
        for (row, owner) in rows {
            match own.get_mut(at(owner)) {
                Some(only) if *only == NONE => *only = row,
                Some(place) => {
                    if let Some([count, list @ ..]) = lists.get_mut(at(*place & !LISTED)..)
                        && let Some(next) = list.get_mut(at(*count))
                    {
                        *next = row;
                        *count = count.saturating_add(1);
                    }
                }
                None => {}
            }
        }
        Self { rows: own, lists, changed: HashMap::default() }
    }

    /// The rows of an owner.
    #[inline]
    pub fn of(&self, owner: u32) -> &[u32] {
        if !self.changed.is_empty()
            && let Some(rows) = self.changed.get(&owner)
        {
            return rows;
        }
        part(&self.rows, &self.lists, owner)
    }

    /// The rows of an owner, to be changed.
    pub fn edit(&mut self, owner: u32) -> &mut Vec<u32> {
        let Self { rows, lists, changed } = self;
        changed.entry(owner).or_insert_with(|| part(rows, lists, owner).to_vec())
    }
}

/// An owner's rows.
#[inline]
fn part<'l>(rows: &'l [u32], lists: &'l [u32], owner: u32) -> &'l [u32] {
    match rows.get(at(owner)) {
        None | Some(&NONE) => &[],
        Some(only) if only & LISTED == 0 => core::slice::from_ref(only),
        Some(place) => match lists.get(at(*place & !LISTED)..) {
            Some([count, list @ ..]) => list.get(..at(*count)).unwrap_or_default(),
            _ => &[],
        },
    }
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
        fn an_owner_has_its_rows_in_their_order(of in prop::collection::vec(prop::option::of(0..20_u32), 0..60), new in 0..25_u32) {
            let rows = (0_u32..).zip(of.iter().map(|owner| owner.unwrap_or(NONE)));
            let mut links = Links::new(20, rows);
            let plain = |owner| (0_u32..).zip(&of).filter(|(_, its)| **its == Some(owner)).map(|(row, _)| row).collect::<Vec<_>>();
            for owner in 0..25 {
                prop_assert_eq!(links.of(owner), plain(owner));
            }
            links.edit(new).push(99);
            for owner in 0..25 {
                let mut rows = plain(owner);
                rows.extend((owner == new).then_some(99));
                prop_assert_eq!(links.of(owner), rows);
            }
        }

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
