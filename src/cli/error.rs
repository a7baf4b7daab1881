//! The error that ends the program with status 2.

use crate::pattern::Pointer;
use std::fmt;

/// A mistake in the command line or in a `delta_processor.conf` (a file that has loops, read with `-c`).
#[derive(Debug)]
pub struct UsageError {
    /// One line that shows the offending text and says what was expected.
    pub message: String,
    /// The place of the mistake, if it is in a text with a grammar, such as a loop.
    pub pointer: Option<Pointer>,
}

impl UsageError {
    /// Creates an error that has a message alone and points at no place in a text.
    pub fn new(message: impl Into<String>) -> Self {
        UsageError { message: message.into(), pointer: None }
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
