//! Histories: charges of a few people with few identifiers, so that they meet, and the ways in which they are fed.

use crate::reference::{Identifier, Kind, Limits, Payment, Preset, Rules};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Charge {
    pub id: String,
    pub created: i64,
    email: Option<u8>,
    phone: Option<u8>,
    card: Option<u8>,
    described: Option<u8>,
    fate: u8,
    customer: Option<u8>,
    live: bool,
    amount: i64,
}

impl Charge {
    pub fn named(self, number: usize) -> Self {
        Self { id: format!("ch_{number:03}"), ..self }
    }

    fn completed(&self) -> bool {
        self.fate < 5
    }

    pub fn captured(&self) -> i64 {
        if self.completed() { self.amount } else { 0 }
    }

    /// Whether its description names one of these.
    pub fn describes(&self, erased: &[u8]) -> bool {
        self.described.is_some_and(|described| erased.contains(&described))
    }

    /// Takes the description away.
    pub fn redact(&mut self) {
        self.described = None;
    }

    /// The address in its field for e-mails.
    pub fn email(&self) -> Option<u8> {
        self.email
    }

    /// What the reference knows of it.
    pub fn payment(&self, options: &Options) -> Payment {
        let email = |n: u8| format!("p{n}@example.com");
        let found = [
            (Kind::Email, self.email.map(email)),
            (Kind::Email, self.described.map(email)),
            (Kind::Phone, self.phone.map(|n| format!("+35840123456{n}"))),
            (Kind::Card, self.card.map(|n| format!("fp{n}"))),
        ];
        let in_mode = |(kind, value): (Kind, Option<String>)| Some((kind, format!("{} {}", value?, self.live)));
        let identifiers: BTreeSet<Identifier> = found.into_iter().filter_map(in_mode).collect();
        Payment {
            id: self.id.clone(),
            live: self.live,
            registered: self.customer.map(|n| format!("cus_{n} {}", self.live)),
            completed: self.completed(),
            own_emails: self.email.map(email).into_iter().collect(),
            joining: options.by.clone(),
            identifiers,
        }
    }

    fn json(&self) -> String {
        let (status, paid, captured) = match self.fate {
            0..5 => ("succeeded", true, true),
            5 => ("failed", false, false),
            6 => ("pending", false, false),
            _ => ("succeeded", true, false),
        };
        let card = |n| serde_json::json!({"type": "card", "card": {"fingerprint": format!("fp{n}")}});
        serde_json::json!({
            "id": self.id, "object": "charge", "amount": self.amount, "currency": "eur", "created": self.created,
            "livemode": self.live, "status": status, "paid": paid, "captured": captured,
            "billing_details": {
                // Written in ways that every preset calls the same.
                "email": self.email.map(|n| if n % 2 == 0 { format!(" P{n}@Example.com") } else { format!("p{n}@example.com") }),
                "phone": self.phone.map(|n| if n % 2 == 0 { format!("00358-40-123456{n}") } else { format!("+358 40 123456{n}") }),
            },
            "description": self.described.map(|n| format!("for p{n}@example.com.")),
            "payment_method_details": self.card.map(card),
            "customer": self.customer.map(|n| format!("cus_{n}_{}", self.live)),
        })
        .to_string()
    }
}

pub fn charge() -> impl Strategy<Value = Charge> {
    let some = |n: u8| proptest::option::weighted(0.6, 0..n);
    let who = (0_i64..12, some(6), some(5), some(7), proptest::option::weighted(0.15, 0..6_u8), 0_u8..8);
    let what = (proptest::option::weighted(0.15, 0..3_u8), proptest::bool::weighted(0.95), 1_i64..5000);
    (who, what).prop_map(|((day, email, phone, card, described, fate), (customer, live, amount))| {
        let created = 1_767_225_600 + day * 86_400;
        Charge { id: String::new(), created, email, phone, card, described, fate, customer, live, amount }
    })
}

#[derive(Clone, Debug)]
pub struct Options {
    preset: Preset,
    limits: Limits,
    by: BTreeSet<Kind>,
    people: bool,
    join_by_card: bool,
}

impl Options {
    pub fn rules(&self) -> Rules {
        Rules { preset: self.preset, limits: self.limits, people: self.people, join_by_card: self.join_by_card }
    }

