//! Lists as dashboards show them: filtered, sorted by any column, in pages that hold while records arrive, counted and in chosen columns.
//!
//! A list is put in order when it is first asked for, and is then kept: a page is a look into it. What a record changes is taken out
//! and put to its new place.

mod column;
mod cursor;
mod facet;
mod filter;
mod table;

pub use column::{Column, CustomerColumn, PaymentColumn, Sort};
pub use facet::{FacetCounts, FacetValue, Facets};
pub use filter::{Facet, Filter};
pub(super) use filter::{Test, span};
pub use table::{Cell, Table, TableColumn};
pub(super) use table::{customer_cell, payment_cell, text};

use super::View;
use super::page::Query;
use crate::error::GuestfolioError;
use crate::ledger::book::Book;
use crate::ledger::customers::Who;
use crate::ledger::intern::Sym;
use crate::ledger::rows::at;
use crate::ledger::update::Updated;
use crate::money::Currency;
use crate::order::{sort_rows, sorted};
use core::cmp::Ordering;
use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;
use std::cell::RefCell;
use std::rc::Rc;

/// Lists that are kept; the one that was asked for longest ago goes first.
const MOST_KEPT: usize = 8;

/// Rows that changed since a list was asked for; with more it is made anew.
const MOST_TOUCHED: usize = 10_000;

/// So many rows are always put to their places one by one.
const FEW: usize = 16;

/// A list: of what, in which order, under which conditions. Both directions are one list.
#[derive(Clone, PartialEq, Eq, Debug)]
struct ListKey {
    column: Column,
    currency: Option<Currency>,
    /// What it means, not only its words: a day is another time in another zone.
    filter: Filter,
}

/// Rows in ascending order; those without a value stand behind the others.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub list: Vec<u32>,
    /// How many have a value.
    valued: usize,
}

#[derive(Debug)]
struct Kept {
    key: ListKey,
    rows: Rc<Rows>,
    /// What may stand elsewhere now, or is new or gone.
    touched: Vec<u32>,
    /// What it depends on.
    needs: Needs,
}

/// What a list depends on, beside its rows themselves.
#[derive(Clone, Copy, Debug)]
struct Needs {
    /// Who a payment's customer is.
    customers: bool,
    /// Verdicts: one refund may change those of all payments.
    verdicts: bool,
}

/// Counts of payments, or of customers, under a filter.
type Counted = (bool, Rc<str>, Rc<Facets>);

/// The lists that were asked for, the latest last.
#[derive(Debug, Default)]
pub struct Lists {
    kept: RefCell<Vec<Kept>>,
    facets: RefCell<Vec<Counted>>,
}

impl Lists {
    /// Notes what changed.
    pub fn update(&mut self, book: &Book, updated: &Updated) {
        self.facets.get_mut().clear();
        let changed = !updated.linked.is_empty() || !updated.customers.is_empty();
        self.kept.get_mut().retain(|kept| !(changed && kept.needs.verdicts) && kept.touched.len() <= MOST_TOUCHED);
        for kept in self.kept.get_mut() {
            match kept.key.column {
                Column::Customer(_) => kept.touched.extend(&updated.customers),
                Column::Payment(_) => {
                    kept.touched.extend(&updated.linked);
                    if kept.needs.customers {
                        let of_customers = updated.customers.iter().flat_map(|&one| book.customers.payments(one));
                        kept.touched.extend(of_customers);
                    }
                }
            }
        }
    }
}

/// The rows of a page, in its order.
pub(super) struct Listed {
    pub rows: Vec<u32>,
    pub total: usize,
    pub next: Option<String>,
}

impl Rows {
    /// All rows of a list that is sorted by time, the newest first.
    pub fn newest(&self) -> impl Iterator<Item = u32> {
        (0..self.list.len()).filter_map(|place| self.at(place, true))
    }

    /// The row at a place of the list as it is shown.
    pub(super) fn at(&self, place: usize, descending: bool) -> Option<u32> {
        let index = match (descending, place < self.valued) {
            (false, _) => place,
            (true, true) => self.valued.saturating_sub(1).saturating_sub(place),
            (true, false) => self.list.len().saturating_sub(1).saturating_sub(place.saturating_sub(self.valued)),
        };
        self.list.get(index).copied().filter(|_| place < self.list.len())
    }
}

