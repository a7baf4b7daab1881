//! The payload of a tracepoint's sample, printed as `perf script` prints it.
//!
//! A sample holds raw data. perf.data carries a format file for each tracepoint
//! (feature TRACING_DATA, the `format` files of tracefs), and libtraceevent
//! prints the raw data by it. This folder does the same.
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
