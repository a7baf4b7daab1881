//! A line for each transition, `total` last; for awk and sort.

use super::{STATISTICS, Summary, statistics};
use crate::report::number::push_integer;

pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>) {
    summary.write_interval(out, "#interval\t", "\t", "\n");
    out.extend_from_slice(b"#loop\ttransition\tcount");
    for name in STATISTICS {
        out.push(b'\t');
        out.extend_from_slice(name.as_bytes());
    }
    out.push(b'\n');
    for of_loop in &summary.loops {
        for (name, transition) in of_loop.all() {
            out.extend_from_slice(of_loop.spec.name.as_bytes());
            out.push(b'\t');
            out.extend_from_slice(name.as_bytes());
            out.push(b'\t');
            push_integer(out, transition.count());
            for value in statistics(transition, summary.unit) {
                out.push(b'\t');
                out.extend_from_slice(value.as_deref().unwrap_or(b"-"));
            }
            out.push(b'\n');
        }
    }
}
