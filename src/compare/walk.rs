//! Two distributions side by side: how often a loop after a change takes longer than one before it, and where the two
//! distributions lie farthest apart. A side is all recordings from before the change, or all from after it.
//!
//! One walk over the values of both sides, from the smallest to the largest, gives these numbers:
//!
//! - A12 is the probability that a delta after the change is larger than one before it, where a pair of equal deltas
//!   counts half (Vargha and Delaney, 2000). 0.5 says that neither side has the larger deltas, and 1 that every delta
//!   after the change is larger than every one before it. Cliff's delta is the same on a scale from -1 to 1.
//! - Mann and Whitney's z and p say how surprising the A12 would be without a change, if the loops did not depend on
//!   each other. Loops of a recording mostly depend on each other, so p is shown, but no verdict rests on it.
//! - Kolmogorov and Smirnov's D compares the share of the deltas before the change that are at most some value with the
//!   same share after the change. D is the greatest difference over all values, and comes with the value that has it.

use std::cmp::Ordering;
use std::f64::consts::SQRT_2;

/// A value that occurs, with the number of times that it occurs on each side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step<T> {
    pub(super) value: T,
    pub(super) before: u64,
    pub(super) after: u64,
}

/// The values of both sides in rising order. Neither side is empty.
pub(super) struct Walk<T> {
    steps: Vec<Step<T>>,
    counts: [u64; 2],
}

/// The test of Mann and Whitney. It counts the pairs of a delta before the change and one after it in which the delta
/// after the change is larger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MannWhitney {
    /// The number of pairs in which the delta after the change is larger. A pair of equal deltas counts half.
    pub u: f64,
    /// The distance of `u` from half of the number of pairs, in standard deviations. It is above 0 if the deltas after
    /// the change are mostly larger.
    pub z: f64,
    /// The probability that `z` is at least that far from 0 although there is no change, if the loops do not depend on
    /// each other.
    pub p: f64,
}

/// The distance of Kolmogorov and Smirnov between two distributions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KolmogorovSmirnov<T> {
    /// The greatest difference, over all values, between the shares of deltas of the two sides that are at most the
    /// value. It is from 0 to 1.
    pub d: f64,
    /// The smallest value with that difference; `None` if the distributions are equal.
    pub at: Option<T>,
}

