//! `--unfinished`: the loops that were begun and have not closed at the end of an input.

use crate::event::{Nanos, Resolution, Tid};
use std::cmp::Ordering;

/// The unfinished loops of one of the measured loops, at the end of the inputs.
#[derive(Clone, Debug, Default)]
pub struct Unfinished {
    /// The number of keys that have an unfinished loop.
    pub open: u64,
    /// The unfinished loops of the greatest age, the oldest first; at most [`Unfinished::OLDEST_MAX`].
    pub oldest: Vec<UnfinishedLoop>,
}

/// A loop that was begun and has not closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedLoop {
    /// The value of the loop's key as text, such as the tid.
    pub key: Vec<u8>,
    /// The thread of the first event.
    pub tid: Option<Tid>,
    /// The comm of the first event.
    pub comm: Option<Vec<u8>>,
    /// The time of the first event.
    pub start: Nanos,
    /// The resolution in which the input prints times.
    pub resolution: Resolution,
    /// The time from the first event to the greatest time of the input.
    pub age: Nanos,
    /// The index of the position for whose event the loop waits.
    pub waits_for: usize,
}

impl Unfinished {
    /// The largest number of unfinished loops that are kept.
    pub const OLDEST_MAX: usize = 100;

    /// Adds the unfinished loops of an input.
    pub fn add(&mut self, open: u64, oldest: Vec<UnfinishedLoop>) {
        self.open += open;
        self.oldest.extend(oldest);
        self.oldest.sort_by(UnfinishedLoop::compare);
        self.oldest.truncate(Unfinished::OLDEST_MAX);
    }
}

impl UnfinishedLoop {
    /// Compares two unfinished loops: the older one comes first. For two of the same age, the fields that are shown
    /// decide, so that the same input always gives the same list.
    fn compare(&self, other: &UnfinishedLoop) -> Ordering {
        let by_age = (other.age, self.start, self.tid).cmp(&(self.age, other.start, other.tid));
        let by_key = || (self.key.len(), &self.key).cmp(&(other.key.len(), &other.key));
        let by_rest = || (self.waits_for, &self.comm).cmp(&(other.waits_for, &other.comm));
        by_age.then_with(by_key).then_with(by_rest)
    }
}
