//! Numbers by place, as narrow as they can be.

use super::rows::{NONE, at, row};

/// Numbers of a page.
const PAGE: usize = 1 << PAGE_BITS;
const PAGE_BITS: u32 = 8;

/// A list of row numbers by row number, in pages; [`NONE`] where nothing was written.
///
/// What is written in the order of feeding mostly grows with its place, by as much from number to number, or nearly so. So a page has
/// what such numbers would be, and of each number only by how much it is more: in no byte at all, in one, or in two. Where they are
/// any numbers, they stand there as they are, in three bytes or four.
#[derive(Debug, Default)]
pub struct Numbers {
    pages: Vec<Page>,
}

/// 16 bytes in WebAssembly.
#[derive(Debug, Default)]
struct Page {
    /// What the first number would be.
    base: u32,
    /// By how much each number would be larger than the one before it.
    step: u16,
    /// How many places there are; nothing was written behind them.
    filled: u16,
    /// As many bytes of each number; behind them, if it is not none, [`BEHIND`].
    bytes: Box<[u8]>,
}

/// Bytes behind the last number, so that four can be read of each, whatever its width.
const BEHIND: usize = 3;

/// The bits of so many bytes. All of them stand for [`NONE`]; what a number is more is always less. In no byte, it is nothing.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "four bytes are meant")]
fn all_of(width: usize) -> u32 {
    1_u64.wrapping_shl(row(width).wrapping_mul(u8::BITS)).wrapping_sub(1) as u32
}

impl Page {
    /// The bytes of each number.
    #[inline(always)]
    fn width(&self) -> usize {
        self.bytes.len() >> PAGE_BITS
    }

    #[inline(always)]
    fn at(&self, place: usize) -> u32 {
        let width = self.width();
        let all = all_of(width);
        let four = self.bytes.get(place.wrapping_mul(width)..).and_then(<[u8]>::first_chunk);
        let more = four.map_or(0, |four| u32::from_le_bytes(*four)) & all;
        // What was not written stands as none in its bytes, if it has some.
        let is_none = if all == 0 { place >= usize::from(self.filled) } else { more == all };
        if is_none { NONE } else { self.expected(place).wrapping_add(more) }
    }

    /// What a number would be.
    #[inline(always)]
    fn expected(&self, place: usize) -> u32 {
        self.base.wrapping_add(u32::from(self.step).wrapping_mul(u32::try_from(place).unwrap_or(0)))
    }

    /// Writes a number, if it fits as the others do.
    #[inline(always)]
    fn put(&mut self, place: usize, number: u32) -> bool {
        // Where nothing was written, there is none.
        if number == NONE && place >= usize::from(self.filled) {
            return true;
        }
        let width = self.width();
        let all = all_of(width);
        let more = if number == NONE { all } else { number.wrapping_sub(self.expected(place)) };
        let fits = if number == NONE { width > 0 } else { more < all.max(1) };
        // Of what stands in no byte, nothing can be left out.
        if !fits || width == 0 && place > usize::from(self.filled) {
            return false;
        }
        if let Some(four) = self.bytes.get_mut(place.wrapping_mul(width)..).and_then(<[u8]>::first_chunk_mut) {
            *four = (u32::from_le_bytes(*four) & !all | more).to_le_bytes();
        }
        self.filled = self.filled.max(u16::try_from(place).unwrap_or(0).saturating_add(1));
        true
    }

    /// Writes a number that does not fit as the others do: all are written anew.
    #[cold]
    #[inline(never)]
    fn rewrite(&mut self, place: usize, number: u32) {
        let mut numbers = [NONE; PAGE];
        let filled = usize::from(self.filled).max(place.saturating_add(1)).min(PAGE);
        let Some(numbers) = numbers.get_mut(..filled) else { return };
        numbers.iter_mut().enumerate().for_each(|(place, slot)| *slot = self.at(place));
        if let Some(slot) = numbers.get_mut(place) {
            *slot = number;
        }
        *self = Self::of(numbers);
        for (place, &number) in numbers.iter().enumerate() {
            self.put(place, number);
        }
    }

    /// An empty page in which these numbers fit, and more of their kind.
    fn of(numbers: &[u32]) -> Self {
        let known =
            || (0_i64..).zip(numbers).filter(|(_, number)| **number != NONE).map(|(at, &it)| (at, i64::from(it)));
        let Some(first) = known().next() else { return Self::default() };
        let last = known().last().unwrap_or(first);
        let usual = last.1.saturating_sub(first.1).checked_div(last.0.saturating_sub(first.0)).unwrap_or(1);
        let usual = u16::try_from(usual).unwrap_or(0);
        // As rows do, or by as much as these do from the first to the last; or they are about the same.
        let plans = [1, usual, 0].map(|step| {
            let (mut least, mut most) = (i64::MAX, i64::MIN);
            for (place, number) in known() {
                let more = number.wrapping_sub(place.wrapping_mul(step.into()));
                (least, most) = (least.min(more), most.max(more));
            }
            (most.saturating_sub(least), least, step)
        });
        let (spread, least, step) = plans.into_iter().min_by_key(|&(spread, _, _)| spread).unwrap_or_default();
        // Half of what would fit is left for what comes: else all were written anew for every few numbers. Where the first leaves some
        // out, the next are not near.
        let width = match spread {
            0 if !numbers.contains(&NONE) => 0,
            0..0x80 if first != last => 1,
            0..0x8000 => 2,
            _ if known().all(|(_, number)| number < i64::from(all_of(3))) => 3,
            _ => 4,
        };
        let behind = if width == 0 { 0 } else { BEHIND };
        let bytes = vec![0xFF; PAGE.saturating_mul(width).saturating_add(behind)].into();
        if width > 2 {
            return Self { bytes, ..Self::default() };
        }
        // What comes may be less, or more. Numbers are counted around: what is less than nothing is so again.
        let free = i64::from(all_of(width)).saturating_sub(spread) / 2;
        let base = least.wrapping_sub(free) & i64::from(u32::MAX);
        Self { base: u32::try_from(base).unwrap_or(0), step, filled: 0, bytes }
    }
}

