//! The analyses of `--slowest` and `--unfinished` in a run, and what they take of each event and each closed loop.
//! `feed_why.rs` has what they need of the engine: the places of lines, and the ends of inputs.

use super::shown_key::push_shown_key;
use super::stepped::Carried;
use super::task::Task;
use crate::event::{Event, Nanos, Resolution};
use crate::key::{Key, KeyValue};
use crate::sink::ClosedLoop;
use crate::why::{LineSample, Lines, SlowLoop, Slowest, Unfinished};
use std::collections::HashMap;

/// The analyses of a run. A run that asks for none has no `Why`.
pub(super) struct Why {
    /// The slowest closed loops.
    pub(super) slowest: Option<Slowest>,
    /// For each index of a loop, its unfinished loops at the ends of the inputs that have ended.
    pub(super) unfinished: Option<Vec<Unfinished>>,
    /// The texts of keys that consist of a machine and a field; see [`MachineKeys`].
    pub(super) machine_keys: MachineKeys,
    /// The greatest time of the current input, and the finest resolution of its times.
    pub(super) latest: (Nanos, Resolution),
    /// The number of inputs that have begun.
    pub(super) inputs: usize,
    /// Memory for the text of a record, which each record uses again.
    pub(super) text: Vec<u8>,
    /// True as soon as it is known whether the current input can be read again.
    pub(super) has_begun: bool,
    /// The numbers of bytes and lines that were read before the current input.
    pub(super) before: (u64, u64),
}

impl Why {
    /// Creates the analyses that a task asks for; `None` if it asks for none.
    pub(super) fn new(task: &Task) -> Option<Box<Why>> {
        let slowest = task.why.slowest.map(|slowest| Slowest::new(slowest.count, slowest.keep_bytes));
        let why = Why {
            slowest,
            unfinished: task.why.unfinished.then(Vec::new),
            machine_keys: MachineKeys::new(task),
            latest: Default::default(),
            inputs: 0,
            text: Vec::new(),
            has_begun: false,
            before: (0, 0),
        };
        task.why.is_some().then(|| Box::new(why))
    }

    /// Takes an event that was read, in the order of the input. It gets all of them, also those that the options of the
    /// user keep from the loops.
    pub(super) fn event(&mut self, event: &Event<'_>) {
        let (time, resolution) = &mut self.latest;
        *time = (*time).max(event.time);
        *resolution = (*resolution).max(event.resolution);
        if event.machine.is_some() && self.unfinished.is_some() {
            self.machine_keys.add(event);
        }
    }

    /// Takes a loop that has closed and whose total is within `--min` to `--max`.
    pub(super) fn closed(&mut self, closed: &ClosedLoop<'_>, carried: &Carried<'_>) {
        let Some(slowest) = &mut self.slowest else { return };
        let ClosedLoop { loop_index, times, last, .. } = *closed;
        let Some(rank) = slowest.rank(loop_index, times, last.tid) else { return };
        let (first, last_line, threads) = carried.references.why.lines(carried.words, last);
        let mut key = Vec::new();
        push_shown_key(&mut key, closed.spec, closed.spec.positions.len() - 1, carried.key, last);
        let lines =
            Lines { first, last: last_line, threads, kept_from: 0, is_pending: true, sample: LineSample::default() };
        let slow = SlowLoop {
            times: times.to_vec(),
            resolution: last.resolution,
            tid: last.tid,
            comm: last.comm.map(<[u8]>::to_vec),
            key,
            shown: closed.shown.iter().map(|value| value.map(<[u8]>::to_vec)).collect(),
            input: carried.references.input().to_vec(),
            lines,
        };
        slowest.insert(loop_index, rank, slow);
    }

    /// Returns whether the lines of the input must be given to [`Engine::place_line`].
    pub(super) fn needs_places(&self) -> bool {
        self.slowest.is_some()
    }

    /// Begins an input. `bytes` and `lines` are the numbers of those that were read of all inputs before it.
    pub(super) fn begin_input(&mut self, bytes: u64, lines: u64) {
        self.latest = Default::default();
        self.machine_keys.texts.clear();
        self.inputs += 1;
        self.has_begun = false;
        self.before = (bytes, lines);
    }
}

/// The texts of the keys of events from an input that mixes the text of several machines. Such a key consists of the
/// machine and a field of the header. It is stored as a hash, from which the text cannot be got back.
pub(super) struct MachineKeys {
    /// The kinds of keys for which texts are needed.
    kinds: Vec<Key>,
    /// The largest number of texts that are kept.
    limit: usize,
    pub(super) texts: HashMap<KeyValue, Box<[u8]>>,
}

impl MachineKeys {
    fn new(task: &Task) -> MachineKeys {
        let mut kinds: Vec<Key> = task.loops.iter().map(|spec| task.shape(spec).key).collect();
        kinds.extend(task.finds_pairs().then(|| task.key_of_pairs()));
        kinds.retain(|kind| matches!(kind, Key::Tid | Key::Pid | Key::Cpu));
        kinds.dedup();
        MachineKeys { kinds, limit: task.max_keys, texts: HashMap::new() }
    }

    /// Adds the texts of the keys of an event.
    #[cold]
    fn add(&mut self, event: &Event<'_>) {
        for &kind in &self.kinds {
            let Some(value) = KeyValue::of(kind, event).filter(|value| !self.texts.contains_key(value)) else {
                continue;
            };
            let field = kind.header_field().and_then(|field| event.header_field(field));
            if let (Some(field), Some(machine), true) = (field, event.machine, self.texts.len() < self.limit) {
                let text = field.with_text(|field| [machine, b":", field].concat());
                self.texts.insert(value, text.into());
            }
        }
    }
}
