//! Reads a snapshot. Nothing in it is trusted: whatever does not fit is damage.

use super::{MAGIC, VERSION, checksum, damaged, kind, tag};
use crate::bytes::{take_number, unzigzag};
use crate::error::{ErrorCode, GuestfolioError};
use crate::grouping::{GroupingPreset, Limits, Rules};
use crate::identity::{Identifier, IdentifierField, IdentifierKind};
use crate::ledger::erased::Erased;
use crate::ledger::fields::{Fields, Need, Visit};
use crate::ledger::history::{Event, History, Identity};
use crate::ledger::intern::Sym;
use crate::ledger::record::{Annex, Attempt, Customer, Head, Intent, Mode, Order, Session, Url};
use crate::ledger::reversal::{Dispute, Refund};
use crate::ledger::rows::at;
use crate::ledger::store::Store;
use crate::ledger::tables::Record;
use crate::money::Currency;
use crate::options::{CountryCode, LedgerOptions};
use crate::overrides::{Decision, Key, Note, Override, OverrideAction, Overrides, Party};
use crate::source::Source;
use crate::time::MAX_TIME;

/// What a snapshot holds.
#[derive(Debug)]
pub struct Restored {
    /// The records.
    pub store: Store,
    /// What agents decided.
    pub overrides: Overrides,
    /// What became of customers.
    pub history: Option<History>,
}

type Read<T> = Result<T, GuestfolioError>;

