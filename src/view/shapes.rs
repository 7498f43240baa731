//! The shapes of lists and details. Times are RFC 3339 in UTC; a value that is not known is `null`.

use super::discrepancies::{DiscrepancyAction, DiscrepancyCode};
use super::evidence::Strength;
use super::identity::{Evidence, OverrideItem, RelatedCustomer};
use super::quality::QualityNote;
use super::{MonthVolume, PaymentAction, PricingType};
use crate::decline::Decline;
use crate::identity::{IdentifierField, IdentifierFlaw, IdentifierKind};
use crate::issue::SchemaVersion;
use crate::ledger::customers::Who;
use crate::ledger::orders::LinkedBy;
use crate::ledger::record::{AttemptState, OrderState, RecordKind};
use crate::ledger::reversal::{DisputeState, RefundStatus};
use crate::ledger::status::{PaymentStatus, RefundState};
use crate::money::Money;
use crate::plan::PreparedRequest;
use crate::source::Source;
use crate::word::words;
use serde::Serialize;

words! {
    /// Who put the customer together.
    pub enum CustomerKind {
        /// guestfolio did, from payments that have no customer object.
        Guest = "guest",
        /// The source has a customer object.
        Registered = "registered",
    }
}

impl CustomerKind {
    /// The kind of a customer.
    pub(crate) const fn of(who: Who) -> Self {
        match who {
            Who::Guest(_) => Self::Guest,
            Who::Registered(..) => Self::Registered,
        }
    }
}

/// One page of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many rows all pages have together.
    pub total: usize,
    /// The cursor of the next page; `null` at the end.
    pub next: Option<String>,
}

/// The sums of a customer's payments in one currency. A sum past 2^53 − 1 minor units is `null`. Where systems count the
/// currency in different units (ISK at Stripe in hundredths, elsewhere whole), `minor` is in the finest of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// ISO 4217 code in upper case.
    pub currency: String,
    /// Money taken.
    pub captured: Option<Money>,
    /// Money given back.
    pub refunded: Option<Money>,
    /// Money on its way back.
    pub refund_pending: Option<Money>,
    /// Money contested by banks, or lost to them; `null` too when a dispute gives no usable amount.
    pub disputed: Option<Money>,
}

/// A card or account that was paid with. Only the fingerprint tells two apart; brand and last4 are for the eye.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CardView {
    /// The source's fingerprint.
    pub fingerprint: String,
    /// The source's word for the method: `card`, `sepa_debit`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `visa`.
    pub brand: Option<String>,
    /// Never an identifier.
    pub last4: Option<String>,
    /// `apple_pay`.
    pub wallet: Option<String>,
}

/// How a payment was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MethodView {
    /// The source's word: `card`, `sepa_debit`, `klarna`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `visa`.
    pub brand: Option<String>,
    /// Never an identifier.
    pub last4: Option<String>,
    /// `apple_pay`.
    pub wallet: Option<String>,
}

/// What stands where no picture is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Avatar {
    /// The first letters of the first and last name, or of the e-mail; empty where nothing is known.
    pub initials: String,
    /// A hue in degrees, 0 to 359, that is always the same for a customer's id.
    pub hue: u16,
}

