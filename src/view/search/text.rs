//! What a ticket's text names: ids, order numbers, e-mails, phones, cards, amounts, and whom they lead to.
//!
//! Ids, order numbers, e-mails and phones lead to customers. The end of a card or an amount leads to nobody by itself: it speaks for
//! those that are found already, and where nobody is, for those with a payment that has both.

use super::super::View;
use super::super::shapes::{CustomerItem, PaymentItem};
use super::index::{Kind, digits};
use super::matching::national;
use super::terms::{amount_at, phone_at};
use crate::error::{ErrorCode, GuestfolioError};
use crate::fold::fold;
use crate::identity::emails_in;
use crate::input::{Argument, Input};
use crate::issue::SchemaVersion;
use crate::money::Currency;
use crate::order::sorted;
use crate::word::words;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

/// Characters of a text.
const LONGEST: usize = 100_000;
/// Findings, and customers that they lead to.
const MOST_FINDINGS: usize = 100;
const MOST_CUSTOMERS: usize = 20;
/// A phone that more digits stand before than a country's code is another.
const COUNTRY_CODE: usize = 4;
/// Fewer digits are no phone.
const LEAST_DIGITS: usize = 7;

words! {
    /// What was found in a text.
    pub enum FindingKind {
        /// An id of a customer, payment, refund, dispute or another record here.
        Id = "id",
        /// An order's number.
        Order = "order",
        /// An e-mail.
        Email = "email",
        /// A phone.
        Phone = "phone",
        /// The last four digits of a card.
        Card = "card",
        /// An amount with its currency.
        Amount = "amount",
    }
}

/// Something that a text names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// As it stands in the text.
    pub text: String,
    /// Whether the ledger knows it.
    pub known: bool,
}

/// A customer that a text leads to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
pub struct TextCustomer {
    /// The customer, as in the list.
    pub customer: CustomerItem,
    /// Which findings lead to it or speak for it, by their places in `findings`.
    pub by: Vec<usize>,
    /// Its payments that an id, an order number, or a card and an amount together name, the newest first; at most 20.
    pub payments: Vec<PaymentItem>,
}

/// What a text names, and whom that leads to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TextFindings {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// What was found, in the order of the text; each once, at most 100.
    pub findings: Vec<Finding>,
    /// Customers, those first whom most findings speak for, then the newest payment; at most 20.
    pub customers: Vec<TextCustomer>,
}

/// What a finding is compared by.
enum Asked {
    Payments(Vec<u32>),
    Customers(Vec<u32>),
    Card(String),
    Amount(i64, Vec<Currency>),
}

struct Found {
    finding: Finding,
    asked: Asked,
}

/// What stands around a word and is none of it.
fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| {
        !letter.is_alphanumeric() && !matches!(letter, '#' | '+' | '*' | '•' | '€' | '£' | '$' | '¥' | '₹' | '₫')
    })
}

/// Words before a number that make it an order's, without case and accents: those of the languages that texts are in.
const ORDER_WORDS: [&str; 9] =
    ["order", "orders", "tilaus", "tilausnumero", "tilauksen", "commande", "pesanan", "hang", "订单"];

/// Words between those and the number.
const NUMBER_WORDS: [&str; 6] = ["no", "nr", "number", "numero", "nomor", "so"];

/// Words before four digits that make them a card's.
const CARD_WORDS: [&str; 13] = [
    "ending",
    "ends",
    "last",
    "card",
    "visa",
    "mastercard",
    "amex",
    "xxxx",
    "kortti",
    "paattyva",
    "carte",
    "kartu",
    "尾号",
];

impl<'l> View<'l> {
    /// Finds what a text names.
    ///
    /// # Errors
    /// `wrong_type`, `out_of_range` for what is longer than 100,000 characters.
    pub fn find_in_text(self, input: &Input) -> Result<TextFindings, GuestfolioError> {
        let argument = Argument::root(input);
        let text = argument.text()?;
        if text.chars().count() > LONGEST {
            return Err(argument.error(ErrorCode::OutOfRange, format!("must be at most {LONGEST} characters")));
        }
        let found = self.findings(text);
        let customers = self.led_to(&found);
        let findings = found.into_iter().map(|found| found.finding).collect();
        Ok(TextFindings { schema_version: SchemaVersion::default(), findings, customers })
    }

