//! The members of objects: which kind of record they tell, and reading those that a reader looks at in one walk.

use super::{Notes, Path, Reject};
use crate::bytes::same;
use crate::issue::IssueCode;
use crate::json::value::Value;

/// Reads one kind of record.
pub(crate) type Handler = fn(&mut super::Reader<'_>, Value<'_>, &Path<'_>) -> super::Read;

/// What reads a record, told by the members that only its kind has. Members of an earlier list beat those of a later one.
pub(crate) fn handler(record: Value<'_>, signs: &[&[(&str, Handler)]]) -> Option<Handler> {
    signs.iter().find_map(|signs| {
        record.members().find_map(|member| {
            let (key, _) = member.ok()?;
            signs.iter().find(|(name, _)| name.as_bytes() == &*key).map(|(_, handler)| *handler)
        })
    })
}

/// How many bits number the slots of a table for this many keys: few enough to be small, enough for a seed to be found.
pub(crate) const fn table_bits(keys: usize) -> u32 {
    match keys {
        0..=6 => 5,
        7..=9 => 6,
        10..=15 => 7,
        _ => 8,
    }
}

/// Where a key may stand in a table: most keys of an object are none that a reader looks at, and one look settles it.
#[inline(always)]
pub(crate) const fn key_slot(key: &[u8], seed: u32, bits: u32) -> usize {
    let (Some(first), Some(last)) = (key.first(), key.last()) else { return 0 };
    let (_, second_half) = key.split_at(key.len() / 2);
    let middle = match second_half.first() {
        Some(middle) => *middle,
        None => 0,
    };
    #[expect(clippy::cast_possible_truncation, reason = "a longer key only hashes badly")]
    let length = key.len() as u8;
    u32::from_be_bytes([*first, middle, *last, length]).wrapping_mul(seed).unbounded_shr(32_u32.wrapping_sub(bits))
        as usize
}

/// A seed with which no two keys share a slot, found by the compiler.
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "runs in the compiler")]
pub(crate) const fn perfect_seed(keys: &[&str], bits: u32) -> u32 {
    let mut seed = 0x9E37_79B1_u32;
    loop {
        let mut taken = [false; 1024];
        let mut index = 0;
        while index < keys.len() {
            let slot = key_slot(keys[index].as_bytes(), seed, bits);
            if taken[slot] {
                break;
            }
            taken[slot] = true;
            index += 1;
        }
        if index == keys.len() {
            return seed;
        }
        seed = seed.wrapping_mul(0x85EB_CA6B).wrapping_add(0xC2B2_AE36);
    }
}

/// The number of the key in each slot; 255 for none.
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "runs in the compiler")]
#[expect(clippy::cast_possible_truncation, reason = "no object has 255 members that a reader looks at")]
pub(crate) const fn key_table<const SLOTS: usize>(keys: &[&str], seed: u32, bits: u32) -> [u8; SLOTS] {
    let mut table = [255; SLOTS];
    let mut index = 0;
    while index < keys.len() {
        table[key_slot(keys[index].as_bytes(), seed, bits)] = index as u8;
        index += 1;
    }
    table
}

/// The members of an object that a reader looks at, with the table that finds a key among them.
pub(crate) struct Keys {
    pub names: &'static [&'static str],
    pub seed: u32,
    pub bits: u32,
    pub table: &'static [u8],
}

/// One walk over the members; a broken object rejects the record. One instance serves every object of every source.
pub(crate) fn read_members<'a>(
    object: Value<'a>,
    keys: &Keys,
    slots: &mut [Option<Value<'a>>],
    path: &Path<'_>,
    notes: &mut Notes,
) -> Result<(), Reject> {
    let kind = core::ptr::from_ref(keys).addr();
    let mut layout = object.layouts().take(kind);
    let mut members = object.members();
    let number_of = |key: &[u8]| {
        let number = keys.table.get(key_slot(key, keys.seed, keys.bits)).copied().unwrap_or(u8::MAX);
        let known = keys.names.get(usize::from(number)).is_some_and(|known| same(known.as_bytes(), key));
        if known { number } else { u8::MAX }
    };
    let mut broken = None;
    while let Some(step) = members.step_in(&mut layout, number_of) {
        match step {
            Ok((number, value)) => {
                let Some(slot) = slots.get_mut(usize::from(number)) else { continue };
                if slot.replace(value).is_some() {
                    notes.warn(
                        &path.key(keys.names.get(usize::from(number)).copied().unwrap_or_default()),
                        IssueCode::DuplicateKey,
                    );
                }
            }
            Err(code) => broken = Some(code),
        }
    }
    object.layouts().put(kind, layout);
    match broken {
        Some(code) => Err(notes.reject(path, code)),
        None => Ok(()),
    }
}

