//! `-f csv`: the columns of `-f tsv`, quoted by the rules of RFC 4180. Lines end with a newline alone, as Unix tools
//! expect.
//!
//! All loops share one header line. In the row of a loop, the columns for transitions of other loops are empty.

use super::columns::{ColumnSyntax, Columns, push_known, text_column};
use super::format::RowFormat;
use super::writer::{RowOptions, RowWriter};
use crate::event::Event;
use crate::pattern::Loop;
use crate::sink::closed_loop::ClosedLoop;
use crate::sink::event_delta::EventDelta;
use crate::text::{push_csv, push_span, push_time};

pub(in crate::sink) const FORMAT: RowFormat =
    RowFormat { name: "csv", has_header: true, writer: |options| Box::new(Csv::new(options)) };

const SYNTAX: ColumnSyntax = ColumnSyntax { separator: b',', push_text: push_csv };

struct Csv {
    options: RowOptions,
    loops: Vec<Columns>,
    /// True if there is a column for the name of the loop.
    names_loop: bool,
    /// True if there is a column for the key. All loops share this column, as they share that of the total.
    has_key: bool,
    /// The number of loops whose transitions have columns. Later loops were found while reading (`--pairs`), so the
    /// header cannot name their transitions. Such loops are pairs, whose only delta is the total.
    in_header: usize,
}

impl Csv {
    fn new(options: RowOptions) -> Self {
        Csv { options, loops: Vec::new(), names_loop: false, has_key: false, in_header: 0 }
    }
}

impl RowWriter for Csv {
    fn begin(&mut self, out: &mut Vec<u8>, loops: &[Loop], finds_loops: bool) {
        loops.iter().for_each(|spec| self.add_loop(spec));
        self.names_loop = loops.len() != 1 || finds_loops;
        self.in_header = loops.len();
        self.has_key = self.loops.iter().any(|columns| columns.has_key);
        if !self.options.header {
            return;
        }
        out.extend_from_slice(b"time,tid,cpu,");
        if self.names_loop {
            out.extend_from_slice(b"loop,");
        }
        if self.has_key {
            out.extend_from_slice(b"key,");
        }
        for name in &self.options.show {
            push_csv(out, name.as_bytes());
            out.push(b',');
        }
        for columns in &self.loops {
            for transition in &columns.transitions {
                if self.names_loop {
                    out.extend_from_slice(columns.name.as_bytes());
                    out.push(b'.');
                }
                push_csv(out, transition.as_bytes());
                out.push(b',');
            }
        }
        out.extend_from_slice(b"total_");
        out.extend_from_slice(self.options.unit.name().as_bytes());
        out.extend_from_slice(b",comm\n");
    }

    fn add_loop(&mut self, spec: &Loop) {
        self.loops.push(Columns::new(spec));
    }

    fn closed(&mut self, out: &mut Vec<u8>, closed: &ClosedLoop<'_>) {
        let unit = self.options.unit;
        let Event { time, resolution, tid, cpu, comm, .. } = *closed.last;
        push_time(out, time, resolution);
        out.push(b',');
        push_known(out, tid);
        out.push(b',');
        push_known(out, cpu);
        out.push(b',');
        if self.names_loop {
            out.extend_from_slice(self.loops[closed.loop_index].name.as_bytes());
            out.push(b',');
        }
        if self.has_key {
            push_csv(out, closed.key);
            out.push(b',');
        }
        for value in closed.shown.iter() {
            push_csv(out, text_column(value));
            out.push(b',');
        }
        for (loop_index, columns) in self.loops.iter().enumerate().take(self.in_header) {
            if loop_index != closed.loop_index {
                out.extend(columns.transitions.iter().map(|_| b','));
                continue;
            }
            for delta in closed.deltas() {
                push_span(out, delta, unit);
                out.push(b',');
            }
        }
        push_span(out, closed.total(), unit);
        out.push(b',');
        push_csv(out, text_column(comm));
        out.extend_from_slice(b"\n");
    }

    fn begin_events(&mut self, out: &mut Vec<u8>) {
        let unit = self.options.unit.name();
        if self.options.header {
            out.extend_from_slice(format!("time,tid,cpu,category,delta_{unit},event,comm\n").as_bytes());
        }
    }

    fn event(&mut self, out: &mut Vec<u8>, delta: &EventDelta<'_>) {
        SYNTAX.push_event(out, delta, self.options.unit);
    }
}