/// A row of the customer list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CustomerItem {
    /// `gst_…` for a guest, the source's id for a registered customer.
    pub id: String,
    /// Guest or registered.
    pub kind: CustomerKind,
    /// The system of the registered customer, or of the guest's first payment.
    pub source: Source,
    /// Its account; `null` when none was named.
    pub account: Option<String>,
    /// `false` for test records, which are never mixed with live ones; `null` when the records do not say.
    pub livemode: Option<bool>,
    /// Initials and a colour.
    pub avatar: Avatar,
    /// The name given last.
    pub name: Option<String>,
    /// ISO 3166-1 alpha-2, of the billing address: a registered customer's own, else the latest payment's.
    pub country: Option<String>,
    /// How the latest payment was made.
    pub method: Option<MethodView>,
    /// When the source made the customer; of a guest, and of one of which no record says, when it first paid.
    pub created_at: Option<String>,
    /// How firmly its payments belong together.
    pub strength: Strength,
    /// E-mail addresses, normalised, the one used last first; at most ten.
    pub emails: Vec<String>,
    /// Phone numbers, normalised, the one used last first; at most ten.
    pub phones: Vec<String>,
    /// Cards and accounts, the one used last first; at most ten.
    pub cards: Vec<CardView>,
    /// Other ids of the same customer: those that Stripe shows for a guest (`gcus_…`), a gateway's for a shop's customer.
    pub aliases: Vec<String>,
    /// The source has deleted the customer object.
    pub deleted: bool,
    /// How many payments.
    pub payment_count: usize,
    /// Sums, one entry a currency. Two currencies are never added.
    pub totals: Vec<Totals>,
    /// When the first payment was made.
    pub first_payment_at: Option<String>,
    /// When the last payment was made.
    pub last_payment_at: Option<String>,
    /// A dispute or inquiry is open.
    pub open_dispute: bool,
    /// What the merchant sorts the customer by, or its orders, in the shop; at most 50.
    pub tags: Vec<String>,
    /// The request that invites a registered customer to its system's portal: to be sent from a server, with the secret key. `null` for
    /// guests, and where the system has no portal.
    pub invite: Option<PreparedRequest>,
}

/// A shop's order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrderRef {
    /// The shop's system.
    pub source: Source,
    /// Its account; `null` when none was named.
    pub account: Option<String>,
    /// The order's id.
    pub id: String,
    /// The number that people see: `#1001`.
    pub number: Option<String>,
    /// How it stands as to its payment, in the shop's eyes.
    pub state: OrderState,
    /// The shop's own word.
    pub raw_status: Option<String>,
    /// Its total.
    pub amount: Money,
    /// What links it to the payment; `null` when the payment is the shop's own record.
    pub linked_by: Option<LinkedBy>,
}

/// Something about which a shop and a gateway do not agree.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Discrepancy {
    /// How they differ.
    pub code: DiscrepancyCode,
    /// What to do.
    pub action: DiscrepancyAction,
    /// The order.
    pub order: OrderRef,
    /// The gateway's payments of the order.
    pub payment_ids: Vec<String>,
    /// The shop's figure: captured, or given back where the code is about refunds.
    pub shop: Money,
    /// The gateway's figure.
    pub gateway: Money,
    /// By how much they differ, in the shop's units; `null` when they count in different currencies.
    pub difference: Option<Money>,
}

/// A record beside payments: a subscription, an invoice, a wallet, a warning.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecordView {
    /// What it is.
    pub kind: RecordKind,
    /// Its id. A wallet has none of its own: it is the customer's id and the currency.
    pub id: String,
    /// The system.
    pub source: Source,
    /// The source's own word for its status.
    pub raw_status: Option<String>,
    /// A subscription runs, a warning calls for action, a review is open; `null` where that means nothing.
    pub active: Option<bool>,
    /// What it is about, or a wallet's balance.
    pub amount: Option<Money>,
    /// What the gateway kept.
    pub fee: Option<Money>,
    /// A wallet's balance after an entry.
    pub balance: Option<Money>,
    /// `true` for money into a wallet, `false` for money out of it.
    pub credit: Option<bool>,
    /// When it was made.
    pub created_at: Option<String>,
    /// When it ends, falls due or renews.
    pub until: Option<String>,
    /// A product, a fraud type, a kind of movement.
    pub reason: Option<String>,
    /// The payment that it is about, by the id that it names.
    pub payment_id: Option<String>,
    /// A second record that it names: an invoice's subscription.
    pub other_id: Option<String>,
    /// A subscription ends with what is paid; `null` where nobody says.
    pub ending: Option<bool>,
    /// Where the payer finds it: an invoice's page.
    pub url: Option<String>,
}

