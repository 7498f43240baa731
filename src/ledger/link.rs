//! Which records are one payment, and what they come to together.

use super::book::{Links, NONE, Payment, at, row};
use super::intern::Sym;
use super::intern::SymMap;
use super::record::{Attempt, AttemptState, Dispute, Intent, Mode, Refund, Session};
use super::status::{Stage, spokesman, stage};
use super::store::{Kind, Store};
use super::sums::{Sums, disputed_amount, worst_dispute};
use crate::order::sort_rows;
use crate::source::Source;

/// The checkout that speaks for a payment: of several the one with the smallest id, in any order of feeding.
pub fn first_session<'s>(store: &'s Store, rows: &[u32]) -> Option<&'s Session> {
    let sessions = rows.iter().filter_map(|&row| store.tables.sessions.get(at(row)));
    sessions.min_by_key(|session| store.interner.get(session.head.id))
}

/// Payments before they are sorted.
pub struct Draft {
    /// The key of each payment.
    ids: Vec<(Source, Sym, Sym)>,
    intents: Vec<u32>,
    /// The payment of each attempt, by row.
    pub of_attempt: Vec<u32>,
    /// The payment of each intent, by row.
    pub of_intent: Vec<u32>,
    /// The payment of each refund, by row.
    pub of_refund: Vec<u32>,
    /// The payment of each dispute, by row.
    pub of_dispute: Vec<u32>,
    /// The payment of each checkout, by row.
    pub of_session: Vec<u32>,
    attempts: Links,
    refunds: Links,
    disputes: Links,
    sessions: Links,
    /// Payments known only by the id that their attempts name.
    pub by_reference: SymMap<(Source, Sym, Sym), u32>,
}

impl Draft {
    /// Decides which records are one payment.
    pub fn link(store: &Store) -> Self {
        let tables = &store.tables;
        let mut ids: Vec<_> = tables.intents.iter().map(|i| (i.head.source, i.head.account, i.head.id)).collect();
        let mut intents: Vec<u32> = (0..ids.len()).map(row).collect();
        let of_intent = intents.clone();
        let mut claimed: SymMap<(Source, Sym, Sym), u32> = SymMap::default();
        for (index, intent) in tables.intents.iter().enumerate() {
            for &attempt in &intent.attempts {
                // Two intents that name one attempt contradict each other; the smaller id takes it, in any order of feeding.
                let claim = claimed.entry((intent.head.source, intent.head.account, attempt)).or_insert(row(index));
                let rival = tables.intents.get(at(*claim)).map(|rival| store.interner.get(rival.head.id));
                if Some(store.interner.get(intent.head.id)) < rival {
                    *claim = row(index);
                }
            }
        }
        let mut by_reference = SymMap::default();
        let of_attempt: Vec<u32> = tables
            .attempts
            .iter()
            .map(|attempt| {
                let (source, account) = (attempt.head.source, attempt.head.account);
                let mut start = |id| {
                    ids.push((source, account, id));
                    intents.push(NONE);
                    row(ids.len().saturating_sub(1))
                };
                match attempt.payment {
                    Some(id) => match store.find(Kind::Intent, source, account, id) {
                        Some(known) => known.row,
                        None => *by_reference.entry((source, account, id)).or_insert_with(|| start(id)),
                    },
                    None => match claimed.get(&(source, account, attempt.head.id)) {
                        Some(&payment) => payment,
                        None => start(attempt.head.id),
                    },
                }
            })
            .collect();
        let owner = |source, account, attempt: Option<Sym>, payment: Option<Sym>| {
            let by_attempt = attempt
                .and_then(|id| store.find(Kind::Attempt, source, account, id))
                .and_then(|found| of_attempt.get(found.index()).copied());
            let by_claim = || attempt.and_then(|id| claimed.get(&(source, account, id)).copied());
            let by_payment = || {
                let id = payment?;
                let intent = store.find(Kind::Intent, source, account, id).map(|found| found.row);
                intent.or_else(|| by_reference.get(&(source, account, id)).copied())
            };
            by_attempt.or_else(by_claim).or_else(by_payment).unwrap_or(NONE)
        };
        let of_refund: Vec<u32> =
            tables.refunds.iter().map(|r| owner(r.head.source, r.head.account, r.attempt, r.payment)).collect();
        let of_dispute: Vec<u32> =
            tables.disputes.iter().map(|d| owner(d.head.source, d.head.account, d.attempt, d.payment)).collect();
        let of_session: Vec<u32> =
            tables.sessions.iter().map(|s| owner(s.head.source, s.head.account, None, s.payment)).collect();
        let links = |owner_of: &[u32]| Links::new(ids.len(), owner_of);
        let (attempts, refunds) = (links(&of_attempt), links(&of_refund));
        let (disputes, sessions) = (links(&of_dispute), links(&of_session));
        Self {
            ids,
            intents,
            of_attempt,
            of_intent,
            of_refund,
            of_dispute,
            of_session,
            attempts,
            refunds,
            disputes,
            sessions,
            by_reference,
        }
    }

    /// The payments in order of (created, source, account, id).
    pub fn sort(&self, store: &Store) -> Vec<u32> {
        let created: Vec<i64> = (0..self.ids.len()).map(row).map(|old| self.created(store, old)).collect();
        let mut order: Vec<u32> = (0..self.ids.len()).map(row).collect();
        let key = |old: u32| {
            let (source, account, id) = self.ids.get(at(old)).copied()?;
            Some((source, store.interner.get(account), store.interner.get(id)))
        };
        sort_rows(&mut order, |a, b| created.get(at(a)).cmp(&created.get(at(b))).then_with(|| key(a).cmp(&key(b))));
        order
    }

