//! The time, thread and CPU of a record, and the place where they stand in it.
//!
//! A sample has them near its front. Any other record has them at its end, if the event was recorded with
//! `sample_id_all`; the kernel calls that end `struct sample_id`.
//!
//! ```text
//! in a sample:   [IDENTIFIER] [IP] TID TIME [ADDR] [ID] [STREAM_ID] [CPU] ...
//! in any other:  ... TID TIME [ID] [STREAM_ID] [CPU] [IDENTIFIER]
//! ```

use super::sample_layout::{ADDR, CPU, ID, IDENTIFIER, IP, STREAM_ID, TID, TIME, bytes_of};
use crate::event::{Cpu, Pid, Tid};
use crate::perf_data::bytes::{u32_at, u64_at};

/// The time, thread and CPU of a record. If the record does not have them, the numbers are 0 and the CPU is `None`.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::perf_data) struct SampleId {
    /// The time in nanoseconds of the recording's clock.
    pub(in crate::perf_data) time: u64,
    pub(in crate::perf_data) pid: Pid,
    pub(in crate::perf_data) tid: Tid,
    pub(in crate::perf_data) cpu: Option<Cpu>,
}

impl SampleId {
    /// Reads them from the front of a sample, which must have the parts TID and TIME. Returns `None` if the body is too
    /// short.
    pub(super) fn at_front(body: &[u8], sample_type: u64) -> Option<SampleId> {
        let mut at = bytes_of(sample_type, IDENTIFIER | IP);
        let (pid, tid) = (u32_at(body, at)? as i32, u32_at(body, at + 4)? as i32);
        let time = u64_at(body, at + 8)?;
        at += 16 + bytes_of(sample_type, ADDR | ID | STREAM_ID);
        let cpu = if sample_type & CPU != 0 { known_cpu(u32_at(body, at)?) } else { None };
        Some(SampleId { time, pid, tid, cpu })
    }

    /// Reads them from the end of a record that is no sample. Returns the part of the body in front of them, too, or
    /// `None` if the body is too short.
    pub(super) fn split_off_end(body: &[u8], sample_type: u64) -> Option<(&[u8], SampleId)> {
        let length = bytes_of(sample_type, TID | TIME | ID | STREAM_ID | CPU | IDENTIFIER);
        let (front, end) = body.split_at_checked(body.len().checked_sub(length)?)?;
        let (pid, tid) = (u32_at(end, 0)? as i32, u32_at(end, 4)? as i32);
        let mut id = SampleId { time: u64_at(end, 8)?, pid, tid, cpu: None };
        if sample_type & CPU != 0 {
            id.cpu = known_cpu(u32_at(end, 16 + bytes_of(sample_type, ID | STREAM_ID))?);
        }
        Some((front, id))
    }

    /// Returns the number of bytes from the event's id to the end of the body, in a record that is no sample.
    pub(super) fn event_id_from_end(sample_type: u64) -> usize {
        if sample_type & IDENTIFIER != 0 { 8 } else { bytes_of(sample_type, ID | STREAM_ID | CPU) }
    }
}

/// Returns the CPU, or `None` for -1, which perf writes for a CPU that it does not know.
fn known_cpu(cpu: u32) -> Option<Cpu> {
    Some(cpu).filter(|&cpu| cpu != u32::MAX)
}
