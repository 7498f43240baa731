//! What somebody typed into the search box, as terms that must all be met.

use crate::error::{ErrorCode, GuestfolioError};
use crate::fold::fold;
use crate::input::{Argument, Input};
use crate::money::{Currency, minor_from_decimal};
use crate::time::Zone;
use crate::view::list::Filter;
use crate::word::words;

words! {
    /// What a search term can be about.
    pub enum SearchField {
        /// The payer's name.
        Name = "name",
        /// An e-mail, its beginning, a word of it, its domain.
        Email = "email",
        /// A phone in any writing, or its end.
        Phone = "phone",
        /// An id of a customer, payment, charge, refund, dispute, checkout, order, invoice or subscription, or its beginning.
        Id = "id",
        /// An order's number or id.
        Order = "order",
        /// The last four digits of a card.
        Card = "card",
        /// A code by which an attempt failed.
        Code = "code",
        /// What was asked for or taken.
        Amount = "amount",
        /// What the payment's money has done.
        Status = "status",
        /// The system.
        Source = "source",
        /// ISO 4217.
        Currency = "currency",
        /// ISO 3166-1 alpha-2.
        Country = "country",
        /// How it was paid.
        Method = "method",
        /// Guest or registered.
        Kind = "kind",
    }
}

impl SearchField {
    /// Whether it is a condition of lists.
    const fn is_filter(self) -> bool {
        matches!(self, Self::Status | Self::Source | Self::Currency | Self::Country | Self::Method | Self::Kind)
    }
}

/// What a term asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// A word of anything.
    Word(String),
    /// Words of a name, one after the other.
    Phrase(String),
    /// Digits of a phone.
    Phone(Vec<u8>),
    /// A text in one field.
    Of(SearchField, String),
    /// An amount in ten-thousandths, in one of these currencies; in any where none is named.
    Amount(i64, Vec<Currency>),
}

/// One term.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Term {
    /// As it was typed.
    pub typed: String,
    /// What it asks for.
    pub asked: Asked,
}

/// A search, read.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The terms that are looked for in the index.
    pub terms: Vec<Term>,
    /// The conditions.
    pub filter: Filter,
}

/// Characters of a search.
const LONGEST: usize = 500;
/// Terms of a search.
const MOST_TERMS: usize = 20;

/// Words that a phone is written in.
const MOST_PARTS: usize = 8;
/// Digits of a phone that is written in one word.
const WHOLE_PHONE: usize = 9;

/// What signs of currencies may stand for: nobody guesses which dollar.
const SIGNS: [(&str, &[&str]); 6] = [
    ("€", &["eur"]),
    ("£", &["gbp"]),
    ("¥", &["jpy", "cny"]),
    ("₹", &["inr"]),
    ("₫", &["vnd"]),
    ("$", &["usd", "aud", "brl", "cad", "clp", "cop", "hkd", "mxn", "nzd", "sgd", "twd"]),
];

/// The currencies that a code or a sign stands for.
pub fn currencies_of(text: &str) -> Vec<Currency> {
    let signed = SIGNS.iter().find(|(sign, _)| *sign == text).map(|(_, codes)| *codes).unwrap_or_default();
    let known = |code: &Currency| code.decimals(crate::source::Source::Canonical).is_some();
    let coded = Currency::parse(text).filter(known);
    signed.iter().filter_map(|code| Currency::parse(code)).chain(coded).collect()
}

