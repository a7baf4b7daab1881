//! The sink that writes the result of `--discover` at the end of a run.

use super::contract::{Ending, Needs, Sink, SinkError};
use super::output::Output;
use crate::report::{write_findings, write_findings_json};
use std::ffi::OsString;
use std::io::Write;

/// Writes the events of the input and the loops that are worth asking for.
pub struct FindingsSink<W> {
    output: Output<W>,
    arguments: Vec<OsString>,
    is_json: bool,
}

impl<W: Write> FindingsSink<W> {
    /// Creates the sink, which writes text or JSON. Every command that it writes ends with these arguments.
    pub fn new(inner: W, arguments: Vec<OsString>, is_json: bool) -> Self {
        FindingsSink { output: Output::new(inner), arguments, is_json }
    }
}

impl<W: Write> Sink for FindingsSink<W> {
    fn needs(&self) -> Needs {
        Needs { findings: true, ..Needs::default() }
    }

    fn end(&mut self, ending: &Ending<'_>) -> Result<(), SinkError> {
        if let Some(findings) = ending.findings {
            let write = if self.is_json { write_findings_json } else { write_findings };
            write(self.output.waiting(), findings, &self.arguments);
        }
        self.output.flush()
    }
}
