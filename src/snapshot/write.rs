//! Writes a snapshot.

use super::forget::{Omitted, Remover, Written};
use super::{MAGIC, VERSION, checksum, kind, tag};
use crate::bytes::{push_number, zigzag};
use crate::grouping::Rules;
use crate::identity::Identifier;
use crate::ledger::erased::Redactor;
use crate::ledger::fields::{Need, Visit};
use crate::ledger::history::{Event, History, Identity};
use crate::ledger::intern::Sym;
use crate::ledger::record::{Annex, Attempt, Customer, Head, Intent, Mode, Order, Session, Url};
use crate::ledger::reversal::{Dispute, Refund};
use crate::ledger::store::Store;
use crate::ledger::tables::{Record, Table};
use crate::money::Currency;
use crate::options::LedgerOptions;
use crate::order::sorted;
use crate::overrides::{Decision, Key, Note, Override, Overrides, Party};

/// A ledger as bytes.
pub fn save(
    store: &Store,
    options: &LedgerOptions,
    overrides: &Overrides,
    history: &History,
    omitted: &Omitted,
) -> Vec<u8> {
    let mut writer = Writer { store, omitted, out: Vec::new(), texts: Texts::default(), fields: None };
    writer.section(tag::OPTIONS, |writer| writer.options(options));
    writer.table::<Attempt>();
    writer.table::<Intent>();
    writer.table::<Refund>();
    writer.table::<Dispute>();
    writer.table::<Customer>();
    writer.table::<Session>();
    writer.table::<Order>();
    writer.table::<Annex>();
    writer.section(tag::OVERRIDES, |writer| writer.overrides(overrides));
    writer.section(tag::HISTORY, |writer| writer.history(history));
    writer.section(tag::ERASED, |writer| {
        writer.said(&store.erased.salt);
        let traces = sorted(&store.erased.traces, |a, b| a.cmp(b));
        writer.list(&traces, |writer, trace| writer.out.extend_from_slice(*trace));
    });
    let Writer { out: sections, texts, .. } = writer;
    let out = Vec::with_capacity(sections.len());
    let mut body = Writer { store, omitted, out, texts: Texts::default(), fields: None };
    body.section(tag::TEXTS, |body| {
        body.number(texts.order.len() as u64);
        for &sym in &texts.order {
            body.bytes(store.interner.get(sym).as_bytes());
        }
    });
    body.out.extend_from_slice(&sections);
    let mut snapshot = Vec::with_capacity(body.out.len().saturating_add(20));
    snapshot.extend_from_slice(MAGIC);
    snapshot.extend_from_slice(&VERSION.to_le_bytes());
    snapshot.extend_from_slice(&checksum(VERSION, &body.out).to_le_bytes());
    snapshot.append(&mut body.out);
    snapshot
}

const fn mode_byte(mode: Mode) -> u8 {
    match mode {
        Mode::Live => 1,
        Mode::Test => 2,
        Mode::Unknown => 3,
    }
}

/// The texts that were written, numbered from 1 in the order in which they came.
#[derive(Default)]
struct Texts {
    number_of: Vec<u32>,
    order: Vec<Sym>,
}

impl Texts {
    fn number(&mut self, sym: Sym) -> u32 {
        if self.number_of.len() <= sym.index() {
            self.number_of.resize(sym.index().saturating_add(1), 0);
        }
        let Some(number) = self.number_of.get_mut(sym.index()) else { return 0 };
        if *number == 0 {
            self.order.push(sym);
            *number = crate::ledger::rows::row(self.order.len());
        }
        *number
    }
}

struct Writer<'s> {
    store: &'s Store,
    omitted: &'s Omitted,
    out: Vec<u8>,
    texts: Texts,
    /// While the fields of a kind of record are listed, not written: their kinds and names.
    fields: Option<Vec<(u8, &'static str)>>,
}

