//! The one status of a payment, and the two states beside it.

use super::record::{Attempt, AttemptState, Intent, IntentState};
use super::reversal::RefundStatus;
use crate::word::words;

words! {
    /// What a payment's money has done.
    ///
    /// - `incomplete`: the payer has not tried to pay yet, or must still confirm.
    /// - `pending`: the payment is on its way; it may still fail.
    /// - `authorized`: the money is held and not taken. It can be captured or released, not refunded.
    /// - `partially_captured`: a part of the held money was taken.
    /// - `paid`: the money was taken. Refunds and disputes can follow.
    /// - `partially_refunded`: a part of the money went back.
    /// - `refunded`: all of the money went back.
    /// - `marked_paid`: a shop marked it as paid by hand: no gateway took money that it could give back.
    /// - `canceled`: given up, or the hold was released: no money moved. A released hold is not a refund.
    /// - `failed`: the bank or network refused it: no money moved.
    /// - `blocked`: the gateway's own rules stopped it: no money moved.
    /// - `unknown`: the source said something that this version does not know. Never refundable.
    pub enum PaymentStatus {
        /// The payer has not tried to pay yet, or must still confirm.
        Incomplete = "incomplete",
        /// On its way; it may still fail.
        Pending = "pending",
        /// Held and not taken.
        Authorized = "authorized",
        /// A part of the hold was taken.
        PartiallyCaptured = "partially_captured",
        /// Taken.
        Paid = "paid",
        /// A part went back.
        PartiallyRefunded = "partially_refunded",
        /// All of it went back.
        Refunded = "refunded",
        /// Marked as paid by hand; no gateway moved money.
        MarkedPaid = "marked_paid",
        /// Given up or released; no money moved.
        Canceled = "canceled",
        /// Refused by the bank or network; no money moved.
        Failed = "failed",
        /// Stopped by the gateway's own rules; no money moved.
        Blocked = "blocked",
        /// Something that this version does not know.
        Unknown = "unknown",
    }
}

impl PaymentStatus {
    /// Succeeded, captured and paid; a later refund does not undo that. Only such payments make an identifier "used".
    #[must_use]
    pub const fn is_completed(self) -> bool {
        match self {
            Self::Paid | Self::PartiallyCaptured | Self::PartiallyRefunded | Self::Refunded => true,
            Self::Incomplete
            | Self::Pending
            | Self::Authorized
            | Self::MarkedPaid
            | Self::Canceled
            | Self::Failed
            | Self::Blocked
            | Self::Unknown => false,
        }
    }
}

words! {
    /// How a payment's refunds stand: the one that most needs attention, else the latest.
    pub enum RefundState {
        /// No refund was made.
        None = "none",
        /// A refund is on its way; its amount is reserved.
        Pending = "pending",
        /// A refund waits for the payer's bank data.
        RequiresAction = "requires_action",
        /// The latest refund arrived.
        Succeeded = "succeeded",
        /// The latest refund failed: the money is back with the merchant.
        Failed = "failed",
        /// The latest refund was withdrawn.
        Canceled = "canceled",
        /// A refund has a status that this version does not know.
        Unknown = "unknown",
    }
}

impl From<RefundStatus> for RefundState {
    fn from(status: RefundStatus) -> Self {
        match status {
            RefundStatus::Pending => Self::Pending,
            RefundStatus::RequiresAction => Self::RequiresAction,
            RefundStatus::Succeeded | RefundStatus::Recorded => Self::Succeeded,
            RefundStatus::Failed => Self::Failed,
            RefundStatus::Canceled => Self::Canceled,
            RefundStatus::Unknown => Self::Unknown,
        }
    }
}

