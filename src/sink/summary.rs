//! The sink that writes summaries to a stream: those of intervals, and that of the whole run.

use super::contract::{Ending, Needs, Sink, SinkError};
use super::output::Output;
use crate::report::{Style, Summary, SummaryFormat};
use std::io::Write;

/// Writes each summary as soon as it gets it.
pub struct SummarySink<W> {
    output: Output<W>,
    format: SummaryFormat,
    style: Style,
    /// True after the heading of the format was written.
    has_heading: bool,
}

impl<W: Write> SummarySink<W> {
    /// Creates a sink that writes summaries in this format and style.
    pub fn new(inner: W, format: SummaryFormat, style: Style) -> Self {
        SummarySink { output: Output::new(inner), format, style, has_heading: false }
    }
}

impl<W: Write> SummarySink<W> {
    /// Appends the heading of the format, if it is not there yet.
    fn push_heading(&mut self) {
        if !std::mem::replace(&mut self.has_heading, true) {
            self.format.write_heading(self.output.waiting());
        }
    }

    /// Appends a summary. Only the first one has a header.
    fn push(&mut self, summary: &Summary<'_>) {
        self.push_heading();
        summary.write(self.output.waiting(), self.format, &self.style);
        self.style.header = false;
    }
}

impl<W: Write> Sink for SummarySink<W> {
    fn needs(&self) -> Needs {
        let Self { format, .. } = self;
        let cells = format.needs_cells();
        Needs {
            summary: true,
            cells,
            state: format.is_state(),
            empty_intervals: format.shows_empty_intervals(),
            ..Needs::default()
        }
    }

    fn interval(&mut self, summary: &Summary<'_>) -> Result<(), SinkError> {
        if summary.is_empty() && !self.format.shows_empty_intervals() {
            return Ok(());
        }
        self.push(summary);
        self.output.flush()
    }

    fn end(&mut self, ending: &Ending<'_>) -> Result<(), SinkError> {
        if let Some(summary) = ending.summary {
            // Without any interval, the output is the heading.
            self.push_heading();
            if self.format.shows_whole(summary.has_intervals) {
                self.push(summary);
            }
        }
        self.output.flush()
    }
}
