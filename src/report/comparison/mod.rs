//! The comparison of a run with other recordings (`--baseline`), which takes the place of the summary.

mod compared;
mod json;
pub(super) mod phrases;
mod table;

pub use compared::{Baseline, Compared, ComparedLoop, ComparedTransition};
pub(super) use json::write as write_json;
pub(super) use table::write as write_table;
