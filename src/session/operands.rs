//! Guesses the loop that the user may have meant, if an operand is no input.

use crate::cli::Request;
use crate::source::{self, InputName};
use std::path::Path;

/// Returns a message if the run has no input, or if operands are no files and look like a loop. Returns `None` if the
/// operands may be inputs.
pub(super) fn mistaken(request: &Request) -> Option<String> {
    let inputs = &request.given.inputs;
    if inputs.is_empty() && source::stdin_is_terminal() {
        return Some("no input; pipe trace text in: perf script | pspp-filter 'A -> B', or name a FILE".to_owned());
    }
    let missing = |input: &InputName| match input {
        InputName::Path(path) if !Path::new(path).exists() => path.to_str().map(str::to_owned),
        _ => None,
    };
    let missing: Vec<String> = inputs.iter().filter_map(missing).collect();
    // The request has a conf only if the user gave no loop.
    let no_loop = request.conf.is_some();
    for text in &missing {
        if let Some(meant) = meant_loop(text, no_loop) {
            return Some(format!("'{text}': no such file; did you mean -l '{meant}'?"));
        }
    }
    match missing.as_slice() {
        [first, .., last] if no_loop && missing.iter().all(|text| is_event_name(text)) => {
            let meant = missing.join(" -> ");
            Some(format!("'{first}' ... '{last}': no such files; did you mean -l '{meant}'?"))
        }
        _ => None,
    }
}

/// Returns the loop that the user may have meant by `a|b` or `a => b`; if no other loop was given, also by `a b`.
/// Returns `None` if the text does not look like a loop.
fn meant_loop(text: &str, no_loop: bool) -> Option<String> {
    let separators: &[&str] =
        if no_loop { &["=>", "→", "|", ">", "&", ",", " "] } else { &["=>", "→", "|", ">", "&"] };
    let separator = separators.iter().find(|separator| text.contains(**separator))?;
    let events: Vec<&str> = text.split(separator).map(str::trim).filter(|event| !event.is_empty()).collect();
    (events.len() > 1 && events.iter().all(|event| is_event_name(event))).then(|| events.join(" -> "))
}

/// Returns whether a text may be the name of an event, and does not look like the name of a file.
fn is_event_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:-".contains(&byte))
}
