//! Exports of dashboards: comma-separated values, a header line first.
//!
//! The csv-core crate cuts them into cells (RFC 4180: quotes, doubled quotes, commas and line breaks inside quotes). A source
//! names the exports that it knows by their columns; a row becomes the same neutral records as the API's JSON.

use super::{Context, Notes, Outcome, Path, Read, Reader, Reject, Source};
use crate::identity::{Identifier, IdentifierField, IdentifierKind};
use crate::issue::IssueCode;
use crate::ledger::intern::Sym;
use crate::ledger::store::{Store, Upsert};
use crate::money::Currency;
use crate::source::field::{decimal, is_scientific};
use crate::time::parse_loose_time;
use std::borrow::Cow;

/// A longer row is no export's.
const MAX_ROW: usize = 1 << 20;

/// An export of a dashboard.
pub struct Export {
    /// Whose it is.
    pub source: Source,
    /// The columns without which its rows have no meaning. `a|b`: either name.
    pub required: &'static [&'static str],
    /// Reads one row.
    pub read: fn(&mut Cells<'_, '_>) -> Read,
}

/// Every export that is known.
const EXPORTS: &[Export] = &[
    super::stripe::csv::PAYMENTS,
    super::stripe::csv::CUSTOMERS,
    super::dodo::csv::PAYMENTS,
    super::dodo::csv::REFUNDS,
    super::dodo::csv::CUSTOMERS,
];

/// One export that is being read, in as many chunks as it comes.
pub struct Csv {
    reader: csv_core::Reader,
    /// The text of the row that is being cut.
    text: Vec<u8>,
    text_end: usize,
    /// Where each of its cells ends.
    ends: Vec<usize>,
    ends_end: usize,
    header: Option<Vec<String>>,
    export: Option<&'static Export>,
    /// The header was refused: no row is read.
    refused: bool,
    /// The row is longer than any export's.
    oversized: bool,
}

impl core::fmt::Debug for Csv {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Csv").field("columns", &self.header.as_ref().map(Vec::len)).finish_non_exhaustive()
    }
}

/// What became of one row, and whose it was.
pub type RowOutcome = (Outcome, Option<Source>);

impl Csv {
    /// An export whose header is still to come.
    pub fn new() -> Self {
        Self {
            reader: csv_core::Reader::new(),
            text: vec![0; 4096],
            text_end: 0,
            ends: vec![0; 128],
            ends_end: 0,
            header: None,
            export: None,
            refused: false,
            oversized: false,
        }
    }

    /// Reads the next bytes; none at the end. `done` is told of each row, with its issues.
    pub fn feed(
        &mut self,
        mut bytes: &[u8],
        only: Option<Source>,
        context: Context,
        store: &mut Store,
        done: &mut dyn FnMut(RowOutcome, Notes),
    ) {
        use csv_core::ReadRecordResult as Cut;
        let at_end = bytes.is_empty();
        while !self.refused {
            let text = self.text.get_mut(self.text_end..).unwrap_or_default();
            let ends = self.ends.get_mut(self.ends_end..).unwrap_or_default();
            let (cut, read, written, ended) = self.reader.read_record(bytes, text, ends);
            bytes = bytes.get(read..).unwrap_or_default();
            self.text_end = self.text_end.saturating_add(written);
            self.ends_end = self.ends_end.saturating_add(ended);
            match cut {
                Cut::InputEmpty if at_end => {}
                Cut::InputEmpty => return,
                Cut::OutputFull if self.text.len() < MAX_ROW => self.text.resize(self.text.len().saturating_mul(2), 0),
                Cut::OutputEndsFull if self.ends.len() < MAX_ROW => {
                    self.ends.resize(self.ends.len().saturating_mul(2), 0);
                }
                Cut::OutputFull | Cut::OutputEndsFull => {
                    // Its text is dropped as it comes, and the next row is read.
                    self.oversized = true;
                    (self.text_end, self.ends_end) = (0, 0);
                }
                Cut::Record if self.oversized => {
                    let mut notes = Notes::default();
                    let Reject = notes.reject(&Path::ROOT, IssueCode::RecordTooLarge);
                    done((Outcome::Rejected, None), notes);
                    (self.text_end, self.ends_end, self.oversized) = (0, 0, false);
                }
                Cut::Record => self.row(only, context, store, done),
                Cut::End => return,
            }
        }
    }

