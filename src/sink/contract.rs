//! The interface between the engine and its outputs.

use super::closed_loop::ClosedLoop;
use super::event_delta::EventDelta;
use crate::diagnosis::Findings;
use crate::event::{Event, Nanos};
use crate::pattern::Loop;
use crate::report::Summary;
use std::io;

/// The parts of a run that a sink needs. The engine does no work for a part that no sink needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// True if [`Sink::closed`] is to be called for each closed loop.
    pub closed: bool,
    /// True if closed loops must have the header fields of their first event ([`ClosedLoop::first`]).
    pub first_event: bool,
    /// True if closed loops must have the header fields of the events at all positions ([`ClosedLoop::headers`]).
    pub headers: bool,
    /// The index of the position whose event's call chain closed loops must have ([`ClosedLoop::call_chain`]), if there
    /// is one. Only one sink of a run may need call chains.
    pub call_chain: Option<usize>,
    /// True if closed loops must have the text of their key ([`ClosedLoop::key`]) even if it is a field of the header.
    pub key_of_header: bool,
    /// True if closed loops are to have the values that `--show` names ([`ClosedLoop::shown`]).
    pub shown: bool,
    /// True if [`Sink::at_position`] is to be called for each event with the name of a position.
    pub at_position: bool,
    /// True if [`Sink::end`] must get a summary. ([`Sink::interval`] gets one in any case.)
    pub summary: bool,
    /// True if the summary of the whole run must have the closed loops by time and total ([`LoopSummary::cells`]).
    ///
    /// [`LoopSummary::cells`]: crate::report::LoopSummary::cells
    pub cells: bool,
    /// True if the summary of the whole run must have all that a state needs ([`LoopSummary::state`]).
    ///
    /// [`LoopSummary::state`]: crate::report::LoopSummary::state
    pub state: bool,
    /// True if the summary of the whole run must have what a comparison with other recordings needs
    /// ([`LoopSummary::side`]).
    ///
    /// [`LoopSummary::side`]: crate::report::LoopSummary::side
    pub side: bool,
    /// True if [`Sink::interval`] must get a summary of intervals in which no loop closed, too.
    pub empty_intervals: bool,
    /// True if [`Sink::end`] must get the findings of `--discover`.
    pub findings: bool,
}

impl Needs {
    /// Returns the parts that at least one of the two needs.
    pub fn or(self, other: Needs) -> Needs {
        Needs {
            closed: self.closed || other.closed,
            first_event: self.first_event || other.first_event,
            headers: self.headers || other.headers,
            call_chain: self.call_chain.or(other.call_chain),
            key_of_header: self.key_of_header || other.key_of_header,
            shown: self.shown || other.shown,
            at_position: self.at_position || other.at_position,
            summary: self.summary || other.summary,
            cells: self.cells || other.cells,
            state: self.state || other.state,
            side: self.side || other.side,
            empty_intervals: self.empty_intervals || other.empty_intervals,
            findings: self.findings || other.findings,
        }
    }
}

/// An output of the run.
///
/// The engine calls `begin` first and `end` last, and in between the other methods in the order of the input. Every
/// method but [`Sink::needs`] has a default. The default of `end` calls `flush`; all others do nothing. After an error
/// no more methods are called, with one exception: if the reader of a stream went away (`BrokenPipe`), `flush` and
/// `end` are still called.
///
/// # Errors
///
/// A method that returns a result returns an error if something could not be written.
pub trait Sink {
    /// Returns the parts of the run that this sink needs.
    fn needs(&self) -> Needs;

    /// Begins the output. `loops` are the loops that are known at the beginning.
    fn begin(&mut self, loops: &[Loop]) -> Result<(), SinkError> {
        let _ = loops;
        Ok(())
    }

    /// Takes the time of the first event of the run. This is called before the first loop closes.
    fn first_time(&mut self, time: Nanos) {
        let _ = time;
    }

    /// Takes a loop that was found in the input (`--pairs`). This is called before the loop closes for the first time.
    fn add_loop(&mut self, spec: &Loop) -> Result<(), SinkError> {
        let _ = spec;
        Ok(())
    }

    /// Takes a closed loop.
    fn closed(&mut self, closed: &ClosedLoop<'_>) -> Result<(), SinkError> {
        let _ = closed;
        Ok(())
    }

    /// Takes an event that has the name of a position of a loop. The event may lack a field of the position, or not
    /// fulfil its condition.
    fn at_position(&mut self, event: &Event<'_>) -> Result<(), SinkError> {
        let _ = event;
        Ok(())
    }

    /// Takes an event and its delta, which is the time since the previous event of the same category (a group of event
    /// names) and key. The engine calls this only in runs that show every event.
    fn event(&mut self, delta: &EventDelta<'_>) -> Result<(), SinkError> {
        let _ = delta;
        Ok(())
    }

    /// Takes the summary of an interval (`-I`) that has ended. If any sink needs the intervals in which no loop closed,
    /// all sinks get them.
    fn interval(&mut self, summary: &Summary<'_>) -> Result<(), SinkError> {
        let _ = summary;
        Ok(())
    }

    /// Writes all bytes that wait in buffers. The engine calls this when the input has nothing to read at the moment.
    fn flush(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    /// Ends the output, and writes all bytes that wait.
    fn end(&mut self, ending: &Ending<'_>) -> Result<(), SinkError> {
        let _ = ending;
        self.flush()
    }

    /// Returns sentences that tell the user what the output lacks. They are complete after `end`.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The results that sinks get at the end of a run.
pub struct Ending<'a> {
    /// The summary of the whole run; `None` if no sink needs one or if no input could be read at all.
    pub summary: Option<&'a Summary<'a>>,
    /// The findings of `--discover`; `None` if no sink needs them or if no input could be read at all.
    pub findings: Option<&'a Findings<'a>>,
    /// True if an input could not be read, so that the results are not those of all inputs.
    pub input_failed: bool,
}

/// An output that could not be written.
#[derive(Debug)]
pub enum SinkError {
    /// A stream could not be written. `BrokenPipe` means that its reader went away.
    Stream(io::Error),
    /// A file in a directory (`-o`) could not be written. The text of the error names the file.
    Folder(io::Error),
}

impl std::fmt::Display for SinkError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SinkError::Stream(error) | SinkError::Folder(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SinkError {}
