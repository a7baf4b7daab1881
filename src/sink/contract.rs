//! The contract between the engine and its outputs.

use super::closed_loop::ClosedLoop;
use super::event_delta::EventDelta;
use crate::diagnosis::Findings;
use crate::event::Event;
use crate::pattern::Loop;
use crate::report::Summary;
use std::io;

/// The parts of a run that a sink wants to get. The engine does no work for a part that no sink wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// [`Sink::closed`] is called for each closed loop.
    pub closed: bool,
    /// Closed loops have the header fields of their first event ([`ClosedLoop::first`]).
    pub first_event: bool,
    /// Closed loops have the values that `--show` names ([`ClosedLoop::shown`]).
    pub shown: bool,
    /// [`Sink::at_position`] is called for each event that has the name of a position.
    pub at_position: bool,
    /// [`Sink::end`] gets a summary. ([`Sink::interval`] always gets one.)
    pub summary: bool,
    /// [`Sink::end`] gets the findings of `--discover`.
    pub findings: bool,
}

impl Needs {
    /// Returns the parts that at least one of two sinks wants.
    pub fn or(self, other: Needs) -> Needs {
        Needs {
            closed: self.closed || other.closed,
            first_event: self.first_event || other.first_event,
            shown: self.shown || other.shown,
            at_position: self.at_position || other.at_position,
            summary: self.summary || other.summary,
            findings: self.findings || other.findings,
        }
    }
}

/// An output of the run.
///
/// The engine calls `begin`, then the middle methods in the order of the input, then `end`. Every method except
/// [`Sink::needs`] has a default, which does nothing; the default of `end` calls `flush`. After an error no other
/// method is called, with one exception: if the reader of a stream went away (`BrokenPipe`), the session still calls
/// `flush` and `end`.
///
/// # Errors
///
/// Every method returns an error if something could not be written.
pub trait Sink {
    /// Returns the parts of the run that this sink wants.
    fn needs(&self) -> Needs;

    /// Begins the output. `loops` are the loops that are known from the beginning.
    fn begin(&mut self, loops: &[Loop]) -> Result<(), SinkError> {
        let _ = loops;
        Ok(())
    }

    /// Takes a loop that was found while reading (`--pairs`), before its first closed loop.
    fn add_loop(&mut self, spec: &Loop) -> Result<(), SinkError> {
        let _ = spec;
        Ok(())
    }

    /// Takes a closed loop.
    fn closed(&mut self, closed: &ClosedLoop<'_>) -> Result<(), SinkError> {
        let _ = closed;
        Ok(())
    }

    /// Takes an event that has the name of a position of a loop. The event need not have the fields or fulfil the
    /// condition of the position.
    fn at_position(&mut self, event: &Event<'_>) -> Result<(), SinkError> {
        let _ = event;
        Ok(())
    }

    /// Takes an event with its delta, in the modes that show every event.
    fn event(&mut self, delta: &EventDelta<'_>) -> Result<(), SinkError> {
        let _ = delta;
        Ok(())
    }

    /// Takes the summary of an interval (`-I`) that has ended.
    fn interval(&mut self, summary: &Summary<'_>) -> Result<(), SinkError> {
        let _ = summary;
        Ok(())
    }

    /// Writes the bytes that wait in buffers, because the input has nothing to read for now.
    fn flush(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    /// Ends the output and writes everything that waits.
    fn end(&mut self, ending: &Ending<'_>) -> Result<(), SinkError> {
        let _ = ending;
        self.flush()
    }
}

/// The end of a run.
pub struct Ending<'a> {
    /// The summary of the whole run; `None` if no sink wants one.
    pub summary: Option<&'a Summary<'a>>,
    /// The findings of `--discover`; `None` if no sink wants them.
    pub findings: Option<&'a Findings<'a>>,
    /// True if an input could not be read, so that the results do not cover all inputs.
    pub input_failed: bool,
}

/// An output that could not be written.
#[derive(Debug)]
pub enum SinkError {
    /// A stream could not be written; `BrokenPipe` means that its reader went away.
    Stream(io::Error),
    /// A file of a directory could not be written; the error's text names the file.
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
