//! Starts the program and talks to it while it runs.
//!
//! A test does not sleep to wait for the program. It reads what the program writes, and knows from this how far the
//! program has come. When the header comes, the program has installed its signal handlers and waits for input (of a
//! regular file, it has read the first block). When a row comes, the program has read the input up to the line that
//! closed this row's loop. A watchdog kills a program that runs too long. Then the reads of the test end, and the test
//! fails.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// The time after which the watchdog kills a program. It is enough for every test, however busy the machine is.
const LIFETIME: Duration = Duration::from_secs(30);

/// The program while it runs, with the test's ends of its pipes.
pub struct Running {
    pub child: Child,
    pub stdin: Option<ChildStdin>,
    pub stdout: Option<BufReader<ChildStdout>>,
    pub stderr: Option<BufReader<ChildStderr>>,
    /// When this end of the channel is dropped, the watchdog stops waiting and kills nothing.
    _watchdog: Sender<()>,
}

/// The way in which a program has ended, and the output that was not read before.
#[derive(Debug)]
pub struct Ended {
    /// The exit status. It is `None` if the program was killed by a signal that the watchdog or the test has sent.
    pub status: Option<i32>,
    pub output: String,
    pub errors: String,
}

/// Starts a command. The command is taken by value, so that it is dropped here. The command may hold copies of the ends
/// of pipes, and whoever reads a pipe sees its end only when all copies of the writing end are closed.
pub fn start(mut command: Command) -> Running {
    let mut child = command.spawn().expect("the program starts");
    let pid = child.id();
    let (watchdog, ended) = channel();
    thread::spawn(move || {
        if ended.recv_timeout(LIFETIME) == Err(RecvTimeoutError::Timeout) {
            send("KILL", pid);
        }
    });
    Running {
        stdin: child.stdin.take(),
        stdout: child.stdout.take().map(BufReader::new),
        stderr: child.stderr.take().map(BufReader::new),
        child,
        _watchdog: watchdog,
    }
}

/// Runs a command to its end, with an empty standard input.
pub fn run(mut command: Command) -> Ended {
    command.stdin(Stdio::null());
    start(command).ended()
}

/// Sends a signal to a process.
pub fn send(signal: &str, pid: u32) {
    let sent = Command::new("/bin/sh").args(["-c", &format!("kill -s {signal} {pid}")]).status();
    assert!(sent.is_ok_and(|status| status.success()), "kill -s {signal} {pid}");
}

impl Running {
    /// Writes text to standard input.
    pub fn write(&mut self, text: &str) {
        self.write_bytes(text.as_bytes());
    }

    /// Writes bytes to standard input.
    pub fn write_bytes(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().expect("standard input is a pipe").write_all(bytes).expect("the program reads");
    }

    /// Reads the next line of standard output. It is empty at the end.
    pub fn line(&mut self) -> String {
        next_line(&mut self.stdout)
    }

    /// Reads the next line of standard error. It is empty at the end.
    pub fn error_line(&mut self) -> String {
        next_line(&mut self.stderr)
    }

    /// Reads standard error up to the first line that contains `text`. Returns all lines that were read, with this one.
    pub fn errors_to(&mut self, text: &str) -> String {
        let mut errors = String::new();
        while !errors.contains(text) {
            let line = self.error_line();
            assert!(line.ends_with('\n'), "{text:?} does not come after {errors:?}");
            errors += &line;
        }
        errors
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: &str) {
        send(signal, self.child.id());
    }

    /// Closes standard input, and waits until the program has ended.
    pub fn end(mut self) -> Ended {
        drop(self.stdin.take());
        self.ended()
    }

    /// Waits until the program has ended. Standard input stays open meanwhile.
    pub fn ended(mut self) -> Ended {
        let output = read_to_end(&mut self.stdout);
        let errors = read_to_end(&mut self.stderr);
        let status = self.child.wait().expect("the program is our child").code();
        Ended { status, output, errors }
    }

    /// Returns the largest resident memory that the program has had so far, without the pages of its code, in kB.
    pub fn peak_memory(&self) -> u64 {
        // The line has the form `VmHWM:       3340 kB`.
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the program runs");
        let size = |name: &str| -> u64 {
            let size = status.lines().find_map(|line| line.strip_prefix(name)).expect("the program has memory");
            size.trim().trim_end_matches(" kB").parse().expect("a number")
        };
        // RssFile counts the pages of files. These are the code of the program and of its libraries, which take 6.8 MB
        // in a debug build.
        size("VmHWM:") - size("RssFile:")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After a test that failed, the program may still run. Any other test has waited for its end.
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn next_line(stream: &mut Option<impl BufRead>) -> String {
    let mut line = String::new();
    stream.as_mut().expect("the stream is a pipe").read_line(&mut line).expect("the line is UTF-8");
    line
}

fn read_to_end(stream: &mut Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.read_to_end(&mut bytes).expect("the pipe can be read");
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Ended {
    /// Asserts that the program ended with this status, and that just this output and these errors were left to read.
    pub fn assert(&self, status: i32, output: &str, errors: &str) {
        assert_eq!((self.status, &*self.output, &*self.errors), (Some(status), output, errors));
    }

    /// Asserts that the program ended with status 1 and one line of error, which contains the name of a stream or file
    /// and the cause.
    pub fn assert_failed(&self, name: &str, cause: &str) {
        assert_eq!(self.status, Some(1), "{self:?}");
        assert_eq!(self.errors.lines().count(), 1, "{self:?}");
        assert!(self.errors.starts_with("pspp-filter: ") && self.errors.ends_with('\n'), "{self:?}");
        assert!(self.errors.contains(name) && self.errors.contains(cause), "{self:?}");
    }
}
