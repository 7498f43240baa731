//! Properties of refund answers and plans, for any payments, refunds, policies and actors. The oracle counts money with a plain
//! list and shares no code with the engine.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "in a test a panic is how it fails"
)]

use guestfolio::{Answer, IngestOptions, Input, Ledger, LedgerOptions, Outcome, Source, StepAction, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
struct Payment {
    amount: i64,
    fate: u8,
    /// Refunds: amount, and succeeded, pending, requires action, failed, canceled, or a word of tomorrow.
    refunds: Vec<(i64, u8)>,
    dispute: Option<u8>,
    currency: u8,
}

const CURRENCIES: [&str; 4] = ["eur", "eur", "jpy", "zzz"];
const STATUSES: [&str; 6] = ["succeeded", "pending", "requires_action", "failed", "canceled", "tomorrows"];
const DISPUTES: [&str; 7] =
    ["warning_needs_response", "needs_response", "under_review", "won", "lost", "warning_closed", "tomorrows"];

fn payment() -> impl Strategy<Value = Payment> {
    (
        0_i64..20_000,
        0_u8..8,
        proptest::collection::vec((1_i64..8_000, 0_u8..6), 0..4),
        proptest::option::weighted(0.2, 0_u8..7),
        0_u8..4,
    )
        .prop_map(|(amount, fate, refunds, dispute, currency)| Payment {
            amount,
            fate,
            refunds,
            dispute,
            currency,
        })
}

impl Payment {
    fn records(&self, id: &str, extra: i64) -> Vec<Value> {
        let (status, paid, captured) = match self.fate {
            0..5 => ("succeeded", true, true),
            5 => ("failed", false, false),
            6 => ("succeeded", true, false),
            _ => ("tomorrows", true, true),
        };
        let currency = CURRENCIES[usize::from(self.currency)];
        let mut records = vec![json!({
            "id": id, "object": "charge", "amount": self.amount, "currency": currency, "created": 1_767_225_600, "livemode": true,
            "status": status, "paid": paid, "captured": captured, "disputed": self.dispute.is_some(),
            "billing_details": { "email": "alice@example.com" },
        })];
        let more = (extra > 0).then_some((extra, 1));
        records.extend(self.refunds.iter().copied().chain(more).enumerate().map(|(number, (amount, status))| {
            json!({
                "id": format!("re_{id}_{number}"), "object": "refund", "charge": id, "amount": amount, "currency": currency,
                "created": 1_767_312_000, "status": STATUSES[usize::from(status)],
            })
        }));
        records.extend(self.dispute.map(|state| {
            json!({
                "id": format!("dp_{id}"), "object": "dispute", "charge": id, "amount": 1, "currency": currency,
                "created": 1_767_312_000, "status": DISPUTES[usize::from(state)], "reason": "general",
            })
        }));
        records
    }

    /// Captured less what went back, is on its way, or nobody can say of.
    fn left(&self) -> i64 {
        let captured = if self.fate < 5 { self.amount } else { 0 };
        let taken: i64 =
            self.refunds.iter().filter(|(_, status)| !matches!(status, 3 | 4)).map(|(amount, _)| amount).sum();
        (captured - taken).max(0)
    }
}

/// A condition over facts that the ledger knows, and one that nobody knows.
fn condition() -> impl Strategy<Value = Value> {
    let test = prop_oneof![
        (0_i64..20_000).prop_map(|n| json!({"fact": "payment.amount", "operator": "greaterThan", "value": n})),
        (0_i64..20_000).prop_map(|n| json!({"fact": "payment.amount", "operator": "lessThanInclusive", "value": n})),
        Just(json!({"fact": "payment.currency", "operator": "equal", "value": "JPY"})),
        Just(json!({"fact": "customer.tier", "operator": "equal", "value": "gold"})),
        Just(json!({"fact": "payment.status", "operator": "in", "value": ["paid", "partially_refunded"]})),
    ];
    test.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({"all": parts})),
            proptest::collection::vec(inner.clone(), 1..3).prop_map(|parts| json!({"any": parts})),
            inner.prop_map(|part| json!({"not": part})),
        ]
    })
}

fn rule() -> impl Strategy<Value = Value> {
    let limit = |n: i64| json!([{"minor": n, "currency": "EUR"}, {"minor": n, "currency": "JPY"}]);
    let effect = prop_oneof![
        (0_i64..40).prop_map(|days| json!({"window": {"days": days}})),
        (0_i64..40).prop_map(|days| json!({"window": {"days": days, "from": "delivery", "over": "review"}})),
        Just(json!({"answer": "no"})),
        Just(json!({"answer": "review"})),
        (0_i64..20_000).prop_map(move |n| json!({"reviewAbove": limit(n)})),
        (0_i64..20_000)
            .prop_map(move |n| json!({"cap": {"of": "customer", "within": "month", "amount": limit(n), "count": 3}})),
        (0_i64..40).prop_map(|n| json!({"keep": {"percent": n}})),
    ];
    (proptest::option::of(condition()), effect).prop_map(|(when, mut rule)| {
        if let Some(when) = when {
            rule["when"] = when;
        }
        rule
    })
}

