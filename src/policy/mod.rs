//! The merchant's refund rules, as JSON.
//!
//! A policy is a list of rules. Each has an id, which verdicts cite, a condition, and one effect. Rules do not see each other and
//! their order says nothing: every rule that applies makes a check, and the worst answer counts. Only a rule that extends a window
//! makes an answer better, and it names that window.

pub mod condition;
pub mod fact;
mod import;
pub mod limit;
mod lint;
mod role;
pub mod rule;

pub use import::{MadePolicy, PolicyFormat, PolicyNote, PolicyPack, import_policy, policy_pack};
pub use lint::{LintCode, LintFinding, PolicyReport};
pub use role::{FourEyes, PeriodLimit, Role};

use crate::bytes::push_hex;
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Input};
use fact::FactName;
use limit::Limits;
use rule::{Cap, CapOf, Effect, MOST_DAYS, Rule, Window};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// More rules than a person can oversee.
const MOST_RULES: usize = 200;

/// The merchant's refund rules.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Policy {
    /// What it is called, for people.
    pub name: Option<String>,
    /// Every rule.
    pub rules: Vec<Rule>,
    /// Who can approve what is above an actor's limit.
    pub approver: Option<String>,
    /// Who may refund how much.
    pub roles: Vec<Role>,
    /// What a second person approves.
    pub four_eyes: Option<FourEyes>,
    /// A digest of the policy as it was given.
    pub hash: String,
}

impl Policy {
    /// Reads `{ schemaVersion?, name?, windowDays?, reviewAbove?, approver?, rules?, roles?, fourEyes? }`.
    ///
    /// # Errors
    /// What is malformed, with its path.
    pub fn parse(policy: &Input) -> Result<Self, GuestfolioError> {
        Self::parse_at(&Argument::root(policy))
    }

    pub(crate) fn parse_at(policy: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut fields = policy.fields()?;
        // Editors find the schema by it.
        fields.get("$schema").map(|schema| schema.text()).transpose()?;
        fields.get("schemaVersion").map(|version| version.whole(1, 1)).transpose()?;
        let name = fields.get("name").map(|name| name.text().map(str::to_owned)).transpose()?;
        let mut rules = Vec::new();
        let mut add = |id: &str, effect| rules.push(Rule { id: id.into(), when: None, effect });
        if let Some(days) = fields.get("windowDays") {
            add("windowDays", Effect::Window(Window::of_days(days.whole(0, MOST_DAYS)?)));
        }
        if let Some(limits) = fields.get("reviewAbove") {
            add("reviewAbove", Effect::ReviewAbove(Limits::parse(&limits)?));
        }
        if let Some(list) = fields.get("rules") {
            if !matches!(list.value, Input::List(_)) {
                return Err(list.error(ErrorCode::WrongType, "must be a list"));
            }
            let given = list.one_or_many();
            if given.len() > MOST_RULES {
                return Err(list.error(ErrorCode::OutOfRange, format!("must be at most {MOST_RULES} rules")));
            }
            for rule in &given {
                let read = Rule::parse(rule)?;
                if rules.iter().any(|known| known.id == read.id) {
                    let path = format!("{}/id", rule.path);
                    return Err(GuestfolioError::new(ErrorCode::OutOfRange, path, "another rule has this id"));
                }
                rules.push(read);
            }
            check_extensions(&rules, &given)?;
        }
        let approver = fields.get("approver").map(|approver| approver.text().map(str::to_owned)).transpose()?;
        let roles = fields.get("roles").map(|roles| Role::parse_all(&roles)).transpose()?.unwrap_or_default();
        let four_eyes = fields.get("fourEyes").map(|eyes| FourEyes::parse(&eyes)).transpose()?;
        fields.finish()?;
        Ok(Self { name, rules, approver, roles, four_eyes, hash: digest(policy.value) })
    }

    /// Whether a rule asks about the customer's other payments.
    pub fn asks_about_customer(&self) -> bool {
        self.asks(FactName::is_of_customer)
    }

    /// Whether a rule asks about metadata.
    pub fn asks_about_metadata(&self) -> bool {
        self.asks(FactName::is_metadata)
    }

    fn asks(&self, about: fn(&FactName) -> bool) -> bool {
        let conditions = self.rules.iter().filter_map(|rule| rule.when.as_ref());
        conditions.flat_map(|when| when.tests()).any(|test| about(&test.fact))
    }

    /// Whether a rule counts refunds: the customer's, all.
    pub fn counts_refunds_of(&self, of: CapOf) -> bool {
        self.rules.iter().any(|rule| matches!(&rule.effect, Effect::Cap(Cap { of: whose, .. }) if *whose == of))
    }
}

/// What is extended is there, and is a window.
fn check_extensions(rules: &[Rule], given: &[Argument<'_>]) -> Result<(), GuestfolioError> {
    let own = rules.get(rules.len().saturating_sub(given.len())..).unwrap_or_default();
    for (rule, argument) in own.iter().zip(given) {
        let Effect::Extend(extend) = &rule.effect else { continue };
        let window = rules.iter().any(|other| *other.id == *extend.rule && matches!(other.effect, Effect::Window(_)));
        if !window {
            let path = format!("{}/extend/rule", argument.path);
            return Err(GuestfolioError::new(ErrorCode::UnknownWord, path, "must be the id of a rule with a window"));
        }
    }
    Ok(())
}

/// SHA-256 of the JSON with sorted members and without blanks, in hex: the same for the same policy however it is written.
fn digest(value: &Input) -> String {
    let mut text = String::new();
    write_sorted(value, &mut text);
    let mut hex = String::from("sha256:");
    push_hex(&mut hex, &Sha256::digest(text.as_bytes()));
    hex
}

fn write_sorted(value: &Input, out: &mut String) {
    let mut list = |open: char, close: char, parts: Vec<String>| {
        out.push(open);
        out.push_str(&parts.join(","));
        out.push(close);
    };
    let of = |value: &Input| {
        let mut text = String::new();
        write_sorted(value, &mut text);
        text
    };
    match value {
        Input::Null => out.push_str("null"),
        Input::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Input::Number(number) => out.push_str(number),
        Input::Text(text) => write!(out, "{text:?}").unwrap_or_default(),
        Input::List(items) => list('[', ']', items.iter().map(of).collect()),
        Input::Object(entries) => {
            let given = entries.iter().filter(|(_, value)| *value != Input::Null);
            let mut members: Vec<String> = given.map(|(key, value)| format!("{key:?}:{}", of(value))).collect();
            members = crate::order::sorted(members, String::cmp);
            list('{', '}', members);
        }
    }
}
