//! The facts that a verdict is made of, and what a policy's conditions find in them.

use super::Case;
use super::request::RefundRequest;
use crate::ledger::payment::Payment;
use crate::ledger::record::RecordKind;
use crate::ledger::rows::NONE;
use crate::money::Currency;
use crate::policy::fact::{FactName, FactValue};
use crate::source::Source;
use crate::view::{CustomerKind, Strength};

/// What the customer's other payments say. Amounts are in the payment's currency, as its source counts it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CustomerFacts {
    /// Guest or registered.
    pub kind: CustomerKind,
    /// How firmly its payments belong together.
    pub strength: Strength,
    /// Completed payments.
    pub payments: i64,
    /// Those of which money went back.
    pub refunds: i64,
    /// Those that were disputed.
    pub disputes: i64,
    /// What was taken.
    pub captured: i64,
    /// What went back, or is on its way.
    pub returned: i64,
    /// UTC seconds of the first one.
    pub first: i64,
}

/// Money that went back, or is on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PastRefund {
    /// UTC seconds, where the records say.
    pub at: Option<i64>,
    /// Its currency.
    pub currency: Currency,
    /// Minor units, as the source counts them.
    pub minor: i64,
    /// The source.
    pub source: Source,
}

impl Case<'_> {
    /// A fact of a policy's condition, if it is known.
    pub fn fact(&self, request: &RefundRequest, fact: &FactName) -> Option<FactValue> {
        if let Some(given) = request.facts.get(fact) {
            return Some(given.clone());
        }
        let payment: &Payment = self.payment;
        let text = |text: &str| FactValue::Text(text.to_owned());
        let number = |number: i64| Some(FactValue::Number(number));
        let flag = |flag: bool| Some(FactValue::Flag(flag));
        let day = |time: i64| FactValue::Day(self.zone.local_day(time));
        let customer = self.customer;
        let asked = request.amount.map_or(self.left(), |(_, minor)| minor);
        match &*fact.text() {
            "payment.source" => Some(text(payment.source.word())),
            "payment.account" => Some(text(self.account)),
            "payment.status" => Some(text(payment.status.word())),
            "payment.livemode" => payment.mode.livemode().map(FactValue::Flag),
            "payment.currency" => Some(FactValue::Text(payment.currency.code())),
            "payment.amount" => number(payment.amount),
            "payment.captured" => number(payment.captured),
            "payment.refunded" => number(payment.refunded.saturating_add(payment.refund_pending)),
            "payment.method" => self.method.map(text),
            // Of a method that is known, what it does not say it does not have.
            "payment.brand" => self.brand.or(self.method.map(|_| "")).map(text),
            "payment.wallet" => self.wallet.or(self.method.map(|_| "")).map(text),
            "payment.country" | "customer.country" => self.country.map(|country| text(&country.to_ascii_uppercase())),
            "payment.day" => Some(day(payment.created)),
            "payment.ageDays" => {
                let days = self.zone.local_day(request.as_of).saturating_sub(self.zone.local_day(payment.created));
                number(days)
            }
            "payment.hasOrder" => flag(payment.order != NONE || payment.linked_by.is_some()),
            "payment.hasFraudWarning" => {
                flag(self.annexes.iter().any(|annex| annex.kind == RecordKind::EarlyFraudWarning))
            }
            "request.amount" => number(asked),
            "request.isPartial" => flag(asked < self.left()),
            "customer.kind" => customer.map(|customer| text(customer.kind.word())),
            "customer.strength" => customer.map(|customer| text(customer.strength.word())),
            "customer.payments" => customer.map(|customer| FactValue::Number(customer.payments)),
            "customer.refunds" => customer.map(|customer| FactValue::Number(customer.refunds)),
            "customer.refundRate" => {
                let percent = |of: CustomerFacts| of.returned.checked_mul(100)?.checked_div(of.captured);
                customer.and_then(percent).map(FactValue::Number)
            }
            "customer.disputes" => customer.map(|customer| FactValue::Number(customer.disputes)),
            "customer.firstPaymentDay" => customer.map(|customer| day(customer.first)),
            "order.isFulfilled" => request.facts.named("order.fulfilledAt").map(|_| FactValue::Flag(true)),
            "order.isDelivered" => request.facts.named("order.deliveredAt").map(|_| FactValue::Flag(true)),
            _ => None,
        }
    }
}
