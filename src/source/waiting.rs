//! An input that may have to be waited for: a pipe, a terminal, trace_pipe.
//! Its first bytes tell whether it is text or a stream of records.

use super::lines::LineBuffer;
use super::no_wait::NoWait;
use crate::perf_data::{MAGIC, PerfData, WantedPayloads};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

/// The number of bytes that are read at once to look at the beginning. It is
/// more than the length of the magic: a pipe in packet mode (`O_DIRECT`) drops
/// the part of a packet that was not read, and a packet has up to a page.
const BEGINNING: usize = 64 * 1024;

/// An input of which nothing is known until its first bytes are there.
pub(super) struct WaitingInput {
    /// The file, which is shared with the reader of the records.
    pub(super) file: Arc<File>,
    /// The bytes that were read to look at the beginning, and were not yet used.
    beginning: Cursor<Vec<u8>>,
    /// The wanted payloads, until it is known whether there are records.
    wanted: Option<WantedPayloads>,
}

impl WaitingInput {
    /// Takes an input that was not read yet.
    pub(super) fn new(file: File, wanted: WantedPayloads) -> Self {
        WaitingInput { file: Arc::new(file), beginning: Cursor::default(), wanted: Some(wanted) }
    }

    /// Looks at the first bytes, once. Returns the reader of the records if the
    /// input is a stream of `perf record -o -`, and `None` if it is anything else.
    ///
    /// # Errors
    ///
    /// Returns the system's error, or `WouldBlock` if too few bytes have come to tell.
    pub(super) fn detect(&mut self) -> io::Result<Option<PerfData>> {
        while self.wanted.is_some() {
            let is_end = self.read_beginning()? == 0;
            let beginning = self.beginning.get_ref();
            if !is_end && beginning.len() < MAGIC.len() && MAGIC.starts_with(beginning) {
                continue;
            }
            let is_stream = beginning.starts_with(MAGIC);
            if let Some(wanted) = self.wanted.take().filter(|_| is_stream) {
                let beginning = std::mem::take(&mut self.beginning);
                let rest = NoWait(Arc::clone(&self.file));
                return Ok(Some(PerfData::stream(beginning.chain(rest), wanted)));
            }
        }
        Ok(None)
    }

    /// Reads once, appends to the beginning, and returns how many bytes came.
    fn read_beginning(&mut self) -> io::Result<usize> {
        let bytes = self.beginning.get_mut();
        let length = bytes.len();
        bytes.resize(length + BEGINNING, 0);
        let count = NoWait(&*self.file).read(bytes.get_mut(length..).unwrap_or_default());
        bytes.truncate(length + count.as_ref().map_or(0, |count| *count));
        count
    }

    /// Reads text into the line buffer: first the beginning, then the rest.
    ///
    /// # Errors
    ///
    /// Returns the system's error, or `WouldBlock` if nothing is there.
    pub(super) fn fill(&mut self, lines: &mut LineBuffer) -> io::Result<usize> {
        if self.beginning.position() < self.beginning.get_ref().len() as u64 {
            return lines.fill(&mut self.beginning);
        }
        lines.fill(&mut NoWait(&*self.file))
    }
}
