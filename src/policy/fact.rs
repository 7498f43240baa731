//! What the conditions of a policy may ask about: the one list of facts, with the type of each.
//!
//! `docs/policy-facts.md` is generated from it. A fact that nobody knows makes a condition unknown, never false.

use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Input};
use crate::ledger::status::PaymentStatus;
use crate::money::Currency;
use crate::source::Source;
use crate::time::{date_text, parse_day};
use crate::view::{CustomerKind, Strength};
use std::borrow::Cow;

/// The type of a fact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Any text.
    Text,
    /// Several texts.
    Texts,
    /// A whole number; amounts are in minor units as the payment's source counts them.
    Number,
    /// A day in the merchant's zone.
    Day,
    /// Yes or no.
    Flag,
    /// One of a closed list.
    Word(&'static [&'static str]),
    /// ISO 4217, in upper case.
    Currency,
    /// ISO 3166-1 alpha-2, in upper case.
    Country,
    /// Text, number or flag: the host's own.
    Any,
}

/// One fact.
#[derive(Debug)]
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// The host gives it in `facts`; else the ledger knows it.
    pub given: bool,
    /// Who tells it, for the documentation.
    #[cfg(test)]
    pub from: &'static str,
    /// What it is, for the documentation.
    #[cfg(test)]
    pub meaning: &'static str,
}

const fn known(name: &'static str, kind: Kind, _meaning: &'static str) -> Row {
    Row {
        name,
        kind,
        given: false,
        #[cfg(test)]
        from: "ledger",
        #[cfg(test)]
        meaning: _meaning,
    }
}

const fn given(name: &'static str, kind: Kind, _meaning: &'static str) -> Row {
    Row {
        name,
        kind,
        given: true,
        #[cfg(test)]
        from: "host",
        #[cfg(test)]
        meaning: _meaning,
    }
}

/// The host may give what the ledger does not know, or knows otherwise.
const fn either(name: &'static str, kind: Kind, _meaning: &'static str) -> Row {
    Row {
        #[cfg(test)]
        from: "ledger, or host",
        ..given(name, kind, _meaning)
    }
}

/// Names that end with a dot take any key after it.
pub const FACTS: &[Row] = &[
    known("payment.source", Kind::Word(Source::WORDS), "the system"),
    known("payment.account", Kind::Text, "the account at the system; empty where none was named"),
    known("payment.status", Kind::Word(PaymentStatus::WORDS), "what its money has done"),
    known("payment.livemode", Kind::Flag, "real money"),
    known("payment.currency", Kind::Currency, "its currency"),
    known("payment.amount", Kind::Number, "what was asked for"),
    known("payment.captured", Kind::Number, "what was taken"),
    known("payment.refunded", Kind::Number, "what went back, or is on its way"),
    known("payment.method", Kind::Text, "the source's word for the method"),
    known("payment.brand", Kind::Text, "the card's brand; empty where the method has none"),
    known("payment.wallet", Kind::Text, "how the card was used: `apple_pay`; empty where it was used plainly"),
    known("payment.country", Kind::Country, "the country of the billing address"),
    known("payment.day", Kind::Day, "when it was made"),
    known("payment.ageDays", Kind::Number, "local days since it was made"),
    known("payment.hasOrder", Kind::Flag, "a shop's order is linked"),
    known("payment.hasFraudWarning", Kind::Flag, "the card network warned of fraud"),
    known("request.amount", Kind::Number, "what is asked back"),
    known("request.isPartial", Kind::Flag, "less than is left is asked back"),
    known("customer.kind", Kind::Word(CustomerKind::WORDS), "guest or registered"),
    known("customer.strength", Kind::Word(Strength::WORDS), "how firmly the customer's payments belong together"),
    known("customer.payments", Kind::Number, "how many completed payments"),
    known("customer.refunds", Kind::Number, "how many of them had money sent back"),
    known(
        "customer.refundRate",
        Kind::Number,
        "percent of what was taken that went back, in the payment's currency, rounded down",
    ),
    known("customer.disputes", Kind::Number, "how many of its payments were disputed, inquiries too"),
    known("customer.firstPaymentDay", Kind::Day, "when its first payment was made"),
    given("customer.tier", Kind::Text, "the merchant's word"),
    given("customer.tags", Kind::Texts, "the merchant's words"),
    either(
        "customer.country",
        Kind::Country,
        "where the customer lives; the country of the billing address unless given",
    ),
    given("customer.isBusiness", Kind::Flag, "the customer buys for a business"),
    given("order.channel", Kind::Text, "where it was sold: `online`, `pos`"),
    given("order.tags", Kind::Texts, "the shop's words"),
    given("order.isFulfilled", Kind::Flag, "it was sent; yes where `order.fulfilledAt` is given"),
    given("order.isDelivered", Kind::Flag, "it has arrived; yes where `order.deliveredAt` is given"),
    given("order.fulfilledAt", Kind::Day, "when it was sent"),
    given("order.deliveredAt", Kind::Day, "when it arrived"),
    given("payment.capturedAt", Kind::Day, "when the money was taken, where the records do not say"),
    given("order.shipping", Kind::Number, "what of the payment was for shipping"),
    given("order.tax", Kind::Number, "what of the payment was tax"),
    given("items.categories", Kind::Texts, "the categories of what goes back"),
    given("items.tags", Kind::Texts, "its tags"),
    given("items.conditions", Kind::Texts, "the condition that it is in: `unopened`, `used`"),
    given("items.skus", Kind::Texts, "its article numbers"),
    given("request.reason", Kind::Text, "why the customer wants the money back, in the merchant's words"),
    either(
        "payment.metadata.",
        Kind::Any,
        "the payment's metadata; empty where its record has none of that key, unknown where the record that has them is not here",
    ),
    either(
        "order.metadata.",
        Kind::Any,
        "the same of the shop's order: WooCommerce's meta data, but for keys that begin with `_`; Shopify's note attributes",
    ),
    either("customer.metadata.", Kind::Any, "the same of the source's customer"),
    given("custom.", Kind::Any, "whatever else the host knows"),
];

