//! Everything in a file or stream that stands around its records, and the buffers out of which the records are taken.
//!
//! Imports go one way, from each file to those on its left: window < buffer, decompressor < pipe_header < file_header,
//! and event_names < description < pipe_header.

pub(super) mod buffer;
pub(super) mod decompressor;
mod description;
mod event_names;
pub(super) mod file_header;
pub(super) mod pipe_header;
mod window;
