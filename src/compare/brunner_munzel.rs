//! Brunner and Munzel's standard error: how far the A12 of other recordings would lie from the A12 of these. A12 is the
//! probability that a delta after a change is larger than a delta before it.
//!
//! Mann and Whitney's z asks whether there is a change at all. Brunner and Munzel's standard error also holds if there
//! is a change, and does not assume that the distributions before and after it have the same shape (Brunner and Munzel,
//! 2000). It takes the loops as independent of each other.

use super::walk::{Step, Walk};

/// The standard error of A12.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StandardError {
    /// The standard error, from 0 to 1.
    pub value: f64,
    /// The degrees of freedom for Student's t, as Welch computes them; `None` if the standard error is 0.
    pub df: Option<f64>,
}

/// Returns the standard error of A12, or `None` if a side has only one value.
pub(super) fn standard_error<T: Copy + PartialOrd>(walk: &Walk<T>) -> Option<StandardError> {
    let [before, after] = walk.counts();
    if before < 2 || after < 2 {
        return None;
    }
    // A value's place is the share of the other side's values that lie below it. Equal values count half.
    let place = |smaller: u64, equal: u64, all: u64| (smaller as f64 + equal as f64 / 2.0) / all as f64;
    let of_before = |([_, smaller], step): ([u64; 2], Step<T>)| (place(smaller, step.after, after), step.before);
    let of_after = |([smaller, _], step): ([u64; 2], Step<T>)| (place(smaller, step.before, before), step.after);
    let before_part = variance(walk.steps().map(of_before), before) / before as f64;
    let after_part = variance(walk.steps().map(of_after), after) / after as f64;
    let square = before_part + after_part;
    let welch = before_part.powi(2) / (before - 1) as f64 + after_part.powi(2) / (after - 1) as f64;
    Some(StandardError { value: square.sqrt(), df: (welch > 0.0).then(|| square.powi(2) / welch) })
}

/// Returns the sample variance (divided by n-1) of places, each of which comes with its count.
fn variance(places: impl Iterator<Item = (f64, u64)> + Clone, count: u64) -> f64 {
    let mean = places.clone().map(|(place, times)| place * times as f64).sum::<f64>() / count as f64;
    places.map(|(place, times)| (place - mean).powi(2) * times as f64).sum::<f64>() / (count - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::super::walk::tests::{large, small, walk};
    use super::*;

    #[test]
    fn examples_with_known_results() {
        let error = standard_error(&small()).expect("two values");
        near(error.value, 0.113_212_065_617_348_41);
        near(error.df, 20.558_957_424_578_526);
        near(standard_error(&large()).expect("two values").value, 0.003_765_957_828_871_279_7);
    }

    #[test]
    fn sides_that_have_no_spread() {
        assert_eq!(standard_error(&walk(&[(1, 1)], &[(2, 5)])), None);
        let apart = standard_error(&walk(&[(1, 4)], &[(2, 5)]));
        assert_eq!(apart, Some(StandardError { value: 0.0, df: None }));
    }
}
