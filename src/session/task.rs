//! The task of the engine, decided once from the command line.

use crate::cli::Run;
use crate::config::Mode;
use crate::engine::{EventDeltas, Follow, Task};

/// Returns the task that the command line asks for.
pub(super) fn task(run: &Run) -> Task {
    let config = &run.config;
    let follow = Follow { key: config.key, matching: config.how, by: config.by.clone() };
    let has_loops = config.mode != Mode::Events;
    Task {
        loops: config.loops.clone(),
        follow: has_loops.then_some(follow),
        pairs: config.pairs,
        discover: config.discover,
        // Behind --reorder the engine only sees the events of loops, so that it could not find others.
        propose: config.hints && config.reorder.is_none(),
        events: config.mode.has_events().then_some(EventDeltas { key: config.event_key }),
        selection: config.selection.clone(),
        interval: config.interval.map(|(length, _)| length),
        reorder: config.reorder,
        max_keys: config.max_keys,
        fail_malformed: config.fail_malformed,
        unit: config.unit,
    }
}
