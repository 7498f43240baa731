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

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Card => "card",
            Self::Registered => "customer",
        }
    }
}

/// An identifier in its normal form, with everything that keeps it apart: live or test, and a card's source and account.
pub type Identifier = (Kind, String);

/// A payment, as far as grouping knows it.
#[derive(Clone, Debug)]
pub struct Payment {
    pub id: String,
    pub live: bool,
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
    /// A card alone joins guests with other e-mails, too.
    pub join_by_card: bool,
}

/// Whom an agent named: the guest that holds a payment, or a registered customer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Party {
    Payment(String),
    Registered(String),
}

/// What an agent decided.
#[derive(Clone, Debug)]
pub enum Said {
    /// These two are one customer, from the start.
    Linked(Party, Party),
    /// These are one customer.
    Together(Vec<Party>),
    /// This payment is a guest of its own, and its uses count for nobody.
    Alone(String),
    /// These identifiers join nobody.
    Shared(Vec<Identifier>),
}

/// Who holds a payment: a registered customer, or the guest that this payment started.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Holder {
    Registered(String),
    Guest(usize),
}

/// The holder of each payment; payments come in order of (created, source, account, id).
pub fn holders(payments: &[Payment], rules: &Rules, said: &[Said]) -> Vec<Holder> {
    let mut payments = payments.to_vec();
    if rules.people {
        for payment in &mut payments {
            let id = payment.registered.take();
            payment.identifiers.extend(id.map(|id| (Kind::Registered, id)));
        }
    }
    let together = together(&payments, rules, said);
    for payment in &mut payments {
        if is_alone(payment, said) {
            payment.registered = None;
            payment.identifiers.clear();
            payment.own_emails.clear();
        }
    }
    if rules.preset == Preset::Guarded {
        let shared = shared(&payments, rules.limits);
        for payment in &mut payments {
            payment.identifiers.retain(|identifier| !shared.contains(identifier));
        }
    }
    for said in said {
        if let Said::Shared(marked) = said {
            payments.iter_mut().for_each(|payment| payment.identifiers.retain(|one| !marked.contains(one)));
        }
    }
    for payment in &mut payments {
        let joining = payment.joining.clone();
        payment.identifiers.retain(|(kind, _)| *kind == Kind::Registered || joining.contains(kind));
    }
    let guests = sequence(&payments, rules, &together);
    // A guest that an agent linked to a registered customer is that customer; so is a registered customer linked to another.
    let mut speaker_of: BTreeMap<usize, &String> = BTreeMap::new();
    for (payment, &guest) in payments.iter().zip(&guests) {
        let group = together.iter().find(|group| group.contains(&Party::Payment(payment.id.clone())));
        if let Some(speaker) = group.and_then(|group| speaker(group)) {
            speaker_of.insert(guest, speaker);
        }
    }
    let holder = |(payment, guest): (&Payment, usize)| match &payment.registered {
        Some(id) => {
            let group = together.iter().find(|group| group.contains(&Party::Registered(id.clone())));
            Holder::Registered(group.and_then(|group| speaker(group)).unwrap_or(id).clone())
        }
        None => speaker_of.get(&guest).map_or(Holder::Guest(guest), |id| Holder::Registered((*id).clone())),
    };
    payments.iter().zip(guests).map(holder).collect()
}

fn is_alone(payment: &Payment, said: &[Said]) -> bool {
    said.iter().any(|said| matches!(said, Said::Alone(id) if *id == payment.id))
}

/// The payments that agents said belong with others.
pub fn pinned(payments: &[Payment], rules: &Rules, said: &[Said]) -> BTreeSet<String> {
    let mut payments = payments.to_vec();
    if rules.people {
        for payment in &mut payments {
            let id = payment.registered.take();
            payment.identifiers.extend(id.map(|id| (Kind::Registered, id)));
        }
    }
    let ids = together(&payments, rules, said).into_iter().flatten().filter_map(|party| match party {
        Party::Payment(id) => Some(id),
        Party::Registered(_) => None,
    });
    ids.collect()
}

/// The registered customers that agents linked to this one.
pub fn linked_to(payments: &[Payment], rules: &Rules, said: &[Said], customer: &str) -> Vec<String> {
    let groups = together(payments, rules, said);
    let of_it = groups.into_iter().filter(|group| speaker(group).is_some_and(|speaker| speaker == customer));
    let ids = of_it.flatten().filter_map(|party| match party {
        Party::Registered(id) => Some(id),
        Party::Payment(_) => None,
    });
    ids.collect()
}