    fn row(
        &mut self,
        only: Option<Source>,
        context: Context,
        store: &mut Store,
        done: &mut dyn FnMut(RowOutcome, Notes),
    ) {
        let mut notes = Notes::default();
        let (cells, rough) = self.cells();
        (self.text_end, self.ends_end) = (0, 0);
        let (Some(header), Some(export)) = (&self.header, self.export) else {
            match find_export(&cells, only) {
                Ok(export) => self.export = Some(export),
                Err((column, code)) => {
                    let Reject = match column {
                        Some(column) => notes.reject(&Path::ROOT.key(column), code),
                        None => notes.reject(&Path::ROOT, code),
                    };
                    done((Outcome::Rejected, None), notes);
                    self.refused = true;
                }
            }
            self.header = Some(cells);
            return;
        };
        for column in rough.into_iter().filter_map(|column| header.get(column)) {
            notes.warn(&Path::ROOT.key(column), IssueCode::InvalidUtf8);
        }
        let outcome = if header.len() == cells.len() {
            let context = Context { from_export: true, ..context };
            let mut reader = Reader { source: export.source, context, store, notes: &mut notes };
            let mut row = Cells { reader: &mut reader, header, cells: &cells };
            match (export.read)(&mut row) {
                Ok(Upsert::Changed) => Outcome::Accepted,
                Ok(Upsert::Unchanged) => Outcome::Unchanged,
                Ok(Upsert::Refused) => Outcome::Rejected,
                Err(Reject) => Outcome::Rejected,
            }
        } else {
            let Reject = notes.reject(&Path::ROOT, IssueCode::WrongCellCount);
            Outcome::Rejected
        };
        done((outcome, Some(export.source)), notes);
    }

    /// The cells of the row, and the numbers of those that are not UTF-8.
    fn cells(&self) -> (Vec<String>, Vec<usize>) {
        let (mut start, mut rough) = (0, Vec::new());
        let ends = self.ends.get(..self.ends_end).unwrap_or_default();
        let cells = ends.iter().enumerate().map(|(column, &end)| {
            let cell = self.text.get(start..end).unwrap_or_default();
            start = end;
            let text = String::from_utf8_lossy(cell);
            if matches!(text, Cow::Owned(_)) {
                rough.push(column);
            }
            text.into_owned()
        });
        (cells.collect(), rough)
    }
}

/// The export with this header, or what is wrong with it: the column that it lacks, if it is nearly one that is known.
fn find_export(header: &[String], only: Option<Source>) -> Result<&'static Export, (Option<&'static str>, IssueCode)> {
    let has = |names: &str| names.split('|').any(|name| header.iter().any(|cell| is_name(cell, name)));
    let known = || EXPORTS.iter().filter(|export| only.is_none_or(|source| source == export.source));
    if let Some(export) = known().find(|export| export.required.iter().all(|names| has(names))) {
        return Ok(export);
    }
    // Of an input that may be anybody's, a table that lacks a column is simply another table.
    for export in known().filter(|_| only.is_some()) {
        let mut missing = export.required.iter().filter(|names| !has(names));
        if let (Some(names), None) = (missing.next(), missing.next()) {
            return Err((names.split('|').next(), IssueCode::MissingColumn));
        }
    }
    Err((None, IssueCode::UnknownHeader))
}

fn is_name(cell: &str, name: &str) -> bool {
    cell.trim().trim_start_matches('\u{feff}').eq_ignore_ascii_case(name)
}

/// One row, by the names of its columns.
pub struct Cells<'r, 's> {
    /// Where it goes.
    pub reader: &'r mut Reader<'s>,
    header: &'r [String],
    cells: &'r [String],
}

impl Cells<'_, '_> {
    /// A cell; `None` where it is empty, says `NULL`, or has no column. `a|b`: either name.
    pub fn get(&self, names: &str) -> Option<String> {
        let column = names.split('|').find_map(|name| self.header.iter().position(|cell| is_name(cell, name)))?;
        let cell = self.cells.get(column)?.trim();
        Some(cell).filter(|cell| !matches!(*cell, "" | "NULL")).map(str::to_owned)
    }

