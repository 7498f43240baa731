//! From records to payments and customers.
//!
//! The book is made afresh from the set of records when a question is asked after a change, so it cannot depend on the order
//! of feeding. It links attempts, refunds, disputes and checkouts to their payment, sums their money, and hands identifiers
//! to the grouping.

use super::intern::{Interner, Sym};
use super::link::{Draft, Owners};
use super::orders::{LinkedBy, ShopSide};
use super::record::Mode;
use super::reversal::DisputeState;
use super::status::{PaymentStatus, RefundState};
use super::store::{Kind, Record, Ref, Store};
use super::symmap::SymMap;
use crate::grouping::{self, Entry, Grouping, Known, Pin, Rules};
use crate::identity::{Identifier, IdentifierField, IdentifierKind};
use crate::money::Currency;
use crate::order::sort_rows;
use crate::overrides::pins::{Pins, Registered, Rows};
use crate::overrides::{self, Overrides};
use crate::source::Source;
use core::cmp::Ordering;

/// No row.
pub const NONE: u32 = u32::MAX;

/// A row number as an index.
pub fn at(row: u32) -> usize {
    usize::try_from(row).unwrap_or(usize::MAX)
}

/// An index as a row number.
pub fn row(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}

/// Which rows belong to which owner: one flat list, and where each owner's part starts.
#[derive(Debug, Default)]
pub struct Links {
    rows: Vec<u32>,
    starts: Vec<u32>,
}

impl Links {
    /// Links each row to its owner; rows of [`NONE`] belong to nobody. Rows of one owner keep their order.
    pub fn new(owners: usize, owner_of: &[u32]) -> Self {
        let mut starts = vec![0_u32; owners.saturating_add(1)];
        for &owner in owner_of {
            if let Some(count) = at(owner).checked_add(1).and_then(|next| starts.get_mut(next)) {
                *count = count.saturating_add(1);
            }
        }
        let mut sum = 0_u32;
        for start in &mut starts {
            sum = sum.saturating_add(*start);
            *start = sum;
        }
        let mut rows = vec![NONE; at(sum)];
        let mut next = starts.clone();
        for (index, &owner) in owner_of.iter().enumerate() {
            if let Some(cursor) = next.get_mut(at(owner))
                && let Some(slot) = rows.get_mut(at(*cursor))
            {
                *slot = row(index);
                *cursor = cursor.saturating_add(1);
            }
        }
        Self { rows, starts }
    }

    /// The rows of an owner.
    pub fn of(&self, owner: u32) -> &[u32] {
        let start = self.starts.get(at(owner)).copied().unwrap_or(0);
        let end = at(owner).checked_add(1).and_then(|next| self.starts.get(next)).copied().unwrap_or(start);
        self.rows.get(at(start)..at(end)).unwrap_or_default()
    }
}

/// One payment, put together from its records.
#[derive(Clone, Debug)]
pub struct Payment {
    /// The system.
    pub source: Source,
    /// The account; empty text where none was named.
    pub account: Sym,
    /// The intent's id where one is known, else the attempt's.
    pub id: Sym,
    /// Live or test.
    pub mode: Mode,
    /// UTC seconds.
    pub created: i64,
    /// What its money has done.
    pub status: PaymentStatus,
    /// The source's own word.
    pub raw_status: Option<Sym>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// What was asked for.
    pub amount: i64,
    /// What was taken.
    pub captured: i64,
    /// What went back.
    pub refunded: i64,
    /// What is on its way back, or reserved for it.
    pub refund_pending: i64,
    /// What banks have withdrawn or may withdraw; `None` when a dispute gives no usable amount.
    pub disputed: Option<i64>,
    /// How its refunds stand.
    pub refund_state: RefundState,
    /// How its disputes stand: the worst.
    pub dispute_state: DisputeState,
    /// A dispute is known to exist, and its object is not here.
    pub dispute_missing: bool,
    /// Only the intent is known; what its charge says of refunds is not.
    pub attempt_unknown: bool,
    /// A refund is in another currency or has an unknown status: the sums are not certain.
    pub refunds_uncertain: bool,
    /// A released remainder of a partial capture may be counted among the refunds.
    pub release_uncertain: bool,
    /// A refund was only written down: no gateway is known to have moved its money.
    pub refund_recorded: bool,
    /// Paid outside any gateway.
    pub by_hand: bool,
    /// A refund that was made in the shop failed.
    pub shop_refund_failed: bool,
    /// The source's customer, `gcus_…` among them.
    pub customer: Option<Sym>,
    /// The customer of the shop's order: then the customer of the payment.
    pub shop_customer: Option<(Source, Sym, Sym)>,
    /// The row of the shop's order.
    pub order: u32,
    /// What links the payment to the order of another system.
    pub linked_by: Option<LinkedBy>,
    /// The intent's row.
    pub intent: u32,
    /// The row of the attempt that speaks for the payment.
    pub attempt: u32,
}

