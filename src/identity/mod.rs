//! Raw text to identifier, or the reason why it is none.
//!
//! An identifier is a normalised e-mail, phone or card that a payer used. The rules here hold in every grouping preset; what
//! a preset trusts beyond them is its own business.

mod email;
mod phone;
pub mod trust;

pub use email::{email, emails_in};
pub use phone::phone;

use crate::ledger::intern::{Interner, Sym};
use crate::word::words;
use std::borrow::Cow;

/// What makes a normal form of a text, or says why it is none.
type Rule = fn(&str) -> Result<Cow<'_, str>, IdentifierFlaw>;

/// The rule of a kind that has a normal form; a card's fingerprint is its own.
fn rule(kind: IdentifierKind) -> Option<Rule> {
    match kind {
        IdentifierKind::Email => Some(email),
        IdentifierKind::Phone => Some(phone),
        IdentifierKind::Card | IdentifierKind::Customer => None,
    }
}

/// The normal form of a text that anybody wrote.
pub fn normal(kind: IdentifierKind, text: &str) -> Result<Cow<'_, str>, IdentifierFlaw> {
    match rule(kind) {
        Some(rule) => rule(text),
        None if trim(text).is_empty() => Err(IdentifierFlaw::Empty),
        None => Ok(Cow::Borrowed(trim(text))),
    }
}

/// The normal form of a text that is kept, if it is an identifier of this kind.
pub fn normal_of(interner: &mut Interner, kind: IdentifierKind, raw: Sym) -> Option<Sym> {
    let Some(rule) = rule(kind) else { return Some(raw) };
    let text = interner.get(raw);
    let normal = rule(&text).ok()?;
    // What is borrowed is a part of the text.
    if normal.len() == text.len() && matches!(normal, Cow::Borrowed(_)) {
        return Some(raw);
    }
    let normal = normal.into_owned();
    Some(interner.intern(&normal))
}

/// The same where nothing may be stored: a normal form that is nowhere kept is the raw text, which no identifier has.
pub fn known_normal_of(interner: &Interner, kind: IdentifierKind, raw: Sym) -> Option<Sym> {
    let Some(rule) = rule(kind) else { return Some(raw) };
    let text = interner.get(raw);
    let normal = rule(&text).ok()?;
    Some(interner.find(&normal).unwrap_or(raw))
}

/// [`str::trim`] where there is something to trim.
pub fn trim(text: &str) -> &str {
    if is_trimmed(text.as_bytes()) { text } else { text.trim() }
}

/// Whether a text begins and ends with a visible ASCII character, as most do.
pub fn is_trimmed(text: &[u8]) -> bool {
    let visible = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    visible(text.first()) && visible(text.last())
}

words! {
    /// What kind of identifier.
    pub enum IdentifierKind {
        /// An e-mail address, trimmed and lower-cased.
        Email = "email",
        /// A phone number: `+` and digits, or digits alone where no country is known.
        Phone = "phone",
        /// A card or bank account, by the fingerprint that the source gives it; it holds within one source and account.
        Card = "card",
        /// A registered customer's id: an identifier with the option `people` alone.
        Customer = "customer",
    }
}

impl IdentifierKind {
    /// The words of the kinds that a host or a record may name; a customer's id identifies only where the option asks.
    pub(crate) const NAMED: &'static [&'static str] = &["email", "phone", "card"];

    /// One of them by its word.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::from_word(word).filter(|&kind| kind != Self::Customer)
    }

    /// The kind as one bit of a set.
    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

words! {
    /// Which field of the record an identifier was read from.
    pub enum IdentifierField {
        /// The e-mail of the billing details.
        BillingEmail = "billing_email",
        /// The e-mail that the receipt goes to.
        ReceiptEmail = "receipt_email",
        /// An e-mail-shaped word in the description.
        Description = "description",
        /// The phone of the billing details.
        BillingPhone = "billing_phone",
        /// The e-mail of a shop's order.
        OrderEmail = "order_email",
        /// The phone of a shop's order.
        OrderPhone = "order_phone",
        /// The e-mail of the source's customer.
        CustomerEmail = "customer_email",
        /// The phone of the source's customer.
        CustomerPhone = "customer_phone",
        /// The fingerprint of the payment method.
        Fingerprint = "fingerprint",
        /// The id of the registered customer.
        CustomerId = "customer_id",
    }
}

impl IdentifierField {
    /// A field of its own: what stands there the payer wrote. In a description it is what the shop says.
    pub fn states(self) -> bool {
        self != Self::Description
    }
}

words! {
    /// Why a text is no identifier.
    pub enum IdentifierFlaw {
        /// Nothing but white space.
        Empty = "empty",
        /// Not of the form `local@domain`.
        NotAnAddress = "not_an_address",
        /// Letters where digits belong.
        Letters = "letters",
        /// Fewer than seven digits.
        TooShort = "too_short",
        /// More than fifteen digits, or an address of more than 254 bytes.
        TooLong = "too_long",
        /// An address without a dot in its domain (`guarded`).
        NoDot = "no_dot",
        /// The merchant's own address (`guarded`).
        OwnAddress = "own_address",
        /// What many write who have nothing to write (`guarded`).
        Placeholder = "placeholder",
        /// A number of one digit over and over (`guarded`).
        OneDigit = "one_digit",
        /// A national number, and no country is known to read it in (`guarded`).
        NoCountry = "no_country",
        /// A number that no plan of its country has (`guarded`).
        InvalidNumber = "invalid_number",
    }
}

/// An identifier of one record: what, and where it stood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identifier {
    /// E-mail, phone or card.
    pub kind: IdentifierKind,
    /// The field it was read from.
    pub field: IdentifierField,
    /// The normalised text.
    pub value: Sym,
}

impl Identifier {
    /// It stands in a field for it: what the payer wrote, not what the shop's description says.
    pub fn is_stated(&self) -> bool {
        self.field.states()
    }

    /// An e-mail that the payer gave as its own.
    pub fn is_own_email(&self) -> bool {
        self.kind == IdentifierKind::Email && self.is_stated()
    }
}
