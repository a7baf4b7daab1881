//! What other keys would have made of a loop that has not closed yet.
//!
//! "All events were seen, but on different threads" is the commonest reason
//! why a loop never closes, and the remedy is another key. Which one can be
//! known: the loop is followed under every other key as well, until it closes
//! for the first time; from then on this costs nothing.

use super::{How, KeyValue, Matcher, Shape};
use crate::event::{Cpu, Event, Tid};
use crate::pattern::{Hit, Key};

/// How many keys a trial follows at once.
const KEYS_MAX: usize = 1024;

/// One loop under every key but its own.
pub struct Trials {
    trials: Vec<(Key, Matcher, u64)>,
}

impl Trials {
    /// Trials for a loop of this shape.
    pub fn new(how: How, shape: Shape) -> Self {
        let others = Key::NAMES.iter().filter(|(_, key)| *key != shape.key);
        let trial = |&(_, key): &(&str, Key)| (key, Matcher::new(how, &[Shape { key, ..shape }], KEYS_MAX), 0);
        Trials { trials: others.map(trial).collect() }
    }

    /// Takes an event at a set of positions.
    pub fn step(&mut self, positions: u32, event: &Event<'_>, number: u64) {
        for (key, matcher, closed) in &mut self.trials {
            if let Some(value) = KeyValue::of(*key, event) {
                let hit = Hit { loop_index: 0, positions };
                *closed += u64::from(matcher.step(hit, value, event.time, number).is_some());
            }
        }
    }

    /// As [`Matcher::cut`].
    pub fn cut(&mut self, cpu: Option<Cpu>, number: u64) {
        self.trials.iter_mut().for_each(|(_, matcher, _)| matcher.cut(cpu, number));
    }

    /// As [`Matcher::forget`].
    pub fn forget(&mut self, tid: Tid) {
        self.trials.iter_mut().for_each(|(_, matcher, _)| matcher.forget(tid));
    }

    /// As [`Matcher::end_recording`].
    pub fn end_recording(&mut self) {
        self.trials.iter_mut().for_each(|(_, matcher, _)| matcher.end_recording());
    }

    /// The keys under which the loop closed, and how often.
    pub fn closed(&self) -> impl Iterator<Item = (Key, u64)> {
        self.trials.iter().filter(|(_, _, closed)| *closed > 0).map(|(key, _, closed)| (*key, *closed))
    }
}
