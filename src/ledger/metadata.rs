//! What a merchant or a plugin wrote beside a record, as keys and texts: kept as one text, read when a policy asks.
//!
//! Most records of a shop have the same keys and each its own values; parts of their own would cost more than they save.

use crate::order::sorted;
use core::ops::Range;

/// Between a key and its value, and behind each pair: Unicode's separators of units and records, which nobody types.
const UNIT: u8 = 0x1F;
const RECORD: u8 = 0x1E;

/// Characters of the longest value that is kept: Stripe's own limit. A longer one is no word that a rule compares.
const LONGEST: usize = 500;

/// Stands among the keys where those that begin with a low line, which are the plugins' own, are not all kept.
const PRIVATE: &[u8] = b"_";

/// Keys and values of one record, being read: bytes, which whoever keeps them checks once. They are written down as they come: mostly
/// there is one, or they come in order.
#[derive(Debug, Default)]
pub struct Pairs {
    text: Vec<u8>,
    /// Where the last key is.
    last: Range<usize>,
    /// A key came that is not behind all before it.
    mixed: bool,
    /// A key that is not kept came.
    has_private: bool,
}

impl Pairs {
    /// None yet. They are written into a buffer that another record needs no longer.
    pub fn in_buffer(mut text: Vec<u8>) -> Self {
        text.clear();
        Self { text, ..Self::default() }
    }

    /// One more; nothing for a value that is not kept, being null, a list, an object or very long. Of a key that stands twice the last
    /// counts.
    pub fn push(&mut self, key: &[u8], value: Option<&[u8]>) {
        let is_whole = |text: &[u8]| !text.iter().any(|byte| matches!(*byte, UNIT | RECORD));
        let starts = |byte: &&u8| **byte & 0xC0 != 0x80;
        let is_short = |text: &[u8]| text.len() <= LONGEST || text.iter().filter(starts).count() <= LONGEST;
        if !is_whole(key) {
            return;
        }
        self.mixed |= !self.text.is_empty() && self.text.get(self.last.clone()) >= Some(key);
        let start = self.text.len();
        self.text.extend_from_slice(key);
        self.last = start..self.text.len();
        if let Some(value) = value.filter(|value| is_short(value) && is_whole(value)) {
            self.text.push(UNIT);
            self.text.extend_from_slice(value);
        }
        self.text.push(RECORD);
    }

    /// One more of a system whose plugins keep long things of their own under keys that begin with a low line: nobody's rule asks for
    /// those. Whether it is one that is kept.
    pub fn push_public(&mut self, key: &[u8], value: Option<&[u8]>) -> bool {
        let is_public = !key.starts_with(PRIVATE);
        if is_public {
            self.push(key, value);
        } else if !self.has_private {
            self.has_private = true;
            self.push(PRIVATE, None);
        }
        is_public
    }

    /// All as one text, whatever order they came in.
    pub fn text(self) -> Vec<u8> {
        if !self.mixed {
            return self.text;
        }
        let text = String::from_utf8_lossy(&self.text);
        let mut ordered = Self::default();
        let mut list = sorted(pairs(&text), |(a, _), (b, _)| a.cmp(b)).into_iter().peekable();
        while let Some((key, value)) = list.next() {
            if list.peek().is_none_or(|(next, _)| *next != key) {
                ordered.push(key.as_bytes(), value.map(str::as_bytes));
            }
        }
        ordered.text
    }
}

/// The keys and values of such a text.
pub fn pairs(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let pair = |pair| match str::split_once(pair, char::from(UNIT)) {
        Some((key, value)) => (key, Some(value)),
        None => (pair, None),
    };
    text.split_terminator(char::from(RECORD)).map(pair)
}

/// The value of a key in such texts, of which what comes first is asked first. Where none has it: empty if that is all there is
/// (`complete`), else nothing, for it is not known.
pub fn value<'t>(texts: impl Iterator<Item = &'t str>, complete: bool, key: &str) -> Option<&'t str> {
    let mut found = complete.then_some("");
    for text in texts {
        match pairs(text).find(|(known, _)| *known == key) {
            Some((_, Some(""))) => found = Some(""),
            Some((_, value)) => return value,
            None if key.as_bytes().starts_with(PRIVATE)
                && pairs(text).any(|(known, _)| known.as_bytes() == PRIVATE) =>
            {
                found = None;
            }
            None => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn every_pair_is_found_again(list in prop::collection::vec(("[ab]{0,2}", prop::option::of("[xy\u{1F}]{0,3}|z{499,502}|\u{e4}{499,502}")), 0..6)) {
            let mut pairs_in = Pairs::default();
            let mut plain = BTreeMap::new();
            for (key, text) in &list {
                pairs_in.push(key.as_bytes(), text.as_deref().map(str::as_bytes));
                plain.insert(key.as_str(), text.as_deref().filter(|text| text.chars().count() <= 500 && !text.contains('\u{1F}')));
            }
            let text = String::from_utf8(pairs_in.text()).unwrap();
            prop_assert_eq!(pairs(&text).collect::<Vec<_>>(), plain.iter().map(|(key, text)| (*key, *text)).collect::<Vec<_>>());
            for key in ["", "a", "ab", "c"] {
                let known = plain.get(key).copied();
                prop_assert_eq!(value([&*text].into_iter(), true, key), known.unwrap_or(Some("")));
                prop_assert_eq!(value([&*text].into_iter(), false, key), known.unwrap_or(None));
            }
        }
    }

    #[test]
    fn a_key_of_a_plugin_is_not_said_to_be_absent() {
        let mut list = Pairs::default();
        assert!(list.push_public(b"gift", Some(b"yes")));
        assert_eq!(value([""].into_iter(), true, "_own"), Some(""));
        assert!(!list.push_public(b"_own", Some(b"long")));
        let text = String::from_utf8(list.text()).unwrap();
        assert_eq!(value([&*text].into_iter(), true, "_own"), None);
        assert_eq!(value([&*text].into_iter(), true, "other"), Some(""));
        assert_eq!(value([&*text].into_iter(), true, "gift"), Some("yes"));
    }
}
