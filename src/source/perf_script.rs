//! A binary perf.data, printed by `perf script` as a child process.

use super::lines::LineBuffer;
use super::name::InputName;
use super::no_wait::NoWait;
use crate::perf_data::Unsupported;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

/// The number of bytes that are kept of perf's messages on standard error.
const MESSAGES_MAX: u64 = 4096;

/// The options: times in nanoseconds, the pid, no call chains, and the
/// side-band records that tell of threads and losses.
const OPTIONS: [&str; 8] = ["script", "--ns", "-G", "-F", "+pid", "--show-task-events", "--show-lost-events", "-i"];

/// A running `perf script`. It is killed when this is dropped.
pub(super) struct PerfScript {
    child: Child,
    /// The pipe from perf's standard output.
    pub(super) text: File,
    /// The thread that reads perf's standard error.
    messages: Option<JoinHandle<Vec<u8>>>,
    /// The file that perf prints.
    perf_data: Arc<File>,
    /// The reason why this program cannot read the file itself.
    pub(super) unsupported: Unsupported,
}

impl PerfScript {
    /// Starts `perf script` on the file of this name, which is open as `perf_data`.
    ///
    /// # Errors
    ///
    /// If perf is not installed, returns a message with the reason why it is needed; otherwise the system's error.
    pub(super) fn start(name: &InputName, perf_data: Arc<File>, unsupported: Unsupported) -> io::Result<Self> {
        let mut command = Command::new("perf");
        command.args(OPTIONS).arg(path_for_perf(name, &unsupported));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        // perf opens /dev/stdin by itself.
        command.stdin(if *name == InputName::Stdin { Stdio::inherit() } else { Stdio::null() });
        let mut child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                io::Error::other(format!("a binary perf.data ({unsupported}), and perf is not installed to print it"))
            }
            _ => cannot_start(&error),
        })?;
        let text = child.stdout.take().map(OwnedFd::from).map(File::from);
        let text = text.ok_or(io::Error::other("perf script gave no output"))?;
        let stderr = child.stderr.take();
        // If the thread cannot be started, perf is killed, because `perf` is dropped.
        let mut perf = PerfScript { child, text, messages: None, perf_data, unsupported };
        if let Some(stderr) = stderr {
            let reader = thread::Builder::new().spawn(move || read_messages(stderr));
            perf.messages = Some(reader.map_err(|error| cannot_start(&error))?);
        }
        Ok(perf)
    }

    /// Reads text into the line buffer.
    ///
    /// # Errors
    ///
    /// Returns the system's error, or `WouldBlock` if nothing is there.
    pub(super) fn fill(&self, lines: &mut LineBuffer) -> io::Result<usize> {
        lines.fill(&mut NoWait(&self.text))
    }

    /// Waits for the end of perf, after its text has ended. Sets the position of the perf.data to its end.
    ///
    /// # Errors
    ///
    /// If perf failed, returns a message with the first line that perf printed about it.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.perf_data.seek(io::SeekFrom::End(0))?;
        let status = self.child.wait()?;
        let messages = self.messages.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        if status.success() {
            return Ok(());
        }
        let messages = String::from_utf8_lossy(&messages);
        let first = messages.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
        Err(io::Error::other(format!("perf script failed ({status}): {first}")))
    }
}

impl Drop for PerfScript {
    fn drop(&mut self) {
        // If the child has ended already, nothing is left to do, and the errors do not matter.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Returns the message that perf could not be started, for example because there are too many processes.
fn cannot_start(error: &io::Error) -> io::Error {
    io::Error::other(format!("cannot start perf script: {error}"))
}

/// Returns the path that perf has to print. It cannot print one file of a
/// directory of `perf record --threads`, but it can print the directory.
fn path_for_perf<'n>(name: &'n InputName, unsupported: &Unsupported) -> &'n OsStr {
    match name {
        InputName::Stdin => OsStr::new("/dev/stdin"),
        InputName::Path(path) if *unsupported == Unsupported::FileOfDirectory => {
            let parent = Path::new(path).parent().filter(|parent| !parent.as_os_str().is_empty());
            parent.unwrap_or(Path::new(".")).as_os_str()
        }
        InputName::Path(path) => path,
    }
}

/// Reads all of perf's messages, so that perf never waits for a reader, and keeps their first [`MESSAGES_MAX`] bytes.
fn read_messages(mut stderr: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let _as_much_as_came = (&mut stderr).take(MESSAGES_MAX).read_to_end(&mut kept);
    let _the_rest = io::copy(&mut stderr, &mut io::sink());
    kept
}
