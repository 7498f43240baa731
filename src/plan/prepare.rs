//! The request that carries out one step, as each system documents it.
//!
//! Stripe: docs.stripe.com/api/refunds/create and /api/payment_intents/cancel. Dodo: docs.dodopayments.com, create refund. Frisbii:
//! `POST /v1/refund` and `/v1/charge/{handle}/cancel`. Shopify: REST Admin API, refunds. WooCommerce: REST API v3, order refunds.

use crate::bytes::push_hex;
use crate::input::Input;
use crate::money::Money;
use crate::source::Source;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A request that the host sends, with its own secret key, from a server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PreparedRequest {
    /// The system that it goes to.
    pub system: Source,
    /// The HTTP method.
    pub method: String,
    /// The path below the system's address.
    pub path: String,
    /// The headers that belong to this request; authentication is the host's.
    #[cfg_attr(test, ts(type = "{ [name: string]: string }"))]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, String>"))]
    pub headers: Input,
    /// The body, before it is encoded as the content type says.
    #[cfg_attr(test, ts(type = "{ [name: string]: unknown }"))]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, serde_json::Value>"))]
    pub body: Input,
}

/// What is meant: the parts of an idempotency key.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'i> {
    /// The system.
    pub source: Source,
    /// The account.
    pub account: &'i str,
    /// The payment.
    pub payment: &'i str,
    /// What is done.
    pub action: &'i str,
    /// How much, and of which lines.
    pub amount: &'i Money,
    /// The lines, written out.
    pub lines: &'i str,
    /// What was taken, has gone back, and is on its way: another state is another intent.
    pub state: [i64; 3],
}

impl Intent<'_> {
    /// `gf_` and 32 hex digits. Neither the time nor the agent is in it.
    pub fn key(&self) -> String {
        let (minor, currency) = (self.amount.minor.to_string(), self.amount.currency.code());
        let state = self.state.map(|minor| minor.to_string()).join("/");
        let parts =
            [self.source.word(), self.account, self.payment, self.action, &minor, &currency, self.lines, &state];
        key_of(&parts)
    }
}

/// `gf_` and 32 hex digits of what is meant: the same for the same intent.
pub fn key_of(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length keeps two parts from being another two.
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let half = hash.finalize();
    let mut key = String::from("gf_");
    push_hex(&mut key, half.get(..16).unwrap_or_default());
    key
}

/// Shopify's version of the API that these bodies belong to.
pub(super) const SHOPIFY: &str = "2025-10";

#[inline(never)]
fn decimal(amount: &Money) -> Input {
    amount.decimal().map_or(Input::Null, Input::Text)
}

#[inline(never)]
fn request(system: Source, path: String, headers: Vec<(&str, Input)>, body: Vec<(&str, Input)>) -> PreparedRequest {
    PreparedRequest {
        system,
        method: "POST".to_owned(),
        path,
        headers: Input::object(headers),
        body: Input::object(body),
    }
}

/// An id as one part of a path: what is no letter, digit, `-`, `_` or `.` is written as percent signs and digits.
pub(super) fn segment(id: &str) -> String {
    let mut path = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || byte == b'.' && !id.contains("..") {
            path.push(char::from(byte));
        } else {
            path.push('%');
            push_hex(&mut path, &[byte]);
        }
    }
    path
}

pub(super) const JSON: (&str, &str) = ("Content-Type", "application/json");
pub(super) const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

pub(super) fn header((name, value): (&'static str, &str)) -> (&'static str, Input) {
    (name, Input::text(value))
}

/// What a refund's request is made of.
#[derive(Debug)]
pub struct RefundOf<'r> {
    /// The system that is asked: the shop's where the payment has an order.
    pub system: Source,
    /// The id that the system knows: the payment's, or the order's.
    pub id: &'r str,
    /// How much, as that system counts it.
    pub amount: &'r Money,
    /// All that is left goes back.
    pub is_whole: bool,
    /// Transactions with the gateway's word and how much goes back of each, where the system wants them.
    pub parts: &'r [(String, Option<String>, Money)],
    /// Lines: id, pieces, how much.
    pub lines: &'r [(String, Option<u32>, Money)],
    /// Why, in the host's words.
    pub reason: Option<&'r str>,
    /// The money goes back through the gateway; else it is written down only.
    pub through_gateway: bool,
    /// The key.
    pub key: &'r str,
}

/// Stripe's own words for a reason; others it refuses.
const STRIPE_REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

