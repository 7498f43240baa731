//! What the host asks: the time, the amount, the policy, the actor.

use super::method::{MOST_DAYS, OwnWindow};
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Input};
use crate::money::{AmountFlaw, Currency, MAX_MINOR, minor_from_decimal};
use crate::source::Source;

/// An amount of one currency, as the payment's source counts it.
type Amount = (Currency, i64);

/// A request for a verdict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefundRequest {
    /// The time of the question, UTC seconds.
    pub as_of: i64,
    /// How much; `None` for all that is left.
    pub amount: Option<Amount>,
    /// The merchant's available balance, if the host knows it.
    pub balance: Option<Amount>,
    /// What the host knows better than the documented windows of methods.
    pub method_windows: Vec<OwnWindow>,
    /// The merchant's rules.
    pub policy: Option<Policy>,
    /// Who asks.
    pub actor: Option<Actor>,
}

/// The merchant's refund rules.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Policy {
    /// Days after the payment on which a refund is still allowed.
    pub window_days: Option<i64>,
    /// Above this, a person looks first; one amount a currency.
    pub review_above: Vec<Amount>,
    /// Who can approve what is above an actor's limit.
    pub approver: Option<String>,
}

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Actor {
    /// The most that the actor may refund at once; one amount a currency, none for no limit.
    pub limits: Vec<Amount>,
}

impl RefundRequest {
    /// Reads `{ asOf, amount?, balance?, methodWindows?, policy?, actor? }` for a payment of this source and currency.
    ///
    /// # Errors
    /// What is malformed, with its path. What is merely refused is a verdict, not an error.
    pub fn parse(input: &Input, source: Source, currency: Currency) -> Result<Self, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let as_of = fields.required("asOf")?.time()?;
        let own = Some(currency);
        let amount = fields.get("amount").map(|amount| parse_amount(&amount, source, own, 1)).transpose()?;
        let balance = fields.get("balance").map(|balance| parse_amount(&balance, source, own, 0)).transpose()?;
        let windows = fields.get("methodWindows").map(|windows| OwnWindow::parse_list(&windows)).transpose()?;
        let policy = fields.get("policy").map(|policy| parse_policy(&policy, source)).transpose()?;
        let actor = fields.get("actor").map(|actor| parse_actor(&actor, source)).transpose()?;
        fields.finish()?;
        Ok(Self { as_of, amount, balance, method_windows: windows.unwrap_or_default(), policy, actor })
    }
}

fn parse_policy(policy: &Argument<'_>, source: Source) -> Result<Policy, GuestfolioError> {
    let mut fields = policy.fields()?;
    let window_days = fields.get("windowDays").map(|days| days.whole(0, MOST_DAYS)).transpose()?;
    let review_above = fields.get("reviewAbove").map(|limit| parse_limits(&limit, source)).transpose()?;
    let approver = fields.get("approver").map(|approver| approver.text().map(str::to_owned)).transpose()?;
    fields.finish()?;
    Ok(Policy { window_days, review_above: review_above.unwrap_or_default(), approver })
}

fn parse_actor(actor: &Argument<'_>, source: Source) -> Result<Actor, GuestfolioError> {
    let mut fields = actor.fields()?;
    // Who it is decides nothing here; hosts send it along, so it must at least be text.
    for name in ["id", "role"] {
        fields.get(name).map(|text| text.text()).transpose()?;
    }
    let limits = fields.get("limit").map(|limit| parse_limits(&limit, source)).transpose()?;
    fields.finish()?;
    Ok(Actor { limits: limits.unwrap_or_default() })
}

/// One amount, or one a currency.
fn parse_limits(limits: &Argument<'_>, source: Source) -> Result<Vec<Amount>, GuestfolioError> {
    let mut list: Vec<Amount> = Vec::new();
    for limit in limits.one_or_many() {
        let amount = parse_amount(&limit, source, None, 0)?;
        if list.iter().any(|(currency, _)| *currency == amount.0) {
            return Err(limit.error(ErrorCode::InvalidAmount, "the currency has a limit already"));
        }
        list.push(amount);
    }
    Ok(list)
}

/// `{ minor | decimal, currency? }`. Without a currency it is the payment's, where there is one.
fn parse_amount(
    amount: &Argument<'_>,
    source: Source,
    own: Option<Currency>,
    least: i64,
) -> Result<Amount, GuestfolioError> {
    let mut fields = amount.fields()?;
    let given = match (fields.get("currency"), own) {
        (Some(code), _) => {
            let parsed = Currency::parse(code.text()?);
            parsed.ok_or_else(|| code.error(ErrorCode::UnknownCurrency, "a currency must be three letters"))?
        }
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
