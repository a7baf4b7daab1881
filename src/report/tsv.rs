//! A line for each transition, `total` last; for awk and sort.

use super::summary::{STATISTICS, Summary, statistics};
use crate::stats::Transition;
use crate::text::push_integer;
use crate::text::push_plain;

/// The group of the lines that are of the whole.
const WHOLE: &[u8] = b"*";

pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>) {
    summary.write_interval(out, "#interval\t", "\t", "\n");
    out.extend_from_slice(b"#loop\ttransition\tcount");
    for name in STATISTICS {
        out.push(b'\t');
        out.extend_from_slice(name.as_bytes());
    }
    // The group stands last, because it may hold blanks.
    if let Some(by) = summary.by {
        out.extend_from_slice(format!("\t{by}").as_bytes());
    }
    out.push(b'\n');
    for of_loop in &summary.loops {
        let mut line = |name: &str, transition: &Transition, group: Option<&[u8]>| {
            out.extend_from_slice(of_loop.spec.name.as_bytes());
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
        };
        of_loop.all().for_each(|(name, transition)| line(name, transition, Some(WHOLE)));
        for group in &of_loop.groups {
            of_loop.all_of(group.deltas).for_each(|(name, transition)| line(name, transition, group.value.as_deref()));
        }
    }
}
