//! The description of what a run has to do. It is made from the options before the run begins.

use super::reorder::Window;
use super::states::StatesTask;
use crate::diagnosis::joined_loops;
use crate::event::Nanos;
use crate::key::Key;
use crate::matcher::{Matching, Shape};
use crate::pattern::{EventName, Field, FieldReference, FieldReferences, Loop, Selection};
use crate::perf_data::WantedPayloads;
use crate::why::SchedReader;
use std::ops::RangeInclusive;

/// The largest number of pairs that `--pairs` follows.
pub const PAIRS_MAX: usize = 256;

/// The description of what a run has to do. Its parts are independent of each other. A part that is `None` or false
/// costs nothing.
#[derive(Clone, Debug)]
pub struct Task {
    /// The loops. No two of them have the same name.
    pub loops: Vec<Loop>,
    /// The way in which loops are followed. If it is `None`, no loop is followed, and the sinks get only events: those
    /// that stand at a position of a loop, and all events if `events` is `Some`.
    pub follow: Option<Follow>,
    /// True to follow every pair in the input (`--pairs`). A pair is a loop of two events, such as the enter and the
    /// exit of a call.
    pub pairs: bool,
    /// True to search for loops that are worth asking for (`--discover`), because the events of the input close them.
    pub discover: bool,
    /// If it is `Some`, the run searches for pairs and for loops that are worth asking for, as long as no event of
    /// `loops` has come. If no such event comes, the summary is an overview of the pairs and loops that were found.
    pub overview: Option<Overview>,
    /// True if the hints about a loop that did not close propose other loops that are worth asking for.
    pub propose: bool,
    /// It is `Some` if the sinks get every event, with its distance in time to the previous event of the same category
    /// (a group of event names) and key.
    pub events: Option<EventDeltas>,
    /// The events that the run uses. `None` stands for all events.
    pub selection: Option<Selection>,
    /// The length of the intervals (`-I`), each of which gets a summary.
    pub interval: Option<Nanos>,
    /// The window of `--reorder`, within which events are put in the order of time. If it is `None`, events are taken
    /// in the order of the input.
    pub reorder: Option<Window>,
    /// The values that `--show` names. Each closed loop has these values for the sinks that show them.
    pub show: FieldReferences,
    /// The largest number of key values that are followed at once, over all loops.
    pub max_keys: usize,
    /// The largest number of groups of each loop; a group is the statistics for one value of `-b`. If this is `None`, a
    /// loop has at most [`Groups::MAX`](crate::stats::Groups::MAX) groups, and all loops together have at most
    /// [`Groups::MAX_OF_ALL`](crate::stats::Groups::MAX_OF_ALL).
    pub max_groups: Option<usize>,
    /// True to end the run with an error at the first malformed line.
    pub fail_malformed: bool,
    /// The analyses that say why a loop was slow.
    pub why: WhyTask,
    /// The work for states among the inputs.
    pub states: StatesTask,
}

/// The analyses that say why a loop was slow. The default asks for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WhyTask {
    /// The closed loops with the largest totals, with their lines (`--slowest`).
    pub slowest: Option<SlowestTask>,
    /// True to compare the slow loops with the others (`--explain`).
    pub explain: bool,
    /// True to divide the time of each transition by the states of its thread, such as running and sleeping
    /// (`--sched`).
    pub sched: bool,
    /// True to show the loops that were begun and have not closed at the end of an input (`--unfinished`).
    pub unfinished: bool,
}

/// The search for the closed loops with the largest totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlowestTask {
    /// The number of slowest closed loops that are kept for each loop.
    pub count: usize,
    /// The number of bytes, the latest ones, that are kept of an input that cannot be read again, such as a pipe. The
    /// lines of the slowest loops are taken from them.
    pub keep_bytes: u64,
}

impl SlowestTask {
    /// The number of bytes that are kept, unless the user sets another one (`--keep`).
    pub const KEEP_BYTES: u64 = 8 << 20;
}

impl WhyTask {
    /// Returns whether any analysis is asked for.
    pub fn is_some(&self) -> bool {
        *self != WhyTask::default()
    }

    /// Returns whether an analysis needs each event that is read. The analyses get events in the gates (the steps
    /// before the loops), so in such a run no event may go from its line directly to the loops.
    pub(super) fn needs_every_event(&self) -> bool {
        self.explain || self.sched || self.unfinished
    }

    /// Returns whether the time of closed loops is divided by the states of their threads.
    pub(super) fn divides_by_states(&self) -> bool {
        self.explain || self.sched
    }

    /// Returns whether an analysis needs each loop that closes.
    pub(super) fn needs_closed(&self) -> bool {
        self.slowest.is_some() || self.explain || self.sched
    }
}

/// The way in which loops are followed.
#[derive(Clone, Debug)]
pub struct Follow {
    /// The key of all loops that do not state one.
    pub key: Key,
    /// The rule by which events become closed loops.
    pub matching: Matching,
    /// The fields whose values divide the statistics of each loop into groups (`-b`).
    pub by: FieldReferences,
    /// The totals that closed loops may have, from `--min` to `--max`. The total of a loop is the time from its first
    /// position to its last. A loop whose total is not in this range is counted as outside, and is left out of the rows
    /// and the statistics.
    pub totals: RangeInclusive<Nanos>,
}

