//! Which identifiers are shared by more than a household: the shop's own address in every description, a placeholder that no list
//! knows, a reseller. They join nobody.
//!
//! Counted over all payments, complete or not, registered customers' among them, but those that an agent parted from all others;
//! so a later record can make one shared.

use super::{Entry, Limits};
use crate::identity::IdentifierKind;
use crate::ledger::book::{at, row};

/// The different keys that each key met in one payment, as far as a limit needs them.
struct Met {
    limit: u32,
    count: Vec<u32>,
    /// The newest entry of each key's list, counted from 1.
    first: Vec<u32>,
    list: Vec<(u32, u32)>,
}

impl Met {
    fn new(keys: usize, limit: u32) -> Self {
        Self { limit, count: vec![0; keys], first: vec![0; keys], list: Vec::new() }
    }

    fn add(&mut self, key: u32, other: u32) {
        let (Some(count), Some(first)) = (self.count.get_mut(at(key)), self.first.get_mut(at(key))) else { return };
        if *count > self.limit {
            return;
        }
        let mut next = *first;
        while let Some(&(known, after)) = at(next).checked_sub(1).and_then(|place| self.list.get(place)) {
            if known == other {
                return;
            }
            next = after;
        }
        self.list.push((other, *first));
        *first = row(self.list.len());
        *count = count.saturating_add(1);
    }
}

/// Whether each key is shared.
pub fn shared(entries: &[Entry<'_>], kinds: &[IdentifierKind], limits: &Limits) -> Vec<bool> {
    use IdentifierKind::{Card, Email, Phone};
    let pairs = [
        (Email, Card, limits.cards_per_email),
        (Phone, Card, limits.cards_per_phone),
        (Card, Email, limits.emails_per_card),
        (Phone, Email, limits.emails_per_phone),
    ];
    let mut shared = vec![false; kinds.len()];
    for (of, with, limit) in pairs {
        let mut met = Met::new(kinds.len(), limit);
        let is = |key: u32, kind| kinds.get(at(key)) == Some(&kind);
        for entry in entries.iter().filter(|entry| entry.counts()) {
            for &key in entry.keys.iter().filter(|&&key| is(key, of)) {
                entry.keys.iter().filter(|&&other| is(other, with)).for_each(|&other| met.add(key, other));
            }
        }
        for (shared, count) in shared.iter_mut().zip(&met.count) {
            *shared |= *count > limit;
        }
    }
    shared
}
