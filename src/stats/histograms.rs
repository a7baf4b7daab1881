//! Counts deltas by size. There is one histogram for deltas in microseconds and one for those in nanoseconds.

use crate::event::{Nanos, Resolution};
use hdrhistogram::Histogram;
use std::borrow::Cow;

/// The number of significant decimal digits of a histogram. With 3, the width of a bin is at most 1/1024 of its value.
pub(super) const DIGITS: u8 = 3;

/// The largest value in nanoseconds that a reader with signed numbers of 64 bits can have, such as that of Java.
const LARGEST_OF_READERS: u64 = i64::MAX as u64;

/// The deltas of a transition, counted by size. The memory does not depend on the number of deltas.
///
/// A delta is counted in the clock steps (1 µs or 1 ns) in which its input printed times. It never moves from the
/// histogram in microseconds to the other one. If it did, the counts would depend on whether an input in microseconds
/// or one in nanoseconds came first. Up to 2048 steps, a bin is one step wide.
///
/// The memory of a histogram grows with the logarithm of the largest delta. In microseconds, it is 16 KiB for deltas up
/// to 2 ms and 170 KiB for deltas up to an hour. The histogram for a clock step takes memory only if an input prints
/// times in this step.
#[derive(Clone, Debug, Default)]
pub(super) struct Histograms {
    micros: Option<Histogram<u64>>,
    nanos: Option<Histogram<u64>>,
}

/// A bin of a histogram in which there are deltas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    /// The value in the middle of the bin.
    pub value: Nanos,
    /// The number of deltas in the bin, at least 1.
    pub count: u64,
}

impl Histograms {
    /// Counts a delta whose ends were printed in `resolution`. If the delta is no whole number of the steps of
    /// `resolution`, because one of its ends was printed with more decimals, it is counted in nanoseconds.
    pub(super) fn record(&mut self, delta: Nanos, resolution: Resolution) {
        let steps = delta.0 / resolution.step_ns();
        let is_whole = steps * resolution.step_ns() == delta.0;
        let (resolution, steps) = if is_whole { (resolution, steps) } else { (Resolution::Nanos, delta.0) };
        count(self.of(resolution).get_or_insert_with(empty), steps, 1);
    }

    /// Counts all deltas of `other`.
    pub(super) fn merge(&mut self, other: &Histograms) {
        for (resolution, other) in [(Resolution::Micros, &other.micros), (Resolution::Nanos, &other.nanos)] {
            let Some(other) = other else { continue };
            let histogram = self.of(resolution).get_or_insert_with(empty);
            // `add` fails, before it has changed anything, only if the histogram cannot grow to the largest value.
            if histogram.add(other).is_err() {
                other.iter_recorded().for_each(|bin| count(histogram, bin.value_iterated_to(), bin.count_at_value()));
            }
        }
    }

    /// Returns the bins of both histograms, the one with the smallest value first.
    pub(super) fn bins(&self) -> impl Iterator<Item = Bin> {
        let mut micros = bins_of(self.micros.as_ref(), Resolution::Micros).peekable();
        let mut nanos = bins_of(self.nanos.as_ref(), Resolution::Nanos).peekable();
        std::iter::from_fn(move || match (micros.peek(), nanos.peek()) {
            (Some(coarse), Some(fine)) if fine.value < coarse.value => nanos.next(),
            (Some(_), _) => micros.next(),
            (None, _) => nanos.next(),
        })
    }

    /// Returns all deltas in one histogram, and the clock step in which it counts. If there are deltas in nanoseconds,
    /// the result is that of [`Histograms::in_nanos`].
    pub(super) fn joined(&self, extremes: Option<[u64; 2]>) -> (Cow<'_, Histogram<u64>>, Resolution) {
        match (&self.micros, &self.nanos) {
            (Some(micros), None) => (Cow::Borrowed(micros), Resolution::Micros),
            (None, Some(nanos)) => (Cow::Borrowed(nanos), Resolution::Nanos),
            _ => (Cow::Owned(self.in_nanos(extremes)), Resolution::Nanos),
        }
    }

