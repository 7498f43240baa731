//! What the preset `guarded` takes for an identifier: one form of what can be written in several, and nothing of what many
//! people write who have nothing to write.

use super::email::lower_case;
use super::{IdentifierFlaw, IdentifierKind};
use phonelib::{ParseError, PhoneNumber};
use std::borrow::Cow;

/// What is typed where an address is demanded and none is given. Whole addresses only: a domain may have real people.
const PLACEHOLDER_EMAILS: &[&str] = &[
    "a@a.com",
    "aa@aa.com",
    "abc@abc.com",
    "asd@asd.com",
    "email@email.com",
    "guest@guest.com",
    "mail@mail.com",
    "n@a.com",
    "na@na.com",
    "no@email.com",
    "no@mail.com",
    "no@no.com",
    "noemail@email.com",
    "noemail@noemail.com",
    "nomail@nomail.com",
    "none@email.com",
    "none@none.com",
    "noreply@noreply.com",
    "test@email.com",
    "test@test.com",
    "unknown@unknown.com",
    "x@x.com",
    "xxx@xxx.com",
];

/// The same of numbers: their digits without a leading zero.
const PLACEHOLDER_PHONES: &[&str] = &["123456789", "1234567890", "12345678", "1234567", "987654321", "9876543210"];

/// Domains that people mistype, and how. A hint for the eye, never a join.
const COMMON_DOMAINS: &[&str] = &["gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com"];

/// What a merchant says of identifiers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trust {
    /// The country that national phone numbers are read in, where the payment names none.
    pub default_country: Option<[u8; 2]>,
    /// The merchant's own addresses: they identify no payer.
    pub own_emails: Vec<String>,
    /// Values that stand for "none" in this shop: addresses, or digits of numbers.
    pub placeholders: Vec<String>,
    /// `alice+shop@example.com` is `alice@example.com`.
    pub ignore_plus_tags: bool,
}

impl Trust {
    /// The form by which a value joins, or why it is no identifier. `value` is in the normal form of every preset.
    pub fn form<'v>(
        &self,
        kind: IdentifierKind,
        value: &'v str,
        country: Option<&str>,
    ) -> Result<Cow<'v, str>, IdentifierFlaw> {
        match kind {
            IdentifierKind::Email => self.email(value),
            IdentifierKind::Phone => self.phone(value, country),
            IdentifierKind::Card | IdentifierKind::Customer => Ok(Cow::Borrowed(value)),
        }
    }

    fn is_placeholder(&self, value: &str) -> bool {
        self.placeholders.iter().any(|placeholder| placeholder == value)
    }

    fn email<'v>(&self, value: &'v str) -> Result<Cow<'v, str>, IdentifierFlaw> {
        let (local, domain) = value.rsplit_once('@').ok_or(IdentifierFlaw::NotAnAddress)?;
        if !domain.trim_matches('.').contains('.') {
            return Err(IdentifierFlaw::NoDot);
        }
        let bare = local.split_once('+').map(|(bare, _)| bare).filter(|bare| self.ignore_plus_tags && !bare.is_empty());
        let domain = one_domain(domain);
        let form = match (&domain, bare) {
            (Cow::Borrowed(_), None) => Cow::Borrowed(value),
            _ => Cow::Owned(format!("{}@{domain}", bare.unwrap_or(local))),
        };
        if self.own_emails.iter().any(|own| *own == *form) {
            return Err(IdentifierFlaw::OwnAddress);
        }
        if PLACEHOLDER_EMAILS.contains(&&*form) || self.is_placeholder(&form) {
            return Err(IdentifierFlaw::Placeholder);
        }
        Ok(form)
    }

    fn phone<'v>(&self, value: &'v str, country: Option<&str>) -> Result<Cow<'v, str>, IdentifierFlaw> {
        let digits = value.trim_start_matches('+');
        let first = digits.bytes().next();
        if digits.bytes().all(|digit| Some(digit) == first) {
            return Err(IdentifierFlaw::OneDigit);
        }
        let bare = digits.trim_start_matches('0');
        if PLACEHOLDER_PHONES.contains(&bare) || self.is_placeholder(digits) {
            return Err(IdentifierFlaw::Placeholder);
        }
        let default = self.default_country.as_ref().and_then(|letters| core::str::from_utf8(letters).ok());
        let country = country.filter(|country| country.len() == 2).or(default);
        // A number that says its country is read in no other.
        let number = match country.filter(|_| !value.starts_with('+')) {
            Some(country) => PhoneNumber::try_parse_with_country(value, country),
            None if value.starts_with('+') => PhoneNumber::try_parse(value),
            None => PhoneNumber::try_parse(value).map_err(|_| ParseError::MissingCallingCode),
        };
        match number {
            Ok(number) if number.e164() == value => Ok(Cow::Borrowed(value)),
            Ok(number) => Ok(Cow::Owned(number.e164().to_owned())),
            Err(ParseError::MissingCallingCode | ParseError::UnknownCountry) => Err(IdentifierFlaw::NoCountry),
            Err(ParseError::TooShort | ParseError::Empty) => Err(IdentifierFlaw::TooShort),
            Err(ParseError::TooLong) => Err(IdentifierFlaw::TooLong),
            Err(_) => Err(IdentifierFlaw::InvalidNumber),
        }
    }
}

