use super::*;
use crate::identity::{Identifier, IdentifierField, IdentifierKind};
use crate::ledger::fields::{Need, Visit};
use crate::ledger::record::{Attempt, Intent, Mode, Stamp, Sum, Url};
use crate::money::Currency;
use crate::source::Source;
use crate::word::Word;
use proptest::prelude::*;

/// Sets each field to what the next number says.
struct Fill<'n> {
    numbers: &'n [u32],
    next: usize,
    most: u32,
}

impl Fill<'_> {
    fn number(&mut self) -> u32 {
        self.next += 1;
        self.numbers[self.next % self.numbers.len()].rotate_left(self.next as u32)
    }
    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (!self.number().is_multiple_of(3)).then(|| make(self))
    }
    fn sym(&mut self) -> Sym {
        Sym::numbered(self.number() % self.most)
    }
    fn some_amount(&mut self) -> i64 {
        let number = i64::from(self.number());
        [0, number, -number, number << 20, 7][self.number() as usize % 5]
    }
    fn list<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Box<[T]> {
        (0..self.number() % 4).map(|_| make(self)).collect()
    }
}

impl Visit for Fill<'_> {
    fn text(&mut self, _: &'static str, value: &mut Option<Sym>) {
        *value = self.maybe(Self::sym);
    }
    fn amount(&mut self, _: &'static str, need: Need, value: &mut Option<i64>) {
        let is_needed = need == Need::Required || value.is_some();
        *value = if is_needed { Some(self.some_amount()) } else { self.maybe(Self::some_amount) };
    }
    fn time(&mut self, name: &'static str, need: Need, value: &mut Option<i64>) {
        self.amount(name, need, value);
    }
    fn flag(&mut self, _: &'static str, value: &mut bool) {
        *value = self.number().is_multiple_of(2);
    }
    fn maybe(&mut self, _: &'static str, value: &mut Option<bool>) {
        *value = Fill::maybe(self, |fill| fill.number().is_multiple_of(2));
    }
    fn word(&mut self, _: &'static str, words: &'static [&'static str], _: usize) -> Option<usize> {
        Some(self.number() as usize % words.len())
    }
    fn currency(&mut self, _: &'static str, _: Need, value: &mut Option<Currency>) {
        *value = Currency::parse(["EUR", "usd", "XXX"][self.number() as usize % 3]);
    }
    fn texts(&mut self, _: &'static str, value: &mut Box<[Sym]>) {
        *value = self.list(Self::sym);
    }
    fn identifiers(&mut self, _: &'static str, value: &mut Box<[Identifier]>) {
        *value = self.list(|fill| Identifier {
            kind: IdentifierKind::at(fill.number() as usize % 4).unwrap(),
            field: IdentifierField::at(fill.number() as usize % 10).unwrap(),
            value: fill.sym(),
        });
    }
    fn url(&mut self, _: &'static str, value: &mut Url) {
        const PARTS: [&str; 7] = ["https://ä.example/", "https://a.example/", "r/", "ab", "Z-_9", "4", "?ä="];
        *value = self
            .maybe(|fill| (0..fill.number() % 9).map(|_| PARTS[fill.number() as usize % 7]).collect::<String>().into());
    }
}

fn filled<R: Record>(numbers: &[u32], most: u32) -> R {
    let mut fill = Fill { numbers, next: 0, most };
    let head = Head {
        source: Source::at(fill.number() as usize % 6).unwrap(),
        account: fill.sym(),
        id: fill.sym(),
        version: fill.maybe(|fill| Stamp::of(fill.some_amount())),
        from_event: fill.number().is_multiple_of(2),
        from_export: fill.number().is_multiple_of(2),
        sum: fill.maybe(|fill| {
            let number = |fill: &mut Fill<'_>| u64::from(fill.number()) << (fill.number() % 33);
            Box::new(Sum { life: (number(fill), number(fill)), digest: number(fill) })
        }),
        input: fill.number(),
    };
    let mut record = R::blank(head);
    record.visit(&mut fill);
    record
}

/// The same, in a plain list.
fn check<R: Record + core::fmt::Debug>(steps: &[(Vec<u32>, Option<usize>, u32)]) {
    let (mut packed, mut plain) = (Packed::<R>::default(), Vec::<String>::new());
    for (numbers, of, less) in steps {
        let record: R = filled(numbers, u32::MAX >> less);
        let said = format!("{record:?}");
        match of.filter(|_| !plain.is_empty()).map(|of| of % plain.len()) {
            Some(row) => {
                packed.put(row, record);
                plain[row] = said;
            }
            None => {
                packed.push(record);
                plain.push(said);
            }
        }
        assert_eq!(packed.len(), plain.len());
        for (row, known) in plain.iter().enumerate() {
            let whole = packed.whole(row).unwrap();
            assert_eq!(&format!("{whole:?}"), known);
            assert_eq!(format!("{:?}", packed.head(row).unwrap()), format!("{:?}", whole.head()));
        }
    }
    assert!(packed.get(plain.len()).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_packed_is_read_again(
        steps in prop::collection::vec(
            (prop::collection::vec(any::<u32>(), 5..40), prop::option::of(any::<usize>()), 1..31_u32),
            1..30,
        ),
    ) {
        check::<Attempt>(&steps);
        check::<Intent>(&steps);
    }
}

#[test]
fn without_addresses_only_those_are_missing() {
    let head = Head::new(Source::Stripe, Sym::numbered(0), Sym::numbered(1), None);
    let mut attempt = Attempt::new(head, Mode::Live, 1_700_000_000, 500, Currency::UNNAMED);
    (attempt.payment, attempt.description) = (Some(Sym::numbered(2)), Some(Sym::numbered(70_000)));
    attempt.receipt = Some("https://example.com/r".into());
    let mut attempts = Packed::default();
    attempts.push(attempt.clone());
    assert_eq!(format!("{:?}", attempts.whole(0).unwrap()), format!("{attempt:?}"));
    attempt.receipt = None;
    assert_eq!(format!("{:?}", attempts.get(0).unwrap()), format!("{attempt:?}"));
    // Linking relies on it that the payment comes first.
    assert_eq!(attempts.begun(0).unwrap().1, [None, attempt.payment]);
    assert_eq!(attempts.spare.names.first(), Some(&"payment"));
    assert!(attempts.ever_says("receiptUrl") && !attempts.ever_says("transaction") && !attempts.ever_says("parent"));
    attempt.transaction = Some(Sym::numbered(3));
    attempts.push(attempt.clone());
    assert_eq!(attempts.begun(1).unwrap().1, [attempt.transaction, attempt.payment]);
    assert!(attempts.ever_says("transaction") && !attempts.ever_says("parent"));
}

/// What is told from a bit, or from a part of a byte, has room there.
#[test]
fn all_that_a_record_may_say_has_room() {
    let own = |names: &[&str]| names.len() + bit::COUNT as usize;
    let head = || Head::new(Source::Stripe, Sym::numbered(0), Sym::numbered(1), None);
    let (mut attempts, mut intents) = (Packed::default(), Packed::default());
    attempts.push(Attempt::blank(head()));
    intents.push(Intent::blank(head()));
    assert!(own(&attempts.spare.names) <= 64 && own(&intents.spare.names) <= 64);
    assert!(Source::LIST.len() <= 8 && IdentifierKind::LIST.len() <= 4 && IdentifierField::LIST.len() <= 16);
}
