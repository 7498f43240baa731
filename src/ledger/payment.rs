//! One payment, put together from its records.

use super::intern::Sym;
use super::link::{Key, Linkage, begun, first_session};
use super::numbers::Numbers;
use super::orders::{LinkedBy, is_shop};
use super::record::{Attempt, AttemptState, Contact, Intent, Method, Mode};
use super::reversal::{Dispute, DisputeState, Refund};
use super::rows::{Chunked, NONE, at};
use super::status::{PaymentStatus, RefundState, Stage, spokesman, stage};
use super::store::Store;
use super::sums::{Sums, disputed_amount, worst_dispute};
use super::tables::Kind;
use crate::money::Currency;
use crate::source::Source;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

/// A customer that a payment names: source, account, id.
pub type Of = (Source, Sym, Sym);

/// Whom a payment names as its customer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Named {
    /// The source's customer, if it is no `gcus_…`.
    own_registered: Option<Of>,
    /// The source's customer, `gcus_…` among them.
    own: Option<Of>,
    /// The customer of the shop's order: then the customer of the payment.
    shop: Option<Of>,
}

impl Named {
    fn new(own: Option<Of>, is_guest_id: bool, shop: Option<Of>) -> Self {
        Self { own_registered: own.filter(|_| !is_guest_id), own, shop }
    }

    /// The registered customer: the shop's, else the gateway's. A guest's id is shown as an alias.
    pub fn registered(self) -> Option<Of> {
        self.shop.or(self.own_registered)
    }

    /// The id of the source's customer, `gcus_…` among them.
    pub fn in_source(self) -> Option<Sym> {
        self.own.map(|(_, _, id)| id)
    }

    /// The gateway's customer, where the shop's is the customer: only another name for it.
    pub fn alias(self) -> Option<Of> {
        self.shop.and(self.own)
    }

    /// All of them.
    pub fn all(self) -> impl Iterator<Item = Of> {
        self.registered().into_iter().chain(self.own)
    }
}

/// What the book keeps of each payment. The rest is put together when somebody asks: there may be millions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// UTC seconds.
    pub created: i64,
    /// Live or test.
    pub mode: Mode,
    /// What its money has done.
    pub status: PaymentStatus,
}

/// How it is kept, in eight bytes.
#[derive(Clone, Copy, Debug)]
struct Kept {
    /// Times are between the years 1970 and 9999.
    created: [u8; 5],
    mode: Mode,
    status: PaymentStatus,
    /// The source's customer is a `gcus_…`.
    is_guest_id: bool,
}

impl Kept {
    fn new(payment: &Payment) -> Self {
        let [created @ .., _, _, _] = payment.created.to_le_bytes();
        Self { created, mode: payment.mode, status: payment.status, is_guest_id: payment.is_guest_id }
    }

    #[inline(always)]
    fn standing(self) -> Standing {
        let [one, two, three, four, five] = self.created;
        let created = i64::from_le_bytes([one, two, three, four, five, 0, 0, 0]);
        Standing { created, mode: self.mode, status: self.status }
    }
}

/// The payments of a book, by slot.
#[derive(Debug, Default)]
pub struct Payments {
    /// `None` where a slot is none, or is counted as another.
    kept: Chunked<Option<Kept>>,
    /// The symbols of the sources' customers, `gcus_…` among them, of those that name one.
    customers: Numbers,
    /// The customers of their orders, of those that have one.
    shop_customers: HashMap<u32, Of, FxBuildHasher>,
}

impl Payments {
    /// What is kept of a payment.
    #[inline(always)]
    pub fn get(&self, slot: u32) -> Option<Standing> {
        self.kept.get(at(slot))?.map(Kept::standing)
    }

    /// Keeps what is to be kept of a payment; `None` for one that is no more. What was kept before.
    pub fn put(&mut self, slot: u32, payment: Option<&Payment>) -> Option<Standing> {
        while self.kept.len() <= at(slot) {
            self.kept.push(None);
        }
        let before = core::mem::replace(self.kept.get_mut(at(slot))?, payment.map(Kept::new));
        let customer = payment.and_then(|payment| payment.customer);
        self.customers.put(slot, customer.map_or(NONE, Sym::number));
        match payment.and_then(|payment| payment.shop_customer) {
            Some(customer) => {
                self.shop_customers.insert(slot, customer);
            }
            None if before.is_some() => {
                self.shop_customers.remove(&slot);
            }
            None => {}
        }
        before.map(Kept::standing)
    }

