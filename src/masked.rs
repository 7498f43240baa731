//! What screens that others see, and logs, may show of a payer: `a•••@e•••.com`, `••••67`, `A••• K•••`.
//!
//! Every answer is masked in the same way, by the names of its members: names, e-mails and phones; links to receipts; metadata; and
//! e-mail addresses and phone numbers wherever they stand in a text. A name among other words of a description or tag cannot be told from
//! them, and stays. Ids stay as they are, so that what is shown can be asked about, unless they are e-mail addresses.

use crate::input::Input;
use serde::Serialize;

/// What stands for what is not shown.
const HIDDEN: &str = "•••";

/// What a text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shown {
    Name,
    Email,
    Phone,
    /// A text in which e-mail addresses and phone numbers may stand.
    Free,
    /// A link that opens a page with the payer's data.
    Link,
    /// An id, a cursor, a word of a list.
    Id,
}

impl Shown {
    /// What the members of answers, and of the requests that are prepared, are called.
    fn of(member: &str) -> Self {
        match member {
            "name" | "first_name" | "last_name" | "firstName" | "lastName" | "customer_name" => Self::Name,
            "email" | "emails" | "customer_email" => Self::Email,
            "phone" | "phones" | "phone_number" => Self::Phone,
            "receiptUrl" | "invoiceUrl" | "orderUrl" | "url" => Self::Link,
            "id" | "ids" | "next" | "cursor" | "account" | "kind" | "field" => Self::Id,
            _ if member.ends_with("Id") || member.ends_with("Ids") || member.ends_with("_id") => Self::Id,
            _ => Self::Free,
        }
    }

    /// What an object says that its text is: the kind of an identifier, the field of a match.
    fn said(word: &str) -> Option<Self> {
        match word {
            "name" => Some(Self::Name),
            "email" => Some(Self::Email),
            "phone" => Some(Self::Phone),
            _ => None,
        }
    }

    fn mask(self, text: &str) -> String {
        match self {
            Self::Name => name(text),
            Self::Email => email(text),
            Self::Phone => phone(text),
            Self::Free => without_phones(&free(text)),
            Self::Link => link(text),
            // Some systems take an address for an id.
            Self::Id => free(text),
        }
    }
}

/// An answer as a screen or log may show it. It is no longer of the answer's type: what it hides is text, too, and nothing else changes.
///
/// ```
/// use guestfolio::{Input, masked};
///
/// let answer = Input::from_json(r#"{"name": "Aino Korhonen", "emails": ["aino@example.com"], "id": "cus_1"}"#).unwrap();
/// assert_eq!(
///     serde_json::to_string(&masked(&answer)).unwrap(),
///     r#"{"name":"A••• K•••","emails":["a•••@e•••.com"],"id":"cus_1"}"#,
/// );
/// ```
#[must_use]
pub fn masked<T: Serialize + ?Sized>(answer: &T) -> Input {
    let json = serde_json::to_string(answer).unwrap_or_default();
    let mut answer = Input::from_json(&json).unwrap_or(Input::Null);
    Masking::default().walk(&mut answer, "");
    answer
}

/// The text of a member, masked.
pub(crate) fn member(member: &str, text: &str) -> String {
    Shown::of(member).mask(text)
}

#[derive(Default)]
struct Masking {
    /// Nodes of a graph that are named by an identifier: each gets a number, so that edges still meet.
    nodes: Vec<String>,
}

impl Masking {
    fn walk(&mut self, value: &mut Input, member: &str) {
        match value {
            Input::Text(text) => *text = self.text(text, member),
            Input::List(items) => items.iter_mut().for_each(|item| self.walk(item, member)),
            Input::Object(entries) if member == "metadata" => {
                for (key, value) in entries {
                    *key = free(key);
                    if let Input::Text(text) = value {
                        // Under a key of the merchant's own anything may stand.
                        *text = name(text);
                    }
                }
            }
            Input::Object(entries) => self.object(entries),
            Input::Null | Input::Bool(_) | Input::Number(_) => {}
        }
    }

