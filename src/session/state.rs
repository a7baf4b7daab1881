//! The state of a run while its inputs are read, and the results so far.

use super::messages::Messages;
use super::progress::Progress;
use super::status::Status;
use super::stop::{Stop, cause, is_reader_gone};
use super::streams::StandardOutput;
use super::style::{input_names, style};
use crate::cli::Given;
use crate::engine::Engine;
use crate::event::OwnThreads;
use crate::report::{Baseline, Compared, write_findings, write_findings_json};
use crate::sink::SinkError;
use crate::source::{InputName, Signals};
use std::io::{self, Write};
use std::rc::Rc;

/// Returns the status of the program after its last write. If the write failed, this prints a message. It is no failure
/// if the program that reads the output (such as `head`) ended before this one.
pub(super) fn status_of_output(written: Result<(), SinkError>, messages: &Messages<impl Write>) -> Status {
    match written {
        Ok(()) => Status::Success,
        Err(error) if is_reader_gone(&error) => Status::Success,
        Err(SinkError::Stream(error)) => {
            messages.error(format_args!("(standard output): {}", cause(&error)));
            Status::Failure
        }
        Err(SinkError::Folder(error)) => {
            messages.error(cause(&error));
            Status::Failure
        }
    }
}

/// The state of a run.
pub(super) struct Session<'s, M> {
    /// The options of the command line.
    pub(super) given: &'s Given,
    pub(super) signals: &'s Signals,
    pub(super) output: &'s StandardOutput,
    pub(super) engine: Engine<'s>,
    pub(super) messages: &'s Messages<M>,
    /// The progress of the current input, if it is shown.
    pub(super) progress: Option<Progress>,
    /// The number of bytes that all earlier inputs had together.
    pub(super) bytes_before: u64,
    /// The number of inputs that could not be read, or not to their end.
    pub(super) failed_inputs: usize,
    /// The results of the recordings with which the inputs are compared; `None` without `--baseline`.
    pub(super) baseline: Option<Rc<Baseline>>,
    /// All threads that this program has had so far. Their events are left out. `None` until the threads are looked up
    /// for the first time.
    pub(super) own_threads: Option<OwnThreads>,
}

impl<'s, M: Write> Session<'s, M> {
    pub(super) fn new(
        given: &'s Given,
        signals: &'s Signals,
        output: &'s StandardOutput,
        engine: Engine<'s>,
        messages: &'s Messages<M>,
    ) -> Self {
        Session {
            given,
            signals,
            output,
            engine,
            messages,
            progress: None,
            bytes_before: 0,
            failed_inputs: 0,
            baseline: None,
            own_threads: None,
        }
    }

    /// Reads the inputs and ends the run. If there is a `stop` already, no input may be read, and the run ends for this
    /// reason.
    pub(super) fn run(mut self, stop: Option<Stop>) -> Status {
        let given = self.given;
        let inputs = given.inputs();
        let stop = stop.or_else(|| inputs.iter().find_map(|input| self.read(input).err()));
        // From here on, a further Ctrl-C kills the program.
        self.signals.ending();
        self.messages.clear_progress();
        self.finish(stop, inputs)
    }

    /// Prints why an input could not be read, and counts it as failed. The following inputs are still read.
    pub(super) fn fail_input(&mut self, name: &InputName, error: &io::Error) {
        self.engine.fail_input();
        self.failed_inputs += 1;
        self.messages.error(format_args!("{name}: {}", cause(error)));
    }

    /// Returns the results so far as text: the summary, the comparison with the baseline, or the findings of
    /// `--discover`.
    pub(super) fn results_so_far(&self) -> Vec<u8> {
        let mut text = Vec::new();
        if self.given.discover {
            let write = if self.given.format.is_some() { write_findings_json } else { write_findings };
            write(&mut text, &self.engine.findings(), &self.given.repeated_arguments());
        } else {
            let (format, style) = (self.given.format_of_summary(), style(self.given));
            let summary = self.engine.summary();
            match &self.baseline {
                Some(baseline) => {
                    let inputs = input_names(self.given.inputs());
                    Compared::new(baseline, &summary, &inputs).write(&mut text, format, &style);
                }
                None => {
                    format.write_heading(&mut text);
                    summary.write(&mut text, format, &style);
                }
            }
        }
        text
    }
}
