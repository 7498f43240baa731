//! What agents decide: checked against the ledger and what was decided before, and listed.

use super::identity::{OverrideItem, RelatedBy};
use super::page::invalid_cursor;
use super::shapes::Page;
use super::{Query, View};
use crate::error::{ErrorCode, GuestfolioError};
use crate::grouping::Pin;
use crate::identity::IdentifierKind;
use crate::input::{Argument, Input};
use crate::issue::{Issue, IssueCode, SchemaVersion, Severity};
use crate::ledger::customers::Who;
use crate::order::sorted;
use crate::overrides::{Decision, Key, Override, Party};

/// What an agent may decide, and what to say of it.
#[derive(Debug)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// The customers that it is said of.
    pub customers: Vec<String>,
    /// What the agent should know.
    pub issues: Vec<Issue>,
}

fn conflict(message: &str) -> GuestfolioError {
    GuestfolioError::new(ErrorCode::OverrideConflict, "", message)
}

impl View<'_> {
    fn payment_key(self, row: u32) -> Option<Key> {
        let payment = self.payment_row(row)?;
        let (account, id) = (self.string(payment.account), self.string(payment.id));
        Some(Key { source: payment.source, account, id })
    }

    /// Whom a customer is known by: a registered one by its id, a guest by its first payment.
    fn party(self, customer: u32) -> Option<Party> {
        match self.who(customer)? {
            Who::Guest(founder) => self.payment_key(founder).map(Party::Payment),
            Who::Registered((source, account, id, mode), _) => {
                let (account, id) = (self.string(account), self.string(id));
                Some(Party::Registered(Key { source, account, id }, mode))
            }
        }
    }

    /// The payments of a customer that are a guest's.
    fn guest_payments(self, customer: u32) -> impl Iterator<Item = u32> {
        let rows = self.book.customers.payments(customer).iter().copied();
        rows.filter(move |&row| self.book.founder_of(row).is_some())
    }

    fn must_not_be_alone(self, mut rows: impl Iterator<Item = u32>) -> Result<(), GuestfolioError> {
        if rows.any(|row| self.book.pins.of(row) == Pin::Alone) {
            return Err(conflict("the payment was unlinked; undo that first"));
        }
        Ok(())
    }

    /// Whether two customers can be one.
    pub fn link(self, a: &str, b: &str) -> Result<Decided, GuestfolioError> {
        let (one, two) = (self.resolve_customer(a)?, self.resolve_customer(b)?);
        if one == two {
            return Err(conflict("both ids are of one customer; confirm it instead"));
        }
        if self.mode_of(one) != self.mode_of(two) {
            return Err(conflict("a live and a test customer are never one"));
        }
        for customer in [one, two] {
            if let Some(Who::Guest(founder)) = self.who(customer) {
                self.must_not_be_alone(core::iter::once(founder))?;
            }
        }
        let parties = self.party(one).zip(self.party(two)).ok_or_else(|| conflict("a customer has no payment"))?;
        let customers = vec![self.customer_id(one), self.customer_id(two)];
        Ok(Decided { decision: Decision::Link(parties.0, parties.1), customers, issues: Vec::new() })
    }

    /// Whether a payment can stand alone.
    pub fn unlink(self, payment_id: &str) -> Result<Decided, GuestfolioError> {
        let row = self.resolve_payment(payment_id)?;
        match self.book.pins.of(row) {
            Pin::Alone => return Err(conflict("the payment was unlinked before")),
            Pin::With(_) => return Err(conflict("the payment was linked or confirmed; undo that first")),
            Pin::Free => {}
        }
        let customers = self.customer_of(row).map(|customer| self.customer_id(customer));
        let key = self.payment_key(row).ok_or_else(|| conflict("the payment has no id"))?;
        Ok(Decided { decision: Decision::Unlink(key), customers: customers.into_iter().collect(), issues: Vec::new() })
    }

    /// Whether an identifier can be said to be shared.
    pub fn mark_shared(self, identifier: &Input) -> Result<Decided, GuestfolioError> {
        let (kind, form) = self.parse_identifier(&Argument::root(identifier))?;
        let keys: Vec<u32> = self.keys_of(kind, &form);
        if keys.iter().all(|&key| self.payments_with(key).is_empty()) {
            let message = "no payment in the ledger has this identifier";
            return Err(GuestfolioError::new(ErrorCode::NotFound, "/value", message));
        }
        if keys.iter().all(|&key| self.book.is_marked(key)) {
            return Err(conflict("the identifier was marked before"));
        }
        let mut customers: Vec<u32> =
            keys.iter().flat_map(|&key| self.payments_with(key)).filter_map(|&row| self.customer_of(row)).collect();
        customers = sorted(customers, u32::cmp);
        customers.dedup();
        let customers = sorted(customers, |a, b| self.book.compare_customers(self.store, *b, *a));
        let held_by_it = |&customer: &u32| {
            let mut uses = self.guest_payments(customer).flat_map(|row| self.book.uses.range(row));
            self.guest_payments(customer).nth(1).is_some()
                && uses.all(|index| self.book.uses.keys.get(index).is_some_and(|key| keys.contains(key)))
        };
        let held: Vec<u32> = customers.iter().copied().filter(held_by_it).collect();
        let is_pinned =
            |&customer: &u32| self.guest_payments(customer).any(|row| matches!(self.book.pins.of(row), Pin::With(_)));
        if held.iter().any(is_pinned) {
            return Err(conflict("it is all that a customer has whose payments were said to belong together"));
        }
        let code = IssueCode::OnlyIdentifier;
        let issue =
            Issue { severity: Severity::Warning, index: 0, path: "/value".to_owned(), code, message: code.message() };
        Ok(Decided {
            decision: Decision::MarkShared(kind, form),
            customers: customers.iter().take(100).map(|&customer| self.customer_id(customer)).collect(),
            issues: if held.is_empty() { Vec::new() } else { vec![issue] },
        })
    }

    /// Whether a customer's payments can be said to belong together.
    pub fn confirm(self, customer_id: &str) -> Result<Decided, GuestfolioError> {
        let customer = self.resolve_customer(customer_id)?;
        self.must_not_be_alone(self.guest_payments(customer))?;
        let payments = self.guest_payments(customer).filter_map(|row| self.payment_key(row));
        let decision = Decision::Confirm(payments.collect());
        Ok(Decided { decision, customers: vec![self.customer_id(customer)], issues: Vec::new() })
    }

    /// The other ids of a registered customer: of the guest and the registered customers that agents linked to it.
    pub(super) fn linked_ids(self, customer: u32) -> Vec<String> {
        let Some(Who::Registered(registered, _)) = self.who(customer) else { return Vec::new() };
        let founder = self.book.linked_guest(registered);
        let same = self.book.pins.same_as().iter().filter(|(_, speaker)| *speaker == registered);
        let same = same.map(|((_, _, id, _), _)| self.string(*id));
        founder
            .and_then(|founder| self.book.key(founder))
            .map(|key| self.guest_id(key))
            .into_iter()
            .chain(same)
            .collect()
    }

    /// Reads `{ kind, value }`: the kind, and the form by which the value joins.
    pub(super) fn parse_identifier(self, argument: &Argument<'_>) -> Result<(IdentifierKind, String), GuestfolioError> {
        let mut fields = argument.fields()?;
        let kind = fields.required("kind")?.word(IdentifierKind::NAMED, IdentifierKind::named)?;
        let value = fields.required("value")?;
        let form = self.store.form_of(kind, value.text()?);
        let form = form.map_err(|_| value.error(ErrorCode::OutOfRange, "is no identifier of this kind here"))?;
        fields.finish()?;
        Ok((kind, form))
    }

    /// The keys of an identifier: one of live and one of test payments, and for a card one an account.
    pub(super) fn keys_of(self, kind: IdentifierKind, form: &str) -> Vec<u32> {
        let Some(form) = self.store.interner.find(form) else { return Vec::new() };
        self.book.uses.keys_with(kind, form).collect()
    }

    /// The decisions that hold and concern a customer, the newest first.
    pub(super) fn overrides_of(self, customer: u32) -> Vec<OverrideItem> {
        let rows = self.book.customers.payments(customer);
        let is_its = |key: &Key| {
            let row = self.book.payment_with(self.store, key);
            row.is_some_and(|row| self.customer_of(row) == Some(customer)) && !rows.is_empty()
        };
        let concerns = |known: &&Override| match &known.decision {
            Decision::Unlink(key) => is_its(key),
            Decision::MarkShared(kind, form) => {
                let keys = self.keys_of(*kind, form);
                let mut uses = rows.iter().flat_map(|&row| self.book.uses.range(row));
                uses.any(|index| self.book.uses.keys.get(index).is_some_and(|key| keys.contains(key)))
            }
            Decision::Link(..) | Decision::Confirm(_) => known.decision.together().iter().any(|party| match party {
                Party::Payment(key) => is_its(key),
                Party::Registered(key, _) => {
                    self.resolve_customer(&format!("{}:{}:{}", key.source.word(), key.account, key.id)).ok()
                        == Some(customer)
                }
            }),
        };
        let mut found: Vec<OverrideItem> = self.overrides.active().filter(concerns).map(OverrideItem::of).collect();
        found.reverse();
        found
    }

    /// A page of all decisions, the newest first.
    pub fn overrides(self, query: &Query) -> Result<Page<OverrideItem>, GuestfolioError> {
        let all = self.overrides.all();
        let is_here = |number: &u32| all.iter().any(|known| known.number == *number);
        let before: Option<u32> = match query.cursor.as_deref() {
            None => None,
            Some(cursor) => {
                let number = cursor.strip_prefix("o.").and_then(|number| number.parse().ok());
                Some(number.filter(is_here).ok_or_else(invalid_cursor)?)
            }
        };
        let older = all.iter().rev().filter(|known| before.is_none_or(|before| known.number < before));
        let items: Vec<&Override> = older.take(query.limit).collect();
        let oldest = all.first().map(|first| first.number);
        let next = items.last().map(|last| last.number).filter(|&last| Some(last) != oldest);
        Ok(Page {
            schema_version: SchemaVersion::default(),
            items: items.into_iter().map(OverrideItem::of).collect(),
            total: all.len(),
            next: next.map(|number| format!("o.{number}")),
        })
    }
}

impl OverrideItem {
    /// A decision as hosts see it.
    pub fn of(known: &Override) -> Self {
        use super::identity::OverrideUndone;
        use crate::time::rfc3339;
        let (payment_id, identifier) = match &known.decision {
            Decision::Unlink(key) => (Some(key.id.clone()), None),
            Decision::MarkShared(kind, form) => (None, Some(RelatedBy { kind: *kind, value: form.clone() })),
            Decision::Link(..) | Decision::Confirm(_) => (None, None),
        };
        Self {
            id: known.id(),
            action: known.decision.action(),
            customer_ids: known.customers.clone(),
            payment_id,
            identifier,
            actor: known.note.actor.clone(),
            reason: known.note.reason.clone(),
            as_of: rfc3339(known.note.as_of),
            undone: known.undone.as_ref().map(|note| OverrideUndone {
                actor: note.actor.clone(),
                reason: note.reason.clone(),
                as_of: rfc3339(note.as_of),
            }),
            issues: Vec::new(),
        }
    }
}
