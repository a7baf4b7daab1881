//! The result of `--discover`: the events, and the loops worth asking for, each as a command that can be pasted.

use super::json_writer::{Object, push_list};
use crate::diagnosis::{Findings, Proposal};
use crate::text::{push_integer, push_json, push_plain, push_shell_word};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// Appends the findings as lines of text for people. Every proposed command ends with `arguments`.
pub fn write_findings(out: &mut Vec<u8>, findings: &Findings<'_>, arguments: &[OsString]) {
    out.extend_from_slice(b"#count\tevent\n");
    for (name, count) in &findings.events {
        push_integer(out, *count);
        out.push(b'\t');
        push_plain(out, name);
        out.push(b'\n');
    }
    if findings.left_out > 0 {
        let plural = if findings.left_out == 1 { "" } else { "s" };
        out.extend_from_slice(format!("\n# the selection left out {} event{plural}\n", findings.left_out).as_bytes());
    }
    if findings.proposals.is_empty() {
        let why = match (findings.events.is_empty(), findings.left_out) {
            (true, 0) => "no events were read",
            (true, _) => "no events are left",
            (false, _) => "nothing comes again in one order",
        };
        return out.extend_from_slice(format!("\n# {why}: no loop to ask for\n").as_bytes());
    }
    out.extend_from_slice(b"\n# loops worth asking for, most frequent first\n");
    for proposal in &findings.proposals {
        out.extend_from_slice(format!("\n# closes {}\n", times(proposal)).as_bytes());
        push_command(out, proposal, arguments);
        out.push(b'\n');
    }
}

/// Appends the findings as one JSON object on one line. Every proposed command ends with `arguments`.
pub fn write_findings_json(out: &mut Vec<u8>, findings: &Findings<'_>, arguments: &[OsString]) {
    let mut object = Object::open(out);
    push_list(object.field("events"), &findings.events, |out, (name, count)| {
        let mut object = Object::open(out);
        push_json(object.field("name"), name);
        push_integer(object.field("count"), *count);
        object.close();
    });
    push_proposals_json(object.field("loops"), &findings.proposals, arguments);
    object.close();
    out.push(b'\n');
}

/// Appends proposed loops as a JSON array.
pub(super) fn push_proposals_json(out: &mut Vec<u8>, proposals: &[Proposal], arguments: &[OsString]) {
    push_list(out, proposals, |out, proposal| {
        let Proposal { text, times, at_least } = proposal;
        let mut object = Object::open(out);
        push_json(object.field("loop"), text.as_bytes());
        push_integer(object.field("times"), *times);
        object.field("at_least").extend_from_slice(if *at_least { b"true" } else { b"false" });
        let mut command = Vec::new();
        push_command(&mut command, proposal, arguments);
        push_json(object.field("command"), &command);
        object.close();
    });
}

/// Returns how often a proposed loop closes: `at least 3 times`.
pub(super) fn times(Proposal { times, at_least, .. }: &Proposal) -> String {
    let least = if *at_least { "at least " } else { "" };
    let plural = if *times == 1 { "" } else { "s" };
    format!("{least}{times} time{plural}")
}

/// Appends the command that measures a proposed loop.
pub(super) fn push_command(out: &mut Vec<u8>, Proposal { text, .. }: &Proposal, arguments: &[OsString]) {
    out.extend_from_slice(b"pspp-filter ");
    // A loop that begins with a dash would be taken for an option.
    if text.starts_with('-') {
        out.extend_from_slice(b"-l ");
    }
    push_shell_word(out, text.as_bytes());
    for argument in arguments {
        out.push(b' ');
        push_shell_word(out, argument.as_bytes());
    }
}