impl<'l> View<'l> {
    /// A page of a list that is sorted or filtered.
    pub(super) fn list_page(self, query: &Query, of_payments: bool) -> Result<Listed, GuestfolioError> {
        let sort = query.sort.unwrap_or_else(|| Sort::default_of(of_payments));
        let cursor = query.cursor.as_deref().map(|text| self.parse_cursor(text, &sort)).transpose()?;
        let rows = self.arranged(query, of_payments)?;
        let start = cursor.map_or(0, |cursor| {
            let behind = |row: u32| self.place(row, &sort, of_payments).map(|place| place.compare(&cursor, self));
            let (valued, others) = rows.list.split_at(rows.valued.min(rows.list.len()));
            let before =
                |part: &[u32], ends: fn(Ordering) -> bool| part.partition_point(|&row| behind(row).is_some_and(ends));
            match (sort.descending, cursor.value.is_some()) {
                (false, _) => before(&rows.list, Ordering::is_le),
                (true, true) => valued.len().saturating_sub(before(valued, Ordering::is_lt)),
                (true, false) => rows.list.len().saturating_sub(before(others, Ordering::is_lt)),
            }
        });
        let end = start.saturating_add(query.limit);
        let page: Vec<u32> = (start..end).map_while(|place| rows.at(place, sort.descending)).collect();
        let last = page.last().filter(|_| end < rows.list.len());
        let next = last.and_then(|&last| self.place(last, &sort, of_payments));
        let next = next.map(|place| self.cursor_text(&place, &sort));
        Ok(Listed { rows: page, total: rows.list.len(), next })
    }

    /// All rows of a query, in ascending order.
    #[inline(never)]
    pub(super) fn arranged(self, query: &Query, of_payments: bool) -> Result<Rc<Rows>, GuestfolioError> {
        let sort = query.sort.unwrap_or_else(|| Sort::default_of(of_payments));
        Ok(match query.customer.as_deref() {
            Some(customer) => {
                let own = self.book.customers.payments(self.resolve_customer(customer)?);
                Rc::new(self.in_order(own.to_vec(), &sort, &query.filter))
            }
            None => self.kept(&sort, &query.filter, of_payments),
        })
    }

    /// All rows that a filter holds, in order of time.
    pub(super) fn filtered(self, filter: &Filter, of_payments: bool) -> Rc<Rows> {
        self.kept(&Sort::default_of(of_payments), filter, of_payments)
    }

    /// A list, as it was kept and brought up to date, or made now.
    #[inline(never)]
    fn kept(self, sort: &Sort, filter: &Filter, of_payments: bool) -> Rc<Rows> {
        let key = ListKey { column: sort.column, currency: sort.currency, filter: filter.clone() };
        let mut lists = self.lazy.lists.kept.borrow_mut();
        let known = lists.iter().position(|kept| kept.key == key).map(|place| lists.remove(place));
        let rows = match known {
            Some(Kept { rows, touched, .. }) if touched.is_empty() => rows,
            // Where much changed, all is put in order again.
            Some(Kept { rows, touched, .. }) if touched.len() <= FEW.max(rows.list.len() / 1024) => {
                Rc::new(self.moved(Rc::unwrap_or_clone(rows), touched, sort, filter, of_payments))
            }
            _ => Rc::new(self.in_order(self.candidates(of_payments), sort, filter)),
        };
        if lists.len() >= MOST_KEPT {
            lists.remove(0);
        }
        let needs = Needs {
            customers: filter.asks_of_customers() || sort.column == Column::Payment(PaymentColumn::Customer),
            verdicts: filter.asks_for_verdicts(),
        };
        lists.push(Kept { key, rows: Rc::clone(&rows), touched: Vec::new(), needs });
        rows
    }

    /// All rows of a list, in the order that those of one value keep.
    fn candidates(self, of_payments: bool) -> Vec<u32> {
        if of_payments {
            return self.book.order.clone();
        }
        let mut rows = self.book.customers.oldest_first.clone();
        sort_rows(&mut rows, |a, b| match (self.who(a), self.who(b)) {
            // As their ties are, but nearly always by time alone.
            (Some(Who::Guest(a)), Some(Who::Guest(b))) => self.book.compare(self.store, a, b),
            _ => self.tie(a, false).cmp(&self.tie(b, false)),
        });
        rows
    }

