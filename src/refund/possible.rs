//! Can the gateway do it? Facts of the payment, its refunds, its disputes and its method.
//!
//! Sources of the rules: docs.stripe.com/refunds, /disputes/how-disputes-work and /currencies, read 2026.

use super::method::{OwnWindow, Window};
use super::request::RefundRequest;
use super::verdict::{Check, Deadline};
use super::words::{Answer, CheckCode};
use super::{Asked, Case, method};
use crate::ledger::payment::Payment;
use crate::ledger::reversal::{Dispute, DisputeState, RefundStatus};
use crate::ledger::rows::NONE;
use crate::ledger::status::PaymentStatus;
use crate::money::Money;
use crate::source::Source;
use crate::time::{date_text, rfc3339};

/// Every check, for a request.
pub fn checks(case: &Case<'_>, request: &RefundRequest, asked: Asked) -> Vec<Check> {
    let mut checks = standing(case);
    checks.extend(case.disputes.iter().filter_map(|dispute| partial_refund_of_inquiry(case, dispute, asked)));
    checks.push(method_window(case, request));
    checks.push(as_of(&case.payment, request.as_of));
    checks.extend(fresh(case, request));
    checks.push(amount(case, asked));
    checks.extend(shops_limit(case, asked));
    checks.extend(steps(case, asked));
    checks.extend(by_line(case, asked));
    checks.extend(balance(case, request, asked));
    checks
}

/// The checks that need neither a time nor an amount.
pub fn standing(case: &Case<'_>) -> Vec<Check> {
    let mut checks =
        vec![status(&case.payment), currency(&case.payment), amount_left(case), refunds_known(&case.payment)];
    checks.extend(release(&case.payment));
    checks.extend(outside_gateway(&case.payment));
    checks.extend(recorded(&case.payment));
    checks.extend(order_known(case));
    checks.push(earlier_refunds(case));
    checks.extend(disputes(case));
    checks
}

fn status(payment: &Payment) -> Check {
    use PaymentStatus as Status;
    let (code, answer) = match payment.status {
        Status::Paid | Status::PartiallyCaptured | Status::PartiallyRefunded | Status::Refunded => {
            (CheckCode::Captured, Answer::Yes)
        }
        Status::Authorized => (CheckCode::NotCaptured, Answer::No),
        Status::Incomplete => (CheckCode::PaymentIncomplete, Answer::No),
        Status::Pending => (CheckCode::PaymentPending, Answer::No),
        Status::MarkedPaid => (CheckCode::MarkedPaid, Answer::No),
        Status::Canceled => (CheckCode::PaymentCanceled, Answer::No),
        Status::Failed => (CheckCode::PaymentFailed, Answer::No),
        Status::Blocked => (CheckCode::PaymentBlocked, Answer::No),
        Status::Unknown => (CheckCode::StatusUnknown, Answer::No),
    };
    Check::new(code, answer).word("status", payment.status.word())
}

fn currency(payment: &Payment) -> Check {
    let (code, answer) = match payment.currency.decimals(payment.source) {
        Some(_) => (CheckCode::CurrencyKnown, Answer::Yes),
        None => (CheckCode::CurrencyUnknown, Answer::No),
    };
    Check::new(code, answer).text("currency", &payment.currency.code())
}

fn amount_left(case: &Case<'_>) -> Check {
    let payment = case.payment;
    let (code, answer) = if case.left() > 0 {
        (CheckCode::AmountLeft, Answer::Yes)
    } else if payment.captured == 0 {
        (CheckCode::NothingCaptured, Answer::No)
    } else if payment.left() > 0 {
        // What is left was lost to a dispute.
        (CheckCode::DisputeLost, Answer::No)
    } else if payment.refund_pending > 0 {
        (CheckCode::RefundPending, Answer::No)
    } else {
        (CheckCode::AlreadyRefunded, Answer::No)
    };
    Check::new(code, answer)
        .money("captured", case.money(payment.captured))
        .money("refunded", case.money(payment.refunded))
        .money("refundPending", case.money(payment.refund_pending))
        .money("left", case.money(case.left()))
}