/// Reads a snapshot. `options` makes the ledger's options of those that were saved.
pub fn restore(
    bytes: &[u8],
    options: impl FnOnce(LedgerOptions) -> Read<LedgerOptions>,
) -> Read<(Restored, LedgerOptions)> {
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(damaged)?;
    let (version, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
    let version = u32::from_le_bytes(*version);
    if version > VERSION {
        let message = "the snapshot was made by a newer version of guestfolio";
        return Err(GuestfolioError::new(ErrorCode::SnapshotTooNew, "", message));
    }
    let (sum, body) = rest.split_first_chunk::<8>().ok_or_else(damaged)?;
    if version == 0 || u64::from_le_bytes(*sum) != checksum(version, body) {
        return Err(damaged());
    }
    let mut sections = Bytes(body);
    let mut options = Some(options);
    let (mut made, mut regrouped) = (None, false);
    let mut texts = Vec::new();
    let mut known: Vec<&str> = Vec::new();
    while !sections.0.is_empty() {
        let tag = sections.byte()?;
        let mut section = Bytes(sections.bytes()?);
        match (tag, &mut made) {
            (tag::TEXTS, _) => known = section.list(Bytes::said)?,
            (tag::OPTIONS, _) => {
                let saved = section.options()?;
                let grouping = (saved.grouping.clone(), saved.default_country);
                let given = options.take().ok_or_else(damaged)?(saved)?;
                regrouped = grouping != (given.grouping.clone(), given.default_country);
                let mut store = Store::new(given.grouping.trust(given.default_country));
                texts = known.iter().map(|text| store.interner.intern(text)).collect();
                made = Some((Restored { store, overrides: Overrides::default(), history: None }, given));
            }
            (tag::TABLE | tag::RIVALS, Some((restored, _))) => {
                Table { bytes: section, texts: &texts, known: &known, stands: tag == tag::TABLE }
                    .read(&mut restored.store)?;
            }
            (tag::OVERRIDES, Some((restored, _))) => {
                let last = section.limit()?;
                restored.overrides = Overrides::of(section.list(Bytes::overriding)?, last);
                // Two guests may be linked by a customer whom no record names any longer.
                for known in restored.overrides.all() {
                    for party in known.decision.together() {
                        if let Party::Registered(key, _) = party {
                            restored.store.interner.intern(&key.account);
                            restored.store.interner.intern(&key.id);
                        }
                    }
                }
            }
            (tag::HISTORY, Some((restored, _))) => {
                let history = section.history(&texts)?;
                restored.history = Some(if regrouped { history.begun_anew() } else { history });
            }
            (tag::ERASED, Some((restored, _))) => restored.store.erased = section.erased()?,
            _ => return Err(damaged()),
        }
    }
    made.ok_or_else(damaged)
}

/// Bytes that are still to be read.
#[derive(Clone, Copy)]
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn byte(&mut self) -> Read<u8> {
        let (&first, rest) = self.0.split_first().ok_or_else(damaged)?;
        self.0 = rest;
        Ok(first)
    }

    fn number(&mut self) -> Read<u64> {
        take_number(&mut self.0).ok_or_else(damaged)
    }

    fn bytes(&mut self) -> Read<&'b [u8]> {
        let length = usize::try_from(self.number()?).map_err(|_| damaged())?;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn said(&mut self) -> Read<&'b str> {
        core::str::from_utf8(self.bytes()?).map_err(|_| damaged())
    }

    fn owned(&mut self) -> Read<String> {
        self.said().map(str::to_owned)
    }

    fn word<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> Read<T> {
        parse(self.said()?).ok_or_else(damaged)
    }

    fn flag(&mut self) -> Read<bool> {
        Ok(self.byte()? != 0)
    }

    fn signed(&mut self) -> Read<Option<i64>> {
        Ok(self.number()?.checked_sub(1).map(unzigzag))
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = self.number()?;
        // A count that lies ends with the bytes.
        let mut list = Vec::new();
        for _ in 0..count {
            list.push(read(self)?);
        }
        Ok(list)
    }

    fn limit(&mut self) -> Read<u32> {
        u32::try_from(self.number()?).map_err(|_| damaged())
    }

    fn options(&mut self) -> Read<LedgerOptions> {
        let preset = self.word(GroupingPreset::from_word)?;
        let limits = Limits {
            cards_per_email: self.limit()?,
            cards_per_phone: self.limit()?,
            emails_per_card: self.limit()?,
            emails_per_phone: self.limit()?,
        };
        let by = self.list(|bytes| bytes.word(IdentifierKind::from_word))?;
        let (own_emails, placeholders) = (self.list(Self::owned)?, self.list(Self::owned)?);
        let (ignore_plus_tags, flags) = (self.flag()?, self.byte()?);
        let (people, join_by_card) = (flags & 1 != 0, flags & 2 != 0);
        let grouping = Rules { preset, limits, by, own_emails, placeholders, ignore_plus_tags, join_by_card, people };
        let default_country = CountryCode::parse(self.said()?);
        let zone_name = Some(self.owned()?).filter(|name| !name.is_empty());
        Ok(LedgerOptions { grouping, default_country, zone_name, ..LedgerOptions::default() })
    }

    fn key(&mut self) -> Read<Key> {
        Ok(Key { source: self.word(Source::from_word)?, account: self.owned()?, id: self.owned()? })
    }

    fn party(&mut self) -> Read<Party> {
        Ok(match self.mode()? {
            None => Party::Payment(self.key()?),
            Some(mode) => Party::Registered(self.key()?, mode),
        })
    }

    fn mode(&mut self) -> Read<Option<Mode>> {
        Ok(match self.byte()? {
            0 => None,
            1 => Some(Mode::Live),
            2 => Some(Mode::Test),
            3 => Some(Mode::Unknown),
            _ => return Err(damaged()),
        })
    }

    fn sym(&mut self, texts: &[Sym]) -> Read<Option<Sym>> {
        match self.limit()?.checked_sub(1) {
            None => Ok(None),
            Some(place) => texts.get(at(place)).copied().map(Some).ok_or_else(damaged),
        }
    }

    fn erased(&mut self) -> Read<Erased> {
        let salt = self.owned()?;
        let traces = self.list(|bytes| {
            let (trace, rest) = bytes.0.split_first_chunk::<16>().ok_or_else(damaged)?;
            bytes.0 = rest;
            Ok(*trace)
        })?;
        Ok(Erased { salt, traces: traces.into_iter().collect() })
    }

    fn history(&mut self, texts: &[Sym]) -> Read<History> {
        let (version, since) = (self.limit()?, self.limit()?);
        let events = self.list(|bytes| {
            let (version, flags, mode) = (bytes.limit()?, bytes.byte()?, bytes.mode()?);
            let source = bytes.word(Source::from_word)?;
            let account = bytes.sym(texts)?.ok_or_else(damaged)?;
            let id = bytes.sym(texts)?.ok_or_else(damaged)?;
            let who = match mode {
                None => Identity::Guest((source, account, id)),
                Some(mode) => Identity::Registered((source, account, id, mode)),
            };
            Ok(Event { version, who, existed: flags & 1 != 0, exists: flags & 2 != 0 })
        })?;
        Ok(History::of(version, since, events))
    }

    fn note(&mut self) -> Read<Note> {
        let (actor, reason) = (self.owned()?, self.owned()?);
        Ok(Note { actor, reason, as_of: self.signed()?.ok_or_else(damaged)? })
    }

    fn overriding(&mut self) -> Read<Override> {
        let number = u32::try_from(self.number()?).map_err(|_| damaged())?;
        let decision = match self.word(OverrideAction::from_word)? {
            OverrideAction::Link => Decision::Link(self.party()?, self.party()?),
            OverrideAction::Unlink => Decision::Unlink(self.key()?),
            OverrideAction::MarkShared => Decision::MarkShared(self.word(IdentifierKind::from_word)?, self.owned()?),
            OverrideAction::Confirm => Decision::Confirm(self.list(Self::key)?),
        };
        let customers = self.list(Self::owned)?;
        let note = self.note()?;
        let undone = if self.flag()? { Some(self.note()?) } else { None };
        Ok(Override { number, decision, customers, note, undone })
    }
}

