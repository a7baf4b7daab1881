//! A file that is written whole or not at all.

use rustix::fs::OFlags;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A file that has a temporary name until it is finished. It is opened anew for each block, so that there may be more
/// such files than a program may have open at once.
pub(super) struct WholeFile {
    path: PathBuf,
    /// The temporary path. `None`: the final path exists and is no regular file (`/dev/stderr`, a FIFO). Then it is
    /// written to directly and never replaced.
    temporary: Option<PathBuf>,
    waiting: Vec<u8>,
    block: usize,
    finished: bool,
}

/// Makes a new file. If the path exists already, it is removed first: a run that was killed may have left it, or
/// somebody may have put a link there.
fn create_anew(path: &Path) -> io::Result<()> {
    let create = || File::options().write(true).create_new(true).open(path).map(drop);
    match create() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            create()
        }
        result => result,
    }
}

impl WholeFile {
    /// Begins a file that is written in blocks of `block` bytes.
    ///
    /// # Errors
    ///
    /// Returns the system's error, with the name of the file.
    pub(super) fn create(path: PathBuf, block: usize) -> io::Result<Self> {
        let replaceable = fs::metadata(&path).map_or(true, |there| there.is_file());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let temporary = replaceable.then(|| path.with_file_name(format!(".{name}.{}", std::process::id())));
        if let Some(temporary) = &temporary {
            create_anew(temporary).map_err(|error| named(&path, &error))?;
        }
        Ok(WholeFile { path, temporary, waiting: Vec::new(), block, finished: false })
    }

    /// Returns the bytes that wait. To write something, append it to them.
    pub(super) fn waiting(&mut self) -> &mut Vec<u8> {
        &mut self.waiting
    }

    /// Writes the waiting bytes if they fill a block.
    pub(super) fn flush_full(&mut self) -> io::Result<()> {
        if self.waiting.len() < self.block { Ok(()) } else { self.flush() }
    }

    fn open(&self) -> io::Result<File> {
        let mut options = File::options();
        options.append(true);
        match &self.temporary {
            // A link that somebody else put in its place is not followed.
            Some(temporary) => options.custom_flags(OFlags::NOFOLLOW.bits() as i32).open(temporary),
            None => {
                // Opening a FIFO that nobody reads fails at once instead of waiting for a reader.
                let file = options.custom_flags(OFlags::NONBLOCK.bits() as i32).open(&self.path)?;
                rustix::fs::fcntl_setfl(&file, OFlags::APPEND)?;
                Ok(file)
            }
        }
    }

    /// Writes all waiting bytes.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let written = self.open().and_then(|mut file| file.write_all(&self.waiting));
        self.waiting.clear();
        written.map_err(|error| named(&self.path, &error))
    }

    /// Gives the file its final name. Everything must have been flushed before.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if let Some(temporary) = &self.temporary {
            fs::rename(temporary, &self.path).map_err(|error| named(&self.path, &error))?;
        }
        self.finished = true;
        Ok(())
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let (false, Some(temporary)) = (self.finished, &self.temporary) {
            let _it_may_be_gone = fs::remove_file(temporary);
        }
    }
}

/// Returns the error with the name of its file before it.
pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
