//! The sink that writes the text of `--discover` at the end of a run.

use super::contract::{Ending, Needs, Sink, SinkError};
use super::output::Output;
use crate::report::write_findings;
use std::ffi::OsString;
use std::io::Write;

/// Writes the events of the input and the loops that are worth asking for.
pub struct FindingsSink<W> {
    output: Output<W>,
    arguments: Vec<OsString>,
}

impl<W: Write> FindingsSink<W> {
    /// Creates the sink. Every command that it proposes ends with `arguments`.
    pub fn new(inner: W, arguments: Vec<OsString>) -> Self {
        FindingsSink { output: Output::new(inner), arguments }
    }
}

impl<W: Write> Sink for FindingsSink<W> {
    fn needs(&self) -> Needs {
        Needs { findings: true, ..Needs::default() }
    }

    fn end(&mut self, ending: &Ending<'_>) -> Result<(), SinkError> {
        if let Some(findings) = ending.findings {
            write_findings(self.output.waiting(), findings, &self.arguments);
        }
        self.output.flush()
    }
}
