//! An input whose first bytes have to be looked at while it is read: a pipe, a terminal, trace_pipe, a compressed file.
//! Its first bytes tell whether it is text or records, and whether it is compressed.

use super::binary::Binary;
use super::compression::Compression;
use super::lines::LineBuffer;
use super::no_wait::{NoWait, Taken};
use crate::perf_data::{self, MAGIC, PerfData, WantedPayloads, temporary_file};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, Write};
use std::sync::Arc;

/// The number of bytes that are read at once at the beginning. A few bytes would be enough to recognise the input. But
/// a pipe in packet mode (`O_DIRECT`) drops the part of a packet for which a read has no room, and a packet may have a
/// page (4096 bytes).
const BEGINNING: usize = 64 * 1024;

/// The number of bytes that are decompressed into a temporary file before signals are looked at.
const SPOOLED_BETWEEN_SIGNALS: usize = 8 * 1024 * 1024;

/// After a read of text that returns fewer bytes than this, the caller waits before it reads again, so that more can
/// come. Otherwise a tracer that records all reads would record many small reads of this program. A read of trace_pipe
/// returns nearly a page (4096 bytes) if there is much.
const LITTLE: usize = 2048;

/// The kind of an input.
pub(super) enum Found {
    Text,
    /// The input is a stream of `perf record -o -`.
    RecordStream(Box<PerfData>),
    /// The input is a compressed perf.data that was written as a file. The reader of such a file goes back and forth,
    /// so the input was decompressed into this temporary file, which has no name.
    RecordFile {
        file: File,
        wanted: WantedPayloads,
        /// The reason why the input could not be decompressed to its end.
        failure: Option<io::Error>,
    },
}

/// An input of which nothing is known until its first bytes are there.
pub(super) struct WaitingInput {
    /// The file. The reader of records shares it.
    pub(super) file: Arc<File>,
    /// The number of bytes that were read from the file so far.
    pub(super) taken: Taken,
    /// The path of the file, for messages; `None` for standard input.
    path: Option<OsString>,
    /// The bytes that were read to look at the beginning, and were not yet used; decompressed, if there is a `decoder`.
    beginning: Cursor<Vec<u8>>,
    /// The reader of the decompressed bytes behind the beginning.
    decoder: Option<Box<dyn Read + Send>>,
    /// The number of bytes that the last read of text gave.
    last_count: usize,
    /// The file into which a perf.data is decompressed.
    spool: Option<File>,
    /// The wanted payloads, until it is known whether there are records.
    wanted: Option<WantedPayloads>,
}

impl WaitingInput {
    /// Takes an input that was not read yet.
    pub(super) fn new(file: File, path: Option<OsString>, wanted: WantedPayloads) -> Self {
        let beginning = Cursor::default();
        WaitingInput {
            file: Arc::new(file),
            taken: Taken::default(),
            path,
            beginning,
            decoder: None,
            last_count: 0,
            spool: None,
            wanted: Some(wanted),
        }
    }

    /// Looks at the first bytes, once. Returns the kind of the input, or `None` if an earlier call has returned it.
    ///
    /// # Errors
    ///
    /// Returns the system's error, or `WouldBlock` if too few bytes have come to tell. `Interrupted` means that much
    /// was read, and that the caller should call again after it has answered signals. If the input is in a format that
    /// this program does not read, the error names the format.
    pub(super) fn detect(&mut self) -> io::Result<Option<Found>> {
        if self.wanted.is_none() {
            return Ok(None);
        }
        while self.spool.is_none() {
            let is_end = self.read_beginning()? == 0;
            match self.look(is_end)? {
                None => {}
                Some(Found::Text) => {
                    self.wanted = None;
                    return Ok(Some(Found::Text));
                }
                found => return Ok(found),
            }
        }
        self.spool_more()
    }

