//! E-mail addresses.

use super::{IdentifierFlaw, trim};
use std::borrow::Cow;

/// The longest address that can be delivered to (RFC 5321, errata 1690).
const MAX_LENGTH: usize = 254;

/// The normal form of an address field: trimmed and lower-cased. Plus-tags and dots stay, since the published rule says
/// nothing of removing them, and an address without a dot in its domain counts.
pub fn email(raw: &str) -> Result<Cow<'_, str>, IdentifierFlaw> {
    let text = trim(raw);
    if text.is_empty() {
        return Err(IdentifierFlaw::Empty);
    }
    if text.len() > MAX_LENGTH {
        return Err(IdentifierFlaw::TooLong);
    }
    // What stands on both sides of the last `@`.
    let at = text.bytes().rposition(|byte| byte == b'@').ok_or(IdentifierFlaw::NotAnAddress)?;
    let half_empty = at == 0 || at.saturating_add(1) == text.len();
    // Nearly all addresses are ASCII in lower case: one look at the bytes settles them.
    let plain = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
    if !half_empty && text.bytes().all(plain) {
        return Ok(Cow::Borrowed(text));
    }
    if half_empty || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(IdentifierFlaw::NotAnAddress);
    }
    Ok(Cow::Owned(lower_case(text)))
}

/// A text in lower case, letter by letter.
pub(super) fn lower_case(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// The e-mail-shaped words of a free text, normalised.
///
/// Stricter than [`email`], since `2@3.50` and `@handle` are no addresses: the domain needs a dot and a last label of
/// letters.
pub fn emails_in(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let text = if text.contains('@') { text } else { "" };
    text.split(|c: char| c.is_whitespace() || c.is_control() || r#"<>()[]{},;:"'|\/`"#.contains(c))
        .filter(|word| word.contains('@'))
        .filter_map(|word| {
            let word = word.trim_matches(|c: char| ".!?*=&#".contains(c));
            let (local, domain) = word.split_once('@')?;
            let (rest, last) = domain.rsplit_once('.')?;
            let shaped = !local.is_empty()
                && !rest.is_empty()
                && !domain.contains('@')
                && !domain.split('.').any(str::is_empty)
                && last.chars().count() >= 2
                && (last.chars().all(|c| c.is_ascii_alphabetic() || !c.is_ascii()) || last.starts_with("xn--"));
            if shaped { email(word).ok() } else { None }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_trimmed_and_lower_cased() {
        assert_eq!(email("  Alice@Example.COM ").unwrap(), "alice@example.com");
        assert_eq!(email("a.b+tag@gmail.com").unwrap(), "a.b+tag@gmail.com");
        assert_eq!(email("scrambled@scrambled").unwrap(), "scrambled@scrambled");
        assert_eq!(email("JÄNIS@example.fi").unwrap(), "jänis@example.fi");
        for (raw, flaw) in [
            ("", IdentifierFlaw::Empty),
            (" \t", IdentifierFlaw::Empty),
            ("alice", IdentifierFlaw::NotAnAddress),
            ("@example.com", IdentifierFlaw::NotAnAddress),
            ("alice@", IdentifierFlaw::NotAnAddress),
            ("a b@example.com", IdentifierFlaw::NotAnAddress),
        ] {
            assert_eq!(email(raw), Err(flaw), "{raw:?}");
        }
        assert_eq!(email(&format!("{}@example.com", "a".repeat(250))), Err(IdentifierFlaw::TooLong));
    }

    #[test]
    fn only_words_shaped_like_an_address_count_in_free_text() {
        let found = |text| emails_in(text).map(Cow::into_owned).collect::<Vec<_>>();
        assert_eq!(found("Order 12 for Bob@Example.com, thanks."), ["bob@example.com"]);
        assert_eq!(found("<a@b.co>;mailto:c@d.org (e@f.net)!"), ["a@b.co", "c@d.org", "e@f.net"]);
        assert_eq!(found("2 mugs @ 4.50, 3@2.99, @handle, x@localhost, a@b@c.com, a@.com, a@b..com"), [""; 0]);
        assert_eq!(found("a@b.xn--p1ai"), ["a@b.xn--p1ai"]);
    }
}
