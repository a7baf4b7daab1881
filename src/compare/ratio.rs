//! Ratios: how many times as long the loops take after a change as before it, with the interval that holds the true
//! ratio in 95 % of all comparisons.
//!
//! A ratio of 1.10 with the interval [1.05, 1.16] says: about 10 % slower, at least 5 % and at most 16 %. If the
//! interval contains 1, the recordings do not show a change.

use crate::event::Resolution;

/// The ratio of a statistic after the change to the same statistic before it, with its interval of 95 %.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ratio {
    /// The ratio; `None` if there is no loop on a side.
    pub value: Option<f64>,
    /// The lower end of the interval; `None` if there are too few loops for a lower end.
    pub low: Option<f64>,
    /// The upper end of the interval; `None` if there are too few loops for an upper end.
    pub high: Option<f64>,
    /// The probability that the inputs of the two sides differ at least as much as these do, if the change changed
    /// nothing. It exists only for [`Method::Runs`](super::Method::Runs).
    pub p: Option<f64>,
}

/// The ratios of the statistics that a comparison has. Their values are `None` if there is no delta on a side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the names are those of the statistics in every output")]
pub struct Ratios {
    pub mean: Ratio,
    pub median: Ratio,
    pub p90: Ratio,
    pub p99: Ratio,
}

/// A statistic of one side in nanoseconds, with the bounds of its interval of 95 %. All numbers are above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub(super) value: f64,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
}

impl Interval {
    /// Returns an interval whose bounds are the value times e^-`reach` and e^`reach`.
    pub(super) fn around(value: f64, reach: Option<f64>) -> Interval {
        Interval { value, low: reach.map(|reach| value * (-reach).exp()), high: reach.map(|reach| value * reach.exp()) }
    }
}

/// Returns the number itself, or half a step of the clock if the number is 0, so that every number has a logarithm.
pub(super) fn above_zero(ns: f64, resolution: Resolution) -> f64 {
    if ns > 0.0 { ns } else { resolution.step_ns() as f64 / 2.0 }
}

impl Ratio {
    /// Returns the ratio of two statistics that were measured independently of each other. An end of the interval is
    /// `None` if a bound that it depends on is `None`.
    ///
    /// The lower end of the ratio depends on the upper bound of `before` and the lower bound of `after`. The upper end
    /// depends on the two other bounds. For each end, the distances of its two bounds from their values, as logarithms,
    /// add up like independent errors: to the root of the sum of their squares (the method MOVER of Zou and Donner,
    /// 2008).
    pub(super) fn of_intervals([before, after]: [Interval; 2]) -> Ratio {
        let log = (after.value / before.value).ln();
        let end = |sign: f64, [before_bound, after_bound]: [Option<f64>; 2]| {
            let distances = [(before_bound? / before.value).ln(), (after_bound? / after.value).ln()];
            Some((log + sign * distances[0].hypot(distances[1])).exp())
        };
        Ratio {
            value: Some(after.value / before.value),
            low: end(-1.0, [before.high, after.low]),
            high: end(1.0, [before.low, after.high]),
            p: None,
        }
    }

    /// Returns whether the whole interval lies above 1. This is false if the interval has no lower end.
    pub fn is_above_one(&self) -> bool {
        self.low.is_some_and(|low| low > 1.0)
    }

    /// Returns whether the whole interval lies below 1. This is false if the interval has no upper end.
    pub fn is_below_one(&self) -> bool {
        self.high.is_some_and(|high| high < 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::*;

    #[test]
    fn the_ratio_of_two_medians() {
        let before = Interval { value: 12.0, low: Some(11.0), high: Some(14.0) };
        let after = Interval { value: 13.5, low: Some(12.0), high: Some(15.0) };
        let ratio = Ratio::of_intervals([before, after]);
        near(ratio.value, 1.125);
        near(ratio.low, 0.926_616_872_4);
        near(ratio.high, 1.289_723_554_4);
        assert!(!ratio.is_above_one() && !ratio.is_below_one());
    }

    #[test]
    fn a_missing_bound_takes_only_its_own_end_away() {
        let whole = Interval { value: 10.0, low: Some(9.0), high: Some(12.0) };
        let [no_low, no_high] = [Interval { low: None, ..whole }, Interval { high: None, ..whole }];
        let ends = |sides| {
            let ratio = Ratio::of_intervals(sides);
            [ratio.low.is_some(), ratio.high.is_some()]
        };
        assert_eq!(ends([no_low, whole]), [true, false]);
        assert_eq!(ends([no_high, whole]), [false, true]);
        assert_eq!(ends([whole, no_low]), [false, true]);
        assert_eq!(ends([whole, no_high]), [true, false]);
        let ratio = Ratio::of_intervals([no_low, no_high]);
        assert!(ratio.high.is_none() && !ratio.is_below_one());
    }

    #[test]
    fn nothing_counts_as_half_a_clock_step() {
        assert_eq!([Resolution::Micros, Resolution::Nanos].map(|step| above_zero(0.0, step)), [500.0, 0.5]);
        assert_eq!(above_zero(0.25, Resolution::Micros), 0.25);
    }
}
