//! May this actor do it, at this amount? The role, the actor's own limit, totals over a time, and a second person.

use super::Case;
use super::request::{Actor, RefundRequest};
use super::verdict::{Bound, Check};
use super::words::{Answer, CapCode, CheckCode};
use crate::money::{Currency, Money};
use crate::policy::limit::Limits;
use crate::policy::{FourEyes, PeriodLimit, Policy, Role};

/// A question to the policy's roles.
struct Question<'c, 'a> {
    case: &'c Case<'a>,
    actor: &'c Actor,
    policy: &'c Policy,
    approver: Option<&'c str>,
    currency: Currency,
    asked: i64,
    /// What a plan gives already.
    already: i64,
}

/// Every check, for the amount asked about.
pub fn checks(
    case: &Case<'_>,
    request: &RefundRequest,
    (currency, asked): (Currency, i64),
    bounds: &mut Vec<Bound>,
) -> Vec<Check> {
    let Some(actor) = &request.actor else {
        return vec![Check::new(CheckCode::NotAsked, Answer::Yes)];
    };
    let none = Policy::default();
    let policy = request.policy.as_deref().unwrap_or(&none);
    let role = actor.role.as_ref().and_then(|name| policy.roles.iter().find(|role| role.name == *name));
    let approver = role.and_then(|role| role.approver.as_deref()).or(policy.approver.as_deref());
    let question = Question { case, actor, policy, approver, currency, asked, already: request.already.0 };
    let mut checks = Vec::new();
    checks.extend((!policy.roles.is_empty()).then(|| question.role(role)));
    let of_role = role.map(|role| &role.limit);
    let limits: Vec<&Limits> = [&actor.limits].into_iter().chain(of_role).filter(|limits| !limits.is_empty()).collect();
    checks.extend(limits.iter().map(|limits| question.limit(limits, bounds)));
    checks.extend(role.iter().flat_map(|role| &role.periods).map(|period| question.period(period, bounds)));
    if limits.is_empty() && role.is_none_or(|role| role.periods.is_empty()) {
        checks.push(Check::new(CheckCode::NoLimit, Answer::Yes));
    }
    checks.extend(policy.four_eyes.as_ref().map(|eyes| question.four_eyes(eyes)));
    checks
}

