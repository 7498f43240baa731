//! The shapes of grouping: evidence, who is related, the identity graph, decisions, changes, erasures.

use super::evidence::LostBecause;
use super::shapes::CustomerKind;
use crate::grouping::EvidenceReason;
use crate::identity::{IdentifierField, IdentifierKind};
use crate::issue::{Issue, SchemaVersion};
use crate::overrides::OverrideAction;
use crate::word::words;
use serde::Serialize;

words! {
    /// What became of a customer.
    pub enum Change {
        /// It is new.
        Made = "made",
        /// It has other payments, one of its records is new, or a payment is here for another reason.
        Changed = "changed",
        /// It is no more: its payments are another's, or gone.
        Dissolved = "dissolved",
    }
}

/// A page of what became of customers since a version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The ledger's version now: ask from it the next time.
    pub version: u32,
    /// Each customer once, with what became of it in all.
    pub items: Vec<CustomerChange>,
    /// How many all pages have together.
    pub total: usize,
    /// The cursor of the next page; `null` at the end.
    pub next: Option<String>,
}

/// What became of a customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CustomerChange {
    /// The customer.
    pub customer_id: String,
    /// What became of it.
    pub change: Change,
    /// Of a dissolved guest: the customer that holds its first payment now.
    pub into: Option<String>,
}

/// An identifier that joins a payment to its guest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SharedIdentifier {
    /// E-mail, phone or card.
    pub kind: IdentifierKind,
    /// The normalised text.
    pub value: String,
    /// The field that it was read from.
    pub field: IdentifierField,
    /// The guest's latest earlier payment with it.
    pub payment_id: String,
    /// When that payment was made.
    pub used_at: String,
    /// This use was the most recent of all, and decided.
    pub decisive: bool,
}

/// Why a payment stands under its customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The payment.
    pub payment_id: String,
    /// The rule that applied.
    pub reason: EvidenceReason,
    /// What it shares with an earlier payment of the customer; empty for a first payment or a registered customer.
    pub by: Vec<SharedIdentifier>,
    /// Other guests that used an identifier of it before, and why they do not hold it, the newest use first; at most 20.
    pub lost: Vec<LostCandidate>,
}

/// A guest that used an identifier of a payment before and does not hold it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LostCandidate {
    /// The guest.
    pub customer_id: String,
    /// What it shares with the payment.
    pub by: Vec<RelatedBy>,
    /// When it used one of them last before.
    pub used_at: String,
    /// Why it does not hold the payment.
    pub reason: LostBecause,
}

/// A customer that shares an identifier and is not the same.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RelatedCustomer {
    /// The other customer.
    pub customer_id: String,
    /// Guest or registered.
    pub kind: CustomerKind,
    /// A guest that is probably this registered customer, or the other way round: of the registered customers this one alone
    /// has an e-mail or a phone of the guest's that no more than a household uses. A hint for an agent, who may link them; they
    /// are never merged by it.
    pub probably_same: bool,
    /// What both have used.
    pub by: Vec<RelatedBy>,
}

/// An identifier that two customers have used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct RelatedBy {
    /// E-mail, phone or card.
    pub kind: IdentifierKind,
    /// The normalised text.
    pub value: String,
}

words! {
    /// What a node of an identity graph is.
    pub enum NodeKind {
        /// A customer.
        Customer = "customer",
        /// A payment of the customer that was asked for.
        Payment = "payment",
        /// An identifier that it used.
        Identifier = "identifier",
    }
}

words! {
    /// What an edge of an identity graph says.
    pub enum EdgeKind {
        /// The customer holds the payment.
        Holds = "holds",
        /// The payment, or another customer, used the identifier.
        Used = "used",
        /// The payment came to its customer by this earlier one.
        Joined = "joined",
    }
}

/// A customer, its payments and identifiers, and who else used them: ready to draw.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IdentityGraph {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The customer in the middle.
    pub customer_id: String,
    /// Each once.
    pub nodes: Vec<GraphNode>,
    /// Both ends are nodes of this graph.
    pub edges: Vec<GraphEdge>,
    /// Some was left out: payments beyond the newest 200, identifiers or other customers beyond 100.
    pub truncated: bool,
}

/// A node of an identity graph.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GraphNode {
    /// For the edges: the kind and what it is, as `email:alice@example.com` or `payment:stripe:acct_1:pi_1`.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// The customer's name, else its id; the payment's id; the identifier's text.
    pub label: String,
    /// Of a customer: guest or registered.
    pub customer_kind: Option<CustomerKind>,
    /// Of an identifier: e-mail, phone or card.
    pub identifier_kind: Option<IdentifierKind>,
    /// Of an identifier: it joins nobody.
    pub shared: Option<bool>,
    /// Of a payment: when it was made.
    pub at: Option<String>,
}

/// An edge of an identity graph.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GraphEdge {
    /// The node that holds, used or joined.
    pub from: String,
    /// The other node.
    pub to: String,
    /// What it says.
    pub kind: EdgeKind,
    /// Of `holds` and `joined`: the rule that applied.
    pub reason: Option<EvidenceReason>,
    /// When it was so first.
    pub first_at: String,
    /// When it was so last.
    pub last_at: String,
}

/// What was erased.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Erasure {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The customers that held the payments: they are no more, or hold less.
    pub customer_ids: Vec<String>,
    /// How many records.
    pub records: usize,
    /// Their amounts are kept, without a name.
    pub anonymised: bool,
}

/// What an agent decided about customers. It holds against every later record until it is undone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OverrideItem {
    /// `ovr_…`, for `undo`.
    pub id: String,
    /// What was decided.
    pub action: OverrideAction,
    /// The customers that it was said of, by the ids that they had then; of a shared identifier at most 100.
    pub customer_ids: Vec<String>,
    /// The payment that was unlinked.
    pub payment_id: Option<String>,
    /// The identifier that was marked, in the form by which it is compared.
    pub identifier: Option<RelatedBy>,
    /// Who decided.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub as_of: String,
    /// Who took it back, if anybody did.
    pub undone: Option<OverrideUndone>,
    /// What to know of it; only in the answer to the call that made it.
    pub issues: Vec<Issue>,
}

/// Who took a decision back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OverrideUndone {
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub as_of: String,
}
