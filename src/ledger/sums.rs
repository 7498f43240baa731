//! The money of one payment: taken, given back, on its way back, contested.

use super::record::{Attempt, AttemptState, Intent};
use super::reversal::{Dispute, DisputeState, Refund, RefundStatus};
use super::status::{PaymentStatus, RefundState, Stage};
use crate::money::{Currency, MAX_MINOR};
use crate::source::Source;

/// What went in and what went or goes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sums {
    /// Money taken.
    pub captured: i64,
    /// Money that can no longer be refunded: given back, or reserved for a refund that is not over.
    pub taken: i64,
    /// The part of `taken` that is only reserved.
    pub pending: i64,
    /// How the refunds stand.
    pub state: RefundState,
    /// A refund is in another currency or has an unknown status.
    pub uncertain: bool,
    /// What the attempt says was refunded may include the released remainder of a partial capture.
    pub release_uncertain: bool,
    /// A refund was only written down: no gateway is known to have moved its money.
    pub recorded: bool,
}

impl Sums {
    /// Adds up. Of two sources of truth for refunds, the attempt's own sum and the refund objects, the larger counts, so
    /// that a missing or stale record never allows a second refund.
    pub fn of<'a>(
        attempts: impl Iterator<Item = &'a Attempt>,
        intent: Option<&Intent>,
        stage: Stage,
        refunds: &[&Refund],
        currency: Currency,
        is_release: impl Fn(&Refund) -> bool,
    ) -> Self {
        let mut sums = Self {
            captured: 0,
            taken: 0,
            pending: 0,
            state: RefundState::None,
            uncertain: false,
            release_uncertain: false,
            recorded: false,
        };
        let (mut said, mut said_at) = (0_i64, None);
        // What is said to have gone back, and not how much, is known only by a refund that arrived.
        let arrived = |refund: &&Refund| matches!(refund.status, RefundStatus::Succeeded | RefundStatus::Recorded);
        let none_arrived = !refunds.iter().any(arrived);
        match stage {
            Stage::Captured => {
                for attempt in attempts.filter(|attempt| attempt.state == AttemptState::Captured) {
                    if attempt.currency != currency {
                        sums.uncertain = true;
                        continue;
                    }
                    sums.captured = sums.captured.saturating_add(attempt.captured);
                    said = said.saturating_add(attempt.returned);
                    said_at = said_at.max(attempt.head.version);
                    sums.uncertain |= attempt.returned_unknown && none_arrived;
                    let remainder = attempt.amount.saturating_sub(attempt.captured);
                    sums.release_uncertain |= remainder > 0 && attempt.returned >= remainder;
                }
            }
            Stage::CapturedByIntent => sums.captured = intent.map_or(0, |intent| intent.received),
            Stage::CapturedAsKept => {
                sums.captured = intent.map_or(0, |intent| intent.received);
                said = intent.and_then(|intent| intent.returned).unwrap_or(0);
                said_at = intent.and_then(|intent| intent.head.version);
            }
            Stage::Other(_) => {}
        }
        // A shop's order may know more of refunds than the transactions that are here.
        if stage == Stage::Captured {
            said = said.max(intent.and_then(|intent| intent.returned).unwrap_or(0));
        }
        sums.uncertain |= none_arrived && intent.is_some_and(|intent| intent.returned_unknown);
        // A sum that no output can hold exactly is cut, and a person has to look.
        sums.uncertain |= sums.captured > MAX_MINOR;
        sums.captured = sums.captured.min(MAX_MINOR);
        let mut objects = 0_i64;
        // Of a hold that was let go, every refund is only the release of the hold.
        let held = matches!(stage, Stage::Other(PaymentStatus::Canceled | PaymentStatus::Authorized));
        let is_release = |refund: &Refund| held || is_release(refund);
        for refund in refunds.iter().filter(|refund| !is_release(refund)) {
            if refund.currency.is_some_and(|other| other != currency) {
                sums.uncertain = true;
                continue;
            }
            let amount = refund.minor(currency);
            match refund.status {
                RefundStatus::Succeeded | RefundStatus::Recorded => {
                    objects = objects.saturating_add(amount);
                    sums.recorded |= refund.status == RefundStatus::Recorded;
                }
                RefundStatus::Pending | RefundStatus::RequiresAction | RefundStatus::Unknown => {
                    objects = objects.saturating_add(amount);
                    sums.pending = sums.pending.saturating_add(amount);
                    sums.uncertain |= refund.status == RefundStatus::Unknown;
                }
                RefundStatus::Failed | RefundStatus::Canceled => {
                    // The attempt's sum still holds a failed refund that it has not heard of. Only an event says when it
                    // failed; a record that was merely fetched later may have failed before, so a person looks.
                    if said > 0 && said_at.is_some() && refund.head.version > said_at {
                        said = said.saturating_sub(amount).max(0);
                        sums.uncertain |= !refund.head.from_event;
                    }
                }
            }
        }
        sums.taken = objects.max(said).min(sums.captured);
        sums.pending = sums.pending.min(sums.taken);
        sums.state = refund_state(refunds.iter().filter(|refund| !is_release(refund)), sums.taken > 0);
        sums
    }

    /// The payment's status, once refunds that arrived are looked at. A refund that is only on its way changes nothing.
    pub fn status(&self, stage: Stage, amount: i64) -> PaymentStatus {
        if let Stage::Other(status) = stage {
            return status;
        }
        let refunded = self.taken.saturating_sub(self.pending);
        if refunded > 0 && refunded >= self.captured {
            PaymentStatus::Refunded
        } else if refunded > 0 {
            PaymentStatus::PartiallyRefunded
        } else if self.captured < amount {
            PaymentStatus::PartiallyCaptured
        } else {
            PaymentStatus::Paid
        }
    }
}

