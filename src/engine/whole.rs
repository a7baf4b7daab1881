//! A whole run over one recording.

use super::error::{Error, Pause};
use super::run::Engine;
use super::task::Task;
use crate::sink::Sinks;
use crate::source::Input;

/// Runs a task over one recording, from its beginning to its end. Returns the engine, which has the statistics.
///
/// The input must block while it has nothing to give. An input that returns `WouldBlock` is asked again at once, which
/// keeps the CPU busy.
///
/// # Errors
///
/// Those of [`Engine::read`].
pub fn run(task: Task, sinks: Sinks<'_>, mut input: impl Input) -> Result<Engine<'_>, Error> {
    let mut engine = Engine::new(task, sinks)?;
    engine.begin_input("input".to_owned());
    while engine.read(&mut input)? != Pause::End {}
    engine.end_input()?;
    engine.end(false)?;
    Ok(engine)
}