/// A fact by its place in [`FACTS`]; of those with a key, its whole name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactName {
    index: usize,
    keyed: Option<String>,
}

impl FactName {
    /// The fact with this name.
    pub fn parse(name: &str) -> Option<Self> {
        let index = FACTS.iter().position(|row| {
            row.name == name && !name.ends_with('.')
                || row.name.ends_with('.') && name.len() > row.name.len() && name.starts_with(row.name)
        })?;
        let keyed = (FACTS.get(index)?.kind == Kind::Any).then(|| name.to_owned());
        Some(Self { index, keyed })
    }

    /// Its name.
    pub fn text(&self) -> Cow<'static, str> {
        match &self.keyed {
            Some(name) => Cow::Owned(name.clone()),
            None => Cow::Borrowed(FACTS.get(self.index).map_or("", |row| row.name)),
        }
    }

    /// Its type.
    pub fn kind(&self) -> Kind {
        FACTS.get(self.index).map_or(Kind::Any, |row| row.kind)
    }

    /// The host gives it.
    pub fn is_given(&self) -> bool {
        FACTS.get(self.index).is_some_and(|row| row.given)
    }

    /// Whether it is one that is made of the customer's other payments.
    pub fn is_of_customer(&self) -> bool {
        !self.is_given() && FACTS.get(self.index).is_some_and(|row| row.name.starts_with("customer."))
    }

    /// Whether it is something that the merchant wrote beside a record.
    pub fn is_metadata(&self) -> bool {
        FACTS.get(self.index).is_some_and(|row| row.name.ends_with(".metadata."))
    }
}

/// What a fact is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FactValue {
    /// Text, a word, a currency or a country.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// A whole number.
    Number(i64),
    /// A local day, counted from 1970-01-01.
    Day(i64),
    /// Yes or no.
    Flag(bool),
}

impl FactValue {
    /// As a text that people read.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Texts(texts) => texts.join(", "),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => date_text(*day),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    /// Reads one value of a type: a text for several texts, too.
    pub fn parse(value: &Argument<'_>, kind: Kind) -> Result<Self, GuestfolioError> {
        Ok(match kind {
            Kind::Text | Kind::Texts => Self::Text(value.text()?.to_owned()),
            Kind::Number => Self::Number(value.whole(-crate::money::MAX_MINOR, crate::money::MAX_MINOR)?),
            Kind::Flag => Self::Flag(value.flag()?),
            Kind::Word(words) => Self::Text(value.word(words, |word| words.contains(&word).then(|| word.to_owned()))?),
            Kind::Day => Self::Day(day(value)?),
            Kind::Currency => Self::Text(currency(value)?.code()),
            Kind::Country => Self::Text(country(value)?),
            Kind::Any => match value.value {
                Input::Bool(flag) => Self::Flag(*flag),
                Input::Number(_) => Self::Number(value.whole(-crate::money::MAX_MINOR, crate::money::MAX_MINOR)?),
                _ => Self::Text(value.text()?.to_owned()),
            },
        })
    }
}

/// A local day: `2026-01-31`.
pub fn day(value: &Argument<'_>) -> Result<i64, GuestfolioError> {
    parse_day(value.text()?).ok_or_else(|| value.error(ErrorCode::InvalidTime, "must be a date such as 2026-01-31"))
}

