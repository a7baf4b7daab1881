//! The statistics of a transition as text. All formats but `log` print this text.

use crate::event::Nanos;
use crate::stats::Transition;
use crate::text::{Unit, push_float, push_half_span, push_span};

/// The names of the statistics of a transition. In every format they follow the count.
pub(super) const STATISTICS: [&str; 8] = ["mean", "stddev", "min", "median", "p90", "p99", "p99.9", "max"];

/// Returns the values of [`STATISTICS`] in a unit. `None` stands for a statistic without a value.
///
/// A value that is a whole number of nanoseconds or of half nanoseconds is printed exactly. Any other value is a float,
/// and is printed as the shortest text from which the same float can be read.
pub(super) fn statistics(transition: &Transition, unit: Unit) -> [Option<Vec<u8>>; 8] {
    let text = |push: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        push(&mut out);
        out
    };
    let float = |ns: f64| text(&|out| push_float(out, ns / unit.in_ns() as f64));
    let span = |span: Nanos| text(&|out| push_span(out, span, unit));
    let percentiles = transition.percentiles([900, 990, 999]);
    let percentile = |at: usize| percentiles.map(|values| span(values[at]));
    [
        transition.mean_ns().map(float),
        transition.stddev_ns().map(float),
        transition.min().map(span),
        transition.median_half_ns().map(|half_ns| text(&|out| push_half_span(out, half_ns, unit))),
        percentile(0),
        percentile(1),
        percentile(2),
        transition.max().map(span),
    ]
}
