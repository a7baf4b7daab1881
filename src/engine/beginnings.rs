//! The beginnings of pairs whose end has not been seen yet (`--pairs`).
//!
//! Any event X may begin the pair `X -> X__return`. The input shows whether it does only when the first X__return comes,
//! and then the X that it belongs to has passed already. So the first events of each name are kept until the end of a
//! pair comes, and are then put through the loop of this pair.

use super::held_event::HeldEvent;
use crate::event::{Cpu, Event, Payload, Tid};
use crate::key::{Key, KeyValue};
use crate::pattern::{Found, Loop};
use foldhash::fast::RandomState;
use std::collections::{HashMap, HashSet};

/// The number of names whose events are kept.
const NAMES_MAX: usize = 1024;
/// The number of events of a name after which they are only counted. An end that has not come by then hardly comes.
const EVENTS_MAX: u64 = 1024;
/// The number of events that are kept at once.
const KEPT_MAX: usize = 16384;

/// The first events of the names that may begin a pair.
pub(super) struct Beginnings {
    names: Vec<Beginning>,
    /// For each name by its index in the watch, the index in `names` plus one; 0 if it can begin no pair.
    by_watch_index: Vec<u16>,
    /// For each name of an end, the indexes in `names` of the names that can begin its pair.
    by_end: HashMap<Box<[u8]>, Vec<usize>, RandomState>,
    /// The names that have come so far, without their subsystems.
    seen: HashSet<Box<[u8]>, RandomState>,
    /// The number of events that are kept now.
    kept: usize,
}

/// The first events of a name.
struct Beginning {
    possible: Vec<Loop>,
    earlier: Earlier,
    /// True if events are only counted.
    is_given_up: bool,
}

/// The events of a name that passed before the end of its pair came.
#[derive(Clone, Default)]
pub(super) struct Earlier {
    /// The number of all of them.
    pub(super) count: u64,
    /// The number of those that lack the key.
    pub(super) without_key: u64,
    /// The latest event of each key with its number in the run. Earlier ones cannot be part of a pair any more.
    pub(super) latest: HashMap<KeyValue, (u64, HeldEvent), RandomState>,
}

impl Earlier {
    fn merge(&mut self, other: &Earlier) {
        self.count += other.count;
        self.without_key += other.without_key;
        for (key, (number, held)) in &other.latest {
            if self.latest.get(key).is_none_or(|(known, _)| known < number) {
                self.latest.insert(*key, (*number, held.clone()));
            }
        }
    }
}

/// Returns the name of the event that ends a pair.
fn end_of(pair: &Loop) -> &[u8] {
    pair.positions.last().map_or(b"", |position| position.text.as_bytes())
}

impl Beginnings {
    /// Creates an empty store.
    pub(super) fn new() -> Self {
        Beginnings {
            names: Vec::new(),
            by_watch_index: Vec::new(),
            by_end: HashMap::default(),
            seen: HashSet::default(),
            kept: 0,
        }
    }

    /// Takes a new name and the pairs that it can begin. Returns the pairs whose end has come already, and begins to
    /// keep the events of the name for the others. `name` is without its subsystem.
    pub(super) fn add(&mut self, name: &[u8], found: Found, possible: Vec<Loop>) -> Vec<Loop> {
        self.seen.insert(name.into());
        let (complete, possible): (Vec<Loop>, Vec<Loop>) =
            possible.into_iter().partition(|pair| self.seen.contains(end_of(pair)));
        let Some(watch_index) = found.index().filter(|_| self.names.len() < NAMES_MAX && !possible.is_empty()) else {
            return complete;
        };
        for pair in &possible {
            self.by_end.entry(end_of(pair).into()).or_default().push(self.names.len());
        }
        self.names.push(Beginning { possible, earlier: Earlier::default(), is_given_up: false });
        self.by_watch_index.resize(self.by_watch_index.len().max(watch_index + 1), 0);
        self.by_watch_index[watch_index] = self.names.len() as u16;
        complete
    }

