//! One version of each record.
//!
//! A record is known by (source, account, kind, id). Of two versions the newer stays: by version time, else by how far the
//! record has come in its life, else by content. A version with a time and one without are told apart by their life alone.
//! The order of feeding never matters.

use super::digest::sum_up;
use super::erased::{Erased, Redactor};
use super::intern::{Interner, Sym};
use super::link::Scope;
use super::mentions::{Changes, plain_number};
use super::record::{Head, Method};
use super::rows::{Bits, row};
use super::symmap::SymMap;
use super::tables::{Kind, Record, Ref, Table, Tables};
use crate::identity::trust::Trust;
use crate::identity::{self, Identifier, IdentifierFlaw, IdentifierKind};
use crate::issue::IssueCode;
use crate::order::sorted;
use crate::source::{Notes, Path, Source};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use std::borrow::Cow;

/// Changes that are noted; of more it is simpler to make everything anew.
const MOST_CHANGES: usize = 100_000;

/// Ids that any version has named stay named: a form of the record that cannot carry them does not take them back. Whether
/// some were added.
fn keep_references<R: Record>(own: &mut R, named: Vec<Sym>, interner: &Interner) -> bool {
    if named.iter().all(|id| own.references().contains(id)) {
        return false;
    }
    // In an order that does not depend on which came first.
    let mut all = sorted(named, |a, b| interner.get(*a).cmp(&interner.get(*b)));
    all.dedup();
    own.keep_references(all.into_boxed_slice());
    true
}

/// Only a phone is read in a country, unless it says its own.
fn read_in(kind: IdentifierKind, text: &str, country: Option<Sym>) -> Option<Sym> {
    country.filter(|_| is_national(kind, text))
}

/// Whether a text is a phone without its country.
fn is_national(kind: IdentifierKind, text: &str) -> bool {
    kind == IdentifierKind::Phone && !text.starts_with('+')
}

/// Whether a record changed the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Upsert {
    /// The record is new, or newer than what was known.
    Changed,
    /// It was known, or older than what is known.
    Unchanged,
    /// It was erased on request, and is not taken up again.
    Refused,
}

impl Upsert {
    /// Changed if either is, else refused if either is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Changed, _) | (_, Self::Changed) => Self::Changed,
            (Self::Refused, _) | (_, Self::Refused) => Self::Refused,
            _ => Self::Unchanged,
        }
    }
}

/// What another version of a record is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It takes the place of an older version.
    Newer,
    /// It is the best of its sort, with or without a version, beside a record of the other sort.
    Rival,
    /// What is known stays.
    Known,
}

/// Where another version of a record goes: of the one that stands, and the one that stands back, if there is one.
///
/// Records with a version and records without cannot be ordered among each other: which of them is newer nobody says. So
/// the best of each sort is kept, and the one further along stands.
fn place(standing: &mut Head, beside: Option<&mut Head>, head: &Head, path: &Path<'_>, notes: &mut Notes) -> Place {
    let stands = standing.version.is_some() == head.version.is_some();
    let differs = standing.digest() != head.digest();
    // One id twice in one input, with different content: an event stream does that, a list does not.
    let in_one_input = standing.input == head.input && !standing.from_event && !head.from_event;
    if differs && (!stands || head.version.is_none()) {
        notes.warn(path, IssueCode::VersionUnknown);
    } else if differs && in_one_input {
        notes.warn(path, IssueCode::IdRepeated);
    }
    if let Some(known) = if stands { Some(standing) } else { beside } {
        if known.digest() == head.digest() {
            if head.version > known.version {
                (known.version, known.from_event) = (head.version, head.from_event);
            } else if head.version == known.version {
                known.from_event |= head.from_event;
            }
            return Place::Known;
        }
        if head.compare(known).is_le() {
            return Place::Known;
        }
    }
    if stands { Place::Newer } else { Place::Rival }
}

