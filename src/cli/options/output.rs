//! The options that shape rows and summary.

use crate::cli::given::Given;
use crate::cli::mode::Mode;
use crate::cli::option::{Complete, Conflict, Kind, Opt, ValueName, value};
use crate::cli::values::{add_references, choice, count, duration};
use crate::report::SummaryFormat;
use crate::sink::RowFormat;
use crate::text::Unit;

pub(super) const OPTIONS: &[Opt] = &[
    Opt {
        short: Some('f'),
        long: "format",
        kind: Kind::Value {
            metavar: "FORMAT",
            complete: Complete::Names(ROW_FORMATS),
            default: Some("tsv"),
            set: |given, value| choice(value, RowFormat::NAMES).map(|format| given.row_format = Some(format)),
        },
        help: "format of the rows",
        more: "See ROWS.",
        conflicts: &[
            Conflict::DISCOVER,
            Conflict::With {
                other: "-o",
                is_given: |given| given.directory.is_some(),
                reason: "which writes CSV files",
            },
            Conflict::With {
                other: "-s",
                is_given: |given| given.summary,
                reason: "which prints no rows; --summary-format is the summary's",
            },
        ],
    },
    Opt {
        short: None,
        long: "show",
        kind: Kind::Value {
            metavar: "FIELDS",
            complete: Complete::SomeNames(FIELDS_SHOWN),
            default: None,
            set: |given, value| add_references(&mut given.show, value, true),
        },
        help: "more columns in the rows, as fd, fd@1, comm, key, input, start",
        more: "FIELDS are joined by commas. Each is one of these names, or a field of the payload; `FIELD@N` is that of position N. A repeated `--show` adds its fields. See FIELD REFERENCES.",
        conflicts: &[],
    },
    Opt {
        short: Some('H'),
        long: "no-header",
        kind: Kind::Switch(|given| given.no_header = true),
        help: "no header line before the rows",
        more: "",
        conflicts: &[
            Conflict::DISCOVER,
            Conflict::With {
                other: "-o",
                is_given: |given| given.directory.is_some(),
                reason: "whose files have headers",
            },
            Conflict::With { other: "-s", is_given: |given| given.summary, reason: "which prints no rows" },
            Conflict::With {
                other: "-f json",
                is_given: |given| given.row_format.is_some_and(|format| !format.has_header),
                reason: "which has no header",
            },
        ],
    },
    Opt {
        short: Some('u'),
        long: "unit",
        kind: Kind::Value {
            metavar: "UNIT",
            complete: Complete::Names(UNITS),
            default: Some("us"),
            set: |given, value| choice(value, Unit::NAMES).map(|unit| given.unit = Some(unit)),
        },
        help: "unit of deltas and statistics",
        more: "The time of a row is in seconds whatever the unit is.",
        conflicts: &[
            Conflict::DISCOVER,
            Conflict::With {
                other: "-s --summary-format log",
                is_given: |given| given.summary && given.summary_format == Some(SummaryFormat::LOG),
                reason: "which is in seconds",
            },
        ],
    },
    Opt {
        short: Some('s'),
        long: "summary",
        kind: Kind::Switch(|given| given.summary = true),
        help: "no rows; the summary goes to standard output",
        more: "",
        conflicts: &[Conflict::DISCOVER],
    },
    Opt {
        short: None,
        long: "summary-format",
        kind: Kind::Value {
            metavar: "FORMAT",
            complete: Complete::Names(SUMMARY_FORMATS),
            default: Some("table"),
            set: |given, value| choice(value, SummaryFormat::NAMES).map(|format| given.summary_format = Some(format)),
        },
        help: "format of the summary",
        more: "See SUMMARY.",
        conflicts: &[Conflict::DISCOVER, no_summary(|given| given.quiet)],
    },
    Opt {
        short: Some('b'),
        long: "by",
        kind: Kind::Value {
            metavar: "FIELDS",
            complete: Complete::SomeNames(FIELDS_OF_GROUPS),
            default: None,
            set: |given, value| add_references(&mut given.by, value, false),
        },
        help: "also statistics for each value of FIELDS, as fd, fd@1, comm, key, input",
        more: "FIELDS are joined by commas. Each is one of these names, or a field of the payload; `FIELD@N` is that of position N. A repeated `-b` adds its fields. See FIELD REFERENCES and GROUPS.",
        conflicts: &[],
    },
    Opt {
        short: None,
        long: "max-groups",
        kind: Kind::Value {
            metavar: "N",
            complete: Complete::Nothing,
            default: Some("1024"),
            set: |given, value| count(value).map(|number| given.max_groups = Some(number)),
        },
        help: "how many values of -b each loop keeps; the rest are others",
        more: "Without this option, all loops together keep at most 4096. See GROUPS and MEMORY.",
        conflicts: &[],
    },
    Opt {
        short: Some('I'),
        long: "interval",
        kind: Kind::Value {
            metavar: "DURATION",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| duration(value).map(|length| given.interval = Some(length)),
        },
        help: "also a summary of every DURATION of trace time, as in 1s or 250ms",
        more: "See INTERVALS.",
        conflicts: &[Conflict::DISCOVER, no_summary(|given| given.quiet), SUMMARY_WITHOUT_LOOPS],
    },
    Opt {
        short: Some('q'),
        long: "quiet",
        kind: Kind::Switch(|given| given.quiet = true),
        help: "no summary and no notes; errors only",
        more: "SIGUSR1 still prints the summary so far.",
        conflicts: &[Conflict::With {
            other: "-s",
            is_given: |given| given.summary,
            reason: "which asks for a summary",
        }],
    },
];

