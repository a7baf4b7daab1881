//! Writes the summary as tab-separated values, for awk, sort and gnuplot. Each loop and each group has a line for each
//! transition, and behind these a line for the total. With `-I`, the lines of all intervals and of the whole run make
//! one table.

use super::statistics::{SUM_AT, names, push_amount, statistics};
use super::style::Style;
use super::summary::{LoopSummary, Summary};
use crate::stats::Deltas;
use crate::text::push_plain;

/// The text in the column of the group, in the lines of a loop that are not about one group but about all of them.
const ALL_GROUPS: &[u8] = b"*";
/// The text in the column of a value that does not exist. Lines about the whole run also have it in place of the
/// beginning and the end of an interval.
const NO_VALUE: &[u8] = b"-";

/// Appends the summary as tab-separated values.
pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    if style.header {
        push_header(out, summary, style);
    }
    for loop_summary in &summary.loops {
        push_lines(out, summary, loop_summary, loop_summary.deltas, Some(ALL_GROUPS), style);
        for group in &loop_summary.groups {
            push_lines(out, summary, loop_summary, group.deltas, group.value.as_deref(), style);
        }
    }
}

fn push_header(out: &mut Vec<u8>, summary: &Summary<'_>, style: &Style) {
    let bounds = if summary.has_intervals { "from\tto\t" } else { "" };
    out.extend_from_slice(format!("#{bounds}loop\ttransition").as_bytes());
    for name in with_sum_last(names(style)) {
        out.push(b'\t');
        out.extend_from_slice(name.as_bytes());
    }
    // The group is the last column because its value may contain blanks, which awk takes for the ends of columns.
    if let Some(by) = summary.by {
        out.extend_from_slice(format!("\t{by}").as_bytes());
    }
    out.push(b'\n');
}

/// Appends the lines of a loop or of one of its groups.
fn push_lines(
    out: &mut Vec<u8>,
    summary: &Summary<'_>,
    loop_summary: &LoopSummary<'_>,
    deltas: &Deltas,
    group: Option<&[u8]>,
    style: &Style,
) {
    for named in loop_summary.named_transitions(deltas) {
        if summary.has_intervals {
            let bounds = summary.interval_bounds().unwrap_or([NO_VALUE.to_vec(), NO_VALUE.to_vec()]);
            bounds.iter().for_each(|bound| out.extend_from_slice(&[bound, &b"\t"[..]].concat()));
        }
        out.extend_from_slice(loop_summary.spec.name.as_bytes());
        out.push(b'\t');
        out.extend_from_slice(named.name.as_bytes());
        for statistic in with_sum_last(statistics(named.transition, style)) {
            out.push(b'\t');
            match statistic.amount {
                Some(amount) => push_amount(out, amount, style.unit),
                None => out.extend_from_slice(NO_VALUE),
            }
        }
        if summary.by.is_some() {
            out.push(b'\t');
            push_plain(out, group.filter(|group| !group.is_empty()).unwrap_or(NO_VALUE));
        }
        out.push(b'\n');
    }
}

/// Moves the sum behind all other statistics, so that these stand in the columns in which scripts look for them.
fn with_sum_last<T>(mut statistics: Vec<T>) -> Vec<T> {
    let sum = statistics.remove(SUM_AT);
    statistics.push(sum);
    statistics
}
