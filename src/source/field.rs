//! Fields of a record: typed, each with its place, so that every flaw is noted with a JSON pointer.

use super::{Notes, Path, Reject};
use crate::identity;
use crate::issue::IssueCode;
use crate::json::text::TextFlaws;
use crate::json::value::{Kind, Value};
use crate::ledger::intern::{Interner, Sym};
use crate::mask::without_cards;
use crate::money::{AmountFlaw, Currency, MAX_MINOR, minor_from_decimal};
use crate::time::{MAX_TIME, parse_loose_time};
use std::borrow::Cow;

/// A field of a record: its value, if the record has one that is not `null`, and its place.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a, 'p> {
    value: Option<Value<'a>>,
    path: Path<'p>,
}

impl<'a, 'p> Field<'a, 'p> {
    /// The member `key` of the object at `parent`.
    #[inline(always)]
    pub fn new(value: Option<Value<'a>>, parent: &'p Path<'p>, key: &'p str) -> Self {
        Self { value: value.filter(|value| !value.is_null()), path: parent.key(key) }
    }

    /// The place of the field.
    pub fn path(&self) -> &Path<'p> {
        &self.path
    }

    #[inline(always)]
    fn is(&self, kind: Kind) -> Option<Value<'a>> {
        self.value.filter(|value| value.kind() == kind)
    }

    /// Rejects the record if the field is given in another type.
    #[inline(always)]
    fn typed(&self, right: bool, notes: &mut Notes) -> Result<(), Reject> {
        if self.value.is_some() && !right {
            return Err(notes.reject(&self.path, IssueCode::WrongType));
        }
        Ok(())
    }

    /// The rejection of a record that lacks this field.
    pub fn missing(&self, notes: &mut Notes) -> Reject {
        notes.reject(&self.path, IssueCode::MissingField)
    }

    /// Text that only describes: of another type it is noted and left out. Empty text is none.
    pub fn text(&self, notes: &mut Notes) -> Option<Cow<'a, str>> {
        let value = self.value?;
        // Nearly all texts are as they stand.
        match value.plain_text() {
            Some(text) => Some(Cow::Borrowed(text)).filter(|text| !text.is_empty()),
            None => self.rough_text(value, notes),
        }
    }

    /// The same text, kept.
    #[inline(always)]
    pub fn kept_text(&self, interner: &mut Interner, notes: &mut Notes) -> Option<Sym> {
        let value = self.value?;
        match value.plain_bytes() {
            Some([]) => return None,
            Some(bytes) => {
                if let Ok(sym) = interner.intern_utf8(bytes) {
                    return Some(sym);
                }
            }
            None => {}
        }
        self.rough_text(value, notes).map(|text| interner.intern(&text))
    }

    /// Text that people write, kept without the card numbers in it.
    #[inline(always)]
    pub fn kept_free_text(&self, interner: &mut Interner, notes: &mut Notes) -> Option<Sym> {
        let masked = self.value.and_then(Value::plain_bytes).map(without_cards);
        match masked {
            // As it stands, and without a card number.
            Some(None) => self.kept_text(interner, notes),
            _ => self.masked_text(interner, notes),
        }
    }

    #[cold]
    fn masked_text(&self, interner: &mut Interner, notes: &mut Notes) -> Option<Sym> {
        let text = self.text(notes)?;
        let masked = notes.without_cards(text.as_bytes(), &self.path);
        Some(match masked {
            None => interner.intern(&text),
            Some(masked) => interner.intern(&String::from_utf8_lossy(&masked)),
        })
    }

    #[cold]
    fn rough_text(&self, value: Value<'a>, notes: &mut Notes) -> Option<Cow<'a, str>> {
        if value.kind() != Kind::String {
            notes.warn(&self.path, IssueCode::WrongType);
            return None;
        }
        let mut flaws = TextFlaws::default();
        let text = match value.text(&mut flaws) {
            Ok(text) => text,
            Err(code) => {
                notes.warn(&self.path, code);
                return None;
            }
        };
        if flaws.lone_surrogate {
            notes.warn(&self.path, IssueCode::LoneSurrogate);
        }
        if flaws.invalid_utf8 {
            notes.warn(&self.path, IssueCode::InvalidUtf8);
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// Text that decides (a status): of another type it rejects the record.
    #[inline(never)]
    pub fn word(&self, notes: &mut Notes) -> Result<Option<Cow<'a, str>>, Reject> {
        if let Some(text) = self.value.and_then(Value::plain_text).filter(|text| !text.is_empty()) {
            return Ok(Some(Cow::Borrowed(text)));
        }
        self.typed(self.is(Kind::String).is_some(), notes)?;
        Ok(self.text(notes))
    }

    /// The same text, kept.
    #[inline(always)]
    pub fn kept_word(&self, interner: &mut Interner, notes: &mut Notes) -> Result<Option<Sym>, Reject> {
        self.typed(self.is(Kind::String).is_some(), notes)?;
        Ok(self.kept_text(interner, notes))
    }

    /// The id of a record.
    pub fn id(&self, notes: &mut Notes) -> Result<Cow<'a, str>, Reject> {
        match self.word(notes)? {
            None => Err(notes.reject(&self.path, IssueCode::MissingId)),
            Some(id) if id.len() > 255 => Err(notes.reject(&self.path, IssueCode::IdTooLong)),
            Some(id) => Ok(id),
        }
    }

    /// `true` or `false`.
    #[inline(always)]
    pub fn flag(&self, notes: &mut Notes) -> Result<Option<bool>, Reject> {
        let flag = self.value.and_then(|value| match value.kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        });
        self.typed(flag.is_some(), notes)?;
        Ok(flag)
    }

    /// A whole number of minor units, not negative.
    #[inline(always)]
    pub fn amount(&self, notes: &mut Notes) -> Result<Option<i64>, Reject> {
        self.whole(MAX_MINOR, IssueCode::InvalidAmount, notes)
    }

    /// A time as text: RFC 3339, or without a zone, which is then UTC.
    #[inline(always)]
    pub fn time(&self, notes: &mut Notes) -> Result<Option<i64>, Reject> {
        let Some(text) = self.word(notes)? else { return Ok(None) };
        match parse_loose_time(&text) {
            Some(time) => Ok(Some(time)),
            None => Err(notes.reject(&self.path, IssueCode::InvalidTime)),
        }
    }

    /// An amount in major units, as text or as a number, as minor units. The sign is kept.
    #[inline(always)]
    pub fn decimal(&self, decimals: u32, notes: &mut Notes) -> Result<Option<i64>, Reject> {
        let number = self.value.and_then(Value::number);
        let text = match number {
            Some(number) => Some(Cow::Borrowed(number)),
            None => self.word(notes)?,
        };
        let Some(text) = text else { return Ok(None) };
        decimal(&text, decimals).map(Some).map_err(|code| notes.reject(&self.path, code))
    }

    /// An id as text, or as a number of any length, which stays its digits.
    #[inline(always)]
    pub fn any_id(&self, notes: &mut Notes) -> Result<Option<Cow<'a, str>>, Reject> {
        let id = match self.value.and_then(Value::number) {
            Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => Some(Cow::Borrowed(number)),
            Some(number) if !number.starts_with('-') => {
                return Err(notes.reject(&self.path, IssueCode::SpreadsheetNumber));
            }
            Some(_) => return Err(notes.reject(&self.path, IssueCode::WrongType)),
            None => self.word(notes)?,
        };
        match id {
            Some(id) if id.len() > 255 => Err(notes.reject(&self.path, IssueCode::IdTooLong)),
            id => Ok(id),
        }
    }

    /// The same id, kept: none where it is empty or `0`, as shops write "nobody".
    #[inline(always)]
    pub fn kept_id(&self, interner: &mut Interner, notes: &mut Notes) -> Result<Option<Sym>, Reject> {
        // Nearly all ids are as they stand.
        if let Some(bytes) = self.value.and_then(Value::plain_bytes)
            && is_plain_id(bytes)
            && let Ok(id) = interner.intern_utf8(bytes)
        {
            return Ok(Some(id));
        }
        let id = self.any_id(notes)?;
        let id = id.as_deref().map(plain_id).filter(|id| !matches!(*id, "" | "0"));
        Ok(id.map(|id| interner.intern(id)))
    }

    /// The value as it is.
    pub fn value(&self) -> Option<Value<'a>> {
        self.value
    }

    /// The items of an array, each with its place; nothing where there is none.
    pub fn items(&self) -> impl Iterator<Item = (usize, Result<Value<'a>, IssueCode>)> + use<'a> {
        self.value.into_iter().flat_map(Value::items).enumerate()
    }

    /// Unix seconds.
    #[inline(always)]
    pub fn seconds(&self, notes: &mut Notes) -> Result<Option<i64>, Reject> {
        self.whole(MAX_TIME, IssueCode::TimeOutOfRange, notes)
    }

    #[inline(always)]
    fn whole(&self, max: i64, code: IssueCode, notes: &mut Notes) -> Result<Option<i64>, Reject> {
        let Some(value) = self.value else { return Ok(None) };
        if value.kind() != Kind::Number {
            return Err(notes.reject(&self.path, IssueCode::WrongType));
        }
        // A decimal point is never whole minor units, even `.00`: such a record was made by hand or by another system.
        match value.whole().filter(|whole| (0..=max).contains(whole)) {
            Some(whole) => Ok(Some(whole)),
            None => Err(notes.reject(&self.path, code)),
        }
    }

    /// A currency: three letters, known or not.
    #[inline(always)]
    pub fn currency(&self, notes: &mut Notes) -> Result<Option<Currency>, Reject> {
        let Some(code) = self.word(notes)? else { return Ok(None) };
        match Currency::parse(&code) {
            Some(currency) => Ok(Some(currency)),
            None => Err(notes.reject(&self.path, IssueCode::InvalidCurrency)),
        }
    }

    /// The object that stands here, if one does.
    pub fn object(&self) -> Option<Value<'a>> {
        self.is(Kind::Object)
    }
}

