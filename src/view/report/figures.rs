//! The figures of groups.

use super::super::list::{Cell, Rows, text};
use super::super::{CustomerKind, View};
use super::entry::{Entry, Figures};
use super::query::{ReportKey, ReportMeasure, ReportQuery};
use super::sheet::Sheet;
use crate::ledger::intern::Sym;
use crate::ledger::reversal::{Dispute, Refund};
use crate::money::{Currency, MAX_MINOR, Money};
use crate::order::sorted;
use crate::policy::rule::Period;
use crate::time::{Zone, date_text, first_of_month_and_year, weekday};
use crate::view::discrepancies::finest;
use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;

/// A part of what a group is told apart by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Part {
    Nothing,
    Word(&'static str),
    Flag(bool),
    Text(Sym),
    Code(Currency),
    Customer(u32),
    /// The first day of a period.
    Since(i64),
}

/// A group with its figures.
#[derive(Clone, Debug)]
pub(super) struct Group {
    parts: Vec<Part>,
    sums: Sums,
}

/// What a group came to.
#[derive(Clone, Copy, Debug)]
struct Sums {
    count: usize,
    customers: usize,
    figures: Figures,
}

/// An amount in the finest units of its currency; one that no output can hold exactly is none.
pub(super) fn money(minor: Option<i64>, currency: Option<Currency>) -> Cell {
    let minor = minor.filter(|minor| minor.abs() <= MAX_MINOR);
    let money = minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency, finest(currency)));
    money.map_or(Cell::None(()), Cell::Amount)
}

/// The first day of the local period that an instant is in.
pub(super) fn period_of(period: Period, zone: &Zone, time: i64) -> Option<i64> {
    let day = zone.local_day(time);
    match period {
        Period::Day => Some(day),
        Period::Week => Some(day.saturating_sub(weekday(day))),
        Period::Month => first_of_month_and_year(day).map(|(month, _)| month),
        Period::Year => first_of_month_and_year(day).map(|(_, year)| year),
        Period::Ever => None,
    }
}

/// A period as text: `2026-01-31`, `2026-01`, `2026`; of a week its Monday.
pub(super) fn period_text(period: Period, day: i64) -> String {
    let length = match period {
        Period::Year => 4,
        Period::Month => 7,
        _ => 10,
    };
    date_text(day).get(..length).unwrap_or_default().to_owned()
}

