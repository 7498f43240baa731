//! Which system a record comes from, by its shape.
//!
//! Each system has members that no other writes, and members that several write. A record is of the one system whose own
//! members it has; where two fit, or none does, nobody guesses.

use super::Source;
use crate::issue::IssueCode;
use crate::json::value::{Kind, Value};

const STRIPE: u8 = 1;
const DODO: u8 = 1 << 1;
const FLATPAY: u8 = 1 << 2;
const SHOPIFY: u8 = 1 << 3;
const WOOCOMMERCE: u8 = 1 << 4;
const CANONICAL: u8 = 1 << 5;

/// A member, the systems that write it, and whether it alone settles the matter (2) or half of it (1). Stripe's `object` is on
/// every record of its API: it outweighs members that old records of Stripe share with others. Sorted by name.
const SIGNS: &[(&str, u8, u8)] = &[
    ("_links", WOOCOMMERCE, 1),
    ("abandoned_checkout_url", SHOPIFY, 2),
    ("admin_graphql_api_id", SHOPIFY, 2),
    ("amountSet", SHOPIFY, 2),
    ("authorized_amount", FLATPAY, 1),
    ("balance", DODO, 1),
    ("before_balance", DODO, 2),
    ("billing", WOOCOMMERCE, 1),
    ("brand_id", DODO, 1),
    ("business_id", DODO, 2),
    ("card_transaction", FLATPAY, 2),
    ("cart_token", SHOPIFY, 1),
    ("cause_cancel", SHOPIFY, 2),
    ("company", FLATPAY, 1),
    ("credit_note_id", FLATPAY, 2),
    ("customer_id", DODO, 1),
    ("date_created", WOOCOMMERCE, 1),
    ("date_created_gmt", WOOCOMMERCE, 2),
    ("date_modified_gmt", WOOCOMMERCE, 1),
    ("date_paid", WOOCOMMERCE, 1),
    ("defaultEmailAddress", SHOPIFY, 2),
    ("default_address", SHOPIFY, 2),
    ("delivery_url", WOOCOMMERCE, 2),
    ("displayFinancialStatus", SHOPIFY, 2),
    ("displayName", SHOPIFY, 1),
    ("dispute_id", DODO, 1),
    ("dispute_stage", DODO, 2),
    ("download_id", WOOCOMMERCE, 2),
    ("event_id", FLATPAY, 1),
    ("event_type", FLATPAY, 1),
    ("evidenceDueBy", SHOPIFY, 2),
    ("evidence_due_by", SHOPIFY, 2),
    ("financial_status", SHOPIFY, 2),
    ("gateway", SHOPIFY, 1),
    ("handle", FLATPAY, 2),
    ("instances_count", DODO, 2),
    ("invoice", FLATPAY, 1),
    ("invoice_url", SHOPIFY, 1),
    ("is_paying_customer", WOOCOMMERCE, 2),
    ("kind", SHOPIFY, 1),
    ("line_items", SHOPIFY | WOOCOMMERCE, 1),
    ("livemode", STRIPE, 1),
    ("meta_data", WOOCOMMERCE, 1),
    ("object", STRIPE, 6),
    ("order_id", SHOPIFY, 1),
    ("order_key", WOOCOMMERCE, 2),
    ("orders_count", SHOPIFY, 2),
    ("outcome", FLATPAY, 1),
    ("parent_id", SHOPIFY | WOOCOMMERCE, 1),
    ("payload_type", DODO, 2),
    ("payment_id", DODO, 1),
    ("payout_id", SHOPIFY, 1),
    ("phone_number", DODO, 1),
    ("presentment_currency", SHOPIFY, 2),
    ("record", CANONICAL, 2),
    ("recurring_pre_tax_amount", DODO, 2),
    ("ref_transaction", FLATPAY, 2),
    ("refundLineItems", SHOPIFY, 2),
    ("refund_id", DODO, 1),
    ("refund_line_items", SHOPIFY, 2),
    ("refunded_payment", WOOCOMMERCE, 2),
    ("remote_reference", SHOPIFY, 2),
    ("reservation_time", SHOPIFY, 2),
    ("schemaVersion", CANONICAL, 1),
    ("session_id", SHOPIFY, 1),
    ("settled_amount", FLATPAY, 2),
    ("source_order_id", SHOPIFY, 1),
    ("state", FLATPAY, 1),
    ("totalPriceSet", SHOPIFY, 2),
    ("totalRefundedSet", SHOPIFY, 2),
    ("total_amount", DODO, 1),
    ("total_price", SHOPIFY, 1),
    ("unique_token", SHOPIFY, 1),
    ("vat", FLATPAY, 2),
    ("verified_email", SHOPIFY, 2),
];

