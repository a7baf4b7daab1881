//! The text of `--discover`: the events of the input, and the loops that are worth asking for. Each loop is shown as a
//! command that can be pasted.

use crate::diagnosis::{Findings, Proposal};
use crate::text::{push_integer, push_plain, push_shell_word};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Appends the findings of `--discover`. Every command that it proposes ends with `arguments`, which are arguments of
/// this run.
pub fn write_findings(out: &mut Vec<u8>, findings: &Findings<'_>, arguments: &[OsString]) {
    out.extend_from_slice(b"#count\tevent\n");
    for (name, count) in &findings.events {
        push_integer(out, *count);
        out.push(b'\t');
        push_plain(out, name);
        out.push(b'\n');
    }
    if findings.proposals.is_empty() {
        let why = if findings.events.is_empty() { "no events were read" } else { "nothing comes again in one order" };
        return out.extend_from_slice(format!("\n# {why}: no loop to ask for\n").as_bytes());
    }
    out.extend_from_slice(b"\n# loops worth asking for, most frequent first\n");
    for Proposal { text, times, at_least } in &findings.proposals {
        let least = if *at_least { "at least " } else { "" };
        let plural = if *times == 1 { "" } else { "s" };
        out.extend_from_slice(format!("\n# closes {least}{times} time{plural}\npspp-filter ").as_bytes());
        // A loop that begins with a dash would be taken as an option, so it stands behind `-l`.
        if text.starts_with('-') {
            out.extend_from_slice(b"-l ");
        }
        push_shell_word(out, text.as_bytes());
        for argument in arguments {
            out.push(b' ');
            push_shell_word(out, argument.as_bytes());
        }
        out.push(b'\n');
    }
}
