//! Time: UTC seconds inside, RFC 3339 text outside, and the merchant's local days.
//!
//! The core has no clock and no time zone tables: the time of a question is an argument, and a zone is a function of the
//! host that gives the offset at an instant.

use ::time::{Date, Month};
use serde::{Serialize, Serializer};
use std::rc::Rc;

/// 9999-12-31T23:59:59Z: the last second that has an RFC 3339 form.
pub const MAX_TIME: i64 = 253_402_300_799;

/// The merchant's time zone.
#[derive(Clone, Default)]
pub enum Zone {
    /// Coordinated universal time.
    #[default]
    Utc,
    /// Seconds east of UTC at a given UTC second, from the host.
    Host(Rc<dyn Fn(i64) -> i32>),
}

impl core::fmt::Debug for Zone {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Utc => "Utc",
            Self::Host(_) => "Host",
        })
    }
}

impl Zone {
    fn offset(&self, utc: i64) -> i64 {
        match self {
            Self::Utc => 0,
            Self::Host(offset_at) => i64::from(offset_at(utc)).clamp(-86_400, 86_400),
        }
    }

    /// The number of the local day of an instant, counted from 1970-01-01.
    #[must_use]
    pub fn local_day(&self, utc: i64) -> i64 {
        utc.saturating_add(self.offset(utc)).div_euclid(86_400)
    }

    /// The first day of the local month of an instant.
    #[must_use]
    pub fn month_of(&self, utc: i64) -> Option<i64> {
        first_of_month_and_year(self.local_day(utc)).map(|(month, _)| month)
    }

    /// The last second of a local day: what a window that includes the day ends with.
    #[must_use]
    pub fn end_of_day(&self, day: i64) -> i64 {
        let next_midnight = day.saturating_add(1).saturating_mul(86_400);
        // The offset at midnight itself, found from the offset near it; a change of offset falls between the two guesses.
        let guess = next_midnight.saturating_sub(self.offset(next_midnight));
        next_midnight.saturating_sub(self.offset(guess.saturating_sub(1))).saturating_sub(1)
    }
}

/// The instant as RFC 3339 text in UTC.
#[must_use]
#[inline(never)]
pub fn rfc3339(utc: i64) -> String {
    TimeText(utc).write(&mut [0; 20]).to_owned()
}

/// An instant, to be written as RFC 3339 text in UTC; nothing for one that has no such form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeText(pub i64);

/// A local day, to be written as `2026-01-31`; nothing for one before the year 0 or after 9999.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayText(pub i64);

// Digit by digit, without the formatting of numbers: verdicts have dozens of times.
impl TimeText {
    fn write(self, into: &mut [u8; 20]) -> &str {
        let second = self.0.rem_euclid(86_400);
        let mut day = [0; 10];
        let [a, b, c, d, _, e, f, _, g, h] = match DayText(self.0.div_euclid(86_400)).write(&mut day) {
            "" => return "",
            _ => day,
        };
        let two = |number: i64| two_digits(u8::try_from(number).unwrap_or_default());
        let ([i, j], [k, l], [m, n]) = (two(second / 3600), two(second / 60 % 60), two(second % 60));
        *into = [a, b, c, d, b'-', e, f, b'-', g, h, b'T', i, j, b':', k, l, b':', m, n, b'Z'];
        core::str::from_utf8(into).unwrap_or_default()
    }
}

impl DayText {
    fn write(self, into: &mut [u8; 10]) -> &str {
        let Some((date, year)) = date_of(self.0).and_then(|date| Some((date, u16::try_from(date.year()).ok()?))) else {
            return "";
        };
        let two = |number: u16| two_digits(u8::try_from(number).unwrap_or_default());
        let ([a, b], [c, d]) = (two(year / 100), two(year % 100));
        let ([e, f], [g, h]) = (two_digits(u8::from(date.month())), two_digits(date.day()));
        *into = [a, b, c, d, b'-', e, f, b'-', g, h];
        core::str::from_utf8(into).unwrap_or_default()
    }
}

impl Serialize for TimeText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.write(&mut [0; 20]))
    }
}

impl Serialize for DayText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.write(&mut [0; 10]))
    }
}

fn two_digits(number: u8) -> [u8; 2] {
    [(number / 10 % 10) | b'0', (number % 10) | b'0']
}

/// The date of a local day, `2026-01-31`.
#[must_use]
pub fn date_text(day: i64) -> String {
    DayText(day).write(&mut [0; 10]).to_owned()
}

/// The local day of a date alone: `2026-01-31`.
#[must_use]
pub fn parse_day(text: &str) -> Option<i64> {
    (text.len() == 10).then(|| parse_time(text))?.map(|midnight| midnight.div_euclid(86_400))
}

/// The first day of the calendar month of a local day, and of its year.
#[must_use]
pub fn first_of_month_and_year(day: i64) -> Option<(i64, i64)> {
    let date = date_of(day)?;
    let month = day.saturating_sub(i64::from(date.day())).saturating_add(1);
    let year = day.saturating_sub(i64::from(date.ordinal())).saturating_add(1);
    Some((month, year))
}

/// The day of the week of a local day: 0 for Monday.
#[must_use]
pub fn weekday(day: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    day.saturating_add(3).rem_euclid(7)
}

fn date_of(day: i64) -> Option<Date> {
    let julian = day.checked_add(2_440_588).and_then(|day| i32::try_from(day).ok());
    julian.and_then(|day| Date::from_julian_day(day).ok())
}

/// UTC seconds of RFC 3339 text, or of a date alone (its first second in UTC). Fractions of a second are cut off.
#[must_use]
pub fn parse_time(text: &str) -> Option<i64> {
    read_time(text.as_bytes(), false)
}

