//! The statistics of a transition that a summary shows, and their exact text, which JSON and TSV print.

use super::style::Style;
use crate::stats::Transition;
use crate::text::{Unit, push_float, push_half_span, push_integer};

/// A statistic of a transition.
pub(super) struct Statistic {
    /// The name in every output, such as `p99.9`.
    pub(super) name: String,
    /// The value; `None` if there are too few deltas for it.
    pub(super) amount: Option<Amount>,
}

/// The value of a statistic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Amount {
    /// A number of deltas.
    Count(u64),
    /// A time that is known exactly, in half nanoseconds.
    Exact(u128),
    /// A time in nanoseconds as a float.
    Float(f64),
}

/// The index of the sum in the result of [`statistics`].
pub(super) const SUM_AT: usize = 1;

/// Returns the statistics of a transition that the user asked for, in the order in which JSON and the table show them.
pub(super) fn statistics(transition: &Transition, style: &Style) -> Vec<Statistic> {
    let statistic = |name: &str, amount: Option<Amount>| Statistic { name: name.to_owned(), amount };
    let exact = |ns: u64| Amount::Exact(2 * u128::from(ns));
    let mut all = vec![
        statistic("count", Some(Amount::Count(transition.count()))),
        statistic("sum", Some(Amount::Exact(2 * transition.sum_ns()))),
        statistic("mean", transition.mean_ns().map(Amount::Float)),
        statistic("stddev", transition.stddev_ns().map(Amount::Float)),
        statistic("min", transition.min().map(|min| exact(min.0))),
    ];
    let values = transition.quantiles_half_ns(&style.quantiles);
    for (at, quantile) in style.quantiles.iter().enumerate() {
        let value = values.as_ref().and_then(|values| values.get(at)).copied();
        all.push(statistic(&quantile.name(), value.map(Amount::Exact)));
    }
    all.push(statistic("max", transition.max().map(|max| exact(max.0))));
    all
}

/// Returns the names of the statistics that [`statistics`] returns.
pub(super) fn names(style: &Style) -> Vec<String> {
    statistics(&Transition::new(), style).into_iter().map(|statistic| statistic.name).collect()
}

/// Appends the value of a statistic in a unit.
///
/// A value that is a whole number of nanoseconds or of half nanoseconds is printed exactly. Any other value is a float,
/// and is printed as the shortest text from which the same float can be read.
pub(super) fn push_amount(out: &mut Vec<u8>, amount: Amount, unit: Unit) {
    match amount {
        Amount::Count(count) => push_integer(out, count),
        Amount::Exact(half_ns) => push_half_span(out, half_ns, unit),
        Amount::Float(ns) => push_float(out, ns / unit.in_ns() as f64),
    }
}

/// Returns the text of a time of `ns` nanoseconds in this unit. It has four significant digits, or fewer if the time is
/// shorter than one unit, because there are never more than three decimals.
pub(super) fn four_digits(ns: f64, unit: Unit) -> String {
    let value = ns / unit.in_ns() as f64;
    let digits = if value.abs() < 1.0 { 0 } else { value.abs().log10() as usize };
    format!("{value:.decimals$}", decimals = 3_usize.saturating_sub(digits).min(unit.decimals().max(1)))
}
