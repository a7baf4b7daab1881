//! Reads a regular file again, to gather the lines of loops.

use super::gather::Gather;
use super::place::Place;
use super::script_line::push_perf_script_line;
use crate::dialect::Line;
use crate::perf_data::{Error, PerfData};
use crate::source::AgainText;
use std::io;

/// The reader jumps to the next needed line if at least this many bytes lie between. Over fewer bytes it reads on.
const JUMP: u64 = 1 << 20;

/// The number of records between two calls of `is_stopped`.
const RECORDS_BETWEEN_STOPS: u64 = 4096;

impl Gather<'_> {
    /// Gathers lines of a text file in one pass. `is_stopped` is called before each read; when it returns true, the
    /// pass ends early, and all of these loops are still marked as lacking their lines (`is_pending`).
    ///
    /// # Errors
    ///
    /// The error of the system.
    pub fn text(mut self, mut text: AgainText, mut is_stopped: impl FnMut() -> bool) -> io::Result<()> {
        let mut next = Place { line: 1, offset: 0 };
        loop {
            let Some(needed) = self.needed(next) else {
                self.end();
                return Ok(());
            };
            if needed.offset >= next.offset.saturating_add(JUMP) {
                text.seek(needed.offset);
                next = needed;
            }
            while let Some((offset, line)) = text.next_line() {
                self.line(Place { line: next.line, offset }, line);
                next = Place { line: next.line + 1, offset: offset + line.len() as u64 + 1 };
            }
            if is_stopped() {
                return Ok(());
            }
            if text.fill()? == 0 {
                // At the end of the file, its last line may have no newline.
                while let Some((offset, line)) = text.next_line() {
                    self.line(Place { line: next.line, offset }, line);
                    next.line += 1;
                }
                self.end();
                return Ok(());
            }
        }
    }

    /// Gathers the events of a perf.data in one pass, as [`Gather::text`] gathers lines of text. Each gets the line
    /// that `perf script` would print. `is_stopped` is called after every 4096 records.
    ///
    /// # Errors
    ///
    /// The error of the system.
    pub fn records(mut self, mut records: PerfData, mut is_stopped: impl FnMut() -> bool) -> io::Result<()> {
        let mut text = Vec::new();
        let mut number = 0;
        while let Some(needed) = self.needed(Place { line: number + 1, offset: 0 }) {
            let is_needed = needed.line == number + 1;
            let name_width = records.name_width();
            match records.next() {
                Ok(Some(record)) => {
                    number += 1;
                    if let (Line::Event(event), true) = (record, is_needed) {
                        text.clear();
                        push_perf_script_line(&mut text, &event, name_width);
                        self.event(Place { line: number, offset: 0 }, &event, &text);
                    }
                }
                Ok(None) => break,
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
            if number % RECORDS_BETWEEN_STOPS == 0 && is_stopped() {
                return Ok(());
            }
        }
        self.end();
        Ok(())
    }
}
