//! The statistics of one transition, the step from one position of a loop to the next: count, mean, standard deviation,
//! extremes and quantiles of its deltas.

use super::histograms::{Bin, Histograms};
use super::moments::Moments;
use super::quantile::Quantile;
use crate::event::{Nanos, Resolution};
use hdrhistogram::Histogram;
use std::borrow::Cow;

/// The statistics of a transition's deltas. The memory does not depend on the number of deltas.
///
/// Count, sum, minimum and maximum are exact. The relative error of mean and standard deviation is below 1e-15.
/// Quantiles are exact below 2048 clock steps (1 µs or 1 ns, as the input prints times), and within 0.05 % above. A
/// quantile that is the smallest or the greatest delta is exact.
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

    /// Returns statistics that were counted earlier. `extremes` are the smallest and the greatest delta in nanoseconds;
    /// `None` if there are no deltas.
    pub(super) fn from_parts(moments: Moments, extremes: Option<[u64; 2]>, histograms: Histograms) -> Transition {
        let [min_ns, max_ns] = extremes.unwrap_or([u64::MAX, 0]);
        Transition { moments, min_ns, max_ns, histograms }
    }

    /// Returns the sum of the squares of the deltas, in square nanoseconds and in decimal digits.
    pub(super) fn squares(&self) -> String {
        self.moments.squares()
    }

    /// Returns the histograms of the deltas, one for each clock step.
    pub(super) fn histograms(&self) -> &Histograms {
        &self.histograms
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

    /// Returns quantiles in the order of `quantiles`; `None` if there is no delta. They are in half nanoseconds, so
    /// that the mean of two deltas is a whole number.
    ///
    /// A percentile p of n deltas is the smallest delta with at least ceil(p n / 100) deltas at or below it. The median
    /// of an even count is the mean of the two middle deltas. Each value is within 0.05 % of the exact one, and a
    /// quantile that is the smallest or the greatest delta is exact.
    pub fn quantiles_half_ns(&self, quantiles: &[Quantile]) -> Option<Vec<u128>> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let pairs: Vec<[u64; 2]> = quantiles.iter().map(|quantile| quantile.ranks(count)).collect();
        let mut ranks: Vec<u64> = pairs.concat();
        ranks.sort_unstable();
        ranks.dedup();
        let values = self.at_ranks(&ranks);
        let value =
            |rank: &u64| ranks.binary_search(rank).ok().and_then(|at| values.get(at)).map_or(0, |value| value.0);
        Some(pairs.iter().map(|[low, high]| u128::from(value(low)) + u128::from(value(high))).collect())
    }

    /// Returns the median in half nanoseconds, or `None` if there are no deltas. It is the sum of the two middle
    /// values, or twice the middle value if the count is odd.
    pub fn median_half_ns(&self) -> Option<u128> {
        self.quantiles_half_ns(&[Quantile::MEDIAN])?.first().copied()
    }

    /// Returns the bins of the histogram that hold a delta, the one with the smallest value first. The value of a bin is
    /// its middle, but never less than the minimum or more than the maximum. The counts add up to the count of deltas.
    pub fn bins(&self) -> impl Iterator<Item = Bin> {
        let clamped = |bin: Bin| Bin { value: Nanos(bin.value.0.clamp(self.min_ns, self.max_ns)), ..bin };
        self.histograms.bins().map(clamped)
    }

    /// Returns the finest clock step in which an input printed times; `None` if there is no delta.
    pub fn resolution(&self) -> Option<Resolution> {
        self.histograms.resolution()
    }

    /// Returns all deltas in one histogram, and the clock step in which it counts: a microsecond if every delta was
    /// counted in microseconds, and otherwise a nanosecond.
    pub fn histogram(&self) -> (Cow<'_, Histogram<u64>>, Resolution) {
        self.histograms.joined(self.extremes())
    }

    /// Returns all deltas in one histogram that counts in nanoseconds. Its smallest and its greatest value are the
    /// smallest and the greatest delta.
    pub fn histogram_in_nanos(&self) -> Histogram<u64> {
        self.histograms.in_nanos(self.extremes())
    }

    /// Returns the smallest and the greatest delta in nanoseconds, or `None` if there are no deltas.
    fn extremes(&self) -> Option<[u64; 2]> {
        (self.count() > 0).then_some([self.min_ns, self.max_ns])
    }

    /// Returns the deltas at some ranks, which must rise and lie between 1 and the count of deltas. The delta at rank 1
    /// is the minimum, and the one whose rank is the count is the maximum. For any other rank the result is the middle
    /// of the bin of the delta, but never less than the minimum or more than the maximum.
    pub fn at_ranks(&self, ranks: &[u64]) -> Vec<Nanos> {
        let mut bins = self.histograms.bins();
        let mut counted = 0;
        let mut value_ns = 0;
        let mut at_rank = |rank: u64| {
            while counted < rank {
                let Some(bin) = bins.next() else { break };
                counted += bin.count;
                value_ns = bin.value.0;
            }
            value_ns.clamp(self.min_ns, self.max_ns)
        };
        let value = |&rank: &u64| match rank {
            1 => Nanos(self.min_ns),
            rank if rank == self.count() => Nanos(self.max_ns),
            rank => Nanos(at_rank(rank)),
        };
        ranks.iter().map(value).collect()
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

    /// Returns percentiles, which are named in thousandths, in whole nanoseconds.
    fn percentiles<const N: usize>(transition: &Transition, per_mille: [u64; N]) -> [u64; N] {
        let halves = transition.quantiles_half_ns(&per_mille.map(Quantile::per_mille)).expect("at least one delta");
        std::array::from_fn(|at| u64::try_from(halves[at] / 2).expect("a delta"))
    }

    #[test]
    fn no_delta_has_no_statistics() {
        let nothing = Transition::new();
        assert_eq!(nothing.count(), 0);
        assert_eq!((nothing.min(), nothing.max(), nothing.median_half_ns()), (None, None, None));
        assert_eq!(nothing.quantiles_half_ns(&Quantile::USUAL), None);
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
        assert_eq!(percentiles(&hundred, [900, 990, 999]), [90_000, 99_000, 100_000]);
        assert_eq!(percentiles(&hundred, [0, 1, 1000]), [1000, 1000, 100_000]);
        let ten = transition_of(1..=10, Resolution::Nanos);
        assert_eq!(percentiles(&ten, [901, 900]), [10, 9]);
    }

    #[test]
    fn equal_values_and_the_ends() {
        let ties = transition_of(std::iter::repeat_n(7, 99).chain([9]), Resolution::Nanos);
        assert_eq!(percentiles(&ties, [0, 1, 500, 990, 991, 1000]), [7, 7, 7, 7, 9, 9]);
        assert_eq!(ties.median_half_ns(), Some(14));
        let same = transition_of(std::iter::repeat_n(3_000_000_001, 1_000), Resolution::Nanos);
        assert_eq!(percentiles(&same, [0, 500, 1000]), [3_000_000_001; 3]);
    }

    #[test]
    fn the_extremes_are_exact() {
        let two = transition_of([243_503, 5_573_452], Resolution::Nanos);
        assert_eq!(percentiles(&two, [0, 500, 510, 990, 1000]), [243_503, 2_908_477, 5_573_452, 5_573_452, 5_573_452]);
        let many = transition_of((0..1000).map(|at| 5_000_001 + at), Resolution::Nanos);
        assert_eq!(percentiles(&many, [0, 1, 1000]), [5_000_001, 5_000_001, 5_001_000]);
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
        assert_eq!(percentiles(&both, [250, 499, 1000]), [1_000, 1_500, 5_000_000_000]);
    }

    #[test]
    fn the_order_of_clock_steps_does_not_matter() {
        let deltas = [(1_500, Resolution::Nanos), (3_000_000, Resolution::Micros), (2_999_999, Resolution::Nanos)];
        let record = |order: [usize; 3]| {
            let mut transition = Transition::new();
            order.into_iter().for_each(|at| transition.record(Nanos(deltas[at].0), deltas[at].1));
            (transition.median_half_ns(), percentiles(&transition, [1, 500, 900]), transition.stddev_ns())
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
