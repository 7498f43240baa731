//! What a verdict is made of.

use super::words::{AlternativeCode, Answer, CapCode, CheckCode, Outcome, QuestionCode, Route, TellCode, WarningCode};
use crate::issue::SchemaVersion;
use crate::money::Money;
use crate::time::{DayText, TimeText};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::rc::Rc;

/// A figure or word that a check was made from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(untagged)]
pub enum Fact {
    /// A word.
    Text(Cow<'static, str>),
    /// A time, written as RFC 3339.
    Time(#[cfg_attr(test, ts(type = "string"), schemars(with = "String"))] TimeText),
    /// A local day, written as `2026-01-31`.
    Day(#[cfg_attr(test, ts(type = "string"), schemars(with = "String"))] DayText),
    /// A whole number.
    Number(#[cfg_attr(test, ts(type = "number"))] i64),
    /// Yes or no.
    Flag(bool),
    /// An amount.
    Money(Money),
}

/// Figures by name; an object in every output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts(Vec<(Cow<'static, str>, Fact)>);

impl Facts {
    /// The figure with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, fact)| fact)
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, fact)| (name, fact)))
    }
}

/// One check: what was looked at, what was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Check {
    /// What was found.
    pub code: CheckCode,
    /// What that means for the refund.
    pub answer: Answer,
    /// The policy's rule that asked, by its id; `null` where the check is our own.
    #[cfg_attr(test, ts(type = "string | null"), schemars(with = "Option<String>"))]
    pub rule: Option<Rc<str>>,
    /// The figures it was made from, by name.
    #[cfg_attr(test, ts(type = "{ [name: string]: Fact }"))]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, Fact>"))]
    pub facts: Facts,
}

// Called from every rule: a call each is a fifth of the code that inlining would make.
impl Check {
    #[inline(never)]
    pub(super) fn new(code: CheckCode, answer: Answer) -> Self {
        Self { code, answer, rule: None, facts: Facts(Vec::new()) }
    }

    #[inline(never)]
    pub(super) fn rule(mut self, id: &Rc<str>) -> Self {
        self.rule = Some(Rc::clone(id));
        self
    }

    #[inline(never)]
    pub(super) fn fact(mut self, name: impl Into<Cow<'static, str>>, fact: Fact) -> Self {
        if self.facts.0.capacity() == 0 {
            self.facts.0.reserve_exact(4);
        }
        self.facts.0.push((name.into(), fact));
        self
    }

    pub(super) fn word(self, name: &'static str, word: &'static str) -> Self {
        self.fact(name, Fact::Text(Cow::Borrowed(word)))
    }

    pub(super) fn text(self, name: &'static str, text: &str) -> Self {
        self.fact(name, Fact::Text(Cow::Owned(text.to_owned())))
    }

    pub(super) fn time(self, name: &'static str, time: i64) -> Self {
        self.fact(name, Fact::Time(TimeText(time)))
    }

    pub(super) fn day(self, name: &'static str, day: i64) -> Self {
        self.fact(name, Fact::Day(DayText(day)))
    }

    pub(super) fn number(self, name: &'static str, number: i64) -> Self {
        self.fact(name, Fact::Number(number))
    }

    pub(super) fn flag(self, name: &'static str, flag: bool) -> Self {
        self.fact(name, Fact::Flag(flag))
    }

    pub(super) fn money(self, name: &'static str, money: Money) -> Self {
        self.fact(name, Fact::Money(money))
    }
}

/// One of the three questions: its answer is the worst of its checks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Axis {
    /// The answer.
    pub answer: Answer,
    /// Every check made, those that passed among them.
    pub checks: Vec<Check>,
}

impl Axis {
    pub(super) fn of(checks: Vec<Check>) -> Self {
        let answer = checks.iter().map(|check| check.answer).max().unwrap_or(Answer::Yes);
        Self { answer, checks }
    }
}

/// Something to offer instead.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Alternative {
    /// What.
    pub code: AlternativeCode,
    /// How much, where that matters.
    pub amount: Option<Money>,
}

/// What bounds the amount, by name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Bound {
    /// What.
    pub code: CapCode,
    /// The most that it leaves.
    pub amount: Money,
    /// The policy's rule, by its id.
    #[cfg_attr(test, ts(type = "string | null"), schemars(with = "Option<String>"))]
    pub rule: Option<Rc<str>>,
}

/// Until when a refund is still possible and allowed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Deadline {
    /// The last second.
    pub at: String,
    /// The day that it ends, in the merchant's zone.
    pub local_date: String,
    /// The policy's rule whose window ends first; `null` where it is the payment method's.
    #[cfg_attr(test, ts(type = "string | null"), schemars(with = "Option<String>"))]
    pub rule: Option<Rc<str>>,
}

/// When the payer sees the money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Arrival {
    /// The first likely day, in the merchant's zone: Mondays to Fridays counted from the question's day.
    pub from: String,
    /// The last likely day.
    pub to: String,
}

/// What is not known, and what would settle it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Question {
    /// What to do.
    pub code: QuestionCode,
    /// The fact to give, by its name.
    pub fact: Option<String>,
    /// The policy's rule that asks, by its id.
    #[cfg_attr(test, ts(type = "string | null"), schemars(with = "Option<String>"))]
    pub rule: Option<Rc<str>>,
}

/// The answer to "may this be refunded?", with every check that was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The payment.
    pub payment_id: String,
    /// The time of the question.
    pub as_of: String,
    /// What the three axes come to.
    pub outcome: Outcome,
    /// What the gateway would still return now; 0 when `possible` is `no`.
    pub refundable: Money,
    /// The amount that was asked about; `null` for all that is left.
    pub requested: Option<Money>,
    /// The most that gateway, policy and actor together leave; 0 when something but the amount speaks against it.
    pub permitted: Money,
    /// What bounds it, by name; the least of them counts.
    pub bounds: Vec<Bound>,
    /// Where to act.
    pub route: Route,
    /// Can the gateway do it?
    pub possible: Axis,
    /// Does the merchant's policy permit it?
    pub allowed: Axis,
    /// May this actor do it, at this amount?
    pub authority: Axis,
    /// The fee of the payment, which the gateway keeps after a refund too; `null` when its balance transaction is not here.
    pub fee_kept: Option<Money>,
    /// What the gateway charged for disputes of the payment; `null` when their balance transactions are not here.
    pub dispute_fee: Option<Money>,
    /// Until when it is still possible and allowed; `null` where nothing ends.
    pub deadline: Option<Deadline>,
    /// When the payer sees the money; `null` where the source documents no time, or nothing is refunded.
    pub arrival: Option<Arrival>,
    /// Whether the source writes the payer an e-mail; `null` where that depends on a setting or is not known.
    pub refund_email: Option<bool>,
    /// What to offer when the answer is not a plain yes.
    pub alternatives: Vec<Alternative>,
    /// What to know even when the answer is yes.
    pub warnings: Vec<WarningCode>,
    /// What the agent may tell the customer.
    pub tell: Vec<TellCode>,
    /// What would settle what is not known.
    pub questions: Vec<Question>,
    /// A digest of the policy; `null` without one.
    pub policy_hash: Option<String>,
    /// The version of guestfolio that answered.
    pub engine_version: String,
}

impl Verdict {
    /// Every check of the three axes, in their order.
    pub(crate) fn checks(&self) -> impl Iterator<Item = &Check> {
        [&self.possible, &self.allowed, &self.authority].into_iter().flat_map(|axis| &axis.checks)
    }
}