impl View<'_> {
    /// The groups of the rows, in order of their parts; what has none comes last.
    pub(super) fn groups(self, query: &ReportQuery, rows: &Rows) -> Vec<Group> {
        let mut numbers: HashMap<Vec<Part>, usize, FxBuildHasher> = HashMap::default();
        let mut sums: Vec<Sums> = Vec::new();
        let mut seen: HashSet<(usize, u32), FxBuildHasher> = HashSet::default();
        let counts_customers = query.measures.contains(&ReportMeasure::Customers);
        for &row in &rows.list {
            for entry in self.entries(query, row) {
                let parts = self.parts(query, &entry);
                let number = *numbers.entry(parts).or_insert(sums.len());
                if number >= sums.len() {
                    sums.push(Sums { count: 0, customers: 0, figures: Figures::NOTHING });
                }
                let Some(sum) = sums.get_mut(number) else { continue };
                sum.count = sum.count.saturating_add(1);
                sum.figures.add(&entry.figures);
                if let Some(customer) = entry.customer.filter(|_| counts_customers) {
                    sum.customers = sum.customers.saturating_add(usize::from(seen.insert((number, customer))));
                }
            }
        }
        let named = numbers.into_iter().filter_map(|(parts, number)| {
            let name: Vec<(bool, String)> =
                parts.iter().map(|&part| (part == Part::Nothing, self.part_text(part).unwrap_or_default())).collect();
            Some((name, Group { parts, sums: *sums.get(number)? }))
        });
        sorted(named, |a, b| a.0.cmp(&b.0)).into_iter().map(|(_, group)| group).collect()
    }

    fn parts(self, query: &ReportQuery, entry: &Entry<'_>) -> Vec<Part> {
        let since = query.period.map(|period| {
            let day = entry.time.and_then(|time| period_of(period, &query.zone, time));
            day.map_or(Part::Nothing, Part::Since)
        });
        let keys = query.keys.iter().map(|&key| self.part(query, entry, key).unwrap_or(Part::Nothing));
        since.into_iter().chain(keys).collect()
    }

    fn part(self, query: &ReportQuery, entry: &Entry<'_>, key: ReportKey) -> Option<Part> {
        let payment = entry.payment.map(|(_, payment)| payment);
        let customer = entry.customer;
        let own = || self.origin_of(customer?);
        match key {
            ReportKey::Source => payment.map(|of| of.source).or_else(|| Some(own()?.0)).map(|of| Part::Word(of.word())),
            ReportKey::Account => {
                let account = payment.map(|of| of.account).or_else(|| Some(own()?.1));
                account.filter(|&account| !self.text(account).is_empty()).map(Part::Text)
            }
            ReportKey::Livemode => {
                let mode = payment.map(|of| of.mode).or_else(|| customer.map(|customer| self.mode_of(customer)))?;
                mode.livemode().map(Part::Flag)
            }
            ReportKey::Status => self.entry_status(query, entry).map(Part::Word),
            ReportKey::Currency => entry.currency.map(Part::Code),
            ReportKey::Method => {
                let method = match payment {
                    Some(payment) => payment.method.kind,
                    None => self.latest_method(customer?)?.kind,
                };
                method.map(Part::Text)
            }
            ReportKey::Country => {
                let country = match payment {
                    Some(payment) => self.payment_country(&payment),
                    None => self.customer_country(customer?),
                };
                country.map(Part::Text)
            }
            ReportKey::Kind => Some(Part::Word(CustomerKind::of(self.who(customer?)?).word())),
            ReportKey::Customer => customer.map(Part::Customer),
            ReportKey::Reason => {
                let of_refund = |refund: &Refund| refund.reason;
                let of_dispute = |dispute: &Dispute| dispute.reason;
                entry.refund.and_then(of_refund).or_else(|| entry.dispute.and_then(of_dispute)).map(Part::Text)
            }
        }
    }

    fn part_text(self, part: Part) -> Option<String> {
        Some(match part {
            Part::Nothing => return None,
            Part::Word(word) => word.to_owned(),
            Part::Flag(flag) => flag.to_string(),
            Part::Text(sym) => self.string(sym),
            Part::Code(currency) => currency.code(),
            Part::Customer(customer) => self.customer_id(customer),
            Part::Since(day) => date_text(day),
        })
    }

    /// Writes the row of a group.
    pub(super) fn write_group(self, query: &ReportQuery, group: &Group, sheet: &mut Sheet) {
        let currency = group.parts.iter().find_map(|part| match part {
            Part::Code(currency) => Some(*currency),
            _ => None,
        });
        let part = |&part: &Part| match (part, query.period) {
            (Part::Flag(flag), _) => Cell::Flag(flag),
            (Part::Since(day), Some(period)) => Cell::Text(period_text(period, day)),
            _ => text(self.part_text(part)),
        };
        let money = |minor| money(minor, currency);
        let Sums { count, customers, figures } = group.sums;
        let measure = |measure: &ReportMeasure| match measure {
            ReportMeasure::Count => Cell::Number(count),
            ReportMeasure::Customers => Cell::Number(customers),
            ReportMeasure::Payments => Cell::Number(figures.payments),
            ReportMeasure::Amount => money(figures.amount),
            ReportMeasure::Captured => money(figures.captured),
            ReportMeasure::Refunded => money(figures.refunded),
            ReportMeasure::RefundPending => money(figures.pending),
            ReportMeasure::Disputed => money(figures.disputed),
            ReportMeasure::Net => {
                money(figures.captured.zip(figures.refunded).and_then(|(taken, back)| taken.checked_sub(back)))
            }
        };
        sheet.row(group.parts.iter().map(part).chain(query.measures.iter().map(measure)).collect());
    }
}
