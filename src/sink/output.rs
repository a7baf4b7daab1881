//! The output buffer: rows in, large blocks out, and no write whose result is lost.

use std::io::{self, Write};

/// Rows are written once this many bytes wait, or when they are due.
const BLOCK: usize = 64 * 1024;

/// A buffer before a writer that is flushed when its owner says so, and never
/// on being dropped.
pub struct Output<W> {
    waiting: Vec<u8>,
    inner: W,
}

impl<W: Write> Output<W> {
    /// An empty buffer.
    pub fn new(inner: W) -> Self {
        Output { waiting: Vec::with_capacity(BLOCK + BLOCK / 4), inner }
    }

    /// Where to append what is to be written.
    pub fn waiting(&mut self) -> &mut Vec<u8> {
        &mut self.waiting
    }

    /// Writes if a block is full.
    pub fn flush_full(&mut self) -> io::Result<()> {
        if self.waiting.len() < BLOCK {
            return Ok(());
        }
        self.flush()
    }

    /// Writes everything. After an error nothing waits any more: it was written
    /// in part, and cannot be tried again.
    pub fn flush(&mut self) -> io::Result<()> {
        let result = self.inner.write_all(&self.waiting).and_then(|()| self.inner.flush());
        self.waiting.clear();
        result
    }
}
