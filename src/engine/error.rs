//! The reasons why the engine stops reading.

use crate::sink::SinkError;
use crate::stats::Place;
use std::fmt;
use std::io;

/// The reason why reading paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The input has ended.
    End,
    /// Nothing is there to read now. All rows are written.
    Waiting,
    /// A signal came, or progress is due.
    Interrupted,
}

/// The reason why reading cannot go on.
#[derive(Debug)]
pub enum Error {
    /// The input could not be read.
    Read(io::Error),
    /// An output could not be written.
    Write(SinkError),
    /// A line is malformed, and the task says to stop at the first such line.
    Malformed(Place),
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
            Error::Malformed(place) => write!(f, "{}:{}: not a trace line", place.input, place.line),
        }
    }
}

impl std::error::Error for Error {}
