//! What is worth a look, each with its figures: never a verdict by itself.
//!
//! The limits of the card schemes: Visa's VAMP marks a merchant from 1,500 disputes and 1.5 % of the month's payments on
//! (docs.antom.com, "Card monitoring programs", read 2026; since 2026-04-01 in the US, Canada, the EU and Asia-Pacific), and counts
//! issuers' fraud reports, too; Mastercard's Excessive Chargeback Merchant from 100 chargebacks and 1.5 % of the payments of the month
//! before on.

use super::View;
use super::discrepancies::common;
use super::page::{Query, invalid_cursor};
use super::shapes::Page;
use crate::error::GuestfolioError;
use crate::identity::IdentifierKind;
use crate::issue::SchemaVersion;
use crate::ledger::intern::Sym;
use crate::ledger::payment::Payment;
use crate::ledger::record::{AttemptState, Mode, RecordKind};
use crate::ledger::reversal::DisputeState;
use crate::ledger::rows::at;
use crate::money::Money;
use crate::order::sorted;
use crate::source::Source;
use crate::time::{date_text, first_of_month_and_year, parse_time, rfc3339};
use crate::word::words;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use serde::Serialize;
use std::rc::Rc;

/// Seconds between two equal charges.
const DUPLICATE_WITHIN: i64 = 15 * 60;
/// Seconds in which cards are tried, how many tries fail in them, and with how many cards.
const TESTING_WITHIN: i64 = 60 * 60;
const TESTING_FAILURES: usize = 5;
const TESTING_CARDS: usize = 3;
/// Payments from which on rates of a customer say something, and the rate, in hundredths of a percent.
const RATE_FROM: usize = 4;
const RATE: u64 = 5_000;
/// Cards on one e-mail.
const MANY_CARDS: usize = 5;
/// Earlier payments, and how many times their median a big one is.
const BIG_FROM: usize = 3;
const BIG_TIMES: i64 = 3;
/// Payments that a signal names.
const MOST_PAYMENTS: usize = 20;
/// The card schemes' limits: name, brand, disputes, hundredths of a percent, whether of the payments of the month before.
const SCHEMES: [(&str, &str, usize, u64, bool); 2] =
    [("visa_vamp", "visa", 1_500, 150, false), ("mastercard_ecm", "mastercard", 100, 150, true)];

words! {
    /// What is worth a look.
    pub enum SignalKind {
        /// The same amount was taken from the same customer twice within a quarter of an hour.
        DuplicateCharge = "duplicate_charge",
        /// Five tries failed within an hour, with three cards or more.
        CardTesting = "card_testing",
        /// Half of a customer's payments, of four or more, went back in full or in part.
        RefundRate = "refund_rate",
        /// Half of a customer's payments, of four or more, were contested.
        CustomerDisputeRate = "customer_dispute_rate",
        /// A month's disputes of a card brand against the card scheme's limit.
        DisputeRate = "dispute_rate",
        /// One e-mail paid with five cards or more.
        ManyCards = "many_cards",
        /// A card or e-mail that the customer never used, on a payment of three times the usual or more.
        NewIdentifierBigPayment = "new_identifier_big_payment",
    }
}

/// Something worth a look.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Signal {
    /// What.
    pub kind: SignalKind,
    /// When it showed: the last payment that it is made of; of a month, its first day.
    pub at: String,
    /// Whose; `null` for what is about the merchant, or about an e-mail of several customers.
    pub customer_id: Option<String>,
    /// The payments that it is made of, the oldest first; at most 20.
    pub payment_ids: Vec<String>,
    /// How many: payments that are alike, tries that failed, refunded or contested payments, disputes, cards.
    pub count: usize,
    /// Of how many, where that means something.
    pub of: Option<usize>,
    /// `count` of `of` in hundredths of a percent.
    pub rate: Option<u64>,
    /// The count from which on it is told, or at which the card scheme's programme begins.
    pub limit_count: usize,
    /// The rate from which on it is told, or at which the programme begins, in hundredths of a percent.
    pub limit_rate: Option<u64>,
    /// Count and rate are at or above both limits.
    pub reached: bool,
    /// Seconds from the first to the last.
    pub seconds: Option<i64>,
    /// The amount that stands out.
    pub amount: Option<Money>,
    /// The usual amount: the median of the customer's earlier payments in the currency.
    pub usual: Option<Money>,
    /// `visa_vamp` or `mastercard_ecm`.
    pub programme: Option<String>,
    /// The system, of a dispute rate.
    pub source: Option<Source>,
    /// Its account; `null` when none was named.
    pub account: Option<String>,
}

