//! An open input, as the session and the engine see it.

use super::ahead::ReadAhead;
use super::input::Input;
use super::lines::LineBuffer;
use super::name::InputName;
use super::open::{Opened, Source, open, open_perf_data};
use super::signals::{Signals, Wake};
use super::waiting::Found;
use crate::perf_data::{PerfData, Unsupported, WantedPayloads};
use std::fs::File;
use std::io::{self, Seek};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

/// An open input. Reads never wait, except for a disk; [`wait`](Self::wait) does.
pub struct Recording<'s> {
    name: InputName,
    source: Source,
    is_pipe: bool,
    is_live: bool,
    signals: &'s Signals,
}

impl<'s> Recording<'s> {
    /// Opens an input, without waiting for the writer of a FIFO. If it is a
    /// directory, opens the recording in it. A binary perf.data is read with
    /// the `wanted` payloads. If this program cannot read it, `perf script`
    /// prints it.
    ///
    /// # Errors
    ///
    /// Returns the system's error. Also fails if a directory has no recording,
    /// or if only perf can print a perf.data and perf is not installed.
    pub fn open(name: &InputName, wanted: WantedPayloads, signals: &'s Signals) -> io::Result<Self> {
        let Opened { name, source, is_pipe, is_live } = open(name, wanted)?;
        Ok(Recording { name, source, is_pipe, is_live, signals })
    }

    /// Returns the name of the file that is read; for a directory, the name of the file found in it.
    pub fn name(&self) -> &InputName {
        &self.name
    }

    /// Returns the reason why `perf script` prints the input, if it does.
    pub fn unsupported(&self) -> Option<&Unsupported> {
        match &self.source {
            Source::PerfScript(perf) => Some(&perf.unsupported),
            _ => None,
        }
    }

    /// Returns how many bytes are still to be read; `None` for all but regular files.
    pub fn length(&self) -> Option<u64> {
        match &self.source {
            Source::RecordStream { records, .. } | Source::RecordFile { records, .. } => records.length(),
            Source::ReadAhead { is_compressed: false, .. } => bytes_left(self.file()),
            // Nobody knows how much a writer will write, or how long the text is when it is decompressed or printed.
            Source::ReadAhead { is_compressed: true, .. } | Source::Waiting(_) | Source::PerfScript(_) => None,
        }
    }

    /// Returns whether the input is a pipe, a FIFO or a socket. Its writer gets
    /// Ctrl-C as well, and may still write something, so it is read to its end.
    pub fn is_pipe(&self) -> bool {
        self.is_pipe
    }

    /// Waits until there is something to read, or a signal comes, or the reader
    /// of `output`, if one is given, goes away.
    ///
    /// # Errors
    ///
    /// Returns the error of poll(2).
    pub fn wait(&self, output: Option<BorrowedFd<'_>>) -> io::Result<Wake> {
        self.signals.wait(self.file().as_fd(), output)
    }

    /// Ends the input after its last line or record. The position of a binary
    /// file is then at its end, so that a later reader of the same standard
    /// input finds nothing.
    ///
    /// # Errors
    ///
    /// If `perf script` failed, returns a message with the reason; otherwise the system's error.
    pub fn finish(mut self) -> io::Result<()> {
        match &mut self.source {
            Source::RecordFile { file, .. } => file.seek(io::SeekFrom::End(0)).map(drop),
            Source::PerfScript(perf) => perf.finish(),
            Source::ReadAhead { .. } | Source::Waiting(_) | Source::RecordStream { .. } => Ok(()),
        }
    }

    /// Returns the file that bytes come from.
    fn file(&self) -> &File {
        match &self.source {
            Source::ReadAhead { file, .. } => file,
            Source::Waiting(input) => &input.file,
            Source::RecordStream { file, .. } | Source::RecordFile { file, .. } => file,
            Source::PerfScript(perf) => &perf.text,
        }
    }
}

/// Returns how many bytes a regular file has behind its position. `None`: it is no regular file, or has no bytes there.
fn bytes_left(mut file: &File) -> Option<u64> {
    let metadata = file.metadata().ok().filter(|metadata| metadata.is_file())?;
    let position = file.stream_position().unwrap_or(0);
    Some(metadata.len().saturating_sub(position)).filter(|left| *left > 0)
}

impl Input for Recording<'_> {
    /// Looks at the first bytes of a pipe and its like, and of a compressed file. `open` has already looked at other
    /// regular files.
    fn begin(&mut self) -> io::Result<()> {
        let Source::Waiting(input) = &mut self.source else { return Ok(()) };
        match input.detect()? {
            None => {}
            Some(Found::Text) if self.is_live => {}
            // A second thread decompresses a file. Nobody waits for a writer, so that the thread need not be woken.
            Some(Found::Text) => {
                if let Some(text) = input.take_decompressed() {
                    let (file, ahead) = (input.file.try_clone()?, ReadAhead::start(text)?);
                    self.source = Source::ReadAhead { file, ahead, is_compressed: true };
                }
            }
            Some(Found::RecordStream(records)) => {
                self.source = Source::RecordStream { file: Arc::clone(&input.file), records };
            }
            Some(Found::RecordFile(file, wanted)) => self.source = open_perf_data(None, file, wanted)?,
        }
        Ok(())
    }

    /// Fails with `Interrupted` if a signal has come.
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
            // These have no lines.
            Source::RecordStream { .. } | Source::RecordFile { .. } => Ok(0),
        }
    }

    fn records(&mut self) -> Option<&mut PerfData> {
        match &mut self.source {
            Source::RecordStream { records, .. } | Source::RecordFile { records, .. } => Some(records),
            Source::ReadAhead { .. } | Source::Waiting(_) | Source::PerfScript(_) => None,
        }
    }

    fn is_interrupted(&self) -> bool {
        self.signals.pending()
    }
}
