//! What in a policy can never make a difference, or contradicts itself.
//!
//! A finding is certain: a condition of many parts is looked at one way of holding after the other, and where there are too many,
//! nothing is said.

use super::condition::{Condition, MOST_PARTS, Test};
use super::fact::{FactName, FactValue, Kind};
use super::rule::{Effect, Extend, Refusal, Rule, Window};
use super::{Policy, Role};
use crate::issue::SchemaVersion;
use crate::word::words;
use serde::Serialize;

words! {
    /// What is wrong with a policy that can be read.
    pub enum LintCode {
        /// The condition contradicts itself: the rule never applies.
        NeverApplies = "never_applies",
        /// Another rule refuses wherever this one applies.
        Unreachable = "unreachable",
        /// Another rule is stricter wherever this one applies.
        NeverDecides = "never_decides",
        /// Two rules with one condition and one anchor give windows that differ.
        Contradicts = "contradicts",
        /// The extension ends no later than its window.
        NeverExtends = "never_extends",
        /// Store credit or an exchange ends before the window does.
        OfferNeverMade = "offer_never_made",
        /// The policy keeps everything: nothing ever goes back.
        KeepsEverything = "keeps_everything",
        /// The rule refuses every refund.
        RefusesEverything = "refuses_everything",
        /// The approver is none of the policy's roles.
        ApproverUnknown = "approver_unknown",
        /// A role approves what is above its own limit.
        ApproverIsSelf = "approver_is_self",
    }
}

impl LintCode {
    fn message(self) -> &'static str {
        match self {
            Self::NeverApplies => "the condition contradicts itself, so the rule never applies",
            Self::Unreachable => "the other rule refuses wherever this one applies",
            Self::NeverDecides => "the other rule is stricter wherever this one applies",
            Self::Contradicts => "the other rule has the same condition and another window; the shorter one counts",
            Self::NeverExtends => "the extension ends no later than its window",
            Self::OfferNeverMade => "store credit or exchange ends before the window does",
            Self::KeepsEverything => "everything is kept, so nothing ever goes back",
            Self::RefusesEverything => "the rule refuses every refund",
            Self::ApproverUnknown => "the approver is none of the roles",
            Self::ApproverIsSelf => "the role approves what is above its own limit",
        }
    }
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct LintFinding {
    /// What.
    pub code: LintCode,
    /// The rule by its id, or the role by its name; `null` for the policy as a whole.
    pub rule: Option<String>,
    /// The other rule, where there is one.
    pub other: Option<String>,
    /// In English.
    pub message: String,
}

/// What is wrong with a policy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyReport {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// A digest of the policy.
    pub policy_hash: String,
    /// How many rules it has.
    pub rules: usize,
    /// What is wrong, in order of the rules.
    pub findings: Vec<LintFinding>,
}

impl Policy {
    /// Names the rules that can never make a difference.
    #[must_use]
    pub fn lint(&self) -> PolicyReport {
        let mut findings = Vec::new();
        let mut find = |code: LintCode, rule: Option<&str>, other: Option<&str>| {
            let (rule, other) = (rule.map(str::to_owned), other.map(str::to_owned));
            findings.push(LintFinding { code, rule, other, message: code.message().to_owned() });
        };
        let mut dead = Vec::new();
        for rule in &self.rules {
            let never = rule.when.as_ref().is_some_and(|when| !can_hold(when));
            dead.push(never);
            if never {
                find(LintCode::NeverApplies, Some(&rule.id), None);
            }
        }
        let alive = || self.rules.iter().zip(&dead).filter(|(_, dead)| !**dead).map(|(rule, _)| rule);
        for rule in alive() {
            self.alone(rule, &mut |code| find(code, Some(&rule.id), None));
            for other in alive().filter(|other| other.id != rule.id && covers(other, rule)) {
                // A window that may become longer is not the stricter one for everybody.
                let is_extended = alive().any(|one| lengthens(one, other));
                if let Some(code) = beside(rule, other).filter(|_| !is_extended) {
                    find(code, Some(&rule.id), Some(&other.id));
                    break;
                }
            }
        }
        for role in &self.roles {
            let approver = role.approver.as_deref().or(self.approver.as_deref());
            if let Some(code) = approver.and_then(|approver| self.approver_flaw(role, approver)) {
                find(code, Some(&role.name), None);
            }
        }
        PolicyReport {
            schema_version: SchemaVersion::default(),
            policy_hash: self.hash.clone(),
            rules: self.rules.len(),
            findings,
        }
    }

