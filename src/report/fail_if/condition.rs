//! Reads a condition of the option `--fail-if`, such as `fsync.p99 > 5ms`.

use crate::event::Nanos;
use crate::stats::Quantile;
use crate::text::parse_duration_or_zero;
use std::cmp::Ordering;

/// A condition on a statistic of the run.
#[derive(Clone, Debug)]
pub struct FailCondition {
    /// The condition as the user wrote it.
    pub(super) text: String,
    /// The name of a loop, of a transition, or of both with a dot between them. It is `None` if the condition names
    /// neither, and so is about the totals of all loops. The total is the time from the first to the last event of a
    /// loop.
    pub(super) target: Option<String>,
    pub(super) statistic: Statistic,
    pub(super) comparison: Comparison,
    pub(super) limit: Limit,
}

/// A statistic of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statistic {
    Count,
    Sum,
    Mean,
    Stddev,
    Min,
    Max,
    Quantile(Quantile),
}

/// The operator of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The value to which a statistic is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Limit {
    /// A number of closed loops.
    Count(u64),
    /// A time.
    Time(Nanos),
    /// A change since the baseline.
    Change(Change),
}

/// A change of a statistic since the baseline, the recordings of `--baseline`. It is below 0 for a statistic that has
/// shrunk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Change {
    /// The change as a share of the value in the baseline: 0.05 stands for `+5%`.
    Share(f64),
    /// The change in nanoseconds.
    Difference(f64),
}

impl Statistic {
    const NAMED: [(&str, Statistic); 7] = [
        ("count", Statistic::Count),
        ("sum", Statistic::Sum),
        ("mean", Statistic::Mean),
        ("stddev", Statistic::Stddev),
        ("min", Statistic::Min),
        ("median", Statistic::Quantile(Quantile::MEDIAN)),
        ("max", Statistic::Max),
    ];

    /// Returns the statistic with this name; `None` if no statistic has this name.
    fn named(name: &str) -> Option<Statistic> {
        let named = Statistic::NAMED.iter().find(|(known, _)| *known == name).map(|(_, statistic)| *statistic);
        let quantile = || name.strip_prefix('p').and_then(Quantile::from_percentile).map(Statistic::Quantile);
        named.or_else(quantile)
    }

    /// Returns the name of the statistic, as in the JSON summary.
    pub(super) fn name(self) -> String {
        match self {
            Statistic::Quantile(quantile) => quantile.name(),
            _ => Statistic::NAMED.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name).to_owned(),
        }
    }
}

impl Comparison {
    /// The operators with their names. No name is the ending of another name, so a text ends with at most one of them.
    const NAMED: [(&str, Comparison); 6] = [
        ("==", Comparison::Equal),
        ("!=", Comparison::NotEqual),
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ];

