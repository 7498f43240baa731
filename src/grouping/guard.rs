//! Which identifiers are shared by more than a household: the shop's own address in every description, a placeholder that no list
//! knows, a reseller. They join nobody.
//!
//! Counted over all payments, complete or not, registered customers' among them, but those that an agent parted from all others;
//! so a later record can make one shared.

use super::Limits;
use crate::identity::IdentifierKind;
use crate::ledger::rows::at;

impl Limits {
    /// How many of the other kind an identifier of the one may meet.
    fn of(&self, one: IdentifierKind, other: IdentifierKind) -> Option<u32> {
        use IdentifierKind::{Card, Email, Phone};
        match (one, other) {
            (Email, Card) => Some(self.cards_per_email),
            (Phone, Card) => Some(self.cards_per_phone),
            (Card, Email) => Some(self.emails_per_card),
            (Phone, Email) => Some(self.emails_per_phone),
            _ => None,
        }
    }
}

/// Whether an identifier is shared; `payments` are the keys of each payment that has it. No more of them are looked at than
/// settle it.
pub fn is_shared<'k>(
    limits: &Limits,
    kinds: &[IdentifierKind],
    key: u32,
    payments: impl Iterator<Item = &'k [u32]>,
) -> bool {
    let kind_of = |key: u32| kinds.get(at(key)).copied();
    let Some(own) = kind_of(key) else { return false };
    let mut met: Vec<(IdentifierKind, u32)> = Vec::new();
    for keys in payments {
        for &other in keys {
            let Some(kind) = kind_of(other) else { continue };
            let Some(limit) = limits.of(own, kind) else { continue };
            if !met.contains(&(kind, other)) {
                met.push((kind, other));
                if met.iter().filter(|(known, _)| *known == kind).count() > at(limit) {
                    return true;
                }
            }
        }
    }
    false
}
