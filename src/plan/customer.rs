//! Requests about customers, as each system documents them: create, read, change, invite to the portal, cancel a subscription, move
//! money in a wallet. Nothing is sent from here.
//!
//! Stripe: docs.stripe.com/api/customers, /api/customer_portal/sessions and /api/subscriptions. Dodo: docs.dodopayments.com, customers,
//! customer portal session, wallets' ledger entries, subscriptions. Frisbii: `/v1/customer` and `/v1/subscription/{handle}/cancel`.
//! Shopify: REST Admin API, customers. WooCommerce: REST API v3, customers; subscriptions are its extension's.

use super::prepare::{FORM, JSON, PreparedRequest, SHOPIFY, header, segment};
use crate::input::Input;
use crate::issue::SchemaVersion;
use crate::money::Money;
use crate::source::Source;
use crate::word::words;
use serde::Serialize;

words! {
    /// What a request about a customer does.
    pub enum CustomerAction {
        /// Makes a customer of the system, such as of a guest.
        Create = "create",
        /// Reads the customer.
        Read = "read",
        /// Changes the name, e-mail or phone.
        Update = "update",
        /// Invites the customer to the system's own portal.
        InviteToPortal = "invite_to_portal",
        /// Cancels a subscription.
        CancelSubscription = "cancel_subscription",
        /// Puts money into the customer's wallet.
        CreditWallet = "credit_wallet",
        /// Takes money out of the customer's wallet.
        DebitWallet = "debit_wallet",
    }
}

words! {
    /// What to know of a request about a customer before it is sent.
    pub enum ActionNote {
        /// Send it from a server: the secret key must never be in a page.
        SecretKeyOnServer = "secret_key_on_server",
        /// The system keeps no idempotency keys for this: keep the key with what was sent, and send once.
        KeepKey = "keep_key",
        /// The system has no such request.
        NoRequest = "no_request",
        /// The system has no such customer: a guest, or one that was deleted. Create one first.
        NoCustomer = "no_customer",
        /// The answer has a link that the customer is to be sent.
        LinkInAnswer = "link_in_answer",
        /// The system writes to the customer by itself.
        SendsEmail = "sends_email",
        /// The subscription runs to the end of what is paid.
        EndsWithPeriod = "ends_with_period",
        /// The subscription ends at once.
        EndsNow = "ends_now",
        /// The subscription does not run any more.
        NotRunning = "not_running",
        /// The wallet has less than that.
        ExceedsBalance = "exceeds_balance",
        /// What the wallet has is not known here.
        BalanceUnknown = "balance_unknown",
    }
}

/// A request about a customer, prepared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PreparedAction {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// What it does.
    pub action: CustomerAction,
    /// What to send; `null` where there is nothing to send, of which a note says why.
    pub request: Option<PreparedRequest>,
    /// The same for the same intent and state; where the system takes it, it is in the request.
    pub idempotency_key: String,
    /// What to know before it is sent.
    pub notes: Vec<ActionNote>,
}

/// What is known or to be known of a customer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Profile {
    /// First and last name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
}

/// What a request is made of.
#[derive(Debug)]
pub struct Wanted<'w> {
    /// What it does.
    pub action: CustomerAction,
    /// The system.
    pub system: Source,
    /// The customer's or subscription's id there; empty where one is created.
    pub id: &'w str,
    /// What is written.
    pub profile: &'w Profile,
    /// A subscription runs to the end of what is paid.
    pub at_period_end: bool,
    /// How much goes into or out of a wallet.
    pub amount: Option<Money>,
    /// Why.
    pub reason: Option<&'w str>,
    /// Where the portal leads back to.
    pub return_url: Option<&'w str>,
    /// The key.
    pub key: &'w str,
}

fn text(text: Option<&str>) -> Input {
    text.map_or(Input::Null, Input::text)
}

