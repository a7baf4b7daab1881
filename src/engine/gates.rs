//! The gates of a run: intervals, the selection, the window of `--reorder`.

use super::interval::Interval;
use super::reorder::Reorder;
use super::task::Task;
use crate::pattern::Selection;

/// The gates of a run. A run in which all three are `None` has no `Gates`, so that its events need not look at each.
pub(super) struct Gates {
    pub(super) interval: Option<Interval>,
    pub(super) selection: Option<Selection>,
    pub(super) reorder: Option<Reorder>,
}

impl Gates {
    /// Creates the gates that a task asks for; `None` if it asks for none.
    pub(super) fn new(task: &Task) -> Option<Gates> {
        let gates = Gates {
            interval: task.interval.map(Interval::new),
            selection: task.selection.clone(),
            reorder: task.reorder.map(Reorder::new),
        };
        let Gates { interval, selection, reorder } = &gates;
        (interval.is_some() || selection.is_some() || reorder.is_some()).then_some(gates)
    }

    /// Ends a recording. The next one has a clock of its own.
    pub(super) fn end_recording(&mut self) {
        self.reorder.iter_mut().for_each(Reorder::end_recording);
    }
}
