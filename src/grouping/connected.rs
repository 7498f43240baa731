//! Everybody who is connected through identifiers, however many steps away: for the review of fraud, not for answers to payers.

use super::{Entry, EvidenceReason, Grouping};
use crate::ledger::book::{NONE, at, row};

/// Sets that grow together (union-find): each payment's way to the first payment of its set.
struct Sets(Vec<u32>);

impl Sets {
    fn first(&mut self, mut one: u32) -> u32 {
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

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.first(a), self.first(b));
        if let Some(slot) = self.0.get_mut(at(a.max(b))) {
            *slot = a.min(b);
        }
    }
}

/// Assigns every guest payment to the guest that the first payment connected with it started.
pub fn by_any_way(entries: &[Entry<'_>], keys: usize, used: &dyn Fn(u32) -> bool) -> Grouping {
    let mut sets = Sets((0..row(entries.len())).collect());
    let mut latest = vec![NONE; keys];
    for (payment, entry) in (0_u32..).zip(entries).filter(|(_, entry)| entry.guest) {
        for &key in entry.keys.iter().filter(|&&key| used(key)) {
            if let Some(latest) = latest.get_mut(at(key)) {
                if *latest != NONE {
                    sets.join(payment, *latest);
                }
                *latest = payment;
            }
        }
    }
    let mut grouping = Grouping::default();
    latest.fill(NONE);
    for (payment, entry) in (0_u32..).zip(entries) {
        if !entry.guest {
            grouping.skip(entry);
            continue;
        }
        let start = grouping.shared_with.len();
        for &key in entry.keys {
            let earlier = latest.get(at(key)).copied().unwrap_or(NONE);
            grouping.shared_with.push(earlier);
            if let Some(latest) = latest.get_mut(at(key)).filter(|_| used(key)) {
                *latest = payment;
            }
        }
        let first = sets.first(payment);
        let guest = grouping.guest_of.get(at(first)).copied().filter(|_| first != payment);
        let shared = grouping.shared_with.get(start..).unwrap_or_default();
        let newest = shared.iter().copied().filter(|&earlier| earlier != NONE).max().unwrap_or(NONE);
        grouping.give(guest.map(|guest| (guest, EvidenceReason::Connected, newest)));
    }
    grouping
}
