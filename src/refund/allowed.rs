//! Does the merchant's policy permit it? One check a rule; the worst answer counts, so the order of rules says nothing.

use super::Case;
use super::flow::{Flow, Instant, Span};
use super::request::RefundRequest;
use super::verdict::{Bound, Check, Deadline, Fact};
use super::words::{AlternativeCode, Answer, CapCode, CheckCode};
use crate::money::{Currency, Money};
use crate::policy::Policy;
use crate::policy::condition::{Trace, Truth};
use crate::policy::fact::{FactName, FactValue};
use crate::policy::limit::Limits;
use crate::policy::rule::{Anchor, Cap, CapOf, Effect, Extend, Keep, Period, Refusal, Rule, Window};
use crate::time::{DayText, Zone, date_text, first_of_month_and_year, rfc3339, weekday};
use std::borrow::Cow;
use std::rc::Rc;

/// What the policy says.
#[derive(Debug, Default)]
pub struct Allowed {
    /// One check a rule.
    pub checks: Vec<Check>,
    /// What bounds the amount.
    pub bounds: Vec<Bound>,
    /// The end of each window.
    pub ends: Vec<Deadline>,
    /// What there is instead.
    pub offers: Vec<AlternativeCode>,
}

/// What the policy's deductions leave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deductions {
    /// The most that goes back.
    pub most: i64,
    /// A rule deducts something.
    pub any: bool,
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::No => Self::No,
            Refusal::Review => Self::Review,
        }
    }
}

/// A question to the rules of a policy.
struct Rules<'c, 'a> {
    case: &'c Case<'a>,
    request: &'c RefundRequest,
    policy: &'c Policy,
    currency: Currency,
    asked: i64,
}

/// Every rule of the policy, for the amount asked about.
pub fn checks(
    case: &Case<'_>,
    request: &RefundRequest,
    (currency, asked): (Currency, i64),
    deductions: Deductions,
) -> Allowed {
    let mut allowed = Allowed::default();
    let Some(policy) = &request.policy else {
        allowed.checks.push(Check::new(CheckCode::NotAsked, Answer::Yes));
        return allowed;
    };
    let rules = Rules { case, request, policy, currency, asked };
    for rule in &policy.rules {
        rules.check(rule, deductions, &mut allowed);
    }
    if deductions.any {
        allowed.bounds.push(rules.bound(CapCode::AfterDeductions, deductions.most, None));
    }
    if allowed.checks.is_empty() {
        allowed.checks.push(Check::new(CheckCode::NoRule, Answer::Yes));
    }
    allowed
}

/// What the policy's deductions leave of what is left. One that is not known deducts nothing here; its check says so.
pub fn deductions(case: &Case<'_>, request: &RefundRequest) -> Deductions {
    let left = case.left();
    let Some(policy) = &request.policy else { return Deductions { most: left, any: false } };
    let rules = Rules { case, request, policy, currency: case.payment.currency, asked: left };
    let mut found = Deductions { most: left, any: false };
    for rule in &policy.rules {
        let Effect::Keep(keep) = &rule.effect else { continue };
        if let (Truth::Yes, Some(kept)) = (rules.applies(rule).0, rules.kept(keep).ok()) {
            found = Deductions { most: found.most.saturating_sub(kept).max(0), any: true };
        }
    }
    found
}

