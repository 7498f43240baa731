//! Why an attempt failed, what to do next, and what the payer may hear.
//!
//! Sources of the rows: docs.stripe.com/declines/codes for Stripe's card and local methods, docs.dodopayments.com
//! (api-reference/transaction-failures) for Dodo's, Frisbii's three error states, Shopify's transaction error codes; read in
//! 2026-11. Dodo writes the words of the cards' networks in upper case, so one table serves all, and few rows differ.

use crate::source::Source;
use crate::word::words;
use serde::Serialize;

words! {
    /// What happened, for the agent.
    pub enum DeclineReason {
        /// The payer did not confirm who they are (3-D Secure).
        AuthenticationNeeded = "authentication_needed",
        /// The card has expired.
        CardExpired = "card_expired",
        /// A number, code, date, name or address does not match.
        DetailsWrong = "details_wrong",
        /// The PIN was missing or wrong.
        PinWrong = "pin_wrong",
        /// There was not enough money.
        FundsShort = "funds_short",
        /// Too much or too often for the card or account.
        LimitReached = "limit_reached",
        /// The method does not take this kind of payment or this currency.
        NotSupported = "not_supported",
        /// The bank said no and does not say why.
        RefusedByIssuer = "refused_by_issuer",
        /// The card or account does not exist, is closed, or is not activated.
        AccountInvalid = "account_invalid",
        /// Reported lost or stolen, on a block list, or taken for fraud. Never for the payer's ears.
        FraudSuspected = "fraud_suspected",
        /// The gateway's or the merchant's own rules stopped it. Never for the payer's ears.
        BlockedByRules = "blocked_by_rules",
        /// The payer took back the permission to charge, or a mandate is missing.
        AuthorizationRevoked = "authorization_revoked",
        /// The same amount was taken with the same card a moment before.
        Duplicate = "duplicate",
        /// A bank or network did not answer, or made an error.
        TemporaryProblem = "temporary_problem",
        /// What the shop sent is not accepted.
        RequestInvalid = "request_invalid",
        /// The payer stopped.
        CanceledByPayer = "canceled_by_payer",
        /// A test card with real money, or a real card in a test.
        TestCard = "test_card",
        /// The code is not known here.
        Unknown = "unknown",
    }
}

words! {
    /// What to do next.
    pub enum DeclineStep {
        /// The payer confirms the payment with their bank.
        Authenticate = "authenticate",
        /// The payer asks their bank.
        ContactIssuer = "contact_issuer",
        /// Try again later with the same method.
        RetryLater = "retry_later",
        /// The payer takes another card or method.
        OtherMethod = "other_method",
        /// The payer corrects what they wrote and tries again.
        FixDetails = "fix_details",
        /// The payer enters the PIN, or inserts the card.
        EnterPin = "enter_pin",
        /// Look for the payment that went through.
        CheckDuplicate = "check_duplicate",
        /// The payer agrees to be charged anew.
        AuthorizeAgain = "authorize_again",
        /// The shop corrects what it sends.
        FixRequest = "fix_request",
        /// Look the code up in the source.
        LookUp = "look_up",
    }
}

words! {
    /// What the payer may hear.
    pub enum DeclineMessage {
        /// The payment was declined, without a reason.
        Declined = "declined",
        /// Confirm the payment with your bank.
        Authenticate = "authenticate",
        /// The card has expired.
        CardExpired = "card_expired",
        /// Something written does not match.
        CheckDetails = "check_details",
        /// The PIN did not work.
        CheckPin = "check_pin",
        /// There was not enough money.
        FundsShort = "funds_short",
        /// A limit was reached.
        LimitReached = "limit_reached",
        /// The method does not work for this payment.
        NotSupported = "not_supported",
        /// It may have been paid already.
        MaybePaid = "maybe_paid",
        /// Something went wrong, not on the payer's side.
        TryAgain = "try_again",
        /// The payment was not finished.
        NotCompleted = "not_completed",
    }
}

/// Why an attempt failed, what to do next, and what the payer may hear.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Decline {
    /// The source's code, as it came. For the agent, not for the payer.
    pub code: String,
    /// What happened. For the agent, not for the payer.
    pub reason: DeclineReason,
    /// What to do next.
    pub next_step: DeclineStep,
    /// What the payer may hear; it gives nothing away where `withheld` is set.
    pub message: DeclineMessage,
    /// The reason must not be told: it would help a thief, or nobody knows what the code says.
    pub withheld: bool,
}

