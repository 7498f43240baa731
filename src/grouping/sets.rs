//! Sets that grow together (union-find).

use crate::ledger::rows::{at, row};

/// Each item's way to the first item of its set.
#[derive(Debug, Default)]
pub struct Sets(Vec<u32>);

impl Sets {
    /// So many items, each a set of its own.
    pub fn new(items: usize) -> Self {
        Self((0..row(items)).collect())
    }

    /// One more item, a set of its own: its number.
    pub fn add(&mut self) -> u32 {
        let number = row(self.0.len());
        self.0.push(number);
        number
    }

    /// The first item of a set.
    pub fn first(&mut self, mut one: u32) -> u32 {
        while let Some(&next) = self.0.get(at(one))
            && next != one
        {
            // Halves the way for those who come after.
            let beyond = self.0.get(at(next)).copied().unwrap_or(next);
            if let Some(slot) = self.0.get_mut(at(one)) {
                *slot = beyond;
            }
            one = beyond;
        }
        one
    }

    /// Makes two sets one.
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.first(a), self.first(b));
        if let Some(slot) = self.0.get_mut(at(a.max(b))) {
            *slot = a.min(b);
        }
    }
}