    /// Whom a payment with this key names.
    pub fn named(&self, slot: u32, (source, account, _): Key) -> Option<Named> {
        let kept = (*self.kept.get(at(slot))?)?;
        let own = self.customers.some(slot).map(|number| (source, account, Sym::numbered(number)));
        Some(Named::new(own, kept.is_guest_id, self.shop_customers.get(&slot).copied()))
    }
}

/// A payment with the records that speak for it.
#[derive(Debug)]
pub struct Assembled {
    /// The payment.
    pub payment: Payment,
    /// The attempt that speaks for it.
    pub attempt: Option<Box<Attempt>>,
    /// Its intent.
    pub intent: Option<Box<Intent>>,
}

/// One payment, put together from its records.
#[derive(Clone, Copy, Debug)]
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
    /// The source's customer is a `gcus_…`.
    pub is_guest_id: bool,
    /// The customer of the shop's order: then the customer of the payment.
    pub shop_customer: Option<Of>,
    /// The row of the shop's order.
    pub order: u32,
    /// What links the payment to the order of another system.
    pub linked_by: Option<LinkedBy>,
    /// Free text.
    pub description: Option<Sym>,
    /// What the attempt that speaks for it says of the payer.
    pub contact: Contact,
    /// How that was paid.
    pub method: Method,
    /// The intent's row.
    pub intent: u32,
    /// The row of the attempt that speaks for the payment.
    pub attempt: u32,
}

impl Payment {
    /// What went back, or is on its way: that money is spoken for.
    pub fn returned(&self) -> i64 {
        self.refunded.saturating_add(self.refund_pending)
    }

    /// captured − refunded − reserved.
    pub fn left(&self) -> i64 {
        self.captured.saturating_sub(self.returned()).max(0)
    }

    /// Whom it names as its customer.
    pub fn named(&self) -> Named {
        let own = self.customer.map(|id| (self.source, self.account, id));
        Named::new(own, self.is_guest_id, self.shop_customer)
    }

    /// The registered customer: the shop's, else the gateway's. A guest's id is shown as an alias.
    pub fn registered_customer(&self) -> Option<Of> {
        self.named().registered()
    }
}

impl Linkage {
    /// Whether a refund is only a hold that was let go: of an attempt that took no money, or of a hold that lapsed.
    pub fn is_release(&self, store: &Store, refund: &Refund) -> bool {
        use AttemptState::{Blocked, Failed, Voided};
        let attempt = refund
            .attempt
            .and_then(|id| store.find(Kind::Attempt, refund.head.source, refund.head.account, id))
            .and_then(|found| store.tables.attempts.get(found.index()));
        attempt.is_some_and(|attempt| matches!(attempt.state, Failed | Blocked | Voided))
            || refund.reason.is_some_and(|reason| store.interner.get(reason) == "expired_uncaptured_charge")
    }

    /// Puts one payment together; nothing where a slot is no payment, or is counted as another.
    pub fn payment(&self, store: &Store, slot: u32) -> Option<Payment> {
        self.assemble(store, slot).map(|assembled| assembled.payment)
    }