    fn intent<'s>(&self, store: &'s Store, payment: u32) -> Option<&'s Intent> {
        store.tables.intents.get(at(*self.intents.get(at(payment))?))
    }

    fn attempts<'s>(&self, store: &'s Store, payment: u32) -> impl Iterator<Item = (u32, &'s Attempt)> {
        self.attempts.of(payment).iter().filter_map(|&row| Some((row, store.tables.attempts.get(at(row))?)))
    }

    fn created(&self, store: &Store, payment: u32) -> i64 {
        let intent = self.intent(store, payment).map(|intent| intent.created);
        let first = || self.attempts(store, payment).map(|(_, attempt)| attempt.created).min();
        intent.or_else(first).unwrap_or(0)
    }

    /// Whether a refund is only a hold that was let go: of an attempt that took no money, or of a hold that lapsed.
    fn is_release(&self, store: &Store, refund: &Refund) -> bool {
        use AttemptState::{Blocked, Failed, Voided};
        let attempt = refund
            .attempt
            .and_then(|id| store.find(Kind::Attempt, refund.head.source, refund.head.account, id))
            .and_then(|found| store.tables.attempts.get(found.index()));
        attempt.is_some_and(|attempt| matches!(attempt.state, Failed | Blocked | Voided))
            || refund.reason.is_some_and(|reason| store.interner.get(reason) == "expired_uncaptured_charge")
    }

    /// Replaces the numbers of before sorting.
    pub fn renumber(&mut self, order: &[u32]) {
        let mut new_of = vec![NONE; order.len()];
        for (new, &old) in order.iter().enumerate() {
            if let Some(slot) = new_of.get_mut(at(old)) {
                *slot = row(new);
            }
        }
        let lists = [&mut self.of_attempt, &mut self.of_intent, &mut self.of_refund, &mut self.of_dispute];
        let lists = lists.into_iter().chain([&mut self.of_session]).flatten();
        for number in lists.chain(self.by_reference.values_mut()) {
            *number = new_of.get(at(*number)).copied().unwrap_or(NONE);
        }
    }

    /// Puts one payment together. Every payment has an intent or an attempt, so there always is one.
    pub fn payment(&self, store: &Store, old: u32) -> Option<Payment> {
        let (source, account, id) = self.ids.get(at(old)).copied()?;
        let intent = self.intent(store, old);
        let spoken = spokesman(self.attempts(store, old), |attempt| store.interner.hash(attempt.head.id));
        let attempt = spoken.and_then(|row| store.tables.attempts.get(at(row)));
        let stage = stage(intent, attempt);
        // The intent says that an attempt took the money and none of those known did: they failed, and speak for nothing.
        let spoken = spoken.filter(|_| stage != Stage::CapturedByIntent);
        let attempt = attempt.filter(|_| stage != Stage::CapturedByIntent);
        let refunds: Vec<&Refund> =
            self.refunds.of(old).iter().filter_map(|&r| store.tables.refunds.get(at(r))).collect();
        let disputes: Vec<&Dispute> =
            self.disputes.of(old).iter().filter_map(|&d| store.tables.disputes.get(at(d))).collect();
        let session = first_session(store, self.sessions.of(old));
        let amount = attempt.map(|a| a.amount).or(intent.map(|i| i.amount))?;
        let currency = attempt.map(|a| a.currency).or(intent.map(|i| i.currency))?;
        let released = |refund: &Refund| self.is_release(store, refund);
        let money = Sums::of(self.attempts(store, old), intent, stage, &refunds, currency, released);
        let raw_of_intent = || intent.and_then(|intent| intent.raw_status);
        let raw_status = match stage {
            Stage::Captured => attempt.and_then(|attempt| attempt.raw_status).or_else(raw_of_intent),
            _ => raw_of_intent().or(attempt.and_then(|attempt| attempt.raw_status)),
        };
        let customer = intent
            .and_then(|intent| intent.customer)
            .or_else(|| attempt.and_then(|attempt| attempt.customer))
            .or_else(|| {
                self.attempts(store, old).filter_map(|(_, a)| a.customer).min_by_key(|&c| store.interner.get(c))
            })
            .or_else(|| session.and_then(|session| session.customer));
        let mode = attempt.map(|a| a.mode).filter(|&mode| mode != Mode::Unknown);
        let missing = self.attempts(store, old).filter(|(_, attempt)| attempt.disputed).any(|(_, attempt)| {
            attempt.dispute.map_or(disputes.is_empty(), |named| disputes.iter().all(|dispute| dispute.head.id != named))
        });
        Some(Payment {
            source,
            account,
            id,
            mode: mode.or(intent.map(|i| i.mode)).unwrap_or(Mode::Unknown),
            created: self.created(store, old),
            status: money.status(stage, amount),
            raw_status,
            currency,
            amount,
            captured: money.captured,
            refunded: money.taken.saturating_sub(money.pending),
            refund_pending: money.pending,
            disputed: disputed_amount(&disputes, currency, missing),
            refund_state: money.state,
            dispute_state: worst_dispute(&disputes, missing),
            dispute_missing: missing,
            attempt_unknown: stage == Stage::CapturedByIntent,
            refunds_uncertain: money.uncertain,
            release_uncertain: money.release_uncertain,
            customer,
            intent: self.intents.get(at(old)).copied().unwrap_or(NONE),
            attempt: spoken.unwrap_or(NONE),
        })
    }
}