/// The refund that most needs attention, else the latest.
fn refund_state<'a>(refunds: impl Iterator<Item = &'a &'a Refund> + Clone, any_taken: bool) -> RefundState {
    for urgent in [RefundStatus::Unknown, RefundStatus::RequiresAction, RefundStatus::Pending] {
        if refunds.clone().any(|refund| refund.status == urgent) {
            return urgent.into();
        }
    }
    let latest = refunds.max_by_key(|refund| (refund.created, refund.status));
    match latest {
        Some(refund) => refund.status.into(),
        None if any_taken => RefundState::Succeeded,
        None => RefundState::None,
    }
}

/// How much is contested: withdrawn by a bank, or lost to it. `None` when a dispute is known without a usable amount.
pub fn disputed_amount(disputes: &[&Dispute], currency: Currency, source: Source, missing: bool) -> Option<i64> {
    if missing {
        return None;
    }
    let mut sum = 0_i64;
    for dispute in disputes {
        let counts = match dispute.state {
            DisputeState::Open
            | DisputeState::UnderReview
            | DisputeState::Appeal
            | DisputeState::AppealUnderReview
            | DisputeState::Lost
            | DisputeState::Unknown => true,
            DisputeState::None
            | DisputeState::Inquiry
            | DisputeState::InquiryUnderReview
            | DisputeState::InquiryClosed
            | DisputeState::Won
            | DisputeState::Prevented
            | DisputeState::ClosedByRefund => false,
        };
        if counts && dispute.currency.is_some_and(|other| other != currency) {
            return None;
        }
        if counts {
            sum = sum.saturating_add(dispute.minor(currency, source));
        }
    }
    Some(sum).filter(|&sum| sum <= MAX_MINOR)
}

/// The state that an agent must see first when a payment has several disputes.
pub fn worst_dispute(disputes: &[&Dispute], missing: bool) -> DisputeState {
    let rank = |state: DisputeState| match state {
        DisputeState::Open => 12,
        DisputeState::UnderReview => 11,
        DisputeState::Appeal => 10,
        DisputeState::AppealUnderReview => 9,
        DisputeState::Unknown => 8,
        DisputeState::Lost => 7,
        DisputeState::Inquiry => 6,
        DisputeState::InquiryUnderReview => 5,
        DisputeState::Prevented => 4,
        DisputeState::ClosedByRefund => 3,
        DisputeState::Won => 2,
        DisputeState::InquiryClosed => 1,
        DisputeState::None => 0,
    };
    let unknown = missing.then_some(DisputeState::Unknown);
    let states = disputes.iter().map(|dispute| dispute.state).chain(unknown);
    states.max_by_key(|&state| rank(state)).unwrap_or(DisputeState::None)
}
