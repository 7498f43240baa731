//! A ledger beside the reference: what is done to the one is done to the other.

use crate::history::{Charge, Feeding, Options, Step};
use crate::reference::{Holder, Party, Payment, Said, holders, linked_to, pinned};
use guestfolio::{ErrorCode, GuestfolioError, IngestOptions, Input, Ledger, Source};
use std::collections::{BTreeMap, BTreeSet};

pub struct Model<'o> {
    options: &'o Options,
    /// The newest version of each charge.
    known: BTreeMap<u8, (u32, Charge)>,
    /// Charges that were erased.
    erased: BTreeSet<u8>,
    /// Charges that lost their description.
    redacted: BTreeSet<u8>,
    /// What agents decided, by the engine's id, and whether it holds.
    said: Vec<(String, Said, bool)>,
}

/// One of a list, by a number of any size.
fn one_of<T>(list: &[T], number: usize) -> Option<&T> {
    list.get(number.checked_rem(list.len())?)
}

fn note() -> Input {
    Input::from_json(r#"{"actor": "ann", "reason": "called", "asOf": "2026-11-22"}"#).unwrap()
}

fn is_conflict<T>(result: &Result<T, GuestfolioError>) -> bool {
    matches!(result, Err(error) if error.code() == ErrorCode::OverrideConflict)
}

impl<'o> Model<'o> {
    pub fn new(options: &'o Options) -> Self {
        Self { options, known: BTreeMap::new(), erased: BTreeSet::new(), redacted: BTreeSet::new(), said: Vec::new() }
    }

    /// The charges in order of (created, source, account, id).
    pub fn charges(&self) -> Vec<&Charge> {
        let mut charges: Vec<&Charge> = self.known.values().map(|(_, charge)| charge).collect();
        charges.sort_by_key(|charge| (charge.created, charge.id.clone()));
        charges
    }

    fn payments(&self) -> Vec<Payment> {
        self.charges().into_iter().map(|charge| charge.payment(self.options)).collect()
    }

    fn active(&self) -> Vec<Said> {
        self.said.iter().filter(|(_, _, holds)| *holds).map(|(_, said, _)| said.clone()).collect()
    }

    fn holders(&self) -> Vec<Holder> {
        holders(&self.payments(), &self.options.rules(), &self.active())
    }

    /// The payments of each customer.
    pub fn groups(&self) -> BTreeSet<Vec<String>> {
        let mut groups: BTreeMap<Holder, BTreeSet<String>> = BTreeMap::new();
        for (charge, holder) in self.charges().iter().zip(self.holders()) {
            groups.entry(holder).or_default().insert(charge.id.clone());
        }
        groups.into_values().map(|ids| ids.into_iter().collect()).collect()
    }

    fn is_alone(&self, id: &str) -> bool {
        self.active().iter().any(|said| matches!(said, Said::Alone(alone) if alone == id))
    }

    fn decided(&mut self, id: String, said: Said) {
        self.said.push((id, said, true));
    }

    /// Does a step to the ledger and to the model, which must agree on what is refused.
    pub fn take(&mut self, ledger: &mut Ledger, step: &Step, feeding: Feeding) {
        let payments = self.payments();
        match step {
            Step::Feed(records) => {
                for record in records.iter().filter(|record| !self.erased.contains(&record.slot)) {
                    let known = self.known.get(&record.slot).map(|(version, _)| *version);
                    if known.is_none_or(|known| record.version > known) {
                        let mut charge = record.charge.clone();
                        if self.redacted.contains(&record.slot) {
                            charge.redact();
                        }
                        self.known.insert(record.slot, (record.version, charge));
                    }
                }
                for text in feeding.texts(records) {
                    let report = ledger.ingest(Source::Stripe, text.as_bytes(), IngestOptions::default());
                    let sent = |slot: &u8| text.matches(&format!(r#""id":"ch_{slot:03}""#)).count();
                    assert_eq!(report.rejected, self.erased.iter().map(sent).sum::<usize>() as u64, "{report:?}");
                }
            }
            Step::Link(a, b) => {
                if let (Some(a), Some(b)) = (one_of(&payments, *a), one_of(&payments, *b)) {
                    self.link(ledger, &payments, &a.id, &b.id);
                }
            }
            Step::Unlink(number) => {
                let Some(payment) = one_of(&payments, *number) else { return };
                let pinned = pinned(&payments, &self.options.rules(), &self.active());
                let result = ledger.unlink(&payment.id, &note());
                if self.is_alone(&payment.id) || pinned.contains(&payment.id) {
                    assert!(is_conflict(&result), "{result:?}");
                } else {
                    self.decided(result.unwrap().id, Said::Alone(payment.id.clone()));
                }
            }
            Step::Shared(number, which) => {
                let Some(payment) = one_of(&payments, *number) else { return };
                let identifiers: Vec<_> = payment.identifiers.iter().collect();
                if let Some((kind, value)) = one_of(&identifiers, *which) {
                    self.mark(ledger, &payments, *kind, value.split(' ').next().unwrap());
                }
            }
            Step::Confirm(number) => {
                let Some(payment) = one_of(&payments, *number) else { return };
                self.confirm(ledger, &payments, &payment.id);
            }
            Step::Restart => *ledger = Ledger::restore(&ledger.save(), Ok).unwrap(),
            Step::Forget(number) => {
                if let Some(payment) = one_of(&payments, *number) {
                    self.forget(ledger, &payments, &payment.id);
                }
            }
            Step::Undo(number) => {
                let count = self.said.len();
                let Some(number) = number.checked_rem(count) else { return };
                let (id, _, holds) = &mut self.said[number];
                let result = ledger.undo(id, &note());
                assert_eq!(is_conflict(&result), !*holds, "{result:?}");
                *holds = false;
            }
        }
    }

    /// A customer's charges are gone and stay gone, and so is what was said of it alone.
    fn forget(&mut self, ledger: &mut Ledger, payments: &[Payment], id: &str) {
        let holders = self.holders();
        let row = payments.iter().position(|payment| payment.id == id).unwrap();
        let holder = &holders[row];
        let target = Input::from_json(&serde_json::json!(Self::customer(ledger, id)).to_string()).unwrap();
        let salt = Input::from_json(r#"{"salt": "0123456789abcdef"}"#).unwrap();
        let erasure = ledger.forget(&target, &salt).unwrap();
        let own = |payment: &&(&Payment, &Holder)| payment.1 == holder;
        let both: Vec<_> = payments.iter().zip(&holders).collect();
        let gone: BTreeSet<String> = both.iter().filter(own).map(|(payment, _)| payment.id.clone()).collect();
        assert_eq!(erasure.records, gone.len());
        // Whom the source calls by names that no other payment has.
        let named = |of: bool| {
            let named =
                both.iter().filter(move |one| own(one) == of).filter_map(|(payment, _)| payment.registered.clone());
            named.collect::<BTreeSet<String>>()
        };
        let mut customers: BTreeSet<String> = named(true).difference(&named(false)).cloned().collect();
        if let Holder::Registered(speaker) = holder {
            customers.insert(speaker.clone());
            customers.extend(linked_to(payments, &self.options.rules(), &self.active(), speaker));
        }
        let is_gone = |party: &Party| match party {
            Party::Payment(id) => gone.contains(id),
            Party::Registered(id) => customers.contains(id),
        };
        let is_own = |marked: &[crate::reference::Identifier]| {
            let mut with = both
                .iter()
                .filter(|(payment, _)| payment.identifiers.iter().any(|one| marked.contains(one)))
                .peekable();
            let only_here = with.peek().is_some() && with.all(|(payment, _)| gone.contains(&payment.id));
            // Where others' descriptions name an address that was the customer's alone, it goes from there.
            let states = |payment: &Payment| {
                payment
                    .own_emails
                    .iter()
                    .any(|own| marked.iter().any(|(_, value)| value.split(' ').next() == Some(own)))
            };
            let states_it = |of_gone: bool| {
                both.iter().any(|(payment, _)| gone.contains(&payment.id) == of_gone && states(payment))
            };
            only_here || states_it(true) && !states_it(false)
        };
        self.said.retain_mut(|(_, said, _)| match said {
            Said::Linked(a, b) => !is_gone(a) && !is_gone(b),
            Said::Alone(id) => !gone.contains(id),
            Said::Shared(marked) => !is_own(marked),
            Said::Together(parties) => {
                let were = parties.len();
                parties.retain(|party| !is_gone(party));
                parties.len() == were || !parties.is_empty()
            }
        });
        let slots: Vec<u8> =
            self.known.iter().filter(|(_, (_, charge))| gone.contains(&charge.id)).map(|(slot, _)| *slot).collect();
        let mut stated: BTreeSet<u8> = BTreeSet::new();
        for slot in slots {
            stated.extend(self.known.remove(&slot).and_then(|(_, charge)| charge.email()));
            self.erased.insert(slot);
        }
        // Where others' descriptions name an address that was the customer's alone, they go.
        let others: BTreeSet<u8> = self.known.values().filter_map(|(_, charge)| charge.email()).collect();
        let alone: Vec<u8> = stated.difference(&others).copied().collect();
        for (slot, (_, charge)) in self.known.iter_mut().filter(|(_, (_, charge))| charge.describes(&alone)) {
            charge.redact();
            self.redacted.insert(*slot);
        }
    }

    fn customer(ledger: &Ledger, payment: &str) -> String {
        ledger.payment(payment).unwrap().payment.customer_id
    }

    fn link(&mut self, ledger: &mut Ledger, payments: &[Payment], a: &str, b: &str) {
        let holders = self.holders();
        let row = |id: &str| payments.iter().position(|payment| payment.id == id).unwrap();
        let party = |id: &str| match &holders[row(id)] {
            Holder::Guest(first) => Party::Payment(payments[*first].id.clone()),
            Holder::Registered(id) => Party::Registered(id.clone()),
        };
        let result = ledger.link(&Self::customer(ledger, a), &Self::customer(ledger, b), &note());
        let alone = |party: &Party| matches!(party, Party::Payment(id) if self.is_alone(id));
        let parties = [party(a), party(b)];
        let modes_differ = payments[row(a)].live != payments[row(b)].live;
        if parties[0] == parties[1] || modes_differ || parties.iter().any(alone) {
            assert!(is_conflict(&result), "{result:?}");
        } else {
            let [a, b] = parties;
            self.decided(result.unwrap().id, Said::Linked(a, b));
        }
    }

    /// The guest payments of each customer.
    fn guest_payments(&self, payments: &[Payment]) -> BTreeMap<Holder, Vec<Payment>> {
        let mut found: BTreeMap<Holder, Vec<Payment>> = BTreeMap::new();
        for (payment, holder) in payments.iter().zip(self.holders()) {
            let list = found.entry(holder).or_default();
            if payment.registered.is_none() || self.options.rules().people || self.is_alone(&payment.id) {
                list.push(payment.clone());
            }
        }
        found
    }

    fn confirm(&mut self, ledger: &mut Ledger, payments: &[Payment], id: &str) {
        let row = payments.iter().position(|payment| payment.id == id).unwrap();
        let own = self.guest_payments(payments)[&self.holders()[row]].clone();
        let result = ledger.confirm(&Self::customer(ledger, id), &note());
        if own.iter().any(|payment| self.is_alone(&payment.id)) {
            assert!(is_conflict(&result), "{result:?}");
        } else {
            let parties = own.into_iter().map(|payment| Party::Payment(payment.id));
            self.decided(result.unwrap().id, Said::Together(parties.collect()));
        }
    }

    fn mark(&mut self, ledger: &mut Ledger, payments: &[Payment], kind: crate::reference::Kind, value: &str) {
        let both: Vec<_> = [true, false].iter().map(|live| (kind, format!("{value} {live}"))).collect();
        let word = kind.word();
        let identifier = Input::from_json(&serde_json::json!({"kind": word, "value": value}).to_string()).unwrap();
        let result = ledger.mark_shared(&identifier, &note());
        let before = self.active().iter().any(|said| matches!(said, Said::Shared(marked) if marked.contains(&both[0])));
        let pinned = pinned(payments, &self.options.rules(), &self.active());
        let uses = |payment: &Payment| payment.identifiers.iter().any(|one| both.contains(one));
        let with: BTreeSet<Holder> =
            payments.iter().zip(self.holders()).filter(|(p, _)| uses(p)).map(|(_, holder)| holder).collect();
        let held = self.guest_payments(payments).into_iter().any(|(holder, own)| {
            // With `people`, the customer's id is an identifier too.
            let mut all = own.iter().flat_map(|payment| {
                let id = payment.registered.iter().filter(|_| self.options.rules().people);
                payment.identifiers.iter().cloned().chain(id.map(|id| (crate::reference::Kind::Registered, id.clone())))
            });
            with.contains(&holder)
                && own.len() > 1
                && all.all(|one| both.contains(&one))
                && own.iter().any(|payment| pinned.contains(&payment.id))
        });
        if before || held {
            assert!(is_conflict(&result), "{result:?}");
        } else {
            self.decided(result.unwrap().id, Said::Shared(both));
        }
    }
}
