//! What may be shown to the customer itself, in the merchant's own portal.
//!
//! Who is shown as one customer to an agent may be two people of one household. So the host says by what the visitor has signed in, and
//! only payments and records that this identifies are shown: nothing that grouping alone has joined. And nothing internal: no risk, no
//! reasons, no notes, no tags, nobody's identifiers but the visitor's own.

use super::View;
use super::page::{ListOf, Query};
use super::payment::PricingType;
use super::payment::web_address;
use super::resolve::Given;
use super::shapes::{MethodView, Page};
use crate::error::{ErrorCode, GuestfolioError};
use crate::identity::IdentifierKind;
use crate::input::{Argument, Input};
use crate::issue::SchemaVersion;
use crate::ledger::customers::Who;
use crate::ledger::intern::Sym;
use crate::ledger::payment::Payment;
use crate::ledger::record::{Annex, RecordKind};
use crate::ledger::reversal::{Refund, RefundStatus};
use crate::ledger::rows::at;
use crate::ledger::status::PaymentStatus;
use crate::money::Money;
use crate::order::sorted;
use crate::source::Source;
use crate::time::rfc3339;
use hashbrown::HashSet;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

/// Records of each kind that are shown.
const MOST_RECORDS: usize = 200;
/// Ways to have signed in.
const MOST_VERIFIED: usize = 20;

/// What a visitor can have signed in with. A card may be a household's.
const SIGN_INS: [&str; 3] = ["email", "phone", "customer"];
/// Statuses of invoices that are the merchant's own affair: not sent yet, or given up.
const NOT_SENT: [&str; 3] = ["draft", "void", "uncollectible"];

/// Who the visitor is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortalProfile {
    /// The name of the account, else that of the latest payment that is shown.
    pub name: Option<String>,
    /// E-mails that the visitor has signed in with, and the account's own.
    pub emails: Vec<String>,
    /// Phones, likewise.
    pub phones: Vec<String>,
}

/// A refund of a payment, as the customer sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortalRefund {
    /// How much.
    pub amount: Money,
    /// How it stands.
    pub status: RefundStatus,
    /// When it was made.
    pub created_at: Option<String>,
}

/// A payment, as the customer sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortalPayment {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub created_at: String,
    /// What its money has done; one that the gateway's own rules blocked is `failed`.
    pub status: PaymentStatus,
    /// What was asked for.
    pub amount: Money,
    /// What was taken.
    pub captured: Money,
    /// What went back.
    pub refunded: Money,
    /// What is on its way back.
    pub refund_pending: Money,
    /// Its refunds, the first one first; not those that failed.
    pub refunds: Vec<PortalRefund>,
    /// How it was paid.
    pub method: Option<MethodView>,
    /// The number of the shop's order.
    pub order_number: Option<String>,
    /// Where the shop shows how the order stands.
    pub order_url: Option<String>,
    /// One payment, or one of a subscription.
    pub pricing: Option<PricingType>,
    /// Where the receipt is.
    pub receipt_url: Option<String>,
    /// Where the invoice is.
    pub invoice_url: Option<String>,
}

/// A subscription, as the customer sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortalSubscription {
    /// Its id: `prepareRequest({ action: "cancel_subscription", subscriptionId })` takes it.
    pub id: String,
    /// The system.
    pub source: Source,
    /// The product's id.
    pub product: Option<String>,
    /// What it takes each time.
    pub amount: Option<Money>,
    /// It runs.
    pub active: Option<bool>,
    /// It ends with what is paid.
    pub ending: Option<bool>,
    /// When it began.
    pub created_at: Option<String>,
    /// When it renews, or ends.
    pub until: Option<String>,
    /// It runs, nobody has cancelled it, and its system takes a request to cancel it.
    pub can_cancel: bool,
}

