//! Signals as requests to the session, and the one place where the program waits.
//!
//! Each handler (signal-hook's, which are safe code here) sets a flag and
//! writes a byte into a socket pair of our own: SIGINT into one pair, the other
//! signals into a second pair. A wait polls the input and both pairs. So a
//! signal ends the wait even if it comes after the flag was checked and before
//! the poll.

use rustix::event::{PollFd, PollFlags, poll};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A request that a signal makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// SIGUSR1: print the summary so far.
    Summary,
    /// SIGINT, and how many times it came. Ctrl-C sends it to the whole pipeline.
    Interrupt(usize),
    /// SIGTERM or SIGHUP, by its number: write the results so far and end.
    End(i32),
}

/// The event that ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// A read of the input will not wait: there are bytes, or its end, or an error.
    Input,
    /// A signal came.
    Signal,
    /// Nobody reads the output any more.
    OutputGone,
}

/// The signals that came and were not yet taken.
pub struct Signals {
    /// SIGUSR1 came.
    asked: Arc<AtomicBool>,
    /// SIGINT came.
    interrupted: Arc<AtomicBool>,
    /// SIGTERM came.
    terminated: Arc<AtomicBool>,
    /// SIGHUP came.
    hung_up: Arc<AtomicBool>,
    /// The program is ending: the next SIGINT kills it at once.
    ending: Arc<AtomicBool>,
    /// Receives a byte for each SIGINT, so that they can be counted.
    interrupts: UnixStream,
    /// Receives a byte for each other signal.
    wakes: UnixStream,
}

impl Signals {
    /// Installs the handlers of all signals that are not ignored.
    ///
    /// # Errors
    ///
    /// Fails if the system refuses a socket pair, a thread or a handler. The error of a thread says so.
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
        // The second SIGTERM ends the program at once: the first one may find it
        // stuck in a write that nobody reads.
        let (fatal, armer) = arm_after_first()?;
        // A signal that is ignored at the start stays ignored. `nohup` does this with SIGHUP, and shells do it with the
        // SIGINT of every background job of a script, so that Ctrl-C ends the script and not the job.
        let ignored = ignored_signals();
        let handle = |signal, flag, fatal, sockets: &[&UnixStream]| match ignored & bit(signal) {
            0 => handle(signal, flag, fatal, sockets),
            _ => Ok(()),
        };
        handle(SIGUSR1, &signals.asked, None, &[&waker])?;
        handle(SIGINT, &signals.interrupted, Some(&signals.ending), &[&interrupter])?;
        handle(SIGTERM, &signals.terminated, Some(&fatal), &[&waker, &armer])?;
        handle(SIGHUP, &signals.hung_up, Some(&fatal), &[&waker, &armer])?;
        Ok(signals)
    }

    /// Returns whether a signal came.
    pub fn pending(&self) -> bool {
        [&self.asked, &self.interrupted, &self.terminated, &self.hung_up]
            .iter()
            .any(|flag| flag.load(Ordering::Relaxed))
    }

    /// Takes the most urgent request.
    pub fn take(&self) -> Option<Request> {
        // The flags of SIGTERM and SIGHUP stay set: the program will end.
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

    /// Notes that the program is ending: from now on SIGINT kills it.
    pub fn ending(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    /// Waits until the input can be read, a signal comes, or the reader of `output` goes away.
    ///
    /// # Errors
    ///
    /// Returns the error of poll(2).
    pub(super) fn wait(&self, input: BorrowedFd<'_>, output: Option<BorrowedFd<'_>>) -> io::Result<Wake> {
        loop {
            // poll reports these two even if no event is asked for, and both
            // mean that the output has no reader: an error on a pipe, a hang-up
            // on a socket.
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
                // The byte belongs to a SIGINT that was answered before.
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

/// Makes a signal set `flag` and write a byte into each of `sockets`. If the flag
/// `fatal` is set, the signal kills the program instead.
fn handle(
    signal: i32,
    flag: &Arc<AtomicBool>,
    fatal: Option<&Arc<AtomicBool>>,
    sockets: &[&UnixStream],
) -> io::Result<()> {
    // signal-hook runs the actions of a signal in this order.
    if let Some(fatal) = fatal {
        signal_hook::flag::register_conditional_default(signal, Arc::clone(fatal))?;
    }
    signal_hook::flag::register(signal, Arc::clone(flag))?;
    for socket in sockets {
        signal_hook::low_level::pipe::register(signal, socket.try_clone()?)?;
    }
    Ok(())
}

/// Returns a flag, and a socket; the first byte that is written into the socket sets the flag a moment later.
/// timeout(1) sends SIGTERM to the program and right afterwards to its group, and means one.
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
    let started = std::thread::Builder::new().stack_size(64 * 1024).spawn(wait);
    started.map_err(|error| io::Error::other(format!("cannot start a thread: {error}")))?;
    Ok((armed, armer))
}

/// Empties a socket of signals, and returns how many bytes there were.
fn drain(mut signals: &UnixStream) -> usize {
    let mut bytes = [0; 64];
    let mut drained = 0;
    while let Ok(count @ 1..) = signals.read(&mut bytes) {
        drained += count;
    }
    drained
}

/// Returns the set of signals that were ignored when the program started; see [`bit`].
fn ignored_signals() -> u64 {
    // SigIgn: 0000000000001000 (proc(5))
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Returns the bit of a signal in a set of signals: bit 0 is signal 1.
fn bit(signal: i32) -> u64 {
    1 << (signal - 1)
}