impl Question<'_, '_> {
    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency, self.case.payment.source)
    }

    fn of(&self, limits: &Limits) -> Option<i64> {
        limits.of(self.currency, self.case.payment.source)
    }

    /// With what a plan gives already.
    fn whole(&self) -> i64 {
        self.asked.saturating_add(self.already)
    }

    fn role(&self, role: Option<&Role>) -> Check {
        let (code, answer) = match role {
            None => (CheckCode::RoleUnknown, Answer::Unknown),
            Some(role) if role.may_refund => (CheckCode::RoleMayRefund, Answer::Yes),
            Some(_) => (CheckCode::RoleMayNotRefund, Answer::No),
        };
        let check = Check::new(code, answer);
        match &self.actor.role {
            Some(role) => check.text("role", role),
            None => check,
        }
    }

    /// Somebody else, whom the policy names, has approved it: within that role's own limit, if the policy gives it one.
    fn is_approved(&self) -> bool {
        let Some(approver) = self.approver else { return false };
        let others = self.actor.approvals.iter().filter(|approval| self.is_another(&approval.id));
        let Some(role) = self.policy.roles.iter().find(|role| role.name == approver) else {
            // A person, or a role of which the policy says nothing else.
            return others
                .clone()
                .any(|approval| approval.role.as_deref() == Some(approver) || approval.id == approver);
        };
        let covers = role.limit.is_empty() || self.of(&role.limit).is_some_and(|limit| self.whole() <= limit);
        role.may_refund && covers && others.clone().any(|approval| approval.role.as_deref() == Some(approver))
    }

    /// Where the actor has no id, nobody can be told from the actor.
    fn is_another(&self, id: &str) -> bool {
        self.actor.id.as_deref().is_some_and(|own| own != id)
    }

    /// What is above a limit: approved, to be approved by whom the policy names, or not to be done.
    fn above(&self, needs: CheckCode, exceeded: CheckCode) -> (CheckCode, Answer) {
        if self.is_approved() {
            (CheckCode::Approved, Answer::Yes)
        } else if self.approver.is_some() {
            (needs, Answer::Review)
        } else {
            (exceeded, Answer::No)
        }
    }

    fn with_approver(&self, check: Check) -> Check {
        match self.approver {
            Some(approver) if check.answer == Answer::Review => check.text("approver", approver),
            _ => check,
        }
    }

    fn bound(&self, code: CapCode, minor: i64, checked: CheckCode) -> Option<Bound> {
        (checked != CheckCode::Approved).then(|| Bound { code, amount: self.money(minor.max(0)), rule: None })
    }

    fn limit(&self, limits: &Limits, bounds: &mut Vec<Bound>) -> Check {
        let Some(limit) = self.of(limits) else {
            return Check::new(CheckCode::LimitUnknown, Answer::Unknown).money("asked", self.money(self.asked));
        };
        let (code, answer) = if self.whole() <= limit {
            (CheckCode::WithinLimit, Answer::Yes)
        } else {
            self.above(CheckCode::NeedsApproval, CheckCode::LimitExceeded)
        };
        bounds.extend(self.bound(CapCode::ActorLimit, limit.saturating_sub(self.already), code));
        let check = Check::new(code, answer).money("asked", self.money(self.asked));
        self.with_approver(check.money("limit", self.money(limit)))
    }

    fn period(&self, period: &PeriodLimit, bounds: &mut Vec<Bound>) -> Check {
        let check = |code, answer| Check::new(code, answer).word("within", period.within.word());
        let Some(limit) = self.of(&period.amount) else { return check(CheckCode::LimitUnknown, Answer::Unknown) };
        let given = self.actor.totals.iter().find(|total| total.within == period.within);
        let Some(total) = given.and_then(|total| self.of(&total.amount)) else {
            return check(CheckCode::PeriodTotalUnknown, Answer::Unknown).money("limit", self.money(limit));
        };
        let (code, answer) = if total.saturating_add(self.whole()) <= limit {
            (CheckCode::WithinPeriodLimit, Answer::Yes)
        } else {
            self.above(CheckCode::PeriodNeedsApproval, CheckCode::PeriodLimitExceeded)
        };
        bounds.extend(self.bound(CapCode::PeriodLimit, limit.saturating_sub(total).saturating_sub(self.already), code));
        let check = check(code, answer).money("asked", self.money(self.asked)).money("total", self.money(total));
        self.with_approver(check.money("limit", self.money(limit)))
    }

    /// Two people: the one who asks, and another of a role that may approve.
    fn four_eyes(&self, eyes: &FourEyes) -> Check {
        let refunds = |name: &str| self.policy.roles.iter().all(|role| role.name != name || role.may_refund);
        let may = |role: Option<&str>| {
            role.is_none_or(refunds)
                && (eyes.by.is_empty() || role.is_some_and(|role| eyes.by.iter().any(|by| by == role)))
        };
        let mut approvals = self.actor.approvals.iter().filter(|approval| may(approval.role.as_deref()));
        let limit = self.of(&eyes.above);
        let (code, answer) = match limit {
            None => (CheckCode::SecondApprovalUnknown, Answer::Unknown),
            Some(limit) if self.whole() <= limit => (CheckCode::SecondApprovalNotNeeded, Answer::Yes),
            Some(_) if approvals.any(|approval| self.is_another(&approval.id)) => {
                (CheckCode::SecondApprovalGiven, Answer::Yes)
            }
            Some(_) if self.actor.approvals.iter().any(|approval| !self.is_another(&approval.id)) => {
                (CheckCode::SecondApprovalByActor, Answer::Review)
            }
            Some(_) => (CheckCode::SecondApprovalNeeded, Answer::Review),
        };
        let check = Check::new(code, answer).money("asked", self.money(self.asked));
        match limit {
            Some(limit) => check.money("above", self.money(limit)),
            None => check,
        }
    }
}
