//! Phone numbers.

use super::IdentifierFlaw;

/// The normal form of a phone number: `+` and digits, where `00` is `+`. The published rule reads no national numbers:
/// what has no country code stays as its digits and meets only the same digits.
pub fn phone(raw: &str) -> Result<String, IdentifierFlaw> {
    let text = raw.trim();
    if text.is_empty() {
        return Err(IdentifierFlaw::Empty);
    }
    let is_plain = text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_alphabetic());
    if !is_plain && text.chars().any(is_letter) {
        return Err(IdentifierFlaw::Letters);
    }
    let mut digits = String::with_capacity(text.len());
    digits.extend(text.bytes().filter(u8::is_ascii_digit).map(char::from));
    let plus = text.trim_start_matches(['(', ' ']).starts_with('+');
    let international = if plus { Some(digits.as_str()) } else { digits.strip_prefix("00") };
    match international.unwrap_or(&digits).len() {
        0..7 => return Err(IdentifierFlaw::TooShort),
        7..=15 => {}
        _ => return Err(IdentifierFlaw::TooLong),
    }
    Ok(international.map_or(digits.clone(), |number| format!("+{number}")))
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
