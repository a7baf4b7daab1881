//! The end of a run: ends the outputs, prints the notes, and chooses the exit status.

use super::notes;
use super::state::{Session, status_of_output};
use super::status::Status;
use super::stop::{Stop, is_reader_gone};
use super::style::input_names;
use crate::engine::Error;
use crate::report::{Checked, Compared, OVERVIEW, SummaryFormat};
use crate::source::InputName;
use std::io::Write;
use std::path::Path;

impl<M: Write> Session<'_, M> {
    /// Ends the outputs and prints the notes. `stop` is the reason why the run stopped early; `None` if all inputs were
    /// read.
    pub(super) fn finish(mut self, stop: Option<Stop>, inputs: &[InputName]) -> Status {
        let mut reader_gone = matches!(stop, Some(Stop::ReaderGone));
        let mut status = if self.engine.input_failed() { Status::Failure } else { Status::Success };
        match stop {
            Some(Stop::Output(error)) => return status_of_output(Err(error), self.messages),
            Some(Stop::Refused(message)) => {
                let written = self.engine.end_without_results();
                self.messages.error(message);
                status_of_output(written, self.messages);
                return Status::Failure;
            }
            Some(Stop::Signal(number)) => {
                status = Status::Signal(number);
                if let Err(Error::Write(error)) = self.engine.settle() {
                    return self.finish(Some(error.into()), inputs);
                }
            }
            Some(Stop::ReaderGone | Stop::Enough) | None => {}
        }
        let ended = self.engine.end();
        reader_gone |= ended.as_ref().is_err_and(is_reader_gone);
        if status_of_output(ended, self.messages) == Status::Failure {
            self.report_conditions();
            return Status::Failure;
        }
        self.report_folder();
        // A reader that went away has seen enough and needs no notes. They would also be about an input that was not
        // read to its end.
        if !reader_gone {
            self.print_notes(inputs);
        }
        if status == Status::Success && self.messages.summary_lost() {
            status = Status::Failure;
        }
        let fails = self.report_conditions();
        if status == Status::Success && fails { Status::Condition } else { status }
    }

    /// Tells the user which conditions of `--fail-if` hold. Returns whether one does. If no input could be read, nothing is
    /// said, because the messages about the inputs say enough.
    fn report_conditions(&self) -> bool {
        let given = self.given;
        if given.fail_if.is_empty() || self.engine.nothing_was_read() {
            return false;
        }
        let summary = self.engine.summary();
        let unit = given.unit.unwrap_or_default();
        let Some(baseline) = &self.baseline else {
            let held = given.fail_if.iter().filter_map(|condition| condition.held(&summary, unit));
            return held.map(|message| self.messages.error(message)).count() > 0;
        };
        let compared = Compared::new(baseline, &summary, &input_names(given.inputs()));
        let mut fails = false;
        for condition in &given.fail_if {
            match condition.held_since(&compared, &summary, unit) {
                Checked::Passed => {}
                Checked::TooShort(message) => self.messages.error(message),
                Checked::Held(message) => {
                    self.messages.error(message);
                    fails = true;
                }
            }
        }
        fails
    }

    /// Tells the user where the files of `-o` are, or why there are none.
    fn report_folder(&self) {
        let Some(directory) = &self.given.directory else { return };
        let directory = Path::new(directory).display();
        if self.engine.input_failed() {
            self.messages.error(format_args!("{directory}: nothing written, as an input failed"));
        } else {
            self.messages.note(format_args!("the results are in {directory}"));
        }
    }

    pub(super) fn print_notes(&self, inputs: &[InputName]) {
        let ledger = self.engine.ledger();
        if ledger.bytes == 0 && inputs == [InputName::Stdin] && !self.engine.input_failed() {
            self.messages
                .note("(standard input): nothing came; perf trace writes to stderr (2>&1), perf record buffers (--no-buffering)");
        }
        for note in notes::notes(&ledger, self.given.reorder) {
            self.messages.note(note);
        }
        if let Some(note) = notes::other_groups(self.engine.loops_with_other_groups(), &self.given.by) {
            self.messages.note(note);
        }
        for note in notes::states(self.engine.notes_of_states(), &self.given.by) {
            self.messages.note(note);
        }
        if let Some(note) = notes::call_chains_without_room(self.engine.call_chains_without_room()) {
            self.messages.note(note);
        }
        for note in self.engine.notes() {
            self.messages.note(note);
        }
        for note in notes::sched(self.engine.without_states(), &ledger) {
            self.messages.note(note);
        }
        if let Some(note) = notes::left_unexplained(self.engine.left_unexplained()) {
            self.messages.note(note);
        }
        // The table contains the hints; the other formats have no place for them.
        if !self.given.quiet && self.given.format_of_summary() != SummaryFormat::TABLE {
            let summary = self.engine.summary();
            if summary.proposed.is_some() {
                self.messages.note(OVERVIEW);
            }
            let loops = if summary.lacks_loops && self.given.format_of_summary().is_state() {
                Vec::new()
            } else {
                summary.loops
            };
            for of_loop in loops {
                for hint in of_loop.hints {
                    self.messages.note(format_args!("{}: {hint}", of_loop.spec.name));
                }
            }
        }
    }
}
