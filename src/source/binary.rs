//! Files that are not text, which are recognised by their first bytes.

use crate::perf_data::{self, MAGIC, SWAPPED_MAGIC};
use std::fs::File;
use std::os::unix::fs::FileExt;

/// A format that is not text, with the command that prints it as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binary {
    /// The description in messages, with its verb: `is a binary trace.dat`.
    pub description: &'static str,
    command: &'static str,
}

/// The first bytes of each format. They come from the `magic` database of file(1), and those of trace.dat from
/// trace-cmd.dat(5).
const BINARIES: [(&[u8], Binary); 9] = [
    (MAGIC, Binary { description: "is a binary perf.data", command: "perf script -i" }),
    (SWAPPED_MAGIC, Binary { description: "is a binary perf.data", command: "perf script -i" }),
    (b"\x17\x08Dtracing", Binary { description: "is a binary trace.dat", command: "trace-cmd report -i" }),
    (b"\x1f\x8b", Binary { description: "looks gzip-compressed", command: "zcat" }),
    (b"\x28\xb5\x2f\xfd", Binary { description: "looks zstd-compressed", command: "zstdcat" }),
    (b"\xfd7zXZ\0", Binary { description: "looks xz-compressed", command: "xzcat" }),
    (b"BZh", Binary { description: "looks bzip2-compressed", command: "bzcat" }),
    (b"\xff\xfe", Binary { description: "looks like UTF-16", command: "iconv -f UTF-16 -t UTF-8" }),
    (b"\xfe\xff", Binary { description: "looks like UTF-16", command: "iconv -f UTF-16 -t UTF-8" }),
];

impl Binary {
    /// Returns the format of an input that begins with these bytes; `None` if it may be text.
    pub fn detect(beginning: &[u8]) -> Option<Binary> {
        BINARIES.iter().find(|(magic, _)| beginning.starts_with(magic)).map(|(_, binary)| *binary)
    }

    /// Returns the shell command that prints a file of this format as text. Without a file, it prints standard input.
    pub fn print_command(&self, file: Option<&str>) -> String {
        let Binary { command, .. } = self;
        match file {
            Some(file) => format!("{command} {file}"),
            None if command.ends_with(" -i") => format!("{command} -"),
            None => (*command).to_owned(),
        }
    }
}

/// Returns whether a file is a binary perf.data. It must be a regular file. Its position stays the same.
pub(super) fn is_perf_data_file(file: &File) -> bool {
    let mut magic = [0; MAGIC.len()];
    file.read_exact_at(&mut magic, 0).is_ok() && perf_data::is_perf_data(&magic)
}
