//! Card numbers that stand in free text: in a name, a description, a reason, a value of metadata. Nobody may keep those (PCI DSS 3.4),
//! and nobody needs them: only the last four digits are kept.
//!
//! Ids and references are never looked at: a tenth of all long numbers pass Luhn's check. In free text, too, a number counts only
//! if a card scheme gives out numbers that begin so and are so long.

/// Fewer digits are no card's.
const SHORTEST: usize = 14;
const LONGEST: usize = 19;

/// What stands for the digits that are not shown.
const HIDDEN: &[u8] = "••••".as_bytes();

/// The text with the last four digits of each card number in it; nothing where there is none.
pub fn without_cards(text: &[u8]) -> Option<Vec<u8>> {
    // Nearly all texts have too few digits.
    if text.len() < SHORTEST || text.iter().filter(|byte| byte.is_ascii_digit()).count() < SHORTEST {
        return None;
    }
    let mut masked: Option<Vec<u8>> = None;
    let (mut done, mut start) = (0_usize, 0_usize);
    while start < text.len() {
        let Some(end) = card_at(text, start) else {
            start = start.saturating_add(1);
            continue;
        };
        let digits: Vec<u8> = text.get(start..end)?.iter().copied().filter(u8::is_ascii_digit).collect();
        let out = masked.get_or_insert_with(Vec::new);
        out.extend_from_slice(text.get(done..start)?);
        out.extend_from_slice(HIDDEN);
        out.extend_from_slice(digits.last_chunk::<4>()?);
        (done, start) = (end, end);
    }
    let mut masked = masked?;
    masked.extend_from_slice(text.get(done..)?);
    Some(masked)
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Where the card number ends that begins here, written in one or in groups.
fn card_at(text: &[u8], start: usize) -> Option<usize> {
    let before = start.checked_sub(1).and_then(|place| text.get(place));
    if is_word(before) || !text.get(start)?.is_ascii_digit() {
        return None;
    }
    let mut digits: Vec<u8> = Vec::new();
    let mut found = None;
    let mut place = start;
    while let Some(byte) = text.get(place) {
        let next = text.get(place.saturating_add(1));
        if byte.is_ascii_digit() {
            digits.push(byte.wrapping_sub(b'0'));
            if !is_word(next) && is_card(&digits) {
                found = Some(place.saturating_add(1));
            }
        } else if !(matches!(byte, b' ' | b'-') && next.is_some_and(u8::is_ascii_digit)) {
            break;
        }
        if digits.len() > LONGEST {
            break;
        }
        place = place.saturating_add(1);
    }
    found
}

/// Whether a card scheme gives out such numbers, and the check digit is right.
fn is_card(digits: &[u8]) -> bool {
    if !(SHORTEST..=LONGEST).contains(&digits.len()) {
        return false;
    }
    let first =
        digits.iter().take(4).fold(0_u32, |number, digit| number.saturating_mul(10).saturating_add(u32::from(*digit)));
    let fits = match (first, digits.len()) {
        (4000..=4999, 16 | 19) => true,                                                  // Visa
        (5100..=5599 | 2221..=2720, 16) => true,                                         // Mastercard
        (3400..=3499 | 3700..=3799, 15) => true,                                         // American Express
        (6011 | 6440..=6599 | 3528..=3589 | 6200..=6299 | 8100..=8171, 16..=19) => true, // Discover, JCB, UnionPay
        (3000..=3059 | 3095 | 3600..=3699 | 3800..=3999, 14) => true,                    // Diners Club
        (5000..=5099 | 5600..=5899 | 6300..=6399 | 6700..=6799, 16..=19) => true,        // Maestro
        _ => false,
    };
    fits && luhn(digits)
}

/// ISO/IEC 7812-1, annex B.
fn luhn(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().enumerate().fold(0_u32, |sum, (place, digit)| {
        let digit = u32::from(*digit);
        let twice = digit.saturating_mul(2);
        let value = if place % 2 == 0 { digit } else { (twice % 10).saturating_add(twice / 10) };
        sum.saturating_add(value)
    });
    sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn masked(text: &str) -> Option<String> {
        without_cards(text.as_bytes()).map(|text| String::from_utf8(text).unwrap())
    }

    #[test]
    fn the_schemes_own_test_numbers_are_masked_however_they_are_written() {
        // Test cards that the schemes publish; each passes Luhn.
        for (text, expected) in [
            ("4242424242424242", "••••4242"),
            ("card 4242 4242 4242 4242, thanks", "card ••••4242, thanks"),
            ("5555-5555-5555-4444", "••••4444"),
            ("amex:378282246310005.", "amex:••••0005."),
            ("6011111111111117 / 3566002020360505", "••••1117 / ••••0505"),
            ("30569309025904", "••••5904"),
            ("order 12 4242424242424242", "order 12 ••••4242"),
            ("Nguyễn 4000056655665556 Ánh", "Nguyễn ••••5556 Ánh"),
        ] {
            assert_eq!(masked(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn ids_and_other_numbers_stay() {
        for text in [
            "4242424242424241",    // a wrong check digit
            "pi_4242424242424242", // a part of an id
            "4242424242424242a",
            "820982911946154508",   // Shopify's order id
            "1111111111111117",     // no scheme's
            "42424242424242424242", // too long
            "+358 40 123 4567, 2026-01-31 12:00",
            "",
        ] {
            assert_eq!(masked(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_left_has_no_card_number_and_all_else(before in "[a-z ]{0,8}", body in "[0-9]{15}", after in "[ ,.a-z]{0,8}") {
            // A Visa number of any digits: the check digit by trying all ten.
            let number = (0..10).map(|last| format!("4{}{last}", &body.chars().take(14).collect::<String>()))
                .find(|number| luhn(&number.bytes().map(|digit| digit - b'0').collect::<Vec<_>>())).unwrap();
            let text = format!("{before} {number} {after}");
            let masked = masked(&text).unwrap();
            let last4: String = number.chars().skip(12).collect();
            prop_assert_eq!(&masked, &format!("{before} ••••{last4} {after}"));
            prop_assert_eq!(without_cards(masked.as_bytes()), None);
        }

        #[test]
        fn no_text_stops_the_masking(text in "\\PC{0,40}|[0-9 -]{0,60}") {
            if let Some(masked) = masked(&text) {
                prop_assert!(masked.contains("••••"));
            }
        }
    }
}
