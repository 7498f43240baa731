//! Bytes by row.

use crate::ledger::numbers::Numbers;
use crate::ledger::rows::{NONE, row as number};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// The places of a chunk, as bits.
const CHUNK_BITS: u32 = if cfg!(test) { 8 } else { 16 };
const CHUNK: usize = 1 << CHUNK_BITS;

/// What begins from here on is no number of four bytes, as there may be outside of WebAssembly.
const FAR: usize = if cfg!(test) { 1 << 10 } else { NONE as usize };

/// Bytes that were replaced and may be left before all are written anew.
const MOST_LEFT: usize = if cfg!(test) { 200 } else { 1 << 20 };

/// Bytes by row, one row's behind the other's. How many a row has, they say themselves.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// A chunk at a time; what is longer than a chunk has one for itself.
    chunks: Vec<Vec<u8>>,
    /// How many rows there are.
    rows: usize,
    /// Where each row's begin: the number of the chunk, and the place in it.
    starts: Numbers,
    /// The same of those that begin [`FAR`].
    far: HashMap<u32, usize, FxBuildHasher>,
    /// How many there are, and how many of them are no row's any longer.
    bytes: usize,
    left: usize,
}

impl Pages {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// Where a row's bytes begin.
    #[inline(always)]
    fn start(&self, row: usize) -> Option<usize> {
        match self.starts.at(number(row)) {
            NONE => self.far.get(&number(row)).copied(),
            start => usize::try_from(start).ok(),
        }
    }

    fn set_start(&mut self, row: usize, start: usize) {
        let near = Some(number(start)).filter(|_| start < FAR);
        self.starts.put(number(row), near.unwrap_or(NONE));
        if near.is_none() {
            self.far.insert(number(row), start);
        }
    }

    /// The bytes of a row, and those behind them in their chunk.
    #[inline(always)]
    pub(super) fn get(&self, row: usize) -> Option<&[u8]> {
        let start = self.start(row)?;
        self.chunks.get(start >> CHUNK_BITS)?.get(start & CHUNK.wrapping_sub(1)..)
    }

    /// Adds a row.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let start = self.append(bytes);
        self.set_start(self.rows, start);
        self.rows = self.rows.saturating_add(1);
    }

    /// Replaces the bytes of a row, which were so many. Whether so many are left over now that all should be written anew.
    pub(super) fn put(&mut self, row: usize, before: usize, bytes: &[u8]) -> bool {
        self.left = self.left.saturating_add(before);
        if bytes.len() <= before {
            self.left = self.left.saturating_sub(bytes.len());
            let start = self.start(row).unwrap_or(0);
            let chunk = self.chunks.get_mut(start >> CHUNK_BITS).and_then(|chunk| chunk.get_mut(start % CHUNK..));
            if let Some(known) = chunk.and_then(|chunk| chunk.get_mut(..bytes.len())) {
                known.copy_from_slice(bytes);
            }
        } else {
            let start = self.append(bytes);
            self.set_start(row, start);
        }
        self.left > MOST_LEFT && self.left > self.bytes / 4
    }

    /// Writes all anew, one behind the other; `length` says how many bytes a row has.
    #[cold]
    pub(super) fn tidy(&mut self, length: &dyn Fn(&Self, usize) -> usize) {
        let mut tidy = Self::default();
        for row in 0..self.len() {
            let bytes = self.get(row).and_then(|bytes| bytes.get(..length(self, row)));
            tidy.push(bytes.unwrap_or_default());
        }
        *self = tidy;
    }

    /// Puts bytes behind all others; where they begin.
    fn append(&mut self, bytes: &[u8]) -> usize {
        if self.chunks.last().is_none_or(|chunk| chunk.len().saturating_add(bytes.len()) > CHUNK) {
            // The first grows as it must: most ledgers are small.
            let room = if self.chunks.is_empty() { bytes.len() } else { bytes.len().max(CHUNK) };
            self.chunks.push(Vec::with_capacity(room));
        }
        let number = self.chunks.len().saturating_sub(1);
        let Some(chunk) = self.chunks.last_mut() else { return 0 };
        let place = chunk.len();
        chunk.extend_from_slice(bytes);
        self.bytes = self.bytes.saturating_add(bytes.len());
        (number << CHUNK_BITS).saturating_add(place)
    }
}
