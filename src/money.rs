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
    Some(match &code {
        b"bif" | b"clp" | b"djf" | b"gnf" | b"jpy" | b"kmf" | b"krw" | b"mga" | b"pyg" | b"rwf" | b"vnd" | b"vuv"
        | b"xaf" | b"xof" | b"xpf" => 0,
        b"bhd" | b"jod" | b"kwd" | b"omr" | b"tnd" => 3,
        b"aed" | b"afn" | b"all" | b"amd" | b"ang" | b"aoa" | b"ars" | b"aud" | b"awg" | b"azn" | b"bam" | b"bbd"
        | b"bdt" | b"bgn" | b"bmd" | b"bnd" | b"bob" | b"brl" | b"bsd" | b"bwp" | b"byn" | b"bzd" | b"cad" | b"cdf"
        | b"chf" | b"cny" | b"cop" | b"crc" | b"cve" | b"czk" | b"dkk" | b"dop" | b"dzd" | b"egp" | b"etb" | b"eur"
        | b"fjd" | b"fkp" | b"gbp" | b"gel" | b"gip" | b"gmd" | b"gtq" | b"gyd" | b"hkd" | b"hnl" | b"hrk" | b"htg"
        | b"huf" | b"idr" | b"ils" | b"inr" | b"isk" | b"jmd" | b"kes" | b"kgs" | b"khr" | b"kyd" | b"kzt" | b"lak"
        | b"lbp" | b"lkr" | b"lrd" | b"lsl" | b"mad" | b"mdl" | b"mkd" | b"mmk" | b"mnt" | b"mop" | b"mro" | b"mur"
        | b"mvr" | b"mwk" | b"mxn" | b"myr" | b"mzn" | b"nad" | b"ngn" | b"nio" | b"nok" | b"npr" | b"nzd" | b"pab"
        | b"pen" | b"pgk" | b"php" | b"pkr" | b"pln" | b"qar" | b"ron" | b"rsd" | b"rub" | b"sar" | b"sbd" | b"scr"
        | b"sek" | b"sgd" | b"shp" | b"sle" | b"sll" | b"sos" | b"srd" | b"std" | b"svc" | b"szl" | b"thb" | b"tjs"
        | b"top" | b"try" | b"ttd" | b"twd" | b"tzs" | b"uah" | b"ugx" | b"usd" | b"uyu" | b"uzs" | b"wst" | b"xcd"
        | b"xcg" | b"yer" | b"zar" | b"zmw" => 2,
        _ => return None,
    })
}

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
    let plain = text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    if !plain {
        return Err(AmountFlaw::NotANumber);
    }
    let value = text.parse::<Decimal>().map_err(|_| AmountFlaw::NotANumber)?;
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
    pub fn new(minor: i64, currency: Currency, source: Source) -> Self {
        let decimal = currency.decimals(source).map(|decimals| Decimal::new(minor, decimals).to_string());
        Self { minor, currency: currency.code(), decimal }
    }
}
