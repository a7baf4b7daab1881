//! The options that shape a summary.

use crate::stats::Quantile;
use crate::text::Unit;
use std::ffi::OsString;

/// The options that shape a summary in any format. The statistics themselves do not depend on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// The unit of all statistics. The format `log` ignores it, because it always prints seconds.
    pub unit: Unit,
    /// The quantiles, in the order in which they are shown. The format `log` ignores them, because it always prints the
    /// median.
    pub quantiles: Vec<Quantile>,
    /// True if the table and `json` have a histogram of each transition (`--hist`).
    pub hist: bool,
    /// True if the format `tsv` has a header line. The other formats ignore it.
    pub header: bool,
    /// The inputs and options with which every proposed command ends.
    pub arguments: Vec<OsString>,
}

impl Default for Style {
    fn default() -> Self {
        Style {
            unit: Unit::default(),
            quantiles: Quantile::USUAL.to_vec(),
            hist: false,
            header: true,
            arguments: Vec::new(),
        }
    }
}
