//! A run of the program: opens the inputs in turn, puts them through the
//! filter, answers signals, and writes what is due at the end.

mod ending;
mod messages;
mod notes;
mod operands;
mod progress;
mod stdout;

pub use messages::Messages;

use crate::cli::{Run, SummaryTo, UsageError};
use crate::engine::{Error, Filter, Pause};
use crate::pattern::{Pointer, conf};
use crate::perf_data::PerfData;
use crate::sink::{Folder, FolderFiles, OutletError};
use crate::source::{self, Input, InputName, LineBuffer, Recording, Request, Signals, Wake};
use progress::Progress;
use std::io::{self, IsTerminal, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::time::Duration;
use stdout::StandardOutput;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// All was read and written; or the reader of the output went away.
    Success,
    /// Reading or writing failed.
    Failure,
    /// The command line is wrong.
    Usage,
    /// A signal, by number, ended it after it wrote what it had.
    Signal(i32),
}

impl Status {
    /// The exit status.
    pub fn code(self) -> u8 {
        match self {
            Status::Success => 0,
            Status::Failure => 1,
            Status::Usage => 2,
            Status::Signal(number) => u8::try_from(128 + number).unwrap_or(u8::MAX),
        }
    }
}

/// Why no further input is read.
enum Stop {
    /// Nobody reads the output.
    ReaderGone,
    /// Standard output cannot be written.
    Output(io::Error),
    /// A file cannot be written; the error names it.
    Folder(io::Error),
    /// `--fail-malformed`: the message.
    Malformed(String),
    /// A signal.
    Signal(i32),
    /// Ctrl-C while a pipe was read, which has ended now.
    Enough,
}

/// Prints a page.
pub fn print(page: &str, messages: &mut Messages<impl Write>) -> Status {
    let written = StandardOutput::open().and_then(|output| (&output).write_all(page.as_bytes()));
    written_status(written, messages)
}

/// Runs the filter.
pub fn run(mut run: Run, messages: &mut Messages<impl Write>) -> Status {
    messages.set_quiet(run.quiet);
    let mistake = operands::mistaken(&run).map(UsageError::new).map_or(Ok(()), Err);
    if let Err(mistake) = mistake.and_then(|()| take_conf(&mut run, messages)) {
        return misused(&mistake, messages);
    }
    let run = &run;
    let started = Signals::install().and_then(|signals| StandardOutput::open().map(|output| (signals, output)));
    let (signals, output) = match started {
        Ok(started) => started,
        Err(error) => return written_status(Err(error), messages),
    };
    let folder = match open_folder(run) {
        Ok(folder) => folder,
        Err(error) => {
            messages.error(cause(&error));
            return Status::Failure;
        }
    };
    let filter = Filter::new(&run.config, &output, folder);
    let session = Session {
        run,
        signals: &signals,
        output: &output,
        filter,
        messages,
        progress: None,
        bytes_before: 0,
        failed: false,
    };
    session.run()
}

/// The command line is wrong, or a conf: says so.
pub fn misused(error: &UsageError, messages: &mut Messages<impl Write>) -> Status {
    messages.error(error);
    if let Some(Pointer { line, carets }) = &error.pointer {
        messages.write(format!("  {line}\n  {carets}\n").as_bytes());
    }
    Status::Usage
}

/// Begins the files of `-o`; `perf_data.csv` is none of them where it is the
/// input, nor in a directory that is one: it would be the input the next time.
fn open_folder(run: &Run) -> io::Result<Option<Folder>> {
    let Some(files) = &run.folder else { return Ok(None) };
    let is_directory = |name: &InputName| match name {
        InputName::Path(path) => same_directory(Path::new(path), &files.directory),
        InputName::Stdin => false,
    };
    let perf_data = !run.inputs.iter().any(|name| source::is_perf_data_csv(name) || is_directory(name));
    Folder::create(&FolderFiles { perf_data, ..files.clone() }, &run.config.loops).map(Some)
}

fn same_directory(one: &Path, other: &Path) -> bool {
    let resolved = |path: &Path| path.canonicalize().ok();
    resolved(one).is_some_and(|one| Some(one) == resolved(other))
}

/// The status of a last write: a reader that went away is no failure.
fn written_status(written: io::Result<()>, messages: &mut Messages<impl Write>) -> Status {
    match written {
        Ok(()) => Status::Success,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Status::Success,
        Err(error) => {
            messages.error(format_args!("(standard output): {}", cause(&error)));
            Status::Failure
        }
    }
}