    /// Returns all deltas in one histogram that counts in nanoseconds.
    ///
    /// `extremes` are the smallest and the greatest delta in nanoseconds; `None` if there is no delta. They are counted
    /// as they are. Any other delta is counted as the middle of its bin, but never below the smallest or above the
    /// greatest one. A delta of more than 292 years (2^63 - 1 ns) counts as 292 years, the largest value that the readers
    /// of other languages know.
    pub(super) fn in_nanos(&self, extremes: Option<[u64; 2]>) -> Histogram<u64> {
        let mut histogram = empty();
        let Some([min, max]) = extremes else { return histogram };
        let mut add = |value: u64, times: u64| count(&mut histogram, value.min(LARGEST_OF_READERS), times);
        let mut bins: Vec<Bin> = self.bins().collect();
        if let Some(first) = bins.first_mut() {
            first.count -= 1;
            add(min, 1);
        }
        // The only bin of a single delta is empty by now.
        if let Some(last) = bins.last_mut().filter(|bin| bin.count > 0) {
            last.count -= 1;
            add(max, 1);
        }
        bins.iter().filter(|bin| bin.count > 0).for_each(|bin| add(bin.value.0.clamp(min, max), bin.count));
        histogram
    }

    /// Returns the finest clock step in which there is a delta; `None` if there is no delta.
    pub(super) fn resolution(&self) -> Option<Resolution> {
        let micros = self.micros.as_ref().map(|_| Resolution::Micros);
        self.nanos.as_ref().map(|_| Resolution::Nanos).or(micros)
    }

    /// Returns the histogram of the deltas that were counted in steps of `resolution`, if there are any.
    pub(super) fn in_steps_of(&self, resolution: Resolution) -> Option<&Histogram<u64>> {
        let histogram = match resolution {
            Resolution::Micros => &self.micros,
            Resolution::Nanos => &self.nanos,
        };
        histogram.as_ref().filter(|histogram| !histogram.is_empty())
    }

    /// Counts a delta of this many steps of `resolution`, `times` times.
    pub(super) fn add(&mut self, steps: u64, times: u64, resolution: Resolution) {
        count(self.of(resolution).get_or_insert_with(empty), steps, times);
    }

    fn of(&mut self, resolution: Resolution) -> &mut Option<Histogram<u64>> {
        match resolution {
            Resolution::Micros => &mut self.micros,
            Resolution::Nanos => &mut self.nanos,
        }
    }
}

/// Returns the bins of a histogram that counts in steps of `resolution`.
fn bins_of(histogram: Option<&Histogram<u64>>, resolution: Resolution) -> impl Iterator<Item = Bin> {
    histogram.into_iter().flat_map(move |histogram| {
        histogram.iter_recorded().map(move |bin| {
            let steps = histogram.median_equivalent(bin.value_iterated_to());
            let value = Nanos(steps.saturating_mul(resolution.step_ns()));
            Bin { value, count: bin.count_at_value() }
        })
    })
}

/// Returns an empty histogram that grows when a value needs it.
#[cold]
fn empty() -> Histogram<u64> {
    match Histogram::new(DIGITS) {
        Ok(histogram) => histogram,
        Err(_) => unreachable!("{DIGITS} digits are among the 0 to 5 that hdrhistogram takes"),
    }
}

