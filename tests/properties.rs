//! Properties that hold for any set of records, against an oracle that is written from the published rule alone: plain,
//! quadratic, sharing no code with the engine.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    reason = "in a test a panic is how it fails"
)]

use guestfolio::{IngestOptions, Input, Ledger, LedgerOptions, Query, Source, Zone};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
struct Charge {
    created: i64,
    email: Option<u8>,
    phone: Option<u8>,
    card: Option<u8>,
    described: Option<u8>,
    fate: u8,
    customer: Option<u8>,
    live: bool,
    amount: i64,
    refunded: i64,
    dollars: bool,
}

impl Charge {
    fn completed(&self) -> bool {
        self.fate < 5
    }

    /// The identifiers of the published rule, written out.
    fn identifiers(&self) -> BTreeSet<String> {
        let email = |n: u8| format!("email p{n}@example.com");
        let found = [
            self.email.map(email),
            self.described.map(email),
            self.phone.map(|n| format!("phone +35840123456{n}")),
            self.card.map(|n| format!("card fp{n}")),
        ];
        found.into_iter().flatten().map(|identifier| format!("{identifier} {}", self.live)).collect()
    }

    fn json(&self, id: &str) -> String {
        let (status, paid, captured) = match self.fate {
            0..5 => ("succeeded", true, true),
            5 => ("failed", false, false),
            6 => ("pending", false, false),
            _ => ("succeeded", true, false),
        };
        serde_json::json!({
            "id": id, "object": "charge", "amount": self.amount, "created": self.created, "livemode": self.live,
            "currency": if self.dollars { "usd" } else { "eur" },
            "status": status, "paid": paid, "captured": captured,
            "amount_refunded": if self.completed() { self.refunded.min(self.amount) } else { 0 },
            "billing_details": {
                // Written in ways that the rule calls the same.
                "email": self.email.map(|n| if n % 2 == 0 { format!(" P{n}@Example.com") } else { format!("p{n}@example.com") }),
                "phone": self.phone.map(|n| if n % 2 == 0 { format!("00358-40-123456{n}") } else { format!("+358 40 123456{n}") }),
            },
            "description": self.described.map(|n| format!("for p{n}@example.com.")),
            "payment_method_details": self.card.map(|n| serde_json::json!({"type": "card", "card": {"fingerprint": format!("fp{n}")}})),
            "customer": self.customer.map(|n| format!("cus_{n}_{}", self.live)),
        })
        .to_string()
    }
}

fn charge() -> impl Strategy<Value = Charge> {
    let some = |n: u8| proptest::option::weighted(0.5, 0..n);
    (
        (0_i64..12, some(6), some(4), some(6), proptest::option::weighted(0.15, 0..6_u8), 0_u8..8),
        (
            proptest::option::weighted(0.15, 0..3_u8),
            proptest::bool::weighted(0.9),
            1_i64..5000,
            0_i64..5000,
            any::<bool>(),
        ),
    )
        .prop_map(|((day, email, phone, card, described, fate), (customer, live, amount, refunded, dollars))| {
            Charge {
                created: 1_767_225_600 + day * 86_400,
                email,
                phone,
                card,
                described,
                fate,
                customer,
                live,
                amount,
                refunded,
                dollars,
            }
        })
}

/// The published rule, word by word: who most recently used an identifier to complete a payment; else who most recently
/// attempted; else a new guest. Payments with a customer are that customer's.
fn oracle(charges: &[(String, Charge)]) -> BTreeSet<Vec<String>> {
    let mut order: Vec<&(String, Charge)> = charges.iter().collect();
    order.sort_by_key(|(id, charge)| (charge.created, id.clone()));
    let mut guest_of: Vec<Option<usize>> = Vec::new();
    let mut guests = 0;
    for (index, (_, charge)) in order.iter().enumerate() {
        if charge.customer.is_some() {
            guest_of.push(None);
            continue;
        }
        let shares = |&earlier: &usize| {
            guest_of[earlier].is_some() && !order[earlier].1.identifiers().is_disjoint(&charge.identifiers())
        };
        let completed = (0..index).rev().filter(|&earlier| order[earlier].1.completed()).find(shares);
        let found = completed.or_else(|| (0..index).rev().find(shares));
        guest_of.push(Some(found.and_then(|earlier| guest_of[earlier]).unwrap_or_else(|| {
            guests += 1;
            guests
        })));
    }
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((id, charge), guest) in order.iter().zip(guest_of) {
        let who = guest
            .map_or_else(|| format!("cus {:?} {}", charge.customer, charge.live), |guest| format!("guest {guest}"));
        groups.entry(who).or_default().push(id.clone());
    }
    groups.into_values().collect()
}