/// A field's value as it was written.
enum Saved<'b> {
    Text(Option<Sym>, &'b str),
    Number(Option<i64>),
    Flag(Option<bool>),
    Texts(Box<[Sym]>),
    Identifiers(Box<[Identifier]>),
    Word(&'b str),
    Url(&'b str),
}

/// A table of records of one kind.
struct Table<'b, 't> {
    bytes: Bytes<'b>,
    texts: &'t [Sym],
    /// The same, as they were written.
    known: &'t [&'b str],
    stands: bool,
}

impl<'b> Table<'b, '_> {
    fn read(mut self, store: &mut Store) -> Read<()> {
        match self.bytes.said()? {
            Attempt::NAME => self.records::<Attempt>(store),
            Intent::NAME => self.records::<Intent>(store),
            Refund::NAME => self.records::<Refund>(store),
            Dispute::NAME => self.records::<Dispute>(store),
            Customer::NAME => self.records::<Customer>(store),
            Session::NAME => self.records::<Session>(store),
            Order::NAME => self.records::<Order>(store),
            Annex::NAME => self.records::<Annex>(store),
            _ => Err(damaged()),
        }
    }

    fn records<R: Record>(&mut self, store: &mut Store) -> Read<()> {
        let fields = self.fields()?;
        for _ in 0..self.bytes.number()? {
            let (head, mut setter) = self.record(&fields)?;
            let mut record = R::blank(head);
            record.visit(&mut setter);
            if setter.flawed || !store.restore(record, self.stands) {
                return Err(damaged());
            }
        }
        Ok(())
    }

    /// Which fields the records have: what each holds, and its name.
    #[inline(never)]
    fn fields(&mut self) -> Read<Vec<(u8, &'b str)>> {
        self.bytes.list(|bytes| Ok((bytes.byte()?, bytes.said()?)))
    }

    #[inline(never)]
    fn record(&mut self, fields: &[(u8, &'b str)]) -> Read<(Head, Setter<'b>)> {
        let head = self.head()?;
        let mut values = Vec::with_capacity(fields.len());
        for &(kind, name) in fields {
            values.push((name, self.value(kind)?));
        }
        Ok((head, Setter { values, next: 0, flawed: false }))
    }

    fn sym(&mut self) -> Read<Option<Sym>> {
        self.bytes.sym(self.texts)
    }

    fn some_sym(&mut self) -> Read<Sym> {
        self.sym()?.ok_or_else(damaged)
    }

    fn head(&mut self) -> Read<Head> {
        let source = self.bytes.word(Source::from_word)?;
        let (account, id) = (self.some_sym()?, self.some_sym()?);
        let version = self.bytes.signed()?;
        let flags = self.bytes.byte()?;
        let head = Head::new(source, account, id, version);
        Ok(Head { from_event: flags & 1 != 0, from_export: flags & 2 != 0, ..head })
    }

    fn value(&mut self, kind: u8) -> Read<Saved<'b>> {
        Ok(match kind {
            kind::TEXT => {
                let mut written = self.bytes;
                let place = written.limit()?.checked_sub(1);
                let text = place.and_then(|place| self.known.get(at(place))).copied();
                Saved::Text(self.sym()?, text.unwrap_or_default())
            }
            kind::NUMBER => Saved::Number(self.bytes.signed()?),
            kind::FLAG => Saved::Flag(match self.bytes.byte()? {
                0 => None,
                flag => Some(flag == 2),
            }),
            kind::TEXTS => {
                let count = self.bytes.number()?;
                let mut list = Vec::new();
                for _ in 0..count {
                    list.push(self.some_sym()?);
                }
                Saved::Texts(list.into_boxed_slice())
            }
            kind::IDENTIFIERS => {
                let count = self.bytes.number()?;
                let mut list = Vec::new();
                for _ in 0..count {
                    let kind = self.bytes.word(IdentifierKind::from_word)?;
                    let field = self.bytes.word(IdentifierField::from_word)?;
                    list.push(Identifier { kind, field, value: self.some_sym()? });
                }
                Saved::Identifiers(list.into_boxed_slice())
            }
            kind::WORD => Saved::Word(self.bytes.said()?),
            kind::URL => Saved::Url(self.bytes.said()?),
            _ => return Err(damaged()),
        })
    }
}

/// Sets the fields of a record to what was saved of them.
struct Setter<'b> {
    values: Vec<(&'b str, Saved<'b>)>,
    /// Where the next field is mostly found.
    next: usize,
    flawed: bool,
}

