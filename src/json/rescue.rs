//! What can be saved of a record that cannot be read, and what an object says of itself before it is whole.

use super::frame::{Frame, Framer};
use super::value::next_mark;

impl Framer {
    /// The records that a cut one has swallowed: all its other lines, if each is a whole object in the column of its first.
    ///
    /// A line inside a record that was only written badly is none of these: it stands in another column, or something follows
    /// it that is no object.
    pub fn whole_lines(&self, start: usize, end: usize) -> Vec<Frame> {
        let bytes = self.bytes.get(..end).unwrap_or_default();
        let column = bytes.get(..start).unwrap_or_default().iter().rev().take_while(|&&byte| byte != b'\n').count();
        let mut found = Vec::new();
        let mut line_start = start;
        let mut lines = bytes.get(start..).unwrap_or_default().split_inclusive(|&byte| byte == b'\n');
        line_start = line_start.saturating_add(lines.next().map_or(0, <[u8]>::len));
        for line in lines {
            let line_end = line_start.saturating_add(line.len());
            let first = line_start.saturating_add(column);
            let text = line.trim_ascii();
            // An array that ends ends the record with it.
            if !text.is_empty() && text != b"]" {
                let indented = line.get(..column).is_some_and(|indent| indent.iter().all(u8::is_ascii_whitespace));
                let opens = indented && line.get(column) == Some(&b'{');
                let close = if opens { self.closes_at(first, line_end) } else { None };
                let Some(close) = close else { return Vec::new() };
                let rest = bytes.get(close..line_end).unwrap_or_default().trim_ascii();
                if !matches!(rest, b"" | b"," | b"]") {
                    return Vec::new();
                }
                found.push(Frame::Record { start: first, end: close });
            }
            line_start = line_end;
        }
        found
    }

    /// One past the bracket that closes the one at `start`, if that is before `limit`.
    fn closes_at(&self, start: usize, limit: usize) -> Option<usize> {
        let (mut depth, mut from) = (0_usize, start);
        loop {
            let mark = next_mark(&self.brackets, from).filter(|&mark| mark < limit)?;
            from = mark.saturating_add(1);
            depth = match self.bytes.get(mark)? {
                b'{' | b'[' => depth.saturating_add(1),
                _ => depth.saturating_sub(1),
            };
            if depth == 0 {
                return Some(from);
            }
        }
    }

    /// Whether the object from `start`, of which the bytes before `at` are known, calls itself something else than these.
    pub(super) fn names_another_object(&self, start: usize, at: usize, objects: &[&str]) -> bool {
        let (mut from, mut depth) = (start, 0_usize);
        let mut bracket = start;
        loop {
            if bracket <= from {
                bracket = next_mark(&self.brackets, from).unwrap_or(at);
            }
            let quote = next_mark(&self.quotes, from).unwrap_or(at);
            if bracket.min(quote) >= at {
                return false;
            }
            if bracket < quote {
                let opens = matches!(self.bytes.get(bracket), Some(b'{' | b'['));
                depth = if opens { depth.saturating_add(1) } else { depth.saturating_sub(1) };
                from = bracket.saturating_add(1);
                continue;
            }
            let open = quote.saturating_add(1);
            let Some(close) = next_mark(&self.quotes, open).filter(|&close| close < at) else { return false };
            from = close.saturating_add(1);
            if depth == 1 && self.bytes.get(open..close) == Some(b"object") {
                let after = self.bytes.get(from..at).unwrap_or_default().trim_ascii_start();
                let value = after.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
                if let Some(word) = value.and_then(|value| value.strip_prefix(b"\"")) {
                    let is =
                        |name: &&str| word.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"\""));
                    return !objects.iter().any(is);
                }
            }
        }
    }
}
