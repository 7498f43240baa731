//! What can be saved of a record that cannot be read, and what an object says of itself before it is whole.

use super::frame::{Frame, Framer};
use super::value::next_mark;

impl Framer {
    /// The records that fill a line of their own inside a broken one: it was cut off, and swallowed its neighbours.
    pub fn whole_lines(&self, start: usize, end: usize) -> Vec<Frame> {
        let bytes = self.bytes.get(..end).unwrap_or_default();
        let mut found = Vec::new();
        let mut line = start;
        while let Some(length) = bytes.get(line..).and_then(|rest| rest.iter().position(|&byte| byte == b'\n')) {
            line = line.saturating_add(length).saturating_add(1);
            let rest = bytes.get(line..).unwrap_or_default();
            let indent = rest.len().saturating_sub(rest.trim_ascii_start().len());
            let first = line.saturating_add(indent);
            let line_end =
                rest.iter().position(|&byte| byte == b'\n').map_or(end, |length| line.saturating_add(length));
            if first < line_end
                && bytes.get(first) == Some(&b'{')
                && let Some(close) = self.closes_at(first, line_end)
            {
                found.push(Frame::Record { start: first, end: close });
            }
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
        loop {
            let bracket = next_mark(&self.brackets, from).unwrap_or(at);
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
