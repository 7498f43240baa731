//! Pages: what to list, how much of it, and where the last page ended.
//!
//! A cursor names the row that a page ended with by its own key, so rows that arrive meanwhile do not shift the next page.

use super::View;
use super::list::{Column, Filter, Sort};
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Fields, Input};
use crate::source::Source;
use crate::time::Zone;
use core::cmp::Ordering;

/// Rows of a page unless the query says otherwise.
const DEFAULT_LIMIT: i64 = 50;
/// Most rows of a page.
const MAX_LIMIT: i64 = 1_000;
/// What lists there are.
const LISTS: [&str; 2] = ["customers", "payments"];
/// Columns of a table.
pub(super) const MOST_COLUMNS: usize = 40;

/// What to list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    /// How many rows.
    pub limit: usize,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// Only the payments of this customer.
    pub customer: Option<String>,
    /// What rows are sorted by; the newest first where nothing is said.
    pub sort: Option<Sort>,
    /// Which rows; all where nothing is said.
    pub filter: Filter,
}

impl Default for Query {
    fn default() -> Self {
        Self { limit: 50, cursor: None, customer: None, sort: None, filter: Filter::default() }
    }
}

impl Query {
    /// Reads `{ since, limit?, cursor? }`: the version, and what of its changes to list.
    ///
    /// # Errors
    /// What is malformed, with its path.
    pub fn parse_changes(input: &Input) -> Result<(u32, Self), GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let since = fields.required("since")?.whole(0, i64::from(u32::MAX))?;
        let query = Self::parse_list(&mut fields)?;
        fields.finish()?;
        Ok((u32::try_from(since).unwrap_or(u32::MAX), query))
    }

    /// Reads `{ limit?, cursor? }`, and for payments `customerId?`.
    ///
    /// # Errors
    /// What is malformed, with its path.
    pub fn parse(input: &Input, of_payments: bool) -> Result<Self, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let mut query = Self::parse_list(&mut fields)?;
        if of_payments {
            query.customer = fields.get("customerId").map(|id| id.text().map(str::to_owned)).transpose()?;
        }
        fields.finish()?;
        Ok(query)
    }

    /// Reads what a list of customers or payments takes: `{ limit?, cursor?, sort?, where? }`, and for payments `customerId?`. `zone` is
    /// the merchant's, in which the days of a filter begin and end.
    ///
    /// # Errors
    /// What is malformed, with its path.
    pub fn parse_listing(input: &Input, zone: &Zone, of_payments: bool) -> Result<Self, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let query = Self::parse_rows(&mut fields, zone, of_payments)?;
        fields.finish()?;
        Ok(query)
    }

    /// Reads `{ list, columns, limit?, cursor?, sort?, where?, customerId? }`: a list in chosen columns. Whether it is of payments, and
    /// the columns.
    ///
    /// # Errors
    /// What is malformed, with its path.
    pub fn parse_table(input: &Input, zone: &Zone) -> Result<(Self, Vec<Column>, bool), GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let of_payments = Self::parse_which(&mut fields)?;
        let columns = fields.required("columns")?;
        let given = columns.one_or_many();
        if given.is_empty() || given.len() > MOST_COLUMNS {
            return Err(columns.error(ErrorCode::OutOfRange, format!("must be 1 to {MOST_COLUMNS} columns")));
        }
        let columns = given.iter().map(|column| Column::parse(column, of_payments)).collect::<Result<_, _>>()?;
        let query = Self::parse_rows(&mut fields, zone, of_payments)?;
        fields.finish()?;
        Ok((query, columns, of_payments))
    }

    /// Reads `{ list, where? }`.
    ///
    /// # Errors
    /// What is malformed, with its path.
    pub fn parse_facets(input: &Input, zone: &Zone) -> Result<(Self, bool), GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let of_payments = Self::parse_which(&mut fields)?;
        let filter = fields.get("where").map(|given| Filter::parse(&given, zone)).transpose()?.unwrap_or_default();
        fields.finish()?;
        Ok((Self { filter, ..Self::default() }, of_payments))
    }

    /// Whether payments are listed, or customers.
    fn parse_which(fields: &mut Fields<'_>) -> Result<bool, GuestfolioError> {
        fields.required("list")?.word(&LISTS, |word| LISTS.contains(&word).then_some(word == "payments"))
    }

    fn parse_rows(fields: &mut Fields<'_>, zone: &Zone, of_payments: bool) -> Result<Self, GuestfolioError> {
        let Self { limit, cursor, .. } = Self::parse_list(fields)?;
        Ok(Self { limit, cursor, ..Self::parse_arranged(fields, zone, of_payments)? })
    }

    /// Reads `sort?`, `where?`, and for payments `customerId?`: which rows, and in which order.
    #[inline(never)]
    pub(super) fn parse_arranged(
        fields: &mut Fields<'_>,
        zone: &Zone,
        of_payments: bool,
    ) -> Result<Self, GuestfolioError> {
        let mut query = Self::default();
        if of_payments {
            query.customer = fields.get("customerId").map(|id| id.text().map(str::to_owned)).transpose()?;
        }
        query.sort = fields.get("sort").map(|sort| Sort::parse(&sort, of_payments)).transpose()?;
        query.filter = fields.get("where").map(|given| Filter::parse(&given, zone)).transpose()?.unwrap_or_default();
        Ok(query)
    }

    /// Whether rows are sorted or filtered in another way than all lists are.
    pub(super) fn is_arranged(&self) -> bool {
        self.sort.is_some() || !self.filter.text.is_empty()
    }

    /// Reads `limit?` and `cursor?` of any list.
    pub(super) fn parse_list(fields: &mut Fields<'_>) -> Result<Self, GuestfolioError> {
        let limit = fields.get("limit").map(|limit| limit.whole(1, MAX_LIMIT)).transpose()?;
        let cursor = fields.get("cursor").map(|cursor| cursor.text().map(str::to_owned)).transpose()?;
        let limit = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(1);
        Ok(Self { limit, cursor, ..Self::default() })
    }
}

