//! Divides the deltas of a transition into bins for people: their bounds are 1, 2 and 5 times a power of ten.

use crate::stats::Transition;

/// A bin of a histogram: deltas of at least `low_ns` and less than `high_ns`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HistogramBin {
    /// The lower bound in nanoseconds.
    pub(super) low_ns: u128,
    /// The upper bound in nanoseconds. It is a `u128` because the bin of the largest `u64` ends at 2 * 10^19.
    pub(super) high_ns: u128,
    /// The number of deltas.
    pub(super) count: u64,
}

/// Returns the bins of a transition, from that of the smallest delta to that of the largest one. Bins between
/// these two are returned even if they hold no delta. There is no bin if there is no delta.
///
/// A delta of 0 is in a first bin that begins at 0 and ends at one clock step: 1 ns, or 1 µs if the input printed all
/// times in microseconds. The deltas themselves are stored in the narrow bins of a HdrHistogram. Such a narrow bin may
/// lie across a bound; then all its deltas count on the side of its middle value.
pub(super) fn histogram(transition: &Transition) -> Vec<HistogramBin> {
    let step_ns = transition.resolution().map_or(1, |resolution| u128::from(resolution.step_ns()));
    let mut bins: Vec<HistogramBin> = Vec::new();
    for bin in transition.bins() {
        let value_ns = u128::from(bin.value.0);
        let mut last = bins.last().copied().unwrap_or_else(|| HistogramBin { count: 0, ..around(value_ns, step_ns) });
        if bins.is_empty() {
            bins.push(last);
        }
        while value_ns >= last.high_ns {
            last = HistogramBin { count: 0, ..around(last.high_ns, step_ns) };
            bins.push(last);
        }
        if let Some(last) = bins.last_mut() {
            last.count += bin.count;
        }
    }
    bins
}

/// Returns the empty bin that contains a value. All values below `step_ns` share one bin, which begins at 0.
fn around(value_ns: u128, step_ns: u128) -> HistogramBin {
    if value_ns < step_ns {
        return HistogramBin { low_ns: 0, high_ns: step_ns, count: 0 };
    }
    let ten = 10_u128.pow(value_ns.ilog10());
    let [low, high] = match value_ns / ten {
        1 => [1, 2],
        2..=4 => [2, 5],
        _ => [5, 10],
    };
    HistogramBin { low_ns: low * ten, high_ns: high * ten, count: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Nanos, Resolution};

    fn bins_of(deltas: &[u64], resolution: Resolution) -> Vec<(u128, u128, u64)> {
        let mut transition = Transition::new();
        deltas.iter().for_each(|delta| transition.record(Nanos(*delta), resolution));
        histogram(&transition).iter().map(|bin| (bin.low_ns, bin.high_ns, bin.count)).collect()
    }

    #[test]
    fn no_bin_is_left_out_between_the_first_and_the_last() {
        assert_eq!(bins_of(&[], Resolution::Nanos), []);
        assert_eq!(bins_of(&[7], Resolution::Nanos), [(5, 10, 1)]);
        let bins = bins_of(&[10, 19, 20, 150], Resolution::Nanos);
        assert_eq!(bins, [(10, 20, 2), (20, 50, 1), (50, 100, 0), (100, 200, 1)]);
    }

    #[test]
    fn zero_is_in_a_first_bin_of_one_clock_step() {
        assert_eq!(bins_of(&[0, 0, 1], Resolution::Nanos), [(0, 1, 2), (1, 2, 1)]);
        let bins = bins_of(&[0, 3_000], Resolution::Micros);
        assert_eq!(bins, [(0, 1_000, 1), (1_000, 2_000, 0), (2_000, 5_000, 1)]);
        assert_eq!(bins_of(&[3_000], Resolution::Micros), [(2_000, 5_000, 1)]);
    }

    #[test]
    fn the_largest_delta_has_a_bin() {
        let bins = bins_of(&[u64::MAX], Resolution::Nanos);
        assert_eq!(bins, [(10_000_000_000_000_000_000, 20_000_000_000_000_000_000, 1)]);
    }

    #[test]
    fn a_bound_belongs_to_the_bin_above_it() {
        assert_eq!(bins_of(&[5_000_000, 5_000_000], Resolution::Nanos), [(5_000_000, 10_000_000, 2)]);
    }
}
