//! The TypeScript types come from the Rust types: `js/src/types.ts` is generated here and committed, and the test fails
//! when the two differ. `UPDATE_TYPES=1 cargo test typescript` writes it.

use crate::policy::condition::Operator;
use crate::policy::rule::{Anchor, CapOf, Period, Refusal};
use crate::*;
use std::fmt::Write;
use ts_rs::{Config, TS};

fn declare<T: TS>(out: &mut String, config: &Config) {
    let docs = T::docs().unwrap_or_default();
    write!(out, "\n{docs}export {}\n", T::decl(config)).unwrap();
}

macro_rules! declare_all {
    ($out:ident, $config:ident, $($name:ty),+ $(,)?) => { $(declare::<$name>(&mut $out, &$config);)+ };
}

fn generated() -> String {
    let config = Config::new().with_large_int("number");
    let mut out = String::from(
        "// Generated from the Rust types by `UPDATE_TYPES=1 cargo test typescript`. Do not edit.\n\
         // Times are RFC 3339 in UTC; a value that is not known is null.\n",
    );
    declare_all!(
        out,
        config,
        Source,
        SourceCount,
        OrderState,
        LinkedBy,
        DiscrepancyCode,
        DiscrepancyAction,
        RecordKind,
        PortalStatus,
        GroupingPreset,
        CustomerKind,
        IdentifierKind,
        IdentifierField,
        IdentifierFlaw,
        EvidenceReason,
        LostBecause,
        Strength,
        CustomerColumn,
        PaymentColumn,
        Facet,
        LostCandidate,
        PaymentStatus,
        AttemptState,
        RefundState,
        RefundStatus,
        DisputeState,
        Answer,
        Outcome,
        Route,
        CheckCode,
        AlternativeCode,
        WarningCode,
        CapCode,
        TellCode,
        QuestionCode,
        Operator,
        Anchor,
        Period,
        CapOf,
        Refusal,
        DeclineReason,
        DeclineStep,
        DeclineMessage,
        Decline,
        SplitBy,
        StepAction,
        StepNote,
        LintCode,
        PolicyFormat,
        PolicyPack,
        Severity,
        IssueCode,
        ErrorCode,
        ValueList,
        SchemaVersion,
        Money,
        Issue,
        IngestReport,
        Totals,
        CardView,
        MethodView,
        OrderRef,
        Discrepancy,
        RecordView,
        Avatar,
        CustomerItem,
        PaymentItem,
        Page<PaymentItem>,
        Cell,
        TableColumn,
        Table,
        FacetValue,
        FacetCounts,
        Facets,
        IdentifierView,
        NoIdentifier,
        SharedIdentifier,
        Evidence,
        UsedIdentifier,
        RelatedBy,
        RelatedCustomer,
        OverrideAction,
        OverrideItem,
        OverrideUndone,
        Erasure,
        Change,
        CustomerChange,
        Changes,
        NodeKind,
        EdgeKind,
        GraphNode,
        GraphEdge,
        IdentityGraph,
        CustomerDetail,
        AttemptView,
        RefundView,
        DisputeView,
        PaymentDetail,
        Fact,
        Check,
        Axis,
        Alternative,
        Bound,
        Deadline,
        Arrival,
        Question,
        Verdict,
        RefundItem,
        PreparedRequest,
        PlanPart,
        PlanLine,
        PlanStep,
        PlanSkipped,
        RefundPlan,
        RuleCount,
        AnswerCount,
        PolicyCounts,
        PolicyTrial,
        LintFinding,
        PolicyReport,
        PolicyNote,
        MadePolicy,
        Difference,
        Replay,
    );
    out
}

#[test]
fn typescript_types_are_those_of_the_rust_types() {
    committed::keep("js/src/types.ts", &generated(), "typescript");
}
