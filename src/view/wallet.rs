//! Wallets: what a customer has at the merchant's, by currency, and whether its history adds up.

use super::View;
use crate::error::GuestfolioError;
use crate::issue::SchemaVersion;
use crate::ledger::customers::Who;
use crate::ledger::intern::Sym;
use crate::ledger::record::{Annex, RecordKind};
use crate::money::{Currency, Money};
use crate::order::sorted;
use crate::source::Source;
use crate::time::rfc3339;
use crate::word::words;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

/// Flaws of a wallet that are listed.
const MOST_FLAWS: usize = 100;

words! {
    /// What does not add up in a wallet's history.
    pub enum WalletFlaw {
        /// An entry begins with another balance than the one before it ended with: entries between them are not here.
        Gap = "gap",
        /// An entry ends with another balance than its own amount makes of its beginning.
        Jump = "jump",
        /// The wallet has another balance than its last entry ended with: it is older or newer than the entries.
        Differs = "differs",
    }
}

/// A place where a wallet's history does not add up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WalletFinding {
    /// What does not add up.
    pub flaw: WalletFlaw,
    /// The entry where it shows; `null` for the wallet itself.
    pub entry_id: Option<String>,
    /// The balance that follows from what is before.
    pub expected: Money,
    /// The balance that is said.
    pub found: Money,
}

/// A wallet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WalletView {
    /// The system.
    pub source: Source,
    /// Its account; `null` when none was named.
    pub account: Option<String>,
    /// The source's customer.
    pub customer_id: String,
    /// What it has: as the wallet says, else as its last entry ended; `null` where neither does.
    pub balance: Option<Money>,
    /// What its entries put in.
    pub credited: Money,
    /// What its entries took out.
    pub debited: Money,
    /// How many entries are here.
    pub entries: usize,
    /// When the last entry was made.
    pub last_entry_at: Option<String>,
    /// Where it does not add up, the oldest first; at most 100. Empty where everything does.
    pub findings: Vec<WalletFinding>,
}

/// The wallets of a customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Wallets {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// One a currency, system and account. Two currencies are never added.
    pub wallets: Vec<WalletView>,
}

/// Whose wallet it is, and in what.
type Key = (Source, Sym, Sym, Currency);

fn key(annex: &Annex) -> Option<Key> {
    Some((annex.head.source, annex.head.account, annex.customer?, annex.currency?))
}

impl<'l> View<'l> {
    /// The wallets of a customer.
    pub fn wallets(self, id: &str) -> Result<Wallets, GuestfolioError> {
        let customer = self.resolve_customer(id)?;
        let named = self.named_at_sources(customer);
        let own = self.wallet_records(|(source, account, id, _)| named.contains(&(source, account, id)));
        let wallets = own.chunk_by(|a, b| key(a) == key(b)).filter_map(|group| self.wallet(group));
        Ok(Wallets { schema_version: SchemaVersion::default(), wallets: wallets.collect() })
    }

    /// Wallets and their entries, those of one wallet together and the oldest first.
    fn wallet_records(self, is_meant: impl Fn(Key) -> bool) -> Vec<&'l Annex> {
        let own = self.store.tables.annexes.iter().filter(|annex| {
            matches!(annex.kind, RecordKind::Wallet | RecordKind::WalletEntry) && key(annex).is_some_and(&is_meant)
        });
        let order = |annex: &Annex| {
            let wallet =
                key(annex).map(|(source, account, id, currency)| (source, self.text(account), self.text(id), currency));
            (wallet, annex.created, self.text(annex.head.id))
        };
        sorted(own, |a, b| order(a).cmp(&order(b)))
    }

    /// The ids by which the sources know a customer: its own, and those that its payments name.
    pub(super) fn named_at_sources(self, customer: u32) -> HashSet<(Source, Sym, Sym), FxBuildHasher> {
        let own = match self.who(customer) {
            Some(Who::Registered((source, account, id, _), _)) => Some((source, account, id)),
            _ => None,
        };
        let payments = self.book.customers.payments(customer).iter().filter_map(|&row| self.payment_row(row));
        let named = payments.filter_map(|payment| Some((payment.source, payment.account, payment.customer?)));
        own.into_iter().chain(named).collect()
    }

    fn wallet(self, group: &[&Annex]) -> Option<WalletView> {
        let (source, account, id, currency) = key(group.first()?)?;
        let money = |minor| Money::new(minor, currency, source);
        let entries = || group.iter().filter(|annex| annex.kind == RecordKind::WalletEntry);
        let said = group.iter().find(|annex| annex.kind == RecordKind::Wallet).and_then(|wallet| wallet.amount);
        let (mut credited, mut debited, mut running) = (0_i64, 0_i64, None);
        let mut findings = Vec::new();
        let mut find = |flaw, entry: Option<&Annex>, expected: i64, found: i64| {
            if expected != found && findings.len() < MOST_FLAWS {
                let entry_id = entry.map(|entry| self.string(entry.head.id));
                findings.push(WalletFinding { flaw, entry_id, expected: money(expected), found: money(found) });
            }
        };
        for entry in entries() {
            let amount = entry.amount.unwrap_or(0);
            let is_credit = entry.credit == Some(true);
            let sum = if is_credit { &mut credited } else { &mut debited };
            *sum = sum.saturating_add(amount);
            let change = if is_credit { amount } else { amount.saturating_neg() };
            let before = entry.before.or_else(|| entry.balance.map(|after| after.saturating_sub(change)));
            if let (Some(running), Some(before)) = (running, before) {
                find(WalletFlaw::Gap, Some(entry), running, before);
            }
            if let (Some(before), Some(after)) = (entry.before, entry.balance) {
                find(WalletFlaw::Jump, Some(entry), before.saturating_add(change), after);
            }
            let follows = before.or(running).map(|before| before.saturating_add(change));
            running = entry.balance.or(follows);
        }
        if let (Some(running), Some(said)) = (running, said) {
            find(WalletFlaw::Differs, None, running, said);
        }
        Some(WalletView {
            source,
            account: self.account(account),
            customer_id: self.string(id),
            balance: said.or(running).map(money),
            credited: money(credited),
            debited: money(debited),
            entries: entries().count(),
            last_entry_at: entries().filter_map(|entry| entry.created).max().map(rfc3339),
            findings,
        })
    }

    /// What a wallet has, as far as is known.
    pub(super) fn balance_of(self, (source, account, id): (Source, Sym, Sym), currency: Currency) -> Option<i64> {
        let group = self.wallet_records(|key| key == (source, account, id, currency));
        self.wallet(&group)?.balance.map(|balance| balance.minor)
    }
}
