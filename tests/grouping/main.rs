//! Grouping against a reference that is written from the design alone, and scored on a shop whose people are known.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    missing_docs,
    reason = "in a test a panic is how it fails"
)]

mod history;
mod model;
mod people;
mod reference;

use guestfolio::{Change, Changes, IngestOptions, Input, Ledger, LedgerOptions, Query, Source, Zone};
use history::{Feeding, Options, Step, histories, options};
use model::Model;
use people::{Dice, Sale, score, shop};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use reference::Preset;
use std::collections::{BTreeMap, BTreeSet};

fn ledger(options: &str) -> Ledger {
    Ledger::new(LedgerOptions::parse(&Input::from_json(options).unwrap(), Zone::default()).unwrap())
}

fn feed(ledger: &mut Ledger, text: &str) {
    let report = ledger.ingest(Source::Stripe, text.as_bytes(), IngestOptions::default());
    assert_eq!(report.rejected, 0, "{report:?}");
}

/// The payments of each customer.
fn groups(ledger: &Ledger) -> BTreeSet<Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut query = Query { limit: 1000, ..Query::default() };
    loop {
        let page = ledger.payments(&query).unwrap();
        for payment in page.items {
            groups.entry(payment.customer_id).or_default().push(payment.id);
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return groups
                .into_values()
                .map(|ids| ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
                .collect();
        }
    }
}

/// The seeds of histories that failed, each with what it shrank to: they run first from then on.
const FAILED: FileFailurePersistence = FileFailurePersistence::Direct("tests/grouping/failed-histories.txt");

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: Some(Box::new(FAILED)), ..ProptestConfig::default() })]

    #[test]
    fn guarded_customers_are_those_of_the_reference(options in options(Preset::Guarded), history in histories()) {
        agree(&options, &history)?;
    }

    #[test]
    fn stripes_customers_are_those_of_the_reference(options in options(Preset::Stripe), history in histories()) {
        agree(&options, &history)?;
    }

    #[test]
    fn connected_customers_are_those_of_the_reference(options in options(Preset::Connected), history in histories()) {
        agree(&options, &history)?;
    }
}

/// The engine's customers are the reference's, whatever happens and however it is fed.
fn agree(options: &Options, history: &[(Step, bool)]) -> Result<(), TestCaseError> {
    for feeding in [Feeding::Batch, Feeding::OneByOne, Feeding::Backwards] {
        let (mut ledger, mut model) = (ledger(&options.json()), Model::new(options));
        let (mut version, mut before) = (ledger.version(), customers(&ledger));
        for (number, (step, asks)) in history.iter().enumerate() {
            model.take(&mut ledger, step, feeding);
            if matches!(step, Step::Forget(_)) {
                // Changes begin anew.
                (version, before) = (ledger.version(), customers(&ledger));
            }
            if *asks || number + 1 == history.len() {
                prop_assert_eq!(groups(&ledger), model.groups(), "{:?} after {:?}", feeding, step);
                let now = customers(&ledger);
                let changes = ledger.changes(version, &Query { limit: 1000, ..Query::default() }).unwrap();
                check_changes(&before, &now, &changes)?;
                (version, before) = (changes.version, now);
            }
        }
        // Nobody is lost or in two customers, and the customers' sums are the payments' sums.
        let page = ledger.customers(&Query { limit: 1000, ..Query::default() }).unwrap();
        prop_assert_eq!(page.items.iter().map(|customer| customer.payment_count).sum::<usize>(), model.charges().len());
        let captured =
            page.items.iter().flat_map(|customer| &customer.totals).map(|sum| sum.captured.as_ref().unwrap().minor);
        prop_assert_eq!(captured.sum::<i64>(), model.charges().iter().map(|charge| charge.captured()).sum::<i64>());
    }
    Ok(())
}

/// The payments of each customer, by its id.
fn customers(ledger: &Ledger) -> BTreeMap<String, BTreeSet<String>> {
    let mut customers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for payment in ledger.payments(&Query { limit: 1000, ..Query::default() }).unwrap().items {
        customers.entry(payment.customer_id).or_default().insert(payment.id);
    }
    customers
}

/// Who is here and was not, was made; who was here and is not, was dissolved; who has other payments, has changed.
fn check_changes(
    before: &BTreeMap<String, BTreeSet<String>>,
    now: &BTreeMap<String, BTreeSet<String>>,
    changes: &Changes,
) -> Result<(), TestCaseError> {
    let told: BTreeMap<&String, Change> = changes.items.iter().map(|item| (&item.customer_id, item.change)).collect();
    prop_assert_eq!(told.len(), changes.items.len(), "each once");
    for id in before.keys().chain(now.keys()) {
        let expected = match (before.get(id), now.get(id)) {
            (None, _) => Some(Change::Made),
            (_, None) => Some(Change::Dissolved),
            (was, is) if was != is => Some(Change::Changed),
            _ => told.get(id).copied().filter(|change| *change == Change::Changed),
        };
        prop_assert_eq!(told.get(id).copied(), expected, "{}", id);
    }
    for item in changes.items.iter().filter(|item| item.change == Change::Dissolved) {
        let first = before[&item.customer_id].iter().find(|id| now.values().any(|payments| payments.contains(*id)));
        prop_assert!(item.into.is_none() || first.is_some(), "{:?}", item);
        prop_assert!(item.into.as_ref().is_none_or(|into| now.contains_key(into)), "{:?}", item);
    }
    Ok(())
}

/// The shop as Stripe's charges.
fn records(sales: &[Sale]) -> String {
    let lines = sales.iter().enumerate().map(|(number, sale)| sale.json(number));
    lines.collect::<Vec<_>>().join("\n")
}

/// The engine's group of each sale.
fn found(sales: &[Sale], options: &str) -> Vec<String> {
    let mut ledger = ledger(options);
    feed(&mut ledger, &records(sales));
    let mut group_of = BTreeMap::new();
    for group in groups(&ledger) {
        for id in &group {
            group_of.insert(id.clone(), group[0].clone());
        }
    }
    (0..sales.len()).map(|number| group_of[&Sale::id(number)].clone()).collect()
}

#[test]
fn of_a_shop_whose_people_are_known_guarded_finds_most_and_joins_few_strangers() {
    let sales = shop(100_000, &mut Dice(1));
    let mut scores = BTreeMap::new();
    for preset in ["stripe", "guarded", "connected"] {
        let (precision, recall) = score(&sales, &found(&sales, &format!(r#"{{"grouping": "{preset}"}}"#)));
        println!("{preset}: precision {precision:.4}, recall {recall:.4}");
        scores.insert(preset, (precision, recall));
    }
    let (precision, recall) = scores["guarded"];
    assert!(precision >= 0.98 && recall >= 0.88, "{precision:.4} {recall:.4}");
    // The shop is hard: its own address makes one customer of all under a rule without guards.
    assert!(scores["stripe"].0 < 0.01 && scores["connected"].0 < 0.01, "{scores:?}");
}
