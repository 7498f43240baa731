//! Sorted, filtered and counted lists of any small shop, against plain sorting and filtering of what the unsorted list shows; and pages
//! that are walked while records arrive.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "in a test a panic is how it fails"
)]

use guestfolio::{CustomerColumn, IngestOptions, Input, Ledger, LedgerOptions, PaymentColumn, Source};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

const NAMES: [&str; 6] = ["Zoë Laine", "zoe laine", "Ångström", "Nguyễn Ánh", "Bo", "bo x"];

#[derive(Clone, Debug)]
struct Charge {
    number: u8,
    day: i64,
    name: Option<u8>,
    email: Option<u8>,
    card: Option<u8>,
    customer: Option<u8>,
    fate: u8,
    amount: i64,
    refunded: i64,
    dollars: bool,
    disputed: bool,
    country: Option<u8>,
    observed: i64,
}

impl Charge {
    fn json(&self) -> Value {
        let (status, paid, captured) = match self.fate {
            0..5 => ("succeeded", true, true),
            5 => ("failed", false, false),
            6 => ("pending", false, false),
            _ => ("succeeded", true, false),
        };
        json!({
            "id": format!("ch_{:02}", self.number), "object": "charge", "amount": self.amount, "livemode": true,
            "created": 1_767_225_600 + self.day * 40_000, "currency": if self.dollars { "usd" } else { "eur" },
            "status": status, "paid": paid, "captured": captured,
            "amount_refunded": if self.fate < 5 { self.refunded.min(self.amount) } else { 0 },
            "disputed": self.disputed,
            "billing_details": {
                "name": self.name.map(|n| NAMES[usize::from(n)]),
                "email": self.email.map(|n| format!("P{n}@example.com")),
                "address": {"country": self.country.map(|n| ["FI", "SE", "VN"][usize::from(n)])},
            },
            "payment_method_details": self.card.map(|n| json!({
                "type": "card", "card": {"fingerprint": format!("fp{n}"), "last4": format!("000{n}"), "brand": "visa"}
            })),
            "customer": self.customer.map(|n| format!("cus_{n}")),
        })
    }
}

fn charge() -> impl Strategy<Value = Charge> {
    let some = |n: u8| proptest::option::weighted(0.7, 0..n);
    (
        (0_u8..30, 0_i64..8, some(6), some(5), some(4), proptest::option::weighted(0.2, 0..3_u8)),
        (0_u8..8, 1_i64..500, 0_i64..500, any::<bool>(), proptest::bool::weighted(0.2), some(3), 0_i64..100),
    )
        .prop_map(
            |(
                (number, day, name, email, card, customer),
                (fate, amount, refunded, dollars, disputed, country, observed),
            )| {
                Charge {
                    number,
                    day,
                    name,
                    email,
                    card,
                    customer,
                    fate,
                    amount,
                    refunded,
                    dollars,
                    disputed,
                    country,
                    observed,
                }
            },
        )
}

fn feed(ledger: &mut Ledger, charges: &[Charge]) {
    for charge in charges {
        let options = Input::from_json(&json!({"observedAt": 1_770_000_000 + charge.observed}).to_string()).unwrap();
        let options = IngestOptions::parse(&options).unwrap();
        ledger.ingest(Source::Stripe, charge.json().to_string().as_bytes(), options);
    }
}

fn table(ledger: &Ledger, query: Value) -> Value {
    serde_json::to_value(ledger.table(&Input::from_json(&query.to_string()).unwrap()).unwrap()).unwrap()
}

fn columns_of(list: &str) -> &'static [&'static str] {
    if list == "payments" { PaymentColumn::WORDS } else { CustomerColumn::WORDS }
}

