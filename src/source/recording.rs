//! An open input, in the form in which session and engine use it.

use super::input::Input;
use super::lines::LineBuffer;
use super::name::InputName;
use super::open::{Opened, Source, open};
use super::signals::{Signals, Wake};
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
        let Opened { name, source, is_pipe } = open(name, wanted)?;
        Ok(Recording { name, source, is_pipe, signals })
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

    /// Returns the number of bytes that are not read yet; `None` if the input is no regular file.
    pub fn length(&self) -> Option<u64> {
        match &self.source {
            Source::RecordStream { records, .. } | Source::RecordFile { records, .. } => records.length(),
            Source::ReadAhead { .. } | Source::Waiting(_) => bytes_left(self.file()),
            Source::PerfScript(_) => None,
        }
    }

    /// Returns whether the input is a pipe, a FIFO or a socket. The program that writes into it gets Ctrl-C, too, and
    /// may still write something. So such an input is read to its end after Ctrl-C.
    pub fn is_pipe(&self) -> bool {
        self.is_pipe
    }

    /// Waits until the input can be read, a signal comes, or the reader of `output` goes away. If `output` is `None`,
    /// its reader does not matter.
    ///
    /// # Errors
    ///
    /// The error of poll(2).
    pub fn wait(&self, output: Option<BorrowedFd<'_>>) -> io::Result<Wake> {
        self.signals.wait(self.file().as_fd(), output)
    }

    /// Ends the input, after its last line or record was read. The position of a binary file is set to its end, so that
    /// another program which reads the same standard input later finds nothing more.
    ///
    /// # Errors
    ///
    /// If `perf script` failed, a message with the reason. Otherwise the error of the system.
    pub fn finish(mut self) -> io::Result<()> {
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
    /// Looks at the first bytes of an input such as a pipe, to find out what it is. For regular files, `open` has done
    /// this.
    fn begin(&mut self) -> io::Result<()> {
        if let Source::Waiting(input) = &mut self.source
            && let Some(records) = input.detect()?
        {
            let file = Arc::clone(&input.file);
            self.source = Source::RecordStream { file, records: Box::new(records) };
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

    fn is_interrupted(&self) -> bool {
        self.signals.pending()
    }
}
