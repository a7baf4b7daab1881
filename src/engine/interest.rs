//! The events that a run looks at.

/// The events that a run looks at beyond their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interest {
    /// Events at positions of loops, and only for the loops' sake.
    Loops,
    /// Events at positions of loops, which a sink gets as well, or which are not followed.
    Positions,
    /// All events: each is a row, may begin a pair, or is searched for sequences.
    EveryEvent,
}
