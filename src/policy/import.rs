//! Policies from elsewhere: schema.org's `MerchantReturnPolicy`, Shopify's return rules, and ready-made packs.
//!
//! What has no counterpart here is not dropped in silence: a note says what was left out, and where it stood.

use super::Policy;
use super::fact::{country, day};
use super::rule::MOST_DAYS;
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Input};
use crate::issue::SchemaVersion;
use crate::word::words;
use serde::Serialize;

words! {
    /// Where a policy comes from.
    pub enum PolicyFormat {
        /// `MerchantReturnPolicy` as JSON-LD (schema.org, read 2026-11).
        SchemaOrg = "schema_org",
        /// `ReturnPoliciesReturnRules` of the Admin GraphQL API, with `restockingFee` beside it (read 2026-11).
        Shopify = "shopify",
    }
}

words! {
    /// Ready-made policies.
    pub enum PolicyPack {
        /// The right of withdrawal from distance contracts: Directive 2011/83/EU, Articles 9 to 16.
        EuWithdrawal = "eu_withdrawal",
    }
}

/// What to know of a policy that was made here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct PolicyNote {
    /// Where it stood: a JSON pointer; empty for the policy as a whole.
    pub path: String,
    /// In English.
    pub message: String,
}

/// A policy that was made of another form, or is ready-made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MadePolicy {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The rules, to be looked at, changed and kept.
    #[cfg_attr(test, ts(type = "{ [name: string]: unknown }"))]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, serde_json::Value>"))]
    pub policy: Input,
    /// What was left out, or what the pack covers and does not.
    pub notes: Vec<PolicyNote>,
}

/// Rules and notes that are being put together.
#[derive(Default)]
struct Made {
    rules: Vec<Input>,
    notes: Vec<PolicyNote>,
}

#[inline(never)]
fn test(fact: &str, operator: &str, value: Input) -> Input {
    Input::object(vec![("fact", Input::text(fact)), ("operator", Input::text(operator)), ("value", value)])
}

impl Made {
    #[inline(never)]
    fn rule(&mut self, id: &str, when: Option<&Input>, effect: &str, value: Input) {
        let mut members = vec![("id", Input::text(id))];
        members.extend(when.map(|when| ("when", when.clone())));
        members.push((effect, value));
        self.rules.push(Input::object(members));
    }

    #[inline(never)]
    fn note(&mut self, path: &str, message: &str) {
        self.notes.push(PolicyNote { path: path.to_owned(), message: message.to_owned() });
    }

    /// The policy, if it can be read.
    fn checked(self, name: &str) -> Result<MadePolicy, GuestfolioError> {
        let made = self.finish(name);
        Policy::parse(&made.policy).map_err(|error| {
            let message = format!("a member that no rule can be made of: {}", error.message());
            GuestfolioError::new(error.code(), "", message)
        })?;
        Ok(made)
    }

    fn finish(self, name: &str) -> MadePolicy {
        let policy = Input::object(vec![
            ("schemaVersion", Input::number(1)),
            ("name", Input::text(name)),
            ("rules", Input::List(self.rules)),
        ]);
        MadePolicy { schema_version: SchemaVersion::default(), policy, notes: self.notes }
    }
}

/// Makes a policy of another form of it.
///
/// # Errors
/// `unknown_word` for the format; what is malformed in the policy, with its path.
pub fn import_policy(format: &str, policy: &Input) -> Result<MadePolicy, GuestfolioError> {
    let format = PolicyFormat::from_word(format).ok_or_else(|| {
        let message = format!("unknown format; known are {}", PolicyFormat::WORDS.join(", "));
        GuestfolioError::new(ErrorCode::UnknownWord, "", message)
    })?;
    match format {
        PolicyFormat::SchemaOrg => schema_org(&Argument::root(policy)),
        PolicyFormat::Shopify => shopify(&Argument::root(policy)),
    }
}

/// A word of schema.org's, as an address or alone.
#[inline(never)]
fn local_name(value: &str) -> &str {
    value.rsplit(['/', ':', '#']).next().unwrap_or(value)
}

/// The words of a member that may be one or a list.
fn words_of<'v>(member: &Argument<'v>) -> Result<Vec<&'v str>, GuestfolioError> {
    member.one_or_many().iter().map(|word| Ok(local_name(word.text()?))).collect()
}

/// What a schema.org member of a policy means here; members that a refund does not depend on are passed over.
const OF_SCHEMA_ORG: [&str; 7] =
    ["@context", "@type", "@id", "url", "name", "merchantReturnLink", "returnPolicyCountry"];

