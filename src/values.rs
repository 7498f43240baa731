//! The closed word lists, for menus and translations.

use crate::decline::{DeclineMessage, DeclineReason, DeclineStep};
use crate::error::{ErrorCode, GuestfolioError};
use crate::grouping::{EvidenceReason, GroupingPreset};
use crate::identity::{IdentifierField, IdentifierFlaw, IdentifierKind};
use crate::issue::{IssueCode, Severity};
use crate::ledger::orders::LinkedBy;
use crate::ledger::record::{AttemptState, OrderState, RecordKind};
use crate::ledger::reversal::{DisputeState, RefundStatus};
use crate::ledger::status::{PaymentStatus, RefundState};
use crate::overrides::OverrideAction;
use crate::plan::{ActionNote, CustomerAction, SplitBy, StepAction, StepNote};
use crate::policy::condition::Operator;
use crate::policy::rule::{Anchor, CapOf, Period};
use crate::policy::{LintCode, PolicyFormat, PolicyPack};
use crate::refund::{AlternativeCode, Answer, CapCode, CheckCode, Outcome, QuestionCode, Route, TellCode, WarningCode};
use crate::source::Source;
use crate::view::{
    Change, CustomerColumn, CustomerKind, CustomerTab, DiscrepancyAction, DiscrepancyCode, EdgeKind, EventKind, Facet,
    FindingKind, LostBecause, NodeKind, PaymentAction, PaymentColumn, PortalStatus, PricingType, QualityNote,
    ReportColumn, ReportFormat, ReportKey, ReportMeasure, ReportRows, ReversalColumn, SearchField, SignalKind,
    Strength, WalletFlaw,
};
use crate::word::words;

words! {
    /// The closed word lists.
    pub enum ValueList {
        /// Systems that records come from.
        Source = "source",
        /// Grouping presets.
        Grouping = "grouping",
        /// Kinds of customer.
        CustomerKind = "customer_kind",
        /// Kinds of identifier.
        IdentifierKind = "identifier_kind",
        /// Fields that identifiers are read from.
        IdentifierField = "identifier_field",
        /// Reasons why a text is no identifier.
        IdentifierFlaw = "identifier_flaw",
        /// Reasons why a payment stands under its customer.
        EvidenceReason = "evidence_reason",
        /// Reasons why a guest does not hold a payment.
        LostBecause = "lost_because",
        /// What agents decide.
        OverrideAction = "override_action",
        /// What becomes of customers.
        Change = "change",
        /// What nodes of an identity graph are.
        NodeKind = "node_kind",
        /// What edges of an identity graph say.
        EdgeKind = "edge_kind",
        /// How firmly a customer's payments belong together.
        Strength = "strength",
        /// Columns of the customer list.
        CustomerColumn = "customer_column",
        /// Columns of the payment list.
        PaymentColumn = "payment_column",
        /// What reports have rows of.
        ReportRows = "report_rows",
        /// How reports are written.
        ReportFormat = "report_format",
        /// Columns of reports of refunds and disputes.
        ReversalColumn = "reversal_column",
        /// Columns that reports have beside those of lists.
        ReportColumn = "report_column",
        /// What reports group by.
        ReportKey = "report_key",
        /// The figures of reports.
        ReportMeasure = "report_measure",
        /// What rows of lists are counted by.
        Facet = "facet",
        /// What a search term can be about.
        SearchField = "search_field",
        /// What is found in a text.
        FindingKind = "finding_kind",
        /// What requests about customers do.
        CustomerAction = "customer_action",
        /// What to know of such a request before it is sent.
        ActionNote = "action_note",
        /// What to know of a customer before its figures are believed.
        QualityNote = "quality_note",
        /// What does not add up in a wallet.
        WalletFlaw = "wallet_flaw",
        /// Tabs of a customer's page.
        CustomerTab = "customer_tab",
        /// What happens to customers.
        EventKind = "event_kind",
        /// What is worth a look.
        SignalKind = "signal_kind",
        /// What can be done about a payment.
        PaymentAction = "payment_action",
        /// What payments are one of.
        PricingType = "pricing_type",
        /// Payment statuses.
        PaymentStatus = "payment_status",
        /// States of one attempt.
        AttemptState = "attempt_state",
        /// States of a payment's refunds.
        RefundState = "refund_state",
        /// Statuses of one refund.
        RefundStatus = "refund_status",
        /// States of a dispute.
        DisputeState = "dispute_state",
        /// States of a shop's order.
        OrderState = "order_state",
        /// What links a payment to an order.
        LinkedBy = "linked_by",
        /// How a shop and a gateway do not agree.
        DiscrepancyCode = "discrepancy_code",
        /// What to do about it.
        DiscrepancyAction = "discrepancy_action",
        /// Kinds of record beside payments.
        RecordKind = "record_kind",
        /// Statuses as Flatpay's portal says them.
        PortalStatus = "portal_status",
        /// Answers of a check or axis.
        Answer = "answer",
        /// Outcomes of a verdict.
        Outcome = "outcome",
        /// Where to act.
        Route = "route",
        /// Findings of a check.
        CheckCode = "check_code",
        /// What to offer instead.
        AlternativeCode = "alternative_code",
        /// What to know even when the answer is yes.
        WarningCode = "warning_code",
        /// What bounds an amount.
        CapCode = "cap_code",
        /// What the agent may tell the customer.
        TellCode = "tell_code",
        /// What would settle what is not known.
        QuestionCode = "question_code",
        /// Why an attempt failed.
        DeclineReason = "decline_reason",
        /// What to do after it failed.
        DeclineStep = "decline_step",
        /// What the payer may hear of it.
        DeclineMessage = "decline_message",
        /// How a plan splits an amount.
        SplitBy = "split_by",
        /// What a step of a plan does.
        StepAction = "step_action",
        /// What to know of a step before it is sent.
        StepNote = "step_note",
        /// What is wrong with a policy.
        LintCode = "lint_code",
        /// Forms that a policy is imported from.
        PolicyFormat = "policy_format",
        /// Ready-made policies.
        PolicyPack = "policy_pack",
        /// How a policy's conditions compare.
        Operator = "operator",
        /// What a policy's windows count from.
        Anchor = "anchor",
        /// The times that limits count over.
        Period = "period",
        /// Whose refunds a policy's caps count.
        CapOf = "cap_of",
        /// Whether a record with an issue was kept.
        Severity = "severity",
        /// What can be wrong with a record.
        IssueCode = "issue_code",
        /// Why a call can fail.
        ErrorCode = "error_code",
    }
}

