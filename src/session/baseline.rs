//! Reads the baseline: the recordings with which the inputs of the run are compared (`--baseline`).

use super::messages::Messages;
use super::state::{Session, status_of_output};
use super::status::Status;
use super::stop::Stop;
use super::streams::StandardOutput;
use super::style::input_names;
use super::task;
use crate::cli::Request;
use crate::compare::BaselineLoop;
use crate::engine::Engine;
use crate::report::Baseline;
use crate::sink::{SideSink, Sinks};
use crate::source::Signals;
use std::io::Write;

/// The baseline as far as it could be read.
pub(super) struct ReadBaseline {
    pub(super) baseline: Baseline,
    /// True if an input could not be read, or not to its end.
    pub(super) input_failed: bool,
    /// The reason why reading stopped early; `None` if all inputs were read. If there is a reason, the inputs of the
    /// run may not be read either.
    pub(super) stop: Option<Stop>,
}

/// Reads all recordings of `--baseline`, and prints the notes about them on standard error.
///
/// # Errors
///
/// Returns the status with which the program ends if no recording of the baseline could be read.
pub(super) fn read<M: Write>(
    request: &Request,
    signals: &Signals,
    output: &StandardOutput,
    messages: &Messages<M>,
) -> Result<ReadBaseline, Status> {
    let given = &request.given;
    let mut sinks = Sinks::default();
    sinks.add(SideSink);
    let engine = Engine::new(task::task(request), sinks);
    let engine = engine.map_err(|error| status_of_output(Err(error), messages))?;
    let mut session = Session::new(given, signals, output, engine, messages);
    let stop = given.baseline.iter().find_map(|input| session.read(input).err());
    session.messages.clear_progress();
    session.print_notes(&given.baseline);
    if session.engine.nothing_was_read() {
        return Err(Status::Failure);
    }
    let summary = session.engine.summary();
    let of_summary = summary.loops.iter().filter_map(|of_loop| {
        let side = of_loop.side?;
        Some(BaselineLoop::new(of_loop.spec, of_loop.is_pair, side))
    });
    let loops = of_summary.collect();
    let baseline = Baseline { inputs: input_names(&given.baseline), loops };
    Ok(ReadBaseline { baseline, input_failed: session.engine.input_failed(), stop })
}