/// Declares the members of an object that a reader looks at, and reads them in one walk.
macro_rules! members {
    ($name:ident { $($field:ident = $key:literal),+ $(,)? }) => {
        #[derive(Clone, Copy, Default)]
        pub(super) struct $name<'a> { $(pub(super) $field: Option<$crate::json::value::Value<'a>>),+ }
        impl<'a> $name<'a> {
            pub(super) fn read(
                object: $crate::json::value::Value<'a>,
                path: &$crate::source::Path<'_>,
                notes: &mut $crate::source::Notes,
            ) -> Result<Self, $crate::source::Reject> {
                const NAMES: &[&str] = &[$($key),+];
                const BITS: u32 = $crate::source::members::table_bits(NAMES.len());
                const SEED: u32 = $crate::source::members::perfect_seed(NAMES, BITS);
                static TABLE: [u8; 1 << BITS] = $crate::source::members::key_table(NAMES, SEED, BITS);
                static KEYS: $crate::source::members::Keys =
                    $crate::source::members::Keys { names: NAMES, seed: SEED, bits: BITS, table: &TABLE };
                let mut slots = [None; NAMES.len()];
                $crate::source::members::read_members(object, &KEYS, &mut slots, path, notes)?;
                let [$($field),+] = slots;
                Ok(Self { $($field),+ })
            }
        }
    };
}
pub(crate) use members;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::frame::{Frame, Framer, ListShape};
    use proptest::prelude::*;

    members!(Three { a = "a", b = "b", c = "c" });

    /// What is read of each object of an array, the later ones by the layout of the earlier; nothing of one that is broken.
    fn read_each(input: &str) -> Vec<Option<[Option<String>; 3]>> {
        let mut framer = Framer::new(ListShape { members: &[], first: &[], objects: &[] });
        framer.feed(input.as_bytes());
        framer.finish();
        let frames = framer.take_frames();
        let doc = framer.doc();
        let objects = frames.into_iter().map(|frame| {
            let Frame::Record { start, end } = frame else { panic!("no record") };
            let object = Value::at(&doc, start, end).unwrap();
            let three = Three::read(object, &Path::ROOT, &mut Notes::default()).ok()?;
            Some([three.a, three.b, three.c].map(|value| Some(value?.number()?.to_owned())))
        });
        objects.collect()
    }

    fn read(input: &str) -> Vec<[Option<String>; 3]> {
        read_each(input).into_iter().map(Option::unwrap).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn members_in_any_order_are_read_as_a_plain_parser_reads_them(
            objects in prop::collection::vec(prop::collection::vec(("[a-e]|\\\\u0061|ab|z{300}", 0..99_u8), 0..7), 0..9),
        ) {
            let text = |(key, value): &(String, u8)| format!("\"{key}\" :{value}");
            let texts = objects.iter().map(|object| format!("{{{}}}", object.iter().map(text).collect::<Vec<_>>().join(", ")));
            let input = format!("[{}]", texts.collect::<Vec<_>>().join(","));
            let parsed: Vec<serde_json::Value> = serde_json::from_str(&input).unwrap();
            let plain = parsed.iter().map(|object| ["a", "b", "c"].map(|key| Some(object.get(key)?.to_string())));
            prop_assert_eq!(read(&input), plain.collect::<Vec<_>>());
        }

        #[test]
        fn what_stands_between_members_is_checked_in_every_object(
            objects in prop::collection::vec(
                prop::collection::vec(
                    (
                        prop_oneof![9 => Just(","), 3 => Just(" ,\n "), 1 => Just(""), 1 => Just(",,"), 1 => Just(" ")],
                        prop_oneof![9 => Just("a"), 9 => Just("b"), 3 => Just("c"), 1 => Just("long")],
                        prop_oneof![9 => Just(":"), 3 => Just(": "), 3 => Just(" : "), 1 => Just("")],
                        prop_oneof![9 => Just("7"), 3 => Just("-0.5e3"), 1 => Just("07"), 1 => Just("1."), 1 => Just("1-2")],
                    ),
                    0..5,
                ),
                0..9,
            ),
            leading in prop::collection::vec(prop_oneof![9 => Just(""), 1 => Just(","), 1 => Just(" ")], 9),
        ) {
            let long = "z".repeat(9000);
            let text = |(index, object): (usize, &Vec<(&str, &str, &str, &str)>)| {
                let members = object.iter().enumerate().map(|(number, (gap, key, colon, value))| {
                    let gap = if number == 0 { leading[index] } else { gap };
                    format!("{gap}\"{}\"{colon}{value}", if *key == "long" { &long } else { *key })
                });
                format!("{{{}}}", members.collect::<String>())
            };
            let texts: Vec<String> = objects.iter().enumerate().map(text).collect();
            let plain = texts.iter().map(|text| {
                let object: serde_json::Value = serde_json::from_str(text).ok()?;
                Some(["a", "b", "c"].map(|key| object.get(key)?.as_f64()))
            });
            let as_number = |text: String| text.parse::<f64>().unwrap();
            let read = read_each(&format!("[{}]", texts.join(",")));
            let read = read.into_iter().map(|three| three.map(|three| three.map(|text| text.map(as_number))));
            prop_assert_eq!(read.collect::<Vec<_>>(), plain.collect::<Vec<_>>());
        }

        #[test]
        fn more_members_than_a_layout_remembers_are_still_read(many in 0..600_usize, turns in 1..4_usize) {
            let others: Vec<_> = (0..many).map(|n| format!("\"m{n}\":0")).collect();
            let object = format!("{{{}{}\"a\":1}}", others.join(","), if many > 0 { "," } else { "" });
            let one = [Some("1".to_owned()), None, None];
            prop_assert_eq!(read(&format!("[{}]", vec![object; turns].join(","))), vec![one; turns]);
        }
    }
}
