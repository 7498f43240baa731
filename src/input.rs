//! Arguments of the host: plain values, read strictly.
//!
//! Options, queries, policies and requests arrive as JSON-like values from any binding. Every member must be a documented
//! one, of the documented type; what is not is an error with a code and a JSON pointer. `null` and a missing member are
//! the same.

use crate::error::{ErrorCode, GuestfolioError};
use crate::issue::IssueCode;
use crate::json::marked::Marked;
use crate::json::text::TextFlaws;
use crate::json::value::{Kind, Value, whole_number};
use crate::money::{Currency, minor_from_decimal};
use crate::time::{MAX_TIME, parse_time};
use std::borrow::Cow;

/// A JSON-like value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Input {
    /// `null`, or nothing.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Input>),
    /// An object, in the order given.
    Object(Vec<(String, Input)>),
}

impl Input {
    /// Reads JSON text. Empty text is `null`, which is how a binding hands on nothing.
    ///
    /// # Errors
    /// `invalid_input` for what is no JSON, `wrong_type` for what is nested deeper than 128 levels.
    pub fn from_json(text: &str) -> Result<Self, GuestfolioError> {
        if text.trim_ascii().is_empty() {
            return Ok(Self::Null);
        }
        let marked = Marked::new(text.as_bytes());
        let doc = marked.doc();
        let start = text.len().saturating_sub(text.trim_ascii_start().len());
        let limit = text.trim_ascii_end().len();
        let value = Value::at(&doc, start, limit)
            .and_then(|value| if value.end() == limit { Self::read(value) } else { Err(IssueCode::MalformedJson) });
        value.map_err(|code| GuestfolioError::new(ErrorCode::InvalidInput, "", code.message()))
    }

    /// Text.
    #[inline(never)]
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A whole number.
    #[inline(never)]
    pub(crate) fn number(number: i64) -> Self {
        Self::Number(number.to_string())
    }

    /// An object of these members, of which those that are `null` are left out.
    #[inline(never)]
    pub(crate) fn object(members: Vec<(&str, Self)>) -> Self {
        let given = members.into_iter().filter(|(_, value)| *value != Self::Null);
        Self::Object(given.map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn read(value: Value<'_>) -> Result<Self, IssueCode> {
        let mut flaws = TextFlaws::default();
        Ok(match value.kind() {
            Kind::Null => Self::Null,
            Kind::True => Self::Bool(true),
            Kind::False => Self::Bool(false),
            Kind::Number => Self::Number(value.number().unwrap_or_default().to_owned()),
            Kind::String => Self::Text(value.text(&mut flaws)?.into_owned()),
            Kind::Array => Self::List(value.items().map(|item| Self::read(item?)).collect::<Result<_, _>>()?),
            Kind::Object => {
                let entry = |member: Result<(Cow<'_, [u8]>, Value<'_>), IssueCode>| {
                    let (key, value) = member?;
                    Ok((String::from_utf8_lossy(&key).into_owned(), Self::read(value)?))
                };
                Self::Object(value.members().map(entry).collect::<Result<_, IssueCode>>()?)
            }
        })
    }
}

/// A value of the host's, with its place.
#[derive(Clone, Debug)]
pub struct Argument<'v> {
    /// The value.
    pub value: &'v Input,
    /// Its JSON pointer.
    pub path: String,
}

type Read<T> = Result<T, GuestfolioError>;

impl<'v> Argument<'v> {
    /// The whole argument of a call.
    #[must_use]
    pub fn root(value: &'v Input) -> Self {
        Self { value, path: String::new() }
    }

    /// An error at this place.
    #[inline(never)]
    pub fn error(&self, code: ErrorCode, message: impl Into<String>) -> GuestfolioError {
        GuestfolioError::new(code, self.path.clone(), message)
    }

    /// An error of what the argument names, at this place.
    pub fn wrap(&self, error: &GuestfolioError) -> GuestfolioError {
        self.error(error.code(), error.message())
    }

    #[inline(never)]
    fn wrong_type(&self, expected: &str) -> GuestfolioError {
        self.error(ErrorCode::WrongType, format!("must be {expected}"))
    }

    /// Text.
    pub fn text(&self) -> Read<&'v str> {
        match self.value {
            Input::Text(text) => Ok(text),
            _ => Err(self.wrong_type("text")),
        }
    }

    /// Yes or no.
    pub fn flag(&self) -> Read<bool> {
        match self.value {
            Input::Bool(flag) => Ok(*flag),
            _ => Err(self.wrong_type("true or false")),
        }
    }

    /// A whole number from `min` to `max`.
    pub fn whole(&self, min: i64, max: i64) -> Read<i64> {
        let Input::Number(digits) = self.value else { return Err(self.wrong_type("a number")) };
        whole_number(digits)
            .filter(|number| (min..=max).contains(number))
            .ok_or_else(|| self.error(ErrorCode::OutOfRange, format!("must be a whole number from {min} to {max}")))
    }

    /// The code of a currency, in any case.
    pub fn currency(&self) -> Read<Currency> {
        let parsed = Currency::parse(self.text()?);
        parsed.ok_or_else(|| self.error(ErrorCode::UnknownCurrency, "a currency must be three letters"))
    }

