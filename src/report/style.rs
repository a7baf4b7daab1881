//! The choices of the user that shape a summary.

use crate::text::Unit;

/// The choices of the user that shape a summary in any format. The statistics themselves do not depend on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The unit of all statistics. Only the format `log` ignores it, because it always prints seconds.
    pub unit: Unit,
}
