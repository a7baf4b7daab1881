//! Reads a record of a perf.data for the second time, after the record was dropped from memory.

use crate::perf_data::error::Error;
use crate::perf_data::records::attributes::Attributes;
use crate::perf_data::records::parse::parse;
use crate::perf_data::records::record::Record;

/// All that is needed to read a record of the file for the second time.
pub(super) struct Parser<'p> {
    pub(super) attributes: &'p Attributes,
    /// A buffer in which payloads are printed. It is used again for each record, so that it need not be allocated anew.
    pub(super) room: &'p mut Vec<u8>,
}

impl Parser<'_> {
    pub(super) fn parse(&mut self, bytes: &[u8]) -> Result<Option<Record>, Error> {
        parse(bytes, self.attributes, self.room)
    }
}
