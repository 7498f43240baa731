//! Refund answers: one payment, many at once, and what a policy would have said to every refund of the past.

use super::View;
use super::case::Counted;
use super::list::Listed;
use super::page::{ListOf, Query};
use super::shapes::Page;
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Input};
use crate::issue::SchemaVersion;
use crate::money::{Currency, MAX_MINOR, Money};
use crate::order::sorted;
use crate::policy::Policy;
use crate::refund::{Answer, Check, CheckCode, Outcome, Past, RefundRequest, Route, Verdict};
use crate::source::Source;
use serde::Serialize;
use std::rc::Rc;

/// Payments named in one call.
const MOST_IDS: usize = 1000;

/// A verdict in a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RefundItem {
    /// The payment.
    pub payment_id: String,
    /// Its customer.
    pub customer_id: String,
    /// What the three axes come to.
    pub outcome: Outcome,
    /// What the gateway would still return now.
    pub refundable: Money,
    /// The most that gateway, policy and actor together leave.
    pub permitted: Money,
    /// Where to act.
    pub route: Route,
    /// The first of the worst checks; `null` where all say yes.
    pub reason: Option<CheckCode>,
    /// The policy's rule behind it, by its id.
    #[cfg_attr(test, ts(type = "string | null"), schemars(with = "Option<String>"))]
    pub rule: Option<Rc<str>>,
}

/// How often a rule answered what, over the refunds that were looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct RuleCount {
    /// The rule, by its id.
    #[cfg_attr(test, ts(type = "string"), schemars(with = "String"))]
    pub rule: Rc<str>,
    /// What it found.
    pub code: CheckCode,
    /// What that meant.
    pub answer: Answer,
    /// How many refunds.
    pub count: usize,
    /// What they come to, one amount a currency.
    pub amounts: Vec<Money>,
}

/// How many refunds a policy answers what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct AnswerCount {
    /// The answer.
    pub answer: Answer,
    /// How many refunds.
    pub count: usize,
    /// What they come to, one amount a currency.
    pub amounts: Vec<Money>,
}

/// What a policy would have said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyCounts {
    /// The policy's name.
    pub name: Option<String>,
    /// A digest of it.
    pub policy_hash: String,
    /// By answer.
    pub answers: Vec<AnswerCount>,
    /// By rule and finding, in order of the rule's id.
    pub rules: Vec<RuleCount>,
}

/// What policies would have said to the refunds of the past.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PolicyTrial {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// How many refunds were looked at.
    pub evaluated: usize,
    /// Refunds that say no time, or are of another currency than their payment: nobody can say what held for them.
    pub left_out: usize,
    /// The policy.
    pub policy: PolicyCounts,
    /// The second policy, where one was given.
    pub beside: Option<PolicyCounts>,
    /// How many refunds the two answer differently.
    pub differing: usize,
    /// The payments of the first of them, at most 100.
    pub differing_payments: Vec<String>,
}

fn gone() -> GuestfolioError {
    GuestfolioError::new(ErrorCode::NotFound, "", "no payment with this id is in the ledger")
}