fn refunds_known(payment: &Payment) -> Check {
    if payment.attempt_unknown {
        Check::new(CheckCode::ChargeUnknown, Answer::Unknown)
    } else if payment.refunds_uncertain {
        Check::new(CheckCode::RefundUnknown, Answer::Unknown)
    } else {
        Check::new(CheckCode::RefundsKnown, Answer::Yes)
    }
}

/// Stripe counts the remainder that a partial capture releases as refunded. That cannot be told from a refund of the same
/// amount, so the smaller figure stands and a person looks.
fn release(payment: &Payment) -> Option<Check> {
    payment.release_uncertain.then(|| Check::new(CheckCode::ReleaseMayCount, Answer::Review))
}

/// Cash, a cheque or a bank transfer: the money can go back, but through no gateway.
fn outside_gateway(payment: &Payment) -> Option<Check> {
    let paid = payment.by_hand && payment.status.is_completed();
    paid.then(|| Check::new(CheckCode::OutsideGateway, Answer::Review))
}

/// The shop wrote a refund down and sent no money through a gateway. Whether the payer has it nobody can tell from here.
fn recorded(payment: &Payment) -> Option<Check> {
    payment.refund_recorded.then(|| Check::new(CheckCode::RefundRecordedOnly, Answer::Review))
}

/// Flatpay wants refunds made in the shop. A payment whose order is not here may have come by a payment link.
fn order_known(case: &Case<'_>) -> Option<Check> {
    let linked = case.payment.order != NONE || case.payment.linked_by.is_some();
    let unknown = case.payment.source == Source::Flatpay && !linked;
    (unknown && case.payment.status.is_completed()).then(|| Check::new(CheckCode::OrderUnknown, Answer::Review))
}

fn earlier_refunds(case: &Case<'_>) -> Check {
    if case.refund_met_dispute() {
        return Check::new(CheckCode::RefundMetDispute, Answer::No);
    }
    // Of several the worst counts: a method that is closed stays closed.
    let failed = case.refunds.iter().filter(|(refund, _)| refund.status == RefundStatus::Failed);
    let worst = failed.max_by_key(|(refund, reason)| (is_closed(reason.as_deref()), refund.amount));
    let Some((refund, reason)) = worst else {
        return Check::new(CheckCode::NoRefundFailed, Answer::Yes);
    };
    // The reason itself stays inside: it may say more of the payer's card than an agent may repeat.
    let check = if is_closed(reason.as_deref()) {
        Check::new(CheckCode::OriginalMethodClosed, Answer::Review)
    } else {
        Check::new(CheckCode::EarlierRefundFailed, Answer::Yes)
    };
    check.money("amount", case.money(refund.minor(case.payment.currency)))
}

/// The card or account is lost, expired or refuses, or nobody says why: a refund to it will likely fail again.
fn is_closed(reason: Option<&str>) -> bool {
    matches!(reason, None | Some("lost_or_stolen_card" | "expired_or_canceled_card" | "declined" | "unknown"))
}

/// One check a dispute; the worst of them decides.
fn disputes(case: &Case<'_>) -> Vec<Check> {
    let klarna = case.payment.source == Source::Stripe && case.method.as_deref() == Some("klarna");
    let mut checks: Vec<Check> = case.disputes.iter().map(|dispute| of_dispute(case, dispute, klarna)).collect();
    if case.payment.dispute_missing {
        // The charge says that it is disputed; how that dispute stands is in an object that is not here.
        checks.push(Check::new(CheckCode::DisputeUnknown, Answer::Unknown));
    } else if checks.is_empty() {
        checks.push(Check::new(CheckCode::NoDispute, Answer::Yes));
    }
    checks
}

