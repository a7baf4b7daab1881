//! The bounds of the memory in which records are put in order.

use std::path::PathBuf;

/// The bounds of the memory in which records are put in order. Tests have smaller ones.
#[derive(Clone, Debug)]
pub struct Limits {
    /// At most this many records wait in memory, of 48 bytes each besides payloads. A round is at most
    /// what perf's buffers of all CPUs hold, by default 512 KiB for each CPU.
    pub records: usize,
    /// The payloads and comms of the records in memory take at most this many bytes.
    pub bytes: usize,
    /// The records in memory stand in at most this many bytes of the file. Those are searched for runs in one step, which
    /// takes a fifth of a second, and no signal is answered before its end.
    pub span: u64,
    /// Records stay at their places in the file if the runs have this many records on average.
    /// Shorter runs would fill the merge with windows.
    pub run_records: usize,
    /// When so many runs of one level wait, they are merged into one run of the next level.
    pub runs: usize,
    /// The number of bytes of a run that are read at once.
    pub window: usize,
    /// A falling run is read piece by piece, and the offset of each piece is kept in 8 bytes. At
    /// most this many are kept: pieces of 16 KiB for 2 GiB of records.
    pub pieces: usize,
    /// The folder of the temporary file.
    pub folder: PathBuf,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            records: 512 * 1024,
            bytes: 32 * 1024 * 1024,
            span: 512 * 1024 * 1024,
            run_records: 2048,
            runs: 512,
            window: 16 * 1024,
            pieces: 128 * 1024,
            folder: std::env::temp_dir(),
        }
    }
}
