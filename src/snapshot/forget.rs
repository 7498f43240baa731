//! Writes a snapshot without some records, or with nothing of them but their amounts.

use crate::identity::Identifier;
use crate::ledger::fields::{Need, Visit};
use crate::ledger::intern::Sym;
use crate::ledger::record::Head;
use crate::ledger::store::Store;
use crate::ledger::tables::Kind;
use crate::money::Currency;
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
}

impl Omitted {
    /// Pseudonyms for all ids of the records, which are kept among the store's texts.
    pub fn give_pseudonyms(&mut self, store: &mut Store) {
        let mut names = HashMap::default();
        for &(_, source, account, id) in &self.keys {
            let name = store.erased.pseudonym(source, store.interner.get(account), store.interner.get(id));
            names.insert(id, store.interner.intern(&name));
        }
        self.pseudonyms = Some(names);
    }

    /// What of a record is written.
    pub fn written(&self, kind: Kind, head: &Head) -> Written {
        if !self.keys.contains(&(kind, head.source, head.account, head.id)) {
            return Written::Whole;
        }
        // What stands beside payments is about the person alone.
        let is_money = matches!(kind, Kind::Attempt | Kind::Intent | Kind::Refund | Kind::Dispute | Kind::Order);
        if is_money && self.pseudonyms.is_some() { Written::Amounts } else { Written::Not }
    }

    /// The pseudonym of an id.
    pub fn pseudonym(&self, id: Sym) -> Sym {
        self.pseudonyms.as_ref().and_then(|names| names.get(&id)).copied().unwrap_or(id)
    }
}

/// Takes everything of a person out of a record.
pub struct Anonymiser<'o>(pub &'o Omitted);

impl Visit for Anonymiser<'_> {
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        *value = match name {
            "payment" | "attempt" | "parent" | "transaction" | "dispute" | "order" => {
                value.map(|id| self.0.pseudonym(id))
            }
            // The source's own words.
            "rawStatus" | "method" | "reason" | "failureCode" | "failureReason" => *value,
            _ => None,
        };
    }

    fn texts(&mut self, _: &'static str, value: &mut Box<[Sym]>) {
        value.iter_mut().for_each(|id| *id = self.0.pseudonym(*id));
    }

    fn identifiers(&mut self, _: &'static str, value: &mut Box<[Identifier]>) {
        *value = Box::default();
    }

    fn amount(&mut self, _: &'static str, _: Need, _: &mut Option<i64>) {}
    fn time(&mut self, _: &'static str, _: Need, _: &mut Option<i64>) {}
    fn flag(&mut self, _: &'static str, _: &mut bool) {}
    fn maybe(&mut self, _: &'static str, _: &mut Option<bool>) {}
    fn word(&mut self, _: &'static str, _: &'static [&'static str], _: &'static str) -> Option<&'static str> {
        None
    }
    fn currency(&mut self, _: &'static str, _: Need, _: &mut Option<Currency>) {}
}
