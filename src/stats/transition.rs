//! The statistics of one transition: moments, extremes and quantiles of its deltas.

use super::moments::Moments;
use crate::event::{Nanos, Resolution};
use hdrhistogram::Histogram;

/// Significant digits of the histogram: a bucket is at most 1/1024 of its value wide.
const DIGITS: u8 = 3;

/// All that is known of a transition's deltas, in memory that does not depend
/// on how many there are.
///
/// Count, mean, standard deviation, least and greatest are exact (in floating
/// point); quantiles are exact below 2048 steps of the input's resolution and
/// within 0.05 % above.
pub struct Transition {
    moments: Moments,
    min_ns: u64,
    max_ns: u64,
    resolution: Resolution,
    /// Counts steps of `resolution`. Grows with the logarithm of the greatest
    /// delta: 16 KiB up to 2 ms, 170 KiB up to an hour, in microseconds.
    histogram: Histogram<u64>,
}

impl Transition {
    /// Nothing yet. The first resolutions recorded decide in which steps it counts.
    pub fn new() -> Self {
        Transition {
            moments: Moments::default(),
            min_ns: u64::MAX,
            max_ns: 0,
            resolution: Resolution::Micros,
            histogram: empty(),
        }
    }

    /// Takes a delta whose ends were printed in `resolution`.
    pub fn record(&mut self, delta: Nanos, resolution: Resolution) {
        let Nanos(delta_ns) = delta;
        if resolution > self.resolution {
            self.refine(resolution);
        }
        self.moments.record(delta_ns);
        self.min_ns = self.min_ns.min(delta_ns);
        self.max_ns = self.max_ns.max(delta_ns);
        count(&mut self.histogram, delta_ns / self.resolution.step_ns(), 1);
    }

    /// Goes over to finer steps, where an input in microseconds is followed by one in nanoseconds.
    #[cold]
    fn refine(&mut self, resolution: Resolution) {
        let factor = self.resolution.step_ns() / resolution.step_ns();
        let mut finer = empty();
        for bucket in self.histogram.iter_recorded() {
            let value = self.histogram.median_equivalent(bucket.value_iterated_to());
            count(&mut finer, value.saturating_mul(factor), bucket.count_at_value());
        }
        self.histogram = finer;
        self.resolution = resolution;
    }

    /// How many deltas there are.
    pub fn count(&self) -> u64 {
        self.moments.count()
    }

    /// Their mean, in nanoseconds.
    pub fn mean_ns(&self) -> Option<f64> {
        self.moments.mean()
    }

    /// Their sum, in nanoseconds; within the precision of the mean.
    pub fn sum_ns(&self) -> f64 {
        self.mean_ns().map_or(0.0, |mean| mean * self.count() as f64)
    }

    /// Their sample standard deviation, in nanoseconds.
    pub fn stddev_ns(&self) -> Option<f64> {
        self.moments.stddev()
    }

    /// The least.
    pub fn min(&self) -> Option<Nanos> {
        (self.count() > 0).then_some(Nanos(self.min_ns))
    }

    /// The greatest.
    pub fn max(&self) -> Option<Nanos> {
        (self.count() > 0).then_some(Nanos(self.max_ns))
    }

    /// The median, in half nanoseconds: twice the middle value, or the sum of the two middle values.
    pub fn median_half_ns(&self) -> Option<u128> {
        let count = self.count();
        let [low, high] = self.at_ranks([count.div_ceil(2), count / 2 + 1])?;
        Some(u128::from(low.0) + u128::from(high.0))
    }

    /// Percentiles, each given in thousandths (99.9 is 999) in rising order: the
    /// smallest value with at least that share of all values at or below it.
    pub fn percentiles<const N: usize>(&self, per_mille: [u64; N]) -> Option<[Nanos; N]> {
        let count = u128::from(self.count());
        let rank = |part: u64| (count * u128::from(part)).div_ceil(1000) as u64;
        self.at_ranks(per_mille.map(rank))
    }

