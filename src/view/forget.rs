//! What of a ledger is a person's.

use super::View;
use super::index::named_in;
use crate::error::{ErrorCode, GuestfolioError};
use crate::identity::IdentifierKind;
use crate::input::{Argument, Input};
use crate::ledger::customers::Who;
use crate::ledger::erased::Trace;
use crate::ledger::history::Identity;
use crate::ledger::intern::Sym;
use crate::ledger::record::Contact;
use crate::ledger::rows::{at, row};
use crate::ledger::store::Store;
use crate::ledger::tables::{Kind, Ref};
use crate::order::sorted;
use crate::overrides::{Key, Named};
use crate::snapshot::RecordKey;
use crate::source::Source;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

/// A person's records.
#[derive(Debug, Default)]
pub struct Person {
    /// The customers that are no more, or hold less.
    pub customers: Vec<String>,
    /// The records.
    pub records: HashSet<RecordKey, FxBuildHasher>,
    /// The customers of the source that it is.
    pub of_source: Vec<(Source, Sym, Sym)>,
    /// All ids that its customers ever had.
    pub ids: HashSet<String, FxBuildHasher>,
    /// The identifiers that nobody else has, by kind and form.
    pub identifiers: Vec<(IdentifierKind, String)>,
}

impl Person {
    /// What stays of its records.
    pub fn traces(&self, store: &Store) -> Vec<Trace> {
        let text = |sym| store.interner.get(sym);
        let traces = self
            .records
            .iter()
            .map(|&(kind, source, account, id)| store.erased.trace(kind, source, text(account), text(id)));
        traces.collect()
    }

    /// What decisions may name.
    pub fn named(&self, store: &Store) -> Named {
        let text = |sym: Sym| store.interner.get(sym).to_owned();
        let key = |source, account, id| Key { source, account: text(account), id: text(id) };
        Named {
            // What was said of a payment may name it by the id that it had then: that of any of its records.
            payments: self.records.iter().map(|&(_, source, account, id)| key(source, account, id)).collect(),
            customers: self.of_source.iter().map(|&(source, account, id)| key(source, account, id)).collect(),
            identifiers: self.identifiers.clone(),
        }
    }
}

/// Which customers of the source a person is.
type Keys = HashSet<(Source, Sym, Sym), FxBuildHasher>;

