//! One step of the matcher: its input, and the counts of what it drops.

/// An event that enters the state of one key of a loop.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// The positions at which the event stands: bit k is position k, counted from 0. At least one bit is set.
    pub(super) at: u32,
    /// The negated positions at which the event stands: bit k is the negated position between the positions k-1 and k.
    pub(super) negated: u32,
    /// The event's time in nanoseconds.
    pub(super) time: u64,
    /// The number of the event in the run, counted from 1.
    pub(super) number: u64,
    /// The number of the last event before the last loss of events. The loss has cut all chains that this event or an
    /// earlier one began.
    pub(super) cut: u64,
    /// The time limit of the loop: a chain is dropped if its next event is more than this many nanoseconds after its
    /// first one. `u64::MAX` if the loop has no limit.
    pub(super) within: u64,
}

/// The numbers of chains of one loop that were dropped without closing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Drops {
    /// The number of chains that were dropped because the time limit of the loop was over when their next event came.
    pub(super) expired: u64,
    /// The number of chains that were dropped by an event at a negated position.
    pub(super) negated: u64,
    /// The number of chains that had to make room for a newer chain of the same key (`--match nested`).
    pub(super) evicted: u64,
}

/// Returns the positions of a set, from the last to the first. Bit k of `set` is position k.
pub(super) fn last_to_first(mut set: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let k = set.checked_ilog2()?;
        set &= !(1 << k);
        Some(k as usize)
    })
}
