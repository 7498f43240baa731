//! The facts that a verdict is made of, and what a policy's conditions find in them.

use super::Case;
use super::request::RefundRequest;
use crate::ledger::metadata;
use crate::ledger::payment::Payment;
use crate::ledger::record::RecordKind;
use crate::ledger::rows::NONE;
use crate::ledger::status::PaymentStatus;
use crate::policy::fact::{FactName, FactValue};
use crate::source::Source;
use crate::view::{CustomerKind, Strength};
use std::borrow::Cow;

/// What the customer's other payments say. Amounts are in the payment's currency, as its source counts it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CustomerFacts {
    /// Guest or registered.
    pub kind: CustomerKind,
    /// How firmly its payments belong together.
    pub strength: Strength,
    /// UTC seconds of the first payment.
    pub first: i64,
    /// Completed payments. This and what follows is nothing where it is not known how much of it had been at a time of the past.
    pub payments: Option<i64>,
    /// What was taken.
    pub captured: Option<i64>,
    /// What went back, or is on its way.
    pub returned: Option<i64>,
    /// Completed payments of which money went back.
    pub refunds: Option<i64>,
    /// Payments that were disputed.
    pub disputes: Option<i64>,
}

impl Case<'_> {
    /// A fact of a policy's condition, if it is known; `asked` is the amount that is asked about.
    pub fn fact(&self, request: &RefundRequest, asked: i64, fact: &FactName) -> Option<FactValue> {
        if let Some(given) = request.facts.get(fact) {
            return Some(given.clone());
        }
        let payment: &Payment = &self.payment;
        let text = |text: &str| FactValue::Text(text.to_owned());
        let number = |number: i64| Some(FactValue::Number(number));
        let flag = |flag: bool| Some(FactValue::Flag(flag));
        let day = |time: i64| FactValue::Day(self.zone.local_day(time));
        let customer = self.customer;
        // Seen from before a refund of the past, it had not been made.
        let returned = match self.past {
            Some(past) => payment.captured.saturating_sub(past.left),
            None => payment.returned(),
        };
        let status = match (payment.status, self.past) {
            (PaymentStatus::Refunded | PaymentStatus::PartiallyRefunded, Some(_)) if returned == 0 => {
                PaymentStatus::Paid
            }
            (PaymentStatus::Refunded, Some(_)) => PaymentStatus::PartiallyRefunded,
            (status, _) => status,
        };
        // What a method that is known does not say, it does not have: a card's wallet where the source tells of wallets.
        let is_card = self.method.as_deref() == Some("card");
        let no_card = self.method.as_ref().filter(|_| !is_card).map(|_| "");
        let tells_wallets = matches!(payment.source, Source::Stripe) && is_card && self.brand.is_some();
        match &*fact.text() {
            "payment.source" => Some(text(payment.source.word())),
            "payment.account" => Some(text(&self.account)),
            "payment.status" => Some(text(status.word())),
            "payment.livemode" => payment.mode.livemode().map(FactValue::Flag),
            "payment.currency" => Some(FactValue::Text(payment.currency.code())),
            "payment.amount" => number(payment.amount),
            "payment.captured" => number(payment.captured),
            "payment.refunded" => number(returned),
            "payment.method" => self.method.as_deref().map(text),
            "payment.brand" => self.brand.as_deref().or(no_card).map(text),
            "payment.wallet" => self.wallet.as_deref().or(no_card).or(tells_wallets.then_some("")).map(text),
            "payment.country" | "customer.country" => {
                self.country.as_ref().map(|country| text(&country.to_ascii_uppercase()))
            }
            "payment.day" => Some(day(payment.created)),
            "payment.ageDays" => {
                let days = self.zone.local_day(request.as_of).saturating_sub(self.zone.local_day(payment.created));
                number(days)
            }
            "payment.hasOrder" => flag(payment.order != NONE || payment.linked_by.is_some()),
            "payment.hasFraudWarning" => {
                flag(self.annexes.iter().any(|annex| annex.kind == RecordKind::EarlyFraudWarning))
            }
            "request.amount" => number(asked.saturating_add(request.already.0)),
            "request.isPartial" => flag(asked < self.left()),
            "customer.kind" => customer.map(|customer| text(customer.kind.word())),
            "customer.strength" => customer.map(|customer| text(customer.strength.word())),
            "customer.payments" => customer?.payments.map(FactValue::Number),
            "customer.refunds" => customer?.refunds.map(FactValue::Number),
            "customer.refundRate" => {
                let percent = customer?.returned?.checked_mul(100)?.checked_div(customer?.captured?)?;
                number(percent)
            }
            "customer.disputes" => customer?.disputes.map(FactValue::Number),
            "customer.firstPaymentDay" => customer.map(|customer| day(customer.first)),
            "order.isFulfilled" => request.facts.named("order.fulfilledAt").map(|_| FactValue::Flag(true)),
            "order.isDelivered" => request.facts.named("order.deliveredAt").map(|_| FactValue::Flag(true)),
            name => self.metadata.value(name).map(text),
        }
    }
}

/// What the merchant wrote beside records, each as one text; what comes first is asked first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written<'a> {
    /// The texts that are here.
    pub texts: [Option<Cow<'a, str>>; 2],
    /// All that is named is here, and says what is written beside it.
    pub complete: bool,
}

/// What the merchant wrote beside the records of a payment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CaseMetadata<'a> {
    /// Of the payment; of its attempt, which took it over when it was made, only where the payment's own is not here.
    pub payment: Written<'a>,
    /// Of the shop's order.
    pub order: Written<'a>,
    /// Of the shop's customer, and of the gateway's.
    pub customer: Written<'a>,
}

impl CaseMetadata<'_> {
    /// The value of a fact such as `order.metadata.gift`.
    fn value(&self, fact: &str) -> Option<&str> {
        let of = [
            ("payment.metadata.", &self.payment),
            ("order.metadata.", &self.order),
            ("customer.metadata.", &self.customer),
        ];
        let (key, written) = of.iter().find_map(|(prefix, written)| Some((fact.strip_prefix(prefix)?, written)))?;
        metadata::value(written.texts.iter().flatten().map(|text| &**text), written.complete, key)
    }
}