impl Writer<'_> {
    fn number(&mut self, number: u64) {
        push_number(&mut self.out, number);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }

    fn said(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn flag_byte(&mut self, flag: bool) {
        self.out.push(u8::from(flag));
    }

    fn sym(&mut self, sym: Option<Sym>) {
        let number = sym.map_or(0, |sym| self.texts.number(sym));
        self.number(u64::from(number));
    }

    fn signed(&mut self, number: Option<i64>) {
        match number {
            None => self.number(0),
            Some(number) => self.number(zigzag(number).saturating_add(1)),
        }
    }

    fn section(&mut self, tag: u8, write: impl FnOnce(&mut Self)) {
        let outer = core::mem::take(&mut self.out);
        write(self);
        self.end_section(tag, outer);
    }

    /// Puts what was written since into a section behind what was written before.
    #[inline(never)]
    fn end_section(&mut self, tag: u8, outer: Vec<u8>) {
        let inner = core::mem::replace(&mut self.out, outer);
        self.out.push(tag);
        self.bytes(&inner);
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        items.iter().for_each(|item| write(self, item));
    }

    fn options(&mut self, options: &LedgerOptions) {
        let Rules { preset, limits, by, own_emails, placeholders, ignore_plus_tags, join_by_card, people } =
            &options.grouping;
        self.said(preset.word());
        for limit in [limits.cards_per_email, limits.cards_per_phone, limits.emails_per_card, limits.emails_per_phone] {
            self.number(u64::from(limit));
        }
        self.list(by, |writer, kind| writer.said(kind.word()));
        self.list(own_emails, |writer, text| writer.said(text));
        self.list(placeholders, |writer, text| writer.said(text));
        self.flag_byte(*ignore_plus_tags);
        self.out.push(u8::from(*people) | u8::from(*join_by_card) << 1);
        let country = options.default_country.map(|country| country.0);
        self.bytes(country.as_ref().map(<[u8; 2]>::as_slice).unwrap_or_default());
        self.said(options.zone_name.as_deref().unwrap_or_default());
    }

    /// The records of a kind that stand, then those that stand back; each table with the fields that its records have.
    fn table<R: Record>(&mut self) {
        let (standing, rivals) = self.store.all::<R>();
        for (tag, records) in [(tag::TABLE, standing), (tag::RIVALS, rivals)] {
            let Some(mut first) = records.read(0) else { continue };
            let omitted = self.omitted;
            let written = |head: &Head| omitted.written(R::KIND, head);
            let heads = (0..records.count()).filter_map(|row| records.head(row));
            let count = heads.filter(|head| written(head) != Written::Not).count();
            let outer = self.begin_table(R::NAME, &mut |visit| first.visit(visit));
            self.number(count as u64);
            for mut record in records.all() {
                let head = record.head().clone();
                let written = written(&head);
                self.record(written, &head, &mut |writer| {
                    match written {
                        Written::Whole | Written::Not => {}
                        Written::Amounts => record.visit(&mut Remover { omitted }),
                        Written::Redacted => record.visit(&mut Redactor),
                    }
                    record.visit(writer);
                });
            }
            self.end_section(tag, outer);
        }
    }

    /// Begins a table with its kind and the fields of its records.
    #[inline(never)]
    fn begin_table(&mut self, name: &str, visit: &mut dyn FnMut(&mut dyn Visit)) -> Vec<u8> {
        let outer = core::mem::take(&mut self.out);
        self.said(name);
        self.fields = Some(Vec::new());
        visit(self);
        let fields = self.fields.take().unwrap_or_default();
        self.list(&fields, |writer, (kind, name)| {
            writer.out.push(*kind);
            writer.said(name);
        });
        outer
    }

    /// Writes a record, or what is to be left of it.
    #[inline(never)]
    fn record(&mut self, written: Written, head: &Head, fields: &mut dyn FnMut(&mut Self)) {
        match written {
            Written::Not => return,
            Written::Whole | Written::Redacted => self.head(head),
            Written::Amounts => {
                self.head(&Head { id: self.omitted.pseudonym(head.id).unwrap_or(head.id), ..head.clone() });
            }
        }
        fields(self);
    }

    fn head(&mut self, head: &Head) {
        self.said(head.source.word());
        self.sym(Some(head.account));
        self.sym(Some(head.id));
        self.signed(head.version());
        self.out.push(u8::from(head.from_event) | u8::from(head.from_export) << 1);
    }

    fn key(&mut self, key: &Key) {
        self.said(key.source.word());
        self.said(&key.account);
        self.said(&key.id);
    }

    fn party(&mut self, party: &Party) {
        match party {
            Party::Payment(key) => {
                self.out.push(0);
                self.key(key);
            }
            Party::Registered(key, mode) => {
                self.out.push(mode_byte(*mode));
                self.key(key);
            }
        }
    }

    fn note(&mut self, note: &Note) {
        self.said(&note.actor);
        self.said(&note.reason);
        self.signed(Some(note.as_of));
    }

    fn overrides(&mut self, overrides: &Overrides) {
        self.number(u64::from(overrides.last()));
        self.list(overrides.all(), |writer, Override { number, decision, customers, note, undone }| {
            writer.number(u64::from(*number));
            writer.said(decision.action().word());
            match decision {
                Decision::Link(a, b) => {
                    writer.party(a);
                    writer.party(b);
                }
                Decision::Unlink(key) => writer.key(key),
                Decision::MarkShared(kind, form) => {
                    writer.said(kind.word());
                    writer.said(form);
                }
                Decision::Confirm(keys) => writer.list(keys, Self::key),
            }
            writer.list(customers, |writer, id| writer.said(id));
            writer.note(note);
            writer.flag_byte(undone.is_some());
            if let Some(note) = undone {
                writer.note(note);
            }
        });
    }

    fn history(&mut self, history: &History) {
        self.number(u64::from(history.version));
        self.number(u64::from(history.since));
        self.list(&history.events, |writer, &Event { version, who, existed, exists }| {
            writer.number(u64::from(version));
            writer.out.push(u8::from(existed) | u8::from(exists) << 1);
            let (mode, (source, account, id)) = match who {
                Identity::Guest(key) => (0, key),
                Identity::Registered((source, account, id, mode)) => (mode_byte(mode), (source, account, id)),
            };
            writer.out.push(mode);
            writer.said(source.word());
            writer.sym(Some(account));
            writer.sym(Some(id));
        });
    }

    /// Lists the field, or says that its value is to be written.
    fn writes(&mut self, kind: u8, name: &'static str) -> bool {
        if let Some(fields) = &mut self.fields {
            fields.push((kind, name));
        }
        self.fields.is_none()
    }
}

