//! `-f tsv`: columns with tabs between them, for awk, sort and gnuplot.
//!
//! ```text
//! #time  tid  cpu  delta:sys_exit_read__sys_enter_read  total_us  comm
//! ```
//!
//! The comm is the last column, because it may contain blanks. All columns before it can be split at white space. Each
//! loop has its own header line, in front of its first row. If there is only one loop, its header is printed even if no
//! row follows.

use super::columns::{ColumnSyntax, Columns, push_known, text_column};
use super::format::RowFormat;
use super::writer::{RowOptions, RowWriter};
use crate::event::Event;
use crate::pattern::Loop;
use crate::sink::closed_loop::ClosedLoop;
use crate::sink::event_delta::EventDelta;
use crate::text::{push_plain, push_span, push_time};

pub(super) const FORMAT: RowFormat =
    RowFormat { name: "tsv", has_header: true, writer: |options| Box::new(Tsv::new(options)) };

const SYNTAX: ColumnSyntax = ColumnSyntax { separator: b'\t', push_text: push_plain };

struct Tsv {
    options: RowOptions,
    loops: Vec<LoopColumns>,
    /// True if there is a column for the name of the loop.
    names_loop: bool,
}

struct LoopColumns {
    columns: Columns,
    header_due: bool,
}

impl Tsv {
    fn new(options: RowOptions) -> Self {
        Tsv { options, loops: Vec::new(), names_loop: false }
    }

    fn push_header(&mut self, out: &mut Vec<u8>, loop_index: usize) {
        let LoopColumns { columns, header_due } = &mut self.loops[loop_index];
        *header_due = false;
        out.extend_from_slice(b"#time\ttid\tcpu\t");
        if self.names_loop {
            out.extend_from_slice(b"loop\t");
        }
        if columns.has_key {
            out.extend_from_slice(b"key\t");
        }
        for name in &self.options.show {
            push_plain(out, name.as_bytes());
            out.push(b'\t');
        }
        for transition in &columns.transitions {
            out.extend_from_slice(transition.as_bytes());
            out.push(b'\t');
        }
        out.extend_from_slice(b"total_");
        out.extend_from_slice(self.options.unit.name().as_bytes());
        out.extend_from_slice(b"\tcomm\n");
    }
}

impl RowWriter for Tsv {
    fn begin(&mut self, out: &mut Vec<u8>, loops: &[Loop], finds_loops: bool) {
        loops.iter().for_each(|spec| self.add_loop(spec));
        self.names_loop = loops.len() != 1 || finds_loops;
        if self.options.header && !self.names_loop {
            self.push_header(out, 0);
        }
    }

    fn add_loop(&mut self, spec: &Loop) {
        self.loops.push(LoopColumns { columns: Columns::new(spec), header_due: self.options.header });
    }

    fn closed(&mut self, out: &mut Vec<u8>, closed: &ClosedLoop<'_>) {
        if self.loops[closed.loop_index].header_due {
            self.push_header(out, closed.loop_index);
        }
        let unit = self.options.unit;
        let Event { time, resolution, tid, cpu, comm, .. } = *closed.last;
        push_time(out, time, resolution);
        out.push(b'\t');
        push_known(out, tid);
        out.push(b'\t');
        push_known(out, cpu);
        out.push(b'\t');
        let columns = &self.loops[closed.loop_index].columns;
        if self.names_loop {
            out.extend_from_slice(columns.name.as_bytes());
            out.push(b'\t');
        }
        if columns.has_key {
            push_plain(out, closed.key);
            out.push(b'\t');
        }
        for value in closed.shown.iter() {
            push_plain(out, text_column(value));
            out.push(b'\t');
        }
        for delta in closed.deltas() {
            push_span(out, delta, unit);
            out.push(b'\t');
        }
        push_span(out, closed.total(), unit);
        out.push(b'\t');
        push_plain(out, text_column(comm));
        out.push(b'\n');
    }

    fn begin_events(&mut self, out: &mut Vec<u8>) {
        let unit = self.options.unit.name();
        if self.options.header {
            out.extend_from_slice(format!("#time\ttid\tcpu\tcategory\tdelta_{unit}\tevent\tcomm\n").as_bytes());
        }
    }

    fn event(&mut self, out: &mut Vec<u8>, delta: &EventDelta<'_>) {
        SYNTAX.push_event(out, delta, self.options.unit);
    }
}
