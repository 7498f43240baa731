//! How long after a payment each method still takes a refund, and what each source takes back only in part.
//!
//! Every row names the page that it was read from; `docs/refund-windows.md` is generated from them. A row that could not be
//! checked there is marked so: its end is a review, not a no. Cards have no documented limit. A host that knows better says
//! so in the request (`methodWindows`).

use crate::error::{ErrorCode, GuestfolioError};
use crate::input::Argument;
use crate::policy::rule::MOST_DAYS;
use crate::source::Source;

/// When the pages were read.
pub const READ: &str = "2026-11";

/// A method's window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// The system.
    pub source: Source,
    /// Its word for the method; `None` for all of its methods.
    pub method: Option<&'static str>,
    /// Days after the payment on which a refund still works.
    pub days: i64,
    /// The number stands in the method's own documentation, without a contradiction.
    pub documented: bool,
    /// Where it was read; nowhere where it could not be checked.
    pub page: Option<&'static str>,
}

/// One page a method.
const STRIPE: &str = "docs.stripe.com/payments";
const VIPPS: &str = "developer.vippsmobilepay.com/docs/knowledge-base/refund";
/// Another page of Dodo's, its list of error codes, says 90 days: past the shorter time a person looks.
const DODO: &str = "docs.dodopayments.com/features/transactions/refunds";

const fn stripe(method: &'static str, days: i64, documented: bool, page: Option<&'static str>) -> Window {
    Window { source: Source::Stripe, method: Some(method), days, documented, page }
}

/// All windows.
pub const WINDOWS: &[Window] = &[
    stripe("ideal", 180, true, Some(STRIPE)),
    stripe("eps", 180, true, Some(STRIPE)),
    stripe("sofort", 180, true, Some(STRIPE)),
    stripe("paypal", 180, true, Some(STRIPE)),
    stripe("klarna", 180, true, Some(STRIPE)),
    stripe("twint", 180, true, Some(STRIPE)),
    stripe("swish", 365, true, Some(STRIPE)),
    stripe("mb_way", 365, true, Some(STRIPE)),
    stripe("grabpay", 90, true, Some(STRIPE)),
    stripe("mobilepay", 365, true, Some(VIPPS)),
    stripe("vipps", 365, true, Some(VIPPS)),
    stripe("afterpay_clearpay", 120, false, None),
    stripe("affirm", 120, false, None),
    stripe("cashapp", 90, false, None),
    stripe("alipay", 90, false, None),
    stripe("wechat_pay", 180, false, None),
    stripe("sepa_debit", 180, false, None),
    stripe("us_bank_account", 180, false, None),
    stripe("bacs_debit", 180, false, None),
    stripe("acss_debit", 180, false, None),
    stripe("au_becs_debit", 90, false, None),
    stripe("fpx", 60, false, None),
    stripe("p24", 180, false, None),
    stripe("bancontact", 180, false, None),
    stripe("giropay", 180, false, None),
    stripe("amazon_pay", 180, false, None),
    Window { source: Source::Dodo, method: None, days: 30, documented: false, page: Some(DODO) },
];

/// The window of a source's method, if one is known.
pub fn window(source: Source, method: Option<&str>) -> Option<Window> {
    let fits = |window: &&Window| window.source == source && (window.method.is_none() || window.method == method);
    WINDOWS.iter().find(fits).copied()
}

/// What the host says of a method's window.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnWindow {
    /// The system.
    pub source: Source,
    /// Its word for the method; `None` for all that no other entry names.
    pub method: Option<String>,
    /// Days after the payment; `None` for no limit.
    pub days: Option<i64>,
}

impl OwnWindow {
    /// Reads `[{ source, method?, days? }]`; a single one may stand alone.
    pub fn parse_list(list: &Argument<'_>) -> Result<Vec<Self>, GuestfolioError> {
        let mut windows: Vec<Self> = Vec::new();
        let entries = list.one_or_many();
        if entries.len() > MOST_WINDOWS {
            return Err(list.error(ErrorCode::OutOfRange, format!("must be at most {MOST_WINDOWS} windows")));
        }
        for entry in entries {
            let mut fields = entry.fields()?;
            let source = fields.required("source")?.word(Source::WORDS, Source::from_word)?;
            let method = fields.get("method").map(|method| method.text().map(str::to_owned)).transpose()?;
            let days = fields.get("days").map(|days| days.whole(0, MOST_DAYS)).transpose()?;
            fields.finish()?;
            if windows.iter().any(|known| known.source == source && known.method == method) {
                return Err(entry.error(ErrorCode::OutOfRange, "the method has a window already"));
            }
            windows.push(Self { source, method, days });
        }
        Ok(windows)
    }

    /// The entry for a method: its own before the one for all.
    pub fn find<'w>(windows: &'w [Self], source: Source, method: Option<&str>) -> Option<&'w Self> {
        let of = |method: Option<&str>| {
            windows.iter().find(|window| window.source == source && window.method.as_deref() == method)
        };
        of(method).or_else(|| of(None))
    }
}

/// More methods than all sources have.
const MOST_WINDOWS: usize = 1000;

/// Partial refunds name the lines that go back, not an amount (docs.dodopayments.com, create refund).
pub fn refunds_by_line(source: Source) -> bool {
    source == Source::Dodo
}

/// A hold is released as a whole, and what is captured can be less than it: Stripe's `amount_to_capture`, Flatpay's partial
/// capture ("partly void is not supported"), Shopify's capture of an amount.
pub fn captures_less(source: Source) -> bool {
    matches!(source, Source::Stripe | Source::Flatpay | Source::Shopify)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[test]
    fn the_documented_windows_are_those_of_the_code() {
        let mut text = format!(
            "# How long a refund works\n\nDays after the payment on which each method still takes a refund, as read in {READ}. The \
             last day counts to its end in the\nmerchant's zone. Where a number stands in the method's own documentation, its end is \
             a `no`; else a person looks (`review`).\nA method that is not listed has no documented limit; cards have none. \
             `methodWindows` in a request overrides a row:\n`{{ source: \"dodo\", days: 90 }}`, or without `days` for no limit.\n\n\
             Generated from `src/refund/method.rs` by `UPDATE_TYPES=1 cargo test windows`.\n\n\
             | source | method | days | past it | read at |\n|---|---|---|---|---|\n"
        );
        for row in WINDOWS {
            let method = row.method.map_or_else(|| "all".to_owned(), |method| format!("`{method}`"));
            let past = if row.documented { "`no`" } else { "`review`" };
            writeln!(
                text,
                "| `{}` | {method} | {} | {past} | {} |",
                row.source.word(),
                row.days,
                row.page.unwrap_or("not checked")
            )
            .unwrap();
        }
        crate::committed::keep("docs/refund-windows.md", &text, "windows");
    }
}
