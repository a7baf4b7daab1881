//! `#time  tid  cpu  delta:...  total_us  comm`, separated by tabs.
//!
//! The comm stands last, because it may hold blanks: everything before it can
//! be split at white space.

use super::{Columns, Row, push_known};
use crate::report::number::{Unit, push_span, push_time};
use crate::report::text::push_plain;

pub(super) fn header(out: &mut Vec<u8>, columns: &Columns, with_loop: bool, unit: Unit) {
    out.extend_from_slice(b"#time\ttid\tcpu\t");
    if with_loop {
        out.extend_from_slice(b"loop\t");
    }
    for transition in &columns.transitions {
        out.extend_from_slice(transition.as_bytes());
        out.push(b'\t');
    }
    out.extend_from_slice(b"total_");
    out.extend_from_slice(unit.name().as_bytes());
    out.extend_from_slice(b"\tcomm\n");
}

pub(super) fn row(out: &mut Vec<u8>, row: &Row<'_>, loop_name: Option<&str>, unit: Unit) {
    push_time(out, row.time, row.resolution);
    out.push(b'\t');
    push_known(out, row.tid);
    out.push(b'\t');
    push_known(out, row.cpu);
    out.push(b'\t');
    if let Some(name) = loop_name {
        out.extend_from_slice(name.as_bytes());
        out.push(b'\t');
    }
    for delta in row.deltas() {
        push_span(out, delta, unit);
        out.push(b'\t');
    }
    push_span(out, row.total(), unit);
    out.push(b'\t');
    push_plain(out, row.comm_column());
    out.push(b'\n');
}
