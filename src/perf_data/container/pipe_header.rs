//! The beginning of a stream (`perf record -o -`). Records that describe the events stand there, in front of the first
//! record of an event.
//!
//! ```text
//! PERFILE2 16 | HEADER_ATTR ... | HEADER_FEATURE ... | TRACING_DATA data | MMAP ... | EVENT_UPDATE ... | COMM ...
//! ```

use super::buffer::RecordBuffer;
use super::decompressor;
use super::description::{DESCRIPTION_MAX, Description, FEATURE_COMPRESSED, FEATURE_EVENT_DESC, read_ids};
use crate::perf_data::bytes::{u32_at, u64_at};
use crate::perf_data::error::{Damage, Error, Unsupported};
use crate::perf_data::records::record_header::{
    AUXTRACE_INFO, EVENT_UPDATE, HEADER_ATTR, HEADER_FEATURE, HEADER_TRACING_DATA, MMAP, MMAP2, body, is_ignored,
    record_type,
};

/// The size of `struct perf_pipe_file_header`, which has the magic and this size.
pub(super) const PIPE_HEADER_LENGTH: usize = 16;

/// The largest number of bytes of a [`SampleId`](crate::perf_data::records::sample_id::SampleId) at the end of a record:
/// TID, TIME, ID, STREAM_ID, CPU and IDENTIFIER, with 8 bytes each.
const SAMPLE_ID_MAX: usize = 48;

/// `PERF_EVENT_UPDATE__NAME` of `enum perf_event_update_type`.
const UPDATE_NAME: u64 = 2;

/// Collects the description of the events from the beginning of a stream.
#[derive(Default)]
pub(in crate::perf_data) struct PipeHeader {
    /// The part of the header that was read so far.
    header: Vec<u8>,
    description: Description,
    /// The ends of the bodies of the mapping records (MMAP and MMAP2) that were read so far. The time of each mapping
    /// stands in these bytes. It can be read only when all events are known, because the events tell the layout.
    mappings: Vec<[u8; SAMPLE_ID_MAX]>,
    /// The number of bytes of tracing data that are still to come. They stand behind the record TRACING_DATA, whose own
    /// size does not count them.
    tracing_data_left: usize,
    /// The number of bytes that were read so far. The limit [`DESCRIPTION_MAX`] holds for all parts together, so that
    /// neither one large part nor many small ones take more memory or time.
    bytes: u64,
}

impl PipeHeader {
    /// Reads the stream up to the first record of an event. That record stays in the buffer.
    ///
    /// # Errors
    ///
    /// Those of [`RecordBuffer::record`]: after `WouldBlock` the next call goes on where this one stopped. [`Damage`]
    /// where a description is cut off or too large.
    pub(in crate::perf_data) fn read(&mut self, buffer: &mut RecordBuffer) -> Result<(), Error> {
        loop {
            let length = if self.header.len() < PIPE_HEADER_LENGTH {
                let part = buffer.part(PIPE_HEADER_LENGTH - self.header.len())?;
                self.header.extend_from_slice(part);
                self.check_header()?;
                part.len()
            } else if self.tracing_data_left > 0 {
                let part = buffer.part(self.tracing_data_left)?;
                self.description.tracing_data.get_or_insert_default().extend_from_slice(part);
                self.tracing_data_left -= part.len();
                part.len()
            } else {
                match buffer.record()? {
                    Some(record) if self.take_record(record)? => record.len(),
                    _ => return Ok(()),
                }
            };
            buffer.consume(length);
            self.bytes += length as u64;
            if self.bytes + self.tracing_data_left as u64 > DESCRIPTION_MAX {
                return Err(Damage::LargeDescription.into());
            }
        }
    }

    /// Returns the description, and the ends of the bodies of the mappings that stand among its records. Both are
    /// complete once [`read`](Self::read) has returned without an error.
    pub(in crate::perf_data) fn into_parts(self) -> (Description, Vec<[u8; SAMPLE_ID_MAX]>) {
        (self.description, self.mappings)
    }

    /// Checks the size that the header states, once all of the header is read. The header of a file states another
    /// size.
    fn check_header(&self) -> Result<(), Error> {
        match u64_at(&self.header, 8) {
            Some(size) if size != PIPE_HEADER_LENGTH as u64 => Err(Error::FileInPipe),
            _ => Ok(()),
        }
    }

    /// Takes a record if it is a part of the description. Returns false, and takes nothing, if it is the first one that
    /// is not.
    fn take_record(&mut self, record: &[u8]) -> Result<bool, Damage> {
        let body = body(record);
        match record_type(record) {
            // The body is an attribute, which begins with its type and its size, and behind it the ids of the event.
            HEADER_ATTR => {
                let length = u32_at(body, 4).ok_or(Damage::ShortRecord)? as usize;
                let (attribute, ids) = body.split_at_checked(length).ok_or(Damage::ShortRecord)?;
                self.description.add_event(attribute, read_ids(ids))?;
            }
            HEADER_FEATURE => self.take_feature(body)?,
            HEADER_TRACING_DATA => {
                self.tracing_data_left = u32_at(body, 0).ok_or(Damage::ShortRecord)? as usize;
            }
            AUXTRACE_INFO => self.description.unsupported = Some(Unsupported::HardwareTrace),
            // The body has the type of the update, the id of the event, and its name.
            EVENT_UPDATE if u64_at(body, 0) == Some(UPDATE_NAME) => {
                let id = u64_at(body, 8).ok_or(Damage::ShortRecord)?;
                self.description.add_name(id, body.get(16..).unwrap_or_default())?;
            }
            // Mappings may stand among the parts of the description, because perf writes the mappings of the kernel
            // before it names the events. The body of a real mapping has 32 bytes or more, then a file name of at least
            // 8 bytes, and then the sample id with the time. So a body of fewer than 48 bytes has no time, and nothing
            // is kept of it.
            MMAP | MMAP2 => self.mappings.extend(body.last_chunk()),
            record_type => return Ok(is_ignored(record_type)),
        }
        Ok(true)
    }

    /// Takes the body of a HEADER_FEATURE record: the number of the feature (64 bits), then the bytes of the feature.
    fn take_feature(&mut self, body: &[u8]) -> Result<(), Damage> {
        let feature = u64_at(body, 0).ok_or(Damage::ShortRecord)?;
        let body = body.get(8..).unwrap_or_default();
        if feature == FEATURE_EVENT_DESC as u64 {
            self.description.add_names(body)?;
        } else if feature == FEATURE_COMPRESSED as u64 {
            // Compression that can be read changes nothing here, so a hardware trace that was announced earlier stays
            // unsupported.
            if let Err(unsupported) = decompressor::check_feature(body) {
                self.description.unsupported = Some(unsupported);
            }
        }
        Ok(())
    }
}
