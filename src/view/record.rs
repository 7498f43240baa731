//! Orders and the records beside payments.

use super::View;
use super::payment::web_address;
use super::shapes::{OrderRef, PortalStatus, RecordView};
use crate::ledger::payment::Payment;
use crate::ledger::record::Annex;
use crate::ledger::rows::at;
use crate::ledger::status::PaymentStatus;
use crate::money::Money;
use crate::order::sorted;
use crate::source::Source;
use crate::time::rfc3339;

/// Records of a customer that a detail lists.
const MOST_RECORDS: usize = 200;

impl View<'_> {
    /// An order by its row.
    pub(super) fn order_of(self, row: u32) -> Option<OrderRef> {
        let order = self.store.tables.orders.get(at(row))?;
        Some(OrderRef {
            source: order.head.source,
            account: self.account(order.head.account),
            id: self.string(order.head.id),
            number: self.owned(order.name),
            state: order.state,
            raw_status: self.owned(order.raw_status),
            amount: Money::new(order.amount, order.currency, order.head.source),
            linked_by: None,
        })
    }

    /// The order of a payment, and what links them.
    pub(super) fn order_of_payment(self, payment: &Payment) -> Option<OrderRef> {
        Some(OrderRef { linked_by: payment.linked_by, ..self.order_of(payment.order)? })
    }

    /// What Flatpay's portal calls a payment's status. It shows none before the payer has paid or failed.
    pub(super) fn portal_status(payment: &Payment) -> Option<PortalStatus> {
        if payment.source != Source::Flatpay {
            return None;
        }
        match payment.status {
            PaymentStatus::Authorized => Some(PortalStatus::Authorized),
            PaymentStatus::Paid | PaymentStatus::PartiallyCaptured | PaymentStatus::PartiallyRefunded => {
                Some(PortalStatus::Settled)
            }
            PaymentStatus::Refunded => Some(PortalStatus::Refunded),
            PaymentStatus::Canceled => Some(PortalStatus::Cancelled),
            PaymentStatus::Failed | PaymentStatus::Blocked => Some(PortalStatus::Failed),
            PaymentStatus::Incomplete | PaymentStatus::Pending | PaymentStatus::MarkedPaid | PaymentStatus::Unknown => {
                None
            }
        }
    }

    /// The records about a payment, the newest first.
    pub(super) fn records_of_payment(self, row: u32) -> Vec<RecordView> {
        let annexes =
            self.book.link.annexes.of(row).iter().filter_map(|&annex| self.store.tables.annexes.get(at(annex)));
        self.records(annexes)
    }

    /// The records of a customer: those that name it, by its own id or that of a gateway, and those about its payments.
    pub(super) fn records_of_customer(self, customer: u32) -> Vec<RecordView> {
        let mut records = self.all_records_of_customer(customer);
        records.truncate(MOST_RECORDS);
        records
    }

    /// All of them, the newest first.
    pub(super) fn all_records_of_customer(self, customer: u32) -> Vec<RecordView> {
        let rows = self.book.customers.payments(customer);
        let keys = self.named_at_sources(customer);
        let about = rows.iter().flat_map(|&row| self.book.link.annexes.of(row)).copied();
        let mut about: Vec<u32> = sorted(about, u32::cmp);
        about.dedup();
        let annexes = (0_u32..).zip(&self.store.tables.annexes).filter(|(row, annex)| {
            let key = annex.customer.map(|id| (annex.head.source, annex.head.account, id));
            key.is_some_and(|key| keys.contains(&key)) || about.binary_search(row).is_ok()
        });
        self.records(annexes.map(|(_, annex)| annex))
    }

    fn records<'a>(self, annexes: impl Iterator<Item = &'a Annex>) -> Vec<RecordView> {
        let key = |annex: &Annex| (annex.created, self.text(annex.head.id));
        let newest_first = sorted(annexes, |a, b| key(b).cmp(&key(a)));
        newest_first.into_iter().map(|annex| self.record(annex)).collect()
    }

    fn record(self, annex: &Annex) -> RecordView {
        let source = annex.head.source;
        let money = |minor: Option<i64>| Some(Money::new(minor?, annex.currency?, source));
        RecordView {
            kind: annex.kind,
            id: self.string(annex.head.id),
            source,
            raw_status: self.owned(annex.raw_status),
            active: annex.active,
            amount: money(annex.amount),
            fee: money(annex.fee),
            balance: money(annex.balance),
            credit: annex.credit,
            created_at: annex.created.map(rfc3339),
            until: annex.until.map(rfc3339),
            reason: self.owned(annex.reason),
            payment_id: self.owned(annex.payment),
            other_id: self.owned(annex.other),
            ending: annex.ending,
            url: web_address(annex.page.as_deref()),
        }
    }
}
