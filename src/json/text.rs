//! The text of a JSON string: escapes resolved, and what is no text told.

use crate::issue::IssueCode;
use std::borrow::Cow;

type Parsed<T> = Result<T, IssueCode>;
const MALFORMED: IssueCode = IssueCode::MalformedJson;

/// Text was not quite text.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct TextFlaws {
    /// Half of a surrogate pair became U+FFFD.
    pub lone_surrogate: bool,
    /// Bytes that are not UTF-8 became U+FFFD.
    pub invalid_utf8: bool,
}

/// The text between two quotes.
pub fn decode<'a>(raw: &'a [u8], escapes: bool, flaws: &mut TextFlaws) -> Parsed<Cow<'a, str>> {
    let text = match core::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            flaws.invalid_utf8 = true;
            String::from_utf8_lossy(raw)
        }
    };
    if !escapes || !text.as_bytes().contains(&b'\\') {
        return Ok(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next().ok_or(MALFORMED)? {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            c @ ('"' | '\\' | '/') => out.push(c),
            'u' => {
                let unit = hex4(&mut rest)?;
                out.push(code_point(unit, &mut rest)?.unwrap_or_else(|| {
                    flaws.lone_surrogate = true;
                    char::REPLACEMENT_CHARACTER
                }));
            }
            _ => return Err(MALFORMED),
        }
    }
    Ok(Cow::Owned(out))
}

fn hex4(rest: &mut core::str::Chars<'_>) -> Parsed<u32> {
    let mut unit = 0_u32;
    for _ in 0..4 {
        let digit = rest.next().and_then(|c| c.to_digit(16)).ok_or(MALFORMED)?;
        unit = (unit << 4) | digit;
    }
    Ok(unit)
}

/// The character of a UTF-16 unit, with its second half if it needs one; `None` for half of a pair.
fn code_point(unit: u32, rest: &mut core::str::Chars<'_>) -> Parsed<Option<char>> {
    if !(0xD800..0xDC00).contains(&unit) {
        return Ok(char::from_u32(unit));
    }
    let mut ahead = rest.clone();
    if ahead.next() == Some('\\') && ahead.next() == Some('u') {
        let low = hex4(&mut ahead)?;
        if (0xDC00..0xE000).contains(&low) {
            *rest = ahead;
            let pair = 0x1_0000_u32.saturating_add((unit & 0x3FF) << 10).saturating_add(low & 0x3FF);
            return Ok(char::from_u32(pair));
        }
    }
    Ok(None)
}
