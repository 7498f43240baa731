//! Whether a customer or a payment meets a term, and by what.

use super::super::View;
use super::super::list::{Filter, Test};
use super::SearchMatch;
use super::index::{Kind, digits, each_part_of_email, words};
use super::terms::{Asked, SearchField, Term};
use crate::fold::fold;
use crate::ledger::mentions::plain_number;
use crate::ledger::payment::Payment;
use crate::ledger::rows::at;

/// Digits of a word that may be the end of a phone: fewer are too many people's.
const LEAST_DIGITS: usize = 5;

/// A customer that meets all terms.
pub struct Match {
    /// By what; nothing where only payments of it do, since the conditions about customers are not met by it.
    pub by: Option<Vec<SearchMatch>>,
    /// Its payments that meet all terms and that a term is about, the newest first, with what they meet it by.
    pub payments: Vec<(u32, Vec<SearchMatch>)>,
}

/// Whether a word may be looked for among phones.
pub fn is_end_of_phone(word: &str) -> bool {
    let is_shaped = word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'(' | b')'));
    is_shaped && digits(word).len() >= LEAST_DIGITS
}

/// The digits of a number without what is written before it at home: the end of its international form.
pub fn national(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits.iter().copied().filter(u8::is_ascii_digit).collect();
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.get(zeros..).unwrap_or_default().to_vec()
}

/// The digits of an international number: `00` is `+`.
pub fn international(digits: &[u8]) -> &[u8] {
    digits.strip_prefix(b"00").unwrap_or(digits)
}

fn is_phone(known: &str, asked: &[u8]) -> bool {
    let (known, home) = (digits(known), national(asked));
    !home.is_empty() && (known.ends_with(&home) || known.starts_with(international(asked)))
}

/// Whether words stand in a text one after the other, each but the last whole.
fn has_words(text: &str, asked: &str) -> bool {
    let (text, asked): (Vec<&str>, Vec<&str>) = (words(text).collect(), words(asked).collect());
    let Some((last, first)) = asked.split_last() else { return false };
    text.windows(asked.len())
        .any(|window| window.split_last().is_some_and(|(end, start)| start == first && end.starts_with(last)))
}

fn has_part(email: &str, asked: &str) -> bool {
    let mut found = false;
    each_part_of_email(email, &mut |part| found |= part.starts_with(asked));
    found
}