/// What settles it.
const ENOUGH: u8 = 2;

const SYSTEMS: [(u8, Source); 6] = [
    (STRIPE, Source::Stripe),
    (DODO, Source::Dodo),
    (FLATPAY, Source::Flatpay),
    (SHOPIFY, Source::Shopify),
    (WOOCOMMERCE, Source::Woocommerce),
    (CANONICAL, Source::Canonical),
];

/// The system of a record.
///
/// # Errors
/// `ambiguous_source` where several fit, `unknown_source` where none does.
pub fn detect(record: Value<'_>) -> Result<Source, IssueCode> {
    let mut scores = [0_u8; SYSTEMS.len()];
    let mut answer = None;
    // WooCommerce writes its errors flat.
    let (mut has_code, mut has_message) = (false, false);
    for member in record.members() {
        let (key, value) = member?;
        if *key == *b"id" && value.kind() == Kind::String && is_global_id(value) {
            return Ok(Source::Shopify);
        }
        match &*key {
            b"error" | b"errors" => answer = Some(value),
            b"code" => has_code = true,
            b"message" => has_message = true,
            _ => {}
        }
        if *key == *b"object" && value.kind() != Kind::String {
            continue;
        }
        let Ok(at) = SIGNS.binary_search_by(|(name, _, _)| name.as_bytes().cmp(&key)) else { continue };
        let Some((_, systems, weight)) = SIGNS.get(at) else { continue };
        for (score, (system, _)) in scores.iter_mut().zip(SYSTEMS) {
            if systems & system != 0 {
                *score = score.saturating_add(*weight);
            }
        }
    }
    let mut fitting = scores.iter().zip(SYSTEMS).filter(|(score, _)| **score >= ENOUGH).map(|(_, (_, source))| source);
    match (fitting.next(), fitting.next()) {
        (Some(source), None) => Ok(source),
        (Some(_), Some(_)) => of_several(&scores),
        (None, _) => match answer {
            // The payment that an error is about.
            Some(error) if error.get(b"payment_intent")?.is_some() => Ok(Source::Stripe),
            Some(_) => Err(IssueCode::ApiErrorAnswer),
            None if has_code && has_message => Err(IssueCode::ApiErrorAnswer),
            None => Err(IssueCode::UnknownSource),
        },
    }
}

/// Of several systems that fit, one that has twice the signs of every other; else nobody can tell.
fn of_several(scores: &[u8; SYSTEMS.len()]) -> Result<Source, IssueCode> {
    let best = scores.iter().copied().max().unwrap_or(0);
    let close = scores.iter().filter(|score| score.saturating_mul(2) > best).count();
    let found = scores.iter().zip(SYSTEMS).find(|(score, _)| **score == best).map(|(_, (_, source))| source);
    found.filter(|_| close == 1).ok_or(IssueCode::AmbiguousSource)
}

fn is_global_id(id: Value<'_>) -> bool {
    id.text(&mut crate::json::text::TextFlaws::default()).is_ok_and(|id| id.starts_with("gid://shopify/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signs_are_sorted_and_each_stands_once() {
        assert!(SIGNS.is_sorted_by(|(a, _, _), (b, _, _)| a < b));
    }
}
