//! Writes a record.

use super::{EPOCH, IS_KNOWN, Known, MOVED, bit, flag};
use crate::bytes::{push_number, push_token, same, zigzag};
use crate::identity::Identifier;
use crate::ledger::fields::{Need, Visit};
use crate::ledger::intern::{Interner, Sym};
use crate::ledger::record::{Head, Url};
use crate::ledger::rows::at;
use crate::money::Currency;
use crate::word::Word;

/// Writes a record.
#[derive(Debug, Default)]
pub(super) struct Writer {
    /// What its fields say.
    fields: Vec<u8>,
    /// What is kept once for all records that say the same.
    pub(super) shape: Vec<u8>,
    /// The record.
    pub(super) out: Vec<u8>,
    /// Which of its fields say something, a bit each.
    pub(super) said: u64,
    /// The next bit.
    next: u32,
    /// The fields that have a bit, in order.
    pub(super) names: Vec<&'static str>,
    /// Symbols are written in four bytes.
    pub(super) wide: bool,
    /// The largest symbol.
    pub(super) most: u32,
    /// The movement of money that is named.
    moved: Option<Sym>,
    /// The last amount.
    amount: i64,
    known: Known,
    /// How addresses begin.
    pub(super) beginnings: Interner,
    /// How the last one did.
    beginning: Option<Sym>,
}

/// An address in two parts, of which many have the first: up to where its path has more than small letters.
fn halves(url: &str) -> (&str, &str) {
    let path = url.find("://").map_or(0, |scheme| scheme.saturating_add(3));
    let mut end = 0;
    for (place, _) in url.match_indices('/').skip_while(|(place, _)| *place < path) {
        let part = url.get(end..place).unwrap_or_default();
        if end > 0 && !part.bytes().all(|letter| letter.is_ascii_lowercase()) {
            break;
        }
        end = place.saturating_add(1);
    }
    url.split_at_checked(end).unwrap_or(("", url))
}

/// What follows a beginning, if a text has that.
fn after<'t>(text: &'t str, beginning: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(beginning.len())?;
    same(start.as_bytes(), beginning.as_bytes()).then_some(rest)
}

impl Writer {
    pub(super) fn begin(&mut self, head: &Head) {
        self.fields.clear();
        self.known = Known::default();
        self.shape.clear();
        (self.said, self.next, self.most) = (0, bit::COUNT, head.id.number());
        (self.moved, self.amount) = (None, 0);
        let event = if head.from_event { flag::FROM_EVENT } else { 0 };
        let export = if head.from_export { flag::FROM_EXPORT } else { 0 };
        self.shape.push(head.source as u8 | event | export);
        self.shape.extend_from_slice(&head.account.number().to_le_bytes());
    }

    /// Notes what the head and the fields say in the shape, too: once all fields are written.
    pub(super) fn finish_shape(&mut self, head: &Head) {
        let bits = [
            (bit::VERSION, head.version.is_some()),
            (bit::SUM, head.sum.is_some()),
            (bit::WIDE, self.wide),
            (bit::MOVED, self.moved.is_some()),
        ];
        self.said = bits.into_iter().filter(|(_, is)| *is).fold(self.said, |said, (bit, _)| said | bit);
        self.shape.extend_from_slice(&self.said.to_le_bytes());
    }

    pub(super) fn end(&mut self, head: &Head, shape: u32) {
        let Self { fields, out, wide, moved, .. } = self;
        out.clear();
        push_number(out, u64::from(shape));
        push_sym(out, head.id.number(), *wide);
        push_number(out, u64::from(head.input));
        if let Some(version) = head.version() {
            push_number(out, zigzag(version.wrapping_sub(EPOCH)));
        }
        if let Some(sum) = &head.sum {
            [sum.life.0, sum.life.1, sum.digest].into_iter().for_each(|number| push_number(out, number));
        }
        if let Some(moved) = moved {
            push_sym(out, moved.number(), *wide);
        }
        out.extend_from_slice(fields);
    }

    /// Notes whether the next field says something.
    #[inline(always)]
    fn says(&mut self, name: &'static str, is: bool) -> bool {
        if self.names.len() <= at(self.next.wrapping_sub(bit::COUNT)) {
            self.names.push(name);
        }
        self.said |= u64::from(is).unbounded_shl(self.next);
        self.next = self.next.wrapping_add(1);
        is
    }

    #[inline(never)]
    fn number(&mut self, number: u64) {
        push_number(&mut self.fields, number);
    }

    #[inline(never)]
    fn sym(&mut self, sym: Sym) {
        self.most = self.most.max(sym.number());
        push_sym(&mut self.fields, sym.number(), self.wide);
    }

    /// The two parts of an address, the first as a symbol. Mostly it begins as the last one, and goes on with one part.
    fn parts<'t>(&mut self, url: &'t str) -> (Sym, &'t str) {
        if let Some(beginning) = self.beginning
            && let Some(rest) = after(url, &self.beginnings.get(beginning))
            && !rest.as_bytes().contains(&b'/')
        {
            return (beginning, rest);
        }
        let (beginning, rest) = halves(url);
        let beginning = self.beginnings.intern(beginning);
        self.beginning = Some(beginning);
        (beginning, rest)
    }
}

