//! Issues: what was wrong with one record, while the other records go on.

use crate::source::Source;
use crate::word::words;
use serde::Serialize;

words! {
    /// Whether the record was kept.
    pub enum Severity {
        /// The record is not in the ledger.
        Rejected = "rejected",
        /// The record was read; something about it should be looked at.
        Warning = "warning",
    }
}

words! {
    /// What was wrong with a record. The words are stable.
    pub enum IssueCode {
        /// The input is no JSON at all: HTML, plain text, binary.
        NotJson = "not_json",
        /// The input has no record in it.
        EmptyInput = "empty_input",
        /// The record ends before its closing bracket.
        TruncatedJson = "truncated_json",
        /// The record is not JSON: a bracket, quote, comma, escape or literal (`NaN`) is wrong.
        MalformedJson = "malformed_json",
        /// The record is nested deeper than 128 levels.
        NestedTooDeep = "nested_too_deep",
        /// The record is longer than 16 MiB, or the row of an export than 1 MiB.
        RecordTooLarge = "record_too_large",
        /// A record must be a JSON object.
        NotAnObject = "not_an_object",
        /// The `object` member is missing or names nothing that this source knows.
        UnknownObject = "unknown_object",
        /// A known object that is no payment record; nothing of it is kept.
        NotAPaymentRecord = "not_a_payment_record",
        /// An error answer of the source's API, not a record.
        ApiErrorAnswer = "api_error_answer",
        /// The record has no id.
        MissingId = "missing_id",
        /// The id is longer than 255 bytes.
        IdTooLong = "id_too_long",
        /// A member without which the record has no meaning is missing.
        MissingField = "missing_field",
        /// A member has another JSON type than documented.
        WrongType = "wrong_type",
        /// An amount is negative, not whole, or above 2^53 − 1.
        InvalidAmount = "invalid_amount",
        /// A currency is not three letters.
        InvalidCurrency = "invalid_currency",
        /// Three letters that are no currency of this source: the payment is kept and never refundable.
        UnknownCurrency = "unknown_currency",
        /// A time outside the years 1970 to 9999. Milliseconds where seconds belong are the usual cause.
        TimeOutOfRange = "time_out_of_range",
        /// An enum value that this version does not know: kept as `unknown`, with the raw value beside it.
        UnknownValue = "unknown_value",
        /// A member occurs twice; the last one was read.
        DuplicateKey = "duplicate_key",
        /// Text with half of a UTF-16 pair; it was read as U+FFFD.
        LoneSurrogate = "lone_surrogate",
        /// Bytes that are not UTF-8; they were read as U+FFFD.
        InvalidUtf8 = "invalid_utf8",
        /// Two different versions of a record, and nothing that says which is newer.
        VersionUnknown = "version_unknown",
        /// A record inside this record could not be read; this record was.
        NestedRecordRejected = "nested_record_rejected",
        /// Two records of one input have the same id and different content; the newer one was kept.
        IdRepeated = "id_repeated",
        /// A newer version of the record has another currency.
        CurrencyChanged = "currency_changed",
        /// A time that is no RFC 3339 text.
        InvalidTime = "invalid_time",
        /// An account with a colon, which parts the names in `source:account:id`.
        InvalidAccount = "invalid_account",
        /// A number in the writing of a spreadsheet (`6.01E+15`): its digits are lost.
        SpreadsheetNumber = "spreadsheet_number",
        /// The source does not say how much was captured; it counts as nothing.
        CapturedUnknown = "captured_unknown",
        /// The record could be of more than one system: name its source.
        AmbiguousSource = "ambiguous_source",
        /// The record has the shape of no system that is known here.
        UnknownSource = "unknown_source",
        /// The canonical record is of a version that this one does not read.
        UnknownVersion = "unknown_version",
        /// The first line is the header of no export that this source makes.
        UnknownHeader = "unknown_header",
        /// The export lacks a column without which its rows have no meaning.
        MissingColumn = "missing_column",
        /// A row has more or fewer cells than the header.
        WrongCellCount = "wrong_cell_count",
        /// The identifier is all that some customers have: their payments part.
        OnlyIdentifier = "only_identifier",
        /// The record was erased on request, and is not taken up again.
        Erased = "erased",
        /// A free text had a card number in it: only its last four digits are kept.
        CardNumberMasked = "card_number_masked",
        /// Further issues were counted, not listed.
        MoreIssues = "more_issues",
    }
}