    /// Returns whether the operator is true for a statistic and a limit. `ordering` is the order of the statistic
    /// relative to the limit.
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl FailCondition {
    /// Reads `[LOOP.][TRANSITION.]STAT OP VALUE`. This does not check that such a loop and transition exist.
    ///
    /// # Errors
    ///
    /// The error is the end of a message: it says what was expected.
    pub fn parse(text: &str) -> Result<FailCondition, String> {
        let (left, comparison, right) = split_at_operator(text).ok_or(EXPECTED)?;
        let (target, statistic) = split_statistic(left.trim())?;
        let right = right.trim();
        let limit = if let Some(sign) = right.chars().next().filter(|sign| "+-".contains(*sign)) {
            read_change(statistic, comparison, sign, &right[1..])?
        } else if statistic == Statistic::Count {
            let number = right.parse().ok().filter(|_| right.bytes().all(|byte| byte.is_ascii_digit()));
            Limit::Count(number.ok_or("expected a whole number behind the operator, as 'count < 1000'")?)
        } else {
            Limit::Time(parse_duration_or_zero(right).map_err(|expected| format!("{expected} behind the operator"))?)
        };
        Ok(FailCondition { text: text.to_owned(), target: target.map(str::to_owned), statistic, comparison, limit })
    }

    /// Returns whether the condition is about a change since the baseline (`p99 > +5%`).
    pub fn is_about_a_change(&self) -> bool {
        matches!(self.limit, Limit::Change(_))
    }

    /// Returns the condition as the user wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Reads the limit of a condition on a change. `text` is a limit such as `5%` or `10us`, and `sign` is the `+` or `-`
/// in front of it. A condition can only ask for an increase by more than a limit (`> +5%`), or for a decrease by more
/// than a limit (`< -5%`).
fn read_change(statistic: Statistic, comparison: Comparison, sign: char, text: &str) -> Result<Limit, String> {
    let has_interval = match statistic {
        Statistic::Mean => true,
        Statistic::Quantile(quantile) => COMPARED.contains(&quantile),
        _ => false,
    };
    if !has_interval {
        return Err(format!("'{}' has no interval; a change is one of mean, median, p90 or p99", statistic.name()));
    }
    if (sign, comparison) != ('+', Comparison::Greater) && (sign, comparison) != ('-', Comparison::Less) {
        return Err("expected '> +5%', '> +10us', '< -5%' or '< -10us' for a change".to_owned());
    }
    if let Some(percent) = text.strip_suffix('%') {
        let is_number = percent.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let percent: Option<f64> = percent.parse().ok().filter(|_| is_number);
        let share = percent.ok_or("expected a percentage as 5% or 2.5% behind the sign")? / 100.0;
        return Ok(Limit::Change(Change::Share(if sign == '-' { -share } else { share })));
    }
    let ns = parse_duration_or_zero(text).map_err(|expected| format!("{expected}, or a percentage as 5%"))?;
    let ns = ns.0 as f64;
    Ok(Limit::Change(Change::Difference(if sign == '-' { -ns } else { ns })))
}

/// The quantiles for which a comparison has confidence intervals.
pub(super) const COMPARED: [Quantile; 3] = [Quantile::MEDIAN, Quantile::P90, Quantile::P99];

/// The message for a text that does not have the form of a condition.
const EXPECTED: &str = "expected [LOOP.][TRANSITION.]STAT OP VALUE, as 'p99 > 5ms' or 'fsync.max >= 1s'";

/// Splits a condition at its operator. The name of a transition may contain an arrow (`A -> B`), so the last `=`, `<`
/// or `>` in the text is the end of the operator.
fn split_at_operator(text: &str) -> Option<(&str, Comparison, &str)> {
    let last = text.rfind(['=', '<', '>'])?;
    let (upto, right) = text.split_at(last + 1);
    let ends = |(name, comparison): &(&str, Comparison)| upto.strip_suffix(name).map(|left| (left, *comparison));
    Comparison::NAMED.iter().find_map(ends).map(|(left, comparison)| (left, comparison, right))
}

/// Splits the text in front of the operator into the names of loop and transition, and the statistic. The name of a
/// statistic may contain a dot (`p99.9`), so the statistic is the longest part at the end of the text that names one.
fn split_statistic(left: &str) -> Result<(Option<&str>, Statistic), String> {
    let ending = |at: usize| left.get(at..).and_then(Statistic::named);
    if let Some(statistic) = ending(0) {
        return Ok((None, statistic));
    }
    let dots = left.match_indices('.').map(|(at, _)| at);
    let found = dots.filter_map(|at| Some((left.get(..at)?, ending(at + 1)?))).next();
    let Some((target, statistic)) = found else {
        let names: Vec<&str> = Statistic::NAMED.iter().map(|(name, _)| *name).collect();
        let last = left.rsplit('.').next().unwrap_or(left);
        return Err(format!(
            "'{last}' is no statistic; expected one of {}, or a percentile as p99.9",
            names.join(", ")
        ));
    };
    if target.trim().is_empty() { Err(EXPECTED.to_owned()) } else { Ok((Some(target.trim()), statistic)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Option<String>, Statistic, Comparison, Limit) {
        let FailCondition { target, statistic, comparison, limit, .. } = FailCondition::parse(text).expect(text);
        (target, statistic, comparison, limit)
    }

    fn percentile(text: &str) -> Statistic {
        Statistic::Quantile(Quantile::from_percentile(text).expect("a percentile"))
    }

    #[test]
    fn conditions_with_and_without_names() {
        let time = |ns| Limit::Time(Nanos(ns));
        let cases = [
            ("p99 > 5ms", None, percentile("99"), Comparison::Greater, time(5_000_000)),
            ("p99.9>=1.5us", None, percentile("99.9"), Comparison::GreaterOrEqual, time(1_500)),
            ("x.p99.9 < 80ns", Some("x"), percentile("99.9"), Comparison::Less, time(80)),
            ("x.9.median == 0s", Some("x.9"), percentile("50"), Comparison::Equal, time(0)),
            ("count != 3", None, Statistic::Count, Comparison::NotEqual, Limit::Count(3)),
            ("A -> B.max <= 1s", Some("A -> B"), Statistic::Max, Comparison::LessOrEqual, time(1_000_000_000)),
            ("a.A->B.min>1s", Some("a.A->B"), Statistic::Min, Comparison::Greater, time(1_000_000_000)),
            (
                "a.delta:B__A.stddev>1s",
                Some("a.delta:B__A"),
                Statistic::Stddev,
                Comparison::Greater,
                time(1_000_000_000),
            ),
        ];
        for (text, target, statistic, comparison, limit) in cases {
            assert_eq!(parsed(text), (target.map(str::to_owned), statistic, comparison, limit), "{text}");
        }
    }

    #[test]
    fn mistakes_say_what_was_expected() {
        for (text, expected) in [
            ("", EXPECTED),
            ("p99", EXPECTED),
            ("p99 = 5ms", EXPECTED),
            (".p99 > 5ms", EXPECTED),
            ("p99 > 5", "expected a duration with its unit, as 5ms or 5s behind the operator"),
            ("count > 5ms", "expected a whole number behind the operator, as 'count < 1000'"),
            (
                "fsync.p999 > 5ms",
                "'p999' is no statistic; expected one of count, sum, mean, stddev, min, median, max, or a percentile as p99.9",
            ),
        ] {
            assert_eq!(FailCondition::parse(text).err().as_deref(), Some(expected), "{text}");
        }
    }
}
