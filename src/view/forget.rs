//! What of a ledger is a person's.

use super::View;
use super::index::named_in;
use crate::error::{ErrorCode, GuestfolioError};
use crate::identity::{self, Identifier, IdentifierKind};
use crate::input::{Argument, Input};
use crate::ledger::customers::Who;
use crate::ledger::erased::Trace;
use crate::ledger::history::Identity;
use crate::ledger::intern::Sym;
use crate::ledger::metadata;
use crate::ledger::record::{Contact, Head};
use crate::ledger::rows::{at, row};
use crate::ledger::store::Store;
use crate::ledger::tables::{Kind, Ref, Tables};
use crate::order::sorted;
use crate::overrides::{Key, Named};
use crate::snapshot::RecordKey;
use crate::source::Source;
use hashbrown::{HashMap, HashSet};
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
    /// Others' records whose description or metadata name the person.
    pub redacted: HashSet<RecordKey, FxBuildHasher>,
    /// Those that nobody has any longer.
    pub gone: Vec<(IdentifierKind, String)>,
    /// All ids that its customers ever had.
    pub ids: HashSet<String, FxBuildHasher>,
}

impl Person {
    /// What stays of its records.
    pub fn traces(&self, store: &Store) -> Vec<Trace> {
        let text = |sym| store.interner.get(sym);
        let mut all: Vec<RecordKey> = self.records.iter().copied().collect();
        // A payment that only its attempts name is refused, too, when it comes, and so are attempts that only it names.
        for &(kind, source, account, id) in &self.records {
            let Some(place) = store.find(kind, source, account, id).map(Ref::index) else { continue };
            let attempt = Some(place).filter(|_| kind == Kind::Attempt).and_then(|at| store.tables.attempts.get(at));
            let payment = attempt.and_then(|attempt| attempt.payment);
            all.extend(payment.map(|payment| (Kind::Intent, source, account, payment)));
            let intent = Some(place).filter(|_| kind == Kind::Intent).and_then(|at| store.tables.intents.get(at));
            let attempts = intent.into_iter().flat_map(|intent| intent.attempts);
            all.extend(attempts.map(|attempt| (Kind::Attempt, source, account, attempt)));
        }
        let traces = { all.iter() }
            .map(|&(kind, source, account, id)| store.erased.trace(kind, source, &text(account), &text(id)));
        let redacted = { self.redacted.iter() }
            .map(|&(kind, source, account, id)| store.erased.redaction(kind, source, &text(account), &text(id)));
        traces.chain(redacted).collect()
    }

    /// Those of its records whose ids may stand for a payment: a customer's number may be another's order's.
    fn of_payments(&self) -> impl Iterator<Item = &RecordKey> {
        self.records.iter().filter(|(kind, _, _, _)| !matches!(kind, Kind::Customer | Kind::Annex))
    }

    /// What decisions may name.
    pub fn named(&self, store: &Store) -> Named {
        let text = |sym: Sym| store.interner.get(sym).into_owned();
        let key = |source, account, id| Key { source, account: text(account), id: text(id) };
        Named {
            // What was said of a payment may name it by the id that it had then: that of any of its records.
            payments: self.of_payments().map(|&(_, source, account, id)| key(source, account, id)).collect(),
            customers: self.of_source.iter().map(|&(source, account, id)| key(source, account, id)).collect(),
            identifiers: self.gone.iter().cloned().collect(),
        }
    }
}

/// How a record says an identifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Says {
    Nothing,
    /// In a description or among the metadata.
    InText,
    /// In a field for it.
    Own,
}

/// A record that says an identifier.
struct Saying<'l> {
    /// Where it is: among those that stand, or those that stand back.
    tables: &'l Tables,
    record: Ref,
    head: Head,
    says: Says,
}

/// Identifiers by kind and form.
#[derive(Default)]
struct Forms(HashMap<IdentifierKind, HashSet<String, FxBuildHasher>, FxBuildHasher>);

impl Forms {
    fn of(identifiers: &[(IdentifierKind, String)]) -> Self {
        let mut forms = Self::default();
        for (kind, form) in identifiers {
            forms.0.entry(*kind).or_default().insert(form.clone());
        }
        forms
    }

    fn has(&self, kind: IdentifierKind, form: &str) -> bool {
        self.0.get(&kind).is_some_and(|forms| forms.contains(form))
    }
}

/// Which customers of the source a person is.
type Keys = HashSet<(Source, Sym, Sym), FxBuildHasher>;

