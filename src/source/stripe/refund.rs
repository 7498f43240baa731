//! Refund and Dispute: money that goes back, by the merchant or by the payer's bank.

use super::{Parent, Stripe, crosswalk};
use crate::json::value::{Kind, Value};
use crate::ledger::intern::Sym;
use crate::ledger::reversal::{Dispute, DisputeState, Refund, RefundStatus};
use crate::ledger::store::Upsert;
use crate::source::{Field, Path, Read, Reject, mapped, members};

members!(RefundObject {
    id = "id",
    amount = "amount",
    charge = "charge",
    created = "created",
    currency = "currency",
    failure_reason = "failure_reason",
    payment_intent = "payment_intent",
    reason = "reason",
    status = "status",
});
members!(DisputeObject {
    id = "id",
    amount = "amount",
    balance_transactions = "balance_transactions",
    charge = "charge",
    created = "created",
    currency = "currency",
    evidence_details = "evidence_details",
    is_charge_refundable = "is_charge_refundable",
    payment_intent = "payment_intent",
    reason = "reason",
    status = "status",
});

/// The records that a refund or dispute is about, by id and expanded.
struct About<'a> {
    charge: Option<Sym>,
    payment: Option<Sym>,
    objects: [(Option<Value<'a>>, &'static str); 2],
}

impl Stripe<'_> {
    pub(super) fn refund(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let refund = RefundObject::read(record, path, self.notes)?;
        let id = self.record_id(refund.id, path)?;
        let amount = self.record_amount(refund.amount, path)?;
        let currency = self.currency(refund.currency, path)?;
        let created = Field::new(refund.created, path, "created").seconds(self.notes)?;
        let word = Field::new(refund.status, path, "status").word(self.notes)?;
        // Refunds had no status before 2014: what is without one succeeded.
        let known = mapped(crosswalk::REFUND, word.as_deref().unwrap_or("succeeded"));
        let raw_status = self.raw_status(word.as_deref(), known.is_some(), path);
        let status = known.unwrap_or(RefundStatus::Unknown);
        let about = self.about(refund.charge, refund.payment_intent, path)?;
        let record = Refund {
            attempt: about.charge,
            payment: about.payment,
            created,
            currency,
            status,
            raw_status,
            reason: self.text(refund.reason, path, "reason"),
            failure_reason: self.text(refund.failure_reason, path, "failure_reason"),
            ..Refund::new(self.head(id, None), amount)
        };
        let upsert = self.keep(record, path);
        Ok(upsert.or(self.expanded(about, path)))
    }

    pub(super) fn dispute(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let dispute = DisputeObject::read(record, path, self.notes)?;
        let id = self.record_id(dispute.id, path)?;
        let amount = self.record_amount(dispute.amount, path)?;
        let currency = self.currency(dispute.currency, path)?;
        let created = Field::new(dispute.created, path, "created").seconds(self.notes)?;
        let word = Field::new(dispute.status, path, "status").word(self.notes)?;
        let known = word.as_deref().and_then(|word| mapped(crosswalk::DISPUTE, word));
        let raw_status = self.raw_status(word.as_deref(), known.is_some(), path);
        let state = known.unwrap_or(DisputeState::Unknown);
        let refundable = Field::new(dispute.is_charge_refundable, path, "is_charge_refundable").flag(self.notes)?;
        let details = Field::new(dispute.evidence_details, path, "evidence_details");
        let due_by = details.object().and_then(|details| details.get(b"due_by").ok().flatten());
        // 0 and null both mean that nothing can be sent any more.
        let due_by = Field::new(due_by, details.path(), "due_by").seconds(self.notes)?.filter(|&due| due != 0);
        let about = self.about(dispute.charge, dispute.payment_intent, path)?;
        let record = Dispute {
            attempt: about.charge,
            payment: about.payment,
            created,
            currency,
            state,
            raw_status,
            reason: self.text(dispute.reason, path, "reason"),
            refundable,
            due_by,
            ..Dispute::new(self.head(id, None), amount)
        };
        let mut upsert = self.keep(record, path);
        // What the dispute moved of the balance, with its fee.
        let moved = Field::new(dispute.balance_transactions, path, "balance_transactions");
        let movements = dispute.balance_transactions.filter(|list| list.kind() == Kind::Array);
        for (index, movement) in movements.iter().flat_map(|list| list.items()).enumerate() {
            if let Some(movement) = movement.ok().filter(|movement| movement.kind() == Kind::Object) {
                upsert = upsert.or(self.nested(movement, &moved.path().index(index), Parent::default()));
            }
        }
        Ok(upsert.or(self.expanded(about, path)))
    }

    fn about<'a>(
        &mut self,
        charge: Option<Value<'a>>,
        payment: Option<Value<'a>>,
        path: &Path<'_>,
    ) -> Result<About<'a>, Reject> {
        let (charge, charge_object) = self.reference(&Field::new(charge, path, "charge"))?;
        let (payment, payment_object) = self.reference(&Field::new(payment, path, "payment_intent"))?;
        Ok(About {
            charge: charge.or(self.parent.charge),
            payment: payment.or(self.parent.payment),
            objects: [(charge_object, "charge"), (payment_object, "payment_intent")],
        })
    }

    fn expanded(&mut self, about: About<'_>, path: &Path<'_>) -> Upsert {
        let mut upsert = Upsert::Unchanged;
        for (object, key) in about.objects {
            if let Some(object) = object {
                upsert = upsert.or(self.nested(object, &path.key(key), Parent::default()));
            }
        }
        upsert
    }
}
