//! Feeding a ledger: bytes in chunks, records out of them one at a time, and a report.

use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Input};
use crate::issue::{IngestReport, Issue, IssueCode, Severity, SourceCount};
use crate::json::frame::{Frame, Framer};
use crate::json::value::Value;
use crate::ledger::record::Mode;
use crate::ledger::store::Store;
use crate::source::csv::Csv;
use crate::source::{self, Context, Notes, Outcome, Source, SourceChoice};

/// Issues listed in one report; the rest is counted in the other figures only.
const MOST_ISSUES: usize = 1_000;

/// How to read an input.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IngestOptions {
    /// The account that the records belong to, where they do not say.
    pub account: Option<String>,
    /// When the records were fetched, UTC seconds: their version where they have none.
    pub observed_at: Option<i64>,
    /// Whether records that do not say are real. Stripe says on each; of the others what does not say counts as real.
    pub livemode: Option<bool>,
}

impl IngestOptions {
    /// Reads `{ account?, observedAt?, livemode? }`.
    ///
    /// # Errors
    /// What is malformed, with its path.
    pub fn parse(input: &Input) -> Result<Self, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let account = match fields.get("account") {
            None => None,
            Some(account) if account.text()?.contains(':') => {
                return Err(account.error(ErrorCode::OutOfRange, "an account must not contain a colon"));
            }
            Some(account) => Some(account.text()?.to_owned()),
        };
        let observed_at = fields.get("observedAt").map(|time| time.time()).transpose()?;
        let livemode = fields.get("livemode").map(|live| live.flag()).transpose()?;
        fields.finish()?;
        Ok(Self { account, observed_at, livemode })
    }
}

/// The source with this name; `auto` tells each record's by its shape.
///
/// # Errors
/// `unknown_source`, with the names that are known.
pub fn parse_source(name: &str) -> Result<SourceChoice, GuestfolioError> {
    if name == "auto" {
        return Ok(SourceChoice::Auto);
    }
    Source::from_word(name).map(SourceChoice::Named).ok_or_else(|| unknown_source("auto, "))
}

/// One system by its name.
///
/// # Errors
/// `unknown_source`, with the names that are known.
pub fn parse_one_source(name: &str) -> Result<Source, GuestfolioError> {
    Source::from_word(name).ok_or_else(|| unknown_source(""))
}

fn unknown_source(others: &str) -> GuestfolioError {
    let message = format!("unknown source; known are {others}{}", Source::WORDS.join(", "));
    GuestfolioError::new(ErrorCode::UnknownSource, "", message)
}

/// One input that is being read, in as many chunks as it comes.
#[derive(Debug)]
pub struct Ingest {
    choice: SourceChoice,
    options: IngestOptions,
    framer: Framer,
    /// The input is a dashboard's export.
    table: Option<Csv>,
    begun: bool,
    counter: Counter,
}

/// Counts records and collects issues.
#[derive(Debug, Default)]
struct Counter {
    next_index: u64,
    report: IngestReport,
}

impl Counter {
    fn count(&mut self, outcome: Outcome, source: Option<Source>) {
        self.next_index = self.next_index.saturating_add(1);
        let report = &mut self.report;
        let count = match outcome {
            Outcome::Accepted => &mut report.accepted,
            Outcome::Unchanged => &mut report.unchanged,
            Outcome::Rejected => &mut report.rejected,
        };
        *count = count.saturating_add(1);
        let Some(source) = source else { return };
        match report.sources.iter_mut().find(|known| known.source == source) {
            Some(known) => known.records = known.records.saturating_add(1),
            None => report.sources.push(SourceCount { source, records: 1 }),
        }
    }

    fn note(&mut self, severity: Severity, path: String, code: IssueCode) {
        let index = self.next_index;
        let issues = &mut self.report.issues;
        let (severity, path, code) = match issues.len() {
            0..MOST_ISSUES => (severity, path, code),
            MOST_ISSUES => (Severity::Warning, String::new(), IssueCode::MoreIssues),
            _ => return,
        };
        issues.push(Issue { severity, index, path, code, message: code.message() });
    }

