//! A shop whose people are known: households that share cards and phones, typos, placeholders, the shop's own address in every
//! description, resellers who pay with other people's cards. Hard on purpose; what is found can be scored.

use std::collections::BTreeMap;

/// A generator of numbers (SplitMix64): the same shop in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }

    /// True so many times in a thousand.
    pub fn chance(&mut self, per_mille: usize) -> bool {
        self.roll(1000) < per_mille
    }

    fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.roll(list.len())]
    }
}

/// One payment as the gateway has it, and who made it.
#[derive(Clone, Debug)]
pub struct Sale {
    pub person: usize,
    pub created: i64,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub card: Option<String>,
    pub completed: bool,
}

/// The shop's own address, in the description of every payment.
pub const SHOP: &str = "orders@shop.example";
/// What people and plugins write where they have no address or number.
pub const PLACEHOLDER_EMAILS: [&str; 3] = ["noemail@noemail.com", "none@none.com", "test@test.com"];
pub const PLACEHOLDER_PHONES: [&str; 3] = ["+0000000000", "+1111111111", "+1234567890"];

impl Sale {
    pub fn id(number: usize) -> String {
        format!("ch_{number:07}")
    }

    /// The sale as a charge of Stripe.
    pub fn json(&self, number: usize) -> String {
        let card = |fingerprint: &String| serde_json::json!({"type": "card", "card": {"fingerprint": fingerprint}});
        serde_json::json!({
            "id": Self::id(number), "object": "charge", "amount": 1000, "currency": "eur", "created": self.created,
            "livemode": true, "status": if self.completed { "succeeded" } else { "failed" }, "paid": self.completed,
            "captured": self.completed, "description": format!("Order {number}, {SHOP}"),
            "billing_details": {"email": self.email, "phone": self.phone},
            "payment_method_details": self.card.as_ref().map(card),
        })
        .to_string()
    }
}

struct Person {
    emails: Vec<String>,
    phone: String,
    cards: Vec<String>,
}

/// A shop of so many payments, in order of time.
pub fn shop(payments: usize, dice: &mut Dice) -> Vec<Sale> {
    let mut people: Vec<Person> = Vec::new();
    let mut cards = 0;
    let mut new_card = || {
        cards += 1;
        format!("fp{cards}")
    };
    // A third as many people as payments.
    while people.len() * 3 < payments {
        let number = people.len();
        let mut person = |number: usize, dice: &mut Dice, shared: Option<&String>| {
            let domain = dice.pick(&["gmail.com", "example.com", "mail.example", "work.example"]);
            let mut emails = vec![format!("p{number}@{domain}")];
            // One in eight has a second address, for work.
            if dice.chance(125) {
                emails.push(format!("p{number}.work@office{}.example", number % 97));
            }
            let mut own: Vec<String> = (0..1 + usize::from(dice.chance(250))).map(|_| new_card()).collect();
            // Who shares a card pays with it now and then.
            own.extend(shared.cloned());
            Person { emails, phone: format!("+35840{number:07}"), cards: own }
        };
        // One in eight lives in a household that shares a card: two to four people.
        if dice.chance(45) {
            let members = 2 + dice.roll(3);
            let shared = format!("household{number}");
            let landline = format!("+35891{number:07}");
            let same_phone = dice.chance(300);
            for member in 0..members {
                let mut one = person(number + member, dice, Some(&shared));
                if same_phone {
                    one.phone.clone_from(&landline);
                }
                people.push(one);
            }
        } else {
            people.push(person(number, dice, None));
        }
    }
    let mut sales: Vec<Sale> = Vec::with_capacity(payments);
    // Two in a thousand buy for others, with their own address and the others' cards.
    let resellers: Vec<usize> = (0..people.len()).filter(|_| dice.chance(2)).collect();
    for number in 0..payments {
        let person = if dice.chance(10) { *dice.pick(&resellers) } else { dice.roll(people.len()) };
        let who = &people[person];
        let is_reseller = resellers.binary_search(&person).is_ok();
        let card = if is_reseller {
            let other = &people[dice.roll(people.len())];
            other.cards[0].clone()
        } else {
            dice.pick(&who.cards).clone()
        };
        let email = if dice.chance(850) { who.emails[0].clone() } else { dice.pick(&who.emails).clone() };
        let mut sale = Sale {
            person,
            created: 1_700_000_000 + number as i64 * 60,
            email: if dice.chance(960) { Some(email) } else { None },
            phone: if dice.chance(600) { Some(who.phone.clone()) } else { None },
            card: if dice.chance(920) { Some(card) } else { None },
            completed: dice.chance(920),
        };
        if dice.chance(10) {
            // A typo: one letter more.
            sale.email = sale.email.map(|email| format!("{}{email}", (b'a' + dice.roll(26) as u8) as char));
        }
        if dice.chance(10) {
            sale.email = Some((*dice.pick(&PLACEHOLDER_EMAILS)).to_owned());
        }
        if dice.chance(10) {
            sale.phone = Some((*dice.pick(&PLACEHOLDER_PHONES)).to_owned());
        }
        sales.push(sale);
    }
    sales
}

/// Of all pairs of payments put together, how many belong together; of all that belong together, how many were put so.
pub fn score<G: Ord>(sales: &[Sale], groups: &[G]) -> (f64, f64) {
    let pairs = |count: usize| (count * count.saturating_sub(1) / 2) as f64;
    let (mut by_person, mut by_group, mut both) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (sale, group) in sales.iter().zip(groups) {
        *by_person.entry(sale.person).or_insert(0_usize) += 1;
        *by_group.entry(group).or_insert(0_usize) += 1;
        *both.entry((sale.person, group)).or_insert(0_usize) += 1;
    }
    let right: f64 = both.values().map(|&count| pairs(count)).sum();
    let found: f64 = by_group.values().map(|&count| pairs(count)).sum();
    let true_pairs: f64 = by_person.values().map(|&count| pairs(count)).sum();
    (right / found, right / true_pairs)
}
