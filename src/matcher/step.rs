//! The input of one step of the matcher.

/// An event that enters the state of one key of a loop.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// The positions at which the event stands: bit k is position k, counted from 0. At least one bit is set.
    pub(super) at: u32,
    /// The negated positions at which the event stands: bit k is the one between the positions k-1 and k.
    pub(super) negated: u32,
    /// The event's time in nanoseconds.
    pub(super) time: u64,
    /// The number of the event in the run, counted from 1.
    pub(super) number: u64,
    /// The number of the last event before the last loss of events. The loss has cut all chains that this event or an
    /// earlier one began.
    pub(super) cut: u64,
    /// A chain may go on for this many nanoseconds after its first event.
    pub(super) within: u64,
}

/// The chains of one loop that were dropped without closing, as the limits of the loop or of the program demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Drops {
    /// First events whose chains were too old when the next position came.
    pub(super) expired: u64,
    /// Chains that ended at an event of a negated position.
    pub(super) negated: u64,
    /// Chains that had to make room for a newer one of the same key.
    pub(super) evicted: u64,
}

/// Returns the members of a set of positions, from the last to the first.
pub(super) fn last_to_first(mut set: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let k = set.checked_ilog2()?;
        set &= !(1 << k);
        Some(k as usize)
    })
}
