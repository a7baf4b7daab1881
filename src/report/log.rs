//! The predecessor's `delta_output.log`, in seconds, `nan` for what has no value.

use super::summary::Summary;
use crate::stats::Transition;
use crate::text::push_float;
use crate::text::push_plain;

pub(super) fn write(out: &mut Vec<u8>, summary: &Summary<'_>) {
    summary.write_interval(out, "\nInterval: ", " ", "\n");
    out.extend_from_slice(b"\n**********************\nUnique metrics found:\n");
    for (name, _) in &summary.categories {
        out.push(b'\t');
        push_plain(out, name);
        out.push(b'\n');
    }
    out.extend_from_slice(b"\n**********************\n");
    for of_loop in &summary.loops {
        of_loop.transitions().for_each(|(name, transition)| write_transition(out, name, transition));
        for (group, by) in of_loop.groups.iter().zip(summary.by.into_iter().cycle()) {
            let label = format!("{by}={}", group.shown());
            // The predecessor had no total.
            let transitions = of_loop.all_of(group.deltas).take(of_loop.names.len());
            transitions.for_each(|(name, transition)| write_transition(out, &format!("{name} {label}"), transition));
        }
    }
}

fn write_transition(out: &mut Vec<u8>, name: &str, transition: &Transition) {
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
