//! What a report is asked for.

use super::super::list::{Column, CustomerColumn, PaymentColumn, Sort, span};
use super::super::page::{MOST_COLUMNS, Query};
use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Fields, Input};
use crate::policy::rule::Period;
use crate::time::Zone;
use crate::word::{Word, words};

words! {
    /// What a report has a row of, or counts.
    pub enum ReportRows {
        /// Payments.
        Payments = "payments",
        /// Customers.
        Customers = "customers",
        /// Refunds, and what went back without a refund that the ledger knows.
        Refunds = "refunds",
        /// Disputes.
        Disputes = "disputes",
    }
}

words! {
    /// How a report is written.
    pub enum ReportFormat {
        /// RFC 4180 with a byte-order mark, for spreadsheets: no text of it is read as a formula.
        Csv = "csv",
        /// One array of objects.
        Json = "json",
        /// One object a line.
        Ndjson = "ndjson",
    }
}

words! {
    /// Columns of reports of refunds and disputes.
    pub enum ReversalColumn {
        /// The refund's or dispute's id; nothing where the ledger knows only that money went back.
        Id = "id",
        /// When it was made.
        Created = "created",
        /// The system of the payment.
        Source = "source",
        /// How it stands.
        Status = "status",
        /// The source's own word.
        RawStatus = "raw_status",
        /// How much.
        Amount = "amount",
        /// The payment.
        Payment = "payment",
        /// Whom the payment belongs to.
        Customer = "customer",
        /// The payer's name.
        Name = "name",
        /// The payer's e-mail.
        Email = "email",
        /// The shop's order.
        Order = "order",
        /// Why it was made.
        Reason = "reason",
        /// Why a refund failed.
        FailureReason = "failure_reason",
        /// Until when a dispute can be answered.
        DueBy = "due_by",
    }
}

words! {
    /// Columns that a report has beside those of its list.
    pub enum ReportColumn {
        /// The account of the system.
        Account = "account",
        /// The currency of the row's amounts.
        Currency = "currency",
        /// The day of the row's time, in the report's zone.
        Day = "day",
        /// The Monday of its week.
        Week = "week",
        /// Its month.
        Month = "month",
        /// Its year.
        Year = "year",
        /// Real money or a test.
        Livemode = "livemode",
    }
}

words! {
    /// What a report groups by.
    pub enum ReportKey {
        /// The system.
        Source = "source",
        /// Its account.
        Account = "account",
        /// Real money or a test.
        Livemode = "livemode",
        /// What the payment's money has done; of refunds and disputes how they stand.
        Status = "status",
        /// The currency: always there where amounts are.
        Currency = "currency",
        /// How it was paid.
        Method = "method",
        /// The country of the billing address.
        Country = "country",
        /// Guest or registered.
        Kind = "kind",
        /// The customer.
        Customer = "customer",
        /// Why a refund or dispute was made.
        Reason = "reason",
    }
}

words! {
    /// The figures of a report.
    pub enum ReportMeasure {
        /// How many rows: payments, customers, refunds or disputes.
        Count = "count",
        /// How many different customers.
        Customers = "customers",
        /// Of customers, how many payments.
        Payments = "payments",
        /// What was asked for, given back or contested; of refunds those that failed, too: `status` tells them apart.
        Amount = "amount",
        /// What was taken.
        Captured = "captured",
        /// What went back.
        Refunded = "refunded",
        /// What is on its way back.
        RefundPending = "refund_pending",
        /// What banks contest or have taken back.
        Disputed = "disputed",
        /// What was taken without what went back.
        Net = "net",
    }
}

impl ReportMeasure {
    /// Whether it is an amount.
    pub const fn is_money(self) -> bool {
        !matches!(self, Self::Count | Self::Customers | Self::Payments)
    }
}

