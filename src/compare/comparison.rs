//! The comparison of one transition before and after a change.

use super::blocks::Blocks;
use super::brunner_munzel::{StandardError, standard_error};
use super::order_statistics::independent_ranks;
use super::ratio::{Interval, Ratio, Ratios, above_zero};
use super::runs::{FEWEST_RUNS, Run, ratio_of_runs};
use super::student::{Z, t_quantile};
use super::verdict::{Method, Verdict, is_too_short};
use super::walk::{KolmogorovSmirnov, MannWhitney, Walk};
use crate::event::{Nanos, Resolution};
use crate::stats::{Cells, Quantile, Transition};

const MEDIAN: Quantile = Quantile::MEDIAN;
const P90: Quantile = Quantile::P90;
const P99: Quantile = Quantile::P99;

/// One side of a comparison: a transition in the recordings before the change, or in those after it.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The deltas of all inputs of the side.
    pub transition: &'a Transition,
    /// The same deltas, divided into cells by the times at which their loops closed. A cell is a span of time. A
    /// comparison uses at most [`Cells::MAX_OF_COMPARISON`] cells; if there are more, their width is doubled until
    /// there are few enough.
    pub cells: &'a Cells,
    /// The statistics of each input of the side. An input in which the transition has no delta is left out.
    pub runs: &'a [Run],
}

/// The result of a comparison. All times are in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The way in which the intervals of `ratios` were computed.
    pub method: Method,
    /// The statistics of all deltas before the change.
    pub before: Statistics,
    /// The statistics of all deltas after the change.
    pub after: Statistics,
    /// The statistics after the change divided by those before it.
    pub ratios: Ratios,
    /// The differences between the two distributions of deltas; `None` if a side has no delta.
    pub shape: Option<Shape>,
    /// The effective sample sizes before and after the change. With [`Method::Blocks`], this is the number of
    /// independent deltas from which the mean would be known as well as it is known from the deltas of the side. With
    /// [`Method::Independent`], it is the number of deltas, but at most the number of cells. With [`Method::Runs`], it
    /// is the number of inputs.
    pub effective: [f64; 2],
    /// The answer in a word.
    pub verdict: Verdict,
    /// True if an effective sample size is under 20. The recording of that side is too short for a verdict then, so
    /// `verdict` is [`Verdict::Unclear`]. With [`Method::Runs`], `is_too_short` is always false.
    pub is_too_short: bool,
}

/// The statistics of the deltas of one side, in nanoseconds. All but the count are `None` if there is no delta.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the names are those of the statistics in every output")]
pub struct Statistics {
    pub count: u64,
    pub mean: Option<f64>,
    pub median: Option<f64>,
    pub p90: Option<f64>,
    pub p99: Option<f64>,
}

/// The differences between the distributions of the deltas of two sides: which side has the larger deltas, and where
/// the distributions differ most. The standard error and the test in it take each delta as independent of the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// The probability that a delta after the change is larger than one before it. A pair of equal deltas counts half.
    pub a12: f64,
    /// The standard error of `a12`; `None` if a side has only one delta.
    pub a12_error: Option<StandardError>,
    /// The same as `a12` on another scale. It is -1 if every delta after the change is smaller than every one before
    /// it, and 1 if every delta after the change is larger.
    pub cliff_delta: f64,
    /// The test of Mann and Whitney.
    pub mann_whitney: MannWhitney,
    /// The distance of Kolmogorov and Smirnov, and the value at which the distributions differ that much.
    pub ks: KolmogorovSmirnov<Nanos>,
}

/// Compares the deltas of a transition after a change with those before it.
pub fn compare(before: Side<'_>, after: Side<'_>) -> Comparison {
    let sides = [before, after];
    let (method, ratios, effective) = method_and_ratios(sides);
    let is_too_short = is_too_short(method, effective);
    Comparison {
        method,
        before: Statistics::of(before.transition),
        after: Statistics::of(after.transition),
        ratios,
        shape: Shape::of(sides),
        effective,
        verdict: Verdict::of(method, is_too_short, &ratios),
        is_too_short,
    }
}

