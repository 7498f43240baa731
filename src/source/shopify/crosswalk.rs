//! Shopify's one status mapping: words of the REST API in lower case, of the Admin GraphQL API in upper case.

use crate::ledger::record::{AttemptState, IntentState, OrderState};
use crate::ledger::reversal::{DisputeState, RefundStatus};
use crate::source::Mapping;

/// An order's financial status: the order's money, and the order itself. `expired`: the deadline to capture was missed.
pub const ORDER: &[(&str, IntentState, OrderState)] = &[
    ("pending", IntentState::Incomplete, OrderState::Pending),
    ("authorized", IntentState::Authorized, OrderState::Authorized),
    ("partially_paid", IntentState::Succeeded, OrderState::Paid),
    ("paid", IntentState::Succeeded, OrderState::Paid),
    ("partially_refunded", IntentState::Succeeded, OrderState::Paid),
    ("refunded", IntentState::Succeeded, OrderState::Refunded),
    ("voided", IntentState::Canceled, OrderState::Canceled),
    ("expired", IntentState::Failed, OrderState::Failed),
];

/// A transaction that takes money or holds it: what it is, how it went.
pub const TRANSACTION: &[(&str, &str, AttemptState)] = &[
    ("sale", "success", AttemptState::Captured),
    ("sale", "pending", AttemptState::Pending),
    ("sale", "awaiting_response", AttemptState::Pending),
    ("sale", "failure", AttemptState::Failed),
    ("sale", "error", AttemptState::Failed),
    ("capture", "success", AttemptState::Captured),
    ("capture", "pending", AttemptState::Pending),
    ("capture", "awaiting_response", AttemptState::Pending),
    ("capture", "failure", AttemptState::Failed),
    ("capture", "error", AttemptState::Failed),
    ("authorization", "success", AttemptState::Authorized),
    ("authorization", "pending", AttemptState::Pending),
    ("authorization", "awaiting_response", AttemptState::Pending),
    ("authorization", "failure", AttemptState::Failed),
    ("authorization", "error", AttemptState::Failed),
    ("emv_authorization", "success", AttemptState::Authorized),
    ("emv_authorization", "pending", AttemptState::Pending),
    ("emv_authorization", "failure", AttemptState::Failed),
    ("emv_authorization", "error", AttemptState::Failed),
    ("void", "success", AttemptState::Voided),
    ("void", "pending", AttemptState::Pending),
    ("void", "failure", AttemptState::Failed),
    ("void", "error", AttemptState::Failed),
];

/// A transaction of the kind `refund`.
pub const REFUND: Mapping<RefundStatus> = &[
    ("success", RefundStatus::Succeeded),
    ("pending", RefundStatus::Pending),
    ("awaiting_response", RefundStatus::Pending),
    ("failure", RefundStatus::Failed),
    ("error", RefundStatus::Failed),
];

/// Kinds of transaction that are no money: what would be refunded, and cash given back as change.
pub const NO_MONEY: [&str; 2] = ["suggested_refund", "change"];

/// A dispute of the type `chargeback`.
pub const CHARGEBACK: Mapping<DisputeState> = &[
    ("needs_response", DisputeState::Open),
    ("under_review", DisputeState::UnderReview),
    ("won", DisputeState::Won),
    ("lost", DisputeState::Lost),
    ("accepted", DisputeState::Lost),
    ("charge_refunded", DisputeState::ClosedByRefund),
    ("prevented", DisputeState::Prevented),
];

/// A dispute of the type `inquiry`.
pub const INQUIRY: Mapping<DisputeState> = &[
    ("needs_response", DisputeState::Inquiry),
    ("under_review", DisputeState::InquiryUnderReview),
    ("won", DisputeState::InquiryClosed),
    ("lost", DisputeState::InquiryClosed),
    ("accepted", DisputeState::InquiryClosed),
    ("charge_refunded", DisputeState::ClosedByRefund),
    ("prevented", DisputeState::Prevented),
];
