//! The published rule with less trust: of all guests that used an identifier before, the one with the strongest evidence, not
//! merely the newest, and none for which only a card speaks while the e-mails differ.

use super::{Entry, EvidenceReason, Grouping, Known, Rules, loudness};
use crate::identity::IdentifierKind;
use crate::ledger::rows::{NONE, at, row};

/// Of the guests that used one identifier, so many that used it last are looked at: an identifier that thousands of guests
/// have in common must not cost their square.
const MOST_GUESTS: usize = 50;

/// The guests that used each key, each with its newest use, the newest first.
struct Uses {
    /// Counted from 1.
    first: Vec<u32>,
    list: Vec<Use>,
}

#[derive(Clone, Copy)]
struct Use {
    guest: u32,
    payment: u32,
    next: u32,
}

impl Uses {
    fn new(keys: usize) -> Self {
        Self { first: vec![0; keys], list: Vec::new() }
    }

    fn of(&self, key: u32) -> impl Iterator<Item = (usize, Use)> {
        let mut next = self.first.get(at(key)).copied().unwrap_or(0);
        let uses = core::iter::from_fn(move || {
            let place = at(next).checked_sub(1)?;
            let found = *self.list.get(place)?;
            next = found.next;
            Some((place, found))
        });
        uses.take(MOST_GUESTS)
    }

    fn last_of(&self, key: u32, guest: u32) -> u32 {
        self.of(key).find(|(_, known)| known.guest == guest).map_or(NONE, |(_, known)| known.payment)
    }

    /// The guest comes to the front of the key's list.
    fn add(&mut self, key: u32, guest: u32, payment: u32) {
        let mut before = None;
        let mut found = None;
        for (place, known) in self.of(key) {
            if known.guest == guest {
                found = Some((place, known.next));
                break;
            }
            before = Some(place);
        }
        let Some(first) = self.first.get_mut(at(key)) else { return };
        let place = match (found, before) {
            (Some((place, _)), None) => {
                if let Some(own) = self.list.get_mut(place) {
                    own.payment = payment;
                }
                return;
            }
            (Some((place, next)), Some(before)) => {
                if let Some(before) = self.list.get_mut(before) {
                    before.next = next;
                }
                place
            }
            (None, _) => {
                self.list.push(Use { guest, payment, next: 0 });
                self.list.len().saturating_sub(1)
            }
        };
        if let Some(own) = self.list.get_mut(place) {
            (own.payment, own.next) = (payment, *first);
        }
        *first = row(place.saturating_add(1));
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
pub fn by_strongest_use(
    rules: &Rules,
    entries: &[Entry<'_>],
    known: &Known<'_>,
    joins: &dyn Fn(u32) -> bool,
) -> Grouping {
    let mut grouping = Grouping::new(known);
    let kinds = known.kinds;
    let (mut completed, mut attempted) = (Uses::new(kinds.len()), Uses::new(kinds.len()));
    // Who gave an e-mail as its own, and whether a guest gave any.
    let mut given = Uses::new(kinds.len());
    let mut has_email: Vec<bool> = Vec::new();
    let mut candidates: Vec<Candidate> = Vec::new();
    for (payment, entry) in (0_u32..).zip(entries) {
        if !entry.guest {
            grouping.skip(entry);
            continue;
        }
        let keys = || entry.keys.iter().copied().filter(|&key| joins(key));
        let mut strongest = |uses: &Uses| {
            candidates.clear();
            for key in keys() {
                let kind = kinds.get(at(key)).map_or(0, |kind| kind.bit());
                for (_, known) in uses.of(key) {
                    match candidates.iter_mut().find(|one| one.guest == known.guest) {
                        Some(one) => (one.kinds, one.newest) = (one.kinds | kind, one.newest.max(known.payment)),
                        None => candidates.push(Candidate { guest: known.guest, kinds: kind, newest: known.payment }),
                    }
                }
            }
            let gives_email = entry.own_emails().next().is_some();
            // A household, a colleague, a thief: only the card is the same.
            let is_strange = |one: &Candidate| {
                !rules.join_by_card
                    && one.kinds == IdentifierKind::Card.bit()
                    && gives_email
                    && has_email.get(at(one.guest)) == Some(&true)
                    && !entry.own_emails().any(|email| given.last_of(email, one.guest) != NONE)
            };
            candidates
                .iter()
                .filter(|one| !is_strange(one))
                .max_by_key(|one| one.rank())
                .map(|one| (one.guest, one.newest))
        };
        let (guest, reason) =
            grouping.place(known, entry, |by_completed| strongest(if by_completed { &completed } else { &attempted }));
        let uses = if reason == Some(EvidenceReason::CompletedUse) { &completed } else { &attempted };
        for &key in entry.keys {
            grouping.shared_with.push(if reason.is_some() { uses.last_of(key, guest) } else { NONE });
        }
        has_email.resize(grouping.founders.len(), false);
        if !entry.counts() {
            continue;
        }
        for key in keys() {
            attempted.add(key, guest, payment);
            if entry.completed {
                completed.add(key, guest, payment);
            }
        }
        for email in entry.own_emails() {
            given.add(email, guest, payment);
            if let Some(has) = has_email.get_mut(at(guest)) {
                *has = true;
            }
        }
    }
    grouping
}