fn schema_org(policy: &Argument<'_>) -> Result<MadePolicy, GuestfolioError> {
    let mut made = Made::default();
    let members = policy.entries()?;
    let find = |name: &str| members.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    // An empty policy allows everything: what is none must not become one.
    if ["returnPolicyCategory", "merchantReturnDays", "restockingFee", "refundType"]
        .iter()
        .all(|name| find(name).is_none())
    {
        return Err(policy.error(ErrorCode::MissingField, "must be a MerchantReturnPolicy with `returnPolicyCategory`"));
    }
    let countries = match find("applicableCountry") {
        Some(list) => list.one_or_many().iter().map(country).collect::<Result<Vec<_>, _>>()?,
        None => Vec::new(),
    };
    let here = (!countries.is_empty()).then(|| {
        let list = countries.iter().map(|code| Input::text(code)).collect();
        test("customer.country", "in", Input::List(list))
    });
    let when = here.as_ref();
    if here.is_some() {
        made.note("/applicableCountry", "the policy says nothing of other countries: so do its rules");
    }
    let category = find("returnPolicyCategory").map(|member| member.text().map(local_name)).transpose()?;
    match category {
        Some("MerchantReturnNotPermitted") => made.rule("no-returns", when, "answer", Input::text("no")),
        Some("MerchantReturnUnlimitedWindow") => {}
        Some("MerchantReturnFiniteReturnWindow") | None => match find("merchantReturnDays") {
            Some(days) => window_of(&mut made, "returns", when, days)?,
            None => made.note("", "no window is given: none is made"),
        },
        Some(_) => {
            made.rule("returns", when, "answer", Input::text("review"));
            made.note("/returnPolicyCategory", "the category names no window: a person looks");
        }
    }
    if let Some(conditions) = find("itemCondition") {
        let accepted: Vec<String> = words_of(conditions)?
            .into_iter()
            .map(|word| word.trim_end_matches("Condition").to_ascii_lowercase())
            .collect();
        let has = |word: &str| test("items.conditions", "contains", Input::text(word));
        // One item that is not accepted is enough, whatever the others are.
        let refused = ["new", "used", "refurbished", "damaged"]
            .into_iter()
            .filter(|word| accepted.iter().all(|known| known != word));
        let mut ways: Vec<Input> = refused.map(has).collect();
        let none = Input::object(vec![("any", Input::List(accepted.iter().map(|word| has(word)).collect()))]);
        ways.push(Input::object(vec![("not", none)]));
        let other = Input::object(vec![("any", Input::List(ways))]);
        let both = match when {
            Some(here) => Input::object(vec![("all", Input::List(vec![here.clone(), other]))]),
            None => other,
        };
        made.rule("condition", Some(&both), "answer", Input::text("no"));
    }
    if let Some(kinds) = find("refundType") {
        let kinds = words_of(kinds)?;
        if !kinds.contains(&"FullRefund") {
            made.rule("refund-type", when, "answer", Input::text("no"));
            made.note("/refundType", "money does not go back: offer what the policy names instead");
        }
    }
    if let Some(fee) = find("restockingFee") {
        made.rule("restocking-fee", when, "keep", fee_of(fee)?);
    }
    if let Some(fees) = find("returnFees") {
        match fees.text().map(local_name)? {
            "FreeReturn" => {}
            "RestockingFees" if find("restockingFee").is_some() => {}
            "RestockingFees" => made.note("/returnFees", "no restocking fee is given: none is kept"),
            "OriginalShippingFees" => {
                made.rule("original-shipping", when, "keep", Input::object(vec![("shipping", Input::Bool(true))]));
            }
            _ => made.note("/returnFees", "what the way back costs is paid apart from the refund"),
        }
    }
    if let Some(seasons) = find("returnPolicySeasonalOverride") {
        for (number, season) in seasons.one_or_many().iter().enumerate() {
            season_of(&mut made, when, season, number)?;
        }
    }
    let translated = [
        "applicableCountry",
        "returnPolicyCategory",
        "merchantReturnDays",
        "itemCondition",
        "refundType",
        "restockingFee",
        "returnFees",
        "returnPolicySeasonalOverride",
    ];
    for (name, member) in &members {
        if !translated.contains(name) && !OF_SCHEMA_ORG.contains(name) {
            made.note(&member.path, "is not translated");
        }
    }
    made.checked("from schema.org")
}