impl View<'_> {
    /// The verdict on one payment.
    pub fn decide_refund(
        self,
        payment_id: &str,
        request: &Input,
        policy: Option<&Rc<Policy>>,
    ) -> Result<Verdict, GuestfolioError> {
        let row = self.resolve_payment(payment_id)?;
        let of = self.assembled(row).ok_or_else(gone)?;
        let request = RefundRequest::parse(request, of.payment.source, of.payment.currency, self.zone, policy)?;
        Ok(self.case_for(row, &of, &request, &Counted::default(), None).decide(&request))
    }

    /// Verdicts in a line each: of payments by their ids, in the order given, or a page of them, the newest first. `target` is
    /// `{ ids }` or `{ limit?, cursor?, customerId?, sort?, where? }`.
    pub fn decide_refunds(
        self,
        target: &Input,
        request: &Input,
        policy: Option<&Rc<Policy>>,
    ) -> Result<Page<RefundItem>, GuestfolioError> {
        let mut fields = Argument::root(request).fields()?;
        let request = RefundRequest::parse_any(&mut fields, self.zone, policy)?;
        fields.finish()?;
        let (rows, total, next) = self.rows_meant(target)?;
        let counted = Counted::default();
        let item = |row: u32| {
            let verdict = self.case_for(row, &self.assembled(row)?, &request, &counted, None).decide(&request);
            let worst = worst(&verdict);
            Some(RefundItem {
                customer_id: self.customer_of(row).map(|customer| self.customer_id(customer)).unwrap_or_default(),
                reason: worst.map(|check| check.code),
                rule: worst.and_then(|check| check.rule.clone()),
                payment_id: verdict.payment_id,
                outcome: verdict.outcome,
                refundable: verdict.refundable,
                permitted: verdict.permitted,
                route: verdict.route,
            })
        };
        let items = rows.into_iter().filter_map(item).collect();
        Ok(Page { schema_version: SchemaVersion::default(), items, total, next })
    }

    fn rows_meant(self, target: &Input) -> Result<(Vec<u32>, usize, Option<String>), GuestfolioError> {
        let has_ids = matches!(target, Input::Object(members) if members.iter().any(|(name, _)| name == "ids"));
        if has_ids {
            let mut fields = Argument::root(target).fields()?;
            let list = fields.required("ids")?;
            fields.finish()?;
            let ids = list.one_or_many();
            if ids.len() > MOST_IDS {
                return Err(list.error(ErrorCode::OutOfRange, format!("must be at most {MOST_IDS} ids")));
            }
            let row = |id: &Argument<'_>| self.resolve_payment(id.text()?).map_err(|error| id.wrap(&error));
            let rows = ids.iter().map(row).collect::<Result<Vec<_>, _>>()?;
            let total = rows.len();
            return Ok((rows, total, None));
        }
        let query = Query::parse_listing(target, self.zone, true)?;
        if query.is_arranged() {
            let Listed { rows, total, next } = self.list_page(&query, true)?;
            return Ok((rows, total, next));
        }
        let rows = self.payments_of(query.customer.as_deref())?;
        let cursor = self.cursor_of(query.cursor.as_deref(), ListOf::Payments)?;
        let (page, next) = self.newest_page(rows, cursor.as_ref(), query.limit);
        Ok((page.iter().rev().copied().collect(), rows.len(), next))
    }

    /// What a policy would have said to every refund that was made, at its time and of its amount; a second policy beside it.
    /// `options` is `{ beside?, customerId?, since?, until? }`. Facts that only the host knew then are not known.
    pub fn evaluate_policy(self, policy: &Input, options: &Input) -> Result<PolicyTrial, GuestfolioError> {
        let policy = Rc::new(Policy::parse(policy)?);
        let mut fields = Argument::root(options).fields()?;
        let beside = fields.get("beside").map(|beside| Policy::parse_at(&beside)).transpose()?.map(Rc::new);
        let customer = fields.get("customerId").map(|id| id.text()).transpose()?;
        let since = fields.get("since").map(|time| time.time()).transpose()?;
        let until = fields.get("until").map(|time| time.time()).transpose()?;
        fields.finish()?;
        let rows = self.payments_of(customer)?;
        let mut trials = [Some(&policy), beside.as_ref()].map(|policy| policy.map(Trial::new));
        let mut trial = PolicyTrial {
            schema_version: SchemaVersion::default(),
            evaluated: 0,
            left_out: 0,
            policy: PolicyCounts { name: None, policy_hash: String::new(), answers: Vec::new(), rules: Vec::new() },
            beside: None,
            differing: 0,
            differing_payments: Vec::new(),
        };
        for &row in rows {
            let Some(payment) = self.payment_row(row) else { continue };
            let past = self.past_refunds(row);
            for refund in &past {
                let Some(at) = refund.at.filter(|_| refund.currency == payment.currency) else {
                    trial.left_out = trial.left_out.saturating_add(1);
                    continue;
                };
                if since.is_some_and(|since| at.0 < since) || until.is_some_and(|until| at.0 > until) {
                    continue;
                }
                trial.evaluated = trial.evaluated.saturating_add(1);
                let earlier = past
                    .iter()
                    .filter(|other| other.currency == payment.currency && other.at.is_some_and(|other| other < at));
                let before = earlier.fold(0_i64, |sum, other| sum.saturating_add(other.minor));
                let seen = Past { at, left: payment.captured.saturating_sub(before).max(0) };
                let answers = trials
                    .each_mut()
                    .map(|trial| trial.as_mut().and_then(|trial| trial.add(self, row, seen, refund.minor)));
                if let [Some(one), Some(other)] = answers
                    && one != other
                {
                    trial.differing = trial.differing.saturating_add(1);
                    if trial.differing_payments.len() < 100 {
                        trial.differing_payments.push(self.string(payment.id));
                    }
                }
            }
        }
        let [own, other] = trials.map(|trial| trial.map(Trial::finish));
        trial.policy = own.ok_or_else(gone)?;
        trial.beside = other;
        Ok(trial)
    }
}

