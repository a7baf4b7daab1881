//! An open input, in the form in which session and engine use it.

use super::again::{AgainText, PositionedFile};
use super::ahead::ReadAhead;
use super::input::{Again, Input};
use super::lines::LineBuffer;
use super::name::InputName;
use super::open::{Opened, Source, open, open_perf_data};
use super::pace::Pace;
use super::signals::{Signals, Wake};
use super::waiting::Found;
use crate::perf_data::{PerfData, Unsupported, WantedPayloads};
use std::fs::File;
use std::io::{self, Seek};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

/// An open input. Its reads never wait, except for a disk. To wait, call [`wait`](Self::wait).
pub struct Recording<'s> {
    name: InputName,
    source: Source,
    is_pipe: bool,
    /// The pace of reading. It is `None` if the input cannot come from a tracer that runs now.
    pace: Option<Pace>,
    /// The reason why the input could not be decompressed to its end. It is returned after all bytes that could be
    /// decompressed were read.
    failure: Option<io::Error>,
    signals: &'s Signals,
}

impl<'s> Recording<'s> {
    /// Opens an input, without waiting for the writer of a FIFO. If it is a directory, the recording in it is opened. A
    /// binary perf.data is read with the `wanted` payloads. If this program cannot read it, `perf script` is started to
    /// print it.
    ///
    /// # Errors
    ///
    /// The error of the system; or a message, if a directory has no recording, or if only perf can print a perf.data
    /// and perf is not installed.
    pub fn open(name: &InputName, wanted: WantedPayloads, signals: &'s Signals) -> io::Result<Self> {
        let Opened { name, source, is_pipe, is_live } = open(name, wanted)?;
        let pace = match &source {
            Source::Waiting(input) if is_live => Some(Pace::new(&input.file, is_pipe, input.taken.clone())),
            _ => None,
        };
        Ok(Recording { name, source, is_pipe, pace, failure: None, signals })
    }

    /// Returns the name of the file that is read. If the user named a directory, it is the name of the file that was
    /// found there.
    pub fn name(&self) -> &InputName {
        &self.name
    }

    /// Returns the reason why `perf script` prints the input; `None` if this program reads it itself.
    pub fn unsupported(&self) -> Option<&Unsupported> {
        match &self.source {
            Source::PerfScript(perf) => Some(&perf.unsupported),
            _ => None,
        }
    }

    /// Returns the number of bytes that are not read yet. Returns `None` if it is not known: the input is no regular
    /// file, or what is read is decompressed or printed by `perf script`.
    pub fn length(&self) -> Option<u64> {
        match &self.source {
            Source::RecordStream { records, .. } | Source::RecordFile { records, .. } => records.length(),
            Source::ReadAhead { is_compressed: false, .. } => bytes_left(self.file()),
            // Nobody knows how much a writer will write, or how long the text is when it is decompressed or printed.
            Source::ReadAhead { is_compressed: true, .. } | Source::Waiting(_) | Source::PerfScript(_) => None,
        }
    }

    /// Returns whether the input is a pipe, a FIFO or a socket. The program that writes into it gets Ctrl-C, too, and
    /// may still write something. So such an input is read to its end after Ctrl-C.
    pub fn is_pipe(&self) -> bool {
        self.is_pipe
    }

    /// Returns whether the input may come from a tracer that is running: a pipe, a FIFO, a socket, or a file without a
    /// length such as trace_pipe.
    pub fn is_live(&self) -> bool {
        self.pace.is_some()
    }

    /// Waits until the input can be read, a signal comes, or the reader of `output` goes away. If `output` is `None`,
    /// its reader does not matter.
    ///
    /// If little has come into a live input, this also waits up to 2 ms for more. A tracer that records all reads
    /// records those of this program, too: without the wait, each read of a few events would cause the next one.
    ///
    /// # Errors
    ///
    /// The error of poll(2).
    pub fn wait(&self, output: Option<BorrowedFd<'_>>) -> io::Result<Wake> {
        let input = self.file().as_fd();
        let wake = self.signals.wait(input, output)?;
        if let (Wake::Input, Some(pace)) = (wake, &self.pace) {
            pace.wait(input, self.signals);
        }
        Ok(wake)
    }

