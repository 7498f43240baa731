//! One rule of a policy: when it applies, and what it then says.

use super::condition::Condition;
use super::fact::day;
use super::limit::Limits;
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::Argument;
use crate::word::words;
use std::rc::Rc;

/// A hundred years.
pub const MOST_DAYS: i64 = 36_500;

/// A rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The merchant's name for it; verdicts cite it.
    pub id: Rc<str>,
    /// When it applies; always where there is none.
    pub when: Option<Condition>,
    /// What it says then.
    pub effect: Effect,
}

/// What a rule says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// How long money goes back.
    Window(Window),
    /// A window is longer.
    Extend(Extend),
    /// No, or a person looks.
    Answer(Refusal),
    /// Above this a person looks.
    ReviewAbove(Limits),
    /// No more than this goes back in a time.
    Cap(Cap),
    /// What does not go back.
    Keep(Keep),
}

words! {
    /// What a window counts from.
    pub enum Anchor {
        /// When the payment was made.
        Payment = "payment",
        /// When the money was taken.
        Capture = "capture",
        /// When the goods were sent.
        Fulfilment = "fulfilment",
        /// When they arrived.
        Delivery = "delivery",
    }
}

words! {
    /// What a rule answers where it does not permit.
    pub enum Refusal {
        /// No.
        No = "no",
        /// A person looks first.
        Review = "review",
    }
}

/// Days from an anchor; the last one counts to its end in the merchant's zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Window {
    /// How many.
    pub days: i64,
    /// From when.
    pub from: Anchor,
    /// What is answered when they are over.
    pub over: Refusal,
    /// Until so many days after the anchor there is store credit instead.
    pub store_credit_days: Option<i64>,
    /// Until so many days after the anchor there is an exchange instead.
    pub exchange_days: Option<i64>,
}

/// A window's later end. Of several the latest counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extend {
    /// The id of the window's rule.
    pub rule: String,
    /// Days from the window's anchor.
    pub days: Option<i64>,
    /// The last local day.
    pub until: Option<i64>,
}

words! {
    /// Whose refunds a cap counts.
    pub enum CapOf {
        /// The customer's.
        Customer = "customer",
        /// All that the ledger knows.
        Merchant = "merchant",
    }
}

words! {
    /// The time that a cap or a limit counts over: whole ones in the merchant's zone, a week from Monday.
    pub enum Period {
        /// One local day.
        Day = "day",
        /// Monday to Sunday.
        Week = "week",
        /// A calendar month.
        Month = "month",
        /// A calendar year.
        Year = "year",
        /// All time.
        Ever = "ever",
    }
}

/// No more than this goes back in a time, this refund included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cap {
    /// Whose refunds count.
    pub of: CapOf,
    /// Over what time.
    pub within: Period,
    /// The most, one amount a currency.
    pub amount: Limits,
    /// The most refunds.
    pub count: Option<i64>,
    /// What is answered above.
    pub above: Refusal,
}

/// What does not go back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keep {
    /// Of what was captured, in hundredths of a percent. What is less than a minor unit goes to the payer.
    pub percent: Option<i64>,
    /// Amounts, one a currency.
    pub amount: Limits,
    /// What was paid for shipping.
    pub shipping: bool,
    /// The tax.
    pub tax: bool,
}

