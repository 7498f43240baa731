//! Writes a snapshot without some records, or with nothing of them but their amounts.

use crate::identity::Identifier;
use crate::ledger::fields::Remove;
use crate::ledger::intern::Sym;
use crate::ledger::mentions::Naming;
use crate::ledger::record::{Head, Url};
use crate::ledger::store::Store;
use crate::ledger::tables::Kind;
use crate::source::Source;
use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;

/// A record's key.
pub type RecordKey = (Kind, Source, Sym, Sym);

/// What is left out.
#[derive(Debug, Default)]
pub struct Omitted {
    /// The records.
    pub keys: HashSet<RecordKey, FxBuildHasher>,
    /// Records of which only the description and the metadata are.
    pub redacted: HashSet<RecordKey, FxBuildHasher>,
    /// Where amounts are kept: the ids that stand for those of the records.
    pub pseudonyms: Option<HashMap<Sym, Sym, FxBuildHasher>>,
}

/// What of a record is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// All of it.
    Whole,
    /// Nothing.
    Not,
    /// Its amounts, times and states.
    Amounts,
    /// All but its description and metadata, and what the description identified.
    Redacted,
}

impl Omitted {
    /// Pseudonyms for all ids of the records, which are kept among the store's texts.
    pub fn give_pseudonyms(&mut self, store: &mut Store) {
        let mut names = HashMap::default();
        let mut ids: Vec<(Source, Sym, Sym)> = Vec::new();
        let mut numbers = Vec::new();
        for &(kind, source, account, id) in &self.keys {
            let record = store.find(kind, source, account, id);
            let session = record.filter(|_| kind == Kind::Session).and_then(|at| store.tables.sessions.get(at.index()));
            if session.is_some_and(|session| session.payment.is_none()) {
                continue; // It links no money.
            }
            ids.push((source, account, id));
            // What a record names may be no record here.
            if let Some(record) = record {
                let mut own_numbers = Vec::new();
                store.tables.names(record, &store.interner, &mut |naming, id| match naming {
                    Naming::Own => ids.push((source, account, id)),
                    Naming::Order if kind == Kind::Order => own_numbers.push(id),
                    Naming::Order | Naming::Payment => {}
                });
                // Payments name an order by its number, with or without its mark.
                if let Some(&first) = own_numbers.first() {
                    numbers.push((source, account, first, own_numbers));
                }
            }
        }
        for (source, account, id) in ids {
            let name = store.erased.pseudonym(source, &store.interner.get(account), &store.interner.get(id));
            names.insert(id, store.interner.intern(&name));
        }
        for (source, account, first, all) in numbers {
            let name = store.erased.pseudonym(source, &store.interner.get(account), &store.interner.get(first));
            let name = store.interner.intern(&name);
            for number in all {
                names.entry(number).or_insert(name);
            }
        }
        self.pseudonyms = Some(names);
    }

    /// What of a record is written.
    pub fn written(&self, kind: Kind, head: &Head) -> Written {
        let key = (kind, head.source, head.account, head.id);
        if !self.keys.contains(&key) {
            return if self.redacted.contains(&key) { Written::Redacted } else { Written::Whole };
        }
        // What stands beside payments is about the person alone; a checkout may link what is counted once.
        let stays = match kind {
            Kind::Attempt | Kind::Intent | Kind::Refund | Kind::Dispute | Kind::Order => self.pseudonyms.is_some(),
            Kind::Session => self.pseudonym(head.id).is_some(),
            Kind::Customer | Kind::Annex => false,
        };
        if stays { Written::Amounts } else { Written::Not }
    }

    /// The pseudonym of an id, if it has one.
    pub fn pseudonym(&self, id: Sym) -> Option<Sym> {
        self.pseudonyms.as_ref().and_then(|names| names.get(&id)).copied()
    }
}

/// Takes out of a record all but its amounts, times and states.
pub struct Remover<'o> {
    /// What is left out.
    pub omitted: &'o Omitted,
}

impl Remove for Remover<'_> {
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        *value = match name {
            "payment" | "attempt" | "parent" | "transaction" | "dispute" | "order" | "number" => {
                value.and_then(|id| self.omitted.pseudonym(id))
            }
            // The source's own words. A reason may be a person's.
            "rawStatus" | "method" | "failureCode" => *value,
            _ => None,
        };
    }

    fn texts(&mut self, value: &mut Box<[Sym]>) {
        *value = value.iter().filter_map(|&id| self.omitted.pseudonym(id)).collect();
    }

    fn identifiers(&mut self, value: &mut Box<[Identifier]>) {
        *value = Box::default();
    }

    fn url(&mut self, value: &mut Url) {
        *value = None;
    }
}
