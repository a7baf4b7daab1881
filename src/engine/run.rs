//! The engine, and the loop over lines and records.

use super::beginnings::Beginnings;
use super::call_chains::CallChains;
use super::error::{Error, Pause};
use super::front::Front;
use super::gates::Gates;
use super::interest::Interest;
use super::origin::Origin;
use super::reasons::Reasons;
use super::states::States;
use super::task::{EventDeltas, Task};
use super::tracks::Tracks;
use super::why::Why;
use crate::diagnosis::{Diagnosis, Purpose};
use crate::event::{Nanos, OwnThreads};
use crate::matcher::{Previous, Shape};
use crate::pattern::Loop;
use crate::perf_data::{Lack, PerfData, WantedPayloads};
use crate::sink::{SinkError, Sinks};
use crate::source::{Input, LineBuffer};
use crate::stats::Ledger;
use std::io;
use std::time::Instant;

/// The number of records that are read before the engine checks whether a signal came.
pub(super) const RECORDS_BETWEEN_SIGNALS: usize = 4096;

/// Reads recordings one after another. The sinks get each loop when it closes. The statistics are those of all
/// recordings together.
pub struct Engine<'s> {
    pub(super) task: Task,
    /// The buffer of lines; `None` while a line of it goes through the engine.
    lines: Option<LineBuffer>,
    pub(super) front: Front,
    /// The gates, which are steps that events pass before the loops: the selection, intervals and `--reorder`. `None`
    /// if the task needs none.
    pub(super) gates: Option<Gates>,
    pub(super) tracks: Tracks,
    /// The previous event of each category (a group of event names), in runs whose sinks get every event.
    pub(super) events: Option<(EventDeltas, Previous)>,
    /// The events that may begin a pair (`--pairs`).
    pub(super) beginnings: Beginnings,
    /// Collects the reasons why loops have not closed yet, or the loops that `--discover` shows.
    pub(super) diagnosis: Option<Diagnosis>,
    /// The tracepoints, of all recordings, that lack fields which the run wants. Only a binary recording (perf.data)
    /// declares the fields of its tracepoints, so trace text adds nothing here.
    pub(super) lacks: Vec<Lack>,
    pub(super) interest: Interest,
    /// The analyses that say why a loop was slow.
    pub(super) why: Option<Box<Why>>,
    /// The analyses of what threads do.
    pub(super) reasons: Option<Box<Reasons>>,
    pub(super) sinks: Sinks<'s>,
    /// True if closed loops go to the sinks and the analyses of slow loops: one of them wants closed loops, and the
    /// user asked for the loops. The loops of an overview, which a run makes if the user gave no loop, do not go there.
    pub(super) passes_closed: bool,
    /// The counts of lines and events so far. The matcher has its own counts, which [`Engine::ledger`] adds.
    pub(super) ledger: Ledger,
    /// The number of the last event. It grows with each event that is read, and once more when an event that was held
    /// back (by `--reorder`, or because its time may be wrong) goes on. By these numbers the matcher tells events
    /// apart.
    pub(super) number: u64,
    /// The origin of the event that is followed now.
    pub(super) origin: Origin,
    /// The call chains of events; `None` if no sink needs any.
    pub(super) call_chains: Option<Box<CallChains>>,
    /// The length of the longest name of an event of a perf.data; 0 if it is not known yet.
    pub(super) name_width: usize,
    /// The states that were read; `None` if there was none.
    pub(super) states: Option<Box<States>>,
    /// True if an input could not be read, or not to its end.
    pub(super) input_failed: bool,
    /// The earliest and the latest time of the events that `--time` left out; `None` if it left out none.
    pub(super) left_out_times: Option<(Nanos, Nanos)>,
    /// True if an input was read to its end.
    input_succeeded: bool,
    /// The sentences of the sinks for the user, after the end of the run.
    pub(super) notes: Vec<String>,
    pub(super) started: Instant,
}

