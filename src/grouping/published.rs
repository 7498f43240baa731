//! The published rule (Stripe's guest customers): e-mail, phone and card group guest payments; one match is enough; a payment
//! belongs to exactly one guest, the one who most recently used the identifier to complete a payment. So payments are
//! assigned one after the other in order of time, and a payment that bridges two guests does not merge them: the result is
//! not the connected components of the graph.

use super::{Entry, EvidenceReason, Grouping, Known};
use crate::ledger::rows::{NONE, at};

/// The latest payment that used an identifier, and its guest.
#[derive(Clone, Copy)]
struct Use {
    payment: u32,
    guest: u32,
}

const UNUSED: Use = Use { payment: NONE, guest: NONE };

/// Assigns every guest payment by the most recent completed use of its identifiers, else by the most recent attempt.
///
/// A use is known only by its latest payment: of two uses of one identifier the newer decides, so no older one can.
pub fn by_recent_use<'e>(
    entries: impl Iterator<Item = Entry<'e>>,
    known: &Known<'_>,
    joins: &dyn Fn(u32) -> bool,
) -> Grouping {
    let mut grouping = Grouping::new(known);
    let mut completed = vec![UNUSED; known.kinds.len()];
    let mut attempted = vec![UNUSED; known.kinds.len()];
    let latest = |uses: &[Use], keys: &[u32]| {
        keys.iter()
            .filter_map(|&key| uses.get(at(key)).copied())
            .filter(|last| last.payment != NONE)
            .max_by_key(|last| last.payment)
    };
    for (payment, entry) in (0_u32..).zip(entries) {
        if !entry.guest {
            grouping.skip(&entry);
            continue;
        }
        let (guest, reason) = grouping.place(known, &entry, |by_completed| {
            let last = latest(if by_completed { &completed } else { &attempted }, entry.keys)?;
            Some((last.guest, last.payment))
        });
        let uses = if reason == Some(EvidenceReason::CompletedUse) { &completed } else { &attempted };
        for &key in entry.keys {
            let last = uses.get(at(key)).copied().unwrap_or(UNUSED);
            grouping.shared_with.push(if reason.is_some() && last.guest == guest { last.payment } else { NONE });
        }
        for &key in entry.keys.iter().filter(|&&key| entry.counts() && joins(key)) {
            for (uses, counts) in [(&mut completed, entry.completed), (&mut attempted, true)] {
                if let Some(last) = uses.get_mut(at(key)).filter(|_| counts) {
                    *last = Use { payment, guest };
                }
            }
        }
    }
    grouping
}
