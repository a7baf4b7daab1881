//! Gives events to the analyses of `--sched` and `--explain`, and their results to the summary.

use super::error::Error;
use super::reasons::{Reasons, follows_threads};
use super::run::Engine;
use crate::event::Event;
use crate::key::KeySource;
use crate::pattern::Loop;
use crate::report::LoopSummary;
use crate::why::explain::Explain;
use crate::why::{LoopStates, Role};

/// The loops whose time is not divided by the states of their threads although the user asked for it.
pub struct WithoutStates {
    /// The names of the loops whose key is not the thread.
    pub loops: Vec<String>,
    /// True if no `sched_switch` was read, so that nothing is known of any thread.
    pub lacks_switches: bool,
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

    /// Shows an event of one of this program's own threads to the analyses of threads, if the event is one of the
    /// scheduler. The loops get no events of these threads, but an event of the scheduler also says what the threads of
    /// other programs do.
    #[cold]
    pub(super) fn observe_own(&mut self, event: &Event<'_>) -> Result<(), Error> {
        match Role::of(event.name) {
            Role::Switch | Role::Wake => self.observe_unfollowed(event),
            Role::Late | Role::Other => Ok(()),
        }
    }

    /// Notes for `--explain` that an event stands at some positions of a loop. Bit k of `positions` is set if it stands
    /// at position k. At position 0, the event may begin a loop.
    #[inline(never)]
    pub(super) fn reach_positions(&mut self, event: &Event<'_>, loop_index: usize, positions: u32) {
        let Some(explain) = self.reasons.as_mut().and_then(|reasons| reasons.explain.as_mut()) else { return };
        let key = (self.tracks.source(loop_index) == KeySource::Header).then(|| self.tracks.key(loop_index));
        if positions & 1 != 0 {
            self.tracks.references_mut().set_begin(&explain.begin(loop_index, key, event));
        }
        if positions & !1 != 0 {
            self.tracks.references_mut().set_cut(|| explain.cut(key, event));
        }
    }

    /// Returns how many closed loops `--explain` has left out because the memory for their counts was full.
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

    /// Returns the loops without the times by state for which the user asked with `--sched`; `None` if the user did not
    /// give this option.
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
