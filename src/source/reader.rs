//! What every source's reader needs beside the record: where it goes, what is noted, and how plain values become neutral.

use super::{Context, Field, Notes, Path, Reject, Source};
use crate::identity::{self, Identifier, IdentifierField, IdentifierKind};
use crate::issue::IssueCode;
use crate::json::text::TextFlaws;
use crate::json::value::{Kind, Value};
use crate::ledger::intern::Sym;
use crate::ledger::metadata::Pairs;
use crate::ledger::record::{Head, Mode, Url};
use crate::ledger::store::{Store, Upsert};
use crate::ledger::tables::Record;
use crate::money::Currency;
use std::borrow::Cow;

/// What reading one record comes to.
pub type Read = Result<Upsert, Reject>;

/// Everything a reader needs beside the record.
pub struct Reader<'s> {
    /// The system.
    pub source: Source,
    /// What holds for every record inside this top-level record.
    pub context: Context,
    /// Where records go.
    pub store: &'s mut Store,
    /// What was wrong.
    pub notes: &'s mut Notes,
}

impl Reader<'_> {
    /// Keeps a record.
    #[inline(never)]
    pub fn keep<R: Record>(&mut self, record: R, path: &Path<'_>) -> Upsert {
        self.store.upsert(record, path, self.notes)
    }

    /// Reads a record inside another. What is wrong with it does not reject the record around it.
    #[inline(never)]
    pub fn nested(&mut self, path: &Path<'_>, read: &mut dyn FnMut(&mut Reader<'_>) -> Read) -> Upsert {
        let since = self.notes.count();
        let context = self.context;
        let read = read(self);
        self.context = context;
        read.unwrap_or_else(|Reject| {
            self.notes.soften(since);
            self.notes.warn(path, IssueCode::NestedRecordRejected);
            Upsert::Unchanged
        })
    }

    /// Reads every object of a list inside a record.
    #[inline(never)]
    pub fn each(
        &mut self,
        list: Option<Value<'_>>,
        path: &Path<'_>,
        read: &mut dyn FnMut(&mut Reader<'_>, Value<'_>, &Path<'_>) -> Read,
    ) -> Upsert {
        let mut upsert = Upsert::Unchanged;
        let Some(list) = list else { return upsert };
        let mut one = |index: usize, item: Result<Value<'_>, IssueCode>| {
            let path = path.index(index);
            match item {
                Ok(item) => upsert = upsert.or(self.nested(&path, &mut |reader| read(reader, item, &path))),
                Err(code) => self.notes.warn(&path, code),
            }
        };
        if list.kind() == Kind::Array {
            list.items().enumerate().for_each(|(index, item)| one(index, item));
        } else {
            // PHP writes a list with a gap as an object.
            let values = list.members().map(|member| member.map(|(_, value)| value));
            values.enumerate().for_each(|(index, item)| one(index, item));
        }
        upsert
    }

    /// Key and version of a record: its own version, else that of what is around it.
    pub fn head(&self, id: Sym, own_version: Option<i64>) -> Head {
        Head {
            from_event: self.context.from_event && own_version.is_none(),
            from_export: self.context.from_export,
            ..Head::new(self.source, self.context.account, id, own_version.or(self.context.version))
        }
    }

    /// A text, kept.
    pub fn keep_text(&mut self, text: &str) -> Sym {
        self.store.interner.intern(text)
    }

    /// Text that only describes.
    #[inline(never)]
    pub fn text(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Option<Sym> {
        Field::new(value, path, key).kept_text(&mut self.store.interner, self.notes)
    }

    /// The address of a page.
    #[inline(never)]
    pub fn url(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Url {
        Field::new(value, path, key).text(self.notes).map(|page| page.into_owned().into_boxed_str())
    }

    /// Text that people write: it may have a card number in it, which is not kept.
    #[inline(never)]
    pub fn free_text(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Option<Sym> {
        Field::new(value, path, key).kept_free_text(&mut self.store.interner, self.notes)
    }

    /// The same of a text that was put together.
    pub fn keep_free_text(&mut self, text: &str, path: &Path<'_>) -> Sym {
        let masked = self.notes.without_cards(text.as_bytes(), path);
        match masked {
            None => self.keep_text(text),
            Some(masked) => self.keep_text(&String::from_utf8_lossy(&masked)),
        }
    }

    /// Text that decides.
    #[inline(never)]
    pub fn word(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<Option<Sym>, Reject> {
        Field::new(value, path, key).kept_word(&mut self.store.interner, self.notes)
    }

    /// The id of another record: text or number. None where it is empty or `0`, as shops write "nobody".
    #[inline(never)]
    pub fn reference(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<Option<Sym>, Reject> {
        Field::new(value, path, key).kept_id(&mut self.store.interner, self.notes)
    }

    /// The id that a record must have: text or number.
    #[inline(never)]
    pub fn id(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<Sym, Reject> {
        match self.reference(value, path, key)? {
            Some(id) => Ok(id),
            None => Err(self.notes.reject(&path.key(key), IssueCode::MissingId)),
        }
    }

    /// Minor units that a record must have.
    #[inline(never)]
    pub fn minor(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<i64, Reject> {
        let field = Field::new(value, path, key);
        field.amount(self.notes)?.ok_or_else(|| field.missing(self.notes))
    }

    /// Minor units, if they are given.
    #[inline(never)]
    pub fn maybe_minor(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<Option<i64>, Reject> {
        Field::new(value, path, key).amount(self.notes)
    }

    /// An amount in major units of a currency, as minor units.
    #[inline(never)]
    pub fn major(
        &mut self,
        value: Option<Value<'_>>,
        path: &Path<'_>,
        key: &str,
        currency: Currency,
    ) -> Result<Option<i64>, Reject> {
        let amount = self.signed_major(value, path, key, currency)?;
        if amount.is_some_and(|amount| amount < 0) {
            return Err(self.notes.reject(&path.key(key), IssueCode::InvalidAmount));
        }
        Ok(amount)
    }

    /// The same of a refund, which shops write as negative: without its sign.
    pub fn refund_major(
        &mut self,
        value: Option<Value<'_>>,
        path: &Path<'_>,
        key: &str,
        currency: Currency,
    ) -> Result<Option<i64>, Reject> {
        Ok(self.signed_major(value, path, key, currency)?.map(i64::abs))
    }

    #[inline(never)]
    fn signed_major(
        &mut self,
        value: Option<Value<'_>>,
        path: &Path<'_>,
        key: &str,
        currency: Currency,
    ) -> Result<Option<i64>, Reject> {
        // A currency that is not listed has no decimal form; two decimals keep the amount comparable with itself.
        let decimals = currency.decimals(self.source).unwrap_or(2);
        Field::new(value, path, key).decimal(decimals, self.notes)
    }

    /// A time as text, if it is given.
    #[inline(never)]
    pub fn time(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<Option<i64>, Reject> {
        Field::new(value, path, key).time(self.notes)
    }

    /// A time as text that a record must have.
    #[inline(never)]
    pub fn must_time(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<i64, Reject> {
        let field = Field::new(value, path, key);
        field.time(self.notes)?.ok_or_else(|| field.missing(self.notes))
    }

    /// A currency, if it is given; a well-formed one that the source does not list is kept, with a warning.
    #[inline(never)]
    pub fn maybe_currency(
        &mut self,
        value: Option<Value<'_>>,
        path: &Path<'_>,
        key: &str,
    ) -> Result<Option<Currency>, Reject> {
        let field = Field::new(value, path, key);
        let currency = field.currency(self.notes)?;
        if currency.is_some_and(|currency| currency.decimals(self.source).is_none()) {
            self.notes.warn(field.path(), IssueCode::UnknownCurrency);
        }
        Ok(currency)
    }

    /// The currency that a record must have.
    #[inline(never)]
    pub fn currency(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<Currency, Reject> {
        let currency = self.maybe_currency(value, path, key)?;
        currency.ok_or_else(|| Field::new(None, path, key).missing(self.notes))
    }

    /// Yes or no, if it is given.
    #[inline(never)]
    pub fn flag(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Result<Option<bool>, Reject> {
        Field::new(value, path, key).flag(self.notes)
    }

    /// Live or test, by a flag that says it is a test. A record that does not say is what is around it.
    #[inline(never)]
    pub fn mode_of_test(&mut self, value: Option<Value<'_>>, path: &Path<'_>) -> Result<Mode, Reject> {
        Ok(match self.flag(value, path, "test")? {
            Some(true) => Mode::Test,
            Some(false) => Mode::Live,
            None => self.context.mode,
        })
    }

    /// A known object that is no payment record: nothing of it is kept.
    pub fn no_record(&mut self, path: &Path<'_>) -> Read {
        self.notes.warn(path, IssueCode::NotAPaymentRecord);
        Ok(Upsert::Unchanged)
    }

    /// Keeps a raw status, and notes one that no mapping knows.
    #[inline(never)]
    pub fn raw_status(&mut self, raw: Option<&str>, known: bool, path: &Path<'_>, key: &str) -> Option<Sym> {
        if !known && raw.is_some() {
            self.notes.warn(&path.key(key), IssueCode::UnknownValue);
        }
        raw.map(|raw| self.store.interner.intern(raw))
    }

    /// An e-mail: its identifier, and the raw text for display.
    #[inline(never)]
    pub fn email(
        &mut self,
        value: Option<Value<'_>>,
        path: &Path<'_>,
        key: &str,
        field: IdentifierField,
        found: &mut Vec<Identifier>,
    ) -> Option<Sym> {
        let shown = self.text(value, path, key)?;
        self.identify(IdentifierKind::Email, shown, field, found);
        Some(shown)
    }

    /// The identifier that a text is, if it is one that is not found yet.
    #[inline(never)]
    pub fn identify(&mut self, kind: IdentifierKind, raw: Sym, field: IdentifierField, found: &mut Vec<Identifier>) {
        if let Some(value) = identity::normal_of(&mut self.store.interner, kind, raw) {
            push(found, Identifier { kind, field, value });
        }
    }

    /// A phone number: its identifier, and the raw text for display.
    #[inline(never)]
    pub fn phone(
        &mut self,
        value: Option<Value<'_>>,
        path: &Path<'_>,
        key: &str,
        field: IdentifierField,
        found: &mut Vec<Identifier>,
    ) -> Option<Sym> {
        let shown = self.text(value, path, key)?;
        self.identify(IdentifierKind::Phone, shown, field, found);
        Some(shown)
    }

    /// What a merchant wrote beside a record: an object of keys and texts.
    #[inline(never)]
    pub fn metadata(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Option<Sym> {
        let field = Field::new(value, path, key);
        let value = field.value()?;
        let mut pairs = self.pairs();
        // PHP writes an object without members as a list.
        let is_empty_list = value.kind() == Kind::Array && value.items().next().is_none();
        if value.kind() != Kind::Object && !is_empty_list {
            self.notes.warn(field.path(), IssueCode::WrongType);
            return None;
        }
        for member in value.members() {
            match member {
                Ok((key, value)) => pairs.push(&key, scalar(value).as_deref()),
                Err(code) => {
                    self.notes.warn(field.path(), code);
                    return None;
                }
            }
        }
        Some(self.keep_pairs(pairs, field.path()))
    }

    /// Where metadata are written down.
    pub fn pairs(&mut self) -> Pairs {
        Pairs::in_buffer(core::mem::take(&mut self.store.buffer))
    }

    /// Metadata that were read, kept.
    pub fn keep_pairs(&mut self, pairs: Pairs, path: &Path<'_>) -> Sym {
        self.keep_written(pairs.text(), path)
    }

    /// What was written into the store's buffer, kept without card numbers. The buffer is there again.
    fn keep_written(&mut self, text: Vec<u8>, path: &Path<'_>) -> Sym {
        let text = self.notes.without_cards(&text, path).unwrap_or(text);
        let interner = &mut self.store.interner;
        let sym = interner.intern_utf8(&text).unwrap_or_else(|_| interner.intern(&String::from_utf8_lossy(&text)));
        self.store.buffer = text;
        sym
    }

    /// The same where it is a list of objects: which members have key and value differs from shop to shop, and whether plugins keep
    /// things of their own there.
    #[inline(never)]
    pub fn metadata_list(
        &mut self,
        list: Option<Value<'_>>,
        [key, value]: [&[u8]; 2],
        has_private: bool,
        path: &Path<'_>,
    ) -> Option<Sym> {
        let list = list.filter(|list| list.kind() == Kind::Array)?;
        let mut pairs = self.pairs();
        for item in list.items().filter_map(Result::ok) {
            let name = item.get(key).ok().flatten().filter(|name| name.kind() == Kind::String);
            let Some(name) = name.and_then(scalar) else { continue };
            let value = item.get(value).ok().flatten().and_then(scalar);
            if has_private {
                pairs.push_public(&name, value.as_deref());
            } else {
                pairs.push(&name, value.as_deref());
            }
        }
        Some(self.keep_pairs(pairs, path))
    }

    /// Tags: texts in an array, or one text with commas between them. People write them: they are kept without card numbers.
    pub fn tags(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Box<[Sym]> {
        let mut tags: Vec<Sym> = Vec::new();
        let place = path.key(key);
        let mut add = |reader: &mut Self, text: &str| {
            for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
                let tag = reader.keep_free_text(tag, &place);
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
        };
        match value {
            Some(list) if list.kind() == Kind::Array => {
                for item in list.items().filter_map(Result::ok).filter_map(scalar) {
                    if let Ok(text) = core::str::from_utf8(&item) {
                        add(self, text);
                    }
                }
            }
            value => {
                if let Some(text) = Field::new(value, path, key).text(self.notes) {
                    add(self, &text);
                }
            }
        }
        tags.into_boxed_slice()
    }

    /// The country of an address inside a record.
    #[inline(never)]
    pub fn country(&mut self, address: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Option<Sym> {
        let field = Field::new(address, path, key);
        let country = field.object()?.get(b"country").ok().flatten();
        self.text(country, field.path(), "country")
    }

    /// Reads a part of a record. What is wrong with it leaves it out, and is no rejection of the record.
    pub fn part<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Reject>) -> Option<T> {
        let since = self.notes.count();
        let read = read(self);
        if read.is_err() {
            self.notes.soften(since);
        }
        read.ok()
    }

    /// A card's fingerprint as an identifier.
    pub fn fingerprint(fingerprint: Option<Sym>, found: &mut Vec<Identifier>) {
        if let Some(value) = fingerprint {
            found.push(Identifier { kind: IdentifierKind::Card, field: IdentifierField::Fingerprint, value });
        }
    }

    /// First and last name as one.
    #[inline(never)]
    pub fn name(&mut self, first: Option<Value<'_>>, last: Option<Value<'_>>, path: &Path<'_>) -> Option<Sym> {
        let first = Field::new(first, path, "first_name").text(self.notes).unwrap_or_default();
        let last = Field::new(last, path, "last_name").text(self.notes).unwrap_or_default();
        let (first, last) = (identity::trim(&first), identity::trim(&last));
        let gap: &[u8] = if first.is_empty() || last.is_empty() { b"" } else { b" " };
        let mut name = core::mem::take(&mut self.store.buffer);
        name.clear();
        [first.as_bytes(), gap, last.as_bytes()].into_iter().for_each(|part| name.extend_from_slice(part));
        if name.is_empty() {
            self.store.buffer = name;
            return None;
        }
        Some(self.keep_written(name, path))
    }

    /// The last four digits of a masked card number: `•••• 4242`, `457178XXXXXX3000`.
    #[inline(never)]
    pub fn last4(&mut self, value: Option<Value<'_>>, path: &Path<'_>, key: &str) -> Option<Sym> {
        let masked = Field::new(value, path, key).text(self.notes)?;
        let digits = masked.bytes().rev().take(4).take_while(u8::is_ascii_digit).count();
        let from = masked.len().saturating_sub(digits);
        masked.get(from..).filter(|last| !last.is_empty()).map(|last| self.store.interner.intern(last))
    }
}

/// A value as text; nothing for a list, an object or null.
pub fn scalar(value: Value<'_>) -> Option<Cow<'_, [u8]>> {
    let written = |text: &'static str| Some(Cow::Borrowed(text.as_bytes()));
    match value.kind() {
        Kind::String => match value.plain_bytes() {
            Some(bytes) => Some(Cow::Borrowed(bytes)),
            None => match value.text(&mut TextFlaws::default()).ok()? {
                Cow::Borrowed(text) => Some(Cow::Borrowed(text.as_bytes())),
                Cow::Owned(text) => Some(Cow::Owned(text.into_bytes())),
            },
        },
        Kind::Number => value.number().map(|number| Cow::Borrowed(number.as_bytes())),
        Kind::True => written("true"),
        Kind::False => written("false"),
        Kind::Object | Kind::Array | Kind::Null => None,
    }
}

fn push(found: &mut Vec<Identifier>, identifier: Identifier) {
    if !found.iter().any(|known| (known.kind, known.value) == (identifier.kind, identifier.value)) {
        found.push(identifier);
    }
}
