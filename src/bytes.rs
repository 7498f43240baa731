//! Short texts eight bytes at a step: WebAssembly's own comparison goes byte by byte, and calling it costs more than it does. And
//! bytes as hex digits.

/// Less than eight bytes as one number, the first byte lowest.
#[inline(always)]
pub fn short(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // They overlap where there are less than eight, with the same bits.
        let shift = u32::try_from(bytes.len()).unwrap_or(0).saturating_sub(4).saturating_mul(8);
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)).unbounded_shl(shift);
    }
    bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

/// Whether two texts are equal.
#[inline(always)]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(last), Some(other)) => {
            let mut words = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
            u64::from_ne_bytes(*last) == u64::from_ne_bytes(*other)
                && words.all(|(a, b)| u64::from_ne_bytes(*a) == u64::from_ne_bytes(*b))
        }
        _ => short(a) == short(b),
    }
}

/// The bytes that hex digits stand for, two a byte.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok().filter(|_| pair.len() == 2);
    text.as_bytes().chunks(2).map(byte).collect()
}

/// Writes bytes as hex digits, two a byte.
pub fn push_hex(text: &mut String, bytes: &[u8]) {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    text.extend(halves.filter_map(|half| char::from_digit(u32::from(half), 16)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn texts_are_the_same_where_each_byte_is(
            text in prop::collection::vec(b'a'..=b'b', 0..30),
            at in any::<prop::sample::Index>(),
            other in prop::collection::vec(b'a'..=b'b', 0..30),
        ) {
            let mut near = text.clone();
            if !near.is_empty() {
                let at = at.index(near.len());
                near[at] = b'c';
            }
            for other in [&text, &near, &other] {
                prop_assert_eq!(same(&text, other), text == **other);
            }
        }
    }
}