    fn findings(self, text: &str) -> Vec<Found> {
        let raw: Vec<&str> = text.split_whitespace().collect();
        let words: Vec<&str> = raw.iter().map(|word| bare(word)).collect();
        let mut found: Vec<Found> = Vec::new();
        let mut place = 0_usize;
        let mut seen: HashSet<&str, FxBuildHasher> = HashSet::default();
        while let Some(&word) = words.get(place).filter(|_| found.len() < MOST_FINDINGS) {
            let rest = words.get(place..).unwrap_or_default();
            let before = words.get(place.saturating_sub(3)..place).unwrap_or_default();
            // A word that says all by itself says it once; a number may stand with another currency.
            let is_whole =
                word.contains('@') || word.len() >= LEAST_DIGITS && !word.starts_with(|one: char| one.is_ascii_digit());
            if is_whole && !seen.insert(word) {
                place = place.saturating_add(1);
                continue;
            }
            let (one, count) = self.finding(word, rest, before);
            for one in one {
                if !found.iter().any(|known| known.finding == one.finding) {
                    found.push(one);
                }
            }
            place = place.saturating_add(count.max(1));
        }
        found
    }

    /// What the words here name, and how many words that takes.
    fn finding(self, word: &str, rest: &[&str], before: &[&str]) -> (Vec<Found>, usize) {
        let one = |kind, text: &str, asked: Asked| {
            let known = self.is_known(&asked);
            vec![Found { finding: Finding { kind, text: text.to_owned(), known }, asked }]
        };
        if let Some(email) = emails_in(word).next() {
            return (one(FindingKind::Email, &email, Asked::Customers(self.with_email(&email))), 1);
        }
        // The address of a dashboard's page has an id in it.
        for part in word.split(['/', '?', '&', '=', '#', '(', ')', ',', ';']).map(bare) {
            if let Some(asked) = self.with_whole_id(part) {
                return (one(FindingKind::Id, part, asked), 1);
            }
        }
        let number = word.trim_start_matches('#');
        let follows = |list: &[&str], within: usize| {
            before.iter().rev().take(within).any(|word| list.contains(&&*fold(word.trim_matches(['#', '.', ':']))))
        };
        let order = |number: &str| {
            let payments = self.with_order_number(number);
            (word.starts_with('#') || !payments.is_empty())
                .then(|| one(FindingKind::Order, word, Asked::Payments(payments)))
        };
        if word.starts_with('#')
            && number.bytes().any(|byte| byte.is_ascii_digit())
            && let Some(found) = order(number)
        {
            return (found, 1);
        }
        if let Some((amount, currencies, count)) = amount_at(rest) {
            let text = rest.get(..count).unwrap_or_default().join(" ");
            return (one(FindingKind::Amount, &text, Asked::Amount(amount, currencies)), count);
        }
        if let Some((digits, count)) = phone_at(rest) {
            let text = rest.get(..count).unwrap_or_default().join(" ");
            return (one(FindingKind::Phone, &text, Asked::Customers(self.with_phone(&digits))), count);
        }
        let last4 = number.trim_start_matches(['*', '•', 'x', 'X', '.', '-']);
        let is_masked = last4.len() < number.len();
        if last4.len() == 4 && last4.bytes().all(|byte| byte.is_ascii_digit()) && (is_masked || follows(&CARD_WORDS, 2))
        {
            return (one(FindingKind::Card, last4, Asked::Card(last4.to_owned())), 1);
        }
        // Behind "order", or behind "no." that follows it.
        let is_numbered = follows(&ORDER_WORDS, 1) || follows(&NUMBER_WORDS, 1) && follows(&ORDER_WORDS, 2);
        if is_numbered
            && number.bytes().any(|byte| byte.is_ascii_digit())
            && let Some(found) = order(number)
        {
            return (found, 1);
        }
        (Vec::new(), 1)
    }