/// A currency that has a decimal form.
pub fn currency(value: &Argument<'_>) -> Result<Currency, GuestfolioError> {
    let known = Currency::parse(value.text()?).filter(|currency| currency.decimals(Source::Canonical).is_some());
    known.ok_or_else(|| value.error(ErrorCode::UnknownCurrency, "must be an ISO 4217 code such as EUR"))
}

/// A country.
pub fn country(value: &Argument<'_>) -> Result<String, GuestfolioError> {
    let code = value.text()?.to_ascii_uppercase();
    let known = <&[u8; 2]>::try_from(code.as_bytes())
        .is_ok_and(|code| COUNTRIES.as_chunks::<2>().0.binary_search(code).is_ok());
    if known {
        Ok(code)
    } else {
        Err(value.error(ErrorCode::UnknownWord, "must be an ISO 3166-1 alpha-2 code such as FI"))
    }
}

/// ISO 3166-1 alpha-2, with Kosovo's `XK`, which gateways use; sorted.
const COUNTRIES: &[u8] = b"ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCU\
CVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKG\
KHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPN\
PRPSPTPWPYQAREROR\
SRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

/// The facts that a host gives: `{ "order.deliveredAt": "2026-01-31", "items.categories": ["food"] }`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GivenFacts(Vec<(FactName, FactValue)>);

impl GivenFacts {
    /// Reads them. A time stands for its day in the zone: `local_day` says which.
    pub fn parse(facts: &Argument<'_>, local_day: &dyn Fn(i64) -> i64) -> Result<Self, GuestfolioError> {
        let mut list = Vec::new();
        for (name, value) in facts.entries()? {
            let fact = FactName::parse(name).filter(FactName::is_given);
            let Some(fact) = fact else {
                let names = FACTS.iter().filter(|row| row.given).map(|row| row.name);
                let known = names.collect::<Vec<_>>().join(", ");
                return Err(value.error(ErrorCode::UnknownField, format!("unknown fact; hosts give {known}")));
            };
            let read = match fact.kind() {
                Kind::Texts => {
                    let texts = value.one_or_many().into_iter().map(|text| text.text().map(str::to_owned));
                    FactValue::Texts(texts.collect::<Result<_, _>>()?)
                }
                // A delivery is told as a time more often than as a date.
                Kind::Day if value.text().ok().and_then(parse_day).is_none() => {
                    FactValue::Day(local_day(value.time()?))
                }
                kind => FactValue::parse(&value, kind)?,
            };
            list.push((fact, read));
        }
        Ok(Self(list))
    }

    /// A fact, if the host gave it.
    pub fn get(&self, fact: &FactName) -> Option<&FactValue> {
        self.0.iter().rev().find(|(known, _)| known == fact).map(|(_, value)| value)
    }

    /// A fact by its name.
    pub fn named(&self, name: &str) -> Option<&FactValue> {
        self.get(&FactName::parse(name)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[test]
    fn countries_are_sorted_and_stand_once() {
        let countries = COUNTRIES.as_chunks::<2>().0;
        assert!(countries.is_sorted_by(|a, b| a < b));
        // ISO 3166-1 has 249, and Kosovo.
        assert_eq!(countries.len(), 250);
    }

    #[test]
    fn the_documented_facts_are_those_of_the_code() {
        let mut text = String::from(
            "# Facts of a policy's conditions\n\nA condition is `{ fact, operator, value }`, or `all`, `any` or `not` of conditions, as \
             json-rules-engine writes them. A fact that nobody\nknows makes the condition unknown, and the verdict says which fact would \
             settle it. What the ledger does not know the host gives in the\nrequest: `facts: { \"order.deliveredAt\": \"2026-01-31\", \
             \"items.categories\": [\"food\"] }`.\n\nNumbers are whole; amounts are in minor units, as the payment's source counts its \
             currency. Days are in the merchant's zone. Of `… .metadata.`\nand `custom.` any key may follow the dot.\n\n\
             Operators: `equal`, `notEqual`, `in`, `notIn` for one value; `contains`, `doesNotContain` for several; `lessThan`, \
             `lessThanInclusive`,\n`greaterThan`, `greaterThanInclusive` for numbers and days.\n\nGenerated from `src/policy/fact.rs` by \
             `UPDATE_TYPES=1 cargo test documented_facts`.\n\n| fact | type | from | meaning |\n|---|---|---|---|\n",
        );
        for row in FACTS {
            let kind = match row.kind {
                Kind::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "),
                other => format!("{other:?}").to_ascii_lowercase(),
            };
            writeln!(text, "| `{}` | {kind} | {} | {} |", row.name, row.from, row.meaning).unwrap();
        }
        crate::committed::keep("docs/policy-facts.md", &text, "documented_facts");
    }
}