/// An invoice, as the customer sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortalInvoice {
    /// Its number, else its id.
    pub number: String,
    /// How much.
    pub amount: Option<Money>,
    /// Somebody still has to pay it.
    pub open: Option<bool>,
    /// When it was made.
    pub created_at: Option<String>,
    /// When it falls due.
    pub due_at: Option<String>,
    /// Where it is.
    pub url: Option<String>,
}

/// A license key, as the customer sees it. The key itself is a secret that no ledger keeps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PortalLicenseKey {
    /// Its id.
    pub id: String,
    /// The product's id.
    pub product: Option<String>,
    /// It can be used.
    pub active: Option<bool>,
    /// When it was made.
    pub created_at: Option<String>,
    /// When it expires.
    pub expires_at: Option<String>,
}

/// What a customer may see of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS, schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Portal {
    /// Version of this output's shape.
    pub schema_version: SchemaVersion,
    /// Who the visitor is.
    pub profile: PortalProfile,
    /// A page of payments, the newest first.
    pub payments: Page<PortalPayment>,
    /// Subscriptions, the newest first; at most 200, as of the others.
    pub subscriptions: Vec<PortalSubscription>,
    /// Invoices.
    pub invoices: Vec<PortalInvoice>,
    /// License keys.
    pub license_keys: Vec<PortalLicenseKey>,
}

/// What the visitor has signed in with.
struct Visitor {
    customer: u32,
    /// Identifiers, in the form by which they join.
    forms: Vec<(IdentifierKind, String)>,
    /// The account is the visitor's: its own id, e-mail or phone is among them.
    owns_account: bool,
    /// Customers of the sources that are the visitor.
    accounts: HashSet<(Source, Sym, Sym), FxBuildHasher>,
}

impl<'l> View<'l> {
    /// What may be shown to a customer: `{ customerId, verified, limit?, cursor? }`.
    pub fn portal(self, query: &Input) -> Result<Portal, GuestfolioError> {
        let mut fields = Argument::root(query).fields()?;
        let id = fields.required("customerId")?;
        let customer = self.resolve_customer(id.text()?).map_err(|error| id.wrap(&error))?;
        let visitor = self.visitor(customer, &fields.required("verified")?)?;
        let Query { limit, cursor, .. } = Query::parse_list(&mut fields)?;
        fields.finish()?;
        let cursor = self.cursor_of(cursor.as_deref(), ListOf::Payments)?;
        let all = self.book.customers.payments(customer);
        let rows: Vec<u32> = all.iter().copied().filter(|&row| self.is_visitors(row, &visitor)).collect();
        let (page, next) = self.newest_page(&rows, cursor.as_ref(), limit);
        let items = page.iter().rev().filter_map(|&row| self.portal_payment(row)).collect();
        let payments = Page { schema_version: SchemaVersion::default(), items, total: rows.len(), next };
        let records = self.visitors_records(&rows, &visitor);
        let of = |kind: RecordKind| records.iter().copied().filter(move |annex| annex.kind == kind).take(MOST_RECORDS);
        let money = |annex: &Annex| Some(Money::new(annex.amount?, annex.currency?, annex.head.source));
        let own = |annex: &Annex| self.string(annex.head.id);
        let subscriptions = of(RecordKind::Subscription).map(|annex| PortalSubscription {
            id: own(annex),
            source: annex.head.source,
            product: self.owned(annex.reason),
            amount: money(annex),
            active: annex.active,
            ending: annex.ending,
            created_at: annex.created.map(rfc3339),
            until: annex.until.map(rfc3339),
            can_cancel: annex.active == Some(true) && annex.ending != Some(true) && self.takes_cancelling(annex),
        });
        let is_sent = |annex: &&Annex| !annex.raw_status.is_some_and(|status| NOT_SENT.contains(&&*self.text(status)));
        let invoices = of(RecordKind::Invoice).filter(is_sent).map(|annex| PortalInvoice {
            number: self.owned(annex.reason).unwrap_or_else(|| own(annex)),
            amount: money(annex),
            open: annex.active,
            created_at: annex.created.map(rfc3339),
            due_at: annex.until.map(rfc3339),
            url: web_address(annex.page.as_deref()),
        });
        let license_keys = of(RecordKind::LicenseKey).map(|annex| PortalLicenseKey {
            id: own(annex),
            product: self.owned(annex.reason),
            active: annex.active,
            created_at: annex.created.map(rfc3339),
            expires_at: annex.until.map(rfc3339),
        });
        Ok(Portal {
            schema_version: SchemaVersion::default(),
            profile: self.portal_profile(&rows, &visitor),
            payments,
            subscriptions: subscriptions.collect(),
            invoices: invoices.collect(),
            license_keys: license_keys.collect(),
        })
    }

