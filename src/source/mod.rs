//! Where bytes come from: standard input, files, directories, and a child that
//! prints what is binary.
//!
//! A [`Recording`] reads without ever blocking: where nothing is there yet it
//! says `WouldBlock`, and where a signal has come it says `Interrupted`, so
//! that whoever reads can write what is due before waiting.

mod ahead;
mod binary;
mod descriptors;
mod lines;
mod perf;
mod signals;

pub use binary::Binary;
pub use descriptors::closed_at_start;
pub use lines::{Block, Input, LINE_MAX, LineBuffer};
pub use signals::{Request, Signals, Wake};

use crate::perf_data::{Error, MAGIC, PerfData, Unsupported, WantedPayloads};
use ahead::ReadAhead;
use perf::PerfScript;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// An input as the user named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputName {
    /// `-`, or no input at all.
    Stdin,
    /// A path.
    Path(OsString),
}

impl std::fmt::Display for InputName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            InputName::Stdin => f.write_str("(standard input)"),
            InputName::Path(path) => f.write_str(&path.to_string_lossy()),
        }
    }
}

/// Whether standard input is a terminal, where nobody pipes anything in.
pub fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// What a directory is searched for, in this order: the predecessor's files.
const IN_DIRECTORY: [&str; 3] = [PERF_DATA_CSV, "raw_perf", "perf.data"];
const PERF_DATA_CSV: &str = "perf_data.csv";

/// How much a pipe should hold, in bytes: as much as is read at once. With 64 KiB, the default,
/// `cat FILE |` of 270 MB takes 1.2 times as long (31 runs in pairs); 1 MiB gains no more.
const PIPE_SIZE: usize = 256 * 1024;

/// How much is read to see how an input begins. More than the magic has: of a
/// pipe in packets (`O_DIRECT`) what is not read of one is lost, and one has a page.
const BEGINNING: usize = 64 * 1024;

/// One input, opened.
pub struct Recording<'s> {
    name: InputName,
    text: File,
    /// Where the input is binary: who prints its text.
    printer: Option<PerfScript>,
    /// Where the input is binary and read without perf: its records.
    records: Option<PerfData>,
    /// Where it is binary and is not: why.
    unread: Option<Unsupported>,
    /// A binary file, of which nothing is left when it is read.
    binary: Option<File>,
    /// Of a regular file: who reads it.
    ahead: Option<ReadAhead>,
    /// Of any other: what was read of it to see how it begins, and what is wanted if it is not text.
    beginning: io::Cursor<Vec<u8>>,
    payloads: Option<WantedPayloads>,
    signals: &'s Signals,
    /// A pipe, a FIFO or a socket: whoever writes into it gets Ctrl-C as well
    /// and has more to say, so that it is read to its end.
    is_pipe: bool,
}

impl<'s> Recording<'s> {
    /// Opens an input. A FIFO is opened without waiting for its writer; in a
    /// directory one of the predecessor's files is looked for. A binary
    /// perf.data is read, or printed by `perf script` where it holds, or of its
    /// payloads is wanted, what is not read here.
    ///
    /// # Errors
    ///
    /// As the system has them; a directory without such a file; no perf.
    pub fn open(name: &InputName, payloads: WantedPayloads, signals: &'s Signals) -> io::Result<Self> {
        let name = match name {
            InputName::Path(path) if Path::new(path).is_dir() => InputName::Path(search(Path::new(path))?),
            name => name.clone(),
        };
        let file = match &name {
            InputName::Stdin if closed_at_start(0) => return Err(rustix::io::Errno::BADF.into()),
            InputName::Stdin => File::from(io::stdin().as_fd().try_clone_to_owned()?),
            InputName::Path(path) => {
                let no_wait = rustix::fs::OFlags::NONBLOCK.bits() as i32;
                File::options().read(true).custom_flags(no_wait).open(path)?
            }
        };
        let kind = file.metadata()?.file_type();
        // Standard input may have been read before.
        let is_at_start = || (&file).stream_position().is_ok_and(|position| position == 0);
        if kind.is_file() && is_at_start() && perf::is_perf_data(&file) {
            return Recording::open_perf_data(name, file, payloads, signals);
        }
        let is_pipe = kind.is_fifo() || kind.is_socket();
        let is_small = || rustix::pipe::fcntl_getpipe_size(&file).is_ok_and(|size| size < PIPE_SIZE);
        if kind.is_fifo() && is_small() {
            // A wish: where the system does not grant it, the pipe stays as it is.
            let _granted = rustix::pipe::fcntl_setpipe_size(&file, PIPE_SIZE);
        }
        // trace_pipe and its like call themselves regular files, of no length: a read of them may wait.
        let is_stored = kind.is_file() && file.metadata()?.len() > 0;
        // Where there is no room for another thread, the file is read without.
        let ahead = if is_stored { ReadAhead::start(file.try_clone()?).ok() } else { None };
        let payloads = ahead.is_none().then_some(payloads);
        Ok(Recording { ahead, is_pipe, payloads, ..Recording::new(name, file, signals) })
    }

    /// Of text, until something else is known of it.
    fn new(name: InputName, text: File, signals: &'s Signals) -> Self {
        let (printer, records, unread, binary, ahead, payloads) = (None, None, None, None, None, None);
        let beginning = io::Cursor::default();
        Recording { name, text, printer, records, unread, binary, ahead, beginning, payloads, signals, is_pipe: false }
    }

