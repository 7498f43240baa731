//! Time: UTC seconds inside, RFC 3339 text outside, and the merchant's local days.
//!
//! The core has no clock and no time zone tables: the time of a question is an argument, and a zone is a function of the
//! host that gives the offset at an instant.

use ::time::format_description::well_known::Rfc3339;
use ::time::{Date, OffsetDateTime};
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
    OffsetDateTime::from_unix_timestamp(utc).ok().and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
}

/// The date of a local day, `2026-01-31`.
#[must_use]
pub fn date_text(day: i64) -> String {
    let julian = day.checked_add(2_440_588).and_then(|day| i32::try_from(day).ok());
    julian.and_then(|day| Date::from_julian_day(day).ok()).map(|date| date.to_string()).unwrap_or_default()
}

/// UTC seconds of RFC 3339 text, or of a date alone (its first second in UTC). Fractions of a second are cut off.
#[must_use]
pub fn parse_time(text: &str) -> Option<i64> {
    let full = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let time = OffsetDateTime::parse(&full, &Rfc3339).ok()?.unix_timestamp();
    (0..=MAX_TIME).contains(&time).then_some(time)
}

/// UTC seconds of a time as systems write it: RFC 3339, with a blank for the `T`, without seconds, without a colon in the
/// offset, or without a zone, which then is UTC.
#[must_use]
pub fn parse_loose_time(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(time) = parse_time(text) {
        return Some(time);
    }
    let (date, clock) = text.split_once([' ', 'T'])?;
    let clock = clock.trim();
    let zone_at = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at_checked(zone_at)?;
    let seconds = if clock.len() == 5 { ":00" } else { "" };
    let zone = match (zone, zone.len()) {
        ("", _) => "Z".to_owned(),
        (zone, 5) => zone.split_at_checked(3).map(|(hours, minutes)| format!("{hours}:{minutes}"))?,
        (zone, _) => zone.to_owned(),
    };
    parse_time(&format!("{date}T{}{seconds}{zone}", clock.trim_end()))
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
    }
}
