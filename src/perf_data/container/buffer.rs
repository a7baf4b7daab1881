//! Reads an input record by record. Records that perf has compressed are not decompressed here.

use super::window::Window;
use crate::perf_data::error::{Damage, Error};
use std::io::Read;

/// Reads the records of a file, or of a stream, whose length is not known.
pub(in crate::perf_data) struct RecordBuffer {
    input: Box<dyn Read>,
    /// The number of bytes of records that are not read yet. For a stream it is [`u64::MAX`] until
    /// [`end`](Self::end) sets it to 0.
    left: u64,
    /// The bytes that were read and are not consumed yet, in a buffer of a fixed size.
    window: Window,
    /// The offset in the file of the first byte that is not consumed. For a stream it counts from the beginning of the
    /// stream.
    position: u64,
    /// The value that `position` had when [`take_bytes`](Self::take_bytes) was last called.
    taken: u64,
}

impl RecordBuffer {
    /// Creates a buffer for `size` bytes of records. `input` stands at the first of these bytes, and `offset` is the
    /// place of this byte in the file.
    pub(in crate::perf_data) fn new(input: Box<dyn Read>, offset: u64, size: u64) -> Self {
        RecordBuffer { input, left: size, window: Window::default(), position: offset, taken: offset }
    }

    /// Creates a buffer for the records of a stream, from its beginning.
    pub(in crate::perf_data) fn stream(input: Box<dyn Read>) -> Self {
        RecordBuffer::new(input, 0, u64::MAX)
    }

    /// Returns the number of bytes that are not consumed yet; `None` for a stream that goes on.
    pub(in crate::perf_data) fn length(&self) -> Option<u64> {
        (!self.is_stream()).then(|| self.left + self.window.bytes().len() as u64)
    }

    /// Returns the number of bytes consumed since the last call.
    pub(in crate::perf_data) fn take_bytes(&mut self) -> u64 {
        self.position - std::mem::replace(&mut self.taken, self.position)
    }

    fn is_stream(&self) -> bool {
        // For a file, `left` is at most the size of the file, which is far below half of the largest number.
        self.left > u64::MAX / 2
    }

    /// Lends the next record. It stays the next one until it is consumed. `None` is the end of the input.
    ///
    /// # Errors
    ///
    /// The errors of the input, among them `WouldBlock`, after which the caller can ask again; and [`Damage`] where the
    /// record is cut off or states an impossible length.
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

    /// Reads until the window holds all of the next record, and returns its length; `None` at the end of the input.
    ///
    /// The window holds thousands of records, so this is called rarely. It is a function of its own because as a part
    /// of `record` it would cost some 60 instructions for each record.
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

    /// Lends the next bytes of a part of the input that is no record, such as the header of a stream: up to `length`
    /// bytes, and at least one.
    ///
    /// # Errors
    ///
    /// The errors of the input, and [`Damage`] at its end.
    pub(super) fn part(&mut self, length: usize) -> Result<&[u8], Error> {
        if self.window.bytes().is_empty() && !self.read()? {
            return Err(Damage::CutOffDescription.into());
        }
        let bytes = self.window.bytes();
        Ok(bytes.get(..length).unwrap_or(bytes))
    }

    /// Returns the offset of the first byte that is not consumed, from the beginning of the file or of the stream.
    pub(in crate::perf_data) fn position(&self) -> u64 {
        self.position
    }

    /// Drops the first `count` bytes, which [`record`](Self::record) or [`part`](Self::part) has lent.
    pub(in crate::perf_data) fn consume(&mut self, count: usize) {
        self.window.consume(count);
        self.position += count as u64;
    }

    /// Ends the input here: the next record is `None`. The reader calls this after damage, because it does not know
    /// where the next record begins.
    pub(in crate::perf_data) fn end(&mut self) {
        self.left = 0;
        self.window.clear();
    }

    /// Reads from the input once, into the window. Returns whether it gave any bytes.
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
