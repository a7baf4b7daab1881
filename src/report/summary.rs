//! The summary: statistics of every loop and the ledger. A format is one file here.

use super::{json, log, table, tsv};
use crate::event::{Nanos, Resolution};
use crate::key::Key;
use crate::matcher::Matching;
use crate::pattern::{Grouping, Loop};
use crate::stats::Ledger;
use crate::stats::{Deltas, Group, Groups, Tally, Transition};
use crate::text::{Unit, push_float, push_half_span, push_plain, push_span, push_time};
use std::time::Duration;

/// How a summary is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SummaryFormat {
    /// For people.
    #[default]
    Table,
    /// One object on one line.
    Json,
    /// A line for each transition.
    Tsv,
    /// The predecessor's text, in seconds.
    Log,
}

impl SummaryFormat {
    /// Every format with its name on the command line.
    pub const NAMES: &[(&str, SummaryFormat)] = &[
        ("table", SummaryFormat::Table),
        ("json", SummaryFormat::Json),
        ("tsv", SummaryFormat::Tsv),
        ("log", SummaryFormat::Log),
    ];
}

/// Everything that a summary can show.
pub struct Summary<'a> {
    /// The unit of all statistics.
    pub unit: Unit,
    /// In the order in which they were given.
    pub loops: Vec<LoopSummary<'a>>,
    /// Whether the loops are pairs that the input has: a line is enough for each.
    pub pairs: bool,
    /// What the groups are of.
    pub by: Option<&'a Grouping>,
    /// Event categories with counts, in order of first appearance.
    pub categories: Vec<(&'a [u8], u64)>,
    /// The span of trace time, its end not in it, where it is not the whole.
    pub interval: Option<(Nanos, Nanos)>,
    /// What happened to every line.
    pub ledger: Ledger,
    /// How long the run took.
    pub elapsed: Duration,
}

/// What a summary shows of one loop.
pub struct LoopSummary<'a> {
    /// The loop.
    pub spec: &'a Loop,
    /// What keeps its own place.
    pub key: Key,
    /// How events become loops.
    pub how: Matching,
    /// The time of its first row.
    pub first: Option<(Nanos, Resolution)>,
    /// The time of its last row.
    pub last: Option<(Nanos, Resolution)>,
    /// The names of its transitions, in order.
    pub names: Vec<String>,
    /// Their statistics, and those of the total.
    pub deltas: &'a Deltas,
    /// The events seen at each position.
    pub seen: &'a [u64],
    /// Its statistics by group, where they were asked for.
    pub groups: Vec<GroupSummary<'a>>,
    /// Why it did not close, where it did not.
    pub hints: Vec<String>,
}

/// What a summary shows of the closed loops of one label.
pub struct GroupSummary<'a> {
    /// The label; `None` where no event printed one.
    pub value: Option<Vec<u8>>,
    pub(super) deltas: &'a Deltas,
}

/// A sentence for closed loops none of whose events prints what groups are of.
pub fn no_group(by: &Grouping, groups: &[GroupSummary<'_>]) -> Option<String> {
    let none = matches!(groups, [GroupSummary { value: None, .. }]);
    none.then(|| format!("none of its events prints {by}, of which -b makes groups"))
}

impl GroupSummary<'_> {
    /// The label as people read it.
    pub(super) fn shown(&self) -> String {
        let mut shown = Vec::new();
        push_plain(&mut shown, self.value.as_deref().filter(|value| !value.is_empty()).unwrap_or(b"-"));
        String::from_utf8_lossy(&shown).into_owned()
    }
}

impl<'a> LoopSummary<'a> {
    /// A loop and what came of it, without hints.
    pub fn new(spec: &'a Loop, key: Key, how: Matching, tally: &'a Tally) -> Self {
        LoopSummary {
            spec,
            key,
            how,
            first: tally.first_row,
            last: tally.last_row,
            names: spec.transitions().collect(),
            deltas: &tally.deltas,
            seen: &tally.seen,
            groups: tally.groups.as_ref().map_or(Vec::new(), group_summaries),
            hints: Vec::new(),
        }
    }

    /// The loops whose positions were all seen, those with the longest total first.
    pub fn longest_first(loops: impl Iterator<Item = LoopSummary<'a>>) -> Vec<Self> {
        let mut loops: Vec<Self> = loops.filter(|of_loop| !of_loop.seen.contains(&0)).collect();
        loops.sort_by(|one, other| other.deltas.total().sum_ns().cmp(&one.deltas.total().sum_ns()));
        loops
    }

    /// All transitions but the total.
    pub fn transitions(&self) -> impl Iterator<Item = (&str, &Transition)> {
        self.names.iter().map(String::as_str).zip(self.deltas.transitions())
    }

    /// All transitions, `total` last.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Transition)> {
        self.all_of(self.deltas)
    }

    /// The same of the deltas of a group.
    pub(super) fn all_of<'s>(&'s self, deltas: &'s Deltas) -> impl Iterator<Item = (&'s str, &'s Transition)> {
        let names = self.names.iter().map(String::as_str);
        names.zip(deltas.transitions()).chain([("total", deltas.total())])
    }
}

/// The groups with the most loops first, and `others` last.
fn group_summaries(groups: &Groups) -> Vec<GroupSummary<'_>> {
    let value = |group: &Group| (!group.value.is_none()).then(|| group.value.text());
    let each = groups.most_first().into_iter().map(|group| GroupSummary { value: value(group), deltas: &group.deltas });
    let others = groups.others().map(|group| GroupSummary { value: Some(b"others".to_vec()), deltas: &group.deltas });
    each.chain(others).collect()
}

impl Summary<'_> {
    /// The bounds of the interval, in seconds.
    pub(super) fn interval_bounds(&self) -> Option<[Vec<u8>; 2]> {
        let (from, to) = self.interval?;
        let fine = [from, to].iter().any(|time| time.0 % 1_000 > 0);
        let resolution = if fine { Resolution::Nanos } else { Resolution::Micros };
        Some([from, to].map(|time| {
            let mut out = Vec::new();
            push_time(&mut out, time, resolution);
            out
        }))
    }

    /// Appends what stands before an interval's summary, in the formats of lines.
    pub(super) fn write_interval(&self, out: &mut Vec<u8>, before: &str, between: &str, behind: &str) {
        if let Some([from, to]) = self.interval_bounds() {
            for text in [before.as_bytes(), &from, between.as_bytes(), &to, behind.as_bytes()] {
                out.extend_from_slice(text);
            }
        }
    }

    /// Appends the summary.
    pub fn write(&self, out: &mut Vec<u8>, format: SummaryFormat) {
        match format {
            SummaryFormat::Table => table::write(out, self),
            SummaryFormat::Json => json::write(out, self),
            SummaryFormat::Tsv => tsv::write(out, self),
            SummaryFormat::Log => log::write(out, self),
        }
    }
}

/// A statistic as text: exact decimals where it is exact, else the shortest
/// float; `None` where it has no value.
pub(super) type Value = Option<Vec<u8>>;

/// The names of the statistics of a transition, after its count.
pub(super) const STATISTICS: [&str; 8] = ["mean", "stddev", "min", "median", "p90", "p99", "p99.9", "max"];

/// The values of `STATISTICS`, in a unit.
pub(super) fn statistics(transition: &Transition, unit: Unit) -> [Value; 8] {
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
