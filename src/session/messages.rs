//! Messages on standard error.

use crate::text::is_obeyed;
use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, Write};

/// Writes the messages of the program, `pspp-filter: ...`. Nothing else writes to standard error.
///
/// If standard error itself fails, this cannot be reported anywhere, so it is ignored.
pub struct Messages<W> {
    state: RefCell<State<W>>,
}

struct State<W> {
    inner: W,
    quiet: bool,
    /// The width of the progress text on the last line of the terminal; 0 if there is none.
    progress_width: usize,
}

impl<W: Write> Messages<W> {
    /// Creates messages that go to a writer.
    pub fn new(inner: W) -> Self {
        Messages { state: RefCell::new(State { inner, quiet: false, progress_width: 0 }) }
    }

    /// Leaves out notes from now on, if `quiet` is true.
    pub fn set_quiet(&self, quiet: bool) {
        self.state.borrow_mut().quiet = quiet;
    }

    /// Writes a message about a failure.
    pub fn error(&self, message: impl Display) {
        // The message stays on one line and holds no byte that a terminal would obey.
        let line: String = message.to_string().chars().map(|c| if is_obeyed(c) { '?' } else { c }).collect();
        self.write_text(format!("pspp-filter: {line}\n").as_bytes());
    }

    /// Writes a message about something worth knowing, unless notes are left out.
    pub fn note(&self, message: impl Display) {
        if !self.state.borrow().quiet {
            self.error(message);
        }
    }

    /// Shows how far the run is, on the last line of a terminal, of which it takes `columns` at most: a longer text would
    /// go over to the next line, where the next one cannot overwrite it. The next progress or message overwrites it.
    /// Blanks cover the rest of a longer text, so no escape sequences are needed.
    ///
    /// The text must be ASCII.
    pub fn progress(&self, text: &str, columns: usize) {
        let mut state = self.state.borrow_mut();
        let text = text.get(..columns).unwrap_or(text);
        let line = format!("\r{text:width$}", width = state.progress_width.min(columns));
        state.progress_width = text.len();
        let _nowhere_to_report = state.inner.write_all(line.as_bytes()).and_then(|()| state.inner.flush());
    }

    /// Removes the progress from the terminal.
    pub fn clear_progress(&self) {
        let width = self.state.borrow().progress_width;
        if width > 0 {
            // The first call covers the text with blanks, the second moves the cursor back to the beginning of the
            // line.
            self.progress("", width);
            self.progress("", width);
        }
    }

    /// Writes a text of whole lines, such as a summary.
    pub fn write_text(&self, text: &[u8]) {
        self.clear_progress();
        let mut state = self.state.borrow_mut();
        let _nowhere_to_report = state.inner.write_all(text).and_then(|()| state.inner.flush());
    }
}

/// A summary can be written to standard error as to a stream.
impl<W: Write> Write for &Messages<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.write_text(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
