//! Money: whole minor units and a currency, never a floating-point number.

use crate::source::Source;
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// The largest amount or sum: what a JavaScript number holds exactly.
pub const MAX_MINOR: i64 = 9_007_199_254_740_991;

/// A currency code as the source wrote it, lower-cased. It need not be a known one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Currency([u8; 3]);

impl Currency {
    /// ISO 4217's word for no currency, which stands until a record names its own.
    pub(crate) const UNNAMED: Self = Self(*b"xxx");

    /// Three ASCII letters in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_lowercase())))
    }

    /// A currency with these letters, which are lower-case.
    pub(crate) const fn of_letters(letters: [u8; 3]) -> Self {
        Self(letters)
    }

    /// The letters, lower-cased.
    #[must_use]
    pub(crate) const fn letters(self) -> [u8; 3] {
        self.0
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
        // The commonest, which every system counts alike, without a search.
        if matches!(&self.0, b"eur" | b"usd" | b"gbp" | b"dkk") {
            return Some(2);
        }
        match source {
            Source::Stripe => stripe_decimals(self.0),
            Source::Dodo | Source::Flatpay | Source::Shopify | Source::Woocommerce | Source::Canonical => {
                iso_decimals(self.0)
            }
        }
    }

    /// An amount as another source counts this currency. What is less than its unit is cut off.
    #[must_use]
    pub(crate) fn convert(self, minor: i64, from: Source, to: Source) -> i64 {
        let decimals = |source| self.decimals(source).unwrap_or(2);
        let (from, to) = (decimals(from), decimals(to));
        let factor = 10_i64.saturating_pow(from.abs_diff(to));
        if to >= from { minor.saturating_mul(factor) } else { minor.checked_div(factor).unwrap_or(0) }
    }

    /// An amount in ten-thousandths, which every source's units divide: what amounts of one currency are compared by.
    #[must_use]
    pub(crate) fn ten_thousandths(self, minor: i64, source: Source) -> i64 {
        let missing = 4_u32.saturating_sub(self.decimals(source).unwrap_or(0));
        minor.saturating_mul(10_i64.saturating_pow(missing))
    }

    /// The step that an amount must be a multiple of, in minor units: a hundred for Stripe's ISK and UGX, ten for its
    /// currencies of three decimals, else one.
    #[must_use]
    pub fn step(self, source: Source) -> i64 {
        match (source, &self.0) {
            (Source::Stripe, b"isk" | b"ugx") => 100,
            (Source::Stripe, _) if self.decimals(source) == Some(3) => 10,
            _ => 1,
        }
    }
}

/// Stripe's currencies (docs.stripe.com/currencies, read 2026): zero-, two- and three-decimal ones. ISK and UGX have no
/// decimals in life, but Stripe keeps two for compatibility.
fn stripe_decimals(code: [u8; 3]) -> Option<u32> {
    let decimals = [(STRIPE_TWO_DECIMALS, 2), (STRIPE_NO_DECIMALS, 0), (STRIPE_THREE_DECIMALS, 3)];
    decimals.into_iter().find(|(list, _)| listed(list, code)).map(|(_, decimals)| decimals)
}

/// ISO 4217 (the list of 2026): what every system but Stripe counts by. Frisbii's own plugin counts ISK without decimals
/// (its CurrencyTest: 1234 ISK are 1234), as the standard does.
fn iso_decimals(code: [u8; 3]) -> Option<u32> {
    match &code {
        // Where Stripe keeps another number for compatibility, or does not list the currency.
        b"isk" | b"ugx" | b"uyi" => return Some(0),
        b"mga" => return Some(2),
        b"iqd" | b"lyd" => return Some(3),
        b"clf" => return Some(4),
        _ => {}
    }
    stripe_decimals(code).or_else(|| listed(ISO_TWO_DECIMALS, code).then_some(2))
}