/// Counts a value `times` times. The histogram grows if it has no bin for a value so large. If it cannot grow that far,
/// the largest value that it has a bin for is counted instead.
fn count(histogram: &mut Histogram<u64>, value: u64, times: u64) {
    // `record_n` comes first because `saturating_record_n` never makes the histogram larger.
    if histogram.record_n(value, times).is_err() {
        histogram.saturating_record_n(value, times);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histograms_of(deltas: &[(u64, Resolution)]) -> Histograms {
        let mut histograms = Histograms::default();
        deltas.iter().for_each(|&(delta, resolution)| histograms.record(Nanos(delta), resolution));
        histograms
    }

    fn values(histograms: &Histograms) -> Vec<(u64, u64)> {
        histograms.bins().map(|bin| (bin.value.0, bin.count)).collect()
    }

    #[test]
    fn a_clock_step_that_does_not_occur_has_no_histogram() {
        let histograms = histograms_of(&[(5_000, Resolution::Micros)]);
        assert!(histograms.micros.is_some() && histograms.nanos.is_none());
        assert_eq!(values(&Histograms::default()), []);
    }

    #[test]
    fn bins_of_both_clock_steps_come_in_the_order_of_their_values() {
        use Resolution::{Micros, Nanos};
        let histograms =
            histograms_of(&[(7_000, Micros), (1_500, Nanos), (2_000, Nanos), (2_000, Micros), (9_000, Nanos)]);
        // The value of the last bin is the middle of a bin that is 8 ns wide and holds 9000 ns.
        assert_eq!(values(&histograms), [(1_500, 1), (2_000, 1), (2_000, 1), (7_000, 1), (9_004, 1)]);
    }

    /// Returns the least value of each bin with its count.
    fn lowest(histogram: &Histogram<u64>) -> Vec<(u64, u64)> {
        let lowest = |value: u64| histogram.lowest_equivalent(value);
        histogram.iter_recorded().map(|bin| (lowest(bin.value_iterated_to()), bin.count_at_value())).collect()
    }

    #[test]
    fn one_clock_step_keeps_its_bins() {
        let nanos = [7, 2_048, 2_049, 5_000_001].map(|delta| (delta, Resolution::Nanos));
        let histograms = histograms_of(&nanos);
        let (joined, resolution) = histograms.joined(Some([7, 5_000_001]));
        assert_eq!((joined.into_owned(), resolution), (histograms.in_nanos(Some([7, 5_000_001])), Resolution::Nanos));
        assert_eq!(Some(histograms.in_nanos(Some([7, 5_000_001]))), histograms.nanos);
        let micros = histograms_of(&nanos[..1].iter().map(|_| (3_000, Resolution::Micros)).collect::<Vec<_>>());
        let (joined, resolution) = micros.joined(Some([3_000; 2]));
        assert_eq!((lowest(&joined), resolution), (vec![(3, 1)], Resolution::Micros));
        assert_eq!(lowest(&Histograms::default().joined(None).0), []);
    }

    #[test]
    fn microseconds_become_nanoseconds_between_the_extremes() {
        use Resolution::{Micros, Nanos};
        let histograms = histograms_of(&[(1_000, Micros), (1_000, Micros), (5_000_000_000, Micros), (1_501, Nanos)]);
        let joined = histograms.in_nanos(Some([1_000, 5_000_000_000]));
        let largest = joined.lowest_equivalent(5_000_000_000);
        assert_eq!(lowest(&joined), [(1_000, 2), (1_501, 1), (largest, 1)]);
        // The middle of the only bin, 5000194 us, lies above the greatest delta.
        let one = histograms_of(&[(5_000_000_000, Micros), (5_000_001_000, Micros), (5_000_001_000, Micros)]);
        assert_eq!(one.in_nanos(Some([5_000_000_000, 5_000_001_000])).len(), 3);
        assert!(one.in_nanos(Some([5_000_000_000, 5_000_001_000])).max() < 5_004_500_000);
        let huge = histograms_of(&[(u64::MAX, Nanos)]);
        assert_eq!(huge.in_nanos(Some([u64::MAX; 2])).high(), i64::MAX as u64);
    }

    #[test]
    fn merged_histograms_have_the_bins_of_all() {
        use Resolution::{Micros, Nanos};
        let parts = [
            histograms_of(&[(1_000, Micros), (3_600_000_000_000, Micros)]),
            histograms_of(&[(1_000, Micros), (u64::MAX, Nanos), (2_049, Nanos)]),
            Histograms::default(),
        ];
        let all = histograms_of(&[
            (u64::MAX, Nanos),
            (2_049, Nanos),
            (3_600_000_000_000, Micros),
            (1_000, Micros),
            (1_000, Micros),
        ]);
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut merged = Histograms::default();
            order.into_iter().for_each(|part| merged.merge(&parts[part]));
            assert_eq!(values(&merged), values(&all));
        }
    }
}
