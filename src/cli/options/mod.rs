//! The one table of options. Parsing, conflicts, `--help`, the man page and the
//! completions are taken from it. Each category is a file in this folder.

mod events;
mod general;
mod input;
mod loops;
mod output;
mod predecessor;

use super::option::{Category, Opt};

/// Every category, in the order of the pages.
pub const CATEGORIES: &[Category] = &[
    Category { title: "Loops", options: loops::OPTIONS },
    Category { title: "Input", options: input::OPTIONS },
    Category { title: "Only some events or loops", options: events::OPTIONS },
    Category { title: "Rows and summary", options: output::OPTIONS },
    Category { title: "Other", options: general::OPTIONS },
    Category { title: "Modes and files of perf-script-postprocessor", options: predecessor::OPTIONS },
];

/// Returns every option, in the order of the pages.
pub fn options() -> impl Iterator<Item = &'static Opt> {
    CATEGORIES.iter().flat_map(|category| category.options)
}