impl Rule {
    /// Reads `{ id, when?, window | extend | answer | reviewAbove | cap | keep }`.
    pub fn parse(rule: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut fields = rule.fields()?;
        let id = fields.required("id")?;
        let name = id.text()?;
        if name.is_empty() || name.len() > 100 {
            return Err(id.error(ErrorCode::OutOfRange, "must have 1 to 100 characters"));
        }
        // For people who read the policy.
        fields.get("note").map(|note| note.text()).transpose()?;
        let when = fields.get("when").map(|when| Condition::parse(&when)).transpose()?;
        let effects = [
            fields.get("window").map(|window| Window::parse(&window).map(Effect::Window)),
            fields.get("extend").map(|extend| Extend::parse(&extend).map(Effect::Extend)),
            fields.get("answer").map(|answer| answer.word(Refusal::WORDS, Refusal::from_word).map(Effect::Answer)),
            fields.get("reviewAbove").map(|limits| Limits::parse(&limits).map(Effect::ReviewAbove)),
            fields.get("cap").map(|cap| Cap::parse(&cap).map(Effect::Cap)),
            fields.get("keep").map(|keep| Keep::parse(&keep).map(Effect::Keep)),
        ];
        fields.finish()?;
        let mut effects = effects.into_iter().flatten();
        let one = "has one of `window`, `extend`, `answer`, `reviewAbove`, `cap`, `keep`";
        let effect = effects.next().ok_or_else(|| rule.error(ErrorCode::MissingField, one))??;
        if effects.next().is_some() {
            return Err(rule.error(ErrorCode::UnknownField, one));
        }
        Ok(Self { id: Rc::from(name), when, effect })
    }
}

impl Window {
    /// So many days from the payment, and then no.
    pub fn of_days(days: i64) -> Self {
        Self { days, from: Anchor::Payment, over: Refusal::No, store_credit_days: None, exchange_days: None }
    }

    fn parse(window: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut fields = window.fields()?;
        let days = fields.required("days")?.whole(0, MOST_DAYS)?;
        let from = fields.get("from").map(|from| from.word(Anchor::WORDS, Anchor::from_word)).transpose()?;
        let over = fields.get("over").map(|over| over.word(Refusal::WORDS, Refusal::from_word)).transpose()?;
        let mut later = |name| fields.get(name).map(|later| later.whole(0, MOST_DAYS)).transpose();
        let (store_credit_days, exchange_days) = (later("storeCreditDays")?, later("exchangeDays")?);
        fields.finish()?;
        let (from, over) = (from.unwrap_or(Anchor::Payment), over.unwrap_or(Refusal::No));
        Ok(Self { days, from, over, store_credit_days, exchange_days })
    }
}

impl Extend {
    fn parse(extend: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut fields = extend.fields()?;
        let rule = fields.required("rule")?.text()?.to_owned();
        let days = fields.get("days").map(|days| days.whole(0, MOST_DAYS)).transpose()?;
        let until = fields.get("until").map(|until| day(&until)).transpose()?;
        fields.finish()?;
        if days.is_none() && until.is_none() {
            return Err(extend.error(ErrorCode::MissingField, "`days` or `until` is required"));
        }
        Ok(Self { rule, days, until })
    }
}

impl Cap {
    fn parse(cap: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut fields = cap.fields()?;
        let of = fields.required("of")?.word(CapOf::WORDS, CapOf::from_word)?;
        let within = fields.required("within")?.word(Period::WORDS, Period::from_word)?;
        let amount = fields.get("amount").map(|amount| Limits::parse(&amount)).transpose()?.unwrap_or_default();
        let count = fields.get("count").map(|count| count.whole(0, 1_000_000)).transpose()?;
        let above = fields.get("above").map(|above| above.word(Refusal::WORDS, Refusal::from_word)).transpose()?;
        fields.finish()?;
        if amount.is_empty() && count.is_none() {
            return Err(cap.error(ErrorCode::MissingField, "`amount` or `count` is required"));
        }
        Ok(Self { of, within, amount, count, above: above.unwrap_or(Refusal::No) })
    }
}

impl Keep {
    fn parse(keep: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut fields = keep.fields()?;
        let percent = fields.get("percent").map(|percent| percent.hundredths(10_000)).transpose()?;
        let amount = fields.get("amount").map(|amount| Limits::parse(&amount)).transpose()?.unwrap_or_default();
        let mut flag = |name| fields.get(name).map(|flag| flag.flag()).transpose().map(|flag| flag == Some(true));
        let (shipping, tax) = (flag("shipping")?, flag("tax")?);
        fields.finish()?;
        if percent.is_none() && amount.is_empty() && !shipping && !tax {
            return Err(
                keep.error(ErrorCode::MissingField, "one of `percent`, `amount`, `shipping`, `tax` is required")
            );
        }
        Ok(Self { percent, amount, shipping, tax })
    }
}