/// Of the newest record with a version and the best one without, the one further along stands; a version breaks a tie.
/// Whether that changed what the ledger knows.
fn settle<R: Record>(standing: &mut R, beside: &mut R) -> bool {
    let rank = |head: &Head| (head.life(), head.version.is_some());
    if rank(beside.head()) <= rank(standing.head()) {
        return false;
    }
    core::mem::swap(standing, beside);
    standing.head().digest() != beside.head().digest()
}

/// The forms by which identifiers join, or why they join nobody.
type Forms = HashMap<(Sym, IdentifierKind, Option<Sym>), Result<Sym, IdentifierFlaw>, FxBuildHasher>;

/// All records of a ledger.
#[derive(Debug, Default)]
pub struct Store {
    /// The texts.
    pub interner: Interner,
    /// The records.
    pub tables: Tables,
    /// The row of each record.
    index: SymMap<(Kind, Source, Sym)>,
    /// Records that stand back: the best with a version where one without stands, or the other way round.
    rivals: Tables,
    rival_of: SymMap<(Kind, Source, Sym)>,
    /// The number of the input that is being read.
    input: u32,
    /// What readers write into, and need no longer once they are done with a record.
    pub buffer: Vec<u8>,
    /// What the grouping takes for an identifier; the normal form of every preset where it does not ask.
    trust: Option<Trust>,
    /// The form by which a phone without its country joins, by the country that it is read in; and of the others that do not join
    /// by their own text.
    forms: Forms,
    /// The identifiers of which some form is another text, or none: few are.
    odd: Bits,
    /// The e-mails and phones whose form is known, whatever the country. No text is both: an e-mail has an `@`.
    learned: Bits,
    /// What was erased on request.
    pub erased: Erased,
    /// What changed since somebody asked for it; nothing is noted before.
    changes: Option<Changes>,
}

impl Store {
    /// The shop's own money: no gateway counts it.
    pub fn is_gift_card(&self, method: Method) -> bool {
        method.kind.is_some_and(|kind| self.interner.get(kind) == "gift_card")
    }

    /// An empty store.
    pub fn new(trust: Option<Trust>) -> Self {
        Self { trust, ..Self::default() }
    }

    /// The form by which an identifier of a record joins, or why it joins nobody.
    pub fn form(&self, identifier: &Identifier, country: Option<Sym>) -> Result<Sym, IdentifierFlaw> {
        let Identifier { kind, value, .. } = *identifier;
        if !self.odd.has(value.index()) {
            return Ok(value);
        }
        let known = self.forms.get(&(value, kind, read_in(kind, &self.interner.get(value), country)));
        known.copied().unwrap_or(Ok(value))
    }

    /// The form by which a text would join that anybody wrote, or why it is no identifier.
    pub fn form_of(&self, kind: IdentifierKind, text: &str) -> Result<String, IdentifierFlaw> {
        self.form_in(kind, text, None)
    }

    /// The same of a text that is read in a country.
    pub fn form_in(&self, kind: IdentifierKind, text: &str, country: Option<Sym>) -> Result<String, IdentifierFlaw> {
        let normal = identity::normal(kind, text)?;
        let country = read_in(kind, &normal, country).map(|country| self.interner.get(country));
        match &self.trust {
            Some(trust) => trust.form(kind, &normal, country.as_deref()).map(Cow::into_owned),
            None => Ok(normal.into_owned()),
        }
    }

    /// Finds the forms of a record's identifiers, once.
    #[inline(never)]
    fn learn(&mut self, (identifiers, country): (&[Identifier], Option<Sym>)) {
        let Some(trust) = &self.trust else { return };
        for &Identifier { kind, value, .. } in identifiers {
            // The form of other kinds is their text.
            if !matches!(kind, IdentifierKind::Email | IdentifierKind::Phone) || self.learned.has(value.index()) {
                continue;
            }
            let is_national = is_national(kind, &self.interner.get(value));
            if !is_national {
                self.learned.add(value.index());
            }
            let country = country.filter(|_| is_national);
            if !self.forms.contains_key(&(value, kind, country)) {
                let text = self.interner.get(value);
                let country_text = country.map(|country| self.interner.get(country));
                let form = trust.form(kind, &text, country_text.as_deref());
                let form = match form {
                    Ok(form) if *form == *text => Ok(value),
                    Ok(form) => {
                        let form = form.into_owned();
                        Ok(self.interner.intern(&form))
                    }
                    Err(flaw) => Err(flaw),
                };
                if form != Ok(value) {
                    self.odd.add(value.index());
                }
                // What is learned, and of which nothing else is known, joins by its own text.
                if is_national || form != Ok(value) {
                    self.forms.insert((value, kind, country), form);
                }
            }
        }
    }

