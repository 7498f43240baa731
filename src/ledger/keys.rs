//! The keys of payments, by slot.

use super::intern::Sym;
use super::link::{Key, Scope};
use super::numbers::Numbers;
use super::rows::{NONE, at, row};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// The key of each payment: there are millions of ids, and few accounts, mostly one.
#[derive(Debug, Default)]
pub struct Keys {
    /// The numbers of their symbols; none for a payment that is no more.
    ids: Numbers,
    /// How many slots there are.
    count: u32,
    /// The number of each one's scope, but for those of the first.
    scopes: Numbers,
    all: Vec<Scope>,
    numbers: HashMap<Scope, u32, FxBuildHasher>,
}

impl Keys {
    /// How many slots there are.
    pub fn len(&self) -> usize {
        at(self.count)
    }

    /// The key of a payment.
    #[inline(always)]
    pub fn get(&self, slot: u32) -> Option<Key> {
        let id = Sym::numbered(self.ids.some(slot)?);
        let (source, account) = *self.all.get(at(self.scopes.some(slot).unwrap_or(0)))?;
        Some((source, account, id))
    }

    /// A payment begins. Its slot.
    pub fn push(&mut self, (source, account, id): Key) -> u32 {
        let slot = self.count;
        self.count = self.count.saturating_add(1);
        self.ids.put(slot, id.number());
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
        self.ids.put(slot, NONE);
        key
    }

    /// A payment begins in the slot that it had: the account of a slot is always the same.
    pub fn put_back(&mut self, slot: u32, (_, _, id): Key) {
        self.ids.put(slot, id.number());
    }
}