impl Rules<'_, '_> {
    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency, self.case.payment.source)
    }

    fn bound(&self, code: CapCode, minor: i64, rule: Option<&Rc<str>>) -> Bound {
        Bound { code, amount: self.case.money(minor.max(0)), rule: rule.cloned() }
    }

    fn applies(&self, rule: &Rule) -> (Truth, Trace) {
        let mut trace = Trace::default();
        // What deductions are made of cannot depend on what they leave.
        let whole = self.request.amount.map_or(self.case.left(), |(_, minor)| minor);
        let asked = if matches!(rule.effect, Effect::Keep(_)) { whole } else { self.asked };
        let known = |fact: &FactName| self.case.fact(self.request, asked, fact);
        let truth = rule.when.as_ref().map_or(Truth::Yes, |when| when.holds(&known, &mut trace));
        (truth, trace)
    }

    fn check(&self, rule: &Rule, deductions: Deductions, allowed: &mut Allowed) {
        let (truth, trace) = self.applies(rule);
        let Allowed { checks, bounds, ends, offers } = allowed;
        let mut add = |check: Check| checks.push(with_facts(check.rule(&rule.id), &trace));
        match truth {
            Truth::No => add(Check::new(CheckCode::RuleDoesNotApply, Answer::Yes)),
            Truth::Unknown => {
                // An extension is only asked for where the window is over without it.
                let matters = match &rule.effect {
                    Effect::Extend(extend) => self.is_needed(extend),
                    _ => true,
                };
                add(Check::new(CheckCode::RuleFactUnknown, if matters { Answer::Unknown } else { Answer::Yes }));
            }
            Truth::Yes => match &rule.effect {
                Effect::Window(window) => add(self.window(rule, window, ends, offers)),
                Effect::Extend(extend) => {
                    add(Check::new(CheckCode::WindowExtended, Answer::Yes).text("window", &extend.rule))
                }
                Effect::Answer(refusal) => add(match refusal {
                    Refusal::No => Check::new(CheckCode::RuleRefuses, Answer::No),
                    Refusal::Review => Check::new(CheckCode::RuleWantsReview, Answer::Review),
                }),
                Effect::ReviewAbove(limits) => add(self.review_above(limits)),
                Effect::Cap(cap) => add(self.cap(rule, cap, bounds)),
                Effect::Keep(keep) => add(self.keep(keep, deductions)),
            },
        }
    }

    fn review_above(&self, limits: &Limits) -> Check {
        let limit = limits.of(self.currency, self.case.payment.source);
        let (code, answer) = match limit {
            Some(limit) if self.asked.saturating_add(self.request.already.0) > limit => {
                (CheckCode::AboveReviewAmount, Answer::Review)
            }
            Some(_) => (CheckCode::BelowReviewAmount, Answer::Yes),
            None => (CheckCode::ReviewAmountUnknown, Answer::Unknown),
        };
        let check = Check::new(code, answer).money("asked", self.money(self.asked));
        match limit {
            Some(limit) => check.money("reviewAbove", self.money(limit)),
            None => check,
        }
    }

    /// The local day that a window counts from; the fact that would say, where nobody knows; nothing where it has not begun.
    fn anchor(&self, anchor: Anchor) -> Result<Option<i64>, &'static str> {
        let facts = &self.request.facts;
        let day = |name| match facts.named(name) {
            Some(FactValue::Day(day)) => Some(*day),
            _ => None,
        };
        let of_order = |at, is| match (day(at), facts.named(is)) {
            (Some(day), _) => Ok(Some(day)),
            (None, Some(FactValue::Flag(false))) => Ok(None),
            (None, _) => Err(at),
        };
        match anchor {
            Anchor::Payment => Ok(Some(self.case.zone.local_day(self.case.payment.created))),
            Anchor::Capture => {
                let known = self.case.captured_at.map(|time| self.case.zone.local_day(time));
                known.or(day("payment.capturedAt")).map(Some).ok_or("payment.capturedAt")
            }
            Anchor::Fulfilment => of_order("order.fulfilledAt", "order.isFulfilled"),
            Anchor::Delivery => of_order("order.deliveredAt", "order.isDelivered"),
        }
    }

    /// The last day that an extension gives a window.
    fn extended(extend: &Extend, anchor: i64) -> i64 {
        let by_days = extend.days.map(|days| anchor.saturating_add(days));
        by_days.into_iter().chain(extend.until).max().unwrap_or(anchor)
    }

    /// The last day of a window with its extensions, the rule that made it so late, and whether one that is not known might.
    fn last_day(&self, rule: &Rule, window: &Window, anchor: i64) -> (i64, Option<&str>, bool) {
        let today = self.case.zone.local_day(self.request.as_of);
        let (mut last, mut by, mut maybe) = (anchor.saturating_add(window.days), None::<&str>, i64::MIN);
        for other in &self.policy.rules {
            let Effect::Extend(extend) = &other.effect else { continue };
            if *extend.rule != *rule.id {
                continue;
            }
            let end = Self::extended(extend, anchor);
            match self.applies(other).0 {
                // Of two that end together the first id in order is named, wherever it stands.
                Truth::Yes if end > last || end == last && by.is_some_and(|by| *other.id < *by) => {
                    (last, by) = (end, Some(&*other.id));
                }
                Truth::Unknown => maybe = maybe.max(end),
                _ => {}
            }
        }
        (last, by, last < today && today <= maybe)
    }

    /// Whether an extension whose facts are not known would make a difference.
    fn is_needed(&self, extend: &Extend) -> bool {
        let today = self.case.zone.local_day(self.request.as_of);
        self.policy.rules.iter().filter(|rule| *rule.id == *extend.rule).any(|rule| {
            let Effect::Window(window) = &rule.effect else { return false };
            let Ok(Some(anchor)) = self.anchor(window.from) else { return false };
            let (last, _, _) = self.last_day(rule, window, anchor);
            self.applies(rule).0 != Truth::No && last < today && today <= Self::extended(extend, anchor)
        })
    }

    fn window(
        &self,
        rule: &Rule,
        window: &Window,
        ends: &mut Vec<Deadline>,
        offers: &mut Vec<AlternativeCode>,
    ) -> Check {
        let from = |check: Check| check.number("windowDays", window.days).word("from", window.from.word());
        let anchor = match self.anchor(window.from) {
            Ok(Some(anchor)) => anchor,
            Ok(None) => return from(Check::new(CheckCode::WindowNotBegun, Answer::Yes)),
            Err(fact) => return from(Check::new(CheckCode::WindowAnchorUnknown, Answer::Unknown)).word("fact", fact),
        };
        let (last_day, by, maybe) = self.last_day(rule, window, anchor);
        let until = self.case.zone.end_of_day(last_day);
        let (code, answer) = if self.request.as_of <= until {
            (CheckCode::WithinWindow, Answer::Yes)
        } else if maybe {
            (CheckCode::WindowExtensionUnknown, Answer::Unknown)
        } else {
            let today = self.case.zone.local_day(self.request.as_of);
            let still = |days: Option<i64>| days.is_some_and(|days| today <= anchor.saturating_add(days));
            offers.extend(still(window.store_credit_days).then_some(AlternativeCode::StoreCredit));
            offers.extend(still(window.exchange_days).then_some(AlternativeCode::Exchange));
            (CheckCode::WindowOver, window.over.into())
        };
        let (at, local_date) = (rfc3339(until), date_text(last_day));
        let check = from(Check::new(code, answer)).day("anchor", anchor);
        let check = check.time("until", until).day("lastDay", last_day);
        ends.push(Deadline { at, local_date, rule: Some(Rc::clone(&rule.id)) });
        match by {
            Some(by) => check.text("extendedBy", by),
            None => check,
        }
    }

    /// What a rule keeps of the payment; the fact or currency that would say, where nobody knows.
    fn kept(&self, keep: &Keep) -> Result<i64, &'static str> {
        let payment = self.case.payment;
        let part = keep.percent.unwrap_or(0);
        // What is less than a minor unit goes to the payer.
        let share = i128::from(payment.captured).saturating_mul(i128::from(part)).checked_div(10_000).unwrap_or(0);
        let mut kept = i64::try_from(share).unwrap_or(i64::MAX);
        if !keep.amount.is_empty() {
            kept = kept.saturating_add(keep.amount.of(payment.currency, payment.source).ok_or("currency")?);
        }
        for (wanted, fact) in [(keep.shipping, "order.shipping"), (keep.tax, "order.tax")] {
            if wanted {
                let Some(FactValue::Number(part)) = self.request.facts.named(fact) else { return Err(fact) };
                kept = kept.saturating_add((*part).max(0));
            }
        }
        Ok(kept)
    }

    fn keep(&self, keep: &Keep, deductions: Deductions) -> Check {
        let kept = match self.kept(keep) {
            Ok(kept) => kept,
            Err("currency") => return Check::new(CheckCode::KeptAmountUnknown, Answer::Unknown),
            Err(fact) => return Check::new(CheckCode::KeptAmountUnknown, Answer::Unknown).word("fact", fact),
        };
        let most = deductions.most;
        let (code, answer) = if self.asked > most || most == 0 {
            (CheckCode::AmountExceedsPolicy, Answer::No)
        } else {
            (CheckCode::AmountKept, Answer::Yes)
        };
        let check = Check::new(code, answer).money("kept", self.case.money(kept));
        check.money("asked", self.money(self.asked)).money("most", self.case.money(most))
    }

    fn cap(&self, rule: &Rule, cap: &Cap, bounds: &mut Vec<Bound>) -> Check {
        let payment = self.case.payment;
        let none = Flow::default();
        let refunds = match cap.of {
            CapOf::Customer => self.case.history.as_ref().map(|history| &history.returned),
            CapOf::Merchant => self.case.refunds_of_merchant.as_deref(),
        };
        let refunds = refunds.unwrap_or(&none);
        let start = start_of(cap.within, self.case.zone, self.request.as_of);
        let is_early = |time: i64| start.is_some_and(|start| self.case.zone.local_day(time) < start);
        // Of a refund of the past, only those before it count.
        let is_late = |at: Instant| match self.case.past {
            Some(past) => at >= past.at,
            None => at.0 > self.request.as_of,
        };
        let span = Span { is_early: &is_early, is_late: &is_late };
        let sum = refunds.sum(payment.currency, payment.source, span);
        let (number, undated) = (refunds.count(span), refunds.undated());
        let undated_sum = refunds.undated_sum(payment.currency, payment.source);
        // What went back at an unknown time may count or not.
        let ever = cap.within == Period::Ever;
        let add = |dated: i64, undated: i64| if ever { dated.saturating_add(undated) } else { dated };
        // Of a plan, the refunds before this one count, too.
        let (planned, steps) = self.request.already;
        let (used, maybe) = (add(sum, undated_sum).saturating_add(planned), if ever { 0 } else { undated_sum });
        let (times, maybe_times) = (add(number, undated).saturating_add(steps), if ever { 0 } else { undated });
        let check = |code, answer| {
            Check::new(code, answer)
                .word("of", cap.of.word())
                .word("within", cap.within.word())
                .money("used", self.case.money(used))
                .number("count", times)
        };
        let most = if cap.amount.is_empty() { None } else { Some(cap.amount.of(payment.currency, payment.source)) };
        if most == Some(None) {
            return check(CheckCode::CapUnknown, Answer::Unknown);
        }
        let most = most.flatten();
        let over = |used: i64, times: i64| {
            most.is_some_and(|most| used.saturating_add(self.asked) > most)
                || cap.count.is_some_and(|count| times >= count)
        };
        let (code, answer) = if over(used, times) {
            (CheckCode::CapExceeded, cap.above.into())
        } else if over(used.saturating_add(maybe), times.saturating_add(maybe_times)) {
            (CheckCode::CapUnknown, Answer::Unknown)
        } else {
            (CheckCode::WithinCap, Answer::Yes)
        };
        let mut check = check(code, answer);
        if let Some(most) = most {
            bounds.push(self.bound(CapCode::PolicyCap, most.saturating_sub(used), Some(&rule.id)));
            check = check.money("most", self.case.money(most));
        }
        match cap.count {
            Some(count) => {
                if times >= count {
                    bounds.push(self.bound(CapCode::PolicyCap, 0, Some(&rule.id)));
                }
                check.number("mostRefunds", count)
            }
            None => check,
        }
    }
}

/// The first local day of the period that an instant lies in; none for all time.
pub fn start_of(period: Period, zone: &Zone, as_of: i64) -> Option<i64> {
    let today = zone.local_day(as_of);
    match period {
        Period::Day => Some(today),
        Period::Week => Some(today.saturating_sub(weekday(today))),
        Period::Month => first_of_month_and_year(today).map(|(month, _)| month),
        Period::Year => first_of_month_and_year(today).map(|(_, year)| year),
        Period::Ever => None,
    }
}

/// The facts that the rule's condition looked at.
fn with_facts(check: Check, trace: &Trace) -> Check {
    let used = trace.used.iter().fold(check, |check, (name, value)| {
        let fact = match value {
            FactValue::Number(number) => Fact::Number(*number),
            FactValue::Flag(flag) => Fact::Flag(*flag),
            FactValue::Day(day) => Fact::Day(DayText(*day)),
            other => Fact::Text(Cow::Owned(other.text())),
        };
        check.fact(name.text(), fact)
    });
    match trace.missing.first() {
        Some(fact) if used.code == CheckCode::RuleFactUnknown => used.fact("fact", Fact::Text(fact.text())),
        _ => used,
    }
}
