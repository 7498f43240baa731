//! One whole text that is at hand, marked in one go: arguments are read so.

use super::layout::Layouts;
use super::scan::{BLOCK, Scanner, padded};
use super::value::Doc;

/// One whole text with its marks, for reading without cutting.
#[derive(Debug)]
pub struct Marked<'t> {
    bytes: &'t [u8],
    quotes: Vec<u64>,
    brackets: Vec<u64>,
    layouts: Layouts,
}

impl<'t> Marked<'t> {
    /// Marks the text.
    pub fn new(bytes: &'t [u8]) -> Self {
        let mut marked = Self { bytes, quotes: Vec::new(), brackets: Vec::new(), layouts: Layouts::default() };
        let mut scanner = Scanner::default();
        for chunk in bytes.chunks(BLOCK) {
            let marks = scanner.block(&padded(chunk));
            marked.quotes.push(marks.quotes);
            marked.brackets.push(marks.opens | marks.closes);
        }
        marked
    }

    /// What a value reads from.
    pub fn doc(&self) -> Doc<'_> {
        Doc { bytes: self.bytes, quotes: &self.quotes, brackets: &self.brackets, escapes: true, layouts: &self.layouts }
    }
}
