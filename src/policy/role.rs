//! Who may refund how much.

use super::limit::Limits;
use super::rule::Period;
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::Argument;

/// What one role may do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Role {
    /// Its name, as actors give it.
    pub name: String,
    /// It may refund at all.
    pub may_refund: bool,
    /// The most at once; none for no limit.
    pub limit: Limits,
    /// The most in a time.
    pub periods: Vec<PeriodLimit>,
    /// The role that can approve what is above; the policy's where there is none.
    pub approver: Option<String>,
}

/// The most that an actor refunds in a time, this refund included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeriodLimit {
    /// The time.
    pub within: Period,
    /// The most, one amount a currency.
    pub amount: Limits,
}

/// What a second person approves: not the one who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FourEyes {
    /// Above these amounts.
    pub above: Limits,
    /// The roles that may approve; any where there is none.
    pub by: Vec<String>,
}

impl Role {
    /// Reads `{ "agent": { mayRefund?, limit?, periods?, approver? } }`.
    pub fn parse_all(roles: &Argument<'_>) -> Result<Vec<Self>, GuestfolioError> {
        let mut list: Vec<Self> = Vec::new();
        for (name, role) in roles.entries()? {
            if list.iter().any(|known| known.name == name) {
                return Err(role.error(ErrorCode::OutOfRange, "the role stands here already"));
            }
            let mut fields = role.fields()?;
            let may_refund = fields.get("mayRefund").map(|may| may.flag()).transpose()?.unwrap_or(true);
            let limit = fields.get("limit").map(|limit| Limits::parse(&limit)).transpose()?.unwrap_or_default();
            let periods = fields.get("periods").map(|periods| PeriodLimit::parse_all(&periods)).transpose()?;
            let approver = fields.get("approver").map(|approver| approver.text().map(str::to_owned)).transpose()?;
            fields.finish()?;
            let periods = periods.unwrap_or_default();
            list.push(Self { name: name.to_owned(), may_refund, limit, periods, approver });
        }
        Ok(list)
    }
}

impl PeriodLimit {
    /// Reads `{ within, amount }`, one or several.
    pub fn parse_all(periods: &Argument<'_>) -> Result<Vec<Self>, GuestfolioError> {
        let mut list: Vec<Self> = Vec::new();
        for period in periods.one_or_many() {
            let mut fields = period.fields()?;
            let within = fields.required("within")?.word(Period::WORDS, Period::from_word)?;
            let amount = Limits::parse(&fields.required("amount")?)?;
            fields.finish()?;
            if list.iter().any(|known| known.within == within) {
                return Err(period.error(ErrorCode::OutOfRange, "the period stands here already"));
            }
            list.push(Self { within, amount });
        }
        Ok(list)
    }
}

impl FourEyes {
    /// Reads `{ above, by? }`.
    pub fn parse(eyes: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut fields = eyes.fields()?;
        let above = Limits::parse(&fields.required("above")?)?;
        let by = match fields.get("by") {
            Some(by) => by.one_or_many().iter().map(|role| role.text().map(str::to_owned)).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        fields.finish()?;
        Ok(Self { above, by })
    }
}
