//! The search index: the beginnings of everything that people look for, in order, each with its customer or payment.
//!
//! It is made when somebody searches for the first time. Whatever it finds is looked at again in the ledger, so what became of a record
//! since cannot make it say something wrong; what is new since is looked at one by one, until it is so much that the index is made anew.

use super::super::View;
use crate::fold::fold;
use crate::identity::IdentifierKind;
use crate::ledger::book::Book;
use crate::ledger::customers::Who;
use crate::ledger::intern::Sym;
use crate::ledger::mentions::{Changes, plain_number};
use crate::ledger::numbers::Numbers;
use crate::ledger::payment::Payment;
use crate::ledger::record::{Annex, AttemptState, Contact};
use crate::ledger::rows::{Chunked, at, push_tight, row};
use crate::ledger::store::Store;
use crate::ledger::tables;
use crate::ledger::update::Updated;
use crate::money::Currency;
use crate::order::{sort_rows, sorted};
use core::ops::Range;
use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;
use std::cell::RefCell;
use std::rc::Rc;

/// So many customers and payments may be new or other since the index was made.
const MOST_FRESH: usize = 2_000;

/// Texts that are compared one by one.
const FEW: usize = 16;

/// What a token is: the first byte of its key, so that each sort stands together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Kind {
    /// A word of a name.
    Name = 1,
    /// An e-mail, each word of its local part, its domain.
    Email,
    /// A phone's digits.
    Phone,
    /// A phone's digits from the last to the first: national numbers are the ends of international ones.
    PhoneEnd,
    /// The last four digits of a card.
    Last4,
    /// A code by which an attempt failed.
    Code,
    /// An amount.
    Amount,
    /// An id.
    Id,
}

/// The first sixteen bytes of a token.
type Key = u128;

fn key(kind: Kind, text: &[u8]) -> Key {
    let mut bytes = [0_u8; 16];
    let all = core::iter::once(kind as u8).chain(text.iter().copied());
    bytes.iter_mut().zip(all).for_each(|(slot, byte)| *slot = byte);
    Key::from_be_bytes(bytes)
}

/// The bytes of an amount in ten-thousandths, in order of size, and its currency.
pub fn amount_token(amount: i64, currency: Currency) -> [u8; 11] {
    let mut token = [0; 11];
    let bytes = amount.to_be_bytes().into_iter().chain(currency.letters());
    token.iter_mut().zip(bytes).for_each(|(slot, byte)| *slot = byte);
    token
}

/// Says tokens of an owner, each with its kind.
type Say<'s> = &'s mut dyn FnMut(Kind, &[u8]);

/// The owners of tokens, in order of the tokens.
///
/// Of the tokens themselves only every [`STEP`]th is kept: between two of them, the owners are asked for theirs again. Kept whole, they
/// would be four fifths of the index.
#[derive(Debug, Default)]
pub struct Tokens {
    /// Every [`STEP`]th token.
    keys: Vec<Key>,
    owners: Numbers,
    /// How many tokens there are.
    count: u32,
}

/// Tokens of which one is kept.
const STEP: usize = 32;

/// Tokens that are still to be put in order.
#[derive(Default)]
struct Draft {
    keys: Chunked<Key>,
    owners: Chunked<u32>,
}

/// Tokens are put in order a part at a time, and in each pass those of so many parts: to put all of them in order at once would take more
/// memory than the index.
const PARTS: usize = if cfg!(test) { 2 } else { 16 };

/// How many owners are asked where the parts begin.
const ASKED: usize = if cfg!(test) { 16 } else { 1 << 12 };

/// The first and the last key that begin so.
fn keys_beginning(kind: Kind, text: &[u8]) -> (Key, Key) {
    let first = key(kind, text);
    let free =
        128_u32.saturating_sub(u32::try_from(text.len().min(15)).unwrap_or(15).saturating_add(1).saturating_mul(8));
    (first, first | Key::MAX.checked_shr(128_u32.saturating_sub(free)).unwrap_or(0))
}

