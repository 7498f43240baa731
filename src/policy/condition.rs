//! Conditions of rules: `all`, `any`, `not` of fact, operator and value, as json-rules-engine writes them.
//!
//! A condition is true, false, or unknown where a fact is not known that would decide it.

use super::fact::{FACTS, FactName, FactValue, Kind};
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Input};
use crate::word::words;
use core::cmp::Ordering;

/// Conditions within conditions.
const MOST_DEPTH: usize = 8;
/// Parts of one rule's condition, and values of one list.
pub const MOST_PARTS: usize = 200;

words! {
    /// How a fact is compared.
    pub enum Operator {
        /// It is the value.
        Equal = "equal",
        /// It is not the value.
        NotEqual = "notEqual",
        /// It is one of the values.
        In = "in",
        /// It is none of the values.
        NotIn = "notIn",
        /// One of its texts is the value.
        Contains = "contains",
        /// None of its texts is the value.
        DoesNotContain = "doesNotContain",
        /// It is less, or earlier.
        LessThan = "lessThan",
        /// It is at most, or no later than, the value.
        LessThanInclusive = "lessThanInclusive",
        /// It is more, or later.
        GreaterThan = "greaterThan",
        /// It is at least, or no earlier than, the value.
        GreaterThanInclusive = "greaterThanInclusive",
    }
}

impl Operator {
    fn fits(self, kind: Kind) -> bool {
        use Operator as Op;
        match self {
            Op::Equal | Op::NotEqual | Op::In | Op::NotIn => kind != Kind::Texts,
            Op::Contains | Op::DoesNotContain => kind == Kind::Texts,
            _ => matches!(kind, Kind::Number | Kind::Day | Kind::Any),
        }
    }

    fn is_of_order(self) -> bool {
        use Operator as Op;
        matches!(self, Op::LessThan | Op::LessThanInclusive | Op::GreaterThan | Op::GreaterThanInclusive)
    }

    fn takes_many(self) -> bool {
        matches!(self, Self::In | Self::NotIn)
    }

    /// Whether it says the contrary of another, and which: `notEqual` is not `equal`.
    pub fn negated(self) -> Option<Self> {
        match self {
            Self::NotEqual => Some(Self::Equal),
            Self::NotIn => Some(Self::In),
            Self::DoesNotContain => Some(Self::Contains),
            _ => None,
        }
    }
}

/// One comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Test {
    /// Of what.
    pub fact: FactName,
    /// How.
    pub operator: Operator,
    /// With what; one but for `in` and `notIn`.
    pub values: Vec<FactValue>,
}

/// When a rule applies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Condition {
    /// All of them.
    All(Vec<Condition>),
    /// At least one.
    Any(Vec<Condition>),
    /// The contrary.
    Not(Box<Condition>),
    /// One comparison.
    Test(Test),
}

/// What a condition comes to. The order is that of `all`: the least decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Truth {
    /// It does not hold.
    No,
    /// A fact is not known that would decide it.
    Unknown,
    /// It holds.
    Yes,
}

/// Facts that conditions looked at.
#[derive(Debug, Default)]
pub struct Trace {
    /// With their values.
    pub used: Vec<(FactName, FactValue)>,
    /// Those that nobody knows.
    pub missing: Vec<FactName>,
}

impl Condition {
    /// Reads a condition.
    pub fn parse(condition: &Argument<'_>) -> Result<Self, GuestfolioError> {
        Self::parse_part(condition, 0, &mut 0)
    }

