//! The payload of a sample, as text.

pub(in crate::perf_data) mod field;
pub(in crate::perf_data) mod formats;
pub(in crate::perf_data) mod print_format;
