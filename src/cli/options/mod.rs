//! The only table of options. Parsing, conflicts, `--help`, the man page and the completions are made from it. Each
//! category of options has a file in this folder.

mod events;
mod general;
mod input;
mod loops;
mod output;
mod predecessor;
mod runs;
mod why;

use super::option::{Category, Opt};

/// All categories, in the order in which pages show them.
pub const CATEGORIES: &[Category] = &[
    Category { title: "Loops", options: loops::OPTIONS },
    Category { title: "Input", options: input::OPTIONS },
    Category { title: "Only some events or loops", options: events::OPTIONS },
    Category { title: "Rows and summary", options: output::OPTIONS },
    Category { title: "Why was it slow", options: why::OPTIONS },
    Category { title: "Limits and comparisons", options: runs::OPTIONS },
    Category { title: "Other", options: general::OPTIONS },
    Category { title: "Modes and files of perf-script-postprocessor", options: predecessor::OPTIONS },
];

/// Returns all options, in the order in which pages show them.
pub fn options() -> impl Iterator<Item = &'static Opt> {
    CATEGORIES.iter().flat_map(|category| category.options)
}