impl<'s> Engine<'s> {
    /// Creates an engine that is ready for the first recording, and begins the outputs.
    ///
    /// # Errors
    ///
    /// The error of the first sink that could not begin.
    pub fn new(mut task: Task, mut sinks: Sinks<'s>) -> Result<Self, SinkError> {
        if !sinks.needs().shown && task.why.slowest.is_none() {
            task.show.clear();
        }
        sinks.begin(&task.loops)?;
        let mut engine = Engine {
            lines: Some(LineBuffer::default()),
            front: Front::new(),
            gates: Gates::new(&task),
            tracks: Tracks::new(&task, sinks.needs()),
            events: task.events.map(|deltas| (deltas, Previous::new(task.max_keys))),
            beginnings: Beginnings::new(),
            diagnosis: diagnosis(&task),
            lacks: Vec::new(),
            interest: Interest::Loops,
            why: Why::new(&task),
            reasons: Reasons::new(&task),
            passes_closed: false,
            call_chains: sinks.needs().call_chain.map(CallChains::new),
            sinks,
            ledger: Ledger::default(),
            number: 0,
            origin: Origin::default(),
            name_width: 0,
            states: None,
            input_failed: false,
            left_out_times: None,
            input_succeeded: false,
            notes: Vec::new(),
            started: Instant::now(),
            task,
        };
        engine.add_tracks_of_task();
        engine.decide_interest();
        Ok(engine)
    }

    /// Adds a loop. Every loop of a run is added here: the loops of the task, and the pairs that are found while
    /// reading.
    pub(super) fn add_track(&mut self, spec: Loop, shape: Shape) {
        self.front.watch.add(self.tracks.len(), &spec);
        self.tracks.add(spec, shape);
    }

    /// Adds the loops that are followed from the beginning of the run: those of the task, and behind them those of an
    /// overview. The user did not ask for the loops of an overview, so they are left out of the counts.
    pub(super) fn add_tracks_of_task(&mut self) {
        let loops: Vec<Loop> = self.task.loops_from_the_beginning().cloned().collect();
        for spec in loops {
            let shape = self.task.shape(&spec);
            self.add_track(spec, shape);
            if self.tracks.len() > self.task.loops.len() {
                self.tracks.leave_last_out_of_counts();
            }
        }
    }

    /// Returns the parts of payloads that the run needs from a binary recording.
    pub fn payloads(&self) -> WantedPayloads {
        WantedPayloads { call_chains: self.call_chains.is_some(), ..self.task.payloads() }
    }

    /// Begins a recording. `name` is its name in messages, and the value of `input` for `-b` and `--show`.
    pub fn begin_input(&mut self, name: String) {
        self.name_input(name.as_bytes());
        self.lines.iter_mut().for_each(LineBuffer::clear);
        self.ledger.begin_input(name);
        self.why.iter_mut().for_each(|why| why.begin_input(self.ledger.bytes, self.ledger.lines));
    }

    /// From now on, leaves out the events of these threads, and only counts them. The threads are those of the program
    /// that runs this engine. `None` leaves out nothing.
    pub fn leave_out(&mut self, threads: Option<OwnThreads>) {
        self.front.leave_out(threads);
    }

    /// Notes that an input could not be read, or not to its end, so that the results do not cover all of it.
    pub fn fail_input(&mut self) {
        self.input_failed = true;
    }

    /// Returns whether an input could not be read, or not to its end.
    pub fn input_failed(&self) -> bool {
        self.input_failed
    }

    /// Notes that an input was read to its end.
    pub fn succeed_input(&mut self) {
        self.input_succeeded = true;
    }

    /// Returns whether no input could be read at all, so that there are no results.
    pub fn nothing_was_read(&self) -> bool {
        self.input_failed && !self.input_succeeded && self.ledger.lines == 0
    }