words! {
    /// A payment's status as Flatpay's portal says it.
    pub enum PortalStatus {
        /// Held; shipped goods go on to settled.
        Authorized = "authorized",
        /// Taken. One page of the portal says Settled, the other Captured.
        Settled = "settled",
        /// The hold was released.
        Cancelled = "cancelled",
        /// No actual payment.
        Failed = "failed",
        /// All of it went back. The API has no such state: it shows in the amounts.
        Refunded = "refunded",
    }
}

/// A row of the payment list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PaymentItem {
    /// The PaymentIntent's id where one is known, else the charge's.
    pub id: String,
    /// The system.
    pub source: Source,
    /// Its account; `null` when none was named.
    pub account: Option<String>,
    /// `false` for a test payment; `null` when the records do not say.
    pub livemode: Option<bool>,
    /// What the payment's money has done.
    pub status: PaymentStatus,
    /// The source's own word.
    pub raw_status: Option<String>,
    /// The word of Flatpay's portal; `null` for other systems, and while the portal shows none.
    pub portal_status: Option<PortalStatus>,
    /// The shop's order, where one is known.
    pub order: Option<OrderRef>,
    /// What was asked for.
    pub amount: Money,
    /// What was taken.
    pub captured: Money,
    /// What went back.
    pub refunded: Money,
    /// What is on its way back.
    pub refund_pending: Money,
    /// What the gateway would still return, as far as time does not matter; a verdict says it for a given time.
    pub refundable: Money,
    /// What banks contest or have taken back; `null` when a dispute gives no usable amount.
    pub disputed: Option<Money>,
    /// How the refunds stand.
    pub refund_state: RefundState,
    /// How the disputes stand: the worst.
    pub dispute: DisputeState,
    /// What can be done about it now, as far as time and policy do not matter.
    pub actions: Vec<PaymentAction>,
    /// The order awaits shipment: the held money is taken when the goods are shipped (Flatpay).
    pub settles_when_shipped: bool,
    /// When it was made.
    pub created_at: String,
    /// Whom it belongs to.
    pub customer_id: String,
    /// The payer's name.
    pub name: Option<String>,
    /// The payer's e-mail, as written.
    pub email: Option<String>,
    /// ISO 3166-1 alpha-2, of the billing address.
    pub country: Option<String>,
    /// How it was paid.
    pub method: Option<MethodView>,
    /// The free text of the payment.
    pub description: Option<String>,
    /// One payment, or one of a subscription; `null` where no record says.
    pub pricing: Option<PricingType>,
    /// Where the payer finds the receipt.
    pub receipt_url: Option<String>,
    /// Where the payer finds the invoice.
    pub invoice_url: Option<String>,
    /// What the merchant sorts the order by, in the shop.
    pub tags: Vec<String>,
}

/// An identifier of a payment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IdentifierView {
    /// E-mail, phone or card.
    pub kind: IdentifierKind,
    /// The normalised text.
    pub value: String,
    /// The field that it was read from.
    pub field: IdentifierField,
}

/// A text that stood where an identifier could, and why it is none.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct NoIdentifier {
    /// The field.
    pub field: IdentifierField,
    /// Why it identifies nobody.
    pub reason: IdentifierFlaw,
}

/// An identifier of a customer, with its use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UsedIdentifier {
    /// E-mail, phone or card.
    pub kind: IdentifierKind,
    /// The normalised text.
    pub value: String,
    /// Of the e-mails, phones and cards the one that speaks for the customer: a registered customer's own, else the one used last. The
    /// others are alternatives.
    pub primary: bool,
    /// When the customer used it first.
    pub first_used_at: String,
    /// When the customer used it last.
    pub last_used_at: String,
    /// In how many payments.
    pub payment_count: usize,
    /// More than a household uses it: it joins nobody (`guarded`).
    pub shared: bool,
    /// The domain that an e-mail's looks like a typo of: `gmail.com` where `gmial.com` stands. A hint, never a join.
    pub looks_like: Option<String>,
}

