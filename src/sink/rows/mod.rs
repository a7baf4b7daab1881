//! Writes rows to a stream: one for each closed loop, or one for each event.
//!
//! To add a format, write a file that implements [`RowWriter`], and add a line to [`RowFormat::NAMES`].

mod columns;
mod csv;
mod format;
mod json;
mod list;
mod stream;
mod tsv;
mod writer;

pub(super) use csv::FORMAT as CSV;
pub use format::RowFormat;
pub use stream::RowSink;
pub use writer::{RowOptions, RowWriter};
