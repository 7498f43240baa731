//! Payments, as rows and one by one.

use super::list::Listed;
use super::page::{Cursor, ListOf};
use super::shapes::{AttemptView, DisputeView, NoIdentifier, Page, PaymentDetail, PaymentItem, RefundView};
use super::{Query, View};
use crate::decline::explain_attempt;
use crate::error::GuestfolioError;
use crate::identity::{self, IdentifierField};
use crate::issue::SchemaVersion;
use crate::ledger::intern::Sym;
use crate::ledger::link::first_session;
use crate::ledger::payment::{Assembled, Payment};
use crate::ledger::record::{Annex, Attempt, AttemptState, Contact, RecordKind};
use crate::ledger::reversal::{Dispute, Refund};
use crate::ledger::rows::{NONE, at};
use crate::ledger::status::PaymentStatus;
use crate::ledger::uses::each_identifier;
use crate::money::Money;
use crate::order::sorted;
use crate::source::Source;
use crate::time::rfc3339;
use crate::word::words;

words! {
    /// What can be done about a payment now, in the gateway's or the shop's page. Whether a refund is allowed, a verdict says.
    pub enum PaymentAction {
        /// Take the money that is held, or more of it.
        Capture = "capture",
        /// Release the hold, or give up a payment that was not made.
        Cancel = "cancel",
        /// Give money back.
        Refund = "refund",
        /// Answer the bank: evidence can be sent.
        AnswerDispute = "answer_dispute",
    }
}

words! {
    /// What a payment is one of.
    pub enum PricingType {
        /// It stands alone.
        OneTime = "one_time",
        /// A subscription takes it again and again.
        Subscription = "subscription",
    }
}

/// A page's address if a page may open it without harm: `javascript:` and its like are none.
pub(super) fn web_address(page: Option<&str>) -> Option<String> {
    page.filter(|page| page.starts_with("https://")).map(str::to_owned)
}

impl<'l> View<'l> {
    /// A page of payments, newest first unless the query says otherwise.
    pub fn payments(self, query: &Query) -> Result<Page<PaymentItem>, GuestfolioError> {
        if query.is_arranged() {
            let Listed { rows, total, next } = self.list_page(query, true)?;
            let items = rows.into_iter().filter_map(|row| self.payment_item(row)).collect();
            return Ok(Page { schema_version: SchemaVersion::default(), items, total, next });
        }
        let rows = self.payments_of(query.customer.as_deref())?;
        let cursor = self.cursor_of(query.cursor.as_deref(), ListOf::Payments)?;
        Ok(self.payment_page(rows, cursor.as_ref(), query.limit))
    }

