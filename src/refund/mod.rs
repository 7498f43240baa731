//! May this payment be refunded? Three questions that stay apart.
//!
//! | axis | asks |
//! |---|---|
//! | possible | can the gateway do it? |
//! | allowed | does the merchant's policy permit it? |
//! | authority | may this actor do it, at this amount? |
//!
//! Every rule is a pure function from the facts to one check; every check made is in the verdict, not only the first that
//! said no.

mod advice;
mod allowed;
mod authority;
mod facts;
mod flow;
mod method;
mod possible;
mod request;
mod verdict;
mod words;

pub use facts::{CaseMetadata, CustomerFacts, Written};
pub use flow::{CustomerHistory, Flow, Instant, Movement};
pub use request::RefundRequest;
pub use verdict::{Alternative, Arrival, Axis, Bound, Check, Deadline, Fact, Facts, Question, Verdict};
pub use words::{AlternativeCode, Answer, CapCode, CheckCode, Outcome, QuestionCode, Route, TellCode, WarningCode};

use advice::Advice;
use allowed::{Allowed, Deductions};

use crate::ledger::orders::is_shop;
use crate::ledger::payment::Payment;
use crate::ledger::record::{Annex, RecordKind};
use crate::ledger::reversal::{Dispute, DisputeState, Refund, RefundStatus};
use crate::ledger::rows::NONE;
use crate::ledger::status::PaymentStatus;
use crate::money::{Currency, Money};
use crate::source::Source;
use crate::time::{Zone, rfc3339};
use std::borrow::Cow;
use std::rc::Rc;

/// The facts that a verdict is made of.
#[derive(Debug)]
pub struct Case<'a> {
    /// The payment.
    pub payment: Payment,
    /// The id that outputs show.
    pub payment_id: Cow<'a, str>,
    /// The disputes of the payment.
    pub disputes: Vec<&'a Dispute>,
    /// The refunds of the payment, each with the reason why it failed.
    pub refunds: Vec<(&'a Refund, Option<Cow<'a, str>>)>,
    /// The source's word for the payment method.
    pub method: Option<Cow<'a, str>>,
    /// The account; empty where none was named.
    pub account: Cow<'a, str>,
    /// The card's brand.
    pub brand: Option<Cow<'a, str>>,
    /// How the card was used.
    pub wallet: Option<Cow<'a, str>>,
    /// The country of the billing address.
    pub country: Option<Cow<'a, str>>,
    /// What the merchant wrote beside its records.
    pub metadata: CaseMetadata<'a>,
    /// When the money was taken, where the records say.
    pub captured_at: Option<i64>,
    /// When what is known of the payment was true.
    pub known_at: Option<i64>,
    /// The payer has no customer object at the source.
    pub is_guest: bool,
    /// What stands beside the payment, in order of time.
    pub annexes: Vec<&'a Annex>,
    /// What the gateway charged for the payment's disputes.
    pub dispute_fees: Vec<(Currency, i64)>,
    /// Shop and gateway do not agree.
    pub out_of_step: bool,
    /// How the shop stands to a gateway's payment; nothing where no shop's order is linked, or it is of another currency.
    pub shop: Option<ShopStanding>,
    /// The merchant's zone.
    pub zone: &'a Zone,
    /// What the customer's other payments say, where the policy asks.
    pub customer: Option<CustomerFacts>,
    /// The refund of the past that is asked about, which the records have.
    pub past: Option<Past>,
    /// What the customer did, where the policy asks about it or counts what went back to it.
    pub history: Option<Rc<CustomerHistory>>,
    /// What went back to anybody, where the policy counts it.
    pub refunds_of_merchant: Option<Rc<Flow>>,
}

/// A refund that was made, seen from before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Past {
    /// When it was made.
    pub at: Instant,
    /// What was left before it.
    pub left: i64,
}

/// What a shop would still refund, in the payment's units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShopStanding {
    /// What is left of the orders that the payment is for.
    pub left: i64,
    /// The same with what gateways took beyond the orders' totals, of which the shop knows nothing.
    pub most: i64,
}

