//! The sums of reports are those of the ledger: any small shop is added up by hand from the rows that its lists show, and each report, by
//! whatever it groups, must come to the same; as must the rows that it writes one by one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in a test a panic is how it fails"
)]

use guestfolio::{IngestOptions, Input, Ledger, LedgerOptions, Query, SourceChoice};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
struct Sale {
    number: u8,
    day: i64,
    email: u8,
    customer: bool,
    failed: bool,
    amount: i64,
    returned: i64,
    currency: u8,
    live: bool,
    /// Refund objects: how much, how they stand, on which day.
    refunds: Vec<(i64, u8, i64)>,
}

const CURRENCIES: [&str; 4] = ["eur", "usd", "jpy", "isk"];
const REFUNDED: [&str; 5] = ["succeeded", "pending", "failed", "canceled", "requires_action"];

impl Sale {
    fn records(&self) -> Vec<Value> {
        let id = format!("ch_{:02}", self.number);
        let created = 1_767_225_600 + self.day * 86_400;
        let currency = CURRENCIES[usize::from(self.currency)];
        let charge = json!({
            "id": id, "object": "charge", "amount": self.amount, "livemode": self.live, "created": created, "currency": currency,
            "status": if self.failed { "failed" } else { "succeeded" }, "paid": !self.failed, "captured": !self.failed,
            "amount_refunded": if self.failed { 0 } else { self.returned.min(self.amount) },
            "customer": self.customer.then(|| format!("cus_{}", self.email % 3)),
            "billing_details": {"email": format!("p{}@example.com", self.email)},
        });
        let refund = |(place, (amount, status, day)): (usize, &(i64, u8, i64))| {
            json!({
                "id": format!("re_{:02}_{place}", self.number), "object": "refund", "charge": id, "amount": amount, "currency": currency,
                "created": created + day * 86_400, "status": REFUNDED[usize::from(*status)],
            })
        };
        std::iter::once(charge).chain(self.refunds.iter().enumerate().map(refund)).collect()
    }
}

fn sale() -> impl Strategy<Value = Sale> {
    let refunds = proptest::collection::vec((1_i64..100, 0_u8..5, 0_i64..70), 0..3);
    let who = (0_u8..40, 0_i64..90, 0_u8..6, proptest::bool::weighted(0.3));
    let what = (proptest::bool::weighted(0.15), 0_i64..400, proptest::bool::weighted(0.85));
    (who, what, refunds).prop_map(|((number, day, email, customer), (failed, returned, live), refunds)| Sale {
        number,
        day,
        email,
        customer,
        failed,
        // No gateway gives back more than it took: two refunds of at most a third each.
        amount: 300 + i64::from(number),
        returned,
        // A payment keeps its currency: a refund in another has a case of its own.
        currency: number % 4,
        live,
        refunds,
    })
}

fn lines(ledger: &Ledger, query: Value) -> Vec<Value> {
    let mut report = ledger.report(&Input::from_json(&query.to_string()).unwrap(), None).unwrap();
    let mut text = String::new();
    while let Some(chunk) = ledger.report_chunk(&mut report).unwrap() {
        text.push_str(&chunk);
    }
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

type Sums = BTreeMap<String, BTreeMap<&'static str, i64>>;

fn add(sums: &mut Sums, currency: &str, figures: &[(&'static str, i64)]) {
    let of = sums.entry(currency.to_owned()).or_default();
    figures.iter().for_each(|(name, figure)| *of.entry(name).or_default() += figure);
}

/// What the lines of a report come to, by currency.
fn added(lines: &[Value], names: &[&'static str]) -> Sums {
    let mut sums = Sums::new();
    for line in lines {
        let Some(currency) = line["currency"].as_str() else { continue };
        let figure = |name: &&'static str| (*name, line[*name]["minor"].as_i64().or(line[*name].as_i64()).unwrap());
        add(&mut sums, currency, &names.iter().map(figure).collect::<Vec<_>>());
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_report_comes_to_what_the_lists_show(sales in proptest::collection::vec(sale(), 1..30)) {
        let mut ledger = Ledger::new(LedgerOptions::default());
        for record in sales.iter().flat_map(Sale::records) {
            ledger.ingest(SourceChoice::Auto, record.to_string().as_bytes(), IngestOptions::default());
        }
        let every = Query { limit: 1000, ..Query::default() };
        let payments = serde_json::to_value(ledger.payments(&every).unwrap()).unwrap();
        let (mut live, mut all) = (Sums::new(), Sums::new());
        for payment in payments["items"].as_array().unwrap() {
            let minor = |name: &str| payment[name]["minor"].as_i64().unwrap();
            let currency = payment["amount"]["currency"].as_str().unwrap();
            let figures = [
                ("count", 1),
                ("amount", minor("amount")),
                ("captured", minor("captured")),
                ("refunded", minor("refunded")),
                ("refund_pending", minor("refundPending")),
                ("net", minor("captured") - minor("refunded")),
            ];
            add(&mut all, currency, &figures);
            if payment["livemode"] == json!(true) {
                add(&mut live, currency, &figures);
            }
        }
        let names = ["count", "amount", "captured", "refunded", "refund_pending", "net"];
        let grouped = |rows: &str, keys: Value, period: Value, measures: &[&str]| {
            lines(&ledger, json!({"rows": rows, "groupBy": keys, "period": period, "measures": measures, "format": "ndjson"}))
        };
        // Tests are left out, however it is grouped, unless they are kept apart.
        for keys in [json!([]), json!(["status"]), json!(["customer", "source"]), json!(["country", "kind"])] {
            for period in [Value::Null, json!("day"), json!("month"), json!("year")] {
                prop_assert_eq!(added(&grouped("payments", keys.clone(), period.clone(), &names), &names), live.clone());
            }
        }
        prop_assert_eq!(added(&grouped("payments", json!("livemode"), Value::Null, &names), &names), all.clone());
        // Customers hold every payment once.
        let of_customers = ["captured", "refunded", "refund_pending", "net"];
        let only = |sums: &Sums, names: &[&'static str]| -> Sums {
            let of = |figures: &BTreeMap<&'static str, i64>| names.iter().map(|name| (*name, figures[name])).collect();
            sums.iter().map(|(currency, figures)| (currency.clone(), of(figures))).collect()
        };
        prop_assert_eq!(
            added(&grouped("customers", json!("kind"), Value::Null, &of_customers), &of_customers),
            only(&live, &of_customers)
        );
        // Refunds come to what the payments gave back, whether or not their objects are here, by day as by status.
        let of_refunds = ["refunded", "refund_pending"];
        for (keys, period) in [(json!([]), Value::Null), (json!("status"), json!("day")), (json!("customer"), json!("month"))] {
            let found = added(&grouped("refunds", keys, period, &of_refunds), &of_refunds);
            for (currency, expected) in only(&live, &of_refunds) {
                let found = found.get(&currency).cloned().unwrap_or_else(|| of_refunds.map(|name| (name, 0)).into());
                prop_assert_eq!(&found, &expected, "{}", currency);
            }
        }
        // Rows one by one: tests are among them, as in lists.
        let of_rows = ["amount", "captured", "refunded"];
        let columns = json!({"rows": "payments", "columns": ["id", "amount", "captured", "refunded"], "format": "ndjson"});
        let rows = lines(&ledger, columns);
        prop_assert_eq!(rows.len(), payments["items"].as_array().unwrap().len());
        prop_assert_eq!(added(&rows, &of_rows), only(&all, &of_rows));
    }
}
