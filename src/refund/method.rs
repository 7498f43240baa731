//! How long after a payment each method still takes a refund.
//!
//! Read in 2026-11 from Stripe's pages on each payment method (docs.stripe.com/payments) and from Vipps MobilePay's
//! (developer.vippsmobilepay.com). An entry that could not be checked there is marked so: its end is a review, not a no.
//! Cards have no documented limit.

use crate::source::Source;

/// A method's window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Stripe's word for the method.
    method: &'static str,
    /// Days after the payment on which a refund still works.
    pub days: i64,
    /// The number stands in the method's own documentation.
    pub documented: bool,
}

const fn documented(method: &'static str, days: i64) -> Window {
    Window { method, days, documented: true }
}

const fn hearsay(method: &'static str, days: i64) -> Window {
    Window { method, days, documented: false }
}

const STRIPE: &[Window] = &[
    documented("ideal", 180),
    documented("eps", 180),
    documented("sofort", 180),
    documented("paypal", 180),
    documented("klarna", 180),
    documented("twint", 180),
    documented("swish", 365),
    documented("mb_way", 365),
    documented("grabpay", 90),
    documented("mobilepay", 365),
    documented("vipps", 365),
    hearsay("afterpay_clearpay", 120),
    hearsay("affirm", 120),
    hearsay("cashapp", 90),
    hearsay("alipay", 90),
    hearsay("wechat_pay", 180),
    hearsay("sepa_debit", 180),
    hearsay("us_bank_account", 180),
    hearsay("bacs_debit", 180),
    hearsay("acss_debit", 180),
    hearsay("au_becs_debit", 90),
    hearsay("fpx", 60),
    hearsay("p24", 180),
    hearsay("bancontact", 180),
    hearsay("giropay", 180),
    hearsay("amazon_pay", 180),
];

/// The window of a source's method, if one is known.
pub fn window(source: Source, method: &str) -> Option<Window> {
    if source == Source::Dodo {
        // Dodo's pages say 30 days, its error code 90: past the shorter one a person looks.
        return Some(hearsay("any", 30));
    }
    let stripe = if source == Source::Stripe { STRIPE } else { &[] };
    stripe.iter().find(|window| window.method == method).copied()
}

/// Debits that the payer's bank can return on its own (docs.stripe.com/refunds): SEPA, Bacs, ACH, ACSS, BECS and
/// New Zealand's.
pub fn is_bank_debit(method: &str) -> bool {
    matches!(
        method,
        "sepa_debit"
            | "bacs_debit"
            | "us_bank_account"
            | "ach_debit"
            | "acss_debit"
            | "au_becs_debit"
            | "nz_bank_account"
    )
}
