//! The content of a summary, which all formats show.

use crate::compare::LoopSide;
use crate::diagnosis::Proposal;
use crate::event::{Nanos, Resolution};
use crate::key::Key;
use crate::matcher::Matching;
use crate::pattern::{FieldReferences, Loop};
use crate::stats::state::Definition;
use crate::stats::{Cells, Deltas, Group, Groups, Ledger, LoopCells, RowTimes, Tally, Transition};
use crate::text::{push_plain, push_time};
use crate::why::LoopStates;
use crate::why::explain::Explanation;
use crate::why::{SlowLoop, Unfinished};
use std::cmp::Reverse;
use std::time::Duration;

/// The first line of an overview, which is the summary of a run that was given no loop.
pub const OVERVIEW: &str =
    "no loop was given, and no event of the built-in loop was seen; here is what --pairs and --discover find";

/// The name of the time from the first position to the last. The names of other transitions begin with `delta:`.
const TOTAL: &str = "total";

/// The largest number of groups that a summary for people shows of a loop.
const SHOWN_GROUPS: usize = 64;

/// All that a summary shows.
pub struct Summary<'a> {
    /// The loops, in the order in which they are shown.
    pub loops: Vec<LoopSummary<'a>>,
    /// True if pairs (such as the enter and exit of a call) were looked for in the input. They stand behind the loops
    /// of the user, and the table has one line for each.
    pub pairs: bool,
    /// Loops that are worth asking for, because the events of the input close them. It is `Some` if the user gave no
    /// loop and no event of the built-in loop came. Then `loops` has all pairs of the input.
    pub proposed: Option<Vec<Proposal>>,
    /// The fields whose values divide the statistics into groups (`-b`), if the user asked for groups.
    pub by: Option<&'a FieldReferences>,
    /// The categories and their numbers of events, in the order in which they came first. A category is a group of similar
    /// event names, such as the enter and the exit of a call; perf-script-postprocessor has defined them.
    pub categories: Vec<(&'a [u8], u64)>,
    /// The names of events as a loop can have them, with their counts, the most frequent first. If there are too many
    /// names, the last one is `others`.
    pub events: Vec<(&'a [u8], u64)>,
    /// The names of events as the input printed them, with their counts. The list is empty unless a sink writes a state.
    pub printed_events: Vec<(&'a [u8], u64)>,
    /// The begin and the end of the interval that the summary is about. The end itself does not belong to the interval.
    /// It is `None` if the summary is about the whole run.
    pub interval: Option<(Nanos, Nanos)>,
    /// True if the run has summaries of intervals.
    pub has_intervals: bool,
    /// True if the run has several inputs, so that each of the slowest loops says from which one it is.
    pub has_several_inputs: bool,
    /// The fields of `--show`, if there are any. The slowest loops have their values.
    pub show: Option<&'a FieldReferences>,
    /// True if no loop was given and no event came, so that a state has no loops.
    pub lacks_loops: bool,
    /// The counts of lines and events.
    pub ledger: Ledger,
    /// The time that the run or the interval took on the clock of this machine.
    pub elapsed: Duration,
}

/// All that a summary shows of one loop.
pub struct LoopSummary<'a> {
    /// The loop as the user asked for it.
    pub spec: &'a Loop,
    /// True if the loop is a pair that was found in the input.
    pub is_pair: bool,
    /// The key by which the loop is followed.
    pub key: Key,
    /// The rule by which the events of the loop are matched (`--match`).
    pub matching: Matching,
    /// The number of events at the first position of the loop that have the loop's key.
    pub begun: u64,
    /// The number of first events whose unfinished loop was dropped because the time limit behind `within` was over.
    pub expired: u64,
    /// The number of times that the loop closed with a total (the time from the first position to the last) outside of
    /// the limits of `--min` and `--max`.
    pub outside: u64,
    /// The earliest and the latest time at which the loop closed, and for how long it closed: the latest minus the
    /// earliest time, for each input, summed.
    pub row_times: RowTimes,
    /// The names of its transitions, in the order of the loop, without the total.
    pub transition_names: Vec<String>,
    /// The statistics of the deltas of its transitions, and of the total.
    pub deltas: &'a Deltas,
    /// The closed loops by time and total; `None` if no sink needs them, and in the summary of an interval.
    pub cells: Option<&'a Cells>,
    /// All that a state needs to know of the loop; `None` if no sink writes a state.
    pub state: Option<StateOfLoop<'a>>,
    /// What a comparison with other recordings needs; `None` if no sink needs it, and in the summary of an interval.
    pub side: Option<LoopSide<'a>>,
    /// The number of events that came at each position.
    pub seen: &'a [u64],
    /// True if an event came at each position in the run so far. In the summary of an interval, `seen` may
    /// still have a 0, because it counts the events of the interval alone.
    pub was_seen: bool,
    /// The number of events that would have come at each position and that the selection left out.
    pub left_out: &'a [u64],
    /// The number of events in `left_out`. An event that would have come at several positions counts once.
    pub events_left_out: u64,
    /// The statistics for each group value, in the order in which they are shown. The list is empty if the user did
    /// not ask for groups.
    pub groups: Vec<GroupSummary<'a>>,
    /// Sentences for the user. They say why the loop did not close or did not close more often, or which fields of `-b`
    /// and `--show` it lacks, and what the user can do about it.
    pub hints: Vec<String>,
    /// What is different in the slow loops (`--explain`). `None` if the user did not ask for it, and `Some(None)` if no loop
    /// has closed.
    pub explanation: Option<Option<Explanation>>,
    /// The time in each state of the thread (`--sched`). `None` if the user did not ask for it, and `Some(None)` if it is
    /// not known for this loop.
    pub states: Option<Option<&'a LoopStates>>,
    /// The slowest closed loops, the slowest one first, if the user asked for them (`--slowest`).
    pub slowest: Option<&'a [SlowLoop]>,
    /// The loops that were begun and have not closed, if the user asked for them (`--unfinished`).
    pub unfinished: Option<Unfinished>,
}

/// All that a state needs to know of a loop.
pub struct StateOfLoop<'a> {
    /// The definition of the loop.
    pub definition: Definition,
    /// The fields of `-b` by which the groups of the loop are formed; `None` if the file that is written (`-f state`)
    /// has no groups of the loop.
    pub by: Option<String>,
    /// The counts and statistics of the loop.
    pub tally: &'a Tally,
}