    fn parse_part(condition: &Argument<'_>, depth: usize, parts: &mut usize) -> Result<Self, GuestfolioError> {
        *parts = parts.saturating_add(1);
        if depth > MOST_DEPTH || *parts > MOST_PARTS {
            let message = format!("a rule has at most {MOST_PARTS} conditions, {MOST_DEPTH} within each other");
            return Err(condition.error(ErrorCode::OutOfRange, message));
        }
        let mut fields = condition.fields()?;
        let deeper = depth.saturating_add(1);
        let several = |list: &Argument<'_>, parts: &mut usize| {
            let Input::List(items) = list.value else { return Err(list.error(ErrorCode::WrongType, "must be a list")) };
            if items.is_empty() {
                return Err(list.error(ErrorCode::MissingField, "must have a condition"));
            }
            list.one_or_many().iter().map(|part| Self::parse_part(part, deeper, parts)).collect::<Result<Vec<_>, _>>()
        };
        let (all, any, not) = (fields.get("all"), fields.get("any"), fields.get("not"));
        let read = match (all, any, not) {
            (Some(list), None, None) => Self::All(several(&list, parts)?),
            (None, Some(list), None) => Self::Any(several(&list, parts)?),
            (None, None, Some(part)) => Self::Not(Box::new(Self::parse_part(&part, deeper, parts)?)),
            (None, None, None) => {
                let test = Self::Test(Test {
                    fact: fact_of(&fields.required("fact")?)?,
                    operator: fields.required("operator")?.word(Operator::WORDS, Operator::from_word)?,
                    values: Vec::new(),
                });
                let value = fields.required("value")?;
                fields.finish()?;
                return test.with(&value);
            }
            _ => return Err(condition.error(ErrorCode::UnknownField, "has one of `all`, `any`, `not`, or a fact")),
        };
        fields.finish()?;
        Ok(read)
    }

    fn with(mut self, value: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let Self::Test(test) = &mut self else { return Ok(self) };
        let kind = test.fact.kind();
        if !test.operator.fits(kind) {
            let message = format!("the operator does not fit the fact, which is {}", describe(kind));
            return Err(value.error(ErrorCode::WrongType, message));
        }
        let many = test.operator.takes_many();
        if many != matches!(value.value, Input::List(_)) {
            return Err(value.error(ErrorCode::WrongType, if many { "must be a list" } else { "must be one value" }));
        }
        let values = value.one_or_many();
        if values.len() > MOST_PARTS {
            return Err(value.error(ErrorCode::OutOfRange, format!("must be at most {MOST_PARTS} values")));
        }
        if values.is_empty() {
            return Err(value.error(ErrorCode::MissingField, "must have a value"));
        }
        test.values = values.iter().map(|value| FactValue::parse(value, kind)).collect::<Result<_, _>>()?;
        let sort = test.values.first().map(core::mem::discriminant);
        if test.values.iter().any(|value| Some(core::mem::discriminant(value)) != sort) {
            return Err(value.error(ErrorCode::WrongType, "must be values of one type"));
        }
        let is_ordered = |value: &FactValue| matches!(value, FactValue::Number(_) | FactValue::Day(_));
        if test.operator.is_of_order() && !test.values.iter().all(is_ordered) {
            return Err(value.error(ErrorCode::WrongType, "must be a number"));
        }
        Ok(self)
    }

    /// Whether it holds, for facts that `known` tells.
    pub fn holds(&self, known: &dyn Fn(&FactName) -> Option<FactValue>, trace: &mut Trace) -> Truth {
        match self {
            // Every part is looked at, so that the trace has all facts.
            Self::All(parts) => parts.iter().map(|part| part.holds(known, trace)).fold(Truth::Yes, Truth::min),
            Self::Any(parts) => parts.iter().map(|part| part.holds(known, trace)).fold(Truth::No, Truth::max),
            Self::Not(part) => match part.holds(known, trace) {
                Truth::No => Truth::Yes,
                Truth::Unknown => Truth::Unknown,
                Truth::Yes => Truth::No,
            },
            Self::Test(test) => {
                let value = known(&test.fact).and_then(|value| test.comparable(value));
                let Some(value) = value else {
                    if !trace.missing.contains(&test.fact) {
                        trace.missing.push(test.fact.clone());
                    }
                    return Truth::Unknown;
                };
                let truth = if test.is_true_of(&value) { Truth::Yes } else { Truth::No };
                if !trace.used.iter().any(|(known, _)| *known == test.fact) {
                    trace.used.push((test.fact.clone(), value));
                }
                truth
            }
        }
    }

    /// Every comparison in it.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tests).collect(),
            Self::Not(part) => part.tests(),
            Self::Test(test) => vec![test],
        }
    }
}

fn fact_of(name: &Argument<'_>) -> Result<FactName, GuestfolioError> {
    FactName::parse(name.text()?).ok_or_else(|| {
        let known = FACTS.iter().map(|row| row.name).collect::<Vec<_>>().join(", ");
        name.error(ErrorCode::UnknownWord, format!("unknown fact; known are {known}"))
    })
}

fn describe(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Word(_) | Kind::Currency | Kind::Country => "one text",
        Kind::Texts => "several texts",
        Kind::Number => "a number",
        Kind::Day => "a day",
        Kind::Flag => "true or false",
        Kind::Any => "one value",
    }
}

impl Test {
    /// A value as the test writes its own: metadata are texts, and `"95"` is 95. A host's own fact that is of another sort altogether
    /// says nothing.
    fn comparable(&self, value: FactValue) -> Option<FactValue> {
        if self.fact.kind() != Kind::Any {
            return Some(value);
        }
        match (self.values.first(), value) {
            // A key that is not there equals nothing, and is neither more nor less.
            (_, FactValue::Text(text)) if text.is_empty() && !self.operator.is_of_order() => {
                Some(FactValue::Text(text))
            }
            (Some(FactValue::Number(_)), FactValue::Text(text)) => text.trim().parse().ok().map(FactValue::Number),
            (Some(FactValue::Flag(_)), FactValue::Text(text)) => text.trim().parse().ok().map(FactValue::Flag),
            (Some(FactValue::Text(_)), value) => Some(FactValue::Text(value.text())),
            (Some(own), value) if core::mem::discriminant(own) == core::mem::discriminant(&value) => Some(value),
            _ => None,
        }
    }

    /// Whether it holds for a value.
    pub fn is_true_of(&self, fact: &FactValue) -> bool {
        use Operator as Op;
        let first = self.values.first();
        let among = || match fact {
            FactValue::Texts(texts) => {
                self.values.iter().any(|value| matches!(value, FactValue::Text(text) if texts.contains(text)))
            }
            one => self.values.contains(one),
        };
        let order = first.and_then(|value| compare(fact, value));
        match self.operator {
            Op::Equal | Op::In | Op::Contains => among(),
            Op::NotEqual | Op::NotIn | Op::DoesNotContain => !among(),
            Op::LessThan => order.is_some_and(Ordering::is_lt),
            Op::LessThanInclusive => order.is_some_and(Ordering::is_le),
            Op::GreaterThan => order.is_some_and(Ordering::is_gt),
            Op::GreaterThanInclusive => order.is_some_and(Ordering::is_ge),
        }
    }
}

/// The order of two numbers or two days.
pub fn compare(fact: &FactValue, value: &FactValue) -> Option<Ordering> {
    match (fact, value) {
        (FactValue::Number(a), FactValue::Number(b)) | (FactValue::Day(a), FactValue::Day(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