    /// One of a closed list of words.
    pub fn word<T>(&self, words: &[&str], parse: impl Fn(&str) -> Option<T>) -> Read<T> {
        parse(self.text()?)
            .ok_or_else(|| self.error(ErrorCode::UnknownWord, format!("must be one of {}", words.join(", "))))
    }

    /// A time: RFC 3339 text, a date (its first second in UTC), or whole Unix seconds.
    pub fn time(&self) -> Read<i64> {
        let time = match self.value {
            Input::Text(text) => parse_time(text),
            Input::Number(_) => self.whole(0, MAX_TIME).ok(),
            _ => return Err(self.wrong_type("a time")),
        };
        time.ok_or_else(|| {
            let message =
                "must be RFC 3339 text such as 2026-01-31T12:00:00Z, a date, or unix seconds (not milliseconds)";
            self.error(ErrorCode::InvalidTime, message)
        })
    }

    /// The members of an object; `null` has none.
    pub fn fields(&self) -> Read<Fields<'v>> {
        let entries = match self.value {
            Input::Object(entries) => entries.as_slice(),
            Input::Null => &[],
            _ => return Err(self.wrong_type("an object")),
        };
        Ok(Fields { path: self.path.clone(), entries, known: Vec::with_capacity(MOST_KNOWN) })
    }

    /// The members of an object, whatever their names; the last of two with one name counts, as everywhere.
    pub fn entries(&self) -> Read<Vec<(&'v str, Argument<'v>)>> {
        let Input::Object(entries) = self.value else { return Err(self.wrong_type("an object")) };
        let given = entries.iter().filter(|(_, value)| *value != Input::Null);
        Ok(given
            .map(|(name, value)| {
                let path = format!("{}/{}", self.path, name.replace('~', "~0").replace('/', "~1"));
                (name.as_str(), Argument { value, path })
            })
            .collect())
    }

    /// A number from 0 to `most` hundredths, with at most two decimals, in hundredths.
    pub fn hundredths(&self, most: i64) -> Read<i64> {
        let Input::Number(digits) = self.value else { return Err(self.wrong_type("a number")) };
        let read = minor_from_decimal(digits, 2).ok().filter(|number| (0..=most).contains(number));
        read.ok_or_else(|| {
            let most = most / 100;
            self.error(ErrorCode::OutOfRange, format!("must be a number from 0 to {most} with at most two decimals"))
        })
    }

    /// The items of an array; anything else is one item.
    pub fn one_or_many(&self) -> Vec<Argument<'v>> {
        match self.value {
            Input::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, value)| Argument { value, path: format!("{}/{index}", self.path) })
                .collect(),
            _ => vec![self.clone()],
        }
    }
}

/// Few objects have more members that are known.
const MOST_KNOWN: usize = 16;

/// The members of an object, of which each must be asked for by name.
#[derive(Debug)]
pub struct Fields<'v> {
    path: String,
    entries: &'v [(String, Input)],
    known: Vec<&'static str>,
}

impl<'v> Fields<'v> {
    /// The member with this name, unless it is missing or `null`.
    #[inline(never)]
    pub fn get(&mut self, name: &'static str) -> Option<Argument<'v>> {
        self.known.push(name);
        let (_, value) = self.entries.iter().rev().find(|(key, _)| key == name)?;
        // Asked for with every argument, and read of the few that are wrong.
        (*value != Input::Null).then(|| Argument { value, path: [&self.path, "/", name].concat() })
    }

    /// The member with this name.
    pub fn required(&mut self, name: &'static str) -> Read<Argument<'v>> {
        self.get(name).ok_or_else(|| self.missing(name))
    }

    /// The error of a member that is not there.
    pub fn missing(&self, name: &'static str) -> GuestfolioError {
        GuestfolioError::new(ErrorCode::MissingField, format!("{}/{name}", self.path), format!("`{name}` is required"))
    }

    /// Every name was asked for; a member with another name is an error.
    pub fn finish(self) -> Read<()> {
        let stranger = self.entries.iter().find(|(key, _)| !self.known.iter().any(|known| known == key));
        match stranger {
            None => Ok(()),
            Some((key, _)) => Err(GuestfolioError::new(
                ErrorCode::UnknownField,
                format!("{}/{}", self.path, key.replace('~', "~0").replace('/', "~1")),
                format!("unknown member; known are {}", self.known.join(", ")),
            )),
        }
    }
}

impl serde::Serialize for Input {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Number(digits) => match digits.parse::<i64>() {
                Ok(whole) => serializer.serialize_i64(whole),
                // Of what is not whole we write percentages alone: a hundredth is exact, and needs none of the tables of decimals.
                Err(_) => {
                    let hundredths = minor_from_decimal(digits, 2).unwrap_or_default();
                    let whole = i32::try_from(hundredths).unwrap_or_default();
                    serializer.serialize_f64(f64::from(whole) / 100.0)
                }
            },
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(entries) => serializer.collect_map(entries.iter().map(|(name, value)| (name, value))),
        }
    }
}