impl ReportRows {
    fn has_measure(self, measure: ReportMeasure) -> bool {
        use ReportMeasure::{Amount, Captured, Customers, Disputed, Net, Payments, RefundPending, Refunded};
        match self {
            Self::Payments => measure != Payments,
            Self::Customers => !matches!(measure, Customers | Amount),
            Self::Refunds => !matches!(measure, Payments | Captured | Disputed | Net),
            Self::Disputes => !matches!(measure, Payments | Captured | Refunded | RefundPending | Disputed | Net),
        }
    }

    fn has_key(self, key: ReportKey) -> bool {
        match self {
            Self::Payments => key != ReportKey::Reason,
            Self::Customers => !matches!(key, ReportKey::Status | ReportKey::Reason),
            Self::Refunds | Self::Disputes => true,
        }
    }
}

/// A column of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shown {
    List(Column),
    Reversal(ReversalColumn),
    Beside(ReportColumn),
}

impl Shown {
    fn parse(given: &Argument<'_>, rows: ReportRows) -> Result<Self, GuestfolioError> {
        let own = match rows {
            ReportRows::Payments => PaymentColumn::WORDS,
            ReportRows::Customers => CustomerColumn::WORDS,
            ReportRows::Refunds | ReportRows::Disputes => ReversalColumn::WORDS,
        };
        let words = [own, ReportColumn::WORDS].concat();
        given.word(&words, |word| {
            let own = match rows {
                ReportRows::Payments => PaymentColumn::of(word).map(|column| Self::List(Column::Payment(column))),
                ReportRows::Customers => CustomerColumn::of(word).map(|column| Self::List(Column::Customer(column))),
                ReportRows::Refunds | ReportRows::Disputes => ReversalColumn::of(word).map(Self::Reversal),
            };
            own.or_else(|| ReportColumn::of(word).map(Self::Beside))
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::List(column) => column.word(),
            Self::Reversal(column) => column.word(),
            Self::Beside(column) => column.word(),
        }
    }

    pub const fn is_money(self) -> bool {
        match self {
            Self::List(column) => column.is_money(),
            Self::Reversal(column) => matches!(column, ReversalColumn::Amount),
            Self::Beside(_) => false,
        }
    }
}

/// What a report is asked for.
#[derive(Clone, Debug)]
pub struct ReportQuery {
    pub(super) rows: ReportRows,
    /// Which payments or customers, and in which order.
    pub(super) arranged: Query,
    pub(super) columns: Vec<Shown>,
    pub(super) keys: Vec<ReportKey>,
    pub(super) measures: Vec<ReportMeasure>,
    pub(super) period: Option<Period>,
    pub(super) from: Option<i64>,
    pub(super) until: Option<i64>,
    pub(super) zone: Zone,
    pub(super) format: ReportFormat,
    pub(super) mask: bool,
}

impl ReportQuery {
    /// Reads `{ rows, columns | measures, groupBy?, period?, where?, time?, sort?, customerId?, format?, mask? }`; `zone` is the
    /// report's, in which days begin and end.
    ///
    /// # Errors
    /// What is malformed, with its path; `out_of_range` for more than 40 columns.
    pub fn parse(input: &Input, zone: Zone) -> Result<Self, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let rows = fields.required("rows")?.word(ReportRows::WORDS, ReportRows::from_word)?;
        let columns = list(&mut fields, "columns", |column| Shown::parse(column, rows))?;
        must_differ(&columns, "columns")?;
        let mut keys = list(&mut fields, "groupBy", |key| one_of(key, |key| rows.has_key(key)))?;
        let measures = list(&mut fields, "measures", |one| one_of(one, |measure| rows.has_measure(measure)))?;
        must_differ(&keys, "groupBy")?;
        must_differ(&measures, "measures")?;
        let period = fields.get("period");
        let is_grouped = !(keys.is_empty() && measures.is_empty() && period.is_none());
        if is_grouped && !columns.is_empty() {
            let message = "a report has columns, or the measures of groups";
            return Err(GuestfolioError::new(ErrorCode::UnknownField, "/columns", message));
        }
        if is_grouped && measures.is_empty() {
            return Err(fields.missing("measures"));
        }
        if !is_grouped && columns.is_empty() {
            return Err(fields.missing("columns"));
        }
        let period = period.map(|period| period.word(Period::WORDS, Period::from_word)).transpose()?;
        let period = period.filter(|period| *period != Period::Ever);
        // Two currencies are never added.
        if measures.iter().any(|measure| measure.is_money()) && !keys.contains(&ReportKey::Currency) {
            keys.push(ReportKey::Currency);
        }
        let (from, until) = span(&mut fields, "time", &zone)?;
        let format = fields.get("format").map(|format| format.word(ReportFormat::WORDS, ReportFormat::from_word));
        let format = format.transpose()?.unwrap_or(ReportFormat::Csv);
        let mask = fields.get("mask").map(|mask| mask.flag()).transpose()? == Some(true);
        let arranged = Query::parse_arranged(&mut fields, &zone, rows != ReportRows::Customers)?;
        fields.finish()?;
        let mut query = Self { rows, arranged, columns, keys, measures, period, from, until, zone, format, mask };
        // An amount says nothing without its currency.
        let currency = Shown::Beside(ReportColumn::Currency);
        if query.columns.iter().any(|column| column.is_money()) && !query.columns.contains(&currency) {
            query.columns.push(currency);
        }
        Ok(query)
    }

