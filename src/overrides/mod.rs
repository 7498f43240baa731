//! What agents decided about customers: it overrides every preset and holds against every later record.
//!
//! A decision names payments and customers by the keys of their records, never by a row, so it means the same after records
//! came late, were corrected, or were read again from a snapshot. The book is a function of the records and these decisions.

pub mod pins;

use crate::error::{ErrorCode, GuestfolioError};
use crate::identity::IdentifierKind;
use crate::input::{Argument, Input};
use crate::ledger::intern::{Interner, Sym};
use crate::ledger::record::Mode;
use crate::source::Source;
use crate::word::words;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;

words! {
    /// What an agent decided.
    pub enum OverrideAction {
        /// Two customers are one.
        Link = "link",
        /// A payment is a guest of its own; its uses of identifiers count for nobody.
        Unlink = "unlink",
        /// An identifier joins nobody.
        MarkShared = "mark_shared",
        /// The guest payments that a customer has now belong together.
        Confirm = "confirm",
    }
}

/// Who decided, why and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// The agent, as the host names it.
    pub actor: String,
    /// In the agent's words. Say nothing of the payer here: it is listed and kept in snapshots.
    pub reason: String,
    /// UTC seconds.
    pub as_of: i64,
}

impl Note {
    /// Reads `{ actor, reason, asOf }`.
    ///
    /// # Errors
    /// `missing_field`, `out_of_range` for empty text, `invalid_time` and the like, with a path.
    pub fn parse(input: &Input) -> Result<Self, GuestfolioError> {
        let mut fields = Argument::root(input).fields()?;
        let mut said = |name| {
            let argument: Argument<'_> = fields.required(name)?;
            match argument.text()?.trim() {
                "" => Err(argument.error(ErrorCode::OutOfRange, "must not be empty")),
                text => Ok(text.to_owned()),
            }
        };
        let (actor, reason) = (said("actor")?, said("reason")?);
        let as_of = fields.required("asOf")?.time()?;
        fields.finish()?;
        Ok(Self { actor, reason, as_of })
    }
}

/// A record by what its source calls it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    /// The system.
    pub source: Source,
    /// The account; empty where none was named.
    pub account: String,
    /// The id.
    pub id: String,
}

impl Key {
    /// The key in symbols, if some record has its texts.
    pub fn symbols(&self, interner: &Interner) -> Option<(Source, Sym, Sym)> {
        Some((self.source, interner.find(&self.account)?, interner.find(&self.id)?))
    }
}

/// Whom a decision is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Party {
    /// The guest that holds this payment.
    Payment(Key),
    /// A registered customer; the same id may stand for a live one and a test.
    Registered(Key, Mode),
}

/// A decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// These two are one customer.
    Link(Party, Party),
    /// This payment stands alone.
    Unlink(Key),
    /// The identifier of this form joins nobody.
    MarkShared(IdentifierKind, String),
    /// These payments belong together.
    Confirm(Vec<Key>),
}

impl Decision {
    /// Its word.
    pub fn action(&self) -> OverrideAction {
        match self {
            Self::Link(..) => OverrideAction::Link,
            Self::Unlink(_) => OverrideAction::Unlink,
            Self::MarkShared(..) => OverrideAction::MarkShared,
            Self::Confirm(_) => OverrideAction::Confirm,
        }
    }

    /// Everybody that it says belongs together.
    pub fn together(&self) -> Vec<Party> {
        match self {
            Self::Link(a, b) => vec![a.clone(), b.clone()],
            Self::Confirm(payments) => payments.iter().cloned().map(Party::Payment).collect(),
            Self::Unlink(_) | Self::MarkShared(..) => Vec::new(),
        }
    }
}

/// What of a person decisions may name.
#[derive(Debug, Default)]
pub struct Named {
    /// Payments.
    pub payments: HashSet<Key, FxBuildHasher>,
    /// The source's customers.
    pub customers: HashSet<Key, FxBuildHasher>,
    /// Identifiers.
    pub identifiers: HashSet<(IdentifierKind, String), FxBuildHasher>,
}

/// A decision with its number, who made it, and who took it back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Override {
    /// Counted from 1, never used twice.
    pub number: u32,
    /// What was decided.
    pub decision: Decision,
    /// The customers that it was said of, by the ids that they had then.
    pub customers: Vec<String>,
    /// Who, why and when.
    pub note: Note,
    /// Who took it back, why and when.
    pub undone: Option<Note>,
}

impl Override {
    /// The id that hosts see.
    pub fn id(&self) -> String {
        format!("ovr_{}", self.number)
    }
}

/// All decisions, the oldest first; those taken back stay listed.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    list: Vec<Override>,
    /// The number that was given last; no number is given twice.
    last: u32,
}

impl Overrides {
    /// Those of a snapshot, the oldest first.
    pub fn of(list: Vec<Override>, last: u32) -> Self {
        Self { list, last }
    }

    /// The number that was given last.
    pub fn last(&self) -> u32 {
        self.last
    }

    /// Adds a decision.
    pub fn add(&mut self, decision: Decision, customers: Vec<String>, note: Note) -> Override {
        self.last = self.last.saturating_add(1);
        let made = Override { number: self.last, decision, customers, note, undone: None };
        self.list.push(made.clone());
        made
    }

    /// Takes a decision back.
    ///
    /// # Errors
    /// `not_found`, and `override_conflict` for what was taken back before.
    pub fn undo(&mut self, id: &str, note: Note) -> Result<&Override, GuestfolioError> {
        let found = self.list.iter_mut().find(|known| known.id() == id);
        let known = found.ok_or_else(|| {
            GuestfolioError::new(ErrorCode::NotFound, "", "no override with this id is in the ledger")
        })?;
        if known.undone.is_some() {
            return Err(GuestfolioError::new(ErrorCode::OverrideConflict, "", "the override was undone before"));
        }
        known.undone = Some(note);
        Ok(known)
    }

    /// Forgets what is erased: what was said of it alone goes.
    pub fn forget(&mut self, named: &Named, ids: &HashSet<String, FxBuildHasher>) {
        for known in &mut self.list {
            known.customers.retain(|id| !ids.contains(id));
        }
        let is_gone = |party: &Party| match party {
            Party::Payment(key) => named.payments.contains(key),
            Party::Registered(key, _) => named.customers.contains(key),
        };
        self.list.retain_mut(|known| match &mut known.decision {
            Decision::Link(a, b) => !is_gone(a) && !is_gone(b),
            Decision::Unlink(key) => !named.payments.contains(key),
            Decision::MarkShared(kind, form) => !named.identifiers.contains(&(*kind, form.clone())),
            Decision::Confirm(keys) => {
                let were = keys.len();
                keys.retain(|key| !named.payments.contains(key));
                keys.len() == were || !keys.is_empty()
            }
        });
    }

    /// All of them, the oldest first.
    pub fn all(&self) -> &[Override] {
        &self.list
    }

    /// Those that hold.
    pub fn active(&self) -> impl Iterator<Item = &Override> {
        self.list.iter().filter(|known| known.undone.is_none())
    }
}
