//! The reasons why a run stops before the end of its inputs.

use crate::sink::SinkError;
use std::io;

/// The reason why no more input is read.
pub(super) enum Stop {
    /// The reader of the output went away, so nobody needs more output.
    ReaderGone,
    /// An output could not be written.
    Output(SinkError),
    /// A line is malformed, and the user gave `--fail-malformed`; or a state cannot be merged. The text is the message.
    Refused(String),
    /// The signal with this number came.
    Signal(i32),
    /// Ctrl-C came while a pipe was read, and the pipe has now ended.
    Enough,
}

impl From<SinkError> for Stop {
    fn from(error: SinkError) -> Stop {
        if is_reader_gone(&error) { Stop::ReaderGone } else { Stop::Output(error) }
    }
}

/// Returns whether an output failed because its reader went away. This is no failure of the program.
pub(super) fn is_reader_gone(error: &SinkError) -> bool {
    matches!(error, SinkError::Stream(error) if error.kind() == io::ErrorKind::BrokenPipe)
}

/// Returns the text of an error of the system without its number: `No such file or directory`.
pub(super) fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" (os error ") {
        Some((cause, _)) => cause.to_owned(),
        None => text,
    }
}