    fn reject(&mut self, column: &str, code: IssueCode) -> Reject {
        self.reader.notes.reject(&Path::ROOT.key(column.split('|').next().unwrap_or(column)), code)
    }

    /// A text; one that a spreadsheet has rounded is left out.
    pub fn text(&mut self, column: &str) -> Option<Sym> {
        let text = self.get(column)?;
        if is_scientific(&text) {
            self.reader.notes.warn(&Path::ROOT.key(column), IssueCode::SpreadsheetNumber);
            return None;
        }
        Some(self.reader.keep_text(&text))
    }

    /// A cell that people write: it may have a card number in it, which is not kept.
    pub fn free_text(&mut self, column: &str) -> Option<Sym> {
        let text = self.get(column)?;
        Some(self.reader.keep_free_text(&text, &Path::ROOT.key(column)))
    }

    /// A customer's e-mail: its identifier, and the raw text for display.
    pub fn email(&mut self, column: &str, found: &mut Vec<Identifier>) -> Option<Sym> {
        let shown = self.text(column)?;
        self.reader.identify(IdentifierKind::Email, shown, IdentifierField::CustomerEmail, found);
        Some(shown)
    }

    /// The id of another record.
    pub fn reference(&mut self, column: &str) -> Result<Option<Sym>, Reject> {
        match self.get(column) {
            Some(id) if is_scientific(&id) => Err(self.reject(column, IssueCode::SpreadsheetNumber)),
            Some(id) if id.len() > 255 => Err(self.reject(column, IssueCode::IdTooLong)),
            id => Ok(id.map(|id| self.reader.keep_text(&id))),
        }
    }

    /// The id that the row must have.
    pub fn id(&mut self, column: &str) -> Result<Sym, Reject> {
        match self.reference(column)? {
            Some(id) => Ok(id),
            None => Err(self.reject(column, IssueCode::MissingId)),
        }
    }

    /// An amount in major units, as minor units.
    pub fn amount(&mut self, column: &str, currency: Currency) -> Result<Option<i64>, Reject> {
        let Some(text) = self.get(column) else { return Ok(None) };
        let decimals = currency.decimals(self.reader.source).unwrap_or(2);
        match decimal(&text, decimals) {
            Ok(amount) if amount >= 0 => Ok(Some(amount)),
            Ok(_) => Err(self.reject(column, IssueCode::InvalidAmount)),
            Err(code) => Err(self.reject(column, code)),
        }
    }

    /// An amount that the row must have.
    pub fn must_amount(&mut self, column: &str, currency: Currency) -> Result<i64, Reject> {
        match self.amount(column, currency)? {
            Some(amount) => Ok(amount),
            None => Err(self.reject(column, IssueCode::MissingField)),
        }
    }

    /// The currency that the row must have.
    pub fn currency(&mut self, column: &str) -> Result<Currency, Reject> {
        let Some(code) = self.get(column) else { return Err(self.reject(column, IssueCode::MissingField)) };
        let Some(currency) = Currency::parse(&code) else {
            return Err(self.reject(column, IssueCode::InvalidCurrency));
        };
        if currency.decimals(self.reader.source).is_none() {
            self.reader.notes.warn(&Path::ROOT.key(column), IssueCode::UnknownCurrency);
        }
        Ok(currency)
    }

    /// A time in UTC that the row must have.
    pub fn must_time(&mut self, column: &str) -> Result<i64, Reject> {
        match self.time(column)? {
            Some(time) => Ok(time),
            None => Err(self.reject(column, IssueCode::MissingField)),
        }
    }

    /// A time in UTC.
    pub fn time(&mut self, column: &str) -> Result<Option<i64>, Reject> {
        let Some(text) = self.get(column) else { return Ok(None) };
        match parse_loose_time(&text) {
            Some(time) => Ok(Some(time)),
            None => Err(self.reject(column, IssueCode::InvalidTime)),
        }
    }
}