impl Tokens {
    /// Adds the tokens of the next kinds, of which each owner says its own, once in each pass.
    fn add(&mut self, passes: usize, owners: &[u32], say: &dyn Fn(u32, Say<'_>)) {
        let mut some = Vec::new();
        for &owner in owners.iter().step_by(owners.len().div_ceil(ASKED).max(1)) {
            say(owner, &mut |kind, text| some.push(key(kind, text)));
        }
        let some = sorted(some, Key::cmp);
        // Where each part but the first begins.
        let step = some.len().div_ceil(passes.saturating_mul(PARTS)).max(1);
        let bounds: Vec<Key> = some.into_iter().step_by(step).skip(1).collect();
        for pass in 0..passes {
            let mut parts: [Draft; PARTS] = Default::default();
            for &owner in owners {
                say(owner, &mut |kind, text| {
                    let key = key(kind, text);
                    let place = bounds.partition_point(|&bound| bound <= key);
                    let place = place.checked_sub(pass.saturating_mul(PARTS));
                    if let Some(part) = place.and_then(|place| parts.get_mut(place)) {
                        part.keys.push(key);
                        part.owners.push(owner);
                    }
                });
            }
            parts.into_iter().for_each(|part| self.put(&part));
        }
    }

    /// Puts tokens behind the others, in order.
    #[inline(never)]
    fn put(&mut self, draft: &Draft) {
        let key = |place: u32| draft.keys.get(at(place)).copied().unwrap_or(Key::MAX);
        let mut places: Vec<u32> = (0_u32..).take(draft.keys.len()).collect();
        sort_rows(&mut places, |a, b| key(a).cmp(&key(b)));
        for place in places {
            let Some(&owner) = draft.owners.get(at(place)) else { continue };
            if at(self.count).is_multiple_of(STEP) {
                push_tight(&mut self.keys, key(place));
            }
            self.owners.put(self.count, owner);
            self.count = self.count.saturating_add(1);
        }
    }

    /// The places of what begins so, and around them places of which some may.
    fn places(&self, first: Key, last: Key) -> (Range<usize>, Range<usize>) {
        let from = self.keys.partition_point(|&key| key < first);
        let until = self.keys.partition_point(|&key| key <= last);
        let place = |step: usize| step.saturating_mul(STEP).min(at(self.count));
        let before = from.checked_sub(1).map_or(0, |step| place(step).saturating_add(1));
        let after = if until > from { place(until.saturating_sub(1)).saturating_add(1) } else { place(from) };
        (place(from)..after, before..place(until))
    }

    /// About how many tokens begin so.
    pub fn about(&self, kind: Kind, text: &[u8]) -> usize {
        let (first, last) = keys_beginning(kind, text);
        let (_, around) = self.places(first, last);
        around.len()
    }

    /// The owners of tokens that begin so. Of what is longer than a key others may be among them. `say` says each token of an owner.
    fn beginning(&self, kind: Kind, text: &[u8], say: &dyn Fn(u32, Say<'_>)) -> Vec<u32> {
        let (first, last) = keys_beginning(kind, text);
        let (sure, around) = self.places(first, last);
        // An owner may have many tokens, and stand here more than once: it is asked once.
        let mut asked: Vec<(u32, bool)> = Vec::new();
        let mut has = |owner: u32| {
            if let Some((_, has)) = asked.iter().find(|(known, _)| *known == owner) {
                return *has;
            }
            let mut has = false;
            say(owner, &mut |of, text| has |= (first..=last).contains(&key(of, text)));
            asked.push((owner, has));
            has
        };
        let owners = |range: Range<usize>| range.filter_map(|place| self.owners.some(row(place)));
        let mut found: Vec<u32> = owners(around.start..sure.start).filter(|&owner| has(owner)).collect();
        found.extend(owners(sure.clone()));
        found.extend(owners(sure.end..around.end).filter(|&owner| has(owner)));
        found
    }
}

/// The tokens of customers, and those of payments.
#[derive(Debug, Default)]
pub struct Index {
    /// Of customers.
    pub customers: Tokens,
    /// Of payments.
    pub payments: Tokens,
    /// The records beside payments that name a customer, by its id.
    records: Named,
}

/// The index, if somebody searched, and what is not in it.
#[derive(Debug, Default)]
pub struct Search {
    index: RefCell<Option<Rc<Index>>>,
    fresh_customers: HashSet<u32, FxBuildHasher>,
    fresh_payments: HashSet<u32, FxBuildHasher>,
    fresh_records: Named,
    fresh_count: usize,
}

/// Records beside payments, by the id of the customer that they name.
type Named = HashMap<Sym, Vec<u32>, FxBuildHasher>;

impl Search {
    /// Notes what changed.
    pub fn update(&mut self, store: &Store, book: &Book, updated: &Updated, changes: &Changes) {
        if self.index.get_mut().is_none() {
            return;
        }
        let annexes = changes.records.iter().filter(|record| record.kind == tables::Kind::Annex);
        for annex in annexes {
            let Some(id) = store.tables.annexes.get(annex.index()).and_then(|annex| annex.customer) else { continue };
            self.fresh_records.entry(id).or_default().push(annex.row);
            self.fresh_count = self.fresh_count.saturating_add(1);
            self.fresh_customers.extend(book.customers.with_id(id).map(|(customer, _, _)| customer));
        }
        self.fresh_customers.extend(&updated.customers);
        self.fresh_payments.extend(&updated.linked);
        let fresh = self.fresh_customers.len().saturating_add(self.fresh_payments.len());
        if fresh.saturating_add(self.fresh_count) > MOST_FRESH {
            *self = Self::default();
        }
    }

    /// The customers that are not in the index as they are.
    pub fn fresh_customers(&self) -> impl Iterator<Item = u32> {
        self.fresh_customers.iter().copied()
    }

    /// The payments that are not in the index as they are.
    pub fn fresh_payments(&self) -> impl Iterator<Item = u32> {
        self.fresh_payments.iter().copied()
    }
}

/// The words of a text that is folded.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The digits of a phone.
pub fn digits(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_digit).collect()
}

impl View<'_> {
    /// The index, made now if there is none.
    pub fn search_index(self) -> Rc<Index> {
        let mut known = self.lazy.search.index.borrow_mut();
        Rc::clone(known.get_or_insert_with(|| Rc::new(self.make_index())))
    }