/// How much is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Asked {
    currency: Currency,
    minor: i64,
    /// The host named it; else it is all that is left, less what the policy keeps.
    named: bool,
}

impl Case<'_> {
    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.payment.currency, self.payment.source)
    }

    /// What the gateway would return as far as the records say, whatever else speaks against it: captured − taken, less
    /// what a lost dispute has taken already.
    fn left(&self) -> i64 {
        if let Some(past) = self.past {
            return past.left;
        }
        let lost = self.disputes.iter().filter(|dispute| dispute.state == DisputeState::Lost);
        // A loss in another currency cannot be set against what is left, so nothing counts as left.
        let taken = lost.fold(0_i64, |taken, dispute| match dispute.currency {
            Some(other) if other != self.payment.currency => i64::MAX,
            _ => taken.saturating_add(dispute.minor(self.payment.currency, self.payment.source)),
        });
        self.payment.left().saturating_sub(taken).max(0)
    }

    /// What the shop's refunds leave of the payment, where that is less than the gateway would return and the shop is asked.
    fn shops_limit(&self) -> Option<i64> {
        let shop = self.shop.filter(|_| self.past.is_none() && !self.is_for_portal())?;
        Some(shop.most).filter(|&most| most < self.left())
    }

    /// The shop would refuse what the gateway took beyond its orders' totals: a payment that was made twice.
    fn is_beyond_shop(&self, asked: i64) -> bool {
        self.shops_limit().is_none() && self.shop.is_some_and(|shop| asked > shop.left)
    }

    /// The last local day of a window of so many days after the payment, and its last second.
    fn window(&self, days: i64) -> (i64, i64) {
        let last_day = self.zone.local_day(self.payment.created).saturating_add(days);
        (last_day, self.zone.end_of_day(last_day))
    }

    /// What the gateway would still return, whenever it is asked: the same rules without those that need a time or an
    /// amount.
    pub fn refundable(&self) -> Money {
        let answer = Axis::of(possible::standing(self)).answer;
        self.money(if answer == Answer::No { 0 } else { self.left() })
    }

    fn asked(&self, request: &RefundRequest, deductions: Deductions) -> Asked {
        if let Some((currency, minor)) = request.amount {
            return Asked { currency, minor, named: true };
        }
        let currency = self.payment.currency;
        // A remainder that the gateway's steps do not take stays with the merchant.
        let over = if deductions.any { deductions.most.checked_rem(currency.step(self.payment.source)) } else { None };
        Asked { currency, minor: deductions.most.saturating_sub(over.unwrap_or(0)), named: false }
    }

    /// What the policy alone says to a request.
    pub fn allowed(&self, request: &RefundRequest) -> Axis {
        let deductions = allowed::deductions(self, request);
        let asked = self.asked(request, deductions);
        Axis::of(allowed::checks(self, request, (asked.currency, asked.minor), deductions).checks)
    }

    /// The verdict on a request.
    pub fn decide(&self, request: &RefundRequest) -> Verdict {
        let deductions = allowed::deductions(self, request);
        let asked = self.asked(request, deductions);
        let possible = Axis::of(possible::checks(self, request, asked));
        let left = self.left();
        let refundable = if possible.answer == Answer::No { 0 } else { left };
        let amount = (asked.currency, asked.minor);
        let Allowed { checks, bounds: of_policy, mut ends, offers } =
            allowed::checks(self, request, amount, deductions);
        let allowed = Axis::of(checks);
        let mut bounds = vec![Bound { code: CapCode::LeftToRefund, amount: self.money(left), rule: None }];
        bounds.extend(self.shops_limit().map(|left| Bound {
            code: CapCode::LeftInShop,
            amount: self.money(left),
            rule: None,
        }));
        bounds.extend(of_policy);
        let authority = Axis::of(authority::checks(self, request, amount, &mut bounds));
        let outcome = Outcome::of([&possible, &allowed, &authority]);
        ends.extend(possible::method_window_end(self, request));
        let axes = [&possible, &allowed, &authority];
        let advice = Advice { case: self, request, outcome, axes, asked };
        let permitted = advice.permitted(&bounds);
        Verdict {
            schema_version: crate::issue::SchemaVersion::default(),
            payment_id: self.payment_id.to_string(),
            as_of: rfc3339(request.as_of),
            outcome,
            refundable: self.money(refundable),
            requested: request.amount.map(|(currency, minor)| Money::new(minor, currency, self.payment.source)),
            permitted: self.money(permitted),
            route: self.route(outcome, asked.minor),
            fee_kept: self.fee_kept(),
            dispute_fee: self.dispute_fee(),
            deadline: ends.into_iter().min_by(|a, b| (&a.at, &a.rule).cmp(&(&b.at, &b.rule))),
            arrival: advice.arrival(),
            refund_email: self.refund_email(),
            alternatives: advice.alternatives(&offers, permitted),
            warnings: advice.warnings(),
            tell: advice.tell(),
            questions: advice.questions(),
            policy_hash: request.policy.as_ref().map(|policy| policy.hash.clone()),
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
            bounds,
            possible,
            allowed,
            authority,
        }
    }

    /// A refund failed since the payment was disputed: the payer is paid back by the bank, so never refund again.
    fn refund_met_dispute(&self) -> bool {
        self.refunds.iter().any(|(_, failure)| failure.as_deref() == Some("charge_for_pending_refund_disputed"))
    }

    fn in_open_dispute(&self) -> bool {
        use DisputeState::{Appeal, AppealUnderReview, Open, UnderReview};
        self.disputes.iter().any(|dispute| matches!(dispute.state, Open | UnderReview | Appeal | AppealUnderReview))
    }

    /// Where to act, first that fits: a hold is voided, a dispute is answered, what is refused goes nowhere.
    fn route(&self, outcome: Outcome, asked: i64) -> Route {
        if self.payment.status == PaymentStatus::Authorized {
            Route::Void
        } else if outcome == Outcome::Ineligible && (self.in_open_dispute() || self.refund_met_dispute()) {
            Route::Dispute
        } else if outcome == Outcome::Ineligible {
            Route::None
        } else if self.is_for_portal() {
            Route::Portal
        } else if self.is_beyond_shop(asked) {
            Route::Gateway
        } else if self.payment.order != NONE
            || self.payment.linked_by.is_some()
            || is_shop(self.payment.source)
            || self.payment.source == Source::Flatpay
        {
            // In the shop, so that both stay in step.
            Route::Shop
        } else {
            Route::Gateway
        }
    }

    /// Flatpay's own portal is for a refund that failed in the shop.
    fn is_for_portal(&self) -> bool {
        let has_failed = |(refund, _): &(&Refund, _)| refund.status == RefundStatus::Failed;
        self.payment.source == Source::Flatpay
            && (self.payment.shop_refund_failed || self.refunds.iter().any(has_failed))
    }

    /// What the gateway charged for the payment, in the currency of the balance; refunds do not return it.
    fn fee_kept(&self) -> Option<Money> {
        let is_charge = |annex: &&&Annex| annex.kind == RecordKind::BalanceTransaction && annex.fee > Some(0);
        // The charge's own comes before those of its refunds and disputes.
        let annex = self.annexes.iter().find(is_charge)?;
        Some(Money::new(annex.fee?, annex.currency?, self.payment.source))
    }

    /// What the gateway charged for disputes. Fees of several currencies have no sum.
    fn dispute_fee(&self) -> Option<Money> {
        let (currency, _) = *self.dispute_fees.first()?;
        let one = self.dispute_fees.iter().all(|(of, _)| *of == currency);
        let sum = self.dispute_fees.iter().fold(0, |sum: i64, (_, fee)| sum.saturating_add(*fee));
        one.then(|| Money::new(sum, currency, self.payment.source))
    }

    /// Stripe's guests get none, and its customers only with a setting on; Dodo mails a receipt.
    fn refund_email(&self) -> Option<bool> {
        match self.payment.source {
            Source::Stripe if self.is_guest => Some(false),
            Source::Dodo => Some(true),
            _ => None,
        }
    }

    fn in_inquiry(&self) -> bool {
        let open = |state| matches!(state, DisputeState::Inquiry | DisputeState::InquiryUnderReview);
        self.disputes.iter().any(|dispute| open(dispute.state))
    }
}
