//! `--unfinished`: the loops that were begun and have not closed at the end of an input.

use crate::event::{Nanos, Resolution, Tid};
use std::cmp::Ordering;

/// The loops of one kind that are unfinished at the end of the inputs.
#[derive(Clone, Debug, Default)]
pub struct Unfinished {
    /// The number of keys that have an unfinished loop.
    pub open: u64,
    /// The oldest of them, the greatest age first.
    pub oldest: Vec<UnfinishedLoop>,
}

/// A loop that was begun and has not closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedLoop {
    /// The key as text.
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
    /// The index of the position whose event would be next.
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
    /// Compares two unfinished loops: the older one comes first. Of equally old ones, all that is shown of them decides, so
    /// that the same input gives the same list.
    fn compare(&self, other: &UnfinishedLoop) -> Ordering {
        let by_age = (other.age, self.start, self.tid).cmp(&(self.age, other.start, other.tid));
        let by_key = || (self.key.len(), &self.key).cmp(&(other.key.len(), &other.key));
        let by_rest = || (self.waits_for, &self.comm).cmp(&(other.waits_for, &other.comm));
        by_age.then_with(by_key).then_with(by_rest)
    }
}
