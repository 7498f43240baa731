//! What to know of a customer before its figures are believed.

use super::View;
use super::evidence::Strength;
use crate::word::words;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

words! {
    /// What to know of a customer before its figures are believed.
    pub enum QualityNote {
        /// At least one payment is here only by an attempt, or by identifiers that many use.
        WeakGrouping = "weak_grouping",
        /// It used an identifier that more than a household uses, or that an agent marked.
        SharedIdentifier = "shared_identifier",
        /// A shop and a gateway do not agree about one of its orders: `discrepancies` says how.
        OutOfStep = "out_of_step",
    }
}

impl View<'_> {
    /// The notes about a customer, whose payments belong together so firmly.
    pub(super) fn quality(self, customer: u32, strength: Strength) -> Vec<QualityNote> {
        let rows = self.book.customers.payments(customer);
        let keys: HashSet<u32, FxBuildHasher> =
            rows.iter().flat_map(|&row| self.book.uses.keys_of(row)).copied().collect();
        let notes = [
            (QualityNote::WeakGrouping, strength == Strength::Weak),
            (QualityNote::SharedIdentifier, keys.into_iter().any(|key| self.is_shared(key))),
            (QualityNote::OutOfStep, rows.iter().any(|&row| self.is_out_of_step(row))),
        ];
        notes.into_iter().filter(|(_, holds)| *holds).map(|(note, _)| note).collect()
    }
}
