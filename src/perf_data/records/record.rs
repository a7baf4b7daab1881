//! A record in the form in which it waits to be put in order.

use super::read_format::Count;
use crate::event::{Cpu, Pid, Tid};

/// The parts of one record that this program uses.
#[derive(Clone, Debug, Default)]
pub(in crate::perf_data) struct Record {
    /// The time in nanoseconds; 0 where the record has none.
    pub(in crate::perf_data) time: u64,
    pub(in crate::perf_data) kind: RecordKind,
}

/// The kinds of records that matter to this program.
#[derive(Clone, Debug, Default)]
pub(in crate::perf_data) enum RecordKind {
    /// A sample of one event, with the wanted part of its payload as text.
    Sample {
        /// The number of the event: its index in [`Attributes`](super::attributes::Attributes).
        event: u16,
        pid: Pid,
        tid: Tid,
        cpu: Option<Cpu>,
        payload: Box<[u8]>,
    },
    /// A sample that holds the counter values of a group of events. It stands for one sample of each event of the group
    /// whose counter has grown.
    GroupSample {
        pid: Pid,
        tid: Tid,
        cpu: Option<Cpu>,
        counts: Box<[Count]>,
    },
    /// The thread has this comm from now on.
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
    /// The end of a round: perf has read the buffers of all CPUs once more.
    FinishedRound,
    /// Any other record, such as a mapping or a sample of a guest. It gives no event. It is kept for its time: perf
    /// looks at the times of all records to decide which ones are ready.
    #[default]
    Other,
}

/// About the number of bytes that the allocator adds to each piece of memory.
const ALLOCATOR_BYTES: usize = 16;

/// Returns whether this number is a time. perf takes 0 and `u64::MAX` as no time.
pub(super) fn is_time(time: u64) -> bool {
    time != 0 && time != u64::MAX
}

impl Record {
    /// Returns whether the record has a time, by which it can be put in order.
    pub(super) fn has_time(&self) -> bool {
        is_time(self.time)
    }

    /// Returns about how many bytes of memory the record takes besides the struct itself.
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
