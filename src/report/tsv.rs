//! Writes the summary as tab-separated values, for awk and sort. Each loop and each group has a line for each
//! transition, and behind these a line for the total.

use super::statistics::{STATISTICS, statistics};
use super::style::Style;
use super::summary::Summary;
use crate::stats::Transition;
use crate::text::{Unit, push_integer, push_plain};

/// The text in the column of the group, in lines that are not about one group but about all loops.
const ALL_GROUPS: &[u8] = b"*";

/// Appends the summary as tab-separated values.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    summary.push_interval(out, "#interval\t", "\t", "\n");
    push_header(out, summary);
    for loop_summary in &summary.loops {
        let loop_name = &loop_summary.spec.name;
        for (name, transition) in loop_summary.transitions_and_total() {
            push_statistics(out, loop_name, name, transition, style.unit);
            push_group(out, summary, Some(ALL_GROUPS));
        }
        for group in &loop_summary.groups {
            for (name, transition) in loop_summary.transitions_and_total_of(group.deltas) {
                push_statistics(out, loop_name, name, transition, style.unit);
                push_group(out, summary, group.value.as_deref());
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

/// Appends the line of a transition, without the column of the group.
fn push_statistics(out: &mut Vec<u8>, loop_name: &str, name: &str, transition: &Transition, unit: Unit) {
    out.extend_from_slice(loop_name.as_bytes());
    out.push(b'\t');
    out.extend_from_slice(name.as_bytes());
    out.push(b'\t');
    push_integer(out, transition.count());
    for value in statistics(transition, unit) {
        out.push(b'\t');
        out.extend_from_slice(value.as_deref().unwrap_or(b"-"));
    }
}

/// Appends the column of the group, if the user asked for groups, and the end of the line.
fn push_group(out: &mut Vec<u8>, summary: &Summary<'_>, group: Option<&[u8]>) {
    if summary.by.is_some() {
        out.push(b'\t');
        push_plain(out, group.filter(|group| !group.is_empty()).unwrap_or(b"-"));
    }
    out.push(b'\n');
}
