//! Where a page of a sorted list ended: the value of its last row and which row it was.
//!
//! Rows that arrive meanwhile shift nothing, since the next page begins behind that value. A payer's text is not in the cursor: it
//! names the text by its number in this ledger.

use super::super::View;
use super::column::{Sort, Value};
use crate::bytes::{from_hex, push_hex};
use crate::error::{ErrorCode, GuestfolioError};
use crate::ledger::customers::Who;
use crate::ledger::intern::hash_of;
use crate::ledger::record::Mode;
use crate::ledger::tables::{Kind, Ref};
use crate::money::Currency;
use crate::source::Source;
use core::cmp::Ordering;
use std::borrow::Cow;

/// Which row a cursor names, and how rows of one value are ordered: by time and key of the payment, of a guest by that of its first;
/// registered customers come behind guests.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Tie<'t> {
    /// (created, source, account, id) of a payment.
    Payment(i64, Source, Cow<'t, str>, Cow<'t, str>),
    /// A registered customer.
    Registered(Source, Cow<'t, str>, Cow<'t, str>, Mode),
}

/// The place of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place<'t> {
    /// Its value.
    pub value: Option<Value>,
    /// The row.
    pub tie: Tie<'t>,
}

impl Place<'_> {
    /// How places follow each other, ascending; what has no value comes last.
    pub fn compare(&self, other: &Self, view: View<'_>) -> Ordering {
        let values = match (&self.value, &other.value) {
            (Some(a), Some(b)) => a.compare(b, view),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        values.then_with(|| self.tie.cmp(&other.tie))
    }
}

const MODES: [(Mode, &str); 3] = [(Mode::Live, "live"), (Mode::Test, "test"), (Mode::Unknown, "unknown")];

/// Says that a number of a text belongs to a ledger whose first record has this id. Nothing of the text is in it.
fn check(first: &str, number: usize) -> u32 {
    let hash = hash_of(format!("{first}/{number}").as_bytes());
    u32::try_from(hash >> 32).unwrap_or(0)
}

fn direction(sort: &Sort) -> String {
    let currency = sort.currency.map(Currency::code).unwrap_or_default();
    format!("{}.{}{currency}", sort.column.word(), if sort.descending { 'd' } else { 'a' })
}

impl<'l> View<'l> {
    /// Which row this is.
    pub(super) fn tie(self, row: u32, of_payments: bool) -> Option<Tie<'l>> {
        let of_payment = |row| {
            let (source, account, id) = self.book.key(row)?;
            Some(Tie::Payment(self.standing(row)?.created, source, self.text(account), self.text(id)))
        };
        if of_payments {
            return of_payment(row);
        }
        match self.who(row)? {
            Who::Guest(founder) => of_payment(founder),
            Who::Registered((source, account, id, mode), _) => {
                Some(Tie::Registered(source, self.text(account), self.text(id), mode))
            }
        }
    }

    /// The place of a row.
    pub(super) fn place(self, row: u32, sort: &Sort, of_payments: bool) -> Option<Place<'l>> {
        Some(Place { value: self.value(row, sort), tie: self.tie(row, of_payments)? })
    }

    /// A place as text. It is opaque to hosts.
    pub(super) fn cursor_text(self, place: &Place<'_>, sort: &Sort) -> String {
        let mut text = format!("l.{}.", direction(sort));
        match &place.value {
            None => text.push('-'),
            Some(Value::Number(number)) => text.push_str(&format!("n{number}")),
            Some(Value::Text(sym)) => {
                let first = self.first_ids().next().unwrap_or_default();
                text.push_str(&format!("t{}-{}", sym.index(), check(&first, sym.index())));
            }
            Some(Value::Word(word)) => {
                text.push('w');
                push_hex(&mut text, word.as_bytes());
            }
        }
        text.push('.');
        text.push_str(&match &place.tie {
            Tie::Payment(created, source, account, id) => format!("p.{created}.{source}:{account}:{id}"),
            Tie::Registered(source, account, id, mode) => {
                let (_, mode) = MODES.iter().find(|(known, _)| known == mode).unwrap_or(&MODES[2]);
                format!("r.{mode}.{source}:{account}:{id}")
            }
        });
        text
    }

    /// Reads a cursor that [`View::cursor_text`] made in this ledger, of a list that is sorted so.
    pub(super) fn parse_cursor<'t>(self, text: &'t str, sort: &Sort) -> Result<Place<'t>, GuestfolioError> {
        let error = |message| GuestfolioError::new(ErrorCode::InvalidCursor, "/cursor", message);
        let rest =
            text.strip_prefix("l.").ok_or_else(|| error("must be the `next` of an earlier page of this list"))?;
        let rest = rest.strip_prefix(&direction(sort)).and_then(|rest| rest.strip_prefix('.'));
        let rest = rest.ok_or_else(|| error("is of a list that is sorted in another way"))?;
        self.parse_place(rest).ok_or_else(|| error("is not one of this ledger"))
    }

    fn parse_place(self, text: &str) -> Option<Place<'_>> {
        let (value, rest) = text.split_once('.')?;
        let value = match value.split_at_checked(1)? {
            ("-", "") => None,
            ("n", number) => Some(Value::Number(number.parse().ok()?)),
            ("t", rest) => {
                let (number, sum) = rest.split_once('-')?;
                let sym = self.store.interner.sym_at(number.parse().ok()?)?;
                let sum: u32 = sum.parse().ok()?;
                // Records of another kind may have come since: any kind's first one will do.
                self.first_ids().any(|first| check(&first, sym.index()) == sum).then_some(Some(Value::Text(sym)))?
            }
            ("w", hex) => Some(Value::Word(String::from_utf8(from_hex(hex)?).ok()?)),
            _ => return None,
        };
        let (kind, rest) = rest.split_once('.')?;
        let (first, rest) = rest.split_once('.')?;
        let (source, rest) = rest.split_once(':')?;
        let (account, id) = rest.split_once(':')?;
        let source = Source::from_word(source)?;
        let tie = match kind {
            "p" => Tie::Payment(first.parse().ok()?, source, account.into(), id.into()),
            "r" => {
                let (mode, _) = MODES.iter().find(|(_, word)| *word == first)?;
                Tie::Registered(source, account.into(), id.into(), *mode)
            }
            _ => return None,
        };
        self.knows(account, id).then_some(Place { value, tie })
    }

    /// The ids of the first record of each kind: rows keep their places.
    fn first_ids(self) -> impl Iterator<Item = Cow<'l, str>> {
        let first = move |kind| self.store.tables.head(Ref { kind, row: 0 }).map(|head| self.text(head.id));
        Kind::ALL.into_iter().filter_map(first)
    }
}
