//! The completions for fish.

use crate::cli::option::{Complete, Opt, ValueName};
use crate::cli::options::options;
use crate::cli::page::{MADE_BY, NAME};

/// Returns the completion script.
pub(super) fn text() -> String {
    let lines: String = options().map(line).collect();
    format!("# {MADE_BY}\n{lines}")
}

/// Returns the line of the script for an option.
fn line(opt: &Opt) -> String {
    let short = opt.short.map(|short| format!(" -s {short}")).unwrap_or_default();
    let value = match opt.complete() {
        None => String::new(),
        Some(Complete::Nothing) => " -x".to_owned(),
        Some(Complete::Files) => " -r -F".to_owned(),
        Some(Complete::Names(values) | Complete::SomeNames(values)) => {
            format!(" -x -a '{}'", values.iter().map(described).collect::<Vec<_>>().join(" "))
        }
    };
    let help = opt.help.replace('\\', "\\\\").replace('\'', "\\'");
    format!("complete -c {NAME}{short} -l {}{value} -d '{help}'\n", opt.long)
}

/// Returns a value with its meaning, in the form that fish expects behind `-a`.
fn described(value: &ValueName) -> String {
    let meaning = value.meaning.replace('\\', "\\\\").replace('\'', "\\'");
    format!("{}\\t\"{meaning}\"", value.name)
}
