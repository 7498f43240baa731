//! Searches of any small shop, against plain looking through everything that the customers' pages show.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in a test a panic is how it fails"
)]

use guestfolio::{Ingest, IngestOptions, Input, Ledger, LedgerOptions, Query, Source};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

const NAMES: [&str; 5] = ["Zoë Laine", "Laine Zoé", "Ánh Nguyễn", "Åke", "Zo"];
const CODES: [&str; 2] = ["card_declined", "expired_card"];

#[derive(Clone, Debug)]
struct Charge {
    number: u8,
    day: i64,
    name: Option<u8>,
    email: Option<u8>,
    phone: Option<u8>,
    last4: Option<u8>,
    failed: Option<u8>,
    amount: i64,
    dollars: bool,
    customer: Option<u8>,
}

impl Charge {
    fn json(&self) -> Value {
        let paid = self.failed.is_none();
        json!({
            "id": format!("ch_{:02}", self.number), "object": "charge", "amount": self.amount * 100, "livemode": true,
            "created": 1_767_225_600 + self.day * 40_000, "currency": if self.dollars { "usd" } else { "eur" },
            "status": if paid { "succeeded" } else { "failed" }, "paid": paid, "captured": paid,
            "failure_code": self.failed.map(|n| CODES[usize::from(n)]),
            "billing_details": {
                "name": self.name.map(|n| NAMES[usize::from(n)]),
                "email": self.email.map(|n| format!("P{n}.laine@example{n}.com")),
                "phone": self.phone.map(|n| format!("+358 40 123 45{n}0")),
            },
            "payment_method_details": self.last4.map(|n| json!({
                "type": "card", "card": {"fingerprint": format!("fp{n}"), "last4": format!("400{n}"), "brand": "visa"}
            })),
            "customer": self.customer.map(|n| format!("cus_{n}")),
        })
    }
}

fn charge() -> impl Strategy<Value = Charge> {
    let some = |n: u8| proptest::option::weighted(0.6, 0..n);
    (
        (0_u8..20, 0_i64..30, some(5), some(4), some(4), some(4)),
        (proptest::option::weighted(0.3, 0..2_u8), 1_i64..4, any::<bool>(), proptest::option::weighted(0.2, 0..2_u8)),
    )
        .prop_map(|((number, day, name, email, phone, last4), (failed, amount, dollars, customer))| Charge {
            number,
            day,
            name,
            email,
            phone,
            last4,
            failed,
            amount,
            dollars,
            customer,
        })
}

fn feed(ledger: &mut Ledger, charges: &[Charge]) {
    let mut ingest = Ingest::new(Source::Stripe, IngestOptions::default());
    for charge in charges {
        ledger.feed(&mut ingest, format!("{}\n", charge.json()).as_bytes());
    }
    ledger.finish(ingest);
}

fn bare(text: &str) -> String {
    text.to_lowercase().nfd().filter(|letter| !('\u{300}'..='\u{36F}').contains(letter)).collect()
}

