//! What a stream (`perf record -o -`) says of its events, before the first
//! record of any of them.
//!
//! ```text
//! PERFILE2 16 | HEADER_ATTR ... | HEADER_FEATURE ... | TRACING_DATA data | MMAP ... | EVENT_UPDATE ... | COMM ...
//! ```

use super::{decompressor, file_header};
use crate::perf_data::bytes::{u32_at, u64_at};
use crate::perf_data::container::buffer::Buffer;
use crate::perf_data::container::description::{Description, ids_of};
use crate::perf_data::records::record;
use crate::perf_data::{Payloads, broken};
use std::io;

/// perf's own records (tools/lib/perf/include/perf/event.h), and the kernel's of mappings.
const HEADER_ATTR: u32 = 64;
const TRACING_DATA: u32 = 66;
const AUXTRACE_INFO: u32 = 70;
const EVENT_UPDATE: u32 = 78;
const HEADER_FEATURE: u32 = 80;
const MMAP: [u32; 2] = [1, 10];
/// `enum perf_event_update_type`.
const UPDATE_NAME: u64 = 2;

pub(in crate::perf_data) struct PipeHeader {
    /// As much of the header as is there.
    header: Vec<u8>,
    description: Description,
    /// Bytes of the tracing data that are still to come.
    tracing_data: usize,
    payloads: Payloads,
}

impl PipeHeader {
    pub(in crate::perf_data) fn new(payloads: Payloads) -> Self {
        PipeHeader { header: Vec::new(), description: Description::default(), tracing_data: 0, payloads }
    }

    /// Reads up to the first record that is none of these, which stays.
    ///
    /// # Errors
    ///
    /// As of [`Buffer::record`]; after `WouldBlock` it goes on where it was.
    pub(in crate::perf_data) fn read(&mut self, buffer: &mut Buffer) -> io::Result<()> {
        loop {
            let taken = if self.header.len() < file_header::STREAM {
                let part = buffer.part(file_header::STREAM - self.header.len())?;
                self.header.extend_from_slice(part);
                self.look_at_header()?;
                part.len()
            } else if self.tracing_data > 0 {
                let part = buffer.part(self.tracing_data)?;
                self.description.tracing_data.get_or_insert_default().extend_from_slice(part);
                self.tracing_data -= part.len();
                part.len()
            } else {
                match buffer.record()? {
                    Some(record) if self.take(record)? => record.len(),
                    _ => return Ok(()),
                }
            };
            buffer.consume(taken);
        }
    }

    fn look_at_header(&self) -> io::Result<()> {
        match u64_at(&self.header, 8) {
            Some(size) if size != file_header::STREAM as u64 => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "a perf.data that was written as a file is not read from a pipe: name it, or < it",
            )),
            _ => Ok(()),
        }
    }

    /// What it said, and what is wanted.
    pub(in crate::perf_data) fn said(self) -> (Description, Payloads) {
        (self.description, self.payloads)
    }

    /// Takes a record, if it is one of these.
    fn take(&mut self, record: &[u8]) -> io::Result<bool> {
        let short = || broken("a record that is too short");
        let body = record.get(record::HEADER..).unwrap_or_default();
        match u32_at(record, 0).unwrap_or(0) {
            // An attribute, which says how long it is, and ids.
            HEADER_ATTR => {
                let length = u32_at(body, 4).ok_or_else(short)? as usize;
                let (attribute, ids) = body.split_at_checked(length).ok_or_else(short)?;
                self.description.add_attribute(attribute, ids_of(ids))?;
            }
            HEADER_FEATURE => {
                let feature = u64_at(body, 0).ok_or_else(short)?;
                let body = body.get(8..).unwrap_or_default();
                if feature == file_header::EVENT_DESC as u64 {
                    self.description.add_names(body)?;
                } else if feature == file_header::COMPRESSED as u64 {
                    self.description.unread = decompressor::unread(body);
                }
            }
            TRACING_DATA => {
                let size = u32_at(body, 0).ok_or_else(short)?;
                if u64::from(size) > file_header::DESCRIPTIONS_MAX {
                    return Err(broken("a description is larger than any"));
                }
                self.tracing_data = size as usize;
            }
            AUXTRACE_INFO => self.description.unread = Some("it holds a hardware trace"),
            EVENT_UPDATE if u64_at(body, 0) == Some(UPDATE_NAME) => {
                let id = u64_at(body, 8).ok_or_else(short)?;
                self.description.add_name(id, body.get(16..).unwrap_or_default());
            }
            kind => return Ok(MMAP.contains(&kind) || record::says_nothing(kind)),
        }
        Ok(true)
    }
}