    /// The number of the input that is being read, or was read last.
    pub fn input(&self) -> u32 {
        self.input
    }

    /// The records that stand back.
    pub fn rivals(&self) -> &Tables {
        &self.rivals
    }

    /// A new input begins.
    pub fn begin_input(&mut self) {
        self.input = self.input.wrapping_add(1);
    }

    /// The records of a kind that stand, then those that stand back.
    pub fn all<R: Record>(&self) -> (&R::Table, &R::Table) {
        (R::table(&self.tables), R::table(&self.rivals))
    }

    /// Keeps an order's number without its mark, too: a payment may name it later.
    fn learn_number(&mut self, number: Option<Sym>) {
        let Some(number) = number else { return };
        let text = self.interner.get(number);
        let plain = plain_number(&text);
        if plain.len() < text.len() {
            let plain = plain.to_owned();
            self.interner.intern(&plain);
        }
    }

    /// From now on it is noted what changes.
    pub fn note_changes(&mut self) {
        self.begin_input();
        self.changes = Some(Changes::default());
    }

    /// What changed since then; `None` if that was never asked for, or if it is too much.
    pub fn changes(&self) -> Option<&Changes> {
        self.changes.as_ref()
    }

    /// Notes that a record is new or about to change.
    #[inline(never)]
    fn note_change(&mut self, at: Ref) {
        let Some(changes) = &mut self.changes else { return };
        if changes.records.len() >= MOST_CHANGES {
            self.changes = None;
            return;
        }
        self.tables.names(at, &self.interner, &mut |naming, id| changes.named.push((at, naming, id)));
        changes.records.push(at);
    }

