//! An input that may have to be waited for: a pipe, a terminal, trace_pipe. Its first bytes tell whether it has text or
//! records.

use super::lines::LineBuffer;
use super::no_wait::NoWait;
use crate::perf_data::{MAGIC, PerfData, WantedPayloads};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::sync::Arc;

/// The number of bytes that are read at once at the beginning. A few would be enough to recognise the input. But a pipe
/// in packet mode (`O_DIRECT`) drops the part of a packet that is not read, and a packet may have a page.
const BEGINNING: usize = 64 * 1024;

/// An input whose kind is not known until its first bytes have come.
pub(super) struct WaitingInput {
    /// The file. The reader of records shares it.
    pub(super) file: Arc<File>,
    /// The bytes that were read at the beginning, and are not used up yet.
    beginning: Cursor<Vec<u8>>,
    /// The wanted payloads. They are taken out when the kind of the input is known.
    wanted: Option<WantedPayloads>,
}

impl WaitingInput {
    /// Takes an input of which nothing was read yet.
    pub(super) fn new(file: File, wanted: WantedPayloads) -> Self {
        WaitingInput { file: Arc::new(file), beginning: Cursor::default(), wanted: Some(wanted) }
    }

    /// Finds out the kind of the input from its first bytes. Returns the reader of the records if it is a stream of
    /// `perf record -o -`. Otherwise, and on all later calls, returns `None`.
    ///
    /// # Errors
    ///
    /// The error of the system, or `WouldBlock` if too few bytes have come to decide.
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

    /// Reads once, and appends the bytes to the beginning. Returns the number of bytes.
    fn read_beginning(&mut self) -> io::Result<usize> {
        let bytes = self.beginning.get_mut();
        let length = bytes.len();
        bytes.resize(length + BEGINNING, 0);
        let count = NoWait(&*self.file).read(bytes.get_mut(length..).unwrap_or_default());
        bytes.truncate(length + count.as_ref().map_or(0, |count| *count));
        count
    }

    /// Reads text into the line buffer. The bytes that were read at the beginning come first. Returns the number of
    /// bytes, which is 0 at the end.
    ///
    /// # Errors
    ///
    /// The error of the system, or `WouldBlock` if nothing has come yet.
    pub(super) fn fill(&mut self, lines: &mut LineBuffer) -> io::Result<usize> {
        if self.beginning.position() < self.beginning.get_ref().len() as u64 {
            return lines.fill(&mut self.beginning);
        }
        lines.fill(&mut NoWait(&*self.file))
    }
}
