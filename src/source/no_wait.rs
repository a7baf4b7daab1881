//! Reads without waiting.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, Read};
use std::os::fd::AsFd;

/// Reads a file without waiting, except for a disk. If nothing has come yet, a read fails with `WouldBlock`. The file
/// is not set to non-blocking mode, because that would also affect other programs that share it.
pub(super) struct NoWait<F>(pub(super) F);

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
