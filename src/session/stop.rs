//! The reasons why a run stops before the end of its inputs.

use crate::sink::SinkError;
use std::io;

/// The reason why no further input is read.
pub(super) enum Stop {
    /// Nobody reads the output any more.
    ReaderGone,
    /// An output cannot be written.
    Output(SinkError),
    /// A line is malformed, with `--fail-malformed`. The text is the message.
    Malformed(String),
    /// The signal with this number came.
    Signal(i32),
    /// Ctrl-C came while a pipe was read, and the pipe has ended now.
    Enough,
}

impl From<SinkError> for Stop {
    fn from(error: SinkError) -> Stop {
        if is_reader_gone(&error) { Stop::ReaderGone } else { Stop::Output(error) }
    }
}

/// Returns whether an output failed because its reader went away, which is no failure of this program.
pub(super) fn is_reader_gone(error: &SinkError) -> bool {
    matches!(error, SinkError::Stream(error) if error.kind() == io::ErrorKind::BrokenPipe)
}

/// Returns the text of a system's error without its number: `No such file or directory`.
pub(super) fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" (os error ") {
        Some((cause, _)) => cause.to_owned(),
        None => text,
    }
}
