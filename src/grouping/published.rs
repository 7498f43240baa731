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
    // Of each key the latest attempt, and the latest of those that were completed.
    let mut uses = vec![[UNUSED; 2]; known.kinds.len()];
    let use_of = |uses: &[[Use; 2]], key: u32, completed: bool| {
        let [attempted, by_completed] = uses.get(at(key)).copied().unwrap_or([UNUSED; 2]);
        if completed { by_completed } else { attempted }
    };
    let latest = |uses: &[[Use; 2]], keys: &[u32], completed: bool| {
        keys.iter()
            .map(|&key| use_of(uses, key, completed))
            .filter(|last| last.payment != NONE)
            .max_by_key(|last| last.payment)
    };
    for (payment, entry) in (0_u32..).zip(entries) {
        if !entry.guest {
            grouping.skip(&entry);
            continue;
        }
        let (guest, reason) = grouping.place(known, &entry, |by_completed| {
            let last = latest(&uses, entry.keys, by_completed)?;
            Some((last.guest, last.payment))
        });
        for &key in entry.keys {
            let last = use_of(&uses, key, reason == Some(EvidenceReason::CompletedUse));
            grouping.joined_by.push(reason.is_some() && last.payment != NONE && last.guest == guest);
        }
        for &key in entry.keys.iter().filter(|&&key| entry.counts() && joins(key)) {
            if let Some([attempted, completed]) = uses.get_mut(at(key)) {
                *attempted = Use { payment, guest };
                if entry.completed {
                    *completed = *attempted;
                }
            }
        }
    }
    grouping
}