/// The words of a closed list.
///
/// # Errors
/// `unknown_list`, with the lists that are known.
pub fn values(list: &str) -> Result<&'static [&'static str], GuestfolioError> {
    let list = ValueList::from_word(list).ok_or_else(|| {
        let message = format!("unknown list; known are {}", ValueList::WORDS.join(", "));
        GuestfolioError::new(ErrorCode::UnknownList, "", message)
    })?;
    Ok(match list {
        ValueList::Source => Source::WORDS,
        ValueList::Grouping => GroupingPreset::WORDS,
        ValueList::CustomerKind => CustomerKind::WORDS,
        ValueList::IdentifierKind => IdentifierKind::WORDS,
        ValueList::IdentifierField => IdentifierField::WORDS,
        ValueList::IdentifierFlaw => IdentifierFlaw::WORDS,
        ValueList::EvidenceReason => EvidenceReason::WORDS,
        ValueList::LostBecause => LostBecause::WORDS,
        ValueList::OverrideAction => OverrideAction::WORDS,
        ValueList::Change => Change::WORDS,
        ValueList::NodeKind => NodeKind::WORDS,
        ValueList::EdgeKind => EdgeKind::WORDS,
        ValueList::Strength => Strength::WORDS,
        ValueList::CustomerColumn => CustomerColumn::WORDS,
        ValueList::PaymentColumn => PaymentColumn::WORDS,
        ValueList::ReportRows => ReportRows::WORDS,
        ValueList::ReportFormat => ReportFormat::WORDS,
        ValueList::ReversalColumn => ReversalColumn::WORDS,
        ValueList::ReportColumn => ReportColumn::WORDS,
        ValueList::ReportKey => ReportKey::WORDS,
        ValueList::ReportMeasure => ReportMeasure::WORDS,
        ValueList::Facet => Facet::WORDS,
        ValueList::SearchField => SearchField::WORDS,
        ValueList::FindingKind => FindingKind::WORDS,
        ValueList::CustomerAction => CustomerAction::WORDS,
        ValueList::ActionNote => ActionNote::WORDS,
        ValueList::QualityNote => QualityNote::WORDS,
        ValueList::WalletFlaw => WalletFlaw::WORDS,
        ValueList::CustomerTab => CustomerTab::WORDS,
        ValueList::EventKind => EventKind::WORDS,
        ValueList::SignalKind => SignalKind::WORDS,
        ValueList::PaymentAction => PaymentAction::WORDS,
        ValueList::PricingType => PricingType::WORDS,
        ValueList::PaymentStatus => PaymentStatus::WORDS,
        ValueList::AttemptState => AttemptState::WORDS,
        ValueList::RefundState => RefundState::WORDS,
        ValueList::RefundStatus => RefundStatus::WORDS,
        ValueList::DisputeState => DisputeState::WORDS,
        ValueList::OrderState => OrderState::WORDS,
        ValueList::LinkedBy => LinkedBy::WORDS,
        ValueList::DiscrepancyCode => DiscrepancyCode::WORDS,
        ValueList::DiscrepancyAction => DiscrepancyAction::WORDS,
        ValueList::RecordKind => RecordKind::WORDS,
        ValueList::PortalStatus => PortalStatus::WORDS,
        ValueList::Answer => Answer::WORDS,
        ValueList::Outcome => Outcome::WORDS,
        ValueList::Route => Route::WORDS,
        ValueList::CheckCode => CheckCode::WORDS,
        ValueList::AlternativeCode => AlternativeCode::WORDS,
        ValueList::WarningCode => WarningCode::WORDS,
        ValueList::CapCode => CapCode::WORDS,
        ValueList::TellCode => TellCode::WORDS,
        ValueList::QuestionCode => QuestionCode::WORDS,
        ValueList::DeclineReason => DeclineReason::WORDS,
        ValueList::DeclineStep => DeclineStep::WORDS,
        ValueList::DeclineMessage => DeclineMessage::WORDS,
        ValueList::SplitBy => SplitBy::WORDS,
        ValueList::StepAction => StepAction::WORDS,
        ValueList::StepNote => StepNote::WORDS,
        ValueList::LintCode => LintCode::WORDS,
        ValueList::PolicyFormat => PolicyFormat::WORDS,
        ValueList::PolicyPack => PolicyPack::WORDS,
        ValueList::Operator => Operator::WORDS,
        ValueList::Anchor => Anchor::WORDS,
        ValueList::Period => Period::WORDS,
        ValueList::CapOf => CapOf::WORDS,
        ValueList::Severity => Severity::WORDS,
        ValueList::IssueCode => IssueCode::WORDS,
        ValueList::ErrorCode => ErrorCode::WORDS,
    })
}
