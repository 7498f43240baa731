//! What a merchant or a plugin wrote beside a record, as keys and texts: kept as one text, read when a policy asks.
//!
//! Most records of a shop have the same keys and each its own values; parts of their own would cost more than they save.

use crate::order::sorted;
use std::borrow::Cow;

/// Between a key and its value, and behind each pair: Unicode's separators of units and records, which nobody types.
const UNIT: char = '\u{1F}';
const RECORD: char = '\u{1E}';

/// Characters of the longest value that is kept: Stripe's own limit. A longer one is no word that a rule compares.
const LONGEST: usize = 500;

/// Stands among the keys where those that begin with a low line, which are the plugins' own, are not all kept.
const PRIVATE: &str = "_";

/// Keys and values of one record, being read.
#[derive(Debug, Default)]
pub struct Pairs<'a>(Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>);

impl<'a> Pairs<'a> {
    /// One more; nothing for a value that is not kept, being null, a list, an object or very long. Of a key that stands twice the last
    /// counts.
    pub fn push(&mut self, key: Cow<'a, str>, value: Option<Cow<'a, str>>) {
        let is_whole = |text: &str| !text.contains([UNIT, RECORD]);
        let is_short = |text: &str| text.len() <= LONGEST || text.chars().count() <= LONGEST;
        if is_whole(&key) {
            self.0.push((key, value.filter(|value| is_short(value) && is_whole(value))));
        }
    }

    /// One more of a system whose plugins keep long things of their own under keys that begin with a low line: nobody's rule asks for
    /// those. Whether it is one that is kept.
    pub fn push_public(&mut self, key: &str, value: Option<Cow<'a, str>>) -> bool {
        let is_public = !key.starts_with(PRIVATE);
        if is_public {
            self.push(Cow::Owned(key.to_owned()), value);
        } else if !self.0.iter().any(|(known, _)| known == PRIVATE) {
            self.push(Cow::Borrowed(PRIVATE), None);
        }
        is_public
    }

    /// All as one text, whatever order they came in.
    pub fn text(self) -> String {
        let mut text = String::new();
        // Mostly there is one, or they come in order.
        let in_order = self.0.is_sorted_by(|(a, _), (b, _)| a <= b);
        let list = if in_order { self.0 } else { sorted(self.0, |(a, _), (b, _)| a.cmp(b)) };
        let mut pairs = list.into_iter().peekable();
        while let Some((key, value)) = pairs.next() {
            if pairs.peek().is_some_and(|(next, _)| *next == key) {
                continue;
            }
            text.push_str(&key);
            if let Some(value) = value {
                text.push(UNIT);
                text.push_str(&value);
            }
            text.push(RECORD);
        }
        text
    }
}

/// The keys and values of such a text.
pub fn pairs(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let pair = |pair| match str::split_once(pair, UNIT) {
        Some((key, value)) => (key, Some(value)),
        None => (pair, None),
    };
    text.split_terminator(RECORD).map(pair)
}

/// The value of a key in such texts, of which what comes first is asked first. Where none has it: empty if that is all there is
/// (`complete`), else nothing, for it is not known.
pub fn value<'t>(texts: impl Iterator<Item = &'t str>, complete: bool, key: &str) -> Option<&'t str> {
    let mut found = complete.then_some("");
    for text in texts {
        let of = |key: &str| pairs(text).find(|(known, _)| *known == key);
        match of(key) {
            Some((_, Some(""))) => found = Some(""),
            Some((_, value)) => return value,
            None if key.starts_with(PRIVATE) && of(PRIVATE).is_some() => found = None,
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
                pairs_in.push(Cow::Borrowed(key), text.as_deref().map(Cow::Borrowed));
                plain.insert(key.as_str(), text.as_deref().filter(|text| text.chars().count() <= 500 && !text.contains('\u{1F}')));
            }
            let text = pairs_in.text();
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
        assert!(list.push_public("gift", Some(Cow::Borrowed("yes"))));
        assert_eq!(value([&*Pairs::default().text()].into_iter(), true, "_own"), Some(""));
        assert!(!list.push_public("_own", Some(Cow::Borrowed("long"))));
        let text = list.text();
        assert_eq!(value([&*text].into_iter(), true, "_own"), None);
        assert_eq!(value([&*text].into_iter(), true, "other"), Some(""));
        assert_eq!(value([&*text].into_iter(), true, "gift"), Some("yes"));
    }
}