/// What the system says, without the number: `No such file or directory`.
fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" (os error ") {
        Some((cause, _)) => cause.to_owned(),
        None => text,
    }
}

/// Takes the loops from a conf, where the user names one, or none and no loop
/// but the predecessor's is installed.
fn take_conf(run: &mut Run, messages: &mut Messages<impl Write>) -> Result<(), UsageError> {
    let Some(choice) = run.conf.clone() else { return Ok(()) };
    let installed = Path::new(conf::INSTALLED);
    let path = match &choice.file {
        Some(path) => Path::new(path),
        None if installed.exists() => {
            messages.note(format_args!("following [{}] of {}", choice.section(), conf::INSTALLED));
            installed
        }
        None => match choice.section {
            Some(section) => {
                return Err(UsageError::new(format!("-t {section} has no effect without a conf; name one with -c")));
            }
            None => return Ok(()),
        },
    };
    let shown = path.display();
    let text = std::fs::read(path).map_err(|error| UsageError::new(format!("{shown}: {}", cause(&error))))?;
    let text = String::from_utf8(text).map_err(|_| UsageError::new(format!("{shown}: not a conf: not UTF-8 text")))?;
    let loops = conf::loops(&text, choice.section())
        .map_err(|error| UsageError { message: format!("{shown}:{error}"), pointer: error.pointer })?;
    run.follow(loops)
}

struct Session<'s, 'm, M> {
    run: &'s Run,
    signals: &'s Signals,
    output: &'s StandardOutput,
    filter: Filter<'s, &'s StandardOutput>,
    messages: &'m mut Messages<M>,
    progress: Option<Progress>,
    /// Bytes of the inputs before this one.
    bytes_before: u64,
    /// An input could not be read.
    failed: bool,
}

/// How often progress is shown on a terminal, and elsewhere.
const PROGRESS_ON_TERMINAL: Duration = Duration::from_millis(200);
const PROGRESS_ELSEWHERE: Duration = Duration::from_secs(1);

/// A recording that stops to let progress be shown.
struct Ticking<'t, 's> {
    recording: &'t mut Recording<'s>,
    progress: Option<&'t Progress>,
}

impl Input for Ticking<'_, '_> {
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

    fn is_interrupted(&self) -> bool {
        self.progress.is_some_and(Progress::is_due) || self.recording.is_interrupted()
    }
}

impl<M: Write> Session<'_, '_, M> {
    fn run(mut self) -> Status {
        let run = self.run;
        let standard_input = [InputName::Stdin];
        let inputs = if run.inputs.is_empty() { &standard_input } else { run.inputs.as_slice() };
        let stop = inputs.iter().find_map(|input| self.read(input).err());
        self.signals.ending();
        self.messages.clear_progress();
        self.finish(stop, inputs)
    }

    /// Reads one input to its end, or as far as it can be read.
    fn read(&mut self, name: &InputName) -> Result<(), Stop> {
        let mut recording = match Recording::open(name, self.run.config.payloads(), self.signals) {
            Ok(recording) => recording,
            Err(error) => {
                self.input_failed(name, &error);
                return Ok(());
            }
        };
        self.filter.begin_input(recording.name().to_string());
        if recording.name() != name {
            self.messages.note(format_args!("{name}: reading {}", recording.name()));
        }
        if let Some(unsupported) = recording.unsupported() {
            self.messages.note(format_args!("{}: printed by perf script, as {unsupported}", recording.name()));
        }
        self.begin_progress(&recording);
        let mut last_input = false;
        loop {
            let mut input = Ticking { recording: &mut recording, progress: self.progress.as_ref() };
            match self.filter.read(&mut input) {
                Ok(Pause::End) => break,
                Ok(Pause::Waiting) => match recording.wait(self.watched_output()) {
                    Ok(Wake::Input | Wake::Signal) => {}
                    Ok(Wake::OutputGone) => return Err(Stop::ReaderGone),
                    Err(error) => {
                        self.input_failed(name, &error);
                        break;
                    }
                },
                Ok(Pause::Interval) => self.write_intervals()?,
                Ok(Pause::Interrupted) => {
                    if let Err(stop) = self.answer(&recording, &mut last_input) {
                        return Err(self.stop(&mut recording, stop));
                    }
                }
                Err(Error::Read(error)) => {
                    self.input_failed(name, &error);
                    break;
                }
                Err(Error::Write(error)) => return Err(write_stop(error)),
                Err(Error::Malformed(place)) => return Err(Stop::Malformed(notes::malformed(&place, 0))),
            }
        }
        match self.filter.end_input() {
            Ok(()) => self.write_intervals()?,
            Err(Error::Write(error)) => return Err(write_stop(error)),
            Err(Error::Read(_) | Error::Malformed(_)) => {}
        }
        if let Err(error) = recording.finish() {
            self.input_failed(name, &error);
        }
        if last_input { Err(Stop::Enough) } else { Ok(()) }
    }

