//! Writes the summary in the form of `delta_output.log`, a file of the program that pspp-filter replaces (the
//! predecessor). Values are in seconds, and `nan` stands for a statistic without a value.

use super::style::Style;
use super::summary::{LoopSummary, Summary};
use crate::stats::Transition;
use crate::text::{push_float, push_plain};

/// Appends the summary in the form of `delta_output.log`.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, _: &Style) {
    summary.push_interval(out, "\nInterval: ", " ", "\n");
    out.extend_from_slice(b"\n**********************\nUnique metrics found:\n");
    for (name, _) in &summary.categories {
        out.push(b'\t');
        push_plain(out, name);
        out.push(b'\n');
    }
    out.extend_from_slice(b"\n**********************\n");
    for loop_summary in &summary.loops {
        push_loop(out, loop_summary, summary);
    }
}

/// Appends the transitions of a loop, and then those of its groups. The total is left out, because the predecessor did
/// not print one.
fn push_loop(out: &mut Vec<u8>, loop_summary: &LoopSummary<'_>, summary: &Summary<'_>) {
    for (name, transition) in loop_summary.transitions() {
        push_transition(out, name, transition);
    }
    let Some(by) = summary.by else { return };
    for group in &loop_summary.groups {
        let value = group.display_value();
        for (name, transition) in loop_summary.transitions_of(group.deltas) {
            push_transition(out, &format!("{name} {by}={value}"), transition);
        }
    }
}

fn push_transition(out: &mut Vec<u8>, name: &str, transition: &Transition) {
    out.extend_from_slice(format!("{name} stats:\n").as_bytes());
    let median_ns = transition.median_half_ns().map(|half_ns| half_ns as f64 / 2.0);
    for (statistic, value_ns) in
        [("Standard Dev", transition.stddev_ns()), ("Mean", transition.mean_ns()), ("Median", median_ns)]
    {
        out.extend_from_slice(format!("\t{statistic}: ").as_bytes());
        match value_ns {
            Some(value_ns) => push_float(out, value_ns / 1e9),
            None => out.extend_from_slice(b"nan"),
        }
        out.push(b'\n');
    }
    out.extend_from_slice(b"======================\n");
}
