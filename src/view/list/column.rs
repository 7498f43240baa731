//! What lists show: their columns, and the value of a row in each, by which it is sorted.

use super::super::View;
use super::super::discrepancies::finest;
use crate::error::{ErrorCode, GuestfolioError};
use crate::fold::fold;
use crate::identity::IdentifierKind;
use crate::input::Argument;
use crate::ledger::customers::Who;
use crate::ledger::intern::Sym;
use crate::ledger::payment::Payment;
use crate::ledger::rows::at;
use crate::money::Currency;
use crate::source::Source;
use crate::word::{Word, words};
use core::cmp::Ordering;

words! {
    /// Columns of the customer list.
    pub enum CustomerColumn {
        /// The name given last.
        Name = "name",
        /// The customer's id.
        Id = "id",
        /// Guest or registered.
        Kind = "kind",
        /// The system.
        Source = "source",
        /// The e-mail used last, or a registered customer's own.
        Email = "email",
        /// The phone used last, or a registered customer's own.
        Phone = "phone",
        /// When the customer came to be, in UTC: when it first paid, where no record says.
        Created = "created",
        /// The country of the billing address: a registered customer's own, else the latest payment's.
        Country = "country",
        /// How the latest payment was made.
        Method = "method",
        /// How many payments.
        Payments = "payments",
        /// Money taken, one amount a currency.
        Spent = "spent",
        /// Money given back, one amount a currency.
        Refunded = "refunded",
        /// Money contested or lost to banks, one amount a currency.
        Disputed = "disputed",
        /// When the first payment was made.
        FirstPayment = "first_payment",
        /// When the last payment was made.
        LastPayment = "last_payment",
        /// A dispute or inquiry is open.
        OpenDispute = "open_dispute",
        /// How firmly the payments belong together.
        Strength = "strength",
        /// Whether its system has a portal that it can be invited to: the row has the request.
        Invite = "invite",
    }
}

words! {
    /// Columns of the payment list.
    pub enum PaymentColumn {
        /// When it was made.
        Created = "created",
        /// Its id.
        Id = "id",
        /// The system.
        Source = "source",
        /// What its money has done.
        Status = "status",
        /// The source's own word.
        RawStatus = "raw_status",
        /// What was asked for.
        Amount = "amount",
        /// What was taken.
        Captured = "captured",
        /// What went back.
        Refunded = "refunded",
        /// What the gateway would still return, as far as time does not matter.
        Refundable = "refundable",
        /// What banks contest or have taken back.
        Disputed = "disputed",
        /// How the disputes stand: the worst.
        Dispute = "dispute",
        /// How the refunds stand.
        RefundState = "refund_state",
        /// Whom it belongs to.
        Customer = "customer",
        /// The payer's name.
        Name = "name",
        /// The payer's e-mail.
        Email = "email",
        /// How it was paid.
        Method = "method",
        /// The last four digits of the card.
        Last4 = "last4",
        /// The country of the billing address.
        Country = "country",
        /// The shop's order.
        Order = "order",
        /// The free text of the payment.
        Description = "description",
        /// One payment, or one of a subscription.
        Pricing = "pricing",
    }
}

impl CustomerColumn {
    /// Whether it holds an amount a currency, so that sorting by it needs one.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Spent | Self::Refunded | Self::Disputed)
    }
}

impl PaymentColumn {
    /// Whether it holds an amount, so that sorting by it needs a currency.
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Amount | Self::Captured | Self::Refunded | Self::Refundable | Self::Disputed)
    }
}

/// What a list holds, with its columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    /// Of customers.
    Customer(CustomerColumn),
    /// Of payments.
    Payment(PaymentColumn),
}

