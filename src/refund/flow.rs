//! What was paid, sent back and disputed, in order of time: counted once, and found by binary search where a trial of a policy asks
//! for every refund of the past.

use super::facts::CustomerFacts;
use crate::ledger::payment::Payment;
use crate::money::Currency;
use crate::order::sorted;
use crate::source::Source;
use crate::view::{CustomerKind, Strength};

/// UTC seconds, and what tells two of one second apart.
pub type Instant = (i64, u64);

/// An amount that moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Movement {
    /// When, where the records say.
    pub at: Option<Instant>,
    /// Its currency.
    pub currency: Currency,
    /// The source.
    pub source: Source,
    /// Minor units, as the source counts them.
    pub minor: i64,
}

/// Amounts, each at its time.
#[derive(Debug, Default)]
pub struct Flow(Vec<Lane>);

/// Those of one currency, as one source counts it.
#[derive(Debug)]
struct Lane {
    currency: Currency,
    source: Source,
    times: Vec<Instant>,
    /// What they come to, up to each and with it.
    sums: Vec<i128>,
    /// How many say no time, and what they come to.
    undated: (i64, i128),
}

/// A part of a flow: what is not too early, until an instant.
#[derive(Clone, Copy)]
pub struct Span<'s> {
    /// Whether a time is before the period.
    pub is_early: &'s dyn Fn(i64) -> bool,
    /// Whether an instant is no longer seen.
    pub is_late: &'s dyn Fn(Instant) -> bool,
}

impl Span<'_> {
    /// Everything whose time is known.
    pub const ALL: Span<'static> = Span { is_early: &|_| false, is_late: &|_| false };
}

impl Lane {
    /// The places of a part.
    fn range(&self, span: Span<'_>) -> (usize, usize) {
        let until = self.times.partition_point(|&at| !(span.is_late)(at));
        (self.times.partition_point(|&(time, _)| (span.is_early)(time)).min(until), until)
    }

    fn sum(&self, span: Span<'_>) -> i128 {
        let (from, until) = self.range(span);
        let before = |place: usize| place.checked_sub(1).and_then(|last| self.sums.get(last)).copied().unwrap_or(0);
        before(until).saturating_sub(before(from))
    }
}

fn minor(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(i64::MAX)
}

impl Flow {
    /// All of these.
    pub fn new(items: impl IntoIterator<Item = Movement>) -> Self {
        let mut flow = Self::default();
        let items: Vec<Movement> = items.into_iter().collect();
        let in_order = items.is_sorted_by_key(|item| item.at);
        let items = if in_order { items } else { sorted(items, |a, b| a.at.cmp(&b.at)) };
        for Movement { at, currency, minor, source } in items {
            let known = flow.0.iter().position(|lane| (lane.currency, lane.source) == (currency, source));
            let place = known.unwrap_or_else(|| {
                let (times, sums) = (Vec::new(), Vec::new());
                flow.0.push(Lane { currency, source, times, sums, undated: (0, 0) });
                flow.0.len().saturating_sub(1)
            });
            let Some(lane) = flow.0.get_mut(place) else { continue };
            let minor = i128::from(minor);
            match at {
                Some(at) => {
                    lane.times.push(at);
                    lane.sums.push(lane.sums.last().copied().unwrap_or(0).saturating_add(minor));
                }
                None => {
                    lane.undated = (lane.undated.0.saturating_add(1), lane.undated.1.saturating_add(minor));
                }
            }
        }
        flow
    }

    /// What a part comes to in a currency, as a source counts it.
    pub fn sum(&self, currency: Currency, source: Source, span: Span<'_>) -> i64 {
        self.sum_of(currency, source, |lane| lane.sum(span))
    }

    /// What comes to it at no known time.
    pub fn undated_sum(&self, currency: Currency, source: Source) -> i64 {
        self.sum_of(currency, source, |lane| lane.undated.1)
    }

    fn sum_of(&self, currency: Currency, source: Source, of: impl Fn(&Lane) -> i128) -> i64 {
        let lanes = self.0.iter().filter(|lane| lane.currency == currency);
        lanes.fold(0, |sum: i64, lane| sum.saturating_add(currency.convert(minor(of(lane)), lane.source, source)))
    }

