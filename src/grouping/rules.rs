//! What a merchant may choose of the grouping.

use crate::error::{ErrorCode, GuestfolioError};
use crate::identity::trust::Trust;
use crate::identity::{self, IdentifierKind};
use crate::input::{Argument, Input};
use crate::options::CountryCode;
use crate::word::words;

words! {
    /// How guest payments are put together.
    pub enum GroupingPreset {
        /// Stripe's published rule.
        Stripe = "stripe",
        /// The same with less trust: identifiers that more than a household uses join nobody, the strongest evidence wins, and a
        /// card alone joins nobody with other e-mails.
        Guarded = "guarded",
        /// Everybody who is connected, however many steps away: for the review of fraud.
        Connected = "connected",
    }
}

/// How many cards or e-mails an identifier may meet before it is shared by more than a household (`guarded`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Cards an e-mail: 4.
    pub cards_per_email: u32,
    /// Cards a phone: 4.
    pub cards_per_phone: u32,
    /// E-mails a card: 3.
    pub emails_per_card: u32,
    /// E-mails a phone: 3.
    pub emails_per_phone: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { cards_per_email: 4, cards_per_phone: 4, emails_per_card: 3, emails_per_phone: 3 }
    }
}

impl Limits {
    fn parse(argument: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let mut limits = Self::default();
        let mut fields = argument.fields()?;
        let slots = [
            ("cardsPerEmail", &mut limits.cards_per_email),
            ("cardsPerPhone", &mut limits.cards_per_phone),
            ("emailsPerCard", &mut limits.emails_per_card),
            ("emailsPerPhone", &mut limits.emails_per_phone),
        ];
        for (name, slot) in slots {
            if let Some(limit) = fields.get(name) {
                *slot = u32::try_from(limit.whole(1, 1000)?).unwrap_or(*slot);
            }
        }
        fields.finish()?;
        Ok(limits)
    }
}

/// How a ledger groups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rules {
    /// The preset.
    pub preset: GroupingPreset,
    /// Of what `guarded` calls a household.
    pub limits: Limits,
    /// The kinds of identifier that join; all where none is named.
    pub by: Vec<IdentifierKind>,
    /// The merchant's own addresses, which identify no payer (`guarded`).
    pub own_emails: Vec<String>,
    /// What stands for "none" in this shop: addresses, or digits of phone numbers (`guarded`).
    pub placeholders: Vec<String>,
    /// `alice+shop@example.com` is `alice@example.com` (`guarded`).
    pub ignore_plus_tags: bool,
    /// A card alone joins guests with other e-mails, too (`guarded`): for shops whose payers are households.
    pub join_by_card: bool,
    /// Registered customers' ids are the strongest kind of identifier, and everybody is grouped: for shops whose plugin makes
    /// one gateway customer an order.
    pub people: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            preset: GroupingPreset::Guarded,
            limits: Limits::default(),
            by: Vec::new(),
            own_emails: Vec::new(),
            placeholders: Vec::new(),
            ignore_plus_tags: false,
            join_by_card: false,
            people: false,
        }
    }
}

impl Rules {
    /// Reads a preset's name, or `{ preset?, by?, limits?, ownEmails?, placeholders?, ignorePlusTags?, joinByCard?, people? }`.
    #[inline(never)]
    pub fn parse(argument: &Argument<'_>) -> Result<Self, GuestfolioError> {
        let preset = |argument: &Argument<'_>| argument.word(GroupingPreset::WORDS, GroupingPreset::from_word);
        let mut rules = Self::default();
        if matches!(argument.value, Input::Text(_)) {
            rules.preset = preset(argument)?;
            return Ok(rules);
        }
        let mut fields = argument.fields()?;
        if let Some(name) = fields.get("preset") {
            rules.preset = preset(&name)?;
        }
        if let Some(by) = fields.get("by") {
            for kind in by.one_or_many() {
                rules.by.push(kind.word(IdentifierKind::NAMED, IdentifierKind::named)?);
            }
            if rules.by.is_empty() {
                return Err(by.error(ErrorCode::OutOfRange, "must name at least one kind of identifier"));
            }
        }
        if let Some(limits) = fields.get("limits") {
            rules.limits = Limits::parse(&limits)?;
        }
        if let Some(own) = fields.get("ownEmails") {
            for address in own.one_or_many() {
                let email = identity::email(address.text()?);
                let email = email.map_err(|_| address.error(ErrorCode::OutOfRange, "must be an e-mail address"))?;
                rules.own_emails.push(email.into_owned());
            }
        }
        if let Some(placeholders) = fields.get("placeholders") {
            for value in placeholders.one_or_many() {
                let text = value.text()?;
                let normal = identity::email(text).or_else(|_| identity::phone(text));
                let message = "must be an e-mail address or a phone number";
                let normal = normal.map_err(|_| value.error(ErrorCode::OutOfRange, message))?;
                rules.placeholders.push(normal.trim_start_matches('+').to_owned());
            }
        }
        rules.ignore_plus_tags = fields.get("ignorePlusTags").map(|ignore| ignore.flag()).transpose()? == Some(true);
        rules.join_by_card = fields.get("joinByCard").map(|join| join.flag()).transpose()? == Some(true);
        rules.people = fields.get("people").map(|people| people.flag()).transpose()? == Some(true);
        fields.finish()?;
        Ok(rules)
    }

    /// What is taken for an identifier; nothing beyond the normal form outside of `guarded`.
    pub fn trust(&self, default_country: Option<CountryCode>) -> Option<Trust> {
        (self.preset == GroupingPreset::Guarded).then(|| Trust {
            default_country: default_country.map(|country| country.0),
            own_emails: self.own_emails.clone(),
            placeholders: self.placeholders.clone(),
            ignore_plus_tags: self.ignore_plus_tags,
        })
    }

    /// Whether identifiers of this kind join.
    pub fn uses(&self, kind: IdentifierKind) -> bool {
        self.by.is_empty() || kind == IdentifierKind::Customer || self.by.contains(&kind)
    }
}