    /// All payments, or a customer's, the oldest first.
    pub(super) fn payments_of(self, customer: Option<&str>) -> Result<&'l [u32], GuestfolioError> {
        Ok(match customer {
            Some(customer) => self.book.customers.payments(self.resolve_customer(customer)?),
            None => &self.book.order,
        })
    }

    /// The rows of a page, still oldest first, of rows that are given so; and the cursor of the next page.
    pub(super) fn newest_page<'r>(
        self,
        rows: &'r [u32],
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> (&'r [u32], Option<String>) {
        let until = self.newest_payments(rows, cursor);
        let from = until.saturating_sub(limit);
        let page = rows.get(from..until).unwrap_or_default();
        let next = page.first().filter(|_| from > 0).and_then(|&last| self.payment_cursor(last));
        (page, next.map(|cursor| cursor.text(ListOf::Payments)))
    }

    /// A page of payments that are given oldest first.
    pub(super) fn payment_page(self, rows: &[u32], cursor: Option<&Cursor>, limit: usize) -> Page<PaymentItem> {
        let (page, next) = self.newest_page(rows, cursor, limit);
        Page {
            schema_version: SchemaVersion::default(),
            items: page.iter().rev().filter_map(|&row| self.payment_item(row)).collect(),
            total: rows.len(),
            next,
        }
    }

    pub(super) fn payment_item(self, row: u32) -> Option<PaymentItem> {
        Some(self.item_of(row, &self.assembled(row)?))
    }

    #[inline(never)]
    fn item_of(self, row: u32, of: &Assembled) -> PaymentItem {
        let payment = &of.payment;
        let money = |minor| Self::money(payment, minor);
        let refundable = self.case(row, of).refundable();
        let [receipt, invoice] = self.papers_of(row, payment);
        PaymentItem {
            id: self.string(payment.id),
            source: payment.source,
            account: self.account(payment.account),
            livemode: Self::livemode(payment.mode),
            status: payment.status,
            raw_status: self.owned(payment.raw_status),
            portal_status: Self::portal_status(payment),
            order: self.order_of_payment(payment),
            amount: money(payment.amount),
            captured: money(payment.captured),
            refunded: money(payment.refunded),
            refund_pending: money(payment.refund_pending),
            refundable,
            disputed: payment.disputed.map(money),
            refund_state: payment.refund_state,
            dispute: payment.dispute_state,
            actions: self.actions(row, payment, refundable.minor),
            settles_when_shipped: payment.source == Source::Flatpay
                && payment.status == PaymentStatus::Authorized
                && payment.order != NONE,
            created_at: rfc3339(payment.created),
            customer_id: self.customer_of(row).map(|customer| self.customer_id(customer)).unwrap_or_default(),
            name: self.owned(self.payer(row, payment, |contact| contact.name)),
            email: self.owned(self.payer(row, payment, |contact| contact.email)),
            country: self.owned(self.payment_country(payment)),
            method: self.method(Some(payment.method)),
            description: self.owned(payment.description),
            pricing: self.pricing_of(row, payment),
            receipt_url: receipt,
            invoice_url: invoice,
            tags: self.texts(self.order_tags(payment)),
        }
    }

    /// What can be done now. Flatpay takes the rest of a hold after a first capture; its holds are released as a whole, and only before.
    fn actions(self, row: u32, payment: &Payment, refundable: i64) -> Vec<PaymentAction> {
        use PaymentStatus::{Authorized, Incomplete, PartiallyCaptured};
        let (status, source) = (payment.status, payment.source);
        let is_begun = source == Source::Stripe && status == Incomplete;
        let can_answer = |dispute: &&Dispute| dispute.state.is_open() && dispute.due_by.is_some();
        let actions = [
            (PaymentAction::Capture, status == Authorized || source == Source::Flatpay && status == PartiallyCaptured),
            (PaymentAction::Cancel, status == Authorized || is_begun),
            (PaymentAction::Refund, refundable > 0),
            (PaymentAction::AnswerDispute, self.disputes_of(row).iter().any(can_answer)),
        ];
        actions.into_iter().filter(|(_, can)| *can).map(|(action, _)| action).collect()
    }

    /// What a payment's records say of its payer: its attempt, else its checkout, else its order.
    pub(super) fn payer(self, row: u32, payment: &Payment, of: fn(&Contact) -> Option<Sym>) -> Option<Sym> {
        let session = || first_session(self.store, self.book.link.sessions.of(row)).and_then(|s| of(&s.contact));
        let order = || self.store.tables.orders.get(at(payment.order)).and_then(|order| of(&order.contact));
        of(&payment.contact).or_else(session).or_else(order)
    }

    /// The country of the billing address.
    pub(super) fn payment_country(self, payment: &Payment) -> Option<Sym> {
        let order = || self.store.tables.orders.get(at(payment.order)).and_then(|order| order.contact.country);
        payment.contact.country.or_else(order)
    }

    fn invoices_of(self, row: u32) -> impl Iterator<Item = &'l Annex> {
        let annexes = self.book.link.annexes.of(row).iter();
        let annexes = annexes.filter_map(move |&row| self.store.tables.annexes.get(at(row)));
        annexes.filter(|annex| annex.kind == RecordKind::Invoice)
    }

    /// What the records say of a payment's pricing: Dodo names the subscription, Stripe's invoice does.
    pub(super) fn pricing_of(self, row: u32, payment: &Payment) -> Option<PricingType> {
        let attempt = self.attempt_of(payment);
        let mut invoices = self.invoices_of(row).peekable();
        let is_invoiced = invoices.peek().is_some();
        let is_renewed = { attempt.as_ref() }.is_some_and(|attempt| attempt.subscription.is_some());
        if is_renewed || invoices.any(|one| one.other.is_some()) {
            return Some(PricingType::Subscription);
        }
        // Dodo's exports leave it out; its API never does.
        let is_said = attempt.is_some_and(|of| of.head.source == Source::Dodo && !of.head.from_export);
        (is_invoiced || is_said).then_some(PricingType::OneTime)
    }

    /// Where the payer finds the receipt and the invoice of a payment. What is no web address is none.
    pub(super) fn papers_of(self, row: u32, payment: &Payment) -> [Option<String>; 2] {
        let attempt = self.store.tables.attempts.whole(at(payment.attempt));
        let attempt = attempt.as_ref();
        let on_invoice = || self.invoices_of(row).find_map(|one| one.page.as_deref());
        let invoice = attempt.and_then(|of| of.invoice.as_deref()).or_else(on_invoice);
        [attempt.and_then(|of| of.receipt.as_deref()), invoice].map(web_address)
    }

    /// The tags of a payment's order.
    pub(super) fn order_tags(self, payment: &Payment) -> &'l [Sym] {
        self.store.tables.orders.get(at(payment.order)).map(|order| &*order.tags).unwrap_or_default()
    }

    /// The tags of a payment's order, and of the record of its registered customer.
    pub(super) fn tags_of(self, row: u32, payment: &Payment) -> Vec<Sym> {
        let mut tags = self.order_tags(payment).to_vec();
        let own = self.customer_of(row).and_then(|customer| self.own_record(customer));
        tags.extend(own.iter().flat_map(|record| record.tags.iter()));
        tags
    }

    pub(super) fn texts(self, list: &[Sym]) -> Vec<String> {
        list.iter().map(|&sym| self.string(sym)).collect()
    }

    pub(super) fn attempt_of(self, payment: &Payment) -> Option<Box<Attempt>> {
        self.store.tables.attempts.get(at(payment.attempt))
    }

    /// One payment by any of its ids.
    pub fn payment(self, id: &str) -> Result<PaymentDetail, GuestfolioError> {
        let row = self.resolve_payment(id)?;
        let gone = || GuestfolioError::new(crate::error::ErrorCode::NotFound, "", "no payment with this id");
        let assembled = self.assembled(row).ok_or_else(gone)?;
        let payment = assembled.payment;
        let item = self.item_of(row, &assembled);
        let identifiers = self.book.uses.identifiers_of(row);
        Ok(PaymentDetail {
            schema_version: SchemaVersion::default(),
            phone: self.owned(self.phone_of(&payment)),
            ids: self.ids(row, &item.id),
            attempts: self.attempts(row, &payment),
            refunds: self.refunds(row, &payment),
            disputes: self.disputes(row, &payment),
            records: self.records_of_payment(row),
            identifiers: identifiers.map(|identifier| self.identifier(&identifier)).collect(),
            no_identifiers: self.no_identifiers(&assembled),
            evidence: self.evidence(row),
            payment: item,
        })
    }

    fn phone_of(self, payment: &Payment) -> Option<Sym> {
        let order = self.store.tables.orders.get(at(payment.order));
        let of_order = || order.and_then(|order| order.contact.phone);
        payment.contact.phone.or_else(of_order)
    }

    /// The ids of records elsewhere that a payment's attempts name: a movement of its money, the gateway's ids of a shop's order.
    pub(super) fn named_by_attempts(self, row: u32) -> Vec<Sym> {
        let attempts = &self.store.tables.attempts;
        // Most systems name none: then no attempt has to be read.
        if !attempts.ever_says("transaction") && !attempts.ever_says("references") {
            return Vec::new();
        }
        let own = self.book.link.attempts.of(row).iter().filter_map(|&row| attempts.get(at(row)));
        own.flat_map(|of| of.transaction.into_iter().chain(of.references.to_vec())).collect()
    }

    fn ids(self, row: u32, own: &str) -> Vec<String> {
        let tables = &self.store.tables;
        let attempts =
            self.book.link.attempts.of(row).iter().filter_map(|&r| tables.attempts.head(at(r))).map(|head| head.id);
        let refunds =
            self.book.link.refunds.of(row).iter().filter_map(|&r| tables.refunds.get(at(r))).map(|r| r.head.id);
        let disputes =
            self.book.link.disputes.of(row).iter().filter_map(|&r| tables.disputes.get(at(r))).map(|r| r.head.id);
        let sessions =
            self.book.link.sessions.of(row).iter().filter_map(|&r| tables.sessions.get(at(r))).map(|r| r.head.id);
        let order = tables.orders.get(at(self.book.link.order_of(row))).map(|o| o.head.id);
        let named = self.named_by_attempts(row);
        let all = attempts.chain(refunds).chain(disputes).chain(sessions).chain(order).chain(named);
        let others = all.map(|id| self.string(id)).filter(|id| id != own);
        let mut ids = vec![own.to_owned()];
        ids.extend(sorted(others, String::cmp));
        ids.dedup();
        ids
    }

    fn attempts(self, row: u32, payment: &Payment) -> Vec<AttemptView> {
        let rows = self.book.link.attempts.of(row);
        let attempts = rows.iter().filter_map(|&r| Some((r, self.store.tables.attempts.get(at(r))?)));
        let key = |attempt: &Attempt| (Some(attempt.created), self.text(attempt.head.id));
        let attempts = sorted(attempts, |(_, a), (_, b)| key(a).cmp(&key(b)));
        let view = |(row, attempt): (u32, Box<Attempt>)| AttemptView {
            id: self.string(attempt.head.id),
            state: attempt.state,
            raw_status: self.owned(attempt.raw_status),
            amount: Money::new(attempt.amount, attempt.currency, attempt.head.source),
            captured: Money::new(attempt.captured, attempt.currency, attempt.head.source),
            created_at: rfc3339(attempt.created),
            failure_code: self.owned(attempt.failure[0]),
            failure_reason: self.owned(attempt.failure[1]),
            decline: matches!(attempt.state, AttemptState::Failed | AttemptState::Blocked)
                .then(|| {
                    let codes = attempt.failure.map(|code| code.map(|code| self.text(code)));
                    let codes = codes.each_ref().map(Option::as_deref);
                    explain_attempt(attempt.head.source, attempt.state == AttemptState::Blocked, codes)
                })
                .flatten(),
            method: self.method(Some(attempt.method)),
            identifiers: attempt.identifiers.iter().map(|identifier| self.identifier(identifier)).collect(),
            matched: row == payment.attempt,
        };
        attempts.into_iter().map(view).collect()
    }

    pub(super) fn refund_amount(self, refund: &Refund, payment: &Payment) -> Money {
        let currency = refund.currency.unwrap_or(payment.currency);
        Money::new(refund.minor(currency), currency, refund.head.source)
    }

    pub(super) fn refunds(self, row: u32, payment: &Payment) -> Vec<RefundView> {
        let rows = self.book.link.refunds.of(row);
        let refunds = rows.iter().filter_map(|&r| self.store.tables.refunds.get(at(r)));
        let key = |refund: &Refund| (refund.created, self.text(refund.head.id));
        let refunds = sorted(refunds, |a, b| key(a).cmp(&key(b)));
        let view = |refund: &Refund| RefundView {
            id: self.string(refund.head.id),
            status: refund.status,
            raw_status: self.owned(refund.raw_status),
            amount: self.refund_amount(refund, payment),
            created_at: refund.created.map(rfc3339),
            reason: self.owned(refund.reason),
            failure_reason: self.owned(refund.failure_reason),
        };
        refunds.into_iter().map(view).collect()
    }

    pub(super) fn disputes(self, row: u32, payment: &Payment) -> Vec<DisputeView> {
        let view = |dispute: &Dispute| DisputeView {
            id: self.string(dispute.head.id),
            state: dispute.state,
            raw_status: self.owned(dispute.raw_status),
            amount: Money::new(dispute.amount, dispute.currency.unwrap_or(payment.currency), dispute.head.source),
            created_at: dispute.created.map(rfc3339),
            reason: self.owned(dispute.reason),
            due_by: dispute.due_by.map(rfc3339),
            is_payment_refundable: dispute.refundable,
        };
        self.disputes_of(row).into_iter().map(view).collect()
    }

    /// What stands where an identifier could, and why it is none: in any preset, then in the ledger's own.
    fn no_identifiers(self, of: &Assembled) -> Vec<NoIdentifier> {
        let contact = of.payment.contact;
        let email = contact.email.and_then(|raw| identity::email(&self.text(raw)).err());
        let phone = contact.phone.and_then(|raw| identity::phone(&self.text(raw)).err());
        let fields = [(IdentifierField::BillingEmail, email), (IdentifierField::BillingPhone, phone)];
        let raw = fields.into_iter().filter_map(|(field, flaw)| Some(NoIdentifier { field, reason: flaw? }));
        let mut all: Vec<NoIdentifier> = raw.collect();
        each_identifier(self.store, of, &mut |identifier, country| {
            let reason = self.store.form(&identifier, country).err();
            all.extend(reason.map(|reason| NoIdentifier { field: identifier.field, reason }));
        });
        all
    }
}
