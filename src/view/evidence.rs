//! Why a payment stands under its customer, and not under another.

use super::View;
use super::identity::{Evidence, LostCandidate, RelatedBy, SharedIdentifier};
use crate::grouping::{EvidenceReason, GroupingPreset, loudness};
use crate::identity::{Identifier, IdentifierKind};
use crate::ledger::customers::Who;
use crate::ledger::rows::NONE;
use crate::order::sorted;
use crate::time::rfc3339;
use crate::word::words;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// Earlier payments with one identifier that are looked at for candidates that lost, the newest first.
const MOST_EARLIER: usize = 200;
/// Candidates that a payment lists.
const MOST_CANDIDATES: usize = 20;

words! {
    /// Why a guest that used an identifier of a payment before does not hold it.
    pub enum LostBecause {
        /// Another used them more recently.
        OlderUse = "older_use",
        /// Another shares more kinds of identifier, or an e-mail or a phone where this one shares a card.
        WeakerEvidence = "weaker_evidence",
        /// It had only tried to pay with them, and another had paid.
        AttemptOnly = "attempt_only",
        /// Only the card is the same, and the e-mails differ: a household, a colleague, a thief.
        OtherEmails = "other_emails",
        /// More than a household uses what it shares.
        SharedIdentifier = "shared_identifier",
        /// What it shares is of a kind that the option `by` leaves out.
        KindNotUsed = "kind_not_used",
    }
}

words! {
    /// How firmly a customer's payments belong together: as its weakest payment does.
    pub enum Strength {
        /// Each later payment shares two kinds of identifier with an earlier one, or the source names the customer, or an agent
        /// linked it.
        Confirmed = "confirmed",
        /// One kind.
        Single = "single",
        /// Only an attempt that was not completed speaks for one of them, or an identifier that more than a household uses.
        Weak = "weak",
        /// There is one payment.
        None = "none",
    }
}

/// An earlier use of an identifier of the payment by another guest.
struct EarlierUse {
    guest: u32,
    payment: u32,
    identifier: Identifier,
    key: u32,
    completed: bool,
}

/// A set of kinds as bits.
fn kinds_of(identifiers: impl Iterator<Item = Identifier>) -> u8 {
    identifiers.fold(0, |kinds, identifier| kinds | identifier.kind.bit())
}

impl<'l> View<'l> {
    /// Why a payment stands under its customer.
    pub(super) fn evidence(self, row: u32) -> Evidence {
        let decided_by = self.book.decided_by(row);
        let by = self.shared_with(row).filter_map(|(identifier, earlier)| {
            let shared = self.payment_row(earlier)?;
            Some(SharedIdentifier {
                kind: identifier.kind,
                value: self.string(identifier.value),
                field: identifier.field,
                payment_id: self.string(shared.id),
                used_at: rfc3339(shared.created),
                decisive: Some(earlier) == decided_by,
            })
        });
        Evidence {
            payment_id: self.payment_row(row).map(|payment| self.string(payment.id)).unwrap_or_default(),
            reason: self.reason(row),
            by: by.collect(),
            lost: self.lost(row),
        }
    }

    pub(super) fn reason(self, row: u32) -> EvidenceReason {
        self.book.reason(row)
    }

    /// The identifiers that a payment shares with earlier payments of its guest, and the latest such payment of each.
    fn shared_with(self, row: u32) -> impl Iterator<Item = (Identifier, u32)> {
        self.book
            .uses
            .range(row)
            .filter_map(move |at| Some((self.book.uses.identifier(at)?, self.book.shared_with(self.store, row, at)?)))
    }

    /// The identifiers that joined a payment to its guest.
    fn joined_by(self, row: u32) -> impl Iterator<Item = Identifier> {
        let uses = &self.book.uses;
        uses.range(row).filter(move |&at| self.book.is_joined_by(at)).filter_map(|at| uses.identifier(at))
    }

