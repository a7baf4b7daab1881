//! What is written at the end, one file a format.

mod discovery;
mod json;
mod log;
mod summary;
mod table;
mod tsv;

pub use discovery::write_findings;
pub use summary::{GroupSummary, LoopSummary, Summary, SummaryFormat, no_group};
