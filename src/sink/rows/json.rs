//! `-f json`: one JSON object on each line. Numbers have the same digits as in `-f tsv`.

use super::columns::Columns;
use super::format::RowFormat;
use super::writer::{RowOptions, RowWriter};
use crate::event::Event;
use crate::pattern::Loop;
use crate::sink::closed_loop::ClosedLoop;
use crate::sink::event_delta::EventDelta;
use crate::text::{Unit, push_integer, push_json, push_signed, push_span, push_time};

pub(super) const FORMAT: RowFormat =
    RowFormat { name: "json", has_header: false, writer: |options| Box::new(Json::new(options)) };

struct Json {
    unit: Unit,
    loops: Vec<Columns>,
}

impl Json {
    fn new(options: RowOptions) -> Self {
        Json { unit: options.unit, loops: Vec::new() }
    }
}

impl RowWriter for Json {
    fn begin(&mut self, _out: &mut Vec<u8>, loops: &[Loop], _finds_loops: bool) {
        loops.iter().for_each(|spec| self.add_loop(spec));
    }

    fn add_loop(&mut self, spec: &Loop) {
        self.loops.push(Columns::new(spec));
    }

    fn closed(&mut self, out: &mut Vec<u8>, closed: &ClosedLoop<'_>) {
        let columns = &self.loops[closed.loop_index];
        out.extend_from_slice(b"{\"loop\":");
        push_json(out, columns.name.as_bytes());
        push_header(out, closed.last);
        out.extend_from_slice(b",\"comm\":");
        push_comm(out, closed.last.comm);
        if columns.has_key {
            out.extend_from_slice(b",\"key\":");
            push_json(out, closed.key);
        }
        out.extend_from_slice(b",\"deltas\":[");
        for (at, delta) in closed.deltas().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            push_span(out, delta, self.unit);
        }
        out.extend_from_slice(b"],\"total\":");
        push_span(out, closed.total(), self.unit);
        out.extend_from_slice(b",\"unit\":\"");
        out.extend_from_slice(self.unit.name().as_bytes());
        out.extend_from_slice(b"\"}\n");
    }

    fn begin_events(&mut self, _out: &mut Vec<u8>) {}

    fn event(&mut self, out: &mut Vec<u8>, delta: &EventDelta<'_>) {
        let EventDelta { event, category, delta_ns, .. } = *delta;
        out.extend_from_slice(b"{\"time\":");
        push_time(out, event.time, event.resolution);
        push_ids(out, event);
        out.extend_from_slice(b",\"category\":");
        push_json(out, category);
        out.extend_from_slice(b",\"delta\":");
        match delta_ns {
            Some(delta_ns) => push_signed(out, delta_ns, self.unit),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"event\":");
        push_json(out, event.name);
        out.extend_from_slice(b",\"comm\":");
        push_comm(out, event.comm);
        out.extend_from_slice(b"}\n");
    }
}

/// Appends the time, the tid and the cpu of an event.
fn push_header(out: &mut Vec<u8>, event: &Event<'_>) {
    out.extend_from_slice(b",\"time\":");
    push_time(out, event.time, event.resolution);
    push_ids(out, event);
}

fn push_ids(out: &mut Vec<u8>, event: &Event<'_>) {
    out.extend_from_slice(b",\"tid\":");
    push_known(out, event.tid);
    out.extend_from_slice(b",\"cpu\":");
    push_known(out, event.cpu);
}

fn push_comm(out: &mut Vec<u8>, comm: Option<&[u8]>) {
    match comm {
        Some(comm) => push_json(out, comm),
        None => out.extend_from_slice(b"null"),
    }
}

/// Appends a number, or null if it is unknown.
fn push_known(out: &mut Vec<u8>, number: Option<impl itoa::Integer>) {
    match number {
        Some(number) => push_integer(out, number),
        None => out.extend_from_slice(b"null"),
    }
}
