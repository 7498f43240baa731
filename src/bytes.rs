//! Short texts eight bytes at a step: WebAssembly's own comparison goes byte by byte, and calling it costs more than it does.
//! Numbers of as many bytes as they need, bytes as hex digits, and tokens in six bits a letter.

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

/// Writes a number, seven bits a byte, the lowest first; the eighth says that more follow.
#[inline(always)]
pub fn push_number(out: &mut Vec<u8>, number: u64) {
    let mut rest = number;
    while rest > 0x7F {
        out.push(rest.to_le_bytes()[0] | 0x80);
        rest >>= 7;
    }
    out.push(rest.to_le_bytes()[0]);
}

/// Takes such a number from the front of some bytes, if there is one.
#[inline(always)]
pub fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let (&first, rest) = bytes.split_first()?;
    if first & 0x80 == 0 {
        *bytes = rest;
        return Some(u64::from(first));
    }
    take_long(bytes)
}

/// A number of several bytes. Of up to eight, all are looked at together.
#[inline(never)]
fn take_long(bytes: &mut &[u8]) -> Option<u64> {
    const LAST: u64 = 0x8080_8080_8080_8080;
    let word = bytes.first_chunk::<8>().map(|word| u64::from_le_bytes(*word));
    if let Some(word) = word.filter(|word| !word & LAST != 0) {
        let last = !word & LAST;
        // All bits up to the last byte's, without the eighth of each; then sevens, fourteens and twenty-eights move together.
        let all = word & (last ^ last.wrapping_sub(1)) & !LAST;
        let all = all & 0x007F_007F_007F_007F | (all & 0x7F00_7F00_7F00_7F00) >> 1;
        let all = all & 0x0000_3FFF_0000_3FFF | (all & 0x3FFF_0000_3FFF_0000) >> 2;
        let count = usize::try_from(last.trailing_zeros() / 8).unwrap_or(0).saturating_add(1);
        *bytes = bytes.get(count..).unwrap_or_default();
        return Some(all & 0x0FFF_FFFF | all >> 4 & 0x00FF_FFFF_F000_0000);
    }
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// A signed number as an unsigned one that is small where the number is.
pub const fn zigzag(number: i64) -> u64 {
    (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned()
}

/// The signed number again.
pub const fn unzigzag(number: u64) -> i64 {
    let half = (number >> 1).cast_signed();
    if number & 1 == 0 { half } else { !half }
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

/// The letters that are written in six bits: those of tokens.
const TOKEN: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What no letter of a token has.
const NO_LETTER: u8 = 1 << 7;

/// The number of each letter.
const NUMBERS: [u8; 256] = {
    let mut numbers = [NO_LETTER; 256];
    let (mut number, mut letters) = (0, TOKEN.as_slice());
    while let [letter, rest @ ..] = letters {
        #[expect(clippy::indexing_slicing, reason = "made at compile time")]
        {
            numbers[*letter as usize] = number;
        }
        number = number.saturating_add(1);
        letters = rest;
    }
    numbers
};

/// How many bytes a token of so many letters takes.
pub fn token_bytes(letters: usize) -> usize {
    letters.saturating_sub(letters / 4)
}

/// Letters as one number, six bits each, and what tells whether each is one of a token.
#[inline(always)]
fn sextets(letters: &[u8]) -> (u64, u8) {
    letters.iter().fold((0, 0), |(sum, all), &letter| {
        let number = NUMBERS.get(usize::from(letter)).copied().unwrap_or(NO_LETTER);
        (sum << 6 | u64::from(number & 63), all | number)
    })
}

/// Whether all are letters of tokens.
pub fn is_token(text: &[u8]) -> bool {
    sextets(text).1 & NO_LETTER == 0
}

/// At most eight letters as bytes, of which the first count, and the same.
#[inline(always)]
fn packed(letters: &[u8]) -> ([u8; 8], u8) {
    let (sum, all) = sextets(letters);
    let free = 64_usize.saturating_sub(letters.len().saturating_mul(6));
    (sum.unbounded_shl(u32::try_from(free).unwrap_or(0)).to_be_bytes(), all)
}

/// Writes a token, six bits a letter; whether it is one. What is none is not written.
pub fn push_token(out: &mut Vec<u8>, text: &[u8]) -> bool {
    let start = out.len();
    let (eights, rest) = text.as_chunks::<8>();
    let mut all = 0;
    for letters in eights {
        let ([bytes @ .., _, _], one) = packed(letters);
        out.extend_from_slice(&bytes);
        all |= one;
    }
    let (bytes, one) = packed(rest);
    out.extend_from_slice(bytes.get(..token_bytes(rest.len())).unwrap_or_default());
    let is_token = (all | one) & NO_LETTER == 0;
    if !is_token {
        out.truncate(start);
    }
    is_token
}

/// Whether a token is these letters, of which there are as many.
#[inline(always)]
pub fn token_is(bytes: &[u8], letters: &[u8]) -> bool {
    let mut rest = bytes;
    letters.chunks(8).all(|letters| {
        let (bytes, all) = packed(letters);
        let part = rest.split_off(..token_bytes(letters.len()).min(rest.len())).unwrap_or_default();
        all & NO_LETTER == 0 && bytes.starts_with(part)
    })
}

/// Adds the letters of a token of so many.
pub fn push_letters(out: &mut String, bytes: &[u8], letters: usize) {
    let mut left = letters;
    for bytes in bytes.chunks(6) {
        let sum = bytes.iter().fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte));
        let free = 48_usize.saturating_sub(bytes.len().saturating_mul(8));
        let mut sum = sum.unbounded_shl(u32::try_from(free).unwrap_or(0));
        let mut eight = [0; 8];
        for letter in eight.iter_mut().rev() {
            let number = usize::try_from(sum & 63).unwrap_or(0);
            *letter = TOKEN.get(number).copied().unwrap_or_default();
            sum >>= 6;
        }
        let eight = eight.get(..left).unwrap_or(&eight);
        out.push_str(core::str::from_utf8(eight).unwrap_or_default());
        left = left.saturating_sub(8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_number_that_was_written_is_taken_again(numbers in prop::collection::vec((any::<u64>(), 0..64_u32), 1..9)) {
            let numbers: Vec<u64> = numbers.into_iter().map(|(number, less)| number >> less).collect();
            let mut out = Vec::new();
            for &number in &numbers {
                let start = out.len();
                push_number(&mut out, number);
                let half = (number / 2).cast_signed();
                // The definition: seven bits a byte.
                let bits = 64 - number.leading_zeros() as usize;
                prop_assert_eq!(out.len() - start, bits.div_ceil(7).max(1));
                prop_assert_eq!(unzigzag(number), if number % 2 == 0 { half } else { -half - 1 });
                prop_assert_eq!(zigzag(unzigzag(number)), number);
            }
            let mut rest = out.as_slice();
            for &number in &numbers {
                prop_assert_eq!(take_number(&mut rest), Some(number));
            }
            prop_assert_eq!(take_number(&mut rest), None);
            // What ends too early is none.
            out.pop();
            let mut rest = out.as_slice();
            let taken = core::iter::from_fn(|| take_number(&mut rest)).count();
            prop_assert_eq!(taken, numbers.len() - 1);
        }

        #[test]
        fn a_token_takes_six_bits_a_letter_and_is_read_again(text in "[a-zA-Z0-9_-]{0,40}", other in "[./=ä]", at in 0..41_usize) {
            let mut out = vec![7];
            prop_assert!(push_token(&mut out, text.as_bytes()));
            prop_assert_eq!(out.len() - 1, (text.len() * 6).div_ceil(8));
            prop_assert_eq!(out.len() - 1, token_bytes(text.len()));
            let mut letters = String::from("x");
            push_letters(&mut letters, &out[1..], text.len());
            prop_assert_eq!(&letters[1..], &text);
            // What has another letter is none.
            let (before, after) = text.split_at(at.min(text.len()));
            prop_assert!(!push_token(&mut out, [before, &other, after].concat().as_bytes()));
            prop_assert_eq!(out.len() - 1, token_bytes(text.len()));
        }

        #[test]
        fn a_token_is_its_letters_and_no_others(text in "[a-zA-Z0-9_-]{1,40}", other in any::<u8>(), at in any::<prop::sample::Index>()) {
            let mut out = Vec::new();
            push_token(&mut out, text.as_bytes());
            prop_assert!(token_is(&out, text.as_bytes()));
            let mut near = text.as_bytes().to_vec();
            // What is no letter has the number of an `A`, too.
            for (byte, letter) in [(b'A', other), (b'A', b'~'), (b'A', 0xFF)] {
                near[at.index(text.len())] = byte;
                out.clear();
                push_token(&mut out, &near);
                near[at.index(text.len())] = letter;
                prop_assert_eq!(token_is(&out, &near), letter == byte);
            }
        }

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