impl Payment {
    /// captured − refunded − reserved.
    pub fn left(&self) -> i64 {
        self.captured.saturating_sub(self.refunded).saturating_sub(self.refund_pending).max(0)
    }
}

/// A customer: a guest put together here, or one that the source registered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// The payment that started the guest.
    Guest(u32),
    /// The source's customer: account, id and mode, and the row of its record.
    Registered(Source, Sym, Sym, Mode, u32),
}

/// Everything that questions are asked of.
#[derive(Debug)]
pub struct Book {
    /// All payments, in order of (created, source, account, id).
    pub payments: Vec<Payment>,
    /// All customers.
    pub customers: Vec<Who>,
    /// The customer of each payment.
    pub customer_of: Vec<u32>,
    /// The payments of each customer, in order.
    pub payments_of: Links,
    /// Customers, newest payment first.
    pub newest_first: Vec<u32>,
    /// The attempts of each payment.
    pub attempts: Links,
    /// The refunds of each payment.
    pub refunds: Links,
    /// The disputes of each payment.
    pub disputes: Links,
    /// The checkouts of each payment.
    pub sessions: Links,
    /// What stands beside each payment.
    pub annexes: Links,
    /// Orders that are linked to payments of gateways, seen from the shop.
    pub sides: Vec<ShopSide>,
    /// What agents decided, in rows.
    pub pins: Pins,
    /// How the guests came about.
    pub grouping: Grouping,
    /// The identifiers of each payment, as keys of the grouping: where each payment's part starts.
    pub uses: Uses,
    leads: Owners,
    by_reference: SymMap<(Source, Sym)>,
}

/// The identifiers of payments, flat.
#[derive(Debug, Default)]
pub struct Uses {
    /// Every identifier of every payment.
    pub identifiers: Vec<Identifier>,
    /// Its key in the grouping.
    pub keys: Vec<u32>,
    /// The kind of each key.
    kinds: Vec<IdentifierKind>,
    /// The form of each key.
    forms: Vec<Sym>,
    /// The key of each form.
    by_form: SymMap<Key>,
    /// Where each payment's part starts.
    starts: Vec<usize>,
}

impl Uses {
    /// The form of a key: the text by which it joins.
    pub fn form_of(&self, key: u32) -> Option<Sym> {
        self.forms.get(at(key)).copied()
    }

    /// The kind of a key.
    pub fn kind_of(&self, key: u32) -> Option<IdentifierKind> {
        self.kinds.get(at(key)).copied()
    }

    /// The keys with this form: one of live, one of test payments, and for a card one an account.
    pub fn keys_with(&self, kind: IdentifierKind, form: Sym) -> impl Iterator<Item = u32> {
        self.by_form.of(form).filter(move |((of, _, _), _)| *of == kind).map(|(_, key)| key)
    }

    /// The key of this form among the live payments or the tests; a card has one an account.
    pub fn key_in(&self, kind: IdentifierKind, form: Sym, mode: Mode) -> Option<u32> {
        self.by_form.get(form, (kind, mode, None))
    }

    /// The source and account within which a key holds: a card's.
    pub fn scope_of(&self, key: u32) -> Option<(Source, Sym)> {
        let found = self.by_form.of(self.form_of(key)?).find(|&(_, known)| known == key);
        found.and_then(|((_, _, scope), _)| scope)
    }

    /// The part of a payment.
    pub fn range(&self, payment: u32) -> core::ops::Range<usize> {
        let start = self.starts.get(at(payment)).copied().unwrap_or(0);
        let end = at(payment).checked_add(1).and_then(|next| self.starts.get(next)).copied();
        start..end.unwrap_or(self.keys.len())
    }
}

