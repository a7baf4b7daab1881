//! The choices of the user that shape a summary.

use crate::text::Unit;

/// The choices of the user that shape a summary, whatever its format. The statistics do not depend on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The unit of all statistics. The format `log` ignores it: it is always in seconds.
    pub unit: Unit,
}