/// Whether a sorted list of codes has this one.
fn listed(list: &[u8], code: [u8; 3]) -> bool {
    let number = |&[a, b, c]: &[u8; 3]| u32::from_be_bytes([0, a, b, c]);
    list.as_chunks::<3>().0.binary_search_by_key(&number(&code), number).is_ok()
}

/// Codes of three letters, one after the other, sorted.
const STRIPE_TWO_DECIMALS: &[u8] = b"\
    aedafnallamdangaoaarsaudawgaznbambbdbdtbgnbmdbndbobbrlbsdbwpbynbzdcadcdfchfcnycopcrccveczkdkkdop\
    dzdegpetbeurfjdfkpgbpgelgipgmdgtqgydhkdhnlhrkhtghufidrilsinriskjmdkeskgskhrkydkztlaklbplkrlrdlsl\
    madmdlmkdmmkmntmopmromurmvrmwkmxnmyrmznnadngnnionoknprnzdpabpenpgkphppkrplnqarronrsdrubsarsbdscr\
    seksgdshpslesllsossrdstdsvcszlthbtjstoptryttdtwdtzsuahugxusduyuuzswstxcdxcgyerzarzmw";

const STRIPE_NO_DECIMALS: &[u8] = b"bifclpdjfgnfjpykmfkrwmgapygrwfvndvuvxafxofxpf";
const STRIPE_THREE_DECIMALS: &[u8] = b"bhdjodkwdomrtnd";

/// What the standard lists and Stripe does not.
const ISO_TWO_DECIMALS: &[u8] = b"bovchechwcopcoucupernghsirrkpwmrumxvsdgsspstnsvcsyptmtusnvedveszwg";

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
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(AmountFlaw::NotANumber);
    }
    let decimals = usize::try_from(decimals).unwrap_or(0);
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals {
        return Err(AmountFlaw::TooManyDecimals);
    }
    let padding = core::iter::repeat_n(b'0', decimals.saturating_sub(fraction.len()));
    let add = |sum: i64, digit: u8| sum.checked_mul(10)?.checked_add(i64::from(digit.wrapping_sub(b'0')));
    let minor = whole.bytes().chain(fraction.bytes()).chain(padding).try_fold(0_i64, add);
    match minor.filter(|&minor| minor <= MAX_MINOR) {
        Some(minor) => Ok(if negative { minor.saturating_neg() } else { minor }),
        None => Err(AmountFlaw::TooLarge),
    }
}

/// Minor units as a decimal text.
#[derive(Clone, Copy)]
struct Decimal(i64, u32);

impl Decimal {
    /// Writes it from the right, without the formatting of numbers: verdicts have dozens.
    fn write(self, into: &mut [u8; 24]) -> &str {
        let Self(minor, decimals) = self;
        let mut rest = minor.unsigned_abs();
        let mut start = into.len();
        let mut put = |byte: u8| {
            start = start.saturating_sub(1);
            if let Some(place) = into.get_mut(start) {
                *place = byte;
            }
        };
        let mut written = 0;
        // At least one digit stands before the point.
        while rest > 0 || written <= decimals {
            if written == decimals && decimals > 0 {
                put(b'.');
            }
            put(u8::try_from(rest % 10).unwrap_or_default() | b'0');
            rest /= 10;
            written = written.saturating_add(1);
        }
        if minor < 0 {
            put(b'-');
        }
        into.get(start..).and_then(|digits| core::str::from_utf8(digits).ok()).unwrap_or_default()
    }
}

/// An amount of one currency. As JSON it is `{ minor, currency, decimal }`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Money {
    /// Whole minor units of the source: cents, or yen.
    #[cfg_attr(test, ts(type = "number"))]
    pub minor: i64,
    /// ISO 4217 code in upper case.
    #[cfg_attr(test, ts(type = "string"), schemars(with = "String"))]
    pub currency: Currency,
    /// The same amount in major units, `"12.50"`; `null` for a currency that the source does not know.
    #[cfg_attr(
        test,
        ts(rename = "decimal", type = "string | null"),
        schemars(rename = "decimal", with = "Option<String>")
    )]
    decimals: Option<u8>,
}

