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
pub mod sets;

pub use guard::is_shared;
pub use rules::{GroupingPreset, Limits, Rules};

use crate::identity::{IdentifierField, IdentifierKind};
use crate::ledger::rows::{Chunked, NONE, at, row};
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
        /// An agent linked it.
        Linked = "linked",
        /// An agent parted it from all others.
        Unlinked = "unlinked",
    }
}

/// What agents said of a payment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pin {
    /// Nothing.
    Free,
    /// It is a guest of its own, and its uses count for nobody.
    Alone,
    /// It belongs with the payments of this group, whatever its identifiers say.
    With(u32),
}

/// What is known of the keys and groups of [entries](Entry).
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The kind of each key.
    pub kinds: &'a [IdentifierKind],
    /// Which keys join nobody, since more than a household uses them or an agent said so; or nothing where all join.
    pub shared: &'a [bool],
    /// Whether each group of [`Pin::With`] is a registered customer's.
    pub registered: &'a [bool],
}

/// One payment, in order of (created, source, account, id).
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// It has no registered customer.
    pub guest: bool,
    /// Succeeded, captured and paid.
    pub completed: bool,
    /// The keys of its identifiers, each once.
    pub keys: &'a [u32],
    /// Where each of them stood.
    pub fields: &'a [IdentifierField],
    /// What agents said of it.
    pub pin: Pin,
}

impl Entry<'_> {
    /// Its uses of identifiers may join others to it.
    fn counts(&self) -> bool {
        self.pin != Pin::Alone
    }

    /// Its e-mails that stand in a field for e-mails: what the payer wrote, not what the shop's description says.
    fn own_emails(&self, kinds: &[IdentifierKind]) -> impl Iterator<Item = u32> {
        let is_email = |key: u32| kinds.get(at(key)) == Some(&IdentifierKind::Email);
        let stated = self.fields.iter().zip(self.keys).filter(|(field, _)| field.states());
        stated.map(|(_, &key)| key).filter(move |&key| is_email(key))
    }
}

/// Who a payment belongs to, and why.
#[derive(Debug, Default)]
pub struct Grouping {
    /// The guest of each payment; [`NONE`] for a payment with a registered customer.
    pub guest_of: Chunked<u32>,
    /// The payment that started each guest.
    pub founders: Vec<u32>,
    /// How each payment was assigned.
    pub reasons: Vec<EvidenceReason>,
    /// For each identifier of each payment, flat: whether an earlier payment of the guest with it is why it is here.
    pub joined_by: Chunked<bool>,
    /// The payments that a completed use joined to a guest whom an agent linked to a registered customer.
    pub linked_by_completed: Vec<u32>,
    /// The earlier payment whose use decided, for each payment.
    pub decided_by: Chunked<u32>,
    /// The group of a registered customer to which each guest belongs; [`NONE`] for most.
    pub registered_of: Vec<u32>,
    /// The guest and the first payment of each group.
    held: Vec<Option<(u32, u32)>>,
}

/// A guest, why a payment goes to it, and the earlier payment whose use decided.
type Decision = (u32, EvidenceReason, u32);

impl Grouping {
    fn new(known: &Known<'_>) -> Self {
        Self { held: vec![None; known.registered.len()], ..Self::default() }
    }

    /// What an agent decided of a payment, else what its identifiers say.
    fn decide(
        &self,
        known: &Known<'_>,
        entry: &Entry<'_>,
        found: impl FnOnce() -> Option<Decision>,
    ) -> Option<Decision> {
        let Pin::With(group) = entry.pin else {
            return if entry.counts() { found() } else { None };
        };
        if let Some(&Some((guest, first))) = self.held.get(at(group)) {
            return Some((guest, EvidenceReason::Linked, first));
        }
        // Nobody belongs to two registered customers.
        let of_another = |guest: u32| self.registered_of.get(at(guest)).is_some_and(|&other| other != NONE);
        let is_registered = known.registered.get(at(group)) == Some(&true);
        found().filter(|&(guest, _, _)| !is_registered || !of_another(guest))
    }

    /// Gives the next payment to whom an agent says, else to the guest that `of` finds among those that completed a payment
    /// (`true`), else among those that tried (`false`), with the payment that decided. The guest, and why it was one that was
    /// there before.
    fn place(
        &mut self,
        known: &Known<'_>,
        entry: &Entry<'_>,
        mut of: impl FnMut(bool) -> Option<(u32, u32)>,
    ) -> (u32, Option<EvidenceReason>) {
        let found = || {
            let mut by = |completed, reason| of(completed).map(|(guest, newest)| (guest, reason, newest));
            by(true, EvidenceReason::CompletedUse).or_else(|| by(false, EvidenceReason::AttemptedUse))
        };
        let decision = self.decide(known, entry, found);
        (self.give(known, entry, decision), decision.map(|(_, reason, _)| reason))
    }

    /// Gives the next payment to a registered customer.
    fn skip(&mut self, entry: &Entry<'_>) {
        self.guest_of.push(NONE);
        self.reasons.push(EvidenceReason::Registered);
        self.decided_by.push(NONE);
        entry.keys.iter().for_each(|_| self.joined_by.push(false));
    }

    /// Gives the next payment to a guest, or to a new one. The guest.
    fn give(&mut self, known: &Known<'_>, entry: &Entry<'_>, decision: Option<Decision>) -> u32 {
        let payment = row(self.guest_of.len());
        let (guest, mut reason, decided_by) = decision.unwrap_or_else(|| {
            self.founders.push(payment);
            self.registered_of.push(NONE);
            let reason = if entry.counts() { EvidenceReason::FirstPayment } else { EvidenceReason::Unlinked };
            (row(self.founders.len().saturating_sub(1)), reason, NONE)
        });
        if let Pin::With(group) = entry.pin {
            if let Some(held) = self.held.get_mut(at(group)).filter(|held| held.is_none()) {
                *held = Some((guest, payment));
            }
            if known.registered.get(at(group)) == Some(&true) {
                self.linked_by_completed.extend(Some(payment).filter(|_| reason == EvidenceReason::CompletedUse));
                reason = EvidenceReason::Linked;
                if let Some(slot) = self.registered_of.get_mut(at(guest)) {
                    *slot = group;
                }
            }
        }
        self.guest_of.push(guest);
        self.reasons.push(reason);
        self.decided_by.push(decided_by);
        guest
    }
}

/// How loud a set of kinds speaks for a guest: a registered customer's id loudest, then two kinds louder than one, an e-mail or a
/// phone louder than a card (`guarded`).
pub fn loudness(kinds: u8) -> (bool, u32, bool) {
    let strong = IdentifierKind::Email.bit() | IdentifierKind::Phone.bit();
    (kinds & IdentifierKind::Customer.bit() != 0, kinds.count_ones(), kinds & strong != 0)
}

/// Puts every payment under a guest, or leaves it to its registered customer.
pub fn assign<'e>(rules: &Rules, entries: impl Iterator<Item = Entry<'e>> + Clone, known: &Known<'_>) -> Grouping {
    let used = |key: u32| known.kinds.get(at(key)).is_some_and(|&kind| rules.uses(kind));
    let joins = |key: u32| used(key) && known.shared.get(at(key)) != Some(&true);
    match rules.preset {
        GroupingPreset::Stripe => published::by_recent_use(entries, known, &joins),
        GroupingPreset::Guarded => guarded::by_strongest_use(rules, entries, known, &joins),
        GroupingPreset::Connected => connected::by_any_way(entries, known, &joins),
    }
}
