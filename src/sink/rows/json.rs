//! `-f json`: one JSON object on each line. Numbers have the same digits as in `-f tsv`.

use super::columns::Columns;
use super::format::RowFormat;
use super::writer::{RowOptions, RowWriter};
use crate::event::Event;
use crate::pattern::Loop;
use crate::sink::closed_loop::ClosedLoop;
use crate::sink::event_delta::EventDelta;
use crate::sink::shown_fields::ShownFields;
use crate::text::{Unit, push_integer, push_json, push_signed, push_span, push_time};

pub(super) const FORMAT: RowFormat =
    RowFormat { name: "json", has_header: false, writer: |options| Box::new(Json::new(options)) };

struct Json {
    unit: Unit,
    /// The names of the values that `--show` names, in the order of `--show`.
    show: Vec<String>,
    loops: Vec<Columns>,
}

impl Json {
    fn new(options: RowOptions) -> Self {
        Json { unit: options.unit, show: options.show, loops: Vec::new() }
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
        out.extend_from_slice(b",\"time\":");
        push_time(out, closed.last.time, closed.last.resolution);
        out.extend_from_slice(b",\"start\":");
        let (start, resolution) = closed.start();
        push_time(out, start, resolution);
        push_ids(out, closed.last);
        out.extend_from_slice(b",\"comm\":");
        push_text(out, closed.last.comm);
        if columns.has_key {
            out.extend_from_slice(b",\"key\":");
            push_json(out, closed.key);
        }
        if !self.show.is_empty() {
            push_shown(out, &self.show, closed.shown);
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
        push_text(out, event.comm);
        out.extend_from_slice(b"}\n");
    }
}

/// Appends the values of `--show`, each under its name.
fn push_shown(out: &mut Vec<u8>, names: &[String], shown: &ShownFields) {
    out.extend_from_slice(b",\"show\":{");
    for (at, (name, value)) in names.iter().zip(shown.iter()).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push_json(out, name.as_bytes());
        out.push(b':');
        push_text(out, value);
    }
    out.push(b'}');
}

fn push_ids(out: &mut Vec<u8>, event: &Event<'_>) {
    out.extend_from_slice(b",\"tid\":");
    push_known(out, event.tid);
    out.extend_from_slice(b",\"cpu\":");
    push_known(out, event.cpu);
}

/// Appends a text, or null if it is unknown.
fn push_text(out: &mut Vec<u8>, text: Option<&[u8]>) {
    match text {
        Some(text) => push_json(out, text),
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
