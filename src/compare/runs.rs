//! Runs: a comparison of whole inputs, if each side has at least four of them.
//!
//! Caches, the placement of threads and other programs make a run differ from the next one even if nothing was changed.
//! One recording cannot show how much, but several runs on each side can. Each run counts as one observation, however
//! many loops it has. The ratio of the sides is the median of the ratios of all pairs of a run after the change and a
//! run before it (Hodges and Lehmann, 1963).

use super::orders::{beyond_each_end, exact_p};
use super::ratio::{Ratio, above_zero};
use super::walk::Walk;
use crate::stats::{Quantile, Transition};

/// The smallest number of runs of each side for which runs are compared.
pub(super) const FEWEST_RUNS: usize = 4;

/// The four statistics that a comparison keeps of one input: those of a transition's deltas, in nanoseconds and above
/// 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    pub(super) mean: f64,
    pub(super) median: f64,
    pub(super) p90: f64,
    pub(super) p99: f64,
}

impl Run {
    /// Takes the statistics of the deltas of one input; `None` if the input has no delta. A statistic of 0 counts as
    /// half a clock step of the input.
    pub fn of(transition: &Transition) -> Option<Run> {
        let resolution = transition.resolution()?;
        let quantiles = [Quantile::MEDIAN, Quantile::P90, Quantile::P99];
        let half_ns = transition.quantiles_half_ns(&quantiles)?;
        let quantile = |at: usize| above_zero(half_ns[at] as f64 / 2.0, resolution);
        let mean = above_zero(transition.mean_ns()?, resolution);
        Some(Run { mean, median: quantile(0), p90: quantile(1), p99: quantile(2) })
    }
}

/// Returns the ratio of one statistic of the runs, with its interval and p. Each side has at least four numbers, all
/// above 0. The logarithm of a ratio is a difference of two logarithms, so the ratios of all pairs of runs are computed
/// as such differences.
pub(super) fn ratio_of_runs(sides: [Vec<f64>; 2]) -> Ratio {
    let [before, after] = sides.map(|side| {
        let mut logs: Vec<f64> = side.into_iter().map(f64::ln).collect();
        logs.sort_unstable_by(f64::total_cmp);
        logs
    });
    let sizes = [before.len(), after.len()];
    let pairs = (sizes[0] * sizes[1]) as u64;
    let at = |rank: u64| difference_at(&before, &after, rank);
    let middle = (at(pairs.div_ceil(2)) + at(pairs / 2 + 1)) / 2.0;
    let beyond = beyond_each_end(sizes);
    Ratio {
        value: Some(middle.exp()),
        low: Some(at(beyond + 1).exp()),
        high: Some(at(pairs - beyond).exp()),
        p: p_of_runs(&before, &after),
    }
}

/// Returns the probability that the runs of the two sides differ at least as much as these do, if the change changed
/// nothing. With more than 20 runs on a side, it comes from the normal distribution.
fn p_of_runs(before: &[f64], after: &[f64]) -> Option<f64> {
    let each_once = |side: &[f64]| side.iter().map(|&log| (log, 1)).collect::<Vec<_>>();
    let walk = Walk::new(each_once(before).into_iter(), each_once(after).into_iter())?;
    exact_p([before.len(), after.len()], walk.twice_u()).or_else(|| Some(walk.mann_whitney().p))
}

/// Returns the difference with this rank among all differences of a number of `after` minus a number of `before`. Both
/// lists are sorted. The smallest difference has the rank 1.
///
/// With 1000 runs on each side there are a million differences, so they are not listed. Instead, a bisection over all
/// floats finds the smallest float for which at least `rank` differences are at most this float. The float that is
/// found is one of the differences.
fn difference_at(before: &[f64], after: &[f64], rank: u64) -> f64 {
    let (mut too_low, mut enough) = (key_of(f64::NEG_INFINITY), key_of(f64::INFINITY));
    while enough - too_low > 1 {
        let middle = too_low + (enough - too_low) / 2;
        if differences_up_to(before, after, float_of(middle)) >= rank {
            enough = middle;
        } else {
            too_low = middle;
        }
    }
    float_of(enough)
}

/// Returns how many differences are at most `limit`. The larger a number of `before` is, the more numbers of `after`
/// are within the limit, so one pass over both is enough.
fn differences_up_to(before: &[f64], after: &[f64], limit: f64) -> u64 {
    let mut within = 0;
    let mut all = 0;
    for earlier in before {
        while after.get(within).is_some_and(|later| later - earlier <= limit) {
            within += 1;
        }
        all += within as u64;
    }
    all
}

/// Returns a number for each float so that the numbers have the order of the floats and neighbours differ by 1.
fn key_of(float: f64) -> u64 {
    let bits = float.to_bits();
    if float.is_sign_negative() { !bits } else { bits | 1 << 63 }
}

