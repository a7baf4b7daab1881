//! What stands before and behind the records: where they are, what was
//! recorded, and what it is called.

use super::decompressor;
use crate::perf_data::bytes::u64_at;
use crate::perf_data::container::description::Description;
use crate::perf_data::{OF_DIRECTORY, Unread, broken};
use std::io::{self, Read, Seek, SeekFrom};

/// `struct perf_file_header`: magic, its size, the size of an attribute with
/// its ids, three sections, and a bit for each feature.
const HEADER: usize = 104;
const FEATURES: usize = 256;
/// `struct perf_pipe_file_header`: magic, its size.
pub(in crate::perf_data) const STREAM: usize = 16;
/// The magic as a machine of the other byte order has it.
pub(in crate::perf_data) const SWAPPED_MAGIC: &[u8] = b"2ELIFREP";

/// The features that matter here (`enum` of tools/perf/util/header.h).
const TRACING_DATA: usize = 1;
pub(in crate::perf_data) const EVENT_DESC: usize = 12;
pub(in crate::perf_data) const COMPRESSED: usize = 27;
/// Those whose records are others.
const UNREAD: [(usize, &str); 3] =
    [(18, "it holds a hardware trace"), (19, "it holds counts of perf stat"), (24, OF_DIRECTORY)];

/// How large what is described may be: thousands of tracepoints on hundreds of processors.
pub(in crate::perf_data) const DESCRIPTIONS_MAX: u64 = 32 << 20;

/// A part of the file.
#[derive(Clone, Copy, Debug)]
pub(in crate::perf_data) struct Section {
    pub(in crate::perf_data) offset: u64,
    pub(in crate::perf_data) size: u64,
}

impl Section {
    fn at(bytes: &[u8], at: usize) -> Option<Section> {
        Some(Section { offset: u64_at(bytes, at)?, size: u64_at(bytes, at + 8)? })
    }

    fn read(self, file: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
        if self.size > DESCRIPTIONS_MAX {
            return Err(broken("a description is larger than any"));
        }
        file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = Vec::new();
        file.take(self.size).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == self.size { Ok(bytes) } else { Err(broken("the file is cut off")) }
    }
}

/// Where the records of a file are, and what is said of their events.
pub(in crate::perf_data) struct Header {
    pub(in crate::perf_data) data: Section,
    pub(in crate::perf_data) description: Description,
}

/// What a file begins with.
pub(in crate::perf_data) enum Beginning {
    Header(Header),
    /// A stream that was written into a file.
    Stream,
}

impl Beginning {
    pub(in crate::perf_data) fn read(file: &mut (impl Read + Seek)) -> io::Result<Result<Beginning, Unread>> {
        let mut bytes = [0; HEADER];
        file.seek(SeekFrom::Start(0))?;
        let length = read_some(file, &mut bytes)?;
        if bytes.starts_with(SWAPPED_MAGIC) {
            return Ok(Err("it is of a machine with the other byte order".into()));
        }
        match u64_at(&bytes, 8) {
            Some(size) if size == STREAM as u64 && length >= STREAM => Ok(Ok(Beginning::Stream)),
            Some(size) if size == HEADER as u64 && length == HEADER => {
                Ok(Header::read(&bytes, file)?.map(Beginning::Header))
            }
            _ => Ok(Err("its header is cut off, or of another version".into())),
        }
    }
}

impl Header {
    fn read(bytes: &[u8; HEADER], file: &mut (impl Read + Seek)) -> io::Result<Result<Header, Unread>> {
        let sections = (Section::at(bytes, 24), Section::at(bytes, 40), u64_at(bytes, 16));
        let (Some(attributes), Some(data), Some(size)) = sections else { return Err(broken("no sections")) };
        let has = |feature: usize| {
            let byte = bytes.get(HEADER - FEATURES / 8 + feature / 8);
            byte.is_some_and(|byte| byte >> (feature % 8) & 1 != 0)
        };
        if let Some((_, unread)) = UNREAD.iter().find(|(feature, _)| has(*feature)) {
            return Ok(Err((*unread).into()));
        }
        // perf writes the size of the records when it ends.
        if data.size == 0 || !has(EVENT_DESC) {
            return Ok(Err("perf did not end it".into()));
        }
        let place = data.offset.checked_add(data.size).ok_or_else(|| broken("no end"))?;
        // A table of all features that the file has, in their order.
        let mut feature = |number: usize| {
            let index = (0..number).filter(|feature| has(*feature)).count() as u64;
            let table = Section { offset: place.saturating_add(16 * index), size: 16 }.read(file)?;
            Section::at(&table, 0).ok_or_else(|| broken("no features"))?.read(file)
        };
        if has(COMPRESSED)
            && let Some(unread) = decompressor::unread(&feature(COMPRESSED)?)
        {
            return Ok(Err(unread.into()));
        }
        let mut description = Description::default();
        let ids = description.add_names(&feature(EVENT_DESC)?)?;
        if has(TRACING_DATA) {
            description.tracing_data = Some(feature(TRACING_DATA)?);
        }
        description.add_attributes(&attributes.read(file)?, size, ids)?;
        Ok(Ok(Header { data, description }))
    }
}

/// Fills as much as there is.
fn read_some(file: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(room) = bytes.get_mut(length..).filter(|room| !room.is_empty()) {
        match file.read(room)? {
            0 => break,
            count => length += count,
        }
    }
    Ok(length)
}