/// A number as people write amounts: `12.50`, `12,50`, `1,250.00`, `1.250,00`; in ten-thousandths.
pub fn amount_of(text: &str) -> Option<i64> {
    let is_shaped = text.starts_with(|letter: char| letter.is_ascii_digit())
        && text.ends_with(|letter: char| letter.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    if !is_shaped {
        return None;
    }
    // The last point or comma is decimal unless three digits follow it, which then are a group.
    let (whole, fraction) = match text.rfind(['.', ',']).and_then(|place| text.split_at_checked(place)) {
        Some((whole, rest)) if rest.len() != 4 => (whole, rest.get(1..).unwrap_or_default()),
        _ => (text, ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    minor_from_decimal(&format!("{whole}.{fraction}"), 4).ok()
}

/// A number with the sign of its currency at one end: `€12.50`, `12,50€`.
fn signed_amount(word: &str) -> Option<(i64, Vec<Currency>)> {
    SIGNS.iter().find_map(|(sign, _)| {
        let number = word.strip_prefix(sign).or_else(|| word.strip_suffix(sign))?;
        Some((amount_of(number)?, currencies_of(sign)))
    })
}

/// An amount of one word or two, at the beginning of some words: what it is, and how many words.
pub fn amount_at(words: &[&str]) -> Option<(i64, Vec<Currency>, usize)> {
    let (&first, rest) = words.split_first()?;
    if let Some((amount, currencies)) = signed_amount(first) {
        return Some((amount, currencies, 1));
    }
    let second = rest.first()?;
    let of = |number: &str, currency: &str| {
        let currencies = currencies_of(currency);
        amount_of(number).filter(|_| !currencies.is_empty()).map(|amount| (amount, currencies, 2))
    };
    of(first, second).or_else(|| of(second, first))
}

/// Digits that are a phone, written over some words: what they are, and how many words.
pub fn phone_at(words: &[&str]) -> Option<(Vec<u8>, usize)> {
    let is_part = |word: &str| {
        word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'(' | b')' | b'-' | b'.' | b'/'))
            && word.bytes().any(|byte| byte.is_ascii_digit())
    };
    // A word of nine digits is a whole number: what stands behind it is another thing.
    let is_whole = |word: &&str| word.bytes().filter(u8::is_ascii_digit).count() >= WHOLE_PHONE;
    let count = if words.first().is_some_and(is_whole) { 1 } else { MOST_PARTS };
    let count = words.iter().take(count).take_while(|word| is_part(word)).count();
    let all = words.get(..count)?.concat();
    let begins = all.starts_with(['+', '0', '(']) || all.contains('-') && amount_of(&all).is_none();
    let digits: Vec<u8> = all.bytes().filter(u8::is_ascii_digit).collect();
    (begins && (7..=20).contains(&digits.len()) && !is_date(words.first()?)).then_some((digits, count))
}

/// `2026-01-31`: no phone.
fn is_date(word: &str) -> bool {
    crate::time::parse_day(word).is_some()
}

/// What is typed, cut at blanks; what is quoted stays together. Whether it was quoted.
fn pieces(text: &str) -> Result<Vec<(String, bool)>, GuestfolioError> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let (mut piece, mut quoted, mut open) = (String::new(), false, false);
    for letter in text.chars() {
        match letter {
            '"' => {
                open = !open;
                quoted = true;
            }
            _ if letter.is_whitespace() && !open => {
                if !piece.is_empty() {
                    pieces.push((core::mem::take(&mut piece), quoted));
                }
                quoted = false;
            }
            _ => piece.push(letter),
        }
    }
    if open {
        return Err(malformed("a quotation mark is not closed"));
    }
    if !piece.is_empty() {
        pieces.push((piece, quoted));
    }
    Ok(pieces)
}

fn malformed(message: impl Into<String>) -> GuestfolioError {
    GuestfolioError::new(ErrorCode::InvalidSearch, "/query", message)
}

/// A field and what stands behind its colon. An id in full, `source:account:id`, is none.
fn field_of(piece: &str) -> Result<Option<(SearchField, &str)>, GuestfolioError> {
    let Some((name, value)) = piece.split_once(':') else { return Ok(None) };
    if crate::source::Source::from_word(name).is_some() || value.starts_with("//") {
        return Ok(None);
    }
    let field = SearchField::from_word(name).ok_or_else(|| {
        let known = SearchField::WORDS.join(", ");
        malformed(format!(
            "unknown field before a colon; known are {known}; words with a colon of their own are quoted"
        ))
    })?;
    if value.is_empty() {
        return Err(malformed(format!("nothing stands behind `{name}:`")));
    }
    Ok(Some((field, value)))
}

