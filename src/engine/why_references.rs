//! The values that the analyses of slow loops (`--slowest`, `--unfinished`) need of the events of a loop. A chain is a
//! loop that has begun and has not closed. It carries such values from its events in a list of 64-bit words.

use super::entering::Entering;
use super::shown_key::push_shown_key;
use super::task::Task;
use crate::event::Event;
use crate::key::{CarriedText, Key, KeySource, KeyValue};
use crate::matcher::{CarriedFrom, Shape};
use crate::why::Place;
use std::ops::Range;

/// The values that the analyses of slow loops need. For each value, this has the range of the carried words in which
/// the value stands; `None` if the run does not need the value.
#[derive(Default)]
pub(super) struct WhyReferences {
    /// The first line of the loop's events: its number and its offset in the input.
    first_line: Option<Range<usize>>,
    /// The number of the last line of the loop's events.
    last_line: Option<Range<usize>>,
    /// The thread of the event at each position. The list is empty if all events of a loop are of one thread.
    threads: Vec<Range<usize>>,
    /// The text of the key. It is carried only if the key may be a text that is too long to stand in the value of the
    /// key.
    key: Option<Range<usize>>,
}

impl WhyReferences {
    /// Chooses the values that a task needs. `carry` gets the number of words of a value, and the event that the value
    /// is taken from. It makes the matcher carry the value, and returns the range of the carried words in which the
    /// value stands.
    pub(super) fn new(task: &Task, carry: &mut impl FnMut(usize, CarriedFrom) -> Range<usize>) -> Self {
        let mut why = WhyReferences::default();
        let shapes = || task.loops_from_the_beginning().map(|spec| task.shape(spec));
        if task.why.slowest.is_some() {
            why.first_line = Some(carry(Place::WORDS, CarriedFrom::Least));
            why.last_line = Some(carry(1, CarriedFrom::Greatest));
            if task.joins_threads() {
                why.threads = (0..task.longest()).map(|at| carry(KeyValue::WORDS, CarriedFrom::Position(at))).collect();
            }
        }
        let may_be_long = |shape: Shape| shape.key == Key::Comm || shape.source != KeySource::Header;
        let pairs_may_be_long = task.finds_pairs() && task.key_of_pairs() == Key::Comm;
        if task.why.unfinished && (shapes().any(may_be_long) || pairs_may_be_long) {
            why.key = Some(carry(CarriedText::WORDS, CarriedFrom::Position(0)));
        }
        why
    }

    /// Writes to `words` the values that an event has. `key` is a buffer for the text of its key.
    pub(super) fn read(&self, entering: &Entering<'_>, words: &mut [u64], key: &mut Vec<u8>) {
        let Entering { spec, key: kind, event, origin, is_first } = entering;
        if let Some(at) = &self.first_line {
            words[at.clone()].copy_from_slice(&origin.place.words());
        }
        if let Some(at) = &self.last_line {
            words[at.start] = origin.place.line;
        }
        if !self.threads.is_empty() {
            let thread = KeyValue::of(Key::Tid, event).map_or([0; KeyValue::WORDS], KeyValue::words);
            self.threads.iter().for_each(|at| words[at.clone()].copy_from_slice(&thread));
        }
        if let Some(at) = self.key.as_ref().filter(|_| *is_first) {
            key.clear();
            push_shown_key(key, spec, 0, *kind, event);
            CarriedText::write(&mut words[at.clone()], key);
        }
    }

    /// Reads the words that the chain of a loop has carried. Returns the place of the first line of the loop's events,
    /// the number of their last line, and their threads. `event` is the closing event.
    pub(super) fn lines(&self, carried: &[u64], event: &Event<'_>) -> (Place, u64, Vec<KeyValue>) {
        let words = |at: &Range<usize>| &carried[at.clone()];
        let first = self.first_line.as_ref().map_or(Place::default(), |at| Place::from_words(words(at)));
        let last = self.last_line.as_ref().map_or(0, |at| words(at)[0]);
        let mut threads = Vec::new();
        let of_positions = self.threads.iter().filter_map(|at| KeyValue::from_words(words(at)));
        for thread in of_positions.chain(KeyValue::of(Key::Tid, event)) {
            if !threads.contains(&thread) {
                threads.push(thread);
            }
        }
        (first, last, threads)
    }

    /// Appends the text of the key of a chain. Returns false if chains do not carry the text of their key.
    pub(super) fn push_carried_key(&self, out: &mut Vec<u8>, carried: &[u64]) -> bool {
        let words = self.key.as_ref().and_then(|at| carried.get(at.clone()));
        words.is_some_and(|words| CarriedText::read(words, out))
    }
}
