//! Reads the text that `perf script`, as a child process, prints of a binary perf.data.

use super::lines::LineBuffer;
use super::name::InputName;
use super::no_wait::{NoWait, Taken};
use crate::perf_data::Unsupported;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

/// The largest number of bytes that are kept of perf's messages on standard error.
const MESSAGES_MAX: u64 = 4096;

/// The arguments for perf, which is to print times in nanoseconds, the pid, and the side-band records about threads and
/// losses, but no call chains.
const OPTIONS: [&str; 8] = ["script", "--ns", "-G", "-F", "+pid", "--show-task-events", "--show-lost-events", "-i"];

/// The same arguments for perf, which is to print call chains, too. If `-F` names a field, perf prints a call chain
/// only if the fields of its frames are named as well. Inlined functions are left out: to find them, perf reads the
/// debug information of each file, which can take minutes.
const OPTIONS_WITH_CALL_CHAINS: [&str; 8] =
    ["script", "--ns", "--no-inline", "-F", "+pid,+ip,+sym,+dso", "--show-task-events", "--show-lost-events", "-i"];

/// A running `perf script`. When this is dropped, the process is killed.
pub(super) struct PerfScript {
    child: Child,
    /// The pipe from perf's standard output.
    pub(super) text: File,
    /// The thread that reads perf's standard error.
    messages: Option<JoinHandle<Vec<u8>>>,
    /// The perf.data that perf prints.
    perf_data: Arc<File>,
    /// The reason why this program cannot read the file itself.
    pub(super) unsupported: Unsupported,
}

impl PerfScript {
    /// Starts `perf script` on a perf.data. `perf_data` is the same file, which is open already. `name` is `None` for a
    /// temporary file, which has no name. If `call_chains` is true, perf prints call chains as well.
    ///
    /// # Errors
    ///
    /// If perf is not installed, a message with the reason why it is needed. Otherwise the error of the system.
    pub(super) fn start(
        name: Option<&InputName>,
        perf_data: Arc<File>,
        unsupported: Unsupported,
        call_chains: bool,
    ) -> io::Result<Self> {
        let mut command = Command::new("perf");
        let options = if call_chains { OPTIONS_WITH_CALL_CHAINS } else { OPTIONS };
        command.args(options).arg(path_for_perf(name, &unsupported));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.stdin(match name {
            // For standard input, perf opens /dev/stdin, so perf must inherit the descriptor.
            Some(InputName::Stdin) => Stdio::inherit(),
            Some(InputName::Path(_)) => Stdio::null(),
            None => Stdio::from(perf_data.try_clone()?),
        });
        let mut child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                io::Error::other(format!("a binary perf.data ({unsupported}), and perf is not installed to print it"))
            }
            _ => io::Error::other(format!("perf script cannot be started: {error}")),
        })?;
        let text = child.stdout.take().map(OwnedFd::from).map(File::from);
        let text = text.ok_or(io::Error::other("perf script gave no output"))?;
        let stderr = child.stderr.take();
        // If the thread cannot be started, `perf` is dropped, which kills the process.
        let mut perf = PerfScript { child, text, messages: None, perf_data, unsupported };
        if let Some(stderr) = stderr {
            let reader = thread::Builder::new().stack_size(64 * 1024).spawn(move || read_messages(stderr));
            let failed = |error| io::Error::other(format!("a thread cannot be started: {error}"));
            perf.messages = Some(reader.map_err(failed)?);
        }
        Ok(perf)
    }

    /// Reads text into the line buffer. Returns the number of bytes, which is 0 at the end.
    ///
    /// # Errors
    ///
    /// The error of the system, or `WouldBlock` if nothing has come yet.
    pub(super) fn fill(&self, lines: &mut LineBuffer) -> io::Result<usize> {
        lines.fill(&mut NoWait::new(&self.text, &Taken::default()))
    }

    /// Waits for the end of the process, after its text has ended. The position of the perf.data is set to its end, so
    /// that another program which reads the same standard input later finds nothing more.
    ///
    /// # Errors
    ///
    /// If perf failed, a message with the first line that perf printed on standard error.
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
        // If the process has ended already, these calls fail, and nothing is left to do.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Returns the path that perf is to print. perf cannot print a single file of a directory that `perf record --threads`
/// has created, but it can print the directory.
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

/// Reads all messages of perf, so that perf never waits for a reader of them. Returns the first [`MESSAGES_MAX`] bytes.
fn read_messages(mut stderr: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let _as_much_as_came = (&mut stderr).take(MESSAGES_MAX).read_to_end(&mut kept);
    let _the_rest = io::copy(&mut stderr, &mut io::sink());
    kept
}
