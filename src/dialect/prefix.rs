//! The fields that stand before the time of a line: comm, tid, pid and CPU.

use super::cursor::trim;
use crate::event::{Cpu, Pid, Tid};

/// The fields before the time of a line of perf script or ftrace.
#[derive(Clone, Copy, Default)]
pub(super) struct Prefix {
    pub(super) tid: Tid,
    pub(super) pid: Option<Pid>,
    pub(super) cpu: Option<Cpu>,
    /// The columns of the comm without its padding: of its first byte, and of the first byte behind it.
    pub(super) comm: (u8, u8),
}

impl Prefix {
    /// Joins the fields of the text before a time. The slice `comm` must be a part of `text`, which must be shorter
    /// than 256 bytes.
    pub(super) fn new(text: &[u8], comm: &[u8], tid: Tid, pid: Option<Pid>, cpu: Option<Cpu>) -> Prefix {
        let comm = trim(comm);
        let start = comm.as_ptr() as usize - text.as_ptr() as usize;
        Prefix { tid, pid, cpu, comm: (start as u8, (start + comm.len()) as u8) }
    }
}