/// The error of a cursor that no page gave.
pub(super) fn invalid_cursor() -> GuestfolioError {
    GuestfolioError::new(ErrorCode::InvalidCursor, "/cursor", "must be the `next` of an earlier page")
}

/// Which list a cursor is of, by the letter that it begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ListOf {
    /// Payments.
    Payments,
    /// Customers; those without a payment have a cursor of their own.
    Customers,
    /// Orders that differ.
    Orders,
}

impl ListOf {
    const fn letter(self) -> &'static str {
        match self {
            Self::Payments => "p",
            Self::Customers => "c",
            Self::Orders => "d",
        }
    }
}

/// The place of a row in a list: for a payment its time and key; for a customer those of its last payment, or, without
/// any, its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cursor {
    /// (created, source, account, id) of a payment.
    Payment(i64, Source, String, String),
    /// (created, account, id) of a customer without payments.
    Idle(Option<i64>, String, String),
}

impl Cursor {
    /// What lists are ordered by.
    pub fn key(&self) -> (Option<i64>, Option<Source>, &str, &str) {
        match self {
            Self::Payment(created, source, account, id) => (Some(*created), Some(*source), account, id),
            Self::Idle(created, account, id) => (*created, None, account, id),
        }
    }

    /// The cursor of a list as text. It is opaque to hosts.
    pub(super) fn text(&self, list: ListOf) -> String {
        match self {
            Self::Payment(created, source, account, id) => {
                format!("{}.{created}.{source}:{account}:{id}", list.letter())
            }
            Self::Idle(Some(created), account, id) => format!("i.{created}.{account}:{id}"),
            Self::Idle(None, account, id) => format!("i..{account}:{id}"),
        }
    }

