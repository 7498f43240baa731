//! The case corpus, natively. The same files are run in wasm under Node, in Chromium and on the packed tarball by
//! `js/test/corpus.mjs`; what a case file may say is in `tests/cases/README.md`.
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

use guestfolio::{
    GuestfolioError, IngestOptions, Input, Ledger, LedgerOptions, Policy, Query, Zone, explain_decline, import_policy,
    parse_one_source, parse_source, policy_pack, values,
};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

fn cases_in(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            cases_in(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// Whether every member that the pattern names is there with that value; arrays must match item by item.
fn difference(pattern: &Value, actual: &Value, path: &str) -> Option<String> {
    match (pattern, actual) {
        (Value::Object(pattern), Value::Object(actual)) => pattern.iter().find_map(|(key, pattern)| {
            let path = format!("{path}/{key}");
            match actual.get(key) {
                Some(actual) => difference(pattern, actual, &path),
                None => Some(format!("{path} is missing")),
            }
        }),
        (Value::Array(pattern), Value::Array(actual)) if pattern.len() == actual.len() => (pattern.iter().zip(actual))
            .enumerate()
            .find_map(|(index, (pattern, actual))| difference(pattern, actual, &format!("{path}/{index}"))),
        _ if pattern == actual => None,
        _ => Some(format!("{path}: expected {pattern}, got {actual}")),
    }
}

/// The raw input of an `ingest` step.
fn input_of(step: &Value) -> Vec<u8> {
    if let Some(records) = step.get("records") {
        return serde_json::to_vec(records).unwrap();
    }
    if let Some(hex) = step.get("hex") {
        let digits: String = hex.as_str().unwrap().split_whitespace().collect();
        return (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect();
    }
    let parts = step["text"].as_array().cloned().unwrap_or_else(|| vec![step["text"].clone()]);
    let mut text = String::new();
    for part in parts {
        match part.as_str() {
            Some(part) => text.push_str(part),
            None => {
                for number in 0..part["times"].as_u64().unwrap() {
                    text.push_str(&part["repeat"].as_str().unwrap().replace("{n}", &number.to_string()));
                }
            }
        }
    }
    text.into_bytes()
}

fn zone_named(name: &str) -> Option<Zone> {
    let zone = jiff::tz::TimeZone::get(name).ok()?;
    Some(Zone::Host(Rc::new(move |utc| zone.to_offset(jiff::Timestamp::from_second(utc).unwrap()).seconds())))
}

/// What every binding does with a report: its zone by name, all of its chunks.
fn report(ledger: &Ledger, query: &Value) -> Result<Value, GuestfolioError> {
    let mut query = query.clone();
    let zone = query.as_object_mut().and_then(|query| query.remove("zone"));
    let zone = zone.map(|name| zone_named(name.as_str().unwrap()).unwrap());
    let mut report = ledger.report(&Input::from_json(&query.to_string())?, zone)?;
    let mut text = String::new();
    while let Some(chunk) = ledger.report_chunk(&mut report)? {
        text.push_str(&chunk);
    }
    let lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    Ok(json!({ "total": report.total(), "done": report.done(), "lines": lines }))
}

fn options_of(case: &Value) -> Result<LedgerOptions, GuestfolioError> {
    let mut options = case["options"].as_object().cloned().unwrap_or_default();
    let zone = match options.remove("timeZone") {
        None => Zone::Utc,
        Some(name) => zone_named(name.as_str().unwrap()).unwrap(),
    };
    LedgerOptions::parse(&Input::from_json(&Value::Object(options).to_string())?, zone)
}

/// Sets the members that another object has.
fn merge(value: &mut Value, changed: &Value) {
    for (key, new) in changed.as_object().into_iter().flatten() {
        value[key] = new.clone();
    }
}

/// Every question takes `mask`, in its query, request or options; what it does is the same for all.
fn asked(ledger: &mut Ledger, step: &Value) -> Result<Value, GuestfolioError> {
    let mut step = step.clone();
    let mut mask = false;
    if step["call"] != "report" {
        for name in ["query", "request", "options"] {
            let given = step.get_mut(name).and_then(Value::as_object_mut).and_then(|given| given.remove("mask"));
            mask |= given == Some(json!(true));
        }
    }
    let answer = call(ledger, &step)?;
    Ok(if mask { serde_json::to_value(guestfolio::masked(&answer)).unwrap() } else { answer })
}

fn call(ledger: &mut Ledger, step: &Value) -> Result<Value, GuestfolioError> {
    let argument = |name: &str| Input::from_json(&step.get(name).unwrap_or(&Value::Null).to_string());
    let text = |name: &str| step[name].as_str().unwrap();
    let id = || text("id");
    let plain = |value: serde_json::Result<Value>| Ok(value.unwrap());
    match step["call"].as_str().unwrap() {
        "ingest" => {
            let source = parse_source(step.get("source").and_then(Value::as_str).unwrap_or("stripe"))?;
            let options = IngestOptions::parse(&argument("options")?)?;
            plain(serde_json::to_value(ledger.ingest(source, &input_of(step), options)))
        }
        "customers" => plain(serde_json::to_value(ledger.customers(&ledger.query(&argument("query")?, false)?)?)),
        "payments" => plain(serde_json::to_value(ledger.payments(&ledger.query(&argument("query")?, true)?)?)),
        "table" => plain(serde_json::to_value(ledger.table(&argument("query")?)?)),
        "search" => {
            let mut query = step.get("query").cloned().unwrap_or(Value::Null);
            if query.is_string() {
                query = json!({ "query": query });
            }
            plain(serde_json::to_value(ledger.search(&Input::from_json(&query.to_string())?)?))
        }
        "report" => report(ledger, &step["query"]),
        "customerTab" => plain(serde_json::to_value(ledger.customer_tab(&argument("query")?)?)),
        "signals" => plain(serde_json::to_value(ledger.signals(&Query::parse(&argument("query")?, true)?)?)),
        "portal" => plain(serde_json::to_value(ledger.portal(&argument("query")?)?)),
        "wallets" => plain(serde_json::to_value(ledger.wallets(id())?)),
        "prepareRequest" => plain(serde_json::to_value(ledger.prepare_request(&argument("request")?)?)),
        "findInText" => plain(serde_json::to_value(ledger.find_in_text(&argument("text")?)?)),
        "facets" => plain(serde_json::to_value(ledger.facets(&argument("query")?)?)),
        "customer" => plain(serde_json::to_value(ledger.customer(id())?)),
        "payment" => plain(serde_json::to_value(ledger.payment(id())?)),
        "decideRefund" => plain(serde_json::to_value(ledger.decide_refund(id(), &argument("request")?, None)?)),
        "decideRefunds" => {
            plain(serde_json::to_value(ledger.decide_refunds(&argument("target")?, &argument("request")?, None)?))
        }
        "planRefund" => plain(serde_json::to_value(ledger.plan_refund(&argument("request")?, None)?)),
        "evaluatePolicy" => {
            plain(serde_json::to_value(ledger.evaluate_policy(&argument("policy")?, &argument("options")?)?))
        }
        "replay" => {
            // The verdict is that of an earlier step, as a host would have kept it.
            let mut record = step["record"].clone();
            let verdict = ledger.decide_refund(id(), &Input::from_json(&record["request"].to_string())?, None);
            if record.get("verdict").is_none() {
                record["verdict"] = serde_json::to_value(verdict?).unwrap();
            }
            merge(&mut record["verdict"], step.get("changed").unwrap_or(&Value::Null));
            plain(serde_json::to_value(ledger.replay(&Input::from_json(&record.to_string())?)?))
        }
        "lintPolicy" => plain(serde_json::to_value(Policy::parse(&argument("policy")?)?.lint())),
        "importPolicy" => plain(serde_json::to_value(import_policy(text("format"), &argument("policy")?)?)),
        "policyPack" => plain(serde_json::to_value(policy_pack(text("name"))?)),
        "explainDecline" => {
            let source = parse_one_source(text("source"))?;
            plain(serde_json::to_value(explain_decline(source, text("code"))))
        }
        "discrepancies" => {
            plain(serde_json::to_value(ledger.discrepancies(&Query::parse(&argument("query")?, true)?)?))
        }
        "records" => plain(serde_json::to_value(ledger.records(&Query::parse(&argument("query")?, false)?)?)),
        "identityGraph" => plain(serde_json::to_value(ledger.identity_graph(id())?)),
        "forget" => {
            let mut options = step.get("options").cloned().unwrap_or_else(|| json!({}));
            // Every binding makes a random one unless it is given.
            options.as_object_mut().unwrap().entry("salt").or_insert_with(|| json!("0123456789abcdef"));
            let options = Input::from_json(&options.to_string())?;
            plain(serde_json::to_value(ledger.forget(&argument("target")?, &options)?))
        }
        "restart" => {
            let saved = ledger.save();
            *ledger = Ledger::restore(&saved, Ok)?;
            Ok(json!({ "bytes": saved.len() }))
        }
        "version" => Ok(json!(ledger.version())),
        "changes" => {
            let mut query = step.get("query").cloned().unwrap_or_else(|| json!({}));
            query["since"] = step["since"].clone();
            let (since, query) = Query::parse_changes(&Input::from_json(&query.to_string())?)?;
            plain(serde_json::to_value(ledger.changes(since, &query)?))
        }
        "link" => plain(serde_json::to_value(ledger.link(text("a"), text("b"), &argument("note")?)?)),
        "unlink" => plain(serde_json::to_value(ledger.unlink(id(), &argument("note")?)?)),
        "markShared" => plain(serde_json::to_value(ledger.mark_shared(&argument("identifier")?, &argument("note")?)?)),
        "confirm" => plain(serde_json::to_value(ledger.confirm(id(), &argument("note")?)?)),
        "undo" => plain(serde_json::to_value(ledger.undo(id(), &argument("note")?)?)),
        "overrides" => plain(serde_json::to_value(ledger.overrides(&Query::parse(&argument("query")?, false)?)?)),
        "values" => plain(serde_json::to_value(values(step["list"].as_str().unwrap())?)),
        "groups" => {
            let page = ledger.payments(&Query::parse(&Input::from_json(r#"{"limit": 1000}"#)?, true)?)?;
            let mut groups: Vec<(String, Vec<String>)> = Vec::new();
            for payment in page.items.into_iter().rev() {
                match groups.iter_mut().find(|(customer, _)| *customer == payment.customer_id) {
                    Some((_, ids)) => ids.push(payment.id),
                    None => groups.push((payment.customer_id, vec![payment.id])),
                }
            }
            Ok(json!(groups.into_iter().map(|(_, ids)| ids).collect::<Vec<_>>()))
        }
        other => panic!("unknown call {other}"),
    }
}

/// Runs a case; the difference, if there is one.
fn run(case: &Value) -> Option<String> {
    let mut ledger = match options_of(case) {
        Ok(options) => Ledger::new(options),
        Err(error) => {
            let actual = json!({"code": error.code().word(), "path": error.path()});
            return difference(&case["error"], &actual, "/error");
        }
    };
    for (number, step) in case["steps"].as_array().unwrap().iter().enumerate() {
        let place = format!("/steps/{number}");
        let outcome = asked(&mut ledger, step);
        let wrong = match (outcome, step.get("error")) {
            (Ok(actual), None) => difference(&step["expect"], &actual, &place),
            (Err(error), Some(expected)) => {
                difference(expected, &json!({"code": error.code().word(), "path": error.path()}), &place)
            }
            (Ok(_), Some(_)) => Some(format!("{place}: expected an error")),
            (Err(error), None) => Some(format!("{place}: {} at {}: {error}", error.code(), error.path())),
        };
        if wrong.is_some() {
            return wrong;
        }
    }
    None
}

/// The cases, each with its path inside the corpus.
fn corpus() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths = Vec::new();
    cases_in(&folder, &mut paths);
    paths.sort();
    let case = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let case = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, case)
    };
    paths.iter().map(case).collect()
}

#[test]
fn every_case_of_the_corpus_holds() {
    let cases = corpus();
    assert!(cases.len() >= 100, "the corpus is there: {} cases", cases.len());
    let failed = cases.iter().filter_map(|(name, case)| Some(format!("{name}: {}", run(case)?)));
    let failed: Vec<String> = failed.collect();
    println!("{} cases", cases.len());
    assert!(failed.is_empty(), "{} of {} cases fail:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

/// The words at a place of a step: texts, or the names of an object's members. `*` is each item of a list.
fn words_at(value: &Value, place: &str, found: &mut HashSet<String>) {
    let (name, rest) = place.split_once('/').unwrap_or((place, ""));
    match value {
        Value::Array(items) if name == "*" => items.iter().for_each(|item| words_at(item, rest, found)),
        Value::Object(members) if name.is_empty() => found.extend(members.keys().cloned()),
        Value::Object(members) => members.get(name).into_iter().for_each(|member| words_at(member, rest, found)),
        Value::Array(items) if name.is_empty() => items.iter().for_each(|item| words_at(item, "", found)),
        Value::String(text) if name.is_empty() => {
            found.insert(text.clone());
        }
        _ => {}
    }
}

/// What the dashboards show can only be lost with a case that fails: each column, also to sort by, each filter, facet, tab, action,
/// figure and word of an answer is asked for by a case with an answer, or is expected there.
#[test]
fn all_that_the_dashboards_show_has_a_case() {
    let cases = corpus();
    let steps = cases.iter().flat_map(|(_, case)| case["steps"].as_array().into_iter().flatten());
    let answered: Vec<&Value> = steps.filter(|step| step.get("expect").is_some()).collect();
    let at = |calls: &[&str], list: Option<&str>, places: &[&str]| {
        let mut found = HashSet::new();
        for step in &answered {
            let is_meant = calls.contains(&step["call"].as_str().unwrap())
                && list.is_none_or(|list| step["query"]["list"] == list);
            places.iter().filter(|_| is_meant).for_each(|place| words_at(step, place, &mut found));
        }
        found
    };
    let mut missing = Vec::new();
    let mut check = |what: &str, words: &[&str], found: &HashSet<String>| {
        assert!(!words.is_empty(), "{what} has words");
        missing.extend(words.iter().filter(|word| !found.contains(**word)).map(|word| format!("{what}: {word}")));
    };
    for (column, list) in [("customer_column", "customers"), ("payment_column", "payments")] {
        for place in ["query/columns", "query/sort/by"] {
            check(&format!("{place} of {list}"), values(column).unwrap(), &at(&["table"], Some(list), &[place]));
        }
    }
    let tables: [(&str, &[&str], &[&str]); 20] = [
        ("report_rows", &["report"], &["query/rows"]),
        ("report_format", &["report"], &["query/format"]),
        ("report_key", &["report"], &["query/groupBy"]),
        ("report_measure", &["report"], &["query/measures"]),
        ("report_column", &["report"], &["query/columns"]),
        ("reversal_column", &["report"], &["query/columns"]),
        ("customer_tab", &["customerTab"], &["query/tab"]),
        ("customer_action", &["prepareRequest"], &["request/action"]),
        ("action_note", &["prepareRequest"], &["expect/notes"]),
        ("facet", &["facets"], &["expect/facets/*/facet"]),
        ("finding_kind", &["findInText"], &["expect/findings/*/kind"]),
        ("wallet_flaw", &["wallets"], &["expect/wallets/*/findings/*/flaw"]),
        ("signal_kind", &["signals"], &["expect/items/*/kind"]),
        ("event_kind", &["customerTab"], &["expect/items/*/event/kind"]),
        ("payment_action", &["payments", "payment"], &["expect/items/*/actions", "expect/payment/actions"]),
        ("pricing_type", &["payments", "payment"], &["expect/items/*/pricing", "expect/payment/pricing"]),
        ("portal_status", &["payments", "payment"], &["expect/items/*/portalStatus", "expect/payment/portalStatus"]),
        ("customer_kind", &["customers"], &["expect/items/*/kind"]),
        ("strength", &["customer"], &["expect/strength"]),
        ("quality_note", &["customer"], &["expect/notes"]),
    ];
    for (list, calls, places) in tables {
        check(list, values(list).unwrap(), &at(calls, None, places));
    }
    let typed = at(&["search"], None, &["query", "query/text"]);
    let typed = typed.iter().flat_map(|text| text.split_whitespace());
    let typed = typed.filter_map(|term| Some(term.trim_start_matches('-').split_once(':')?.0.to_owned())).collect();
    check("search", values("search_field").unwrap(), &typed);
    // A filter that nobody knows is told with all that are known.
    let unknown = Input::from_json(r#"{"where": {"x": 1}}"#).unwrap();
    let error = Ledger::new(LedgerOptions::default()).query(&unknown, true).unwrap_err();
    let known: Vec<&str> = error.message().split_once("known are ").unwrap().1.split(", ").collect();
    for (calls, list) in [(["table", "customers"], "customers"), (["table", "payments"], "payments")] {
        let mut found = at(&calls[..1], Some(list), &["query/where"]);
        found.extend(at(&calls[1..], None, &["query/where"]));
        check(&format!("filters of {list}"), &known, &found);
    }
    let table = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/dashboards.md")).unwrap();
    let calls =
        table.split("`ledger.").skip(1).filter_map(|rest| Some(rest.split_once('(')?.0)).collect::<HashSet<_>>();
    let run = answered.iter().map(|step| step["call"].as_str().unwrap().to_owned()).collect();
    check("docs/dashboards.md", &calls.into_iter().collect::<Vec<_>>(), &run);
    assert!(missing.is_empty(), "no case has\n{}", missing.join("\n"));
}
