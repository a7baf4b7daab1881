//! The header of a perf.data that is a file. The header says where in the file the records stand, and where the
//! description of the events and the features are. The second line shows the length of each part in bytes, except for
//! the features:
//!
//! ```text
//! magic | size | size of an attribute | attributes | data | event types | features
//!   8      8              8                 16        16        16         256 bits
//!                                       offset, size of each section
//! ```
//!
//! Behind the data stands a table with the offset and size of each feature that the file has.

use super::decompressor;
use super::description::{DESCRIPTION_MAX, Description, FEATURE_COMPRESSED, FEATURE_EVENT_DESC, FEATURE_TRACING_DATA};
use super::pipe_header::PIPE_HEADER_LENGTH;
use crate::perf_data::bytes::u64_at;
use crate::perf_data::error::{Damage, Error, Unsupported};
use crate::perf_data::magic::SWAPPED_MAGIC;
use std::io::{self, Read, Seek, SeekFrom};

/// The size of `struct perf_file_header`.
const FILE_HEADER_LENGTH: usize = 104;
/// The number of bits for features, at the end of the header.
const FEATURES: usize = 256;

/// The features whose recordings cannot be read here: the number of each feature, and the reason.
const UNSUPPORTED_FEATURES: [(usize, Unsupported); 3] =
    [(18, Unsupported::HardwareTrace), (19, Unsupported::StatCounts), (24, Unsupported::FileOfDirectory)];

/// A part of the file, in bytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::perf_data) struct Section {
    pub(in crate::perf_data) offset: u64,
    pub(in crate::perf_data) size: u64,
}

impl Section {
    /// Reads the offset and size that stand at `at`.
    fn at(bytes: &[u8], at: usize) -> Option<Section> {
        Some(Section { offset: u64_at(bytes, at)?, size: u64_at(bytes, at + 8)? })
    }

    /// Reads the bytes of the section. `left` is the number of bytes that may still be read of all sections together,
    /// so that a damaged size cannot take much memory. It is reduced by the size of the section.
    fn read(self, file: &mut (impl Read + Seek), left: &mut u64) -> Result<Vec<u8>, Error> {
        *left = left.checked_sub(self.size).ok_or(Damage::LargeDescription)?;
        file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = Vec::new();
        file.take(self.size).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == self.size { Ok(bytes) } else { Err(Damage::CutOffFile.into()) }
    }
}

/// The two forms of a perf.data that can stand in a file.
pub(in crate::perf_data) enum FileHeader {
    /// The file has the form that perf writes into files. `data` is the section of its records.
    File { data: Section, description: Description },
    /// The file has the form of a stream, because the output of `perf record -o -` was redirected into the file. It is
    /// read like a stream.
    Stream,
}

impl FileHeader {
    /// Reads the header, and the parts of the file to which the header points.
    ///
    /// # Errors
    ///
    /// [`Unsupported`] where the records cannot be read here, [`Damage`] where a section is broken, and the errors of
    /// the file.
    pub(in crate::perf_data) fn read(file: &mut (impl Read + Seek)) -> Result<FileHeader, Error> {
        let mut header = [0; FILE_HEADER_LENGTH];
        file.seek(SeekFrom::Start(0))?;
        let length = fill(file, &mut header)?;
        if header.starts_with(SWAPPED_MAGIC) {
            return Err(Unsupported::OtherByteOrder.into());
        }
        let size = u64_at(&header, 8).and_then(|size| usize::try_from(size).ok());
        match size.filter(|&size| size <= length) {
            Some(PIPE_HEADER_LENGTH) => Ok(FileHeader::Stream),
            Some(FILE_HEADER_LENGTH) => Sections::read(&header, file),
            _ => Err(Unsupported::UnknownHeader.into()),
        }
    }
}

/// The parsed header of a file, and the table of its features.
struct Sections<'h, F> {
    header: &'h [u8; FILE_HEADER_LENGTH],
    file: &'h mut F,
    /// The offset of the table of features, which is behind the records.
    table: u64,
    /// The number of bytes of the description that may still be read.
    left: u64,
}

impl<F: Read + Seek> Sections<'_, F> {
    /// Reads the description of the events, from the sections of the header and the features.
    fn read(header: &[u8; FILE_HEADER_LENGTH], file: &mut F) -> Result<FileHeader, Error> {
        let sections = (u64_at(header, 16), Section::at(header, 24), Section::at(header, 40));
        let (Some(attribute_size), Some(attributes), Some(data)) = sections else {
            return Err(Damage::NoSections.into());
        };
        let mut sections = Sections { header, file, table: 0, left: DESCRIPTION_MAX };
        if let Some((_, unsupported)) = UNSUPPORTED_FEATURES.iter().find(|(feature, _)| sections.has(*feature)) {
            return Err(unsupported.clone().into());
        }
        // perf fills in the size of the records only when it ends, so a size of 0 means that it was killed.
        if data.size == 0 || !sections.has(FEATURE_EVENT_DESC) {
            return Err(Unsupported::Unfinished.into());
        }
        sections.table = data.offset.checked_add(data.size).ok_or(Damage::NoEnd)?;
        if sections.has(FEATURE_COMPRESSED) {
            decompressor::check_feature(&sections.feature(FEATURE_COMPRESSED)?)?;
        }
        let mut description = Description::default();
        let ids = description.add_names(&sections.feature(FEATURE_EVENT_DESC)?)?;
        if sections.has(FEATURE_TRACING_DATA) {
            description.tracing_data = Some(sections.feature(FEATURE_TRACING_DATA)?);
        }
        description.add_events(&attributes.read(sections.file, &mut sections.left)?, attribute_size, ids)?;
        Ok(FileHeader::File { data, description })
    }

    /// Returns whether the file has a feature.
    fn has(&self, feature: usize) -> bool {
        let byte = self.header.get(FILE_HEADER_LENGTH - FEATURES / 8 + feature / 8);
        byte.is_some_and(|byte| byte >> (feature % 8) & 1 != 0)
    }

    /// Reads the body of a feature. The table has an entry only for each feature that the file has, in the order of
    /// their numbers.
    fn feature(&mut self, feature: usize) -> Result<Vec<u8>, Error> {
        let index = (0..feature).filter(|before| self.has(*before)).count() as u64;
        let entry = Section { offset: self.table.saturating_add(16 * index), size: 16 };
        let entry = entry.read(self.file, &mut self.left)?;
        Section::at(&entry, 0).ok_or(Damage::NoFeatures)?.read(self.file, &mut self.left)
    }
}

/// Reads until `bytes` are full or the file ends. Returns the number of bytes read.
fn fill(file: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(room) = bytes.get_mut(length..).filter(|room| !room.is_empty()) {
        match file.read(room)? {
            0 => break,
            count => length += count,
        }
    }
    Ok(length)
}
