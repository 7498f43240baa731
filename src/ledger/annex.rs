//! What stands beside payments: subscriptions, invoices, warnings, movements of a balance.

use super::intern::Sym;
use super::record::{Head, Mode, Url};
use crate::money::Currency;
use crate::word::words;

words! {
    /// What stands beside payments and moves none of their money.
    pub enum RecordKind {
        /// A subscription.
        Subscription = "subscription",
        /// An invoice.
        Invoice = "invoice",
        /// The card network's warning that a payer reported fraud.
        EarlyFraudWarning = "early_fraud_warning",
        /// A review of a payment by the gateway's rules.
        Review = "review",
        /// A movement of the merchant's balance, with its fee.
        BalanceTransaction = "balance_transaction",
        /// A license key.
        LicenseKey = "license_key",
        /// A payer's wallet and its balance.
        Wallet = "wallet",
        /// A movement of a wallet.
        WalletEntry = "wallet_entry",
    }
}

/// A record beside payments: it belongs to a customer or a payment and moves none of the payment's money.
#[derive(Clone, Debug)]
pub struct Annex {
    /// Key and version.
    pub head: Head,
    /// What it is.
    pub kind: RecordKind,
    /// Live or test.
    pub mode: Mode,
    /// UTC seconds.
    pub created: Option<i64>,
    /// The source's own word for its status.
    pub raw_status: Option<Sym>,
    /// A warning that calls for action, a review that is open, a subscription that runs.
    pub active: Option<bool>,
    /// Minor units: what it is about, or a wallet's balance.
    pub amount: Option<i64>,
    /// What the gateway kept of it.
    pub fee: Option<i64>,
    /// A wallet's balance before an entry.
    pub before: Option<i64>,
    /// A wallet's balance after an entry.
    pub balance: Option<i64>,
    /// A movement into a wallet; else out of it.
    pub credit: Option<bool>,
    /// The currency of all amounts.
    pub currency: Option<Currency>,
    /// The source's customer.
    pub customer: Option<Sym>,
    /// The payment it is about, by any of its ids.
    pub payment: Option<Sym>,
    /// A second id that it names: an invoice's subscription, an entry's wallet.
    pub other: Option<Sym>,
    /// Why, or what: a fraud type, a movement's type, a product.
    pub reason: Option<Sym>,
    /// When it ends, falls due or renews.
    pub until: Option<i64>,
    /// A subscription that ends with what is paid.
    pub ending: Option<bool>,
    /// Where the payer finds it: an invoice's page.
    pub page: Url,
}

impl Annex {
    /// A record of this kind that says nothing yet.
    pub fn new(head: Head, kind: RecordKind) -> Self {
        Self {
            head,
            kind,
            mode: Mode::Unknown,
            created: None,
            raw_status: None,
            active: None,
            amount: None,
            fee: None,
            before: None,
            balance: None,
            credit: None,
            currency: None,
            customer: None,
            payment: None,
            other: None,
            reason: None,
            until: None,
            ending: None,
            page: None,
        }
    }
}