/// One customer, with everything that a sidebar shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CustomerDetail {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The customer, as in the list.
    pub customer: CustomerItem,
    /// How firmly its payments belong together.
    pub strength: Strength,
    /// What to know before its figures are believed.
    pub notes: Vec<QualityNote>,
    /// The newest 50 payments; `next` goes on in `payments({ customerId, cursor })`.
    pub payments: Page<PaymentItem>,
    /// Why each of these payments is here.
    pub evidence: Vec<Evidence>,
    /// What the customer has used, the one used last first; at most 100.
    pub identifiers: Vec<UsedIdentifier>,
    /// Who shares an identifier and is not the same, who shares most first, then whose last payment is the newest; at most 100.
    pub related: Vec<RelatedCustomer>,
    /// What agents decided of it, the newest first.
    pub overrides: Vec<OverrideItem>,
    /// Subscriptions, invoices, license keys, wallets and the like, the newest first; at most 200.
    pub records: Vec<RecordView>,
    /// What each month came to, the oldest first and without holes, each currency for itself; ten years back.
    pub volume: Vec<MonthVolume>,
}

/// One try to take the money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AttemptView {
    /// The charge's id.
    pub id: String,
    /// How it stands.
    pub state: AttemptState,
    /// The source's own word.
    pub raw_status: Option<String>,
    /// What was asked for.
    pub amount: Money,
    /// What was taken.
    pub captured: Money,
    /// When.
    pub created_at: String,
    /// Why it failed: the source's code. For the agent, not for the payer.
    pub failure_code: Option<String>,
    /// The more exact reason beside it. For the agent, not for the payer.
    pub failure_reason: Option<String>,
    /// Why it failed, what to do next and what the payer may hear; `null` where it did not fail, or nobody says why.
    pub decline: Option<Decline>,
    /// How it was to be paid.
    pub method: Option<MethodView>,
    /// What it carried. Only the attempt that speaks for the payment is ever matched.
    pub identifiers: Vec<IdentifierView>,
    /// It speaks for the payment: the succeeded attempt, else the latest.
    pub matched: bool,
}

/// One refund.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RefundView {
    /// The refund's id.
    pub id: String,
    /// How it stands.
    pub status: RefundStatus,
    /// The source's own word.
    pub raw_status: Option<String>,
    /// How much.
    pub amount: Money,
    /// When.
    pub created_at: Option<String>,
    /// Why it was made.
    pub reason: Option<String>,
    /// Why it failed. For the agent, not for the payer.
    pub failure_reason: Option<String>,
}

/// One dispute.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DisputeView {
    /// The dispute's id.
    pub id: String,
    /// How it stands.
    pub state: DisputeState,
    /// The source's own word.
    pub raw_status: Option<String>,
    /// How much is contested.
    pub amount: Money,
    /// When.
    pub created_at: Option<String>,
    /// Why the payer contests.
    pub reason: Option<String>,
    /// Until when evidence can be sent; `null` when it cannot.
    pub due_by: Option<String>,
    /// The gateway's own word on whether the payment can still be refunded.
    pub is_payment_refundable: Option<bool>,
}

/// One payment, with everything that it is made of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PaymentDetail {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The payment, as in the list.
    pub payment: PaymentItem,
    /// The payer's phone, as written.
    pub phone: Option<String>,
    /// Every id that leads to this payment: its charges, refunds, disputes, checkouts, and its order.
    pub ids: Vec<String>,
    /// Every try, the first one first.
    pub attempts: Vec<AttemptView>,
    /// Every refund.
    pub refunds: Vec<RefundView>,
    /// Every dispute.
    pub disputes: Vec<DisputeView>,
    /// Warnings, reviews, balance movements and other records about the payment, the newest first.
    pub records: Vec<RecordView>,
    /// What identifies the payer.
    pub identifiers: Vec<IdentifierView>,
    /// What looks like an identifier and is none.
    pub no_identifiers: Vec<NoIdentifier>,
    /// Why the payment stands under its customer.
    pub evidence: Evidence,
}
