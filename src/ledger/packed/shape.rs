//! What many records say. Where records say of many fields now this and now that, there are as many shapes, but never more than records
//! that were written.

use crate::bytes::same;
use crate::ledger::intern::hash_of;
use crate::ledger::rows::{at, row};
use hashbrown::HashTable;

/// What is the same in many records, each once. All of a kind are of one length.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    all: Vec<u8>,
    length: usize,
    /// Their numbers by their hashes.
    numbers: HashTable<u32>,
    /// The one that was found last: mostly it is the next one's, too.
    last: u32,
}

/// One of them.
#[inline(always)]
fn shape_at(all: &[u8], length: usize, number: u32) -> Option<&[u8]> {
    all.get(at(number).wrapping_mul(length)..)?.get(..length)
}

impl Shapes {
    /// The shape with a number.
    #[inline(always)]
    pub(super) fn get(&self, number: u32) -> Option<&[u8]> {
        shape_at(&self.all, self.length, number)
    }

    /// The number of a shape, which is kept now if it is new.
    pub(super) fn number(&mut self, shape: &[u8]) -> u32 {
        let Self { all, length, numbers, last } = self;
        *length = shape.len();
        let is = |all: &[u8], known| shape_at(all, shape.len(), known).is_some_and(|known| same(known, shape));
        if all.is_empty() || !is(all, *last) {
            let hash = hash_of(shape);
            let known = numbers.find(hash, |&known| is(all, known)).copied();
            *last = known.unwrap_or_else(|| {
                let new = row(numbers.len());
                all.extend_from_slice(shape);
                let hash_of = |&known: &u32| shape_at(all, *length, known).map_or(0, hash_of);
                numbers.insert_unique(hash, new, hash_of);
                new
            });
        }
        *last
    }
}
