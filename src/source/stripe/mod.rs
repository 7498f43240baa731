//! Stripe: objects of the API in every version still in circulation, alone or in event envelopes.
//!
//! Shapes: the type declarations of npm `stripe` 23 and, for old ones, payloads recorded since 2013.

mod annex;
mod charge;
pub(super) mod crosswalk;
pub(super) mod csv;
mod customer;
mod intent;
mod refund;

use super::{Field, Path, Read, Reader, Reject, members};
use crate::issue::IssueCode;
use crate::json::value::{Kind, Value};
use crate::ledger::intern::Sym;
use crate::ledger::record::Mode;
use crate::ledger::store::Upsert;
use crate::money::Currency;
use std::borrow::Cow;

/// What an enclosing record tells the records inside it, for members that they lack.
#[derive(Clone, Copy, Debug, Default)]
struct Parent {
    charge: Option<Sym>,
    payment: Option<Sym>,
    created: Option<i64>,
    currency: Option<Currency>,
}

/// The reader, with what the record around this one says.
struct Stripe<'s> {
    reader: Reader<'s>,
    parent: Parent,
}

impl<'s> core::ops::Deref for Stripe<'s> {
    type Target = Reader<'s>;
    fn deref(&self) -> &Reader<'s> {
        &self.reader
    }
}

impl<'s> core::ops::DerefMut for Stripe<'s> {
    fn deref_mut(&mut self) -> &mut Reader<'s> {
        &mut self.reader
    }
}

/// Reads one object of any kind.
pub fn read(reader: Reader<'_>, record: Value<'_>, path: &Path<'_>) -> Read {
    Stripe { reader, parent: Parent::default() }.object(record, path)
}

members!(Event { created = "created", account = "account", data = "data", livemode = "livemode" });

