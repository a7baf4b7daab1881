//! The events that may begin a pair whose end has not been seen yet (`--pairs`).
//!
//! Any event X may begin the pair `X -> X__return`. Only the first X__return in the input shows that X does begin one.
//! At that moment the X to which this X__return belongs has passed already. So the first events of each name are kept
//! until the end of a pair comes, and are then put through the loop of this pair.

use super::held_event::HeldEvent;
use super::origin::Origin;
use crate::event::{Event, Payload, Tid};
use crate::key::{Key, KeyValue};
use crate::pattern::{Found, Loop};
use foldhash::fast::RandomState;
use std::collections::{HashMap, HashSet};

/// The largest number of names whose events are kept.
const NAMES_MAX: usize = 1024;
/// The largest number of events of one name that are kept. If more come, all events of the name are dropped.
const EVENTS_MAX: usize = 1024;
/// The largest number of events that are kept at once.
const KEPT_MAX: usize = 16384;

/// The first events of the names that may begin a pair.
pub(super) struct Beginnings {
    names: Vec<Beginning>,
    /// For each event name, by its index in the table of all names (`pattern/watch.rs`): the index in `names` plus one,
    /// or 0 if its events are not kept.
    by_watch_index: Vec<u16>,
    /// For each name of an end, the indexes in `names` of the names that can begin its pair.
    by_end: HashMap<Box<[u8]>, Vec<usize>, RandomState>,
    /// The names that have come so far, without their subsystems (`sched:`).
    seen: HashSet<Box<[u8]>, RandomState>,
    /// The number of events that are kept now.
    kept: usize,
}

/// A name that may begin a pair.
struct Beginning {
    watch_index: usize,
    /// The pairs that it may begin.
    possible: Vec<Loop>,
    earlier: Earlier,
}

/// The events of a name that may begin a pair. They came before the first event that ends the pair, and are kept until
/// then.
#[derive(Clone, Default)]
pub(super) struct Earlier {
    /// The events that the end may belong to, in the order of their numbers.
    pub(super) events: Vec<EarlierEvent>,
    /// The number of further events that were dropped, because a loss, the end of their thread or the end of a
    /// recording has cut them off from their end.
    pub(super) cut: u64,
    /// The number of those among them that lack the key.
    pub(super) cut_without_key: u64,
}

/// A copy of an event that may begin a pair.
#[derive(Clone)]
pub(super) struct EarlierEvent {
    /// The number of the event in the run.
    pub(super) number: u64,
    pub(super) origin: Origin,
    pub(super) held: HeldEvent,
}

