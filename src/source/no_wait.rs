//! Reads without waiting.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Reads a file without waiting, except for a disk. If nothing has come yet, a read fails with `WouldBlock`. The file
/// is not set to non-blocking mode, because that would also affect other programs that share it.
pub(super) struct NoWait<F> {
    file: F,
    taken: Taken,
}

impl<F> NoWait<F> {
    /// Creates a reader of a file, which adds the bytes that it reads to `taken`.
    pub(super) fn new(file: F, taken: &Taken) -> Self {
        NoWait { file, taken: taken.clone() }
    }
}

/// The number of bytes that were read from an input so far. All clones share this number.
#[derive(Clone, Default)]
pub(super) struct Taken(Arc<AtomicU64>);

impl Taken {
    /// Returns the number of bytes.
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl<F: AsFd + Read> Read for NoWait<F> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let mut fds = [PollFd::new(&self.file, PollFlags::IN)];
        match poll(&mut fds, Some(&Timespec::default())) {
            Ok(0) => Err(io::ErrorKind::WouldBlock.into()),
            Ok(_) => {
                let count = self.file.read(room)?;
                self.taken.0.fetch_add(count as u64, Ordering::Relaxed);
                Ok(count)
            }
            Err(error) => Err(error.into()),
        }
    }
}
