//! The statistics of one transition, the step from one position of a loop to the next: count, mean, standard deviation,
//! extremes and quantiles of its deltas.

use super::histograms::Histograms;
use super::moments::Moments;
use crate::event::{Nanos, Resolution};

/// The statistics of a transition's deltas. The memory does not depend on the number of deltas.
///
/// Count, sum, minimum and maximum are exact. The relative error of mean and standard deviation is below 1e-15.
/// Quantiles are exact below 2048 clock steps (1 µs or 1 ns, as the input prints times), and within 0.05 % above.
/// Nothing depends on the order of the deltas, so merging the statistics of parts gives those of the whole.
#[derive(Clone, Debug)]
pub struct Transition {
    moments: Moments,
    min_ns: u64,
    max_ns: u64,
    histograms: Histograms,
}

impl Transition {
    /// Creates empty statistics.
    pub fn new() -> Self {
        Transition { moments: Moments::default(), min_ns: u64::MAX, max_ns: 0, histograms: Histograms::default() }
    }

    /// Adds a delta between two times that were printed in `resolution`.
    pub fn record(&mut self, delta: Nanos, resolution: Resolution) {
        let Nanos(delta_ns) = delta;
        self.moments.record(delta_ns);
        self.min_ns = self.min_ns.min(delta_ns);
        self.max_ns = self.max_ns.max(delta_ns);
        self.histograms.record(delta, resolution);
    }

    /// Adds all deltas of `other`.
    pub fn merge(&mut self, other: &Transition) {
        self.moments.merge(&other.moments);
        self.min_ns = self.min_ns.min(other.min_ns);
        self.max_ns = self.max_ns.max(other.max_ns);
        self.histograms.merge(&other.histograms);
    }

    /// Returns the number of deltas.
    pub fn count(&self) -> u64 {
        self.moments.count()
    }

    /// Returns the sum of the deltas, in nanoseconds.
    pub fn sum_ns(&self) -> u128 {
        self.moments.sum()
    }

    /// Returns the mean in nanoseconds, or `None` if there are no deltas.
    pub fn mean_ns(&self) -> Option<f64> {
        self.moments.mean()
    }

    /// Returns the standard deviation of a sample (divided by n-1) in nanoseconds, or `None` if there are fewer than
    /// two deltas.
    pub fn stddev_ns(&self) -> Option<f64> {
        self.moments.stddev()
    }

    /// Returns the smallest delta, or `None` if there are no deltas.
    pub fn min(&self) -> Option<Nanos> {
        (self.count() > 0).then_some(Nanos(self.min_ns))
    }

    /// Returns the largest delta, or `None` if there are no deltas.
    pub fn max(&self) -> Option<Nanos> {
        (self.count() > 0).then_some(Nanos(self.max_ns))
    }

    /// Returns the median in half nanoseconds, or `None` if there are no deltas. It is the sum of the two middle
    /// values, or twice the middle value if the count is odd.
    pub fn median_half_ns(&self) -> Option<u128> {
        let count = self.count();
        let [low, high] = self.at_ranks([count.div_ceil(2), count / 2 + 1])?;
        Some(u128::from(low.0) + u128::from(high.0))
    }

    /// Returns percentiles, or `None` if there are no deltas. `per_mille` has them in thousandths (999 is the 99.9th
    /// percentile), in rising order.
    ///
    /// A percentile is the smallest value for which at least this share of all values is not larger.
    pub fn percentiles<const N: usize>(&self, per_mille: [u64; N]) -> Option<[Nanos; N]> {
        let count = u128::from(self.count());
        let rank = |share: u64| (count * u128::from(share)).div_ceil(1000) as u64;
        self.at_ranks(per_mille.map(rank))
    }

    /// Returns the values at some ranks, which must rise and count from 1. A value is the middle of the bin that holds
    /// the rank, but never below the minimum or above the maximum.
    fn at_ranks<const N: usize>(&self, ranks: [u64; N]) -> Option<[Nanos; N]> {
        if self.count() == 0 {
            return None;
        }
        let mut bins = self.histograms.bins();
        let mut counted = 0;
        let mut value_ns = 0;
        Some(ranks.map(|rank| {
            while counted < rank.max(1) {
                let Some(bin) = bins.next() else { break };
                counted += bin.count;
                value_ns = bin.value.0;
            }
            Nanos(value_ns.clamp(self.min_ns, self.max_ns))
        }))
    }
}