impl Money {
    /// An amount as a source counts it.
    #[must_use]
    #[inline(never)]
    pub fn new(minor: i64, currency: Currency, source: Source) -> Self {
        let decimals = currency.decimals(source).and_then(|decimals| u8::try_from(decimals).ok());
        Self { minor, currency, decimals }
    }

    /// The same amount in major units, `"12.50"`; nothing for a currency that the source does not know.
    #[must_use]
    pub fn decimal(&self) -> Option<String> {
        self.in_major().map(|decimal| decimal.write(&mut [0; 24]).to_owned())
    }

    fn in_major(&self) -> Option<Decimal> {
        self.decimals.map(|decimals| Decimal(self.minor, u32::from(decimals)))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.write(&mut [0; 24]))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let letters = self.currency.0.map(|letter| letter.to_ascii_uppercase());
        let mut money = serializer.serialize_struct("Money", 3)?;
        money.serialize_field("minor", &self.minor)?;
        money.serialize_field("currency", core::str::from_utf8(&letters).unwrap_or_default())?;
        money.serialize_field("decimal", &self.in_major())?;
        money.end()
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
        for list in [STRIPE_TWO_DECIMALS, STRIPE_NO_DECIMALS, STRIPE_THREE_DECIMALS, ISO_TWO_DECIMALS] {
            assert!(list.as_chunks::<3>().0.is_sorted() && list.len().is_multiple_of(3));
        }
    }

    #[test]
    fn the_number_of_decimals_belongs_to_the_source() {
        let decimals = |code, source| Currency::parse(code).and_then(|currency| currency.decimals(source));
        // ISO 4217; only Stripe keeps two decimals of ISK and UGX, and none of MGA.
        for source in [Source::Dodo, Source::Flatpay, Source::Shopify, Source::Woocommerce, Source::Canonical] {
            for (code, expected) in [("ISK", 0), ("UGX", 0), ("JPY", 0), ("KWD", 3), ("MGA", 2), ("EUR", 2), ("IQD", 3)]
            {
                assert_eq!(decimals(code, source), Some(expected), "{code}");
            }
            assert_eq!(decimals("ZZZ", source), None);
        }
        assert_eq!(decimals("IQD", Source::Stripe), None);
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

    proptest::proptest! {
        /// The oracle is rust_decimal, which shares no code with this.
        #[test]
        fn decimals_are_those_of_rust_decimal(minor in -MAX_MINOR..=MAX_MINOR, decimals in 0_u32..5) {
            let text = rust_decimal::Decimal::new(minor, decimals).to_string();
            let mut into = [0; 24];
            proptest::prop_assert_eq!(Decimal(minor, decimals).write(&mut into), &text);
            proptest::prop_assert_eq!(minor_from_decimal(&text, decimals), Ok(minor));
        }

        #[test]
        fn any_text_is_exact_or_refused(text in "-?[0-9]{0,20}(\\.[0-9]{0,6})?", decimals in 0_u32..5) {
            let exact = rust_decimal::Decimal::from_str_exact(&text).ok().and_then(|value| {
                let scaled = value.checked_mul(rust_decimal::Decimal::from(10_u64.pow(decimals)))?;
                if scaled.fract().is_zero() { i64::try_from(scaled.trunc()).ok() } else { None }
            });
            if let Ok(minor) = minor_from_decimal(&text, decimals) {
                proptest::prop_assert_eq!(Some(minor), exact);
            } else {
                let huge = exact.is_none_or(|minor| minor.abs() > MAX_MINOR);
                proptest::prop_assert!(huge || text.starts_with('.') || text.starts_with("-."), "{}", text);
            }
        }
    }
}
