//! The choices of the user that shape a summary.

use crate::text::Unit;
use std::ffi::OsString;

/// The choices of the user that shape a summary, whatever its format. The statistics do not depend on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// The unit of all statistics. Only the format `log` ignores it, because it always prints seconds.
    pub unit: Unit,
    /// True if a header line stands before the lines of the format `tsv`.
    pub header: bool,
    /// The inputs and options with which every proposed command ends.
    pub arguments: Vec<OsString>,
}

impl Default for Style {
    fn default() -> Self {
        Style { unit: Unit::default(), header: true, arguments: Vec::new() }
    }
}
