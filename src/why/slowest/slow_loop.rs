//! A closed loop that is among the slowest.

use super::place::Place;
use super::sample::LineSample;
use crate::event::{Nanos, Resolution, Tid};
use crate::key::KeyValue;
use std::cmp::{Ordering, Reverse};

/// A closed loop that is among the slowest.
#[derive(Debug)]
pub struct SlowLoop {
    /// The time of each position, in nanoseconds of the trace clock.
    pub times: Vec<u64>,
    /// The resolution of the closing event's time.
    pub resolution: Resolution,
    /// The thread of the closing event.
    pub tid: Option<Tid>,
    /// The comm of the closing event.
    pub comm: Option<Vec<u8>>,
    /// The value of the loop's key as text, such as the tid.
    pub key: Vec<u8>,
    /// The values of `--show`, in its order; `None` stands for a value that the loop lacks.
    pub shown: Vec<Option<Vec<u8>>>,
    /// The input, as the user named it.
    pub input: Vec<u8>,
    /// The lines of the loop.
    pub lines: Lines,
}

/// The lines of a loop: which ones belong to it, and those that were gathered.
#[derive(Debug)]
pub struct Lines {
    /// The place of the first line, in the order of the input, that has an event of the loop.
    pub first: Place,
    /// The number of the last line that has an event of the loop.
    pub last: u64,
    /// The threads of the events of the loop.
    pub threads: Vec<KeyValue>,
    /// The offset of the first byte of the input that was kept when the loop closed; 0 if the input can be read again.
    /// Lines that begin before this offset cannot be gathered. It is `u64::MAX` if the input has ended without them.
    pub kept_from: u64,
    /// True until the lines were gathered, or the input has ended without them.
    pub is_pending: bool,
    /// The lines that were gathered.
    pub sample: LineSample,
}

impl Lines {
    /// Returns whether the lines from the first one to the last one could be gathered.
    pub fn are_complete(&self) -> bool {
        !self.is_pending && self.first.line > 0 && self.first.offset >= self.kept_from
    }
}

impl SlowLoop {
    /// Returns the time from the first position to the last.
    pub fn total(&self) -> Nanos {
        total(&self.times)
    }

    /// Returns the time of the first position.
    pub fn start(&self) -> Nanos {
        Nanos(self.times.first().copied().unwrap_or(0))
    }

    /// Returns the time of the closing event.
    pub fn end(&self) -> Nanos {
        Nanos(self.times.last().copied().unwrap_or(0))
    }

    /// Returns the delta of each transition.
    pub fn deltas(&self) -> impl Iterator<Item = Nanos> {
        deltas(&self.times)
    }

    /// Returns `Less` if another closed loop, with these `times` and this `tid`, comes before `self` in the order of the
    /// slowest loops. The one with the larger total comes first; of equal totals, the one that closed earlier, then the
    /// one with the smaller tid, then the one with the smaller deltas.
    pub fn compare(&self, times: &[u64], tid: Option<Tid>) -> Ordering {
        let rank = |times: &[u64], tid| (Reverse(total(times)), times.last().copied(), tid);
        let by_rank = rank(times, tid).cmp(&rank(&self.times, self.tid));
        by_rank.then_with(|| deltas(times).cmp(self.deltas()))
    }
}

fn total(times: &[u64]) -> Nanos {
    match times {
        [first, .., last] => Nanos(last.saturating_sub(*first)),
        _ => Nanos(0),
    }
}

fn deltas(times: &[u64]) -> impl Iterator<Item = Nanos> {
    times.windows(2).map(|pair| Nanos(pair[1].saturating_sub(pair[0])))
}
