//! Counts deltas by size. There is one histogram for deltas in microseconds and one for those in nanoseconds.

use crate::event::{Nanos, Resolution};
use hdrhistogram::Histogram;

/// The number of significant decimal digits of a histogram. With 3, the width of a bin is at most 1/1024 of its value.
const DIGITS: u8 = 3;

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
            for bin in other.iter_recorded() {
                count(histogram, bin.value_iterated_to(), bin.count_at_value());
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

    /// Returns the finest clock step in which there is a delta; `None` if there is no delta.
    pub(super) fn resolution(&self) -> Option<Resolution> {
        let micros = self.micros.as_ref().map(|_| Resolution::Micros);
        self.nanos.as_ref().map(|_| Resolution::Nanos).or(micros)
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