    fn make_index(self) -> Index {
        let mut records = Named::default();
        for (annex, row) in self.store.tables.annexes.iter().zip(0_u32..) {
            let Some(id) = annex.customer else { continue };
            records.entry(id).or_default().push(row);
        }
        let mut index = Index { records, ..Index::default() };
        let all = &self.book.customers.oldest_first;
        let Index { customers, payments, records } = &mut index;
        // Each by its kinds, in the order of their numbers; what takes longest to be said comes first, when there is room.
        customers.add(1, all, &|customer, say| self.each_contact_token(customer, say));
        customers.add(2, all, &|customer, say| self.each_id_token(customer, &[records], say));
        payments.add(4, &self.book.order, &|row, say| {
            self.each_code_token(row, say);
            self.each_figure_token(row, say);
        });
        payments.add(4, &self.book.order, &|row, say| self.each_id_token_of_payment(row, say));
        index
    }

    /// The customers with a token that begins so.
    pub fn customers_beginning(self, kind: Kind, text: &[u8]) -> Vec<u32> {
        let index = self.search_index();
        let listed = [&index.records, &self.lazy.search.fresh_records];
        index.customers.beginning(kind, text, &|customer, say| match kind {
            Kind::Id => self.each_id_token(customer, &listed, say),
            _ => self.each_contact_token(customer, say),
        })
    }

    /// The payments with a token that begins so.
    pub fn payments_beginning(self, kind: Kind, text: &[u8]) -> Vec<u32> {
        self.search_index().payments.beginning(kind, text, &|row, say| match kind {
            Kind::Id => self.each_id_token_of_payment(row, say),
            Kind::Code => self.each_code_token(row, say),
            _ => self.each_figure_token(row, say),
        })
    }

    /// The ids of the records beside payments that name a registered customer.
    pub fn each_own_record(self, customer: u32, say: &mut dyn FnMut(&str)) {
        let index = self.search_index();
        self.each_record_in(customer, &[&index.records, &self.lazy.search.fresh_records], say);
    }

