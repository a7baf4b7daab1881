//! What other keys would have made of a loop that has not closed yet.
//!
//! "All events were seen, but on different threads" is the commonest reason
//! why a loop never closes, and the remedy is another key. Which one can be
//! known: the loop is followed under every other key as well, until it closes
//! for the first time; from then on this costs nothing.

use crate::event::{Cpu, Event, Tid};
use crate::key::{Key, KeySource, KeyValue};
use crate::matcher::{Entry, Matcher, Matching, Shape};

/// How many keys a trial of a short loop follows at once.
const KEYS_MAX: usize = 1024;
/// How many words of state a trial may have; long loops follow fewer keys.
const WORDS_MAX: usize = 8 * 1024;

/// One loop under every key but its own.
pub struct KeyTrials {
    trials: Vec<Trial>,
}

struct Trial {
    key: Key,
    matcher: Matcher,
    closed: u64,
}

impl KeyTrials {
    /// KeyTrials for one of `loops` loops, a loop of this shape. All trials of a
    /// run together take about 1 MiB at most, however many loops there are. A
    /// loop that takes its key from the event has no other.
    pub fn new(how: Matching, shape: Shape, loops: usize) -> Self {
        let keys_max = KEYS_MAX.min(WORDS_MAX / shape.words(how)) / loops.max(1);
        let others = Key::NAMES.iter().filter(|(_, key)| *key != shape.key && shape.source == KeySource::Header);
        let trial = |&(_, key): &(&str, Key)| {
            let matcher = Matcher::new(how, &[Shape { key, ..shape }], keys_max.max(1), false);
            Trial { key, matcher, closed: 0 }
        };
        KeyTrials { trials: others.map(trial).collect() }
    }

    /// Takes an event at a set of positions.
    #[inline(never)]
    pub fn step(&mut self, positions: u32, event: &Event<'_>, number: u64) {
        for trial in &mut self.trials {
            if let Some(key) = KeyValue::of(trial.key, event) {
                let entry = Entry { loop_index: 0, positions, key, time: event.time, number };
                trial.closed += u64::from(trial.matcher.step(entry).is_some());
            }
        }
    }

    /// As [`Matcher::cut`].
    pub fn cut(&mut self, cpu: Option<Cpu>, number: u64) {
        self.trials.iter_mut().for_each(|trial| trial.matcher.cut(cpu, number));
    }

    /// As [`Matcher::forget`].
    pub fn forget(&mut self, tid: Tid) {
        self.trials.iter_mut().for_each(|trial| trial.matcher.forget(tid));
    }

    /// As [`Matcher::end_recording`].
    pub fn end_recording(&mut self) {
        self.trials.iter_mut().for_each(|trial| trial.matcher.end_recording());
    }

    /// The keys under which the loop closed, and how often.
    pub fn closed(&self) -> impl Iterator<Item = (Key, u64)> {
        self.trials.iter().filter(|trial| trial.closed > 0).map(|trial| (trial.key, trial.closed))
    }
}
