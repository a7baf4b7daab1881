//! Reads one input until it ends, or until a signal or a failure stops the run.

use super::progress::Progress;
use super::state::Session;
use super::stop::Stop;
use super::{notes, outputs};
use crate::engine::{Error, Pause};
use crate::perf_data::PerfData;
use crate::source::{Again, Input, InputName, LineBuffer, Recording, Request, Wake, own_threads};
use std::io::{self, IsTerminal, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

/// The time between two updates of the progress line on a terminal.
const PROGRESS_ON_TERMINAL: Duration = Duration::from_millis(200);
/// The time between two lines of progress, if standard error is not a terminal.
const PROGRESS_ELSEWHERE: Duration = Duration::from_secs(1);

/// A recording whose reading is interrupted each time when progress is due, so that the session can show it.
struct WithProgress<'t, 's> {
    recording: &'t mut Recording<'s>,
    progress: Option<&'t Progress>,
}

impl Input for WithProgress<'_, '_> {
    fn begin(&mut self) -> io::Result<()> {
        if self.is_interrupted() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.recording.begin()
    }

    fn next_into(&mut self, lines: &mut LineBuffer) -> io::Result<usize> {
        if self.is_interrupted() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.recording.next_into(lines)
    }

    fn records(&mut self) -> Option<&mut PerfData> {
        self.recording.records()
    }

    fn can_be_read_again(&self) -> bool {
        self.recording.can_be_read_again()
    }

    fn again(&mut self) -> io::Result<Option<Again>> {
        self.recording.again()
    }

    fn is_interrupted(&self) -> bool {
        self.progress.is_some_and(Progress::is_due) || self.recording.is_interrupted()
    }
}

impl<M: Write> Session<'_, M> {
    /// Reads one input to its end, or as far as it can be read. A failure is noted and does not stop the run.
    pub(super) fn read(&mut self, name: &InputName) -> Result<(), Stop> {
        let mut recording = match Recording::open(name, self.engine.payloads(), self.signals) {
            Ok(recording) => recording,
            Err(error) => {
                self.fail_input(name, &error);
                return Ok(());
            }
        };
        self.engine.begin_input(recording.name().to_string());
        self.engine.name_input(name.as_typed());
        if recording.name() != name {
            self.messages.note(format_args!("{name}: reading {}", recording.name()));
        }
        let is_noted = self.note_unsupported(&recording);
        self.leave_out_own_events(&recording);
        self.begin_progress(&recording);
        let failures = self.failed_inputs;
        let mut ended_by_interrupt = match self.read_recording(name, &mut recording) {
            Ok(ended_by_interrupt) => ended_by_interrupt,
            Err(stop) => {
                self.gather_lines_once(&mut recording);
                return Err(stop);
            }
        };
        if !is_noted {
            // Only reading shows that a file compressed by gzip or zstd holds a perf.data, so the note may be due only
            // here.
            self.note_unsupported(&recording);
        }
        self.settle()?;
        self.gather_lines(&mut recording, &mut ended_by_interrupt)?;
        match self.engine.end_input() {
            Err(Error::Write(error)) => return Err(error.into()),
            Err(Error::State(message)) => return Err(Stop::Refused(message)),
            Ok(()) | Err(Error::Read(_) | Error::Malformed(_)) => {}
        }
        if let Some(no_trace) = self.engine.ledger().no_trace().filter(|_| !self.engine.input_failed()) {
            self.messages.note(notes::no_trace(recording.name(), &no_trace));
        }
        match recording.finish() {
            Err(error) => self.fail_input(name, &error),
            Ok(()) if failures == self.failed_inputs => self.engine.succeed_input(),
            Ok(()) => {}
        }
        if ended_by_interrupt { Err(Stop::Enough) } else { Ok(()) }
    }

    /// Puts all events that the engine holds back (for `--reorder`, or because their time may be wrong) through the
    /// loops.
    fn settle(&mut self) -> Result<(), Stop> {
        match self.engine.settle() {
            Err(Error::Write(error)) => Err(error.into()),
            Ok(()) | Err(Error::Read(_) | Error::Malformed(_) | Error::State(_)) => Ok(()),
        }
    }

    /// Gathers the lines of the slowest loops of an input that was read to its end. A signal that comes meanwhile is
    /// answered, and then the work begins anew.
    fn gather_lines(&mut self, recording: &mut Recording<'_>, is_last: &mut bool) -> Result<(), Stop> {
        loop {
            self.gather_lines_once(recording);
            if !self.signals.pending() {
                return Ok(());
            }
            self.answer(recording, is_last)?;
        }
    }

    /// Gathers the lines of the slowest loops of an input. When a signal comes, this stops, and the loops whose lines
    /// were not all gathered stay incomplete.
    fn gather_lines_once(&mut self, recording: &mut Recording<'_>) {
        let signals = self.signals;
        if let Err(error) = self.engine.gather_lines(recording, || signals.pending()) {
            self.fail_input(recording.name(), &error);
        }
    }

    /// If `perf script` prints the input, because this program cannot read such a perf.data itself, tells the user why.
    /// Returns whether there was something to tell.
    fn note_unsupported(&self, recording: &Recording<'_>) -> bool {
        let Some(unsupported) = recording.unsupported() else { return false };
        self.messages.note(format_args!("{}: printed by perf script, as {unsupported}", recording.name()));
        true
    }

    /// Lets the engine leave out the events of this program if the recording may come from a tracer that runs now.
    fn leave_out_own_events(&mut self, recording: &Recording<'_>) {
        // The threads that this program had for earlier inputs may have ended, but their events may still come.
        if let Some(mut threads) = own_threads() {
            self.own_threads.iter().for_each(|earlier| threads.add(earlier));
            self.own_threads = Some(threads);
        }
        self.engine.leave_out(self.own_threads.clone().filter(|_| recording.is_live()));
    }

    /// Reads a recording to its end. Returns true if Ctrl-C came meanwhile. Then the run must not read a further input.
    fn read_recording(&mut self, name: &InputName, recording: &mut Recording<'_>) -> Result<bool, Stop> {
        let mut is_last = false;
        loop {
            let mut input = WithProgress { recording, progress: self.progress.as_ref() };
            match self.engine.read(&mut input) {
                Ok(Pause::End) => return Ok(is_last),
                Ok(Pause::Waiting) => match recording.wait(self.watched_output()) {
                    Ok(Wake::Input | Wake::Signal) => {}
                    Ok(Wake::OutputGone) => return Err(Stop::ReaderGone),
                    Err(error) => {
                        self.fail_input(name, &error);
                        return Ok(is_last);
                    }
                },
                Ok(Pause::Interrupted) => {
                    if let Err(stop) = self.answer(recording, &mut is_last) {
                        return Err(self.stop(recording, stop));
                    }
                }
                Err(Error::Read(error)) => {
                    self.fail_input(name, &error);
                    return Ok(is_last);
                }
                Err(Error::Write(error)) => return Err(error.into()),
                Err(Error::Malformed(place)) => return Err(Stop::Refused(notes::malformed(&place, 0))),
                Err(Error::State(message)) => return Err(Stop::Refused(message)),
            }
        }
    }

    /// Ends the run in the middle of an input. Records that were read and wait to be put in order still count.
    fn stop(&mut self, recording: &mut Recording<'_>, stop: Stop) -> Stop {
        match self.engine.stop(recording) {
            Err(Error::Write(error)) => return error.into(),
            Ok(Some(certain)) => self.messages.note(notes::stopped_in_round(recording.name(), certain)),
            Err(Error::Read(error)) => self.fail_input(recording.name(), &error),
            Ok(None) | Err(Error::Malformed(_) | Error::State(_)) => {}
        }
        if let Err(stop) = self.settle() {
            return stop;
        }
        stop
    }

    /// Returns the output whose reader is watched while the program waits for input; if the reader goes away, the run
    /// stops. A run that writes files (`-o`) goes on, so for such a run this returns `None`.
    fn watched_output(&self) -> Option<BorrowedFd<'_>> {
        self.given.directory.is_none().then(|| self.output.as_fd())
    }

    /// Answers a signal, or shows progress that is due.
    ///
    /// Ctrl-C reaches all programs of a pipeline. So after the first Ctrl-C a pipe is read to its end, because the
    /// program that writes into it may write something more before it ends. From a file, nothing more is read.
    fn answer(&mut self, recording: &mut Recording<'_>, is_last: &mut bool) -> Result<(), Stop> {
        match self.signals.take() {
            None => self.show_progress(),
            Some(Request::Summary) => {
                self.gather_lines_once(recording);
                self.messages.write_summary(&self.results_so_far());
            }
            Some(Request::Interrupt(1)) if recording.is_pipe() && !*is_last => *is_last = true,
            Some(Request::Interrupt(_)) => return Err(Stop::Signal(signal_hook::consts::SIGINT)),
            Some(Request::End(number)) => return Err(Stop::Signal(number)),
        }
        Ok(())
    }

    /// Prepares to show progress. It is shown with `--progress`. It is also shown if standard error is a terminal,
    /// unless rows go to a terminal or `-q` was given.
    fn begin_progress(&mut self, recording: &Recording<'_>) {
        let rows_on_terminal = outputs::has_rows(self.given) && io::stdout().is_terminal();
        let is_seen = io::stderr().is_terminal() && !self.given.quiet && !rows_on_terminal;
        let every = if is_seen { PROGRESS_ON_TERMINAL } else { PROGRESS_ELSEWHERE };
        self.bytes_before = self.engine.bytes_read();
        self.progress = (is_seen || self.given.progress).then(|| Progress::new(every, recording.length()));
    }

    fn show_progress(&mut self) {
        let bytes = self.engine.bytes_read() - self.bytes_before;
        let closed = self.engine.closed();
        let Some(progress) = self.progress.as_mut().filter(|progress| progress.is_due()) else { return };
        let text = progress.text(bytes, closed);
        if io::stderr().is_terminal() {
            self.messages.progress(&text, progress_columns());
        } else {
            self.messages.error(text);
        }
    }
}

/// Returns the number of columns of the terminal that the progress line may take. That is all but the last one, because
/// behind the last one a terminal may begin a new line.
fn progress_columns() -> usize {
    // A terminal that does not know its width gives 0. Then the progress line is not cut.
    let width = rustix::termios::tcgetwinsize(io::stderr()).map_or(0, |size| usize::from(size.ws_col));
    width.checked_sub(1).unwrap_or(usize::MAX)
}
