//! Marks the quotes and brackets of a block of 64 bytes, one bit a byte.
//!
//! The method is the first stage of simdjson (Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019), with two
//! changes: commas and colons are not marked, since the reader meets them anyway, and a raw line break ends a string. Valid
//! JSON has no raw line break inside a string, so this costs a valid record nothing and stops an unterminated string from
//! swallowing every later record.

use wide::u8x16;

/// Bytes in a block: one bit each of a `u64`.
pub const BLOCK: usize = 64;

const EVEN: u64 = 0x5555_5555_5555_5555;

/// The marks of one block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    /// Quotes that are not escaped.
    pub quotes: u64,
    /// `{` and `[` outside strings.
    pub opens: u64,
    /// `}` and `]` outside strings.
    pub closes: u64,
    /// Those of `opens` that are the first byte of a line.
    pub line_opens: u64,
    /// Whether the block has a backslash.
    pub escapes: bool,
}

/// What a block needs to know of the blocks before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scanner {
    /// All ones inside a string.
    in_string: u64,
    /// One if the next byte is escaped.
    escaped: u64,
    /// One if the next byte starts a line.
    after_newline: u64,
}

/// One bit a byte for a handful of bytes, before strings are told from structure.
#[derive(Default)]
struct Raw {
    quotes: u64,
    backslashes: u64,
    opens: u64,
    closes: u64,
    newlines: u64,
}

impl Raw {
    #[inline(always)]
    fn of(block: &[u8; BLOCK]) -> Self {
        let mut raw = Self::default();
        let (lanes, _) = block.as_chunks::<16>();
        // From the last lane to the first, so that each shifts the earlier ones into place.
        for lane in lanes.iter().rev() {
            let bytes = u8x16::new(*lane);
            // '{' is '[' with bit 5 set, and '}' is ']' with bit 5 set.
            let folded = bytes | u8x16::splat(0x20);
            let bits = |hits: u8x16| u64::from(hits.to_bitmask());
            raw.quotes = (raw.quotes << 16) | bits(bytes.simd_eq(u8x16::splat(b'"')));
            raw.backslashes = (raw.backslashes << 16) | bits(bytes.simd_eq(u8x16::splat(b'\\')));
            raw.opens = (raw.opens << 16) | bits(folded.simd_eq(u8x16::splat(b'{')));
            raw.closes = (raw.closes << 16) | bits(folded.simd_eq(u8x16::splat(b'}')));
            raw.newlines = (raw.newlines << 16) | bits(bytes.simd_eq(u8x16::splat(b'\n')));
        }
        raw
    }
}

impl Scanner {
    /// Marks the next block. The last block of an input is padded with spaces.
    #[inline(always)]
    pub fn block(&mut self, block: &[u8; BLOCK]) -> Marks {
        let raw = Raw::of(block);
        let before = *self;
        let quotes = raw.quotes & !self.escapes(raw.backslashes);
        let mut in_string = prefix_xor(quotes) ^ self.in_string;
        let line_starts = (raw.newlines << 1) | self.after_newline;
        self.after_newline = raw.newlines >> 63;
        let mut marks = Marks { quotes, escapes: raw.backslashes != 0, ..Marks::default() };
        if raw.newlines & in_string == 0 {
            self.in_string = if in_string >> 63 == 1 { u64::MAX } else { 0 };
        } else {
            (marks.quotes, in_string) = self.broken_block(before, &raw);
        }
        marks.opens = raw.opens & !in_string;
        marks.closes = raw.closes & !in_string;
        marks.line_opens = marks.opens & line_starts;
        marks
    }

    /// Which bytes follow an odd number of backslashes.
    fn escapes(&mut self, backslashes: u64) -> u64 {
        if backslashes == 0 {
            return core::mem::take(&mut self.escaped);
        }
        let backslashes = backslashes & !self.escaped;
        let follows = (backslashes << 1) | self.escaped;
        let odd_starts = backslashes & !EVEN & !follows;
        let (even_runs, carry) = odd_starts.overflowing_add(backslashes);
        self.escaped = u64::from(carry);
        (EVEN ^ (even_runs << 1)) & follows
    }