/// The published table, which the gateway's own `is_charge_refundable` beats.
fn of_dispute(case: &Case<'_>, dispute: &Dispute, klarna: bool) -> Check {
    use DisputeState as State;
    let (code, answer) = match dispute.state {
        State::Inquiry | State::InquiryUnderReview => (CheckCode::DisputeInquiry, Answer::Yes),
        State::InquiryClosed => (CheckCode::InquiryClosed, Answer::Yes),
        _ if klarna => (CheckCode::KlarnaDisputed, Answer::No),
        State::Open | State::UnderReview => (CheckCode::DisputeOpen, Answer::No),
        State::Appeal | State::AppealUnderReview => (CheckCode::DisputeAppeal, Answer::No),
        State::Won => (CheckCode::DisputeWon, Answer::Yes),
        State::Lost => (CheckCode::DisputeLost, Answer::No),
        State::Prevented => (CheckCode::DisputePrevented, Answer::No),
        State::ClosedByRefund => (CheckCode::DisputeClosedByRefund, Answer::Review),
        State::None | State::Unknown => (CheckCode::DisputeUnknown, Answer::Unknown),
    };
    // Where the gateway agrees with the table, the table's word says more.
    let (code, answer) = match (dispute.refundable, answer) {
        (Some(false), Answer::Yes | Answer::Review | Answer::Unknown) => {
            (CheckCode::GatewaySaysNotRefundable, Answer::No)
        }
        (Some(true), Answer::No | Answer::Review | Answer::Unknown) if !klarna && dispute.state == State::Lost => {
            (CheckCode::DisputeLostPartly, Answer::Yes)
        }
        (Some(true), Answer::No | Answer::Review | Answer::Unknown) if !klarna => {
            (CheckCode::GatewaySaysRefundable, Answer::Yes)
        }
        _ => (code, answer),
    };
    let currency = dispute.currency.unwrap_or(case.payment.currency);
    let check = Check::new(code, answer)
        .word("dispute", dispute.state.word())
        .money("amount", Money::new(dispute.amount, currency, dispute.head.source));
    match dispute.refundable {
        Some(refundable) => check.flag("gatewaySaysRefundable", refundable),
        None => check,
    }
}

/// A partial refund leaves an inquiry open; it can still become a dispute over the whole amount.
fn partial_refund_of_inquiry(case: &Case<'_>, dispute: &Dispute, asked: Asked) -> Option<Check> {
    let open = matches!(dispute.state, DisputeState::Inquiry | DisputeState::InquiryUnderReview);
    (open && asked.minor < case.left()).then(|| Check::new(CheckCode::InquiryPartialRefund, Answer::Review))
}

/// The days of the method's window, where it has one, and what was read of it. What the host says goes first.
fn method_days(case: &Case<'_>, request: &RefundRequest) -> (Option<i64>, Option<Window>, bool) {
    let (source, method) = (case.payment.source, case.method.as_deref());
    let own = OwnWindow::find(&request.method_windows, source, method);
    let read = method::window(source, method).filter(|_| own.is_none());
    (own.map_or(read.map(|read| read.days), |own| own.days), read, own.is_some())
}

/// When the method's window ends.
pub fn method_window_end(case: &Case<'_>, request: &RefundRequest) -> Option<Deadline> {
    let (last_day, until) = case.window(method_days(case, request).0?);
    Some(Deadline { at: rfc3339(until), local_date: date_text(last_day), rule: None })
}

fn method_window(case: &Case<'_>, request: &RefundRequest) -> Check {
    let (days, read, set_by_host) = method_days(case, request);
    let named = |check: Check| match &case.method {
        Some(method) => check.text("method", method),
        None => check,
    };
    let Some(days) = days else {
        return named(Check::new(CheckCode::MethodWithoutWindow, Answer::Yes)).flag("setByHost", set_by_host);
    };
    let (_, until) = case.window(days);
    let certain = read.is_none_or(|read| read.documented);
    let (code, answer) = match (request.as_of <= until, certain) {
        (true, _) => (CheckCode::WithinMethodWindow, Answer::Yes),
        (false, true) => (CheckCode::MethodWindowOver, Answer::No),
        (false, false) => (CheckCode::MethodWindowOver, Answer::Review),
    };
    let check = named(Check::new(code, answer)).number("days", days).time("until", until);
    match read {
        Some(read) => {
            let check = check.flag("documented", read.documented);
            match read.page {
                Some(page) => check.word("page", page).word("readAt", method::READ),
                None => check,
            }
        }
        None => check.flag("setByHost", true),
    }
}

