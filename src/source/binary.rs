//! What is given by mistake: files that are not text, told by how they begin.

use crate::perf_data::MAGIC;

/// A form that is not text, and what prints it as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binary {
    /// What it looks like.
    pub what: &'static str,
    printed_by: &'static str,
}

/// How they begin (the `magic` database of file(1); for trace.dat, trace-cmd.dat(5);
/// a perf.data of a machine with the other byte order has its magic backwards).
const BINARIES: [(&[u8], Binary); 9] = [
    (MAGIC, Binary { what: "is a binary perf.data", printed_by: "perf script -i" }),
    (b"2ELIFREP", Binary { what: "is a binary perf.data", printed_by: "perf script -i" }),
    (b"\x17\x08Dtracing", Binary { what: "is a binary trace.dat", printed_by: "trace-cmd report -i" }),
    (b"\x1f\x8b", Binary { what: "looks gzip-compressed", printed_by: "zcat" }),
    (b"\x28\xb5\x2f\xfd", Binary { what: "looks zstd-compressed", printed_by: "zstdcat" }),
    (b"\xfd7zXZ\0", Binary { what: "looks xz-compressed", printed_by: "xzcat" }),
    (b"BZh", Binary { what: "looks bzip2-compressed", printed_by: "bzcat" }),
    (b"\xff\xfe", Binary { what: "looks like UTF-16", printed_by: "iconv -f UTF-16 -t UTF-8" }),
    (b"\xfe\xff", Binary { what: "looks like UTF-16", printed_by: "iconv -f UTF-16 -t UTF-8" }),
];

impl Binary {
    /// What an input is that begins like this, where that is no text.
    pub fn of(beginning: &[u8]) -> Option<Binary> {
        BINARIES.iter().find(|(magic, _)| beginning.starts_with(magic)).map(|(_, binary)| *binary)
    }

    /// The command that prints a file of it, or standard input, as text.
    pub fn printed(&self, file: Option<&str>) -> String {
        let Binary { printed_by, .. } = self;
        match file {
            Some(file) => format!("{printed_by} {file}"),
            None if printed_by.ends_with(" -i") => format!("{printed_by} -"),
            None => (*printed_by).to_owned(),
        }
    }
}
