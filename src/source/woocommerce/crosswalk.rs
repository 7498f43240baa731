//! WooCommerce's one status mapping: the words of its REST API. A plugin's own statuses stay unknown.

use crate::ledger::record::{AttemptState, OrderState};

/// What else of an order decides, where its status alone does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Nothing else.
    Always,
    /// `date_paid` is given.
    Paid,
    /// `date_paid` is null: cash on delivery, or an order that a person moved on.
    Unpaid,
    /// The gateway's metadata say that the money is held and not captured.
    Held,
}

/// An order's status: the money, and the order itself. `trash` is an order that was thrown away.
pub const ORDER: &[(&str, When, AttemptState, OrderState)] = &[
    ("pending", When::Always, AttemptState::Incomplete, OrderState::Pending),
    ("checkout-draft", When::Always, AttemptState::Incomplete, OrderState::Pending),
    ("auto-draft", When::Always, AttemptState::Incomplete, OrderState::Pending),
    ("draft", When::Always, AttemptState::Incomplete, OrderState::Pending),
    ("on-hold", When::Always, AttemptState::Pending, OrderState::Pending),
    ("on-hold", When::Held, AttemptState::Authorized, OrderState::Authorized),
    ("processing", When::Paid, AttemptState::Captured, OrderState::Paid),
    ("processing", When::Unpaid, AttemptState::Pending, OrderState::Pending),
    ("completed", When::Paid, AttemptState::Captured, OrderState::Paid),
    ("completed", When::Unpaid, AttemptState::Pending, OrderState::Pending),
    ("refunded", When::Always, AttemptState::Captured, OrderState::Refunded),
    ("cancelled", When::Always, AttemptState::Voided, OrderState::Canceled),
    ("trash", When::Always, AttemptState::Voided, OrderState::Canceled),
    ("failed", When::Always, AttemptState::Failed, OrderState::Failed),
];

/// Methods that no gateway stands behind: bank transfer, cheque, cash on delivery.
pub const OFFLINE: [&str; 3] = ["bacs", "cheque", "cod"];

/// Metadata in which gateways' plugins keep the id of their payment.
pub const REFERENCES: [&str; 8] = [
    "_transaction_id",
    "_stripe_charge_id",
    "_stripe_intent_id",
    "_payment_intent_id",
    "_intent_id",
    "_charge_id",
    "_dodo_payment_id",
    "_reepay_order",
];
