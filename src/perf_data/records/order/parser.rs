//! Reads a record of the file once more.

use crate::perf_data::error::Error;
use crate::perf_data::records::attributes::Attributes;
use crate::perf_data::records::parse::parse;
use crate::perf_data::records::record::Record;

/// The things that are needed to read a record of the file once more.
pub(super) struct Parser<'p> {
    pub(super) attributes: &'p Attributes,
    /// Memory in which payloads are printed.
    pub(super) room: &'p mut Vec<u8>,
}

impl Parser<'_> {
    pub(super) fn parse(&mut self, bytes: &[u8]) -> Result<Option<Record>, Error> {
        parse(bytes, self.attributes, self.room)
    }
}