    /// Keeps the newer of this record and the version known of it.
    pub fn upsert<R: Record>(&mut self, mut record: R, path: &Path<'_>, notes: &mut Notes) -> Upsert {
        let head = record.head_mut();
        if !self.erased.traces.is_empty() {
            let (account, id) = (self.interner.get(head.account), self.interner.get(head.id));
            if self.erased.has(R::KIND, head.source, &account, &id) {
                notes.reject(path, IssueCode::Erased);
                return Upsert::Refused;
            }
            if self.erased.is_redacted(R::KIND, head.source, &account, &id) {
                record.visit(&mut Redactor);
            }
        }
        let head = record.head_mut();
        head.input = self.input;
        self.learn(record.identifiers());
        self.learn_number(record.number());
        let head = record.head_mut();
        let Some(at) = self.locate(R::KIND, head) else {
            R::table_mut(&mut self.tables).add(record);
            if self.changes.is_some() {
                let row = row(R::table(&self.tables).count().saturating_sub(1));
                self.note_change(Ref { kind: R::KIND, row });
            }
            return Upsert::Changed;
        };
        let before = self.changes.as_ref().map(|changes| (changes.records.len(), changes.named.len()));
        if before.is_some() {
            self.note_change(at);
        }
        let (id, key) = (head.id, (R::KIND, head.source, head.account));
        let rival = self.rival_of.get(id, key);
        let Some(mut standing) = R::table(&self.tables).read(at.index()) else { return Upsert::Unchanged };
        let mut beside = rival.and_then(|row| R::table(&self.rivals).read(Ref { kind: R::KIND, row }.index()));
        // Most records are alone, and the digest of one version would be compared with nothing.
        for version in [&mut record, &mut standing].into_iter().chain(&mut beside) {
            sum_up(version, &self.interner);
        }
        let named = [&record, &standing].into_iter().chain(&beside);
        let named: Vec<Sym> = named.flat_map(|version| version.references().iter().copied()).collect();
        let version = |record: &R| (record.head().version, record.head().from_event);
        let (version_before, beside_before) = (version(&standing), beside.as_ref().map(version));
        let beside_head = beside.as_mut().map(Record::head_mut);
        let place = place(standing.head_mut(), beside_head, record.head(), path, notes);
        // Its content is known, but not that it was still true so late: what is older than that counts for less now.
        let is_later = version(&standing) != version_before;
        let currencies = standing.currency().zip(record.currency());
        if place != Place::Known && currencies.is_some_and(|(known, new)| known != new) {
            notes.warn(path, IssueCode::CurrencyChanged);
        }
        match place {
            Place::Known => {}
            Place::Newer => standing = record,
            Place::Rival => beside = Some(record),
        }
        let settled = place != Place::Known && beside.as_mut().is_some_and(|beside| settle(&mut standing, beside));
        let changed = keep_references(&mut standing, named, &self.interner) || settled;
        // What is known already is not written again: most of what comes twice is.
        if changed || is_later || place != Place::Known {
            R::table_mut(&mut self.tables).replace(at.index(), standing);
        }
        let is_beside_later = beside.as_ref().map(version) != beside_before;
        if let Some(beside) = beside.filter(|_| is_beside_later || place != Place::Known) {
            let rivals = R::table_mut(&mut self.rivals);
            match rival {
                Some(row) => rivals.replace(Ref { kind: R::KIND, row }.index(), beside),
                None => {
                    self.rival_of.insert(id, key, row(rivals.count()));
                    rivals.add(beside);
                }
            }
        }
        if changed || place == Place::Newer {
            return Upsert::Changed;
        }
        if let (Some((records, named)), Some(changes), false) = (before, &mut self.changes, is_later) {
            changes.records.truncate(records);
            changes.named.truncate(named);
        }
        Upsert::Unchanged
    }

    /// Puts a record of a snapshot back; one that stands comes before one that stands back. Whether there was a place for it.
    pub fn restore<R: Record>(&mut self, record: R, stands: bool) -> bool {
        self.learn(record.identifiers());
        self.learn_number(record.number());
        let head = record.head();
        let (id, key) = (head.id, (R::KIND, head.source, head.account));
        if stands {
            let is_new = self.locate(R::KIND, head).is_none();
            R::table_mut(&mut self.tables).add(record);
            return is_new;
        }
        let is_new = self.index.get(id, key).is_some() && self.rival_of.get(id, key).is_none();
        self.rival_of.insert(id, key, row(R::table(&self.rivals).count()));
        R::table_mut(&mut self.rivals).add(record);
        is_new
    }

    /// The record with this key. A new one gets its entry in the index; the caller pushes it.
    fn locate(&mut self, kind: Kind, head: &Head) -> Option<Ref> {
        let found = self.find(kind, head.source, head.account, head.id);
        if found.is_none() {
            let row = u32::try_from(self.tables.len(kind)).unwrap_or(u32::MAX);
            self.index.insert(head.id, (kind, head.source, head.account), row);
        }
        found
    }

    /// The record of a kind with this key.
    pub fn find(&self, kind: Kind, source: Source, account: Sym, id: Sym) -> Option<Ref> {
        self.index.get(id, (kind, source, account)).map(|row| Ref { kind, row })
    }

    /// The payment's id that another id stands for: an invoice that its transactions know by a second id.
    pub fn alias(&self, source: Source, account: Sym, id: Sym) -> Sym {
        if self.tables.sessions.is_empty() {
            return id;
        }
        let session = self.find(Kind::Session, source, account, id);
        let session = session.and_then(|session| self.tables.sessions.get(session.index()));
        session.and_then(|session| session.payment).unwrap_or(id)
    }

    /// Every record with this id, of any kind, source and account.
    pub fn with_id(&self, id: Sym) -> impl Iterator<Item = (Ref, Scope)> {
        self.index.of(id).map(|((kind, source, account), row)| (Ref { kind, row }, (source, account)))
    }
}
