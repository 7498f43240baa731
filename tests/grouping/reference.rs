//! The rules of grouping, plain and slow: written from the design alone, a sentence at a time, sharing no code with the engine.

use std::collections::{BTreeMap, BTreeSet};

/// What kind of identifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Email,
    Phone,
    Card,
    /// A registered customer's id: an identifier with the option `people` alone.
    Registered,
}

/// An identifier in its normal form, with everything that keeps it apart: live or test, and a card's source and account.
pub type Identifier = (Kind, String);

/// A payment, as far as grouping knows it.
#[derive(Clone, Debug)]
pub struct Payment {
    /// The source's customer.
    pub registered: Option<String>,
    /// Succeeded, captured and paid.
    pub completed: bool,
    pub identifiers: BTreeSet<Identifier>,
    /// Its e-mails that stand in a field for e-mails, not in a free text; shared ones among them.
    pub own_emails: BTreeSet<String>,
    /// The kinds that join, as the option `by` has it.
    pub joining: BTreeSet<Kind>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Preset {
    Stripe,
    Guarded,
    Connected,
}

/// How many of the one an identifier of the other kind may meet before it is shared by more than a household.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub cards_per_email: usize,
    pub cards_per_phone: usize,
    pub emails_per_card: usize,
    pub emails_per_phone: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { cards_per_email: 4, cards_per_phone: 4, emails_per_card: 3, emails_per_phone: 3 }
    }
}

#[derive(Clone, Debug)]
pub struct Rules {
    pub preset: Preset,
    pub limits: Limits,
    /// Registered customers' ids are the strongest kind of identifier, and everybody is grouped.
    pub people: bool,
}

/// Who holds a payment: a registered customer, or the guest that this payment started.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Holder {
    Registered(String),
    Guest(usize),
}

/// The holder of each payment; payments come in order of (created, source, account, id).
pub fn holders(payments: &[Payment], rules: &Rules) -> Vec<Holder> {
    let mut payments = payments.to_vec();
    if rules.people {
        for payment in &mut payments {
            let id = payment.registered.take();
            payment.identifiers.extend(id.map(|id| (Kind::Registered, id)));
        }
    }
    if rules.preset == Preset::Guarded {
        let shared = shared(&payments, rules.limits);
        for payment in &mut payments {
            payment.identifiers.retain(|identifier| !shared.contains(identifier));
        }
    }
    for payment in &mut payments {
        let joining = payment.joining.clone();
        payment.identifiers.retain(|(kind, _)| *kind == Kind::Registered || joining.contains(kind));
    }
    let guests =
        if rules.preset == Preset::Connected { connected(&payments) } else { sequence(&payments, rules.preset) };
    let holder = |(payment, guest): (&Payment, usize)| match &payment.registered {
        Some(id) => Holder::Registered(id.clone()),
        None => Holder::Guest(guest),
    };
    payments.iter().zip(guests).map(holder).collect()
}

/// Identifiers that meet more cards or e-mails than a household has, over all payments.
pub fn shared(payments: &[Payment], limits: Limits) -> BTreeSet<Identifier> {
    let mut met: BTreeMap<(&Identifier, Kind), BTreeSet<&Identifier>> = BTreeMap::new();
    for payment in payments {
        for one in &payment.identifiers {
            for other in payment.identifiers.iter().filter(|other| other.0 != one.0) {
                met.entry((one, other.0)).or_default().insert(other);
            }
        }
    }
    let limit = |one: Kind, other: Kind| match (one, other) {
        (Kind::Email, Kind::Card) => limits.cards_per_email,
        (Kind::Phone, Kind::Card) => limits.cards_per_phone,
        (Kind::Card, Kind::Email) => limits.emails_per_card,
        (Kind::Phone, Kind::Email) => limits.emails_per_phone,
        _ => usize::MAX,
    };
    let too_many = met.iter().filter(|((one, other), others)| others.len() > limit(one.0, *other));
    too_many.map(|((one, _), _)| (*one).clone()).collect()
}

/// A guest that used identifiers of a payment before.
#[derive(Default)]
struct Candidate {
    kinds: BTreeSet<Kind>,
    newest: usize,
}

/// One payment after the other: each joins one guest or starts one. The number of a guest is that of its first payment.
fn sequence(payments: &[Payment], preset: Preset) -> Vec<usize> {
    let mut guests: Vec<usize> = Vec::new();
    // Only to find earlier payments with an identifier: every earlier one could be looked at instead.
    let mut with: BTreeMap<&Identifier, Vec<usize>> = BTreeMap::new();
    let mut emails: BTreeMap<usize, BTreeSet<&String>> = BTreeMap::new();
    for (index, payment) in payments.iter().enumerate() {
        let joins = |completed_only: bool| {
            let mut candidates: BTreeMap<usize, Candidate> = BTreeMap::new();
            for identifier in &payment.identifiers {
                for &earlier in with.get(identifier).into_iter().flatten() {
                    if payments[earlier].completed || !completed_only {
                        let candidate = candidates.entry(guests[earlier]).or_default();
                        candidate.kinds.insert(identifier.0);
                        candidate.newest = candidate.newest.max(earlier);
                    }
                }
            }
            if preset == Preset::Guarded {
                let nobody = BTreeSet::new();
                candidates.retain(|guest, one| !is_strange(payment, emails.get(guest).unwrap_or(&nobody), &one.kinds));
            }
            let strength = |kinds: &BTreeSet<Kind>| {
                let strong = kinds.contains(&Kind::Email) || kinds.contains(&Kind::Phone);
                let guarded = preset == Preset::Guarded;
                if guarded { (kinds.contains(&Kind::Registered), kinds.len(), strong) } else { (false, 0, false) }
            };
            candidates.into_iter().max_by_key(|(_, one)| (strength(&one.kinds), one.newest)).map(|(guest, _)| guest)
        };
        let guest = if payment.registered.is_some() { None } else { joins(true).or_else(|| joins(false)) };
        guests.push(guest.unwrap_or(index));
        if payment.registered.is_none() {
            emails.entry(guest.unwrap_or(index)).or_default().extend(&payment.own_emails);
            for identifier in &payment.identifiers {
                with.entry(identifier).or_default().push(index);
            }
        }
    }
    guests
}

/// Whether only a card speaks for a guest with other e-mails than the payment's: a household, a colleague, a thief.
fn is_strange(payment: &Payment, of_guest: &BTreeSet<&String>, kinds: &BTreeSet<Kind>) -> bool {
    let own: BTreeSet<&String> = payment.own_emails.iter().collect();
    *kinds == BTreeSet::from([Kind::Card]) && !own.is_empty() && !of_guest.is_empty() && of_guest.is_disjoint(&own)
}

/// Everybody who is connected through identifiers, however many steps away.
fn connected(payments: &[Payment]) -> Vec<usize> {
    let mut guests: Vec<usize> = (0..payments.len()).collect();
    let mut first: BTreeMap<&Identifier, usize> = BTreeMap::new();
    let root = |guests: &[usize], mut one: usize| {
        while guests[one] != one {
            one = guests[one];
        }
        one
    };
    for (index, payment) in payments.iter().enumerate().filter(|(_, payment)| payment.registered.is_none()) {
        for identifier in &payment.identifiers {
            let other = *first.entry(identifier).or_insert(index);
            let (a, b) = (root(&guests, index), root(&guests, other));
            guests[a.max(b)] = a.min(b);
        }
    }
    (0..payments.len()).map(|index| root(&guests, index)).collect()
}