    fn text(&mut self, text: &str, member: &str) -> String {
        let is_node = matches!(member, "id" | "from" | "to");
        let kind = text.split_once(':').map(|(kind, _)| kind).filter(|kind| matches!(*kind, "email" | "phone"));
        let Some(kind) = kind.filter(|_| is_node) else { return Shown::of(member).mask(text) };
        let place = self.nodes.iter().position(|known| known == text).unwrap_or_else(|| {
            self.nodes.push(text.to_owned());
            self.nodes.len().saturating_sub(1)
        });
        format!("{kind}:{}", place.saturating_add(1))
    }

    fn object(&mut self, entries: &mut [(String, Input)]) {
        let said = |wanted: &str| {
            entries.iter().find_map(|(name, value)| match value {
                Input::Text(text) if name == wanted => Some(text.clone()),
                _ => None,
            })
        };
        let kind = said("identifierKind").or_else(|| said("kind"));
        let by_kind = kind.as_deref().and_then(Shown::said);
        let by_field = said("field").as_deref().and_then(Shown::said);
        let is_customer = kind.as_deref() == Some("customer") && said("customerKind").is_some();
        let is_id = said("id").zip(said("label")).is_some_and(|(id, label)| id.ends_with(&label));
        let columns = columns_of(entries);
        for (name, value) in entries {
            let shown = match name.as_str() {
                "value" | "text" => by_kind,
                "term" => by_field.or(by_kind),
                // A customer's node is named by its name, or else by its id.
                "label" if is_customer => Some(if is_id { Shown::Id } else { Shown::Name }),
                "label" => by_kind,
                _ => None,
            };
            match (shown, value) {
                (Some(shown), Input::Text(text)) => *text = shown.mask(text),
                (None, Input::List(rows)) if name == "rows" && !columns.is_empty() => self.table(rows, &columns),
                (_, value) => self.walk(value, name),
            }
        }
    }

    /// The rows of a table: a cell is what its column says.
    fn table(&mut self, rows: &mut [Input], columns: &[String]) {
        for row in rows {
            let Input::List(cells) = row else { continue };
            cells.iter_mut().zip(columns).for_each(|(cell, column)| self.walk(cell, column));
        }
    }
}

/// The words of a table's columns.
fn columns_of(entries: &[(String, Input)]) -> Vec<String> {
    let columns = entries.iter().find(|(name, _)| name == "columns");
    let Some((_, Input::List(columns))) = columns else { return Vec::new() };
    let word = |column: &Input| match column {
        Input::Object(entries) => entries.iter().find_map(|(name, value)| match value {
            Input::Text(word) if name == "column" => Some(word.clone()),
            _ => None,
        }),
        _ => None,
    };
    columns.iter().filter_map(word).collect()
}

/// The first letter of each word.
fn name(text: &str) -> String {
    let initial = |word: &str| word.chars().next().map(|first| format!("{first}{HIDDEN}"));
    let words: Vec<String> = text.split_whitespace().filter_map(initial).collect();
    words.join(" ")
}

/// The first letters of both sides, and the top-level domain.
fn email(text: &str) -> String {
    let first = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
    let Some((local, domain)) = text.rsplit_once('@') else { return format!("{}{HIDDEN}", first(text)) };
    let top = domain.rsplit_once('.').map(|(_, top)| format!(".{top}")).unwrap_or_default();
    format!("{}{HIDDEN}@{}{HIDDEN}{top}", first(local), first(domain))
}

/// The last two digits.
fn phone(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    // Of a short number two digits would be half of it.
    let shown = if digits.len() < 6 { 0 } else { 2 };
    format!("•{HIDDEN}{}", digits.iter().skip(digits.len().saturating_sub(shown)).collect::<String>())
}

