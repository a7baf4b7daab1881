//! What was read and not yet looked at, of which whole records are lent.

use crate::perf_data::broken;
use crate::perf_data::records::record;
use std::io::{self, Read};

/// How much is read at once. A record has at most 64 KiB.
pub(in crate::perf_data) const BUFFER: usize = 256 * 1024;

/// Bytes of a fixed number at most.
pub(in crate::perf_data) struct Window {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Default for Window {
    fn default() -> Self {
        Window { bytes: vec![0; BUFFER].into_boxed_slice(), start: 0, end: 0 }
    }
}

impl Window {
    pub(in crate::perf_data) fn bytes(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// The length of the record that begins here, if all of it is here.
    pub(in crate::perf_data) fn record(&self) -> io::Result<Option<usize>> {
        match record::length(self.bytes()) {
            Some(length) if length < record::HEADER => Err(broken("a record of no length")),
            length => Ok(length.filter(|&length| length <= self.end - self.start)),
        }
    }

    /// Room for more, behind what is here.
    pub(in crate::perf_data) fn room(&mut self) -> &mut [u8] {
        self.bytes.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        self.bytes.get_mut(self.end..).unwrap_or_default()
    }

    /// So much of the room was filled.
    pub(in crate::perf_data) fn filled(&mut self, count: usize) {
        self.end = self.bytes.len().min(self.end + count);
    }

    pub(in crate::perf_data) fn consume(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
    }

    pub(in crate::perf_data) fn clear(&mut self) {
        (self.start, self.end) = (0, 0);
    }
}

/// The records of a file, or of a stream whose end is not known.
pub(in crate::perf_data) struct Buffer {
    input: Box<dyn Read>,
    /// Bytes of records not yet read; of a stream, as many as there may be.
    left: u64,
    window: Window,
    /// Bytes taken since somebody asked.
    taken: u64,
}

impl Buffer {
    /// Of so many bytes; of a stream that is `None`.
    pub(in crate::perf_data) fn new(input: Box<dyn Read>, size: Option<u64>) -> Self {
        Buffer { input, left: size.unwrap_or(u64::MAX), window: Window::default(), taken: 0 }
    }

    /// How many bytes are still to come, where that is known.
    pub(in crate::perf_data) fn length(&self) -> Option<u64> {
        (!self.is_stream()).then(|| self.left + self.window.bytes().len() as u64)
    }

    pub(in crate::perf_data) fn take_bytes(&mut self) -> u64 {
        std::mem::take(&mut self.taken)
    }

    fn is_stream(&self) -> bool {
        // No file is half as long.
        self.left > u64::MAX / 2
    }

    /// The next record, which stays until it is consumed; `None` is the end.
    ///
    /// # Errors
    ///
    /// As the system has them, also `WouldBlock`, after which it can be asked
    /// again; and where the records make no sense.
    pub(in crate::perf_data) fn record(&mut self) -> io::Result<Option<&[u8]>> {
        let length = loop {
            if let Some(length) = self.window.record()? {
                break length;
            }
            if !self.read()? {
                return if self.window.bytes().is_empty() {
                    Ok(None)
                } else {
                    Err(broken("the last record is cut off"))
                };
            }
        };
        Ok(self.window.bytes().get(..length))
    }

    /// The next bytes, whatever they are: so many, or as many as are here.
    pub(in crate::perf_data) fn part(&mut self, length: usize) -> io::Result<&[u8]> {
        if self.window.bytes().is_empty() && !self.read()? {
            return Err(broken("a description is cut off"));
        }
        let here = self.window.bytes();
        Ok(here.get(..length).unwrap_or(here))
    }

    pub(in crate::perf_data) fn consume(&mut self, count: usize) {
        self.window.consume(count);
        self.taken += count as u64;
    }

    /// Forgets what is left: nothing can be read behind what makes no sense.
    pub(in crate::perf_data) fn end(&mut self) {
        self.left = 0;
        self.window.clear();
    }

    /// Reads once; whether there was something.
    fn read(&mut self) -> io::Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        let room = self.window.room();
        let wanted = room.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.input.read(room.get_mut(..wanted).unwrap_or_default())?;
        self.window.filled(count);
        if self.is_stream() {
            return Ok(count > 0);
        }
        if count == 0 {
            return Err(broken("the file is cut off"));
        }
        self.left -= count as u64;
        Ok(true)
    }
}
