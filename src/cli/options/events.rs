//! The options that select events by their header.

use crate::cli::option::{Complete, Kind, Opt};
use crate::cli::values::select;
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
        more: "In GLOB, `*` stands for any bytes and `?` for any one byte.",
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
];
