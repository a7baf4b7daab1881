//! The interface between the inputs and the engine, which is the part of the program that measures.

use super::again::AgainText;
use super::lines::LineBuffer;
use crate::perf_data::PerfData;
use std::io::{self, Read};

/// An input that was opened once more.
pub enum Again {
    /// Lines of text.
    Text(AgainText),
    /// The records of a perf.data, from its beginning on.
    Records(Box<PerfData>),
}

/// An input that the engine reads. It has either lines of text or records.
///
/// The engine calls `begin`, and then asks for `records`. If there are records, it reads them. Otherwise it calls
/// `next_into` for lines until that returns 0. After `WouldBlock` and `Interrupted` the engine returns to its caller,
/// and later begins with `begin` again.
///
/// Every type that implements [`Read`] is an input of text.
pub trait Input {
    /// Finds out whether the input has lines or records. Once this is known, the method does nothing.
    ///
    /// # Errors
    ///
    /// The error of the system, or `WouldBlock` if too few bytes have come to decide.
    fn begin(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Reads more bytes into `lines`. Before that, all whole lines must have been taken out of `lines`. Returns the
    /// number of bytes, which is 0 at the end of the input.
    ///
    /// # Errors
    ///
    /// The error of the system; `lines` then stays unchanged.
    fn next_into(&mut self, lines: &mut LineBuffer) -> io::Result<usize>;

    /// Returns the reader of the records; `None` if the input is text.
    fn records(&mut self) -> Option<&mut PerfData> {
        None
    }

    /// Returns whether [`again`](Self::again) can read the input again. It is known after [`begin`](Self::begin).
    fn can_be_read_again(&self) -> bool {
        false
    }

    /// Opens the input once more, to read some of its lines again. The reading that is under way is not disturbed.
    /// Returns `None` if the input cannot be read again.
    ///
    /// # Errors
    ///
    /// The error of the system.
    fn again(&mut self) -> io::Result<Option<Again>> {
        Ok(None)
    }

    /// Returns whether the caller of the engine has something else to do, such as to answer a signal, so that the
    /// engine must return to it. The engine asks this between records. For text, `next_into` returns `Interrupted` in
    /// such a case.
    fn is_interrupted(&self) -> bool {
        false
    }
}

impl<R: Read> Input for R {
    fn next_into(&mut self, lines: &mut LineBuffer) -> io::Result<usize> {
        lines.fill(self)
    }
}