    fn approver_flaw(&self, role: &Role, approver: &str) -> Option<LintCode> {
        let limited = !role.limit.is_empty() || !role.periods.is_empty();
        if self.roles.iter().all(|known| known.name != approver) {
            Some(LintCode::ApproverUnknown)
        } else {
            (role.approver.as_deref() == Some(&*role.name) && limited).then_some(LintCode::ApproverIsSelf)
        }
    }

    fn alone(&self, rule: &Rule, find: &mut dyn FnMut(LintCode)) {
        match &rule.effect {
            Effect::Answer(Refusal::No) if rule.when.is_none() => find(LintCode::RefusesEverything),
            Effect::Keep(keep) if rule.when.is_none() && keep.percent == Some(10_000) => {
                find(LintCode::KeepsEverything)
            }
            Effect::Window(window) => {
                let offers = [window.store_credit_days, window.exchange_days];
                if offers.into_iter().flatten().any(|days| days <= window.days) {
                    find(LintCode::OfferNeverMade);
                }
            }
            Effect::Extend(extend) => {
                let window = self.rules.iter().find(|other| *other.id == *extend.rule);
                let days = match window.map(|window| &window.effect) {
                    Some(Effect::Window(window)) => window.days,
                    _ => return,
                };
                let Extend { days: own, until, .. } = extend;
                if until.is_none() && own.is_some_and(|own| own <= days) {
                    find(LintCode::NeverExtends);
                }
            }
            _ => {}
        }
    }
}

/// Whether a rule may make the window of another longer.
fn lengthens(rule: &Rule, other: &Rule) -> bool {
    let (Effect::Extend(extend), Effect::Window(window)) = (&rule.effect, &other.effect) else { return false };
    *extend.rule == *other.id && (extend.until.is_some() || extend.days.is_some_and(|days| days > window.days))
}

/// Whether one rule applies wherever the other does, as far as can be seen without thinking: always, or on one condition.
fn covers(other: &Rule, rule: &Rule) -> bool {
    other.when.is_none() || other.when == rule.when
}

/// What the other rule, which applies wherever this one does, makes of it.
fn beside(rule: &Rule, other: &Rule) -> Option<LintCode> {
    // Of two that say the same the first by its id stays.
    let first = rule.id < other.id;
    match (&rule.effect, &other.effect) {
        (Effect::Answer(Refusal::No), Effect::Answer(Refusal::No)) => (!first).then_some(LintCode::Unreachable),
        (_, Effect::Answer(Refusal::No)) => Some(LintCode::Unreachable),
        (Effect::Answer(Refusal::Review), Effect::Answer(Refusal::Review)) => {
            (!first).then_some(LintCode::NeverDecides)
        }
        (Effect::Window(own), Effect::Window(its)) if own.from == its.from => {
            windows(own, its, rule.when == other.when, first)
        }
        (Effect::ReviewAbove(own), Effect::ReviewAbove(its)) => {
            (own.covers(its) && (own != its || !first)).then_some(LintCode::NeverDecides)
        }
        _ => None,
    }
}

fn windows(own: &Window, its: &Window, same_condition: bool, first: bool) -> Option<LintCode> {
    if same_condition && own.days != its.days {
        return (own.days > its.days).then_some(LintCode::Contradicts);
    }
    let stricter = its.over == Refusal::No || own.over == Refusal::Review;
    let longer = own.days > its.days || own.days == its.days && !first;
    (longer && stricter).then_some(LintCode::NeverDecides)
}

