//! The options for the modes, the conf and the files of perf-script-postprocessor, the predecessor of this program.

use crate::cli::mode::Mode;
use crate::cli::option::{Complete, Conflict, Kind, Opt, ValueName, value};
use crate::cli::values::{choice, file_name, section};

pub(super) const OPTIONS: &[Opt] = &[
    Opt {
        short: Some('m'),
        long: "mode",
        kind: Kind::Value {
            metavar: "MODE",
            complete: Complete::Names(MODES),
            default: Some("loops"),
            set: |given, value| choice(value, Mode::NAMES).map(|mode| given.mode = Some(mode)),
        },
        help: "which rows",
        more: "See MODES.",
        conflicts: &[
            Conflict::Value {
                applies: |given| (given.pairs || given.discover) && given.mode != Some(Mode::Loops),
                message: |given, _| {
                    let other = if given.pairs { "--pairs" } else { "--discover" };
                    format!("-m has no effect with {other}, which finds its own loops")
                },
            },
            Conflict::Value {
                applies: |given| given.mode == Some(Mode::Events) && given.format_of_summary().shows_only_loops(),
                message: |given, _| {
                    let format = given.format_of_summary().name();
                    format!("-m events has no effect with the summary format {format}, which shows only loops")
                },
            },
            Conflict::Without {
                other: "-o DIR",
                is_missing: |given| given.mode == Some(Mode::Split) && given.directory.is_none(),
                message: "-m split writes a file for each category; name a directory for them with -o DIR",
            },
        ],
    },
    Opt {
        short: Some('c'),
        long: "conf",
        kind: Kind::Value {
            metavar: "FILE",
            complete: Complete::Files,
            default: None,
            set: |given, value| {
                given.conf = Some(file_name(value)?);
                Ok(())
            },
        },
        help: "read the loops of a delta_processor.conf",
        more: "Without `-c` and without a loop, the program reads /etc/delta_processor.conf if it exists. See CONF.",
        conflicts: &[
            Conflict::PAIRS,
            Conflict::DISCOVER,
            Conflict::With {
                other: "-l or a LOOP",
                is_given: |given| !given.loops.is_empty(),
                reason: "which is followed instead",
            },
        ],
    },
    Opt {
        short: Some('t'),
        long: "type",
        kind: Kind::Value {
            metavar: "NAME",
            complete: Complete::Names(SECTION_NAMES),
            default: Some("Native"),
            set: |given, value| {
                given.section = Some(section(value)?);
                Ok(())
            },
        },
        help: "section of the conf, by name or number",
        more: "",
        conflicts: &[
            Conflict::PAIRS,
            Conflict::DISCOVER,
            Conflict::With {
                other: "-l or a LOOP",
                is_given: |given| !given.loops.is_empty(),
                reason: "which is followed instead of a conf's",
            },
        ],
    },
    Opt {
        short: Some('o'),
        long: "output",
        kind: Kind::Value {
            metavar: "DIR",
            complete: Complete::Files,
            default: None,
            set: |given, value| {
                given.directory = Some(file_name(value)?);
                Ok(())
            },
        },
        help: "write the files of perf-script-postprocessor into DIR, and no rows",
        more: "The program makes DIR if it does not exist. See FILES.",
        conflicts: &[Conflict::PAIRS, Conflict::DISCOVER],
    },
    Opt {
        short: None,
        long: "log",
        kind: Kind::Value {
            metavar: "FILE",
            complete: Complete::Files,
            default: Some("DIR/delta_output.log"),
            set: |given, value| {
                given.log = Some(file_name(value)?);
                Ok(())
            },
        },
        help: "with -o: where the log goes",
        more: "",
        conflicts: &[Conflict::Without {
            other: "-o DIR",
            is_missing: |given| given.directory.is_none(),
            message: "--log has no effect without -o DIR",
        }],
    },
];

/// The names in `Mode::NAMES`, each with its meaning.
const MODES: &[ValueName] = &[
    value("loops", "a row for each closed loop"),
    value("events", "a row for each event"),
    value("events+loops", "a row for each event, and the loops in the summary"),
    value("split", "a row for each event, in a file for each category"),
    value("3", "the same as loops"),
    value("0", "the same as events"),
    value("1", "the same as events+loops"),
    value("2", "the same as split"),
];

/// The names in `values::SECTIONS`, each with its meaning.
const SECTION_NAMES: &[ValueName] = &[value("Native", "section 0"), value("Threads", "section 1")];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::{SECTIONS, names};

    fn described(values: &[ValueName]) -> Vec<&'static str> {
        values.iter().map(|value| value.name).collect()
    }

    #[test]
    fn described_values_are_those_that_are_read() {
        assert_eq!(described(MODES), names(Mode::NAMES));
        assert_eq!(described(SECTION_NAMES), SECTIONS);
    }
}