/// Explains a source's decline or failure code, in any case. A code that is not known here is `unknown`, and withheld.
///
/// ```
/// use guestfolio::{Source, explain_decline};
///
/// let decline = explain_decline(Source::Stripe, "stolen_card");
/// assert_eq!(decline.message.word(), "declined");
/// assert!(decline.withheld);
/// ```
#[must_use]
pub fn explain_decline(source: Source, code: &str) -> Decline {
    use DeclineReason as R;
    let word = code.trim().to_ascii_lowercase();
    let own = if source == Source::Dodo { DODO } else { &[] };
    let row = own.iter().chain(TABLE).find(|row| row.0 == word);
    let (reason, next_step) = row.map_or((R::Unknown, DeclineStep::LookUp), |row| (row.1, row.2));
    let withheld = matches!(reason, R::FraudSuspected | R::BlockedByRules | R::Unknown);
    Decline { code: code.to_owned(), reason, next_step, message: reason.message(), withheld }
}

/// Explains a failed attempt: the more exact of its two codes goes first, where it is known. What the gateway's own rules stopped
/// says so, whatever code stands beside it.
pub(crate) fn explain_attempt(source: Source, blocked: bool, codes: [Option<&str>; 2]) -> Option<Decline> {
    let [code, reason] = codes.map(|code| code.map(|code| explain_decline(source, code)));
    let known = |decline: &Decline| decline.reason != DeclineReason::Unknown;
    let mut decline = match (reason, code) {
        (Some(exact), _) if known(&exact) => exact,
        (_, Some(code)) => code,
        (exact, None) => exact?,
    };
    if blocked {
        decline.reason = DeclineReason::BlockedByRules;
        decline.next_step = DeclineStep::OtherMethod;
        decline.message = decline.reason.message();
        decline.withheld = true;
    }
    Some(decline)
}

impl DeclineReason {
    fn message(self) -> DeclineMessage {
        use DeclineMessage as M;
        match self {
            Self::AuthenticationNeeded => M::Authenticate,
            Self::CardExpired => M::CardExpired,
            Self::DetailsWrong => M::CheckDetails,
            Self::PinWrong => M::CheckPin,
            Self::FundsShort => M::FundsShort,
            Self::LimitReached => M::LimitReached,
            Self::NotSupported => M::NotSupported,
            Self::Duplicate => M::MaybePaid,
            Self::TemporaryProblem | Self::RequestInvalid | Self::TestCard => M::TryAgain,
            Self::CanceledByPayer => M::NotCompleted,
            Self::RefusedByIssuer
            | Self::AccountInvalid
            | Self::AuthorizationRevoked
            | Self::FraudSuspected
            | Self::BlockedByRules
            | Self::Unknown => M::Declined,
        }
    }
}