/// All that a summary shows of the closed loops of one group value.
pub struct GroupSummary<'a> {
    /// The group value as text; `None` for the closed loops that lack the field of `-b`, if `-b` names only one.
    pub value: Option<Vec<u8>>,
    /// True for the group `others`, which has all values that came after the largest number of groups was reached.
    pub is_others: bool,
    pub(super) deltas: &'a Deltas,
}

/// A transition, or the total of a loop.
pub(super) struct NamedTransition<'a> {
    /// `delta:<later>__<earlier>`, or `total`.
    pub(super) name: &'a str,
    /// The name of the position at which it begins.
    pub(super) from: &'a str,
    /// The name of the position at which it ends.
    pub(super) to: &'a str,
    /// The statistics of its deltas.
    pub(super) transition: &'a Transition,
}

impl GroupSummary<'_> {
    /// Returns the group value in the form for people. `-` stands for an empty value, and for loops without the field.
    pub(super) fn display_value(&self) -> String {
        let mut text = Vec::new();
        push_plain(&mut text, self.value.as_deref().filter(|value| !value.is_empty()).unwrap_or(b"-"));
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl<'a> LoopSummary<'a> {
    /// Returns the summary of a loop from all that was counted of it. Its hints are empty.
    pub fn new(spec: &'a Loop, key: Key, matching: Matching, tally: &'a Tally) -> Self {
        LoopSummary {
            spec,
            is_pair: false,
            key,
            matching,
            begun: tally.begun(),
            expired: tally.expired,
            outside: tally.outside,
            row_times: tally.row_times,
            transition_names: spec.transitions().collect(),
            deltas: &tally.deltas,
            cells: tally.cells.as_ref().map(LoopCells::total),
            state: None,
            side: None,
            seen: &tally.seen,
            was_seen: !tally.seen.contains(&0),
            left_out: &tally.left_out,
            events_left_out: tally.events_left_out,
            groups: tally.groups.as_ref().map_or(Vec::new(), group_summaries),
            hints: Vec::new(),
            explanation: None,
            states: None,
            slowest: None,
            unfinished: None,
        }
    }

    /// Returns the pairs whose two events came in the run so far, the pair with the largest sum of totals first.
    pub fn pairs(pairs: impl Iterator<Item = LoopSummary<'a>>) -> Vec<Self> {
        let seen = pairs.filter(|summary| summary.was_seen);
        let mut pairs: Vec<Self> = seen.map(|summary| LoopSummary { is_pair: true, ..summary }).collect();
        pairs.sort_by_key(|summary| Reverse(summary.deltas.total().sum_ns()));
        pairs
    }

    /// Returns the groups for a format that does not show all of them: those with the largest sum of totals, and then
    /// `others`. Also returns the number of groups that are left out.
    pub(super) fn largest_groups(&self) -> (impl Iterator<Item = &GroupSummary<'a>>, usize) {
        let own = self.groups.len() - self.groups.iter().filter(|group| group.is_others).count();
        let others = self.groups.iter().skip(own);
        (self.groups.iter().take(own.min(SHOWN_GROUPS)).chain(others), own.saturating_sub(SHOWN_GROUPS))
    }

    /// Returns all transitions with their names. The total is not among them.
    pub fn transitions(&self) -> impl Iterator<Item = (&str, &Transition)> {
        self.transitions_of(self.deltas)
    }

    /// Returns the transitions of one group of this loop, with their names. `deltas` are those of the group. The total
    /// is not among them.
    pub(super) fn transitions_of<'s>(&'s self, deltas: &'s Deltas) -> impl Iterator<Item = (&'s str, &'s Transition)> {
        self.transition_names.iter().map(String::as_str).zip(deltas.transitions())
    }

    /// Returns the transitions of this loop or of one of its groups, and behind them the total. `deltas` are the
    /// statistics of the loop or of the group.
    pub(super) fn named_transitions<'s>(&'s self, deltas: &'s Deltas) -> impl Iterator<Item = NamedTransition<'s>> {
        let named = |((from, to), (name, transition))| NamedTransition { name, from, to, transition };
        let each = self.spec.transition_ends().zip(self.transitions_of(deltas)).map(named);
        let ends = self.spec.positions.first().zip(self.spec.positions.last());
        let [from, to] = ends.map_or([""; 2], |(first, last)| [&first.unique_name, &last.unique_name]);
        each.chain([NamedTransition { name: TOTAL, from, to, transition: deltas.total() }])
    }
}