/// The registered customer that a group is: the one that was named first.
fn speaker(group: &[Party]) -> Option<&String> {
    group.iter().find_map(|party| match party {
        Party::Registered(id) => Some(id),
        Party::Payment(_) => None,
    })
}

/// Who belongs together, whatever the identifiers say: what agents linked, and what that is linked to; in the order in which
/// they were named. A payment that the source gives to a registered customer stands for that customer.
fn together(payments: &[Payment], rules: &Rules, said: &[Said]) -> Vec<Vec<Party>> {
    let meant = |party: &Party| -> Option<Party> {
        match party {
            Party::Payment(id) => {
                let payment = payments.iter().find(|payment| payment.id == *id)?;
                match &payment.registered {
                    Some(customer) => Some(Party::Registered(customer.clone())),
                    // What parts a payment holds, even if it was a registered customer's when that was said.
                    None => Some(party.clone()).filter(|_| !is_alone(payment, said)),
                }
            }
            // Where everybody is grouped, a registered customer is known by its first payment.
            Party::Registered(id) if rules.people => {
                let its = (Kind::Registered, id.clone());
                let is_first = |payment: &&Payment| payment.identifiers.contains(&its) && !is_alone(payment, said);
                let first = payments.iter().find(is_first);
                Some(first.map_or(party.clone(), |first| Party::Payment(first.id.clone())))
            }
            Party::Registered(_) => Some(party.clone()),
        }
    };
    let mut named: Vec<Party> = Vec::new();
    let mut groups: Vec<BTreeSet<Party>> = Vec::new();
    for said in said {
        let parties = match said {
            Said::Linked(a, b) => vec![a.clone(), b.clone()],
            Said::Together(parties) => parties.clone(),
            Said::Alone(_) | Said::Shared(_) => continue,
        };
        let parties: Vec<Party> = parties.iter().filter_map(meant).collect();
        named.extend(parties.iter().cloned());
        let mut group: BTreeSet<Party> = parties.into_iter().collect();
        groups.retain(|known| {
            let apart = known.is_disjoint(&group);
            if !apart {
                group.extend(known.iter().cloned());
            }
            apart
        });
        groups.push(group);
    }
    let in_order = |group: BTreeSet<Party>| named.iter().filter(|party| group.contains(party)).cloned().collect();
    groups.into_iter().map(in_order).collect()
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
fn sequence(payments: &[Payment], rules: &Rules, together: &[Vec<Party>]) -> Vec<usize> {
    let preset = rules.preset;
    let mut guests: Vec<usize> = Vec::new();
    let connected = connected(payments, together);
    let group_of =
        |payment: &Payment| together.iter().position(|group| group.contains(&Party::Payment(payment.id.clone())));
    // The guest of each group, and the group of each guest that is a registered customer.
    let mut guest_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut registered: BTreeMap<usize, usize> = BTreeMap::new();
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
            if preset == Preset::Guarded && !rules.join_by_card {
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
        let found = if payment.registered.is_some() {
            None
        } else if preset == Preset::Connected {
            (connected[index] < index).then(|| guests[connected[index]])
        } else {
            joins(true).or_else(|| joins(false))
        };
        let group = group_of(payment);
        let is_registered = group.is_some_and(|group| speaker(&together[group]).is_some());
        let guest = match group.and_then(|group| guest_of.get(&group)) {
            Some(&guest) => Some(guest),
            // Nobody belongs to two registered customers.
            None => found.filter(|guest| !is_registered || !registered.contains_key(guest)),
        };
        guests.push(guest.unwrap_or(index));
        if let Some(group) = group {
            guest_of.insert(group, guests[index]);
            if is_registered {
                registered.insert(guests[index], group);
            }
        }
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

/// The first payment of everybody who is connected through identifiers or an agent's word, however many steps away.
fn connected(payments: &[Payment], together: &[Vec<Party>]) -> Vec<usize> {
    let mut guests: Vec<usize> = (0..payments.len()).collect();
    let mut first: BTreeMap<&Identifier, usize> = BTreeMap::new();
    let mut first_of: BTreeMap<usize, usize> = BTreeMap::new();
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
        if let Some(group) = together.iter().position(|group| group.contains(&Party::Payment(payment.id.clone()))) {
            let other = *first_of.entry(group).or_insert(index);
            let (a, b) = (root(&guests, index), root(&guests, other));
            guests[a.max(b)] = a.min(b);
        }
    }
    (0..payments.len()).map(|index| root(&guests, index)).collect()
}
