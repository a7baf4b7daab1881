//! A buffer of a fixed size, from which whole records are lent.

use crate::perf_data::error::Damage;
use crate::perf_data::records::record_header;

/// The size of the buffer in bytes. A record has at most 64 KiB, so the buffer has room for at least four records.
pub(super) const WINDOW_SIZE: usize = 256 * 1024;

/// A buffer for bytes of records. Those that were added and not yet consumed are `buffer[start..end]`.
pub(super) struct Window {
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Default for Window {
    fn default() -> Self {
        Window { buffer: vec![0; WINDOW_SIZE].into_boxed_slice(), start: 0, end: 0 }
    }
}

impl Window {
    /// Returns the bytes that are not yet consumed.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Returns the length of the first record, or `None` if the window does not hold all of it.
    pub(super) fn record_length(&self) -> Result<Option<usize>, Damage> {
        let length = record_header::checked_length(self.bytes())?;
        Ok(length.filter(|&length| length <= self.end - self.start))
    }

    /// Moves the bytes to the front of the buffer, and returns the free room behind them. There is some room whenever
    /// the window does not hold all of the first record.
    pub(super) fn room(&mut self) -> &mut [u8] {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        self.buffer.get_mut(self.end..).unwrap_or_default()
    }

    /// Counts the first `count` bytes of the room as held, after the caller has filled them.
    pub(super) fn add(&mut self, count: usize) {
        self.end = self.buffer.len().min(self.end + count);
    }

    /// Drops the first `count` bytes.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
    }

    /// Drops all bytes.
    pub(super) fn clear(&mut self) {
        (self.start, self.end) = (0, 0);
    }
}