fn rate_of(count: usize, of: usize) -> u64 {
    let (count, of) = (u64::try_from(count).unwrap_or(u64::MAX), u64::try_from(of).unwrap_or(u64::MAX));
    count.saturating_mul(10_000).checked_div(of).unwrap_or(0)
}

/// The median: of an even number the lower of the two in the middle.
fn median(amounts: impl Iterator<Item = i64>) -> Option<i64> {
    let amounts = sorted(amounts, i64::cmp);
    amounts.get(amounts.len().saturating_sub(1) / 2).copied()
}

impl View<'_> {
    /// What is worth a look, the newest first: of a customer, or of all and the merchant.
    pub fn signals(self, query: &Query) -> Result<Page<Signal>, GuestfolioError> {
        let all = match query.customer.as_deref() {
            Some(customer) => {
                let customer = self.resolve_customer(customer)?;
                let emails = self.emails_of(self.book.customers.payments(customer));
                let shared = emails.into_iter().filter_map(|email| self.many_cards(email));
                Rc::new(in_order(self.signals_of(customer).into_iter().chain(shared).collect()))
            }
            None => Rc::clone(self.lazy.signals.get_or_init(|| Rc::new(in_order(self.all_signals())))),
        };
        let place = |signal: &Signal| {
            format!("{}.{}.{}", signal.at, signal.kind, signal.payment_ids.first().map_or("", |id| id))
        };
        let start = match query.cursor.as_deref() {
            None => 0,
            // Signals that came meanwhile stand before the cursor's or behind it, as they are newer or older.
            Some(cursor) => {
                let mut parts = cursor.splitn(3, '.');
                let (time, kind, id) = (parts.next(), parts.next(), parts.next());
                // What is about no payment has no id.
                let is_known = |id: &str| id.is_empty() || self.store.interner.find(id).is_some();
                let is_one = time.and_then(parse_time).is_some()
                    && kind.and_then(SignalKind::from_word).is_some()
                    && id.is_some_and(is_known);
                if !is_one {
                    return Err(invalid_cursor());
                }
                all.partition_point(|signal| place(signal).as_str() >= cursor)
            }
        };
        let end = start.saturating_add(query.limit);
        let items: Vec<Signal> = all.iter().skip(start).take(query.limit).cloned().collect();
        let next = items.last().filter(|_| end < all.len()).map(place);
        Ok(Page { schema_version: SchemaVersion::default(), items, total: all.len(), next })
    }

    fn all_signals(self) -> Vec<Signal> {
        let customers = self.book.customers.oldest_first.iter();
        let mut all: Vec<Signal> = customers.flat_map(|&customer| self.signals_of(customer)).collect();
        let keys = (0_u32..).take(self.book.uses.count()).filter(|&key| self.is_email(key));
        all.extend(keys.filter_map(|email| self.many_cards(email)));
        all.extend(self.dispute_rates());
        all
    }

    fn blank(self, kind: SignalKind, rows: &[u32], customer: Option<u32>) -> Signal {
        let times = || rows.iter().filter_map(|&row| self.standing(row)).map(|payment| payment.created);
        let seconds = times().max().zip(times().min()).map(|(last, first)| last.saturating_sub(first));
        Signal {
            kind,
            at: times().max().map(rfc3339).unwrap_or_default(),
            customer_id: customer.map(|customer| self.customer_id(customer)),
            payment_ids: self.ids_of(rows),
            count: rows.len(),
            of: None,
            rate: None,
            limit_count: 0,
            limit_rate: None,
            reached: true,
            seconds: seconds.filter(|_| rows.len() > 1),
            amount: None,
            usual: None,
            programme: None,
            source: None,
            account: None,
        }
    }

    fn ids_of(self, rows: &[u32]) -> Vec<String> {
        let payments = rows.iter().take(MOST_PAYMENTS).filter_map(|&row| self.payment_row(row));
        payments.map(|payment| self.string(payment.id)).collect()
    }

    fn signals_of(self, customer: u32) -> Vec<Signal> {
        let rows = self.book.customers.payments(customer);
        let mut found = self.duplicates(customer, rows);
        found.extend(self.card_testing(customer, rows));
        found.extend(self.rates(customer, rows));
        found.extend(self.new_identifiers(customer, rows));
        found
    }

    /// Payments of one amount, each within the time of the one before.
    fn duplicates(self, customer: u32, rows: &[u32]) -> Vec<Signal> {
        let taken = rows.iter().filter_map(|&row| Some((row, self.payment_row(row)?)));
        let taken = taken.filter(|(_, payment)| payment.status.is_completed() && payment.amount > 0);
        let key = |payment: &Payment| (payment.source, payment.currency, payment.amount);
        // What is equal keeps its order of time.
        let alike = sorted(taken, |(_, a), (_, b)| key(a).cmp(&key(b)));
        let near = |(_, a): &(u32, Payment), (_, b): &(u32, Payment)| {
            key(a) == key(b) && b.created.saturating_sub(a.created) <= DUPLICATE_WITHIN
        };
        let groups = alike.chunk_by(near).filter(|group| group.len() > 1);
        let signal = |group: &[(u32, Payment)]| {
            let rows: Vec<u32> = group.iter().map(|(row, _)| *row).collect();
            let amount = group.first().map(|(_, payment)| Self::money(payment, payment.amount));
            Signal { amount, limit_count: 2, ..self.blank(SignalKind::DuplicateCharge, &rows, Some(customer)) }
        };
        groups.map(signal).collect()
    }

    /// Tries that failed, close to each other and with several cards.
    fn card_testing(self, customer: u32, rows: &[u32]) -> Option<Signal> {
        let mut failed: Vec<(i64, u32, Option<Sym>)> = Vec::new();
        for &row in rows {
            let attempts =
                self.book.link.attempts.of(row).iter().filter_map(|&row| self.store.tables.attempts.get(at(row)));
            let failures = attempts.filter(|one| matches!(one.state, AttemptState::Failed | AttemptState::Blocked));
            failed.extend(failures.map(|one| (one.created, row, one.method.fingerprint.or(one.method.last4))));
        }
        let failed = sorted(failed, |a, b| a.cmp(b));
        let mut start = 0_usize;
        let mut worst: Option<(usize, usize)> = None;
        for (end, (time, _, _)) in failed.iter().enumerate() {
            while failed.get(start).is_some_and(|(first, _, _)| time.saturating_sub(*first) > TESTING_WITHIN) {
                start = start.saturating_add(1);
            }
            let count = end.saturating_add(1).saturating_sub(start);
            let is_more = worst.is_none_or(|(from, to)| count > to.saturating_sub(from));
            if count >= TESTING_FAILURES && is_more && cards_in(failed.get(start..=end)?) >= TESTING_CARDS {
                worst = Some((start, end.saturating_add(1)));
            }
        }
        let (from, to) = worst?;
        let tries = failed.get(from..to)?;
        let mut rows: Vec<u32> = tries.iter().map(|(_, row, _)| *row).collect();
        rows.dedup();
        let (first, last) = (tries.first()?.0, tries.last()?.0);
        Some(Signal {
            at: rfc3339(last),
            count: tries.len(),
            of: Some(cards_in(tries)),
            limit_count: TESTING_FAILURES,
            seconds: Some(last.saturating_sub(first)),
            ..self.blank(SignalKind::CardTesting, &rows, Some(customer))
        })
    }

    /// How much of a customer's payments went back or was contested.
    fn rates(self, customer: u32, rows: &[u32]) -> Vec<Signal> {
        let completed =
            || rows.iter().copied().filter(|&row| self.standing(row).is_some_and(|one| one.status.is_completed()));
        let of = completed().count();
        if of < RATE_FROM {
            return Vec::new();
        }
        let signal = |kind, holds: fn(&Payment) -> bool| {
            let rows: Vec<u32> =
                completed().filter(|&row| self.payment_row(row).is_some_and(|one| holds(&one))).collect();
            let rate = rate_of(rows.len(), of);
            (rate >= RATE).then(|| Signal {
                of: Some(of),
                rate: Some(rate),
                limit_count: RATE_FROM,
                limit_rate: Some(RATE),
                ..self.blank(kind, &rows, Some(customer))
            })
        };
        let refunds = signal(SignalKind::RefundRate, |payment| payment.returned() > 0);
        let disputes = signal(SignalKind::CustomerDisputeRate, |payment| payment.dispute_state != DisputeState::None);
        refunds.into_iter().chain(disputes).collect()
    }

    /// Cards beside one e-mail, whoever holds its payments: where more than a household uses it, it joins nobody.
    fn many_cards(self, email: u32) -> Option<Signal> {
        let rows = self.book.uses.payments_with(email);
        let cards = rows.iter().flat_map(|&row| {
            let used = self.book.uses.keys_of(row).iter();
            used.filter(|&&key| self.book.uses.kind_of(key) == Some(IdentifierKind::Card)).map(move |&key| (key, row))
        });
        // What is equal keeps its order of time: the first payment with each card.
        let cards = sorted(cards, |a, b| a.0.cmp(&b.0));
        let firsts = cards.chunk_by(|a, b| a.0 == b.0).filter_map(|group| group.first()).map(|(_, row)| *row);
        let firsts = sorted(firsts, |a, b| self.book.compare(self.store, *a, *b));
        let holder = rows.first().and_then(|&row| self.customer_of(row));
        let one = holder.filter(|&holder| rows.iter().all(|&row| self.customer_of(row) == Some(holder)));
        (firsts.len() >= MANY_CARDS).then(|| Signal {
            count: firsts.len(),
            limit_count: MANY_CARDS,
            ..self.blank(SignalKind::ManyCards, &firsts, one)
        })
    }

    /// The keys of the e-mails that a customer used, each once.
    fn emails_of(self, rows: &[u32]) -> Vec<u32> {
        let keys = rows.iter().flat_map(|&row| self.book.uses.keys_of(row)).copied();
        let mut keys = sorted(keys.filter(|&key| self.is_email(key)), u32::cmp);
        keys.dedup();
        keys
    }

    fn is_email(self, key: u32) -> bool {
        self.book.uses.kind_of(key) == Some(IdentifierKind::Email)
    }

    /// Big payments with what the customer never used before.
    fn new_identifiers(self, customer: u32, rows: &[u32]) -> Vec<Signal> {
        let mut known: hashbrown::HashSet<u32, FxBuildHasher> = hashbrown::HashSet::default();
        let mut found = Vec::new();
        let mut earlier: Vec<Payment> = Vec::new();
        for &row in rows {
            let Some(payment) = self.payment_row(row) else { continue };
            let keys = self.book.uses.keys_of(row);
            let is_new = keys.iter().any(|key| !known.contains(key));
            if is_new && payment.status.is_completed() {
                let alike = earlier.iter().filter(|one| one.currency == payment.currency);
                let amounts = alike.map(|one| common(one.amount, one));
                let usual = (earlier.len() >= BIG_FROM).then(|| median(amounts)).flatten().filter(|&usual| usual > 0);
                let own = common(payment.amount, &payment);
                if let Some(usual) = usual.filter(|usual| own >= usual.saturating_mul(BIG_TIMES)) {
                    let source = super::discrepancies::finest(payment.currency);
                    found.push(Signal {
                        amount: Some(Self::money(&payment, payment.amount)),
                        usual: Some(Money::new(usual, payment.currency, source)),
                        limit_count: 1,
                        ..self.blank(SignalKind::NewIdentifierBigPayment, &[row], Some(customer))
                    });
                }
            }
            known.extend(keys);
            if payment.status.is_completed() {
                earlier.push(payment);
            }
        }
        found
    }

    /// Disputes of each month, system, account and brand against the card schemes' limits.
    fn dispute_rates(self) -> Vec<Signal> {
        type Key = (Source, Sym, usize, i64);
        let mut sales: HashMap<Key, usize, FxBuildHasher> = HashMap::default();
        let mut disputes: HashMap<Key, (usize, Vec<u32>), FxBuildHasher> = HashMap::default();
        for &row in &self.book.order {
            let Some(payment) = self.payment_row(row).filter(|payment| payment.mode != Mode::Test) else { continue };
            let brand = payment.method.brand.map(|brand| self.text(brand));
            let Some(scheme) = SCHEMES
                .iter()
                .position(|(_, of, ..)| brand.as_ref().is_some_and(|brand| brand.eq_ignore_ascii_case(of)))
            else {
                continue;
            };
            let key = |time| Some((payment.source, payment.account, scheme, self.zone.month_of(time)?));
            if payment.status.is_completed()
                && let Some(key) = key(payment.created)
            {
                let count = sales.entry(key).or_insert(0);
                *count = count.saturating_add(1);
            }
            // An inquiry and what was prevented are no chargebacks.
            let contested = self.disputes_of(row).into_iter().filter(|dispute| {
                !matches!(
                    dispute.state,
                    DisputeState::None
                        | DisputeState::Inquiry
                        | DisputeState::InquiryUnderReview
                        | DisputeState::InquiryClosed
                        | DisputeState::Prevented
                )
            });
            let warned =
                self.book.link.annexes.of(row).iter().filter_map(|&annex| self.store.tables.annexes.get(at(annex)));
            // Visa counts issuers' reports of fraud, too.
            let warned = warned.filter(|annex| scheme == 0 && annex.kind == RecordKind::EarlyFraudWarning);
            let times = contested.map(|dispute| dispute.created).chain(warned.map(|annex| annex.created));
            for time in times {
                if let Some(key) = key(time.unwrap_or(payment.created)) {
                    let (count, rows) = disputes.entry(key).or_default();
                    *count = count.saturating_add(1);
                    if rows.len() < MOST_PAYMENTS && rows.last() != Some(&row) {
                        rows.push(row);
                    }
                }
            }
        }
        let signal = |((source, account, scheme, month), (count, rows)): (Key, (usize, Vec<u32>))| {
            let (programme, _, limit_count, limit_rate, is_before) = *SCHEMES.get(scheme)?;
            let base = if is_before { month_of_before(month)? } else { month };
            let of = sales.get(&(source, account, scheme, base)).copied().unwrap_or(0);
            let rate = (of > 0).then(|| rate_of(count, of));
            Some(Signal {
                at: format!("{}T00:00:00Z", date_text(month)),
                count,
                of: Some(of),
                rate,
                limit_count,
                limit_rate: Some(limit_rate),
                reached: count >= limit_count && rate.is_some_and(|rate| rate >= limit_rate),
                seconds: None,
                programme: Some(programme.to_owned()),
                source: Some(source),
                account: self.account(account),
                ..self.blank(SignalKind::DisputeRate, &rows, None)
            })
        };
        disputes.into_iter().filter_map(signal).collect()
    }
}

/// The first day of the month before one that begins on a day.
fn month_of_before(month: i64) -> Option<i64> {
    first_of_month_and_year(month.saturating_sub(1)).map(|(before, _)| before)
}

fn cards_in(tries: &[(i64, u32, Option<Sym>)]) -> usize {
    let cards = sorted(tries.iter().filter_map(|(_, _, card)| *card), Sym::cmp);
    cards.chunk_by(|a, b| a == b).count()
}

/// The newest first; what is of one time in order of kind and payment.
fn in_order(signals: Vec<Signal>) -> Vec<Signal> {
    let first = |signal: &Signal| signal.payment_ids.first().cloned();
    sorted(signals, |a, b| {
        let (a, b) = ((&a.at, a.kind.word(), first(a)), (&b.at, b.kind.word(), first(b)));
        b.cmp(&a)
    })
}
