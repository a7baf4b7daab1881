//! The sink that writes the comparison of a run with a baseline (`--baseline`), and the sink of the run that reads the
//! baseline.

use super::contract::{Ending, Needs, Sink, SinkError};
use super::output::Output;
use crate::report::{Baseline, Compared, Style, SummaryFormat};
use std::io::Write;
use std::rc::Rc;

/// Makes a run collect the data that a comparison needs of one of its two sides. It writes nothing: it serves the run over
/// the baseline, and a run with `-q` whose comparison only `--fail-if` looks at.
pub struct SideSink;

impl Sink for SideSink {
    fn needs(&self) -> Needs {
        Needs { side: true, ..Needs::default() }
    }
}

/// Compares the run with a baseline, and writes the comparison at the end.
pub struct ComparisonSink<W> {
    output: Output<W>,
    baseline: Rc<Baseline>,
    inputs: Vec<String>,
    format: SummaryFormat,
    style: Style,
}

impl<W: Write> ComparisonSink<W> {
    /// Creates a sink that compares the run with this baseline. `inputs` are the inputs of the run, as the user named
    /// them.
    pub fn new(inner: W, baseline: Rc<Baseline>, inputs: Vec<String>, format: SummaryFormat, style: Style) -> Self {
        ComparisonSink { output: Output::new(inner), baseline, inputs, format, style }
    }
}

impl<W: Write> Sink for ComparisonSink<W> {
    fn needs(&self) -> Needs {
        Needs { side: true, summary: true, ..Needs::default() }
    }

    fn end(&mut self, ending: &Ending<'_>) -> Result<(), SinkError> {
        if let Some(summary) = ending.summary {
            let compared = Compared::new(&self.baseline, summary, &self.inputs);
            compared.write(self.output.waiting(), self.format, &self.style);
        }
        self.output.flush()
    }
}
