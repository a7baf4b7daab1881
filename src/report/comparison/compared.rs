//! Compares each loop of a run with the same loop of the baseline.

use crate::compare::{BaselineLoop, Comparison, LoopSide, compare};
use crate::key::Key;
use crate::pattern::Loop;
use crate::report::summary::Summary;
use crate::stats::Transition;
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
pub struct Compared<'a> {
    /// The inputs of the baseline, as the user named them.
    pub(in crate::report) baseline: Vec<String>,
    /// The inputs of the run, as the user named them.
    pub(in crate::report) inputs: Vec<String>,
    /// The loops that the user gave, in their order, and then the pairs (loops that `--pairs` found in the input). The
    /// pair whose sum of totals changed most is the first pair.
    pub(in crate::report) loops: Vec<ComparedLoop<'a>>,
}

/// A loop with its comparison. The baseline is one side of the comparison, and the run is the other side.
pub struct ComparedLoop<'a> {
    /// The loop.
    pub(in crate::report) spec: Loop,
    /// The key by which the loop is followed; `None` if only the baseline has the loop.
    pub(in crate::report) key: Option<Key>,
    pub(in crate::report) is_pair: bool,
    /// The transitions in the order of the loop, and behind them the total, the time from its first to its last event.
    pub(in crate::report) transitions: Vec<ComparedTransition<'a>>,
    /// The absolute difference between the sums of the totals on the two sides, in nanoseconds.
    change_ns: u128,
}

/// A transition with the comparison of its times in the run with those in the baseline.
pub struct ComparedTransition<'a> {
    /// The name in JSON: `delta:<later>__<earlier>`, or `total`.
    pub(in crate::report) name: String,
    /// The name in the table: `A -> B`, or `total`.
    pub(in crate::report) title: String,
    pub(in crate::report) comparison: Comparison,
    /// The times of the transition in the baseline and in the run; `None` for a side that does not have the loop.
    pub(in crate::report) sides: [Option<&'a Transition>; 2],
}

impl<'a> Compared<'a> {
    /// Compares the loops of a run with those of the baseline that have the same names. `inputs` are the inputs of the
    /// run, as the user named them.
    pub fn new(baseline: &'a Baseline, summary: &Summary<'a>, inputs: &[String]) -> Self {
        let before_of = |name: &str| baseline.loops.iter().find(|before| before.spec.name == name);
        let is_in_run = |before: &BaselineLoop| summary.loops.iter().any(|after| after.spec.name == before.spec.name);
        let of_run = summary.loops.iter().map(|after| {
            let before = before_of(&after.spec.name).map(BaselineLoop::side);
            ComparedLoop::new(after.spec, after.is_pair, [before, after.side], Some(after.key))
        });
        let of_baseline = baseline.loops.iter().filter(|before| !is_in_run(before));
        let mut loops: Vec<ComparedLoop<'_>> = of_run.collect();
        loops.extend(
            of_baseline
                .map(|before| ComparedLoop::new(&before.spec, before.is_pair, [Some(before.side()), None], None)),
        );
        loops.sort_by_key(|compared| (compared.is_pair, compared.is_pair.then_some(Reverse(compared.change_ns))));
        Compared { baseline: baseline.inputs.clone(), inputs: inputs.to_vec(), loops }
    }
}

impl<'a> ComparedLoop<'a> {
    /// Compares a loop of the run with the same loop of the baseline. `sides` has the data of the loop in the baseline
    /// and in the run; `None` for a side that does not have the loop.
    fn new(spec: &Loop, is_pair: bool, sides: [Option<LoopSide<'a>>; 2], key: Option<Key>) -> Self {
        let empty = BaselineLoop::empty(spec, is_pair);
        let filled = sides.map(|side| side.unwrap_or_else(|| empty.side()));
        let titles = spec.transition_ends().map(|(from, to)| format!("{from} -> {to}"));
        let named = spec.transitions().zip(titles).chain([("total".to_owned(), "total".to_owned())]);
        let transitions = named.enumerate().map(|(at, (name, title))| {
            let [before, after] = filled.map(|side| side.transition(at));
            let sides = sides.map(|side| side.map(|side| side.transition(at).transition));
            ComparedTransition { name, title, comparison: compare(before, after), sides }
        });
        let [before_ns, after_ns] = filled.map(|side| side.deltas.total().sum_ns());
        ComparedLoop {
            spec: spec.clone(),
            key,
            is_pair,
            transitions: transitions.collect(),
            change_ns: before_ns.abs_diff(after_ns),
        }
    }

    /// Returns the comparison of the total.
    pub(in crate::report) fn total(&self) -> Option<&ComparedTransition<'a>> {
        self.transitions.last()
    }
}
