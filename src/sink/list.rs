//! All sinks of a run.

use super::closed_loop::ClosedLoop;
use super::contract::{Ending, Needs, Sink, SinkError};
use super::event_delta::EventDelta;
use crate::event::{Event, Nanos};
use crate::pattern::Loop;
use crate::report::Summary;

/// The sinks of a run. They are called in the order in which they were added.
#[derive(Default)]
pub struct Sinks<'s> {
    sinks: Vec<Box<dyn Sink + 's>>,
    needs: Needs,
}

impl<'s> Sinks<'s> {
    /// Adds a sink behind the others.
    pub fn add(&mut self, sink: impl Sink + 's) {
        self.needs = self.needs.or(sink.needs());
        self.sinks.push(Box::new(sink));
    }

    /// Returns the parts of the run that at least one sink needs.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// Begins all outputs. See [`Sink::begin`].
    ///
    /// # Errors
    ///
    /// This and the other methods return the first error of a sink. The sinks that follow it are not called.
    pub fn begin(&mut self, loops: &[Loop]) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.begin(loops))
    }

    /// Passes on the time of the first event of the run. See [`Sink::first_time`].
    pub fn first_time(&mut self, time: Nanos) {
        self.sinks.iter_mut().for_each(|sink| sink.first_time(time));
    }

    /// Passes on a loop that was found in the input. See [`Sink::add_loop`].
    pub fn add_loop(&mut self, spec: &Loop) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.add_loop(spec))
    }

    /// Passes on a closed loop. See [`Sink::closed`].
    #[inline(never)]
    pub fn closed(&mut self, closed: &ClosedLoop<'_>) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.closed(closed))
    }

    /// Passes on an event with the name of a position. See [`Sink::at_position`].
    pub fn at_position(&mut self, event: &Event<'_>) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.at_position(event))
    }

    /// Passes on an event with its delta. See [`Sink::event`].
    pub fn event(&mut self, delta: &EventDelta<'_>) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.event(delta))
    }

    /// Passes on the summary of an interval. See [`Sink::interval`].
    pub fn interval(&mut self, summary: &Summary<'_>) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.interval(summary))
    }

    /// Writes all bytes that wait in the buffers of the sinks. See [`Sink::flush`].
    pub fn flush(&mut self) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.flush())
    }

    /// Returns what all sinks tell the user about their outputs. See [`Sink::notes`].
    pub fn notes(&self) -> Vec<String> {
        self.sinks.iter().flat_map(|sink| sink.notes()).collect()
    }

    /// Ends all outputs. See [`Sink::end`]. If the process that reads the stream of a sink went away (`BrokenPipe`),
    /// the following sinks are ended all the same, so that the summary is printed even if the rows have no reader.
    ///
    /// # Errors
    ///
    /// The first error of a sink; the sinks that follow it are not ended. If a reader went away, this error is returned
    /// only after all other sinks have ended.
    pub fn end(&mut self, ending: &Ending<'_>) -> Result<(), SinkError> {
        let mut result = Ok(());
        for sink in &mut self.sinks {
            match sink.end(ending) {
                Err(SinkError::Stream(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                    result = Err(SinkError::Stream(error));
                }
                ended => ended?,
            }
        }
        result
    }
}