impl Terms {
    /// Reads what was typed.
    ///
    /// # Errors
    /// `invalid_search` for an unknown field, a field without a value, an open quotation mark, and what is too long; what is wrong with
    /// the value of a condition.
    pub fn parse(text: &str, zone: &Zone) -> Result<Self, GuestfolioError> {
        if text.chars().count() > LONGEST {
            return Err(malformed(format!("must be at most {LONGEST} characters")));
        }
        let pieces = pieces(text)?;
        if pieces.len() > MOST_TERMS {
            return Err(malformed(format!("must be at most {MOST_TERMS} words")));
        }
        let words: Vec<&str> = pieces.iter().map(|(piece, quoted)| if *quoted { "" } else { &**piece }).collect();
        let mut terms = Vec::new();
        let mut conditions: Vec<(String, Input)> = Vec::new();
        let mut skip = 0_usize;
        for (place, (piece, quoted)) in pieces.iter().enumerate() {
            if skip > 0 {
                skip = skip.saturating_sub(1);
                continue;
            }
            let mut add = |asked, count: usize| {
                let typed = pieces.iter().skip(place).take(count).map(|(piece, _)| piece.as_str());
                terms.push(Term { typed: typed.collect::<Vec<_>>().join(" "), asked });
            };
            let rest = words.get(place..).unwrap_or_default();
            let field = if *quoted && !piece.contains(':') {
                None
            } else {
                field_of(piece).or_else(|error| if *quoted { Ok(None) } else { Err(error) })?
            };
            if let Some((field, value)) = field {
                if field.is_filter() {
                    if conditions.iter().any(|(name, _)| name == field.word()) {
                        let name = field.word();
                        return Err(malformed(format!("`{name}:` stands twice; write one of several as `{name}:a,b`")));
                    }
                    let values = value.split(',').map(Input::text).collect();
                    conditions.push((field.word().to_owned(), Input::List(values)));
                } else {
                    add(asked_of(field, value)?, 1);
                }
            } else if *quoted {
                let phrase = fold(piece);
                if phrase.contains(char::is_alphanumeric) {
                    add(Asked::Phrase(phrase), 1);
                }
            } else if let Some((amount, currencies, count)) = amount_at(rest) {
                add(Asked::Amount(amount, currencies), count);
                skip = count.saturating_sub(1);
            } else if let Some((digits, count)) = phone_at(rest) {
                add(Asked::Phone(digits), count);
                skip = count.saturating_sub(1);
            } else {
                let word = fold(piece.trim_start_matches('#'));
                // A sign alone says nothing.
                if word.contains(char::is_alphanumeric) {
                    add(Asked::Word(word), 1);
                }
            }
        }
        let filter = if conditions.is_empty() {
            Filter::default()
        } else {
            let conditions = Input::Object(conditions);
            Filter::parse(&Argument { value: &conditions, path: "/query".to_owned() }, zone)
                .map_err(|error| GuestfolioError::new(error.code(), "/query", error.message()))?
        };
        Ok(Self { terms, filter })
    }
}

fn asked_of(field: SearchField, value: &str) -> Result<Asked, GuestfolioError> {
    if field == SearchField::Amount {
        let amount = signed_amount(value).or_else(|| amount_of(value).map(|amount| (amount, Vec::new())));
        let (amount, currencies) = amount.ok_or_else(|| malformed("behind `amount:` stands a number such as 12.50"))?;
        return Ok(Asked::Amount(amount, currencies));
    }
    if field == SearchField::Phone {
        let digits: Vec<u8> = value.bytes().filter(u8::is_ascii_digit).collect();
        if digits.is_empty() {
            return Err(malformed("behind `phone:` stand digits"));
        }
        return Ok(Asked::Phone(digits));
    }
    let text = fold(value.trim_start_matches('#'));
    if !text.contains(char::is_alphanumeric) {
        return Err(malformed(format!("behind `{field}:` stand letters or digits")));
    }
    Ok(Asked::Of(field, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, expected) in [
            ("12.50", Some(125_000)),
            ("12,5", Some(125_000)),
            ("1,250.00", Some(12_500_000)),
            ("1.250,00", Some(12_500_000)),
            ("1,250", Some(12_500_000)),
            ("1250", Some(12_500_000)),
            ("0.05", Some(500)),
            ("12.", None),
            ("a12", None),
            ("", None),
        ] {
            assert_eq!(amount_of(text), expected, "{text}");
        }
    }

    #[test]
    fn phones_are_found_over_several_words() {
        let found = |text: &str| {
            phone_at(&text.split(' ').collect::<Vec<_>>())
                .map(|(digits, count)| (String::from_utf8(digits).unwrap(), count))
        };
        assert_eq!(found("+358 40 123 4567 today"), Some(("358401234567".into(), 4)));
        assert_eq!(found("(040) 1234567"), Some(("0401234567".into(), 2)));
        assert_eq!(found("555-123-4567"), Some(("5551234567".into(), 1)));
        for none in ["1001 1002 1003", "2026-01-31", "12.50", "+35840"] {
            assert_eq!(found(none), None, "{none}");
        }
    }
}
