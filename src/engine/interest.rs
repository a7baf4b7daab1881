//! The events that a run looks at.

/// The events of which a run uses more than the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interest {
    /// Events at positions of loops, and only to follow the loops.
    Loops,
    /// Events at positions of loops, where a sink gets these events too, or no loop is followed.
    Positions,
    /// All events: each becomes a row, may begin a pair, or is part of the search for sequences.
    EveryEvent,
}