/// The search for pairs, and for other loops that close, which a run makes if the user gave no loop.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The loops that are followed, besides the pairs, to see whether they close.
    pub loops: Vec<Loop>,
    /// The key by which pairs are followed.
    pub key: Key,
}

impl Overview {
    /// Creates a search that follows pairs by this key.
    pub fn new(key: Key) -> Self {
        Overview { loops: joined_loops(), key }
    }
}

/// Each event that the sinks get has the time since a previous event. This says which event is the previous one.
#[derive(Clone, Copy, Debug)]
pub struct EventDeltas {
    /// The previous event must have the same value of this key, and the same category.
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
    /// The largest number of key values that are followed at once, unless the user sets another one.
    pub const MAX_KEYS: usize = 65536;

    /// Creates the task to follow these loops by thread. Everything else has the default of the command line.
    pub fn new(loops: Vec<Loop>) -> Self {
        Task {
            loops,
            follow: Some(Follow::default()),
            pairs: false,
            discover: false,
            overview: None,
            propose: false,
            events: None,
            selection: None,
            interval: None,
            reorder: None,
            show: FieldReferences::default(),
            max_keys: Task::MAX_KEYS,
            max_groups: None,
            fail_malformed: false,
            why: WhyTask::default(),
            states: StatesTask::default(),
        }
    }

    /// Returns the fields whose values divide the statistics of each loop into groups (`-b`); `None` if there are none.
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

    /// Returns the facts about a loop that the matcher needs.
    pub(super) fn shape(&self, spec: &Loop) -> Shape {
        let default_key = self.follow.as_ref().map_or(Key::Tid, |follow| follow.key);
        Shape {
            positions: spec.positions.len(),
            key: spec.key.unwrap_or(default_key),
            source: spec.key_source(),
            has_negated: !spec.negated.is_empty(),
            within: spec.within.as_ref().map(|limit| limit.duration),
        }
    }

    /// Returns whether a loop may have events of several threads. Only a loop that is followed by the tid in the header
    /// of events never has.
    pub(super) fn joins_threads(&self) -> bool {
        let pairs_join = self.finds_pairs() && self.key_of_pairs() != Key::Tid;
        pairs_join || self.loops_from_the_beginning().any(|spec| !self.shape(spec).follows_each_thread_alone())
    }

    /// Returns the largest number of positions that a loop may have.
    pub(super) fn longest(&self) -> usize {
        let of_pairs = 2;
        self.loops_from_the_beginning().map(|spec| spec.positions.len()).fold(of_pairs, usize::max)
    }

    /// Returns whether every pair in the input (the enter and exit of a call, for example) is followed.
    pub(super) fn finds_pairs(&self) -> bool {
        self.pairs || self.overview.is_some()
    }

    /// Returns whether the whole input is searched for loops that are worth asking for.
    pub(super) fn searches(&self) -> bool {
        self.discover || self.overview.is_some()
    }

    /// Returns the key by which pairs are followed.
    pub(super) fn key_of_pairs(&self) -> Key {
        let follow = self.follow.as_ref().map(|follow| follow.key);
        self.overview.as_ref().map(|overview| overview.key).or(follow).unwrap_or(Key::Tid)
    }

    /// Returns the loops that are followed from the beginning: those of the task, and then those of an overview.
    pub(super) fn loops_from_the_beginning(&self) -> impl Iterator<Item = &Loop> {
        self.loops.iter().chain(self.overview.iter().flat_map(|overview| &overview.loops))
    }

    /// Returns the parts of payloads that are wanted from a binary recording (perf.data). Its reader makes text of
    /// these parts only.
    pub fn payloads(&self) -> WantedPayloads {
        let positions = || self.loops_from_the_beginning().flat_map(Loop::all_positions).map(|(_, position)| position);
        let mut fields = Vec::new();
        for position in positions() {
            fields.extend(&position.fields);
            position.condition.iter().for_each(|condition| condition.push_fields(&mut fields));
        }
        fields.extend(self.referred_fields());
        let mut events: Vec<EventName> = positions().flat_map(|position| position.events.clone()).collect();
        let states = self.why.divides_by_states();
        if states {
            events.extend(SchedReader::EVENTS.map(EventName::new));
        }
        // The loop of a pair reads payloads only for -b and --show. Then the payloads of all events are needed, because
        // any event may begin a pair.
        let of_all_events = self.pairs || self.discover || (self.overview.is_some() && self.refers_to_payloads());
        let events = Box::new(move |name: &[u8]| of_all_events || events.iter().any(|event| event.matches(name)));
        let mut payloads = WantedPayloads {
            fields: Vec::new(),
            words: Vec::new(),
            whole: self.discover || self.why.explain,
            // A search, and `--explain` alone, can do without a payload that cannot be printed. Any other run that
            // names a field of a payload cannot.
            optional: self.searches() || (self.why.explain && fields.is_empty()),
            events,
            lines: self.why.slowest.is_some(),
            call_chains: false,
        };
        if states {
            payloads.fields.extend(SchedReader::FIELDS.map(str::to_owned));
        }
        for field in fields {
            match field {
                Field::Named(name) => payloads.fields.push(name.text().to_owned()),
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
