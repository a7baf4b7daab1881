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

/// The number of records that are read before the engine looks whether a signal came.
const RECORDS_BETWEEN_SIGNALS: usize = 4096;

/// The longest time for which a stopped run goes on with records that wait outside of memory.
const STOP_TIME: Duration = Duration::from_millis(500);

/// Reads recordings one after another. The sinks get each loop as it closes, and the statistics add up over all
/// recordings.
pub struct Engine<'s> {
    pub(super) task: Task,
    /// The buffer of lines; `None` while its lines go through the engine.
    lines: Option<LineBuffer>,
    pub(super) front: Front,
    /// The gates before the loops, if the task has any.
    pub(super) gates: Option<Gates>,
    pub(super) tracks: Tracks,
    /// The previous event of each category, in the modes that show every event.
    pub(super) events: Option<(EventDeltas, Previous)>,
    /// The diagnosis of loops that have not closed yet, or of `--discover`.
    pub(super) diagnosis: Option<Diagnosis>,
    pub(super) interest: Interest,
    pub(super) sinks: Sinks<'s>,
    /// The counts so far, without the counts of the matcher.
    pub(super) ledger: Ledger,
    /// The number of the last event. It grows with each event that is read, and again with each that the window of
    /// `--reorder` releases. The matcher tells events apart by their numbers.
    pub(super) number: u64,
    pub(super) started: Instant,
}

impl<'s> Engine<'s> {
    /// Creates an engine that is ready for the first recording, and begins the outputs.
    ///
    /// # Errors
    ///
    /// Returns the error of the first sink that could not begin.
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

    /// Adds a loop. Every loop of a run is added here: the loops of the task, and the pairs that are found while
    /// reading.
    pub(super) fn add_track(&mut self, spec: Loop) {
        self.front.watch.add(self.tracks.len(), &spec);
        let shape = self.task.shape(&spec);
        self.tracks.add(spec, shape);
    }

    /// Returns the parts of payloads that the run needs from a binary recording.
    pub fn payloads(&self) -> WantedPayloads {
        self.task.payloads()
    }

    /// Begins a recording, which messages call `name`, and `-b` and `--show` too.
    pub fn begin_input(&mut self, name: String) {
        self.name_input(name.as_bytes());
        self.lines.iter_mut().for_each(LineBuffer::clear);
        self.ledger.begin_input(name);
    }

    /// Sets the name that the recording has for `-b` and `--show`.
    pub fn name_input(&mut self, name: &[u8]) {
        self.tracks.name_input(name);
    }

    /// Reads until the input ends or has nothing to read for now, or until a signal comes. Call it again to go on.
    ///
    /// # Errors
    ///
    /// See [`Error`]. After a failed read the recording counts as ended; after a failed write the rows that waited are lost.
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
        // At the end of the input the buffer also lends a last line without a newline.
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

    /// Returns the pause that an error of the input stands for. Before the engine waits for input, it writes all rows.
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

    /// Stops reading an input in the middle. Takes the records that were read already and wait to be put in order. If more
    /// of them wait than memory holds, it takes those that come within half a second, because a signal wants an answer.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Engine::read`].
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

    /// Follows the events that are held back, and ends the interval that runs now.
    ///
    /// # Errors
    ///
    /// Returns only [`Error::Write`].
    pub fn settle(&mut self) -> Result<(), Error> {
        self.release_suspect(None)?;
        self.release(Reorder::next_of_all)?;
        self.end_interval(None)
    }

    /// Ends a recording. Chains that are open stay unfinished.
    ///
    /// # Errors
    ///
    /// Returns only [`Error::Write`].
    pub fn end_input(&mut self) -> Result<(), Error> {
        self.settle()?;
        self.gates.iter_mut().for_each(Gates::end_recording);
        self.tracks.end_recording();
        self.diagnosis.iter_mut().for_each(Diagnosis::end_recording);
        self.events.iter_mut().for_each(|(_, previous)| previous.end_recording());
        Ok(())
    }

    /// Writes the rows that wait.
    ///
    /// # Errors
    ///
    /// Returns the error of the first sink that could not write.
    pub fn flush(&mut self) -> Result<(), SinkError> {
        self.sinks.flush()
    }

    /// Ends all outputs: writes the rows that wait, the summary, and the files.
    ///
    /// # Errors
    ///
    /// See [`Sinks::end`].
    pub fn end(&mut self, input_failed: bool) -> Result<(), SinkError> {
        let mut sinks = std::mem::take(&mut self.sinks);
        // Rows are written before the summary is made, which takes a while if there are many names to compare.
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

/// Returns the diagnosis that a task asks for. `--pairs` asks for none, because the user has named no loop.
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
