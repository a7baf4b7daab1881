//! Follows a loop under other keys than its own, to find a key under which it closes.
//!
//! The most frequent reason why a loop never closes is that its events come on different threads. Then another key
//! (`-k`) helps. To find out which one, the loop is followed under every other key, too, until it closes for the first
//! time under its own.

use crate::event::{Event, Tid};
use crate::key::{Key, KeySource, KeyValue};
use crate::matcher::{Entry, Matcher, Matching, Shape};

/// The largest number of key values that are followed at once under one key, over all loops of the run together. It
/// bounds the memory of the trials.
const KEYS_MAX: usize = 1024;
/// The largest number of 64-bit words of state that all values of one key may take, over all loops together. Because of
/// it, fewer than [`KEYS_MAX`] values are followed if the loop is long.
const WORDS_MAX: usize = 8 * 1024;

/// One loop, which is followed under every key but its own.
pub(super) struct KeyTrials {
    trials: Vec<Trial>,
}

/// One loop, which is followed under one key.
struct Trial {
    key: Key,
    matcher: Matcher,
    closed: u64,
}

impl KeyTrials {
    /// Creates the trials for a loop of this shape. `loops` is the number of loops in the run.
    ///
    /// All trials of a run together take at most about 1 MiB, however many loops there are, or 3 MiB if loops nest
    /// deeply. There are no trials for a loop that takes its key from fields.
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

    /// Puts an event into all trials. Bit k of `positions` is position k, and bit k of `negated` is the negated
    /// position (`!C` in `A -> !C -> B`) between the positions k-1 and k. `number` is the number of the event in the
    /// run.
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

    /// Drops in all trials the unfinished loops that a loss of events may have interrupted. `cpu` is the CPU of the
    /// loss, if it is known, and `number` is the number of the last event before the loss.
    pub(super) fn cut(&mut self, cpu: Option<KeyValue>, number: u64) {
        self.trials.iter_mut().for_each(|trial| trial.matcher.cut(cpu, number));
    }

    /// Drops in all trials the unfinished loops of a thread that has ended, or whose tid a new thread has got.
    pub(super) fn forget(&mut self, tid: Tid) {
        self.trials.iter_mut().for_each(|trial| trial.matcher.forget(tid));
    }

    /// Ends a recording in all trials, so that no unfinished loop goes on in the next recording.
    pub(super) fn end_recording(&mut self) {
        self.trials.iter_mut().for_each(|trial| trial.matcher.end_recording());
    }

    /// Returns the keys under which the loop closed, each with the number of times that it did.
    pub(super) fn closed(&self) -> impl Iterator<Item = (Key, u64)> {
        self.trials.iter().filter(|trial| trial.closed > 0).map(|trial| (trial.key, trial.closed))
    }
}
