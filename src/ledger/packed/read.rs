//! Reads a record.

use super::shape::Shapes;
use super::{EPOCH, IS_KNOWN, Known, MOVED, bit, flag};
use crate::bytes::{push_letters, take_number, token_bytes, unzigzag};
use crate::identity::{Identifier, IdentifierField, IdentifierKind};
use crate::ledger::fields::{Need, Visit};
use crate::ledger::intern::{Interner, Sym};
use crate::ledger::record::{Head, Stamp, Sum, Url};
use crate::ledger::tables::Record;
use crate::money::Currency;
use crate::source::Source;
use crate::word::Word;
use core::num::NonZeroU32;

/// A record. In a box, for it is large and handed on.
#[inline(never)]
pub(super) fn made<R: Record>(reader: &mut Reader<'_>) -> Option<Box<R>> {
    let mut record = Box::new(R::blank(reader.head()?));
    record.visit_by(reader);
    Some(record)
}

/// Reads a record of which nothing is known.
pub(super) struct Reader<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) shapes: &'b Shapes,
    /// What is left of the record's shape.
    pub(super) shape: &'b [u8],
    /// Which of the fields that follow say something.
    pub(super) said: u64,
    pub(super) wide: bool,
    pub(super) moved: Option<Sym>,
    pub(super) amount: i64,
    pub(super) known: Known,
    /// How addresses begin, if they are read, too.
    pub(super) beginnings: Option<&'b Interner>,
}

/// Takes so many bytes from the front of others; none where there are fewer.
#[inline(always)]
fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let Some((taken, rest)) = bytes.split_first_chunk::<N>() else { return [0; N] };
    *bytes = rest;
    *taken
}

impl<'b> Reader<'b> {
    #[inline(never)]
    fn number(&mut self) -> u64 {
        take_number(&mut self.bytes).unwrap_or(0)
    }

    #[inline(always)]
    pub(super) fn sym(&mut self) -> Sym {
        if self.wide {
            return Sym::numbered(u32::from_le_bytes(take(&mut self.bytes)));
        }
        let [low, middle, high] = take(&mut self.bytes);
        Sym::numbered(u32::from_le_bytes([low, middle, high, 0]))
    }

    fn count(&mut self) -> usize {
        usize::try_from(self.number()).unwrap_or(0)
    }

    #[inline(always)]
    pub(super) fn says(&mut self) -> bool {
        let is = self.said & 1 == 1;
        self.said >>= 1;
        is
    }

    fn time(&mut self) -> i64 {
        unzigzag(self.number()).wrapping_add(EPOCH)
    }

    /// The head, which comes first.
    pub(super) fn head(&mut self) -> Option<Head> {
        let shape = self.shapes.get(u32::try_from(self.number()).ok()?)?;
        let said;
        (self.shape, said) = shape.split_last_chunk()?;
        let said = u64::from_le_bytes(*said);
        (self.said, self.wide) = (said >> bit::COUNT, said & bit::WIDE != 0);
        let [flags] = take(&mut self.shape);
        let account = Sym::numbered(u32::from_le_bytes(take(&mut self.shape)));
        let id = self.sym();
        let input = u32::try_from(self.number()).ok()?;
        let version = if said & bit::VERSION != 0 { Some(Stamp::of(self.time())) } else { None };
        let mut sum = None;
        if said & bit::SUM != 0 {
            sum = Some(Box::new(Sum { life: (self.number(), self.number()), digest: self.number() }));
        }
        self.moved = if said & bit::MOVED != 0 { Some(self.sym()) } else { None };
        let (from_event, from_export) = (flags & flag::FROM_EVENT != 0, flags & flag::FROM_EXPORT != 0);
        Some(Head {
            source: Source::at(usize::from(flags & 7))?,
            account,
            id,
            version,
            from_event,
            from_export,
            sum,
            input,
        })
    }
}

impl Visit for Reader<'_> {
    #[inline(always)]
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        if name == MOVED {
            *value = self.moved;
            return;
        }
        if self.says() {
            *value = Some(self.sym());
        }
        self.known.note(name, *value);
    }

    #[inline(always)]
    fn few(&mut self, _: &'static str, value: &mut Option<Sym>) {
        *value = NonZeroU32::new(u32::from_le_bytes(take(&mut self.shape))).map(Sym);
    }

    fn amount(&mut self, _: &'static str, _: Need, value: &mut Option<i64>) {
        if self.says() {
            self.amount = match self.number() {
                0 => 0,
                1 => self.amount,
                number => unzigzag(number.saturating_sub(1)),
            };
            *value = Some(self.amount);
        }
    }

    fn time(&mut self, _: &'static str, _: Need, value: &mut Option<i64>) {
        if self.says() {
            *value = Some(Reader::time(self));
        }
    }

    #[inline(always)]
    fn flag(&mut self, _: &'static str, value: &mut bool) {
        *value = take(&mut self.shape) == [1];
    }

    #[inline(always)]
    fn maybe(&mut self, _: &'static str, value: &mut Option<bool>) {
        let [said] = take(&mut self.shape);
        *value = (said < 2).then_some(said == 1);
    }

    #[inline(always)]
    fn word(&mut self, _: &'static str, _: &'static [&'static str], _: usize) -> Option<usize> {
        let [place] = take(&mut self.shape);
        Some(usize::from(place))
    }

    #[inline(always)]
    fn currency(&mut self, _: &'static str, _: Need, value: &mut Option<Currency>) {
        let letters = take(&mut self.shape);
        *value = (letters != [0; 3]).then(|| Currency::of_letters(letters));
    }

    #[inline(never)]
    fn texts(&mut self, _: &'static str, value: &mut Box<[Sym]>) {
        if self.says() {
            let count = self.count();
            *value = (0..count).map(|_| self.sym()).collect();
        }
    }

    #[inline(never)]
    fn identifiers(&mut self, _: &'static str, value: &mut Box<[Identifier]>) {
        if self.says() {
            let count = self.count();
            let one = |_| {
                let [how] = take(&mut self.bytes);
                let kind = IdentifierKind::at(usize::from((how & !IS_KNOWN) >> 4))?;
                let value = if how & IS_KNOWN == 0 { self.sym() } else { self.known.of(kind)? };
                Some(Identifier { kind, field: IdentifierField::at(usize::from(how & 15))?, value })
            };
            let mut list = Vec::with_capacity(count);
            list.extend((0..count).filter_map(one));
            *value = list.into_boxed_slice();
        }
    }

    #[inline(never)]
    fn url(&mut self, _: &'static str, value: &mut Url) {
        if self.says() {
            let (beginning, count) = (self.number(), self.count());
            let (letters, is_token) = (count >> 1, count & 1 == 1);
            let length = if is_token { token_bytes(letters) } else { letters };
            let (bytes, rest) = self.bytes.split_at_checked(length).unwrap_or_default();
            self.bytes = rest;
            if let Some(beginnings) = self.beginnings {
                let mut url = beginnings.get(Sym::numbered(u32::try_from(beginning).unwrap_or(0))).into_owned();
                if is_token {
                    push_letters(&mut url, bytes, letters);
                } else {
                    url.push_str(core::str::from_utf8(bytes).unwrap_or_default());
                }
                *value = Some(url.into());
            }
        }
    }
}