    /// Reads what the visitor has signed in with, all of which the customer must have.
    fn visitor(self, customer: u32, verified: &Argument<'_>) -> Result<Visitor, GuestfolioError> {
        let given = verified.one_or_many();
        if given.is_empty() || given.len() > MOST_VERIFIED {
            return Err(verified.error(ErrorCode::OutOfRange, format!("must be 1 to {MOST_VERIFIED} identifiers")));
        }
        let contact = self.own_record(customer).map(|record| record.contact).unwrap_or_default();
        let said: Vec<(IdentifierKind, String)> = { contact.said() }
            .filter_map(|(kind, raw)| Some((kind, self.store.form_in(kind, &self.text(raw), contact.country).ok()?)))
            .collect();
        let named = self.named_at_sources(customer);
        let mut visitor = Visitor { customer, forms: Vec::new(), owns_account: false, accounts: HashSet::default() };
        for one in &given {
            let mut fields = one.fields()?;
            let kind = fields.required("kind")?.word(&SIGN_INS, |word| {
                IdentifierKind::from_word(word).filter(|kind| SIGN_INS.contains(&kind.word()))
            })?;
            let is_id = kind == IdentifierKind::Customer;
            let is_its = if is_id {
                let id = Given::parse(fields.required("value")?.text()?);
                fields.finish()?;
                let is_meant = |(source, account, own): (Source, Sym, Sym)| {
                    self.text(own) == id.id && id.fits(source, &self.text(account))
                };
                let accounts: Vec<_> = named.iter().copied().filter(|&account| is_meant(account)).collect();
                visitor.owns_account |= match self.who(customer) {
                    Some(Who::Registered((source, account, own, _), _)) => is_meant((source, account, own)),
                    _ => false,
                };
                let is_its = !accounts.is_empty();
                visitor.accounts.extend(accounts);
                is_its
            } else {
                let identifier = self.parse_identifier(one)?;
                let is_own = said.contains(&identifier);
                visitor.owns_account |= is_own;
                let rows = self.book.customers.payments(customer).iter();
                let is_used = is_own || rows.into_iter().any(|&row| self.has_identifier(row, &identifier));
                visitor.forms.push(identifier);
                is_used
            };
            if !is_its {
                return Err(one.error(ErrorCode::NotFound, "the customer has no such identifier"));
            }
        }
        if let Some(Who::Registered((source, account, id, _), _)) = self.who(customer).filter(|_| visitor.owns_account)
        {
            visitor.accounts.insert((source, account, id));
        }
        Ok(visitor)
    }

    /// Whether the payer gave an identifier. An address in a description may be anybody's.
    fn has_identifier(self, row: u32, (kind, form): &(IdentifierKind, String)) -> bool {
        let mut identifiers = self.book.uses.identifiers_of(row);
        identifiers.any(|of| of.kind == *kind && of.is_stated() && self.text(of.value) == form.as_str())
    }

    /// Whether a payment of the customer is the visitor's.
    fn is_visitors(self, row: u32, visitor: &Visitor) -> bool {
        let Some(named) = self.book.named(row) else { return false };
        named.all().any(|account| visitor.accounts.contains(&account))
            || visitor.forms.iter().any(|identifier| self.has_identifier(row, identifier))
    }

