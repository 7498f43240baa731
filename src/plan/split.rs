//! An amount over several payments, without a penny lost or gained.

/// What one payment can give, in minor units of one measure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    /// The most.
    pub most: i64,
    /// What its amount must be a multiple of.
    pub step: i64,
}

impl Share {
    /// The largest amount that it can give and that is no more than this.
    fn up_to(self, amount: i64) -> i64 {
        let amount = amount.min(self.most).max(0);
        amount.saturating_sub(amount.checked_rem(self.step).unwrap_or(0))
    }
}

/// One after the other, each to its end.
pub fn in_order(amount: i64, shares: &[Share]) -> Vec<i64> {
    let mut rest = amount;
    let mut take = |share: &Share| {
        let taken = share.up_to(rest);
        rest = rest.saturating_sub(taken);
        taken
    };
    shares.iter().map(&mut take).collect()
}

/// Each by what it can give; the steps that do not divide go to the largest remainders, of equal ones to the first (the method
/// of largest remainder). The sum is the amount, unless all together cannot give it.
pub fn proportional(amount: i64, shares: &[Share]) -> Vec<i64> {
    let whole: i128 = shares.iter().map(|share| i128::from(share.most)).sum();
    if i128::from(amount) >= whole {
        return shares.iter().map(|share| share.up_to(i64::MAX)).collect();
    }
    // The exact share is numerator / whole; the remainder is kept in the same measure.
    let exact = |share: &Share| i128::from(amount).saturating_mul(i128::from(share.most));
    let floor = |share: &Share| {
        let part = exact(share).checked_div(whole).unwrap_or(0);
        share.up_to(i64::try_from(part).unwrap_or(i64::MAX))
    };
    let mut given: Vec<i64> = shares.iter().map(floor).collect();
    let remainder = |index: usize| -> i128 {
        let (share, given) = (shares.get(index), given.get(index));
        share
            .zip(given)
            .map_or(0, |(share, &given)| exact(share).saturating_sub(i128::from(given).saturating_mul(whole)))
    };
    let by_remainder = crate::order::sorted(0..shares.len(), |&a, &b| remainder(b).cmp(&remainder(a)));
    let mut rest = amount.saturating_sub(given.iter().sum());
    // With steps that differ, what one cannot take another may: until nobody takes any more.
    loop {
        let before = rest;
        for &index in &by_remainder {
            let (Some(share), Some(given)) = (shares.get(index), given.get_mut(index)) else { continue };
            if share.step <= rest && given.saturating_add(share.step) <= share.most {
                *given = given.saturating_add(share.step);
                rest = rest.saturating_sub(share.step);
            }
        }
        if rest == before {
            return given;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CENT: i64 = 1;

    #[test]
    fn a_third_each_loses_no_cent() {
        let third = Share { most: 1000, step: CENT };
        // 10.00 over three that can give the same: 3.34, 3.33, 3.33.
        assert_eq!(proportional(1000, &[third; 3]), [334, 333, 333]);
        assert_eq!(in_order(1500, &[third; 3]), [1000, 500, 0]);
    }

    #[test]
    fn the_largest_remainder_gets_the_cent() {
        let of = |most| Share { most, step: CENT };
        // 1.00 over 5.00, 3.00 and 2.50: exact 47.62, 28.57, 23.81; the two cents go to .81 and .62.
        assert_eq!(proportional(100, &[of(500), of(300), of(250)]), [48, 28, 24]);
    }

    #[test]
    fn what_goes_in_steps_gets_whole_steps() {
        let (tens, ones) = (Share { most: 1000, step: 10 }, Share { most: 1000, step: 1 });
        assert_eq!(proportional(1005, &[tens, ones]), [500, 505]);
        assert_eq!(in_order(1005, &[tens, ones]), [1000, 5]);
        // Nobody can give 5.
        assert_eq!(proportional(1005, &[tens, tens]), [500, 500]);
    }

    proptest! {
        #[test]
        fn the_parts_come_to_the_amount_and_none_to_more_than_it_has(
            mosts in proptest::collection::vec(0_i64..100_000, 1..8),
            amount in 0_i64..500_000,
        ) {
            let shares: Vec<Share> = mosts.iter().map(|&most| Share { most, step: 1 }).collect();
            let whole: i64 = mosts.iter().sum();
            for parts in [in_order(amount, &shares), proportional(amount, &shares)] {
                prop_assert_eq!(parts.iter().sum::<i64>(), amount.min(whole));
                prop_assert!(parts.iter().zip(&mosts).all(|(part, most)| (0..=*most).contains(part)));
            }
            // No part is a whole cent away from its exact share.
            if amount < whole {
                for (part, most) in proportional(amount, &shares).iter().zip(&mosts) {
                    let exact = i128::from(amount) * i128::from(*most);
                    prop_assert!((exact - i128::from(*part) * i128::from(whole)).abs() < i128::from(whole));
                }
            }
        }
    }
}
