//! Inputs that are no text, recognised by their first bytes.

use crate::perf_data::{self, MAGIC};
use crate::text::push_shell_word;
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;

/// A format that this program does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Binary {
    /// The words for a message: `a trace.dat of trace-cmd`.
    pub(super) description: &'static str,
    command: Command,
}

/// The command that prints a format as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    /// No command prints a trace from it.
    None,
    /// The command reads a file, or standard input if no file is named.
    Filter(&'static str),
    /// The command reads only a file.
    OfFile(&'static str),
}

/// The greatest number of bytes that [`Binary::detect`] looks at.
pub(super) const BEGINNING_MAX: usize = 18;

/// The first bytes of each format. They are from the `magic` database of file(1), and those of trace.dat from
/// trace-cmd.dat(5).
const BINARIES: &[(&[u8], &str, Command)] = &[
    (b"\x17\x08Dtracing", "a trace.dat of trace-cmd", Command::OfFile("trace-cmd report -R -t -i")),
    (b"\xfd7zXZ\0", "compressed by xz", Command::Filter("xzcat")),
    (b"BZh", "compressed by bzip2", Command::Filter("bzcat")),
    (b"\x04\x22\x4d\x18", "compressed by lz4", Command::Filter("lz4cat")),
    (b"LZIP", "compressed by lzip", Command::Filter("lzip -dc")),
    (b"PK\x03\x04", "a zip archive", Command::OfFile("unzip -p")),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", Command::OfFile("7z x -so")),
    (b"\xff\xfe\0\0", "text in UTF-32", Command::Filter("iconv -f UTF-32 -t UTF-8")),
    (b"\xff\xfe", "text in UTF-16", Command::Filter("iconv -f UTF-16 -t UTF-8")),
    (b"\xfe\xff", "text in UTF-16", Command::Filter("iconv -f UTF-16 -t UTF-8")),
    (b"\xc1\x1f\xfc\xc1", "a stream of an LTTng trace", Command::None),
    (b"\xc1\xfc\x1f\xc1", "a stream of an LTTng trace", Command::None),
    (b"\x57\x1d\xd1\x75", "the metadata of an LTTng trace", Command::None),
    (b"\x75\xd1\x1d\x57", "the metadata of an LTTng trace", Command::None),
    (b"\xd4\xc3\xb2\xa1", "a capture of network packets", Command::None),
    (b"\x0a\x0d\x0d\x0a", "a capture of network packets", Command::None),
    (b"SQLite format 3\0", "a database of SQLite", Command::None),
    (b"\x7fELF", "an ELF file", Command::None),
];

impl Binary {
    /// Returns the format of an input that begins with these bytes, or `None` if it may be something that this program
    /// reads.
    pub(super) fn detect(beginning: &[u8]) -> Option<Binary> {
        if let Some((_, description, command)) = BINARIES.iter().find(|(magic, ..)| beginning.starts_with(magic)) {
            let description = if is_core_file(beginning) { "a core file" } else { description };
            return Some(Binary { description, command: *command });
        }
        match beginning {
            // Text in UTF-16 without a byte order mark. It begins with blanks, `#` or a comm.
            [b' '..=b'~', 0, b' '..=b'~', 0, ..] => {
                Some(Binary { description: "text in UTF-16", command: Command::Filter("iconv -f UTF-16LE -t UTF-8") })
            }
            _ => None,
        }
    }

    /// Returns whether more bytes could turn this beginning into one that [`Binary::detect`] recognises.
    pub(super) fn may_become_one(beginning: &[u8]) -> bool {
        BINARIES.iter().any(|(magic, ..)| beginning.len() < magic.len() && magic.starts_with(beginning))
    }

    /// Returns the message for an input in this format. `path` is the file that the command in the message can read;
    /// `None` if there is no such file.
    pub(super) fn message(&self, path: Option<&OsStr>) -> String {
        let Binary { description, command } = self;
        let mut file = Vec::new();
        path.iter().for_each(|path| push_shell_word(&mut file, path.as_bytes()));
        let file = String::from_utf8_lossy(&file);
        match (command, path) {
            (Command::None, _) => format!("{description}, and no trace"),
            (Command::Filter(command), None) => format!("{description}; print it first: {command} | pspp-filter ..."),
            (Command::Filter(command) | Command::OfFile(command), Some(_)) => {
                format!("{description}; print it first: {command} {file} | pspp-filter ...")
            }
            (Command::OfFile(command), None) => {
                format!("{description}; save it, and print the file: {command} FILE | pspp-filter ...")
            }
        }
    }
}

/// Returns whether an ELF file is a core file, by the type in its header.
fn is_core_file(beginning: &[u8]) -> bool {
    beginning.starts_with(b"\x7fELF") && matches!(beginning.get(16..18), Some([4, 0] | [0, 4]))
}

/// Returns whether a file is a binary perf.data. It must be a regular file. Its position stays the same.
pub(super) fn is_perf_data_file(file: &File) -> bool {
    let mut magic = [0; MAGIC.len()];
    file.read_exact_at(&mut magic, 0).is_ok() && perf_data::is_perf_data(&magic)
}