fn with_ids(rules: &[Value]) -> Vec<Value> {
    let id = |(number, rule): (usize, &Value)| {
        let mut rule = rule.clone();
        rule["id"] = json!(format!("r{number}"));
        rule
    };
    rules.iter().enumerate().map(id).collect()
}

fn ledger_of(payments: &[Payment], extra: &[i64]) -> Ledger {
    let mut ledger = Ledger::new(LedgerOptions::default());
    for (number, payment) in payments.iter().enumerate() {
        let extra = extra.get(number).copied().unwrap_or(0);
        for record in payment.records(&format!("ch_{number}"), extra) {
            let report = ledger.ingest(Source::Stripe, record.to_string().as_bytes(), IngestOptions::default());
            assert_eq!(report.rejected, 0, "{report:?}");
        }
    }
    ledger
}

fn input(value: &Value) -> Input {
    Input::from_json(&value.to_string()).unwrap()
}

fn decide(ledger: &Ledger, id: &str, request: &Value) -> Verdict {
    ledger.decide_refund(id, &input(request), None).unwrap()
}

fn answers(verdict: &Verdict) -> [Answer; 3] {
    [verdict.possible.answer, verdict.allowed.answer, verdict.authority.answer]
}

const AS_OF: &str = "2026-01-20T12:00:00Z";

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn refundable_is_never_negative_nor_more_than_is_left(
        payment in payment(),
        rules in proptest::collection::vec(rule(), 0..5),
        amount in proptest::option::of(1_i64..30_000),
    ) {
        let ledger = ledger_of(std::slice::from_ref(&payment), &[]);
        let mut request = json!({"asOf": AS_OF, "policy": {"rules": with_ids(&rules)}});
        if let Some(minor) = amount {
            request["amount"] = json!({"minor": minor});
        }
        let verdict = decide(&ledger, "ch_0", &request);
        prop_assert!((0..=payment.left()).contains(&verdict.refundable.minor), "{verdict:?}");
        prop_assert!((0..=payment.left()).contains(&verdict.permitted.minor), "{verdict:?}");
        // An unknown status or currency is never eligible, whatever the rules say.
        if payment.fate == 7 || payment.currency == 3 {
            prop_assert_eq!(verdict.outcome, Outcome::Ineligible);
        }
        if amount.is_some_and(|amount| amount > payment.left()) {
            prop_assert_eq!(verdict.outcome, Outcome::Ineligible);
        }
        // What is permitted is not refused for being too much.
        if verdict.permitted.minor > 0 {
            request["amount"] = json!({"minor": verdict.permitted.minor});
            let again = decide(&ledger, "ch_0", &request);
            prop_assert_ne!(again.possible.answer, Answer::No);
            prop_assert_ne!(again.allowed.answer, Answer::No);
        }
    }

    #[test]
    fn the_order_of_rules_changes_nothing_and_one_more_never_helps(
        payment in payment(),
        rules in proptest::collection::vec(rule(), 1..6),
        amount in 1_i64..20_000,
        turn in 0_usize..6,
    ) {
        let ledger = ledger_of(std::slice::from_ref(&payment), &[]);
        let named = with_ids(&rules);
        let request = |rules: &[Value]| json!({"asOf": AS_OF, "amount": {"minor": amount}, "policy": {"rules": rules}});
        let verdict = decide(&ledger, "ch_0", &request(&named));
        let mut turned = named.clone();
        turned.rotate_left(turn % named.len());
        turned.reverse();
        let other = decide(&ledger, "ch_0", &request(&turned));
        let by_rule = |verdict: &Verdict| {
            let mut checks: Vec<String> = verdict.allowed.checks.iter().map(|check| format!("{check:?}")).collect();
            checks.sort();
            checks
        };
        prop_assert_eq!(answers(&verdict), answers(&other));
        prop_assert_eq!(by_rule(&verdict), by_rule(&other));
        prop_assert_eq!((verdict.permitted, verdict.outcome, &verdict.deadline), (other.permitted, other.outcome, &other.deadline));
        let fewer = decide(&ledger, "ch_0", &request(&named[..named.len() - 1]));
        prop_assert!(fewer.allowed.answer <= verdict.allowed.answer, "one rule more made {fewer:?} {verdict:?}");
        prop_assert!(fewer.outcome <= verdict.outcome);
        prop_assert!(fewer.permitted.minor >= verdict.permitted.minor);
    }

    #[test]
    fn the_steps_of_a_plan_come_to_the_amount_and_carrying_them_out_allows_no_more(
        payments in proptest::collection::vec(payment(), 1..5),
        rules in proptest::collection::vec(rule(), 0..4),
        amount in proptest::option::of(1_i64..40_000),
        proportional in any::<bool>(),
        limit in proptest::option::of(1_i64..30_000),
    ) {
        // One currency: the engine never adds two.
        let payments: Vec<Payment> = payments.into_iter().map(|payment| Payment { currency: 0, ..payment }).collect();
        let ledger = ledger_of(&payments, &[]);
        let ids: Vec<String> = (0..payments.len()).map(|number| format!("ch_{number}")).collect();
        let mut request = json!({
            "asOf": AS_OF, "paymentIds": ids, "split": if proportional { "proportional" } else { "in_order" },
            "policy": {"rules": with_ids(&rules)},
        });
        if let Some(minor) = amount {
            request["amount"] = json!({"minor": minor});
        }
        if let Some(minor) = limit {
            request["actor"] = json!({"id": "a1", "limit": {"minor": minor, "currency": "EUR"}});
        }
        let plan = ledger.plan_refund(&input(&request), None).unwrap();
        let refunds = || plan.steps.iter().filter(|step| step.action == StepAction::Refund);
        let sum: i64 = refunds().map(|step| step.amount.minor).sum();
        prop_assert_eq!(sum, plan.planned.minor);
        if let Some(amount) = amount {
            prop_assert_eq!(plan.planned.minor + plan.short.minor, amount);
        }
        prop_assert!(limit.is_none_or(|limit| sum <= limit), "{sum} {limit:?}");
        let left: i64 = payments.iter().map(Payment::left).sum();
        prop_assert!(sum <= left);
        let mut planned = vec![0; payments.len()];
        for step in refunds() {
            let number: usize = step.payment_id.trim_start_matches("ch_").parse().unwrap();
            prop_assert!(step.amount.minor > 0 && step.amount.minor <= payments[number].left());
            planned[number] += step.amount.minor;
            let parts: i64 = step.parts.iter().map(|part| part.amount.minor).sum();
            prop_assert!(step.parts.is_empty() || parts == step.amount.minor);
        }
        let names = |plan: &guestfolio::RefundPlan| -> Vec<String> {
            plan.steps.iter().map(|step| step.idempotency_key.clone()).collect()
        };
        // The same intent in the same state gives the same keys, each its own.
        prop_assert_eq!(names(&ledger.plan_refund(&input(&request), None).unwrap()), names(&plan));
        prop_assert_eq!(names(&plan).iter().collect::<BTreeSet<_>>().len(), plan.steps.len());
        // Carried out, and asked again: less is left by what went back, and no key comes twice.
        let after = ledger_of(&payments, &planned);
        let mut all = request.clone();
        all.as_object_mut().unwrap().remove("amount");
        let (before, then) = (ledger.plan_refund(&input(&all), None).unwrap(), after.plan_refund(&input(&all), None).unwrap());
        prop_assert!(then.planned.minor <= before.planned.minor, "{} {}", then.planned.minor, before.planned.minor);
        prop_assert!(then.planned.minor <= left - sum);
        let refunded: BTreeSet<String> = refunds().map(|step| step.idempotency_key.clone()).collect();
        prop_assert!(names(&after.plan_refund(&input(&request), None).unwrap()).iter().all(|key| !refunded.contains(key)));
    }

    #[test]
    fn another_amount_or_payment_is_another_intent(one in 1_i64..5_000, other in 1_i64..5_000) {
        let payment = Payment { amount: 10_000, fate: 0, refunds: Vec::new(), dispute: None, currency: 0 };
        let ledger = ledger_of(&[payment.clone(), payment], &[]);
        let key = |id: &str, minor: i64, as_of: &str| {
            let request = json!({"asOf": as_of, "paymentIds": id, "amount": {"minor": minor}});
            ledger.plan_refund(&input(&request), None).unwrap().steps[0].idempotency_key.clone()
        };
        prop_assert_eq!(key("ch_0", one, AS_OF), key("ch_0", one, "2026-01-21"));
        prop_assert_eq!(key("ch_0", one, AS_OF) == key("ch_0", other, AS_OF), one == other);
        prop_assert_ne!(key("ch_0", one, AS_OF), key("ch_1", one, AS_OF));
    }
}
