//! Divides the deltas of a transition into bins for people: their bounds are 1, 2 and 5 times a power of ten.

use crate::stats::{Bin, Transition};

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

/// A bin of the histograms of two transitions, which have the same bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SharedBin {
    /// The lower and the upper bound in nanoseconds.
    pub(super) bounds_ns: [u128; 2],
    /// The number of deltas of each transition.
    pub(super) counts: [u64; 2],
}

/// Returns the bins of a transition, from that of the smallest delta to that of the largest one. Bins between
/// these two are returned even if they hold no delta. There is no bin if there is no delta.
///
/// A delta of 0 is in a first bin that begins at 0 and ends at one clock step: 1 ns, or 1 µs if the input printed all
/// times in microseconds. The deltas themselves are stored in the narrow bins of a HdrHistogram. Such a narrow bin may
/// lie across a bound; then all its deltas count on the side of its middle value.
pub(super) fn histogram(transition: &Transition) -> Vec<HistogramBin> {
    let shared = divided(&[transition], around);
    shared.into_iter().map(|(bin, counts)| HistogramBin { count: counts[0], ..bin }).collect()
}

/// The largest number of bins of [`histogram`] that [`histogram_of_both`] replaces by narrower ones.
const FEW_BINS: usize = 3;

/// Returns the bins of two transitions, as [`histogram`] does, from that of the smallest delta of both to that of the
/// largest one. If their clock steps differ, the bin of deltas of 0 ends at the finer step.
///
/// Two similar transitions may lie in the same few bins, which would not show how they differ. So three bins or fewer are
/// replaced by narrower ones, which are a tenth, a fifth or half of a power of ten wide: 1.0, 1.1, ... 1.9, 2.0, 2.2, ...
/// 4.8, 5.0, 5.5, and so on. No bin is narrower than the clock step.
pub(super) fn histogram_of_both(transitions: [&Transition; 2]) -> Vec<SharedBin> {
    let mut shared = divided(&transitions, around);
    if shared.len() <= FEW_BINS {
        shared = divided(&transitions, narrowly_around);
    }
    shared.into_iter().map(|(bin, counts)| SharedBin { bounds_ns: [bin.low_ns, bin.high_ns], counts }).collect()
}

/// Divides the deltas of some transitions into the same bins. Returns each bin, and the number of deltas of each transition
/// in it. `around` returns the empty bin that contains a value. Its second argument is the clock step in nanoseconds.
fn divided<const N: usize>(
    transitions: &[&Transition; N],
    around: fn(u128, u128) -> HistogramBin,
) -> Vec<(HistogramBin, [u64; N])> {
    let resolutions = transitions.iter().filter_map(|transition| transition.resolution());
    let step_ns = resolutions.map(|resolution| u128::from(resolution.step_ns())).min().unwrap_or(1);
    let each = transitions.iter().enumerate();
    let mut narrow: Vec<(Bin, usize)> =
        each.flat_map(|(at, transition)| transition.bins().map(move |bin| (bin, at))).collect();
    narrow.sort_by_key(|(bin, _)| bin.value);
    let mut bins: Vec<(HistogramBin, [u64; N])> = Vec::new();
    for (bin, at) in narrow {
        let value_ns = u128::from(bin.value.0);
        let mut last = bins.last().map_or_else(|| around(value_ns, step_ns), |(last, _)| *last);
        if bins.is_empty() {
            bins.push((last, [0; N]));
        }
        while value_ns >= last.high_ns {
            last = around(last.high_ns, step_ns);
            bins.push((last, [0; N]));
        }
        if let Some((_, counts)) = bins.last_mut() {
            counts[at] += bin.count;
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

/// Returns the empty narrow bin that contains a value. All values below `step_ns` share one bin, which begins at 0.
fn narrowly_around(value_ns: u128, step_ns: u128) -> HistogramBin {
    if value_ns < step_ns {
        return HistogramBin { low_ns: 0, high_ns: step_ns, count: 0 };
    }
    let ten = 10_u128.pow(value_ns.ilog10());
    let parts = match value_ns / ten {
        1 => 10,
        2..=4 => 5,
        _ => 2,
    };
    let width = (ten / parts).max(step_ns);
    let low_ns = value_ns / width * width;
    HistogramBin { low_ns, high_ns: low_ns + width, count: 0 }
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
    fn both_sides_have_the_same_bins() {
        let transition_of = |deltas: &[u64], resolution: Resolution| {
            let mut transition = Transition::new();
            deltas.iter().for_each(|delta| transition.record(Nanos(*delta), resolution));
            transition
        };
        let shared = |before: &Transition, after: &Transition| -> Vec<(u128, u128, [u64; 2])> {
            let bins = histogram_of_both([before, after]);
            bins.iter().map(|bin| (bin.bounds_ns[0], bin.bounds_ns[1], bin.counts)).collect()
        };
        let empty = Transition::new();
        let fast = transition_of(&[10, 19, 20], Resolution::Nanos);
        let slow = transition_of(&[0, 60_000], Resolution::Micros);
        assert_eq!(shared(&empty, &empty), []);
        let bins = shared(&empty, &fast);
        assert_eq!((bins.len(), bins[0], bins[9]), (11, (10, 11, [0, 1]), (19, 20, [0, 1])));
        assert_eq!(bins[10], (20, 22, [0, 1]));
        let bins = shared(&fast, &slow);
        assert_eq!(bins[0], (0, 1, [0, 1]));
        assert_eq!(bins[4..6], [(10, 20, [2, 0]), (20, 50, [1, 0])]);
        assert_eq!(bins.last(), Some(&(50_000, 100_000, [0, 1])));
    }

    #[test]
    fn narrow_bins_meet_and_are_not_narrower_than_the_clock_step() {
        for step_ns in [1, 1_000] {
            let mut end = 0;
            while end < 10_000_000 {
                let bin = narrowly_around(end, step_ns);
                assert_eq!((bin.low_ns, bin.high_ns % step_ns), (end, 0));
                assert!(bin.high_ns >= end + step_ns);
                assert_eq!(narrowly_around(bin.high_ns - 1, step_ns), bin);
                end = bin.high_ns;
            }
        }
        let largest = narrowly_around(u128::from(u64::MAX), 1);
        assert_eq!(largest.low_ns, 18_000_000_000_000_000_000);
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
