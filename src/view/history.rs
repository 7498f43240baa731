//! A customer's history: every tab of its page, all of them in one order of time, and the volume of each month.

use super::View;
use super::discrepancies::{common, finest};
use super::page::{Query, invalid_cursor};
use super::shapes::{DisputeView, OrderRef, Page, RecordView, RefundView};
use crate::error::GuestfolioError;
use crate::input::{Argument, Input};
use crate::issue::SchemaVersion;
use crate::ledger::record::{AttemptState, RecordKind};
use crate::ledger::rows::at;
use crate::money::{Currency, MAX_MINOR, Money};
use crate::order::sorted;
use crate::source::Source;
use crate::time::{date_text, first_of_month_and_year, parse_time, rfc3339};
use crate::word::words;
use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;
use serde::Serialize;

/// Days that a volume goes back from its last month: ten years, of 120 months or 121.
const DAYS_OF_MONTHS: i64 = 3_653;

words! {
    /// The tabs of a customer's page, beside its payments.
    pub enum CustomerTab {
        /// Everything, in one order of time.
        Timeline = "timeline",
        /// Subscriptions.
        Subscriptions = "subscriptions",
        /// Invoices.
        Invoices = "invoices",
        /// Orders of shops.
        Orders = "orders",
        /// Refunds of all payments.
        Refunds = "refunds",
        /// Disputes of all payments.
        Disputes = "disputes",
        /// Movements of wallets.
        WalletLedger = "wallet_ledger",
        /// License keys.
        LicenseKeys = "license_keys",
    }
}

words! {
    /// What happened.
    pub enum EventKind {
        /// The source made the customer.
        CustomerCreated = "customer_created",
        /// A payment was begun; its status is that of now.
        Payment = "payment",
        /// A try to take the money failed.
        AttemptFailed = "attempt_failed",
        /// Money that was held was taken.
        Captured = "captured",
        /// A shop's order was made.
        Order = "order",
        /// A refund was made; its status is that of now.
        Refund = "refund",
        /// A bank asked or contested; its state is that of now.
        Dispute = "dispute",
        /// Until then evidence can be sent.
        EvidenceDue = "evidence_due",
        /// A subscription, invoice, warning, review, wallet movement or license key.
        Record = "record",
        /// A subscription ends or renews, an invoice falls due, a license key expires.
        RecordUntil = "record_until",
        /// An agent decided something about who the customer is.
        Decision = "decision",
    }
}

/// Something that happened, or will.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CustomerEvent {
    /// What.
    pub kind: EventKind,
    /// When; `null` where no record says.
    pub at: Option<String>,
    /// The id of what it happened to: a payment, attempt, refund, dispute, order, record or decision.
    pub id: String,
    /// The system; `null` for what an agent decided.
    pub source: Option<Source>,
    /// The payment that it belongs to.
    pub payment_id: Option<String>,
    /// How much.
    pub amount: Option<Money>,
    /// How it stands now: a word of `payment_status`, `refund_status`, `dispute_state`, `order_state`, `record_kind` or `override_action`.
    pub status: Option<String>,
    /// Why: a code or text of the source. For the agent, not for the payer.
    pub reason: Option<String>,
}

/// A row of a tab: what the tab is of, and nothing else.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TabRow {
    /// When it was made; `null` where no record says.
    pub at: Option<String>,
    /// The payment that it belongs to.
    pub payment_id: Option<String>,
    /// Of `timeline`.
    pub event: Option<CustomerEvent>,
    /// Of `orders`.
    pub order: Option<OrderRef>,
    /// Of `refunds`.
    pub refund: Option<RefundView>,
    /// Of `disputes`.
    pub dispute: Option<DisputeView>,
    /// Of `subscriptions`, `invoices`, `wallet_ledger` and `license_keys`.
    pub record: Option<RecordView>,
}

/// What one month came to in one currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct MonthVolume {
    /// `2026-01`, where the merchant is.
    pub month: String,
    /// ISO 4217 code in upper case.
    pub currency: String,
    /// Payments that were begun in it and took money.
    pub payments: usize,
    /// What they took.
    pub captured: Money,
    /// What went back in it, or was sent on its way; of refunds without a time, in the payment's month.
    pub refunded: Money,
}

/// A row with what it is ordered by.
type Timed = (Option<i64>, String, TabRow);

/// Makes an event of which only what, when, of what and where is known yet.
type Begun = dyn Fn(EventKind, Option<String>, &str, Source) -> CustomerEvent;

