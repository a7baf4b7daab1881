//! The options that choose the inputs and the order in which their events are taken.

use crate::cli::option::{Complete, Kind, Opt};
use crate::cli::values::{read_input, window};

pub(super) const OPTIONS: &[Opt] = &[
    Opt {
        short: Some('i'),
        long: "input",
        kind: Kind::Value {
            metavar: "FILE",
            complete: Complete::Files,
            default: None,
            set: |given, value| {
                given.inputs.push(read_input(value));
                Ok(())
            },
        },
        help: "read FILE, as an INPUT operand does; - is standard input",
        more: "It is needed only for a file with `->` in its name. Each input is a recording of its own: a loop that is open at the end of one input is not continued in the next.",
        conflicts: &[],
    },
    Opt {
        short: None,
        long: "reorder",
        kind: Kind::Value {
            metavar: "WINDOW",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| window(value).map(|window| given.reorder = Some(window)),
        },
        help: "put events in time order within a window of N events or a DURATION",
        more: "See ORDER.",
        conflicts: &[],
    },
    Opt {
        short: None,
        long: "fail-malformed",
        kind: Kind::Switch(|given| given.fail_malformed = true),
        help: "stop with status 1 at the first malformed line",
        more: "The rows before that line are written. The summary is not.",
        conflicts: &[],
    },
];