/// The first check of the worst answer, unless all say yes.
fn worst(verdict: &Verdict) -> Option<&Check> {
    let answer = verdict.checks().map(|check| check.answer).max().filter(|&answer| answer != Answer::Yes)?;
    verdict.checks().find(|check| check.answer == answer)
}

/// Sums, one a currency; those of systems that count it in different units stand apart.
type Sums = Vec<(Currency, Source, i64)>;

fn add(sums: &mut Sums, currency: Currency, source: Source, minor: i64) {
    let decimals = |source: Source| currency.decimals(source);
    match sums.iter_mut().find(|(of, by, _)| *of == currency && decimals(*by) == decimals(source)) {
        Some((_, _, sum)) => *sum = sum.saturating_add(minor).min(MAX_MINOR),
        None => sums.push((currency, source, minor)),
    }
}

fn amounts(sums: &Sums) -> Vec<Money> {
    let sums = sorted(sums.iter(), |(a, _, _), (b, _, _)| a.cmp(b));
    sums.into_iter().map(|&(currency, source, minor)| Money::new(minor, currency, source)).collect()
}

/// One policy that is tried.
struct Trial {
    request: RefundRequest,
    counted: Counted,
    answers: Vec<(Answer, usize, Sums)>,
    rules: Vec<(Rc<str>, CheckCode, Answer, usize, Sums)>,
}

impl Trial {
    fn new(policy: &Rc<Policy>) -> Self {
        let request = RefundRequest::of_policy(Rc::clone(policy));
        Self { request, counted: Counted::default(), answers: Vec::new(), rules: Vec::new() }
    }

    /// What the policy says to one refund.
    fn add(&mut self, view: View<'_>, row: u32, past: Past, minor: i64) -> Option<Answer> {
        let of = view.assembled(row)?;
        let (currency, source) = (of.payment.currency, of.payment.source);
        self.request.as_of = past.at.0;
        self.request.amount = Some((currency, minor));
        let case = view.case_for(row, &of, &self.request, &self.counted, Some(past));
        let allowed = case.allowed(&self.request);
        let answer = allowed.answer;
        let place = self.answers.iter().position(|(known, ..)| *known == answer).unwrap_or_else(|| {
            self.answers.push((answer, 0, Sums::new()));
            self.answers.len().saturating_sub(1)
        });
        if let Some((_, count, sums)) = self.answers.get_mut(place) {
            *count = count.saturating_add(1);
            add(sums, currency, source, minor);
        }
        for check in &allowed.checks {
            let Some(rule) = &check.rule else { continue };
            let is = |(known, code, said, ..): &(Rc<str>, CheckCode, Answer, usize, Sums)| {
                known == rule && *code == check.code && *said == check.answer
            };
            let place = self.rules.iter().position(is).unwrap_or_else(|| {
                self.rules.push((rule.clone(), check.code, check.answer, 0, Sums::new()));
                self.rules.len().saturating_sub(1)
            });
            if let Some((.., count, sums)) = self.rules.get_mut(place) {
                *count = count.saturating_add(1);
                add(sums, currency, source, minor);
            }
        }
        Some(answer)
    }

    fn finish(self) -> PolicyCounts {
        let policy = self.request.policy.unwrap_or_default();
        let answers = sorted(self.answers, |a, b| a.0.cmp(&b.0));
        let rules = sorted(self.rules, |a, b| (&a.0, a.1, a.2).cmp(&(&b.0, b.1, b.2)));
        let answer =
            |(answer, count, sums): (Answer, usize, Sums)| AnswerCount { answer, count, amounts: amounts(&sums) };
        let rule = |(rule, code, answer, count, sums): (Rc<str>, CheckCode, Answer, usize, Sums)| RuleCount {
            rule,
            code,
            answer,
            count,
            amounts: amounts(&sums),
        };
        PolicyCounts {
            name: policy.name.clone(),
            policy_hash: policy.hash.clone(),
            answers: answers.into_iter().map(answer).collect(),
            rules: rules.into_iter().map(rule).collect(),
        }
    }
}
