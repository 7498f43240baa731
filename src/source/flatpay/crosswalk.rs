//! Flatpay's one status mapping: Frisbii Pay's words, and those of the portal's pages.
//!
//! The API has no state "refunded": a refund shows in the amounts. Words of the API: the models of Frisbii's public PHP
//! client. Words of the portal: its two help pages, in English and Finnish.

use crate::ledger::record::{AttemptState, IntentState};
use crate::ledger::reversal::{DisputeState, RefundStatus};
use crate::source::Mapping;

/// `state` of a charge or invoice.
pub const CHARGE: Mapping<IntentState> = &[
    ("created", IntentState::Incomplete),
    ("pending", IntentState::Pending),
    ("dunning", IntentState::Pending),
    ("authorized", IntentState::Authorized),
    ("settled", IntentState::Succeeded),
    ("cancelled", IntentState::Canceled),
    ("failed", IntentState::Failed),
    // The portal.
    ("Authorized", IntentState::Authorized),
    ("Settled", IntentState::Succeeded),
    ("Captured", IntentState::Succeeded),
    ("Cancelled", IntentState::Canceled),
    ("Failed", IntentState::Failed),
    ("Refunded", IntentState::Succeeded),
    ("Valtuutettu", IntentState::Authorized),
    ("Suoritettu", IntentState::Succeeded),
    ("Peruutettu", IntentState::Canceled),
    ("Epäonnistunut", IntentState::Failed),
    ("Palautettu", IntentState::Succeeded),
];

/// The portal's words for a payment that went back in full.
pub const REFUNDED_WORDS: [&str; 2] = ["Refunded", "Palautettu"];

/// `state` of a transaction of the types `settle` and `authorization`.
pub const TRANSACTION: Mapping<AttemptState> = &[
    ("pending", AttemptState::Pending),
    ("processing", AttemptState::Pending),
    ("authorized", AttemptState::Authorized),
    ("settled", AttemptState::Captured),
    ("failed", AttemptState::Failed),
    ("cancelled", AttemptState::Voided),
];

/// `state` of a refund, or of a transaction of the type `refund`.
pub const REFUND: Mapping<RefundStatus> = &[
    ("pending", RefundStatus::Pending),
    ("processing", RefundStatus::Pending),
    ("refunded", RefundStatus::Succeeded),
    ("failed", RefundStatus::Failed),
    ("cancelled", RefundStatus::Canceled),
];

/// `state` of a dispute that is not resolved.
pub const DISPUTE: Mapping<DisputeState> = &[
    ("open", DisputeState::Open),
    ("waiting_for_response", DisputeState::Open),
    ("under_review", DisputeState::UnderReview),
];

/// `outcome` of a dispute whose state is `resolved`: only that says who won.
pub const OUTCOME: Mapping<DisputeState> = &[
    ("merchant_favor", DisputeState::Won),
    ("cancelled_by_customer", DisputeState::Won),
    ("customer_favor_chargeback", DisputeState::Lost),
    ("customer_favor_refund", DisputeState::ClosedByRefund),
    // The provider paid: the merchant keeps the money.
    ("provider_payout", DisputeState::Won),
];
