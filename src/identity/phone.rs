//! Phone numbers.

use super::{IdentifierFlaw, trim};
use std::borrow::Cow;

/// The normal form of a phone number: `+` and digits, where `00` is `+`. The published rule reads no national numbers:
/// what has no country code stays as its digits and meets only the same digits.
pub fn phone(raw: &str) -> Result<Cow<'_, str>, IdentifierFlaw> {
    let text = trim(raw);
    // Most systems write E.164, which is the normal form.
    if let [b'+', digits @ ..] = text.as_bytes()
        && (7..=15).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
    {
        return Ok(Cow::Borrowed(text));
    }
    if text.is_empty() {
        return Err(IdentifierFlaw::Empty);
    }
    let is_plain = text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_alphabetic());
    if !is_plain && text.chars().any(is_letter) {
        return Err(IdentifierFlaw::Letters);
    }
    let plus = text.trim_start_matches(['(', ' ']).starts_with('+');
    let mut digits = text.bytes().filter(u8::is_ascii_digit).peekable();
    let mut number = String::with_capacity(text.len().saturating_add(1));
    if plus {
        number.push('+');
    } else if digits.peek() == Some(&b'0') {
        digits.next();
        if digits.next_if_eq(&b'0').is_some() {
            number.push('+');
        } else {
            number.push('0');
        }
    }
    for digit in digits {
        number.push(char::from(digit));
    }
    match number.trim_start_matches('+').len() {
        0..7 => Err(IdentifierFlaw::TooShort),
        7..=15 => Ok(Cow::Owned(number)),
        _ => Err(IdentifierFlaw::TooLong),
    }
}

/// What is no digit and no mark between digits. Spaces and dashes that word processors put in are such marks.
fn is_letter(c: char) -> bool {
    let mark = matches!(c, '\u{a0}' | '\u{2007}' | '\u{2009}'..='\u{2015}' | '\u{202a}'..='\u{202f}' | '\u{2060}' | '\u{2212}');
    c.is_ascii_alphabetic() || !c.is_ascii() && !mark
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_plus_and_digits() {
        assert_eq!(phone("+358 40 123 4567").unwrap(), "+358401234567");
        assert_eq!(phone("00358-40-1234567").unwrap(), "+358401234567");
        assert_eq!(phone("(+44) 20 7946 0958").unwrap(), "+442079460958");
        assert_eq!(phone("(555) 555-5555").unwrap(), "5555555555");
        assert_eq!(phone("+358\u{a0}40\u{2011}1234567").unwrap(), "+358401234567");
        for (raw, flaw) in [
            ("555-555-SHIP", IdentifierFlaw::Letters),
            ("233253", IdentifierFlaw::TooShort),
            ("", IdentifierFlaw::Empty),
            ("--", IdentifierFlaw::TooShort),
            ("+1234567890123456", IdentifierFlaw::TooLong),
        ] {
            assert_eq!(phone(raw), Err(flaw), "{raw:?}");
        }
    }
}
