//! Guesses the loop that the user may have meant by an operand of the command line that names no file.

use super::status::Status;
use crate::cli::Request;
use crate::diagnosis::joined_loops;
use crate::pattern::{EventName, grammar, pairs_beginning_with};
use crate::source::{self, InputName};
use rustix::fs::Access;
use std::path::Path;

/// The system calls of Linux on x86-64: the names behind `sys_enter_` in its tracepoints, with white space between
/// them.
const SYSTEM_CALLS: &str = include_str!("system_calls.txt");

/// The prefixes with which a user may write a system call: those of tracepoints (`sys_enter_read`), of the categories
/// that this program's summary lists (`sys__read`) and of functions of the kernel (`__x64_sys_read`).
const CALL_PREFIXES: [&str; 7] = ["sys_enter_", "sys_exit_", "sys__", "__x64_sys_", "__se_sys_", "sys_", ""];

/// Operands that are not inputs.
pub(super) struct Mistaken {
    /// The message, with the loop that may be meant.
    pub(super) message: String,
    /// The status of a run that has nothing else to read.
    pub(super) status: Status,
    /// The operands to be left out of the inputs, because they name no file; empty if the whole command line is wrong.
    pub(super) operands: Vec<String>,
}

/// Returns the operands that name no file but look like a loop or an event. If there are no operands and standard input
/// is a terminal, returns a message that the run has no input. Returns `None` if the operands may be inputs.
pub(super) fn mistaken(request: &Request) -> Option<Mistaken> {
    let inputs = &request.given.inputs;
    let usage = |message| Some(Mistaken { message, status: Status::Usage, operands: Vec::new() });
    if inputs.is_empty() && source::stdin_is_terminal() {
        return usage("no input; pipe trace text in: perf script | pspp-filter 'A -> B', or name a FILE".to_owned());
    }
    let missing = |input: &InputName| match input {
        InputName::Path(path) if !Path::new(path).exists() => path.to_str().map(str::to_owned),
        _ => None,
    };
    let missing: Vec<String> = inputs.iter().filter_map(missing).collect();
    // The request has the choice of a conf (the file that may bring loops) exactly if the user gave no loop.
    let no_loop = request.conf.is_some();
    for text in &missing {
        if let Some(meant) = meant_loop(text, no_loop) {
            return usage(format!("'{text}': no such file; did you mean -l '{meant}'?"));
        }
    }
    if !no_loop {
        return None;
    }
    let message = match missing.as_slice() {
        [first, .., last] if missing.iter().all(|text| is_event_name(text)) => {
            let meant = joined(&missing.iter().map(String::as_str).collect::<Vec<_>>());
            format!("'{first}' ... '{last}': no such files; did you mean -l '{meant}'?")
        }
        [name] if is_event_name(name) => {
            let meant = meant_by_event(name)?;
            format!("'{name}': no such file; did you mean -l '{meant}'?")
        }
        _ => return None,
    };
    Some(Mistaken { message, status: Status::Failure, operands: missing })
}

/// Returns whether an input is there and this program may read it.
pub(super) fn is_readable(input: &InputName) -> bool {
    match input {
        InputName::Stdin => true,
        InputName::Path(path) => rustix::fs::access(path.as_os_str(), Access::READ_OK).is_ok(),
    }
}

/// Returns the loop that the user may have meant by a text with a wrong separator, such as `a|b` or `a => b`. If no
/// other loop was given, a comma or a blank counts as a wrong separator, too. Returns `None` if the text does not look
/// like a loop, or if one of its words is reserved, so that it is not a list of events.
fn meant_loop(text: &str, no_loop: bool) -> Option<String> {
    let separators: &[&str] =
        if no_loop { &["- >", "=>", "→", "|", ">", "&", ",", " "] } else { &["- >", "=>", "→", "|", ">", "&"] };
    let separator = separators.iter().find(|separator| text.contains(**separator))?;
    let events: Vec<&str> = text.split(separator).map(str::trim).filter(|event| !event.is_empty()).collect();
    let is_event = |event: &&str| is_event_name(event) && !grammar::is_reserved(event);
    (events.len() > 1 && events.iter().all(is_event)).then(|| joined(&events))
}

