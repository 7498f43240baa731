//! How the objects of one kind were written last.
//!
//! The records of a list come from one program, which writes the members of every record in the same order. So a key that
//! stands where it stood in the record before is known by one comparison, with the comma and the spaces around it, and needs
//! no search. Where the spaces differ, the key alone is compared.

use core::ops::Range;
use std::cell::RefCell;

/// Longest layout that is remembered, in members and in bytes.
const MOST_STEPS: usize = 256;
const MOST_BYTES: usize = 1 << 13;

/// A member of a layout.
#[derive(Clone, Copy, Debug)]
pub struct Step<'l> {
    /// What stands between the value before and its own.
    pub text: &'l [u8],
    /// The key of that, from its quote to its colon.
    pub key: &'l [u8],
    /// The key's number among the known keys.
    pub number: u8,
}

/// The same by its places in the layout's text.
#[derive(Clone, Copy, Debug)]
struct Mark {
    start: usize,
    key: usize,
    colon: usize,
    end: usize,
    number: u8,
}

/// The keys of one kind of object, in the order in which they stood.
#[derive(Debug, Default)]
pub struct Layout {
    text: Vec<u8>,
    steps: Vec<Mark>,
    next: usize,
    misses: usize,
    /// A member was too long to be learnt, and so is what follows it: the first step is always an object's first member.
    full: bool,
}

impl Layout {
    /// What stood next. Only an object's first member has no comma before it, so the first step is no other's.
    #[inline(always)]
    pub fn expected(&self, is_first: bool) -> Option<Step<'_>> {
        if self.next == 0 && !is_first {
            return None;
        }
        self.step(self.next)
    }

    #[inline(always)]
    fn step(&self, at: usize) -> Option<Step<'_>> {
        let &Mark { start, key, colon, end, number } = self.steps.get(at)?;
        Some(Step { text: self.text.get(start..end)?, key: self.text.get(key..colon)?, number })
    }

    /// It stands there.
    #[inline(always)]
    pub fn met(&mut self) {
        self.next = self.next.wrapping_add(1);
    }

    /// Another key stands there: it is learnt at the end of the layout, and passed by in the middle. `text` is all that stands
    /// before the value, and the key is `text[key]`.
    #[inline(never)]
    pub fn missed(&mut self, text: &[u8], key: Range<usize>, number: u8) {
        if self.next < self.steps.len() {
            self.misses = self.misses.saturating_add(1);
            let (from, key) = (self.next, text.get(key));
            let found = (from..self.steps.len()).find(|&at| self.step(at).map(|step| step.key) == key);
            self.next = found.map_or(from, |at| at.saturating_add(1));
            return;
        }
        self.full |= self.steps.len() >= MOST_STEPS || self.text.len().saturating_add(text.len()) > MOST_BYTES;
        if !self.full {
            let start = self.text.len();
            let place = |at: usize| start.saturating_add(at);
            self.text.extend_from_slice(text);
            let (key, colon) = (place(key.start), place(key.end));
            self.steps.push(Mark { start, key, colon, end: self.text.len(), number });
            self.next = self.steps.len();
        }
    }

    /// The object is over. A layout that did not fit is forgotten.
    fn rewind(&mut self) {
        if self.misses > self.steps.len() / 4 {
            self.text.clear();
            self.steps.clear();
        }
        (self.next, self.misses, self.full) = (0, 0, false);
    }
}

/// The layouts of an input, each by the address of its list of known keys. Boxed: they are taken out for every object, and a
/// pointer moves at once.
#[derive(Debug, Default)]
pub struct Layouts {
    list: RefCell<Vec<(usize, Option<Box<Layout>>)>>,
}

impl Layouts {
    /// Takes a layout out, so that objects inside the object can be read meanwhile.
    pub fn take(&self, kind: usize) -> Box<Layout> {
        let Ok(mut list) = self.list.try_borrow_mut() else { return Box::default() };
        let known = list.iter_mut().find(|(known, _)| *known == kind);
        known.and_then(|(_, layout)| layout.take()).unwrap_or_default()
    }

    /// Puts it back.
    pub fn put(&self, kind: usize, mut layout: Box<Layout>) {
        layout.rewind();
        let Ok(mut list) = self.list.try_borrow_mut() else { return };
        match list.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, place)) => *place = Some(layout),
            None => list.push((kind, Some(layout))),
        }
    }
}
