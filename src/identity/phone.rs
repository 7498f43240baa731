//! Phone numbers.

use super::IdentifierFlaw;

/// A country that national numbers are read in: an ISO 3166-1 alpha-2 code that the phone library knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Country(&'static str);

impl Country {
    /// The country with this code, in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        phonelib::country_by_code(&code.to_ascii_uppercase()).map(|country| Self(country.code))
    }
}

/// The normal form of a phone number: `+` and digits, where `00` is `+`. A national number becomes international with the
/// default country; without one it stays as its digits, and meets only the same digits.
pub fn phone(raw: &str, country: Option<Country>) -> Result<String, IdentifierFlaw> {
    let text = raw.trim();
    if text.is_empty() {
        return Err(IdentifierFlaw::Empty);
    }
    if text.chars().any(char::is_alphabetic) {
        return Err(IdentifierFlaw::Letters);
    }
    let mut digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let mut international = text.trim_start_matches(['(', ' ']).starts_with('+');
    if !international && let Some(rest) = digits.strip_prefix("00") {
        digits = rest.to_owned();
        international = true;
    }
    match digits.len() {
        0..7 => return Err(IdentifierFlaw::TooShort),
        7..=15 => {}
        _ => return Err(IdentifierFlaw::TooLong),
    }
    if international {
        return Ok(format!("+{digits}"));
    }
    let national = country.and_then(|country| phonelib::PhoneNumber::parse_with_country(&digits, country.0));
    Ok(national.map_or(digits, |number| number.e164().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_plus_and_digits() {
        assert_eq!(phone("+358 40 123 4567", None).unwrap(), "+358401234567");
        assert_eq!(phone("00358-40-1234567", None).unwrap(), "+358401234567");
        assert_eq!(phone("(+44) 20 7946 0958", None).unwrap(), "+442079460958");
        assert_eq!(phone("(555) 555-5555", None).unwrap(), "5555555555");
        for (raw, flaw) in [
            ("555-555-SHIP", IdentifierFlaw::Letters),
            ("233253", IdentifierFlaw::TooShort),
            ("", IdentifierFlaw::Empty),
            ("--", IdentifierFlaw::TooShort),
            ("+1234567890123456", IdentifierFlaw::TooLong),
        ] {
            assert_eq!(phone(raw, None), Err(flaw), "{raw:?}");
        }
    }

    #[test]
    fn a_national_number_becomes_international_with_the_default_country() {
        let finland = Country::parse("fi");
        assert_eq!(phone("040 123 4567", finland).unwrap(), "+358401234567");
        assert_eq!(phone("+44 20 7946 0958", finland).unwrap(), "+442079460958");
        assert_eq!(phone("(202) 555-0143", Country::parse("US")).unwrap(), "+12025550143");
        assert_eq!(Country::parse("ZZ"), None);
    }
}
