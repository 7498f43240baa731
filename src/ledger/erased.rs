//! Records that were erased on request: what stays of them is a salted hash of their keys, so that none is taken up again.

use super::fields::Remove;
use super::intern::Sym;
use super::record::Url;
use super::tables::Kind;
use crate::bytes::push_hex;
use crate::identity::Identifier;
use crate::source::Source;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;
use sha2::{Digest, Sha256};

/// What stays of a record.
pub type Trace = [u8; 16];

/// The traces of all records that were erased.
#[derive(Clone, Debug, Default)]
pub struct Erased {
    /// Without it, whoever knows the ids of all payments could tell which were erased.
    pub salt: String,
    /// The traces.
    pub traces: HashSet<Trace, FxBuildHasher>,
}

impl Erased {
    /// The trace of a record.
    pub fn trace(&self, kind: Kind, source: Source, account: &str, id: &str) -> Trace {
        self.hash(kind as u8, source, account, id)
    }

    /// The trace of a record that lost its description and metadata, and loses them again when it is sent again.
    pub fn redaction(&self, kind: Kind, source: Source, account: &str, id: &str) -> Trace {
        self.hash(kind as u8 | 0x80, source, account, id)
    }

    fn hash(&self, tag: u8, source: Source, account: &str, id: &str) -> Trace {
        let mut hash = Sha256::new();
        for part in [&self.salt, source.word(), account, id] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.update([tag]);
        hash.finalize().first_chunk::<16>().copied().unwrap_or_default()
    }

    /// Whether a record was erased.
    pub fn has(&self, kind: Kind, source: Source, account: &str, id: &str) -> bool {
        !self.traces.is_empty() && self.traces.contains(&self.trace(kind, source, account, id))
    }

    /// Whether a record lost its description and metadata.
    pub fn is_redacted(&self, kind: Kind, source: Source, account: &str, id: &str) -> bool {
        !self.traces.is_empty() && self.traces.contains(&self.redaction(kind, source, account, id))
    }

    /// An id for what stays of a record whose amounts are kept: it says nothing of the record's own.
    pub fn pseudonym(&self, source: Source, account: &str, id: &str) -> String {
        let mut text = String::from("anon_");
        // One id is one pseudonym, whatever record names it.
        let trace = self.trace(Kind::Attempt, source, account, id);
        push_hex(&mut text, trace.get(..12).unwrap_or_default());
        text
    }
}

/// Takes the description and the metadata out of a record, and what a description identified.
pub struct Redactor;

impl Remove for Redactor {
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        *value = value.filter(|_| !matches!(name, "description" | "metadata"));
    }
    fn texts(&mut self, _: &mut Box<[Sym]>) {}
    fn url(&mut self, _: &mut Url) {}
    fn identifiers(&mut self, value: &mut Box<[Identifier]>) {
        *value = value.iter().copied().filter(Identifier::is_stated).collect();
    }
}
