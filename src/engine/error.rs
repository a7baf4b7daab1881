//! The reasons why the engine stops reading.

use crate::sink::SinkError;
use crate::stats::Place;
use std::fmt;
use std::io;

/// The reason why the engine has stopped reading for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The input has ended.
    End,
    /// The input has nothing to read at the moment. All rows that waited to be written were written.
    Waiting,
    /// The input was interrupted, because a signal came or it is time to show progress.
    Interrupted,
}

/// The reason why reading cannot go on.
#[derive(Debug)]
pub enum Error {
    /// The input could not be read.
    Read(io::Error),
    /// An output could not be written.
    Write(SinkError),
    /// A line is malformed, and the task asks to stop at the first such line.
    Malformed(Place),
    /// A state cannot be merged. The message has the input and the line.
    State(String),
}

impl From<SinkError> for Error {
    fn from(error: SinkError) -> Error {
        Error::Write(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Read(error) => error.fmt(f),
            Error::Write(error) => error.fmt(f),
            Error::State(message) => message.fmt(f),
            Error::Malformed(place) => write!(f, "{}:{}: not a trace line", place.input, place.line),
        }
    }
}

impl std::error::Error for Error {}
