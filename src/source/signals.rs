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
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// SIGUSR1: the summary so far.
    Summary,
    /// SIGINT, so many times: Ctrl-C, which reaches the whole pipeline.
    Interrupt(usize),
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
    /// A byte for each SIGINT, and one for each other signal.
    interrupts: UnixStream,
    wakes: UnixStream,
}

impl Signals {
    /// Installs the handlers.
    pub fn install() -> io::Result<Self> {
        let (interrupts, interrupter) = UnixStream::pair()?;
        interrupts.set_nonblocking(true)?;
        let (wakes, waker) = UnixStream::pair()?;
        wakes.set_nonblocking(true)?;
        let signals = Signals {
            asked: Arc::default(),
            interrupted: Arc::default(),
            terminated: Arc::default(),
            hung_up: Arc::default(),
            ending: Arc::default(),
            interrupts,
            wakes,
        };
        // A second SIGTERM ends the program at once: the first may find it
        // stuck in a write that nobody reads.
        let (fatal, armer) = arm_after_first()?;
        let flags = [
            (SIGUSR1, &signals.asked, None),
            (SIGINT, &signals.interrupted, Some(&signals.ending)),
            (SIGTERM, &signals.terminated, Some(&fatal)),
            (SIGHUP, &signals.hung_up, Some(&fatal)),
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
            let to = if signal == SIGINT { &interrupter } else { &waker };
            signal_hook::low_level::pipe::register(signal, to.try_clone()?)?;
            if signal == SIGTERM || signal == SIGHUP {
                signal_hook::low_level::pipe::register(signal, armer.try_clone()?)?;
            }
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
        // The flags of SIGTERM and SIGHUP stay up: there is no way back.
        if self.terminated.load(Ordering::Relaxed) {
            Some(Request::End(SIGTERM))
        } else if self.hung_up.load(Ordering::Relaxed) {
            Some(Request::End(SIGHUP))
        } else if self.interrupted.swap(false, Ordering::Relaxed) {
            Some(Request::Interrupt(drain(&self.interrupts).max(1)))
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
    pub(super) fn wait(&self, input: BorrowedFd<'_>, output: Option<BorrowedFd<'_>>) -> io::Result<Wake> {
        loop {
            // An output is asked for nothing, which leaves what shows that it
            // has no reader: an error on a pipe, a hang-up on a socket.
            let mut fds = [
                PollFd::from_borrowed_fd(self.wakes.as_fd(), PollFlags::IN),
                PollFd::from_borrowed_fd(self.interrupts.as_fd(), PollFlags::IN),
                PollFd::from_borrowed_fd(input, PollFlags::IN),
                PollFd::from_borrowed_fd(output.unwrap_or(self.wakes.as_fd()), PollFlags::empty()),
            ];
            match poll(&mut fds, None) {
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let [wakes, interrupts, input, gone] = fds.map(|fd| fd.revents());
            if wakes.contains(PollFlags::IN) {
                drain(&self.wakes);
            }
            if self.pending() {
                return Ok(Wake::Signal);
            }
            if interrupts.contains(PollFlags::IN) {
                // Of one that has been answered.
                drain(&self.interrupts);
            }
            if !input.is_empty() {
                return Ok(Wake::Input);
            }
            if gone.intersects(PollFlags::ERR | PollFlags::HUP) {
                return Ok(Wake::OutputGone);
            }
        }
    }
}

/// A flag that goes up a moment after the first byte is written: timeout(1)
/// sends SIGTERM twice at once, to the program and to its group, and means one.
fn arm_after_first() -> io::Result<(Arc<AtomicBool>, UnixStream)> {
    const MOMENT: Duration = Duration::from_millis(200);
    let (mut first, armer) = UnixStream::pair()?;
    let armed = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&armed);
    let wait = move || {
        if first.read_exact(&mut [0]).is_ok() {
            std::thread::sleep(MOMENT);
            flag.store(true, Ordering::Relaxed);
        }
    };
    std::thread::Builder::new().stack_size(64 * 1024).spawn(wait)?;
    Ok((armed, armer))
}

/// Empties a pipe of signals and says how many bytes there were.
fn drain(mut signals: &UnixStream) -> usize {
    let mut bytes = [0; 64];
    let mut drained = 0;
    while let Ok(count @ 1..) = signals.read(&mut bytes) {
        drained += count;
    }
    drained
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