    /// The records that name the visitor's accounts, and those about the payments that are shown, the newest first.
    fn visitors_records(self, rows: &[u32], visitor: &Visitor) -> Vec<&'l Annex> {
        let mut about: HashSet<u32, FxBuildHasher> = HashSet::default();
        about.extend(rows.iter().flat_map(|&row| self.book.link.annexes.of(row)).copied());
        let subscriptions: HashSet<(Source, Sym, Sym), FxBuildHasher> = { rows.iter() }
            .filter_map(|&row| {
                let attempt = self.assembled(row)?.attempt?;
                Some((attempt.head.source, attempt.head.account, attempt.subscription?))
            })
            .collect();
        let annexes = (0_u32..).zip(&self.store.tables.annexes).filter(|(row, annex)| {
            let key = annex.customer.map(|id| (annex.head.source, annex.head.account, id));
            key.is_some_and(|key| visitor.accounts.contains(&key))
                || about.contains(row)
                || annex.kind == RecordKind::Subscription
                    && subscriptions.contains(&(annex.head.source, annex.head.account, annex.head.id))
        });
        let key = |annex: &Annex| (annex.created, self.text(annex.head.id));
        sorted(annexes.map(|(_, annex)| annex), |a, b| key(b).cmp(&key(a)))
    }

    fn portal_payment(self, row: u32) -> Option<PortalPayment> {
        let payment = self.payment_row(row)?;
        let money = |minor| Self::money(&payment, minor);
        let [receipt, invoice] = self.papers_of(row, &payment);
        let order = self.store.tables.orders.get(at(payment.order));
        Some(PortalPayment {
            id: self.string(payment.id),
            created_at: rfc3339(payment.created),
            status: if payment.status == PaymentStatus::Blocked { PaymentStatus::Failed } else { payment.status },
            amount: money(payment.amount),
            captured: money(payment.captured),
            refunded: money(payment.refunded),
            refund_pending: money(payment.refund_pending),
            refunds: self.portal_refunds(row, &payment),
            method: self.method(Some(payment.method)),
            order_number: self.owned(order.and_then(|order| order.name)),
            order_url: web_address(order.and_then(|order| order.page.as_deref())),
            pricing: self.pricing_of(row, &payment),
            receipt_url: receipt,
            invoice_url: invoice,
        })
    }

    fn portal_refunds(self, row: u32, payment: &Payment) -> Vec<PortalRefund> {
        let refunds = self.book.link.refunds.of(row).iter().filter_map(|&row| self.store.tables.refunds.get(at(row)));
        let shown =
            refunds.filter(|refund| !refund.status.is_undone() && !self.book.link.is_release(self.store, refund));
        let key = |refund: &Refund| (refund.created, self.text(refund.head.id));
        let view = |refund: &Refund| PortalRefund {
            amount: self.refund_amount(refund, payment),
            status: refund.status,
            created_at: refund.created.map(rfc3339),
        };
        sorted(shown, |a, b| key(a).cmp(&key(b))).into_iter().map(view).collect()
    }

    fn portal_profile(self, rows: &[u32], visitor: &Visitor) -> PortalProfile {
        let record = self.own_record(visitor.customer).filter(|_| visitor.owns_account);
        let own = record.map(|record| record.contact).unwrap_or_default();
        let latest =
            || rows.iter().rev().find_map(|&row| self.payer(row, &self.payment_row(row)?, |contact| contact.name));
        let all = |kind: IdentifierKind| {
            let signed_in = visitor.forms.iter().filter(|(of, _)| *of == kind).map(|(_, form)| form.clone());
            let said = own.said().filter(|(of, _)| *of == kind).map(|(_, raw)| self.string(raw));
            let mut list: Vec<String> = signed_in.collect();
            for text in said {
                let is_known =
                    list.iter().any(|known| self.store.form_in(kind, &text, own.country).as_ref() == Ok(known));
                if !is_known {
                    list.push(text);
                }
            }
            list
        };
        PortalProfile {
            name: self.owned(own.name.or_else(latest)),
            emails: all(IdentifierKind::Email),
            phones: all(IdentifierKind::Phone),
        }
    }
}
