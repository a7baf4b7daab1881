//! The interface between the inputs and the engine.

use super::lines::LineBuffer;
use crate::perf_data::PerfData;
use std::io::{self, Read};

/// An input that the engine reads: either lines of text or records.
///
/// The engine calls `begin`, then asks for `records`. If there are some it
/// reads those, else it calls `next_into` for lines until that returns 0. After
/// `WouldBlock` and `Interrupted` it returns to its caller, and starts again with `begin` later.
///
/// Everything that implements [`Read`] is an input of text.
pub trait Input {
    /// Finds out whether the input holds lines or records. It does nothing once that is known.
    ///
    /// # Errors
    ///
    /// Returns the system's error, or `WouldBlock` if too few bytes have come to tell.
    fn begin(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Reads more bytes into `lines`, which must have lent all its whole lines,
    /// and returns how many; 0 at the end.
    ///
    /// # Errors
    ///
    /// Returns the system's error; `lines` then stays as it was.
    fn next_into(&mut self, lines: &mut LineBuffer) -> io::Result<usize>;

    /// Returns the reader of the records, or `None` if the input is text.
    fn records(&mut self) -> Option<&mut PerfData> {
        None
    }

    /// Returns whether the caller wants to do something else before more is
    /// read, such as to answer a signal. The engine asks between records;
    /// for text, `next_into` returns `Interrupted` then.
    fn is_interrupted(&self) -> bool {
        false
    }
}

impl<R: Read> Input for R {
    fn next_into(&mut self, lines: &mut LineBuffer) -> io::Result<usize> {
        lines.fill(self)
    }
}
