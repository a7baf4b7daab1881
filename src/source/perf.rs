//! A binary perf.data, read through `perf script` as a child.

use super::InputName;
use crate::perf_data::{self, MAGIC, Unsupported};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

/// How much of what perf says on standard error is kept, in bytes.
const SAID_MAX: u64 = 4096;

/// A running `perf script`; it ends with us.
pub(super) struct PerfScript {
    child: Child,
    said: Option<JoinHandle<Vec<u8>>>,
}

/// Whether a file is a binary perf.data. Only a regular file can be looked into.
pub(super) fn is_perf_data(file: &File) -> bool {
    let mut magic = [0; MAGIC.len()];
    file.read_exact_at(&mut magic, 0).is_ok() && perf_data::is_perf_data(&magic)
}

impl PerfScript {
    /// Starts `perf script` on a perf.data; its text comes out of the file.
    /// `why` it is not read without.
    ///
    /// Nanoseconds, the pid as well, no call chains, and the side-band records
    /// that say something of threads and losses.
    pub(super) fn start(name: &InputName, why: &Unsupported) -> io::Result<(Self, File)> {
        let path = match name {
            InputName::Stdin => OsStr::new("/dev/stdin"),
            InputName::Path(path) => path,
        };
        let mut command = Command::new("perf");
        command
            .args(["script", "--ns", "-G", "-F", "+pid", "--show-task-events", "--show-lost-events", "-i"])
            .arg(path);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        // Of standard input perf opens the file itself, by /dev/stdin.
        command.stdin(if *name == InputName::Stdin { Stdio::inherit() } else { Stdio::null() });
        let mut child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                io::Error::other(format!("a binary perf.data ({why}), and perf is not installed to print it"))
            }
            _ => error,
        })?;
        let text = child.stdout.take().map(OwnedFd::from).map(File::from);
        let said = child.stderr.take().map(|stderr| thread::spawn(move || keep_some(stderr)));
        let text = text.ok_or(io::Error::other("perf script gave no output"))?;
        Ok((PerfScript { child, said }, text))
    }

    /// Waits for its end, after its text has ended.
    ///
    /// # Errors
    ///
    /// Where perf failed: what it said.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let status = self.child.wait()?;
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        if status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&said);
        let first = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
        Err(io::Error::other(format!("perf script failed ({status}): {first}")))
    }
}

impl Drop for PerfScript {
    fn drop(&mut self) {
        // One that has ended needs neither.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Reads all, so that perf never waits for us, and keeps the beginning.
fn keep_some(mut stderr: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let _as_much_as_came = (&mut stderr).take(SAID_MAX).read_to_end(&mut kept);
    let _the_rest = io::copy(&mut stderr, &mut io::sink());
    kept
}