impl<'l> View<'l> {
    /// The records of a customer, or those that have an identifier.
    pub fn person(self, target: &Input) -> Result<Person, GuestfolioError> {
        let argument = Argument::root(target);
        if let Input::Text(id) = argument.value {
            let customer = self.resolve_customer(id)?;
            let slots: HashSet<u32, FxBuildHasher> = self.book.customers.payments(customer).iter().copied().collect();
            let mut keys = Keys::default();
            if let Some(Who::Registered((source, account, id, _), _)) = self.who(customer) {
                keys.insert((source, account, id));
                let same = self.book.pins.same_as().iter().filter(|(_, speaker)| {
                    let (of, its, own, _) = *speaker;
                    (of, its, own) == (source, account, id)
                });
                keys.extend(same.map(|&((source, account, id, _), _)| (source, account, id)));
            }
            keys.extend(self.named_only_by(&slots));
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
            let mut said = self.all_that_say(&Forms::of(&identifiers));
            // Another's payment may state in a failed attempt what its other records do not: it is not this person's alone.
            let mut others = HashSet::<_, FxBuildHasher>::default();
            for one in said.extract_if(.., |one| one.says == Says::Own && !self.may_be_of(one, &slots)) {
                self.statements(one.tables, one.record, &mut |kind, form, says| {
                    if says == Says::Own {
                        others.insert((kind, form.to_owned()));
                    }
                });
            }
            if !others.is_empty() {
                identifiers.retain(|one| !others.contains(one));
                said = self.all_that_say(&Forms::of(&identifiers));
            }
            return Ok(self.records_of_person(slots, &keys, identifiers, &said));
        }
        let identifier = self.parse_identifier(&argument)?;
        let identifiers = vec![identifier];
        let said = self.all_that_say(&Forms::of(&identifiers));
        let (mut slots, mut customers) = (HashSet::default(), Keys::default());
        for one in said.iter().filter(|one| one.says == Says::Own) {
            slots.extend(self.payment_of(one.record.kind, &one.head));
            if one.record.kind == Kind::Customer {
                customers.insert((one.head.source, one.head.account, one.head.id));
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
        let uses = self.book.uses.identifiers_of(slot).zip(self.book.uses.keys_of(slot));
        { uses }.any(|(identifier, &known)| known == key && identifier.is_stated())
    }

    /// The payment that a record belongs to, standing or standing back.
    fn payment_of(self, kind: Kind, head: &Head) -> Option<u32> {
        self.store.find(kind, head.source, head.account, head.id).and_then(|one| self.book.payment_of(one))
    }

    /// Whether a record is of one of these payments, or of none.
    fn may_be_of(self, one: &Saying<'_>, slots: &HashSet<u32, FxBuildHasher>) -> bool {
        self.payment_of(one.record.kind, &one.head).is_none_or(|slot| slots.contains(&slot))
    }

    /// The customers of the source that these payments name, and no other payment does.
    fn named_only_by(self, slots: &HashSet<u32, FxBuildHasher>) -> Keys {
        let named = |slot: u32| {
            let named = self.book.named(slot);
            named.into_iter().flat_map(|named| named.all())
        };
        let mut keys: Keys = slots.iter().flat_map(|&slot| named(slot)).collect();
        for &slot in self.book.order.iter().filter(|&slot| !slots.contains(slot)) {
            if keys.is_empty() {
                break;
            }
            named(slot).for_each(|key| {
                keys.remove(&key);
            });
        }
        keys
    }

    /// The records that say one of these, those that stand and those that stand back.
    fn all_that_say(self, forms: &Forms) -> Vec<Saying<'l>> {
        let mut found = Vec::new();
        for tables in [&self.store.tables, self.store.rivals()] {
            for kind in Kind::ALL {
                for record in (0..row(tables.len(kind))).map(|row| Ref { kind, row }) {
                    let mut says = Says::Nothing;
                    self.statements(tables, record, &mut |kind, form, how| {
                        if how > says && forms.has(kind, form) {
                            says = how;
                        }
                    });
                    let head = tables.head(record).filter(|_| says != Says::Nothing);
                    found.extend(head.map(|head| Saying { tables, record, head, says }));
                }
            }
        }
        found
    }

    /// The forms of all identifiers that a record says, and how it says each.
    fn statements(self, tables: &Tables, record: Ref, say: &mut dyn FnMut(IdentifierKind, &str, Says)) {
        type Said = (Box<[Identifier]>, Contact, [Option<Sym>; 2]);
        let (place, none) = (record.index(), Box::default());
        let (listed, contact, texts): Said = match record.kind {
            Kind::Attempt => {
                let attempt = tables.attempts.get(place);
                attempt.map(|one| (one.identifiers, one.contact, [one.description, one.metadata]))
            }
            Kind::Intent => {
                let intent = tables.intents.get(place);
                intent.map(|one| (one.identifiers, Contact::default(), [one.description, one.metadata]))
            }
            Kind::Order => {
                tables.orders.get(place).map(|one| (one.identifiers.clone(), one.contact, [None, one.metadata]))
            }
            Kind::Session => tables.sessions.get(place).map(|one| (none, one.contact, [None; 2])),
            Kind::Customer => tables.customers.get(place).map(|one| (none, one.contact, [None, one.metadata])),
            Kind::Refund | Kind::Dispute | Kind::Annex => None,
        }
        .unwrap_or_default();
        for identifier in &listed {
            if let Ok(form) = self.store.form(identifier, contact.country) {
                let says = if identifier.is_stated() { Says::Own } else { Says::InText };
                say(identifier.kind, &self.text(form), says);
            }
        }
        for (kind, raw) in contact.said() {
            if let Ok(form) = self.store.form_in(kind, &self.text(raw), contact.country) {
                say(kind, &form, Says::Own);
            }
        }
        let mut say_written = |kind, raw: &str| {
            if let Ok(form) = self.store.form_in(kind, raw, contact.country) {
                say(kind, &form, Says::InText);
            }
        };
        let [description, metadata] = texts.map(|text| text.map(|text| self.text(text)).unwrap_or_default());
        // Not every reader looks for addresses in a description, and none for more than a few.
        identity::emails_in(&description).for_each(|address| say_written(IdentifierKind::Email, &address));
        // In metadata a value may be an address, a number, or a link with one among its parameters.
        for text in metadata::pairs(&metadata).flat_map(|(key, value)| [key, value.unwrap_or_default()]) {
            for part in text.replace("%40", "@").replace("%2B", "+").split(['=', '&', '?']) {
                identity::emails_in(part).for_each(|address| say_written(IdentifierKind::Email, &address));
                say_written(IdentifierKind::Phone, part);
            }
        }
    }

    fn identifier_of(self, key: u32) -> Option<(IdentifierKind, String)> {
        let uses = &self.book.uses;
        Some((uses.kind_of(key)?, self.string(uses.form_of(key)?)))
    }

    fn records_of_person(
        self,
        slots: HashSet<u32, FxBuildHasher>,
        customers: &Keys,
        identifiers: Vec<(IdentifierKind, String)>,
        said: &[Saying<'_>],
    ) -> Person {
        let mut person = Person { of_source: customers.iter().copied().collect(), ..Person::default() };
        let holders = slots.iter().filter_map(|&slot| self.book.customers.of(slot));
        let mut holders = sorted(holders, u32::cmp);
        holders.dedup();
        person.customers = holders.iter().map(|&customer| self.customer_id(customer)).collect();
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
        for one in said {
            let key = (one.record.kind, one.head.source, one.head.account, one.head.id);
            match one.says {
                Says::Own => {
                    records.insert(key);
                }
                // Another's payment whose description or metadata name the person.
                Says::InText if !records.contains(&key) => {
                    person.redacted.insert(key);
                }
                Says::InText | Says::Nothing => {}
            }
        }
        // What nobody has any longer, in whatever field it stood.
        let used: HashSet<u32, FxBuildHasher> =
            slots.iter().flat_map(|&slot| self.book.uses.keys_of(slot)).copied().collect();
        let used = sorted(used, u32::cmp).into_iter().filter_map(|key| self.identifier_of(key));
        let only_here = used.filter(|(kind, form)| {
            let mut all = self.keys_of(*kind, form).into_iter().flat_map(|key| self.payments_with(key));
            all.all(|slot| slots.contains(slot))
        });
        person.gone = only_here.chain(identifiers).collect();
        person.records = records;
        // Whatever ids its customers ever had; one that lives on with other payments keeps its own.
        let guests =
            person.of_payments().map(|&(_, source, account, id)| self.id_of(Identity::Guest((source, account, id))));
        let whole = holders
            .into_iter()
            .filter(|&holder| self.book.customers.payments(holder).iter().all(|slot| slots.contains(slot)));
        let whole = whole.map(|customer| self.customer_id(customer));
        let ids = guests.chain(whole).chain(customers.iter().map(|&(_, _, id)| self.string(id)));
        person.ids = ids.collect();
        person
    }
}
