//! Indexes that only some questions need: made when first needed, then kept up to date.

use super::View;
use super::discrepancies::Differing;
use super::list::Lists;
use super::search::Search;
use super::signals::Signal;
use crate::identity::IdentifierKind;
use crate::ledger::book::Book;
use crate::ledger::link::Key;
use crate::ledger::mentions::Changes;
use crate::ledger::rows::{at, row};
use crate::ledger::store::Store;
use crate::ledger::tables::Kind;
use crate::ledger::update::Updated;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::rc::Rc;

/// The hash in a guest's id.
pub(super) type GuestHash = [u8; 12];

/// Indexes that only some questions need.
#[derive(Debug, Default)]
pub struct Lazy {
    /// The payment behind each guest id that may have been given out.
    guests: OnceCell<Guests>,
    /// The records of customers that name an identifier, by a hash of it.
    named: OnceCell<Named>,
    /// The orders about which shop and gateway do not agree, the oldest first, and how.
    pub(super) differing: OnceCell<Vec<Differing>>,
    /// What is worth a look, of all customers and the merchant.
    pub(super) signals: OnceCell<Rc<Vec<Signal>>>,
    /// Sorted and filtered lists that were asked for.
    pub(super) lists: Lists,
    /// What people search for.
    pub(super) search: Search,
}

/// Payments by the hashes of their ids.
#[derive(Debug, Default)]
struct Guests {
    /// By their own ids: any payment of a guest may once have been its first.
    own: HashMap<GuestHash, u32, FxBuildHasher>,
    /// By those of attempts that name no payment: one may have been a payment by itself before somebody named it.
    former: HashMap<GuestHash, u32, FxBuildHasher>,
}

impl Guests {
    fn enter(&mut self, store: &Store, book: &Book, slot: u32) {
        let Some((source, account, id)) = book.key(slot) else { return };
        self.own.insert(guest_hash(store, (source, account, id)), slot);
        let attempts = book.link.attempts.of(slot).iter().filter_map(|&row| store.tables.attempts.begun(at(row)));
        for (head, _) in attempts.filter(|(head, [_, payment])| payment.is_none() && head.id != id) {
            self.former.insert(guest_hash(store, (head.source, head.account, head.id)), slot);
        }
    }

    fn find(&self, store: &Store, book: &Book, hash: &GuestHash) -> Option<u32> {
        let held = |slot: &&u32| book.standing(**slot).is_some() && book.founder_of(**slot).is_some();
        // The attempt may be another payment's by now.
        let still = |slot: &&u32| {
            let mut heads = book.link.attempts.of(**slot).iter().filter_map(|&row| store.tables.attempts.head(at(row)));
            heads.any(|head| guest_hash(store, (head.source, head.account, head.id)) == *hash)
        };
        self.own.get(hash).filter(held).or_else(|| self.former.get(hash).filter(held).filter(still)).copied()
    }
}

type Named = HashMap<u64, Vec<u32>, FxBuildHasher>;

impl Lazy {
    /// Takes over what changed: payments, customers and records.
    pub fn update(&mut self, store: &Store, book: &Book, updated: &Updated, changes: &Changes) {
        self.lists.update(book, updated);
        self.search.update(store, book, updated, changes);
        self.differing = OnceCell::new();
        self.signals = OnceCell::new();
        if let Some(guests) = self.guests.get_mut() {
            updated.linked.iter().for_each(|&slot| guests.enter(store, book, slot));
        }
        if let Some(named) = self.named.get_mut() {
            for record in changes.records.iter().filter(|record| record.kind == Kind::Customer) {
                for (kind, form) in named_in(store, record.row) {
                    let records = named.entry(name_hash(kind, &form)).or_default();
                    if !records.contains(&record.row) {
                        records.push(record.row);
                    }
                }
            }
        }
    }
}

/// A hash of (source, account, id) of a payment: nothing of the payer is in it.
pub(super) fn guest_hash(store: &Store, (source, account, id): Key) -> GuestHash {
    let mut hash = Sha256::new();
    for part in [source.word(), &store.interner.get(account), &store.interner.get(id)] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    digest.first_chunk::<12>().copied().unwrap_or_default()
}

/// The identifiers that a customer's record names, in the form by which they join.
pub(super) fn named_in(store: &Store, record: u32) -> impl Iterator<Item = (IdentifierKind, String)> {
    let contact = store.tables.customers.get(at(record)).map(|record| record.contact).unwrap_or_default();
    contact.said().filter_map(move |(kind, raw)| {
        Some((kind, store.form_in(kind, &store.interner.get(raw), contact.country).ok()?))
    })
}

fn name_hash(kind: IdentifierKind, form: &str) -> u64 {
    use core::hash::BuildHasher;
    FxBuildHasher.hash_one((kind, form))
}

impl<'l> View<'l> {
    /// The payment that a guest's id was made of.
    pub(super) fn payment_of_guest_id(self, hash: &GuestHash) -> Option<u32> {
        let guests = self.lazy.guests.get_or_init(|| {
            let mut guests = Guests::default();
            self.book.order.iter().for_each(|&slot| guests.enter(self.store, self.book, slot));
            guests
        });
        guests.find(self.store, self.book, hash)
    }

    /// The records of customers that name an identifier.
    pub(super) fn records_naming(self, kind: IdentifierKind, form: &str) -> impl Iterator<Item = u32> + use<'l, '_> {
        let named = self.lazy.named.get_or_init(|| {
            let mut named = Named::default();
            for record in 0..row(self.store.tables.customers.len()) {
                for (kind, form) in named_in(self.store, record) {
                    named.entry(name_hash(kind, &form)).or_default().push(record);
                }
            }
            named
        });
        let records = named.get(&name_hash(kind, form)).map(Vec::as_slice).unwrap_or_default();
        // A record may have named it before.
        let names = move |&record: &u32| named_in(self.store, record).any(|(of, known)| of == kind && known == form);
        records.iter().copied().filter(names)
    }
}
