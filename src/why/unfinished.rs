//! `--unfinished`: the loops that were begun and have not closed at the end of an input.

use crate::event::{Nanos, Resolution, Tid};
use std::cmp::Reverse;

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
        // The order of the keys decides between loops that are equally old, so that the same input gives the same list.
        self.oldest.sort_by(|one, other| one.rank().cmp(&other.rank()));
        self.oldest.truncate(Unfinished::OLDEST_MAX);
    }
}

impl UnfinishedLoop {
    fn rank(&self) -> (Reverse<Nanos>, Nanos, Option<Tid>, usize, &[u8], usize, Option<&[u8]>) {
        let UnfinishedLoop { key, comm, .. } = self;
        (Reverse(self.age), self.start, self.tid, key.len(), key, self.waits_for, comm.as_deref())
    }
}
