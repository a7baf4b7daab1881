//! Follows a loop under other keys than its own, until it closes for the first time.
//!
//! The commonest reason why a loop never closes is that its events happen on different threads. Another key is the
//! remedy then. To find it, the loop is followed under every other key as well.

use crate::event::{Cpu, Event, Tid};
use crate::key::{Key, KeySource, KeyValue};
use crate::matcher::{Entry, Matcher, Matching, Shape};

/// The largest number of key values that a trial follows at once.
const KEYS_MAX: usize = 1024;
/// The largest number of words of state that a trial has, so trials of long loops follow fewer key values.
const WORDS_MAX: usize = 8 * 1024;

/// One loop, followed under every key but its own.
pub(super) struct KeyTrials {
    trials: Vec<Trial>,
}

/// One loop under one key.
struct Trial {
    key: Key,
    matcher: Matcher,
    closed: u64,
}

impl KeyTrials {
    /// Begins the trials of a loop of this shape, in a run with this many `loops`.
    ///
    /// All trials of a run together take about 1 MiB at most, however many loops there are; if loops nest deeply, 3 MiB. A loop that takes its key
    /// from fields of its events has no trials.
    pub(super) fn new(matching: Matching, shape: Shape, loops: usize) -> Self {
        let keys_max = KEYS_MAX.min(WORDS_MAX / matching.usual_words(shape.positions)) / loops.max(1);
        let others = Key::NAMES.iter().filter(|(_, key)| *key != shape.key && shape.source == KeySource::Header);
        let trial = |&(_, key): &(&str, Key)| {
            let mut matcher = Matcher::new(matching, shape.positions, keys_max.max(1), Vec::new());
            matcher.add_loop(Shape { key, ..shape });
            Trial { key, matcher, closed: 0 }
        };
        KeyTrials { trials: others.map(trial).collect() }
    }

    /// Puts an event through all trials. `positions`, `negated` and `number` are as in [`Entry`].
    #[inline(never)]
    pub(super) fn step(&mut self, positions: u32, negated: u32, event: &Event<'_>, number: u64) {
        for trial in &mut self.trials {
            let Some(key) = KeyValue::of(trial.key, event) else { continue };
            let entry = Entry { loop_index: 0, positions, negated, key, time: event.time, number };
            if positions == 0 {
                trial.matcher.negate(entry);
            } else {
                trial.closed += u64::from(trial.matcher.step(entry).is_some());
            }
        }
    }

    /// Does what [`Matcher::cut`] does in all trials.
    pub(super) fn cut(&mut self, cpu: Option<Cpu>, number: u64) {
        self.trials.iter_mut().for_each(|trial| trial.matcher.cut(cpu, number));
    }

    /// Does what [`Matcher::forget`] does in all trials.
    pub(super) fn forget(&mut self, tid: Tid) {
        self.trials.iter_mut().for_each(|trial| trial.matcher.forget(tid));
    }

    /// Does what [`Matcher::end_recording`] does in all trials.
    pub(super) fn end_recording(&mut self) {
        self.trials.iter_mut().for_each(|trial| trial.matcher.end_recording());
    }

    /// Returns the keys under which the loop closed, and how often it did.
    pub(super) fn closed(&self) -> impl Iterator<Item = (Key, u64)> {
        self.trials.iter().filter(|trial| trial.closed > 0).map(|trial| (trial.key, trial.closed))
    }
}