/// Where an identifier is the same across payments: in its kind, in live or test, and for a card within its source and account.
type Key = (IdentifierKind, Mode, Option<(Source, Sym)>);

impl Book {
    /// Makes the book of all records.
    pub fn new(store: &Store, rules: &Rules, overrides: &Overrides) -> Self {
        let mut draft = Draft::link(store);
        let order = draft.sort(store);
        let mut payments = Vec::with_capacity(order.len());
        payments.extend(order.iter().filter_map(|&old| draft.payment(store, old)));
        let (money, leads) = draft.renumber(&order);
        let links = |owner_of: &[u32]| Links::new(payments.len(), owner_of);
        let (attempts, refunds) = (links(&money.attempts), links(&money.refunds));
        let (disputes, sessions) = (links(&money.disputes), links(&leads.sessions));
        let annexes = links(&leads.annexes);
        let uses = uses(store, &payments, rules.people);
        let mut book = Self {
            customers: Vec::new(),
            customer_of: Vec::new(),
            payments_of: Links::default(),
            newest_first: Vec::new(),
            attempts,
            refunds,
            disputes,
            sessions,
            pins: Pins::default(),
            grouping: Grouping::default(),
            uses,
            annexes,
            sides: draft.orders.sides,
            leads,
            by_reference: draft.by_reference,
            payments,
        };
        book.pins = Pins::new(overrides, &Translated { book: &book, store, people: rules.people });
        book.group(store, rules);
        book.assign_customers(store, rules.people);
        book
    }

    fn group(&mut self, store: &Store, rules: &Rules) {
        let marked = if self.pins.any_marked() {
            let forms = (0_u32..).zip(&self.uses.kinds).map(|(key, &kind)| (kind, self.uses.form_of(key)));
            forms.map(|(kind, form)| form.is_some_and(|form| self.pins.is_marked(kind, form))).collect()
        } else {
            Vec::new()
        };
        let registered = self.pins.are_registered();
        let known = Known { kinds: &self.uses.kinds, marked: &marked, registered: &registered };
        let is_guest = |payment: &Payment| rules.people || registered_customer(store, payment).is_none();
        self.grouping = grouping::assign(rules, &self.entries(is_guest), &known);
    }

