//! The work of a run, decided once.

use super::reorder::Window;
use crate::event::Nanos;
use crate::key::Key;
use crate::matcher::{Matching, Shape};
use crate::pattern::{EventName, Field, FieldReference, FieldReferences, Loop, Selection};
use crate::perf_data::WantedPayloads;
use std::ops::RangeInclusive;

/// The largest number of pairs that `--pairs` follows.
pub const PAIRS_MAX: usize = 256;

/// The work of a run. The parts are independent of each other. The engine does no work for a part that is `None` or
/// false.
#[derive(Clone, Debug)]
pub struct Task {
    /// The loops, each with a name of its own.
    pub loops: Vec<Loop>,
    /// The way in which loops are followed. `None`: loops are not followed, and the sinks only get the events at their
    /// positions.
    pub follow: Option<Follow>,
    /// True to make a loop of each pair of a beginning and its end that the input has (`--pairs`).
    pub pairs: bool,
    /// True to search for loops that are worth asking for (`--discover`).
    pub discover: bool,
    /// True to propose loops that are worth asking for in place of a loop that did not close.
    pub propose: bool,
    /// If present, the sinks get every event, with the delta to the event before it of the same category and key.
    pub events: Option<EventDeltas>,
    /// The events that the run uses; `None`: all.
    pub selection: Option<Selection>,
    /// The length of the intervals that get a summary of their own.
    pub interval: Option<Nanos>,
    /// The window within which events are put in time order; `None`: events are taken in the order of the input.
    pub reorder: Option<Window>,
    /// The values that closed loops have for sinks that show them (`--show`).
    pub show: FieldReferences,
    /// The largest number of key values that are followed at once, over all loops.
    pub max_keys: usize,
    /// The largest number of groups of each loop. `None`: [`Groups::MAX`](crate::stats::Groups::MAX) of each loop, and
    /// [`Groups::MAX_OF_ALL`](crate::stats::Groups::MAX_OF_ALL) of all.
    pub max_groups: Option<usize>,
    /// True if the first malformed line ends the run with an error.
    pub fail_malformed: bool,
}

/// The way in which loops are followed.
#[derive(Clone, Debug)]
pub struct Follow {
    /// The key of loops that do not name one themselves.
    pub key: Key,
    /// The rule by which events become closed loops.
    pub matching: Matching,
    /// The fields whose values get statistics of their own (`-b`).
    pub by: FieldReferences,
    /// The totals that closed loops may have. Loops with other totals are counted as outside, and are in neither rows nor
    /// statistics.
    pub totals: RangeInclusive<Nanos>,
}

/// The deltas between events of the same category.
#[derive(Clone, Copy, Debug)]
pub struct EventDeltas {
    /// The key within which the previous event of the category is looked for.
    pub key: Key,
}

impl Default for Follow {
    fn default() -> Self {
        Follow {
            key: Key::Tid,
            matching: Matching::default(),
            by: FieldReferences::default(),
            totals: Nanos(0)..=Nanos(u64::MAX),
        }
    }
}

impl Task {
    /// The number of key values that are followed at once, unless the user says otherwise.
    pub const MAX_KEYS: usize = 65536;

    /// Creates the task to follow these loops by thread, with the defaults of the command line.
    pub fn new(loops: Vec<Loop>) -> Self {
        Task {
            loops,
            follow: Some(Follow::default()),
            pairs: false,
            discover: false,
            propose: false,
            events: None,
            selection: None,
            interval: None,
            reorder: None,
            show: FieldReferences::default(),
            max_keys: Task::MAX_KEYS,
            max_groups: None,
            fail_malformed: false,
        }
    }

    /// Returns the fields whose values get statistics of their own (`-b`); `None` if there are none.
    pub(super) fn by(&self) -> Option<&FieldReferences> {
        self.follow.as_ref().map(|follow| &follow.by).filter(|by| !by.is_empty())
    }

    /// Returns the fields of events that `-b` and `--show` name.
    fn referred_fields(&self) -> impl Iterator<Item = &Field> {
        let references = self.by().into_iter().chain([&self.show]).flat_map(FieldReferences::iter);
        references.filter_map(|reference: &FieldReference| reference.target.field())
    }

    /// Returns whether `-b` or `--show` names a part of payloads.
    pub(super) fn refers_to_payloads(&self) -> bool {
        self.referred_fields().any(|field| !matches!(field, Field::Header(_)))
    }

    /// Returns a loop as the matcher sees it.
    pub(super) fn shape(&self, spec: &Loop) -> Shape {
        let default_key = self.follow.as_ref().map_or(Key::Tid, |follow| follow.key);
        Shape { positions: spec.positions.len(), key: spec.key.unwrap_or(default_key), source: spec.key_source() }
    }

    /// Returns the parts of payloads that are wanted from a binary recording. Its reader prints only these.
    pub fn payloads(&self) -> WantedPayloads {
        let positions = || self.loops.iter().flat_map(|spec| &spec.positions);
        let mut fields = Vec::new();
        for position in positions() {
            fields.extend(&position.fields);
            position.condition.iter().for_each(|condition| condition.push_fields(&mut fields));
        }
        fields.extend(self.referred_fields());
        let events: Vec<EventName> = positions().flat_map(|position| position.events.clone()).collect();
        let of_all_events = self.pairs || self.discover;
        let events = Box::new(move |name: &[u8]| of_all_events || events.iter().any(|event| event.matches(name)));
        let mut payloads = WantedPayloads {
            fields: Vec::new(),
            words: Vec::new(),
            whole: self.discover,
            optional: self.discover,
            events,
        };
        for field in fields {
            match field {
                Field::Named(name) => payloads.fields.push(name.clone()),
                Field::Word(number) => payloads.words.push(*number),
                Field::Trace => payloads.whole = true,
                Field::Header(_) => {}
            }
        }
        payloads.fields.sort_unstable();
        payloads.fields.dedup();
        payloads
    }
}
