//! The names of processes and threads in the trace.

use super::json::{Thread, push_process_name, push_thread_name};
use crate::event::Pid;
use std::collections::HashMap;

/// Remembers the names that the trace has already, so that each is written once. If there are too many threads, all
/// names are forgotten, and a name may be written again.
pub(super) struct Names {
    /// The largest number of threads that are remembered.
    limit: usize,
    threads: HashMap<Thread, Box<[u8]>>,
    processes: HashMap<Pid, Box<[u8]>>,
}

impl Names {
    /// Creates a `Names` that remembers the names of at most `limit` threads. It knows no name yet.
    pub(super) fn new(limit: usize) -> Self {
        Names { limit, threads: HashMap::new(), processes: HashMap::new() }
    }

    /// Appends the names of a thread and of its process, if the trace does not have them yet. A process gets the name
    /// of its main thread, whose tid is the pid. Until an event of the main thread comes, the process has the name of
    /// its thread whose event came first.
    pub(super) fn push(&mut self, out: &mut Vec<u8>, thread: Thread, comm: &[u8]) {
        if self.threads.get(&thread).is_some_and(|known| **known == *comm) {
            return;
        }
        if self.threads.len() >= self.limit {
            self.threads.clear();
            self.processes.clear();
        }
        let known = self.processes.get(&thread.pid);
        let is_first_thread = thread.pid == thread.tid;
        if known.is_none_or(|known| is_first_thread && **known != *comm) {
            push_process_name(out, thread.pid, comm);
            self.processes.insert(thread.pid, comm.into());
        }
        push_thread_name(out, thread, comm);
        self.threads.insert(thread, comm.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bstr::ByteSlice;

    #[test]
    fn names_are_written_once_and_processes_are_called_like_their_first_thread() {
        let mut names = Names::new(2);
        let mut count = |pid: Pid, tid: i32, comm: &str| {
            let mut out = Vec::new();
            names.push(&mut out, Thread { pid, tid }, comm.as_bytes());
            ["process_name", "thread_name"].map(|name| out.find_iter(name).count())
        };
        assert_eq!(count(7, 8, "worker"), [1, 1]);
        assert_eq!(count(7, 8, "worker"), [0, 0]);
        assert_eq!(count(7, 7, "main"), [1, 1]);
        assert_eq!(count(7, 8, "other"), [1, 1], "both were forgotten to make room");
        assert_eq!(count(7, 8, "other"), [0, 0]);
    }
}
