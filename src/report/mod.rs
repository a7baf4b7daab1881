//! The summary, and the formats in which it is written at the end of the input or of an interval.
//!
//! A [`Summary`] has everything that can be shown. A format is a function that turns the summary into bytes. It reads
//! nothing else and changes nothing. To add a format, write such a function in a file of its own, and add a line to the
//! list in `format.rs`.

mod bins;
mod columns;
mod comparison;
mod curve;
mod discovery;
mod explain;
mod explain_json;
mod fail_if;
mod format;
mod gnuplot;
mod hgrm;
mod hist;
mod hlog;
mod html;
mod json;
mod json_writer;
mod log;
mod openmetrics;
mod phrases;
mod slowest;
mod state;
mod states;
mod statistics;
mod style;
mod summary;
mod table;
mod tsv;
mod unfinished;

pub use comparison::{Baseline, Compared, ComparedLoop, ComparedTransition};
pub use discovery::{write_findings, write_findings_json};
pub use fail_if::{Checked, FailCondition};
pub use format::SummaryFormat;
pub use style::Style;
pub use summary::{GroupSummary, LoopSummary, OVERVIEW, StateOfLoop, Summary};
