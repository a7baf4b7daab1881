//! Makes the task of the engine from the command line.

use crate::cli::{Given, Request};
use crate::engine::{EventDeltas, Follow, Overview, SlowestTask, StatesTask, Task, WhyTask};
use crate::event::Nanos;
use crate::key::Key;
use crate::pattern::Selection;
use crate::report::SummaryFormat;

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
        overview: has_overview(request).then(|| Overview::new(given.key.unwrap_or(Key::Tid))),
        // With --reorder the engine sees only the events of the loops, so it could not find other loops.
        propose: (!given.quiet || given.has_summary_only()) && given.reorder.is_none(),
        events: mode.has_events().then_some(events),
        selection: (given.selection != Selection::default()).then(|| given.selection.clone()),
        interval: given.interval,
        reorder: given.reorder,
        show: given.show.clone(),
        max_groups: given.max_groups,
        max_keys: given.max_keys.unwrap_or(Task::MAX_KEYS),
        fail_malformed: given.fail_malformed,
        why: why(given),
        states: StatesTask {
            takes_loops: request.takes_loops_of_states,
            key: given.key,
            matching: given.matching,
            min: given.min,
            max: given.max,
        },
    }
}

/// Returns the analyses that say why a loop was slow.
fn why(given: &Given) -> WhyTask {
    let keep_bytes = given.keep.unwrap_or(SlowestTask::KEEP_BYTES);
    WhyTask {
        slowest: given.slowest.map(|count| SlowestTask { count, keep_bytes }),
        explain: given.explain,
        sched: given.sched,
        unfinished: given.unfinished,
    }
}

/// Returns whether the run ends with an overview of the input if no event of the built-in loop comes. There is no
/// overview if the user or an installed conf gave a loop, or if the user gave an option that an overview has no place
/// for, such as `-I`.
fn has_overview(request: &Request) -> bool {
    let Request { given, conf, .. } = request;
    let format = given.format_of_summary();
    // `conf` is present if the user gave no loop. It is removed when a conf was read.
    conf.is_some()
        && (given.has_summary_only() || !given.quiet)
        && (format == SummaryFormat::TABLE || format == SummaryFormat::JSON)
        && given.mode.is_none()
        && given.directory.is_none()
        && given.interval.is_none()
        && given.baseline.is_empty()
        && !why(given).is_some()
}
