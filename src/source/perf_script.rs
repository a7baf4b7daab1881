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
    /// Starts `perf script` on the file of this name, which is open as `perf_data`. A temporary file has no name.
    ///
    /// # Errors
    ///
    /// If perf is not installed, returns a message with the reason why it is needed; otherwise the system's error.
    pub(super) fn start(name: Option<&InputName>, perf_data: Arc<File>, unsupported: Unsupported) -> io::Result<Self> {
        let mut command = Command::new("perf");
        command.args(OPTIONS).arg(path_for_perf(name, &unsupported));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.stdin(match name {
            // perf opens /dev/stdin by itself.
            Some(InputName::Stdin) => Stdio::inherit(),
            Some(InputName::Path(_)) => Stdio::null(),
            None => Stdio::from(perf_data.try_clone()?),
        });
        let mut child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                io::Error::other(format!("a binary perf.data ({unsupported}), and perf is not installed to print it"))
            }
            _ => error,
        })?;
        let text = child.stdout.take().map(OwnedFd::from).map(File::from);
        let messages = child.stderr.take().map(|stderr| thread::spawn(move || read_messages(stderr)));
        let text = text.ok_or(io::Error::other("perf script gave no output"))?;
        Ok(PerfScript { child, text, messages, perf_data, unsupported })
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

/// Returns the path that perf has to print. It cannot print one file of a
/// directory of `perf record --threads`, but it can print the directory.
fn path_for_perf<'n>(name: Option<&'n InputName>, unsupported: &Unsupported) -> &'n OsStr {
    match name {
        None | Some(InputName::Stdin) => OsStr::new("/dev/stdin"),
        Some(InputName::Path(path)) if *unsupported == Unsupported::FileOfDirectory => {
            let parent = Path::new(path).parent().filter(|parent| !parent.as_os_str().is_empty());
            parent.unwrap_or(Path::new(".")).as_os_str()
        }
        Some(InputName::Path(path)) => path,
    }
}

/// Reads all of perf's messages, so that perf never waits for a reader, and keeps their first [`MESSAGES_MAX`] bytes.
fn read_messages(mut stderr: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let _as_much_as_came = (&mut stderr).take(MESSAGES_MAX).read_to_end(&mut kept);
    let _the_rest = io::copy(&mut stderr, &mut io::sink());
    kept
}