/// The request for a refund, where the system has one.
pub fn refund(of: &RefundOf<'_>) -> Option<PreparedRequest> {
    let reason = of.reason.map_or(Input::Null, Input::text);
    Some(match of.system {
        Source::Stripe => {
            let named = if of.id.starts_with("pi_") { "payment_intent" } else { "charge" };
            let headers = vec![header(FORM), ("Idempotency-Key", Input::text(of.key))];
            let own = of.reason.filter(|reason| STRIPE_REASONS.contains(reason));
            let body = vec![
                (named, Input::text(of.id)),
                ("amount", Input::number(of.amount.minor)),
                ("reason", own.map_or(Input::Null, Input::text)),
            ];
            request(of.system, "/v1/refunds".to_owned(), headers, body)
        }
        Source::Dodo => {
            let item = |(id, _, amount): &(String, Option<u32>, Money)| {
                Input::object(vec![
                    ("item_id", Input::text(id)),
                    ("amount", Input::number(amount.minor)),
                    ("tax_inclusive", Input::Bool(true)),
                ])
            };
            let items = match (of.is_whole, of.lines.is_empty()) {
                (true, _) => Input::Null,
                (false, true) => return None,
                (false, false) => Input::List(of.lines.iter().map(item).collect()),
            };
            let body = vec![("payment_id", Input::text(of.id)), ("items", items), ("reason", reason)];
            request(of.system, "/refunds".to_owned(), vec![header(JSON)], body)
        }
        Source::Flatpay => {
            let body = vec![
                ("invoice", Input::text(of.id)),
                ("amount", Input::number(of.amount.minor)),
                ("key", Input::text(of.key)),
                ("text", reason),
            ];
            request(of.system, "/v1/refund".to_owned(), vec![header(JSON)], body)
        }
        Source::Shopify => {
            if of.parts.is_empty() {
                return None;
            }
            let transaction = |(id, gateway, amount): &(String, Option<String>, Money)| {
                Input::object(vec![
                    ("parent_id", Input::text(id)),
                    ("amount", decimal(amount)),
                    ("kind", Input::text("refund")),
                    ("gateway", gateway.as_deref().map_or(Input::Null, Input::text)),
                ])
            };
            let line = |(id, quantity, _): &(String, Option<u32>, Money)| {
                Input::object(vec![
                    ("line_item_id", Input::text(id)),
                    ("quantity", quantity.map_or(Input::Null, |quantity| Input::number(i64::from(quantity)))),
                    ("restock_type", Input::text("no_restock")),
                ])
            };
            let refund = Input::object(vec![
                ("currency", Input::Text(of.amount.currency.code())),
                ("note", reason),
                (
                    "refund_line_items",
                    Input::List(of.lines.iter().filter(|(_, quantity, _)| quantity.is_some()).map(line).collect()),
                ),
                ("transactions", Input::List(of.parts.iter().map(transaction).collect())),
            ]);
            let path = format!("/admin/api/{SHOPIFY}/orders/{}/refunds.json", segment(of.id));
            request(of.system, path, vec![header(JSON)], vec![("refund", refund)])
        }
        Source::Woocommerce => {
            let line = |(id, quantity, amount): &(String, Option<u32>, Money)| {
                let quantity = quantity.map_or(Input::Null, |quantity| Input::number(i64::from(quantity)));
                Input::object(vec![("id", Input::text(id)), ("quantity", quantity), ("refund_total", decimal(amount))])
            };
            let lines = Input::List(of.lines.iter().map(line).collect());
            let body = vec![
                ("amount", decimal(of.amount)),
                ("reason", reason),
                ("line_items", if of.lines.is_empty() { Input::Null } else { lines }),
                ("api_refund", Input::Bool(of.through_gateway)),
            ];
            request(of.system, format!("/wp-json/wc/v3/orders/{}/refunds", segment(of.id)), vec![header(JSON)], body)
        }
        Source::Canonical => return None,
    })
}

/// The request that releases a hold, where the system has one.
pub fn release(system: Source, id: &str, hold: Option<&str>, key: &str) -> Option<PreparedRequest> {
    Some(match system {
        Source::Stripe if id.starts_with("pi_") => {
            let headers = vec![header(FORM), ("Idempotency-Key", Input::text(key))];
            request(system, format!("/v1/payment_intents/{}/cancel", segment(id)), headers, Vec::new())
        }
        // A charge without an intent is released by a refund of all of it.
        Source::Stripe => {
            let headers = vec![header(FORM), ("Idempotency-Key", Input::text(key))];
            request(system, "/v1/refunds".to_owned(), headers, vec![("charge", Input::text(id))])
        }
        Source::Flatpay => {
            request(system, format!("/v1/charge/{}/cancel", segment(id)), vec![header(JSON)], Vec::new())
        }
        Source::Shopify => {
            let transaction = Input::object(vec![("kind", Input::text("void")), ("parent_id", Input::text(hold?))]);
            let path = format!("/admin/api/{SHOPIFY}/orders/{}/transactions.json", segment(id));
            request(system, path, vec![header(JSON)], vec![("transaction", transaction)])
        }
        Source::Dodo | Source::Woocommerce | Source::Canonical => return None,
    })
}
