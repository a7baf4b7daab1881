//! The run, from the parsed command line to the exit status.

use super::baseline::{self, ReadBaseline};
use super::messages::Messages;
use super::operands::Mistaken;
use super::state::{Session, status_of_output};
use super::status::Status;
use super::stop::cause;
use super::streams::StandardOutput;
use super::{conf, operands, outputs, task};
use crate::cli::{Request, UsageError};
use crate::engine::Engine;
use crate::pattern::Pointer;
use crate::sink::SinkError;
use crate::source::{InputName, Signals};
use std::io::Write;
use std::rc::Rc;

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
    let read = (!given.baseline.is_empty()).then(|| baseline::read(&request, &signals, &output, messages));
    let (baseline, stop) = match read.transpose() {
        Ok(None) => (None, None),
        Ok(Some(ReadBaseline { baseline, input_failed: has_failed, stop })) => {
            input_failed |= has_failed;
            (Some(Rc::new(baseline)), stop)
        }
        Err(status) => return status,
    };
    let task = task::task(&request);
    // States that are merged to a state bring their own loops, and no rows.
    let merges_states = request.takes_loops_of_states && given.format_of_summary().is_state();
    let has_late_header = task.overview.is_some() || merges_states;
    let sinks = outputs::sinks(given, has_late_header, baseline.as_ref(), &output, messages);
    match Engine::new(task, sinks) {
        Ok(mut engine) => {
            if input_failed {
                engine.fail_input();
            }
            Session { baseline, ..Session::new(given, &signals, &output, engine, messages) }.run(stop)
        }
        Err(error) => status_of_output(Err(error), messages),
    }
}