    /// The same, with the records that speak for it. Every payment has an intent or an attempt.
    pub fn assemble(&self, store: &Store, slot: u32) -> Option<Assembled> {
        let (source, account, id) = self.key(slot).filter(|_| self.is_payment(slot))?;
        let own_intent = self.intent(store, slot);
        let mut all: SmallVec<[(u32, Box<Attempt>); 1]> = self.attempts(store, slot).collect();
        // Of an order that a gateway counts in part, the order's own sums say nothing of the rest.
        let intent = own_intent.as_deref().filter(|_| !self.orders.is_counted_in_part(slot));
        // Test transactions of a shop's live order are no money.
        let any_live = all.iter().any(|(_, attempt)| attempt.mode != Mode::Test);
        let attempts = || all.iter().map(|(_, attempt)| &**attempt).filter(|a| !any_live || a.mode != Mode::Test);
        let attempt = spokesman(attempts(), |attempt| store.interner.hash(attempt.head.id));
        let stage = stage(intent, attempt);
        // The intent says that an attempt took the money and none of those known did: they failed, and speak for nothing.
        let attempt = attempt.filter(|_| stage != Stage::CapturedByIntent);
        let refunds: Vec<&Refund> =
            self.refunds.of(slot).iter().filter_map(|&r| store.tables.refunds.get(at(r))).collect();
        let disputes: Vec<&Dispute> =
            self.disputes.of(slot).iter().filter_map(|&d| store.tables.disputes.get(at(d))).collect();
        let session = first_session(store, self.sessions.of(slot));
        let kept = intent.filter(|_| stage == Stage::CapturedAsKept).map(|intent| intent.currency);
        let currency = kept.or(attempt.map(|a| a.currency)).or(intent.map(|i| i.currency))?;
        let own = |intent: &&Intent| is_shop(source) && intent.currency == currency || stage == Stage::CapturedAsKept;
        let amount = match intent.filter(own) {
            Some(intent) => intent.amount,
            // A hold and its captures are attempts of their own: what was asked for is the largest.
            None if is_shop(source) => attempts().map(|a| a.amount).max()?,
            None => attempt.map(|a| a.amount).or(intent.map(|i| i.amount))?,
        };
        let released = |refund: &Refund| self.is_release(store, refund);
        let money = Sums::of(attempts(), intent, stage, &refunds, currency, released);
        let raw_of_intent = || intent.and_then(|intent| intent.raw_status);
        let raw_status = match stage {
            Stage::Captured => attempt.and_then(|attempt| attempt.raw_status).or_else(raw_of_intent),
            _ => raw_of_intent().or(attempt.and_then(|attempt| attempt.raw_status)),
        };
        let customer = intent
            .and_then(|intent| intent.customer)
            .or_else(|| attempt.and_then(|attempt| attempt.customer))
            .or_else(|| all.iter().filter_map(|(_, a)| a.customer).min_by_key(|&c| store.interner.get(c)))
            .or_else(|| session.and_then(|session| session.customer));
        let order = self.orders.of_payment(slot);
        let order_record = store.tables.orders.get(at(order));
        let mode = attempt.map(|a| a.mode).filter(|&mode| mode != Mode::Unknown).or(intent.map(|i| i.mode));
        let mode = mode.filter(|&mode| mode != Mode::Unknown).or(order_record.map(|order| order.mode));
        let missing = all.iter().filter(|(_, attempt)| attempt.disputed).any(|(_, attempt)| {
            attempt.dispute.map_or(disputes.is_empty(), |named| disputes.iter().all(|dispute| dispute.head.id != named))
        });
        let status = money.status(stage, amount);
        let spoken = all.iter().position(|(_, one)| attempt.is_some_and(|attempt| core::ptr::eq(&**one, attempt)));
        // The shop's customer is the customer; the gateway's is then only another name for it.
        let shop_customer = order_record.and_then(|o| Some((o.head.source, o.head.account, o.customer?)));
        let description = attempt.and_then(|attempt| attempt.description);
        let contact = attempt.map(|attempt| attempt.contact).unwrap_or_default();
        // A capture may say nothing of the card that the hold named.
        let parent = attempt.and_then(|attempt| attempt.parent);
        let hold = parent.and_then(|parent| all.iter().find(|(_, one)| one.head.id == parent));
        let method = match (attempt.map(|attempt| attempt.method).unwrap_or_default(), hold) {
            (Method { last4: None, fingerprint: None, kind, .. }, Some((_, hold))) => {
                Method { kind: kind.or(hold.method.kind), ..hold.method }
            }
            (method, _) => method,
        };
        let payment = Payment {
            source,
            account,
            id,
            mode: mode.unwrap_or(Mode::Unknown),
            created: begun(own_intent.as_deref(), all.iter().map(|(_, attempt)| attempt.created)),
            status,
            raw_status,
            currency,
            amount,
            captured: money.captured,
            refunded: money.taken.saturating_sub(money.pending),
            refund_pending: money.pending,
            disputed: disputed_amount(&disputes, currency, source, missing),
            refund_state: money.state,
            dispute_state: worst_dispute(&disputes, missing),
            dispute_missing: missing,
            attempt_unknown: stage == Stage::CapturedByIntent,
            refunds_uncertain: money.uncertain,
            release_uncertain: money.release_uncertain,
            refund_recorded: money.recorded || self.orders.shop_credited(slot),
            shop_refund_failed: self.orders.shop_refund_failed(slot),
            by_hand: attempt.is_some_and(|attempt| attempt.by_hand) || status == PaymentStatus::MarkedPaid,
            customer,
            is_guest_id: customer.is_some_and(|id| store.interner.is_guest_id(id)),
            shop_customer,
            order,
            linked_by: self.orders.linked_by(slot),
            description: { own_intent.as_ref() }.and_then(|intent| intent.description).or(description),
            contact,
            method,
            intent: self.intents.at(slot),
            attempt: spoken.and_then(|place| all.get(place)).map_or(NONE, |(row, _)| *row),
        };
        let attempt = spoken.map(|place| all.swap_remove(place).1);
        Some(Assembled { payment, attempt, intent: own_intent })
    }
}