    /// The payments as grouping sees them.
    fn entries(&self, is_guest: impl Fn(&Payment) -> bool) -> Vec<Entry<'_>> {
        let entry = |(index, payment): (usize, &Payment)| {
            let pin = self.pins.of(row(index));
            Entry {
                guest: is_guest(payment) || pin == Pin::Alone,
                completed: payment.status.is_completed(),
                identifiers: self.uses.identifiers.get(self.uses.range(row(index))).unwrap_or_default(),
                keys: self.uses.keys.get(self.uses.range(row(index))).unwrap_or_default(),
                pin,
            }
        };
        self.payments.iter().enumerate().map(entry).collect()
    }

    /// Guests first, in order of their first payment, then the registered customers.
    fn assign_customers(&mut self, store: &Store, people: bool) {
        self.customers = self.grouping.founders.iter().map(|&founder| Who::Guest(founder)).collect();
        self.customer_of = self.grouping.guest_of.clone();
        let mut registered: SymMap<(Source, Sym, Mode)> = SymMap::default();
        let mut seen = vec![false; store.tables.customers.len()];
        let mut see = |source, account, id| {
            let record = store.find(Kind::Customer, source, account, id).map_or(NONE, |at| at.row);
            if let Some(seen) = seen.get_mut(at(record)) {
                *seen = true;
            }
            record
        };
        // A guest that an agent linked to a registered customer is that customer.
        for (guest, &group) in self.grouping.registered_of.iter().enumerate() {
            if let Some((source, account, id, mode)) = self.pins.registered(group)
                && let Some(slot) = self.customers.get_mut(guest)
            {
                *slot = Who::Registered(source, account, id, mode, see(source, account, id));
                registered.insert(id, (source, account, mode), row(guest));
            }
        }
        for (index, payment) in self.payments.iter().enumerate() {
            let Some((source, account, id)) = registered_customer(store, payment) else { continue };
            if people {
                see(source, account, id);
            }
            let Some(slot) = self.customer_of.get_mut(index).filter(|slot| **slot == NONE) else { continue };
            let (source, account, id, mode) = self.pins.speaker((source, account, id, payment.mode));
            *slot = registered.get_or_insert_with(id, (source, account, mode), || {
                self.customers.push(Who::Registered(source, account, id, mode, see(source, account, id)));
                row(self.customers.len().saturating_sub(1))
            });
        }
        for &((source, account, id, _), _) in self.pins.same_as() {
            see(source, account, id);
        }
        // A gateway's customer whose payments are a shop's customer's is only another name for it.
        for payment in self.payments.iter().filter(|payment| payment.shop_customer.is_some()) {
            let alias = payment.customer.and_then(|id| store.find(Kind::Customer, payment.source, payment.account, id));
            if let Some(seen) = alias.and_then(|alias| seen.get_mut(alias.index())) {
                *seen = true;
            }
        }
        for (index, customer) in store.tables.customers.iter().enumerate() {
            let head = &customer.head;
            // A guest of an export is known by its payments alone.
            if seen.get(index) == Some(&false) && !is_guest(store, head.id) {
                self.customers.push(Who::Registered(head.source, head.account, head.id, customer.mode, row(index)));
            }
        }
        self.payments_of = Links::new(self.customers.len(), &self.customer_of);
        let mut order: Vec<u32> = (0..self.customers.len()).map(row).collect();
        sort_rows(&mut order, |a, b| self.compare_customers(store, a, b).then(a.cmp(&b)));
        self.newest_first = order;
    }

    /// Newest payment first; customers without a payment last, newest first.
    fn compare_customers(&self, store: &Store, a: u32, b: u32) -> Ordering {
        let last = |customer| self.payments_of.of(customer).last().copied();
        last(b).cmp(&last(a)).then_with(|| self.idle_order(store, b).cmp(&self.idle_order(store, a)))
    }

    /// How customers without a payment are ordered.
    pub fn idle_order<'s>(&self, store: &'s Store, customer: u32) -> (Option<i64>, &'s str, &'s str) {
        match self.customers.get(at(customer)) {
            Some(&Who::Registered(_, account, id, _, record)) => {
                let created = store.tables.customers.get(at(record)).and_then(|customer| customer.created);
                (created, store.interner.get(account), store.interner.get(id))
            }
            _ => (None, "", ""),
        }
    }

    /// Which identifiers more than a household uses: those that join nobody in `guarded`, whatever the preset.
    pub fn widely_used(&self, rules: &Rules) -> Vec<bool> {
        grouping::shared(&self.entries(|_| false), &self.uses.kinds, &rules.limits)
    }

    /// The payment that a record belongs to.
    pub fn payment_of(&self, record: Ref) -> Option<u32> {
        let of = match record.kind {
            Kind::Attempt => &self.leads.attempts,
            Kind::Intent => &self.leads.intents,
            Kind::Refund => &self.leads.refunds,
            Kind::Dispute => &self.leads.disputes,
            Kind::Session => &self.leads.sessions,
            Kind::Order => &self.leads.orders,
            Kind::Annex => &self.leads.annexes,
            Kind::Customer => return None,
        };
        of.get(record.index()).copied().filter(|&payment| payment != NONE)
    }

    /// The payment with this key, or that an attempt with this key is of.
    pub fn payment_with(&self, store: &Store, key: &overrides::Key) -> Option<u32> {
        let (account, id) = (store.interner.find(&key.account)?, store.interner.find(&key.id)?);
        self.payment_with_id(store, key.source, account, id)
    }

    fn payment_with_id(&self, store: &Store, source: Source, account: Sym, id: Sym) -> Option<u32> {
        let by_record = |kind| store.find(kind, source, account, id).and_then(|record| self.payment_of(record));
        let by_reference = || self.by_reference.get(id, (source, account)).filter(|&payment| payment != NONE);
        by_record(Kind::Intent).or_else(by_reference).or_else(|| by_record(Kind::Attempt))
    }

    /// Payments known only by the id that their attempts name.
    pub fn by_reference(&self, id: Sym) -> impl Iterator<Item = (Source, Sym, u32)> {
        self.by_reference.of(id).map(|((source, account), payment)| (source, account, payment))
    }
}

