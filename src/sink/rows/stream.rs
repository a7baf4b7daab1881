//! The sink that writes rows to a stream.

use super::format::RowFormat;
use super::writer::{RowOptions, RowWriter};
use crate::pattern::Loop;
use crate::report::Summary;
use crate::sink::closed_loop::ClosedLoop;
use crate::sink::contract::{Ending, Needs, Sink, SinkError};
use crate::sink::event_delta::EventDelta;
use crate::sink::output::Output;
use std::io::Write;

/// Says whether there is a row for each closed loop or for each event.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RowsOf {
    ClosedLoops,
    Events,
}

/// Writes rows to a stream. The rows are collected in blocks. A block is written when it is full, and also when the
/// input has nothing to read at the moment.
pub struct RowSink<W> {
    output: Output<W>,
    writer: Box<dyn RowWriter>,
    rows_of: RowsOf,
    /// True if further loops may be found while the input is read, besides those that are known at the beginning.
    finds_loops: bool,
    /// True if nothing is written before the first row.
    has_late_header: bool,
    /// The loops that were known at the beginning, until the writer has got them.
    to_begin_with: Option<Vec<Loop>>,
}

impl<W: Write> RowSink<W> {
    /// Creates a sink that writes a row for each closed loop.
    pub fn of_closed_loops(inner: W, format: RowFormat, options: RowOptions) -> Self {
        RowSink {
            output: Output::new(inner),
            writer: (format.writer)(options),
            rows_of: RowsOf::ClosedLoops,
            finds_loops: false,
            has_late_header: false,
            to_begin_with: None,
        }
    }

    /// Creates a sink that writes a row for each event.
    pub fn of_events(inner: W, format: RowFormat, options: RowOptions) -> Self {
        RowSink { rows_of: RowsOf::Events, ..RowSink::of_closed_loops(inner, format, options) }
    }

    /// Says whether loops are found while reading, besides those that are known at the beginning. Then each row names
    /// its loop.
    pub fn finds_loops(self, finds_loops: bool) -> Self {
        RowSink { finds_loops, ..self }
    }

    /// Says whether the header waits for the first row, so that nothing is written if no loop closes.
    pub fn has_late_header(self, has_late_header: bool) -> Self {
        RowSink { has_late_header, ..self }
    }

    /// Begins the rows of closed loops, unless they have begun.
    #[cold]
    fn begin_rows(&mut self) {
        if let Some(loops) = self.to_begin_with.take() {
            self.writer.begin(self.output.waiting(), &loops, self.finds_loops);
        }
    }
}

impl<W: Write> Sink for RowSink<W> {
    fn needs(&self) -> Needs {
        let is_of_loops = self.rows_of == RowsOf::ClosedLoops;
        Needs { closed: is_of_loops, shown: is_of_loops, ..Needs::default() }
    }

    fn begin(&mut self, loops: &[Loop]) -> Result<(), SinkError> {
        match self.rows_of {
            RowsOf::Events => self.writer.begin_events(self.output.waiting()),
            RowsOf::ClosedLoops => {
                self.to_begin_with = Some(loops.to_vec());
                if !self.has_late_header {
                    self.begin_rows();
                }
            }
        }
        Ok(())
    }

    fn add_loop(&mut self, spec: &Loop) -> Result<(), SinkError> {
        self.begin_rows();
        self.writer.add_loop(spec);
        Ok(())
    }

    fn closed(&mut self, closed: &ClosedLoop<'_>) -> Result<(), SinkError> {
        if self.rows_of == RowsOf::Events {
            return Ok(());
        }
        if self.to_begin_with.is_some() {
            self.begin_rows();
        }
        self.writer.closed(self.output.waiting(), closed);
        self.output.flush_full()
    }

    fn event(&mut self, delta: &EventDelta<'_>) -> Result<(), SinkError> {
        if self.rows_of == RowsOf::ClosedLoops {
            return Ok(());
        }
        self.writer.event(self.output.waiting(), delta);
        self.output.flush_full()
    }

    /// Writes the rows that wait, so that the rows of the interval stand before its summary, which another sink writes.
    fn interval(&mut self, _summary: &Summary<'_>) -> Result<(), SinkError> {
        self.output.flush()
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        self.output.flush()
    }

    fn end(&mut self, _ending: &Ending<'_>) -> Result<(), SinkError> {
        self.writer.end(self.output.waiting());
        self.output.flush()
    }
}
