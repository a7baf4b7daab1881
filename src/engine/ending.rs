//! The ends of inputs and of the run.

use super::error::Error;
use super::gates::Gates;
use super::reorder::Reorder;
use super::run::{Engine, RECORDS_BETWEEN_SIGNALS};
use crate::diagnosis::Diagnosis;
use crate::event::Nanos;
use crate::sink::{Ending, SinkError};
use crate::source::Input;
use std::io;
use std::time::{Duration, Instant};

/// After a signal, the records that wait in a temporary file to be put in order are read for at most this time.
const STOP_TIME: Duration = Duration::from_millis(500);

impl Engine<'_> {
    /// Ends the reading of an input before its end, after a signal. Records that were read already and wait to be put
    /// in order are still taken. If a part of them waits in a temporary file, they are taken for at most half a second,
    /// because the user waits for the end.
    ///
    /// perf record writes out the buffers of all CPUs in rounds. If the input was stopped in the middle of a round,
    /// returns the time after which events of some CPUs may be missing; see
    /// [`PerfData::stop`](crate::perf_data::PerfData::stop).
    ///
    /// # Errors
    ///
    /// Those of [`Engine::read`].
    pub fn stop(&mut self, input: &mut impl Input) -> Result<Option<Nanos>, Error> {
        let Some(records) = input.records() else { return Ok(None) };
        self.note_lacks(records);
        let certain = records.stop();
        let deadline = Instant::now() + STOP_TIME;
        while !records.is_spilled() || Instant::now() < deadline {
            for _ in 0..RECORDS_BETWEEN_SIGNALS {
                match records.next().map_err(io::Error::from) {
                    Ok(Some(record)) => self.record(&record, 0)?,
                    Ok(None) => return Ok(certain),
                    // In the middle of long work the reader returns this error now and then, so that the deadline can
                    // be checked.
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => break,
                    Err(error) => return Err(Error::Read(error)),
                }
            }
        }
        Ok(certain)
    }

    /// Puts all events that are held back (by `--reorder`, because their time may be wrong, or because frames of their
    /// call chain may follow) through the loops, and ends the current interval.
    ///
    /// # Errors
    ///
    /// Only [`Error::Write`].
    pub fn settle(&mut self) -> Result<(), Error> {
        self.release_line()?;
        self.release_suspect(None)?;
        self.release(Reorder::next_of_all)?;
        self.end_interval(None)
    }

    /// Ends a recording. Loops that have begun and not closed stay unfinished.
    ///
    /// # Errors
    ///
    /// Only [`Error::Write`], and [`Error::State`] if traces and states were read that cannot stand together.
    pub fn end_input(&mut self) -> Result<(), Error> {
        self.settle()?;
        self.gates.iter_mut().for_each(Gates::end_recording);
        self.end_input_of_why();
        self.reasons.iter_mut().for_each(|reasons| reasons.end_recording());
        self.tracks.end_recording();
        self.cut_beginnings(None);
        self.diagnosis.iter_mut().for_each(Diagnosis::end_recording);
        self.events.iter_mut().for_each(|(_, previous)| previous.end_recording());
        self.check_states()
    }

    /// Writes the rows that wait to be written.
    ///
    /// # Errors
    ///
    /// The error of the first sink that could not write.
    pub fn flush(&mut self) -> Result<(), SinkError> {
        self.sinks.flush()
    }

    /// Ends all outputs: writes the rows that wait, the summary, and the last parts of files. If no input could be read
    /// at all, there is no summary.
    ///
    /// # Errors
    ///
    /// Those of [`Sinks::end`](crate::sink::Sinks::end).
    pub fn end(&mut self) -> Result<(), SinkError> {
        let mut sinks = std::mem::take(&mut self.sinks);
        // The rows are written before the summary is made, because the hints in it take a while if there are many names
        // to compare. If the reader of the rows went away (`BrokenPipe`), the summary is still written, and the error
        // is returned at the end.
        let flushed = match sinks.flush() {
            Err(SinkError::Stream(error)) if error.kind() == io::ErrorKind::BrokenPipe => Err(SinkError::Stream(error)),
            flushed => {
                flushed?;
                Ok(())
            }
        };
        // The overview of an input without any event would be empty, so the summary shows the built-in loop instead.
        if self.task.overview.is_some() && self.front.watch.names().next().is_none() {
            self.end_overview();
        }
        self.gather_kept_lines();
        let has_results = !self.nothing_was_read();
        let summary = (sinks.needs().summary && has_results).then(|| self.summary());
        let findings = (sinks.needs().findings && has_results).then(|| self.findings());
        let ended = sinks.end(&Ending {
            summary: summary.as_ref(),
            findings: findings.as_ref(),
            input_failed: self.input_failed,
        });
        self.notes = sinks.notes();
        ended?;
        flushed
    }

    /// Ends all outputs after an error, without a summary. The rows that wait are written, and outputs that need a text
    /// behind their last row get it.
    ///
    /// # Errors
    ///
    /// Those of [`Sinks::end`](crate::sink::Sinks::end).
    pub fn end_without_results(&mut self) -> Result<(), SinkError> {
        std::mem::take(&mut self.sinks).end(&Ending { summary: None, findings: None, input_failed: true })
    }

    /// Returns sentences that tell the user what the outputs lack. There are none before [`Engine::end`].
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}
