//! The run, from the parsed command line to the exit status.

use super::messages::Messages;
use super::operands::Mistaken;
use super::progress::Progress;
use super::status::Status;
use super::stop::{cause, is_reader_gone};
use super::streams::StandardOutput;
use super::{conf, operands, outputs, task};
use crate::cli::{ConfChoice, Given, Request, UsageError};
use crate::engine::Engine;
use crate::event::OwnThreads;
use crate::pattern::Pointer;
use crate::report::{write_findings, write_findings_json};
use crate::sink::SinkError;
use crate::source::{InputName, Signals};
use std::io::{self, Write};

/// Prints a page, such as that of `--help`, on standard output.
pub fn print(page: &str, messages: &Messages<impl Write>) -> Status {
    let written = StandardOutput::open().and_then(|output| (&output).write_all(page.as_bytes()));
    status_of_output(written.map_err(SinkError::Stream), messages)
}

/// Prints the message about a mistake in the command line or in a conf. If the place of the mistake is known, the line
/// with it and carets below the place follow.
pub fn usage_error(error: &UsageError, messages: &Messages<impl Write>) -> Status {
    messages.error(error);
    if let Some(Pointer { line, carets }) = &error.pointer {
        messages.write_text(format!("  {line}\n  {carets}\n").as_bytes());
    }
    Status::Usage
}

/// Runs the filter, and returns the status with which the program ends.
pub fn run<M: Write>(mut request: Request, messages: &Messages<M>) -> Status {
    messages.set_quiet(request.given.quiet);
    let mut input_failed = false;
    if let Some(Mistaken { message, status, operands }) = operands::mistaken(&request) {
        messages.error(message);
        let is_mistaken = |input: &InputName| operands.iter().any(|operand| *input == InputName::Path(operand.into()));
        request.given.inputs.retain(|input| !is_mistaken(input));
        if status == Status::Usage || request.given.inputs.is_empty() {
            return status;
        }
        // The other inputs are read. The exit status says that one was missing.
        input_failed = true;
    }
    request.given.repeat_only(operands::is_readable);
    // An installed conf is no loop that the user gave.
    let is_given = |choice: &ConfChoice| choice.file.is_some() || choice.section.is_some();
    let takes_loops = match &request.conf {
        Some(choice) => !is_given(choice),
        None => request.given.pairs && request.loops.is_empty(),
    };
    if let Err(mistake) = conf::take_loops(&mut request, messages).and_then(|()| request.check_loops()) {
        return usage_error(&mistake, messages);
    }
    let output = match StandardOutput::open() {
        Ok(output) => output,
        Err(error) => return status_of_output(Err(SinkError::Stream(error)), messages),
    };
    let signals = match Signals::install() {
        Ok(signals) => signals,
        Err(error) => {
            messages.error(format_args!("signals cannot be handled: {}", cause(&error)));
            return Status::Failure;
        }
    };
    let given = &request.given;
    let task = task::task(&request, takes_loops);
    let sinks = outputs::sinks(given, task.overview.is_some(), &output, messages);
    match Engine::new(task, sinks) {
        Ok(mut engine) => {
            if input_failed {
                engine.fail_input();
            }
            Session::new(given, &signals, &output, engine, messages).run()
        }
        Err(error) => status_of_output(Err(error), messages),
    }
}

/// Returns the status of the program after its last write. If the write failed, this prints a message. If the reader of
/// the output went away, that is no failure.
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
    /// All threads that this program has had so far, whose events are left out; `None` before they are looked up.
    pub(super) own_threads: Option<OwnThreads>,
}

impl<'s, M: Write> Session<'s, M> {
    fn new(
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
            own_threads: None,
        }
    }

    fn run(mut self) -> Status {
        let given = self.given;
        let standard_input = [InputName::Stdin];
        let inputs = if given.inputs.is_empty() { &standard_input } else { given.inputs.as_slice() };
        let stop = inputs.iter().find_map(|input| self.read(input).err());
        // From here on, a further Ctrl-C kills the program.
        self.signals.ending();
        self.messages.clear_progress();
        self.finish(stop, inputs)
    }

    /// Prints why an input could not be read, and remembers that one failed. The following inputs are still read.
    pub(super) fn fail_input(&mut self, name: &InputName, error: &io::Error) {
        self.engine.fail_input();
        self.failed_inputs += 1;
        self.messages.error(format_args!("{name}: {}", cause(error)));
    }

    /// Returns the results so far as text: the summary, or the findings of `--discover`.
    pub(super) fn results_so_far(&self) -> Vec<u8> {
        let mut text = Vec::new();
        if self.given.discover {
            let write = if self.given.format.is_some() { write_findings_json } else { write_findings };
            write(&mut text, &self.engine.findings(), &self.given.repeated_arguments());
        } else {
            let format = self.given.format_of_summary();
            format.write_heading(&mut text);
            self.engine.summary().write(&mut text, format, &outputs::style(self.given));
        }
        text
    }
}