/// Where a partial refund names lines, a person chooses those that make up the amount.
fn by_line(case: &Case<'_>, asked: Asked) -> Option<Check> {
    (asked.minor < case.left() && method::refunds_by_line(case.payment.source))
        .then(|| Check::new(CheckCode::PartialByLine, Answer::Review))
}

/// What is known of the payment is as new as the host wants it.
fn fresh(case: &Case<'_>, request: &RefundRequest) -> Option<Check> {
    let max_age = request.max_age?;
    let (code, answer) = match case.known_at {
        None => (CheckCode::FactsAgeUnknown, Answer::Unknown),
        Some(known_at) if request.as_of.saturating_sub(known_at) > max_age => (CheckCode::FactsStale, Answer::Review),
        Some(_) => (CheckCode::FactsFresh, Answer::Yes),
    };
    let check = Check::new(code, answer).number("maxAgeMinutes", max_age / 60);
    Some(match case.known_at {
        Some(known_at) => check.time("knownAt", known_at),
        None => check,
    })
}

fn as_of(payment: &Payment, as_of: i64) -> Check {
    let check = if as_of >= payment.created {
        Check::new(CheckCode::AsOfAfterPayment, Answer::Yes)
    } else {
        Check::new(CheckCode::AsOfBeforePayment, Answer::Unknown)
    };
    check.time("createdAt", payment.created)
}

fn amount(case: &Case<'_>, asked: Asked) -> Check {
    let left = case.left();
    if !asked.named {
        return Check::new(CheckCode::FullAmount, Answer::Yes).money("left", case.money(left));
    }
    let (code, answer) = if asked.currency != case.payment.currency {
        (CheckCode::CurrencyDiffers, Answer::No)
    } else if asked.minor > left {
        (CheckCode::AmountExceedsRefundable, Answer::No)
    } else {
        (CheckCode::AmountWithinRefundable, Answer::Yes)
    };
    Check::new(code, answer)
        .money("requested", Money::new(asked.minor, asked.currency, case.payment.source))
        .money("left", case.money(left))
}

/// More than the shop's refunds leave: the rest may have gone back by a way that the gateway does not know.
fn shops_limit(case: &Case<'_>, asked: Asked) -> Option<Check> {
    let left = case.shops_limit().filter(|&left| asked.minor > left)?;
    Some(Check::new(CheckCode::ShopTakesLess, Answer::Review).money("leftInShop", case.money(left)))
}

/// Stripe takes three-decimal currencies in tens, ISK and UGX in hundreds (docs.stripe.com/currencies).
fn steps(case: &Case<'_>, asked: Asked) -> Option<Check> {
    let step = asked.currency.step(case.payment.source);
    (asked.named && asked.minor.checked_rem(step) != Some(0))
        .then(|| Check::new(CheckCode::AmountNotInSteps, Answer::No).number("step", step))
}

/// With too small a balance a card refund waits for money; a refund to another method fails.
fn balance(case: &Case<'_>, request: &RefundRequest, asked: Asked) -> Option<Check> {
    let (currency, balance) = request.balance?;
    let money = Money::new(balance, currency, case.payment.source);
    let (code, answer) = if currency != case.payment.currency {
        (CheckCode::BalanceUnknown, Answer::Unknown)
    } else if balance >= asked.minor {
        (CheckCode::BalanceSufficient, Answer::Yes)
    } else if case.method.as_deref() == Some("card") {
        (CheckCode::BalanceShortRefundWaits, Answer::Review)
    } else {
        (CheckCode::BalanceShortRefundFails, Answer::No)
    };
    Some(Check::new(code, answer).money("balance", money))
}