impl Numbers {
    /// The number at a place.
    #[inline(always)]
    pub fn at(&self, place: u32) -> u32 {
        self.pages.get(at(place) >> PAGE_BITS).map_or(NONE, |page| page.at(at(place) & PAGE.wrapping_sub(1)))
    }

    /// The number at a place, if there is one.
    #[inline(always)]
    pub fn some(&self, place: u32) -> Option<u32> {
        Some(self.at(place)).filter(|&number| number != NONE)
    }

    /// Writes a number at a place; the list grows as it must.
    #[inline(never)]
    pub fn put(&mut self, place: u32, number: u32) {
        let (page, place) = (at(place) >> PAGE_BITS, at(place) & PAGE.wrapping_sub(1));
        let known = self.pages.get_mut(page);
        if known.map_or(number != NONE, |known| !known.put(place, number)) {
            self.put_anew(page, place, number);
        }
    }

    #[cold]
    #[inline(never)]
    fn put_anew(&mut self, page: usize, place: usize, number: u32) {
        if self.pages.len() <= page {
            self.pages.resize_with(page.saturating_add(1), Page::default);
        }
        if let Some(page) = self.pages.get_mut(page) {
            page.rewrite(place, number);
        }
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl FromIterator<u32> for Numbers {
        fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
            let mut list = Self::default();
            (0_u32..).zip(numbers).for_each(|(place, number)| list.put(place, number));
            list
        }
    }

    /// A number as such lists have them: as many as its place and a few more, a row of a map by symbols, anything, or none.
    fn number(place: u32, kind: u8, more: u32) -> u32 {
        match kind {
            0 => place,
            1 => place + 7 + more % 3,
            2 => place + more % 300,
            3 => place * 32 + 5,
            4 => place / 3 + more % 70_000,
            5 => 4_000_000_000 - place,
            6 => more,
            _ => NONE,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn numbers_stand_where_they_were_put(
            parts in prop::collection::vec((0..1_200_u32, 0..9_u32, 0..300_u32, 0..8_u8, any::<u32>()), 0..12),
        ) {
            let mut numbers = Numbers::default();
            let mut plain = std::collections::HashMap::new();
            for (from, gap, count, kind, seed) in parts {
                for step in 0..count {
                    let place = from + step * gap;
                    let number = number(place, kind, seed.wrapping_mul(step.wrapping_mul(2_654_435_761) | 1));
                    numbers.put(place, number);
                    plain.insert(place, number);
                    prop_assert_eq!(numbers.at(place), number);
                }
            }
            for place in 0..4_000 {
                prop_assert_eq!(numbers.at(place), plain.get(&place).copied().unwrap_or(NONE));
            }
        }
    }

    #[test]
    fn numbers_that_follow_a_rule_take_nearly_nothing() {
        // Of each number so many bytes: of rows in order none, of rows with some left out one, of any two numbers three or four.
        for (bytes, numbers) in [
            (0, (0..1_000).collect::<Numbers>()),
            (0, (0..1_000).map(|row| (1 << 31) + row * 45 + 3).collect()),
            (1, (0..1_000).map(|row| if row % 16 == 15 { NONE } else { row + row / 17 }).collect()),
            (2, (0..1_000).map(|row| row * 3 + row % 100 * 9).collect()),
            (3, (0..1_000).map(|row| row * 7_919 % 1_000_000).collect()),
            (4, (0..1_000_u32).map(|row| row.wrapping_mul(2_654_435_761)).collect()),
        ] {
            let widths = numbers.pages.iter().map(|page| page.bytes.len());
            assert_eq!(widths.max(), Some(if bytes == 0 { 0 } else { bytes * PAGE + BEHIND }));
        }
    }

    #[test]
    fn what_is_a_little_less_or_more_is_written_without_the_others() {
        let mut numbers: Numbers = (0..200).map(|row| row + row % 5).collect();
        let before = numbers.pages[0].base;
        numbers.put(100, 50);
        numbers.put(101, 150);
        assert_eq!((numbers.pages[0].base, numbers.pages[0].width()), (before, 1));
        // Where none is left, nothing is kept.
        (0..200).for_each(|row| numbers.put(row, NONE));
        numbers.put(3, 7);
        assert_eq!((numbers.at(3), numbers.at(2)), (7, NONE));
    }
}
