//! The options that shape rows and summary.

use crate::cli::given::Given;
use crate::cli::mode::Mode;
use crate::cli::option::{Complete, Conflict, Kind, Opt, ValueName, value};
use crate::cli::values::{add_references, choice, count, count_to, duration, names, quantiles, read_format};
use crate::pattern::POSITIONS_MAX;
use crate::report::SummaryFormat;
use crate::sink::LoopFormat;
use crate::text::Unit;

pub(super) const OPTIONS: &[Opt] = &[
    Opt {
        short: Some('f'),
        long: "format",
        kind: Kind::Value {
            metavar: "FORMAT",
            complete: Complete::Names(FORMATS),
            default: Some("tsv"),
            set: |given, value| read_format(value).map(|format| given.format = Some(format)),
        },
        help: "format of standard output",
        more: "`tsv`, `csv`, `json`, `perfetto` and `folded` are formats of rows; with `-s`, `tsv` and `json` are the summary. The formats behind them are summaries and imply `-s`. With `--discover`, `json` is its result. See ROWS. See SUMMARY.",
        conflicts: &[
            Conflict::Value {
                applies: |given| given.discover && given.format.is_some_and(|format| format.name != "json"),
                message: |given, _| {
                    format!("-f {} has no effect with --discover, which prints text, or with -f json JSON", name(given))
                },
            },
            Conflict::Value {
                applies: |given| given.summary && given.format.is_some_and(|format| format.summary().is_none()),
                message: |given, _| {
                    let formats = names(SummaryFormat::NAMES).join(", ");
                    format!(
                        "-f {} is a format of rows, and -s prints none; with -s expected one of {formats}",
                        name(given)
                    )
                },
            },
            Conflict::Value {
                applies: |given| {
                    let has_rows_of_events = matches!(given.format_of_loops(), LoopFormat::Rows(_));
                    !has_rows_of_events && given.mode.is_some_and(Mode::has_events)
                },
                message: |given, _| format!("-f {} shows closed loops, and this -m writes rows of events", name(given)),
            },
            Conflict::Value {
                applies: |given| given.directory.is_some() && !given.has_summary_only(),
                message: |given, _| format!("-f {} has no effect with -o, which writes CSV files", name(given)),
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
        short: None,
        long: "stack",
        kind: Kind::Value {
            metavar: "N",
            complete: Complete::Nothing,
            default: Some("1"),
            set: |given, value| count_to(value, POSITIONS_MAX).map(|number| given.stack = Some(number)),
        },
        help: "the position whose call chain -f folded shows",
        more: "Positions are counted from 1; `!` positions do not count.",
        conflicts: &[],
    },
    Opt {
        short: Some('H'),
        long: "no-header",
        kind: Kind::Switch(|given| given.no_header = true),
        help: "no header line, neither of rows nor of -s -f tsv",
        more: "",
        conflicts: &[],
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
        more: "The time of a row is in seconds whatever the unit is. The format log is always in seconds.",
        conflicts: &[],
    },
    Opt {
        short: Some('s'),
        long: "summary",
        kind: Kind::Switch(|given| given.summary = true),
        help: "no rows; the summary goes to standard output",
        more: "",
        conflicts: &[],
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
        help: "format of the summary beside rows",
        more: "See SUMMARY.",
        conflicts: &[
            Conflict::With {
                other: "--discover",
                is_given: |given| given.discover,
                reason: "which prints no summary; -f json is its format",
            },
            NO_SUMMARY,
            Conflict::Value {
                applies: |given| {
                    let of_output = given.format.filter(|_| given.has_summary_only());
                    of_output.is_some_and(|format| format.summary() != given.summary_format)
                },
                message: |given, _| {
                    let format = given.format_of_summary().name();
                    format!("--summary-format and -f {format} name two formats for one summary")
                },
            },
        ],
    },
    Opt {
        short: None,
        long: "quantiles",
        kind: Kind::Value {
            metavar: "LIST",
            complete: Complete::Nothing,
            default: Some("50,90,99,99.9"),
            set: |given, value| quantiles(value).map(|quantiles| given.quantiles = Some(quantiles)),
        },
        help: "the percentiles in the summary",
        more: "LIST is like `50,95,99.99`. The percentile 50 is called median.",
        conflicts: &[],
    },
    Opt {
        short: None,
        long: "hist",
        kind: Kind::Switch(|given| given.hist = true),
        help: "a histogram of each transition in the table",
        more: "With `json`, each transition has it as `hist`. See PICTURES.",
        conflicts: super::why::CONFLICTS,
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
        help: "also statistics for each value of FIELDS, as fd, fd@1, comm or key",
        more: "FIELDS are joined by commas. Each is one of these names, or a field of the payload; `FIELD@N` is that of position N. A repeated `-b` adds its fields. See FIELD REFERENCES, GROUPS.",
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
        help: "the number of values of -b that each loop keeps",
        more: "Without this option, all loops together keep at most 4096. See GROUPS, and MEMORY for what they take.",
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
        conflicts: &[
            Conflict::DISCOVER,
            NO_SUMMARY,
            SUMMARY_WITHOUT_LOOPS,
            Conflict::Value {
                applies: |given| !given.format_of_summary().holds_intervals(),
                message: |given, _| {
                    let format = given.format_of_summary().name();
                    format!("-I has no effect with the summary format {format}, which shows the whole run")
                },
            },
        ],
    },
    Opt {
        short: Some('q'),
        long: "quiet",
        kind: Kind::Switch(|given| given.quiet = true),
        help: "no summary and no notes, errors only; with -s no notes",
        more: "SIGUSR1 still prints the summary so far.",
        conflicts: &[],
    },
];

/// The conflict with `-q`, for an option that asks for a summary.
const NO_SUMMARY: Conflict = Conflict::Value {
    applies: |given| given.quiet && !given.has_summary_only(),
    message: |_, option| format!("{option} has no effect with -q, which prints no summary; -s prints it"),
};

/// Returns the name of the format of `-f`.
fn name(given: &Given) -> &'static str {
    given.format.map_or("", |format| format.name)
}

/// The conflict with `-m events`, for an option about the statistics of loops.
const SUMMARY_WITHOUT_LOOPS: Conflict = Conflict::With {
    other: "-m events",
    is_given: |given| given.mode == Some(Mode::Events),
    reason: "whose summary has no loops",
};

/// The names in `Format::all`, each with its meaning.
const FORMATS: &[ValueName] = &[
    value("tsv", "columns separated by tabs, for awk, sort and gnuplot"),
    value("csv", "columns separated by commas, for spreadsheets and data frames; rows only"),
    value("json", "JSON, for jq, with an object per row, or with -s one for the summary"),
    value("perfetto", "a trace of the loops for ui.perfetto.dev and Chrome; rows only"),
    value("folded", "a line for each loop with its call chain, for flame graphs; rows only"),
    value("table", "a table for people; summary only"),
    value("html", "a page for browsers with pictures; summary only"),
    value("gnuplot", "a gnuplot program that draws the loops; summary only"),
    value("hgrm", "percentile distributions of HdrHistogram; summary only"),
    value("hlog", "an interval log of HdrHistogram; summary only"),
    value("openmetrics", "histograms and counters for Prometheus; summary only"),
    value("state", "all statistics, to be read and merged by another run; summary only"),
    value("log", "the text of perf-script-postprocessor, in seconds; summary only"),
];

/// The names in `Unit::NAMES`, each with its meaning.
const UNITS: &[ValueName] =
    &[value("s", "seconds"), value("ms", "milliseconds"), value("us", "microseconds"), value("ns", "nanoseconds")];

/// The names in `SummaryFormat::NAMES`, each with its meaning.
const SUMMARY_FORMATS: &[ValueName] = &[
    value("table", "a table for people, with hints where no loop closed"),
    value("json", "all statistics as one JSON object on one line"),
    value("tsv", "a line for each transition, with columns separated by tabs"),
    value("html", "a page for browsers with tables and pictures, in one file"),
    value("gnuplot", "a program for gnuplot with its data, which draws each loop over time and as a distribution"),
    value("hgrm", "percentile distributions as HdrHistogram prints them"),
    value("hlog", "an interval log of HdrHistogram, in nanoseconds"),
    value("openmetrics", "histograms and counters for Prometheus, in seconds"),
    value("state", "all statistics, to be read and merged by another run"),
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

/// The names of `FIELDS_SHOWN` without the last one, `start`: in `-b`, this name means a field of the payload.
const FIELDS_OF_GROUPS: &[ValueName] = FIELDS_SHOWN.split_at(FIELDS_SHOWN.len() - 1).0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::format::Format;
    use crate::pattern::FieldReferences;

    fn described(values: &[ValueName]) -> Vec<&'static str> {
        values.iter().map(|value| value.name).collect()
    }

    #[test]
    fn described_values_are_those_that_are_read() {
        assert_eq!(described(FORMATS), Format::all().map(|format| format.name).collect::<Vec<_>>());
        assert_eq!(described(UNITS), names(Unit::NAMES));
        assert_eq!(described(SUMMARY_FORMATS), names(SummaryFormat::NAMES));
        assert_eq!(described(FIELDS_SHOWN), FieldReferences::names().collect::<Vec<_>>());
        assert!(!described(FIELDS_OF_GROUPS).contains(&"start"));
    }
}
