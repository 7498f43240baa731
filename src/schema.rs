//! The published JSON Schemas come from the Rust types and from the one list of canonical fields: `js/schema` is generated here
//! and committed, and the test fails when the two differ. `UPDATE_TYPES=1 cargo test schema` writes them.

use crate::identity::{Identifier, IdentifierField, IdentifierKind};
use crate::ledger::fields::{Fields, Need, Visit};
use crate::ledger::intern::{Interner, Sym};
use crate::ledger::record::{Annex, Attempt, Customer, Head, Intent, Mode, Order, RecordKind, Session, Url};
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

/// What a member of a canonical record means; by record where that makes a difference.
const MEANINGS: &[(&str, &str)] = &[
    ("account", "the account of the source that the record belongs to; without a colon"),
    ("active", "a warning that calls for action, a review that is open, a subscription that runs"),
    (
        "annex.amount",
        "what the record is about, or a wallet's balance, in whole minor units as the source counts the currency",
    ),
    ("amount", "what was asked for, sent back or contested, in whole minor units as the source counts the currency"),
    ("arbitration", "the bank has taken up a dispute that was decided"),
    ("asCredit", "the payer has store credit or a gift card for it; the method paid with got nothing back"),
    ("attempt", "the id of the attempt (a charge, a transaction) that it is about"),
    ("attempts", "ids of attempts that are this payment's, for attempts that do not name their payment"),
    ("balanceBefore", "a wallet's balance before this movement, in minor units"),
    ("balance", "a wallet's balance after this movement, in minor units"),
    ("brand", "the card's brand"),
    ("byHand", "paid outside any gateway, by bank transfer, cheque or cash"),
    ("captured", "what was taken, in minor units; left out of what was captured, all of `amount`"),
    ("createdAt", "when it was made: RFC 3339 text, or unix seconds"),
    ("credit", "a movement into a wallet; else out of it"),
    ("currency", "ISO 4217, in any case"),
    ("country", "the country of the billing address: ISO 3166-1 alpha-2; national phone numbers are read in it"),
    ("customer", "the id of the customer at the source; a `gcus_` id is only a name for a guest"),
    ("deleted", "the source has deleted it; its payments are still its own"),
    ("description", "text for people"),
    ("dispute", "the id of its dispute, where it names one"),
    ("disputed", "the source says that there is a dispute"),
    ("done", "the checkout is no longer open"),
    ("dueBy", "until when evidence can be sent"),
    ("email", "the payer's e-mail, as it was typed"),
    ("failed", "the last try failed, where the payment itself waits for another"),
    ("failureCode", "the source's code for why it failed"),
    ("failureReason", "why it failed"),
    ("fee", "what the gateway kept, in minor units"),
    ("fingerprint", "what the source gives one card or account, whoever pays with it"),
    ("fromEvent", "the version is the time of an event, not of a look at the record"),
    ("fromExport", "a row of a dashboard's export, which says less than the API"),
    ("id", "the record's id at the source; longer numbers than a double holds are written as text"),
    ("identifiers", "what identifies the payer; left out, it is the e-mail, phone and fingerprint of the record"),
    ("isPaymentRefundable", "the source's own word on whether the payment can still be refunded"),
    ("keepsSums", "`captured` and `returned` are kept by the source and know more than the attempts"),
    ("kind", "what stands beside the payment"),
    ("last4", "the last four digits of the card"),
    ("livemode", "real money (true) or a test (false); null where nobody says"),
    (
        "metadata",
        "what the merchant wrote beside it, by key: policies may ask for it; of lists and objects among the values only the key is kept",
    ),
    ("method", "the source's word for the payment method: `card`, `klarna`"),
    ("name", "the payer's name"),
    ("number", "the number of the order that people see: `#1001`"),
    ("ending", "a subscription ends with what is paid"),
    ("invoiceUrl", "where the payer finds the invoice"),
    ("receiptUrl", "where the payer finds the receipt"),
    ("subscription", "the id of the subscription that it pays for"),
    ("tags", "words that the merchant sorts orders or customers by"),
    ("url", "where the payer finds it: an invoice's page, how an order stands"),
    ("order", "the shop's order that the metadata name, by id or number"),
    ("other", "a second id that it names: an invoice's subscription, an entry's wallet"),
    ("parent", "the id of the attempt that this one goes on with: a capture's hold"),
    ("payment", "the id of the payment that it belongs to"),
    ("phone", "the payer's phone, as it was typed"),
    ("rawStatus", "the source's own word for the state"),
    ("reason", "why, in the source's words"),
    ("record", "what the record is"),
    ("references", "ids at other systems that it names: the gateway's payment that a shop's transaction was made by"),
    ("returned", "what went back as the source sums it up, in minor units; refunds that are records count, too"),
    ("returnedUnknown", "some of it went back, and the source does not say how much"),
    ("schemaVersion", "the version of this format"),
    ("source", "the system that the record came from"),
    ("state", "how it stands; a word that is none of these is read as `unknown`, which is never refundable"),
    ("status", "how the refund stands; `recorded`: written down only, no gateway is known to have moved money"),
    ("thousandths", "the amount is in thousandths of the payment's currency, since the record names none"),
    ("transaction", "the id of the movement that took the money, where the source lists it as a record of its own"),
    ("until", "when it ends, falls due or renews"),
    ("version", "when this version of the record was true: RFC 3339 text, or unix seconds; the newer one stays"),
    ("wallet", "how the card was used: Apple Pay, Google Pay"),
];