impl Earlier {
    /// Cuts off the events for which `is_cut` is true.
    fn cut(&mut self, key: Key, is_cut: impl Fn(&Event<'_>) -> bool) {
        let (mut cut, mut without_key) = (0, 0);
        self.events.retain(|EarlierEvent { held, .. }| {
            let Some(event) = held.event().filter(&is_cut) else { return true };
            cut += 1;
            without_key += u64::from(KeyValue::of(key, &event).is_none());
            false
        });
        self.cut += cut;
        self.cut_without_key += without_key;
    }

    fn merge(&mut self, other: Earlier) {
        self.cut += other.cut;
        self.cut_without_key += other.cut_without_key;
        self.events.extend(other.events);
        self.events.sort_by_key(|event| event.number);
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

    /// Takes a new name and the pairs that it may begin. Returns the pairs whose end has come already, and begins to
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
        self.names.push(Beginning { watch_index, possible, earlier: Earlier::default() });
        self.by_watch_index.resize(self.by_watch_index.len().max(watch_index + 1), 0);
        self.by_watch_index[watch_index] = self.names.len() as u16;
        complete
    }

    /// Returns whether the events of a name are kept.
    #[inline(always)]
    pub(super) fn keeps(&self, found: Found) -> bool {
        found.index().and_then(|index| self.by_watch_index.get(index)).is_some_and(|index| *index > 0)
    }

    /// Returns whether more may have to be done for an event of this name than to follow it. This is so if the events
    /// of the name are kept. It is also so if the full table of names has no place for the name, because it is then not
    /// known whether the name came before.
    #[inline(always)]
    pub(super) fn may_need(&self, found: Found) -> bool {
        self.keeps(found) || found.index().is_none()
    }

    /// Keeps an event if the events of its name are kept. The payload is kept only if `needs_payload`.
    #[cold]
    pub(super) fn keep(
        &mut self,
        found: Found,
        event: &Event<'_>,
        (number, origin): (u64, Origin),
        needs_payload: bool,
    ) {
        let index =
            found.index().and_then(|index| self.by_watch_index.get(index)).map_or(0, |index| usize::from(*index));
        let Some(name) = index.checked_sub(1).and_then(|index| self.names.get_mut(index)) else { return };
        let without_payload = Event { payload: Payload::empty(event.payload.syntax), ..*event };
        let mut held = HeldEvent::new();
        // A payload that is too long to be kept is left out.
        if (needs_payload && held.set(event)) || held.set(&without_payload) {
            name.earlier.events.push(EarlierEvent { number, origin, held });
            self.kept += 1;
        }
        if name.earlier.events.len() > EVENTS_MAX {
            self.give_up(index - 1);
        }
        if self.kept > KEPT_MAX {
            let kept = |index: &usize| self.names[*index].earlier.events.len();
            self.give_up((0..self.names.len()).max_by_key(kept).unwrap_or(0));
        }
    }

    /// Returns the origins of all events that are kept.
    pub(super) fn origins(&self) -> impl Iterator<Item = Origin> {
        self.names.iter().flat_map(|name| name.earlier.events.iter().map(|event| event.origin))
    }

    /// Drops the kept events of a name, and keeps no later ones. If the end of its pair still comes, the pair is
    /// followed from there on.
    fn give_up(&mut self, index: usize) {
        let name = &mut self.names[index];
        self.kept -= name.earlier.events.len();
        name.earlier = Earlier::default();
        self.by_watch_index[name.watch_index] = 0;
    }

    /// Returns the pairs that end with the event `end` and whose first event has come already. Each pair stands with
    /// the events that may have begun it. `end` is a name without its subsystem.
    pub(super) fn ending_with(&mut self, end: &[u8]) -> Vec<(Loop, Earlier)> {
        let mut pairs: Vec<(Loop, Earlier)> = Vec::new();
        for index in self.by_end.remove(end).unwrap_or_default() {
            let name = &self.names[index];
            let Some(pair) = name.possible.iter().find(|pair| end_of(pair) == end) else { continue };
            // Two subsystems may have an event of the same name, which begins the same pair.
            match pairs.iter_mut().find(|(known, _)| known.positions == pair.positions) {
                Some((_, earlier)) => earlier.merge(name.earlier.clone()),
                None => pairs.push((pair.clone(), name.earlier.clone())),
            }
        }
        pairs
    }

    /// Cuts off the events for which `is_cut` is true, because their end will not come. `key` is the key of the pairs.
    #[cold]
    pub(super) fn cut(&mut self, key: Key, is_cut: impl Fn(&Event<'_>) -> bool) {
        self.names.iter_mut().for_each(|name| name.earlier.cut(key, &is_cut));
        self.kept = self.names.iter().map(|name| name.earlier.events.len()).sum();
    }

    /// Cuts off the events of a thread that ended, or whose tid is used anew.
    pub(super) fn forget(&mut self, tid: Tid, key: Key) {
        if key == Key::Tid && self.kept > 0 {
            // A key value needs the CPU only for the idle threads, whose tid is 0, and these never end.
            let thread = Some(KeyValue::thread(tid, None));
            self.cut(key, |event| KeyValue::of(key, event) == thread);
        }
    }
}
