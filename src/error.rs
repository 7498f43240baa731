//! Misuse by the host: the one error type, with a stable code.
//!
//! A business "no" is a value and a bad record is an [`Issue`](crate::Issue); only a call that cannot be answered at all
//! (an unknown option, an id that is not in the ledger) is an error. Messages never quote a payer's data: they name codes,
//! paths and the words that would have been accepted.

use crate::word::words;

words! {
    /// Why a call could not be answered. The words are stable.
    pub enum ErrorCode {
        /// The id names no payment, refund, dispute, session or customer of this ledger.
        NotFound = "not_found",
        /// The raw id occurs more than once in this ledger; write it as `source:account:id`.
        AmbiguousId = "ambiguous_id",
        /// The handle was freed, or belongs to an engine that was restarted.
        LedgerFreed = "ledger_freed",
        /// A member that the documentation does not name.
        UnknownField = "unknown_field",
        /// A member that is needed and was not given.
        MissingField = "missing_field",
        /// A value of another type than documented.
        WrongType = "wrong_type",
        /// A word outside the closed list of this member.
        UnknownWord = "unknown_word",
        /// A number outside the documented range.
        OutOfRange = "out_of_range",
        /// An amount that is not positive, has too many decimals, or is too large.
        InvalidAmount = "invalid_amount",
        /// Not a currency that has a decimal form here.
        UnknownCurrency = "unknown_currency",
        /// Not an RFC 3339 time, a date, or whole Unix seconds.
        InvalidTime = "invalid_time",
        /// What is asked depends on the time, and no time was given.
        MissingAsOf = "missing_as_of",
        /// Not a time zone that the host knows.
        UnknownTimeZone = "unknown_time_zone",
        /// A search that cannot be read: an unknown field, a quotation mark that is not closed.
        InvalidSearch = "invalid_search",
        /// A page cursor that this version did not make.
        InvalidCursor = "invalid_cursor",
        /// A report was begun before the ledger changed: it is of one state, and must be begun again.
        LedgerChanged = "ledger_changed",
        /// The source is not one of the known systems.
        UnknownSource = "unknown_source",
        /// The list is not one that `values` knows.
        UnknownList = "unknown_list",
        /// The input is neither bytes, text, nor an object or array that has a JSON form.
        InvalidInput = "invalid_input",
        /// `init` has not finished.
        NotInitialized = "not_initialized",
        /// The WebAssembly module could not be loaded.
        InitFailed = "init_failed",
        /// What an agent decides contradicts a decision made before, or is so already.
        OverrideConflict = "override_conflict",
        /// Not a snapshot of a ledger, or a damaged one.
        SnapshotDamaged = "snapshot_damaged",
        /// The snapshot was made by a newer version.
        SnapshotTooNew = "snapshot_too_new",
        /// The page's content security policy refuses WebAssembly.
        BlockedByCsp = "blocked_by_csp",
        /// The engine stopped (out of memory, or a defect); its ledgers are gone and a fresh one is in place.
        EngineStopped = "engine_stopped",
        /// The host gave up a stream by its signal.
        Aborted = "aborted",
    }
}

/// A call that could not be answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuestfolioError {
    code: ErrorCode,
    path: String,
    message: String,
}

impl GuestfolioError {
    pub(crate) fn new(code: ErrorCode, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, path: path.into(), message: message.into() }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// JSON pointer into the argument that was at fault; empty when it is the argument itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was wrong, in English, without any payer's data.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl core::fmt::Display for GuestfolioError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for GuestfolioError {}
