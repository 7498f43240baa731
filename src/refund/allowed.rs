//! Does the merchant's policy permit it?

use super::Case;
use super::request::{Policy, RefundRequest};
use super::verdict::{Answer, Check, CheckCode};
use crate::money::{Currency, Money};
use crate::time::{date_text, rfc3339};

/// Every rule of the policy, for the amount asked about.
pub fn checks(case: &Case<'_>, request: &RefundRequest, asked: (Currency, i64)) -> Vec<Check> {
    let Some(policy) = &request.policy else {
        return vec![Check::new(CheckCode::NotAsked, Answer::Yes)];
    };
    let mut checks = Vec::new();
    checks.extend(window(case, policy, request.as_of));
    checks.extend(review_amount(case, policy, asked));
    if checks.is_empty() {
        checks.push(Check::new(CheckCode::NoRule, Answer::Yes));
    }
    checks
}

/// A window of N days ends with the local day N days after the payment's local day; that day still counts.
fn window(case: &Case<'_>, policy: &Policy, as_of: i64) -> Option<Check> {
    let days = policy.window_days?;
    let (last_day, until) = case.window(days);
    let (code, answer) =
        if as_of <= until { (CheckCode::WithinWindow, Answer::Yes) } else { (CheckCode::WindowOver, Answer::No) };
    let check = Check::new(code, answer).number("windowDays", days);
    Some(check.text("until", rfc3339(until)).text("lastDay", date_text(last_day)))
}

fn review_amount(case: &Case<'_>, policy: &Policy, (currency, asked): (Currency, i64)) -> Option<Check> {
    if policy.review_above.is_empty() {
        return None;
    }
    let limit = policy.review_above.iter().find(|(of, _)| *of == currency).map(|&(_, minor)| minor);
    let source = case.payment.source;
    let (code, answer) = match limit {
        Some(limit) if asked > limit => (CheckCode::AboveReviewAmount, Answer::Review),
        Some(_) => (CheckCode::BelowReviewAmount, Answer::Yes),
        None => (CheckCode::ReviewAmountUnknown, Answer::Unknown),
    };
    let check = Check::new(code, answer).money("asked", Money::new(asked, currency, source));
    Some(match limit {
        Some(limit) => check.money("reviewAbove", Money::new(limit, currency, source)),
        None => check,
    })
}
