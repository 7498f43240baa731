//! Money: whole minor units and a currency, never a floating-point number.

use crate::source::Source;
use rust_decimal::Decimal;
use serde::Serialize;

/// The largest amount or sum: what a JavaScript number holds exactly.
pub const MAX_MINOR: i64 = 9_007_199_254_740_991;

/// A currency code as the source wrote it, lower-cased. It need not be a known one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Three ASCII letters in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_lowercase())))
    }

    /// The code in upper case, as every output writes it.
    #[must_use]
    pub fn code(self) -> String {
        self.0.iter().map(|letter| char::from(letter.to_ascii_uppercase())).collect()
    }

    /// How many decimals this source gives the currency; `None` for a currency that it does not know.
    ///
    /// The number belongs to currency *and* source: Stripe takes 5 ISK as `500` (two decimals, always `00`).
    #[must_use]
    pub fn decimals(self, source: Source) -> Option<u32> {
        match source {
            Source::Stripe => stripe_decimals(self.0),
        }
    }

    /// The step that an amount must be a multiple of, in minor units: a hundred for Stripe's ISK and UGX, ten for its
    /// currencies of three decimals, else one.
    #[must_use]
    pub fn step(self, source: Source) -> i64 {
        match (source, &self.0) {
            (Source::Stripe, b"isk" | b"ugx") => 100,
            (Source::Stripe, _) if self.decimals(source) == Some(3) => 10,
            (Source::Stripe, _) => 1,
        }
    }
}

/// Stripe's currencies (docs.stripe.com/currencies, read 2026): zero-, two- and three-decimal ones. ISK and UGX have no
/// decimals in life, but Stripe keeps two for compatibility.
fn stripe_decimals(code: [u8; 3]) -> Option<u32> {
    let listed = |list: &[u8]| list.as_chunks::<3>().0.binary_search(&code).is_ok();
    if listed(b"bifclpdjfgnfjpykmfkrwmgapygrwfvndvuvxafxofxpf") {
        Some(0)
    } else if listed(b"bhdjodkwdomrtnd") {
        Some(3)
    } else {
        listed(STRIPE_TWO_DECIMALS).then_some(2)
    }
}

/// Codes of three letters, one after the other, sorted.
const STRIPE_TWO_DECIMALS: &[u8] = b"\
    aedafnallamdangaoaarsaudawgaznbambbdbdtbgnbmdbndbobbrlbsdbwpbynbzdcadcdfchfcnycopcrccveczkdkkdop\
    dzdegpetbeurfjdfkpgbpgelgipgmdgtqgydhkdhnlhrkhtghufidrilsinriskjmdkeskgskhrkydkztlaklbplkrlrdlsl\
    madmdlmkdmmkmntmopmromurmvrmwkmxnmyrmznnadngnnionoknprnzdpabpenpgkphppkrplnqarronrsdrubsarsbdscr\
    seksgdshpslesllsossrdstdsvcszlthbtjstoptryttdtwdtzsuahugxusduyuuzswstxcdxcgyerzarzmw";

/// Why an amount given by the host cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AmountFlaw {
    /// Not a plain decimal number.
    NotANumber,
    /// Zero or negative.
    NotPositive,
    /// More decimals than the currency has.
    TooManyDecimals,
    /// Above 2^53 − 1 minor units.
    TooLarge,
}

/// The minor units of a decimal text such as `12.50`, exactly or not at all.
///
/// # Errors
/// The flaw that makes the text unusable; nothing is ever rounded.
pub fn minor_from_decimal(text: &str, decimals: u32) -> Result<i64, AmountFlaw> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(AmountFlaw::NotANumber);
    }
    let value = Decimal::from_str_exact(text).map_err(|_| AmountFlaw::TooLarge)?;
    let scaled = value.checked_mul(Decimal::from(10_u64.saturating_pow(decimals))).ok_or(AmountFlaw::TooLarge)?;
    if !scaled.fract().is_zero() {
        return Err(AmountFlaw::TooManyDecimals);
    }
    let minor = i64::try_from(scaled.trunc()).map_err(|_| AmountFlaw::TooLarge)?;
    if minor > MAX_MINOR { Err(AmountFlaw::TooLarge) } else { Ok(minor) }
}

/// An amount of one currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Money {
    /// Whole minor units of the source: cents, or yen.
    #[cfg_attr(test, ts(type = "number"))]
    pub minor: i64,
    /// ISO 4217 code in upper case.
    pub currency: String,
    /// The same amount in major units, `"12.50"`; `null` for a currency that the source does not know.
    pub decimal: Option<String>,
}

impl Money {
    /// An amount as a source counts it.
    #[must_use]
    #[inline(never)]
    pub fn new(minor: i64, currency: Currency, source: Source) -> Self {
        let decimal = currency.decimals(source).map(|decimals| Decimal::new(minor, decimals).to_string());
        Self { minor, currency: currency.code(), decimal }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_currency_has_its_decimals() {
        let decimals = |code| Currency::parse(code).and_then(|currency| currency.decimals(Source::Stripe));
        // docs.stripe.com/currencies: the zero-decimal list, but for UGX, which it makes an exception of.
        for code in "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(' ') {
            assert_eq!(decimals(code), Some(0), "{code}");
        }
        for code in "BHD JOD KWD OMR TND".split(' ') {
            assert_eq!(decimals(code), Some(3), "{code}");
        }
        for code in "AED USD EUR GBP ISK UGX HUF TWD SEK ZMW CHF INR IDR XCD XCG".split(' ') {
            assert_eq!(decimals(code), Some(2), "{code}");
        }
        assert_eq!((decimals("ZZZ"), decimals("XXX")), (None, None));
        assert!(STRIPE_TWO_DECIMALS.as_chunks::<3>().0.is_sorted() && STRIPE_TWO_DECIMALS.len().is_multiple_of(3));
    }

    #[test]
    fn a_decimal_is_exact_or_refused() {
        assert_eq!(minor_from_decimal("12.50", 2), Ok(1250));
        assert_eq!(minor_from_decimal("12.5", 2), Ok(1250));
        assert_eq!(minor_from_decimal("12.500", 2), Ok(1250));
        assert_eq!(minor_from_decimal("500", 0), Ok(500));
        assert_eq!(minor_from_decimal("90071992547409.91", 2), Ok(MAX_MINOR));
        assert_eq!(minor_from_decimal("90071992547409.92", 2), Err(AmountFlaw::TooLarge));
        assert_eq!(minor_from_decimal("99999999999999999999999999999999", 2), Err(AmountFlaw::TooLarge));
        assert_eq!(minor_from_decimal("0.001", 2), Err(AmountFlaw::TooManyDecimals));
        for text in ["", ".", "-", "1,50", "1e2", "NaN", " 1", "--1", "1.2.3"] {
            assert_eq!(minor_from_decimal(text, 2), Err(AmountFlaw::NotANumber), "{text:?}");
        }
    }
}
