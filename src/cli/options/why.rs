//! The options that ask why a loop was slow.

use crate::cli::mode::Mode;
use crate::cli::option::{Complete, Conflict, Kind, Opt};
use crate::cli::values::{count_to, size};
use crate::report::SummaryFormat;

/// The largest value of `--slowest`.
const SLOWEST_MAX: usize = 1000;

pub(super) const OPTIONS: &[Opt] = &[
    Opt {
        short: None,
        long: "slowest",
        kind: Kind::Value {
            metavar: "N",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| count_to(value, SLOWEST_MAX).map(|number| given.slowest = Some(number)),
        },
        help: "the N slowest closed loops with their trace lines",
        more: "N is from 1 to 1000. See WHY WAS IT SLOW.",
        conflicts: CONFLICTS,
    },
    Opt {
        short: None,
        long: "keep",
        kind: Kind::Value {
            metavar: "SIZE",
            complete: Complete::Nothing,
            default: Some("8M"),
            set: |given, value| size(value).map(|bytes| given.keep = Some(bytes)),
        },
        help: "how much of a pipe --slowest keeps for its lines",
        more: "SIZE is a number of bytes, with K, M or G for powers of 1024. A regular file needs none of it, because it is read again.",
        conflicts: &[],
    },
    Opt {
        short: None,
        long: "explain",
        kind: Kind::Switch(|given| given.explain = true),
        help: "what is different in the slow loops",
        more: "It is best with sched:sched_switch, sched_wakeup and sched_waking in the input. See WHY WAS IT SLOW.",
        conflicts: CONFLICTS,
    },
    Opt {
        short: None,
        long: "sched",
        kind: Kind::Switch(|given| given.sched = true),
        help: "how long the thread ran, waited for a CPU or slept",
        more: "This is for loops by tid without @, and needs sched:sched_switch in the input. See WHY WAS IT SLOW.",
        conflicts: CONFLICTS,
    },
    Opt {
        short: None,
        long: "unfinished",
        kind: Kind::Switch(|given| given.unfinished = true),
        help: "the loops that were begun and never closed",
        more: "See WHY WAS IT SLOW.",
        conflicts: CONFLICTS,
    },
];

/// The conflicts of every option that adds an analysis of slow loops to the summary.
pub(super) const CONFLICTS: &[Conflict] = &[
    Conflict::DISCOVER,
    Conflict::With {
        other: "-m events",
        is_given: |given| given.mode == Some(Mode::Events),
        reason: "which follows no loops",
    },
    Conflict::Value {
        applies: |given| given.quiet && !given.has_summary_only(),
        message: |_, option| format!("{option} has no effect with -q, which prints no summary; -s prints it"),
    },
    FORMAT_WITHOUT_ROOM,
];

/// The conflict for an option that adds an analysis or histograms to the summary. It applies if the format of the
/// summary has no room for them.
pub(super) const FORMAT_WITHOUT_ROOM: Conflict = Conflict::Value {
    applies: |given| !given.format_of_summary().holds_analyses(),
    message: |given, option| {
        let format = given.format_of_summary().name();
        let with_room = formats_with_room(SummaryFormat::holds_analyses);
        format!("{option} has no effect with the summary format {format}; {with_room} have room for it")
    },
};

/// Returns the names of the formats of the summary that hold something, such as `table, json and html`.
pub(super) fn formats_with_room(holds: fn(SummaryFormat) -> bool) -> String {
    let with_room = SummaryFormat::NAMES.iter().filter_map(|(name, format)| holds(*format).then_some(*name));
    match with_room.collect::<Vec<&str>>().as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        names => names.concat(),
    }
}