    /// Reads it here where that can be, and else through perf.
    fn open_perf_data(name: InputName, file: File, payloads: WantedPayloads, signals: &'s Signals) -> io::Result<Self> {
        let binary = Some(file.try_clone()?);
        let unread = match PerfData::open(file.try_clone()?, payloads) {
            Ok(records) => {
                return Ok(Recording { records: Some(records), binary, ..Recording::new(name, file, signals) });
            }
            Err(Error::Unsupported(unread)) => unread,
            Err(error) => return Err(error.into()),
        };
        let (printer, text) = PerfScript::start(&named_for_perf(&name, &unread), &unread)?;
        Ok(Recording { printer: Some(printer), unread: Some(unread), binary, ..Recording::new(name, text, signals) })
    }

    /// What is read: the input's name, or that of the file found in it.
    pub fn name(&self) -> &InputName {
        &self.name
    }

    /// Why a binary input is printed by `perf script`, where it could not be read without.
    pub fn unread(&self) -> Option<&Unsupported> {
        self.unread.as_ref()
    }

    /// How many bytes there are to read, where that is known: in a regular file.
    pub fn length(&self) -> Option<u64> {
        if let Some(records) = &self.records {
            return records.length();
        }
        let about = self.text.metadata().ok().filter(|about| about.is_file() && self.printer.is_none())?;
        let read = (&self.text).stream_position().unwrap_or(0);
        Some(about.len().saturating_sub(read)).filter(|length| *length > 0)
    }

    /// Ends it, after its last byte was read.
    ///
    /// # Errors
    ///
    /// Where who printed a binary input failed.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(file) = &mut self.binary {
            file.seek(io::SeekFrom::End(0))?;
        }
        self.printer.as_mut().map_or(Ok(()), PerfScript::finish)
    }

    /// Whether this is a pipe, a FIFO or a socket.
    pub fn is_pipe(&self) -> bool {
        self.is_pipe
    }

    /// Waits until there is something to read, a signal comes, or the reader
    /// of `output`, where there is one, goes away.
    pub fn wait(&self, output: Option<BorrowedFd<'_>>) -> io::Result<Wake> {
        self.signals.wait(self.text.as_fd(), output)
    }
}

/// Whether an input is the predecessor's `perf_data.csv`, or a directory with one.
pub fn is_perf_data_csv(name: &InputName) -> bool {
    let InputName::Path(path) = name else { return false };
    let path = Path::new(path);
    path.file_name().is_some_and(|name| name == PERF_DATA_CSV) || path.join(PERF_DATA_CSV).exists()
}

/// What perf has to print: of a file of a directory the directory.
fn named_for_perf(name: &InputName, unread: &Unsupported) -> InputName {
    match name {
        InputName::Path(path) if *unread == Unsupported::FileOfDirectory => {
            let parent = Path::new(path).parent().filter(|parent| !parent.as_os_str().is_empty());
            InputName::Path(parent.unwrap_or(Path::new(".")).into())
        }
        name => name.clone(),
    }
}

/// The file to read in a directory, which `perf record --threads` may have made.
fn search(directory: &Path) -> io::Result<OsString> {
    let of_threads = |directory: &Path| directory.join("data");
    let is_recording = |path: &Path| File::open(path).is_ok_and(|file| perf::is_perf_data(&file));
    let found = IN_DIRECTORY.iter().map(|name| directory.join(name)).find(|path| path.exists());
    let found = match found {
        Some(path) if path.is_dir() => Some(of_threads(&path)),
        Some(path) => Some(path),
        None => Some(of_threads(directory)).filter(|path| is_recording(path)),
    };
    found
        .map(OsString::from)
        .ok_or_else(|| io::Error::other(format!("a directory without {}", IN_DIRECTORY.join(", "))))
}

/// Reads without ever waiting, but for a disk: where nothing is there it is an error, `WouldBlock`.
struct NoWait<F>(F);

impl<F: AsFd + Read> Read for NoWait<F> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let mut fds = [PollFd::new(&self.0, PollFlags::IN)];
        match poll(&mut fds, Some(&Timespec::default())) {
            Ok(0) => Err(io::ErrorKind::WouldBlock.into()),
            Ok(_) => self.0.read(room),
            Err(error) => Err(error.into()),
        }
    }
}

impl Input for Recording<'_> {
    /// A regular file was looked into when it was opened; of anything else the
    /// first bytes tell.
    fn begin(&mut self) -> io::Result<()> {
        while self.payloads.is_some() {
            let read = self.beginning.get_mut();
            let length = read.len();
            read.resize(length + BEGINNING, 0);
            let count = NoWait(&self.text).read(read.get_mut(length..).unwrap_or_default());
            read.truncate(length + count.as_ref().map_or(0, |count| *count));
            if count? > 0 && read.len() < MAGIC.len() && MAGIC.starts_with(read) {
                continue;
            }
            let is_stream = read.starts_with(MAGIC);
            if let Some(payloads) = self.payloads.take().filter(|_| is_stream) {
                let rest = NoWait(self.text.try_clone()?);
                self.records = Some(PerfData::stream(std::mem::take(&mut self.beginning).chain(rest), payloads));
            }
        }
        Ok(())
    }

    fn records(&mut self) -> Option<&mut PerfData> {
        self.records.as_mut()
    }

    fn is_interrupted(&self) -> bool {
        self.signals.pending()
    }

    /// Where a signal came it is an error, `Interrupted`.
    fn next_into(&mut self, lines: &mut LineBuffer) -> io::Result<usize> {
        if self.is_interrupted() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if let Some(ahead) = &mut self.ahead {
            let block = ahead.next()?;
            let count = block.len();
            ahead.give_back(lines.swap(block));
            return Ok(count);
        }
        if self.beginning.position() < self.beginning.get_ref().len() as u64 {
            return lines.fill(&mut self.beginning);
        }
        lines.fill(&mut NoWait(&self.text))
    }
}
