//! The end of a run: the rows that wait, the summary, the files, the notes.

use super::{Session, Status, Stop, cause, is_broken_pipe, write_stop, written_status};
use crate::cli::SummaryTo;
use crate::engine::Error;
use crate::report;
use crate::source::InputName;
use std::io::{self, Write};

impl<M: Write> Session<'_, '_, M> {
    /// Writes the rows that wait, the summary and the notes.
    pub(super) fn finish(mut self, stop: Option<Stop>, inputs: &[InputName]) -> Status {
        let mut status = if self.failed { Status::Failure } else { Status::Success };
        let mut reader_gone = matches!(stop, Some(Stop::ReaderGone));
        match stop {
            Some(Stop::Output(error)) => return written_status(Err(error), self.messages),
            Some(Stop::Folder(error)) => return self.folder_failed(&error),
            Some(Stop::Malformed(message)) => {
                let written = self.filter.flush();
                self.messages.error(message);
                written_status(written, self.messages);
                return Status::Failure;
            }
            Some(Stop::Signal(number)) => {
                status = Status::Signal(number);
                if let Err(stop) = self.settle() {
                    return self.finish(Some(stop), inputs);
                }
            }
            Some(Stop::ReaderGone | Stop::Enough) | None => {}
        }
        let written = self.write_out();
        reader_gone |= is_broken_pipe(&written);
        if written_status(written, self.messages) == Status::Failure {
            return Status::Failure;
        }
        if let Err(error) = self.finish_folder() {
            return self.folder_failed(&error);
        }
        // Whoever stopped reading has seen enough, and the input was not read to its end.
        if !reader_gone {
            self.note(inputs);
        }
        status
    }

    /// Follows what was held back, where a signal ends the run.
    fn settle(&mut self) -> Result<(), Stop> {
        match self.filter.settle() {
            Err(Error::Write(error)) => Err(write_stop(error)),
            _ => self.write_intervals(),
        }
    }

    /// Writes the rows that wait and then the summary, which of many names
    /// takes its time. A summary beside the rows is printed though nobody reads these.
    fn write_out(&mut self) -> io::Result<()> {
        let rows = self.filter.flush();
        match self.run.summary_to {
            SummaryTo::Stdout if rows.is_ok() => {
                let summary = self.summary();
                self.filter.waiting().extend_from_slice(&summary);
                self.filter.flush()
            }
            SummaryTo::Stderr if rows.is_ok() || is_broken_pipe(&rows) => {
                let summary = self.summary();
                self.messages.write(&summary);
                rows
            }
            _ => rows,
        }
    }

    /// Finishes the files of `-o`; where an input failed there are none, for
    /// half of the results would look like all of them.
    fn finish_folder(&mut self) -> io::Result<()> {
        let Some(folder) = self.filter.take_folder() else { return Ok(()) };
        let directory = folder.directory().to_owned();
        if self.failed {
            self.messages.error(format_args!("{}: nothing written, as an input failed", directory.display()));
            return Ok(());
        }
        folder.finish(&self.filter.summary())?;
        self.messages.note(format_args!("the results are in {}", directory.display()));
        Ok(())
    }

    fn folder_failed(&mut self, error: &io::Error) -> Status {
        self.messages.error(cause(error));
        Status::Failure
    }

    fn note(&mut self, inputs: &[InputName]) {
        let ledger = self.filter.ledger();
        if ledger.bytes == 0 && inputs == [InputName::Stdin] && !self.failed {
            self.messages
                .note("(standard input): nothing came; perf trace writes to stderr (2>&1), perf record buffers (--no-buffering)");
        }
        for note in super::notes::notes(&ledger, self.run.config.reorder) {
            self.messages.note(note);
        }
        if !self.run.quiet && self.run.summary_format != report::SummaryFormat::TABLE {
            for of_loop in self.filter.summary().loops {
                for hint in of_loop.hints {
                    self.messages.note(format_args!("{}: {hint}", of_loop.spec.name));
                }
            }
        }
    }
}
