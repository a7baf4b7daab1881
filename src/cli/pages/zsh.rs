//! The completions for zsh.

use crate::cli::option::{Complete, Conflict, Opt, ValueName};
use crate::cli::options::options;
use crate::cli::page::{MADE_BY, NAME};

/// Returns the completion script.
pub(super) fn text() -> String {
    let specs: String = options().map(spec).collect();
    format!("#compdef {NAME}\n# {MADE_BY}\n_arguments -s -S \\\n{specs}    '*:input:_files'\n")
}

/// Returns the line that describes an option to zsh's `_arguments`.
fn spec(opt: &Opt) -> String {
    let help = opt.help.replace('\'', "'\\''").replace('[', "\\[").replace(']', "\\]").replace(':', "\\:");
    let takes_value = opt.metavar().is_some();
    let long = format!("--{}{}", opt.long, if takes_value { "=" } else { "" });
    let names = match opt.short {
        Some(short) => format!("{{-{short}{},{long}}}", if takes_value { "+" } else { "" }),
        None => long,
    };
    // These options may be given several times.
    let repeat =
        if matches!(opt.long, "loop" | "input" | "comm" | "pid" | "tid" | "cpu" | "by" | "show") { "'*'" } else { "" };
    format!("    {}{repeat}{names}'[{help}]{}' \\\n", excluded(opt), argument(opt))
}

/// Returns the list of options that zsh does not offer together with this one.
fn excluded(opt: &Opt) -> String {
    let others = options().filter(|other| contradicts(opt, other) || contradicts(other, opt));
    let names: Vec<String> = others.flat_map(Opt::names).collect();
    if names.is_empty() { String::new() } else { format!("'({})'", names.join(" ")) }
}

/// Returns whether `opt` has no effect together with `beside`, whatever the value of `beside` is.
fn contradicts(opt: &Opt, beside: &Opt) -> bool {
    let names = beside.names();
    opt.conflicts.iter().any(|conflict| match conflict {
        Conflict::With { other, .. } => names.iter().any(|name| name == other),
        Conflict::Without { .. } | Conflict::Value { .. } => false,
    })
}

/// Returns the part of the line about the value; empty if the option takes none.
fn argument(opt: &Opt) -> String {
    let Some(complete) = opt.complete() else { return String::new() };
    let metavar = opt.metavar().unwrap_or_default().replace(['[', ']', ':'], "");
    let action = match complete {
        Complete::Nothing => " ".to_owned(),
        Complete::Files => "_files".to_owned(),
        Complete::Names(values) | Complete::SomeNames(values) => {
            format!("(({}))", values.iter().map(described).collect::<Vec<_>>().join(" "))
        }
    };
    format!(":{metavar}:{action}")
}

/// Returns a value with its meaning, in the form that zsh expects within `((...))`.
fn described(value: &ValueName) -> String {
    let meaning = value.meaning.replace('\'', "'\\''");
    format!("{}\\:\"{meaning}\"", value.name)
}