impl Default for Transition {
    fn default() -> Self {
        Transition::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transition_of(deltas_ns: impl IntoIterator<Item = u64>, resolution: Resolution) -> Transition {
        let mut transition = Transition::new();
        deltas_ns.into_iter().for_each(|delta| transition.record(Nanos(delta), resolution));
        transition
    }

    #[test]
    fn no_delta_has_no_statistics() {
        let nothing = Transition::new();
        assert_eq!(nothing.count(), 0);
        assert_eq!((nothing.min(), nothing.max(), nothing.median_half_ns()), (None, None, None));
        assert_eq!(nothing.percentiles([500]), None);
    }

    #[test]
    fn the_median_of_an_even_count_lies_between() {
        assert_eq!(transition_of([1, 2, 3, 10], Resolution::Nanos).median_half_ns(), Some(5));
        assert_eq!(transition_of([1, 2, 3], Resolution::Nanos).median_half_ns(), Some(4));
        assert_eq!(transition_of([7], Resolution::Nanos).median_half_ns(), Some(14));
        assert_eq!(transition_of([0, 0], Resolution::Nanos).median_half_ns(), Some(0));
    }

    #[test]
    fn percentiles_are_the_smallest_value_with_enough_at_or_below() {
        let hundred = transition_of((1..=100).map(|us| us * 1000), Resolution::Micros);
        assert_eq!(hundred.percentiles([900, 990, 999]), Some([Nanos(90_000), Nanos(99_000), Nanos(100_000)]));
        assert_eq!(hundred.percentiles([0, 1, 1000]), Some([Nanos(1000), Nanos(1000), Nanos(100_000)]));
        let ten = transition_of(1..=10, Resolution::Nanos);
        assert_eq!(ten.percentiles([900, 901]), Some([Nanos(9), Nanos(10)]));
    }

    #[test]
    fn equal_values_and_the_ends() {
        let ties = transition_of(std::iter::repeat_n(7, 99).chain([9]), Resolution::Nanos);
        assert_eq!(ties.percentiles([0, 1, 500, 990, 991, 1000]), Some([7, 7, 7, 7, 9, 9].map(Nanos)));
        assert_eq!(ties.median_half_ns(), Some(14));
        let same = transition_of(std::iter::repeat_n(3_000_000_001, 1_000), Resolution::Nanos);
        assert_eq!(same.percentiles([0, 500, 1000]), Some([Nanos(3_000_000_001); 3]));
    }

    #[test]
    fn large_values_are_within_a_tenth_of_a_percent() {
        for value in [2_049, 1_234_567, 99_999_999_999, u64::MAX / 3, u64::MAX] {
            let median =
                transition_of([1, value, u64::MAX], Resolution::Nanos).median_half_ns().expect("three values") / 2;
            assert!(median.abs_diff(value.into()) <= u128::from(value) / 1000, "{value} {median}");
        }
    }

    #[test]
    fn nanoseconds_after_microseconds() {
        let mut both = transition_of([1_000, 5_000_000_000, 7_000], Resolution::Micros);
        both.record(Nanos(1_500), Resolution::Nanos);
        assert_eq!(both.percentiles([250, 500]), Some([Nanos(1_000), Nanos(1_500)]));
        let max = both.percentiles([1000]).expect("four values")[0].0;
        assert!(max.abs_diff(5_000_000_000) <= 5_000_000, "{max}");
    }

    #[test]
    fn the_order_of_clock_steps_does_not_matter() {
        let deltas = [(1_500, Resolution::Nanos), (3_000_000, Resolution::Micros), (2_999_999, Resolution::Nanos)];
        let record = |order: [usize; 3]| {
            let mut transition = Transition::new();
            order.into_iter().for_each(|at| transition.record(Nanos(deltas[at].0), deltas[at].1));
            (transition.median_half_ns(), transition.percentiles([1, 500, 900]), transition.stddev_ns())
        };
        for order in [[0, 2, 1], [1, 0, 2], [2, 1, 0]] {
            assert_eq!(record(order), record([0, 1, 2]));
        }
    }

    #[test]
    fn merging_with_nothing_changes_nothing() {
        let mut some = transition_of([3, 5, 9], Resolution::Nanos);
        some.merge(&Transition::new());
        let mut nothing = Transition::new();
        nothing.merge(&some);
        for transition in [some, nothing] {
            assert_eq!((transition.count(), transition.sum_ns()), (3, 17));
            assert_eq!((transition.min(), transition.max()), (Some(Nanos(3)), Some(Nanos(9))));
            assert_eq!(transition.median_half_ns(), Some(10));
        }
    }
}