impl Visit for Writer<'_> {
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        if self.writes(kind::TEXT, name) {
            self.sym(*value);
        }
    }

    fn url(&mut self, name: &'static str, value: &mut Url) {
        if self.writes(kind::URL, name) {
            self.said(value.as_deref().unwrap_or_default());
        }
    }

    fn amount(&mut self, name: &'static str, _: Need, value: &mut Option<i64>) {
        if self.writes(kind::NUMBER, name) {
            self.signed(*value);
        }
    }

    fn time(&mut self, name: &'static str, need: Need, value: &mut Option<i64>) {
        self.amount(name, need, value);
    }

    fn flag(&mut self, name: &'static str, value: &mut bool) {
        self.maybe(name, &mut Some(*value));
    }

    fn maybe(&mut self, name: &'static str, value: &mut Option<bool>) {
        if self.writes(kind::FLAG, name) {
            self.out.push(match value {
                None => 0,
                Some(false) => 1,
                Some(true) => 2,
            });
        }
    }

    fn word(&mut self, name: &'static str, words: &'static [&'static str], now: usize) -> Option<usize> {
        if self.writes(kind::WORD, name) {
            self.said(words.get(now).copied().unwrap_or_default());
        }
        None
    }

    fn currency(&mut self, name: &'static str, _: Need, value: &mut Option<Currency>) {
        if self.writes(kind::WORD, name) {
            self.said(&value.map(Currency::code).unwrap_or_default());
        }
    }

    fn texts(&mut self, name: &'static str, value: &mut Box<[Sym]>) {
        if self.writes(kind::TEXTS, name) {
            self.list(value, |writer, &sym| writer.sym(Some(sym)));
        }
    }

    fn identifiers(&mut self, name: &'static str, value: &mut Box<[Identifier]>) {
        if self.writes(kind::IDENTIFIERS, name) {
            self.list(value, |writer, identifier| {
                writer.said(identifier.kind.word());
                writer.said(identifier.field.word());
                writer.sym(Some(identifier.value));
            });
        }
    }
}
