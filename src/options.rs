//! How a ledger reads and groups.

use crate::error::{ErrorCode, GuestfolioError};
use crate::grouping::Rules;
use crate::input::{Argument, Input};
use crate::time::Zone;

/// An ISO 3166-1 alpha-2 code, such as `FI`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CountryCode(pub(crate) [u8; 2]);

impl CountryCode {
    /// Two ASCII letters in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let letters: [u8; 2] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    /// Reads such a code.
    pub(crate) fn read(code: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let message = "must be an ISO 3166-1 alpha-2 code such as FI";
        Self::parse(code.text()?).ok_or_else(|| code.error(ErrorCode::UnknownWord, message))
    }

    /// The letters, in upper case.
    pub(crate) fn text(self) -> String {
        self.0.into_iter().map(char::from).collect()
    }
}

/// How a ledger reads and groups.
#[derive(Clone, Debug, Default)]
pub struct LedgerOptions {
    /// How guest payments are put together; `guarded` where nothing is said.
    pub grouping: Rules,
    /// The country that national phone numbers are read in by `guarded`, where the billing address names none. The published
    /// rule compares numbers as they were written.
    pub default_country: Option<CountryCode>,
    /// The merchant's time zone.
    pub zone: Zone,
    /// What the host calls it; it is kept in snapshots.
    pub zone_name: Option<String>,
}

impl LedgerOptions {
    /// Reads `{ grouping?, defaultCountry?, timeZone? }`. The zone's name is the host's business, which hands over its
    /// offsets as `zone`.
    ///
    /// # Errors
    /// What is malformed or not offered, with its path.
    pub fn parse(input: &Input, zone: Zone) -> Result<Self, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let grouping = fields.get("grouping").map(|grouping| Rules::parse(&grouping)).transpose()?.unwrap_or_default();
        let default_country = fields.get("defaultCountry").map(|code| CountryCode::read(&code)).transpose()?;
        let zone_name = fields.get("timeZone").map(|name| name.text().map(str::to_owned)).transpose()?;
        fields.finish()?;
        Ok(Self { grouping, default_country, zone, zone_name })
    }
}
