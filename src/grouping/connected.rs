//! Everybody who is connected through identifiers, however many steps away: for the review of fraud, not for answers to payers.

use super::sets::Sets;
use super::{Entry, EvidenceReason, Grouping, Known, Pin};
use crate::ledger::rows::{NONE, at};

/// Assigns every guest payment to the guest that the first payment connected with it started.
pub fn by_any_way<'e>(
    entries: impl Iterator<Item = Entry<'e>> + Clone,
    known: &Known<'_>,
    joins: &dyn Fn(u32) -> bool,
) -> Grouping {
    let mut sets = Sets::new(entries.clone().count());
    let mut latest = vec![NONE; known.kinds.len()];
    let mut first_of = vec![NONE; known.registered.len()];
    for (payment, entry) in (0_u32..).zip(entries.clone()).filter(|(_, entry)| entry.guest && entry.counts()) {
        if let Pin::With(group) = entry.pin
            && let Some(first) = first_of.get_mut(at(group))
        {
            match *first {
                NONE => *first = payment,
                first => sets.join(payment, first),
            }
        }
        for &key in entry.keys.iter().filter(|&&key| joins(key)) {
            if let Some(latest) = latest.get_mut(at(key)) {
                if *latest != NONE {
                    sets.join(payment, *latest);
                }
                *latest = payment;
            }
        }
    }
    let mut grouping = Grouping::new(known);
    latest.fill(NONE);
    // The latest earlier payment with each identifier of a payment.
    let mut shared: Vec<u32> = Vec::new();
    for (payment, entry) in (0_u32..).zip(entries) {
        if !entry.guest {
            grouping.skip(&entry);
            continue;
        }
        shared.clear();
        for &key in entry.keys {
            shared.push(latest.get(at(key)).copied().unwrap_or(NONE));
            if let Some(latest) = latest.get_mut(at(key)).filter(|_| entry.counts() && joins(key)) {
                *latest = payment;
            }
        }
        let first = sets.first(payment);
        let guest = grouping.guest_of.get(at(first)).copied().filter(|_| first != payment);
        let newest = shared.iter().copied().filter(|&earlier| earlier != NONE).max().unwrap_or(NONE);
        let found = || guest.map(|guest| (guest, EvidenceReason::Connected, newest));
        let decision = grouping.decide(known, &entry, found);
        let guest = grouping.give(known, &entry, decision);
        // What agents decided may part payments that are connected.
        for &earlier in &shared {
            let holder = grouping.guest_of.get(at(earlier)).copied();
            grouping.joined_by.push(holder == Some(guest) && decision.is_some());
        }
    }
    grouping
}