    /// Ends in the middle of an input, with what was read of it.
    fn stop(&mut self, recording: &mut Recording<'_>, stop: Stop) -> Stop {
        match self.filter.stop(recording) {
            Err(Error::Write(error)) => write_stop(error),
            Ok(()) | Err(Error::Read(_) | Error::Malformed(_)) => stop,
        }
    }

    /// Writes the summaries of intervals that ended, behind their rows.
    fn write_intervals(&mut self) -> Result<(), Stop> {
        let text = self.filter.take_intervals();
        if text.is_empty() {
            return Ok(());
        }
        self.messages.clear_progress();
        if self.run.summary_to == SummaryTo::Stdout {
            self.filter.waiting().extend_from_slice(&text);
        }
        self.filter.flush().map_err(|error| write_stop(OutletError::Stream(error)))?;
        if self.run.summary_to == SummaryTo::Stderr {
            self.messages.write(&text);
        }
        Ok(())
    }

    /// The output whose reader must stay; files do not care for it.
    fn watched_output(&self) -> Option<BorrowedFd<'_>> {
        self.run.folder.is_none().then(|| self.output.as_fd())
    }

    /// Answers a signal.
    ///
    /// Ctrl-C reaches the whole pipeline: what is in the pipe, and what its
    /// writer still has to say, is read to the end. Of a file there is no end
    /// to wait for.
    fn answer(&mut self, recording: &Recording<'_>, last_input: &mut bool) -> Result<(), Stop> {
        match self.signals.take() {
            None => self.show_progress(),
            Some(Request::Summary) => {
                let text = self.summary();
                self.messages.write(&text);
            }
            Some(Request::Interrupt(1)) if recording.is_pipe() && !*last_input => *last_input = true,
            Some(Request::Interrupt(_)) => return Err(Stop::Signal(signal_hook::consts::SIGINT)),
            Some(Request::End(number)) => return Err(Stop::Signal(number)),
        }
        Ok(())
    }

    /// Progress is for somebody who looks at a terminal, and never among rows.
    fn begin_progress(&mut self, recording: &Recording<'_>) {
        let rows_on_terminal = self.run.config.rows.is_some() && io::stdout().is_terminal();
        let seen = io::stderr().is_terminal() && !self.run.quiet && !rows_on_terminal;
        let every = if seen { PROGRESS_ON_TERMINAL } else { PROGRESS_ELSEWHERE };
        self.bytes_before = self.filter.ledger().bytes;
        self.progress = (seen || self.run.progress).then(|| Progress::new(every, recording.length()));
    }

    fn show_progress(&mut self) {
        let bytes = self.filter.ledger().bytes - self.bytes_before;
        let closed = self.filter.closed();
        let Some(progress) = self.progress.as_mut().filter(|progress| progress.is_due()) else { return };
        let text = progress.text(bytes, closed);
        if io::stderr().is_terminal() {
            self.messages.progress(&text);
        } else {
            self.messages.error(text);
        }
    }

    fn input_failed(&mut self, name: &InputName, error: &io::Error) {
        self.failed = true;
        self.messages.error(format_args!("{name}: {}", cause(error)));
    }

    fn summary(&self) -> Vec<u8> {
        let mut text = Vec::new();
        if self.run.config.discover {
            self.filter.findings().write(&mut text, &self.run.words);
        } else {
            self.filter.summary().write(&mut text, self.run.summary_format);
        }
        text
    }
}

fn is_broken_pipe(written: &io::Result<()>) -> bool {
    written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn write_stop(error: OutletError) -> Stop {
    match error {
        OutletError::Stream(error) if error.kind() == io::ErrorKind::BrokenPipe => Stop::ReaderGone,
        OutletError::Stream(error) => Stop::Output(error),
        OutletError::Folder(error) => Stop::Folder(error),
    }
}