    fn is_known(self, asked: &Asked) -> bool {
        match asked {
            Asked::Payments(rows) | Asked::Customers(rows) => !rows.is_empty(),
            Asked::Card(last4) => {
                let listed = self.payments_beginning(Kind::Last4, last4.as_bytes()).into_iter();
                listed.chain(self.lazy.search.fresh_payments()).any(|row| self.is_by_card(row, last4))
            }
            Asked::Amount(amount, currencies) => self.with_amount(*amount, currencies).next().is_some(),
        }
    }

    fn with_amount(self, amount: i64, currencies: &[Currency]) -> impl Iterator<Item = u32> {
        let rows = self.payments_beginning(Kind::Amount, &amount.to_be_bytes());
        let rows = rows.into_iter().chain(self.lazy.search.fresh_payments());
        let meets = move |&row: &u32| self.has_amount(row, amount, currencies);
        rows.filter(meets).collect::<Vec<u32>>().into_iter()
    }

    fn has_amount(self, row: u32, amount: i64, currencies: &[Currency]) -> bool {
        let asked = super::terms::Asked::Amount(amount, currencies.to_vec());
        self.payment_row(row).is_some_and(|payment| self.payment_meets(row, &payment, &asked).is_some())
    }

    fn is_by_card(self, row: u32, last4: &str) -> bool {
        self.payment_row(row).is_some_and(|payment| self.has_card(&payment, last4))
    }

    /// The customers that used an e-mail.
    fn with_email(self, email: &str) -> Vec<u32> {
        let folded = fold(email);
        let listed = self.customers_beginning(Kind::Email, folded.as_bytes()).into_iter();
        self.distinct(listed.chain(self.lazy.search.fresh_customers()), |customer| {
            let mut is = false;
            self.each_known(customer, &mut |kind, text| is |= kind == Kind::Email && fold(text.trim()) == folded);
            is
        })
    }

    /// The customers that used a phone, written at home or abroad.
    fn with_phone(self, asked: &[u8]) -> Vec<u32> {
        let home = national(asked);
        if home.len() < LEAST_DIGITS {
            return Vec::new();
        }
        let reversed: Vec<u8> = home.iter().rev().copied().collect();
        let listed = self.customers_beginning(Kind::PhoneEnd, &reversed).into_iter();
        self.distinct(listed.chain(self.lazy.search.fresh_customers()), |customer| {
            let mut is = false;
            self.each_known(customer, &mut |kind, text| {
                let known = digits(text);
                let more = known.len().saturating_sub(home.len());
                is |= kind == Kind::Phone && known.ends_with(&home) && more <= COUNTRY_CODE;
            });
            is
        })
    }

    fn distinct(self, customers: impl Iterator<Item = u32>, holds: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut found = sorted(customers, u32::cmp);
        found.dedup();
        found.retain(|&customer| self.who(customer).is_some() && holds(customer));
        found
    }

    /// What a whole id leads to, if it is one of this ledger.
    fn with_whole_id(self, text: &str) -> Option<Asked> {
        // Short words are no ids; a number is an order's only where the text says so.
        let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() < 4 || !has_digit || is_number && text.len() < 9 {
            return None;
        }
        if text.starts_with("gst_") {
            return self.resolve_customer(text).ok().map(|customer| Asked::Customers(vec![customer]));
        }
        let id = self.store.interner.find(text)?;
        let payments: Vec<u32> = self.payments_with_id(id).map(|(_, _, payment)| payment).collect();
        if !payments.is_empty() {
            let mut payments = sorted(payments, u32::cmp);
            payments.dedup();
            return Some(Asked::Payments(payments));
        }
        let own = self.store.with_id(id).filter_map(|(record, _)| {
            let annex = (record.kind == crate::ledger::tables::Kind::Annex)
                .then(|| self.store.tables.annexes.get(record.index()))?;
            annex?.customer
        });
        let customers: Vec<u32> =
            own.chain([id]).flat_map(|id| self.book.customers.with_id(id)).map(|(customer, _, _)| customer).collect();
        let alias = || self.resolve_customer(text).ok().into_iter().collect::<Vec<u32>>();
        let is_alias = customers.is_empty() && self.store.interner.is_guest_id(id);
        let customers = if is_alias { alias() } else { customers };
        (!customers.is_empty()).then_some(Asked::Customers(customers))
    }