/// Computes the ratios and the effective sample sizes. The method is the first one that the data permit, in the order
/// of [`Method`].
fn method_and_ratios(sides: [Side<'_>; 2]) -> (Method, Ratios, [f64; 2]) {
    if sides.iter().all(|side| side.runs.len() >= FEWEST_RUNS) {
        let ratio =
            |statistic: fn(&Run) -> f64| ratio_of_runs(sides.map(|side| side.runs.iter().map(statistic).collect()));
        let ratios = Ratios {
            mean: ratio(|run| run.mean),
            median: ratio(|run| run.median),
            p90: ratio(|run| run.p90),
            p99: ratio(|run| run.p99),
        };
        return (Method::Runs, ratios, sides.map(|side| side.runs.len() as f64));
    }
    let (method, estimates) = match sides.map(|side| Blocks::new(side.cells)) {
        [Some(before), Some(after)] => {
            (Method::Blocks, [Estimates::of_blocks(sides[0], &before), Estimates::of_blocks(sides[1], &after)])
        }
        _ => (Method::Independent, sides.map(Estimates::of_independent)),
    };
    let effective = estimates.each_ref().map(|side| side.as_ref().map_or(0.0, |side| side.effective));
    let [Some(before), Some(after)] = estimates else { return (method, Ratios::default(), effective) };
    let ratio = |statistic: fn(&Estimates) -> Interval| Ratio::of_intervals([statistic(&before), statistic(&after)]);
    let ratios = Ratios {
        mean: ratio(|side| side.mean),
        median: ratio(|side| side.median),
        p90: ratio(|side| side.p90),
        p99: ratio(|side| side.p99),
    };
    (method, ratios, effective)
}

/// The statistics of one side with their intervals, and the effective sample size of the side.
struct Estimates {
    mean: Interval,
    median: Interval,
    p90: Interval,
    p99: Interval,
    effective: f64,
}

impl Estimates {
    /// Returns the estimates with the intervals that the cells of time give; `None` if there is no delta.
    fn of_blocks(side: Side<'_>, blocks: &Blocks) -> Option<Estimates> {
        let count = side.transition.count() as f64;
        let error = blocks.mean_error();
        let (reach_ns, effective) = match side.transition.stddev_ns() {
            Some(stddev) if stddev > 0.0 => {
                // The interval is at least as wide as that of independent deltas. The effective sample size is the
                // variance of the deltas divided by the square of the standard error, but at most the count.
                let least = t_quantile(side.transition.count() - 1) * stddev / count.sqrt();
                (error.reach_ns.max(least), count / (error.square * count / stddev.powi(2)).max(1.0))
            }
            _ => (error.reach_ns, count),
        };
        Estimates::new(side, Some(reach_ns), effective, |quantile| blocks.ranks(quantile))
    }

    /// Returns the estimates with the intervals that independent deltas would have; `None` if there is no delta. Loops
    /// that closed in the same cell may depend on each other, so the effective sample size is at most the number of
    /// cells.
    fn of_independent(side: Side<'_>) -> Option<Estimates> {
        let count = side.transition.count();
        let cells = side.cells.at_most(Cells::MAX_OF_COMPARISON).cells().len() as u64;
        let reach_ns = side.transition.stddev_ns().map(|stddev| Z * stddev / (count as f64).sqrt());
        let ranks = |quantile: Quantile| independent_ranks(count, quantile.share());
        Estimates::new(side, reach_ns, count.min(cells) as f64, ranks)
    }

    /// Returns the estimates; `None` if there is no delta. The interval of the mean goes from the mean divided by e^r
    /// to the mean times e^r, where r is `reach_ns` divided by the mean. `ranks` returns the ranks of the two deltas
    /// that are the ends of the interval of a quantile.
    fn new(
        side: Side<'_>,
        reach_ns: Option<f64>,
        effective: f64,
        ranks: impl Fn(Quantile) -> [Option<u64>; 2],
    ) -> Option<Estimates> {
        let resolution = side.transition.resolution()?;
        let mean = above_zero(side.transition.mean_ns()?, resolution);
        let [median, p90, p99] =
            [MEDIAN, P90, P99].map(|quantile| of_quantile(side.transition, quantile, ranks(quantile), resolution));
        let mean = Interval::around(mean, reach_ns.map(|reach_ns| reach_ns / mean));
        Some(Estimates { mean, median: median?, p90: p90?, p99: p99?, effective })
    }
}

/// Returns a quantile with its interval, whose ends are the deltas at `ranks`; `None` if there is no delta.
fn of_quantile(
    transition: &Transition,
    quantile: Quantile,
    ranks: [Option<u64>; 2],
    resolution: Resolution,
) -> Option<Interval> {
    let half_ns = *transition.quantiles_half_ns(&[quantile])?.first()?;
    let bound = |rank: u64| transition.at_ranks(&[rank]).first().map(|delta| above_zero(delta.0 as f64, resolution));
    let [low, high] = ranks.map(|rank| rank.and_then(bound));
    Some(Interval { value: above_zero(half_ns as f64 / 2.0, resolution), low, high })
}

impl Statistics {
    fn of(transition: &Transition) -> Statistics {
        let quantile = |quantile| {
            transition.quantiles_half_ns(&[quantile]).and_then(|half_ns| Some(*half_ns.first()? as f64 / 2.0))
        };
        Statistics {
            count: transition.count(),
            mean: transition.mean_ns(),
            median: quantile(MEDIAN),
            p90: quantile(P90),
            p99: quantile(P99),
        }
    }
}

impl Shape {
    fn of(sides: [Side<'_>; 2]) -> Option<Shape> {
        let [before, after] = sides.map(|side| side.transition.bins().map(|bin| (bin.value, bin.count)));
        let walk = Walk::new(before, after)?;
        Some(Shape {
            a12: walk.a12(),
            a12_error: standard_error(&walk),
            cliff_delta: walk.cliff_delta(),
            mann_whitney: walk.mann_whitney(),
            ks: walk.kolmogorov_smirnov(),
        })
    }
}
