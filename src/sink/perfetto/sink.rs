//! The sink that writes a Chrome trace.

use super::json::{JsonText, Phase, TRACE_END, TRACE_START, Thread, TraceEvent, json_text};
use super::names::Names;
use crate::event::Nanos;
use crate::matcher::CarriedHeader;
use crate::pattern::Loop;
use crate::sink::closed_loop::ClosedLoop;
use crate::sink::contract::{Ending, Needs, Sink, SinkError};
use crate::sink::output::Output;
use crate::text::push_json;
use std::io::Write;

/// The number of nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// Writes closed loops as a Chrome trace.
pub struct PerfettoSink<W> {
    output: Output<W>,
    /// The names of the values of `--show`, in the order of the command line. `None` stands for a value that is left
    /// out, because the same name stands earlier in the list, or because its name is `key`, and every loop has an
    /// argument `key` anyway.
    show: Vec<Option<JsonText>>,
    loops: Vec<LoopTexts>,
    names: Names,
    /// The time at which the trace begins: the whole second before the first event.
    start: Nanos,
    /// The number of closed loops in the trace.
    written: u64,
    /// The number of closed loops that began before the trace.
    before_start: u64,
    /// True if the trace has an event.
    has_events: bool,
}

/// The texts of a loop, as JSON strings.
struct LoopTexts {
    name: JsonText,
    positions: Vec<JsonText>,
    transitions: Vec<JsonText>,
}

impl LoopTexts {
    fn new(spec: &Loop) -> Self {
        LoopTexts {
            name: json_text(spec.name.as_bytes()),
            positions: spec.positions.iter().map(|position| json_text(position.unique_name.as_bytes())).collect(),
            transitions: spec
                .transition_ends()
                .map(|(from, to)| json_text(format!("{from} -> {to}").as_bytes()))
                .collect(),
        }
    }
}

impl<W: Write> PerfettoSink<W> {
    /// Creates the sink. `show` has the names of the values of `--show`. The sink remembers the names of at most
    /// `max_threads` threads, so that it writes the name of each thread once.
    pub fn new(inner: W, show: &[String], max_threads: usize) -> Self {
        let is_new = |at: usize| show[at] != "key" && !show[..at].contains(&show[at]);
        PerfettoSink {
            output: Output::new(inner),
            show: (0..show.len()).map(|at| is_new(at).then(|| json_text(show[at].as_bytes()))).collect(),
            loops: Vec::new(),
            names: Names::new(max_threads),
            start: Nanos(0),
            written: 0,
            before_start: 0,
            has_events: false,
        }
    }

    /// Appends all events of a closed loop.
    fn push_closed(&mut self, closed: &ClosedLoop<'_>) {
        let PerfettoSink { output, show, loops, names, start, written, has_events, .. } = self;
        let texts = &loops[closed.loop_index];
        let first = closed.first.copied().unwrap_or_default();
        *written += 1;
        let out = output.waiting();
        let before = out.len();
        let mut name_thread = |out: &mut Vec<u8>, header: &CarriedHeader| {
            header.comm().into_iter().for_each(|comm| names.push(out, Thread::of(header), &comm));
        };
        name_thread(out, &first);
        let event = |phase: Phase, name, header: &CarriedHeader, time: u64| TraceEvent {
            phase,
            category: &texts.name,
            name,
            thread: Thread::of(header),
            time: Nanos(time - start.0),
            number: *written,
        };
        push_slices(out, closed, texts, |phase, name, time| event(phase, name, &first, time), show);
        if closed.headers.iter().any(|header| Thread::of(header) != Thread::of(&first)) {
            closed.headers.iter().for_each(|header| name_thread(out, header));
            let last = closed.headers.len() - 1;
            for (at, ((header, &time), name)) in
                closed.headers.iter().zip(closed.times).zip(&texts.positions).enumerate()
            {
                event(Phase::Slice, name, header, time).push(out, NO_ARGS);
                let flow = match at {
                    0 => Phase::FlowStart,
                    at if at == last => Phase::FlowEnd,
                    _ => Phase::FlowStep,
                };
                event(flow, &texts.name, header, time).push(out, NO_ARGS);
            }
        }
        if !*has_events {
            // A comma was written in front of each event. The first event of the trace must not have one.
            out.remove(before);
            *has_events = true;
        }
    }
}

/// An event without arguments.
const NO_ARGS: Option<fn(&mut Vec<u8>)> = None;

/// Appends the slice of a closed loop, and in it the slices of its transitions. `event` makes an event of a phase, a
/// name and a time.
fn push_slices<'t>(
    out: &mut Vec<u8>,
    closed: &ClosedLoop<'_>,
    texts: &'t LoopTexts,
    event: impl Fn(Phase, &'t JsonText, u64) -> TraceEvent<'t>,
    show: &[Option<JsonText>],
) {
    let [begin, .., end] = *closed.times else { return };
    event(Phase::Begin, &texts.name, begin).push(out, Some(|out: &mut Vec<u8>| push_args(out, closed, show)));
    for (times, name) in closed.times.windows(2).zip(&texts.transitions) {
        event(Phase::Begin, name, times[0]).push(out, NO_ARGS);
        event(Phase::End, name, times[1]).push(out, NO_ARGS);
    }
    event(Phase::End, &texts.name, end).push(out, NO_ARGS);
}

/// Appends the arguments of a loop: its key, and the values of `--show`.
fn push_args(out: &mut Vec<u8>, closed: &ClosedLoop<'_>, show: &[Option<JsonText>]) {
    out.extend_from_slice(b"\"key\":");
    push_json(out, closed.key);
    for (name, value) in show.iter().zip(closed.shown.iter()) {
        let Some(name) = name else { continue };
        out.push(b',');
        out.extend_from_slice(name);
        out.push(b':');
        match value {
            Some(value) => push_json(out, value),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl<W: Write> Sink for PerfettoSink<W> {
    fn needs(&self) -> Needs {
        Needs { closed: true, first_event: true, headers: true, key_of_header: true, shown: true, ..Needs::default() }
    }

    fn begin(&mut self, loops: &[Loop]) -> Result<(), SinkError> {
        self.loops.extend(loops.iter().map(LoopTexts::new));
        self.output.waiting().extend_from_slice(TRACE_START);
        Ok(())
    }

    fn first_time(&mut self, time: Nanos) {
        self.start = Nanos(time.0 - time.0 % SECOND);
    }

    fn add_loop(&mut self, spec: &Loop) -> Result<(), SinkError> {
        self.loops.push(LoopTexts::new(spec));
        Ok(())
    }

    fn closed(&mut self, closed: &ClosedLoop<'_>) -> Result<(), SinkError> {
        // The times in the trace count from its start. Viewers drop events whose time is negative.
        if closed.times.first().is_some_and(|&first| first < self.start.0) {
            self.before_start += 1;
            return Ok(());
        }
        self.push_closed(closed);
        self.output.flush_full()
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        self.output.flush()
    }

    fn end(&mut self, _ending: &Ending<'_>) -> Result<(), SinkError> {
        self.output.waiting().extend_from_slice(TRACE_END);
        self.output.flush()
    }

    fn notes(&self) -> Vec<String> {
        let loops = if self.before_start == 1 { "closed loop" } else { "closed loops" };
        let note = format!(
            "-f perfetto left out {} {loops} that began before the first event's second, at which the trace begins",
            self.before_start
        );
        if self.before_start > 0 { vec![note] } else { Vec::new() }
    }
}
