//! May this actor do it, at this amount?

use super::Case;
use super::request::RefundRequest;
use super::verdict::{Answer, Check, CheckCode};
use crate::money::{Currency, Money};

/// The actor's limit, for the amount asked about.
pub fn checks(case: &Case<'_>, request: &RefundRequest, (currency, asked): (Currency, i64)) -> Vec<Check> {
    let Some(actor) = &request.actor else {
        return vec![Check::new(CheckCode::NotAsked, Answer::Yes)];
    };
    if actor.limits.is_empty() {
        return vec![Check::new(CheckCode::NoLimit, Answer::Yes)];
    }
    let source = case.payment.source;
    let limit = actor.limits.iter().find(|(of, _)| *of == currency).map(|&(_, minor)| minor);
    let approver = request.policy.as_ref().and_then(|policy| policy.approver.as_deref());
    let (code, answer) = match (limit, approver) {
        (None, _) => (CheckCode::LimitUnknown, Answer::Unknown),
        (Some(limit), _) if asked <= limit => (CheckCode::WithinLimit, Answer::Yes),
        (Some(_), Some(_)) => (CheckCode::NeedsApproval, Answer::Review),
        (Some(_), None) => (CheckCode::LimitExceeded, Answer::No),
    };
    let mut check = Check::new(code, answer).money("asked", Money::new(asked, currency, source));
    if let Some(limit) = limit {
        check = check.money("limit", Money::new(limit, currency, source));
    }
    if let Some(approver) = approver.filter(|_| code == CheckCode::NeedsApproval) {
        check = check.text("approver", approver);
    }
    vec![check]
}
