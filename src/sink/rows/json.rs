//! One JSON object a line, with the digits of the TSV.

use super::{Columns, EventRow, LoopRow};
use crate::event::Event;
use crate::text::push_json;
use crate::text::{Unit, push_integer, push_signed, push_span, push_time};

pub(super) fn row(out: &mut Vec<u8>, row: &LoopRow<'_>, columns: &Columns, unit: Unit) {
    let Event { time, resolution, tid, cpu, comm, .. } = *row.event;
    out.extend_from_slice(b"{\"loop\":");
    push_json(out, columns.name.as_bytes());
    out.extend_from_slice(b",\"time\":");
    push_time(out, time, resolution);
    out.extend_from_slice(b",\"tid\":");
    push_known(out, tid);
    out.extend_from_slice(b",\"cpu\":");
    push_known(out, cpu);
    out.extend_from_slice(b",\"comm\":");
    push_comm(out, comm);
    if columns.keyed {
        out.extend_from_slice(b",\"key\":");
        push_json(out, row.key);
    }
    out.extend_from_slice(b",\"deltas\":[");
    for (at, delta) in row.deltas().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push_span(out, delta, unit);
    }
    out.extend_from_slice(b"],\"total\":");
    push_span(out, row.total(), unit);
    out.extend_from_slice(b",\"unit\":\"");
    out.extend_from_slice(unit.name().as_bytes());
    out.extend_from_slice(b"\"}\n");
}

pub(super) fn event(out: &mut Vec<u8>, row: &EventRow<'_>, unit: Unit) {
    let EventRow { event, category, delta_ns } = row;
    out.extend_from_slice(b"{\"time\":");
    push_time(out, event.time, event.resolution);
    out.extend_from_slice(b",\"tid\":");
    push_known(out, event.tid);
    out.extend_from_slice(b",\"cpu\":");
    push_known(out, event.cpu);
    out.extend_from_slice(b",\"category\":");
    push_json(out, category);
    out.extend_from_slice(b",\"delta\":");
    match delta_ns {
        Some(delta_ns) => push_signed(out, *delta_ns, unit),
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"event\":");
    push_json(out, event.name);
    out.extend_from_slice(b",\"comm\":");
    push_comm(out, event.comm);
    out.extend_from_slice(b"}\n");
}

fn push_comm(out: &mut Vec<u8>, comm: Option<&[u8]>) {
    match comm {
        Some(comm) => push_json(out, comm),
        None => out.extend_from_slice(b"null"),
    }
}

fn push_known(out: &mut Vec<u8>, number: Option<impl itoa::Integer>) {
    match number {
        Some(number) => push_integer(out, number),
        None => out.extend_from_slice(b"null"),
    }
}