    /// Ends the input, after its last line or record was read. The position of a binary file is set to its end, so that
    /// another program which reads the same standard input later finds nothing more.
    ///
    /// # Errors
    ///
    /// If `perf script` failed, a message with the reason. Otherwise the error of the system.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        match &mut self.source {
            Source::RecordFile { file, .. } => file.seek(io::SeekFrom::End(0)).map(drop),
            Source::PerfScript(perf) => perf.finish(),
            Source::ReadAhead { .. } | Source::Waiting(_) | Source::RecordStream { .. } => Ok(()),
        }
    }

    /// Returns the file from which the bytes come; it is the file on which [`wait`](Self::wait) waits.
    fn file(&self) -> &File {
        match &self.source {
            Source::ReadAhead { file, .. } => file,
            Source::Waiting(input) => &input.file,
            Source::RecordStream { file, .. } | Source::RecordFile { file, .. } => file,
            Source::PerfScript(perf) => &perf.text,
        }
    }
}

/// Returns the number of bytes that a regular file has behind its position. Returns `None` if there are none, or if it
/// is no regular file.
fn bytes_left(mut file: &File) -> Option<u64> {
    let metadata = file.metadata().ok().filter(|metadata| metadata.is_file())?;
    let position = file.stream_position().unwrap_or(0);
    Some(metadata.len().saturating_sub(position)).filter(|left| *left > 0)
}

impl Input for Recording<'_> {
    /// Looks at the first bytes of an input such as a pipe, to find out what it is. For regular files that are not
    /// compressed, `open` has done this.
    fn begin(&mut self) -> io::Result<()> {
        let Source::Waiting(input) = &mut self.source else { return Ok(()) };
        match input.detect()? {
            None => {}
            Some(Found::Text) if self.pace.is_some() => {}
            // No tracer writes this input while it is read. So a second thread may decompress it: the thread never
            // waits for a writer, and a signal need not wake it.
            Some(Found::Text) => {
                if let Some(text) = input.take_decompressed() {
                    let (file, ahead) = (input.file.try_clone()?, ReadAhead::start(text)?);
                    self.source = Source::ReadAhead { file, ahead, is_compressed: true, base: 0 };
                }
            }
            Some(Found::RecordStream(records)) => {
                self.source = Source::RecordStream { file: Arc::clone(&input.file), records };
            }
            Some(Found::RecordFile { file, wanted, failure }) => {
                self.source = open_perf_data(None, file, wanted)?;
                self.failure = failure;
            }
        }
        Ok(())
    }

    /// Reads more lines. Fails with `Interrupted` if a signal has come.
    fn next_into(&mut self, lines: &mut LineBuffer) -> io::Result<usize> {
        if self.is_interrupted() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match &mut self.source {
            Source::ReadAhead { ahead, .. } => {
                let block = ahead.next()?;
                let count = block.len();
                ahead.give_back(lines.swap(block));
                Ok(count)
            }
            Source::Waiting(input) => input.fill(lines),
            Source::PerfScript(perf) => perf.fill(lines),
            // These inputs have records, and no lines.
            Source::RecordStream { .. } | Source::RecordFile { .. } => Ok(0),
        }
    }

    fn records(&mut self) -> Option<&mut PerfData> {
        match &mut self.source {
            Source::RecordStream { records, .. } | Source::RecordFile { records, .. } => Some(records),
            Source::ReadAhead { .. } | Source::Waiting(_) | Source::PerfScript(_) => None,
        }
    }

    fn can_be_read_again(&self) -> bool {
        matches!(self.source, Source::ReadAhead { is_compressed: false, .. } | Source::RecordFile { .. })
    }

    fn again(&mut self) -> io::Result<Option<Again>> {
        match &self.source {
            Source::ReadAhead { file, is_compressed: false, base, .. } => {
                Ok(Some(Again::Text(AgainText::new(file.try_clone()?, *base))))
            }
            Source::RecordFile { file, .. } => {
                let file = || PositionedFile::new(Arc::clone(file));
                // If opening with the whole payloads fails, the records are opened without any payloads.
                let nothing = WantedPayloads { lines: false, ..WantedPayloads::whole_lines() };
                let records = PerfData::open(file(), WantedPayloads::whole_lines());
                let records = records.or_else(|_| PerfData::open(file(), nothing))?;
                Ok(Some(Again::Records(Box::new(records))))
            }
            _ => Ok(None),
        }
    }

    fn is_interrupted(&self) -> bool {
        self.signals.pending()
    }
}