impl View<'_> {
    /// The records of a customer, or those that have an identifier.
    pub fn person(self, target: &Input) -> Result<Person, GuestfolioError> {
        let argument = Argument::root(target);
        if let Input::Text(id) = argument.value {
            let customer = self.resolve_customer(id)?;
            let slots = self.book.customers.payments(customer).to_vec();
            let mut keys = Keys::default();
            if let Some(Who::Registered((source, account, id, _), _)) = self.who(customer) {
                keys.insert((source, account, id));
                let same = self.book.pins.same_as().iter().filter(|(_, speaker)| {
                    let (of, its, own, _) = *speaker;
                    (of, its, own) == (source, account, id)
                });
                keys.extend(same.map(|&((source, account, id, _), _)| (source, account, id)));
            }
            for payment in slots.iter().filter_map(|&slot| self.payment_row(slot)) {
                keys.extend(payment.registered_customer(self.store));
                keys.extend(payment.customer.map(|id| (payment.source, payment.account, id)));
            }
            let used =
                slots.iter().flat_map(|&slot| self.book.uses.keys_of(slot)).filter_map(|&key| self.identifier_of(key));
            let records =
                keys.iter().filter_map(|&(source, account, id)| self.store.find(Kind::Customer, source, account, id));
            let said = records.flat_map(|record| named_in(self.store, record.row));
            let mut identifiers = sorted(used.chain(said), |a, b| a.cmp(b));
            identifiers.dedup();
            // What others use, too, is not this person's alone.
            let is_own = |(kind, form): &(IdentifierKind, String)| {
                let mut used = self.keys_of(*kind, form).into_iter().flat_map(|key| self.payments_with(key));
                let heads = self
                    .records_naming(*kind, form)
                    .into_iter()
                    .filter_map(|row| self.store.tables.customers.get(at(row)));
                used.all(|&slot| self.customer_of(slot) == Some(customer)) && { heads }
                    .all(|one| keys.contains(&(one.head.source, one.head.account, one.head.id)))
            };
            identifiers.retain(is_own);
            return Ok(self.records_of_person(&slots, &keys, identifiers));
        }
        let (kind, form) = self.parse_identifier(&argument)?;
        let keys: Vec<u32> = self.keys_of(kind, &form);
        let slots = sorted(keys.iter().flat_map(|&key| self.payments_with(key)).copied(), u32::cmp);
        let named = self.records_naming(kind, &form);
        let heads = named.iter().filter_map(|&record| self.store.tables.customers.get(at(record)));
        let customers: Keys = heads.map(|record| (record.head.source, record.head.account, record.head.id)).collect();
        let person = self.records_of_person(&slots, &customers, vec![(kind, form)]);
        if person.records.is_empty() {
            return Err(GuestfolioError::new(
                ErrorCode::NotFound,
                "/value",
                "no record in the ledger has this identifier",
            ));
        }
        Ok(person)
    }

    fn identifier_of(self, key: u32) -> Option<(IdentifierKind, String)> {
        let uses = &self.book.uses;
        Some((uses.kind_of(key)?, self.text(uses.form_of(key)?).to_owned()))
    }

    fn records_of_person(self, slots: &[u32], customers: &Keys, identifiers: Vec<(IdentifierKind, String)>) -> Person {
        let mut person = Person { identifiers, of_source: customers.iter().copied().collect(), ..Person::default() };
        let slots: HashSet<u32, FxBuildHasher> = slots.iter().copied().collect();
        let holders = slots.iter().filter_map(|&slot| self.book.customers.of(slot));
        let mut holders = sorted(holders, u32::cmp);
        holders.dedup();
        person.customers = holders.into_iter().map(|customer| self.customer_id(customer)).collect();
        let is_named =
            |source, account, id: Option<Sym>| id.is_some_and(|id| customers.contains(&(source, account, id)));
        let says = |contact: Contact| {
            let said = [(IdentifierKind::Email, contact.email), (IdentifierKind::Phone, contact.phone)];
            said.into_iter().any(|(kind, raw)| {
                let form = raw.and_then(|raw| self.store.form_of(kind, self.text(raw)).ok());
                form.is_some_and(|form| person.identifiers.iter().any(|(of, known)| *of == kind && *known == form))
            })
        };
        let tables = &self.store.tables;
        let mut records = HashSet::default();
        for kind in [
            Kind::Attempt,
            Kind::Intent,
            Kind::Refund,
            Kind::Dispute,
            Kind::Session,
            Kind::Order,
            Kind::Annex,
            Kind::Customer,
        ] {
            for number in 0..row(tables.len(kind)) {
                let record = Ref { kind, row: number };
                let Some(head) = tables.head(record) else { continue };
                let (source, account) = (head.source, head.account);
                let of_payment = self.book.payment_of(record);
                let is_its = match kind {
                    Kind::Customer => is_named(source, account, Some(head.id)),
                    Kind::Session => tables.sessions.get(at(number)).is_some_and(|session| {
                        is_named(source, account, session.customer) || of_payment.is_none() && says(session.contact)
                    }),
                    Kind::Annex => {
                        tables.annexes.get(at(number)).is_some_and(|annex| is_named(source, account, annex.customer))
                    }
                    _ => false,
                };
                if is_its || of_payment.is_some_and(|slot| slots.contains(&slot)) {
                    records.insert((kind, source, account, head.id));
                }
            }
        }
        // Whatever ids its customers ever had.
        let guests = records.iter().map(|&(_, source, account, id)| self.id_of(Identity::Guest((source, account, id))));
        let ids = guests.chain(customers.iter().map(|&(_, _, id)| self.text(id).to_owned()));
        person.ids = person.customers.iter().cloned().chain(ids).collect();
        person.records = records;
        person
    }
}
