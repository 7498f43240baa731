//! Which guest a payment belongs to.
//!
//! The published rule (Stripe's guest customers): e-mail, phone and card group guest payments; one match is enough; a payment
//! belongs to exactly one guest, the one who most recently used the identifier to complete a payment. So payments are
//! assigned one after the other in order of time, and a payment that bridges two guests does not merge them: the result is
//! not the connected components of the graph.
//!
//! This module knows identifiers (as key numbers), order, and whether a payment was completed; it knows no source.

use crate::ledger::book::{NONE, at};
use crate::word::words;

words! {
    /// How a payment came to stand under its customer.
    pub enum EvidenceReason {
        /// The source itself names the customer.
        Registered = "registered",
        /// The guest used one of its identifiers in an earlier completed payment, more recently than any other guest.
        CompletedUse = "completed_use",
        /// Nobody had completed a payment with its identifiers; the guest had most recently tried to.
        AttemptedUse = "attempted_use",
        /// None of its identifiers was used before: it starts a guest.
        FirstPayment = "first_payment",
    }
}

/// One payment, in order of (created, source, account, id).
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// It has no registered customer.
    pub guest: bool,
    /// Succeeded, captured and paid.
    pub completed: bool,
    /// Its identifiers, each once.
    pub keys: &'a [u32],
}

/// Who a payment belongs to, and why.
#[derive(Debug, Default)]
pub struct Grouping {
    /// The guest of each payment; [`NONE`] for a payment with a registered customer.
    pub guest_of: Vec<u32>,
    /// The payment that started each guest.
    pub founders: Vec<u32>,
    /// How each payment was assigned.
    pub reasons: Vec<EvidenceReason>,
    /// For each identifier of each payment, flat: the guest's latest earlier payment with it, if that is why it is here.
    pub shared_with: Vec<u32>,
    /// The earlier payment whose use decided, for each payment.
    pub decided_by: Vec<u32>,
}

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
pub fn by_recent_use<'a>(entries: impl Iterator<Item = Entry<'a>>, keys: u32) -> Grouping {
    let mut grouping = Grouping::default();
    let mut completed = vec![UNUSED; at(keys)];
    let mut attempted = vec![UNUSED; at(keys)];
    let latest = |uses: &[Use], keys: &[u32]| {
        keys.iter()
            .filter_map(|&key| uses.get(at(key)).copied())
            .filter(|last| last.payment != NONE)
            .max_by_key(|last| last.payment)
    };
    for (payment, entry) in (0_u32..).zip(entries) {
        if !entry.guest {
            grouping.guest_of.push(NONE);
            grouping.reasons.push(EvidenceReason::Registered);
            grouping.decided_by.push(NONE);
            grouping.shared_with.extend(entry.keys.iter().map(|_| NONE));
            continue;
        }
        let by_completed = latest(&completed, entry.keys).map(|last| (last, EvidenceReason::CompletedUse));
        let decision =
            by_completed.or_else(|| latest(&attempted, entry.keys).map(|last| (last, EvidenceReason::AttemptedUse)));
        let (guest, reason, decided_by) = match decision {
            Some((last, reason)) => (last.guest, reason, last.payment),
            None => {
                grouping.founders.push(payment);
                let guest = u32::try_from(grouping.founders.len()).unwrap_or(NONE).saturating_sub(1);
                (guest, EvidenceReason::FirstPayment, NONE)
            }
        };
        let uses = if reason == EvidenceReason::CompletedUse { &completed } else { &attempted };
        for &key in entry.keys {
            let last = uses.get(at(key)).copied().unwrap_or(UNUSED);
            grouping.shared_with.push(if last.guest == guest { last.payment } else { NONE });
        }
        for &key in entry.keys {
            for (uses, counts) in [(&mut completed, entry.completed), (&mut attempted, true)] {
                if let Some(last) = uses.get_mut(at(key)).filter(|_| counts) {
                    *last = Use { payment, guest };
                }
            }
        }
        grouping.guest_of.push(guest);
        grouping.reasons.push(reason);
        grouping.decided_by.push(decided_by);
    }
    grouping
}
