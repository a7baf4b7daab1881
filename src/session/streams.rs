//! Standard output and standard error, without the buffers of Rust's standard library in between.

use super::messages::Messages;
use crate::source::closed_at_start;
use rustix::event::{PollFd, PollFlags, poll};
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};

/// Standard output. A write waits until there is room for it, even if standard output is non-blocking. Another program
/// that shares the terminal or socket may have made it non-blocking.
pub(super) struct StandardOutput(BorrowedFd<'static>);

impl StandardOutput {
    /// Returns standard output.
    ///
    /// # Errors
    ///
    /// Standard output was closed when the program started (`>&-`).
    pub(super) fn open() -> io::Result<Self> {
        if closed_at_start(1) {
            return Err(rustix::io::Errno::BADF.into());
        }
        Ok(StandardOutput(rustix::stdio::stdout()))
    }
}

impl AsFd for StandardOutput {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0
    }
}

impl Write for &StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write_when_ready(self.0, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Standard error. A write waits until there is room for it, even if standard error is non-blocking.
///
/// If standard error was closed when the program started (`2>&-`), writes succeed and go nowhere, because Rust's
/// standard library opens `/dev/null` in its place.
pub struct StandardError;

impl Write for StandardError {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write_when_ready(rustix::stdio::stderr(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes to a stream as soon as the stream has room for some of the bytes. Returns how many were written.
fn write_when_ready(stream: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
    loop {
        match rustix::io::write(stream, bytes) {
            Err(rustix::io::Errno::AGAIN) => {
                poll(&mut [PollFd::from_borrowed_fd(stream, PollFlags::OUT)], None)?;
            }
            result => return Ok(result?),
        }
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
