//! What of a ledger is a person's.

use super::View;
use super::index::named_in;
use crate::error::{ErrorCode, GuestfolioError};
use crate::identity::{Identifier, IdentifierKind};
use crate::input::{Argument, Input};
use crate::ledger::customers::Who;
use crate::ledger::erased::Trace;
use crate::ledger::history::Identity;
use crate::ledger::intern::Sym;
use crate::ledger::record::{Contact, Head};
use crate::ledger::rows::{at, row};
use crate::ledger::store::Store;
use crate::ledger::tables::{Kind, Ref, Tables};
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
    /// Others' records whose description names the person.
    pub redacted: HashSet<RecordKey, FxBuildHasher>,
    /// Those that nobody has any longer.
    pub gone: Vec<(IdentifierKind, String)>,
    /// All ids that its customers ever had.
    pub ids: HashSet<String, FxBuildHasher>,
    /// The identifiers that it stated and nobody else did, by kind and form.
    pub identifiers: Vec<(IdentifierKind, String)>,
}

impl Person {
    /// What stays of its records.
    pub fn traces(&self, store: &Store) -> Vec<Trace> {
        let text = |sym| store.interner.get(sym);
        // A payment that only its attempts name is refused, too, when it comes.
        let attempts = self.records.iter().filter(|(kind, _, _, _)| *kind == Kind::Attempt);
        let named = attempts.filter_map(|&(kind, source, account, id)| {
            let attempt = store.find(kind, source, account, id)?;
            let payment = store.tables.attempts.get(attempt.index())?.payment?;
            Some((Kind::Intent, source, account, payment))
        });
        let all = self.records.iter().copied().chain(named);
        let traces = all.map(|(kind, source, account, id)| store.erased.trace(kind, source, text(account), text(id)));
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
            identifiers: self.gone.clone(),
        }
    }
}

/// How a record says an identifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Says {
    Nothing,
    /// In a free text.
    InDescription,
    /// In a field for it.
    Own,
}

/// Which customers of the source a person is.
type Keys = HashSet<(Source, Sym, Sym), FxBuildHasher>;