    fn each_record_in(self, customer: u32, listed: &[&Named], say: &mut dyn FnMut(&str)) {
        let Some(Who::Registered((source, account, id, _), _)) = self.who(customer) else { return };
        let listed = listed.iter().filter_map(|listed| listed.get(&id)).flatten();
        let annexes = listed.filter_map(|&annex| self.store.tables.annexes.get(at(annex)));
        // A record may have named another customer before.
        let own =
            |annex: &&Annex| (annex.head.source, annex.head.account, annex.customer) == (source, account, Some(id));
        annexes.filter(own).for_each(|annex| say(&self.text(annex.head.id)));
    }

    /// All contact data by which a customer is known.
    fn each_contact(self, customer: u32, say: &mut dyn FnMut(Contact)) {
        if let Some(Who::Registered(_, record)) = self.who(customer)
            && let Some(record) = self.store.tables.customers.get(at(record))
        {
            say(record.contact);
        }
        for &row in self.book.customers.payments(customer) {
            self.each_contact_of_payment(row, say);
        }
    }

    fn each_contact_of_payment(self, row: u32, say: &mut dyn FnMut(Contact)) {
        let Some(payment) = self.payment_row(row) else { return };
        let tables = &self.store.tables;
        say(payment.contact);
        tables.orders.get(at(payment.order)).into_iter().for_each(|order| say(order.contact));
        let sessions = self.book.link.sessions.of(row).iter().filter_map(|&row| tables.sessions.get(at(row)));
        sessions.for_each(|session| say(session.contact));
    }

    /// Every distinct text by which a customer is known: names, e-mails and phones, as written and as grouped by.
    pub fn each_known(self, customer: u32, say: &mut dyn FnMut(Kind, &str)) {
        // Most customers have few texts: those are compared one by one.
        let mut few: Vec<(Kind, Sym)> = Vec::new();
        let mut many: HashSet<(Kind, Sym), FxBuildHasher> = HashSet::default();
        let mut is_new = |one: (Kind, Sym)| {
            if few.contains(&one) {
                return false;
            }
            if few.len() < FEW {
                few.push(one);
                return true;
            }
            many.insert(one)
        };
        let mut once = |kind: Kind, sym: Option<Sym>| {
            if let Some(sym) = sym.filter(|&sym| is_new((kind, sym))) {
                say(kind, &self.text(sym));
            }
        };
        self.each_contact(customer, &mut |contact| {
            once(Kind::Name, contact.name);
            once(Kind::Email, contact.email);
            once(Kind::Phone, contact.phone);
        });
        for &row in self.book.customers.payments(customer) {
            for identifier in self.book.uses.identifiers_of(row) {
                match identifier.kind {
                    IdentifierKind::Email => once(Kind::Email, Some(identifier.value)),
                    IdentifierKind::Phone => once(Kind::Phone, Some(identifier.value)),
                    IdentifierKind::Card | IdentifierKind::Customer => {}
                }
            }
        }
    }

    /// Every id by which a customer is known.
    pub fn each_id_of_customer(self, customer: u32, say: &mut dyn FnMut(&str)) {
        say(&self.customer_id(customer));
        let mut last = None;
        for named in self.book.customers.payments(customer).iter().filter_map(|&row| self.book.named(row)) {
            if named.in_source() != last {
                last = named.in_source();
                last.into_iter().for_each(|id| say(&self.text(id)));
            }
        }
    }

    /// What of its names, e-mails and phones a customer is found by.
    fn each_contact_token(self, customer: u32, say: Say<'_>) {
        self.each_known(customer, &mut |kind, text| match kind {
            Kind::Email => each_part_of_email(&fold(text), &mut |part| say(kind, part.as_bytes())),
            Kind::Phone => {
                let digits = digits(text);
                say(Kind::Phone, &digits);
                say(Kind::PhoneEnd, &digits.iter().rev().copied().collect::<Vec<u8>>());
            }
            _ => words(&fold(text)).for_each(|word| say(kind, word.as_bytes())),
        });
    }

    /// The ids that a customer is found by.
    fn each_id_token(self, customer: u32, listed: &[&Named], say: Say<'_>) {
        self.each_id_of_customer(customer, &mut |id| say(Kind::Id, fold(id).as_bytes()));
        self.each_record_in(customer, listed, &mut |id| say(Kind::Id, fold(id).as_bytes()));
    }