/// A number of days from the delivery, or the last day. A last day alone is a window that is over, and is extended to that day.
fn window_of(made: &mut Made, id: &str, when: Option<&Input>, days: &Argument<'_>) -> Result<(), GuestfolioError> {
    let from = ("from", Input::text("delivery"));
    if matches!(days.value, Input::Number(_)) {
        let days = days.whole(0, MOST_DAYS)?;
        made.rule(id, when, "window", Input::object(vec![("days", Input::number(days)), from]));
        return Ok(());
    }
    let last = days.text()?.get(..10).unwrap_or_default().to_owned();
    day(&Argument { value: &Input::Text(last.clone()), path: days.path.clone() })?;
    made.rule(id, when, "window", Input::object(vec![("days", Input::number(0)), ("from", Input::text("payment"))]));
    let until = Input::object(vec![("rule", Input::text(id)), ("until", Input::text(&last))]);
    made.rule(&format!("{id}-until"), when, "extend", until);
    Ok(())
}

/// A percentage, or an amount of money.
fn fee_of(fee: &Argument<'_>) -> Result<Input, GuestfolioError> {
    if matches!(fee.value, Input::Number(_)) {
        fee.hundredths(10_000)?;
        return Ok(Input::object(vec![("percent", fee.value.clone())]));
    }
    let members = fee.entries()?;
    let find = |name: &'static str| {
        let found = members.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        found.ok_or_else(|| {
            GuestfolioError::new(
                ErrorCode::MissingField,
                format!("{}/{name}", fee.path),
                format!("`{name}` is required"),
            )
        })
    };
    let value = match find("value")?.value {
        Input::Number(digits) | Input::Text(digits) => digits.clone(),
        _ => return Err(find("value")?.error(ErrorCode::WrongType, "must be a number")),
    };
    let amount = Input::object(vec![("decimal", Input::text(&value)), ("currency", find("currency")?.value.clone())]);
    Ok(Input::object(vec![("amount", amount)]))
}

/// A season in which other days hold, for what was bought in it.
fn season_of(
    made: &mut Made,
    when: Option<&Input>,
    season: &Argument<'_>,
    number: usize,
) -> Result<(), GuestfolioError> {
    let members = season.entries()?;
    let find = |name: &str| members.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
    let mut parts: Vec<Input> = when.cloned().into_iter().collect();
    let undated = parts.len();
    for (name, operator) in [("startDate", "greaterThanInclusive"), ("endDate", "lessThanInclusive")] {
        if let Some(date) = find(name) {
            let date_text = date.text()?.get(..10).unwrap_or_default().to_owned();
            day(&Argument { value: &Input::Text(date_text.clone()), path: date.path.clone() })?;
            parts.push(test("payment.day", operator, Input::text(&date_text)));
        }
    }
    let is_dated = parts.len() > undated;
    let category = find("returnPolicyCategory").map(|member| member.text().map(local_name)).transpose()?;
    if category == Some("MerchantReturnNotPermitted") && is_dated {
        let condition = Input::object(vec![("all", Input::List(parts))]);
        made.rule(&format!("season-{}", number.saturating_add(1)), Some(&condition), "answer", Input::text("no"));
        return Ok(());
    }
    for (name, member) in &members {
        if !["@type", "startDate", "endDate", "merchantReturnDays", "returnPolicyCategory"].contains(name) {
            made.note(&member.path, "is not translated");
        }
    }
    let Some(days) = find("merchantReturnDays").filter(|_| is_dated) else {
        made.note(&season.path, "a season without days or dates is not translated");
        return Ok(());
    };
    let has_window = made.rules.iter().any(|rule| matches!(rule, Input::Object(members) if members.iter().any(|(name, value)| name == "id" && *value == Input::text("returns")) && members.iter().any(|(name, _)| name == "window")));
    if !has_window {
        made.note(&season.path, "there is no window that the season could extend");
        return Ok(());
    }
    let mut extend = vec![("rule", Input::text("returns"))];
    if matches!(days.value, Input::Number(_)) {
        extend.push(("days", Input::Number(days.whole(0, MOST_DAYS)?.to_string())));
    } else {
        let last = days.text()?.get(..10).unwrap_or_default().to_owned();
        day(&Argument { value: &Input::Text(last.clone()), path: days.path.clone() })?;
        extend.push(("until", Input::text(&last)));
    }
    let condition = Input::object(vec![("all", Input::List(parts))]);
    made.rule(&format!("season-{}", number.saturating_add(1)), Some(&condition), "extend", Input::object(extend));
    made.note(&season.path, "a season can make the window longer, never shorter");
    Ok(())
}

