//! The content of a summary, for all formats.

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
    /// True if the loops are pairs that were found in the input. The table has one line for each of them.
    pub pairs: bool,
    /// The fields of the groups, if the user asked for groups.
    pub by: Option<&'a FieldReferences>,
    /// The categories of events with their counts, in the order in which they were first seen.
    pub categories: Vec<(&'a [u8], u64)>,
    /// The begin and the end of the interval that the summary covers; the end itself does not belong to it. `None` if
    /// the summary covers the whole run.
    pub interval: Option<(Nanos, Nanos)>,
    /// The counts of lines and events.
    pub ledger: Ledger,
    /// The wall time that the run or the interval took.
    pub elapsed: Duration,
}

/// All that a summary shows of one loop.
pub struct LoopSummary<'a> {
    /// The loop as the user asked for it.
    pub spec: &'a Loop,
    /// The key by which the loop is followed.
    pub key: Key,
    /// The way in which its events are matched.
    pub matching: Matching,
    /// The number of events at its first position that have its key.
    pub begun: u64,
    /// The number of first events whose chains were dropped because they were older than the limit behind `within`.
    pub expired: u64,
    /// The number of loops that closed with a total outside `--min` and `--max`.
    pub outside: u64,
    /// The time of its first closed loop.
    pub first: Option<(Nanos, Resolution)>,
    /// The time of its last closed loop.
    pub last: Option<(Nanos, Resolution)>,
    /// The names of its transitions, in the order of the loop, without the total.
    pub transition_names: Vec<String>,
    /// The statistics of its deltas.
    pub deltas: &'a Deltas,
    /// The number of events seen at each position.
    pub seen: &'a [u64],
    /// The statistics for each group value, in the order in which they are shown; empty if the user did not ask for
    /// groups.
    pub groups: Vec<GroupSummary<'a>>,
    /// Sentences for the user: why the loop did not close, or which fields it lacks, and what to do about it.
    pub hints: Vec<String>,
}

/// All that a summary shows of the closed loops of one group value.
pub struct GroupSummary<'a> {
    /// The text of the value; `None` for loops that do not have the only field.
    pub value: Option<Vec<u8>>,
    /// True for the group that all values share which came too late for a group of their own.
    pub is_others: bool,
    pub(super) deltas: &'a Deltas,
}

impl GroupSummary<'_> {
    /// Returns the value as people read it: `-` stands for an empty value and for a missing one.
    pub(super) fn display_value(&self) -> String {
        let mut text = Vec::new();
        push_plain(&mut text, self.value.as_deref().filter(|value| !value.is_empty()).unwrap_or(b"-"));
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl<'a> LoopSummary<'a> {
    /// Returns the summary of a loop, without hints, from all that was counted of it.
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

    /// Returns the loops whose positions were all seen, the loop with the largest sum of totals first.
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

    /// Returns all transitions with their names, without the total.
    pub fn transitions(&self) -> impl Iterator<Item = (&str, &Transition)> {
        self.transitions_of(self.deltas)
    }

    /// Returns all transitions with their names, and then the total, whose name is `total`.
    pub(super) fn transitions_and_total(&self) -> impl Iterator<Item = (&str, &Transition)> {
        self.transitions_and_total_of(self.deltas)
    }

    /// Returns the transitions of a group of this loop with their names, without the total.
    pub(super) fn transitions_of<'s>(&'s self, deltas: &'s Deltas) -> impl Iterator<Item = (&'s str, &'s Transition)> {
        self.transition_names.iter().map(String::as_str).zip(deltas.transitions())
    }

    /// Returns the transitions of a group of this loop with their names, and then the total, whose name is `total`.
    pub(super) fn transitions_and_total_of<'s>(
        &'s self,
        deltas: &'s Deltas,
    ) -> impl Iterator<Item = (&'s str, &'s Transition)> {
        self.transitions_of(deltas).chain([("total", deltas.total())])
    }
}

/// Returns the groups with the largest sum of totals first, and last `others` if there were too many values.
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
    /// Returns the begin and the end of the interval as text, in seconds.
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

    /// Appends the heading of an interval's summary in the formats that consist of lines: the two bounds, with text
    /// before, between and behind them. Appends nothing if the summary covers the whole run.
    pub(super) fn push_interval(&self, out: &mut Vec<u8>, before: &str, between: &str, behind: &str) {
        if let Some([from, to]) = self.interval_bounds() {
            for text in [before.as_bytes(), &from, between.as_bytes(), &to, behind.as_bytes()] {
                out.extend_from_slice(text);
            }
        }
    }
}
