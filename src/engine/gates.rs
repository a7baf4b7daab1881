//! The gates of a run. An event passes them before it reaches the loops: outliers of time, intervals (`-I`), the
//! selection, and the window of `--reorder`.

use super::interval::Interval;
use super::outliers::{Counts, Outliers};
use super::reorder::Reorder;
use super::task::Task;
use crate::pattern::Selection;

/// The gates of a run; each is `None` if the run does not need it. A run that needs none at all has no `Gates`, so that
/// only one check is needed for each event, and not one for each gate.
pub(super) struct Gates {
    /// The check for times that are far from all others. It is needed only in runs with intervals or with `--reorder`.
    pub(super) outliers: Option<Outliers>,
    /// The counts of lines and events that were read already, but lie behind an interval which the current event ends.
    /// They are subtracted from the counts of the interval.
    pub(super) beyond: Counts,
    pub(super) interval: Option<Interval>,
    pub(super) selection: Option<Selection>,
    pub(super) reorder: Option<Reorder>,
}

impl Gates {
    /// The usual value of `beyond`: only the event that was read last, and its line.
    pub(super) const ONE_EVENT: Counts = Counts { lines: 1, events: 1 };

    /// Creates the gates that a task asks for; `None` if it asks for none. A run whose analyses need every event has
    /// gates, too. Without gates, events go from their lines directly to the loops, and the analyses do not see them.
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
        let has_gate = interval.is_some() || selection.is_some() || reorder.is_some();
        (has_gate || task.why.needs_every_event()).then_some(gates)
    }

    /// Ends a recording. The next recording has a clock of its own.
    pub(super) fn end_recording(&mut self) {
        self.outliers.iter_mut().for_each(Outliers::end_recording);
        self.reorder.iter_mut().for_each(Reorder::end_recording);
    }
}
