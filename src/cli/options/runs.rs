//! The options about several runs: limits and comparisons.

use super::why::formats_with_room;
use crate::cli::given::Given;
use crate::cli::mode::Mode;
use crate::cli::option::{Complete, Conflict, Kind, Opt};
use crate::cli::values::{fail_condition, read_input};
use crate::report::SummaryFormat;
use crate::source::InputName;

pub(super) const OPTIONS: &[Opt] = &[
    Opt {
        short: None,
        long: "baseline",
        kind: Kind::Value {
            metavar: "FILE",
            complete: Complete::Files,
            default: None,
            set: |given, value| {
                given.baseline.push(read_input(value));
                Ok(())
            },
        },
        help: "compare with this recording; may be repeated for several runs",
        more: "The comparison takes the place of the summary. See COMPARING RUNS.",
        conflicts: &[
            Conflict::DISCOVER,
            Conflict::With { other: "-b", is_given: |given| !given.by.is_empty(), reason: "which it does not compare" },
            Conflict::With {
                other: "-I",
                is_given: |given| given.interval.is_some(),
                reason: "which it does not compare",
            },
            Conflict::With {
                other: "-o",
                is_given: |given| given.directory.is_some(),
                reason: "which has no place for it",
            },
            Conflict::With {
                other: "-m",
                is_given: |given| given.mode.is_some_and(|mode| mode != Mode::Loops),
                reason: "which is about events",
            },
            Conflict::Value {
                applies: |given| given.quiet && !given.has_summary_only() && given.fail_if.is_empty(),
                message: |_, option| {
                    format!(
                        "{option} has no effect with -q, which prints no comparison; -s prints it, --fail-if checks it"
                    )
                },
            },
            Conflict::Value {
                applies: |given| analysis(given).is_some(),
                message: |given, option| {
                    format!(
                        "{option} has no effect with {}, whose results it does not compare",
                        analysis(given).unwrap_or_default()
                    )
                },
            },
            Conflict::Value {
                applies: |given| !given.format_of_summary().holds_comparison(),
                message: |given, option| {
                    let format = given.format_of_summary().name();
                    let with_room = formats_with_room(SummaryFormat::holds_comparison);
                    format!("{option} has no effect with the summary format {format}; {with_room} have room for it")
                },
            },
            Conflict::Value {
                applies: |given| {
                    let is_stdin = |input: &InputName| *input == InputName::Stdin;
                    let others = given.inputs.is_empty() || given.inputs.iter().any(is_stdin);
                    given.baseline.iter().any(is_stdin) && others
                },
                message: |_, option| {
                    format!("{option} -: standard input can be one side only; name a file for the other")
                },
            },
        ],
    },
    Opt {
        short: None,
        long: "fail-if",
        kind: Kind::Value {
            metavar: "CONDITION",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| fail_condition(value).map(|condition| given.fail_if.push(condition)),
        },
        help: "status 3 if a statistic is beyond a limit, as in 'p99 > 5ms'",
        more: "CONDITION is `[LOOP.][TRANSITION.]STAT OP VALUE`. The option may be repeated. See LIMITS FOR CI.",
        conflicts: &[
            Conflict::DISCOVER,
            Conflict::With {
                other: "-m events",
                is_given: |given| given.mode == Some(Mode::Events),
                reason: "whose summary has no loops",
            },
            Conflict::Value {
                applies: |given| given.baseline.is_empty() && changes(given).is_some(),
                message: |given, option| {
                    format!("{option} '{}': a change needs --baseline FILE", changes(given).unwrap_or_default())
                },
            },
        ],
    },
];

/// Returns the option that asks for an analysis of slow loops or for histograms, if one was given.
fn analysis(given: &Given) -> Option<&'static str> {
    let options = [
        ("--slowest", given.slowest.is_some()),
        ("--explain", given.explain),
        ("--sched", given.sched),
        ("--unfinished", given.unfinished),
        ("--hist", given.hist),
    ];
    options.into_iter().find(|(_, is_given)| *is_given).map(|(name, _)| name)
}

/// Returns the first condition of `--fail-if` that is about a change, such as `p99 > +5%`.
fn changes(given: &Given) -> Option<&str> {
    given.fail_if.iter().find(|condition| condition.is_about_a_change()).map(|condition| condition.text())
}