    /// A block in which a line break falls inside a string, byte by byte: rare, since no valid JSON has one.
    fn broken_block(&mut self, before: Self, raw: &Raw) -> (u64, u64) {
        let (mut inside, mut escaped) = (before.in_string != 0, before.escaped != 0);
        let (mut quotes, mut in_string) = (0_u64, 0_u64);
        for index in 0..64_u32 {
            let bit = 1_u64 << (index & 63);
            if raw.newlines & bit != 0 {
                (inside, escaped) = (false, false);
            } else if escaped {
                escaped = false;
            } else if raw.backslashes & bit != 0 {
                escaped = true;
            } else if raw.quotes & bit != 0 {
                quotes |= bit;
                inside = !inside;
            }
            if inside {
                in_string |= bit;
            }
        }
        self.in_string = if inside { u64::MAX } else { 0 };
        self.escaped = u64::from(escaped);
        (quotes, in_string)
    }
}

/// Bit n of the answer is the parity of bits 0 to n.
fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ (bits << 32)
}

/// A block from at most 64 bytes, filled up with spaces.
pub fn padded(chunk: &[u8]) -> [u8; BLOCK] {
    let mut block = [b' '; BLOCK];
    block.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same marks, one byte at a time, written from the definition.
    fn oracle(text: &[u8]) -> Vec<(usize, char)> {
        let (mut inside, mut escaped) = (false, false);
        let mut marks = Vec::new();
        for (at, &byte) in text.iter().enumerate() {
            if byte == b'\n' {
                (inside, escaped) = (false, false);
                continue;
            }
            if escaped {
                escaped = false;
                if !inside && matches!(byte, b'{' | b'[') {
                    marks.push((at, 'o'));
                }
                if !inside && matches!(byte, b'}' | b']') {
                    marks.push((at, 'c'));
                }
                continue;
            }
            match byte {
                b'\\' => escaped = true,
                b'"' => {
                    marks.push((at, 'q'));
                    inside = !inside;
                }
                b'{' | b'[' if !inside => {
                    marks.push((at, 'o'));
                    if at == 0 || text[at - 1] == b'\n' {
                        marks.push((at, 'l'));
                    }
                }
                b'}' | b']' if !inside => marks.push((at, 'c')),
                _ => {}
            }
        }
        marks.retain(|&(at, kind)| !(kind == 'l' && at == 0));
        marks
    }

    fn scanned(text: &[u8]) -> Vec<(usize, char)> {
        let mut scanner = Scanner::default();
        let mut marks = Vec::new();
        for (number, chunk) in text.chunks(BLOCK).enumerate() {
            let mut block = [b' '; BLOCK];
            block[..chunk.len()].copy_from_slice(chunk);
            let found = scanner.block(&block);
            for bit in 0..BLOCK {
                let at = number * BLOCK + bit;
                for (bits, kind) in
                    [(found.quotes, 'q'), (found.opens, 'o'), (found.line_opens, 'l'), (found.closes, 'c')]
                {
                    if bits >> bit & 1 == 1 {
                        marks.push((at, kind));
                    }
                }
            }
        }
        marks
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn marks_are_those_of_the_plain_definition(text in proptest::collection::vec(
            prop_oneof![
                4 => Just(b'"'), 4 => Just(b'\\'), 1 => Just(b'\n'), 2 => Just(b'{'), 2 => Just(b'}'),
                1 => Just(b'['), 1 => Just(b']'), 4 => Just(b'a'), 1 => any::<u8>(),
            ], 0..400)
        ) {
            // An escaped newline is where the two readings differ harmlessly; it cannot occur in a valid record.
            let text: Vec<u8> = text.iter().enumerate()
                .map(|(at, &b)| if b == b'\n' && at > 0 && text[at - 1] == b'\\' { b'a' } else { b }).collect();
            prop_assert_eq!(scanned(&text), oracle(&text));
        }
    }
}