/// A ledger that groups by the published rule.
fn by_the_rule() -> Ledger {
    let options = Input::from_json(r#"{"grouping": "stripe"}"#).unwrap();
    Ledger::new(LedgerOptions::parse(&options, Zone::default()).unwrap())
}

fn ledger_of<'r>(records: impl IntoIterator<Item = &'r String>) -> Ledger {
    let mut ledger = by_the_rule();
    for record in records {
        let report = ledger.ingest(Source::Stripe, record.as_bytes(), IngestOptions::default());
        assert_eq!((report.rejected, report.issues.len()), (0, 0), "{report:?}");
    }
    ledger
}

fn groups(ledger: &Ledger) -> BTreeSet<Vec<String>> {
    let page = ledger.payments(&Query { limit: 1000, ..Query::default() }).unwrap();
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for payment in page.items.into_iter().rev() {
        groups.entry(payment.customer_id).or_default().push(payment.id);
    }
    groups.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn customers_are_those_of_the_plain_rule_however_the_records_are_fed(
        charges in proptest::collection::vec(charge(), 1..40),
        shuffle in any::<prop::sample::Index>().prop_map(|index| index),
        seed in any::<u64>(),
    ) {
        let charges: Vec<(String, Charge)> =
            charges.into_iter().enumerate().map(|(number, charge)| (format!("ch_{number:02}"), charge)).collect();
        let records: Vec<String> = charges.iter().map(|(id, charge)| charge.json(id)).collect();
        let expected = oracle(&charges);

        let batch = [format!("[{}]", records.join(","))];
        let all_at_once = ledger_of(&batch);
        prop_assert_eq!(&groups(&all_at_once), &expected, "all at once");
        let whole_page = all_at_once.customers(&Query { limit: 1000, ..Query::default() }).unwrap();

        let mut shuffled = records.clone();
        let mut state = seed | 1;
        for index in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(index, (state >> 33) as usize % (index + 1));
        }
        // One by one in another order, some of them twice, with a question in between.
        let repeated = shuffled[shuffle.index(shuffled.len())].clone();
        let mut one_by_one = ledger_of(&shuffled);
        one_by_one.customers(&Query::default()).unwrap();
        let report = one_by_one.ingest(Source::Stripe, repeated.as_bytes(), IngestOptions::default());
        prop_assert_eq!(report.unchanged, 1);
        let same_page = one_by_one.customers(&Query { limit: 1000, ..Query::default() }).unwrap();
        prop_assert_eq!(&same_page, &whole_page, "one by one, shuffled");

        // Nobody is lost or in two customers, and the customers' sums are the payments' sums.
        let count: usize = whole_page.items.iter().map(|customer| customer.payment_count).sum();
        prop_assert_eq!(count, charges.len());
        for currency in ["EUR", "USD"] {
            let totals = whole_page.items.iter().flat_map(|customer| &customer.totals).filter(|t| t.currency == currency);
            let (captured, refunded) = totals.fold((0, 0), |(captured, refunded), totals| {
                (captured + totals.captured.as_ref().unwrap().minor, refunded + totals.refunded.as_ref().unwrap().minor)
            });
            let paid = charges.iter().map(|(_, c)| c).filter(|c| c.completed() && c.dollars == (currency == "USD"));
            let (by_hand, back) = paid.fold((0, 0), |(sum, back), c| (sum + c.amount, back + c.refunded.min(c.amount)));
            prop_assert_eq!((captured, refunded), (by_hand, back));
        }

        // What may be refunded is never negative, and never more than was taken and not given back.
        let question = Input::from_json(r#"{"asOf": "2026-02-01T00:00:00Z"}"#).unwrap();
        for (id, charge) in &charges {
            let verdict = all_at_once.decide_refund(id, &question, None).unwrap();
            let left = if charge.completed() { charge.amount - charge.refunded.min(charge.amount) } else { 0 };
            prop_assert_eq!(verdict.refundable.minor, left);
            prop_assert_eq!(verdict.outcome.word() == "eligible", left > 0);
        }
    }

    #[test]
    fn of_many_versions_of_a_record_the_same_one_stands_however_they_are_fed(
        versions in proptest::collection::vec((proptest::option::of(0_i64..4), 0_u8..8, 0_i64..4, any::<bool>()), 2..7),
        failures in proptest::collection::vec((proptest::option::of(0_i64..4), 0_u8..5), 0..4),
        seed in any::<u64>(),
    ) {
        let wrap = |version: Option<i64>, object: serde_json::Value| match version {
            None => object.to_string(),
            Some(at) => serde_json::json!({"id": "evt", "object": "event", "created": 1_767_300_000 + at, "data": {"object": object}})
                .to_string(),
        };
        let charges = versions.into_iter().map(|(version, fate, refunded, disputed)| {
            let charge = Charge {
                created: 1_767_225_600, email: Some(1), phone: None, card: None, described: None, fate, customer: None,
                live: true, amount: 1000, refunded: refunded * 250, dollars: false,
            };
            let mut object: serde_json::Value = serde_json::from_str(&charge.json("ch_1")).unwrap();
            object["disputed"] = disputed.into();
            wrap(version, object)
        });
        let refunds = failures.into_iter().map(|(version, status)| {
            let word = ["pending", "requires_action", "succeeded", "failed", "canceled"][usize::from(status)];
            wrap(version, serde_json::json!({
                "id": "re_1", "object": "refund", "amount": 250, "currency": "eur", "charge": "ch_1", "status": word,
                "created": 1_767_300_000, "failure_reason": if word == "failed" { Some("insufficient_funds") } else { None },
            }))
        });
        let records: Vec<String> = charges.chain(refunds).collect();
        let feed = |records: &[String]| {
            let mut ledger = Ledger::new(LedgerOptions::default());
            for record in records {
                let report = ledger.ingest(Source::Stripe, record.as_bytes(), IngestOptions::default());
                assert_eq!(report.rejected, 0, "{report:?}");
            }
            let mut payment = ledger.payment("ch_1").unwrap();
            payment.payment.customer_id.clear();
            let question = Input::from_json(r#"{"asOf": "2026-02-01"}"#).unwrap();
            (payment, ledger.decide_refund("ch_1", &question, None).unwrap())
        };
        let expected = feed(&records);
        let mut shuffled = records.clone();
        shuffled.rotate_left((seed % records.len() as u64) as usize);
        prop_assert_eq!(&feed(&shuffled), &expected, "rotated");
        shuffled.reverse();
        prop_assert_eq!(&feed(&shuffled), &expected, "reversed");
    }

    #[test]
    fn any_cut_of_the_input_into_chunks_gives_the_same_ledger(
        charges in proptest::collection::vec(charge(), 1..12),
        size in 1_usize..300,
        form in 0..3,
    ) {
        let records: Vec<String> =
            charges.iter().enumerate().map(|(number, charge)| charge.json(&format!("ch_{number:02}"))).collect();
        let text = match form {
            0 => records.join("\n"),
            1 => format!("\u{feff}[{}]", records.join(" ,\n")),
            _ => format!(r#"{{"object":"list","data":[{}],"has_more":false}}"#, records.join(",")),
        };
        let whole = ledger_of(std::slice::from_ref(&text));
        let mut pieces = by_the_rule();
        let mut ingest = guestfolio::Ingest::new(Source::Stripe, IngestOptions::default());
        for chunk in text.as_bytes().chunks(size) {
            pieces.feed(&mut ingest, chunk);
        }
        let report = pieces.finish(ingest);
        prop_assert_eq!(report.accepted, records.len() as u64);
        prop_assert_eq!(pieces.customers(&Query::default()), whole.customers(&Query::default()));
    }

    #[test]
    fn no_input_whatever_stops_the_engine(
        charges in proptest::collection::vec(charge(), 1..6),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        // Bytes of a valid input, some of them replaced: the report still counts every record, and the ledger still answers.
        let records: Vec<String> =
            charges.iter().enumerate().map(|(number, charge)| charge.json(&format!("ch_{number:02}"))).collect();
        let mut bytes = format!("[{}]", records.join(",\n")).into_bytes();
        for (at, byte) in cuts {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut ledger = Ledger::new(LedgerOptions::default());
        let report = ledger.ingest(Source::Stripe, &bytes, IngestOptions::default());
        prop_assert!(report.accepted + report.unchanged + report.rejected <= 2 * bytes.len() as u64);
        let good = records[0].replace("ch_00", "ch_good");
        let again = ledger.ingest(Source::Stripe, good.as_bytes(), IngestOptions::default());
        prop_assert_eq!(again.accepted, 1);
        prop_assert!(ledger.payment("ch_good").is_ok());
        ledger.customers(&Query::default()).unwrap();
    }
}
