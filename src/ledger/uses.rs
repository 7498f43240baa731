//! Which payment used which identifier.

use super::intern::Sym;
use super::numbers::Numbers;
use super::payment::Assembled;
use super::record::Mode;
use super::rows::{Bits, Links, NONE, at, push_tight, remove, row};
use super::store::Store;
use super::symmap::SymMap;
use super::tables::Record;
use crate::identity::{Identifier, IdentifierField, IdentifierKind};
use crate::source::Source;

/// Where an identifier is the same across payments: in its kind, in live or test, and for a card within its source and account.
type Key = (IdentifierKind, Mode, Option<(Source, Sym)>);

/// Identifiers that may be left over before all are written anew.
const MOST_LEFT: usize = 1 << 20;

/// The identifiers of payments, flat; a payment is known by its slot, an identifier by the number of its key.
#[derive(Debug, Default)]
pub struct Uses {
    /// The key of every identifier of every payment.
    pub keys: Vec<u32>,
    /// Where it stood.
    fields: Vec<IdentifierField>,
    /// The kind of each key.
    kinds: Vec<IdentifierKind>,
    /// The form of each key, by the number of its symbol.
    forms: Numbers,
    /// The key of each form.
    by_form: SymMap<Key>,
    /// How many of them are no payment's any longer.
    left: usize,
    /// Where each payment's part starts, if it has any.
    starts: Numbers,
    /// The last places of all parts.
    ends: Bits,
    /// The payments with each key, the oldest first.
    payments: Links,
}

/// Says the identifiers of a payment's records, each with the country that it is read in.
pub fn each_identifier(store: &Store, of: &Assembled, say: &mut dyn FnMut(Identifier, Option<Sym>)) {
    let mut tell = |(identifiers, country): (&[Identifier], Option<Sym>)| {
        identifiers.iter().for_each(|&identifier| say(identifier, country));
    };
    of.attempt.iter().for_each(|record| tell(record.identifiers()));
    of.intent.iter().for_each(|record| tell(record.identifiers()));
    store.tables.orders.get(at(of.payment.order)).into_iter().for_each(|record| tell(record.identifiers()));
}

impl Uses {
    /// Room for those of so many payments.
    pub fn of_about(payments: usize) -> Self {
        // A payment has about two.
        let room = payments.saturating_mul(2);
        Self { keys: Vec::with_capacity(room), fields: Vec::with_capacity(room), ..Self::default() }
    }

    /// Lists the payments with each key, once those of all payments were added; they come the oldest first.
    pub fn gather(&mut self, payments: &[u32]) {
        self.keys.shrink_to_fit();
        self.fields.shrink_to_fit();
        let all = payments.iter().flat_map(|&slot| self.keys_of(slot).iter().map(move |&key| (slot, key)));
        self.payments = Links::new(self.kinds.len(), all);
    }

    /// Adds the identifiers of a payment at the end; its keys do not know of it yet.
    pub fn add(&mut self, store: &Store, slot: u32, of: &Assembled, people: bool) {
        let payment = &of.payment;
        let start = self.keys.len();
        let registered = payment.registered_customer();
        let mut enter = |identifier: Identifier, country| {
            let Ok(form) = store.form(&identifier, country) else { return };
            let scope = match identifier.kind {
                IdentifierKind::Card => Some((payment.source, payment.account)),
                IdentifierKind::Customer => registered.map(|(source, account, _)| (source, account)),
                IdentifierKind::Email | IdentifierKind::Phone => None,
            };
            let key = self.by_form.get_or_insert_with(form, (identifier.kind, payment.mode, scope), || {
                let key = row(self.kinds.len());
                push_tight(&mut self.kinds, identifier.kind);
                self.forms.put(key, form.number());
                key
            });
            let known = self.keys.get(start..).and_then(|keys| keys.iter().position(|&known| known == key));
            match known.and_then(|known| self.fields.get_mut(start.saturating_add(known))) {
                // A field for e-mails says more than a description.
                Some(known) if *known == IdentifierField::Description => *known = identifier.field,
                Some(_) => {}
                None => {
                    push_tight(&mut self.fields, identifier.field);
                    push_tight(&mut self.keys, key);
                }
            }
        };
        each_identifier(store, of, &mut enter);
        if let Some((_, _, value)) = registered.filter(|_| people) {
            enter(Identifier { kind: IdentifierKind::Customer, field: IdentifierField::CustomerId, value }, None);
        }
        let last = self.keys.len().checked_sub(1).filter(|&last| last >= start);
        self.starts.put(slot, last.map_or(NONE, |_| row(start)));
        if let Some(last) = last {
            self.ends.add(last);
        }
    }

