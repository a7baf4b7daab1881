//! The predecessor's `delta_output.log`, in seconds, `nan` for what has no value.

use super::{LoopSummary, Summary};
use crate::report::number::push_float;
use crate::report::text::push_plain;

pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>) {
    summary.write_interval(out, "\nInterval: ", " ", "\n");
    out.extend_from_slice(b"\n**********************\nUnique metrics found:\n");
    for (name, _) in &summary.categories {
        out.push(b'\t');
        push_plain(out, name);
        out.push(b'\n');
    }
    out.extend_from_slice(b"\n**********************\n");
    // The predecessor had no total.
    for (name, transition) in summary.loops.iter().flat_map(LoopSummary::transitions) {
        out.extend_from_slice(format!("{name} stats:\n").as_bytes());
        let median_ns = transition.median_half_ns().map(|half_ns| half_ns as f64 / 2.0);
        for (label, value_ns) in
            [("Standard Dev", transition.stddev_ns()), ("Mean", transition.mean_ns()), ("Median", median_ns)]
        {
            out.extend_from_slice(format!("\t{label}: ").as_bytes());
            match value_ns {
                Some(value_ns) => push_float(out, value_ns / 1e9),
                None => out.extend_from_slice(b"nan"),
            }
            out.push(b'\n');
        }
        out.extend_from_slice(b"======================\n");
    }
}