const EMPTY: TabRow =
    TabRow { at: None, payment_id: None, event: None, order: None, refund: None, dispute: None, record: None };

impl View<'_> {
    /// A page of a tab: `{ customerId, tab, limit?, cursor? }`, the newest first; what has no time comes last.
    pub fn customer_tab(self, input: &Input) -> Result<Page<TabRow>, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let id = fields.required("customerId")?;
        let customer = self.resolve_customer(id.text()?).map_err(|error| id.wrap(&error))?;
        let tab = fields.required("tab")?.word(CustomerTab::WORDS, CustomerTab::from_word)?;
        let Query { limit, cursor, .. } = Query::parse_list(&mut fields)?;
        fields.finish()?;
        let place = |row: &Timed| (row.0, row.1.clone());
        let rows = sorted(self.rows_of_tab(customer, tab), |a, b| place(b).cmp(&place(a)));
        // Records of several accounts may have one time and one id: a cursor says how many of those were shown.
        let start = match cursor.as_deref() {
            None => 0,
            Some(cursor) => {
                let of_tab = cursor.strip_prefix(tab.word()).and_then(|rest| rest.strip_prefix('.'));
                let mut parts = of_tab.ok_or_else(invalid_cursor)?.splitn(3, '.');
                let (time, shown, key) = (parts.next(), parts.next(), parts.next());
                let (time, shown, key) =
                    time.zip(shown).zip(key).map(|((a, b), c)| (a, b, c)).ok_or_else(invalid_cursor)?;
                let time = if time == "-" { None } else { Some(time.parse().map_err(|_| invalid_cursor())?) };
                let shown: usize = shown.parse().map_err(|_| invalid_cursor())?;
                // A row may be another customer's by now; of another ledger nobody knows its id.
                let is_known = |id: &str| self.store.interner.find(id).is_some();
                if !rows.iter().any(|row| row.1 == key) && !key.rsplit(':').next().is_some_and(is_known) {
                    return Err(invalid_cursor());
                }
                let last = (time, key.to_owned());
                let alike = rows.partition_point(|row| place(row) > last);
                let end = rows.partition_point(|row| place(row) >= last);
                alike.saturating_add(shown).min(end)
            }
        };
        let end = start.saturating_add(limit);
        let total = rows.len();
        let last = rows.get(end.saturating_sub(1)).filter(|_| end < total);
        let next = last.map(|last| {
            let (time, key, _) = last;
            let shown = end.saturating_sub(rows.partition_point(|row| place(row) > place(last)));
            format!("{tab}.{}.{shown}.{key}", time.map_or("-".to_owned(), |time| time.to_string()))
        });
        let items = rows.into_iter().skip(start).take(limit).map(|(_, _, row)| row).collect();
        Ok(Page { schema_version: SchemaVersion::default(), items, total, next })
    }

    fn rows_of_tab(self, customer: u32, tab: CustomerTab) -> Vec<Timed> {
        match tab {
            CustomerTab::Timeline => self.events(customer),
            CustomerTab::Subscriptions => self.record_rows(customer, RecordKind::Subscription),
            CustomerTab::Invoices => self.record_rows(customer, RecordKind::Invoice),
            CustomerTab::WalletLedger => self.record_rows(customer, RecordKind::WalletEntry),
            CustomerTab::LicenseKeys => self.record_rows(customer, RecordKind::LicenseKey),
            CustomerTab::Orders => self.order_rows(customer),
            CustomerTab::Refunds | CustomerTab::Disputes => {
                let rows = self.book.customers.payments(customer).iter();
                rows.flat_map(|&row| self.reversal_rows(row, tab == CustomerTab::Refunds)).collect()
            }
        }
    }

    fn record_rows(self, customer: u32, kind: RecordKind) -> Vec<Timed> {
        let records = self.all_records_of_customer(customer).into_iter().filter(|record| record.kind == kind);
        let row = |record: RecordView| {
            let (time, key) =
                (record.created_at.as_deref().and_then(parse_time), format!("{}:{}", record.source, record.id));
            let (at, payment_id) = (record.created_at.clone(), record.payment_id.clone());
            (time, key, TabRow { at, payment_id, record: Some(record), ..EMPTY })
        };
        records.map(row).collect()
    }

    fn order_rows(self, customer: u32) -> Vec<Timed> {
        let mut seen: HashSet<u32, FxBuildHasher> = HashSet::default();
        let mut rows = Vec::new();
        for payment in self.book.customers.payments(customer).iter().filter_map(|&row| self.payment_row(row)) {
            let Some(order) = self.store.tables.orders.get(at(payment.order)) else { continue };
            if !seen.insert(payment.order) {
                continue;
            }
            let key = format!("{}:{}", order.head.source, self.text(order.head.id));
            let (time, payment_id) = (order.created, Some(self.string(payment.id)));
            let row = TabRow { at: Some(rfc3339(time)), payment_id, order: self.order_of_payment(&payment), ..EMPTY };
            rows.push((Some(time), key, row));
        }
        rows
    }

    fn reversal_rows(self, row: u32, of_refunds: bool) -> Vec<Timed> {
        let Some(payment) = self.payment_row(row) else { return Vec::new() };
        let payment_id = Some(self.string(payment.id));
        let timed = |at: &Option<String>, id: &str, row: TabRow| {
            (
                at.as_deref().and_then(parse_time),
                format!("{}:{id}", payment.source),
                TabRow { at: at.clone(), payment_id: payment_id.clone(), ..row },
            )
        };
        if of_refunds {
            let refunds = self.refunds(row, &payment).into_iter();
            return refunds
                .map(|of| timed(&of.created_at, &of.id, TabRow { refund: Some(of.clone()), ..EMPTY }))
                .collect();
        }
        let disputes = self.disputes(row, &payment).into_iter();
        disputes.map(|of| timed(&of.created_at, &of.id, TabRow { dispute: Some(of.clone()), ..EMPTY })).collect()
    }

    /// All that happened to a customer, in no order.
    fn events(self, customer: u32) -> Vec<Timed> {
        let mut events: Vec<CustomerEvent> = Vec::new();
        let event = |kind, at: Option<String>, id: &str, source: Source| CustomerEvent {
            kind,
            at,
            id: id.to_owned(),
            source: Some(source),
            payment_id: None,
            amount: None,
            status: None,
            reason: None,
        };
        // Of a guest, and of one of which no record says, only the first payment is known.
        let created = self.own_record(customer).and_then(|record| record.created);
        if let (Some(created), Some((source, _))) = (created, self.origin_of(customer)) {
            events.push(event(EventKind::CustomerCreated, Some(rfc3339(created)), &self.customer_id(customer), source));
        }
        for &row in self.book.customers.payments(customer) {
            self.payment_events(row, &event, &mut events);
        }
        for tab in self.order_rows(customer) {
            let Some(order) = tab.2.order else { continue };
            events.push(CustomerEvent {
                amount: Some(order.amount),
                status: Some(order.state.word().to_owned()),
                payment_id: tab.2.payment_id,
                ..event(EventKind::Order, tab.2.at, &order.id, order.source)
            });
        }
        for record in self.all_records_of_customer(customer) {
            let status = Some(record.kind.word().to_owned());
            let (payment_id, reason) = (record.payment_id.clone(), record.reason.clone());
            let own = |kind, at| CustomerEvent {
                amount: record.amount,
                status: status.clone(),
                payment_id: payment_id.clone(),
                reason: reason.clone(),
                ..event(kind, at, &record.id, record.source)
            };
            events.push(own(EventKind::Record, record.created_at.clone()));
            if record.until.is_some() {
                events.push(own(EventKind::RecordUntil, record.until.clone()));
            }
        }
        for decision in self.overrides_of(customer) {
            events.push(CustomerEvent {
                source: None,
                status: Some(decision.action.word().to_owned()),
                reason: Some(decision.reason),
                ..event(EventKind::Decision, Some(decision.as_of), &decision.id, Source::Canonical)
            });
        }
        let timed = |event: CustomerEvent| {
            let time = event.at.as_deref().and_then(parse_time);
            let key = format!("{}:{}:{}", event.kind, event.source.map_or("", Source::word), event.id);
            (
                time,
                key,
                TabRow { at: event.at.clone(), payment_id: event.payment_id.clone(), event: Some(event), ..EMPTY },
            )
        };
        events.into_iter().map(timed).collect()
    }

    fn payment_events(self, row: u32, event: &Begun, events: &mut Vec<CustomerEvent>) {
        let Some(payment) = self.payment_row(row) else { return };
        let payment_id = Some(self.string(payment.id));
        let of_payment = |kind, at, id: &str| CustomerEvent {
            payment_id: payment_id.clone(),
            ..event(kind, at, id, payment.source)
        };
        events.push(CustomerEvent {
            amount: Some(Self::money(&payment, payment.amount)),
            status: Some(payment.status.word().to_owned()),
            ..of_payment(EventKind::Payment, Some(rfc3339(payment.created)), &self.text(payment.id))
        });
        for attempt in self.book.link.attempts.of(row).iter().filter_map(|&row| self.store.tables.attempts.get(at(row)))
        {
            let kind = match attempt.state {
                AttemptState::Failed | AttemptState::Blocked => EventKind::AttemptFailed,
                // A capture of its own: one that is made with the payment is the payment.
                AttemptState::Captured if attempt.parent.is_some() => EventKind::Captured,
                _ => continue,
            };
            let [code, reason] = attempt.failure;
            events.push(CustomerEvent {
                amount: Some(Money::new(attempt.amount, attempt.currency, attempt.head.source)),
                status: Some(attempt.state.word().to_owned()),
                reason: self.owned(reason.or(code)),
                ..of_payment(kind, Some(rfc3339(attempt.created)), &self.text(attempt.head.id))
            });
        }
        for refund in self.refunds(row, &payment) {
            events.push(CustomerEvent {
                amount: Some(refund.amount),
                status: Some(refund.status.word().to_owned()),
                reason: refund.failure_reason.or(refund.reason),
                ..of_payment(EventKind::Refund, refund.created_at, &refund.id)
            });
        }
        for dispute in self.disputes(row, &payment) {
            let own = |kind, at| CustomerEvent {
                amount: Some(dispute.amount),
                status: Some(dispute.state.word().to_owned()),
                reason: dispute.reason.clone(),
                ..of_payment(kind, at, &dispute.id)
            };
            events.push(own(EventKind::Dispute, dispute.created_at.clone()));
            if dispute.due_by.is_some() && dispute.state.is_open() {
                events.push(own(EventKind::EvidenceDue, dispute.due_by.clone()));
            }
        }
    }

    /// What each month came to, the oldest first, without holes; of each currency for itself.
    pub(super) fn volume(self, customer: u32) -> Vec<MonthVolume> {
        type Figures = (usize, i64, i64);
        let mut months: HashMap<(Currency, i64), Figures, FxBuildHasher> = HashMap::default();
        let mut add = |currency: Currency, time: i64, figures: Figures| {
            let Some(month) = self.zone.month_of(time) else { return };
            let sum = months.entry((currency, month)).or_default();
            *sum = (sum.0.saturating_add(figures.0), sum.1.saturating_add(figures.1), sum.2.saturating_add(figures.2));
        };
        for &row in self.book.customers.payments(customer) {
            let Some(payment) = self.payment_row(row) else { continue };
            if payment.captured > 0 {
                add(payment.currency, payment.created, (1, common(payment.captured, &payment), 0));
            }
            for refund in self.past_refunds(row) {
                let time = refund.at.map_or(payment.created, |(time, _)| time);
                let minor = refund.currency.convert(refund.minor, refund.source, finest(refund.currency));
                add(refund.currency, time, (0, 0, minor));
            }
        }
        let months = months.into_iter().map(|((currency, month), figures)| (currency, month, figures));
        let months: Vec<(Currency, i64, Figures)> = sorted(months, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let mut volume: Vec<MonthVolume> = Vec::new();
        for of_currency in months.chunk_by(|a, b| a.0 == b.0) {
            let (Some(&(currency, first, _)), Some(&(_, last, _))) = (of_currency.first(), of_currency.last()) else {
                continue;
            };
            let source = finest(currency);
            let money = |minor: i64| Money::new(minor.min(MAX_MINOR), currency, source);
            // The month that begins so many months before the last one, or the first.
            let earliest = last.saturating_sub(DAYS_OF_MONTHS);
            let mut known = of_currency.iter().skip_while(|(_, month, _)| *month < earliest).peekable();
            let mut month = known.peek().map_or(first, |(_, month, _)| *month);
            while month <= last {
                let (_, _, (payments, captured, refunded)) =
                    known.next_if(|(_, of, _)| *of == month).copied().unwrap_or((currency, month, (0, 0, 0)));
                volume.push(MonthVolume {
                    month: date_text(month).get(..7).unwrap_or_default().to_owned(),
                    currency: currency.code(),
                    payments,
                    captured: money(captured),
                    refunded: money(refunded),
                });
                // The first day of the month after: 32 days behind the first day of a month is always in it.
                let Some((next, _)) = first_of_month_and_year(month.saturating_add(32)) else { break };
                month = next;
            }
        }
        volume
    }
}
