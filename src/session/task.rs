//! Makes the task of the engine from the command line.

use crate::cli::Request;
use crate::engine::{EventDeltas, Follow, Task};
use crate::event::Nanos;
use crate::key::Key;
use crate::pattern::Selection;

/// Returns the task that the command line asks for.
pub(super) fn task(request: &Request) -> Task {
    let Request { given, loops, key, .. } = request;
    let totals = given.min.unwrap_or(Nanos(0))..=given.max.unwrap_or(Nanos(u64::MAX));
    let mode = given.mode.unwrap_or_default();
    let follow = Follow { key: *key, matching: given.matching.unwrap_or_default(), by: given.by.clone(), totals };
    let events = EventDeltas { key: given.key.unwrap_or(Key::Tid) };
    Task {
        loops: loops.clone(),
        follow: mode.has_loops().then_some(follow),
        pairs: given.pairs || given.discover,
        discover: given.discover,
        // With --reorder the engine gets only the events of the given loops, so it cannot find other loops.
        propose: !given.quiet && given.reorder.is_none(),
        events: mode.has_events().then_some(events),
        selection: (given.selection != Selection::default()).then(|| given.selection.clone()),
        interval: given.interval,
        reorder: given.reorder,
        show: given.show.clone(),
        max_groups: given.max_groups,
        max_keys: given.max_keys.unwrap_or(Task::MAX_KEYS),
        fail_malformed: given.fail_malformed,
    }
}