impl<T: Copy + PartialOrd> Walk<T> {
    /// Joins the values of both sides. Each iterator gives the values of a side in rising order, each with its count;
    /// it may give the same value more than once. Returns `None` if a side has no value.
    pub(super) fn new(
        before: impl Iterator<Item = (T, u64)>,
        after: impl Iterator<Item = (T, u64)>,
    ) -> Option<Walk<T>> {
        let (mut before, mut after) = (before.peekable(), after.peekable());
        let mut walk = Walk { steps: Vec::new(), counts: [0; 2] };
        loop {
            let order = match (before.peek(), after.peek()) {
                (Some((one, _)), Some((other, _))) => one.partial_cmp(other).unwrap_or(Ordering::Equal),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            let next = if order == Ordering::Greater { after.next() } else { before.next() };
            let Some((value, count)) = next else { break };
            walk.add(value, if order == Ordering::Greater { [0, count] } else { [count, 0] });
        }
        walk.counts.iter().all(|&count| count > 0).then_some(walk)
    }

    /// Adds a value with its count on each side. The value must not be less than the one that was added last.
    fn add(&mut self, value: T, [before, after]: [u64; 2]) {
        self.counts[0] += before;
        self.counts[1] += after;
        match self.steps.last_mut().filter(|last| last.value == value) {
            Some(last) => {
                last.before += before;
                last.after += after;
            }
            None => self.steps.push(Step { value, before, after }),
        }
    }

    /// Returns the steps, the smallest value first. Each comes with the numbers of smaller values on both sides.
    pub(super) fn steps(&self) -> impl Iterator<Item = ([u64; 2], Step<T>)> + Clone {
        self.steps.iter().scan([0, 0], |below, step| {
            let smaller = *below;
            *below = [below[0] + step.before, below[1] + step.after];
            Some((smaller, *step))
        })
    }

    /// Returns the numbers of values before and after the change.
    pub(super) fn counts(&self) -> [u64; 2] {
        self.counts
    }

    /// Returns twice Mann and Whitney's U. U counts in halves, so twice U is a whole number.
    pub(super) fn twice_u(&self) -> u128 {
        let pairs = |([smaller, _], step): ([u64; 2], Step<T>)| {
            u128::from(step.after) * (2 * u128::from(smaller) + u128::from(step.before))
        };
        self.steps().map(pairs).sum()
    }

    /// Returns the probability that a delta after the change is larger than one before it; equal ones count half.
    pub(super) fn a12(&self) -> f64 {
        self.twice_u() as f64 / 2.0 / self.pairs() as f64
    }

    /// Returns Cliff's delta: the share of pairs in which the delta after the change is larger, minus the share of
    /// pairs in which it is smaller.
    pub(super) fn cliff_delta(&self) -> f64 {
        self.twice_excess() as f64 / self.pairs() as f64
    }

    /// Returns Mann and Whitney's test with the correction for ties and for continuity.
    pub(super) fn mann_whitney(&self) -> MannWhitney {
        let variance = self.variance_of_u();
        let distance = (self.twice_excess().unsigned_abs() as f64 / 2.0 - 0.5).max(0.0);
        let z = if variance > 0.0 { distance / variance.sqrt() } else { 0.0 };
        let sign = if self.twice_excess() < 0 { -1.0 } else { 1.0 };
        MannWhitney { u: self.twice_u() as f64 / 2.0, z: sign * z, p: libm::erfc(z / SQRT_2) }
    }

    /// Returns the distance of Kolmogorov and Smirnov.
    pub(super) fn kolmogorov_smirnov(&self) -> KolmogorovSmirnov<T> {
        let [before, after] = self.counts.map(u128::from);
        let mut greatest = (0, None);
        for (smaller, step) in self.steps() {
            let [up_to_before, up_to_after] = [smaller[0] + step.before, smaller[1] + step.after].map(u128::from);
            // The difference of the two shares is a fraction whose denominator is the number of pairs.
            let difference = (up_to_before * after).abs_diff(up_to_after * before);
            if difference > greatest.0 {
                greatest = (difference, Some(step.value));
            }
        }
        KolmogorovSmirnov { d: greatest.0 as f64 / self.pairs() as f64, at: greatest.1 }
    }

    fn pairs(&self) -> u128 {
        u128::from(self.counts[0]) * u128::from(self.counts[1])
    }

    /// Returns twice the distance of U from half of the number of pairs.
    fn twice_excess(&self) -> i128 {
        self.twice_u() as i128 - self.pairs() as i128
    }

    /// Returns the variance of U without a change: nA nB/12 (N + 1 - T/(N(N-1))). Here nA and nB are the numbers of
    /// values of the two sides, N is their sum, t is the number of times that a value occurs on both sides together,
    /// and T is the sum of t^3 - t over all values.
    ///
    /// The expression in parentheses is computed as (N^3 - S)/(N(N-1)), where S is the sum of t^3. N^3 - S is the sum
    /// of 3 c t (c + t), where c is the number of smaller values. No digits cancel in this last sum, and it is 0 if all
    /// values are equal.
    fn variance_of_u(&self) -> f64 {
        let untied = |(smaller, step): ([u64; 2], Step<T>)| {
            let smaller = smaller[0] as f64 + smaller[1] as f64;
            let equal = step.before as f64 + step.after as f64;
            3.0 * smaller * equal * (smaller + equal)
        };
        let all = self.counts[0] as f64 + self.counts[1] as f64;
        self.pairs() as f64 / 12.0 * self.steps().map(untied).sum::<f64>() / (all * (all - 1.0))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::near;
    use super::*;

    /// Returns the walk over values that are given with their counts.
    pub(in super::super) fn walk(before: &[(u64, u64)], after: &[(u64, u64)]) -> Walk<u64> {
        Walk::new(before.iter().copied(), after.iter().copied()).expect("values on both sides")
    }

    /// Returns an example with few values of each side.
    pub(in super::super) fn small() -> Walk<u64> {
        walk(
            &[(10, 1), (11, 2), (12, 4), (13, 2), (14, 1), (20, 1), (35, 1)],
            &[(11, 1), (12, 2), (13, 3), (14, 3), (15, 1), (21, 1), (60, 1)],
        )
    }

    /// Returns an example with many values of each side, most of them equal.
    pub(in super::super) fn large() -> Walk<u64> {
        walk(
            &[(10, 5000), (20, 3000), (50, 1500), (200, 450), (1000, 50)],
            &[(10, 4800), (20, 3000), (50, 1500), (200, 600), (1000, 100)],
        )
    }

    /// The known results are those of a separate computation, which counts all pairs directly.
    #[test]
    fn examples_with_known_results() {
        let test = small().mann_whitney();
        assert_eq!(test.u, 97.5);
        near(test.z, 1.465_525_954_401_373);
        near(test.p, 0.142_777_476_527_333_97);
        near(small().a12(), 0.677_083_333_333_333_4);
        near(small().cliff_delta(), 2.0 * 0.677_083_333_333_333_4 - 1.0);
        near(small().kolmogorov_smirnov().d, 1.0 / 3.0);
        assert_eq!(small().kolmogorov_smirnov().at, Some(12));

        let test = large().mann_whitney();
        assert_eq!(test.u, 51_457_500.0);
        near(test.z, 3.868_089_314_220_360_7);
        near(test.p, 0.000_109_691_490);
        near(large().a12(), 0.514_575);
        near(large().cliff_delta(), 2.0 * 0.514_575 - 1.0);
        assert_eq!(large().kolmogorov_smirnov(), KolmogorovSmirnov { d: 0.02, at: Some(10) });
    }

    /// If the deltas after the change are smaller, z and Cliff's delta are below 0. Exchanging the two sides does not
    /// change p.
    #[test]
    fn the_other_way_round_has_the_other_sign() {
        let back = walk(&[(3, 2), (5, 2)], &[(1, 3), (3, 1)]);
        let test = back.mann_whitney();
        assert_eq!((test.u, back.cliff_delta()), (1.0, -0.875));
        assert!(test.z < 0.0 && test.p < 1.0);
        near(test.p, walk(&[(1, 3), (3, 1)], &[(3, 2), (5, 2)]).mann_whitney().p);
    }

    #[test]
    fn equal_sides_do_not_differ() {
        let equal = walk(&[(7, 3), (7, 2)], &[(7, 4)]);
        assert_eq!(equal.mann_whitney(), MannWhitney { u: 10.0, z: 0.0, p: 1.0 });
        assert_eq!(equal.cliff_delta(), 0.0);
        assert_eq!(equal.kolmogorov_smirnov(), KolmogorovSmirnov { d: 0.0, at: None });
        let one_each = walk(&[(1, 1)], &[(2, 1)]);
        assert_eq!((one_each.mann_whitney().z, one_each.cliff_delta()), (0.0, 1.0));
        assert!(Walk::new([(1, 1)].into_iter(), [].into_iter()).is_none());
    }

    #[test]
    fn billions_of_equal_values_keep_their_digits() {
        let many = 4_000_000_000_000;
        let mut walk = walk(&[(1, many)], &[(1, many)]);
        assert_eq!(walk.variance_of_u(), 0.0);
        walk.add(2, [0, 1]);
        // One of the N values differs from all others, so S is (N - 1)^3 + 1, and N^3 - S is 3 times N (N - 1). This
        // makes the variance nA nB / 4.
        let quarter = many as f64 * (many + 1) as f64 / 4.0;
        assert!((walk.variance_of_u() / quarter - 1.0).abs() < 1e-12);
    }
}
