//! A file that appears with its full content or not at all.

use rustix::fs::OFlags;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A file that has a temporary name until it is finished. It is opened for each block and closed again, because there
/// may be more such files than a process may have open.
pub(super) struct WholeFile {
    path: PathBuf,
    /// The path of the temporary file. It is `None` if the final path exists and is no regular file (`/dev/stderr`, a
    /// FIFO). Such a file is written directly, because it must not be replaced by another one.
    temporary: Option<PathBuf>,
    waiting: Vec<u8>,
    block: usize,
    finished: bool,
}

/// Creates a new, empty file. A file that exists at the path is removed first. It may have been left by a run that was
/// killed, or may be a link that another user put there so that the program overwrites a file of its own user.
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
    /// Creates a file that is written in blocks of `block` bytes.
    ///
    /// # Errors
    ///
    /// The error of the system, with the name of the file.
    pub(super) fn create(path: PathBuf, block: usize) -> io::Result<Self> {
        let replaceable = fs::metadata(&path).map_or(true, |there| there.is_file());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let temporary = replaceable.then(|| path.with_file_name(format!(".{name}.{}", std::process::id())));
        if let Some(temporary) = &temporary {
            create_anew(temporary).map_err(|error| named(&path, &error))?;
        }
        Ok(WholeFile { path, temporary, waiting: Vec::new(), block, finished: false })
    }

    /// Returns the buffer of bytes that wait to be written. To write something, append it.
    pub(super) fn waiting(&mut self) -> &mut Vec<u8> {
        &mut self.waiting
    }

    /// Writes the bytes that wait, if they fill a block.
    pub(super) fn flush_full(&mut self) -> io::Result<()> {
        if self.waiting.len() < self.block { Ok(()) } else { self.flush() }
    }

    fn open(&self) -> io::Result<File> {
        let mut options = File::options();
        options.append(true);
        match &self.temporary {
            // If another user has put a symbolic link in place of the temporary file, the link is not followed, so that
            // no other file is written.
            Some(temporary) => options.custom_flags(OFlags::NOFOLLOW.bits() as i32).open(temporary),
            None => {
                // With this flag, opening a FIFO fails at once if the FIFO has no reader. Without the flag, the program
                // would wait for a reader.
                let file = options.custom_flags(OFlags::NONBLOCK.bits() as i32).open(&self.path)?;
                rustix::fs::fcntl_setfl(&file, OFlags::APPEND)?;
                Ok(file)
            }
        }
    }

    /// Writes all bytes that wait.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let written = self.open().and_then(|mut file| file.write_all(&self.waiting));
        self.waiting.clear();
        written.map_err(|error| named(&self.path, &error))
    }

    /// Gives the file its final name. All bytes must have been flushed before.
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

/// Returns the error with the path of its file in front of its text.
pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
