//! The keys of payments, by slot.

use super::intern::Sym;
use super::link::{Key, Scope};
use super::rows::{Chunked, Numbers, at, row};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// The key of each payment: there are millions of ids, and few accounts, mostly one.
#[derive(Debug, Default)]
pub struct Keys {
    /// `None` for a payment that is no more.
    ids: Chunked<Option<Sym>>,
    /// The number of each one's scope, but for those of the first.
    scopes: Numbers,
    all: Vec<Scope>,
    numbers: HashMap<Scope, u32, FxBuildHasher>,
}

impl Keys {
    /// How many slots there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// The key of a payment.
    #[inline(always)]
    pub fn get(&self, slot: u32) -> Option<Key> {
        let id = (*self.ids.get(at(slot))?)?;
        let (source, account) = *self.all.get(at(self.scopes.some(slot).unwrap_or(0)))?;
        Some((source, account, id))
    }

    /// A payment begins. Its slot.
    pub fn push(&mut self, (source, account, id): Key) -> u32 {
        let slot = row(self.ids.len());
        self.ids.push(Some(id));
        let scope = (source, account);
        if self.all.first() != Some(&scope) {
            let Self { all, numbers, .. } = self;
            let number = *numbers.entry(scope).or_insert_with(|| {
                all.push(scope);
                row(all.len().saturating_sub(1))
            });
            if number > 0 {
                self.scopes.put(slot, number);
            }
        }
        slot
    }

    /// A payment that is no more. The key that it had.
    pub fn take(&mut self, slot: u32) -> Option<Key> {
        let key = self.get(slot);
        if let Some(id) = self.ids.get_mut(at(slot)) {
            *id = None;
        }
        key
    }

    /// A payment begins in the slot that it had: the account of a slot is always the same.
    pub fn put_back(&mut self, slot: u32, (_, _, id): Key) {
        if let Some(known) = self.ids.get_mut(at(slot)) {
            *known = Some(id);
        }
    }
}
