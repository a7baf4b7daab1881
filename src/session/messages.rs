//! Writes messages to standard error.

use crate::text::is_obeyed;
use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, Write};

/// Writes the messages of the program, `pspp-filter: ...`. All text on standard error goes through this.
///
/// If standard error itself fails, the failure cannot be printed. If a summary is lost in this way, the exit status of
/// the program says so.
pub struct Messages<W> {
    state: RefCell<State<W>>,
}

struct State<W> {
    inner: W,
    quiet: bool,
    /// The number of characters of the progress text on the last line of the terminal; 0 if there is none.
    progress_width: usize,
    /// True if a summary could not be written.
    summary_lost: bool,
}

impl<W: Write> Messages<W> {
    /// Creates a writer of messages, which go to `inner`.
    pub fn new(inner: W) -> Self {
        Messages { state: RefCell::new(State { inner, quiet: false, progress_width: 0, summary_lost: false }) }
    }

    /// Sets whether notes are left out from now on.
    pub fn set_quiet(&self, quiet: bool) {
        self.state.borrow_mut().quiet = quiet;
    }

    /// Writes a message about a failure, on a line of its own.
    pub fn error(&self, message: impl Display) {
        // Control characters are replaced, so that the message stays on one line and cannot control the terminal.
        let line: String = message.to_string().chars().map(|c| if is_obeyed(c) { '?' } else { c }).collect();
        self.write_text(format!("pspp-filter: {line}\n").as_bytes());
    }

    /// Writes a note: something that the user may want to know. With `-q`, notes are left out.
    pub fn note(&self, message: impl Display) {
        if !self.state.borrow().quiet {
            self.error(message);
        }
    }

    /// Shows the progress on the last line of the terminal. At most `columns` characters are shown: the terminal would
    /// continue a longer text on the next line, and the next progress could not overwrite it. The next progress or
    /// message overwrites this one. If this text is shorter than the last one, blanks cover the rest, so no escape
    /// sequences are needed.
    ///
    /// The text must be ASCII.
    pub fn progress(&self, text: &str, columns: usize) {
        let mut state = self.state.borrow_mut();
        let text = text.get(..columns).unwrap_or(text);
        let line = format!("\r{text:width$}", width = state.progress_width.min(columns));
        state.progress_width = text.len();
        let _nowhere_to_report = state.inner.write_all(line.as_bytes()).and_then(|()| state.inner.flush());
    }

    /// Removes the progress line from the terminal.
    pub fn clear_progress(&self) {
        let width = self.state.borrow().progress_width;
        if width > 0 {
            // The first call covers the text with blanks. The second one moves the cursor back to the beginning of the
            // line.
            self.progress("", width);
            self.progress("", width);
        }
    }

    /// Writes a text that consists of whole lines, such as a summary.
    pub fn write_text(&self, text: &[u8]) {
        let _nowhere_to_report = self.try_write_text(text);
    }

    fn try_write_text(&self, text: &[u8]) -> io::Result<()> {
        self.clear_progress();
        let mut state = self.state.borrow_mut();
        state.inner.write_all(text).and_then(|()| state.inner.flush())
    }

    /// Writes a summary. If this fails, [`summary_lost`](Self::summary_lost) returns true from then on.
    pub fn write_summary(&self, text: &[u8]) {
        if self.try_write_text(text).is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
            self.state.borrow_mut().summary_lost = true;
        }
    }

    /// Returns whether a summary could not be written to standard error, for example because the disk is full. If the
    /// reader of standard error went away, or if standard error was closed when the program started, that does not
    /// count.
    pub fn summary_lost(&self) -> bool {
        self.state.borrow().summary_lost
    }
}

/// Lets a sink write a summary to standard error as to any stream.
impl<W: Write> Write for &Messages<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.write_summary(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
