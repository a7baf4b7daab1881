//! What threads are called, as perf keeps it: a thread has its parent's name
//! until it says another, and keeps it when it is gone, until its tid comes again.

use crate::event::Tid;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::io::Write;

/// How many threads are known before those that ended are forgotten, and at most.
const THREADS: usize = 65_536;
const THREADS_MAX: usize = 8 * THREADS;

#[derive(Default)]
pub(super) struct Threads {
    known: HashMap<Tid, Thread, RandomState>,
    /// Room for the name of a thread that has none.
    unnamed: Vec<u8>,
}

struct Thread {
    comm: Box<[u8]>,
    has_ended: bool,
}

impl Threads {
    /// A thread is called so from here on.
    pub(super) fn call(&mut self, tid: Tid, comm: Box<[u8]>) {
        if self.known.len() == THREADS {
            self.known.retain(|_, thread| !thread.has_ended);
        }
        if self.known.len() == THREADS_MAX && !self.known.contains_key(&tid) {
            return;
        }
        self.known.insert(tid, Thread { comm, has_ended: false });
    }

    /// A thread begins, with its parent's name.
    pub(super) fn fork(&mut self, tid: Tid, parent: Tid) {
        match self.known.get(&parent).map(|parent| parent.comm.clone()) {
            Some(comm) => self.call(tid, comm),
            None => drop(self.known.remove(&tid)),
        }
    }

    /// A thread ended.
    pub(super) fn exit(&mut self, tid: Tid) {
        if let Some(thread) = self.known.get_mut(&tid) {
            thread.has_ended = true;
        }
    }

    /// Its name; `:tid` where it has none.
    pub(super) fn comm(&mut self, tid: Tid) -> &[u8] {
        if let Some(thread) = self.known.get(&tid) {
            return &thread.comm;
        }
        if tid == 0 {
            return b"swapper";
        }
        self.unnamed.clear();
        let _a_vector_takes_all = write!(self.unnamed, ":{tid}");
        &self.unnamed
    }
}
