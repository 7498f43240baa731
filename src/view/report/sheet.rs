//! The text of a report: CSV, JSON or NDJSON.

use super::super::list::Cell;
use super::query::ReportFormat;
use crate::masked;
use crate::money::Money;
use std::borrow::Cow;

/// Excel reads a file as UTF-8 only where it begins so.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Text that is written row by row and taken chunk by chunk.
#[derive(Debug)]
pub(super) struct Sheet {
    format: ReportFormat,
    headings: Vec<&'static str>,
    /// As a screen that others see may show it.
    mask: bool,
    rows: usize,
    out: Vec<u8>,
}

impl Sheet {
    pub fn new(format: ReportFormat, headings: Vec<&'static str>, mask: bool) -> Self {
        let mut sheet = Self { format, headings, mask, rows: 0, out: Vec::new() };
        match format {
            ReportFormat::Csv => {
                sheet.out.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
                let names = sheet.headings.clone();
                sheet.record(names.into_iter().map(Cow::Borrowed));
            }
            ReportFormat::Json => sheet.out.push(b'['),
            ReportFormat::Ndjson => {}
        }
        sheet
    }

    /// Rows that were written.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes that were not taken yet.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// What was written since it was last asked.
    pub fn take(&mut self) -> String {
        String::from_utf8(core::mem::take(&mut self.out)).unwrap_or_default()
    }

    pub fn row(&mut self, mut cells: Vec<Cell>) {
        if self.mask {
            for (cell, heading) in cells.iter_mut().zip(&self.headings) {
                if let Cell::Text(text) = cell {
                    *text = masked::member(heading, text);
                }
            }
        }
        match self.format {
            ReportFormat::Csv => self.record(cells.iter().map(plain)),
            ReportFormat::Json => {
                self.out.extend_from_slice(if self.rows == 0 { b"\n" } else { b",\n" });
                self.object(&cells);
            }
            ReportFormat::Ndjson => {
                self.object(&cells);
                self.out.push(b'\n');
            }
        }
        self.rows = self.rows.saturating_add(1);
    }

    pub fn end(&mut self) {
        if self.format == ReportFormat::Json {
            self.out.extend_from_slice(if self.rows == 0 { b"]\n" } else { b"\n]\n" });
        }
    }

    fn object(&mut self, cells: &[Cell]) {
        self.out.push(b'{');
        for (place, (name, cell)) in self.headings.iter().zip(cells).enumerate() {
            if place > 0 {
                self.out.push(b',');
            }
            // A cell has no key that is no text, and a vector takes everything: neither can fail.
            let _ = serde_json::to_writer(&mut self.out, name);
            self.out.push(b':');
            let _ = serde_json::to_writer(&mut self.out, cell);
        }
        self.out.push(b'}');
    }

    fn record<'c>(&mut self, fields: impl Iterator<Item = Cow<'c, str>>) {
        let mut writer = csv_core::WriterBuilder::new().terminator(csv_core::Terminator::CRLF).build();
        let mut room = [0_u8; 1024];
        let mut put = |out: &mut Vec<u8>, step: &mut dyn FnMut(&mut [u8]) -> (csv_core::WriteResult, usize)| loop {
            let (result, written) = step(&mut room);
            out.extend_from_slice(room.get(..written).unwrap_or_default());
            if result == csv_core::WriteResult::InputEmpty {
                break;
            }
        };
        for (place, field) in fields.enumerate() {
            if place > 0 {
                put(&mut self.out, &mut |room| writer.delimiter(room));
            }
            let mut rest = field.as_bytes();
            put(&mut self.out, &mut |room| {
                let (result, read, written) = writer.field(rest, room);
                rest = rest.get(read..).unwrap_or_default();
                (result, written)
            });
        }
        put(&mut self.out, &mut |room| writer.terminator(room));
    }
}

