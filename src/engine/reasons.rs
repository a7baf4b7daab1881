//! Says what threads did while a loop was open (`--sched`). The analyses get every event that was read, whatever is
//! selected, in the order in which the events leave the window of `--reorder`.

use super::error::Error;
use super::run::Engine;
use super::task::Task;
use super::tracks::Carried;
use crate::event::{Event, Tid};
use crate::key::{Key, KeySource};
use crate::matcher::Matching;
use crate::pattern::{FieldReferences, Loop};
use crate::report::LoopSummary;
use crate::sink::ClosedLoop;
use crate::why::explain::{self, Explain};
use crate::why::{LoopStates, Role, Threads};

/// The analyses of a run of what threads do. A run that asks for none has no `Reasons`.
pub(super) struct Reasons {
    threads: Threads,
    /// How the time of each loop divides by the states of its thread, by the index of the loop.
    states: Vec<LoopStates>,
    /// The comparison of slow loops with the others (`--explain`).
    explain: Option<Explain>,
    /// The names of the fields of `-b`.
    by: Vec<Vec<u8>>,
}

/// The loops whose time is not divided by the states of their threads although the user asked for it.
pub struct WithoutStates {
    /// The names of the loops whose key is not the thread.
    pub loops: Vec<String>,
    /// True if no `sched_switch` was read, so that nothing is known of any thread.
    pub lacks_switches: bool,
}

impl Reasons {
    /// Creates the analyses that a task asks for; `None` if it asks for none.
    pub(super) fn new(task: &Task) -> Option<Box<Reasons>> {
        let explain = || {
            let keys = task.loops_from_the_beginning().map(|spec| task.shape(spec).key);
            let of_pairs = task.finds_pairs().then(|| task.key_of_pairs());
            let nests = task.follow.as_ref().is_some_and(|follow| follow.matching == Matching::Nested);
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

    /// Returns whether the payload of an event is read. `stands_in_loop` says whether a loop has the event's name.
    pub(super) fn reads_payload(&self, event: &Event<'_>, stands_in_loop: bool) -> bool {
        (self.explain.is_some() && stands_in_loop) || matches!(Role::of(event.name), Role::Switch | Role::Wake)
    }

    /// Takes a loop that has closed and whose total is within the limits.
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

/// Returns whether a loop is followed in each thread alone, by the tid in the header of its events.
fn follows_threads(spec: &Loop, key: Key) -> bool {
    key == Key::Tid && spec.key_source() == KeySource::Header
}

impl Engine<'_> {
    /// Shows an event to the analyses of threads, before the loops get it.
    #[inline(always)]
    pub(super) fn observe(&mut self, event: &Event<'_>) {
        if let Some(reasons) = &mut self.reasons {
            let Reasons { threads, explain, .. } = &mut **reasons;
            let role = explain.as_mut().map_or_else(|| Role::of(event.name), |explain| explain.role(event.name));
            let seen = threads.event(event, role);
            if let Some(explain) = explain {
                explain.take(event, &seen, threads);
            }
            self.tracks.references_mut().set_snapshot(seen.snapshot);
        }
    }

    /// Shows an event of the program itself to the analyses of threads, if it is one of the scheduler: it also says what
    /// other threads do.
    #[cold]
    pub(super) fn observe_own(&mut self, event: &Event<'_>) -> Result<(), Error> {
        match Role::of(event.name) {
            Role::Switch | Role::Wake => self.observe_unfollowed(event),
            Role::Late | Role::Other => Ok(()),
        }
    }

    /// Notes that a loop begins with an event, for `--explain`.
    #[inline(never)]
    pub(super) fn begin_loop(&mut self, event: &Event<'_>, loop_index: usize) {
        let Some(explain) = self.reasons.as_mut().and_then(|reasons| reasons.explain.as_mut()) else { return };
        let key = (self.tracks.source(loop_index) == KeySource::Header).then(|| self.tracks.key(loop_index));
        self.tracks.references_mut().set_begin(&explain.begin(loop_index, key, event));
    }

    /// Returns how many closed loops `--explain` has left out because there was no room for what it counts of them.
    pub fn left_unexplained(&self) -> u64 {
        let explain = self.reasons.as_ref().and_then(|reasons| reasons.explain.as_ref());
        explain.map_or(0, Explain::left_out)
    }

    /// Adds the results of the analyses to the summary of a loop.
    pub(super) fn add_reasons<'s>(&'s self, loop_index: usize, summary: &mut LoopSummary<'s>) {
        let Some(reasons) = &self.reasons else { return };
        let is_known = reasons.threads.has_switches() && follows_threads(summary.spec, summary.key);
        summary.explanation = reasons.explain.as_ref().map(|explain| {
            let names = self.front.watch.names();
            explain.explanation(loop_index, summary.spec.positions.len(), is_known, names)
        });
        if !self.task.why.sched {
            return;
        }
        let states = reasons.states.get(loop_index).unwrap_or(&NO_STATES);
        summary.states = Some(is_known.then_some(states));
    }

    /// Returns which loops lack the times by state that the user asked for (`--sched`); `None` if there was no such wish.
    pub fn without_states(&self) -> Option<WithoutStates> {
        let reasons = self.reasons.as_ref().filter(|_| self.task.why.sched)?;
        let shape = |spec: &Loop| self.task.shape(spec);
        let loops = self.task.loops.iter().filter(|spec| !follows_threads(spec, shape(spec).key));
        Some(WithoutStates {
            loops: loops.map(|spec| spec.name.clone()).collect(),
            lacks_switches: !reasons.threads.has_switches(),
        })
    }
}

/// The states of a loop that has not closed.
static NO_STATES: LoopStates = LoopStates { transitions: Vec::new() };