impl Column {
    /// Reads one of the columns of a list.
    pub fn parse(argument: &Argument<'_>, of_payments: bool) -> Result<Self, GuestfolioError> {
        if of_payments {
            argument.word(PaymentColumn::WORDS, PaymentColumn::from_word).map(Self::Payment)
        } else {
            argument.word(CustomerColumn::WORDS, CustomerColumn::from_word).map(Self::Customer)
        }
    }

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Customer(column) => column.word(),
            Self::Payment(column) => column.word(),
        }
    }

    /// Whether it holds amounts.
    pub const fn is_money(self) -> bool {
        match self {
            Self::Customer(column) => column.is_money(),
            Self::Payment(column) => column.is_money(),
        }
    }
}

/// What rows are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// The largest, last or newest first.
    pub descending: bool,
    /// Of amounts, which currency.
    pub currency: Option<Currency>,
}

impl Sort {
    /// Newest first.
    pub const fn default_of(of_payments: bool) -> Self {
        let column = if of_payments {
            Column::Payment(PaymentColumn::Created)
        } else {
            Column::Customer(CustomerColumn::LastPayment)
        };
        Self { column, descending: true, currency: None }
    }

    /// Reads `{ by, direction?, currency? }`.
    pub fn parse(sort: &Argument<'_>, of_payments: bool) -> Result<Self, GuestfolioError> {
        let mut fields = sort.fields()?;
        let column = Column::parse(&fields.required("by")?, of_payments)?;
        let descending = match fields.get("direction") {
            None => false,
            Some(direction) => direction.word(&["asc", "desc"], |word| match word {
                "asc" => Some(false),
                "desc" => Some(true),
                _ => None,
            })?,
        };
        let currency = match fields.get("currency") {
            Some(code) if !column.is_money() => {
                return Err(code.error(ErrorCode::UnknownField, "only columns of amounts have a currency"));
            }
            Some(code) => Some(code.currency()?),
            // Two currencies are never compared.
            None if column.is_money() => return Err(fields.missing("currency")),
            None => None,
        };
        fields.finish()?;
        Ok(Self { column, descending, currency })
    }
}

/// The value of a row in a column. Texts of payers are symbols, so that none of them needs to be in a cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Value {
    /// A time, a count, an amount, a place in a closed list.
    Number(i64),
    /// A text that may be the payer's.
    Text(Sym),
    /// An id that was made here.
    Word(String),
}

impl Value {
    /// How two values of one column are ordered; texts without case and marks.
    pub fn compare(&self, other: &Self, view: View<'_>) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) if a == b => Ordering::Equal,
            (Self::Text(a), Self::Text(b)) => {
                let (a, b) = (view.text(*a), view.text(*b));
                fold(&a).cmp(&fold(&b)).then_with(|| a.cmp(&b))
            }
            (Self::Word(a), Self::Word(b)) => a.cmp(b),
            // One column has values of one sort.
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Word(_) => 2,
        }
    }
}

/// An amount that can be compared with others of its currency, however many decimals their sources give it.
fn comparable(minor: i64, currency: Currency, source: Source) -> i64 {
    currency.convert(minor, source, finest(currency))
}

/// The place of a word in its list.
fn place<W: Word>(word: W) -> Option<Value> {
    let places = W::LIST.iter().zip(0_i64..);
    places.into_iter().find(|(known, _)| **known == word.text()).map(|(_, place)| Value::Number(place))
}

fn flag(flag: bool) -> Option<Value> {
    Some(Value::Number(i64::from(flag)))
}