    /// Takes the identifiers of a payment away.
    pub fn take(&mut self, slot: u32) {
        for key in self.keys_of(slot).to_vec() {
            remove(self.payments.edit(key), slot);
            self.left = self.left.saturating_add(1);
        }
        self.starts.put(slot, NONE);
    }

    /// Gives a payment identifiers. `place` puts it into the list of a key.
    pub fn put(&mut self, store: &Store, slot: u32, of: &Assembled, people: bool, place: &dyn Fn(&mut Vec<u32>, u32)) {
        self.add(store, slot, of, people);
        for key in self.keys_of(slot).to_vec() {
            place(self.payments.edit(key), slot);
        }
    }

    /// Whether most of what is kept is left over from payments that changed.
    pub fn is_worn(&self) -> bool {
        self.left > MOST_LEFT && self.left > self.keys.len() / 2
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.kinds.len()
    }

    /// The kind of each key.
    pub fn kinds(&self) -> &[IdentifierKind] {
        &self.kinds
    }

    /// The kind of a key.
    pub fn kind_of(&self, key: u32) -> Option<IdentifierKind> {
        self.kinds.get(at(key)).copied()
    }

    /// The form of a key: the text by which it joins.
    pub fn form_of(&self, key: u32) -> Option<Sym> {
        self.forms.some(key).map(Sym::numbered)
    }

    /// The source and account within which a key holds: a card's.
    pub fn scope_of(&self, key: u32) -> Option<(Source, Sym)> {
        let found = self.by_form.of(self.form_of(key)?).find(|&(_, known)| known == key);
        found.and_then(|((_, _, scope), _)| scope)
    }

    /// The keys with this form: one of live, one of test payments, and for a card one an account.
    pub fn keys_with(&self, kind: IdentifierKind, form: Sym) -> impl Iterator<Item = u32> {
        self.by_form.of(form).filter(move |((of, _, _), _)| *of == kind).map(|(_, key)| key)
    }

    /// The key of this form among the live payments or the tests; a card has one an account.
    pub fn key_in(&self, kind: IdentifierKind, form: Sym, mode: Mode) -> Option<u32> {
        self.by_form.get(form, (kind, mode, None))
    }

    /// The part of a payment.
    pub fn range(&self, slot: u32) -> core::ops::Range<usize> {
        match self.starts.at(slot) {
            NONE => 0..0,
            start => at(start)..self.ends.next(at(start)).map_or(0, |last| last.saturating_add(1)),
        }
    }

    /// The keys of a payment.
    pub fn keys_of(&self, slot: u32) -> &[u32] {
        self.keys.get(self.range(slot)).unwrap_or_default()
    }

    /// Where each of them stood.
    pub fn fields_of(&self, slot: u32) -> &[IdentifierField] {
        self.fields.get(self.range(slot)).unwrap_or_default()
    }

    /// An identifier, by its place among all uses.
    pub fn identifier(&self, place: usize) -> Option<Identifier> {
        let key = *self.keys.get(place)?;
        Some(Identifier { kind: self.kind_of(key)?, field: *self.fields.get(place)?, value: self.form_of(key)? })
    }

    /// The identifiers of a payment.
    pub fn identifiers_of(&self, slot: u32) -> impl Iterator<Item = Identifier> + Clone {
        self.range(slot).filter_map(|place| self.identifier(place))
    }

    /// The payments with a key, the oldest first.
    pub fn payments_with(&self, key: u32) -> &[u32] {
        self.payments.of(key)
    }
}
