//! Signals as requests to whoever reads, and the one place where the program waits.
//!
//! The handlers (signal-hook's, which are safe code here) set a flag and write
//! a byte into a pipe of our own; waiting is a poll on the input and on that
//! pipe, so that a signal is noticed also while a read is waiting, without a
//! race between the look at the flag and the wait.

use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// SIGUSR1: the summary so far.
    Summary,
    /// SIGINT: Ctrl-C, which reaches the whole pipeline.
    Interrupt,
    /// SIGTERM or SIGHUP, by number: write what there is and end.
    End(i32),
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// There is something to read, or the end, or an error to be read.
    Input,
    /// A signal came.
    Signal,
    /// Nobody reads the output any more.
    OutputGone,
}

/// The signals that came and were not yet taken.
pub struct Signals {
    asked: Arc<AtomicBool>,
    interrupted: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
    hung_up: Arc<AtomicBool>,
    /// The program is ending: the next SIGINT kills it the usual way.
    ending: Arc<AtomicBool>,
    wakes: UnixStream,
}

impl Signals {
    /// Installs the handlers.
    pub fn install() -> io::Result<Self> {
        let (wakes, waker) = UnixStream::pair()?;
        wakes.set_nonblocking(true)?;
        let signals = Signals {
            asked: Arc::default(),
            interrupted: Arc::default(),
            terminated: Arc::default(),
            hung_up: Arc::default(),
            ending: Arc::default(),
            wakes,
        };
        // A second SIGTERM ends the program at once: the first may find it
        // stuck in a write that nobody reads.
        let flags = [
            (SIGUSR1, &signals.asked, None),
            (SIGINT, &signals.interrupted, Some(&signals.ending)),
            (SIGTERM, &signals.terminated, Some(&signals.terminated)),
            (SIGHUP, &signals.hung_up, Some(&signals.hung_up)),
        ];
        for (signal, flag, fatal) in flags {
            // `nohup` stays in force. An ignored SIGINT does not: shells set it for
            // every background job of a script, and there it comes from `kill -INT`.
            if signal == SIGHUP && ignored(signal) {
                continue;
            }
            if let Some(fatal) = fatal {
                signal_hook::flag::register_conditional_default(signal, Arc::clone(fatal))?;
            }
            signal_hook::flag::register(signal, Arc::clone(flag))?;
            signal_hook::low_level::pipe::register(signal, waker.try_clone()?)?;
        }
        Ok(signals)
    }

    /// Whether a signal came.
    pub fn pending(&self) -> bool {
        [&self.asked, &self.interrupted, &self.terminated, &self.hung_up]
            .iter()
            .any(|flag| flag.load(Ordering::Relaxed))
    }

    /// Takes the most urgent request.
    pub fn take(&self) -> Option<Request> {
        // The flags of SIGTERM and SIGHUP stay up, which makes a second one fatal.
        if self.terminated.load(Ordering::Relaxed) {
            Some(Request::End(SIGTERM))
        } else if self.hung_up.load(Ordering::Relaxed) {
            Some(Request::End(SIGHUP))
        } else if self.interrupted.swap(false, Ordering::Relaxed) {
            Some(Request::Interrupt)
        } else if self.asked.swap(false, Ordering::Relaxed) {
            Some(Request::Summary)
        } else {
            None
        }
    }

    /// From here on SIGINT kills.
    pub fn ending(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    /// Waits for input, a signal, or the end of whoever reads `output`.
    pub(super) fn wait(&self, input: BorrowedFd<'_>, output: BorrowedFd<'_>) -> io::Result<Wake> {
        loop {
            // An output is asked for nothing, which leaves what shows that it
            // has no reader: an error on a pipe, a hang-up on a socket.
            let mut fds = [
                PollFd::from_borrowed_fd(self.wakes.as_fd(), PollFlags::IN),
                PollFd::from_borrowed_fd(input, PollFlags::IN),
                PollFd::from_borrowed_fd(output, PollFlags::empty()),
            ];
            match poll(&mut fds, None) {
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let [wakes, input, output] = fds.map(|fd| fd.revents());
            if wakes.contains(PollFlags::IN) {
                self.drain();
                if self.pending() {
                    return Ok(Wake::Signal);
                }
            }
            if !input.is_empty() {
                return Ok(Wake::Input);
            }
            if output.intersects(PollFlags::ERR | PollFlags::HUP) {
                return Ok(Wake::OutputGone);
            }
        }
    }

    fn drain(&self) {
        let mut bytes = [0; 64];
        while matches!((&self.wakes).read(&mut bytes), Ok(count) if count == bytes.len()) {}
    }
}

/// Whether whoever started us has a signal ignored.
fn ignored(signal: i32) -> bool {
    // SigIgn: 0000000000001000, a bit a signal from bit 0 for signal 1 (proc(5)).
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & (1 << (signal - 1)) != 0)
}

static CLOSED_AT_START: [AtomicU8; 2] = [AtomicU8::new(0), AtomicU8::new(0)];

/// Whether file descriptor 0 or 1 was closed when the program started (`<&-`, `>&-`).
///
/// The standard library opens `/dev/null` in their place before `main`, so
/// that output would go nowhere and look like a success.
pub fn closed_at_start(fd: usize) -> bool {
    CLOSED_AT_START.get(fd).is_some_and(|closed| closed.load(Ordering::Relaxed) != 0)
}

/// The one unsafe thing in this program: a function pointer among those that
/// the loader calls before the standard library's start-up. Nothing else can
/// see a closed descriptor. What it calls is safe code that needs no runtime:
/// two system calls and two atomic stores.
#[allow(unsafe_code)]
mod before_main {
    use super::{CLOSED_AT_START, Ordering};

    #[used]
    #[unsafe(link_section = ".init_array")]
    static LOOK: extern "C" fn() = look;

    extern "C" fn look() {
        let fds = [rustix::stdio::stdin(), rustix::stdio::stdout()];
        for (fd, closed) in fds.into_iter().zip(&CLOSED_AT_START) {
            if rustix::io::fcntl_getfd(fd).is_err() {
                closed.store(1, Ordering::Relaxed);
            }
        }
    }
}