    /// Sets the name of the recording that `-b input` and `--show input` give.
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
        self.begin_lines(input);
        if input.records().is_some() { self.read_records(input) } else { self.read_lines(input) }
    }

    fn read_lines(&mut self, input: &mut impl Input) -> Result<Pause, Error> {
        let mut lines = self.lines.take().unwrap_or_default();
        let is_special = self.needs_places() || self.call_chains.is_some();
        let pause = if is_special {
            self.read_lines_of::<true>(&mut lines, input)
        } else {
            self.read_lines_of::<false>(&mut lines, input)
        };
        self.lines = Some(lines);
        pause
    }

    /// Reads lines. `IS_SPECIAL` is true in a run that needs the places of lines, or the call chains behind them. The
    /// usual run has a loop of its own, because a check for each line cost it 2 of 530 instructions.
    #[inline(always)]
    fn read_lines_of<const IS_SPECIAL: bool>(
        &mut self,
        lines: &mut LineBuffer,
        input: &mut impl Input,
    ) -> Result<Pause, Error> {
        let mut end = lines.end_address();
        loop {
            while let Some(line) = lines.next_line() {
                if IS_SPECIAL {
                    self.special_line(end - line.as_ptr() as usize, line)?;
                } else {
                    self.line(line)?;
                }
            }
            match input.next_into(lines) {
                Ok(0) => break,
                Ok(count) => self.ledger.bytes += count as u64,
                Err(error) => return self.pause(error),
            }
            end = lines.end_address();
        }
        end = lines.end_address();
        // If the last line of the input has no newline, it is still in the buffer.
        let before = self.ledger.lines_of_states();
        while let Some(line) = lines.next_line() {
            if IS_SPECIAL {
                self.special_line(end - line.as_ptr() as usize, line)?;
            } else {
                self.line(line)?;
            }
        }
        if self.ledger.lines_of_states() > before {
            self.ledger.last_line_of_state_is_cut();
        }
        Ok(Pause::End)
    }

    /// Takes a line in a run that needs the places of lines, or the call chains behind them. The line begins `behind`
    /// bytes before the end of the bytes that were read.
    #[inline(never)]
    fn special_line(&mut self, behind: usize, line: &[u8]) -> Result<(), Error> {
        if self.needs_places() {
            self.place_line(behind, line);
        }
        self.line_with_frames(line)
    }

    fn needs_places(&self) -> bool {
        self.why.as_ref().is_some_and(|why| why.needs_places())
    }

    fn read_records(&mut self, input: &mut impl Input) -> Result<Pause, Error> {
        while !input.is_interrupted() {
            // If a perf.data comes through a pipe, the names of its events are known only behind the first record. So
            // one record is read alone, and then the width of the names is asked for again.
            self.name_width = input.records().map_or(0, |records| records.name_width());
            let count = if self.name_width == 0 { 1 } else { RECORDS_BETWEEN_SIGNALS };
            for _ in 0..count {
                let Some(records) = input.records() else { return Ok(Pause::End) };
                let bytes = records.take_bytes();
                self.ledger.bytes += bytes;
                match records.next() {
                    Ok(Some(record)) => self.record(&record, bytes)?,
                    Ok(None) => {
                        self.ledger.bytes += records.take_bytes();
                        self.note_lacks(records);
                        return Ok(Pause::End);
                    }
                    Err(error) => return self.pause(error.into()),
                }
            }
        }
        Ok(Pause::Interrupted)
    }

    /// Remembers the tracepoints of a recording that lack wanted fields, for the hints.
    pub(super) fn note_lacks(&mut self, records: &PerfData) {
        for lack in records.lacks() {
            if !self.lacks.contains(&lack) {
                self.lacks.push(lack);
            }
        }
    }

    /// Returns the pause that an error of the input stands for; other errors stay errors. If the input has nothing to
    /// read, all rows that wait are written first.
    pub(super) fn pause(&mut self, error: io::Error) -> Result<Pause, Error> {
        match error.kind() {
            io::ErrorKind::Interrupted => Ok(Pause::Interrupted),
            io::ErrorKind::WouldBlock => {
                self.sinks.flush()?;
                Ok(Pause::Waiting)
            }
            _ => Err(Error::Read(error)),
        }
    }
}

/// Returns the diagnosis that a task asks for. A run that follows no loops, or only pairs (`--pairs`), needs none.
fn diagnosis(task: &Task) -> Option<Diagnosis> {
    let follow = task.follow.as_ref()?;
    let shapes: Vec<Shape> = task.loops.iter().map(|spec| task.shape(spec)).collect();
    let purpose = match (task.searches(), task.loops.is_empty()) {
        (true, _) => Purpose::Discover,
        (false, false) => Purpose::Hints { propose: task.propose },
        (false, true) => return None,
    };
    Some(Diagnosis::new(purpose, follow.matching, &shapes))
}
