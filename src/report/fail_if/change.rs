//! Checks the conditions of `--fail-if` in a run with a baseline, which are the recordings of `--baseline`.

use super::condition::{Change, Comparison, FailCondition, Limit, Statistic};
use super::target::Target;
use crate::compare::{Ratio, Statistics};
use crate::pattern::Loop;
use crate::report::comparison::{Compared, ComparedTransition};
use crate::report::summary::Summary;
use crate::stats::Quantile;
use crate::text::Unit;

/// The result of checking a condition in a run with a baseline. The texts are whole messages to the user.
pub enum Checked {
    /// The condition does not hold.
    Passed,
    /// The condition holds.
    Held(String),
    /// The recordings are too short to say whether a statistic changed by more than the limit. This does not count as a
    /// condition that holds.
    TooShort(String),
}

impl FailCondition {
    /// Checks the condition in a run with a baseline. A condition that is not about a change (`p99 > 5ms`) is checked
    /// on the run alone.
    ///
    /// If a loop that the condition is about never closed in the run, or never in the baseline, the condition holds,
    /// because a run in which nothing was measured must not look like a success. A change counts only if the whole
    /// interval of the ratio (the statistic in the run divided by that in the baseline) lies beyond the limit.
    pub fn held_since(&self, compared: &Compared<'_>, summary: &Summary<'_>, unit: Unit) -> Checked {
        let specs: Vec<&Loop> = compared.loops.iter().map(|compared| &compared.spec).collect();
        let targets = self.targets(&specs);
        let transition_of = |target: &Target| {
            let of_loop = &compared.loops[target.loop_index];
            let at = target.transition.unwrap_or(of_loop.transitions.len() - 1);
            (of_loop.spec.name.as_str(), &of_loop.transitions[at])
        };
        let found: Vec<(&str, &ComparedTransition<'_>)> = targets.iter().map(transition_of).collect();
        let missing = found.iter().find_map(|(name, transition)| missing_side(name, transition));
        if let Some(missing) = missing {
            return Checked::Held(format!("--fail-if '{}' holds: {missing}", self.text));
        }
        let Limit::Change(change) = self.limit else {
            return self.held(summary, unit).map_or(Checked::Passed, Checked::Held);
        };
        if found.is_empty() {
            let name = self.target.as_deref().unwrap_or("loop");
            return Checked::Held(format!("--fail-if '{}' holds: nothing named '{name}' was measured", self.text));
        }
        let held = found.iter().find_map(|(name, transition)| self.held_by_change(change, name, transition));
        if let Some(held) = held {
            return Checked::Held(format!("--fail-if '{}' holds: {held}", self.text));
        }
        let short = found.iter().find(|(_, transition)| self.near_end(transition).is_none());
        short.map_or(Checked::Passed, |(name, transition)| {
            let name = named(name, transition);
            Checked::TooShort(format!("--fail-if '{}': {name}: the recordings are too short to tell", self.text))
        })
    }

    /// Returns the text which says that a transition changed by more than the limit; `None` if it did not, or if the
    /// recordings do not tell.
    fn held_by_change(&self, change: Change, name: &str, transition: &ComparedTransition<'_>) -> Option<String> {
        let near_end = self.near_end(transition)?;
        let (_, before_ns) = self.compared(transition);
        let (changed, limit) = match change {
            Change::Share(share) => (near_end - 1.0, share),
            Change::Difference(ns) => (before_ns? * (near_end - 1.0), ns),
        };
        let is_beyond = if self.comparison == Comparison::Greater { changed > limit } else { changed < limit };
        let bound = if self.comparison == Comparison::Greater { "at least" } else { "at most" };
        let statistic = self.statistic.name();
        let name = named(name, transition);
        is_beyond.then(|| format!("{name}: {statistic} is {bound} {near_end:.4} times that of the baseline"))
    }

    /// Returns the end of the interval of the ratio that must lie beyond the limit: the lower end for `>`, and the
    /// upper end for `<`. It is `None` if the interval has no such end, or if the recordings are too short for a
    /// verdict.
    fn near_end(&self, transition: &ComparedTransition<'_>) -> Option<f64> {
        let (ratio, _) = self.compared(transition);
        let end = if self.comparison == Comparison::Greater { ratio.low } else { ratio.high };
        end.filter(|_| !transition.comparison.is_too_short)
    }

    /// Returns the ratio of the condition's statistic in the run to the same statistic in the baseline, and the value
    /// in the baseline in nanoseconds.
    fn compared(&self, transition: &ComparedTransition<'_>) -> (Ratio, Option<f64>) {
        let ratios = &transition.comparison.ratios;
        let Statistics { mean, median, p90, p99, .. } = transition.comparison.before;
        match self.statistic {
            Statistic::Mean => (ratios.mean, mean),
            Statistic::Quantile(Quantile::MEDIAN) => (ratios.median, median),
            Statistic::Quantile(Quantile::P90) => (ratios.p90, p90),
            _ => (ratios.p99, p99),
        }
    }
}

/// Returns the text which says that a loop did not close in the baseline, or not in the run; `None` if it closed in
/// both.
fn missing_side(name: &str, transition: &ComparedTransition<'_>) -> Option<String> {
    let counts = [transition.comparison.before.count, transition.comparison.after.count];
    let side = match counts {
        [0, 0] => "on either side",
        [0, _] => "in the baseline",
        [_, 0] => "in the inputs beside the baseline",
        _ => return None,
    };
    Some(format!("{name} did not close {side}"))
}

/// Returns the name of a loop, followed by the name of the transition unless the transition is the total.
fn named(name: &str, transition: &ComparedTransition<'_>) -> String {
    if transition.name == "total" { name.to_owned() } else { format!("{name}, {}", transition.title) }
}
