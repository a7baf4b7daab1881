//! A loop that is followed, and what came of it.

use super::streams;
use crate::config::Config;
use crate::event::Event;
use crate::matcher::{How, KeyValue, Label, Shape, Trials};
use crate::pattern::{Field, Grouping, Key, KeySource, Loop, Value};
use crate::report::{LoopSummary, Misfits};
use crate::stats::Tally;

/// A loop, and what came of it.
pub(super) struct Followed {
    pub(super) spec: Loop,
    pub(super) key: Key,
    /// Whether the key is taken from events, so that rows show it.
    pub(super) keyed: bool,
    pub(super) tally: Tally,
    /// At each position, events of its name that did not fit.
    pub(super) misfits: Vec<Misfits>,
    /// Until it closes for the first time.
    pub(super) trials: Option<Trials>,
}

/// A loop as the matcher sees it.
pub(super) fn shape(spec: &Loop, config: &Config) -> Shape {
    Shape { positions: spec.positions.len(), key: config.key_of(spec), source: spec.key_source() }
}

impl Followed {
    /// Follows a loop, and under other keys as well if there are `trials`.
    pub(super) fn new(spec: Loop, config: &Config, trials: Option<Trials>) -> Self {
        let Shape { positions, key, source } = shape(&spec, config);
        Followed {
            spec,
            key,
            keyed: source != KeySource::Header,
            tally: Tally::new(positions, config.by.is_some()),
            misfits: vec![Misfits::default(); positions],
            trials,
        }
    }

    /// The statistics of a tally of it, without hints.
    pub(super) fn summary<'s>(&'s self, tally: &'s Tally, how: How) -> LoopSummary<'s> {
        LoopSummary::new(&self.spec, self.key, how, tally)
    }
}

impl Followed {
    pub(super) fn misfit(&mut self, positions: u32, event: &Event<'_>) {
        if positions != 0 {
            let misfits = self.misfits.iter_mut().enumerate().filter(|(at, _)| positions >> at & 1 != 0);
            misfits.for_each(|(_, misfits)| misfits.count(event.payload));
        }
    }

    /// Puts the key of a loop that `event` closed into `out`, where rows show it.
    pub(super) fn show_key(&self, out: &mut Vec<u8>, event: &Event<'_>) {
        out.clear();
        if self.keyed {
            self.push_key(out, event);
        }
    }

    fn push_key(&self, out: &mut Vec<u8>, event: &Event<'_>) {
        if let Some(last) = self.spec.positions.last() {
            streams::show_key(out, last, self.key, event);
        }
    }

    /// The label of a loop that `event` closed.
    #[cold]
    pub(super) fn label(&self, grouping: &Grouping, event: &Event<'_>) -> Label {
        match grouping {
            Grouping::Key => {
                let mut text = Vec::new();
                self.push_key(&mut text, event);
                Label::new(KeyValue::of_field(Value::Text(&text)), &text)
            }
            Grouping::Header(header) => label(&Field::Header(*header), event).unwrap_or_default(),
            Grouping::Field(field) => label(field, event).unwrap_or_default(),
        }
    }
}

/// The label that an event has by a field.
pub(super) fn label(field: &Field, event: &Event<'_>) -> Option<Label> {
    let value = field.read(event)?;
    Some(value.with_shown(|text| Label::new(KeyValue::of_field(value), text)))
}