impl<'l> View<'l> {
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
            let stated = slots
                .iter()
                .flat_map(|&slot| self.book.uses.keys_of(slot).iter().filter(move |&&key| self.is_stated(slot, key)));
            let used = stated.filter_map(|&key| self.identifier_of(key));
            let records =
                keys.iter().filter_map(|&(source, account, id)| self.store.find(Kind::Customer, source, account, id));
            let said = records.flat_map(|record| named_in(self.store, record.row));
            let mut identifiers = sorted(used.chain(said), |a, b| a.cmp(b));
            identifiers.dedup();
            // What others say of themselves, too, is not this person's alone; what a description says is nobody's statement.
            identifiers.retain(|(kind, form)| {
                let used = self
                    .keys_of(*kind, form)
                    .into_iter()
                    .flat_map(|key| self.payments_with(key).iter().filter(move |&&slot| self.is_stated(slot, key)));
                let records = self.records_naming(*kind, form);
                let mut heads = records.filter_map(|row| self.store.tables.customers.get(at(row))).map(|one| &one.head);
                { used }.all(|&slot| self.customer_of(slot) == Some(customer))
                    && heads.all(|head| keys.contains(&(head.source, head.account, head.id)))
            });
            let slots = slots.into_iter().collect();
            let said = self.all_that_say(&identifiers);
            return Ok(self.records_of_person(slots, &keys, identifiers, &said));
        }
        let identifier = self.parse_identifier(&argument)?;
        let identifiers = vec![identifier];
        let said = self.all_that_say(&identifiers);
        let (mut slots, mut customers) = (HashSet::default(), Keys::default());
        for &(record, head, says) in &said {
            if says == Says::Own {
                slots.extend(
                    self.store
                        .find(record.kind, head.source, head.account, head.id)
                        .and_then(|one| self.book.payment_of(one)),
                );
                if record.kind == Kind::Customer {
                    customers.insert((head.source, head.account, head.id));
                }
            }
        }
        let person = self.records_of_person(slots, &customers, identifiers, &said);
        if person.records.is_empty() && person.redacted.is_empty() {
            let message = "no record in the ledger has this identifier";
            return Err(GuestfolioError::new(ErrorCode::NotFound, "/value", message));
        }
        Ok(person)
    }

    /// Whether a payment's payer stated an identifier, in a field of its own.
    fn is_stated(self, slot: u32, key: u32) -> bool {
        let uses = self.book.uses.identifiers_of(slot).iter().zip(self.book.uses.keys_of(slot));
        { uses }.any(|(identifier, &known)| known == key && identifier.is_stated())
    }

    /// The records that say one of these, those that stand and those that stand back.
    fn all_that_say(self, identifiers: &[(IdentifierKind, String)]) -> Vec<(Ref, &'l Head, Says)> {
        let mut found = Vec::new();
        for tables in [&self.store.tables, self.store.rivals()] {
            for kind in Kind::ALL {
                for record in (0..row(tables.len(kind))).map(|row| Ref { kind, row }) {
                    let says = self.says(tables, record, identifiers);
                    found
                        .extend(tables.head(record).filter(|_| says != Says::Nothing).map(|head| (record, head, says)));
                }
            }
        }
        found
    }

    /// Whether a record says one of these.
    fn says(self, tables: &Tables, record: Ref, identifiers: &[(IdentifierKind, String)]) -> Says {
        let place = record.index();
        let (listed, contact): (&[Identifier], Contact) = match record.kind {
            Kind::Attempt => tables.attempts.get(place).map(|one| (&*one.identifiers, one.contact)),
            Kind::Intent => tables.intents.get(place).map(|one| (&*one.identifiers, Contact::default())),
            Kind::Order => tables.orders.get(place).map(|one| (&*one.identifiers, one.contact)),
            Kind::Session => tables.sessions.get(place).map(|one| (&[][..], one.contact)),
            Kind::Customer => tables.customers.get(place).map(|one| (&[][..], one.contact)),
            Kind::Refund | Kind::Dispute | Kind::Annex => None,
        }
        .unwrap_or_default();
        let is_one =
            |kind: IdentifierKind, form: &str| identifiers.iter().any(|(of, known)| *of == kind && known == form);
        let mut says = Says::Nothing;
        for identifier in listed {
            let form = self.store.form(identifier, contact.country).ok();
            if form.is_some_and(|form| is_one(identifier.kind, self.text(form))) {
                says = if identifier.is_stated() { Says::Own } else { says.max(Says::InDescription) };
            }
        }
        let states = contact.said().any(|(kind, raw)| {
            self.store.form_in(kind, self.text(raw), contact.country).is_ok_and(|form| is_one(kind, &form))
        });
        if states { Says::Own } else { says }
    }

    fn identifier_of(self, key: u32) -> Option<(IdentifierKind, String)> {
        let uses = &self.book.uses;
        Some((uses.kind_of(key)?, self.text(uses.form_of(key)?).to_owned()))
    }

    fn records_of_person(
        self,
        slots: HashSet<u32, FxBuildHasher>,
        customers: &Keys,
        identifiers: Vec<(IdentifierKind, String)>,
        said: &[(Ref, &Head, Says)],
    ) -> Person {
        let mut person = Person { of_source: customers.iter().copied().collect(), ..Person::default() };
        let holders = slots.iter().filter_map(|&slot| self.book.customers.of(slot));
        let mut holders = sorted(holders, u32::cmp);
        holders.dedup();
        person.customers = holders.into_iter().map(|customer| self.customer_id(customer)).collect();
        let is_named =
            |source, account, id: Option<Sym>| id.is_some_and(|id| customers.contains(&(source, account, id)));
        let tables = &self.store.tables;
        let mut records = HashSet::default();
        for kind in Kind::ALL {
            for record in (0..row(tables.len(kind))).map(|row| Ref { kind, row }) {
                let Some(head) = tables.head(record) else { continue };
                let (source, account) = (head.source, head.account);
                let customer = match kind {
                    Kind::Customer => Some(head.id),
                    Kind::Session => tables.sessions.get(record.index()).and_then(|session| session.customer),
                    Kind::Order => tables.orders.get(record.index()).and_then(|order| order.customer),
                    Kind::Annex => tables.annexes.get(record.index()).and_then(|annex| annex.customer),
                    _ => None,
                };
                let of_payment = self.book.payment_of(record);
                let is_its = of_payment.is_some_and(|slot| slots.contains(&slot));
                if is_its || is_named(source, account, customer) && (of_payment.is_none() || kind != Kind::Order) {
                    records.insert((kind, source, account, head.id));
                }
            }
        }
        for &(record, head, says) in said {
            let key = (record.kind, head.source, head.account, head.id);
            match says {
                Says::Own => {
                    records.insert(key);
                }
                // Another's payment whose description names the person.
                Says::InDescription if !records.contains(&key) => {
                    person.redacted.insert(key);
                }
                Says::InDescription | Says::Nothing => {}
            }
        }
        // What nobody has any longer, in whatever field it stood.
        let used =
            slots.iter().flat_map(|&slot| self.book.uses.keys_of(slot)).filter_map(|&key| self.identifier_of(key));
        let only_here = used.filter(|(kind, form)| {
            let mut all = self.keys_of(*kind, form).into_iter().flat_map(|key| self.payments_with(key));
            all.all(|slot| slots.contains(slot))
        });
        person.gone = only_here.chain(identifiers.iter().cloned()).collect();
        person.identifiers = identifiers;
        // Whatever ids its customers ever had.
        let guests = records.iter().map(|&(_, source, account, id)| self.id_of(Identity::Guest((source, account, id))));
        let ids = guests.chain(customers.iter().map(|&(_, _, id)| self.text(id).to_owned()));
        person.ids = person.customers.iter().cloned().chain(ids).collect();
        person.records = records;
        person
    }
}
