//! The options that select events, and closed loops.

use crate::cli::mode::Mode;
use crate::cli::option::{Complete, Conflict, Kind, Opt};
use crate::cli::values::{duration_or_zero, select, time_span};
use crate::pattern::Glob;
use std::os::unix::ffi::OsStrExt;

pub(super) const OPTIONS: &[Opt] = &[
    Opt {
        short: None,
        long: "comm",
        kind: Kind::Value {
            metavar: "GLOB",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| {
                given.selection.comms.push(Glob::new(value.as_bytes()));
                Ok(())
            },
        },
        help: "only events of these command names; may be repeated",
        more: "In GLOB, `*` stands for any bytes and `?` for any one byte. The comm is that of the event's header: the switch to a thread has the comm of the thread before it. To follow one program through sched_switch, write conditions, `sched_switch@prev_pid if prev_comm == \"x\" -> sched_switch@next_pid`.",
        conflicts: &[],
    },
    Opt {
        short: Some('p'),
        long: "pid",
        kind: Kind::Value {
            metavar: "LIST",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| select(&mut given.selection.pids, value),
        },
        help: "only events of these processes, as in 1,2,5-9",
        more: "`perf script` prints the process with `-F +pid`.",
        conflicts: &[],
    },
    Opt {
        short: None,
        long: "tid",
        kind: Kind::Value {
            metavar: "LIST",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| select(&mut given.selection.tids, value),
        },
        help: "only events of these threads",
        more: "",
        conflicts: &[],
    },
    Opt {
        short: Some('C'),
        long: "cpu",
        kind: Kind::Value {
            metavar: "LIST",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| select(&mut given.selection.cpus, value),
        },
        help: "only events on these CPUs",
        more: "",
        conflicts: &[],
    },
    Opt {
        short: None,
        long: "time",
        kind: Kind::Value {
            metavar: "FROM,TO",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| time_span(value).map(|span| given.selection.times = Some(span)),
        },
        help: "only events in this span of the trace clock, in seconds",
        more: "Both ends belong to the span. Either may be left out: `12.5,` is from 12.5 s on. An event outside counts as an event of the input, and nowhere else.",
        conflicts: &[],
    },
    Opt {
        short: None,
        long: "min",
        kind: Kind::Value {
            metavar: "DURATION",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| duration_or_zero(value).map(|least| given.min = Some(least)),
        },
        help: "only loops whose total is at least DURATION",
        more: "Loops with a smaller total are in neither rows nor statistics. The summary says how many there were.",
        conflicts: &[
            Conflict::DISCOVER,
            WITHOUT_LOOPS,
            Conflict::Without {
                other: "a larger --max",
                is_missing: |given| given.min > given.max.or(given.min),
                message: "--min is above --max, so no loop would count",
            },
        ],
    },
    Opt {
        short: None,
        long: "max",
        kind: Kind::Value {
            metavar: "DURATION",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| duration_or_zero(value).map(|most| given.max = Some(most)),
        },
        help: "only loops whose total is at most DURATION",
        more: "Loops with a larger total are left out as with `--min`.",
        conflicts: &[Conflict::DISCOVER, WITHOUT_LOOPS],
    },
];

/// The conflict with `-m events`, for an option that chooses closed loops.
const WITHOUT_LOOPS: Conflict = Conflict::With {
    other: "-m events",
    is_given: |given| given.mode == Some(Mode::Events),
    reason: "which follows no loops",
};
