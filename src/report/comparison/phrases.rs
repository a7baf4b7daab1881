//! Phrases and numbers of a comparison that the table and the page for browsers share.

use crate::compare::{Comparison, Method, Ratio, Ratios, Shape, Statistics, Verdict};
use crate::event::Nanos;

/// Returns the verdict in words, with the reason if it is unclear, and with the ratios of the median and the p99, which
/// decide it.
pub(in crate::report) fn answer(comparison: &Comparison) -> String {
    let reason = reason(comparison).map_or(String::new(), |reason| format!(", {reason}"));
    let change = change(comparison).map_or(String::new(), |change| format!("; {change}"));
    format!("{}{reason}{change}", comparison.verdict.name())
}

/// Returns why the verdict is `unclear`; `None` for any other verdict.
pub(in crate::report) fn reason(comparison: &Comparison) -> Option<&'static str> {
    let Comparison { verdict, before, after, method, is_too_short, .. } = comparison;
    match (verdict, before.count, after.count) {
        (_, 0, 0) => Some("as no loop closed on either side"),
        (_, 0, _) => Some("as no loop closed before"),
        (_, _, 0) => Some("as no loop closed after"),
        (Verdict::Unclear, ..) if *method == Method::Independent => {
            Some("as the recording is too short to know how loops depend on each other")
        }
        (Verdict::Unclear, ..) if *is_too_short => Some("as the recording is too short"),
        (Verdict::Unclear, ..) => Some("the recordings do not show a change"),
        _ => None,
    }
}

/// Returns the ratios of the median and of the p99 in words; `None` if a side has no closed loop.
pub(in crate::report) fn change(comparison: &Comparison) -> Option<String> {
    let Comparison { ratios, before, after, .. } = comparison;
    let has_both = before.count > 0 && after.count > 0;
    has_both.then(|| format!("the median took {}, the p99 {}", times(&ratios.median), times(&ratios.p99)))
}

/// Returns a ratio in words: `1.05 times as long (0.954 to 1.14)`.
fn times(ratio: &Ratio) -> String {
    let Some(value) = ratio.value else { return "an unknown time".to_owned() };
    let interval = match (ratio.low, ratio.high) {
        (Some(low), Some(high)) => format!("{} to {}", digits(low), digits(high)),
        (Some(low), None) => format!("at least {}", digits(low)),
        (None, Some(high)) => format!("at most {}", digits(high)),
        (None, None) => "no interval".to_owned(),
    };
    format!("{} times as long ({interval})", digits(value))
}

/// A function that takes one statistic out of the statistics of a side.
pub(in crate::report) type Of = fn(&Statistics) -> Option<f64>;

/// Returns for each compared statistic its name, the function that takes it out of a side, and its ratio.
pub(in crate::report) fn statistics(ratios: &Ratios) -> [(&'static str, Of, Ratio); 4] {
    [
        ("mean", |side| side.mean, ratios.mean),
        ("median", |side| side.median, ratios.median),
        ("p90", |side| side.p90, ratios.p90),
        ("p99", |side| side.p99, ratios.p99),
    ]
}

/// Returns the interval of a ratio: `0.954 .. 1.14`. An end that is not known is `-`.
pub(in crate::report) fn interval(ratio: &Ratio) -> String {
    let end = |end: Option<f64>| end.map_or("-".to_owned(), digits);
    format!("{} .. {}", end(ratio.low), end(ratio.high))
}

/// Returns the method of the comparison in words, and how much data it had on each side.
pub(in crate::report) fn basis(comparison: &Comparison) -> String {
    let Comparison { method, effective, is_too_short, .. } = comparison;
    let [before, after] = effective.map(|size| format!("{size:.0}"));
    let method = match method {
        Method::Runs => format!("method runs: {before} inputs before and {after} after, each one observation"),
        Method::Blocks => format!("method blocks: worth {before} independent loops before and {after} after"),
        Method::Independent => "method independent: the loops closed in too few cells of time".to_owned(),
    };
    let short = if *is_too_short { ", fewer than the 20 that a verdict needs" } else { "" };
    format!("{method}{short}")
}

/// Returns the differences between the two distributions in words. `time` returns the text of a time with its unit.
pub(in crate::report) fn words(shape: &Shape, time: impl Fn(Nanos) -> String) -> String {
    let Shape { a12, ks, .. } = shape;
    let most = ks.at.map_or(String::new(), |at| {
        format!(", and the shares up to {} differ most, by {:.1} %", time(at), ks.d * 100.0)
    });
    format!("a loop after takes longer than one before in {:.1} % of the cases{most}", a12 * 100.0)
}

/// Returns a number with three significant digits.
pub(in crate::report) fn digits(number: f64) -> String {
    let whole = if number > 0.0 { number.log10().floor() } else { 0.0 };
    let decimals = (2.0 - whole).clamp(0.0, 4.0) as usize;
    format!("{number:.decimals$}")
}
