//! A list in chosen columns: a saved view is the query that asks for it.

use super::super::View;
use super::super::page::Query;
use super::super::shapes::{CustomerItem, PaymentItem, Totals};
use super::column::{Column, CustomerColumn, PaymentColumn};
use crate::error::GuestfolioError;
use crate::issue::SchemaVersion;
use crate::money::Money;
use serde::Serialize;

/// What stands where a row and a column meet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(untagged)]
pub enum Cell {
    /// Nothing is known.
    None(()),
    /// Text, a word, an id, a time.
    Text(String),
    /// A count.
    Number(usize),
    /// Yes or no.
    Flag(bool),
    /// An amount.
    Amount(Money),
    /// Amounts, one a currency.
    Amounts(Vec<Money>),
}

/// A column of a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct TableColumn {
    /// Its word, of `customer_column` or `payment_column`.
    pub column: String,
    /// It holds figures, which stand to the right.
    pub figures: bool,
}

/// A page of a list in chosen columns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// The columns, in the order asked for.
    pub columns: Vec<TableColumn>,
    /// The ids of the rows: of customers or payments.
    pub ids: Vec<String>,
    /// The rows, a cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// Rows under the conditions, on all pages.
    pub total: usize,
    /// Where the next page begins; `null` on the last one.
    pub next: Option<String>,
}

/// A text, if there is one.
pub fn text(text: Option<String>) -> Cell {
    text.map_or(Cell::None(()), Cell::Text)
}

fn amounts(totals: &[Totals], of: fn(&Totals) -> Option<Money>) -> Cell {
    Cell::Amounts(totals.iter().filter_map(of).collect())
}

#[inline(never)]
pub fn customer_cell(item: &CustomerItem, column: CustomerColumn) -> Cell {
    match column {
        CustomerColumn::Name => text(item.name.clone()),
        CustomerColumn::Id => Cell::Text(item.id.clone()),
        CustomerColumn::Kind => Cell::Text(item.kind.word().to_owned()),
        CustomerColumn::Source => Cell::Text(item.source.word().to_owned()),
        CustomerColumn::Email => text(item.emails.first().cloned()),
        CustomerColumn::Phone => text(item.phones.first().cloned()),
        CustomerColumn::Created => text(item.created_at.clone()),
        CustomerColumn::Country => text(item.country.clone()),
        CustomerColumn::Method => text(item.method.as_ref().and_then(|method| method.kind.clone())),
        CustomerColumn::Payments => Cell::Number(item.payment_count),
        CustomerColumn::Spent => amounts(&item.totals, |totals| totals.captured),
        CustomerColumn::Refunded => amounts(&item.totals, |totals| totals.refunded),
        CustomerColumn::Disputed => amounts(&item.totals, |totals| totals.disputed),
        CustomerColumn::FirstPayment => text(item.first_payment_at.clone()),
        CustomerColumn::LastPayment => text(item.last_payment_at.clone()),
        CustomerColumn::OpenDispute => Cell::Flag(item.open_dispute),
        CustomerColumn::Strength => Cell::Text(item.strength.word().to_owned()),
        CustomerColumn::Invite => Cell::Flag(item.invite.is_some()),
    }
}

#[inline(never)]
pub fn payment_cell(item: &PaymentItem, column: PaymentColumn) -> Cell {
    let method = item.method.as_ref();
    match column {
        PaymentColumn::Created => Cell::Text(item.created_at.clone()),
        PaymentColumn::Id => Cell::Text(item.id.clone()),
        PaymentColumn::Source => Cell::Text(item.source.word().to_owned()),
        PaymentColumn::Status => Cell::Text(item.status.word().to_owned()),
        PaymentColumn::RawStatus => text(item.raw_status.clone()),
        PaymentColumn::Amount => Cell::Amount(item.amount),
        PaymentColumn::Captured => Cell::Amount(item.captured),
        PaymentColumn::Refunded => Cell::Amount(item.refunded),
        PaymentColumn::Refundable => Cell::Amount(item.refundable),
        PaymentColumn::Disputed => item.disputed.map_or(Cell::None(()), Cell::Amount),
        PaymentColumn::Dispute => Cell::Text(item.dispute.word().to_owned()),
        PaymentColumn::RefundState => Cell::Text(item.refund_state.word().to_owned()),
        PaymentColumn::Customer => Cell::Text(item.customer_id.clone()),
        PaymentColumn::Name => text(item.name.clone()),
        PaymentColumn::Email => text(item.email.clone()),
        PaymentColumn::Method => text(method.and_then(|method| method.kind.clone())),
        PaymentColumn::Last4 => text(method.and_then(|method| method.last4.clone())),
        PaymentColumn::Country => text(item.country.clone()),
        PaymentColumn::Order => {
            text(item.order.as_ref().map(|order| order.number.as_ref().unwrap_or(&order.id).clone()))
        }
        PaymentColumn::Description => text(item.description.clone()),
        PaymentColumn::Pricing => text(item.pricing.map(|pricing| pricing.word().to_owned())),
    }
}

impl View<'_> {
    /// A page of a list in chosen columns.
    pub fn table(self, query: &Query, columns: &[Column], of_payments: bool) -> Result<Table, GuestfolioError> {
        let (ids, rows, total, next) = if of_payments {
            let page = self.payments(query)?;
            let row = |item: &PaymentItem| {
                let cell = |column: &Column| match column {
                    Column::Payment(column) => payment_cell(item, *column),
                    Column::Customer(_) => Cell::None(()),
                };
                columns.iter().map(cell).collect()
            };
            let rows = page.items.iter().map(row).collect();
            (page.items.iter().map(|item| item.id.clone()).collect(), rows, page.total, page.next)
        } else {
            let page = self.customers(query)?;
            let row = |item: &CustomerItem| {
                let cell = |column: &Column| match column {
                    Column::Customer(column) => customer_cell(item, *column),
                    Column::Payment(_) => Cell::None(()),
                };
                columns.iter().map(cell).collect()
            };
            let rows = page.items.iter().map(row).collect();
            (page.items.iter().map(|item| item.id.clone()).collect(), rows, page.total, page.next)
        };
        let figures =
            |column: &Column| column.is_money() || matches!(column, Column::Customer(CustomerColumn::Payments));
        let columns =
            columns.iter().map(|column| TableColumn { column: column.word().to_owned(), figures: figures(column) });
        Ok(Table { schema_version: SchemaVersion::default(), columns: columns.collect(), ids, rows, total, next })
    }
}