impl View<'_> {
    /// The value of a row in a column; `None` where there is none.
    pub(super) fn value(self, row: u32, sort: &Sort) -> Option<Value> {
        match sort.column {
            Column::Customer(column) => self.customer_value(row, column, sort.currency),
            Column::Payment(column) => self.payment_value(row, column, sort.currency),
        }
    }

    fn customer_value(self, customer: u32, column: CustomerColumn, currency: Option<Currency>) -> Option<Value> {
        let rows = self.book.customers.payments(customer);
        let time = |row: Option<&u32>| row.and_then(|&row| self.standing(row)).map(|of| Value::Number(of.created));
        let sum = |figure: fn(&Payment) -> Option<i64>| {
            let mut of_currency = rows.iter().filter_map(|&row| self.payment_row(row));
            let mut found = None;
            of_currency.try_for_each(|payment| {
                if Some(payment.currency) == currency {
                    let figure = comparable(figure(&payment)?, payment.currency, payment.source);
                    found = Some(found.unwrap_or(0_i64).saturating_add(figure));
                }
                Some(())
            })?;
            found.map(Value::Number)
        };
        match column {
            CustomerColumn::Name => self.name_sym(customer).map(Value::Text),
            CustomerColumn::Id => Some(Value::Word(self.customer_id(customer))),
            CustomerColumn::Kind => flag(matches!(self.who(customer)?, Who::Registered(..))),
            CustomerColumn::Source => place(self.origin_of(customer)?.0),
            CustomerColumn::Email => self.main_contact(customer, IdentifierKind::Email).map(Value::Text),
            CustomerColumn::Phone => self.main_contact(customer, IdentifierKind::Phone).map(Value::Text),
            CustomerColumn::Created => self.customer_created(customer).map(Value::Number),
            CustomerColumn::Country => self.customer_country(customer).map(Value::Text),
            CustomerColumn::Method => self.latest_method(customer)?.kind.map(Value::Text),
            CustomerColumn::Payments => i64::try_from(rows.len()).ok().map(Value::Number),
            CustomerColumn::Spent => sum(|payment| Some(payment.captured)),
            CustomerColumn::Refunded => sum(|payment| Some(payment.refunded)),
            CustomerColumn::Disputed => sum(|payment| payment.disputed),
            CustomerColumn::FirstPayment => time(rows.first()),
            CustomerColumn::LastPayment => time(rows.last()),
            CustomerColumn::OpenDispute => flag(self.has_open_dispute(customer)),
            CustomerColumn::Strength => place(self.strength(customer)),
            CustomerColumn::Invite => flag(self.invite(customer).is_some()),
        }
    }

    fn payment_value(self, row: u32, column: PaymentColumn, currency: Option<Currency>) -> Option<Value> {
        let of = self.assembled(row)?;
        let payment = &of.payment;
        let money = |minor: i64| {
            let is_meant = Some(payment.currency) == currency;
            is_meant.then(|| Value::Number(comparable(minor, payment.currency, payment.source)))
        };
        let order = || self.store.tables.orders.get(at(payment.order));
        match column {
            PaymentColumn::Created => Some(Value::Number(payment.created)),
            PaymentColumn::Id => Some(Value::Text(payment.id)),
            PaymentColumn::Source => place(payment.source),
            PaymentColumn::Status => place(payment.status),
            PaymentColumn::RawStatus => payment.raw_status.map(Value::Text),
            PaymentColumn::Amount => money(payment.amount),
            PaymentColumn::Captured => money(payment.captured),
            PaymentColumn::Refunded => money(payment.refunded),
            PaymentColumn::Refundable => money(self.case(row, &of).refundable().minor),
            PaymentColumn::Disputed => payment.disputed.and_then(money),
            PaymentColumn::Dispute => place(payment.dispute_state),
            PaymentColumn::RefundState => place(payment.refund_state),
            PaymentColumn::Customer => self.customer_of(row).map(|customer| Value::Word(self.customer_id(customer))),
            PaymentColumn::Name => self.payer(row, payment, |contact| contact.name).map(Value::Text),
            PaymentColumn::Email => self.payer(row, payment, |contact| contact.email).map(Value::Text),
            PaymentColumn::Method => payment.method.kind.map(Value::Text),
            PaymentColumn::Last4 => payment.method.last4.map(Value::Text),
            PaymentColumn::Country => self.payment_country(payment).map(Value::Text),
            PaymentColumn::Order => order().map(|order| Value::Text(order.name.unwrap_or(order.head.id))),
            PaymentColumn::Description => payment.description.map(Value::Text),
            PaymentColumn::Pricing => place(self.pricing_of(row, payment)?),
        }
    }
}
