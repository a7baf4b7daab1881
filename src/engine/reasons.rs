//! The analyses of `--sched` and `--explain`: what threads did while a loop was open. They get every event that was
//! read, also those that the options of the user keep from the loops, in the order in which the events leave the window
//! of `--reorder`.

use super::stepped::Carried;
use super::task::Task;
use crate::event::{Event, Tid};
use crate::key::{Key, KeySource};
use crate::matcher::Matching;
use crate::pattern::{FieldReferences, Loop};
use crate::sink::ClosedLoop;
use crate::why::explain::{self, Explain};
use crate::why::{LoopStates, Role, Threads};

/// The analyses of what threads do. A run that asks for none has no `Reasons`.
pub(super) struct Reasons {
    pub(super) threads: Threads,
    /// The time of each loop, divided by the states of its thread. The index is that of the loop.
    pub(super) states: Vec<LoopStates>,
    /// The comparison of slow loops with the others (`--explain`).
    pub(super) explain: Option<Explain>,
    /// The names of the fields of `-b`.
    pub(super) by: Vec<Vec<u8>>,
}

impl Reasons {
    /// Creates the analyses that a task asks for; `None` if it asks for none.
    pub(super) fn new(task: &Task) -> Option<Box<Reasons>> {
        let explain = || {
            let keys = task.loops_from_the_beginning().map(|spec| task.shape(spec).key);
            let of_pairs = task.finds_pairs().then(|| task.key_of_pairs());
            let nests = task.follow.as_ref().is_some_and(|follow| follow.matching == Matching::Nested);
            // If there are several loops, or if they nest, a loop may close while an older one with the same key is
            // open.
            let closes_oldest = task.loops_from_the_beginning().count() == 1 && !task.finds_pairs() && !nests;
            Explain::new(keys.chain(of_pairs), task.max_keys, closes_oldest)
        };
        let by = task.by().into_iter().flat_map(FieldReferences::iter);
        let reasons = || Reasons {
            threads: Threads::new(task.max_keys),
            states: Vec::new(),
            explain: task.why.explain.then(explain),
            by: by.map(|reference| reference.text.clone().into_bytes()).collect(),
        };
        task.why.divides_by_states().then(|| Box::new(reasons()))
    }

    /// Returns whether these analyses read the payload of an event. `stands_in_loop` says whether a loop has a position
    /// with the event's name.
    pub(super) fn reads_payload(&self, event: &Event<'_>, stands_in_loop: bool) -> bool {
        (self.explain.is_some() && stands_in_loop) || matches!(Role::of(event.name), Role::Switch | Role::Wake)
    }

    /// Takes a loop that has closed and whose total is within `--min` to `--max`.
    pub(super) fn closed(&mut self, closed: &ClosedLoop<'_>, carried: &Carried<'_>) {
        self.explain_closed(closed, carried);
        if !follows_threads(closed.spec, carried.key) {
            return;
        }
        if self.states.len() <= closed.loop_index {
            self.states.resize_with(closed.loop_index + 1, LoopStates::default);
        }
        let words = carried.references.snapshots(carried.words);
        self.states[closed.loop_index].record(closed.times, words);
    }

    fn explain_closed(&mut self, closed: &ClosedLoop<'_>, carried: &Carried<'_>) {
        let Some((explain, begin)) = self.explain.as_mut().zip(carried.references.begin(carried.words)) else { return };
        let by = self.by.iter().cloned().zip(carried.references.by_values().iter().copied());
        explain.close(&explain::ClosedLoop {
            loop_index: closed.loop_index,
            key: (closed.spec.key_source() == KeySource::Header).then_some(carried.key),
            times: closed.times,
            last: closed.last,
            begin,
            cuts: carried.references.cuts(carried.words),
            has_switches: self.threads.has_switches(),
            snapshots: carried.references.snapshots(carried.words),
            by: &by.collect::<Vec<_>>(),
        });
    }

    /// Forgets a thread, which has ended or whose tid is used by a new thread.
    pub(super) fn forget(&mut self, tid: Tid) {
        self.threads.forget(tid);
    }

    /// Ends a recording.
    pub(super) fn end_recording(&mut self) {
        self.threads.end_recording();
        self.explain.iter_mut().for_each(Explain::end_recording);
    }
}

/// Returns whether a loop is followed in each thread alone, by the tid in the header of its events. Only then its time
/// can be divided by the states of one thread.
pub(super) fn follows_threads(spec: &Loop, key: Key) -> bool {
    key == Key::Tid && spec.key_source() == KeySource::Header
}
