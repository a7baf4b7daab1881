//! What threads are called, as perf keeps it: a thread has its parent's name
//! until it says another, and keeps it when it is gone, until its tid comes again.

use crate::event::Tid;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::io::Write;

/// How many threads are known before those that ended are forgotten, and at most.
const THREADS: usize = 65_536;
const THREADS_MAX: usize = 8 * THREADS;

pub(in crate::perf_data) struct Threads {
    known: HashMap<Tid, Thread, RandomState>,
    /// With so many known, those that ended are forgotten ...
    forget_at: usize,
    /// ... or with so many more refused.
    refused: usize,
    /// Room for the name of a thread that has none.
    unnamed: Vec<u8>,
}

impl Default for Threads {
    fn default() -> Self {
        Threads { known: HashMap::default(), forget_at: THREADS, refused: 0, unnamed: Vec::new() }
    }
}

/// What perf calls the thread of number 0, of each processor.
const IDLE: &[u8] = b"swapper";

struct Thread {
    comm: Box<[u8]>,
    has_ended: bool,
}

impl Threads {
    /// A thread is called so from here on. Blanks around it go, as in text.
    pub(in crate::perf_data) fn call(&mut self, tid: Tid, comm: &[u8]) {
        let is_blank = |byte: &u8| *byte == b' ';
        let start = comm.iter().take_while(|byte| is_blank(byte)).count();
        let comm = comm.get(start..).unwrap_or_default();
        let end = comm.len() - comm.iter().rev().take_while(|byte| is_blank(byte)).count();
        let comm = comm.get(..end).unwrap_or_default().into();
        if !self.known.contains_key(&tid) && !self.has_room() {
            return;
        }
        self.known.insert(tid, Thread { comm, has_ended: false });
    }

    /// Whether there is room for one more, which is looked for so rarely that
    /// it costs each one little.
    fn has_room(&mut self) -> bool {
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

    /// A thread begins, with its parent's name.
    pub(in crate::perf_data) fn fork(&mut self, tid: Tid, parent: Tid) {
        match self.known.get(&parent).map(|parent| parent.comm.clone()) {
            Some(comm) => self.call(tid, &comm),
            None if parent == 0 => self.call(tid, IDLE),
            None => drop(self.known.remove(&tid)),
        }
    }

    /// A thread ended.
    pub(in crate::perf_data) fn exit(&mut self, tid: Tid) {
        if let Some(thread) = self.known.get_mut(&tid) {
            thread.has_ended = true;
        }
    }

    /// Its name; `:tid` where it has none.
    pub(in crate::perf_data) fn comm(&mut self, tid: Tid) -> &[u8] {
        if let Some(thread) = self.known.get(&tid) {
            return &thread.comm;
        }
        if tid == 0 {
            return IDLE;
        }
        self.unnamed.clear();
        let _a_vector_takes_all = write!(self.unnamed, ":{tid}");
        &self.unnamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_a_name_go_and_children_have_their_parents_name() {
        let mut threads = Threads::default();
        threads.call(5, b"  a b ");
        threads.fork(6, 5);
        threads.fork(7, 0);
        threads.fork(8, 99);
        let names = [0, 5, 6, 7, 8].map(|tid| String::from_utf8_lossy(threads.comm(tid)).into_owned());
        assert_eq!(names, ["swapper", "a b", "a b", "swapper", ":8"]);
    }

    #[test]
    fn those_that_ended_make_room() {
        let mut threads = Threads::default();
        let live = THREADS as Tid + 500;
        (1..=live).for_each(|tid| threads.call(tid, b"live"));
        for tid in live + 1..live + 3 * THREADS_MAX as Tid {
            threads.call(tid, b"short");
            threads.exit(tid);
            assert!(threads.known.len() <= 2 * live as usize + 1);
        }
        threads.call(Tid::MAX, b"new");
        assert_eq!(threads.comm(Tid::MAX), b"new");
        assert_eq!(threads.comm(1), b"live");
    }

    #[test]
    fn more_than_there_is_room_for_have_no_name() {
        let mut threads = Threads::default();
        let many = THREADS_MAX as Tid;
        (1..=many).for_each(|tid| threads.call(tid, b"live"));
        (0..3 * THREADS as Tid).for_each(|more| threads.call(many + 1 + more, b"more"));
        assert_eq!(threads.known.len(), THREADS_MAX);
        // One that is known may say another name; where some end there is room again, after a while.
        threads.call(7, b"seven");
        (1000..2000).for_each(|tid| threads.exit(tid));
        threads.call(7, b"seven");
        (0..1000).for_each(|more| threads.call(many + 500_000 + more, b"more"));
        assert_eq!(threads.comm(7), b"seven");
        assert_eq!(threads.comm(many + 500_999), b"more");
    }
}
