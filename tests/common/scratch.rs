//! A folder for the files of one test.

use rustix::fs::{CWD, Mode, mkfifoat};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// A new folder below `target/tmp`. When this is dropped, the folder is removed with all its files.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Creates the folder. `test` must be different for each call in a test binary.
    pub fn new(test: &str) -> Self {
        let name = format!("{}-{test}-{}", env!("CARGO_CRATE_NAME"), std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("a directory can be made");
        Scratch { folder }
    }

    /// Returns the path of the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the path of a file in the folder.
    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().expect("the path is UTF-8").to_owned()
    }

    /// Writes a file, and returns its path.
    pub fn file(&self, name: &str, content: &(impl AsRef<[u8]> + ?Sized)) -> String {
        let path = self.path(name);
        fs::write(&path, content).expect("a file can be written");
        path
    }

    /// Creates a regular file that begins with `text` and then has zeros up to 1 TiB, which take no space on the disk.
    /// There is no newline among the zeros, so they are a line that no test can read to its end. Returns the path.
    pub fn endless(&self, text: &str) -> String {
        let path = self.file("endless", text);
        File::options().write(true).open(&path).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
        path
    }

    /// Creates a FIFO, and returns its path.
    pub fn fifo(&self) -> String {
        let path = self.path("fifo");
        mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR).expect("a FIFO can be made");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _may_be_gone = fs::remove_dir_all(&self.folder);
    }
}