/// The conflict with `-q`, for an option that shapes the summary. The caller says when it applies.
const fn no_summary(is_given: fn(&Given) -> bool) -> Conflict {
    Conflict::With { other: "-q", is_given, reason: "which prints no summary" }
}

/// The conflict with `-m events`, for an option about the statistics of loops.
const SUMMARY_WITHOUT_LOOPS: Conflict = Conflict::With {
    other: "-m events",
    is_given: |given| given.mode == Some(Mode::Events),
    reason: "whose summary has no loops",
};

/// The names in `RowFormat::NAMES`, each with its meaning.
const ROW_FORMATS: &[ValueName] = &[
    value("tsv", "columns separated by tabs, for awk, sort and gnuplot"),
    value("csv", "columns separated by commas, for spreadsheets and data frames"),
    value("json", "one JSON object per line, for jq"),
];

/// The names in `Unit::NAMES`, each with its meaning.
const UNITS: &[ValueName] =
    &[value("s", "seconds"), value("ms", "milliseconds"), value("us", "microseconds"), value("ns", "nanoseconds")];

/// The names in `SummaryFormat::NAMES`, each with its meaning.
const SUMMARY_FORMATS: &[ValueName] = &[
    value("table", "a table for people, with hints where no loop closed"),
    value("json", "all statistics as one JSON object on one line"),
    value("tsv", "a line for each transition, with columns separated by tabs"),
    value("log", "the text of perf-script-postprocessor, in seconds"),
];

/// The names in `FieldReferences::names`, each with its meaning.
const FIELDS_SHOWN: &[ValueName] = &[
    value("comm", "the command name of the closing event"),
    value("pid", "the process of the closing event"),
    value("tid", "the thread of the closing event"),
    value("cpu", "the CPU of the closing event"),
    value("COMM", "the same as comm; COMM@2 is that of position 2, whatever its payload has"),
    value("PID", "the same as pid"),
    value("TID", "the same as tid"),
    value("CPU", "the same as cpu"),
    value("common_pid", "the same as tid"),
    value("key", "the key of the loop"),
    value("input", "the input, as it was named"),
    value("start", "the time of the first position"),
];

/// The same names without the last one, which is a field of the payload in `-b`.
const FIELDS_OF_GROUPS: &[ValueName] = FIELDS_SHOWN.split_at(FIELDS_SHOWN.len() - 1).0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::names;
    use crate::pattern::FieldReferences;

    fn described(values: &[ValueName]) -> Vec<&'static str> {
        values.iter().map(|value| value.name).collect()
    }

    #[test]
    fn described_values_are_those_that_are_read() {
        assert_eq!(described(ROW_FORMATS), names(RowFormat::NAMES));
        assert_eq!(described(UNITS), names(Unit::NAMES));
        assert_eq!(described(SUMMARY_FORMATS), names(SummaryFormat::NAMES));
        assert_eq!(described(FIELDS_SHOWN), FieldReferences::names().collect::<Vec<_>>());
        assert!(!described(FIELDS_OF_GROUPS).contains(&"start"));
    }
}
