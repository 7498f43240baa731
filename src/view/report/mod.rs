//! Reports: rows in chosen columns, or the figures of groups, as text in chunks that a host writes to a file.
//!
//! A report is of one state of the ledger. It holds the rows' numbers, or the groups' sums, and makes the text of a chunk when it is
//! asked for it.

mod entry;
mod figures;
mod query;
mod rows;
mod sheet;

pub use query::{ReportColumn, ReportFormat, ReportKey, ReportMeasure, ReportQuery, ReportRows, ReversalColumn};

use super::View;
use super::list::Rows;
use crate::error::GuestfolioError;
use figures::Group;
use sheet::Sheet;
use std::rc::Rc;

/// A chunk is ended when it has so many bytes.
const CHUNK: usize = 64 << 10;

/// A report that is being written.
#[derive(Debug)]
pub struct Report {
    query: ReportQuery,
    source: Content,
    sheet: Sheet,
    /// Rows of the list, or groups, that were written.
    done: usize,
    ended: bool,
    /// The state of the ledger that it is of.
    state: u64,
}

/// What is still to be written.
#[derive(Debug)]
enum Content {
    Rows(Rc<Rows>),
    Groups(Vec<Group>),
}

impl Report {
    /// How many payments, customers or groups it goes over.
    #[must_use]
    pub fn total(&self) -> usize {
        match &self.source {
            Content::Rows(rows) => rows.list.len(),
            Content::Groups(groups) => groups.len(),
        }
    }

    /// How many of them are written.
    #[must_use]
    pub fn done(&self) -> usize {
        self.done
    }

    /// How many rows were written.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.sheet.rows()
    }

    /// The state of the ledger that it is of.
    pub(crate) fn state(&self) -> u64 {
        self.state
    }
}

impl View<'_> {
    /// Begins a report.
    pub fn report(self, query: ReportQuery, state: u64) -> Result<Report, GuestfolioError> {
        let rows = self.report_rows(&query)?;
        let sheet = Sheet::new(query.format, query.headings(), query.mask);
        let source = if query.is_grouped() { Content::Groups(self.groups(&query, &rows)) } else { Content::Rows(rows) };
        Ok(Report { query, source, sheet, done: 0, ended: false, state })
    }

    /// The next chunk; nothing behind the last one.
    pub fn report_chunk(self, report: &mut Report) -> Option<String> {
        if report.ended {
            return None;
        }
        let total = report.total();
        let Report { query, source, sheet, done, .. } = report;
        while *done < total && sheet.len() < CHUNK {
            match source {
                Content::Rows(rows) => {
                    if let Some(row) = rows.at(*done, query.is_descending()) {
                        self.write_rows(query, row, sheet);
                    }
                }
                Content::Groups(groups) => {
                    if let Some(group) = groups.get(*done) {
                        self.write_group(query, group, sheet);
                    }
                }
            }
            *done = done.saturating_add(1);
        }
        if *done >= total {
            sheet.end();
            report.ended = true;
        }
        Some(report.sheet.take())
    }

    /// The payments or customers that a report goes over.
    fn report_rows(self, query: &ReportQuery) -> Result<Rc<Rows>, GuestfolioError> {
        let of_payments = query.rows != ReportRows::Customers;
        // What is wrong with a query that was read is its customer.
        let of_customer = |error: GuestfolioError| GuestfolioError::new(error.code(), "/customerId", error.message());
        self.arranged(&query.arranged, of_payments).map_err(of_customer)
    }
}
