//! Writes the events of a Chrome trace.

use crate::event::{Nanos, Pid, Tid};
use crate::matcher::CarriedHeader;
use crate::text::{Unit, push_integer, push_json, push_span};

/// A text as a JSON string, with its quotes.
pub(super) type JsonText = Vec<u8>;

/// Returns a text as a JSON string, with its quotes.
pub(super) fn json_text(text: &[u8]) -> JsonText {
    let mut json = Vec::with_capacity(text.len() + 2);
    push_json(&mut json, text);
    json
}

/// The ids of a thread as the viewer gets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Thread {
    pub(super) pid: Pid,
    pub(super) tid: Tid,
}

impl Thread {
    /// Returns the thread of an event. If the tid is unknown, it is 0, and if the pid is unknown, it is the tid.
    pub(super) fn of(header: &CarriedHeader) -> Thread {
        let tid = header.tid().unwrap_or(0);
        Thread { pid: header.pid().unwrap_or(tid), tid }
    }
}

/// The kind of an event, which is its `ph` in the trace.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The begin of an async slice.
    Begin,
    /// The end of an async slice.
    End,
    /// A slice of a thread, which lasts 1 ns.
    Slice,
    /// The first event of a flow. The viewer draws a flow as arrows from slice to slice.
    FlowStart,
    /// A further event of a flow.
    FlowStep,
    /// The last event of a flow.
    FlowEnd,
}

impl Phase {
    fn letter(self) -> u8 {
        match self {
            Phase::Begin => b'b',
            Phase::End => b'e',
            Phase::Slice => b'X',
            Phase::FlowStart => b's',
            Phase::FlowStep => b't',
            Phase::FlowEnd => b'f',
        }
    }
}

/// An event of the trace.
pub(super) struct TraceEvent<'a> {
    pub(super) phase: Phase,
    /// The category, which is the name of the loop.
    pub(super) category: &'a JsonText,
    pub(super) name: &'a JsonText,
    pub(super) thread: Thread,
    /// The time since the beginning of the trace.
    pub(super) time: Nanos,
    /// The number of the closed loop in the trace, from 1 on.
    pub(super) number: u64,
}

impl TraceEvent<'_> {
    /// Appends the event on a line of its own. `args` appends the text of the event's arguments; `None` if the event
    /// has no arguments.
    pub(super) fn push(&self, out: &mut Vec<u8>, args: Option<impl FnOnce(&mut Vec<u8>)>) {
        push_start(out, self.phase.letter());
        out.extend_from_slice(b",\"cat\":");
        out.extend_from_slice(self.category);
        out.extend_from_slice(b",\"name\":");
        out.extend_from_slice(self.name);
        push_thread(out, self.thread);
        out.extend_from_slice(b",\"ts\":");
        push_span(out, self.time, Unit::Micros);
        // The id of async slices is a JSON string, because viewers may read a number as a hexadecimal one, or as an id
        // that is valid only within its process.
        match self.phase {
            Phase::Begin | Phase::End => push_id(out, b",\"id\":\"", self.number, b"\""),
            Phase::Slice => out.extend_from_slice(b",\"dur\":0.001"),
            // Without "bp":"e", the arrow would lead to the next slice of the thread, and not to the slice at this
            // time.
            Phase::FlowStart | Phase::FlowStep | Phase::FlowEnd => {
                push_id(out, b",\"bp\":\"e\",\"id\":", self.number, b"");
            }
        }
        if let Some(args) = args {
            out.extend_from_slice(b",\"args\":{");
            args(out);
            out.push(b'}');
        }
        out.push(b'}');
    }
}

/// Appends the event that names a process.
pub(super) fn push_process_name(out: &mut Vec<u8>, pid: Pid, comm: &[u8]) {
    push_start(out, b'M');
    out.extend_from_slice(b",\"name\":\"process_name\",\"pid\":");
    push_integer(out, pid);
    push_name(out, comm);
}

/// Appends the event that names a thread.
pub(super) fn push_thread_name(out: &mut Vec<u8>, thread: Thread, comm: &[u8]) {
    push_start(out, b'M');
    out.extend_from_slice(b",\"name\":\"thread_name\"");
    push_thread(out, thread);
    push_name(out, comm);
}

/// The text before the first event of a trace.
pub(super) const TRACE_START: &[u8] = b"{\"traceEvents\":[";

/// The text behind the last event of a trace.
pub(super) const TRACE_END: &[u8] = b"\n]}\n";

/// Appends the beginning of an event, behind the comma that separates it from the event before it. The caller removes
/// the comma in front of the first event of the trace.
fn push_start(out: &mut Vec<u8>, letter: u8) {
    out.extend_from_slice(b",\n{\"ph\":\"");
    out.push(letter);
    out.push(b'"');
}

fn push_thread(out: &mut Vec<u8>, thread: Thread) {
    out.extend_from_slice(b",\"pid\":");
    push_integer(out, thread.pid);
    out.extend_from_slice(b",\"tid\":");
    push_integer(out, thread.tid);
}

fn push_name(out: &mut Vec<u8>, comm: &[u8]) {
    out.extend_from_slice(b",\"args\":{\"name\":");
    push_json(out, comm);
    out.extend_from_slice(b"}}");
}

fn push_id(out: &mut Vec<u8>, before: &[u8], number: u64, behind: &[u8]) {
    out.extend_from_slice(before);
    push_integer(out, number);
    out.extend_from_slice(behind);
}
