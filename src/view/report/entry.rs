//! What a report counts: a payment, a customer, a refund, a dispute, with its time, currency and figures.

use super::super::View;
use super::super::discrepancies::{common, finest};
use super::query::{ReportQuery, ReportRows};
use crate::ledger::payment::Payment;
use crate::ledger::record::Mode;
use crate::ledger::reversal::{Dispute, DisputeState, Refund, RefundStatus};
use crate::ledger::rows::at;
use crate::money::Currency;

/// How many payments, and what they come to, in the finest units of a currency; `None` is an amount that nobody knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    pub payments: usize,
    pub amount: Option<i64>,
    pub captured: Option<i64>,
    pub refunded: Option<i64>,
    pub pending: Option<i64>,
    pub disputed: Option<i64>,
}

impl Figures {
    pub const NOTHING: Self = Self {
        payments: 0,
        amount: Some(0),
        captured: Some(0),
        refunded: Some(0),
        pending: Some(0),
        disputed: Some(0),
    };

    pub fn add(&mut self, more: &Self) {
        let add = |sum: &mut Option<i64>, more: Option<i64>| {
            *sum = sum.zip(more).and_then(|(sum, more)| sum.checked_add(more));
        };
        self.payments = self.payments.saturating_add(more.payments);
        add(&mut self.amount, more.amount);
        add(&mut self.captured, more.captured);
        add(&mut self.refunded, more.refunded);
        add(&mut self.pending, more.pending);
        add(&mut self.disputed, more.disputed);
    }
}

/// One thing that a report counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'l> {
    pub payment: Option<(u32, Payment)>,
    pub customer: Option<u32>,
    pub refund: Option<&'l Refund>,
    pub dispute: Option<&'l Dispute>,
    /// When it was made, or the payment where it does not say.
    pub time: Option<i64>,
    pub currency: Option<Currency>,
    pub figures: Figures,
}

