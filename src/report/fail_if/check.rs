//! Checks the conditions of `--fail-if` on the statistics of a run alone, without its baseline.

use super::condition::{FailCondition, Limit, Statistic};
use super::target::Target;
use crate::event::Nanos;
use crate::pattern::Loop;
use crate::report::statistics::{Amount, push_amount};
use crate::report::summary::{LoopSummary, Summary};
use crate::stats::{Quantile, Transition};
use crate::text::Unit;
use std::cmp::Ordering;

impl FailCondition {
    /// Returns the message which says that the condition holds; `None` if the condition does not hold. Times in the
    /// message are in `unit`.
    ///
    /// If a statistic has no value, the condition on it holds, so that a run in which nothing was measured does not
    /// look like a success. A loop that `--pairs` found and that never closed has no value either. But it is passed
    /// over if another loop has closed, and if the condition does not name it.
    pub fn held(&self, summary: &Summary<'_>, unit: Unit) -> Option<String> {
        let specs: Vec<&Loop> = summary.loops.iter().map(|loop_summary| loop_summary.spec).collect();
        let targets = self.targets(&specs);
        let loop_of = |target: &Target| &summary.loops[target.loop_index];
        let is_measured = |target: &Target| loop_of(target).deltas.total().count() > 0;
        let any_closed = targets.iter().any(is_measured);
        let is_passed_over =
            |target: &&Target| self.target.is_none() && any_closed && loop_of(target).is_pair && !is_measured(target);
        let compared: Vec<&Target> = targets.iter().filter(|target| !is_passed_over(target)).collect();
        if compared.is_empty() {
            let whose = self.target.as_ref().map_or("no loop".to_owned(), |name| format!("nothing named '{name}'"));
            return Some(format!("--fail-if '{}' holds: {whose} was measured", self.text));
        }
        let held = compared.into_iter().filter_map(|target| self.held_by(loop_of(target), target.transition, unit));
        let held: Vec<String> = held.collect();
        let more = match held.len() {
            0 | 1 => String::new(),
            several => format!(" (and {} more)", several - 1),
        };
        Some(format!("--fail-if '{}' holds: {}{more}", self.text, held.first()?))
    }

    /// Returns the part of the message that says with which value a transition fulfils the condition; `None` if the
    /// transition does not fulfil it. `transition` is the index of the transition, or `None` for the total.
    fn held_by(&self, loop_summary: &LoopSummary<'_>, transition: Option<usize>, unit: Unit) -> Option<String> {
        let limit = match self.limit {
            Limit::Count(count) => count,
            Limit::Time(Nanos(ns)) => ns,
            // A condition on a change since the baseline is checked by `held_since`, and never holds here.
            Limit::Change(_) => return None,
        };
        let deltas = loop_summary.deltas;
        let of_loop = transition.and_then(|at| deltas.transitions().get(at));
        let name = match transition.and_then(|at| loop_summary.spec.transition_ends().nth(at)) {
            Some((from, to)) => format!("{}, {from} -> {to}", loop_summary.spec.name),
            None => loop_summary.spec.name.clone(),
        };
        let statistic = self.statistic.name();
        let Some(amount) = value(self.statistic, of_loop.unwrap_or_else(|| deltas.total())) else {
            return Some(format!("{name}: there is no {statistic}, as {}", too_few(deltas.total().count())));
        };
        self.comparison.holds(ordering(amount, limit)).then(|| {
            let mut text = format!("{name}: {statistic} is ").into_bytes();
            push_amount(&mut text, amount, unit);
            let unit = if self.statistic == Statistic::Count { String::new() } else { format!(" {}", unit.name()) };
            format!("{}{unit}", String::from_utf8_lossy(&text))
        })
    }
}

/// Returns the reason why a statistic has no value.
fn too_few(closed: u64) -> &'static str {
    if closed == 0 { "no loop closed" } else { "only one loop closed" }
}

/// Returns the value of a statistic; `None` if there are too few deltas for it.
fn value(statistic: Statistic, transition: &Transition) -> Option<Amount> {
    let quantile = |quantile: Quantile| transition.quantiles_half_ns(&[quantile])?.first().copied();
    match statistic {
        Statistic::Count => Some(Amount::Count(transition.count())),
        Statistic::Sum => (transition.count() > 0).then(|| Amount::Exact(2 * transition.sum_ns())),
        Statistic::Mean => transition.mean_ns().map(Amount::Float),
        Statistic::Stddev => transition.stddev_ns().map(Amount::Float),
        Statistic::Min => transition.min().map(|ns| Amount::Exact(2 * u128::from(ns.0))),
        Statistic::Max => transition.max().map(|ns| Amount::Exact(2 * u128::from(ns.0))),
        Statistic::Quantile(which) => quantile(which).map(Amount::Exact),
    }
}

/// Compares a value with a limit. The limit of a count is a number of loops, and the limit of any other value is in
/// nanoseconds.
fn ordering(amount: Amount, limit: u64) -> Ordering {
    match amount {
        Amount::Count(count) => count.cmp(&limit),
        Amount::Exact(half_ns) => half_ns.cmp(&(2 * u128::from(limit))),
        Amount::Float(ns) => ns.total_cmp(&(limit as f64)),
    }
}