/// A book by which decisions are translated.
struct Translated<'b> {
    book: &'b Book,
    store: &'b Store,
    people: bool,
}

impl Rows for Translated<'_> {
    fn interner(&self) -> &Interner {
        &self.store.interner
    }

    fn payment(&self, source: Source, account: Sym, id: Sym) -> Option<u32> {
        self.book.payment_with_id(self.store, source, account, id)
    }

    fn customer(&self, payment: u32) -> (Option<Registered>, Mode) {
        let Some(payment) = self.book.payments.get(at(payment)) else { return (None, Mode::Unknown) };
        let customer = registered_customer(self.store, payment).filter(|_| !self.people);
        (customer.map(|(source, account, id)| (source, account, id, payment.mode)), payment.mode)
    }

    fn first_payment(&self, customer: Registered, but_for: &[u32]) -> Option<u32> {
        if !self.people {
            return None;
        }
        let (source, account, id, mode) = customer;
        let is_its = |payment: &Payment| {
            payment.mode == mode && registered_customer(self.store, payment) == Some((source, account, id))
        };
        let all = (0_u32..).zip(&self.book.payments);
        all.filter(|(row, payment)| is_its(payment) && !but_for.contains(row)).map(|(row, _)| row).next()
    }
}

/// Whether an id is one that Stripe shows for a guest: `gcus_…`.
fn is_guest(store: &Store, id: Sym) -> bool {
    store.interner.get(id).starts_with("gcus_")
}

/// The registered customer of a payment: the shop's, else the gateway's. A guest's id is shown as an alias.
pub fn registered_customer(store: &Store, payment: &Payment) -> Option<(Source, Sym, Sym)> {
    let own = payment.customer.filter(|&id| !is_guest(store, id));
    payment.shop_customer.or(own.map(|id| (payment.source, payment.account, id)))
}

/// The identifiers of a payment's records, each with the country that it is read in.
pub fn identifiers<'s>(
    store: &'s Store,
    payment: &Payment,
) -> impl Iterator<Item = (Identifier, Option<Sym>)> + use<'s> {
    let attempt = store.tables.attempts.get(at(payment.attempt)).map(Record::identifiers);
    let intent = store.tables.intents.get(at(payment.intent)).map(Record::identifiers);
    let order = store.tables.orders.get(at(payment.order)).map(Record::identifiers);
    let all = attempt.into_iter().chain(intent).chain(order);
    all.flat_map(|(identifiers, country)| identifiers.iter().map(move |&identifier| (identifier, country)))
}

/// The identifiers of all payments.
fn uses(store: &Store, payments: &[Payment], people: bool) -> Uses {
    let mut uses = Uses::default();
    for payment in payments {
        let start = uses.keys.len();
        uses.starts.push(start);
        let customer = registered_customer(store, payment).filter(|_| people).map(|(_, _, value)| {
            (Identifier { kind: IdentifierKind::Customer, field: IdentifierField::CustomerId, value }, None)
        });
        for (identifier, country) in identifiers(store, payment).chain(customer) {
            let Ok(value) = store.form(&identifier, country) else { continue };
            let identifier = Identifier { value, ..identifier };
            let scope = match identifier.kind {
                IdentifierKind::Card => Some((payment.source, payment.account)),
                IdentifierKind::Customer => {
                    registered_customer(store, payment).map(|(source, account, _)| (source, account))
                }
                IdentifierKind::Email | IdentifierKind::Phone => None,
            };
            let key = uses.by_form.get_or_insert_with(identifier.value, (identifier.kind, payment.mode, scope), || {
                uses.kinds.push(identifier.kind);
                uses.forms.push(identifier.value);
                row(uses.kinds.len().saturating_sub(1))
            });
            let known = uses.keys.get(start..).and_then(|keys| keys.iter().position(|&known| known == key));
            match known.and_then(|known| uses.identifiers.get_mut(start.saturating_add(known))) {
                // A field for e-mails says more than a description.
                Some(known) if known.field == IdentifierField::Description => known.field = identifier.field,
                Some(_) => {}
                None => {
                    uses.identifiers.push(identifier);
                    uses.keys.push(key);
                }
            }
        }
    }
    uses
}
