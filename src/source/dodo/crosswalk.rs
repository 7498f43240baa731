//! Dodo's one status mapping. Words: npm `dodopayments` 2.52.

use crate::ledger::record::AttemptState;
use crate::ledger::reversal::{DisputeState, RefundStatus};
use crate::source::Mapping;

/// A payment's status, as far as it moves money.
pub const PAYMENT: Mapping<AttemptState> = &[
    ("succeeded", AttemptState::Captured),
    ("failed", AttemptState::Failed),
    ("cancelled", AttemptState::Voided),
    ("processing", AttemptState::Pending),
    ("requires_customer_action", AttemptState::Incomplete),
    ("requires_merchant_action", AttemptState::Incomplete),
    ("requires_payment_method", AttemptState::Incomplete),
    ("requires_confirmation", AttemptState::Incomplete),
    ("requires_capture", AttemptState::Authorized),
    ("partially_captured", AttemptState::Captured),
    ("partially_captured_and_capturable", AttemptState::Captured),
    // What the dashboard's page of payments says.
    ("In Progress", AttemptState::Pending),
    ("Failed", AttemptState::Failed),
    ("Successful", AttemptState::Captured),
];

/// A payment's status is null until the payer acts, and between the tries of a renewal.
pub const NO_STATUS: AttemptState = AttemptState::Incomplete;

/// A refund's status; `review` waits for a person at Dodo, and its amount is reserved.
pub const REFUND: Mapping<RefundStatus> = &[
    ("succeeded", RefundStatus::Succeeded),
    ("failed", RefundStatus::Failed),
    ("pending", RefundStatus::Pending),
    ("review", RefundStatus::Pending),
];

/// A dispute's status in the stages `dispute` and `pre_arbitration`.
pub const DISPUTE: Mapping<DisputeState> = &[
    ("dispute_opened", DisputeState::Open),
    ("dispute_challenged", DisputeState::UnderReview),
    ("dispute_won", DisputeState::Won),
    // The payer took it back.
    ("dispute_cancelled", DisputeState::Won),
    ("dispute_lost", DisputeState::Lost),
    // To accept is to lose, and so is not to answer in time.
    ("dispute_accepted", DisputeState::Lost),
    ("dispute_expired", DisputeState::Lost),
];

/// A dispute's status in the stage `pre_dispute`, which is an inquiry.
pub const PRE_DISPUTE: Mapping<DisputeState> = &[
    ("dispute_opened", DisputeState::Inquiry),
    ("dispute_challenged", DisputeState::InquiryUnderReview),
    ("dispute_won", DisputeState::InquiryClosed),
    ("dispute_cancelled", DisputeState::InquiryClosed),
    ("dispute_lost", DisputeState::Lost),
    ("dispute_accepted", DisputeState::Lost),
    ("dispute_expired", DisputeState::Lost),
];
