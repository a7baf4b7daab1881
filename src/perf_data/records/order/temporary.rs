//! A temporary file that has no name in its folder.

use crate::perf_data::error::Error;
use crate::perf_data::places::{ReadAt, read_exact_at};
use rustix::fs::{FallocateFlags, fallocate};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The number that the next temporary file has in its name, as a process may make several.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The number of names that are tried before an error is returned.
const NAMES_MAX: usize = 100;

/// A temporary file that no other program can open, because its name is removed at once. The system frees the file when
/// it is closed, even if this program is killed.
pub(super) struct TemporaryFile {
    file: File,
    folder: PathBuf,
}

impl TemporaryFile {
    /// Creates a file in a folder.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`], which is the only error of all functions of this type.
    pub(super) fn new(folder: &Path) -> Result<Self, Error> {
        let failed = |error| Error::TemporaryFile { folder: folder.into(), error };
        let file = create(folder, next_number).map_err(failed)?;
        Ok(TemporaryFile { file, folder: folder.into() })
    }

    /// Writes bytes at an offset.
    pub(super) fn write(&self, bytes: &[u8], offset: u64) -> Result<(), Error> {
        self.file.write_all_at(bytes, offset).map_err(|error| self.failed(error))
    }

    /// Fills `bytes` from an offset on.
    pub(super) fn read(&self, bytes: &mut [u8], offset: u64) -> Result<(), Error> {
        read_exact_at(&self.file, bytes, offset).map_err(|error| self.failed(error))
    }

    /// Gives the disk space of a part back to the system, if the file system can make holes in files.
    pub(super) fn free(&self, part: Range<u64>) {
        let holes = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        // An error is no harm: [`clear`](Self::clear) gives all space back when no run is left.
        let _freed = fallocate(&self.file, holes, part.start, part.end.saturating_sub(part.start));
    }

    /// Gives all disk space of the file back to the system.
    pub(super) fn clear(&self) -> Result<(), Error> {
        self.file.set_len(0).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::TemporaryFile { folder: self.folder.clone(), error }
    }
}

impl ReadAt for File {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, bytes, offset)
    }
}

/// Makes a file in the folder for temporary files (`$TMPDIR` or `/tmp`). Its name is removed at once, so that no other
/// program can open it.
///
/// # Errors
///
/// Returns an error that names the folder.
pub fn temporary_file() -> io::Result<File> {
    create(&std::env::temp_dir(), next_number).map_err(temporary_file_error)
}

/// Returns the error of a temporary file, with the folder in which the file was made.
pub fn temporary_file_error(error: io::Error) -> io::Error {
    io::Error::other(format!("a temporary file in {}: {error}", std::env::temp_dir().display()))
}

fn next_number() -> u32 {
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// Creates a file under a free name, and removes the name. `create_new` follows no symbolic link, so another user
/// cannot make the program write to a file of that user's choice.
fn create(folder: &Path, mut number: impl FnMut() -> u32) -> io::Result<File> {
    for _ in 0..NAMES_MAX {
        let path = folder.join(format!("pspp-filter-{}-{}", std::process::id(), number()));
        match File::options().read(true).write(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => return fs::remove_file(&path).map(|()| file),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn space_is_given_back_and_no_name_is_left() {
        let folder = std::env::temp_dir();
        let temporary = TemporaryFile::new(&folder).expect("a temporary file");
        let metadata = || temporary.file.metadata().expect("the file is open");
        temporary.write(&[1; 1 << 20], 1 << 20).expect("room");
        let mut bytes = [0; 3];
        temporary.read(&mut bytes, (1 << 21) - 3).expect("the bytes");
        assert_eq!((bytes, metadata().nlink(), metadata().mode() & 0o777), ([1; 3], 0, 0o600));
        temporary.free(0..1 << 21);
        temporary.clear().expect("no bytes");
        assert_eq!((metadata().len(), metadata().blocks()), (0, 0));
        let end = temporary.read(&mut bytes, 0).map_err(|error| error.to_string());
        assert!(end.is_err_and(|end| end.contains("unexpected end of file")));
    }

    #[test]
    fn a_name_that_exists_is_not_opened() {
        let name = |number: u32| format!("pspp-filter-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name(u32::MAX));
        fs::create_dir(&folder).expect("a folder");
        let taken: Vec<PathBuf> = (0..20).map(|number| folder.join(name(number))).collect();
        for path in &taken {
            std::os::unix::fs::symlink("/nowhere/at-all", path).expect("a link");
        }
        let mut numbers = 0..;
        assert!(create(&folder, || numbers.next().expect("a number")).is_ok());
        assert_eq!(numbers.next(), Some(21));
        assert_eq!(fs::read_dir(&folder).map(Iterator::count).ok(), Some(taken.len()));
        fs::remove_dir_all(&folder).expect("the folder goes");
    }
}
