//! All sinks of a run.

use super::closed_loop::ClosedLoop;
use super::contract::{Ending, Needs, Sink, SinkError};
use super::event_delta::EventDelta;
use crate::event::Event;
use crate::pattern::Loop;
use crate::report::Summary;

/// The sinks of a run, in the order in which they are fed.
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

    /// Returns the parts of the run that at least one sink wants.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// Begins all outputs; see [`Sink::begin`].
    ///
    /// # Errors
    ///
    /// This and the other methods return the first error of a sink. The sinks behind it are not called.
    pub fn begin(&mut self, loops: &[Loop]) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.begin(loops))
    }

    /// Tells all sinks of a loop that was found while reading.
    pub fn add_loop(&mut self, spec: &Loop) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.add_loop(spec))
    }

    /// Passes a closed loop on.
    #[inline(never)]
    pub fn closed(&mut self, closed: &ClosedLoop<'_>) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.closed(closed))
    }

    /// Passes an event at a position on.
    pub fn at_position(&mut self, event: &Event<'_>) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.at_position(event))
    }

    /// Passes an event with its delta on.
    pub fn event(&mut self, delta: &EventDelta<'_>) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.event(delta))
    }

    /// Passes the summary of an interval on.
    pub fn interval(&mut self, summary: &Summary<'_>) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.interval(summary))
    }

    /// Writes what waits in the buffers of all sinks.
    pub fn flush(&mut self) -> Result<(), SinkError> {
        self.sinks.iter_mut().try_for_each(|sink| sink.flush())
    }

    /// Ends all outputs. If the reader of a sink went away, the next sinks are still ended: the summary is printed even
    /// if nobody reads the rows.
    ///
    /// # Errors
    ///
    /// Returns the first error, without ending the sinks behind it. If a reader went away, returns that after all sinks
    /// were ended.
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