    pub fn json(&self) -> String {
        let by = self.by.iter().map(|kind| kind.word());
        let limits = self.limits;
        serde_json::json!({"grouping": {
            "preset": match self.preset {
                Preset::Stripe => "stripe",
                Preset::Guarded => "guarded",
                Preset::Connected => "connected",
            },
            "by": by.collect::<Vec<_>>(),
            "people": self.people,
            "joinByCard": self.join_by_card,
            "limits": {
                "cardsPerEmail": limits.cards_per_email,
                "cardsPerPhone": limits.cards_per_phone,
                "emailsPerCard": limits.emails_per_card,
                "emailsPerPhone": limits.emails_per_phone,
            },
        }})
        .to_string()
    }
}

pub fn options(preset: Preset) -> impl Strategy<Value = Options> {
    let limits = (1..5_usize, 1..5_usize, 1..5_usize, 1..5_usize);
    let all = [Kind::Email, Kind::Phone, Kind::Card];
    let by = prop_oneof![3 => Just(all.to_vec()), 1 => proptest::sample::subsequence(all.to_vec(), 1..=3)];
    let flags = (proptest::bool::weighted(0.2), proptest::bool::weighted(0.2));
    (limits, by, flags).prop_map(move |((a, b, c, d), by, (people, join_by_card))| Options {
        preset,
        people,
        join_by_card,
        limits: Limits { cards_per_email: a, cards_per_phone: b, emails_per_card: c, emails_per_phone: d },
        by: by.into_iter().collect(),
    })
}

/// A version of a charge: the one with the greatest version stays.
#[derive(Clone, Debug)]
pub struct Record {
    pub slot: u8,
    pub version: u32,
    pub charge: Charge,
}

impl Record {
    /// The event that brought this version.
    pub fn json(&self) -> String {
        let created = 1_800_000_000 + i64::from(self.version);
        let (id, object) = (format!("evt_{}_{}", self.slot, self.version), self.charge.json());
        format!(
            r#"{{"id":"{id}","object":"event","type":"charge.updated","created":{created},"livemode":{},"data":{{"object":{object}}}}}"#,
            self.charge.live
        )
    }
}

/// What happens to a ledger. Numbers name one of what is there then.
#[derive(Clone, Debug)]
pub enum Step {
    Feed(Vec<Record>),
    Link(usize, usize),
    Unlink(usize),
    Shared(usize, usize),
    Confirm(usize),
    Undo(usize),
    /// The ledger is saved, and goes on from its snapshot.
    Restart,
    /// The customer of a payment is erased.
    Forget(usize),
}

/// Steps, and whether a question is asked after each.
pub type History = Vec<(Step, bool)>;

/// How the records of one step are fed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Feeding {
    Batch,
    OneByOne,
    /// The last one first, and some of them twice.
    Backwards,
}

impl Feeding {
    pub fn texts(self, records: &[Record]) -> Vec<String> {
        let texts: Vec<String> = records.iter().map(Record::json).collect();
        match self {
            Self::Batch => vec![texts.join("\n")],
            Self::OneByOne => texts,
            Self::Backwards => texts.iter().rev().chain(texts.iter().step_by(3)).cloned().collect(),
        }
    }
}

pub fn histories() -> impl Strategy<Value = History> {
    let record = || {
        (0..24_u8, 0..4_u32, charge()).prop_map(|(slot, version, charge)| {
            // A charge is not live today and a test tomorrow, nor made at another time.
            let live = slot % 16 != 0;
            let created = 1_767_225_600 + i64::from(slot * 7 % 12) * 86_400;
            Record { slot, version, charge: Charge { live, created, ..charge }.named(usize::from(slot)) }
        })
    };
    let one = any::<usize>;
    let step = prop_oneof![
        6 => proptest::collection::vec(record(), 1..10).prop_map(Step::Feed),
        // So many at once that everything is made anew.
        1 => proptest::collection::vec(record(), 80..100).prop_map(Step::Feed),
        2 => (one(), one()).prop_map(|(a, b)| Step::Link(a, b)),
        1 => one().prop_map(Step::Unlink),
        1 => (one(), one()).prop_map(|(a, b)| Step::Shared(a, b)),
        1 => one().prop_map(Step::Confirm),
        1 => one().prop_map(Step::Undo),
        1 => Just(Step::Restart),
        1 => one().prop_map(Step::Forget),
    ];
    proptest::collection::vec((step, any::<bool>()), 1..12).prop_map(|mut history| {
        // No two versions of a charge are of the same time.
        let mut number = 0;
        for record in history
            .iter_mut()
            .filter_map(|(step, _)| if let Step::Feed(records) = step { Some(records) } else { None })
            .flatten()
        {
            number += 1;
            record.version = record.version * 1000 + number;
        }
        history
    })
}
