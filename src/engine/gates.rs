//! The gates of a run: outliers of time, intervals, the selection, the window of `--reorder`.

use super::interval::Interval;
use super::outliers::{Counts, Outliers};
use super::reorder::Reorder;
use super::task::Task;
use crate::pattern::Selection;

/// The gates of a run. A run in which all of them are `None` has no `Gates`, so that its events need not look at each.
pub(super) struct Gates {
    /// Only runs with intervals or a window need them.
    pub(super) outliers: Option<Outliers>,
    /// The numbers of lines and events that were read and do not belong to the interval before, if the event that
    /// passes now ends it.
    pub(super) beyond: Counts,
    pub(super) interval: Option<Interval>,
    pub(super) selection: Option<Selection>,
    pub(super) reorder: Option<Reorder>,
}

impl Gates {
    /// The event that passes is the last one that was read.
    pub(super) const ONE_EVENT: Counts = Counts { lines: 1, events: 1 };

    /// Creates the gates that a task asks for; `None` if it asks for none.
    pub(super) fn new(task: &Task) -> Option<Gates> {
        let needs_clock = task.interval.is_some() || task.reorder.is_some();
        let gates = Gates {
            outliers: needs_clock.then(Outliers::new),
            beyond: Gates::ONE_EVENT,
            interval: task.interval.map(Interval::new),
            selection: task.selection.clone(),
            reorder: task.reorder.map(Reorder::new),
        };
        let Gates { interval, selection, reorder, .. } = &gates;
        (interval.is_some() || selection.is_some() || reorder.is_some()).then_some(gates)
    }

    /// Ends a recording. The next one has a clock of its own.
    pub(super) fn end_recording(&mut self) {
        self.outliers.iter_mut().for_each(Outliers::end_recording);
        self.reorder.iter_mut().for_each(Reorder::end_recording);
    }
}