    /// How many there are in a part, of any currency.
    pub fn count(&self, span: Span<'_>) -> i64 {
        let counts = self.0.iter().map(|lane| lane.range(span));
        counts.fold(0, |sum: i64, (from, until)| {
            sum.saturating_add(i64::try_from(until.saturating_sub(from)).unwrap_or(i64::MAX))
        })
    }

    /// How many say no time.
    pub fn undated(&self) -> i64 {
        self.0.iter().fold(0, |sum, lane| sum.saturating_add(lane.undated.0))
    }
}

/// What a customer did, and when.
#[derive(Debug)]
pub struct CustomerHistory {
    /// Guest or registered.
    pub kind: CustomerKind,
    /// How firmly its payments belong together.
    pub strength: Strength,
    /// UTC seconds of its first payment.
    pub first: i64,
    /// Its completed payments.
    pub completed: Flow,
    /// What was taken.
    pub captured: Flow,
    /// What went back, or is on its way.
    pub returned: Flow,
    /// The completed payments of which money went back, each when it first did.
    pub refunded: Flow,
    /// The payments that were disputed, each when it first was.
    pub disputed: Flow,
}

impl CustomerHistory {
    /// What it comes to, in a payment's currency; seen from before a refund of the past, only what had been until then.
    pub fn facts(&self, payment: &Payment, past: Option<Instant>) -> CustomerFacts {
        let is_late = |at: Instant| past.is_some_and(|past| at >= past);
        let span = Span { is_late: &is_late, ..Span::ALL };
        // What says no time has happened by now; by then it may have.
        let known = |flow: &Flow, dated: i64, undated: i64| match past {
            None => Some(dated.saturating_add(undated)),
            Some(_) => (flow.undated() == 0).then_some(dated),
        };
        let count = |flow: &Flow| known(flow, flow.count(span), flow.undated());
        let sum = |flow: &Flow| {
            let (currency, source) = (payment.currency, payment.source);
            known(flow, flow.sum(currency, source, span), flow.undated_sum(currency, source))
        };
        CustomerFacts {
            kind: self.kind,
            strength: self.strength,
            first: self.first,
            payments: count(&self.completed),
            captured: sum(&self.captured),
            returned: sum(&self.returned),
            refunds: count(&self.refunded),
            disputes: count(&self.disputed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What is counted anew for each question.
        #[test]
        fn a_part_is_what_a_plain_look_at_all_finds(
            items in prop::collection::vec((prop::option::of((0..6_i64, 0..3_u64)), 0..2_usize, 1..100_i64), 0..12),
            since in 0..7_i64, until in (0..7_i64, 0..4_u64), of in 0..2_usize,
        ) {
            let currency = |of: usize| Currency::parse(["EUR", "USD"][of]).unwrap();
            let movement = |&(at, of, minor): &(Option<Instant>, usize, i64)| {
                Movement { at, currency: currency(of), source: Source::Stripe, minor }
            };
            let flow = Flow::new(items.iter().map(movement));
            let (is_early, is_late) = (|time: i64| time < since, |at: Instant| at > until);
            let span = Span { is_early: &is_early, is_late: &is_late };
            let seen: Vec<_> = items.iter().filter(|(at, ..)| at.is_some_and(|at| at.0 >= since && at <= until)).collect();
            let undated: Vec<_> = items.iter().filter(|(at, ..)| at.is_none()).collect();
            prop_assert_eq!(flow.count(span), i64::try_from(seen.len()).unwrap());
            prop_assert_eq!(flow.undated(), i64::try_from(undated.len()).unwrap());
            let sum = |list: &[&(Option<Instant>, usize, i64)]| -> i64 {
                list.iter().filter(|(_, own, _)| *own == of).map(|(.., minor)| minor).sum()
            };
            prop_assert_eq!(flow.sum(currency(of), Source::Stripe, span), sum(&seen));
            prop_assert_eq!(flow.undated_sum(currency(of), Source::Stripe), sum(&undated));
        }
    }
}