    /// Every id that leads to a payment, the number of its order among them.
    pub fn each_id_of_payment(self, row: u32, say: &mut dyn FnMut(&str)) {
        let Some((_, _, own)) = self.book.key(row) else { return };
        say(&self.text(own));
        let tables = &self.store.tables;
        for record in self.book.link.records_of(row) {
            if let Some(head) = tables.head(record).filter(|head| head.id != own) {
                say(&self.text(head.id));
            }
        }
        self.named_by_attempts(row).into_iter().for_each(|id| say(&self.text(id)));
        if let Some(order) = tables.orders.get(at(self.book.link.order_of(row))) {
            say(&self.text(order.head.id));
            order.name.into_iter().for_each(|name| say(plain_number(&self.text(name))));
        }
    }

    /// The codes by which a payment's attempts failed.
    pub fn each_code(self, row: u32, say: &mut dyn FnMut(&str)) {
        let attempts =
            self.book.link.attempts.of(row).iter().filter_map(|&row| self.store.tables.attempts.get(at(row)));
        let failed = attempts.filter(|attempt| matches!(attempt.state, AttemptState::Failed | AttemptState::Blocked));
        failed.flat_map(|attempt| attempt.failure).flatten().for_each(|code| say(&self.text(code)));
    }

    /// What was asked for, and what was taken where that is another, in ten-thousandths.
    pub fn amounts_of(payment: &Payment) -> impl Iterator<Item = i64> {
        let taken = Some(payment.captured).filter(|&taken| taken != payment.amount && taken > 0);
        let (currency, source) = (payment.currency, payment.source);
        [Some(payment.amount), taken].into_iter().flatten().map(move |minor| currency.ten_thousandths(minor, source))
    }

    /// The ids that a payment is found by.
    fn each_id_token_of_payment(self, row: u32, say: Say<'_>) {
        self.each_id_of_payment(row, &mut |id| say(Kind::Id, fold(id).as_bytes()));
    }

    /// The codes that a payment is found by.
    fn each_code_token(self, row: u32, say: Say<'_>) {
        self.each_code(row, &mut |code| say(Kind::Code, fold(code).as_bytes()));
    }

    /// The end of a card and the amounts that a payment is found by.
    fn each_figure_token(self, row: u32, say: Say<'_>) {
        let Some(payment) = self.payment_row(row) else { return };
        payment.method.last4.into_iter().for_each(|last4| say(Kind::Last4, self.text(last4).as_bytes()));
        for amount in Self::amounts_of(&payment) {
            say(Kind::Amount, &amount_token(amount, payment.currency));
        }
    }
}

/// What an e-mail is found by: its beginning, each word of its local part, its domain.
pub fn each_part_of_email(email: &str, say: &mut dyn FnMut(&str)) {
    say(email);
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    words(local).skip(1).for_each(&mut *say);
    if !domain.is_empty() {
        say(domain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
        /// Against a look at every token. Lists of some hundred have many that are kept, and many between.
        #[test]
        fn the_owners_of_what_begins_so_are_found(
            texts in prop::collection::vec("[ab]{0,6}", 0..200),
            asked in "[ab]{0,3}",
        ) {
            let owned = |owner: u32| texts.get(at(owner / 2)).into_iter().chain(texts.get(at(owner / 2 + 1)));
            let say = |owner: u32, say: Say<'_>| owned(owner).for_each(|text| say(Kind::Name, text.as_bytes()));
            let owners: Vec<u32> = (0_u32..).step_by(2).take(texts.len()).collect();
            let mut tokens = Tokens::default();
            tokens.add(2, &owners, &say);
            let mut found = tokens.beginning(Kind::Name, asked.as_bytes(), &say);
            prop_assert!(tokens.about(Kind::Name, asked.as_bytes()) >= found.len());
            found.sort_unstable();
            found.dedup();
            let begins = |owner: &u32| owned(*owner).any(|text| text.starts_with(&asked));
            prop_assert_eq!(found, owners.into_iter().filter(begins).collect::<Vec<u32>>());
        }
    }
}