/// An internationalised domain in one form: `xn--bcher-kva.example` is `bücher.example`. Without mapping tables (58 KB): what is
/// written in another case or with other marks than the registry's stays different.
fn one_domain(domain: &str) -> Cow<'_, str> {
    if !domain.contains("xn--") {
        return Cow::Borrowed(domain);
    }
    let label = |label: &str| {
        let decoded = label.strip_prefix("xn--").and_then(idna::punycode::decode_to_string);
        decoded.map_or_else(|| label.to_owned(), |label| lower_case(&label))
    };
    Cow::Owned(domain.split('.').map(label).collect::<Vec<_>>().join("."))
}

/// The common domain that this address's looks like a typo of: one letter more, less, other, or two swapped.
pub fn looks_like(email: &str) -> Option<&'static str> {
    let (_, domain) = email.rsplit_once('@')?;
    if COMMON_DOMAINS.contains(&domain) {
        return None;
    }
    COMMON_DOMAINS.iter().copied().find(|common| is_one_slip(domain.as_bytes(), common.as_bytes()))
}

/// Whether one slip of a finger makes the one of the other.
fn is_one_slip(a: &[u8], b: &[u8]) -> bool {
    let same_start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(same_start..).unwrap_or_default(), b.get(same_start..).unwrap_or_default());
    match (a, b) {
        ([_, rest_a @ ..], [_, rest_b @ ..]) if rest_a == rest_b => true,
        ([first, second, rest_a @ ..], [third, fourth, rest_b @ ..])
            if (first, second) == (fourth, third) && rest_a == rest_b =>
        {
            true
        }
        ([_, rest @ ..], other) if rest == other => true,
        (other, [_, rest @ ..]) => rest == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(kind: IdentifierKind, value: &str, country: Option<&str>) -> Result<String, IdentifierFlaw> {
        let trust = Trust {
            own_emails: vec!["orders@shop.example".to_owned()],
            placeholders: vec!["kassa@shop.example".to_owned(), "0409999999".to_owned()],
            ..Trust::default()
        };
        trust.form(kind, value, country).map(Cow::into_owned)
    }

    #[test]
    fn an_address_joins_in_one_form_or_not_at_all() {
        let email = |value| form(IdentifierKind::Email, value, None);
        assert_eq!(email("alice+shop@example.com").unwrap(), "alice+shop@example.com");
        // RFC 3492, section 7.1, and the domain of its first users.
        assert_eq!(email("a@xn--bcher-kva.example").unwrap(), "a@bücher.example");
        assert_eq!(email("a@bücher.example").unwrap(), "a@bücher.example");
        assert_eq!(email("scrambled@scrambled"), Err(IdentifierFlaw::NoDot));
        assert_eq!(email("a@b."), Err(IdentifierFlaw::NoDot));
        assert_eq!(email("none@none.com"), Err(IdentifierFlaw::Placeholder));
        assert_eq!(email("kassa@shop.example"), Err(IdentifierFlaw::Placeholder));
        assert_eq!(email("orders@shop.example"), Err(IdentifierFlaw::OwnAddress));
        let trust = Trust { ignore_plus_tags: true, ..Trust::default() };
        assert_eq!(trust.form(IdentifierKind::Email, "alice+shop@example.com", None).unwrap(), "alice@example.com");
        assert_eq!(trust.form(IdentifierKind::Email, "+shop@example.com", None).unwrap(), "+shop@example.com");
    }

    #[test]
    fn a_number_joins_with_its_country_or_not_at_all() {
        let phone = |value, country| form(IdentifierKind::Phone, value, country);
        assert_eq!(phone("+358401234567", None).unwrap(), "+358401234567");
        assert_eq!(phone("0401234567", Some("FI")).unwrap(), "+358401234567");
        assert_eq!(phone("02079460958", Some("GB")).unwrap(), "+442079460958");
        // A number that says its country is the same wherever the payer lives.
        for country in [Some("FI"), Some("ZZ"), None] {
            assert_eq!(phone("+46701740605", country).unwrap(), "+46701740605");
        }
        assert_eq!(phone("0401234567", None), Err(IdentifierFlaw::NoCountry));
        assert_eq!(phone("0401234567", Some("ZZ")), Err(IdentifierFlaw::NoCountry));
        assert_eq!(phone("+1111111111", None), Err(IdentifierFlaw::OneDigit));
        assert_eq!(phone("0000000", Some("FI")), Err(IdentifierFlaw::OneDigit));
        assert_eq!(phone("01234567890", Some("FI")), Err(IdentifierFlaw::Placeholder));
        assert_eq!(phone("0409999999", Some("FI")), Err(IdentifierFlaw::Placeholder));
        // A Lebanese number has seven or eight digits behind its code.
        assert_eq!(phone("+9611234567890", None), Err(IdentifierFlaw::InvalidNumber));
        let trust = Trust { default_country: Some(*b"FI"), ..Trust::default() };
        assert_eq!(trust.form(IdentifierKind::Phone, "0401234567", None).unwrap(), "+358401234567");
        assert_eq!(trust.form(IdentifierKind::Phone, "02079460958", Some("GB")).unwrap(), "+442079460958");
    }

    #[test]
    fn a_slip_of_the_finger_is_a_hint() {
        for typo in ["a@gmial.com", "a@gmal.com", "a@gmaill.com", "a@gnail.com", "a@gmail.co"] {
            assert_eq!(looks_like(typo), Some("gmail.com"), "{typo}");
        }
        for right in ["a@gmail.com", "a@mail.com.example", "a@example.com", "gmial.com"] {
            assert_eq!(looks_like(right), None, "{right}");
        }
    }
}
