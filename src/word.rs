//! Closed word lists.
//!
//! Every answer that a host can switch on is an enum whose variants have one stable `snake_case` word each. The macro
//! keeps the enum, its words and the list of all of them in one place, so that [`crate::values`] and the generated
//! TypeScript types can never miss one.

/// A word of a closed list.
pub trait Word: Copy {
    /// All words of the list.
    const LIST: &'static [&'static str];
    /// The word itself.
    fn text(self) -> &'static str;
    /// Its place in the list.
    fn place(self) -> usize;
    /// The variant with the word at this place.
    fn at(place: usize) -> Option<Self>;
    /// The variant with this word.
    fn of(word: &str) -> Option<Self>;
}

macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
        #[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $word)] $variant),+
        }
        impl $name {
            /// The stable words of all variants, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
            /// The stable word that stands for this variant in every output.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// The variant with this word, if there is one.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
        impl $crate::word::Word for $name {
            const LIST: &'static [&'static str] = Self::WORDS;
            fn text(self) -> &'static str {
                self.word()
            }
            fn of(word: &str) -> Option<Self> {
                Self::from_word(word)
            }
            fn place(self) -> usize {
                self as usize
            }
            fn at(place: usize) -> Option<Self> {
                [$(Self::$variant),+].get(place).copied()
            }
        }
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

pub(crate) use words;
