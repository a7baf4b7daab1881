//! Prints the payload of a tracepoint's sample in the same form as `perf script`.
//!
//! A sample holds raw data. The perf.data also has a format file for each tracepoint, which describes the raw data of
//! its samples. It is a copy of the file `format` in tracefs, and stands in the feature TRACING_DATA. `perf script`
//! prints raw data by the format file, with the library libtraceevent. This folder does the same.
//!
//! ```text
//! format file ──> field         the declared fields: offset, size, type
//!             └─> print_format  the `print fmt` line, parsed once
//! field, print_format ──> printer ──> payload of each sample
//! ```

mod field;
pub(in crate::perf_data) mod formats;
mod print_format;
mod printer;
