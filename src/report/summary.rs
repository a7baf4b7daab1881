//! The content of a summary, which all formats show.

use crate::event::{Nanos, Resolution};
use crate::key::Key;
use crate::matcher::Matching;
use crate::pattern::{FieldReferences, Loop};
use crate::stats::{Deltas, Group, Groups, Ledger, Tally, Transition};
use crate::text::{push_plain, push_time};
use std::cmp::Reverse;
use std::time::Duration;

/// The largest number of groups that a summary for people shows of a loop.
const SHOWN_GROUPS: usize = 64;

/// All that a summary shows.
pub struct Summary<'a> {
    /// The loops, in the order in which they are shown.
    pub loops: Vec<LoopSummary<'a>>,
    /// True if the loops are pairs that were found in the input (`--pairs`). The table then has one line for each of
    /// them.
    pub pairs: bool,
    /// The fields by whose values there are groups (`-b`), if the user asked for groups.
    pub by: Option<&'a FieldReferences>,
    /// The categories of events and their counts, in the order in which they came first.
    pub categories: Vec<(&'a [u8], u64)>,
    /// The begin and the end of the interval that the summary is about. The end itself does not belong to the interval.
    /// `None` if the summary is about the whole run.
    pub interval: Option<(Nanos, Nanos)>,
    /// The counts of lines and events.
    pub ledger: Ledger,
    /// The time that the run or the interval took on the clock of this machine.
    pub elapsed: Duration,
}

/// All that a summary shows of one loop.
pub struct LoopSummary<'a> {
    /// The loop as the user asked for it.
    pub spec: &'a Loop,
    /// The key by which the loop is followed.
    pub key: Key,
    /// The way in which its events are matched (`--match`).
    pub matching: Matching,
    /// The number of events at its first position that have its key.
    pub begun: u64,
    /// The number of first events whose chains were dropped because they were older than the limit behind `within`.
    pub expired: u64,
    /// The number of loops that closed with a total outside `--min` and `--max`.
    pub outside: u64,
    /// The time of its first closed loop.
    pub first: Option<(Nanos, Resolution)>,
    /// The time of the last event of the loop that closed last; `None` if none closed.
    pub last: Option<(Nanos, Resolution)>,
    /// The names of its transitions, in the order of the loop, without the total.
    pub transition_names: Vec<String>,
    /// The statistics of the deltas of its transitions, and of the total.
    pub deltas: &'a Deltas,
    /// The number of events that came at each position.
    pub seen: &'a [u64],
    /// The statistics for each group value, in the order in which they are shown. Empty if the user did not ask for
    /// groups.
    pub groups: Vec<GroupSummary<'a>>,
    /// Sentences for the user that say why the loop did not close or which fields it lacks, and what can be done about it.
    pub hints: Vec<String>,
}

/// All that a summary shows of the closed loops of one group value.
pub struct GroupSummary<'a> {
    /// The group value as text; `None` for loops that do not have the only field.
    pub value: Option<Vec<u8>>,
    /// True for the group that all values share which came too late for a group of their own.
    pub is_others: bool,
    pub(super) deltas: &'a Deltas,
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
            key,
            matching,
            begun: tally.begun(),
            expired: tally.expired,
            outside: tally.outside,
            first: tally.first_row,
            last: tally.last_row,
            transition_names: spec.transitions().collect(),
            deltas: &tally.deltas,
            seen: &tally.seen,
            groups: tally.groups.as_ref().map_or(Vec::new(), group_summaries),
            hints: Vec::new(),
        }
    }

    /// Returns the loops for which an event came at each position, in the order of the sum of their totals. The largest
    /// sum comes first.
    pub fn largest_sum_first(loops: impl Iterator<Item = LoopSummary<'a>>) -> Vec<Self> {
        let mut loops: Vec<Self> = loops.filter(|summary| !summary.seen.contains(&0)).collect();
        loops.sort_by_key(|summary| Reverse(summary.deltas.total().sum_ns()));
        loops
    }

    /// Returns the groups that are shown where not all are: those with the largest sum of totals, and `others`. Also
    /// returns the number of values that are left out.
    pub(super) fn largest_groups(&self) -> (impl Iterator<Item = &GroupSummary<'a>>, usize) {
        let own = self.groups.len() - self.groups.iter().filter(|group| group.is_others).count();
        let others = self.groups.iter().skip(own);
        (self.groups.iter().take(own.min(SHOWN_GROUPS)).chain(others), own.saturating_sub(SHOWN_GROUPS))
    }

    /// Returns all transitions with their names. The total is not among them.
    pub fn transitions(&self) -> impl Iterator<Item = (&str, &Transition)> {
        self.transitions_of(self.deltas)
    }

    /// Returns all transitions with their names, and behind them the total, which has the name `total`.
    pub(super) fn transitions_and_total(&self) -> impl Iterator<Item = (&str, &Transition)> {
        self.transitions_and_total_of(self.deltas)
    }

    /// Returns the transitions of one group of this loop, with their names. `deltas` are those of the group. The total
    /// is not among them.
    pub(super) fn transitions_of<'s>(&'s self, deltas: &'s Deltas) -> impl Iterator<Item = (&'s str, &'s Transition)> {
        self.transition_names.iter().map(String::as_str).zip(deltas.transitions())
    }

    /// Returns the transitions of one group of this loop, with their names, and behind them the total, which has the
    /// name `total`. `deltas` are those of the group.
    pub(super) fn transitions_and_total_of<'s>(
        &'s self,
        deltas: &'s Deltas,
    ) -> impl Iterator<Item = (&'s str, &'s Transition)> {
        self.transitions_of(deltas).chain([("total", deltas.total())])
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

impl Summary<'_> {
    /// Returns the begin and the end of the interval as text, in seconds. `None` if the summary is about the whole run.
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
