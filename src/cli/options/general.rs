//! The options about the program itself.

use crate::cli::option::{Complete, Kind, Opt, ValueName, value};
use crate::cli::page::Page;
use crate::cli::values::choice;

pub(super) const OPTIONS: &[Opt] = &[
    Opt {
        short: None,
        long: "progress",
        kind: Kind::Switch(|given| given.progress = true),
        help: "progress on standard error even when it is not a terminal",
        more: "On a terminal the program shows its progress after a second, unless rows go to the terminal as well. It shows bytes, rate and closed loops, and percent and time left if the length of the input is known.",
        conflicts: &[],
    },
    Opt {
        short: None,
        long: "generate",
        kind: Kind::Value {
            metavar: "PAGE",
            complete: Complete::Names(PAGES),
            default: None,
            set: |given, value| choice(value, Page::GENERATED).map(|page| given.page = Some(page)),
        },
        help: "print the man page or a shell's completions",
        more: "",
        conflicts: &[],
    },
    Opt {
        short: Some('h'),
        long: "help",
        kind: Kind::Switch(|given| given.page = Some(Page::Help)),
        help: "print this help",
        more: "",
        conflicts: &[],
    },
    Opt {
        short: Some('V'),
        long: "version",
        kind: Kind::Switch(|given| given.page = Some(Page::Version)),
        help: "print the version",
        more: "",
        conflicts: &[],
    },
];

/// The names in [`Page::GENERATED`], each with its meaning.
const PAGES: &[ValueName] = &[
    value("man", "the man page, as roff"),
    value("bash", "the completions for bash"),
    value("zsh", "the completions for zsh"),
    value("fish", "the completions for fish"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::names;

    #[test]
    fn described_values_are_those_that_are_read() {
        assert_eq!(PAGES.iter().map(|value| value.name).collect::<Vec<_>>(), names(Page::GENERATED));
    }
}