/// Returns the loop of these names. A system call at the last position becomes its exit, and at any other position its
/// enter, unless its name says `sys_enter_` or `sys_exit_`.
fn joined(names: &[&str]) -> String {
    let event = |(at, name): (usize, &&str)| match system_call(name) {
        Some((call, "sys_enter_" | "sys_exit_")) if call.len() < name.len() => name.to_ascii_lowercase(),
        Some((call, _)) if at + 1 == names.len() => format!("sys_exit_{call}"),
        Some((call, _)) => format!("sys_enter_{call}"),
        None => (*name).to_owned(),
    };
    names.iter().enumerate().map(event).collect::<Vec<_>>().join(" -> ")
}

/// Returns the loop that the user may have meant by one name; `None` if the name is no known event.
fn meant_by_event(name: &str) -> Option<String> {
    if let Some((call, _)) = system_call(name) {
        return Some(format!("sys_enter_{call} -> sys_exit_{call}"));
    }
    let lower = name.to_ascii_lowercase();
    let bare = lower.rsplit(':').next().unwrap_or_default();
    if let Some(pair) = pairs_beginning_with(bare.as_bytes()).certain {
        return Some(pair.text());
    }
    let begins = |events: &[EventName]| events.iter().any(|event| event.matches(bare.as_bytes()));
    let known =
        joined_loops().into_iter().find(|spec| spec.positions.first().is_some_and(|first| begins(&first.events)));
    match known {
        Some(known) => Some(known.text()),
        // The loop `X -> X` measures the time from each event X to the next one, so it is possible for any event.
        None => name.contains(':').then(|| format!("{name} -> {name}")),
    }
}

/// Returns the name of the system call that a text names, in small letters, and the prefix that the text has before it.
/// The text may have capital letters.
fn system_call(text: &str) -> Option<(String, &'static str)> {
    let lower = text.to_ascii_lowercase();
    let bare = lower.strip_prefix("syscalls:").unwrap_or(&lower);
    let call = |prefix: &&'static str| {
        let call = bare.strip_prefix(prefix)?;
        SYSTEM_CALLS.split_ascii_whitespace().any(|known| known == call).then(|| (call.to_owned(), *prefix))
    };
    CALL_PREFIXES.iter().find_map(call)
}

/// Returns whether a text may be the name of an event, and does not look like the name of a file.
fn is_event_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_means_a_loop() {
        for (name, expected) in [
            ("read", Some("sys_enter_read -> sys_exit_read")),
            ("SYS_ENTER_READ", Some("sys_enter_read -> sys_exit_read")),
            ("syscalls:sys_exit_futex", Some("sys_enter_futex -> sys_exit_futex")),
            ("sys__openat", Some("sys_enter_openat -> sys_exit_openat")),
            ("irq:softirq_entry", Some("softirq_entry -> softirq_exit")),
            ("sched_wakeup", Some("sched_wakeup*@pid -> sched_switch@next_pid")),
            ("probe_app:x", Some("probe_app:x -> probe_app:x")),
            ("trace1", None),
        ] {
            assert_eq!(meant_by_event(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn a_wrong_separator_is_an_arrow() {
        for text in ["a - > b", "a => b", "a→b", "a|b", "a > b", "a & b"] {
            assert_eq!(meant_loop(text, false).as_deref(), Some("a -> b"), "{text}");
        }
        assert_eq!(meant_loop("a, b", false), None);
        assert_eq!(meant_loop("a, b", true).as_deref(), Some("a -> b"));
        assert_eq!(meant_loop("a within 3", true), None);
    }

    #[test]
    fn system_calls_in_a_loop_are_their_enter_and_their_exit() {
        assert_eq!(joined(&["read", "write"]), "sys_enter_read -> sys_exit_write");
        assert_eq!(joined(&["SYS_EXIT_READ", "SYS_ENTER_READ"]), "sys_exit_read -> sys_enter_read");
        assert_eq!(joined(&["cycles", "read", "x"]), "cycles -> sys_enter_read -> x");
    }
}
