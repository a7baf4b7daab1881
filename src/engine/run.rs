//! The engine, and the loop over lines and records.

use super::error::{Error, Pause};
use super::front::Front;
use super::gates::Gates;
use super::interest::Interest;
use super::reorder::Reorder;
use super::task::{EventDeltas, Task};
use super::tracks::Tracks;
use crate::diagnosis::{Diagnosis, Purpose};
use crate::matcher::{Previous, Shape};
use crate::pattern::Loop;
use crate::perf_data::WantedPayloads;
use crate::sink::{Ending, SinkError, Sinks};
use crate::source::{Input, LineBuffer};
use crate::stats::Ledger;
use std::io;
use std::time::{Duration, Instant};

/// The number of records that are read before the engine checks whether a signal came.
const RECORDS_BETWEEN_SIGNALS: usize = 4096;

/// The longest time for which a stopped run still takes records that wait outside of memory to be put in order.
const STOP_TIME: Duration = Duration::from_millis(500);

/// Reads recordings one after another. The sinks get each loop when it closes. The statistics are those of all
/// recordings together.
pub struct Engine<'s> {
    pub(super) task: Task,
    /// The buffer of lines; `None` while a line of it goes through the engine.
    lines: Option<LineBuffer>,
    pub(super) front: Front,
    /// The gates that events pass before the loops; `None` if the task needs none.
    pub(super) gates: Option<Gates>,
    pub(super) tracks: Tracks,
    /// The previous event of each category, in runs that show every event.
    pub(super) events: Option<(EventDeltas, Previous)>,
    /// The diagnosis of loops that have not closed yet, or the search of `--discover`.
    pub(super) diagnosis: Option<Diagnosis>,
    pub(super) interest: Interest,
    pub(super) sinks: Sinks<'s>,
    /// The counts of the run so far, without those of the matcher, which counts by itself.
    pub(super) ledger: Ledger,
    /// The number of the last event. It grows with each event that is read, and once more when an event that was held
    /// back goes on. By these numbers the matcher tells events apart.
    pub(super) number: u64,
    pub(super) started: Instant,
}

impl<'s> Engine<'s> {
    /// Creates an engine that is ready for the first recording, and begins the outputs.
    ///
    /// # Errors
    ///
    /// The error of the first sink that could not begin.
    pub fn new(mut task: Task, mut sinks: Sinks<'s>) -> Result<Self, SinkError> {
        if !sinks.needs().shown {
            task.show.clear();
        }
        sinks.begin(&task.loops)?;
        let mut engine = Engine {
            lines: Some(LineBuffer::default()),
            front: Front::new(),
            gates: Gates::new(&task),
            tracks: Tracks::new(&task, sinks.needs()),
            events: task.events.map(|deltas| (deltas, Previous::new(task.max_keys))),
            diagnosis: diagnosis(&task),
            interest: Interest::Loops,
            sinks,
            ledger: Ledger::default(),
            number: 0,
            started: Instant::now(),
            task,
        };
        for spec in engine.task.loops.clone() {
            engine.add_track(spec);
        }
        engine.decide_interest();
        Ok(engine)
    }

    /// Adds a loop to the run. Every loop is added here: those of the task at the beginning, and pairs when their first
    /// event is read.
    pub(super) fn add_track(&mut self, spec: Loop) {
        self.front.watch.add(self.tracks.len(), &spec);
        let shape = self.task.shape(&spec);
        self.tracks.add(spec, shape);
    }

    /// Returns the parts of payloads that the run needs of a perf.data.
    pub fn payloads(&self) -> WantedPayloads {
        self.task.payloads()
    }

    /// Begins a recording. `name` is its name in messages, and for `-b` and `--show`.
    pub fn begin_input(&mut self, name: String) {
        self.name_input(name.as_bytes());
        self.lines.iter_mut().for_each(LineBuffer::clear);
        self.ledger.begin_input(name);
    }

    /// Sets the name that the recording has for `-b` and `--show`.
    pub fn name_input(&mut self, name: &[u8]) {
        self.tracks.name_input(name);
    }

    /// Reads until the input ends, has nothing to read at the moment, or is interrupted. To go on, call it again.
    ///
    /// # Errors
    ///
    /// Those of [`Error`]. After an error of reading, the recording counts as ended. After an error of writing, the
    /// rows that waited to be written are lost.
    pub fn read(&mut self, input: &mut impl Input) -> Result<Pause, Error> {
        if let Err(error) = input.begin() {
            return self.pause(error);
        }
        if input.records().is_some() { self.read_records(input) } else { self.read_lines(input) }
    }

    fn read_lines(&mut self, input: &mut impl Input) -> Result<Pause, Error> {
        let mut lines = self.lines.take().unwrap_or_default();
        let pause = self.read_lines_of(&mut lines, input);
        self.lines = Some(lines);
        pause
    }

