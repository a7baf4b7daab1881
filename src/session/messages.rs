//! Messages on standard error.

use std::fmt::Display;
use std::io::Write;

/// Writes `pspp-filter: ...` lines; the only thing in the program that does.
///
/// A standard error that cannot be written to has nowhere to be reported.
pub struct Messages<W> {
    inner: W,
    quiet: bool,
    /// How wide the progress is that stands on the terminal's line.
    progress: usize,
}

impl<W: Write> Messages<W> {
    /// Messages to a writer.
    pub fn new(inner: W) -> Self {
        Messages { inner, quiet: false, progress: 0 }
    }

    /// From here on errors only.
    pub fn set_quiet(&mut self, quiet: bool) {
        self.quiet = quiet;
    }

    /// Something failed.
    pub fn error(&mut self, message: impl Display) {
        // One line, and nothing in it that a terminal would obey.
        let line: String = message.to_string().chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        self.write(format!("pspp-filter: {line}\n").as_bytes());
    }

    /// Something is worth knowing.
    pub fn note(&mut self, message: impl Display) {
        if !self.quiet {
            self.error(message);
        }
    }

    /// How far the run is, on a line of a terminal that the next message takes.
    /// Blanks write over the one before: no escapes.
    pub fn progress(&mut self, text: &str) {
        let line = format!("\r{text:width$}", width = self.progress);
        self.progress = text.len();
        let _nowhere_to_report = self.inner.write_all(line.as_bytes()).and_then(|()| self.inner.flush());
    }

    /// Takes the progress away.
    pub fn clear_progress(&mut self) {
        if self.progress > 0 {
            self.progress("");
            self.progress("");
        }
    }

    /// A summary, whole lines.
    pub fn write(&mut self, text: &[u8]) {
        self.clear_progress();
        let _nowhere_to_report = self.inner.write_all(text).and_then(|()| self.inner.flush());
    }
}