/// A cell as CSV has it.
fn plain(cell: &Cell) -> Cow<'_, str> {
    let amount = |money: &Money| {
        // Without a decimal form, the number alone would be read as whole units.
        money.decimal().unwrap_or_else(|| format!("{} minor units", money.minor))
    };
    match cell {
        Cell::None(()) => Cow::Borrowed(""),
        Cell::Text(text) => guarded(text),
        Cell::Number(number) => Cow::Owned(number.to_string()),
        Cell::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        Cell::Amount(money) => Cow::Owned(amount(money)),
        Cell::Amounts(list) => {
            let amounts: Vec<String> =
                list.iter().map(|money| format!("{} {}", amount(money), money.currency.code())).collect();
            Cow::Owned(amounts.join(", "))
        }
    }
}

/// Whether spreadsheets take what begins so for a formula (OWASP, CSV Injection; the wide forms are those of East Asian keyboards).
const fn begins_formula(letter: char) -> bool {
    matches!(letter, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// What is not seen, and what programs drop: the next letter may be the first that they look at.
fn is_unseen(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control() || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The text as a spreadsheet shows it and does not change it: with an apostrophe where a formula could begin, at the start and behind
/// whatever a spreadsheet of another country cuts fields at (comma, semicolon, bar, tab, end of line), and before what it would make
/// another number of. Control characters go: programs drop them and look at what is behind.
fn guarded(text: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| !begins_formula(letter) && !letter.is_control();
    if text.chars().all(is_plain) && !is_changed(text) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len().saturating_add(2));
    let mut at_start = true;
    if is_changed(text) || text.starts_with(['\t', '\r', '\n']) {
        safe.push('\'');
    }
    let mut last = '\0';
    for letter in text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\t' | '\r' | '\n')) {
        // An equals sign behind a space is one where fields are cut at spaces.
        if begins_formula(letter) && (at_start || last == ' ' && matches!(letter, '=' | '＝')) {
            safe.push('\'');
        }
        safe.push(letter);
        at_start = matches!(letter, ',' | ';' | '|' | '\t' | '\r' | '\n' | '"') || at_start && is_unseen(letter);
        last = letter;
    }
    Cow::Owned(safe)
}

/// Whether a spreadsheet would read another number: it drops zeros at the front and digits past the fifteenth, takes an `e` for a power
/// of ten, and two or three short numbers for a date. Dates as we write them, the year first, it reads as they are.
fn is_changed(text: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(text) {
        return text.len() > 15 || text.len() > 1 && text.starts_with('0');
    }
    if text.split_once(['e', 'E']).is_some_and(|(number, power)| is_digits(number) && is_digits(power)) {
        return true;
    }
    let parts: Vec<&str> = text.splitn(4, ['-', '/', '.']).collect();
    let is_year_first = parts.first().is_some_and(|year| year.len() == 4) && text.contains('-');
    (2..=3).contains(&parts.len())
        && !is_year_first
        && text.contains(['-', '/'])
        && parts.iter().all(|part| is_digits(part) && part.len() <= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_as_a_formula_does() {
        // OWASP, CSV Injection: each of these characters first, and behind a separator.
        for (text, expected) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+358 40 1234567", "'+358 40 1234567"),
            ("-2+3", "'-2+3"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("\n=1", "'\n'=1"),
            ("  =1+1", "  '=1+1"),
            ("＝1+1", "'＝1+1"),
            ("Alice;=1+1", "Alice;'=1+1"),
            ("Alice\",=1+1", "Alice\",'=1+1"),
            ("\0=1+41", "'=1+41"),
            ("\u{200b}=1", "\u{200b}'=1"),
            ("x =1", "x '=1"),
            ("a - b", "a - b"),
            ("Anne-Marie O'Neil", "Anne-Marie O'Neil"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), expected, "{text:?}");
        }
    }

    #[test]
    fn no_number_becomes_another() {
        // A spreadsheet holds 15 digits, drops zeros at the front, and reads powers of ten and dates.
        for (text, is) in [
            ("0042", true),
            ("820982911946154508", true),
            ("123456789012345", false),
            ("1E5", true),
            ("1-2", true),
            ("1/2/2026", true),
            ("2026-01", false),
            ("2026-01-31", false),
            ("2026-01-31T12:00:00Z", false),
            ("0", false),
            ("4242", false),
            ("12.50", false),
            ("#1001", false),
            ("10-abc", false),
        ] {
            assert_eq!(is_changed(text), is, "{text}");
        }
    }
}