/// The system, and nothing of the page.
fn link(text: &str) -> String {
    let host =
        text.split_once("://").map(|(scheme, rest)| (scheme, rest.split(['/', '?', '#']).next().unwrap_or_default()));
    host.map_or_else(|| HIDDEN.to_owned(), |(scheme, host)| format!("{scheme}://{host}/{HIDDEN}"))
}

/// A text whose phone numbers are masked: seven digits or more, in groups or not, that begin as international or national numbers do.
fn without_phones(text: &str) -> String {
    let is_inside =
        |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let begins =
            matches!(first, '+' | '(' | '0') && !before.is_alphanumeric() && !matches!(before, '.' | '-' | '_' | '#');
        let length = first.len_utf8();
        let after = rest.get(length..).unwrap_or_default();
        let end = after.find(|letter: char| !is_inside(letter)).unwrap_or(after.len());
        let run = rest
            .get(..length.saturating_add(end))
            .unwrap_or_default()
            .trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let follows = rest.get(run.len()..).and_then(|rest| rest.chars().next());
        if begins && (7..=17).contains(&digits) && !follows.is_some_and(char::is_alphanumeric) {
            out.push_str(&phone(run));
            before = '0';
            rest = rest.get(run.len()..).unwrap_or_default();
        } else {
            out.push(first);
            before = first;
            rest = after;
        }
    }
    out
}

/// A text whose e-mail addresses are masked, however their sign is written.
fn free(text: &str) -> String {
    if !text.contains(['@', '＠']) && !text.contains("%40") {
        return text.to_owned();
    }
    let text = &text.replace('＠', "@").replace("%40", "@").replace("\"@", "@");
    let is_edge = |letter: char| letter.is_whitespace() || "<>()[]{},;:\"'|=&?/".contains(letter);
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(is_edge) {
        let word = piece.trim_end_matches(is_edge);
        let edge = piece.strip_prefix(word).unwrap_or_default();
        let dots = word.len().saturating_sub(word.trim_end_matches('.').len());
        let is_address = word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        if is_address {
            out.push_str(&email(word.trim_end_matches('.')));
            out.extend(core::iter::repeat_n('.', dots));
        } else {
            out.push_str(word);
        }
        out.push_str(edge);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_letters_and_the_last_digits_are_shown() {
        assert_eq!(name("Aino Maria  Korhonen"), "A••• M••• K•••");
        assert_eq!(name("Åsa"), "Å•••");
        assert_eq!(name(""), "");
        assert_eq!(email("alice.smith@mail.example.co.uk"), "a•••@m•••.uk");
        assert_eq!(email("nobody"), "n•••");
        assert_eq!(phone("+358 40 123 4567"), "••••67");
        assert_eq!(phone("112"), "••••");
        assert_eq!(free("Invoice for <alice@example.com>, paid."), "Invoice for <a•••@e•••.com>, paid.");
        assert_eq!(free("write to bob@example.com. Thanks @ all"), "write to b•••@e•••.com. Thanks @ all");
        assert_eq!(free("alice＠example.com, bob%40example.com"), "a•••@e•••.com, b•••@e•••.com");
        assert_eq!(free("\"alice ek\"@example.com"), "\"alice e•••@e•••.com");
        assert_eq!(without_phones("call +358 40 123 4567 or 040-1234567."), "call ••••67 or ••••67.");
        assert_eq!(
            without_phones("order 1234567, ch_0123456789, 2026-01-31, 0.50, #0012345"),
            "order 1234567, ch_0123456789, 2026-01-31, 0.50, #0012345"
        );
        assert_eq!(link("https://pay.stripe.com/receipts/acct_1/ch_1?s=em"), "https://pay.stripe.com/•••");
        assert_eq!(free("/customers?email=alice%2B1@example.com&limit=1"), "/customers?email=a•••@e•••.com&limit=1");
    }
}