/// The id inside a global id of a GraphQL API (`gid://shopify/Order/450789469?key=…`); others as they are.
pub(crate) fn plain_id(id: &str) -> &str {
    match id.strip_prefix("gid://") {
        Some(rest) => {
            let last = rest.rsplit('/').next().unwrap_or(rest);
            last.split('?').next().unwrap_or(last)
        }
        None => identity::trim(id),
    }
}

/// Whether an id is one as it stands.
fn is_plain_id(id: &[u8]) -> bool {
    (2..=255).contains(&id.len()) && identity::is_trimmed(id) && !id.starts_with(b"gid:")
}

/// Minor units of a decimal text. A number that a spreadsheet has rounded is named as such.
pub(crate) fn decimal(text: &str, decimals: u32) -> Result<i64, IssueCode> {
    minor_from_decimal(text, decimals).map_err(|flaw| match flaw {
        AmountFlaw::NotANumber if is_scientific(text) => IssueCode::SpreadsheetNumber,
        _ => IssueCode::InvalidAmount,
    })
}

/// `6.01E+15`: what a spreadsheet makes of a long number; its digits are gone.
pub(crate) fn is_scientific(text: &str) -> bool {
    text.split_once(['e', 'E']).is_some_and(|(number, power)| {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits(power.trim_start_matches(['+', '-'])) && digits(&number.replacen(['.', ','], "", 1))
    })
}