    /// The payments of the orders with a number.
    fn with_order_number(self, number: &str) -> Vec<u32> {
        let folded = fold(number);
        let listed = self.payments_beginning(Kind::Id, folded.as_bytes()).into_iter();
        let rows = listed.chain(self.lazy.search.fresh_payments());
        let rows = rows.filter(|&row| self.payment_row(row).is_some_and(|payment| self.is_of_order(&payment, &folded)));
        let mut rows = sorted(rows, u32::cmp);
        rows.dedup();
        rows
    }

    fn led_to(self, found: &[Found]) -> Vec<TextCustomer> {
        let mut leads: Vec<u32> = Vec::new();
        for one in found {
            match &one.asked {
                Asked::Customers(customers) => leads.extend(customers),
                Asked::Payments(rows) => leads.extend(rows.iter().filter_map(|&row| self.customer_of(row))),
                Asked::Card(_) | Asked::Amount(..) => {}
            }
        }
        let cards: Vec<&String> = found
            .iter()
            .filter_map(|one| match &one.asked {
                Asked::Card(last4) => Some(last4),
                _ => None,
            })
            .collect();
        let amounts: Vec<(i64, &[Currency])> = found
            .iter()
            .filter_map(|one| match &one.asked {
                Asked::Amount(amount, currencies) => Some((*amount, currencies.as_slice())),
                _ => None,
            })
            .collect();
        let has_both = |row: u32| {
            cards.iter().any(|last4| self.is_by_card(row, last4))
                && amounts.iter().any(|(amount, currencies)| self.has_amount(row, *amount, currencies))
        };
        if leads.is_empty() && !cards.is_empty() {
            for (amount, currencies) in &amounts {
                let rows = self.with_amount(*amount, currencies).filter(|&row| has_both(row));
                leads.extend(rows.filter_map(|row| self.customer_of(row)));
            }
        }
        let mut leads = sorted(leads, u32::cmp);
        leads.dedup();
        // Who holds the payments that each finding names, in order.
        let holders: Vec<Vec<u32>> = found
            .iter()
            .map(|one| match &one.asked {
                Asked::Payments(rows) => sorted(rows.iter().filter_map(|&row| self.customer_of(row)), u32::cmp),
                Asked::Customers(customers) => customers.clone(),
                Asked::Card(_) | Asked::Amount(..) => Vec::new(),
            })
            .collect();
        let spoken = leads.into_iter().map(|customer| {
            let rows = self.book.customers.payments(customer);
            let speaks = |(one, holders): (&Found, &Vec<u32>)| match &one.asked {
                Asked::Customers(_) | Asked::Payments(_) => holders.binary_search(&customer).is_ok(),
                Asked::Card(last4) => rows.iter().any(|&row| self.is_by_card(row, last4)),
                Asked::Amount(amount, currencies) => rows.iter().any(|&row| self.has_amount(row, *amount, currencies)),
            };
            let by = found.iter().zip(&holders).enumerate().filter(|(_, one)| speaks(*one)).map(|(place, _)| place);
            (customer, by.collect::<Vec<usize>>())
        });
        let spoken: Vec<(u32, Vec<usize>)> = spoken.collect();
        let most_first = sorted(spoken, |(a, by), (b, others)| {
            others.len().cmp(&by.len()).then_with(|| self.book.compare_customers(self.store, *b, *a))
        });
        let named = |row: u32| {
            let is_named =
                |one: &Found| matches!(&one.asked, Asked::Payments(rows) if rows.binary_search(&row).is_ok());
            found.iter().any(is_named) || has_both(row)
        };
        let customers = most_first.into_iter().take(MOST_CUSTOMERS).filter_map(|(customer, by)| {
            let newest = self.book.customers.payments(customer).iter().rev().copied().filter(|&row| named(row));
            let payments = newest.take(MOST_CUSTOMERS).filter_map(|row| self.payment_item(row)).collect();
            Some(TextCustomer { customer: self.customer_item(customer)?, by, payments })
        });
        customers.collect()
    }
}