type Row = (&'static str, DeclineReason, DeclineStep);

macro_rules! rows {
    ($($reason:ident $step:ident: $($code:literal)+;)+) => {
        &[$($(($code, DeclineReason::$reason, DeclineStep::$step)),+),+]
    };
}

/// Where Dodo's page says another thing about a word that others use, too.
const DODO: &[Row] = rows! {
    LimitReached RetryLater: "card_velocity_exceeded";
    AuthorizationRevoked OtherMethod: "revocation_of_authorization";
    RequestInvalid FixRequest: "invalid_amount";
    RefusedByIssuer ContactIssuer: "card_declined" "generic_decline" "transaction_not_approved";
};

const TABLE: &[Row] = rows! {
    AuthenticationNeeded Authenticate: "authentication_required" "authentication_not_handled" "authentication_failure"
        "authentication_timeout" "mobile_device_authentication_required";
    CardExpired OtherMethod: "expired_card" "partner_expired_card" "expired_payment_information";
    DetailsWrong FixDetails: "incorrect_address" "incorrect_cvc" "invalid_cvc" "incorrect_number" "invalid_number"
        "invalid_card_number" "incorrect_zip" "invalid_expiry_month" "invalid_expiry_year" "invalid_expiry_date"
        "invalid_card_owner" "invalid_upi_id" "invalid_payment_information";
    PinWrong EnterPin: "incorrect_pin" "invalid_pin" "offline_pin_required" "online_or_offline_pin_required";
    PinWrong OtherMethod: "pin_try_exceeded";
    FundsShort OtherMethod: "insufficient_funds" "partner_insufficient_funds";
    LimitReached ContactIssuer: "card_velocity_exceeded" "limit_exceeded";
    LimitReached OtherMethod: "withdrawal_count_limit_exceeded" "payment_limit_exceeded";
    NotSupported ContactIssuer: "card_not_supported" "currency_not_supported" "not_permitted" "service_not_allowed"
        "transaction_not_allowed";
    NotSupported OtherMethod: "partner_invalid_currency" "payment_method_unsupported" "provider_unsupported"
        "invalid_business_account";
    RefusedByIssuer ContactIssuer: "call_issuer" "card_declined" "do_not_honor" "do_not_try_again" "generic_decline"
        "no_action_taken" "restricted_card" "security_violation" "transaction_not_approved"
        "new_account_information_available" "payment_method_provider_declined";
    RefusedByIssuer RetryLater: "approve_with_id" "soft_declined" "partner_generic_decline";
    RefusedByIssuer OtherMethod: "hard_declined";
    AccountInvalid ContactIssuer: "invalid_account" "card_not_activated";
    AccountInvalid OtherMethod: "invalid_customer_account";
    FraudSuspected ContactIssuer: "pickup_card" "pick_up_card";
    FraudSuspected OtherMethod: "fraudulent" "lost_card" "stolen_card" "merchant_blacklist" "partner_high_risk_customer"
        "compliance_violation";
    BlockedByRules OtherMethod: "highest_risk_level" "elevated_risk_level" "rule";
    AuthorizationRevoked ContactIssuer: "revocation_of_all_authorizations" "revocation_of_authorization"
        "stop_payment_order" "payment_disputed";
    AuthorizationRevoked AuthorizeAgain: "invalid_authorization" "invalid_billing_agreement" "mandate_invalid"
        "mandate_required" "mandate_required_system";
    Duplicate CheckDuplicate: "duplicate_transaction" "partner_duplicate_transaction";
    TemporaryProblem RetryLater: "issuer_not_available" "processing_error" "partner_processing_error"
        "reenter_transaction" "try_again_later" "network_error" "network_timeout" "order_creation_failed" "unknown_error";
    RequestInvalid ContactIssuer: "invalid_amount";
    RequestInvalid FixRequest: "partner_invalid_amount" "partner_payment_not_found" "invalid_request";
    CanceledByPayer RetryLater: "customer_cancelled";
    TestCard OtherMethod: "testmode_decline" "live_mode_test_card";
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[test]
    fn a_code_stands_once_in_a_table() {
        for table in [TABLE, DODO] {
            let codes: std::collections::BTreeSet<_> = table.iter().map(|row| row.0).collect();
            assert_eq!(codes.len(), table.len());
            assert!(codes.iter().all(|code| code.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')));
        }
    }

    #[test]
    fn the_documented_declines_are_those_of_the_code() {
        let mut text = String::from(
            "# Why payments fail\n\nWhat `explainDecline(source, code)` says of each code, in any case; `attempts[].decline` of a payment \
             has the same. The reason\nis for the agent. What the payer may hear is the message, which gives nothing away where the \
             reason is withheld. A code that\nis not listed is `unknown`, and withheld.\n\nGenerated from `src/decline.rs` by \
             `UPDATE_TYPES=1 cargo test declines`.\n\n| code | reason | next step | the payer may hear |\n|---|---|---|---|\n",
        );
        for (source, table) in [(Source::Stripe, TABLE), (Source::Dodo, DODO)] {
            for (code, ..) in table {
                let decline = explain_decline(source, code);
                let at = if table == DODO { " at Dodo" } else { "" };
                let withheld = if decline.withheld { ", withheld" } else { "" };
                let (reason, step, message) = (decline.reason.word(), decline.next_step.word(), decline.message.word());
                writeln!(text, "| `{code}`{at} | `{reason}`{withheld} | `{step}` | `{message}` |").unwrap();
            }
        }
        crate::committed::keep("docs/declines.md", &text, "declines");
    }
}
