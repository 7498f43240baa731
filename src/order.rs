//! Sorting, once.
//!
//! Each type and comparison that the standard library sorts costs 5 to 7 KB of wasm. Here one merge sort of row numbers, with
//! the comparison called through a pointer, serves the whole crate in half a kilobyte.

use crate::ledger::rows::at;
use core::cmp::Ordering;

/// Sorts row numbers by a total order.
pub fn sort_rows(rows: &mut Vec<u32>, mut compare: impl FnMut(u32, u32) -> Ordering) {
    sort(rows, &mut compare);
}

/// Bottom-up merge sort. Runs that are in order already, which is usual for payments, are only copied.
fn sort(rows: &mut Vec<u32>, compare: &mut dyn FnMut(u32, u32) -> Ordering) {
    let mut from = core::mem::take(rows);
    let mut into = Vec::with_capacity(from.len());
    let mut width = 1_usize;
    while width < from.len() {
        into.clear();
        for pair in from.chunks(width.saturating_mul(2)) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut into, compare);
        }
        core::mem::swap(&mut from, &mut into);
        width = width.saturating_mul(2);
    }
    *rows = from;
}

fn merge(mut left: &[u32], mut right: &[u32], into: &mut Vec<u32>, compare: &mut dyn FnMut(u32, u32) -> Ordering) {
    let in_order = left.last().zip(right.first()).is_none_or(|(&a, &b)| compare(a, b).is_le());
    while let (false, Some((&a, left_rest)), Some((&b, right_rest))) =
        (in_order, left.split_first(), right.split_first())
    {
        if compare(a, b).is_le() {
            into.push(a);
            left = left_rest;
        } else {
            into.push(b);
            right = right_rest;
        }
    }
    into.extend_from_slice(left);
    into.extend_from_slice(right);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn rows_and_items_are_ordered_as_the_standard_library_does(keys in proptest::collection::vec(0_u8..20, 0..200)) {
            let mut expected: Vec<u32> = (0_u32..).take(keys.len()).collect();
            expected.sort_by_key(|&row| keys[at(row)]);
            let mut rows: Vec<u32> = (0_u32..).take(keys.len()).collect();
            sort_rows(&mut rows, |a, b| keys[at(a)].cmp(&keys[at(b)]));
            prop_assert_eq!(&rows, &expected);
            let items = sorted(keys.iter().copied().zip(0_u32..), |a, b| a.0.cmp(&b.0));
            prop_assert_eq!(items.into_iter().map(|(_, row)| row).collect::<Vec<_>>(), expected);
        }
    }
}
