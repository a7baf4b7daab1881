//! The text of `--help`.

use crate::cli::option::{Complete, Opt};
use crate::cli::options::CATEGORIES;
use crate::cli::page::{NAME, PURPOSE, VERSION};

/// The column at which the help text of an option begins.
const COLUMN: usize = 31;

/// The largest number of columns of a line.
const WIDTH: usize = 100;

/// Returns the whole text. Options stand below the headings of their categories.
pub(super) fn text() -> String {
    let mut text = format!(
        "{NAME} {VERSION}: {PURPOSE}\n\n\
         Usage: {NAME} [OPTION]... [LOOP | INPUT]...\n\n  \
         {NAME} 'sys_enter_read -> sys_exit_read' perf.data\n  \
         perf script | {NAME} 'sys_enter_read -> sys_exit_read'\n  \
         {NAME} --pairs perf.data\n\n\
         A LOOP is 'A -> B -> C', in quotes: 2 to 32 events, followed in each thread (see -k).\n\
         Rows of deltas go to standard output, the statistics to standard error.\n"
    );
    for category in CATEGORIES {
        text.push_str(&format!("\n{}:\n", category.title));
        category.options.iter().for_each(|opt| text.push_str(&line(opt)));
    }
    text.push_str("\nThe man page has the rest: man pspp-filter, or pspp-filter --generate man | man -l -\n");
    text
}

/// Returns the line of the text for an option, or several if it is long.
fn line(opt: &Opt) -> String {
    let indent = if opt.short.is_some() { "  " } else { "      " };
    let names = opt.names().join(", ");
    let metavar = opt.metavar().map(|metavar| format!(" {metavar}")).unwrap_or_default();
    wrapped(&format!("{:COLUMN$}{}{}", format!("{indent}{names}{metavar}"), opt.help, values(opt)))
}

/// Returns a line with its newline. If it is too long, it is broken behind commas, and its rest begins in the column of
/// the help texts.
fn wrapped(line: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for (at, part) in line.split_inclusive(", ").enumerate() {
        if at > 0 && column + part.trim_end().len() > WIDTH {
            text.truncate(text.trim_end().len());
            text.push_str(&format!("\n{:COLUMN$}", ""));
            column = COLUMN;
        }
        text.push_str(part);
        column += part.len();
    }
    text + "\n"
}

/// Returns the named values of an option and its default, for the end of its line.
fn values(opt: &Opt) -> String {
    let mark_default = |name: &str| match opt.default() {
        Some(default) if default == name => format!("{name} (default)"),
        _ => name.to_owned(),
    };
    let listed = if let Some(Complete::SomeNames(_)) = opt.complete() { &[] } else { opt.value_names() };
    let names: Vec<String> = listed.iter().map(|value| mark_default(value.name)).collect();
    match (names.is_empty(), opt.default()) {
        (false, _) => format!(": {}", names.join(", ")),
        (true, Some(default)) => format!(" (default {default})"),
        (true, None) => String::new(),
    }
}