/// What each record is.
const RECORDS: &[(&str, &str)] = &[
    ("annex", "what stands beside payments and moves none of their money"),
    ("attempt", "one try to take money: a charge, a transaction"),
    ("checkout", "a checkout: it names the payer and leads to the payment"),
    ("customer", "a customer object of the source"),
    ("dispute", "a payer's bank contesting a payment"),
    ("order", "what a shop sold"),
    ("payment", "what one or more attempts are for: a payment intent, an invoice, an order's money"),
    ("refund", "money given back"),
];

fn meaning(list: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    list.iter().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning)
}

fn or_null(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

impl Visit for Schema {
    fn text(&mut self, name: &'static str, _: &mut Option<Sym>) {
        self.put(name, Need::Optional, or_null("string"));
    }

    fn url(&mut self, name: &'static str, _: &mut Url) {
        self.put(name, Need::Optional, or_null("string"));
    }

    fn amount(&mut self, name: &'static str, need: Need, _: &mut Option<i64>) {
        let kind = if need == Need::Required { json!("integer") } else { json!(["integer", "null"]) };
        let schema = json!({ "type": kind, "minimum": 0, "maximum": MAX_MINOR });
        self.put(name, need, schema);
    }

    fn time(&mut self, name: &'static str, need: Need, _: &mut Option<i64>) {
        let kind =
            if need == Need::Required { json!(["string", "integer"]) } else { json!(["string", "integer", "null"]) };
        self.put(name, need, json!({ "type": kind }));
    }

    fn flag(&mut self, name: &'static str, _: &mut bool) {
        self.put(name, Need::Optional, or_null("boolean"));
    }

    fn maybe(&mut self, name: &'static str, _: &mut Option<bool>) {
        self.put(name, Need::Optional, or_null("boolean"));
    }

    fn word(&mut self, name: &'static str, words: &'static [&'static str], _: usize) -> Option<usize> {
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

    fn metadata(&mut self, name: &'static str, _: &mut Option<Sym>) {
        let value = json!({ "type": ["string", "number", "boolean", "null"] });
        self.put(name, Need::Optional, json!({ "type": ["object", "null"], "additionalProperties": value }));
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
        self.put(name, Need::Optional, json!({ "type": ["array", "null"], "items": item }));
    }
}

fn of<R: Fields>(mut record: R) -> Value {
    let mut schema = Schema::default();
    schema.put("schemaVersion", Need::Optional, json!({ "const": 1 }));
    schema.put("record", Need::Required, json!({ "const": R::NAME }));
    schema.put("source", Need::Optional, json!({ "enum": Source::WORDS, "default": "canonical" }));
    schema.put("account", Need::Optional, json!({ "type": ["string", "null"], "pattern": "^[^:]*$" }));
    schema.put(
        "id",
        Need::Required,
        json!({ "type": ["string", "integer"], "minLength": 1, "maxLength": 255, "minimum": 1 }),
    );
    schema.put("version", Need::Optional, json!({ "type": ["string", "integer", "null"] }));
    schema.put("fromEvent", Need::Optional, or_null("boolean"));
    schema.put("fromExport", Need::Optional, or_null("boolean"));
    record.visit(&mut schema);
    for (name, property) in &mut schema.properties {
        let own = meaning(MEANINGS, &format!("{}.{name}", R::NAME));
        let text = own.or_else(|| meaning(MEANINGS, name));
        property["description"] = json!(text.unwrap_or_else(|| panic!("{name} has no meaning in MEANINGS")));
    }
    let description = meaning(RECORDS, R::NAME).unwrap();
    json!({
        "title": R::NAME, "description": description, "type": "object", "required": schema.required,
        "properties": schema.properties,
    })
}

fn canonical() -> Value {
    let sym = Interner::default().intern("");
    let head = || Head::new(Source::Canonical, sym, sym, None);
    let none = Currency::UNNAMED;
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "canonical",
        "description": "One record of any system. `record` says what it is; members that are not listed are passed over.",
        "examples": [{
            "schemaVersion": 1, "record": "attempt", "id": "pay_1", "createdAt": "2026-01-31T12:00:00Z", "livemode": true,
            "state": "captured", "amount": 1250, "captured": 1250, "currency": "EUR", "email": "lena@example.com",
            "method": "card", "last4": "4242",
        }],
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

/// What a policy may say. What only a look at the whole tells (an id that stands twice, an extension of no window, a condition that
/// is too deep) the reader refuses, too.
fn policy() -> Value {
    use policy::condition::Operator;
    use policy::fact::{FACTS, Kind};
    use policy::rule::{Anchor, CapOf, Period, Refusal};
    let strict = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false });
    let days = json!({ "type": "integer", "minimum": 0, "maximum": policy::rule::MOST_DAYS });
    let text = json!({ "type": "string" });
    let limits =
        json!({ "anyOf": [{ "$ref": "#/$defs/limit" }, { "type": "array", "items": { "$ref": "#/$defs/limit" } }] });
    let reference = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    let fact = |row: &policy::fact::Row| match row.kind {
        Kind::Any => json!({ "pattern": format!("^{}.+", row.name.replace('.', "\\.")), "description": row.meaning }),
        _ => json!({ "const": row.name, "description": row.meaning }),
    };
    let scalar = json!({ "type": ["string", "number", "boolean"] });
    let condition = |name: &str, value: Value| strict(&[name], json!({ name: value }));
    let effects = ["window", "extend", "answer", "reviewAbove", "cap", "keep"];
    let rule = json!({
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": { "type": "string", "minLength": 1, "maxLength": 100, "description": "the merchant's name for it; verdicts cite it" },
            "note": { "type": "string", "description": "for people who read the policy" },
            "when": { "$ref": "#/$defs/condition", "description": "when it applies; always where it is left out" },
            "window": reference("window"),
            "extend": reference("extend"),
            "answer": { "enum": Refusal::WORDS, "description": "no, or a person looks" },
            "reviewAbove": limits,
            "cap": reference("cap"),
            "keep": reference("keep"),
        },
        "additionalProperties": false,
        "oneOf": effects.map(|name| json!({ "required": [name] })),
    });
    let period = strict(&["within", "amount"], json!({ "within": { "enum": Period::WORDS }, "amount": limits }));
    let role = strict(
        &[],
        json!({
            "mayRefund": { "type": "boolean" },
            "limit": limits,
            "periods": { "anyOf": [period, { "type": "array", "items": period }] },
            "approver": text,
        }),
    );
    let texts = json!({ "anyOf": [text, { "type": "array", "items": text }] });
    let mut schema = strict(
        &[],
        json!({
            "$schema": text,
            "schemaVersion": { "const": 1 },
            "name": text,
            "windowDays": days,
            "reviewAbove": limits,
            "rules": { "type": "array", "maxItems": 200, "items": rule },
            "approver": text,
            "roles": { "type": "object", "additionalProperties": role },
            "fourEyes": strict(&["above"], json!({ "above": limits, "by": texts })),
        }),
    );
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["description"] = json!(
        "The merchant's refund rules. Every rule that applies makes a check; the worst answer counts, and the order of rules says nothing."
    );
    schema["examples"] = json!([{
        "name": "shop", "approver": "lead",
        "rules": [
            { "id": "returns", "window": { "days": 30, "from": "delivery", "storeCreditDays": 90 } },
            { "id": "gold", "when": { "fact": "customer.tier", "operator": "equal", "value": "gold" },
              "extend": { "rule": "returns", "days": 60 } },
            { "id": "final-sale", "when": { "fact": "items.tags", "operator": "contains", "value": "final-sale" }, "answer": "no" },
        ],
        "roles": { "agent": { "limit": { "decimal": "50.00", "currency": "EUR" } }, "lead": {} },
    }]);
    schema["$defs"] = json!({
        "limit": {
            "type": "object",
            "required": ["currency"],
            "properties": {
                "minor": { "type": "integer", "minimum": 0, "maximum": MAX_MINOR },
                "decimal": { "type": "string", "pattern": "^[0-9]+([.][0-9]*)?$" },
                "currency": { "type": "string", "pattern": "^[A-Za-z]{3}$" },
            },
            "additionalProperties": false,
            "anyOf": [{ "required": ["minor"] }, { "required": ["decimal"] }],
        },
        "condition": { "anyOf": [
            condition("all", json!({ "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/condition" } })),
            condition("any", json!({ "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/condition" } })),
            condition("not", json!({ "$ref": "#/$defs/condition" })),
            strict(&["fact", "operator", "value"], json!({
                "fact": { "type": "string", "anyOf": FACTS.iter().map(fact).collect::<Vec<_>>() },
                "operator": { "enum": Operator::WORDS },
                "value": { "anyOf": [scalar, { "type": "array", "items": scalar }] },
            })),
        ] },
        "window": strict(&["days"], json!({
            "days": days, "from": { "enum": Anchor::WORDS, "default": "payment" }, "over": { "enum": Refusal::WORDS, "default": "no" },
            "storeCreditDays": days, "exchangeDays": days,
        })),
        "extend": {
            "type": "object", "required": ["rule"],
            "properties": { "rule": text, "days": days, "until": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" } },
            "additionalProperties": false,
            "anyOf": [{ "required": ["days"] }, { "required": ["until"] }],
        },
        "cap": {
            "type": "object", "required": ["of", "within"],
            "properties": {
                "of": { "enum": CapOf::WORDS }, "within": { "enum": Period::WORDS }, "amount": limits,
                "count": { "type": "integer", "minimum": 0, "maximum": 1_000_000 },
                "above": { "enum": Refusal::WORDS, "default": "no" },
            },
            "additionalProperties": false,
            "anyOf": [{ "required": ["amount"] }, { "required": ["count"] }],
        },
        "keep": strict(&[], json!({
            "percent": { "type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.01 }, "amount": limits,
            "shipping": { "type": "boolean" }, "tax": { "type": "boolean" },
        })),
    });
    schema
}

/// The schemas of what calls return.
fn of_outputs() -> Vec<(&'static str, Value)> {
    fn schema<T: schemars::JsonSchema>() -> Value {
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        // `uint32` is a format that no validator knows.
        let plain = |schema: &mut schemars::Schema| {
            schema.remove("format");
        };
        let settings = settings.with_transform(schemars::transform::RecursiveTransform(plain));
        settings.into_generator().into_root_schema_for::<T>().to_value()
    }
    vec![
        ("customers", schema::<Page<CustomerItem>>()),
        ("customer", schema::<CustomerDetail>()),
        ("payments", schema::<Page<PaymentItem>>()),
        ("payment", schema::<PaymentDetail>()),
        ("table", schema::<Table>()),
        ("facets", schema::<Facets>()),
        ("search", schema::<SearchResult>()),
        ("text-findings", schema::<TextFindings>()),
        ("customer-tab", schema::<Page<TabRow>>()),
        ("signals", schema::<Page<Signal>>()),
        ("wallets", schema::<Wallets>()),
        ("portal", schema::<Portal>()),
        ("prepared-action", schema::<PreparedAction>()),
        ("discrepancies", schema::<Page<Discrepancy>>()),
        ("identity-graph", schema::<IdentityGraph>()),
        ("override", schema::<OverrideItem>()),
        ("overrides", schema::<Page<OverrideItem>>()),
        ("erasure", schema::<Erasure>()),
        ("changes", schema::<Changes>()),
        ("verdict", schema::<Verdict>()),
        ("refunds", schema::<Page<RefundItem>>()),
        ("refund-plan", schema::<RefundPlan>()),
        ("policy-trial", schema::<PolicyTrial>()),
        ("policy-report", schema::<PolicyReport>()),
        ("made-policy", schema::<MadePolicy>()),
        ("replay", schema::<Replay>()),
        ("decline", schema::<Decline>()),
        ("report", schema::<IngestReport>()),
        ("canonical", canonical()),
        ("policy", policy()),
    ]
}

#[test]
fn schemas_are_those_of_the_rust_types() {
    for (name, mut schema) in of_outputs() {
        schema["title"] = json!(name);
        let generated = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        committed::keep(&format!("js/schema/{name}.json"), &generated, "schema");
    }
}

/// The reader finds members by a table of its own: a name that is not in it would read another member's value.
#[test]
fn the_canonical_reader_knows_exactly_the_members_of_the_schema() {
    let schema = canonical();
    let records = schema["oneOf"].as_array().unwrap();
    let members = records.iter().flat_map(|record| record["properties"].as_object().unwrap().keys());
    let declared: std::collections::BTreeSet<&str> = members.map(String::as_str).collect();
    assert_eq!(source::canonical::NAMES.len(), declared.len());
    assert_eq!(source::canonical::NAMES.iter().copied().collect::<std::collections::BTreeSet<_>>(), declared);
}