/// Returns the float for which [`key_of`] returns this number.
fn float_of(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 0 { !key } else { key & !(1 << 63) })
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::*;
    use crate::event::{Nanos, Resolution};
    use proptest::prelude::*;

    /// The known results are those of a separate computation, which lists all 36 ratios. Of the 924 orders of 6 and 6
    /// runs, 4 separate the sides at least as clearly as these runs, so p is 4/924.
    #[test]
    fn the_example_with_known_results() {
        let before = vec![97.0, 101.0, 99.0, 104.0, 98.0, 100.0];
        let after = vec![110.0, 108.0, 115.0, 103.0, 109.0, 112.0];
        let ratio = ratio_of_runs([before, after]);
        near(ratio.value, 1.101_525_338_1);
        near(ratio.low, 1.048_076_923_1);
        near(ratio.high, 1.142_857_142_9);
        near(ratio.p, 0.004_329_004_329);
    }

    #[test]
    fn four_equal_runs_a_side() {
        let ratio = ratio_of_runs([vec![5.0; 4], vec![5.0; 4]]);
        assert_eq!(ratio, Ratio { value: Some(1.0), low: Some(1.0), high: Some(1.0), p: Some(1.0) });
        assert!(!ratio.is_above_one() && !ratio.is_below_one());
        let twice = ratio_of_runs([vec![5.0; 4], vec![10.0; 4]]);
        near(twice.low, 2.0);
        near(twice.high, 2.0);
        near(twice.p, 2.0 / 70.0);
    }

    /// With 4 runs on each side, no ratio lies beyond the ends of the interval.
    #[test]
    fn four_and_four_reach_from_the_least_to_the_greatest_ratio() {
        let ratio = ratio_of_runs([vec![10.0, 11.0, 12.0, 13.0], vec![9.0, 14.0, 15.0, 20.0]]);
        near(ratio.low, 9.0 / 13.0);
        near(ratio.high, 2.0);
        assert!(!ratio.is_above_one());
    }

    #[test]
    fn many_runs() {
        for runs in [21, 300, 2000] {
            let side = |factor: f64| (0..runs).map(|i| factor * (1.0 + f64::from(i * 7919 % 101) / 1e3)).collect();
            let ratio = ratio_of_runs([side(100.0), side(110.0)]);
            near(ratio.value, 1.1);
            assert!(ratio.is_above_one() && ratio.p.is_some_and(|p| p < 1e-4), "{runs} {ratio:?}");
            let equal = ratio_of_runs([side(100.0), side(100.0)]);
            near(equal.value, 1.0);
            near(equal.p, 1.0);
            near(equal.low, 1.0 / equal.high.expect("an end"));
            assert!(!equal.is_above_one() && !equal.is_below_one());
        }
    }

    #[test]
    fn an_input_without_loops_is_no_run_and_zeros_are_half_a_step() {
        let mut transition = Transition::new();
        assert_eq!(Run::of(&transition), None);
        transition.record(Nanos(0), Resolution::Micros);
        assert_eq!(Run::of(&transition), Some(Run { mean: 500.0, median: 500.0, p90: 500.0, p99: 500.0 }));
        transition.record(Nanos(3000), Resolution::Micros);
        assert_eq!(Run::of(&transition), Some(Run { mean: 1500.0, median: 1500.0, p90: 3000.0, p99: 3000.0 }));
    }

    #[test]
    fn keys_have_the_order_of_floats() {
        let floats = [f64::NEG_INFINITY, -2.5, -1e-300, -0.0, 0.0, 5e-324, 3.25, f64::INFINITY];
        assert!(floats.is_sorted_by_key(|&float| key_of(float)));
        assert!(floats.iter().all(|&float| float_of(key_of(float)).to_bits() == float.to_bits()));
        assert_eq!(key_of(0.0) - key_of(-0.0), 1);
    }

    proptest! {
        #[test]
        fn bisection_finds_the_sorted_difference(
            mut before in prop::collection::vec(-3..3_i32, 1..9),
            mut after in prop::collection::vec(-3..3_i32, 1..9),
        ) {
            before.sort_unstable();
            after.sort_unstable();
            let floats = |side: &[i32]| side.iter().map(|&number| f64::from(number) / 7.0).collect::<Vec<_>>();
            let [before, after] = [floats(&before), floats(&after)];
            let mut all: Vec<f64> = after.iter().flat_map(|later| before.iter().map(move |at| later - at)).collect();
            all.sort_unstable_by(f64::total_cmp);
            for (at, difference) in all.iter().enumerate() {
                prop_assert_eq!(difference_at(&before, &after, at as u64 + 1), *difference);
            }
        }
    }
}
