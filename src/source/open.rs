//! Opens an input, and decides in which way it is read.

use super::ahead::ReadAhead;
use super::binary::{BEGINNING_MAX, Binary, is_perf_data_file};
use super::compression::Compression;
use super::descriptors::closed_at_start;
use super::directory::find_recording;
use super::name::InputName;
use super::perf_script::PerfScript;
use super::waiting::WaitingInput;
use crate::perf_data::{Error, PerfData, WantedPayloads};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileExt, FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;

/// The number of bytes that a pipe should hold, which is the number that is read at once. With the system's default of
/// 64 KiB, reading a text of 270 MB through `cat FILE |` takes 1.2 times as long (31 pairs of runs, one of each kind).
/// With 1 MiB it gets no faster.
const PIPE_SIZE: usize = 256 * 1024;

/// The ways in which an input is read.
pub(super) enum Source {
    /// A regular file of text. A second thread reads it and, if `is_compressed` is true, decompresses it. `base` is the
    /// position in the file at which the input began; 0 for a compressed file, which cannot be read from a position on.
    ReadAhead { file: File, ahead: ReadAhead, is_compressed: bool, base: u64 },
    /// Any other input: a pipe, a terminal, trace_pipe, a compressed file. If its first bytes show that it has records,
    /// it becomes one of the variants below. A compressed file of text becomes a [`ReadAhead`](Source::ReadAhead). All
    /// other text stays here.
    Waiting(WaitingInput),
    /// A stream of `perf record -o -`. It was [`Waiting`](Source::Waiting) until its first bytes came.
    RecordStream { file: Arc<File>, records: Box<PerfData> },
    /// A binary perf.data that this program reads itself.
    RecordFile { file: Arc<File>, records: Box<PerfData> },
    /// A binary perf.data that this program cannot read itself, so that `perf script` prints it.
    PerfScript(PerfScript),
}

/// An input that was opened.
pub(super) struct Opened {
    /// The name of the file. If the user named a directory, it is the name of the file that was found there.
    pub(super) name: InputName,
    pub(super) source: Source,
    /// True for a pipe, a FIFO or a socket.
    pub(super) is_pipe: bool,
    /// True if the input may come from a tracer that is running: a pipe, a FIFO, a socket, or a file without a length
    /// such as trace_pipe.
    pub(super) is_live: bool,
}

/// Opens an input. If it is a directory, the recording in it is opened. Opening a FIFO does not wait for its writer.
///
/// # Errors
///
/// The error of the system; or a message, if a directory has no recording, if a file is in a format that this program
/// does not read, or if only perf can print a perf.data and perf is not installed.
pub(super) fn open(name: &InputName, wanted: WantedPayloads) -> io::Result<Opened> {
    let name = match name {
        InputName::Path(path) if Path::new(path).is_dir() => InputName::Path(find_recording(Path::new(path))?),
        name => name.clone(),
    };
    let file = open_file(&name)?;
    let metadata = file.metadata()?;
    let file_type = metadata.file_type();
    // Standard input may stand behind its beginning, because another program has read a part of it.
    let is_at_start = || (&file).stream_position().is_ok_and(|position| position == 0);
    if file_type.is_file() && is_at_start() && is_perf_data_file(&file) {
        let source = open_perf_data(Some(&name), file, wanted)?;
        return Ok(Opened { name, source, is_pipe: false, is_live: false });
    }
    if file_type.is_fifo() {
        enlarge_pipe(&file);
    }
    // Files such as trace_pipe are regular files without a length, and a read of them may wait.
    let is_stored = file_type.is_file() && metadata.len() > 0;
    let path = match &name {
        InputName::Path(path) => Some(path.clone()),
        InputName::Stdin => None,
    };
    let source = open_text(file, path, is_stored, wanted)?;
    let is_pipe = file_type.is_fifo() || file_type.is_socket();
    Ok(Opened { name, source, is_pipe, is_live: is_pipe || file_type.is_file() && !is_stored })
}

fn open_file(name: &InputName) -> io::Result<File> {
    match name {
        InputName::Stdin if closed_at_start(0) => Err(rustix::io::Errno::BADF.into()),
        InputName::Stdin => Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?)),
        InputName::Path(path) => {
            let no_wait = rustix::fs::OFlags::NONBLOCK.bits() as i32;
            File::options().read(true).custom_flags(no_wait).open(path)
        }
    }
}

/// Opens the records of a perf.data, which may be a file without a name. If this program cannot read them,
/// `perf script` is started to print them.
pub(super) fn open_perf_data(name: Option<&InputName>, file: File, wanted: WantedPayloads) -> io::Result<Source> {
    let file = Arc::new(file);
    // `lines` asks for whole payloads, because `--slowest` shows the lines of the slowest loops. From a file, these
    // lines are read again later, by `Recording::again`. So this first reading need not print their payloads.
    let call_chains = wanted.call_chains;
    match PerfData::open(Arc::clone(&file), WantedPayloads { lines: false, ..wanted }) {
        Ok(records) => Ok(Source::RecordFile { file, records: Box::new(records) }),
        Err(Error::Unsupported(unsupported)) => {
            Ok(Source::PerfScript(PerfScript::start(name, file, unsupported, call_chains)?))
        }
        Err(error) => Err(error.into()),
    }
}

fn open_text(file: File, path: Option<OsString>, is_stored: bool, wanted: WantedPayloads) -> io::Result<Source> {
    if is_stored {
        let beginning = peek(&file);
        if let Some(binary) = Binary::detect(&beginning) {
            return Err(io::Error::other(binary.message(path.as_deref())));
        }
        if Compression::detect(&beginning).is_some() {
            return Ok(Source::Waiting(WaitingInput::new(file, path, wanted)));
        }
        // If the system refuses another thread or descriptor, the main thread reads the file.
        let base = (&file).stream_position()?;
        if let Ok(ahead) = file.try_clone().and_then(ReadAhead::start) {
            return Ok(Source::ReadAhead { file, ahead, is_compressed: false, base });
        }
    }
    Ok(Source::Waiting(WaitingInput::new(file, path, wanted)))
}

/// Returns the next bytes of a regular file, whose position does not change.
fn peek(mut file: &File) -> Vec<u8> {
    let mut beginning = vec![0; BEGINNING_MAX];
    let count = file.stream_position().and_then(|position| file.read_at(&mut beginning, position));
    beginning.truncate(count.unwrap_or(0));
    beginning
}

/// Asks the system to make a pipe larger. If the system refuses, the pipe works as it is.
fn enlarge_pipe(pipe: &File) {
    let is_small = rustix::pipe::fcntl_getpipe_size(pipe).is_ok_and(|size| size < PIPE_SIZE);
    if is_small {
        let _granted = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_SIZE);
    }
}