/// The first word of a name, and the rest. Where they take the place of another name, one that is missing is written as empty, or the
/// old one would stay.
fn halves(name: Option<&str>, replace: bool) -> [Input; 2] {
    let (first, last) = name.map(|name| name.trim().split_once(' ').unwrap_or((name.trim(), ""))).unzip();
    [first, last].map(|half| text(half.filter(|half| replace || !half.is_empty())))
}

/// The request, where the system has one, and what to know of it.
pub fn prepare(of: &Wanted<'_>) -> (Option<PreparedRequest>, Vec<ActionNote>) {
    use CustomerAction::{CancelSubscription, Create, CreditWallet, DebitWallet, InviteToPortal, Read, Update};
    let Profile { name, email, phone } = of.profile;
    let (name, email, phone) = (name.as_deref(), email.as_deref(), phone.as_deref());
    let [first, last] = halves(name, of.action == Update);
    let id = segment(of.id);
    let mut notes = vec![ActionNote::SecretKeyOnServer];
    let mut note = |more: ActionNote| notes.push(more);
    let (method, path, body): (&str, String, Vec<(&str, Input)>) = match (of.system, of.action) {
        (Source::Stripe, Create) => (
            "POST",
            "/v1/customers".to_owned(),
            vec![("name", text(name)), ("email", text(email)), ("phone", text(phone))],
        ),
        (Source::Stripe, Read) => ("GET", format!("/v1/customers/{id}"), Vec::new()),
        (Source::Stripe, Update) => {
            let body = vec![("name", text(name)), ("email", text(email)), ("phone", text(phone))];
            ("POST", format!("/v1/customers/{id}"), body)
        }
        (Source::Stripe, InviteToPortal) => {
            note(ActionNote::LinkInAnswer);
            let body = vec![("customer", Input::text(of.id)), ("return_url", text(of.return_url))];
            ("POST", "/v1/billing_portal/sessions".to_owned(), body)
        }
        (Source::Stripe, CancelSubscription) if of.at_period_end => {
            ("POST", format!("/v1/subscriptions/{id}"), vec![("cancel_at_period_end", Input::text("true"))])
        }
        (Source::Stripe, CancelSubscription) => ("DELETE", format!("/v1/subscriptions/{id}"), Vec::new()),
        (Source::Dodo, Create) => {
            let body = vec![("name", text(name)), ("email", text(email)), ("phone_number", text(phone))];
            ("POST", "/customers".to_owned(), body)
        }
        (Source::Dodo, Read) => ("GET", format!("/customers/{id}"), Vec::new()),
        (Source::Dodo, Update) => {
            let body = vec![("name", text(name)), ("email", text(email)), ("phone_number", text(phone))];
            ("PATCH", format!("/customers/{id}"), body)
        }
        (Source::Dodo, InviteToPortal) => {
            note(ActionNote::SendsEmail);
            ("POST", format!("/customers/{id}/customer-portal/session?send_email=true"), Vec::new())
        }
        (Source::Dodo, CancelSubscription) => {
            let body = if of.at_period_end {
                ("cancel_at_next_billing_date", Input::Bool(true))
            } else {
                ("status", Input::text("cancelled"))
            };
            ("PATCH", format!("/subscriptions/{id}"), vec![body])
        }
        (Source::Dodo, CreditWallet | DebitWallet) => {
            let kind = if of.action == CreditWallet { "credit" } else { "debit" };
            let body = vec![
                ("amount", of.amount.map_or(Input::Null, |amount| Input::number(amount.minor))),
                ("currency", of.amount.map_or(Input::Null, |amount| Input::Text(amount.currency.code()))),
                ("entry_type", Input::text(kind)),
                ("idempotency_key", Input::text(of.key)),
                ("reason", text(of.reason)),
            ];
            ("POST", format!("/customers/{id}/wallets/ledger-entries"), body)
        }
        (Source::Flatpay, Create) => {
            let body = vec![
                ("generate_handle", Input::Bool(true)),
                ("email", text(email)),
                ("phone", text(phone)),
                ("first_name", first),
                ("last_name", last),
            ];
            ("POST", "/v1/customer".to_owned(), body)
        }
        (Source::Flatpay, Read) => ("GET", format!("/v1/customer/{id}"), Vec::new()),
        (Source::Flatpay, Update) => {
            let body = vec![("email", text(email)), ("phone", text(phone)), ("first_name", first), ("last_name", last)];
            ("PUT", format!("/v1/customer/{id}"), body)
        }
        // It has no way to end one at once by cancelling it.
        (Source::Flatpay, CancelSubscription) if of.at_period_end => {
            ("POST", format!("/v1/subscription/{id}/cancel"), Vec::new())
        }
        (Source::Flatpay, CancelSubscription) => ("POST", format!("/v1/subscription/{id}/expire"), Vec::new()),
        (Source::Shopify, Create | Update) => {
            let customer =
                vec![("first_name", first), ("last_name", last), ("email", text(email)), ("phone", text(phone))];
            let body = vec![("customer", Input::object(customer))];
            match of.action {
                Create => ("POST", format!("/admin/api/{SHOPIFY}/customers.json"), body),
                _ => ("PUT", format!("/admin/api/{SHOPIFY}/customers/{id}.json"), body),
            }
        }
        (Source::Shopify, Read) => ("GET", format!("/admin/api/{SHOPIFY}/customers/{id}.json"), Vec::new()),
        (Source::Shopify, InviteToPortal) => {
            note(ActionNote::SendsEmail);
            let body = vec![("customer_invite", Input::Object(Vec::new()))];
            ("POST", format!("/admin/api/{SHOPIFY}/customers/{id}/send_invite.json"), body)
        }
        (Source::Woocommerce, Create | Update) => {
            let billing = Input::object(vec![("phone", text(phone))]);
            let billing = if phone.is_some() { billing } else { Input::Null };
            let body = vec![("email", text(email)), ("first_name", first), ("last_name", last), ("billing", billing)];
            match of.action {
                Create => ("POST", "/wp-json/wc/v3/customers".to_owned(), body),
                _ => ("PUT", format!("/wp-json/wc/v3/customers/{id}"), body),
            }
        }
        (Source::Woocommerce, Read) => ("GET", format!("/wp-json/wc/v3/customers/{id}"), Vec::new()),
        (Source::Woocommerce, CancelSubscription) => {
            let status = if of.at_period_end { "pending-cancel" } else { "cancelled" };
            ("PUT", format!("/wp-json/wc/v3/subscriptions/{id}"), vec![("status", Input::text(status))])
        }
        (Source::Flatpay | Source::Woocommerce, InviteToPortal)
        | (Source::Stripe | Source::Flatpay | Source::Shopify | Source::Woocommerce, CreditWallet | DebitWallet)
        | (Source::Shopify, CancelSubscription)
        | (Source::Canonical, _) => return (None, vec![ActionNote::NoRequest]),
    };
    if of.action == CancelSubscription {
        note(if of.at_period_end { ActionNote::EndsWithPeriod } else { ActionNote::EndsNow });
    }
    let keeps_keys = of.system == Source::Stripe || matches!(of.action, CreditWallet | DebitWallet);
    let mut headers = match (method, of.system) {
        ("GET" | "DELETE", _) => Vec::new(),
        (_, Source::Stripe) => vec![header(FORM)],
        _ => vec![header(JSON)],
    };
    // The link of an invitation lives for minutes: who asks again needs a new one, not the first answer.
    if of.system == Source::Stripe && method == "POST" && of.action != InviteToPortal {
        headers.push(("Idempotency-Key", Input::text(of.key)));
    }
    // Reading twice, or writing the same twice, does no harm.
    if of.action == Create && !keeps_keys {
        note(ActionNote::KeepKey);
    }
    let (headers, body) = (Input::object(headers), Input::object(body));
    let request = PreparedRequest { system: of.system, method: method.to_owned(), path, headers, body };
    (Some(request), notes)
}
