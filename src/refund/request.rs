//! What the host asks: the time, the amount, the policy, the actor, and the facts that only the host knows.

use super::method::OwnWindow;
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Fields, Input};
use crate::money::Currency;
use crate::policy::fact::GivenFacts;
use crate::policy::limit::{Amount, Limits, parse_amount};
use crate::policy::{PeriodLimit, Policy};
use crate::source::Source;
use crate::time::Zone;
use std::rc::Rc;

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
    /// Seconds after which what is known of the payment is too old.
    pub max_age: Option<i64>,
    /// What the host knows and the ledger does not.
    pub facts: GivenFacts,
    /// The merchant's rules.
    pub policy: Option<Rc<Policy>>,
    /// Who asks.
    pub actor: Option<Actor>,
    /// What a plan gives already, in the payment's currency as its source counts it, and in how many refunds: limits are of the
    /// whole plan, or splitting it would pass them.
    pub already: (i64, i64),
}

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Actor {
    /// The host's id of the person.
    pub id: Option<String>,
    /// The person's role, as the policy names it.
    pub role: Option<String>,
    /// The most that the actor may refund at once, beside what the role may; none for no limit.
    pub limits: Limits,
    /// What the actor has refunded in a time, without this refund.
    pub totals: Vec<PeriodLimit>,
    /// Who has approved this refund.
    pub approvals: Vec<Approval>,
}

/// Somebody approved a refund.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    /// The host's id of the person.
    pub id: String,
    /// The person's role.
    pub role: Option<String>,
}

impl RefundRequest {
    /// Reads `{ asOf, amount?, balance?, methodWindows?, maxAgeMinutes?, facts?, policy?, actor? }` for a payment of this source
    /// and currency. A policy that was read before goes first.
    ///
    /// # Errors
    /// What is malformed, with its path. What is merely refused is a verdict, not an error.
    pub fn parse(
        input: &Input,
        source: Source,
        currency: Currency,
        zone: &Zone,
        prepared: Option<&Rc<Policy>>,
    ) -> Result<Self, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let mut request = Self::parse_any(&mut fields, zone, prepared)?;
        let own = Some(currency);
        request.amount = fields.get("amount").map(|amount| parse_amount(&amount, source, own, 1)).transpose()?;
        request.balance = fields.get("balance").map(|balance| parse_amount(&balance, source, own, 0)).transpose()?;
        fields.finish()?;
        Ok(request)
    }

    /// A question about a policy alone; the time and the amount are still to be set.
    pub fn of_policy(policy: Rc<Policy>) -> Self {
        Self {
            as_of: 0,
            amount: None,
            balance: None,
            method_windows: Vec::new(),
            max_age: None,
            facts: GivenFacts::default(),
            policy: Some(policy),
            actor: None,
            already: (0, 0),
        }
    }

    /// Reads what a request for payments of any source and currency may have: all but amounts. The caller finishes the fields.
    pub fn parse_any(
        fields: &mut Fields<'_>,
        zone: &Zone,
        prepared: Option<&Rc<Policy>>,
    ) -> Result<Self, GuestfolioError> {
        let as_of = fields.required("asOf")?.time()?;
        let windows = fields.get("methodWindows").map(|windows| OwnWindow::parse_list(&windows)).transpose()?;
        let max_age = fields.get("maxAgeMinutes").map(|age| age.whole(0, MOST_MINUTES)).transpose()?;
        let local_day = |time| zone.local_day(time);
        let facts = fields.get("facts").map(|facts| GivenFacts::parse(&facts, &local_day)).transpose()?;
        let policy = fields.get("policy").map(|policy| Policy::parse_at(&policy)).transpose()?.map(Rc::new);
        let actor = fields.get("actor").map(|actor| Actor::parse(&actor)).transpose()?;
        Ok(Self {
            as_of,
            amount: None,
            balance: None,
            method_windows: windows.unwrap_or_default(),
            max_age: max_age.map(|minutes| minutes.saturating_mul(60)),
            facts: facts.unwrap_or_default(),
            policy: prepared.cloned().or(policy),
            actor,
            already: (0, 0),
        })
    }
}

/// A hundred years.
const MOST_MINUTES: i64 = 52_560_000;

impl Actor {
    fn parse(actor: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut fields = actor.fields()?;
        let id = fields.get("id").map(|text| text.text().map(str::to_owned)).transpose()?;
        let role = fields.get("role").map(|text| text.text().map(str::to_owned)).transpose()?;
        let limits = fields.get("limit").map(|limit| Limits::parse(&limit)).transpose()?.unwrap_or_default();
        let totals =
            fields.get("totals").map(|totals| PeriodLimit::parse_all(&totals)).transpose()?.unwrap_or_default();
        let approvals = match fields.get("approvals") {
            Some(list) => list.one_or_many().iter().map(Approval::parse).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        fields.finish()?;
        Ok(Self { id, role, limits, totals, approvals })
    }
}

impl Approval {
    fn parse(approval: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut fields = approval.fields()?;
        let id = fields.required("id")?;
        if id.text()?.trim().is_empty() {
            return Err(id.error(ErrorCode::OutOfRange, "must name somebody"));
        }
        let id = id.text()?.to_owned();
        let role = fields.get("role").map(|role| role.text().map(str::to_owned)).transpose()?;
        fields.finish()?;
        Ok(Self { id, role })
    }
}