fn shopify(rules: &Argument<'_>) -> Result<MadePolicy, GuestfolioError> {
    let mut made = Made::default();
    let mut accepts = true;
    let mut window: Option<i64> = None;
    let mut from = "delivery";
    let members = rules.entries()?;
    if members.iter().all(|(name, _)| !["canAcceptReturns", "returnWindowDays"].contains(name)) {
        return Err(rules.error(ErrorCode::MissingField, "`canAcceptReturns` is required"));
    }
    if members.iter().all(|(name, _)| *name != "returnWindowDays") {
        made.note("", "no window is given: none is made");
    }
    for (name, member) in members {
        match name {
            "canAcceptReturns" => accepts = member.flag()?,
            // -1 stands for no end.
            "returnWindowDays" => window = Some(member.whole(-1, MOST_DAYS)?).filter(|days| *days >= 0),
            "returnWindowStartingFrom" => match member.text()?.to_ascii_uppercase() {
                word if word.contains("FULFIL") => from = "fulfilment",
                word if word.contains("DELIVER") => {}
                _ => made.note(&member.path, "is not known: the window counts from the delivery"),
            },
            "restockingFee" => {
                let members = member.entries()?;
                let percent = members.iter().find(|(name, _)| *name == "percentage").map(|(_, value)| value);
                let Some(percent) = percent else {
                    made.note(&member.path, "has no percentage and is not translated");
                    continue;
                };
                percent.hundredths(10_000)?;
                made.rule("restocking-fee", None, "keep", Input::object(vec![("percent", percent.value.clone())]));
            }
            "extendWindowToBusinessDay" if member.flag()? => {
                made.note(&member.path, "a window that ends on a weekend or holiday is not made longer");
            }
            "extendWindowToBusinessDay" | "__typename" | "id" => {}
            _ => made.note(&member.path, "is not translated"),
        }
    }
    if accepts {
        if let Some(days) = window {
            made.rule(
                "returns",
                None,
                "window",
                Input::object(vec![("days", Input::number(days)), ("from", Input::text(from))]),
            );
        }
        let final_sale = test("items.tags", "contains", Input::text("final-sale"));
        made.rule("final-sale", Some(&final_sale), "answer", Input::text("no"));
        made.note("", "Shopify names final sale items by product: give them the tag `final-sale` in `items.tags`");
    } else {
        made.rule("no-returns", None, "answer", Input::text("no"));
    }
    made.checked("from Shopify")
}

/// A ready-made policy.
///
/// # Errors
/// `unknown_word`, with the packs that are known.
pub fn policy_pack(name: &str) -> Result<MadePolicy, GuestfolioError> {
    let pack = PolicyPack::from_word(name).ok_or_else(|| {
        let message = format!("unknown pack; known are {}", PolicyPack::WORDS.join(", "));
        GuestfolioError::new(ErrorCode::UnknownWord, "", message)
    })?;
    match pack {
        PolicyPack::EuWithdrawal => Ok(eu_withdrawal()),
    }
}

/// The Union's 27 states, and Iceland, Liechtenstein and Norway, where the directive holds by the EEA agreement. Article 16 names
/// what may be excluded; whether it is depends on the case, so a person looks.
const EU_WITHDRAWAL: &str = include_str!("eu_withdrawal.json");

fn eu_withdrawal() -> MadePolicy {
    let mut made = Made::default();
    for note in [
        "covers: goods that a consumer in the EU or EEA bought at a distance, 14 days after the day of delivery (Article 9)",
        "a period that ends on a Saturday, Sunday or public holiday ends with the next working day (Regulation 1182/71, Article 3): after 14 days a person looks",
        "exceptions of Article 16 are tags in `items.tags`: custom-made, perishable, unsealed-hygiene, unsealed-media, periodical, digital-started",
        "the refund includes the cheapest standard delivery (Article 13): keep no shipping of such an order",
        "does not cover: services, digital content and travel (other periods), a merchant who did not inform of the right (12 months more, Article 10), national law that gives more",
        "rules do not overrule each other: give rules that are stricter a condition that leaves these customers out",
    ] {
        made.note("", note);
    }
    let policy = Input::from_json(EU_WITHDRAWAL).unwrap_or_default();
    MadePolicy { policy, ..made.finish("") }
}
