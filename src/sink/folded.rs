//! `-f folded`: closed loops as folded stacks, from which flame graphs are drawn.
//!
//! ```text
//! bash;main;execute_command;read 25
//! ```

use super::call_chain::CallChain;
use super::closed_loop::ClosedLoop;
use super::contract::{Needs, Sink, SinkError};
use super::output::Output;
use crate::event::Nanos;
use crate::text::{Unit, is_obeyed, push_integer};
use std::io::Write;

/// Writes a line for each closed loop: the comm of its closing event, the frames of the call chain of its event at one
/// position, and as the weight the time from its first to its last event. If the event has no call chain, the loop gets
/// a line for each transition.
pub struct FoldedSink<W> {
    output: Output<W>,
    unit: Unit,
    /// The index of the position whose call chain is written.
    position: usize,
    /// The number of lines that were left out because their weight is 0.
    without_weight: u64,
}

impl<W: Write> FoldedSink<W> {
    /// Creates the sink. `position` is the index of the position whose call chain is written. The weights are in this
    /// unit.
    pub fn new(inner: W, unit: Unit, position: usize) -> Self {
        FoldedSink { output: Output::new(inner), unit, position, without_weight: 0 }
    }

    /// Appends a line of these frames. A line whose weight is 0 would be invisible in a flame graph, so it is not
    /// appended, but only counted.
    fn push_line<'f>(&mut self, frames: impl Iterator<Item = &'f [u8]>, weight: Nanos) {
        let weight = weight.0 / self.unit.in_ns();
        if weight == 0 {
            self.without_weight += 1;
            return;
        }
        let out = self.output.waiting();
        for (at, frame) in frames.enumerate() {
            if at > 0 {
                out.push(b';');
            }
            push_frame(out, frame);
        }
        out.push(b' ');
        push_integer(out, weight);
        out.push(b'\n');
    }

    fn push_call_chain(&mut self, closed: &ClosedLoop<'_>, call_chain: CallChain<'_>) {
        self.push_line(std::iter::once(comm(closed)).chain(call_chain.frames()), closed.total());
    }

    fn push_transitions(&mut self, closed: &ClosedLoop<'_>) {
        for ((from, to), delta) in closed.spec.transition_ends().zip(closed.deltas()) {
            let transition = format!("{from} -> {to}");
            let frames = [comm(closed), closed.spec.name.as_bytes(), transition.as_bytes()];
            self.push_line(frames.into_iter(), delta);
        }
    }
}

/// Returns the comm of the closing event; `-` if it is unknown or empty.
fn comm<'a>(closed: &ClosedLoop<'a>) -> &'a [u8] {
    closed.last.comm.filter(|comm| !comm.is_empty()).unwrap_or(b"-")
}

/// Appends the name of a frame. A semicolon, which separates frames, becomes a colon. A character that controls a
/// terminal becomes `?`. Bytes that are no UTF-8 become U+FFFD, because some programs that draw flame graphs refuse
/// such bytes.
fn push_frame(out: &mut Vec<u8>, name: &[u8]) {
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            let shown = match character {
                ';' => ':',
                character if is_obeyed(character) => '?',
                character => character,
            };
            out.extend_from_slice(shown.encode_utf8(&mut [0; 4]).as_bytes());
        }
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
}

impl<W: Write> Sink for FoldedSink<W> {
    fn needs(&self) -> Needs {
        Needs { closed: true, call_chain: Some(self.position), ..Needs::default() }
    }

    fn closed(&mut self, closed: &ClosedLoop<'_>) -> Result<(), SinkError> {
        match closed.call_chain {
            Some(call_chain) => self.push_call_chain(closed, call_chain),
            None => self.push_transitions(closed),
        }
        self.output.flush_full()
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        self.output.flush()
    }

    fn notes(&self) -> Vec<String> {
        let lines = if self.without_weight == 1 { "line" } else { "lines" };
        let unit = self.unit.name();
        let finer = if self.unit == Unit::Nanos { "" } else { "; -u ns has finer weights" };
        let note = format!("-f folded left out {} {lines} of less than 1 {unit}{finer}", self.without_weight);
        if self.without_weight > 0 { vec![note] } else { Vec::new() }
    }
}
