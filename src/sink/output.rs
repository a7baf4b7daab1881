//! A buffer of bytes in front of a stream.

use super::contract::SinkError;
use std::io::Write;

/// The number of bytes at which the buffer is written.
const BLOCK: usize = 64 * 1024;

/// A buffer in front of a writer. Its owner must flush it at the end. Dropping it writes nothing, because an error of
/// that write could not be reported.
pub struct Output<W> {
    waiting: Vec<u8>,
    inner: W,
}

impl<W: Write> Output<W> {
    /// Creates an empty buffer in front of a writer.
    pub fn new(inner: W) -> Self {
        Output { waiting: Vec::with_capacity(BLOCK + BLOCK / 4), inner }
    }

    /// Returns the buffer of bytes that wait to be written. To write something, append it.
    pub fn waiting(&mut self) -> &mut Vec<u8> {
        &mut self.waiting
    }

    /// Writes the bytes that wait, if they fill a block.
    pub fn flush_full(&mut self) -> Result<(), SinkError> {
        if self.waiting.len() < BLOCK {
            return Ok(());
        }
        self.flush()
    }

    /// Writes all bytes that wait. After an error they are dropped: a part of them may have been written, so they
    /// cannot be written again.
    pub fn flush(&mut self) -> Result<(), SinkError> {
        let result = self.inner.write_all(&self.waiting).and_then(|()| self.inner.flush());
        self.waiting.clear();
        result.map_err(SinkError::Stream)
    }
}
