//! The choices of the user that shape a summary.

use crate::stats::Quantile;
use crate::text::Unit;

/// The choices of the user that shape a summary in any format. The statistics themselves do not depend on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// The unit of all statistics. The format `log` ignores it: it is always in seconds.
    pub unit: Unit,
    /// The quantiles, in the order in which they are shown. The format `log` ignores them: it always has the median.
    pub quantiles: Vec<Quantile>,
    /// True if the format `tsv` has a header line. The other formats ignore it.
    pub header: bool,
}

impl Default for Style {
    fn default() -> Self {
        Style { unit: Unit::default(), quantiles: Quantile::USUAL.to_vec(), header: true }
    }
}
