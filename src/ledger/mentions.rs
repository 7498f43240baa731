//! Which records name which ids: what a changed record is connected with.
//!
//! Two records that are one payment, or one order's money, name each other, or an id in common. So when a record changes, only
//! those are linked anew that are connected with it, however many steps away.

use super::intern::{Interner, Sym};
use super::record::{Annex, Attempt, Customer, Intent, Order, Session};
use super::reversal::{Dispute, Refund};
use super::rows::row;
use super::store::Store;
use super::tables::{Kind, Ref};
use crate::order::sorted;
use crate::source::Source;
use core::num::NonZeroU32;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

/// In which way a record names an id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Naming {
    /// An id of its own source and account.
    Own,
    /// A payment's id at a gateway, whichever.
    Payment,
    /// An order's id or number in a shop, whichever.
    Order,
}

/// What ids a record names, but its own.
pub trait Names {
    /// Says each.
    fn names(&self, _interner: &Interner, _say: &mut dyn FnMut(Naming, Sym)) {}
}

fn all(say: &mut dyn FnMut(Naming, Sym), naming: Naming, ids: &[Option<Sym>]) {
    ids.iter().flatten().for_each(|&id| say(naming, id));
}

impl Names for Attempt {
    fn names(&self, _: &Interner, say: &mut dyn FnMut(Naming, Sym)) {
        all(say, Naming::Own, &[self.payment, self.parent, self.transaction, self.dispute]);
        all(say, Naming::Order, &[self.order]);
        self.references.iter().for_each(|&id| say(Naming::Payment, id));
    }
}

impl Names for Intent {
    fn names(&self, _: &Interner, say: &mut dyn FnMut(Naming, Sym)) {
        all(say, Naming::Order, &[self.order]);
        self.attempts.iter().for_each(|&id| say(Naming::Own, id));
    }
}

impl Names for Refund {
    fn names(&self, _: &Interner, say: &mut dyn FnMut(Naming, Sym)) {
        all(say, Naming::Own, &[self.attempt, self.payment]);
    }
}

impl Names for Dispute {
    fn names(&self, _: &Interner, say: &mut dyn FnMut(Naming, Sym)) {
        all(say, Naming::Own, &[self.attempt, self.payment]);
    }
}

impl Names for Session {
    fn names(&self, _: &Interner, say: &mut dyn FnMut(Naming, Sym)) {
        all(say, Naming::Own, &[self.payment]);
    }
}

impl Names for Order {
    fn names(&self, interner: &Interner, say: &mut dyn FnMut(Naming, Sym)) {
        // The store keeps the number without its mark, too: a payment may name it later.
        let plain = self.name.and_then(|name| interner.find(plain_number(&interner.get(name))));
        all(say, Naming::Order, &[self.name, plain.filter(|&plain| Some(plain) != self.name)]);
    }
}

/// An order's number without its mark: `1001` of `#1001`.
pub fn plain_number(name: &str) -> &str {
    name.trim_start_matches('#')
}

impl Names for Annex {
    fn names(&self, _: &Interner, say: &mut dyn FnMut(Naming, Sym)) {
        all(say, Naming::Own, &[self.payment]);
    }
}

/// A customer's record links no money.
impl Names for Customer {}

/// The records that name each id. What a record named once stays: that connects too much, never too little.
#[derive(Debug, Default)]
pub struct Mentions {
    /// For each symbol its newest entry, counted from 1; 0 for none.
    first: Vec<u32>,
    entries: Vec<Entry>,
    /// What was added since they were made: a record that changes often must not fill the list.
    added: HashSet<(Sym, u8, u32, Naming), FxBuildHasher>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    by: Ref,
    naming: Naming,
    next: u32,
}

impl Mentions {
    /// Those of all records.
    pub fn new(store: &Store) -> Self {
        let mut mentions = Self::default();
        for kind in Kind::of_payments() {
            for by in (0..row(store.tables.len(kind))).map(|row| Ref { kind, row }) {
                store.tables.names(by, &store.interner, &mut |naming, id| mentions.push(id, by, naming));
            }
        }
        mentions
    }

    /// Adds what a record names now.
    pub fn add(&mut self, store: &Store, by: Ref) {
        store.tables.names(by, &store.interner, &mut |naming, id| {
            if self.added.insert((id, by.kind as u8, by.row, naming)) {
                self.push(id, by, naming);
            }
        });
    }

    fn push(&mut self, id: Sym, by: Ref, naming: Naming) {
        if self.first.len() <= id.index() {
            self.first.resize(id.index().saturating_add(1), 0);
        }
        if let Some(first) = self.first.get_mut(id.index()) {
            self.entries.push(Entry { by, naming, next: *first });
            *first = row(self.entries.len());
        }
    }

    fn of(&self, id: Sym) -> impl Iterator<Item = Entry> {
        let mut next = self.first.get(id.index()).copied().unwrap_or(0);
        core::iter::from_fn(move || {
            let place = NonZeroU32::new(next)?.get().checked_sub(1)?;
            let entry = *self.entries.get(super::rows::at(place))?;
            next = entry.next;
            Some(entry)
        })
    }
}

