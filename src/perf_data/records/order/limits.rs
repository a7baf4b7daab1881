//! The bounds of the memory in which records are put in order.

use std::path::PathBuf;

/// The bounds of the memory in which records are put in order. Tests have smaller ones.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The largest number of records that wait in memory. Each takes 48 bytes besides its payload. The default is more
    /// than the records of a usual round, in which perf reads the buffer of each CPU once: such a buffer holds 512 KiB
    /// by default.
    pub records: usize,
    /// The largest number of bytes that the payloads and comms of the records in memory take.
    pub bytes: usize,
    /// The largest number of bytes of the file over which the records in memory may be spread. These bytes are searched
    /// for runs in one step, in which no signal is answered. For the default of 512 MiB the step takes a fifth of a
    /// second. If the records turn out to be spread over more than twice as many bytes, they are written to a temporary
    /// file without a search.
    pub span: u64,
    /// Records that leave memory are read again at their places in the file if each run of them has this many records
    /// on average; otherwise they are written to a temporary file. The reader of each run needs `window` bytes of
    /// memory, so many short runs would need too much.
    pub run_records: usize,
    /// When this many runs of one level wait, they are merged into one run of the next level. This bounds the number of
    /// runs, and so the memory of their readers. The level of a run is the number of merges that its records went
    /// through.
    pub runs: usize,
    /// The size in bytes of the buffer with which each run is read.
    pub window: usize,
    /// A falling run (newest record first) is read backwards, piece by piece, and the offset of each piece is kept in 8
    /// bytes. This is the largest number of these offsets. With pieces of 16 KiB it is enough for 2 GiB of records.
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
