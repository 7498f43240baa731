//! Texts as people look for them: without case and without marks over and under letters.
//!
//! For Latin letters (Vietnamese among them), Greek and Cyrillic. The tables of all of Unicode cost 74 KB gzip; these cost one.

/// The letters from U+00C0 to U+017F without their marks; `-` where more than one letter stands for it, or none.
const LATIN: &[u8; 192] = b"aaaaaa-ceeeeiiiidnooooo-ouuuuy--aaaaaa-ceeeeiiiidnooooo-ouuuuy-y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii--jjkkkllllllllllnnnnnnnnnoooooo--rrrrrrssssssss\
ttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// The same from U+1E00 to U+1EFF.
const LATIN_ADDITIONAL: &[u8; 256] = b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllll\
mmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas----\
aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy------";

/// A text without case and marks. What the tables do not know stays, in lower case.
pub fn fold(text: &str) -> String {
    // As most texts are.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            folded.push(letter.to_ascii_lowercase());
        } else {
            letter.to_lowercase().for_each(|letter| push_bare(&mut folded, letter));
        }
    }
    folded
}

fn push_bare(folded: &mut String, letter: char) {
    let known = |table: &[u8], first: u32| {
        let place = u32::from(letter).checked_sub(first).and_then(|place| usize::try_from(place).ok())?;
        table.get(place).copied().filter(|&bare| bare != b'-').map(char::from)
    };
    folded.push(match letter {
        '\u{300}'..='\u{36F}' => return, // marks that stand by themselves
        'ß' => return folded.push_str("ss"),
        'æ' => return folded.push_str("ae"),
        'þ' => return folded.push_str("th"),
        'ĳ' => return folded.push_str("ij"),
        'œ' => return folded.push_str("oe"),
        'ơ' | 'ǒ' => 'o',
        'ư' | 'ǔ' => 'u',
        'ǎ' => 'a',
        'ǐ' => 'i',
        'ș' => 's',
        'ț' => 't',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' | 'ѐ' => 'е',
        'й' | 'ѝ' => 'и',
        'ї' => 'і',
        'ѓ' => 'г',
        'ќ' => 'к',
        'ў' => 'у',
        _ => known(LATIN, 0xC0).or_else(|| known(LATIN_ADDITIONAL, 0x1E00)).unwrap_or(letter),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    /// Unicode's own decomposition without its marks.
    fn plain(letter: char) -> String {
        let lower: String = letter.to_lowercase().collect();
        lower.nfd().filter(|letter| !matches!(letter, '\u{300}'..='\u{36F}')).collect()
    }

    #[test]
    fn letters_lose_the_marks_that_unicode_takes_off() {
        let ranges = ['\u{0}'..='\u{17F}', 'Ά'..='ώ', 'Ѐ'..='џ', '\u{1E00}'..='\u{1EFF}'];
        for letter in ranges.into_iter().flatten().filter(|letter| letter.is_alphabetic()).chain("ƠơƯưȘșȚț".chars())
        {
            let expected = match letter.to_lowercase().next().unwrap() {
                // Letters of their own, by Unicode; whoever has no such key writes these.
                'ß' => "ss".into(),
                'æ' => "ae".into(),
                'þ' => "th".into(),
                'œ' => "oe".into(),
                'ĳ' => "ij".into(),
                'ø' => "o".into(),
                'đ' | 'ð' => "d".into(),
                'ħ' => "h".into(),
                'ı' => "i".into(),
                'ł' | 'ŀ' => "l".into(),
                'ŋ' | 'ŉ' => "n".into(),
                'ŧ' => "t".into(),
                'ĸ' => "k".into(),
                'ſ' | 'ẛ' => "s".into(),
                'ẚ' => "a".into(),
                'ς' => "σ".into(),
                other if "ẜẝẟỺỻỼỽỾỿ".contains(other) => continue,
                _ => plain(letter),
            };
            assert_eq!(fold(&letter.to_string()), expected, "{letter}");
        }
    }

    #[test]
    fn names_are_found_as_people_type_them() {
        for (written, typed) in [
            ("Nguyễn Thị Ánh", "nguyen thi anh"),
            ("Zoe\u{308}", "zoe"),
            ("Jürgen Groß", "jurgen gross"),
            ("ΝΊΚΟΣ", "νικοσ"),
            ("Алёна", "алена"),
            ("Łukasz", "lukasz"),
            ("İpek", "ipek"),
        ] {
            assert_eq!(fold(written), typed);
        }
    }
}
