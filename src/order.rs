//! Sorting, once.
//!
//! Each type and comparison that the standard library sorts costs about 5 KB of wasm. Here one sort of row numbers, with the
//! comparison called through a pointer, serves the whole crate.

use crate::ledger::book::at;
use core::cmp::Ordering;

/// Sorts row numbers by a total order.
pub fn sort_rows(rows: &mut [u32], mut compare: impl FnMut(u32, u32) -> Ordering) {
    sort(rows, &mut compare);
}

fn sort(rows: &mut [u32], compare: &mut dyn FnMut(u32, u32) -> Ordering) {
    rows.sort_unstable_by(|&a, &b| compare(a, b));
}

/// The items in a total order; equal items keep theirs.
pub fn sorted<T>(items: impl IntoIterator<Item = T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let mut rows: Vec<u32> = (0_u32..).take(items.len()).collect();
    let item = |row: u32| items.get(at(row)).and_then(Option::as_ref);
    sort_rows(&mut rows, |a, b| match (item(a), item(b)) {
        (Some(first), Some(second)) => compare(first, second).then(a.cmp(&b)),
        _ => Ordering::Equal,
    });
    rows.into_iter().filter_map(|row| items.get_mut(at(row))?.take()).collect()
}
