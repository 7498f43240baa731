//! What orders two versions of a record of which nobody says which is newer.

use super::fields::{Need, Visit};
use super::intern::{Interner, Sym, hash_of, stir};
use super::record::{Sum, Url};
use super::tables::Record;
use crate::identity::Identifier;
use crate::money::Currency;

/// A digest of what the ledger keeps of a record, in one fixed order, the same on every machine. Each field is one word of 64
/// bits (a text is its hash).
struct Digest<'i> {
    state: u64,
    /// The record says its metadata. Of two versions of which nobody says which is newer, the one that does stays: older snapshots
    /// have none.
    says_metadata: bool,
    interner: &'i Interner,
}

impl Digest<'_> {
    #[inline(always)]
    fn word(&mut self, word: u64) {
        self.state = stir(self.state, word);
    }

    fn number(&mut self, number: Option<i64>) {
        Digest::word(self, number.unwrap_or(i64::MIN).cast_unsigned());
    }

    fn sym(&mut self, sym: Option<Sym>) {
        Digest::word(self, sym.map_or(0, |sym| self.interner.hash(sym)));
    }
}

impl Visit for Digest<'_> {
    fn text(&mut self, _: &'static str, value: &mut Option<Sym>) {
        self.sym(*value);
    }

    fn amount(&mut self, _: &'static str, _: Need, value: &mut Option<i64>) {
        self.number(*value);
    }

    fn time(&mut self, _: &'static str, _: Need, value: &mut Option<i64>) {
        self.number(*value);
    }

    fn flag(&mut self, _: &'static str, value: &mut bool) {
        Digest::word(self, u64::from(*value));
    }

    fn maybe(&mut self, _: &'static str, value: &mut Option<bool>) {
        Digest::word(self, value.map_or(2, u64::from));
    }

    fn word(&mut self, _: &'static str, words: &'static [&'static str], now: usize) -> Option<usize> {
        Digest::word(self, words.get(now).map_or(0, |word| letters(word)));
        None
    }

    fn currency(&mut self, _: &'static str, _: Need, value: &mut Option<Currency>) {
        let [a, b, c] = value.map(Currency::letters).unwrap_or_default();
        Digest::word(self, u64::from(u32::from_be_bytes([0, a, b, c])));
    }

    fn texts(&mut self, _: &'static str, value: &mut Box<[Sym]>) {
        for &sym in value.iter() {
            self.sym(Some(sym));
        }
        Digest::word(self, value.len() as u64);
    }

    fn metadata(&mut self, _: &'static str, value: &mut Option<Sym>) {
        self.says_metadata = value.is_some();
        self.sym(*value);
    }

    fn url(&mut self, _: &'static str, value: &mut Url) {
        Digest::word(self, value.as_deref().map_or(0, |page| hash_of(page.as_bytes())));
    }

    fn identifiers(&mut self, _: &'static str, value: &mut Box<[Identifier]>) {
        for identifier in value.iter() {
            Digest::word(self, letters(identifier.field.word()));
            self.sym(Some(identifier.value));
        }
        Digest::word(self, value.len() as u64);
    }
}

/// Fills in a record's digest, once.
#[inline(never)]
pub fn sum_up<R: Record>(record: &mut R, interner: &Interner) {
    if record.head().sum.is_none() {
        let life = record.life();
        let (upper, lower) = life;
        let mut digest = Digest { state: stir(upper, lower), says_metadata: false, interner };
        record.visit(&mut digest);
        let digest = digest.state >> 1 | u64::from(digest.says_metadata) << 63;
        record.head_mut().sum = Some(Box::new(Sum { life, digest }));
    }
}

/// A word of a closed list as a number.
fn letters(word: &str) -> u64 {
    word.bytes().fold(0, |sum: u64, byte| sum.rotate_left(7).wrapping_mul(31) ^ u64::from(byte))
}
