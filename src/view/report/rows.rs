//! The rows of a report in chosen columns.

use super::super::View;
use super::super::list::{Cell, Column, CustomerColumn, customer_cell, payment_cell, text};
use super::super::shapes::{CustomerItem, PaymentItem};
use super::entry::Entry;
use super::figures::{money, period_of, period_text};
use super::query::{ReportColumn, ReportQuery, ReversalColumn, Shown};
use super::sheet::Sheet;
use crate::ledger::record::Mode;
use crate::ledger::rows::at;
use crate::policy::rule::Period;
use crate::time::rfc3339;

/// What of a row is made once, however many of its columns are asked for.
struct Items {
    payment: Option<PaymentItem>,
    customer: Option<CustomerItem>,
}

impl View<'_> {
    /// Writes the rows of a payment or customer.
    pub(super) fn write_rows(self, query: &ReportQuery, row: u32, sheet: &mut Sheet) {
        let is_of = |wanted: fn(&Column) -> bool| {
            query.columns.iter().any(|column| matches!(column, Shown::List(column) if wanted(column)))
        };
        let items = Items {
            payment: is_of(|column| matches!(column, Column::Payment(_))).then(|| self.payment_item(row)).flatten(),
            customer: is_of(|column| matches!(column, Column::Customer(_))).then(|| self.customer_item(row)).flatten(),
        };
        for entry in self.entries(query, row) {
            let cells = query.columns.iter().map(|column| self.cell(query, &items, &entry, *column));
            sheet.row(cells.collect());
        }
    }

    fn cell(self, query: &ReportQuery, items: &Items, entry: &Entry<'_>, column: Shown) -> Cell {
        match column {
            Shown::List(Column::Payment(column)) => {
                items.payment.as_ref().map_or(Cell::None(()), |item| payment_cell(item, column))
            }
            Shown::List(Column::Customer(CustomerColumn::Spent)) => money(entry.figures.captured, entry.currency),
            Shown::List(Column::Customer(CustomerColumn::Refunded)) => money(entry.figures.refunded, entry.currency),
            Shown::List(Column::Customer(CustomerColumn::Disputed)) => money(entry.figures.disputed, entry.currency),
            Shown::List(Column::Customer(CustomerColumn::Payments)) => Cell::Number(entry.figures.payments),
            Shown::List(Column::Customer(column)) => {
                items.customer.as_ref().map_or(Cell::None(()), |item| customer_cell(item, column))
            }
            Shown::Reversal(column) => self.reversal_cell(query, entry, column),
            Shown::Beside(column) => self.beside_cell(query, entry, column),
        }
    }

    fn beside_cell(self, query: &ReportQuery, entry: &Entry<'_>, column: ReportColumn) -> Cell {
        let period = match column {
            ReportColumn::Account => {
                let own = || Some(self.origin_of(entry.customer?)?.1);
                let account = entry.payment.map(|(_, of)| of.account).or_else(own);
                return text(account.and_then(|account| self.account(account)));
            }
            ReportColumn::Livemode => {
                let mode = entry.payment.map(|(_, of)| of.mode).or_else(|| Some(self.mode_of(entry.customer?)));
                return mode.and_then(Mode::livemode).map_or(Cell::None(()), Cell::Flag);
            }
            ReportColumn::Currency => return text(entry.currency.map(|currency| currency.code())),
            ReportColumn::Day => Period::Day,
            ReportColumn::Week => Period::Week,
            ReportColumn::Month => Period::Month,
            ReportColumn::Year => Period::Year,
        };
        let day = entry.time.and_then(|time| period_of(period, &query.zone, time));
        text(day.map(|day| period_text(period, day)))
    }

    fn reversal_cell(self, query: &ReportQuery, entry: &Entry<'_>, column: ReversalColumn) -> Cell {
        let Entry { refund, dispute, .. } = *entry;
        let Some((row, payment)) = entry.payment else { return Cell::None(()) };
        let head = refund.map(|refund| &refund.head).or_else(|| dispute.map(|dispute| &dispute.head));
        let created = refund.map_or_else(|| dispute.and_then(|dispute| dispute.created), |refund| refund.created);
        let raw = refund.and_then(|refund| refund.raw_status).or_else(|| dispute.and_then(|of| of.raw_status));
        let reason = refund.and_then(|refund| refund.reason).or_else(|| dispute.and_then(|dispute| dispute.reason));
        match column {
            ReversalColumn::Id => text(head.map(|head| self.string(head.id))),
            ReversalColumn::Created => text(created.map(rfc3339)),
            ReversalColumn::Source => Cell::Text(payment.source.word().to_owned()),
            ReversalColumn::Status => text(self.entry_status(query, entry).map(str::to_owned)),
            ReversalColumn::RawStatus => text(self.owned(raw)),
            ReversalColumn::Amount => money(entry.figures.amount, entry.currency),
            ReversalColumn::Payment => Cell::Text(self.string(payment.id)),
            ReversalColumn::Customer => text(entry.customer.map(|customer| self.customer_id(customer))),
            ReversalColumn::Name => text(self.owned(self.payer(row, &payment, |contact| contact.name))),
            ReversalColumn::Email => text(self.owned(self.payer(row, &payment, |contact| contact.email))),
            ReversalColumn::Order => {
                let order = self.store.tables.orders.get(at(payment.order));
                text(self.owned(order.map(|order| order.name.unwrap_or(order.head.id))))
            }
            ReversalColumn::Reason => text(self.owned(reason)),
            ReversalColumn::FailureReason => text(self.owned(refund.and_then(|refund| refund.failure_reason))),
            ReversalColumn::DueBy => text(dispute.and_then(|dispute| dispute.due_by).map(rfc3339)),
        }
    }
}
