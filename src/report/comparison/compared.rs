//! Compares each loop of a run with the same loop of the baseline.

use crate::compare::{BaselineLoop, Comparison, compare};
use crate::key::Key;
use crate::pattern::Loop;
use crate::report::summary::{LoopSummary, Summary};
use std::cmp::Reverse;

/// The results of the recordings with which the inputs of a run are compared (`--baseline`).
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// The inputs, as the user named them.
    pub inputs: Vec<String>,
    /// The loops that were followed in these recordings.
    pub loops: Vec<BaselineLoop>,
}

/// The comparison of a run with its baseline.
pub struct Compared {
    /// The inputs of the baseline, as the user named them.
    pub(in crate::report) baseline: Vec<String>,
    /// The inputs of the run, as the user named them.
    pub(in crate::report) inputs: Vec<String>,
    /// The loops that the user gave, in their order, and then the pairs (loops that `--pairs` found in the input). The
    /// pair whose sum of totals changed most is the first pair.
    pub(in crate::report) loops: Vec<ComparedLoop>,
}

/// A loop with its comparison. The baseline is one side of the comparison, and the run is the other side.
pub struct ComparedLoop {
    /// The loop.
    pub(in crate::report) spec: Loop,
    /// The key by which the loop is followed; `None` if only the baseline has the loop.
    pub(in crate::report) key: Option<Key>,
    pub(in crate::report) is_pair: bool,
    /// The transitions in the order of the loop, and behind them the total, the time from its first to its last event.
    pub(in crate::report) transitions: Vec<ComparedTransition>,
    /// The absolute difference between the sums of the totals on the two sides, in nanoseconds.
    change_ns: u128,
}

/// A transition with the comparison of its times in the run with those in the baseline.
pub struct ComparedTransition {
    /// The name in JSON: `delta:<later>__<earlier>`, or `total`.
    pub(in crate::report) name: String,
    /// The name in the table: `A -> B`, or `total`.
    pub(in crate::report) title: String,
    pub(in crate::report) comparison: Comparison,
}

impl Compared {
    /// Compares the loops of a run with those of the baseline that have the same names. `inputs` are the inputs of the
    /// run, as the user named them.
    pub fn new(baseline: &Baseline, summary: &Summary<'_>, inputs: &[String]) -> Compared {
        let before_of = |name: &str| baseline.loops.iter().find(|before| before.spec.name == name);
        let is_in_run = |before: &BaselineLoop| summary.loops.iter().any(|after| after.spec.name == before.spec.name);
        let of_run = summary.loops.iter().map(|after| {
            let empty = BaselineLoop::empty(after.spec, after.is_pair);
            ComparedLoop::new(before_of(&after.spec.name).unwrap_or(&empty), Some(after))
        });
        let of_baseline = baseline.loops.iter().filter(|before| !is_in_run(before));
        let mut loops: Vec<ComparedLoop> = of_run.collect();
        loops.extend(of_baseline.map(|before| ComparedLoop::new(before, None)));
        loops.sort_by_key(|compared| (compared.is_pair, compared.is_pair.then_some(Reverse(compared.change_ns))));
        Compared { baseline: baseline.inputs.clone(), inputs: inputs.to_vec(), loops }
    }
}

impl ComparedLoop {
    /// Compares a loop of the run (`after`) with the same loop of the baseline (`before`). `after` is `None` if only
    /// the baseline has the loop.
    fn new(before: &BaselineLoop, after: Option<&LoopSummary<'_>>) -> Self {
        let spec = &before.spec;
        let empty = BaselineLoop::empty(spec, before.is_pair);
        let sides = [before.side(), after.and_then(|after| after.side).unwrap_or_else(|| empty.side())];
        let titles = spec.transition_ends().map(|(from, to)| format!("{from} -> {to}"));
        let named = spec.transitions().zip(titles).chain([("total".to_owned(), "total".to_owned())]);
        let transitions = named.enumerate().map(|(at, (name, title))| {
            let [before, after] = sides.map(|side| side.transition(at));
            ComparedTransition { name, title, comparison: compare(before, after) }
        });
        let [before_ns, after_ns] = sides.map(|side| side.deltas.total().sum_ns());
        ComparedLoop {
            spec: spec.clone(),
            key: after.map(|after| after.key),
            is_pair: before.is_pair,
            transitions: transitions.collect(),
            change_ns: before_ns.abs_diff(after_ns),
        }
    }

    /// Returns the comparison of the total.
    pub(in crate::report) fn total(&self) -> Option<&ComparedTransition> {
        self.transitions.last()
    }
}