/// A term, as typed, with what it says of a customer and of a payment.
type Term = (&'static str, fn(&Value) -> bool, fn(&Value) -> bool);

fn terms() -> Vec<Term> {
    fn words(item: &Value) -> Vec<String> {
        let names = item["names"].as_array().unwrap().iter().map(|name| bare(name.as_str().unwrap()));
        names.flat_map(|name| name.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect()
    }
    fn emails(item: &Value) -> Vec<String> {
        item["emails"].as_array().unwrap().iter().map(|email| email.as_str().unwrap().to_owned()).collect()
    }
    fn phones(item: &Value) -> Vec<String> {
        item["phones"].as_array().unwrap().iter().map(|phone| phone.as_str().unwrap().to_owned()).collect()
    }
    vec![
        ("zo", |c| words(c).iter().any(|word| word.starts_with("zo")), |_| false),
        ("LAINE", |c| words(c).iter().any(|word| word == "laine") || !emails(c).is_empty(), |_| false),
        ("name:laine", |c| words(c).iter().any(|word| word == "laine"), |_| false),
        ("email:p1", |c| emails(c).iter().any(|email| email.starts_with("p1")), |_| false),
        ("email:example2.com", |c| emails(c).iter().any(|email| email.ends_with("example2.com")), |_| false),
        ("0401234510", |c| phones(c).iter().any(|phone| phone.ends_with("4510")), |_| false),
        ("4002", |_| false, |p| p["method"]["last4"] == "4002"),
        ("card:4001", |_| false, |p| p["method"]["last4"] == "4001"),
        ("expired_card", |_| false, |p| p["codes"].as_array().unwrap().contains(&json!("expired_card"))),
        ("status:failed", |_| false, |p| p["status"] == "failed"),
        ("currency:usd", |_| false, |p| p["amount"]["currency"] == "USD"),
        ("€2.00", |_| false, |p| p["amount"]["minor"] == 200 && p["amount"]["currency"] == "EUR"),
        ("amount:3", |_| false, |p| p["amount"]["minor"] == 300),
        ("ch_0", |_| false, |p| p["id"].as_str().unwrap().starts_with("ch_0")),
        ("cus_1", |c| c["ids"].as_array().unwrap().contains(&json!("cus_1")), |_| false),
    ]
}

/// All that the pages show: a customer with its names, e-mails and phones, and its payments.
fn everything(ledger: &Ledger) -> Vec<(Value, Vec<Value>)> {
    let all = Query { limit: 1000, ..Query::default() };
    let customers = ledger.customers(&all).unwrap().items;
    let of = |id: &str| {
        let detail = serde_json::to_value(ledger.customer(id).unwrap()).unwrap();
        let mut payments = detail["payments"]["items"].as_array().unwrap().clone();
        for payment in &mut payments {
            let own = serde_json::to_value(ledger.payment(payment["id"].as_str().unwrap()).unwrap()).unwrap();
            let attempts = own["attempts"].as_array().unwrap().iter();
            payment["codes"] = attempts.map(|attempt| attempt["failureCode"].clone()).collect();
        }
        let mut customer = detail["customer"].clone();
        let names = payments.iter().map(|payment| payment["name"].clone()).filter(|name| !name.is_null());
        customer["names"] = names.collect();
        customer["ids"] = json!([customer["id"]]);
        (customer, payments)
    };
    customers.iter().map(|customer| of(&customer.id)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_search_finds_what_looking_through_everything_finds(
        charges in prop::collection::vec(charge(), 0..25), later in prop::collection::vec(charge(), 0..6),
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
    ) {
        let mut ledger = Ledger::new(LedgerOptions::default());
        feed(&mut ledger, &charges);
        let known = terms();
        let mut chosen: Vec<usize> = chosen.iter().map(|index| index.index(known.len())).collect();
        chosen.sort_unstable();
        chosen.dedup();
        let typed = chosen.iter().map(|&term| known[term].0).collect::<Vec<_>>().join(" ");
        let query = Input::from_json(&json!({"query": typed, "limit": 100}).to_string()).unwrap();
        // The index is of before what comes later.
        ledger.search(&query).unwrap();
        feed(&mut ledger, &later);
        let found = ledger.search(&query).unwrap();
        let (mut customers, mut payments) = (BTreeSet::new(), BTreeSet::new());
        for (customer, of) in everything(&ledger) {
            let own: Vec<bool> = chosen.iter().map(|&term| known[term].1(&customer)).collect();
            let met = |payment: &Value| chosen.iter().zip(&own).all(|(&term, own)| *own || known[term].2(payment));
            let about = |payment: &&Value| chosen.iter().any(|&term| known[term].2(payment));
            let id = customer["id"].as_str().unwrap().to_owned();
            if own.iter().all(|own| *own) || of.iter().any(met) {
                customers.insert(id);
            }
            payments.extend(of.iter().filter(|payment| met(payment)).filter(about).map(|p| p["id"].as_str().unwrap().to_owned()));
        }
        let hits: Vec<String> = found.customers.iter().map(|hit| hit.customer.id.clone()).collect();
        prop_assert_eq!(hits.iter().cloned().collect::<BTreeSet<_>>(), customers, "customers by {}", &typed);
        prop_assert_eq!(found.customer_total, Some(hits.len()));
        let hits: Vec<String> = found.payments.iter().map(|hit| hit.payment.id.clone()).collect();
        prop_assert_eq!(hits.iter().cloned().collect::<BTreeSet<_>>(), payments, "payments by {}", &typed);
        prop_assert_eq!(found.payment_total, Some(hits.len()));
        let newest: Vec<&String> = found.payments.iter().map(|hit| &hit.payment.created_at).collect();
        prop_assert!(newest.windows(2).all(|pair| pair[0] >= pair[1]), "the newest first");
    }

    #[test]
    fn no_text_stops_a_search_or_a_look_into_a_ticket(text in "\\PC{0,60}|[a-z:\"€0-9 .,#@+()-]{0,40}") {
        let mut ledger = Ledger::new(LedgerOptions::default());
        let charge = Charge { number: 1, day: 0, name: Some(0), email: Some(1), phone: Some(1), last4: Some(1), failed: None, amount: 1, dollars: false, customer: None };
        feed(&mut ledger, &[charge]);
        let input = |value: Value| Input::from_json(&value.to_string()).unwrap();
        if let Err(error) = ledger.search(&input(json!({"query": text}))) {
            prop_assert_eq!(error.path(), "/query");
        }
        prop_assert!(ledger.find_in_text(&input(json!(text))).is_ok());
    }
}