/// Whether any facts at all make a condition true. Where there are too many ways, it is taken that some do.
fn can_hold(condition: &Condition) -> bool {
    match ways(condition, true) {
        Some(ways) => ways.iter().any(|way| can_all_hold(way)),
        None => true,
    }
}

type Way<'c> = Vec<(&'c Test, bool)>;

/// The ways in which a condition is true (or, if not `wanted`, false): in each, every test comes out as it says.
fn ways(condition: &Condition, wanted: bool) -> Option<Vec<Way<'_>>> {
    match (condition, wanted) {
        (Condition::Test(test), _) => Some(vec![vec![(test, wanted)]]),
        (Condition::Not(part), _) => ways(part, !wanted),
        (Condition::Any(parts), true) | (Condition::All(parts), false) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(ways(part, wanted)?);
            }
            (all.len() <= MOST_PARTS).then_some(all)
        }
        (Condition::All(parts), true) | (Condition::Any(parts), false) => {
            let mut all: Vec<Way<'_>> = vec![Vec::new()];
            for part in parts {
                let more = ways(part, wanted)?;
                all = all.iter().flat_map(|way| more.iter().map(move |more| [way.as_slice(), more].concat())).collect();
                if all.len() > MOST_PARTS {
                    return None;
                }
            }
            Some(all)
        }
    }
}

/// Whether one value of each fact makes every test come out as wanted.
fn can_all_hold(way: &Way<'_>) -> bool {
    way.iter().all(|(test, _)| {
        let own: Way<'_> = way.iter().filter(|(other, _)| other.fact == test.fact).copied().collect();
        candidates(&test.fact, &own)
            .iter()
            .any(|value| own.iter().all(|(test, wanted)| test.is_true_of(value) == *wanted))
    })
}

/// Values of a fact of which one satisfies the tests if any does: those that are named, their neighbours, and one beside them.
fn candidates(fact: &FactName, tests: &Way<'_>) -> Vec<FactValue> {
    let named = || tests.iter().flat_map(|(test, _)| &test.values);
    let text = |text: &str| FactValue::Text(text.to_owned());
    match fact.kind() {
        Kind::Flag => vec![FactValue::Flag(true), FactValue::Flag(false)],
        Kind::Word(words) => words.iter().map(|word| text(word)).collect(),
        // The smallest set that has what it must have: it has nothing that it must not have, if any set does.
        Kind::Texts => {
            let must = tests.iter().filter(|(test, wanted)| test.operator.negated().is_some() != *wanted);
            let texts = must.flat_map(|(test, _)| &test.values).map(FactValue::text).collect();
            vec![FactValue::Texts(texts)]
        }
        Kind::Number | Kind::Day | Kind::Text | Kind::Currency | Kind::Country | Kind::Any => {
            let near = |value: &FactValue| match value {
                FactValue::Number(n) => [n.saturating_sub(1), *n, n.saturating_add(1)].map(FactValue::Number).to_vec(),
                FactValue::Day(n) => [n.saturating_sub(1), *n, n.saturating_add(1)].map(FactValue::Day).to_vec(),
                FactValue::Flag(_) => vec![FactValue::Flag(true), FactValue::Flag(false)],
                other => vec![other.clone()],
            };
            let mut all: Vec<FactValue> = named().flat_map(near).collect();
            // None of the values need be one that is named.
            match fact.kind() {
                Kind::Number => all.push(FactValue::Number(i64::MIN)),
                Kind::Day => all.push(FactValue::Day(i64::MIN)),
                _ => {}
            }
            if matches!(fact.kind(), Kind::Text | Kind::Currency | Kind::Country | Kind::Any) {
                all.push(text("\u{0}"));
            }
            all
        }
    }
}
