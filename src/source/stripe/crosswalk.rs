//! Stripe's one status mapping.

use crate::ledger::record::{AttemptState, IntentState};
use crate::ledger::reversal::{DisputeState, RefundStatus};
use crate::source::Mapping;

/// What else of a charge decides, where its status alone does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Nothing else.
    Always,
    /// `outcome.type` is `blocked`.
    Blocked,
    /// `captured` is true.
    Captured,
    /// `captured` is false.
    Held,
    /// `captured` is false and `refunded` is true.
    Released,
}

/// `charge.status`. `succeeded` alone says little: a hold is `succeeded` and not captured, a released hold is that and
/// refunded. `paid` stood for `succeeded` before 2015-02-18.
pub const CHARGE: &[(&str, When, AttemptState)] = &[
    ("failed", When::Always, AttemptState::Failed),
    ("failed", When::Blocked, AttemptState::Blocked),
    ("pending", When::Always, AttemptState::Pending),
    ("succeeded", When::Captured, AttemptState::Captured),
    ("succeeded", When::Held, AttemptState::Authorized),
    ("succeeded", When::Released, AttemptState::Voided),
    ("paid", When::Captured, AttemptState::Captured),
    ("paid", When::Held, AttemptState::Authorized),
    ("paid", When::Released, AttemptState::Voided),
];

/// `payment_intent.status`. `requires_source` and `requires_source_action` are the words of 2018.
pub const INTENT: Mapping<IntentState> = &[
    ("requires_payment_method", IntentState::NeedsMethod),
    ("requires_source", IntentState::NeedsMethod),
    ("requires_confirmation", IntentState::Incomplete),
    ("requires_action", IntentState::Incomplete),
    ("requires_source_action", IntentState::Incomplete),
    ("processing", IntentState::Pending),
    ("requires_capture", IntentState::Authorized),
    ("succeeded", IntentState::Succeeded),
    ("canceled", IntentState::Canceled),
];

/// `refund.status`.
pub const REFUND: Mapping<RefundStatus> = &[
    ("pending", RefundStatus::Pending),
    ("requires_action", RefundStatus::RequiresAction),
    ("succeeded", RefundStatus::Succeeded),
    ("failed", RefundStatus::Failed),
    ("canceled", RefundStatus::Canceled),
];

/// `dispute.status`. `charge_refunded` is an old word.
pub const DISPUTE: Mapping<DisputeState> = &[
    ("warning_needs_response", DisputeState::Inquiry),
    ("warning_under_review", DisputeState::InquiryUnderReview),
    ("warning_closed", DisputeState::InquiryClosed),
    ("needs_response", DisputeState::Open),
    ("under_review", DisputeState::UnderReview),
    ("appeal_needs_response", DisputeState::Appeal),
    ("appeal_under_review", DisputeState::AppealUnderReview),
    ("won", DisputeState::Won),
    ("lost", DisputeState::Lost),
    ("prevented", DisputeState::Prevented),
    ("charge_refunded", DisputeState::ClosedByRefund),
];

/// The column `Status` of the dashboard's export of payments, which has words of its own beside the API's.
pub const EXPORT: Mapping<AttemptState> = &[
    ("Paid", AttemptState::Captured),
    ("Refunded", AttemptState::Captured),
    ("Partially refunded", AttemptState::Captured),
    ("Disputed", AttemptState::Captured),
    ("Uncaptured", AttemptState::Authorized),
    ("requires_capture", AttemptState::Authorized),
    ("Pending", AttemptState::Pending),
    ("processing", AttemptState::Pending),
    ("requires_payment_method", AttemptState::Failed),
    ("requires_confirmation", AttemptState::Pending),
    ("requires_action", AttemptState::Pending),
    ("Failed", AttemptState::Failed),
    ("Blocked", AttemptState::Blocked),
    ("Canceled", AttemptState::Voided),
];