/// Returns the groups, those with the largest sum of totals first. If there were too many values, the last group is
/// `others`, which all later values share.
fn group_summaries(groups: &Groups) -> Vec<GroupSummary<'_>> {
    let value = |group: &Group| (!group.value.is_none()).then(|| group.value.text());
    let each = groups.largest_first().into_iter();
    let each = each.map(|group| GroupSummary { value: value(group), is_others: false, deltas: &group.deltas });
    let others = groups.others().map(|Group { deltas, .. }| GroupSummary {
        value: Some(b"others".to_vec()),
        is_others: true,
        deltas,
    });
    each.chain(others).collect()
}

impl NamedTransition<'_> {
    /// Returns the name for people and for the formats of other tools: `A -> B`, or `total`.
    pub(super) fn for_people(&self) -> String {
        if self.is_total() { TOTAL.to_owned() } else { format!("{} -> {}", self.from, self.to) }
    }

    fn is_total(&self) -> bool {
        self.name == TOTAL
    }
}

impl Summary<'_> {
    /// Returns whether no loop has closed.
    pub fn is_empty(&self) -> bool {
        self.loops.iter().all(|loop_summary| loop_summary.deltas.total().count() == 0)
    }

    /// Returns the begin and the end of the interval as text, in seconds. Returns `None` if the summary is about the
    /// whole run.
    pub(super) fn interval_bounds(&self) -> Option<[Vec<u8>; 2]> {
        let (from, to) = self.interval?;
        let is_fine = [from, to].iter().any(|time| time.0 % 1_000 > 0);
        let resolution = if is_fine { Resolution::Nanos } else { Resolution::Micros };
        Some([from, to].map(|time| {
            let mut out = Vec::new();
            push_time(&mut out, time, resolution);
            out
        }))
    }

    /// Appends the heading of an interval's summary, for formats that consist of lines: the begin and the end of the
    /// interval, with texts before, between and behind them. Appends nothing if the summary is about the whole run.
    pub(super) fn push_interval(&self, out: &mut Vec<u8>, before: &str, between: &str, behind: &str) {
        if let Some([from, to]) = self.interval_bounds() {
            for text in [before.as_bytes(), &from, between.as_bytes(), &to, behind.as_bytes()] {
                out.extend_from_slice(text);
            }
        }
    }
}
