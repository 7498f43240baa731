//! Arguments of the host: plain values, read strictly.
//!
//! Options, queries, policies and requests arrive as JSON-like values from any binding. Every member must be a documented
//! one, of the documented type; what is not is an error with a code and a JSON pointer. `null` and a missing member are
//! the same.

use crate::error::{ErrorCode, GuestfolioError};
use crate::time::{MAX_TIME, parse_time};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON-like value.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Input {
    /// `null`, or nothing.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Input>),
    /// An object, in the order given.
    Object(Vec<(String, Input)>),
}

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyInput;
        impl<'de> Visitor<'de> for AnyInput {
            type Value = Input;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Result<Input, E> {
                Ok(Input::Null)
            }
            fn visit_none<E>(self) -> Result<Input, E> {
                Ok(Input::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Input, E> {
                Ok(Input::Bool(value))
            }
            #[expect(clippy::cast_precision_loss, reason = "a number past 2^53 is out of every documented range")]
            fn visit_i64<E>(self, value: i64) -> Result<Input, E> {
                Ok(Input::Number(value as f64))
            }
            #[expect(clippy::cast_precision_loss, reason = "a number past 2^53 is out of every documented range")]
            fn visit_u64<E>(self, value: u64) -> Result<Input, E> {
                Ok(Input::Number(value as f64))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Input, E> {
                Ok(Input::Number(value))
            }
            fn visit_str<E>(self, value: &str) -> Result<Input, E> {
                Ok(Input::Text(value.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Input, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Input::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Input, A::Error> {
                let mut object = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    object.push(entry);
                }
                Ok(Input::Object(object))
            }
        }
        deserializer.deserialize_any(AnyInput)
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
    pub fn error(&self, code: ErrorCode, message: impl Into<String>) -> GuestfolioError {
        GuestfolioError::new(code, self.path.clone(), message)
    }

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

    /// A whole number from `min` to `max`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "the range is checked before")]
    pub fn whole(&self, min: i64, max: i64) -> Read<i64> {
        match self.value {
            Input::Number(number) if number.fract() == 0.0 && *number >= min as f64 && *number <= max as f64 => {
                Ok(*number as i64)
            }
            Input::Number(_) => {
                Err(self.error(ErrorCode::OutOfRange, format!("must be a whole number from {min} to {max}")))
            }
            _ => Err(self.wrong_type("a number")),
        }
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
            let message = "must be RFC 3339 text such as 2026-01-31T12:00:00Z, a date, or unix seconds (not milliseconds)";
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
        Ok(Fields { path: self.path.clone(), entries, known: Vec::new() })
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

/// The members of an object, of which each must be asked for by name.
#[derive(Debug)]
pub struct Fields<'v> {
    path: String,
    entries: &'v [(String, Input)],
    known: Vec<&'static str>,
}

impl<'v> Fields<'v> {
    /// The member with this name, unless it is missing or `null`.
    pub fn get(&mut self, name: &'static str) -> Option<Argument<'v>> {
        self.known.push(name);
        let (_, value) = self.entries.iter().rev().find(|(key, _)| key == name)?;
        (*value != Input::Null).then(|| Argument { value, path: format!("{}/{name}", self.path) })
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