impl<'l> View<'l> {
    /// The entries of a payment or customer that the report's time does not leave out.
    pub(super) fn entries(self, query: &ReportQuery, row: u32) -> Vec<Entry<'l>> {
        let mut entries = match query.rows {
            ReportRows::Payments => self.payment_entry(row).into_iter().collect(),
            ReportRows::Customers => self.customer_entries(row, query.is_by_currency()),
            ReportRows::Refunds => self.refund_entries(row),
            ReportRows::Disputes => self.dispute_entries(row),
        };
        if query.skips_tests() {
            let is_test = |entry: &Entry<'l>| match (entry.payment, entry.customer) {
                (Some((_, payment)), _) => payment.mode == Mode::Test,
                (None, Some(customer)) => self.mode_of(customer) == Mode::Test,
                (None, None) => false,
            };
            entries.retain(|entry| !is_test(entry));
        }
        if query.from.is_some() || query.until.is_some() {
            entries.retain(|entry| {
                entry.time.is_some_and(|time| {
                    query.from.is_none_or(|from| time >= from) && query.until.is_none_or(|until| time <= until)
                })
            });
        }
        entries
    }

    fn payment_entry(self, row: u32) -> Option<Entry<'l>> {
        let payment = self.payment_row(row)?;
        let figure = |minor| Some(common(minor, &payment));
        Some(Entry {
            payment: Some((row, payment)),
            customer: self.customer_of(row),
            time: Some(payment.created),
            currency: Some(payment.currency),
            refund: None,
            dispute: None,
            figures: Figures {
                payments: 1,
                amount: figure(payment.amount),
                captured: figure(payment.captured),
                refunded: figure(payment.refunded),
                pending: figure(payment.refund_pending),
                disputed: payment.disputed.and_then(figure),
            },
        })
    }

    fn customer_entries(self, customer: u32, by_currency: bool) -> Vec<Entry<'l>> {
        let rows = self.book.customers.payments(customer);
        let time = self.customer_created(customer);
        let own = Entry {
            payment: None,
            customer: Some(customer),
            refund: None,
            dispute: None,
            time,
            currency: None,
            figures: Figures { payments: rows.len(), ..Figures::NOTHING },
        };
        if !by_currency {
            return vec![own];
        }
        let mut entries: Vec<Entry<'l>> = Vec::new();
        for of in rows.iter().filter_map(|&row| self.payment_entry(row)) {
            let place = entries.iter().position(|entry| entry.currency == of.currency).unwrap_or_else(|| {
                entries.push(Entry { currency: of.currency, figures: Figures::NOTHING, ..own });
                entries.len().saturating_sub(1)
            });
            if let Some(known) = entries.get_mut(place) {
                known.figures.add(&of.figures);
            }
        }
        if entries.is_empty() {
            entries.push(own);
        }
        entries
    }

    /// The refunds of a payment, and what of its sums none of them explains.
    fn refund_entries(self, row: u32) -> Vec<Entry<'l>> {
        // Of a payment that took nothing only a hold was let go.
        let Some(own) = self.payment_entry(row).filter(|own| own.figures.captured != Some(0)) else {
            return Vec::new();
        };
        let Some((_, payment)) = own.payment else { return Vec::new() };
        let nothing = Figures { payments: own.figures.payments, ..Figures::NOTHING };
        let of_refund = |refund: &'l Refund| {
            let currency = refund.currency.unwrap_or(payment.currency);
            let minor = currency.convert(refund.minor(currency), refund.head.source, finest(currency));
            let only = |is: bool| Some(if is { minor } else { 0 });
            Entry {
                refund: Some(refund),
                time: refund.created.or(own.time),
                currency: Some(currency),
                figures: Figures {
                    amount: Some(minor),
                    // As the payment's own sums count them.
                    refunded: only(matches!(refund.status, RefundStatus::Succeeded | RefundStatus::Recorded)),
                    pending: only(matches!(
                        refund.status,
                        RefundStatus::Pending | RefundStatus::RequiresAction | RefundStatus::Unknown
                    )),
                    ..nothing
                },
                ..own
            }
        };
        let refunds = self.book.link.refunds.of(row).iter().filter_map(|&row| self.store.tables.refunds.get(at(row)));
        let refunds = refunds.filter(|refund| !self.book.link.is_release(self.store, refund));
        let mut entries: Vec<Entry<'l>> = crate::order::sorted(refunds.map(of_refund), |a, b| {
            let id = |entry: &Entry<'l>| entry.refund.map(|refund| self.text(refund.head.id));
            (a.time, id(a)).cmp(&(b.time, id(b)))
        });
        // A refund in another currency is the same money, and nobody says how much of the payment's it is.
        let gave_back = |entry: &&Entry<'l>| entry.figures.refunded != Some(0) || entry.figures.pending != Some(0);
        if entries.iter().filter(gave_back).any(|entry| entry.currency != own.currency) {
            return entries;
        }
        let rest = |sum: i64, of: fn(&Figures) -> Option<i64>| {
            let known = entries.iter().filter_map(|entry| of(&entry.figures)).fold(0_i64, i64::saturating_add);
            common(sum, &payment).saturating_sub(known).max(0)
        };
        let refunded = rest(payment.refunded, |figures| figures.refunded);
        let pending = rest(payment.refund_pending, |figures| figures.pending);
        let amount = refunded.saturating_add(pending);
        if amount > 0 {
            let figures = Figures { amount: Some(amount), refunded: Some(refunded), pending: Some(pending), ..nothing };
            entries.push(Entry { figures, ..own });
        }
        entries
    }

    /// The disputes of a payment; one that the payment names and the ledger has not, too.
    fn dispute_entries(self, row: u32) -> Vec<Entry<'l>> {
        let Some(own) = self.payment_entry(row) else { return Vec::new() };
        let Some((_, payment)) = own.payment else { return Vec::new() };
        let disputes = self.disputes_of(row);
        let of_dispute = |dispute: &'l Dispute| {
            let currency = dispute.currency.unwrap_or(payment.currency);
            Entry {
                dispute: Some(dispute),
                time: dispute.created.or(own.time),
                currency: Some(currency),
                figures: Figures {
                    amount: Some(currency.convert(dispute.amount, dispute.head.source, finest(currency))),
                    ..own.figures
                },
                ..own
            }
        };
        let mut entries: Vec<Entry<'l>> = disputes.into_iter().map(of_dispute).collect();
        // One is known to exist whose object is not here.
        if payment.dispute_missing {
            entries.push(Entry { figures: Figures { amount: own.figures.disputed, ..own.figures }, ..own });
        }
        entries
    }

    /// How a refund or dispute stands, or the payment.
    pub(super) fn entry_status(self, query: &ReportQuery, entry: &Entry<'l>) -> Option<&'static str> {
        let payment = entry.payment.map(|(_, payment)| payment);
        match query.rows {
            ReportRows::Payments => payment.map(|payment| payment.status.word()),
            ReportRows::Refunds => entry.refund.map(|refund| refund.status.word()),
            ReportRows::Disputes => {
                let known = entry.dispute.map(|dispute| dispute.state);
                known.or(payment.map(|_| DisputeState::Unknown)).map(DisputeState::word)
            }
            ReportRows::Customers => None,
        }
    }
}