impl View<'_> {
    /// Whether a customer meets all terms, itself or by one of its payments.
    pub(super) fn matches(self, customer: u32, terms: &[Term], test: &Test<'_, '_>, filter: &Filter) -> Option<Match> {
        let is_meant = test.customer_misses(customer) == 0;
        let own: Vec<Option<SearchField>> =
            terms.iter().map(|term| self.customer_meets(customer, &term.asked)).collect();
        let match_of = |term: &Term, field: SearchField| SearchMatch { term: term.typed.clone(), field };
        let mut payments = Vec::new();
        let mut rest: Option<Vec<SearchMatch>> = None;
        let asks_of_payments = filter.asks_of_payments();
        for &row in self.book.customers.payments(customer).iter().rev() {
            // A payment has a system and a country of its own.
            let Some(payment) = self.payment_row(row) else { continue };
            let is_payment_meant = filter.text.is_empty() || test.payment_misses(row, &payment) == 0;
            let is_its_customers = !asks_of_payments || test.payment_of_customer_misses(row, &payment) == 0;
            if !(is_payment_meant || is_meant && is_its_customers) {
                continue;
            }
            let of_payment: Vec<Option<SearchField>> =
                terms.iter().map(|term| self.payment_meets(row, &payment, &term.asked)).collect();
            let is_met = own.iter().zip(&of_payment).all(|(own, of)| own.is_some() || of.is_some());
            if !is_met {
                continue;
            }
            let both = terms.iter().zip(own.iter().zip(&of_payment));
            let by = both.filter_map(|(term, (own, of))| Some(match_of(term, of.or(*own)?)));
            let by: Vec<SearchMatch> = by.collect();
            if is_meant && is_its_customers {
                rest.get_or_insert_with(|| by.clone());
            }
            if is_payment_meant && (asks_of_payments || of_payment.iter().any(Option::is_some)) {
                payments.push((row, by));
            }
        }
        // Where the customer meets every term, no payment is needed but for the conditions.
        let itself = !asks_of_payments && own.iter().all(Option::is_some);
        let by_itself = || terms.iter().zip(&own).filter_map(|(term, field)| Some(match_of(term, (*field)?))).collect();
        let by = if itself && is_meant { Some(by_itself()) } else { rest };
        (by.is_some() || !payments.is_empty()).then_some(Match { by, payments })
    }

    /// In what of a customer's a term is found.
    pub(super) fn customer_meets(self, customer: u32, asked: &Asked) -> Option<SearchField> {
        // What is a payment's alone is sought in no customer's texts.
        let is_a_customers = match asked {
            Asked::Word(_) | Asked::Phrase(_) | Asked::Phone(_) => true,
            Asked::Of(field, _) => matches!(field, SearchField::Name | SearchField::Email | SearchField::Id),
            Asked::Amount(..) => false,
        };
        if !is_a_customers {
            return None;
        }
        let mut found = None;
        let mut find = |field: SearchField, is: bool| {
            if is {
                found.get_or_insert(field);
            }
        };
        let by_id = |text: &str| {
            let mut is = false;
            self.each_id_of_customer(customer, &mut |id| is |= fold(id).starts_with(text));
            self.each_own_record(customer, &mut |id| is |= fold(id).starts_with(text));
            is
        };
        self.each_known(customer, &mut |kind, text| match (asked, kind) {
            (Asked::Word(word), Kind::Name) => find(SearchField::Name, has_words(&fold(text), word)),
            (Asked::Word(word), Kind::Email) => find(SearchField::Email, has_part(&fold(text), word)),
            (Asked::Word(word), Kind::Phone) if is_end_of_phone(word) => {
                find(SearchField::Phone, is_phone(text, &digits(word)));
            }
            (Asked::Phrase(phrase), Kind::Name) => find(SearchField::Name, has_words(&fold(text), phrase)),
            (Asked::Phone(digits), Kind::Phone) => find(SearchField::Phone, is_phone(text, digits)),
            (Asked::Of(SearchField::Name, asked), Kind::Name) => find(SearchField::Name, has_words(&fold(text), asked)),
            (Asked::Of(SearchField::Email, asked), Kind::Email) => {
                find(SearchField::Email, has_part(&fold(text), asked))
            }
            _ => {}
        });
        match asked {
            Asked::Word(text) | Asked::Of(SearchField::Id, text) if found.is_none() && by_id(text) => {
                Some(SearchField::Id)
            }
            _ => found,
        }
    }

    /// In what of a payment's a term is found.
    pub(super) fn payment_meets(self, row: u32, payment: &Payment, asked: &Asked) -> Option<SearchField> {
        match asked {
            Asked::Word(text) => {
                let fields = [SearchField::Id, SearchField::Card, SearchField::Code];
                fields.into_iter().find(|field| self.payment_has(row, payment, *field, text))
            }
            Asked::Phrase(text) => Some(SearchField::Id).filter(|field| self.payment_has(row, payment, *field, text)),
            Asked::Of(field, text) => Some(*field).filter(|field| self.payment_has(row, payment, *field, text)),
            Asked::Phone(_) => None,
            Asked::Amount(amount, currencies) => {
                let is_currency = currencies.is_empty() || currencies.contains(&payment.currency);
                let is_meant = Self::amounts_of(payment).any(|one| one == *amount);
                (is_currency && is_meant).then_some(SearchField::Amount)
            }
        }
    }

    fn payment_has(self, row: u32, payment: &Payment, field: SearchField, text: &str) -> bool {
        let mut found = false;
        match field {
            SearchField::Id => self.each_id_of_payment(row, &mut |id| found |= fold(id).starts_with(text)),
            SearchField::Card => found = self.has_card(payment, text),
            SearchField::Code => self.each_code(row, &mut |code| found |= fold(code).starts_with(text)),
            SearchField::Order => found = self.is_of_order(payment, text),
            _ => {}
        }
        found
    }

    /// Whether it was paid with a card that ends so.
    pub(super) fn has_card(self, payment: &Payment, last4: &str) -> bool {
        payment.method.last4.is_some_and(|known| self.text(known) == last4)
    }

    /// Whether its order has this number or id, which is folded.
    pub(super) fn is_of_order(self, payment: &Payment, text: &str) -> bool {
        self.store.tables.orders.get(at(payment.order)).is_some_and(|order| {
            let number = order.name.map(|name| fold(plain_number(&self.text(name))));
            number.as_deref() == Some(text) || fold(&self.text(order.head.id)) == text
        })
    }
}