impl Stripe<'_> {
    fn object(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        match &*self.object_word(record, path)? {
            "charge" => self.charge(record, path),
            "payment_intent" => self.intent(record, path),
            "refund" => self.refund(record, path),
            "dispute" => self.dispute(record, path),
            "customer" => self.customer(record, path),
            "checkout.session" => self.session(record, path),
            "subscription" => self.subscription(record, path),
            "invoice" => self.invoice(record, path),
            "radar.early_fraud_warning" => self.fraud_warning(record, path),
            "review" => self.review(record, path),
            "balance_transaction" => self.balance_transaction(record, path),
            "event" => self.event(record, path),
            word if is_other_object(word) => self.no_record(path),
            "" if is_api_error(record, path) => self.api_error(record, path),
            _ => Err(self.notes.reject(&path.key("object"), IssueCode::UnknownObject)),
        }
    }

    /// The `object` member; empty when there is none. Usually it is the second member, so the walk ends there.
    fn object_word<'a>(&mut self, record: Value<'a>, path: &Path<'_>) -> Result<Cow<'a, str>, Reject> {
        for member in record.members() {
            let (key, value) = member.map_err(|code| self.notes.reject(path, code))?;
            if *key == *b"object" {
                return Ok(Field::new(Some(value), path, "object").word(self.notes)?.unwrap_or_default());
            }
        }
        Ok(Cow::Borrowed(""))
    }

    /// The envelope of a webhook: its time is the version of what is inside.
    fn event(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let event = Event::read(record, path, self.notes)?;
        if let Some(created) = Field::new(event.created, path, "created").seconds(self.notes)? {
            (self.context.version, self.context.from_event) = (Some(created), true);
        }
        if let Some(account) = Field::new(event.account, path, "account").word(self.notes)? {
            self.context.account = self.store.interner.intern(&account);
        }
        self.context.mode = self.mode(event.livemode, path)?;
        let data_path = path.key("data");
        let inner = match event.data {
            Some(data) => data.get(b"object").map_err(|code| self.notes.reject(&data_path, code))?,
            None => None,
        };
        let field = Field::new(inner, &data_path, "object");
        match field.object() {
            Some(inner) => self.object(inner, field.path()),
            None => Err(field.missing(self.notes)),
        }
    }

    /// An error answer is no record, but may carry the payment that it is about.
    fn api_error(&mut self, record: Value<'_>, path: &Path<'_>) -> Read {
        let error_path = path.key("error");
        let error = record.get(b"error").ok().flatten();
        let inner = error.and_then(|error| error.get(b"payment_intent").ok().flatten());
        match inner.filter(|inner| inner.kind() == Kind::Object) {
            Some(inner) => self.object(inner, &error_path.key("payment_intent")),
            None => Err(self.notes.reject(&error_path, IssueCode::ApiErrorAnswer)),
        }
    }

    /// A record inside this one. What is wrong with it does not reject the record around it.
    fn nested(&mut self, value: Value<'_>, path: &Path<'_>, parent: Parent) -> Upsert {
        let since = self.notes.count();
        let reader = &mut self.reader;
        let (source, context) = (reader.source, reader.context);
        let reader = Reader { source, context, store: &mut *reader.store, notes: &mut *reader.notes };
        let mut inner = Stripe { reader, parent };
        let kind = inner.object_word(value, path);
        let read = match kind.as_deref() {
            // Old refunds and cards inside a charge do not always say what they are.
            Ok("" | "refund") if parent.charge.is_some() => inner.refund(value, path),
            Ok(_) => inner.object(value, path),
            Err(_) => Err(Reject),
        };
        read.unwrap_or_else(|Reject| {
            self.notes.soften(since);
            self.notes.warn(path, IssueCode::NestedRecordRejected);
            Upsert::Unchanged
        })
    }

    /// A member that names another object: its id, or the object itself where the API was asked to expand it.
    fn reference<'a>(&mut self, field: &Field<'a, '_>) -> Result<(Option<Sym>, Option<Value<'a>>), Reject> {
        if let Some(object) = field.object() {
            let id = object.get(b"id").map_err(|code| self.notes.reject(field.path(), code))?;
            return Ok((self.word(id, field.path(), "id")?, Some(object)));
        }
        Ok((field.kept_word(&mut self.reader.store.interner, self.reader.notes)?, None))
    }

    /// The id that a record must have.
    fn record_id(&mut self, value: Option<Value<'_>>, path: &Path<'_>) -> Result<Sym, Reject> {
        let id = Field::new(value, path, "id").id(self.notes)?;
        Ok(self.store.interner.intern(&id))
    }

    /// The amount that a record must have.
    fn record_amount(&mut self, value: Option<Value<'_>>, path: &Path<'_>) -> Result<i64, Reject> {
        let field = Field::new(value, path, "amount");
        field.amount(self.notes)?.ok_or_else(|| field.missing(self.notes))
    }

    /// The currency that a payment must have, its own or that of the record around it.
    fn record_currency(&mut self, value: Option<Value<'_>>, path: &Path<'_>) -> Result<Currency, Reject> {
        let currency = self.currency(value, path)?;
        currency.ok_or_else(|| Field::new(None, path, "currency").missing(self.notes))
    }

    fn mode(&mut self, livemode: Option<Value<'_>>, path: &Path<'_>) -> Result<Mode, Reject> {
        let flag = Field::new(livemode, path, "livemode").flag(self.notes)?;
        Ok(match flag {
            Some(true) => Mode::Live,
            Some(false) => Mode::Test,
            None => self.context.mode,
        })
    }

    /// The currency of a payment record, its own or that of the record around it.
    fn currency(&mut self, value: Option<Value<'_>>, path: &Path<'_>) -> Result<Option<Currency>, Reject> {
        Ok(self.maybe_currency(value, path, "currency")?.or(self.parent.currency))
    }

    /// Notes a status word that no mapping knows, and keeps it.
    fn raw_status(&mut self, raw: Option<&str>, known: bool, path: &Path<'_>) -> Option<Sym> {
        self.reader.raw_status(raw, known, path, "status")
    }

    /// The shop's order that the metadata name. Shops' plugins write it there as `order_id`; people write `order` too.
    fn order_of(&mut self, metadata: Option<Value<'_>>, path: &Path<'_>) -> Option<Sym> {
        let field = Field::new(metadata, path, "metadata");
        let metadata = field.object()?;
        let order = metadata.get(b"order_id").ok().flatten()?;
        self.text(Some(order), field.path(), "order_id")
    }
}

fn is_api_error(record: Value<'_>, path: &Path<'_>) -> bool {
    let error = record.get(b"error").ok().flatten();
    Field::new(error, path, "error").object().is_some()
}

fn is_other_object(word: &str) -> bool {
    let (list, name) = match word.split_once('.') {
        Some((family, _)) => (OTHER_FAMILIES, family),
        None => (OTHER_OBJECTS, word),
    };
    list.split_ascii_whitespace().any(|other| other == name)
}

/// Objects of Stripe's API that are no payment record.
const OTHER_OBJECTS: &str = "
    account account_link account_session apple_pay_domain application application_fee balance balance_settings
    bank_account capability card cash_balance confirmation_token country_spec coupon credit_note
    credit_note_line_item customer_balance_transaction customer_cash_balance_transaction customer_session discount
    ephemeral_key exchange_rate fee_refund file file_link funding_instructions invoice_payment
    invoice_rendering_template invoiceitem item line_item login_link mandate order order_return
    payment_attempt_record payment_intent_amount_details_line_item payment_link payment_method
    payment_method_configuration payment_method_domain payment_record payout person plan price product
    product_feature promotion_code quote recipient scheduled_query_run setup_attempt setup_intent shipping_rate sku
    source source_mandate_notification source_transaction subscription_item subscription_schedule tax_code tax_id
    tax_rate token topup transfer transfer_reversal webhook_endpoint
";

/// Families of such objects, by what stands before the dot: `issuing.card`.
const OTHER_FAMILIES: &str = "
    apps billing billing_portal climate entitlements financial_connections forwarding identity issuing radar
    reporting reserve sigma tax terminal test_helpers treasury
";
