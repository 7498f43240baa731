//! Turns raw payment records into **customers** and **refund answers**.
//!
//! ```
//! use guestfolio::{IngestOptions, Ledger, LedgerOptions, Query, Source};
//!
//! let mut ledger = Ledger::new(LedgerOptions::default());
//! let bytes = br#"[{"id":"ch_1","object":"charge","amount":500,"currency":"eur","created":1767225600,
//!   "status":"succeeded","paid":true,"captured":true,"billing_details":{"email":"Alice@Example.com"}}]"#;
//! ledger.ingest(Source::Stripe, bytes, IngestOptions::default());
//! assert_eq!(ledger.customers(&Query::default()).unwrap().items[0].emails, ["alice@example.com"]);
//! ```
//!
//! A [`Ledger`] reads bytes of Stripe records, groups payments that have no customer object into guests, and answers
//! whether a payment may be refunded: is it possible, is it allowed, is it within the actor's authority, each with every
//! check that was made.
//!
//! What it is not: it makes no network call, reads no clock, moves no money, and keeps nothing outside its own memory. It
//! is no fraud score and no accounting system.

// In tests a panic is how a test fails.
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::print_stdout,
        clippy::string_slice
    )
)]

mod bytes;
mod decline;
mod engine;
mod error;
mod fold;
mod grouping;
mod identity;
mod ingest;
mod input;
mod issue;
mod json;
mod ledger;
mod mask;
mod masked;
mod money;
mod options;
mod order;
mod overrides;
mod plan;
mod policy;
mod refund;
mod snapshot;
mod source;
mod time;
mod values;
mod view;
mod word;

#[cfg(test)]
mod committed;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod typescript;

pub use decline::{Decline, DeclineMessage, DeclineReason, DeclineStep, explain_decline};
pub use engine::Ledger;
pub use error::{ErrorCode, GuestfolioError};
pub use grouping::{EvidenceReason, GroupingPreset, Limits, Rules};
pub use identity::{IdentifierField, IdentifierFlaw, IdentifierKind};
pub use ingest::{Ingest, IngestOptions, parse_one_source, parse_source};
pub use input::Input;
pub use issue::{IngestReport, Issue, IssueCode, SchemaVersion, Severity, SourceCount};
pub use ledger::orders::LinkedBy;
pub use ledger::record::AttemptState;
pub use ledger::record::{OrderState, RecordKind};
pub use ledger::reversal::{DisputeState, RefundStatus};
pub use ledger::status::{PaymentStatus, RefundState};
pub use masked::masked;
pub use money::{Currency, Money};
pub use options::{CountryCode, LedgerOptions};
pub use overrides::OverrideAction;
pub use plan::{
    ActionNote, CustomerAction, PlanLine, PlanPart, PlanSkipped, PlanStep, PreparedAction, PreparedRequest, RefundPlan,
    SplitBy, StepAction, StepNote,
};
pub use policy::{
    LintCode, LintFinding, MadePolicy, Policy, PolicyFormat, PolicyNote, PolicyPack, PolicyReport, import_policy,
    policy_pack,
};
pub use refund::{
    Alternative, AlternativeCode, Answer, Arrival, Axis, Bound, CapCode, Check, CheckCode, Deadline, Fact, Facts,
    Outcome, Question, QuestionCode, Route, TellCode, Verdict, WarningCode,
};
pub use source::{Source, SourceChoice};
pub use time::Zone;
pub use values::{ValueList, values};
pub use view::{
    AnswerCount, AttemptView, Avatar, CanonicalRecord, CardView, Cell, Change, Changes, Column, CustomerChange,
    CustomerColumn, CustomerDetail, CustomerEvent, CustomerHit, CustomerItem, CustomerKind, CustomerTab, Difference,
    Discrepancy, DiscrepancyAction, DiscrepancyCode, DisputeView, EdgeKind, Erasure, EventKind, Evidence, Facet,
    FacetCounts, FacetValue, Facets, Filter, Finding, FindingKind, GraphEdge, GraphNode, IdentifierView, IdentityGraph,
    LostBecause, LostCandidate, MethodView, MonthVolume, NoIdentifier, NodeKind, OrderRef, OverrideItem,
    OverrideUndone, Page, PaymentAction, PaymentColumn, PaymentDetail, PaymentHit, PaymentItem, Plain, PolicyCounts,
    PolicyTrial, Portal, PortalInvoice, PortalLicenseKey, PortalPayment, PortalProfile, PortalRefund, PortalStatus,
    PortalSubscription, PricingType, QualityNote, Query, RecordView, RefundItem, RefundView, RelatedBy,
    RelatedCustomer, Replay, Report, ReportColumn, ReportFormat, ReportKey, ReportMeasure, ReportQuery, ReportRows,
    ReversalColumn, RuleCount, SearchField, SearchMatch, SearchQuery, SearchResult, SharedIdentifier, Signal,
    SignalKind, Sort, Strength, TabRow, Table, TableColumn, TextCustomer, TextFindings, Totals, UsedIdentifier,
    WalletFinding, WalletFlaw, WalletView, Wallets,
};
