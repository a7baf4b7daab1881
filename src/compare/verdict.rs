//! The verdict in a word, and the method on which it rests.

use super::ratio::Ratios;

/// The smallest effective sample size of a side for a verdict: a recording with less is too short. The effective sample
/// size is the number of independent loops that would tell as much as the loops of the side.
const ENOUGH: f64 = 20.0;

/// The way in which the intervals of a comparison were computed. A comparison takes the first one that its data permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Each side has at least 4 inputs, and the inputs are compared as wholes. Only this method takes into account how
    /// much one recording differs from the next although nothing was changed.
    Runs,
    /// The loops are divided into cells of time. The differences between the cells show how much the loops depend on
    /// each other.
    Blocks,
    /// Every loop counts as independent of all others, because the loops of a side closed in fewer than 8 cells of
    /// time. Loops are rarely independent, so the intervals are mostly too narrow, and the verdict is always `unclear`.
    Independent,
}

/// The answer to the question whether the loops take longer after the change. A statistic grew if the whole interval of
/// its ratio (after to before) lies above 1, and it shrank if the whole interval lies below 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The median or the p99 grew, and neither shrank.
    Slower,
    /// The median or the p99 shrank, and neither grew.
    Faster,
    /// One of median and p99 grew, and the other one shrank.
    Mixed,
    /// The recordings do not show a change, or they are too short for a verdict.
    Unclear,
}

impl Method {
    /// Returns the name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Method::Runs => "runs",
            Method::Blocks => "blocks",
            Method::Independent => "independent",
        }
    }
}

impl Verdict {
    /// Returns the name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Slower => "slower",
            Verdict::Faster => "faster",
            Verdict::Mixed => "mixed",
            Verdict::Unclear => "unclear",
        }
    }

    /// Returns the verdict of a comparison. `is_too_short` is true if the recording of a side is too short for a
    /// verdict.
    pub(super) fn of(method: Method, is_too_short: bool, ratios: &Ratios) -> Verdict {
        if method == Method::Independent || is_too_short {
            return Verdict::Unclear;
        }
        let deciding = [ratios.median, ratios.p99];
        match (deciding.iter().any(|ratio| ratio.is_above_one()), deciding.iter().any(|ratio| ratio.is_below_one())) {
            (true, false) => Verdict::Slower,
            (false, true) => Verdict::Faster,
            (true, true) => Verdict::Mixed,
            (false, false) => Verdict::Unclear,
        }
    }
}

/// Returns whether the recording of a side is too short for a verdict. With the method runs, no recording is too short,
/// because there each input counts as one observation, and 4 inputs are enough.
pub(super) fn is_too_short(method: Method, effective: [f64; 2]) -> bool {
    method != Method::Runs && effective.iter().any(|&size| size < ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::super::Ratio;
    use super::*;

    fn ratio(low: Option<f64>, high: Option<f64>) -> Ratio {
        Ratio { value: Some(1.0), low, high, p: None }
    }

    #[test]
    fn median_and_p99_decide() {
        let above = ratio(Some(1.01), Some(1.5));
        let below = ratio(Some(0.5), Some(0.99));
        let around = ratio(Some(0.9), Some(1.1));
        let touching = ratio(Some(1.0), Some(1.0));
        let open = ratio(None, None);
        for (median, p99, verdict) in [
            (above, around, Verdict::Slower),
            (around, above, Verdict::Slower),
            (above, above, Verdict::Slower),
            (below, open, Verdict::Faster),
            (around, below, Verdict::Faster),
            (above, below, Verdict::Mixed),
            (below, above, Verdict::Mixed),
            (around, open, Verdict::Unclear),
            (touching, touching, Verdict::Unclear),
        ] {
            // The mean and the p90 shrank in every case, which must not matter.
            let ratios = Ratios { mean: below, median, p90: below, p99 };
            for method in [Method::Runs, Method::Blocks] {
                assert_eq!(Verdict::of(method, false, &ratios), verdict, "{median:?} {p99:?}");
                assert_eq!(Verdict::of(method, true, &ratios), Verdict::Unclear);
            }
            assert_eq!(Verdict::of(Method::Independent, false, &ratios), Verdict::Unclear);
        }
        // The median is known to have grown, although the upper end of its interval is not known.
        let half_open =
            Ratios { mean: above, median: ratio(Some(1.01), None), p90: above, p99: ratio(None, Some(2.0)) };
        assert_eq!(Verdict::of(Method::Blocks, false, &half_open), Verdict::Slower);
    }

    #[test]
    fn twenty_is_enough() {
        assert!(!is_too_short(Method::Blocks, [20.0, 25.0]));
        assert!(is_too_short(Method::Blocks, [1000.0, 19.999]));
        assert!(is_too_short(Method::Independent, [7.0, 1000.0]));
        assert!(!is_too_short(Method::Runs, [4.0, 4.0]));
    }
}
