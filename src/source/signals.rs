//! Turns signals into requests to the session, which is the part of the program that runs from the first input to the
//! last output. This is also the only place where the program waits for input.
//!
//! The handler of a signal sets a flag and writes a byte into a socket pair that this program has made. SIGINT has one
//! pair, and all other signals share another one. (The handlers come from the crate signal-hook, so there is no unsafe
//! code here.) To wait means to poll the input and both pairs. So a signal ends the wait even if it comes between the
//! check of its flag and the poll.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Something that a signal asks the program to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// SIGUSR1 came: print the summary of what was read so far.
    Summary,
    /// SIGINT came, this number of times. Ctrl-C sends it to all programs of a pipeline.
    Interrupt(usize),
    /// SIGTERM or SIGHUP came; the number says which one. Write the results so far, and end.
    End(i32),
}

/// The reason why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// The input can be read without waiting: there are bytes, or its end, or an error.
    Input,
    /// A signal came.
    Signal,
    /// The reader of the output went away.
    OutputGone,
}

/// The signals that came, and were not handed to the session yet.
pub struct Signals {
    /// True if SIGUSR1 came.
    asked: Arc<AtomicBool>,
    /// True if SIGINT came.
    interrupted: Arc<AtomicBool>,
    /// True if SIGTERM came.
    terminated: Arc<AtomicBool>,
    /// True if SIGHUP came.
    hung_up: Arc<AtomicBool>,
    /// True once the program is about to end. The next SIGINT then kills it at once.
    ending: Arc<AtomicBool>,
    /// Gets a byte for each SIGINT, so that they can be counted.
    interrupts: UnixStream,
    /// Gets a byte for each of the other signals.
    wakes: UnixStream,
}

impl Signals {
    /// Installs a handler for each of SIGUSR1, SIGINT, SIGTERM and SIGHUP, except for those that were ignored when the
    /// program started.
    ///
    /// # Errors
    ///
    /// The error of the system, if it refuses a socket pair, a thread or a handler.
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
        // The second SIGTERM or SIGHUP kills the program at once. The program may be stuck in a write, because no
        // reader takes the output, and then it never answers the first signal.
        let (fatal, armer) = arm_after_first()?;
        // A signal that was ignored when the program started stays ignored. `nohup` ignores SIGHUP for its program.
        // Shells ignore SIGINT for each background job of a script, so that Ctrl-C ends the script and not the job.
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

    /// Returns whether a signal came that was not handed to the session yet.
    pub fn pending(&self) -> bool {
        [&self.asked, &self.interrupted, &self.terminated, &self.hung_up]
            .iter()
            .any(|flag| flag.load(Ordering::Relaxed))
    }

    /// Returns the most urgent request, and forgets it.
    pub fn take(&self) -> Option<Request> {
        // The flags of SIGTERM and SIGHUP stay set, because the program will end now.
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

    /// Notes that the program is about to end, so that from now on SIGINT kills it.
    pub fn ending(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    /// Waits until the input can be read, a signal comes, or the reader of `output` goes away.
    ///
    /// # Errors
    ///
    /// The error of poll(2).
    pub(super) fn wait(&self, input: BorrowedFd<'_>, output: Option<BorrowedFd<'_>>) -> io::Result<Wake> {
        loop {
            // No events are asked for on the output. poll still reports an error (on a pipe) or a hang-up (on a
            // socket), and both mean that nobody reads the output any more.
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
                // The flag of SIGINT is not set, so this byte comes from a SIGINT that was answered before.
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

    /// Waits for this time, so that more can come into the input. The wait ends earlier if a signal comes or the writer
    /// of the input goes away. Returns true if one of these two has happened.
    pub(super) fn linger(&self, input: BorrowedFd<'_>, time: Duration) -> bool {
        // No events are asked for on the input. poll still reports a hang-up.
        let mut fds = [
            PollFd::from_borrowed_fd(self.wakes.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.interrupts.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(input, PollFlags::empty()),
        ];
        let time = Timespec { tv_sec: 0, tv_nsec: time.subsec_nanos().into() };
        // If poll itself fails, waiting is of no use either.
        poll(&mut fds, Some(&time)).map_or(true, |ready| ready > 0)
    }
}

/// Installs a handler that sets `flag` and writes a byte into each of the `sockets`. If `fatal` is set when the signal
/// comes, the signal kills the program instead.
fn handle(
    signal: i32,
    flag: &Arc<AtomicBool>,
    fatal: Option<&Arc<AtomicBool>>,
    sockets: &[&UnixStream],
) -> io::Result<()> {
    // signal-hook runs the actions of a signal in the order in which they were registered, so `fatal` is checked first.
    if let Some(fatal) = fatal {
        signal_hook::flag::register_conditional_default(signal, Arc::clone(fatal))?;
    }
    signal_hook::flag::register(signal, Arc::clone(flag))?;
    for socket in sockets {
        signal_hook::low_level::pipe::register(signal, socket.try_clone()?)?;
    }
    Ok(())
}

/// Returns a flag and a socket. A moment after the first byte was written into the socket, the flag is set. It is not
/// set at once because timeout(1) sends SIGTERM twice, to the program and to its process group, and means one.
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
    started.map_err(|error| io::Error::other(format!("a thread cannot be started: {error}")))?;
    Ok((armed, armer))
}

/// Reads all bytes out of a socket of signals. Returns their number.
fn drain(mut signals: &UnixStream) -> usize {
    let mut bytes = [0; 64];
    let mut drained = 0;
    while let Ok(count @ 1..) = signals.read(&mut bytes) {
        drained += count;
    }
    drained
}

/// Returns the set of the signals that were ignored when the program started. [`bit`] says which bit belongs to a
/// signal.
fn ignored_signals() -> u64 {
    // The line has the form `SigIgn: 0000000000001000` (proc(5)).
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Returns the bit of a signal in a set of signals. Bit 0 is that of signal 1.
fn bit(signal: i32) -> u64 {
    1 << (signal - 1)
}
