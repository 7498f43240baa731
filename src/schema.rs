//! The published JSON Schemas come from the Rust types and from the one list of canonical fields: `js/schema` is generated here
//! and committed, and the test fails when the two differ. `UPDATE_TYPES=1 cargo test schema` writes them.

use crate::identity::{Identifier, IdentifierField, IdentifierKind};
use crate::ledger::fields::{Fields, Need, Visit};
use crate::ledger::intern::{Interner, Sym};
use crate::ledger::record::{Annex, Attempt, Customer, Head, Intent, Mode, Order, RecordKind, Session};
use crate::ledger::reversal::{Dispute, Refund};
use crate::money::{Currency, MAX_MINOR};
use crate::source::Source;
use crate::*;
use serde_json::{Map, Value, json};

/// Writes down what each field of a canonical record may be.
#[derive(Default)]
struct Schema {
    properties: Map<String, Value>,
    required: Vec<&'static str>,
}

impl Schema {
    fn put(&mut self, name: &'static str, need: Need, schema: Value) {
        if need == Need::Required {
            self.required.push(name);
        }
        self.properties.insert(name.to_owned(), schema);
    }
}

fn or_null(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

impl Visit for Schema {
    fn text(&mut self, name: &'static str, _: &mut Option<Sym>) {
        self.put(name, Need::Optional, or_null("string"));
    }

    fn amount(&mut self, name: &'static str, need: Need, _: &mut Option<i64>) {
        let description = "whole minor units of the currency";
        let kind = if need == Need::Required { json!("integer") } else { json!(["integer", "null"]) };
        let schema = json!({ "type": kind, "minimum": 0, "maximum": MAX_MINOR, "description": description });
        self.put(name, need, schema);
    }

    fn time(&mut self, name: &'static str, need: Need, _: &mut Option<i64>) {
        let description = "RFC 3339 text, or unix seconds";
        let kind =
            if need == Need::Required { json!(["string", "integer"]) } else { json!(["string", "integer", "null"]) };
        self.put(name, need, json!({ "type": kind, "description": description }));
    }

    fn flag(&mut self, name: &'static str, _: &mut bool) {
        self.put(name, Need::Optional, or_null("boolean"));
    }

    fn maybe(&mut self, name: &'static str, _: &mut Option<bool>) {
        self.put(name, Need::Optional, or_null("boolean"));
    }

    fn word(&mut self, name: &'static str, words: &'static [&'static str], _: &'static str) -> Option<&'static str> {
        self.put(name, Need::Required, json!({ "enum": words }));
        None
    }

    fn currency(&mut self, name: &'static str, need: Need, _: &mut Option<Currency>) {
        let kind = if need == Need::Required { json!("string") } else { json!(["string", "null"]) };
        self.put(name, need, json!({ "type": kind, "pattern": "^[A-Za-z]{3}$" }));
    }

    fn texts(&mut self, name: &'static str, _: &mut Box<[Sym]>) {
        self.put(name, Need::Optional, json!({ "type": ["array", "null"], "items": { "type": "string" } }));
    }

    fn identifiers(&mut self, name: &'static str, _: &mut Box<[Identifier]>) {
        let item = json!({
            "type": "object",
            "required": ["kind", "value"],
            "properties": {
                "kind": { "enum": IdentifierKind::WORDS },
                "field": { "enum": IdentifierField::WORDS },
                "value": { "type": "string" },
            },
        });
        let description = "what identifies the payer; left out, it is the e-mail, phone and fingerprint of the record";
        self.put(name, Need::Optional, json!({ "type": ["array", "null"], "items": item, "description": description }));
    }
}

fn of<R: Fields>(mut record: R) -> Value {
    let mut schema = Schema::default();
    schema.put("schemaVersion", Need::Optional, json!({ "const": 1 }));
    schema.put("record", Need::Required, json!({ "const": R::NAME }));
    schema.put("source", Need::Optional, json!({ "enum": Source::WORDS, "default": "canonical" }));
    schema.put("account", Need::Optional, or_null("string"));
    schema.put("id", Need::Required, json!({ "type": ["string", "integer"], "maxLength": 255 }));
    let version = "when this version was true: RFC 3339 text, or unix seconds";
    schema.put("version", Need::Optional, json!({ "type": ["string", "integer", "null"], "description": version }));
    let from_event = "the version is the time of an event, not of a look at the record";
    schema.put("fromEvent", Need::Optional, json!({ "type": ["boolean", "null"], "description": from_event }));
    let from_export = "a row of a dashboard's export, which says less than the API";
    schema.put("fromExport", Need::Optional, json!({ "type": ["boolean", "null"], "description": from_export }));
    record.visit(&mut schema);
    json!({ "title": R::NAME, "type": "object", "required": schema.required, "properties": schema.properties })
}

fn canonical() -> Value {
    let sym = Interner::default().intern("");
    let head = || Head::new(Source::Canonical, sym, sym, None);
    let none = Currency::UNNAMED;
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "guestfolio canonical record",
        "description": "One record of any system. `record` says what it is; members that are not listed are passed over.",
        "oneOf": [
            of(Attempt::new(head(), Mode::Unknown, 0, 0, none)),
            of(Intent::new(head(), Mode::Unknown, 0, 0, none)),
            of(Refund::new(head(), 0)),
            of(Dispute::new(head(), 0)),
            of(Customer::new(head(), Mode::Unknown)),
            of(Session::new(head())),
            of(Order::new(head(), Mode::Unknown, 0, 0, none)),
            of(Annex::new(head(), RecordKind::Invoice)),
        ],
    })
}

/// The schemas of what calls return.
fn of_outputs() -> Vec<(&'static str, Value)> {
    fn schema<T: schemars::JsonSchema>() -> Value {
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        settings.into_generator().into_root_schema_for::<T>().to_value()
    }
    vec![
        ("customers", schema::<Page<CustomerItem>>()),
        ("customer", schema::<CustomerDetail>()),
        ("payments", schema::<Page<PaymentItem>>()),
        ("payment", schema::<PaymentDetail>()),
        ("discrepancies", schema::<Page<Discrepancy>>()),
        ("verdict", schema::<Verdict>()),
        ("report", schema::<IngestReport>()),
        ("canonical", canonical()),
    ]
}

#[test]
fn schemas_are_those_of_the_rust_types() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/js/schema");
    for (name, schema) in of_outputs() {
        let path = format!("{folder}/{name}.json");
        let generated = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if std::env::var_os("UPDATE_TYPES").is_some() {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(&path, &generated).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == generated, "{path} is out of date: run UPDATE_TYPES=1 cargo test schema");
    }
}

/// The reader finds members by a table of its own: a name that is not in it would read another member's value.
#[test]
fn the_canonical_reader_knows_exactly_the_members_of_the_schema() {
    let schema = canonical();
    let records = schema["oneOf"].as_array().unwrap();
    let members = records.iter().flat_map(|record| record["properties"].as_object().unwrap().keys());
    let declared: std::collections::BTreeSet<&str> = members.map(String::as_str).collect();
    assert_eq!(source::canonical::NAMES, Vec::from_iter(declared));
}
