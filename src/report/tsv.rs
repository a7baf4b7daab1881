//! Tab-separated values for awk and sort: a line for each transition of each loop and group, the total last.

use super::statistics::{STATISTICS, statistics};
use super::summary::{LoopSummary, Summary};
use crate::stats::Transition;
use crate::text::{push_integer, push_plain};

/// The group column of the lines that are about all closed loops of a loop.
const ALL_GROUPS: &[u8] = b"*";

/// Appends the summary.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>) {
    summary.push_interval(out, "#interval\t", "\t", "\n");
    push_header(out, summary);
    for loop_summary in &summary.loops {
        for (name, transition) in loop_summary.transitions_and_total() {
            push_line(out, summary, loop_summary, name, transition, Some(ALL_GROUPS));
        }
        for group in &loop_summary.groups {
            for (name, transition) in loop_summary.transitions_and_total_of(group.deltas) {
                push_line(out, summary, loop_summary, name, transition, group.value.as_deref());
            }
        }
    }
}

fn push_header(out: &mut Vec<u8>, summary: &Summary<'_>) {
    out.extend_from_slice(b"#loop\ttransition\tcount");
    for name in STATISTICS {
        out.push(b'\t');
        out.extend_from_slice(name.as_bytes());
    }
    // The group is the last column because it may hold blanks.
    if let Some(by) = summary.by {
        out.extend_from_slice(format!("\t{by}").as_bytes());
    }
    out.push(b'\n');
}

fn push_line(
    out: &mut Vec<u8>,
    summary: &Summary<'_>,
    loop_summary: &LoopSummary<'_>,
    name: &str,
    transition: &Transition,
    group: Option<&[u8]>,
) {
    out.extend_from_slice(loop_summary.spec.name.as_bytes());
    out.push(b'\t');
    out.extend_from_slice(name.as_bytes());
    out.push(b'\t');
    push_integer(out, transition.count());
    for value in statistics(transition, summary.unit) {
        out.push(b'\t');
        out.extend_from_slice(value.as_deref().unwrap_or(b"-"));
    }
    if summary.by.is_some() {
        out.push(b'\t');
        push_plain(out, group.filter(|group| !group.is_empty()).unwrap_or(b"-"));
    }
    out.push(b'\n');
}
