//! The options that say which loops are followed and how.

use crate::cli::mode::Mode;
use crate::cli::option::{Complete, Conflict, Kind, Opt, ValueName, value};
use crate::cli::values::{choice, count, read_loop};
use crate::key::Key;
use crate::matcher::Matching;
use crate::pattern::Notation;

pub(super) const OPTIONS: &[Opt] = &[
    Opt {
        short: Some('l'),
        long: "loop",
        kind: Kind::Value {
            metavar: "[NAME=]LOOP",
            complete: Complete::Nothing,
            default: None,
            set: |given, value| read_loop(value, Notation::Bars).map(|spec| given.loops.push(spec)),
        },
        help: "follow this loop; may be repeated, all in one pass",
        more: "An operand that contains `->` is a loop as well. `-l` also takes `a|b|c`, the notation of perf-script-postprocessor, for `a -> b -> c`. See LOOPS.",
        conflicts: &[Conflict::PAIRS, Conflict::DISCOVER],
    },
    Opt {
        short: Some('k'),
        long: "key",
        kind: Kind::Value {
            metavar: "KEY",
            complete: Complete::Names(KEYS),
            default: Some("tid"),
            set: |given, value| choice(value, Key::NAMES).map(|key| given.key = Some(key)),
        },
        help: "follow loops separately per KEY",
        more: "A loop that ends with `by KEY` keeps its own key. See KEYS.",
        conflicts: &[Conflict::DISCOVER],
    },
    Opt {
        short: None,
        long: "match",
        kind: Kind::Value {
            metavar: "HOW",
            complete: Complete::Names(MATCHINGS),
            default: Some("latest"),
            set: |given, value| choice(value, Matching::NAMES).map(|matching| given.matching = Some(matching)),
        },
        help: "how events are joined into loops",
        more: "See MATCHING, with an example of each.",
        conflicts: &[
            Conflict::DISCOVER,
            Conflict::With {
                other: "-m events",
                is_given: |given| given.mode == Some(Mode::Events),
                reason: "which follows no loops",
            },
        ],
    },
    Opt {
        short: None,
        long: "pairs",
        kind: Kind::Switch(|given| given.pairs = true),
        help: "every enter/exit pair in the input is a loop; longest total first",
        more: "No loop is needed. See PAIRS.",
        conflicts: &[Conflict::With {
            other: "--discover",
            is_given: |given| given.discover,
            reason: "which shows them as well",
        }],
    },
    Opt {
        short: None,
        long: "discover",
        kind: Kind::Switch(|given| given.discover = true),
        help: "print the events seen and the loops worth asking for",
        more: "No loop is needed. See DISCOVERY.",
        conflicts: &[],
    },
    Opt {
        short: None,
        long: "max-keys",
        kind: Kind::Value {
            metavar: "N",
            complete: Complete::Nothing,
            default: Some("65536"),
            set: |given, value| count(value).map(|number| given.max_keys = Some(number)),
        },
        help: "how many keys are followed at once, over all loops",
        more: "If there are more, the program drops the key that was not used for the longest time, and counts it as evicted. See MEMORY.",
        conflicts: &[Conflict::DISCOVER],
    },
];

/// The names in `Key::NAMES`, each with its meaning.
const KEYS: &[ValueName] = &[
    value("tid", "each thread on its own"),
    value("pid", "each process on its own"),
    value("cpu", "each CPU on its own"),
    value("comm", "each command name on its own"),
    value("all", "all events together, for a loop that crosses threads"),
];

/// The names in `Matching::NAMES`, each with its meaning.
const MATCHINGS: &[ValueName] = &[
    value("latest", "the latest events before the last one that came in the order of the loop"),
    value("first", "the same, but each event after the first one counts at its first time"),
    value("strict", "the events of the loop one directly after the other"),
    value("nested", "as calls nest: the last event closes the loop that began last"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::names;

    #[test]
    fn described_values_are_those_that_are_read() {
        assert_eq!(KEYS.iter().map(|value| value.name).collect::<Vec<_>>(), names(Key::NAMES));
        assert_eq!(MATCHINGS.iter().map(|value| value.name).collect::<Vec<_>>(), names(Matching::NAMES));
    }
}
