//! Finds the recording in a directory, if the user names a directory as the input.

use super::binary::is_perf_data_file;
use super::name::InputName;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::Path;

const PERF_DATA_CSV: &str = "perf_data.csv";

/// The names of the files that are searched in a directory, the preferred one first. perf-script-postprocessor, the
/// program that pspp-filter replaces, left directories with such files.
const FILES: [&str; 3] = [PERF_DATA_CSV, "raw_perf", "perf.data"];

/// The name of a file in the directories that `perf record --threads` creates. This file has only a part of the
/// records, so perf has to print the whole directory.
const FILE_OF_THREADS: &str = "data";

/// Returns whether an input is a file `perf_data.csv`, or a directory that contains one.
pub fn is_perf_data_csv(name: &InputName) -> bool {
    let InputName::Path(path) = name else { return false };
    let path = Path::new(path);
    path.file_name().is_some_and(|name| name == PERF_DATA_CSV) || path.join(PERF_DATA_CSV).exists()
}

/// Returns the path of the recording in a directory.
///
/// The directory may be one that `perf record --threads` has created, or contain such a directory under the name
/// `perf.data`.
///
/// # Errors
///
/// If there is no recording, a message with the names that were searched.
pub(super) fn find_recording(directory: &Path) -> io::Result<OsString> {
    let found = FILES.iter().map(|name| directory.join(name)).find(|path| path.exists());
    let found = match found {
        Some(path) if path.is_dir() => Some(path.join(FILE_OF_THREADS)),
        Some(path) => Some(path),
        None => {
            let path = directory.join(FILE_OF_THREADS);
            let is_recording = File::open(&path).is_ok_and(|file| is_perf_data_file(&file));
            is_recording.then_some(path)
        }
    };
    found.map(OsString::from).ok_or_else(|| io::Error::other(format!("a directory without {}", FILES.join(", "))))
}
