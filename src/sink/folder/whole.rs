//! A file that is written whole or not at all.

use rustix::fs::OFlags;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A file under a temporary name until it is finished. It is opened anew for
/// each block, so that there may be more of them than the system lets a
/// program have open.
pub(super) struct WholeFile {
    path: PathBuf,
    /// `None`: the path is there and no regular file (`/dev/stderr`, a FIFO),
    /// which is written to as it is and never replaced.
    temporary: Option<PathBuf>,
    waiting: Vec<u8>,
    block: usize,
    finished: bool,
}

/// Makes a file that was not there; one that is there, left by a run that was
/// killed, or a link that somebody put there, goes first.
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
    /// Begins a file that is written in blocks of so many bytes.
    ///
    /// # Errors
    ///
    /// As the system has them, with the file's name.
    pub(super) fn create(path: PathBuf, block: usize) -> io::Result<Self> {
        let replaceable = fs::metadata(&path).map_or(true, |there| there.is_file());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let temporary = replaceable.then(|| path.with_file_name(format!(".{name}.{}", std::process::id())));
        if let Some(temporary) = &temporary {
            create_anew(temporary).map_err(|error| named(&path, &error))?;
        }
        Ok(WholeFile { path, temporary, waiting: Vec::new(), block, finished: false })
    }

    /// Where to append what is to be written.
    pub(super) fn waiting(&mut self) -> &mut Vec<u8> {
        &mut self.waiting
    }

    /// Writes if a block is full.
    pub(super) fn flush_full(&mut self) -> io::Result<()> {
        if self.waiting.len() < self.block { Ok(()) } else { self.flush() }
    }

    fn open(&self) -> io::Result<File> {
        let mut options = File::options();
        options.append(true);
        match &self.temporary {
            // What somebody else put in its place is not followed.
            Some(temporary) => options.custom_flags(OFlags::NOFOLLOW.bits() as i32).open(temporary),
            None => {
                // A FIFO that nobody reads is an error, and not waited for.
                let file = options.custom_flags(OFlags::NONBLOCK.bits() as i32).open(&self.path)?;
                rustix::fs::fcntl_setfl(&file, OFlags::APPEND)?;
                Ok(file)
            }
        }
    }

    /// Writes all that waits.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let written = self.open().and_then(|mut file| file.write_all(&self.waiting));
        self.waiting.clear();
        written.map_err(|error| named(&self.path, &error))
    }

    /// Gives the file, all of which is written, its name.
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

/// An error that names its file.
pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