    /// Whether test money is left out: figures never add it to real money, so it is counted only where it is asked for.
    pub(super) fn skips_tests(&self) -> bool {
        self.is_grouped() && !self.arranged.filter.asks_for_mode() && !self.keys.contains(&ReportKey::Livemode)
    }

    pub(super) fn is_grouped(&self) -> bool {
        !self.measures.is_empty()
    }

    /// Whether amounts are shown: then a customer has a row, or is counted, for each currency.
    pub(super) fn is_by_currency(&self) -> bool {
        self.keys.contains(&ReportKey::Currency) || self.columns.contains(&Shown::Beside(ReportColumn::Currency))
    }

    pub(super) fn is_descending(&self) -> bool {
        self.arranged.sort.unwrap_or_else(|| Sort::default_of(self.rows != ReportRows::Customers)).descending
    }

    pub(super) fn headings(&self) -> Vec<&'static str> {
        let columns = self.columns.iter().map(|column| column.word());
        let period = self.period.iter().map(|period| period.word());
        let keys = self.keys.iter().map(|key| key.word());
        columns.chain(period).chain(keys).chain(self.measures.iter().map(|measure| measure.word())).collect()
    }
}

/// No column stands twice.
fn must_differ<T: PartialEq>(list: &[T], name: &str) -> Result<(), GuestfolioError> {
    let twice = list.iter().enumerate().find(|(place, one)| list.iter().take(*place).any(|before| before == *one));
    match twice {
        None => Ok(()),
        Some((place, _)) => {
            Err(GuestfolioError::new(ErrorCode::OutOfRange, format!("/{name}/{place}"), "stands there twice"))
        }
    }
}

/// One of the words of a list that mean something here.
fn one_of<W: Word>(given: &Argument<'_>, is_known: impl Fn(W) -> bool) -> Result<W, GuestfolioError> {
    let known = |word: &str| W::of(word).filter(|&word| is_known(word));
    let words: Vec<&str> = W::LIST.iter().copied().filter(|&word| known(word).is_some()).collect();
    given.word(&words, known)
}

/// One or several, at most 40.
fn list<T>(
    fields: &mut Fields<'_>,
    name: &'static str,
    read: impl Fn(&Argument<'_>) -> Result<T, GuestfolioError>,
) -> Result<Vec<T>, GuestfolioError> {
    let Some(given) = fields.get(name) else { return Ok(Vec::new()) };
    let items = given.one_or_many();
    if items.len() > MOST_COLUMNS {
        return Err(given.error(ErrorCode::OutOfRange, format!("must be at most {MOST_COLUMNS}")));
    }
    items.iter().map(read).collect()
}