/// Every row with all of its cells, in no order that matters.
fn all_rows(ledger: &Ledger, list: &str) -> BTreeMap<String, BTreeMap<String, Value>> {
    let columns = columns_of(list);
    let found = table(ledger, json!({"list": list, "columns": columns, "limit": 1000}));
    let rows = found["rows"].as_array().unwrap().iter();
    let named = rows.map(|row| columns.iter().map(|c| (*c).to_owned()).zip(row.as_array().unwrap().clone()).collect());
    found["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).zip(named).collect()
}

/// What a cell is compared by: nothing, a number, or a text without case and accents.
#[derive(Clone, PartialEq, Debug)]
enum Key {
    Number(f64),
    Text(String, String),
}

fn bare(text: &str) -> String {
    text.to_lowercase().nfd().filter(|letter| !('\u{300}'..='\u{36F}').contains(letter)).collect()
}

fn key(list: &str, column: &str, cell: &Value, currency: &str) -> Option<Key> {
    let place = |of: &str| {
        let words = guestfolio::values(of).unwrap();
        words.iter().position(|word| Some(*word) == cell.as_str()).map(|place| Key::Number(place as f64))
    };
    let amount = |money: &Value| (money["currency"] == currency).then(|| Key::Number(money["minor"].as_f64().unwrap()));
    match (list, column) {
        (_, "source") => place("source"),
        (_, "status") => place("payment_status"),
        (_, "dispute") => place("dispute_state"),
        (_, "refund_state") => place("refund_state"),
        (_, "strength") => place("strength"),
        (_, "kind") => place("customer_kind"),
        _ => match cell {
            Value::Null => None,
            Value::Bool(flag) => Some(Key::Number(f64::from(u8::from(*flag)))),
            Value::Number(number) => Some(Key::Number(number.as_f64().unwrap())),
            Value::String(text) => Some(Key::Text(bare(text), text.to_lowercase())),
            Value::Object(_) => amount(cell),
            Value::Array(list) => list.iter().find_map(amount),
        },
    }
}

fn compare(a: &Option<Key>, b: &Option<Key>) -> Ordering {
    match (a, b) {
        (Some(Key::Number(a)), Some(Key::Number(b))) => a.partial_cmp(b).unwrap(),
        (Some(Key::Text(a, _)), Some(Key::Text(b, _))) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

/// All pages of a list, put together. `between` may feed records between two of them.
fn walk(ledger: &mut Ledger, mut query: Value, limit: usize, mut between: impl FnMut(&mut Ledger)) -> Vec<String> {
    let mut ids = Vec::new();
    query["limit"] = json!(limit);
    loop {
        let page = table(ledger, query.clone());
        ids.extend(page["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()));
        assert!(ids.len() < 1000, "the walk ends");
        if page["next"].is_null() {
            return ids;
        }
        query["cursor"] = page["next"].clone();
        between(ledger);
    }
}

fn is_money(column: &str) -> bool {
    matches!(column, "amount" | "captured" | "refunded" | "refundable" | "disputed" | "spent")
}

fn sort_of(column: &str, descending: bool) -> Value {
    let mut sort = json!({"by": column, "direction": if descending { "desc" } else { "asc" }});
    if is_money(column) {
        sort["currency"] = json!("eur");
    }
    sort
}

fn lists() -> impl Strategy<Value = (&'static str, &'static str, bool)> {
    let of = |list: &'static str| {
        (proptest::sample::select(columns_of(list)), any::<bool>()).prop_map(move |(column, down)| (list, column, down))
    };
    prop_oneof![of("payments"), of("customers")]
}

type Row = BTreeMap<String, Value>;
type Condition = (Value, fn(&Row) -> bool);

/// A filter and what it says of a row's cells; of customers only what is about them alone.
fn filters() -> Vec<Condition> {
    vec![
        (json!({}), |_| true),
        (json!({"kind": "guest"}), |row| row.get("kind").is_none_or(|kind| kind == "guest")),
        (json!({"source": ["stripe", "dodo"]}), |row| row["source"] == "stripe"),
        (json!({"source": "dodo"}), |_| false),
        (json!({"country": ["fi", "VN"]}), |row| row["country"] == "FI" || row["country"] == "VN"),
    ]
}

fn payment_filters() -> Vec<Condition> {
    vec![
        (json!({"status": ["paid", "failed"]}), |row| row["status"] == "paid" || row["status"] == "failed"),
        (json!({"currency": "EUR"}), |row| row["amount"]["currency"] == "EUR"),
        (json!({"hasDispute": true}), |row| row["dispute"] != "none"),
        (json!({"openDispute": false}), |row| row["dispute"] == "none"),
        (json!({"hasRefund": true}), |row| row["refunded"]["minor"] != 0),
        (json!({"method": "card"}), |row| row["method"] == "card"),
        (
            json!({"amount": {"from": {"minor": 100, "currency": "eur"}, "to": {"decimal": "3.00", "currency": "EUR"}}}),
            |row| row["amount"]["currency"] == "EUR" && (100..=300).contains(&row["amount"]["minor"].as_i64().unwrap()),
        ),
        (json!({"created": {"from": "2026-01-01", "to": "2026-01-02"}}), |row| {
            let time = row["created"].as_str().unwrap();
            time.starts_with("2026-01-01") || time.starts_with("2026-01-02")
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_list_is_what_plain_sorting_and_filtering_give(
        charges in prop::collection::vec(charge(), 0..40), later in prop::collection::vec(charge(), 0..6),
        (list, column, descending) in lists(), filter in any::<prop::sample::Index>(), limit in 1_usize..8,
    ) {
        let mut ledger = Ledger::new(LedgerOptions::default());
        feed(&mut ledger, &charges);
        let mut known = filters();
        if list == "payments" {
            known.extend(payment_filters());
        }
        let (filter, holds) = filter.get(&known).clone();
        let query = json!({"list": list, "columns": ["id"], "sort": sort_of(column, descending), "where": filter});
        // The list is kept, and brought up to date with what comes.
        walk(&mut ledger, query.clone(), limit, |_| ());
        feed(&mut ledger, &later);
        let rows = all_rows(&ledger, list);
        let ids = walk(&mut ledger, query.clone(), limit, |_| ());
        let expected: BTreeSet<&String> = rows.iter().filter(|(id, row)| {
            // Whether a payment's customer is a guest, the list of customers says.
            if list == "payments" && filter.get("kind").is_some() {
                return rows[*id]["customer"].as_str().unwrap().starts_with("gst_");
            }
            holds(row)
        }).map(|(id, _)| id).collect();
        prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>(), expected);
        prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "each once");
        let keys: Vec<Option<Key>> = ids.iter().map(|id| key(list, column, &rows[id][column], "EUR")).collect();
        for pair in keys.windows(2) {
            match (&pair[0], &pair[1]) {
                (None, Some(_)) => prop_assert!(false, "a row without a value stands before {:?}", pair),
                (a, b) => {
                    let order = compare(a, b);
                    prop_assert!(if descending { order.is_ge() } else { order.is_le() }, "{:?}", pair);
                }
            }
        }
        // A ledger that was fed at once says the same.
        let mut fresh = Ledger::new(LedgerOptions::default());
        feed(&mut fresh, &charges.iter().chain(&later).cloned().collect::<Vec<_>>());
        prop_assert_eq!(walk(&mut fresh, query, 1000, |_| ()), ids);
    }

    #[test]
    fn a_row_whose_sort_key_stays_is_seen_once_while_records_arrive(
        charges in prop::collection::vec(charge(), 5..40), mut later in prop::collection::vec(charge(), 0..25),
        (list, column, descending) in lists(), limit in 1_usize..6,
    ) {
        let mut ledger = Ledger::new(LedgerOptions::default());
        feed(&mut ledger, &charges);
        // A payment stands among those of one value by its time, so that is a part of what it is sorted by.
        let places = |ledger: &Ledger| -> BTreeMap<String, (Value, Value)> {
            all_rows(ledger, list).into_iter().map(|(id, row)| {
                let cell = match &row[column] {
                    Value::Array(amounts) => amounts.iter().find(|money| money["currency"] == "EUR").cloned().unwrap_or_default(),
                    Value::Object(money) if money["currency"] != "EUR" => Value::Null,
                    cell => cell.clone(),
                };
                (id, (cell, row["created"].clone()))
            }).collect()
        };
        let mut steady = places(&ledger);
        let query = json!({"list": list, "columns": ["id"], "sort": sort_of(column, descending)});
        let mut seen = Vec::new();
        let ids = walk(&mut ledger, query, limit, |ledger| {
            if let Some(charge) = later.pop() {
                feed(ledger, &[charge]);
                let now = places(ledger);
                steady.retain(|id, place| now.get(id) == Some(place));
            }
        });
        seen.extend(ids);
        for id in steady.keys() {
            prop_assert_eq!(seen.iter().filter(|one| *one == id).count(), 1, "{} in {:?}", id, seen);
        }
    }

    #[test]
    fn facets_count_what_each_filter_would_leave(
        charges in prop::collection::vec(charge(), 0..30), of_payments in any::<bool>(), filter in any::<prop::sample::Index>(),
    ) {
        let mut ledger = Ledger::new(LedgerOptions::default());
        feed(&mut ledger, &charges);
        let list = if of_payments { "payments" } else { "customers" };
        let known: Vec<Value> = filters().into_iter().chain(payment_filters()).map(|(filter, _)| filter).collect();
        let filter = filter.get(&known);
        let input = |value: Value| Input::from_json(&value.to_string()).unwrap();
        let facets = ledger.facets(&input(json!({"list": list, "where": filter}))).unwrap();
        let total = |filter: &Value| table(&ledger, json!({"list": list, "columns": ["id"], "where": filter}))["total"].as_u64().unwrap();
        prop_assert_eq!(facets.total as u64, total(filter));
        for counts in &facets.facets {
            let member = match counts.facet.word() {
                "has_dispute" => "hasDispute",
                "open_dispute" => "openDispute",
                "has_refund" => "hasRefund",
                word => word,
            };
            for value in &counts.values {
                let mut chosen = filter.clone();
                chosen[member] = match &*value.value {
                    "true" => json!(true),
                    "false" => json!(false),
                    word => json!(word),
                };
                prop_assert_eq!(total(&chosen), value.count as u64, "{} {} beside {}", member, &value.value, filter);
            }
        }
    }
}
