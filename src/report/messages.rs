//! Messages on standard error.

use std::fmt::Display;
use std::io::Write;

/// Writes `pspp-filter: ...` lines; the only thing in the program that does.
///
/// A standard error that cannot be written to has nowhere to be reported.
pub struct Messages<W> {
    inner: W,
    quiet: bool,
}

impl<W: Write> Messages<W> {
    /// Messages to a writer.
    pub fn new(inner: W) -> Self {
        Messages { inner, quiet: false }
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

    /// A summary, whole lines.
    pub fn write(&mut self, text: &[u8]) {
        let _nowhere_to_report = self.inner.write_all(text).and_then(|()| self.inner.flush());
    }
}