    /// Looks at the beginning that was read so far. Returns `None` if it does not yet tell what the input is.
    fn look(&mut self, is_end: bool) -> io::Result<Option<Found>> {
        let beginning = self.beginning.get_ref().as_slice();
        match Compression::detect(beginning) {
            Some(compression) if self.decoder.is_none() => {
                let compressed =
                    std::mem::take(&mut self.beginning).chain(NoWait::new(Arc::clone(&self.file), &self.taken));
                self.decoder = Some(compression.reader(compressed)?);
                return Ok(None);
            }
            Some(_) => return Err(io::Error::other("compressed twice; decompress it once before")),
            None => {}
        }
        let is_compressed = self.decoder.is_some();
        let may_become_compressed = !is_compressed && Compression::may_become_one(beginning);
        if !is_end && (may_become_compressed || may_become_records(beginning) || Binary::may_become_one(beginning)) {
            return Ok(None);
        }
        if is_compressed && perf_data::is_perf_data(beginning) && !is_stream(beginning) {
            self.spool = Some(temporary_file()?);
            return Ok(None);
        }
        if beginning.starts_with(MAGIC) {
            let Some(wanted) = self.wanted.take() else { return Ok(None) };
            let beginning = std::mem::take(&mut self.beginning);
            let records = match self.decoder.take() {
                Some(rest) => PerfData::stream(beginning.chain(rest), wanted),
                None => PerfData::stream(beginning.chain(NoWait::new(Arc::clone(&self.file), &self.taken)), wanted),
            };
            return Ok(Some(Found::RecordStream(Box::new(records))));
        }
        match Binary::detect(beginning) {
            Some(binary) => {
                // The command in the message cannot read a compressed file, so the message then names no file.
                let path = self.path.as_deref().filter(|_| !is_compressed);
                Err(io::Error::other(binary.message(path)))
            }
            None => Ok(Some(Found::Text)),
        }
    }

    /// Reads once, and appends the bytes to the beginning. Returns the number of bytes.
    fn read_beginning(&mut self) -> io::Result<usize> {
        let bytes = self.beginning.get_mut();
        let length = bytes.len();
        bytes.resize(length + BEGINNING, 0);
        let room = bytes.get_mut(length..).unwrap_or_default();
        let count = match &mut self.decoder {
            Some(decoder) => decoder.read(room),
            None => NoWait::new(&*self.file, &self.taken).read(room),
        };
        bytes.truncate(length + count.as_ref().map_or(0, |count| *count));
        count
    }

    /// Goes on to decompress a perf.data into the temporary file.
    fn spool_more(&mut self) -> io::Result<Option<Found>> {
        let (Some(spool), Some(decoder)) = (&mut self.spool, &mut self.decoder) else { return Ok(None) };
        let failed = |error| perf_data::temporary_file_error(error);
        spool.write_all(self.beginning.get_ref()).map_err(failed)?;
        self.beginning = Cursor::default();
        let mut bytes = vec![0; BEGINNING];
        let mut spooled = 0;
        while spooled < SPOOLED_BETWEEN_SIGNALS {
            let (count, failure) = match decoder.read(&mut bytes) {
                Ok(count) => (count, None),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
                    return Err(error);
                }
                Err(error) => (0, Some(error)),
            };
            if count == 0 {
                spool.rewind().map_err(failed)?;
                let found = self.spool.take().zip(self.wanted.take());
                return Ok(found.map(|(file, wanted)| Found::RecordFile { file, wanted, failure }));
            }
            spool.write_all(bytes.get(..count).unwrap_or_default()).map_err(failed)?;
            spooled += count;
        }
        Err(io::ErrorKind::Interrupted.into())
    }

    /// Hands over the reader of all decompressed bytes of a compressed text. Afterwards nothing is left to read here.
    /// Returns `None` if the text is not compressed.
    pub(super) fn take_decompressed(&mut self) -> Option<impl Read + Send + 'static> {
        let decoder = self.decoder.take()?;
        Some(std::mem::take(&mut self.beginning).chain(decoder))
    }

    /// Reads text into the line buffer. The bytes that were read at the beginning come first. Returns the number of
    /// bytes, which is 0 at the end.
    ///
    /// # Errors
    ///
    /// The error of the system, or `WouldBlock` if nothing has come yet. After a read that gave little, it is
    /// `WouldBlock` once, so that the caller waits for more.
    pub(super) fn fill(&mut self, lines: &mut LineBuffer) -> io::Result<usize> {
        if self.beginning.position() < self.beginning.get_ref().len() as u64 {
            return lines.fill(&mut self.beginning);
        }
        if let Some(decoder) = &mut self.decoder {
            return lines.fill(decoder);
        }
        if (1..LITTLE).contains(&std::mem::take(&mut self.last_count)) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = lines.fill(&mut NoWait::new(&*self.file, &self.taken))?;
        self.last_count = count;
        Ok(count)
    }
}

/// Returns whether more bytes are needed to tell the two forms of a perf.data apart.
fn may_become_records(beginning: &[u8]) -> bool {
    let is_short = beginning.len() < PIPE_HEADER;
    is_short && (MAGIC.starts_with(beginning) || perf_data::is_perf_data(beginning))
}

/// The size of the header of a stream, `struct perf_pipe_file_header`. The header says its own size behind the magic.
const PIPE_HEADER: usize = 16;

/// Returns whether a perf.data that begins with these bytes is a stream, and not a file.
fn is_stream(beginning: &[u8]) -> bool {
    beginning.get(8..PIPE_HEADER) == Some(&(PIPE_HEADER as u64).to_le_bytes()[..])
}
