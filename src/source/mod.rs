//! Where bytes come from: standard input and files.
//!
//! A [`Recording`] reads without ever blocking: where nothing is there yet it
//! says `WouldBlock`, and where a signal has come it says `Interrupted`, so
//! that whoever reads can write what is due before waiting.

mod lines;
mod signals;

pub use lines::{LINE_MAX, LineBuffer};
pub use signals::{Request, Signals, Wake, closed_at_start};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

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

/// One input, opened.
pub struct Recording<'s> {
    file: File,
    signals: &'s Signals,
    /// A pipe, a FIFO or a socket: whoever writes into it gets Ctrl-C as well
    /// and has more to say, so that it is read to its end.
    is_pipe: bool,
}

impl<'s> Recording<'s> {
    /// Opens an input. A FIFO is opened without waiting for its writer.
    pub fn open(name: &InputName, signals: &'s Signals) -> io::Result<Self> {
        let file = match name {
            InputName::Stdin if closed_at_start(0) => return Err(rustix::io::Errno::BADF.into()),
            InputName::Stdin => File::from(io::stdin().as_fd().try_clone_to_owned()?),
            InputName::Path(path) => {
                let no_wait = rustix::fs::OFlags::NONBLOCK.bits() as i32;
                File::options().read(true).custom_flags(no_wait).open(path)?
            }
        };
        let kind = file.metadata()?.file_type();
        if kind.is_dir() {
            return Err(rustix::io::Errno::ISDIR.into());
        }
        let is_pipe = kind.is_fifo() || kind.is_socket();
        Ok(Recording { file, signals, is_pipe })
    }

    /// Whether this is a pipe, a FIFO or a socket.
    pub fn is_pipe(&self) -> bool {
        self.is_pipe
    }

    /// Waits until there is something to read, a signal comes, or the reader
    /// of `output` goes away.
    pub fn wait(&self, output: BorrowedFd<'_>) -> io::Result<Wake> {
        self.signals.wait(self.file.as_fd(), output)
    }
}

impl Read for Recording<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.signals.pending() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let now = Timespec::default();
        let mut fds = [PollFd::new(&self.file, PollFlags::IN)];
        match poll(&mut fds, Some(&now)) {
            Ok(0) => Err(io::ErrorKind::WouldBlock.into()),
            Ok(_) => self.file.read(buffer),
            Err(error) => Err(error.into()),
        }
    }
}