    fn identifiers_of(self, row: u32) -> impl Iterator<Item = Identifier> + Clone + 'l {
        self.book.uses.identifiers_of(row)
    }

    /// The guests that used an identifier of the payment before it and do not hold it, the newest use first.
    fn lost(self, row: u32) -> Vec<LostCandidate> {
        let holder = self.customer_of(row);
        if self.book.founder_of(row).is_none() {
            return Vec::new();
        }
        let uses = self
            .book
            .uses
            .range(row)
            .filter_map(|index| Some((self.book.uses.identifier(index)?, *self.book.uses.keys.get(index)?)));
        let earlier = uses.flat_map(|(identifier, key)| {
            let all = self.payments_with(key);
            let before = all.partition_point(|&payment| self.is_older(payment, row));
            let newest = all.get(..before).unwrap_or_default().iter().rev().take(MOST_EARLIER);
            newest.filter_map(move |&payment| {
                let guest = self.customer_of(payment).filter(|&guest| Some(guest) != holder)?;
                let completed = self.standing(payment)?.status.is_completed();
                let is_guest = matches!(self.who(guest), Some(Who::Guest(_)));
                is_guest.then_some(EarlierUse { guest, payment, identifier, key, completed })
            })
        });
        let earlier = sorted(earlier, |a, b| {
            a.guest.cmp(&b.guest).then_with(|| self.book.compare(self.store, b.payment, a.payment))
        });
        let groups = sorted(earlier.chunk_by(|a, b| a.guest == b.guest), |a, b| {
            let newest = |group: &[EarlierUse]| group.first().map_or(NONE, |one| one.payment);
            self.book.compare(self.store, newest(b), newest(a))
        });
        let view = |group: &[EarlierUse]| {
            let newest = group.first()?;
            let by = group.iter().map(|one| (one.identifier.kind, self.text(one.identifier.value)));
            let mut by = sorted(by, |a, b| a.cmp(b));
            by.dedup();
            Some(LostCandidate {
                customer_id: self.customer_id(newest.guest),
                by: by.into_iter().map(|(kind, value)| RelatedBy { kind, value: value.into_owned() }).collect(),
                used_at: rfc3339(self.standing(newest.payment)?.created),
                reason: self.lost_because(row, group),
            })
        };
        groups.into_iter().take(MOST_CANDIDATES).filter_map(view).collect()
    }

    fn lost_because(self, row: u32, group: &[EarlierUse]) -> LostBecause {
        let is_shared = |key: u32| self.book.joins_none(key);
        let used = |one: &&EarlierUse| self.rules.uses(one.identifier.kind);
        let joins = |one: &&EarlierUse| used(one) && !is_shared(one.key);
        if !group.iter().any(|one| joins(&one)) {
            let any_shared = group.iter().any(|one| used(&one));
            return if any_shared { LostBecause::SharedIdentifier } else { LostBecause::KindNotUsed };
        }
        let by_completed = self.reason(row) == EvidenceReason::CompletedUse;
        let counts = |one: &&EarlierUse| joins(one) && (one.completed || !by_completed);
        let kinds = kinds_of(group.iter().filter(counts).map(|one| one.identifier));
        if kinds == 0 {
            return LostBecause::AttemptOnly;
        }
        if self.rules.preset != GroupingPreset::Guarded {
            return LostBecause::OlderUse;
        }
        let own = || self.identifiers_of(row).filter(|identifier| identifier.is_own_email());
        let guest = group.first().map_or(NONE, |one| one.guest);
        let before = self.book.customers.payments(guest).iter().take_while(|&&earlier| self.is_older(earlier, row));
        let mut its =
            before.flat_map(|&earlier| self.identifiers_of(earlier)).filter(|one| one.is_own_email()).peekable();
        let gave_none = its.peek().is_none() || own().next().is_none();
        if kinds == IdentifierKind::Card.bit()
            && !self.rules.join_by_card
            && !gave_none
            && !its.any(|its| own().any(|own| own.value == its.value))
        {
            return LostBecause::OtherEmails;
        }
        let winner = kinds_of(self.joined_by(row));
        if loudness(winner) > loudness(kinds) { LostBecause::WeakerEvidence } else { LostBecause::OlderUse }
    }

    /// How firmly a customer's payments belong together.
    pub(super) fn strength(self, customer: u32) -> Strength {
        // What the source itself names is certain; a guest's payments may stand beside it, which an agent linked.
        let is_registered = matches!(self.who(customer), Some(Who::Registered(..)));
        let later = self.book.customers.payments(customer).iter().skip(usize::from(!is_registered));
        // An identifier in every payment is looked up once.
        let mut known: HashMap<u32, bool, FxBuildHasher> = HashMap::default();
        let joins = later.map(|&row| {
            let trusted = self.book.uses.range(row).filter(|&index| {
                let mut is_shared = |key| *known.entry(key).or_insert_with(|| self.is_shared(key));
                self.book.is_joined_by(index) && !self.book.uses.keys.get(index).is_none_or(|&key| is_shared(key))
            });
            let kinds = kinds_of(trusted.filter_map(|index| self.book.uses.identifier(index)));
            match (self.reason(row), kinds.count_ones()) {
                (EvidenceReason::Linked | EvidenceReason::Registered | EvidenceReason::FirstPayment, _) => {
                    Strength::Confirmed
                }
                (EvidenceReason::AttemptedUse, _) | (_, 0) => Strength::Weak,
                (_, 1) => Strength::Single,
                _ => Strength::Confirmed,
            }
        });
        let of_one = if is_registered { Strength::Confirmed } else { Strength::None };
        joins.max().unwrap_or(of_one)
    }
}