/// Writes a symbol, in three bytes or in four.
#[inline(always)]
fn push_sym(out: &mut Vec<u8>, symbol: u32, wide: bool) {
    out.extend_from_slice(&symbol.to_le_bytes());
    if !wide {
        out.pop();
    }
}

fn byte(place: usize) -> u8 {
    u8::try_from(place).unwrap_or(u8::MAX)
}

impl Visit for Writer {
    #[inline(always)]
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        if name == MOVED {
            self.most = self.most.max(value.map_or(0, Sym::number));
            self.moved = *value;
            return;
        }
        self.known.note(name, *value);
        if self.says(name, value.is_some())
            && let Some(sym) = *value
        {
            self.sym(sym);
        }
    }

    fn few(&mut self, _: &'static str, value: &mut Option<Sym>) {
        let number = value.map_or(0, |sym| sym.number().wrapping_add(1));
        self.shape.extend_from_slice(&number.to_le_bytes());
    }

    fn amount(&mut self, name: &'static str, _: Need, value: &mut Option<i64>) {
        if self.says(name, value.is_some())
            && let Some(amount) = *value
        {
            // Nothing, and as much as before, are frequent.
            match amount {
                0 => self.number(0),
                amount if amount == self.amount => self.number(1),
                amount => self.number(zigzag(amount).saturating_add(1)),
            }
            self.amount = amount;
        }
    }

    fn time(&mut self, name: &'static str, _: Need, value: &mut Option<i64>) {
        if self.says(name, value.is_some())
            && let Some(time) = *value
        {
            self.number(zigzag(time.wrapping_sub(EPOCH)));
        }
    }

    fn flag(&mut self, _: &'static str, value: &mut bool) {
        self.shape.push(u8::from(*value));
    }

    fn maybe(&mut self, _: &'static str, value: &mut Option<bool>) {
        self.shape.push(value.map_or(2, u8::from));
    }

    fn word(&mut self, _: &'static str, _: &'static [&'static str], now: usize) -> Option<usize> {
        self.shape.push(byte(now));
        None
    }

    fn currency(&mut self, _: &'static str, _: Need, value: &mut Option<Currency>) {
        self.shape.extend_from_slice(&value.map(Currency::letters).unwrap_or_default());
    }

    fn texts(&mut self, name: &'static str, value: &mut Box<[Sym]>) {
        if self.says(name, !value.is_empty()) {
            self.number(value.len() as u64);
            value.iter().for_each(|&sym| self.sym(sym));
        }
    }

    fn identifiers(&mut self, name: &'static str, value: &mut Box<[Identifier]>) {
        if self.says(name, !value.is_empty()) {
            self.number(value.len() as u64);
            for identifier in value.iter() {
                let how = byte(identifier.kind.place() << 4 | identifier.field.place());
                if self.known.of(identifier.kind) == Some(identifier.value) {
                    self.fields.push(how | IS_KNOWN);
                } else {
                    self.fields.push(how);
                    self.sym(identifier.value);
                }
            }
        }
    }

    fn url(&mut self, name: &'static str, value: &mut Url) {
        if self.says(name, value.is_some())
            && let Some(url) = value
        {
            let (beginning, rest) = self.parts(url);
            self.number(u64::from(beginning.number()));
            // How long the rest is, and whether it is a token.
            let place = self.fields.len();
            let letters = (rest.len() as u64) << 1;
            self.number(letters | 1);
            if !push_token(&mut self.fields, rest.as_bytes()) {
                self.fields.truncate(place);
                self.number(letters);
                self.fields.extend_from_slice(rest.as_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_parted_where_its_path_has_more_than_small_letters() {
        for (beginning, rest) in [
            ("https://pay.stripe.com/receipts/payment/", "CAcaFwoVYWNjdF8x_-4"),
            ("https://invoice.stripe.com/i/", "acct_1/live_2?s=ap"),
            ("https://shop.example/", "123/orders/4f/authenticate?key=5"),
            ("https://a.example/", ""),
            ("https://a.example/", "r?k=/"),
            ("https:///", "x"),
            ("", "https://a.example"),
            ("receipts/", "7"),
            ("https://ä.example/", "ä/b"),
            ("", ""),
        ] {
            assert_eq!(halves(&[beginning, rest].concat()), (beginning, rest));
        }
    }

    #[test]
    fn addresses_that_begin_alike_share_that() {
        let mut writer = Writer::default();
        let mut taken = |url: &str| {
            let before = writer.fields.len();
            (writer.said, writer.next) = (0, bit::COUNT);
            writer.url("receiptUrl", &mut Some(url.into()));
            (writer.fields.len() - before, writer.beginnings.sym_at(1).is_some())
        };
        // The beginning and the length in a byte each, and six bits a letter.
        assert_eq!(taken("https://a.example/r/abcdefgh"), (8, false));
        assert_eq!(taken("https://a.example/r/ABCDEFGHIJKL"), (11, false));
        // Another beginning, of which the rest is no token.
        assert_eq!(taken("https://a.example/r/s/a=b"), (5, true));
        assert_eq!(taken("https://a.example/r/12345678"), (8, true));
    }
}
