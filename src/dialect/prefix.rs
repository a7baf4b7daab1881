//! The fields in the prefix of a line, which is the text before the time: comm, tid, pid and CPU.

use super::cursor::trim;
use crate::event::{Cpu, Pid, Tid};

/// The fields in the prefix of a line of perf script or ftrace.
#[derive(Clone, Copy, Default)]
pub(super) struct Prefix {
    pub(super) tid: Tid,
    pub(super) pid: Option<Pid>,
    pub(super) cpu: Option<Cpu>,
    /// The part of the line that holds the comm without its padding: the columns of its first byte and of the byte
    /// behind it.
    pub(super) comm: (u8, u8),
}

impl Prefix {
    /// Creates the fields of the prefix `text`. The slice `comm` must be a part of `text`, whose length must be below
    /// 256 bytes.
    pub(super) fn new(text: &[u8], comm: &[u8], tid: Tid, pid: Option<Pid>, cpu: Option<Cpu>) -> Prefix {
        let comm = trim(comm);
        let start = comm.as_ptr() as usize - text.as_ptr() as usize;
        Prefix { tid, pid, cpu, comm: (start as u8, (start + comm.len()) as u8) }
    }
}