    /// Reads a cursor that [`Cursor::text`] made of this list.
    fn parse(text: &str, list: ListOf) -> Result<Self, GuestfolioError> {
        let parse = || {
            let (kind, rest) = text.split_once('.')?;
            let (created, key) = rest.split_once('.')?;
            let (first, rest) = key.split_once(':')?;
            if kind == "i" && list == ListOf::Customers {
                let created = if created.is_empty() { None } else { Some(created.parse().ok()?) };
                return Some(Self::Idle(created, first.to_owned(), rest.to_owned()));
            }
            let (account, id) = rest.split_once(':')?;
            let source = Source::from_word(first)?;
            (kind == list.letter())
                .then(|| Some(Self::Payment(created.parse().ok()?, source, account.to_owned(), id.to_owned())))?
        };
        parse().ok_or_else(invalid_cursor)
    }
}

impl View<'_> {
    /// The cursor of a query, if it is of this list and this ledger.
    pub(super) fn cursor_of(self, text: Option<&str>, list: ListOf) -> Result<Option<Cursor>, GuestfolioError> {
        let cursor = text.map(|text| Cursor::parse(text, list)).transpose()?;
        let is_known = cursor.as_ref().is_none_or(|cursor| {
            let (_, _, account, id) = cursor.key();
            self.knows(account, id)
        });
        if is_known { Ok(cursor) } else { Err(invalid_cursor()) }
    }

    /// Whether records of this ledger name such a key: a cursor whose key nobody names is of another.
    pub(super) fn knows(self, account: &str, id: &str) -> bool {
        [account, id].into_iter().all(|text| self.store.interner.find(text).is_some())
    }

    /// The place of a payment.
    pub(super) fn payment_cursor(self, row: u32) -> Option<Cursor> {
        let (source, account, id) = self.book.key(row)?;
        let (account, id) = (self.string(account), self.string(id));
        Some(Cursor::Payment(self.standing(row)?.created, source, account, id))
    }

    /// How a payment stands to a cursor, in order of (created, source, account, id).
    pub(super) fn compare_payment(self, row: u32, cursor: &Cursor) -> Ordering {
        let own = self.standing(row).zip(self.book.key(row));
        let (Some((standing, own)), Cursor::Payment(created, source, account, id)) = (own, cursor) else {
            return Ordering::Greater; // payments come before what has none
        };
        (standing.created, own.0, &*self.text(own.1), &*self.text(own.2)).cmp(&(*created, *source, account, id))
    }

    /// The place of a customer.
    pub(super) fn customer_cursor(self, customer: u32) -> Option<Cursor> {
        match self.book.customers.payments(customer).last() {
            Some(&last) => self.payment_cursor(last),
            None => {
                let (created, account, id, _, _) = self.book.idle_order(self.store, customer);
                Some(Cursor::Idle(created, account.into_owned(), id.into_owned()))
            }
        }
    }

    /// How many customers, the oldest first, come after the cursor's: its page ended with it.
    pub(super) fn customers_until(self, cursor: &Cursor) -> usize {
        self.book.customers.oldest_first.partition_point(|&customer| {
            let last = self.book.customers.payments(customer).last();
            match (last, cursor) {
                (Some(&last), _) => self.compare_payment(last, cursor).is_lt(),
                (None, Cursor::Payment(..)) => true,
                (None, Cursor::Idle(created, account, id)) => {
                    let (known, of, own, _, _) = self.book.idle_order(self.store, customer);
                    (known, &*of, &*own) < (*created, account.as_str(), id.as_str())
                }
            }
        })
    }

    /// Rows of a list that is kept oldest first, newest first and after the cursor.
    pub(super) fn newest_payments(self, oldest_first: &[u32], cursor: Option<&Cursor>) -> usize {
        match cursor {
            None => oldest_first.len(),
            Some(cursor) => oldest_first.partition_point(|&row| self.compare_payment(row, cursor).is_lt()),
        }
    }
}
