//! Records as bytes: there are millions of attempts and payments, and most of their fields say nothing, or what many others say.
//!
//! What is the same in many records (the account, the status, the currency, the country, the brand of the card, and which of the other
//! fields say something) is kept once for all that say the same: their shape. A record is its shape, its id, and what its fields say.

mod pages;
mod read;
mod shape;
#[cfg(test)]
mod tests;
mod write;

use super::intern::Sym;
use super::record::Head;
use super::tables::Record;
use crate::identity::IdentifierKind;
use crate::word::Word;
use core::marker::PhantomData;
use pages::Pages;
use read::{Reader, made};
use shape::Shapes;
use write::Writer;

/// Times are counted from here: one between the years 2019 and 2028 takes four bytes.
const EPOCH: i64 = 1_700_000_000;

/// Symbols are written in three bytes as long as there are fewer.
const FEW: u32 = 1 << 24;

/// Records of a kind, by row. What is read is made anew each time.
#[derive(Debug)]
pub struct Packed<R> {
    pages: Pages,
    shapes: Shapes,
    /// Which fields any record ever said.
    ever: u64,
    /// What a record is written into first; it knows how addresses begin, too.
    spare: Writer,
    record: PhantomData<R>,
}

impl<R> Default for Packed<R> {
    fn default() -> Self {
        let (pages, shapes, spare) = (Pages::default(), Shapes::default(), Writer::default());
        Self { pages, shapes, ever: 0, spare, record: PhantomData }
    }
}

impl<R: Record> Packed<R> {
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pages.len() == 0
    }

    /// The record of a row, but for the addresses of its pages: they are long, and few ask for them.
    pub fn get(&self, row: usize) -> Option<Box<R>> {
        made(&mut self.reader(row)?)
    }

    /// The whole record of a row.
    pub fn whole(&self, row: usize) -> Option<Box<R>> {
        made(&mut Reader { beginnings: Some(&self.spare.beginnings), ..self.reader(row)? })
    }

    /// Key and version of a record, the movement of money that it names, and what it says first, which is a text.
    pub fn begun(&self, row: usize) -> Option<(Head, [Option<Sym>; 2])> {
        let mut reader = self.reader(row)?;
        let head = reader.head()?;
        let first = if reader.says() { Some(reader.sym()) } else { None };
        Some((head, [reader.moved, first]))
    }

    /// Whether any record ever said something in a field that is no part of its shape.
    pub fn ever_says(&self, name: &str) -> bool {
        if name == MOVED {
            return self.ever & bit::MOVED != 0;
        }
        let place = self.spare.names.iter().position(|known| *known == name);
        place.is_some_and(|place| self.ever >> bit::COUNT >> place & 1 == 1)
    }

    /// Key and version of a record.
    pub fn head(&self, row: usize) -> Option<Head> {
        self.reader(row)?.head()
    }

    /// Adds a record at the end.
    pub fn push(&mut self, mut record: R) {
        self.write(&mut record);
        self.pages.push(&self.spare.out);
    }

    /// Puts a record to the place of another version of it.
    pub fn put(&mut self, row: usize, mut record: R) {
        let length = |shapes: &Shapes, pages: &Pages, row| {
            let Some(mut reader) = reader(shapes, pages, row) else { return 0 };
            let all = reader.bytes.len();
            made::<R>(&mut reader);
            all.saturating_sub(reader.bytes.len())
        };
        let before = length(&self.shapes, &self.pages, row);
        self.write(&mut record);
        if self.pages.put(row, before, &self.spare.out) {
            self.pages.tidy(&|pages, row| length(&self.shapes, pages, row));
        }
    }

    fn write(&mut self, record: &mut R) {
        loop {
            self.spare.begin(record.head());
            record.visit_by(&mut self.spare);
            // Once there are many symbols, there are.
            if self.spare.wide || self.spare.most < FEW {
                break;
            }
            self.spare.wide = true;
        }
        self.spare.finish_shape(record.head());
        let shape = self.shapes.number(&self.spare.shape);
        self.spare.end(record.head(), shape);
        self.ever |= self.spare.said;
    }

    #[inline(always)]
    fn reader(&self, row: usize) -> Option<Reader<'_>> {
        reader(&self.shapes, &self.pages, row)
    }
}

#[inline(always)]
fn reader<'b>(shapes: &'b Shapes, pages: &'b Pages, row: usize) -> Option<Reader<'b>> {
    Some(Reader {
        bytes: pages.get(row)?,
        shapes,
        shape: &[],
        said: 0,
        wide: false,
        moved: None,
        amount: 0,
        known: Known::default(),
        beginnings: None,
    })
}

/// The field that names a movement of money.
const MOVED: &str = "transaction";

/// What the first bits say.
mod bit {
    /// The head has a version.
    pub const VERSION: u64 = 1;
    /// The head has what versions are compared by.
    pub const SUM: u64 = 1 << 1;
    /// Symbols have four bytes.
    pub const WIDE: u64 = 1 << 2;
    /// A movement of money is named: that is written before the fields, for records are linked by it.
    pub const MOVED: u64 = 1 << 3;
    /// How many these are.
    pub const COUNT: u32 = 4;
}

/// The texts of a record that are mostly its identifiers, too, as they are: they are not written again.
#[derive(Clone, Copy, Debug, Default)]
struct Known([Option<Sym>; 4]);

/// Says of an identifier's kind and field that its value is such a text.
const IS_KNOWN: u8 = 1 << 7;

impl Known {
    /// Notes a text, by the name of its field.
    #[inline(always)]
    fn note(&mut self, name: &'static str, value: Option<Sym>) {
        let Self([email, phone, card, _]) = self;
        match name {
            "email" => *email = value,
            "phone" => *phone = value,
            "fingerprint" => *card = value,
            _ => {}
        }
    }

    /// The text that may be the identifier of a kind.
    fn of(&self, kind: IdentifierKind) -> Option<Sym> {
        self.0.get(kind.place()).copied().flatten()
    }
}

/// What stands in the shape's first byte beside the source.
mod flag {
    pub const FROM_EVENT: u8 = 1 << 3;
    pub const FROM_EXPORT: u8 = 1 << 4;
}
