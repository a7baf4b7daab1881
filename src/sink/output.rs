//! A buffer in front of a stream.

use super::contract::SinkError;
use std::io::Write;

/// The buffer is written once it holds this many bytes, or when its owner flushes it.
const BLOCK: usize = 64 * 1024;

/// A buffer in front of a writer. Its owner must flush it: dropping it writes nothing, because the result of every
/// write must be used.
pub struct Output<W> {
    waiting: Vec<u8>,
    inner: W,
}

impl<W: Write> Output<W> {
    /// Creates an empty buffer in front of a writer.
    pub fn new(inner: W) -> Self {
        Output { waiting: Vec::with_capacity(BLOCK + BLOCK / 4), inner }
    }

    /// Returns the bytes that wait. To write something, append it to them.
    pub fn waiting(&mut self) -> &mut Vec<u8> {
        &mut self.waiting
    }

    /// Writes the waiting bytes if they fill a block.
    pub fn flush_full(&mut self) -> Result<(), SinkError> {
        if self.waiting.len() < BLOCK {
            return Ok(());
        }
        self.flush()
    }

    /// Writes all waiting bytes. After an error nothing waits any more: a part of the bytes may have been written, so
    /// they cannot be tried again.
    pub fn flush(&mut self) -> Result<(), SinkError> {
        let result = self.inner.write_all(&self.waiting).and_then(|()| self.inner.flush());
        self.waiting.clear();
        result.map_err(SinkError::Stream)
    }
}
