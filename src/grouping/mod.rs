//! Which guest a payment belongs to.
//!
//! `published.rs` is the published rule, `guarded.rs` the same with less trust, `connected.rs` the transitive closure; `guard.rs`
//! says which identifiers are shared by more than a household. This module knows identifiers (as key numbers), order, and
//! whether a payment was completed; it knows no source.

mod connected;
mod guard;
mod guarded;
mod published;
mod rules;

pub use guard::shared;
pub use rules::{GroupingPreset, Limits, Rules};

use crate::identity::{Identifier, IdentifierField, IdentifierKind};
use crate::ledger::book::{NONE, at, row};
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
        /// Somebody connected with it, however many steps away, was there before (preset `connected`).
        Connected = "connected",
        /// No guest that it may join was there before: it starts a guest.
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
    pub identifiers: &'a [Identifier],
    /// The key of each.
    pub keys: &'a [u32],
}

impl Entry<'_> {
    /// Its e-mails that stand in a field for e-mails: what the payer wrote, not what the shop's description says.
    fn own_emails(&self) -> impl Iterator<Item = u32> {
        let is_own = |identifier: &Identifier| {
            identifier.kind == IdentifierKind::Email && identifier.field != IdentifierField::Description
        };
        self.identifiers.iter().zip(self.keys).filter(move |(identifier, _)| is_own(identifier)).map(|(_, &key)| key)
    }
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
    /// Keys that join nobody, since more than a household uses them; none outside of `guarded`.
    pub shared: Vec<bool>,
}

impl Grouping {
    /// Gives the next payment to a registered customer.
    fn skip(&mut self, entry: &Entry<'_>) {
        self.guest_of.push(NONE);
        self.reasons.push(EvidenceReason::Registered);
        self.decided_by.push(NONE);
        self.shared_with.extend(entry.keys.iter().map(|_| NONE));
    }

    /// Gives the next payment to a guest, or to a new one; `shared_with` has been told. The guest.
    fn give(&mut self, decision: Option<(u32, EvidenceReason, u32)>) -> u32 {
        let payment = row(self.guest_of.len());
        let (guest, reason, decided_by) = decision.unwrap_or_else(|| {
            self.founders.push(payment);
            (row(self.founders.len().saturating_sub(1)), EvidenceReason::FirstPayment, NONE)
        });
        self.guest_of.push(guest);
        self.reasons.push(reason);
        self.decided_by.push(decided_by);
        guest
    }
}

/// Puts every payment under a guest, or leaves it to its registered customer. `kinds` is the kind of each key.
pub fn assign(rules: &Rules, entries: &[Entry<'_>], kinds: &[IdentifierKind]) -> Grouping {
    let used = |key: u32| kinds.get(at(key)).is_some_and(|&kind| rules.uses(kind));
    match rules.preset {
        GroupingPreset::Stripe => published::by_recent_use(entries, kinds.len(), &used),
        GroupingPreset::Guarded => {
            let shared = shared(entries, kinds, &rules.limits);
            let joins = |key: u32| used(key) && shared.get(at(key)) == Some(&false);
            let grouping = guarded::by_strongest_use(entries, kinds, &joins);
            Grouping { shared, ..grouping }
        }
        GroupingPreset::Connected => connected::by_any_way(entries, kinds.len(), &used),
    }
}
