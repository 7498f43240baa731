//! Feeding a ledger: bytes in chunks, records out of them one at a time, and a report.

use crate::error::{ErrorCode, GuestfolioError};
use crate::input::{Argument, Input};
use crate::issue::{IngestReport, Issue, IssueCode, Severity};
use crate::json::frame::{Frame, Framer};
use crate::json::value::Value;
use crate::ledger::record::Mode;
use crate::ledger::store::Store;
use crate::source::{self, Context, Notes, Outcome, Source};

/// Issues listed in one report; the rest is counted in the other figures only.
const MOST_ISSUES: usize = 1_000;

/// How to read an input.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IngestOptions {
    /// The account that the records belong to, where they do not say.
    pub account: Option<String>,
    /// When the records were fetched, UTC seconds: their version where they have none.
    pub observed_at: Option<i64>,
}

impl IngestOptions {
    /// Reads `{ account?, observedAt? }`.
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
        fields.finish()?;
        Ok(Self { account, observed_at })
    }
}

/// The source with this name.
///
/// # Errors
/// `unknown_source`, with the names that are known.
pub fn parse_source(name: &str) -> Result<Source, GuestfolioError> {
    Source::from_word(name).ok_or_else(|| {
        let message = format!("unknown source; known are {}", Source::WORDS.join(", "));
        GuestfolioError::new(ErrorCode::UnknownSource, "", message)
    })
}

/// One input that is being read, in as many chunks as it comes.
#[derive(Debug)]
pub struct Ingest {
    source: Source,
    options: IngestOptions,
    framer: Framer,
    next_index: u64,
    report: IngestReport,
}

impl Ingest {
    /// Starts reading an input of one source.
    #[must_use]
    pub fn new(source: Source, options: IngestOptions) -> Self {
        let framer = Framer::new(source::list_shape(source));
        Self { source, options, framer, next_index: 0, report: IngestReport::default() }
    }

    /// Reads the next chunk into the store.
    pub(crate) fn feed(&mut self, store: &mut Store, chunk: &[u8]) {
        self.framer.feed(chunk);
        self.read_frames(store);
    }

    /// The input is over.
    pub(crate) fn finish(mut self, store: &mut Store) -> IngestReport {
        self.framer.finish();
        self.read_frames(store);
        self.report
    }

    fn read_frames(&mut self, store: &mut Store) {
        let account = store.interner.intern(self.options.account.as_deref().unwrap_or_default());
        let context = Context { account, version: self.options.observed_at, from_event: false, mode: Mode::Unknown };
        let mut notes = Notes::default();
        let mut frames = self.framer.take_frames();
        frames.reverse();
        while let Some(frame) = frames.pop() {
            let index = self.next_index;
            let outcome = match frame {
                Frame::Flaw(code) => {
                    self.note(Severity::Warning, index, String::new(), code);
                    continue;
                }
                Frame::Broken(code) => {
                    self.note(Severity::Rejected, index, String::new(), code);
                    Outcome::Rejected
                }
                Frame::Record { start, end } => {
                    let doc = self.framer.doc();
                    let outcome = match Value::at(&doc, start, end) {
                        Ok(record) => source::read(self.source, record, context, store, &mut notes),
                        Err(code) => {
                            let source::Reject = notes.reject(&source::Path::ROOT, code);
                            Outcome::Rejected
                        }
                    };
                    for (severity, path, code) in notes.take() {
                        if (severity, code) == (Severity::Rejected, IssueCode::MalformedJson) {
                            // A record that lacks its end has swallowed what follows it.
                            let saved = self.framer.whole_lines(start, end);
                            frames.extend(saved.into_iter().rev());
                        }
                        self.note(severity, index, path, code);
                    }
                    outcome
                }
            };
            self.next_index = index.saturating_add(1);
            let count = match outcome {
                Outcome::Accepted => &mut self.report.accepted,
                Outcome::Unchanged => &mut self.report.unchanged,
                Outcome::Rejected => &mut self.report.rejected,
            };
            *count = count.saturating_add(1);
        }
        self.framer.compact();
    }

    fn note(&mut self, severity: Severity, index: u64, path: String, code: IssueCode) {
        let issues = &mut self.report.issues;
        let (severity, path, code) = match issues.len() {
            0..MOST_ISSUES => (severity, path, code),
            MOST_ISSUES => (Severity::Warning, String::new(), IssueCode::MoreIssues),
            _ => return,
        };
        issues.push(Issue { severity, index, path, code, message: code.message() });
    }
}
