//! Decides how long to wait for more when little has come into a live input.
//!
//! A tracer that records all reads records those of this program, too. If the program read each event as soon as it
//! came, each of its reads would cause the next event.

use super::no_wait::Taken;
use super::signals::Signals;
use std::cell::Cell;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

/// The longest time to wait for more if little has come. A row of the output comes later by this time at most.
const WAIT: Duration = Duration::from_millis(2);

/// The number of parts into which [`WAIT`] is divided. After each part the program looks whether enough has come.
const PARTS: u32 = 4;

/// If fewer bytes than this have come, little has come. Programs that do not write line by line write this number of
/// bytes into a pipe at once.
const LITTLE: u64 = 4096;

/// The pace at which a live input is read.
pub(super) struct Pace {
    /// True if the input is a pipe or a socket, which tells how many bytes it holds. trace_pipe does not.
    is_pipe: bool,
    /// If the input holds fewer bytes than this, little has come. It is [`LITTLE`], or less for a small pipe.
    little: u64,
    /// The number of bytes that were read so far.
    taken: Taken,
    /// The value of `taken` at the last call of [`wait`](Self::wait).
    taken_before: Cell<u64>,
    /// The least value that `taken` has after the next read, if that read gives all bytes that had come when the last
    /// wait ended. It is 0 if so many bytes had come that a single read may give only a part of them.
    taken_after: Cell<u64>,
    /// True if a read gave only a part of the few bytes that had come. The input then is a pipe of packets (`O_DIRECT`
    /// in pipe(2)), of which each read gives one packet.
    has_packets: Cell<bool>,
}

impl Pace {
    /// Creates the pace of an input, whose readers count their bytes in `taken`.
    pub(super) fn new(file: &File, is_pipe: bool, taken: Taken) -> Self {
        // When a pipe is full, its writer waits for room, so no more comes however long this program waits. So a pipe
        // that is half full counts as having enough, even if it is small.
        let size = rustix::pipe::fcntl_getpipe_size(file).map_or(u64::MAX, |size| size as u64);
        let little = LITTLE.min(size / 2);
        Pace {
            is_pipe,
            little,
            taken,
            taken_before: Cell::default(),
            taken_after: Cell::default(),
            has_packets: Cell::default(),
        }
    }

    /// If little has come, waits up to 2 ms for more. The wait ends earlier if enough has come, a signal comes or the
    /// writer goes away. For a pipe of packets there is no wait: such a pipe can be full with 16 packets of few bytes,
    /// and then its writer waits, too.
    pub(super) fn wait(&self, input: BorrowedFd<'_>, signals: &Signals) {
        let taken = self.taken.get();
        let last_read = taken - self.taken_before.replace(taken);
        if last_read > 0 && taken < self.taken_after.get() {
            self.has_packets.set(true);
        }
        if self.has_packets.get() {
            return;
        }
        for _ in 0..PARTS {
            if self.has_enough(input, last_read) || signals.linger(input, WAIT / PARTS) {
                break;
            }
        }
        let now = bytes_in(input);
        self.taken_after.set(if now < self.little { taken + now } else { 0 });
    }

    /// Returns whether enough has come, so that there is no need to wait. `last_read` is the number of bytes that were
    /// read since the last wait. A pipe that can be read and holds nothing is at its end, for which no wait is needed
    /// either.
    fn has_enough(&self, input: BorrowedFd<'_>, last_read: u64) -> bool {
        // trace_pipe does not tell how much it holds. If it holds much, a read gives nearly a page. So after a read of
        // half a page or more, probably more is there.
        if self.is_pipe { !(1..self.little).contains(&bytes_in(input)) } else { last_read >= LITTLE / 2 }
    }
}

/// Returns the number of bytes that a pipe holds. It is 0 at the end of the pipe, and for an input that does not tell
/// the number.
fn bytes_in(pipe: BorrowedFd<'_>) -> u64 {
    rustix::io::ioctl_fionread(pipe.as_fd()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::no_wait::NoWait;
    use std::io::{PipeWriter, Read, Write, pipe};
    use std::time::Instant;

    fn pace_of_pipe() -> (Pace, Taken, File, PipeWriter) {
        let (reader, writer) = pipe().expect("a pipe");
        let file = File::from(std::os::fd::OwnedFd::from(reader));
        let taken = Taken::default();
        (Pace::new(&file, true, taken.clone()), taken, file, writer)
    }

    #[test]
    fn little_is_waited_for_and_much_is_not() {
        let (pace, _, file, mut writer) = pace_of_pipe();
        let signals = Signals::install().expect("signals");
        assert!(pace.has_enough(file.as_fd(), 0), "an empty pipe is at its end");
        writer.write_all(b"ten bytes.").expect("room");
        assert!(!pace.has_enough(file.as_fd(), 0));
        let start = Instant::now();
        pace.wait(file.as_fd(), &signals);
        assert!(start.elapsed() >= WAIT);
        writer.write_all(&[b'x'; LITTLE as usize]).expect("room");
        assert!(pace.has_enough(file.as_fd(), 0));
    }

    #[test]
    fn packets_are_not_waited_for() {
        let (pace, taken, file, mut writer) = pace_of_pipe();
        let signals = Signals::install().expect("signals");
        writer.write_all(b"two packets").expect("room");
        pace.wait(file.as_fd(), &signals);
        let _first = NoWait::new(&file, &taken).read(&mut [0; 3]).expect("bytes");
        pace.wait(file.as_fd(), &signals);
        assert!(pace.has_packets.get());
    }

    #[test]
    fn a_small_pipe_holds_enough_when_it_is_half_full() {
        let (_, _, file, mut writer) = pace_of_pipe();
        rustix::pipe::fcntl_setpipe_size(&file, 4096).expect("a small pipe");
        let pace = Pace::new(&file, true, Taken::default());
        writer.write_all(&[b'x'; 2047]).expect("room");
        assert!(!pace.has_enough(file.as_fd(), 0));
        writer.write_all(b"x").expect("room");
        assert!(pace.has_enough(file.as_fd(), 0));
    }

    /// trace_pipe does not tell how many bytes it holds. Here a pipe stands in for it, with `is_pipe` set to false.
    #[test]
    fn a_file_that_does_not_tell_has_enough_if_the_last_read_gave_much() {
        let (reader, _writer) = pipe().expect("a pipe");
        let file = File::from(std::os::fd::OwnedFd::from(reader));
        let pace = Pace::new(&file, false, Taken::default());
        assert!(!pace.has_enough(file.as_fd(), 2047));
        assert!(pace.has_enough(file.as_fd(), 2048));
    }
}
