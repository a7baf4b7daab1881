//! The records of an input, one after another, still compressed where perf compressed them.

use super::window::Window;
use crate::perf_data::error::{Damage, Error};
use std::io::Read;

/// Reads the records of a file, or of a stream whose end is not known.
pub(in crate::perf_data) struct RecordBuffer {
    input: Box<dyn Read>,
    /// The number of bytes of records that are still to be read; for a stream [`u64::MAX`].
    left: u64,
    window: Window,
    /// The offset in the file behind the bytes that were consumed. A stream begins at 0.
    position: u64,
    /// The value that `position` had when [`take_bytes`](Self::take_bytes) was called.
    taken: u64,
}

impl RecordBuffer {
    /// Reads `size` bytes of records from the input, which begins at an offset of the file.
    pub(in crate::perf_data) fn new(input: Box<dyn Read>, offset: u64, size: u64) -> Self {
        RecordBuffer { input, left: size, window: Window::default(), position: offset, taken: offset }
    }

    /// Reads the records of a stream.
    pub(in crate::perf_data) fn stream(input: Box<dyn Read>) -> Self {
        RecordBuffer::new(input, 0, u64::MAX)
    }

    /// Returns the number of bytes that are still to come; `None` for a stream.
    pub(in crate::perf_data) fn length(&self) -> Option<u64> {
        (!self.is_stream()).then(|| self.left + self.window.bytes().len() as u64)
    }

    /// Returns the number of bytes consumed since the last call.
    pub(in crate::perf_data) fn take_bytes(&mut self) -> u64 {
        self.position - std::mem::replace(&mut self.taken, self.position)
    }

    fn is_stream(&self) -> bool {
        // For a stream, `left` starts at `u64::MAX` and only counts down, so it stays above half.
        // The size of a file is always far below half.
        self.left > u64::MAX / 2
    }

    /// Lends the next record, the same one until it is consumed. `None` is the end.
    ///
    /// # Errors
    ///
    /// Those of the input, also `WouldBlock`, after which the caller can ask
    /// again, and [`Damage`] where the record is cut off or has no length.
    #[inline(always)]
    pub(in crate::perf_data) fn record(&mut self) -> Result<Option<&[u8]>, Error> {
        let length = match self.window.record_length() {
            Ok(Some(length)) => length,
            _ => match self.read_record()? {
                Some(length) => length,
                None => return Ok(None),
            },
        };
        Ok(self.window.bytes().get(..length))
    }

    /// Reads until the next record is whole, and returns its length.
    ///
    /// The window holds thousands of records, so this is rare. As a part of
    /// `record` it would cost some 60 instructions for each record.
    #[cold]
    #[inline(never)]
    fn read_record(&mut self) -> Result<Option<usize>, Error> {
        loop {
            if let Some(length) = self.window.record_length()? {
                return Ok(Some(length));
            }
            if !self.read()? {
                let is_end = self.window.bytes().is_empty();
                return if is_end { Ok(None) } else { Err(Damage::CutOffRecord.into()) };
            }
        }
    }

    /// Lends the next bytes of a description that is no record: up to `length` bytes, and at least one.
    ///
    /// # Errors
    ///
    /// Those of the input, and [`Damage`] at its end.
    pub(super) fn part(&mut self, length: usize) -> Result<&[u8], Error> {
        if self.window.bytes().is_empty() && !self.read()? {
            return Err(Damage::CutOffDescription.into());
        }
        let bytes = self.window.bytes();
        Ok(bytes.get(..length).unwrap_or(bytes))
    }

    /// Returns the offset in the file behind the bytes that were consumed.
    pub(in crate::perf_data) fn position(&self) -> u64 {
        self.position
    }

    /// Drops `count` bytes that were lent.
    pub(in crate::perf_data) fn consume(&mut self, count: usize) {
        self.window.consume(count);
        self.position += count as u64;
    }

    /// Ends the input here: the next record is `None`. The reader calls this
    /// after damage, because nobody knows where the next record begins.
    pub(in crate::perf_data) fn end(&mut self) {
        self.left = 0;
        self.window.clear();
    }

    /// Reads once, and returns whether there was something.
    fn read(&mut self) -> Result<bool, Error> {
        if self.left == 0 {
            return Ok(false);
        }
        let room = self.window.room();
        let wanted = room.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.input.read(room.get_mut(..wanted).unwrap_or_default())?;
        self.window.add(count);
        if self.is_stream() {
            return Ok(count > 0);
        }
        if count == 0 {
            return Err(Damage::CutOffFile.into());
        }
        self.left -= count as u64;
        Ok(true)
    }
}
