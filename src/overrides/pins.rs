//! Decisions, translated into the rows of a book.

use super::{Decision, Key, Override, Overrides, Party};
use crate::grouping::Pin;
use crate::grouping::sets::Sets;
use crate::identity::IdentifierKind;
use crate::ledger::customers::Registered;
use crate::ledger::intern::{Interner, Sym};
use crate::ledger::record::Mode;
use crate::ledger::rows::{at, row};
use crate::order::sorted;
use crate::source::Source;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// What decisions are translated by.
pub trait Rows {
    /// The texts.
    fn interner(&self) -> &Interner;
    /// The payment that a record's key leads to.
    fn payment(&self, source: Source, account: Sym, id: Sym) -> Option<u32>;
    /// The registered customer of a payment, unless everybody is grouped; and its mode.
    fn customer(&self, payment: u32) -> (Option<Registered>, Mode);
    /// The first payment of a registered customer but for some, where everybody is grouped.
    fn first_payment(&self, customer: Registered, but_for: &[u32]) -> Option<u32>;
}

/// Somebody in a group: a payment, or a registered customer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Member {
    Payment(u32),
    Registered(Registered),
}

/// Decisions in rows.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct Pins {
    /// What is said of each payment of which anything is said, in order of the payments' rows.
    of: Vec<(u32, Pin)>,
    /// The registered customer of each group.
    registered: Vec<Option<Registered>>,
    /// Registered customers that are another, and which.
    same_as: Vec<(Registered, Registered)>,
    /// Identifiers that join nobody.
    marked: Vec<(IdentifierKind, Sym)>,
}

impl Pins {
    /// Translates all decisions that hold.
    pub fn new(overrides: &Overrides, rows: &dyn Rows) -> Self {
        let mut pins = Self::default();
        let unlinked = overrides.active().filter_map(|known| match &known.decision {
            Decision::Unlink(key) => payment_of(key, rows),
            _ => None,
        });
        let alone: Vec<u32> = unlinked.collect();
        let mut members: Vec<Member> = Vec::new();
        let mut numbers: HashMap<Member, u32, FxBuildHasher> = HashMap::default();
        let mut groups = Sets::default();
        for Override { decision, .. } in overrides.active() {
            match decision {
                Decision::Unlink(_) => {}
                Decision::MarkShared(kind, form) => {
                    pins.marked.extend(rows.interner().find(form).map(|form| (*kind, form)));
                }
                Decision::Link(..) | Decision::Confirm(_) => {
                    let mut first = None;
                    for member in decision.together().iter().filter_map(|party| member_of(party, &alone, rows)) {
                        let number = *numbers.entry(member).or_insert_with(|| {
                            members.push(member);
                            groups.add()
                        });
                        groups.join(number, *first.get_or_insert(number));
                    }
                }
            }
        }
        pins.fill(&members, groups, rows);
        // Of a payment that is in two decisions by now (two records became one payment), the one that parts it holds.
        let alone = alone.into_iter().map(|payment| (payment, Pin::Alone));
        pins.of = sorted(alone.chain(core::mem::take(&mut pins.of)), |(a, _), (b, _)| a.cmp(b));
        pins.of.dedup_by_key(|&mut (payment, _)| payment);
        pins
    }

    /// Numbers the groups; live and test payments that were said to belong together do not.
    fn fill(&mut self, members: &[Member], mut groups: Sets, rows: &dyn Rows) {
        let mut numbers: HashMap<(u32, Mode), usize, FxBuildHasher> = HashMap::default();
        for (member, &who) in (0_u32..).zip(members) {
            let group = groups.first(member);
            let mode = match who {
                Member::Payment(payment) => rows.customer(payment).1,
                Member::Registered((_, _, _, mode)) => mode,
            };
            let number = *numbers.entry((group, mode)).or_insert_with(|| {
                self.registered.push(None);
                self.registered.len().saturating_sub(1)
            });
            match who {
                Member::Payment(payment) => self.of.push((payment, Pin::With(row(number)))),
                Member::Registered(customer) => match self.registered.get_mut(number) {
                    Some(Some(speaker)) => self.same_as.push((customer, *speaker)),
                    Some(slot) => *slot = Some(customer),
                    None => {}
                },
            }
        }
    }

    /// What is said of a payment.
    pub fn of(&self, payment: u32) -> Pin {
        if self.of.is_empty() {
            return Pin::Free;
        }
        let found = self.of.binary_search_by(|(known, _)| known.cmp(&payment)).ok();
        found.and_then(|found| self.of.get(found)).map_or(Pin::Free, |&(_, pin)| pin)
    }

    /// All payments of which anything is said.
    pub fn payments(&self) -> impl Iterator<Item = u32> {
        self.of.iter().map(|&(payment, _)| payment)
    }

    /// The payments of a group.
    pub fn payments_of(&self, group: u32) -> impl Iterator<Item = u32> {
        self.of.iter().filter(move |(_, pin)| *pin == Pin::With(group)).map(|&(payment, _)| payment)
    }

    /// The registered customers of all groups.
    pub fn all_registered(&self) -> impl Iterator<Item = Registered> {
        self.registered.iter().flatten().copied()
    }

    /// The identifiers that were marked.
    pub fn marked(&self) -> &[(IdentifierKind, Sym)] {
        &self.marked
    }

    /// The registered customer of a group.
    pub fn registered(&self, group: u32) -> Option<Registered> {
        self.registered.get(at(group)).copied().flatten()
    }

    /// Whether each group is a registered customer's.
    pub fn are_registered(&self) -> Vec<bool> {
        self.registered.iter().map(Option::is_some).collect()
    }

    /// The registered customer that speaks for this one: mostly itself.
    pub fn speaker(&self, customer: Registered) -> Registered {
        self.same_as.iter().find(|(known, _)| *known == customer).map_or(customer, |&(_, speaker)| speaker)
    }

    /// Registered customers that are another.
    pub fn same_as(&self) -> &[(Registered, Registered)] {
        &self.same_as
    }

    /// Which identifiers were marked as shared.
    pub fn is_marked(&self, kind: IdentifierKind, form: Sym) -> bool {
        self.marked.contains(&(kind, form))
    }
}

fn payment_of(key: &Key, rows: &dyn Rows) -> Option<u32> {
    let (source, account, id) = key.symbols(rows.interner())?;
    rows.payment(source, account, id)
}

/// A guest's payment that has a registered customer by now speaks for that customer.
fn member_of(party: &Party, alone: &[u32], rows: &dyn Rows) -> Option<Member> {
    match party {
        Party::Payment(key) => {
            let payment = payment_of(key, rows)?;
            Some(rows.customer(payment).0.map_or(Member::Payment(payment), Member::Registered))
        }
        Party::Registered(key, mode) => {
            let (source, account, id) = key.symbols(rows.interner())?;
            let customer = (source, account, id, *mode);
            Some(rows.first_payment(customer, alone).map_or(Member::Registered(customer), Member::Payment))
        }
    }
}