/// UTC seconds of a time as systems write it: RFC 3339, with a blank for the `T`, without seconds, without a colon in the
/// offset, or without a zone, which then is UTC.
#[must_use]
pub fn parse_loose_time(text: &str) -> Option<i64> {
    read_time(text.as_bytes().trim_ascii(), true)
}

/// Takes a number of exactly so many digits, and then the byte that must follow it.
fn digits(text: &mut &[u8], count: usize, then: Option<u8>) -> Option<i64> {
    let (number, rest) = text.split_at_checked(count)?;
    let value = number.iter().try_fold(0_i64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte.wrapping_sub(b'0')))?;
        Some(sum.wrapping_mul(10).wrapping_add(digit))
    })?;
    *text = match then {
        Some(byte) => rest.strip_prefix(&[byte])?,
        None => rest,
    };
    Some(value)
}

/// Every record has times: this walks over the digits once; the calendar is the `time` crate's.
fn read_time(mut text: &[u8], loose: bool) -> Option<i64> {
    let rest = &mut text;
    let year = i32::try_from(digits(rest, 4, Some(b'-'))?).ok()?;
    let month = u8::try_from(digits(rest, 2, Some(b'-'))?).ok()?;
    let day = u8::try_from(digits(rest, 2, None)?).ok()?;
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let midnight = i64::from(date.to_julian_day()).saturating_sub(2_440_588).saturating_mul(86_400);
    let mut time = midnight;
    if let Some((separator, clock)) = rest.split_first() {
        let separated = matches!(separator, b'T' | b't') || loose && *separator == b' ';
        *rest = clock;
        let hours = digits(rest, 2, Some(b':')).filter(|&hours| hours < 24 && separated)?;
        let minutes = digits(rest, 2, None).filter(|&minutes| minutes < 60)?;
        let mut seconds = 0;
        if let Some(after) = rest.strip_prefix(b":") {
            *rest = after;
            // A leap second is read as the second before it.
            seconds = digits(rest, 2, None).filter(|&seconds| seconds < 61)?.min(59);
            if let Some(after) = rest.strip_prefix(b".") {
                let length = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
                *rest = after.get(length..).filter(|_| length > 0)?;
            }
        } else if !loose {
            return None;
        }
        time = time.saturating_add(hours.saturating_mul(3600)).saturating_add(minutes.saturating_mul(60));
        time = time.saturating_add(seconds).saturating_sub(zone(rest, loose)?);
    }
    (0..=MAX_TIME).contains(&time).then_some(time)
}

/// Seconds east of UTC at the end of a time.
fn zone(rest: &mut &[u8], loose: bool) -> Option<i64> {
    if loose {
        *rest = rest.trim_ascii_start();
    }
    let (sign, mut offset) = match rest.split_first() {
        None => return loose.then_some(0),
        Some((b'Z' | b'z', after)) => return after.is_empty().then_some(0),
        Some((b'+', offset)) => (1, offset),
        Some((b'-', offset)) => (-1, offset),
        Some(_) => return None,
    };
    let colon = offset.get(2) == Some(&b':');
    let hours = digits(&mut offset, 2, colon.then_some(b':')).filter(|&hours| hours < 24)?;
    let minutes = digits(&mut offset, 2, None).filter(|&minutes| minutes < 60)?;
    let whole = offset.is_empty() && (colon || loose);
    whole.then(|| hours.saturating_mul(3600).saturating_add(minutes.saturating_mul(60)).saturating_mul(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_systems_write_them() {
        // 2025-06-16 14:26:13 UTC, by hand: 20255 days of 86,400 seconds and 51,973 seconds.
        let second = 20_255 * 86_400 + 51_973;
        for text in [
            "2025-06-16T14:26:13Z",
            "2025-06-16 14:26:13.052019",
            "2025-06-16T14:26:13",
            "2025-06-16T16:26:13.64+02:00",
            "2025-06-16T14:26:13.000+0000",
            "2025-06-16 14:26:13 +0000",
        ] {
            assert_eq!(parse_loose_time(text), Some(second), "{text}");
        }
        assert_eq!(parse_loose_time("2025-06-16 14:26"), Some(second - 13));
        assert_eq!(parse_loose_time("2025-06-16"), Some(20_255 * 86_400));
        for text in
            ["", "yesterday", "2025-13-01 00:00", "16/06/2025 14:26", "2025-06-16T14:26:13-17:00x", "1750083973"]
        {
            assert_eq!(parse_loose_time(text), None, "{text}");
        }
        for text in [
            "2025-06-16 14:26:13Z",
            "2025-06-16T14:26Z",
            "2025-06-16T14:26:13",
            "2025-06-16T14:26:13+0200",
            "2025-02-29",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    proptest::proptest! {
        /// The oracle is jiff, which shares no code with this.
        #[test]
        fn any_instant_is_read_as_jiff_writes_it(second in 0_i64..MAX_TIME, hours in -12_i32..=14, nanos in 0_i32..1_000_000_000) {
            let instant = jiff::Timestamp::new(second, nanos).unwrap();
            let zoned = instant.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::Offset::from_seconds(hours * 3600).unwrap()));
            proptest::prop_assert_eq!(parse_time(&instant.to_string()), Some(second));
            proptest::prop_assert_eq!(rfc3339(second), jiff::Timestamp::from_second(second).unwrap().to_string());
            let text = zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
            if zoned.year() < 10_000 {
                proptest::prop_assert_eq!(parse_time(&text), Some(second), "{}", text);
            }
        }

        #[test]
        fn no_text_stops_the_reading(text in "[0-9TZ:+. -]{0,30}") {
            if let (Some(strict), Some(loose)) = (parse_time(&text), parse_loose_time(&text)) {
                proptest::prop_assert_eq!(strict, loose);
            }
        }
    }
}
