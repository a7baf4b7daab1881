//! The columns of the TSV, as RFC 4180 quotes them (lines end as Unix tools
//! expect, with a newline alone); but all loops share one header,
//! and the columns of the others are empty in a row.

use super::{Columns, EventRow, LoopRow, Rows, comm_column, push_known};
use crate::event::Event;
use crate::text::push_csv;
use crate::text::{Unit, push_signed, push_span, push_time};

pub(super) fn header(out: &mut Vec<u8>, rows: &Rows) {
    let Rows { loops, several, unit, .. } = rows;
    out.extend_from_slice(b"time,tid,cpu,");
    if *several {
        out.extend_from_slice(b"loop,");
    }
    if any_keyed(loops) {
        out.extend_from_slice(b"key,");
    }
    for columns in loops {
        for transition in &columns.transitions {
            if *several {
                out.extend_from_slice(columns.name.as_bytes());
                out.push(b'.');
            }
            push_csv(out, transition.as_bytes());
            out.push(b',');
        }
    }
    out.extend_from_slice(b"total_");
    out.extend_from_slice(unit.name().as_bytes());
    out.extend_from_slice(b",comm\n");
}

/// The loops share one column for their keys, as they do for the total.
fn any_keyed(loops: &[Columns]) -> bool {
    loops.iter().any(|columns| columns.keyed)
}

pub(super) fn row(out: &mut Vec<u8>, row: &LoopRow<'_>, rows: &Rows) {
    let Rows { loops, several, unit, open_ended, .. } = rows;
    let unit = *unit;
    let Event { time, resolution, tid, cpu, comm, .. } = *row.event;
    push_time(out, time, resolution);
    out.push(b',');
    push_known(out, tid);
    out.push(b',');
    push_known(out, cpu);
    out.push(b',');
    if *several {
        out.extend_from_slice(loops[row.loop_index].name.as_bytes());
        out.push(b',');
    }
    if any_keyed(loops) {
        push_csv(out, row.key);
        out.push(b',');
    }
    // Loops that are found on the way are pairs, whose delta is the total.
    for (loop_index, columns) in loops.iter().enumerate().filter(|_| !open_ended) {
        if loop_index != row.loop_index {
            out.extend(columns.transitions.iter().map(|_| b','));
            continue;
        }
        for delta in row.deltas() {
            push_span(out, delta, unit);
            out.push(b',');
        }
    }
    push_span(out, row.total(), unit);
    out.push(b',');
    push_csv(out, comm_column(comm));
    out.extend_from_slice(b"\n");
}

pub(super) fn event_header(out: &mut Vec<u8>, unit: Unit) {
    out.extend_from_slice(format!("time,tid,cpu,category,delta_{},event,comm\n", unit.name()).as_bytes());
}

pub(super) fn event(out: &mut Vec<u8>, row: &EventRow<'_>, unit: Unit) {
    let EventRow { event, category, delta_ns } = row;
    push_time(out, event.time, event.resolution);
    out.push(b',');
    push_known(out, event.tid);
    out.push(b',');
    push_known(out, event.cpu);
    out.push(b',');
    push_csv(out, category);
    out.push(b',');
    match delta_ns {
        Some(delta_ns) => push_signed(out, *delta_ns, unit),
        None => out.push(b'-'),
    }
    out.push(b',');
    push_csv(out, event.name);
    out.push(b',');
    push_csv(out, comm_column(event.comm));
    out.push(b'\n');
}