impl<'b> Setter<'b> {
    /// What was saved of a field; nothing where its format did not know it.
    fn find(&mut self, name: &str) -> Option<&mut Saved<'b>> {
        let is_next = self.values.get(self.next).is_some_and(|(known, _)| *known == name);
        let place = if is_next { self.next } else { self.values.iter().position(|(known, _)| *known == name)? };
        self.next = place.saturating_add(1);
        self.values.get_mut(place).map(|(_, value)| value)
    }
}

impl Visit for Setter<'_> {
    fn text(&mut self, name: &'static str, value: &mut Option<Sym>) {
        match self.find(name) {
            Some(Saved::Text(saved, _)) => *value = *saved,
            Some(_) => self.flawed = true,
            None => {}
        }
    }

    fn url(&mut self, name: &'static str, value: &mut Url) {
        match self.find(name) {
            // Until the third format, they stood among all texts.
            Some(Saved::Url(saved) | Saved::Text(_, saved)) => {
                *value = Some(*saved).filter(|page| !page.is_empty()).map(Box::from)
            }
            Some(_) => self.flawed = true,
            None => {}
        }
    }

    fn amount(&mut self, name: &'static str, _: Need, value: &mut Option<i64>) {
        match self.find(name) {
            Some(Saved::Number(saved)) => *value = *saved,
            Some(_) => self.flawed = true,
            None => {}
        }
    }

    fn time(&mut self, name: &'static str, need: Need, value: &mut Option<i64>) {
        self.amount(name, need, value);
        self.flawed |= value.is_some_and(|time| !(0..=MAX_TIME).contains(&time));
    }

    fn flag(&mut self, name: &'static str, value: &mut bool) {
        let mut inner = Some(*value);
        self.maybe(name, &mut inner);
        *value = inner == Some(true);
    }

    fn maybe(&mut self, name: &'static str, value: &mut Option<bool>) {
        match self.find(name) {
            Some(Saved::Flag(saved)) => *value = *saved,
            Some(_) => self.flawed = true,
            None => {}
        }
    }

    fn word(&mut self, name: &'static str, words: &'static [&'static str], _: usize) -> Option<usize> {
        let known = match self.find(name)? {
            Saved::Word(saved) => words.iter().position(|word| word == saved),
            _ => None,
        };
        self.flawed |= known.is_none();
        known
    }

    fn currency(&mut self, name: &'static str, _: Need, value: &mut Option<Currency>) {
        match self.find(name) {
            Some(Saved::Word("")) => *value = None,
            Some(Saved::Word(saved)) => {
                *value = Currency::parse(saved);
                self.flawed |= value.is_none();
            }
            Some(_) => self.flawed = true,
            None => {}
        }
    }

    fn texts(&mut self, name: &'static str, value: &mut Box<[Sym]>) {
        match self.find(name) {
            Some(Saved::Texts(saved)) => *value = core::mem::take(saved),
            Some(_) => self.flawed = true,
            None => {}
        }
    }

    fn identifiers(&mut self, name: &'static str, value: &mut Box<[Identifier]>) {
        match self.find(name) {
            Some(Saved::Identifiers(saved)) => *value = core::mem::take(saved),
            Some(_) => self.flawed = true,
            None => {}
        }
    }
}
