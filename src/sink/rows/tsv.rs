//! `#time  tid  cpu  delta:...  total_us  comm`, separated by tabs.
//!
//! The comm stands last, because it may hold blanks: everything before it can
//! be split at white space.

use super::{Columns, EventRow, LoopRow, Rows, comm_column, push_known};
use crate::event::Event;
use crate::text::push_plain;
use crate::text::{Unit, push_signed, push_span, push_time};

pub(super) fn header(out: &mut Vec<u8>, columns: &Columns, with_loop: bool, unit: Unit) {
    out.extend_from_slice(b"#time\ttid\tcpu\t");
    if with_loop {
        out.extend_from_slice(b"loop\t");
    }
    if columns.keyed {
        out.extend_from_slice(b"key\t");
    }
    for transition in &columns.transitions {
        out.extend_from_slice(transition.as_bytes());
        out.push(b'\t');
    }
    out.extend_from_slice(b"total_");
    out.extend_from_slice(unit.name().as_bytes());
    out.extend_from_slice(b"\tcomm\n");
}

pub(super) fn row(out: &mut Vec<u8>, row: &LoopRow<'_>, rows: &Rows) {
    let unit = rows.unit;
    let Event { time, resolution, tid, cpu, comm, .. } = *row.event;
    push_time(out, time, resolution);
    out.push(b'\t');
    push_known(out, tid);
    out.push(b'\t');
    push_known(out, cpu);
    out.push(b'\t');
    let columns = &rows.loops[row.loop_index];
    if rows.several {
        out.extend_from_slice(columns.name.as_bytes());
        out.push(b'\t');
    }
    if columns.keyed {
        push_plain(out, row.key);
        out.push(b'\t');
    }
    for delta in row.deltas() {
        push_span(out, delta, unit);
        out.push(b'\t');
    }
    push_span(out, row.total(), unit);
    out.push(b'\t');
    push_plain(out, comm_column(comm));
    out.push(b'\n');
}

pub(super) fn event_header(out: &mut Vec<u8>, unit: Unit) {
    out.extend_from_slice(format!("#time\ttid\tcpu\tcategory\tdelta_{}\tevent\tcomm\n", unit.name()).as_bytes());
}

pub(super) fn event(out: &mut Vec<u8>, row: &EventRow<'_>, unit: Unit) {
    let EventRow { event, category, delta_ns } = row;
    push_time(out, event.time, event.resolution);
    out.push(b'\t');
    push_known(out, event.tid);
    out.push(b'\t');
    push_known(out, event.cpu);
    out.push(b'\t');
    push_plain(out, category);
    out.push(b'\t');
    match delta_ns {
        Some(delta_ns) => push_signed(out, *delta_ns, unit),
        None => out.push(b'-'),
    }
    out.push(b'\t');
    push_plain(out, event.name);
    out.push(b'\t');
    push_plain(out, comm_column(event.comm));
    out.push(b'\n');
}