    /// The rows that a filter holds, in order of a column; rows of one value keep theirs.
    #[inline(never)]
    fn in_order(self, mut rows: Vec<u32>, sort: &Sort, filter: &Filter) -> Rows {
        let of_payments = matches!(sort.column, Column::Payment(_));
        if !filter.text.is_empty() {
            let test = Test::new(self, filter);
            rows.retain(|&row| test.holds(row, of_payments));
        }
        // Texts are folded once each, and rows are compared by the places of their texts among all.
        let mut texts: HashMap<Sym, u32, FxBuildHasher> = HashMap::default();
        let mut words: Vec<(String, u32)> = Vec::new();
        let mut keys: Vec<Option<i64>> = Vec::with_capacity(rows.len());
        for (&row, number) in rows.iter().zip(0_u32..) {
            keys.push(match self.value(row, sort) {
                None => None,
                Some(column::Value::Number(number)) => Some(number),
                Some(column::Value::Text(sym)) => {
                    let next = u32::try_from(texts.len()).unwrap_or(u32::MAX);
                    Some(i64::from(*texts.entry(sym).or_insert(next)))
                }
                Some(column::Value::Word(word)) => {
                    words.push((word, number));
                    Some(0)
                }
            });
        }
        if !texts.is_empty() {
            let folded =
                texts.into_iter().map(|(sym, number)| (crate::fold::fold(&self.text(sym)), self.text(sym), number));
            let mut ranks: Vec<i64> = Vec::new();
            let ordered = sorted(folded, |a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
            ranks.resize(ordered.len(), 0);
            for ((_, _, number), rank) in ordered.into_iter().zip(0_i64..) {
                if let Some(slot) = ranks.get_mut(at(number)) {
                    *slot = rank;
                }
            }
            for key in keys.iter_mut().flatten() {
                *key = usize::try_from(*key).ok().and_then(|number| ranks.get(number).copied()).unwrap_or(*key);
            }
        }
        for ((_, number), rank) in sorted(words, |a, b| a.0.cmp(&b.0)).into_iter().zip(0_i64..) {
            if let Some(key) = keys.get_mut(at(number)) {
                *key = Some(rank);
            }
        }
        let key = |number: u32| keys.get(at(number)).copied().flatten().map_or((true, 0), |key| (false, key));
        let mut numbers: Vec<u32> = (0_u32..).take(rows.len()).collect();
        sort_rows(&mut numbers, |a, b| key(a).cmp(&key(b)));
        let valued = numbers.partition_point(|&number| !key(number).0);
        let list = numbers.into_iter().filter_map(|number| rows.get(at(number)).copied()).collect();
        Rows { list, valued }
    }

    /// A list in which some rows may stand elsewhere now.
    fn moved(self, mut rows: Rows, touched: Vec<u32>, sort: &Sort, filter: &Filter, of_payments: bool) -> Rows {
        let touched: HashSet<u32, FxBuildHasher> = touched.into_iter().collect();
        let valued = rows.list.iter().take(rows.valued).filter(|row| !touched.contains(*row)).count();
        rows.list.retain(|row| !touched.contains(row));
        rows.valued = valued;
        let test = Test::new(self, filter);
        let is_listed = |row: u32| {
            let is_here = if of_payments { self.standing(row).is_some() } else { self.book.customers.is_listed(row) };
            is_here && (filter.text.is_empty() || test.holds(row, of_payments))
        };
        for row in touched.into_iter().filter(|&row| is_listed(row)) {
            let Some(place) = self.place(row, sort, of_payments) else { continue };
            let before = |&known: &u32| {
                self.place(known, sort, of_payments).is_some_and(|known| known.compare(&place, self).is_lt())
            };
            let index = rows.list.partition_point(before);
            rows.list.insert(index, row);
            rows.valued = rows.valued.saturating_add(usize::from(place.value.is_some()));
        }
        rows
    }
}
