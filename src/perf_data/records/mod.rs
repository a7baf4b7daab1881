//! Records: their layout, the events that they belong to, and the order in which perf hands them out.
//!
//! Imports go one way, from each file to those on its left: sample_layout < sample_id, read_format < record,
//! attributes < counts, parse < order. record_header and comms need none of them.

pub(super) mod attributes;
pub(super) mod comms;
pub(super) mod counts;
pub(super) mod order;
pub(super) mod parse;
mod read_format;
pub(super) mod record;
pub(super) mod record_header;
pub(super) mod sample_id;
mod sample_layout;