    /// The values at some ranks, from 1, in rising order: the middle of the bucket that holds each.
    fn at_ranks<const N: usize>(&self, ranks: [u64; N]) -> Option<[Nanos; N]> {
        if self.count() == 0 {
            return None;
        }
        let mut buckets = self.histogram.iter_recorded();
        let mut seen = 0;
        let mut value = 0;
        Some(ranks.map(|rank| {
            while seen < rank.max(1) {
                let Some(bucket) = buckets.next() else { break };
                seen += bucket.count_at_value();
                value = self.histogram.median_equivalent(bucket.value_iterated_to());
            }
            let value_ns = value.saturating_mul(self.resolution.step_ns());
            Nanos(value_ns.clamp(self.min_ns, self.max_ns))
        }))
    }
}

impl Default for Transition {
    fn default() -> Self {
        Transition::new()
    }
}

/// A histogram that resizes itself; recording in it cannot fail.
fn empty() -> Histogram<u64> {
    match Histogram::new(DIGITS) {
        Ok(histogram) => histogram,
        Err(_) => unreachable!("{DIGITS} digits are among the 0 to 5 that hdrhistogram takes"),
    }
}

/// Counts a value, resizing the histogram for it. (`saturating_record` does
/// not resize, but takes the greatest value that fits so far.)
fn count(histogram: &mut Histogram<u64>, value: u64, times: u64) {
    if histogram.record_n(value, times).is_err() {
        histogram.saturating_record_n(value, times);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(deltas_ns: impl IntoIterator<Item = u64>, resolution: Resolution) -> Transition {
        let mut transition = Transition::new();
        deltas_ns.into_iter().for_each(|delta| transition.record(Nanos(delta), resolution));
        transition
    }

    #[test]
    fn of_nothing() {
        let nothing = Transition::new();
        assert_eq!(nothing.count(), 0);
        assert_eq!((nothing.min(), nothing.max(), nothing.median_half_ns()), (None, None, None));
        assert_eq!(nothing.percentiles([500]), None);
    }

    #[test]
    fn the_median_of_an_even_count_lies_between() {
        assert_eq!(of([1, 2, 3, 10], Resolution::Nanos).median_half_ns(), Some(5));
        assert_eq!(of([1, 2, 3], Resolution::Nanos).median_half_ns(), Some(4));
        assert_eq!(of([7], Resolution::Nanos).median_half_ns(), Some(14));
        assert_eq!(of([0, 0], Resolution::Nanos).median_half_ns(), Some(0));
    }

    #[test]
    fn percentiles_are_the_smallest_value_with_enough_at_or_below() {
        let hundred = of((1..=100).map(|us| us * 1000), Resolution::Micros);
        assert_eq!(hundred.percentiles([900, 990, 999]), Some([Nanos(90_000), Nanos(99_000), Nanos(100_000)]));
        assert_eq!(hundred.percentiles([0, 1, 1000]), Some([Nanos(1000), Nanos(1000), Nanos(100_000)]));
        let ten = of(1..=10, Resolution::Nanos);
        assert_eq!(ten.percentiles([900, 901]), Some([Nanos(9), Nanos(10)]));
    }

    #[test]
    fn equal_values_and_the_ends() {
        let ties = of(std::iter::repeat_n(7, 99).chain([9]), Resolution::Nanos);
        assert_eq!(ties.percentiles([0, 1, 500, 990, 991, 1000]), Some([7, 7, 7, 7, 9, 9].map(Nanos)));
        assert_eq!(ties.median_half_ns(), Some(14));
        let same = of(std::iter::repeat_n(3_000_000_001, 1_000), Resolution::Nanos);
        assert_eq!(same.percentiles([0, 500, 1000]), Some([Nanos(3_000_000_001); 3]));
    }

    #[test]
    fn large_values_are_within_a_tenth_of_a_percent() {
        for value in [2_049, 1_234_567, 99_999_999_999, u64::MAX / 3, u64::MAX] {
            let median = of([1, value, u64::MAX], Resolution::Nanos).median_half_ns().expect("three values") / 2;
            assert!(median.abs_diff(value.into()) <= u128::from(value) / 1000, "{value} {median}");
        }
    }

    #[test]
    fn nanoseconds_after_microseconds() {
        let mut both = of([1_000, 5_000_000_000, 7_000], Resolution::Micros);
        both.record(Nanos(1_500), Resolution::Nanos);
        assert_eq!(both.percentiles([250, 500]), Some([Nanos(1_000), Nanos(1_500)]));
        let max = both.percentiles([1000]).expect("four values")[0].0;
        assert!(max.abs_diff(5_000_000_000) <= 5_000_000, "{max}");
    }
}
