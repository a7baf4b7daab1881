//! A record as the reader keeps it until its turn comes.

use super::read_format::Count;
use crate::event::{Cpu, Pid, Tid};

/// One record, reduced to the parts that this program uses.
#[derive(Clone, Debug, Default)]
pub(in crate::perf_data) struct Record {
    /// The time in nanoseconds; 0 where the record has none.
    pub(in crate::perf_data) time: u64,
    pub(in crate::perf_data) kind: RecordKind,
}

/// The kinds of records that this program uses.
#[derive(Clone, Debug, Default)]
pub(in crate::perf_data) enum RecordKind {
    /// A sample of one event, with the wanted part of its payload as text.
    Sample {
        /// The event's place among the [`Attributes`](super::attributes::Attributes).
        event: u16,
        pid: Pid,
        tid: Tid,
        cpu: Option<Cpu>,
        payload: Box<[u8]>,
    },
    /// A sample that holds the counter values of a group of events.
    GroupSample {
        pid: Pid,
        tid: Tid,
        cpu: Option<Cpu>,
        counts: Box<[Count]>,
    },
    /// A thread has this comm from here on.
    Comm {
        tid: Tid,
        comm: Box<[u8]>,
    },
    Fork {
        pid: Pid,
        tid: Tid,
        parent: Tid,
    },
    Exit {
        pid: Pid,
        tid: Tid,
    },
    /// The kernel lost `count` records.
    Lost {
        count: u64,
        cpu: Option<Cpu>,
    },
    /// perf has read the buffers of all CPUs once more.
    FinishedRound,
    /// Any other record: mappings, samples of guests and the like. It changes no event, and only its time counts:
    /// perf looks at the times of all records where it decides which ones are ready.
    #[default]
    Other,
}

/// The allocator adds about this many bytes to each piece of memory.
const ALLOCATOR_BYTES: usize = 16;

/// Returns whether this is a time. perf takes 0 and all ones for none.
pub(super) fn is_time(time: u64) -> bool {
    time != 0 && time != u64::MAX
}

impl Record {
    /// Returns whether the record has a time, and so a place in the order.
    pub(super) fn has_time(&self) -> bool {
        is_time(self.time)
    }

    /// Returns how many bytes the record takes outside of the struct itself.
    pub(super) fn heap_bytes(&self) -> usize {
        let length = match &self.kind {
            RecordKind::Sample { payload, .. } => payload.len(),
            RecordKind::GroupSample { counts, .. } => size_of_val(&counts[..]),
            RecordKind::Comm { comm, .. } => comm.len(),
            _ => 0,
        };
        if length == 0 { 0 } else { length + ALLOCATOR_BYTES }
    }
}
