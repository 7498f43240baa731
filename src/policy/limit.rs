//! Amounts as hosts write them.

use crate::error::{ErrorCode, GuestfolioError};
use crate::input::Argument;
use crate::money::{AmountFlaw, Currency, MAX_MINOR, minor_from_decimal};
use crate::source::Source;

/// An amount of one currency, as some source counts it.
pub type Amount = (Currency, i64);

/// Amounts, one a currency: limits of a policy or an actor.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Limits(Vec<Limit>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Limit {
    currency: Currency,
    minor: i64,
    /// It was written in minor units, which each source counts in its own way; else in major ones.
    is_minor: bool,
}

impl Limits {
    /// Reads one amount, or one a currency.
    pub fn parse(limits: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut list: Vec<Limit> = Vec::new();
        for limit in limits.one_or_many() {
            let is_minor = limit.fields()?.get("minor").is_some();
            let (currency, minor) = parse_amount(&limit, Source::Canonical, None, 0)?;
            if currency.decimals(Source::Canonical).is_none() {
                let message = "must be a currency that is known, such as EUR";
                return Err(GuestfolioError::new(
                    ErrorCode::UnknownCurrency,
                    format!("{}/currency", limit.path),
                    message,
                ));
            }
            if list.iter().any(|known| known.currency == currency) {
                return Err(limit.error(ErrorCode::InvalidAmount, "the currency has a limit already"));
            }
            list.push(Limit { currency, minor, is_minor });
        }
        Ok(Self(list))
    }

    /// The amount in a currency, as a source counts it.
    pub fn of(&self, currency: Currency, source: Source) -> Option<i64> {
        let limit = self.0.iter().find(|limit| limit.currency == currency)?;
        Some(if limit.is_minor { limit.minor } else { currency.convert(limit.minor, Source::Canonical, source) })
    }

    /// Nothing is limited.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each amount here is at least the other's, of every currency that the other has.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|limit| {
            // Minor units are counted by each source in its own way: only what is written alike can be compared.
            let written = self.0.iter().find(|own| own.currency == limit.currency).map(|own| own.is_minor);
            if written != Some(limit.is_minor) {
                return false;
            }
            let own = self.of(limit.currency, Source::Canonical);
            own.is_some_and(|own| other.of(limit.currency, Source::Canonical).is_some_and(|other| own >= other))
        })
    }
}

/// `{ minor | decimal, currency? }`. Without a currency it is the payment's, where there is one.
pub fn parse_amount(
    amount: &Argument<'_>,
    source: Source,
    own: Option<Currency>,
    least: i64,
) -> Result<Amount, GuestfolioError> {
    let mut fields = amount.fields()?;
    let given = match (fields.get("currency"), own) {
        (Some(code), _) => code.currency()?,
        (None, Some(own)) => own,
        (None, None) => return Err(fields.missing("currency")),
    };
    let minor = fields.get("minor").map(|minor| minor.whole(-MAX_MINOR, MAX_MINOR)).transpose()?;
    let decimal = match fields.get("decimal") {
        None => None,
        Some(text) => {
            let Some(decimals) = given.decimals(source) else {
                return Err(text.error(ErrorCode::UnknownCurrency, "the currency has no decimal form; give `minor`"));
            };
            let parsed = minor_from_decimal(text.text()?, decimals);
            Some(parsed.map_err(|flaw| text.error(ErrorCode::InvalidAmount, describe(flaw)))?)
        }
    };
    fields.finish()?;
    let value = match (minor, decimal) {
        (Some(minor), Some(decimal)) if minor != decimal => {
            return Err(amount.error(ErrorCode::InvalidAmount, "`minor` and `decimal` differ"));
        }
        (Some(value), _) | (None, Some(value)) => value,
        (None, None) => return Err(amount.error(ErrorCode::MissingField, "`minor` or `decimal` is required")),
    };
    if value < least {
        let message = if least > 0 { describe(AmountFlaw::NotPositive) } else { "must not be negative" };
        return Err(amount.error(ErrorCode::InvalidAmount, message));
    }
    Ok((given, value))
}

fn describe(flaw: AmountFlaw) -> &'static str {
    match flaw {
        AmountFlaw::NotANumber => "must be a plain decimal number as text, such as \"12.50\"",
        AmountFlaw::NotPositive => "must be more than zero",
        AmountFlaw::TooManyDecimals => "has more decimals than its currency",
        AmountFlaw::TooLarge => "must be at most 2^53-1 minor units",
    }
}