impl IssueCode {
    /// What the code means, in a form for logs: lower case, and without anything of the record.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotJson => "the input is not JSON",
            Self::EmptyInput => "the input has no record in it",
            Self::TruncatedJson => "the record ends before its closing bracket",
            Self::MalformedJson => "the record is not valid JSON",
            Self::NestedTooDeep => "the record is nested deeper than 128 levels",
            Self::RecordTooLarge => "the record is longer than any that is read",
            Self::NotAnObject => "a record must be a JSON object",
            Self::UnknownObject => "the object is of no kind that this source knows",
            Self::NotAPaymentRecord => "a known object, but no payment record",
            Self::ApiErrorAnswer => "an error answer of the API, not a record",
            Self::MissingId => "the record has no id",
            Self::IdTooLong => "the id is longer than 255 bytes",
            Self::MissingField => "a required member is missing",
            Self::WrongType => "a member has the wrong JSON type",
            Self::InvalidAmount => "an amount must be a whole number of minor units from 0 to 2^53-1",
            Self::InvalidCurrency => "a currency must be three letters",
            Self::UnknownCurrency => "an unknown currency; the payment is kept and never refundable",
            Self::TimeOutOfRange => "a time must be in the years 1970 to 9999",
            Self::UnknownValue => "an unknown value, kept as unknown",
            Self::DuplicateKey => "a member occurs twice; the last one was read",
            Self::LoneSurrogate => "half of a surrogate pair was read as U+FFFD",
            Self::InvalidUtf8 => "bytes that are not UTF-8 were read as U+FFFD",
            Self::VersionUnknown => "two versions of one record, and nothing says which is newer",
            Self::NestedRecordRejected => "a record inside this one could not be read",
            Self::IdRepeated => "two records of this input have one id and differ; the newer was kept",
            Self::CurrencyChanged => "a newer version of the record has another currency",
            Self::InvalidTime => "a time must be RFC 3339 text",
            Self::InvalidAccount => "an account must not contain a colon",
            Self::SpreadsheetNumber => "a spreadsheet has rounded this number; export it again as text",
            Self::CapturedUnknown => "the source does not say how much was captured; it counts as nothing",
            Self::AmbiguousSource => "the record could be of more than one system; name its source",
            Self::UnknownSource => "the record has the shape of no known system; name its source",
            Self::UnknownVersion => "the record is of a newer version of the canonical JSON",
            Self::UnknownHeader => "the first line is the header of no known export",
            Self::MissingColumn => "the export lacks a column that its rows need",
            Self::WrongCellCount => "the row has more or fewer cells than the header",
            Self::OnlyIdentifier => "the identifier is all that some customers have; their payments part",
            Self::Erased => "the record was erased on request",
            Self::CardNumberMasked => "the text had a card number in it; only its last four digits are kept",
            Self::MoreIssues => "more issues than are listed",
        }
    }
}

/// One thing that was wrong with one record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Issue {
    /// Whether the record was kept.
    pub severity: Severity,
    /// The record's place in this call's input, counted from 0.
    #[cfg_attr(test, ts(type = "number"))]
    pub index: u64,
    /// JSON pointer (RFC 6901) inside the record; empty for the record itself.
    pub path: String,
    /// The stable code.
    pub code: IssueCode,
    /// The code in English. It never quotes the record.
    pub message: &'static str,
}

/// What became of the records of one call. `accepted + unchanged + rejected` is the number of top-level records given.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct IngestReport {
    /// Version of this output's shape.
    #[serde(rename = "schemaVersion")]
    pub schema_version: SchemaVersion,
    /// Records that were new or changed the ledger.
    #[cfg_attr(test, ts(type = "number"))]
    pub accepted: u64,
    /// Records that changed nothing: repeated, older than what is known, or no payment record.
    #[cfg_attr(test, ts(type = "number"))]
    pub unchanged: u64,
    /// Records that could not be kept; each has an issue that says why.
    #[cfg_attr(test, ts(type = "number"))]
    pub rejected: u64,
    /// Which systems the records are of: the one that was named, or those that their shapes told.
    pub sources: Vec<SourceCount>,
    /// What was wrong, in the order of the input; at most 1,000, then one `more_issues`.
    pub issues: Vec<Issue>,
}

/// How many of an input's records are of a system.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct SourceCount {
    /// The system.
    pub source: Source,
    /// How many records.
    #[cfg_attr(test, ts(type = "number"))]
    pub records: u64,
}

/// The version of the shape of every output: raised when a member changes its meaning or goes away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[cfg_attr(test, ts(type = "1"))]
pub struct SchemaVersion(#[cfg_attr(test, schemars(extend("const" = 1)))] u32);

impl Default for SchemaVersion {
    fn default() -> Self {
        Self(1)
    }
}