    /// Notes all; whether one says that the record is not valid JSON.
    fn note_all(&mut self, mut notes: Notes) -> bool {
        let mut malformed = false;
        for (severity, path, code) in notes.take() {
            malformed |= (severity, code) == (Severity::Rejected, IssueCode::MalformedJson);
            self.note(severity, path, code);
        }
        malformed
    }
}

impl Ingest {
    /// Starts reading an input of one source, or of any with [`SourceChoice::Auto`].
    #[must_use]
    pub fn new(choice: impl Into<SourceChoice>, options: IngestOptions) -> Self {
        let choice = choice.into();
        let framer = Framer::new(source::list_shape(choice));
        Self { choice, options, framer, table: None, begun: false, counter: Counter::default() }
    }

    /// Reads the next chunk into the store.
    pub(crate) fn feed(&mut self, store: &mut Store, chunk: &[u8]) {
        if !core::mem::replace(&mut self.begun, true) {
            store.begin_input();
        }
        if self.table.is_none() {
            self.framer.feed(chunk);
        }
        self.read(store, chunk);
    }

    /// The input is over.
    pub(crate) fn finish(mut self, store: &mut Store) -> IngestReport {
        if self.table.is_none() {
            self.framer.finish();
        }
        self.read(store, &[]);
        if self.table.is_some() {
            self.read_rows(store, &[]);
        }
        self.counter.report
    }

    fn read(&mut self, store: &mut Store, chunk: &[u8]) {
        if self.table.is_some() {
            if !chunk.is_empty() {
                self.read_rows(store, chunk);
            }
        } else if let Some(first) = self.framer.take_table() {
            self.table = Some(Csv::new());
            self.read_rows(store, &first);
        } else {
            self.read_frames(store);
        }
    }

    fn context(&self, store: &mut Store) -> Context {
        let account = store.interner.intern(self.options.account.as_deref().unwrap_or_default());
        let mode = Mode::of(self.options.livemode);
        Context { account, version: self.options.observed_at, from_event: false, from_export: false, mode }
    }

    /// Rows of an export; no bytes are its end.
    fn read_rows(&mut self, store: &mut Store, bytes: &[u8]) {
        let mut context = self.context(store);
        if context.mode == Mode::Unknown && self.choice.named() != Some(Source::Stripe) {
            context.mode = Mode::Live;
        }
        let (choice, counter) = (self.choice.named(), &mut self.counter);
        if let Some(table) = &mut self.table {
            table.feed(bytes, choice, context, store, &mut |(outcome, source), notes| {
                counter.note_all(notes);
                counter.count(outcome, source);
            });
        }
    }

    fn read_frames(&mut self, store: &mut Store) {
        let context = self.context(store);
        let mut frames = self.framer.take_frames();
        frames.reverse();
        while let Some(frame) = frames.pop() {
            match frame {
                Frame::Flaw(code) => self.counter.note(Severity::Warning, String::new(), code),
                Frame::Broken(code) => {
                    self.counter.note(Severity::Rejected, String::new(), code);
                    self.counter.count(Outcome::Rejected, None);
                }
                Frame::Record { start, end } => {
                    let doc = self.framer.doc();
                    let (choice, counter, mut malformed) = (self.choice, &mut self.counter, false);
                    match Value::at(&doc, start, end) {
                        Ok(record) => source::read(choice, record, context, store, &mut |outcome, source, notes| {
                            malformed |= counter.note_all(notes);
                            counter.count(outcome, source);
                        }),
                        Err(code) => {
                            malformed = code == IssueCode::MalformedJson;
                            counter.note(Severity::Rejected, String::new(), code);
                            counter.count(Outcome::Rejected, None);
                        }
                    }
                    if malformed {
                        // A record that lacks its end has swallowed what follows it.
                        let saved = self.framer.whole_lines(start, end);
                        frames.extend(saved.into_iter().rev());
                    }
                }
            }
        }
        self.framer.compact();
    }
}