    /// Returns whether the events of a name are kept.
    #[inline(always)]
    pub(super) fn keeps(&self, found: Found) -> bool {
        found.index().and_then(|index| self.by_watch_index.get(index)).is_some_and(|index| *index > 0)
    }

    /// Keeps an event whose name is kept. The payload is kept only if `needs_payload`.
    #[cold]
    pub(super) fn keep(&mut self, found: Found, event: &Event<'_>, number: u64, key: Key, needs_payload: bool) {
        let index = found.index().and_then(|index| self.by_watch_index.get(index)).copied().unwrap_or(0);
        let Some(name) = usize::from(index).checked_sub(1).and_then(|index| self.names.get_mut(index)) else { return };
        name.earlier.count += 1;
        match KeyValue::of(key, event) {
            None => name.earlier.without_key += 1,
            Some(_) if name.is_given_up => {}
            Some(value) => {
                let payload = if needs_payload { event.payload } else { Payload::empty(event.payload.syntax) };
                let known = name.earlier.latest.len();
                let (at, held) = name.earlier.latest.entry(value).or_insert_with(|| (number, HeldEvent::new()));
                *at = number;
                if !held.set(&Event { payload, ..*event }) {
                    held.set(&Event { payload: Payload::empty(event.payload.syntax), ..*event });
                }
                self.kept += name.earlier.latest.len() - known;
            }
        }
        if name.earlier.count == EVENTS_MAX {
            self.give_up(usize::from(index) - 1);
        }
        while self.kept > KEPT_MAX {
            let kept = |index: &usize| self.names[*index].earlier.latest.len();
            let most = (0..self.names.len()).max_by_key(kept).unwrap_or(0);
            self.give_up(most);
        }
    }

    /// Drops the events of a name. From now on they are only counted.
    fn give_up(&mut self, index: usize) {
        let name = &mut self.names[index];
        self.kept -= name.earlier.latest.len();
        name.earlier.latest = HashMap::default();
        name.is_given_up = true;
    }

    /// Returns the pairs that end with an event of this name, whose first event has come already, each with the events
    /// that began it. `end` is without its subsystem.
    pub(super) fn ending_with(&mut self, end: &[u8]) -> Vec<(Loop, Earlier)> {
        let mut pairs: Vec<(Loop, Earlier)> = Vec::new();
        for index in self.by_end.remove(end).unwrap_or_default() {
            let name = &self.names[index];
            let Some(pair) = name.possible.iter().find(|pair| end_of(pair) == end) else { continue };
            // Two subsystems may have an event of the same name, which begins the same pair.
            match pairs.iter_mut().find(|(known, _)| known.positions == pair.positions) {
                Some((_, earlier)) => earlier.merge(&name.earlier),
                None => pairs.push((pair.clone(), name.earlier.clone())),
            }
        }
        pairs
    }

    /// Drops the events that a loss may have cut off from their end: those of `cpu` if each cpu is followed alone.
    pub(super) fn cut(&mut self, cpu: Option<Cpu>, key: Key) {
        match cpu.filter(|_| key == Key::Cpu) {
            Some(cpu) => self.forget(KeyValue::number(cpu.into())),
            None => self.names.iter_mut().for_each(|name| name.earlier.latest.clear()),
        }
        self.kept = self.names.iter().map(|name| name.earlier.latest.len()).sum();
    }

    /// Drops the events of a key.
    pub(super) fn forget(&mut self, key: KeyValue) {
        for name in &mut self.names {
            self.kept -= usize::from(name.earlier.latest.remove(&key).is_some());
        }
    }

    /// Drops the events of a thread that ended, or whose tid is used anew.
    pub(super) fn forget_thread(&mut self, tid: Tid, key: Key) {
        if key == Key::Tid {
            self.forget(KeyValue::thread(tid, None));
        }
    }
}
