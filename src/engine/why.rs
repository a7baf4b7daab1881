//! Feeds the analyses that say why a loop was slow (`--slowest`, `--unfinished`): with each event that was read, each
//! loop that closed, and the end of each input.

use super::run::Engine;
use super::task::Task;
use crate::event::Event;
use crate::sink::ClosedLoop;

/// The analyses of a run. A run that asks for none has no `Why`.
pub(super) struct Why {}

impl Why {
    /// Creates the analyses that a task asks for; `None` if it asks for none.
    pub(super) fn new(task: &Task) -> Option<Box<Why>> {
        task.why.is_some().then(|| Box::new(Why {}))
    }

    /// Takes an event that was read, before any gate: whatever is selected, and in the order of the input.
    pub(super) fn event(&mut self, event: &Event<'_>) {
        let _ = event;
    }

    /// Takes a loop that has closed and whose total is within the limits.
    pub(super) fn closed(&mut self, closed: &ClosedLoop<'_>) {
        let _ = closed;
    }

    /// Begins an input.
    pub(super) fn begin_input(&mut self) {}
}

impl Engine<'_> {
    /// Ends an input for the analyses. The chains of the matcher are still there.
    pub(super) fn end_input_of_why(&mut self) {}
}