    #[inline(always)]
    fn read_lines_of(&mut self, lines: &mut LineBuffer, input: &mut impl Input) -> Result<Pause, Error> {
        loop {
            while let Some(line) = lines.next_line() {
                self.line(line)?;
            }
            match input.next_into(lines) {
                Ok(0) => break,
                Ok(count) => self.ledger.bytes += count as u64,
                Err(error) => return self.pause(error),
            }
        }
        // At the end of the input the buffer has one more line if the last one has no newline.
        while let Some(line) = lines.next_line() {
            self.line(line)?;
        }
        Ok(Pause::End)
    }

    fn read_records(&mut self, input: &mut impl Input) -> Result<Pause, Error> {
        while !input.is_interrupted() {
            for _ in 0..RECORDS_BETWEEN_SIGNALS {
                let Some(records) = input.records() else { return Ok(Pause::End) };
                let bytes = records.take_bytes();
                self.ledger.bytes += bytes;
                match records.next() {
                    Ok(Some(record)) => self.record(&record, bytes)?,
                    Ok(None) => {
                        self.ledger.bytes += records.take_bytes();
                        return Ok(Pause::End);
                    }
                    Err(error) => return self.pause(error.into()),
                }
            }
        }
        Ok(Pause::Interrupted)
    }

    /// Returns the pause that an error of the input stands for; other errors stay errors. If the input has nothing to
    /// read, all rows that wait are written first.
    fn pause(&mut self, error: io::Error) -> Result<Pause, Error> {
        match error.kind() {
            io::ErrorKind::Interrupted => Ok(Pause::Interrupted),
            io::ErrorKind::WouldBlock => {
                self.sinks.flush()?;
                Ok(Pause::Waiting)
            }
            _ => Err(Error::Read(error)),
        }
    }

    /// Ends the reading of an input before its end, after a signal. Records that were read already and wait to be put
    /// in order are still taken. If a part of them waits outside of memory, only those are taken that come within half
    /// a second, because the user waits for the end.
    ///
    /// # Errors
    ///
    /// Those of [`Engine::read`].
    pub fn stop(&mut self, input: &mut impl Input) -> Result<(), Error> {
        let Some(records) = input.records() else { return Ok(()) };
        records.stop();
        let deadline = Instant::now() + STOP_TIME;
        while !records.is_spilled() || Instant::now() < deadline {
            for _ in 0..RECORDS_BETWEEN_SIGNALS {
                match records.next().map_err(io::Error::from) {
                    Ok(Some(record)) => self.record(&record, 0)?,
                    Ok(None) => return Ok(()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(Error::Read(error)),
                }
            }
        }
        Ok(())
    }

    /// Puts all events that are held back through the loops, and ends the current interval.
    ///
    /// # Errors
    ///
    /// Only [`Error::Write`].
    pub fn settle(&mut self) -> Result<(), Error> {
        self.release_suspect(None)?;
        self.release(Reorder::next_of_all)?;
        self.end_interval(None)
    }

    /// Ends a recording. Loops that have begun and not closed stay unfinished.
    ///
    /// # Errors
    ///
    /// Only [`Error::Write`].
    pub fn end_input(&mut self) -> Result<(), Error> {
        self.settle()?;
        self.gates.iter_mut().for_each(Gates::end_recording);
        self.tracks.end_recording();
        self.diagnosis.iter_mut().for_each(Diagnosis::end_recording);
        self.events.iter_mut().for_each(|(_, previous)| previous.end_recording());
        Ok(())
    }

    /// Writes the rows that wait to be written.
    ///
    /// # Errors
    ///
    /// The error of the first sink that could not write.
    pub fn flush(&mut self) -> Result<(), SinkError> {
        self.sinks.flush()
    }

    /// Ends all outputs: writes the rows that wait, the summary, and the last parts of files.
    ///
    /// # Errors
    ///
    /// Those of [`Sinks::end`].
    pub fn end(&mut self, input_failed: bool) -> Result<(), SinkError> {
        let mut sinks = std::mem::take(&mut self.sinks);
        // The rows are written before the summary is made, because the hints in it take a while if there are many names
        // to compare.
        let flushed = match sinks.flush() {
            Err(SinkError::Stream(error)) if error.kind() == io::ErrorKind::BrokenPipe => Err(SinkError::Stream(error)),
            flushed => {
                flushed?;
                Ok(())
            }
        };
        let summary = sinks.needs().summary.then(|| self.summary());
        let findings = sinks.needs().findings.then(|| self.findings());
        sinks.end(&Ending { summary: summary.as_ref(), findings: findings.as_ref(), input_failed })?;
        flushed
    }
}

/// Returns the diagnosis that a task needs. A run with `--pairs` needs none, because the user has named no loop that
/// could stay open.
fn diagnosis(task: &Task) -> Option<Diagnosis> {
    let follow = task.follow.as_ref()?;
    let shapes: Vec<Shape> = task.loops.iter().map(|spec| task.shape(spec)).collect();
    let purpose = match (task.discover, task.pairs) {
        (true, _) => Purpose::Discover,
        (false, false) => Purpose::Hints { propose: task.propose },
        (false, true) => return None,
    };
    Some(Diagnosis::new(purpose, follow.matching, &shapes))
}
