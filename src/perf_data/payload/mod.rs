//! Prints the payload of a tracepoint's sample in the same form as `perf script`.
//!
//! A sample holds raw data. The perf.data also carries a format file for each tracepoint (in the feature TRACING_DATA;
//! they are the `format` files of tracefs), which describes these data. `perf script` prints them with the library
//! libtraceevent, by the format file. This folder does the same.
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
