//! The published rule with less trust: of all guests that used an identifier before, the one with the strongest evidence, not
//! merely the newest, and none for which only a card speaks while the e-mails differ.

use super::{Entry, EvidenceReason, Grouping, Known, Rules, loudness};
use crate::identity::IdentifierKind;
use crate::ledger::rows::{NONE, at, row};
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// Of the guests that used one identifier, so many that used it last are looked at: an identifier that thousands of guests
/// have in common must not cost their square.
const MOST_GUESTS: usize = 50;

/// How a guest used a key.
#[derive(Clone, Copy)]
enum By {
    /// In a payment that it completed.
    Completed,
    /// In any payment.
    Attempted,
    /// As an e-mail that it gave as its own.
    Given,
}

/// The guests that used each key, each with its newest use, the newest first.
struct Uses {
    /// Of each key and way the guest that used it last, and the payment: mostly it is the only one. Those of one key lie together.
    first: Vec<[(u32, u32); 3]>,
    /// Where the next is, of those that are [`FOLLOWED`].
    next: HashMap<(u32, u8), u32, FxBuildHasher>,
    others: Vec<Use>,
}

/// Says of a guest's number that others used the key before. [`NONE`] is no guest at all.
const FOLLOWED: u32 = 1 << 31;

#[derive(Clone, Copy)]
struct Use {
    guest: u32,
    payment: u32,
    /// The place of the next among the others, or [`NONE`].
    next: u32,
}

impl Uses {
    fn new(keys: usize) -> Self {
        Self { first: vec![[(NONE, NONE); 3]; keys], next: HashMap::default(), others: Vec::new() }
    }

    fn newest(&self, by: By, key: u32) -> Option<Use> {
        let &(guest, payment) = self.first.get(at(key))?.get(by as usize).filter(|(guest, _)| *guest != NONE)?;
        let next = if guest & FOLLOWED == 0 { None } else { self.next.get(&(key, by as u8)).copied() };
        Some(Use { guest: guest & !FOLLOWED, payment, next: next.unwrap_or(NONE) })
    }

    fn set_newest(&mut self, by: By, key: u32, Use { guest, payment, next }: Use) {
        let Some(first) = self.first.get_mut(at(key)).and_then(|first| first.get_mut(by as usize)) else { return };
        let is_followed = next != NONE;
        *first = (if is_followed { guest | FOLLOWED } else { guest }, payment);
        if is_followed {
            self.next.insert((key, by as u8), next);
        }
    }

    fn of(&self, by: By, key: u32) -> impl Iterator<Item = Use> {
        core::iter::successors(self.newest(by, key), |one| self.others.get(at(one.next)).copied()).take(MOST_GUESTS)
    }

    fn last_of(&self, by: By, key: u32, guest: u32) -> u32 {
        self.of(by, key).find(|known| known.guest == guest).map_or(NONE, |known| known.payment)
    }

    /// The guest comes to the front of the key's list.
    fn add(&mut self, by: By, key: u32, guest: u32, payment: u32) {
        let first = match self.newest(by, key) {
            Some(first) if first.guest != guest => first,
            known => return self.set_newest(by, key, Use { guest, payment, next: known.map_or(NONE, |one| one.next) }),
        };
        // The newest so far steps back into the place that the guest had, if it had one that is looked at.
        let (mut before, mut place, mut known) = (NONE, first.next, None);
        for _ in 1..MOST_GUESTS {
            let Some(one) = self.others.get(at(place)) else { break };
            if one.guest == guest {
                known = Some(one.next);
                break;
            }
            (before, place) = (place, one.next);
        }
        let mut moved = first;
        if let Some(next) = known {
            match self.others.get_mut(at(before)) {
                Some(before) => before.next = next,
                None => moved.next = next,
            }
            if let Some(own) = self.others.get_mut(at(place)) {
                *own = moved;
            }
        } else {
            place = row(self.others.len());
            self.others.push(moved);
        }
        self.set_newest(by, key, Use { guest, payment, next: place });
    }
}

/// A guest that used some of a payment's identifiers before.
struct Candidate {
    guest: u32,
    /// A bit a kind of identifier.
    kinds: u8,
    newest: u32,
}

impl Candidate {
    /// Among the equally loud the newest use decides.
    fn rank(&self) -> ((bool, u32, bool), u32) {
        (loudness(self.kinds), self.newest)
    }
}

/// Assigns every guest payment by the strongest completed use of its identifiers, else by the strongest attempt. `joins` says
/// whether a key joins anybody.
pub fn by_strongest_use<'e>(
    rules: &Rules,
    entries: impl Iterator<Item = Entry<'e>>,
    known: &Known<'_>,
    joins: &dyn Fn(u32) -> bool,
) -> Grouping {
    let mut grouping = Grouping::new(known);
    let kinds = known.kinds;
    let mut uses = Uses::new(kinds.len());
    // Whether a guest gave an e-mail as its own.
    let mut has_email: Vec<bool> = Vec::new();
    let mut candidates: Vec<Candidate> = Vec::new();
    for (payment, entry) in (0_u32..).zip(entries) {
        if !entry.guest {
            grouping.skip(&entry);
            continue;
        }
        let keys = || entry.keys.iter().copied().filter(|&key| joins(key));
        let mut strongest = |by: By| {
            candidates.clear();
            for key in keys() {
                let kind = kinds.get(at(key)).map_or(0, |kind| kind.bit());
                for known in uses.of(by, key) {
                    match candidates.iter_mut().find(|one| one.guest == known.guest) {
                        Some(one) => (one.kinds, one.newest) = (one.kinds | kind, one.newest.max(known.payment)),
                        None => candidates.push(Candidate { guest: known.guest, kinds: kind, newest: known.payment }),
                    }
                }
            }
            let gives_email = entry.own_emails(kinds).next().is_some();
            // A household, a colleague, a thief: only the card is the same.
            let is_strange = |one: &Candidate| {
                !rules.join_by_card
                    && one.kinds == IdentifierKind::Card.bit()
                    && gives_email
                    && has_email.get(at(one.guest)) == Some(&true)
                    && !entry.own_emails(kinds).any(|email| uses.last_of(By::Given, email, one.guest) != NONE)
            };
            candidates
                .iter()
                .filter(|one| !is_strange(one))
                .max_by_key(|one| one.rank())
                .map(|one| (one.guest, one.newest))
        };
        let (guest, reason) = grouping
            .place(known, &entry, |by_completed| strongest(if by_completed { By::Completed } else { By::Attempted }));
        let by = if reason == Some(EvidenceReason::CompletedUse) { By::Completed } else { By::Attempted };
        for &key in entry.keys {
            grouping.joined_by.push(reason.is_some() && uses.last_of(by, key, guest) != NONE);
        }
        has_email.resize(grouping.founders.len(), false);
        if !entry.counts() {
            continue;
        }
        for key in keys() {
            uses.add(By::Attempted, key, guest, payment);
            if entry.completed {
                uses.add(By::Completed, key, guest, payment);
            }
        }
        for email in entry.own_emails(kinds) {
            uses.add(By::Given, email, guest, payment);
            if let Some(has) = has_email.get_mut(at(guest)) {
                *has = true;
            }
        }
    }
    grouping
}