/// The attempt that speaks for a payment: its succeeded one, else its latest.
pub fn spokesman<'a>(
    attempts: impl Iterator<Item = &'a Attempt>,
    id_hash: impl Fn(&Attempt) -> u64,
) -> Option<&'a Attempt> {
    let rank = |state: AttemptState| match state {
        AttemptState::Captured => 3,
        AttemptState::Manual => 2,
        AttemptState::Authorized | AttemptState::Voided => 1,
        AttemptState::Failed
        | AttemptState::Blocked
        | AttemptState::Pending
        | AttemptState::Incomplete
        | AttemptState::Unknown => 0,
    };
    // Of several that took money, one that says how speaks better than one that does not.
    let says_how = |attempt: &Attempt| attempt.state == AttemptState::Captured && attempt.method.kind.is_some();
    let key = |attempt: &Attempt| (rank(attempt.state), says_how(attempt), attempt.created);
    let newer = |a: &Attempt, b: &Attempt| key(a).cmp(&key(b)).then_with(|| id_hash(a).cmp(&id_hash(b)));
    attempts.max_by(|a, b| newer(a, b))
}

/// Where a payment's money stands before refunds are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Taken, as an attempt says.
    Captured,
    /// Taken, as only the intent says; what its attempt says of refunds is not known.
    CapturedByIntent,
    /// Taken, as the intent says, which keeps its own sums.
    CapturedAsKept,
    /// Not taken.
    Other(PaymentStatus),
}

/// Puts what the intent says and what the attempt that speaks for the payment says together.
///
/// An attempt that took money beats an intent that does not know it yet; an intent that gave up beats a hold that does not
/// know it yet; a released hold stays released. An intent that keeps its own sums knows best once it took money.
pub fn stage(intent: Option<&Intent>, attempt: Option<&Attempt>) -> Stage {
    let attempted = attempt.map(|attempt| attempt.state);
    if intent.is_some_and(|intent| intent.keeps_sums && intent.state == IntentState::Succeeded) {
        return Stage::CapturedAsKept;
    }
    // A shop's transactions in the payer's currency say nothing of its own: then the order counts.
    let foreign = |intent: &Intent| attempt.is_some_and(|attempt| attempt.currency != intent.currency);
    let kept = |intent: &Intent| intent.state == IntentState::Succeeded && intent.returned.is_some();
    if intent.is_some_and(|intent| kept(intent) && foreign(intent)) {
        return Stage::CapturedAsKept;
    }
    if attempted == Some(AttemptState::Captured) {
        return Stage::Captured;
    }
    let of_attempt = |state| match state {
        AttemptState::Failed => PaymentStatus::Failed,
        AttemptState::Blocked => PaymentStatus::Blocked,
        AttemptState::Incomplete => PaymentStatus::Incomplete,
        AttemptState::Pending => PaymentStatus::Pending,
        AttemptState::Authorized => PaymentStatus::Authorized,
        AttemptState::Voided => PaymentStatus::Canceled,
        AttemptState::Manual => PaymentStatus::MarkedPaid,
        AttemptState::Captured => PaymentStatus::Paid,
        AttemptState::Unknown => PaymentStatus::Unknown,
    };
    let Some(intent) = intent else {
        return Stage::Other(attempted.map_or(PaymentStatus::Unknown, of_attempt));
    };
    Stage::Other(match (intent.state, attempted) {
        (_, Some(AttemptState::Manual)) => PaymentStatus::MarkedPaid,
        // An order that keeps what went back of it, and has no transactions here that took the money.
        (IntentState::Succeeded, _) if intent.returned.is_some() => return Stage::CapturedAsKept,
        (IntentState::Succeeded, _) => return Stage::CapturedByIntent,
        (_, Some(AttemptState::Voided)) | (IntentState::Canceled, _) => PaymentStatus::Canceled,
        (IntentState::Manual, _) => PaymentStatus::MarkedPaid,
        (IntentState::Authorized, _) => PaymentStatus::Authorized,
        (IntentState::NeedsMethod, Some(state)) => of_attempt(state),
        (IntentState::NeedsMethod, None) if intent.failed => PaymentStatus::Failed,
        (IntentState::NeedsMethod | IntentState::Incomplete, _) => PaymentStatus::Incomplete,
        (IntentState::Pending, _) => PaymentStatus::Pending,
        (IntentState::Failed, _) => PaymentStatus::Failed,
        (IntentState::Unknown, _) => PaymentStatus::Unknown,
    })
}
