//! What a run does: the command line without its words.

use crate::engine::Window;
use crate::event::Nanos;
use crate::key::Key;
use crate::matcher::Matching;
use crate::pattern::{EventName, Field, Grouping, Loop, Selection};
use crate::perf_data::WantedPayloads;
use crate::report::SummaryFormat;
use crate::sink::RowFormat;
use crate::text::Unit;

/// What is made of the events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A row for each closed loop, and their statistics.
    #[default]
    Loops,
    /// A row for each event, with the delta to the one before it of its category.
    Events,
    /// A row for each event, and the statistics of the loops.
    EventsAndLoops,
    /// A file for each category of events, and the statistics of the loops.
    Split,
}

impl Mode {
    /// Every mode with its names on the command line; the numbers are the predecessor's.
    pub const NAMES: &[(&str, Mode)] = &[
        ("loops", Mode::Loops),
        ("events", Mode::Events),
        ("events+loops", Mode::EventsAndLoops),
        ("split", Mode::Split),
        ("3", Mode::Loops),
        ("0", Mode::Events),
        ("1", Mode::EventsAndLoops),
        ("2", Mode::Split),
    ];

    /// Whether loops are followed.
    pub fn has_loops(self) -> bool {
        self != Mode::Events
    }

    /// Whether every event gets a row.
    pub fn has_events(self) -> bool {
        self != Mode::Loops
    }
}

/// What to do.
#[derive(Clone, Debug)]
pub struct Config {
    /// What is made of the events.
    pub mode: Mode,
    /// The loops to follow, each with a name of its own.
    pub loops: Vec<Loop>,
    /// What keeps its own place in the loops that do not say.
    pub key: Key,
    /// What keeps its own place among the events of a category.
    pub event_key: Key,
    /// Which events are looked at; `None`: all.
    pub selection: Option<Selection>,
    /// How events become loops.
    pub how: Matching,
    /// Whether every pair of a beginning and its end that the input has is a loop.
    pub pairs: bool,
    /// Whether the loops worth asking for are looked for.
    pub discover: bool,
    /// What statistics are kept apart by, beside those of the whole.
    pub by: Option<Grouping>,
    /// How many keys are followed at once.
    pub max_keys: usize,
    /// The unit of deltas and statistics.
    pub unit: Unit,
    /// How rows are written; `None`: not at all.
    pub rows: Option<RowFormat>,
    /// Whether a header stands before the rows.
    pub header: bool,
    /// How long an interval is that gets a summary of its own, and how that is written.
    pub interval: Option<(Nanos, SummaryFormat)>,
    /// Within which window events are put in time order; `None`: not at all.
    pub reorder: Option<Window>,
    /// Whether anybody is told why a loop did not close.
    pub hints: bool,
    /// Whether a malformed line is an error.
    pub fail_malformed: bool,
}

/// How many pairs are followed at most.
pub const PAIRS_MAX: usize = 256;

/// How many keys are followed at once, unless the user says.
pub const MAX_KEYS: usize = 65536;

impl Config {
    /// Follows these loops with the defaults of the command line.
    pub fn new(loops: Vec<Loop>) -> Self {
        Config {
            mode: Mode::default(),
            loops,
            key: Key::Tid,
            event_key: Key::Tid,
            selection: None,
            how: Matching::default(),
            pairs: false,
            discover: false,
            by: None,
            max_keys: MAX_KEYS,
            unit: Unit::default(),
            rows: Some(RowFormat::default()),
            header: true,
            interval: None,
            reorder: None,
            hints: true,
            fail_malformed: false,
        }
    }

    /// Whether what statistics are kept apart by is taken from the events of a
    /// loop's positions, and goes along with its chains.
    pub fn is_labelled(&self) -> bool {
        matches!(self.by, Some(Grouping::Field(_)))
    }

    /// What is looked at of the payloads of a binary recording.
    pub fn payloads(&self) -> WantedPayloads {
        let mut fields = Vec::new();
        let positions = || self.loops.iter().flat_map(|spec| &spec.positions);
        for position in positions() {
            fields.extend(&position.fields);
            position.condition.iter().for_each(|condition| condition.push_fields(&mut fields));
        }
        if let Some(Grouping::Field(field)) = &self.by {
            fields.push(field);
        }
        let events: Vec<EventName> = positions().flat_map(|position| position.events.clone()).collect();
        let is_all = self.pairs || self.discover;
        let events = Box::new(move |name: &[u8]| is_all || events.iter().any(|event| event.matches(name)));
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

    /// What keeps its own place in a loop.
    pub fn key_of(&self, spec: &Loop) -> Key {
        spec.key.unwrap_or(self.key)
    }
}
