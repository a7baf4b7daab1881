//! The parts of a file or stream around its records.

pub(in crate::perf_data) mod buffer;
pub(in crate::perf_data) mod decompressor;
pub(in crate::perf_data) mod description;
pub(in crate::perf_data) mod file_header;
pub(in crate::perf_data) mod pipe_header;
