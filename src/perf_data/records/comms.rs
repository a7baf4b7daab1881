//! Keeps the comm of each thread, by perf's rules. A new thread has the comm of its parent until a COMM record gives it
//! another one. After a thread has ended, its comm is kept until a new thread gets its tid.

use crate::event::Tid;
use crate::text::push_integer;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The number of known threads up to which the comms of ended threads are kept. This bounds the memory, because a
/// recording may name any number of threads.
const THREADS: usize = 65_536;

/// The largest number of known threads. While so many are known and none of them has ended, a new thread gets no comm.
const THREADS_MAX: usize = 8 * THREADS;

/// The comm that perf gives to the idle threads, which have the tid 0.
const IDLE: &[u8] = b"swapper";

/// The comms of the threads that the recording has named so far.
pub(in crate::perf_data) struct Comms {
    known: HashMap<Tid, Thread, RandomState>,
    /// The number of known threads at which the ended threads are forgotten, to make room for the next one.
    forget_at: usize,
    /// The number of threads in a row for which there was no room.
    refused: usize,
    /// A buffer for `:tid`, which is shown for a thread without a comm.
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
    /// Sets the comm of a thread. Blanks around it are cut off, because a reader of `perf script`'s text cannot see
    /// them either.
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
    /// To forget the ended threads, it must look at all threads. It does so only when the number of threads has
    /// doubled, or when [`THREADS`] new threads in a row found no room, so that the cost per new thread stays small.
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

    /// Gives a new thread the comm of its parent.
    pub(in crate::perf_data) fn fork(&mut self, tid: Tid, parent: Tid) {
        match self.known.get(&parent).map(|parent| parent.comm.clone()) {
            Some(comm) => self.set(tid, &comm),
            None if parent == 0 => self.set(tid, IDLE),
            None => drop(self.known.remove(&tid)),
        }
    }

    /// Marks a thread as ended. When room is needed, its comm may be forgotten.
    pub(in crate::perf_data) fn exit(&mut self, tid: Tid) {
        if let Some(thread) = self.known.get_mut(&tid) {
            thread.has_ended = true;
        }
    }

    /// Returns the comm of a thread, or `:tid` if the comm is not known.
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
        // A known thread may always get another comm. Threads that have ended are forgotten only after some more new
        // threads were refused, and then new threads get room.
        comms.set(7, b"seven");
        (1000..2000).for_each(|tid| comms.exit(tid));
        comms.set(7, b"seven");
        (0..1000).for_each(|more| comms.set(many + 500_000 + more, b"more"));
        assert_eq!(comms.comm(7), b"seven");
        assert_eq!(comms.comm(many + 500_999), b"more");
    }
}