/// What changed in a store.
#[derive(Debug, Default)]
pub struct Changes {
    /// The records that are new or of another version.
    pub records: Vec<Ref>,
    /// What their earlier versions named.
    pub named: Vec<(Ref, Naming, Sym)>,
}

/// An id within its source and account.
pub type Scoped = (Source, Sym, Sym);

/// Records that are connected with others by the ids that they name.
#[derive(Debug, Default)]
pub struct Connected {
    /// The rows of each kind, in order.
    rows: [Vec<u32>; 8],
    /// Every id that they have, name or named.
    pub ids: Vec<Scoped>,
}

impl Connected {
    /// All records that are connected with changed ones.
    pub fn with(store: &Store, mentions: &Mentions, changes: &Changes) -> Self {
        let mut search =
            Search { store, mentions, seen: HashSet::default(), ids: HashSet::default(), open: Vec::new() };
        for &by in &changes.records {
            search.meet(by);
        }
        for &(by, naming, id) in &changes.named {
            search.follow(by, naming, id);
        }
        while let Some(by) = search.open.pop() {
            search.visit(by);
        }
        let Search { seen, ids, .. } = search;
        let mut found = Self { ids: ids.into_iter().collect(), ..Self::default() };
        for (kind, row) in seen {
            if let Some(rows) = found.rows.get_mut(usize::from(kind)) {
                rows.push(row);
            }
        }
        for rows in &mut found.rows {
            *rows = sorted(core::mem::take(rows), u32::cmp);
        }
        found
    }

    /// The rows of a kind.
    pub fn of(&self, kind: Kind) -> &[u32] {
        self.rows.get(usize::from(kind as u8)).map(Vec::as_slice).unwrap_or_default()
    }
}

struct Search<'s> {
    store: &'s Store,
    mentions: &'s Mentions,
    seen: HashSet<(u8, u32), FxBuildHasher>,
    ids: HashSet<Scoped, FxBuildHasher>,
    open: Vec<Ref>,
}

impl Search<'_> {
    fn meet(&mut self, record: Ref) {
        if record.kind != Kind::Customer && self.seen.insert((record.kind as u8, record.row)) {
            self.open.push(record);
        }
    }

    fn visit(&mut self, record: Ref) {
        let Some(head) = self.store.tables.head(record) else { return };
        let (source, account, id) = (head.source, head.account, head.id);
        self.own_id((source, account, id));
        // Who names it from another system.
        for entry in self.mentions.of(id) {
            let fits = match entry.naming {
                Naming::Own => false,
                Naming::Payment => matches!(record.kind, Kind::Attempt | Kind::Intent | Kind::Session),
                Naming::Order => record.kind == Kind::Order,
            };
            if fits {
                self.meet(entry.by);
            }
        }
        let store = self.store;
        store.tables.names(record, &store.interner, &mut |naming, id| self.follow(record, naming, id));
    }

    /// All records that have an id of an account, or name it.
    fn own_id(&mut self, (source, account, id): Scoped) {
        if !self.ids.insert((source, account, id)) {
            return;
        }
        for kind in Kind::of_payments() {
            if let Some(found) = self.store.find(kind, source, account, id) {
                self.meet(found);
            }
        }
        for entry in self.mentions.of(id) {
            let head = self.store.tables.head(entry.by);
            let is_own = head.is_some_and(|head| (head.source, head.account) == (source, account));
            if entry.naming == Naming::Own && is_own {
                self.meet(entry.by);
            }
        }
    }

    /// What a record leads to by an id that it names.
    fn follow(&mut self, by: Ref, naming: Naming, id: Sym) {
        match naming {
            Naming::Own => {
                let Some(head) = self.store.tables.head(by) else { return };
                self.own_id((head.source, head.account, id));
                // A payment may be known only by what names it.
                self.named(id, |entry| entry.naming == Naming::Payment);
            }
            Naming::Payment => {
                self.with_id(id, |kind| matches!(kind, Kind::Attempt | Kind::Intent | Kind::Session));
                self.named(id, |entry| {
                    let kinds = [Kind::Attempt, Kind::Intent, Kind::Session];
                    entry.naming == Naming::Own && kinds.contains(&entry.by.kind)
                });
            }
            Naming::Order => {
                self.with_id(id, |kind| kind == Kind::Order);
                // Payments that name one order have nothing to do with each other where that is not here.
                let from_order = by.kind == Kind::Order;
                self.named(id, |entry| entry.naming == Naming::Order && (from_order || entry.by.kind == Kind::Order));
            }
        }
    }

    fn named(&mut self, id: Sym, fits: impl Fn(Entry) -> bool) {
        for entry in self.mentions.of(id).filter(|&entry| fits(entry)) {
            self.meet(entry.by);
        }
    }

    fn with_id(&mut self, id: Sym, fits: impl Fn(Kind) -> bool) {
        let store = self.store;
        for (found, _) in store.with_id(id).filter(|(found, _)| fits(found.kind)) {
            self.meet(found);
        }
    }
}
