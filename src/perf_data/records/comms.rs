//! The comm of each thread, as perf keeps it.
//!
//! A new thread has its parent's comm until a COMM record gives it another. It
//! keeps its comm when it has ended, until another thread gets its tid.

use crate::event::Tid;
use crate::text::push_integer;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// While fewer threads than this are known, the threads that ended are not forgotten.
const THREADS: usize = 65_536;

/// At most this many threads are known. The comm of any other is unknown.
const THREADS_MAX: usize = 8 * THREADS;

/// The comm that perf gives to the idle threads, which have the tid 0.
const IDLE: &[u8] = b"swapper";

/// The comms of all threads that the recording has told of so far.
pub(in crate::perf_data) struct Comms {
    known: HashMap<Tid, Thread, RandomState>,
    /// When this many threads are known, the threads that ended are forgotten before another thread gets in.
    forget_at: usize,
    /// The number of threads in succession that did not get in.
    refused: usize,
    /// Memory for the `:tid` of a thread without a comm.
    unnamed: Vec<u8>,
}

struct Thread {
    comm: Box<[u8]>,
    has_ended: bool,
}

impl Default for Comms {
    fn default() -> Self {
        Comms { known: HashMap::default(), forget_at: THREADS, refused: 0, unnamed: Vec::new() }
    }
}

impl Comms {
    /// Sets the comm of a thread. Blanks around it are cut off, as a reader of the text cuts them off.
    pub(in crate::perf_data) fn set(&mut self, tid: Tid, comm: &[u8]) {
        let is_blank = |byte: &u8| *byte == b' ';
        let start = comm.iter().take_while(|byte| is_blank(byte)).count();
        let comm = comm.get(start..).unwrap_or_default();
        let end = comm.len() - comm.iter().rev().take_while(|byte| is_blank(byte)).count();
        let comm = comm.get(..end).unwrap_or_default().into();
        if !self.known.contains_key(&tid) && !self.make_room() {
            return;
        }
        self.known.insert(tid, Thread { comm, has_ended: false });
    }

    /// Makes room for one more thread, and returns whether there is some.
    ///
    /// It goes over all threads only when their number has doubled or [`THREADS`]
    /// were refused, so that each new thread pays little for it.
    fn make_room(&mut self) -> bool {
        if self.known.len() < self.forget_at {
            return true;
        }
        if self.refused.is_multiple_of(THREADS) {
            self.known.retain(|_, thread| !thread.has_ended);
            self.forget_at = (2 * self.known.len()).clamp(THREADS, THREADS_MAX);
        }
        let has_room = self.known.len() < self.forget_at;
        self.refused = if has_room { 0 } else { self.refused + 1 };
        has_room
    }

    /// Gives a new thread its parent's comm.
    pub(in crate::perf_data) fn fork(&mut self, tid: Tid, parent: Tid) {
        match self.known.get(&parent).map(|parent| parent.comm.clone()) {
            Some(comm) => self.set(tid, &comm),
            None if parent == 0 => self.set(tid, IDLE),
            None => drop(self.known.remove(&tid)),
        }
    }

    /// Marks a thread as ended, so that it may be forgotten.
    pub(in crate::perf_data) fn exit(&mut self, tid: Tid) {
        if let Some(thread) = self.known.get_mut(&tid) {
            thread.has_ended = true;
        }
    }

    /// Returns the comm of a thread, or `:tid` if it is not known.
    pub(in crate::perf_data) fn comm(&mut self, tid: Tid) -> &[u8] {
        if let Some(thread) = self.known.get(&tid) {
            return &thread.comm;
        }
        if tid == 0 {
            return IDLE;
        }
        self.unnamed.clear();
        self.unnamed.push(b':');
        push_integer(&mut self.unnamed, tid);
        &self.unnamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_cut_off_and_children_have_their_parents_comm() {
        let mut comms = Comms::default();
        comms.set(5, b"  a b ");
        comms.fork(6, 5);
        comms.fork(7, 0);
        comms.fork(8, 99);
        let names = [0, 5, 6, 7, 8].map(|tid| String::from_utf8_lossy(comms.comm(tid)).into_owned());
        assert_eq!(names, ["swapper", "a b", "a b", "swapper", ":8"]);
    }

    #[test]
    fn ended_threads_make_room() {
        let mut comms = Comms::default();
        let live = THREADS as Tid + 500;
        (1..=live).for_each(|tid| comms.set(tid, b"live"));
        for tid in live + 1..live + 3 * THREADS_MAX as Tid {
            comms.set(tid, b"short");
            comms.exit(tid);
            assert!(comms.known.len() <= 2 * live as usize + 1);
        }
        comms.set(Tid::MAX, b"new");
        assert_eq!(comms.comm(Tid::MAX), b"new");
        assert_eq!(comms.comm(1), b"live");
    }

    #[test]
    fn threads_beyond_the_limit_have_no_comm() {
        let mut comms = Comms::default();
        let many = THREADS_MAX as Tid;
        (1..=many).for_each(|tid| comms.set(tid, b"live"));
        (0..3 * THREADS as Tid).for_each(|more| comms.set(many + 1 + more, b"more"));
        assert_eq!(comms.known.len(), THREADS_MAX);
        // A known thread may get another comm. When some have ended there is room again, after a while.
        comms.set(7, b"seven");
        (1000..2000).for_each(|tid| comms.exit(tid));
        comms.set(7, b"seven");
        (0..1000).for_each(|more| comms.set(many + 500_000 + more, b"more"));
        assert_eq!(comms.comm(7), b"seven");
        assert_eq!(comms.comm(many + 500_999), b"more");
    }
}
