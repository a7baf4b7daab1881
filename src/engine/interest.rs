//! The events that a run looks at.

/// The events with which a run has to do more than to count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interest {
    /// Events at positions of loops, only to follow the loops.
    Loops,
    /// Events at positions of loops, because a sink gets each of these events, or because no loop is followed.
    Positions,
    /// All events, because each becomes a row, may begin a pair (`--pairs`), or is looked at by the search for other
    /// loops that are worth asking for.
    EveryEvent,
}
