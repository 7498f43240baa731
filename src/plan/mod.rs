//! How a refund is carried out: which payment gives how much, in which order, and the request to send for each.
//!
//! Nothing is sent from here. A request says the method, the path and the body; the secret key and the sending are the host's.

mod customer;
mod prepare;
mod split;

pub use customer::{ActionNote, CustomerAction, PreparedAction, Profile, Wanted, prepare};
pub use prepare::{Intent, PreparedRequest, RefundOf, key_of, refund, release};
pub use split::{Share, in_order, proportional};

use crate::issue::SchemaVersion;
use crate::money::Money;
use crate::refund::{CheckCode, Outcome, Route, WarningCode};
use crate::source::Source;
use crate::word::words;
use serde::Serialize;

words! {
    /// How an amount is split over payments.
    pub enum SplitBy {
        /// One after the other: gift cards first, then the newest payment, each to its end.
        InOrder = "in_order",
        /// Each by what it can give; what does not divide goes to the largest remainders.
        Proportional = "proportional",
    }
}

words! {
    /// What a step does.
    pub enum StepAction {
        /// Money goes back.
        Refund = "refund",
        /// A hold is released; nothing was taken.
        Release = "release",
    }
}

words! {
    /// What to know of a step before it is sent.
    pub enum StepNote {
        /// Paid outside any gateway: pay it back by hand, and record it.
        ByHand = "by_hand",
        /// The gateway refunds in part by line: name the lines.
        LinesNeeded = "lines_needed",
        /// Refund in the shop; its order is not here, so no request can be prepared.
        OrderNeeded = "order_needed",
        /// The transaction that the shop's request must name is not here.
        TransactionNeeded = "transaction_needed",
        /// No request is known for this source.
        NoRequest = "no_request",
        /// The shop takes no more for this order: it knows of refunds that the gateway does not.
        ShopTakesLess = "shop_takes_less",
        /// The system keeps no idempotency keys: keep the key with what was sent, and send once.
        KeepKey = "keep_key",
        /// A person must look first.
        ReviewFirst = "review_first",
    }
}

/// A part of a step: what goes back of one capture or transaction.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlanPart {
    /// The charge or transaction.
    pub attempt_id: String,
    /// How much.
    pub amount: Money,
}

/// What goes back of one line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct PlanLine {
    /// The line's id at the source.
    pub id: String,
    /// How many pieces, where the host said.
    pub quantity: Option<u32>,
    /// How much.
    pub amount: Money,
}

/// One step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlanStep {
    /// What it does.
    pub action: StepAction,
    /// The payment.
    pub payment_id: String,
    /// Its source.
    pub source: Source,
    /// Its account: whose secret key sends the request; `null` where none was named.
    pub account: Option<String>,
    /// How much goes back; of a release, what is held.
    pub amount: Money,
    /// What of it goes back of each capture.
    pub parts: Vec<PlanPart>,
    /// What of it goes back of each line.
    pub lines: Vec<PlanLine>,
    /// The verdict on this step.
    pub outcome: Outcome,
    /// Every check of the verdict that was not a plain yes.
    pub reasons: Vec<CheckCode>,
    /// What to know even when the answer is yes.
    pub warnings: Vec<WarningCode>,
    /// Where to act.
    pub route: Route,
    /// The request to send; `null` where none can be prepared, and the notes say why.
    pub request: Option<PreparedRequest>,
    /// The same for the same intent and state, whoever asks, when and why: a second click gives the same key. Stripe refuses a key
    /// that comes with another reason, so nothing goes twice.
    pub idempotency_key: String,
    /// What to know before it is sent.
    pub notes: Vec<StepNote>,
}

/// A payment that gives nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PlanSkipped {
    /// The payment.
    pub payment_id: String,
    /// The verdict on it.
    pub outcome: Outcome,
    /// Every check of the verdict that was not a plain yes; empty where the amount was reached without it.
    pub reasons: Vec<CheckCode>,
}

/// How a refund is carried out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RefundPlan {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The time of the question.
    pub as_of: String,
    /// The worst of the steps; `ineligible` where less is planned than was asked for.
    pub outcome: Outcome,
    /// What was asked for; `null` for all that may go back.
    pub requested: Option<Money>,
    /// What the refunds come to. Releases are not among it.
    pub planned: Money,
    /// What of the amount no payment can give.
    pub short: Money,
    /// In the order in which they are sent.
    pub steps: Vec<PlanStep>,
    /// Payments that give nothing, and why.
    pub skipped: Vec<PlanSkipped>,
    /// A digest of the policy; `null` without one.
    pub policy_hash: Option<String>,
    /// The version of guestfolio that answered.
    pub engine_version: String,
}
