//! Standard output as a file, without the line buffer of Rust's standard library in between.

use super::messages::Messages;
use crate::source::closed_at_start;
use rustix::event::{PollFd, PollFlags, poll};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};

/// Standard output. A write waits until there is room for it, even if standard output is non-blocking. Another program
/// may have made it so, because it shares the terminal or socket.
pub(super) struct StandardOutput(File);

impl StandardOutput {
    /// Opens standard output.
    ///
    /// # Errors
    ///
    /// Standard output was closed when the program started (`>&-`), or cannot be duplicated.
    pub(super) fn open() -> io::Result<Self> {
        if closed_at_start(1) {
            return Err(rustix::io::Errno::BADF.into());
        }
        Ok(StandardOutput(File::from(io::stdout().as_fd().try_clone_to_owned()?)))
    }
}

impl AsFd for StandardOutput {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Write for &StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match (&self.0).write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    poll(&mut [PollFd::new(&self.0, PollFlags::OUT)], None)?;
                }
                result => return result,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        (&self.0).flush()
    }
}

/// Standard output for summaries. Each write first removes the progress line from the terminal, so that the two do not
/// mix.
pub(super) struct BehindProgress<'s, M> {
    pub(super) output: &'s StandardOutput,
    pub(super) messages: &'s Messages<M>,
}

impl<M: Write> Write for BehindProgress<'_, M> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.messages.clear_progress();
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}
