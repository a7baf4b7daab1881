//! A loop that is followed, and what came of it.

use super::streams;
use crate::config::Config;
use crate::diagnosis::{KeyTrials, Mismatches};
use crate::event::{Event, Resolution, Value};
use crate::key::{GroupValue, Key, KeySource, KeyValue};
use crate::matcher::{Matching, Shape};
use crate::pattern::{Field, Grouping, Header, Loop};
use crate::report::LoopSummary;
use crate::stats::Tally;

/// A loop, and what came of it.
pub(super) struct Followed {
    pub(super) spec: Loop,
    pub(super) key: Key,
    /// Where the key's values come from.
    pub(super) source: KeySource,
    pub(super) tally: Tally,
    /// At each position, events of its name that did not fit.
    pub(super) mismatches: Vec<Mismatches>,
    /// Until it closes for the first time.
    pub(super) trials: Option<KeyTrials>,
}

/// A loop as the matcher sees it.
pub(super) fn shape(spec: &Loop, config: &Config) -> Shape {
    Shape { positions: spec.positions.len(), key: config.key_of(spec), source: spec.key_source() }
}

impl Followed {
    /// Follows a loop, and under other keys as well if there are `trials`.
    pub(super) fn new(spec: Loop, config: &Config, trials: Option<KeyTrials>) -> Self {
        let Shape { positions, key, source } = shape(&spec, config);
        Followed {
            spec,
            key,
            source,
            tally: Tally::new(positions, config.by.is_some()),
            mismatches: vec![Mismatches::default(); positions],
            trials,
        }
    }

    /// The statistics of a tally of it, without hints.
    pub(super) fn summary<'s>(&'s self, tally: &'s Tally, how: Matching) -> LoopSummary<'s> {
        LoopSummary::new(&self.spec, self.key, how, tally)
    }

    /// Takes an event at a set of positions.
    #[inline]
    pub(super) fn saw(&mut self, positions: u32, event: &Event<'_>, number: u64) {
        self.tally.count_seen(positions);
        if let Some(trials) = &mut self.trials {
            trials.step(positions, event, number);
        }
    }

    /// Takes an event that has the name of some positions, and does not fit there.
    pub(super) fn misfit(&mut self, positions: u32, event: &Event<'_>) {
        // Once it has closed, nobody asks why it did not.
        if positions != 0 && self.trials.is_some() {
            let mismatches = self.mismatches.iter_mut().enumerate().filter(|(at, _)| positions >> at & 1 != 0);
            mismatches.for_each(|(_, mismatches)| mismatches.count(event.payload));
        }
    }

    /// Takes the times of a closed loop; `groups_left` as [`Tally::record`] has it.
    #[inline]
    pub(super) fn closed(
        &mut self,
        times: &[u64],
        resolution: Resolution,
        label: &GroupValue,
        groups_left: &mut usize,
    ) {
        self.trials = None;
        self.tally.record(times, resolution, label, groups_left);
    }

    /// Puts the key of a loop that `event` closed into `out`, where rows show it.
    pub(super) fn show_key(&self, out: &mut Vec<u8>, event: &Event<'_>) {
        out.clear();
        if self.source != KeySource::Header {
            self.push_key(out, event);
        }
    }

    #[inline(never)]
    fn push_key(&self, out: &mut Vec<u8>, event: &Event<'_>) {
        if let Some(last) = self.spec.positions.last() {
            streams::show_key(out, last, self.key, event);
        }
    }

    /// The label of a loop that `event` closed, where that has it and not its positions.
    #[inline(never)]
    pub(super) fn label_by(&self, by: &Grouping, event: &Event<'_>) -> Option<GroupValue> {
        match by {
            Grouping::Field(_) => None,
            Grouping::Header(header) => Some(label(&Field::Header(*header), event).unwrap_or_default()),
            Grouping::Key => Some(self.key_label(event)),
        }
    }

    #[cold]
    fn key_label(&self, event: &Event<'_>) -> GroupValue {
        let header = match self.key {
            Key::Tid => Header::Tid,
            Key::Pid => Header::Pid,
            Key::Cpu => Header::Cpu,
            Key::Comm => Header::Comm,
            Key::All => return GroupValue::new(KeyValue::of_field(Value::Text(b"all")), b"all"),
        };
        if self.source == KeySource::Header {
            return label(&Field::Header(header), event).unwrap_or_default();
        }
        let mut text = Vec::new();
        self.push_key(&mut text, event);
        GroupValue::new(KeyValue::of_field(Value::Text(&text)), &text)
    }
}

/// The label that an event has by a field.
#[inline(never)]
pub(super) fn label(field: &Field, event: &Event<'_>) -> Option<GroupValue> {
    let value = field.read(event)?;
    Some(value.with_shown(|text| GroupValue::new(KeyValue::of_field(value), text)))
}
