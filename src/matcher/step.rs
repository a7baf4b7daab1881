//! One step of the matcher, in which an event enters the state of a key: the input of the step, and the counts of the
//! chains that it drops. A chain is an unfinished loop: the events of its first positions that have come so far.

/// An event that enters the state of one key of a loop.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// The positions at which the event stands: bit k is position k, counted from 0. At least one bit is set.
    pub(super) at: u32,
    /// The negated positions (`!C` in `A -> !C -> B`) at which the event stands: bit k is the negated position between
    /// the positions k-1 and k.
    pub(super) negated: u32,
    /// The event's time in nanoseconds.
    pub(super) time: u64,
    /// The number of the event in the run, counted from 1.
    pub(super) number: u64,
    /// The number of the last event before the last loss of events; 0 if no events were lost. A chain that began with
    /// that event or with an earlier one does not count, because its next event may be among the lost ones.
    pub(super) cut: u64,
    /// The time limit of the loop: a chain is dropped if its next event is more than this many nanoseconds after its
    /// first one. It is `u64::MAX` if the loop has no limit.
    pub(super) within: u64,
}

/// The numbers of chains of one loop that were dropped without closing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Drops {
    /// The number of chains that were dropped because the time limit of the loop was over when their next event came.
    /// With `--match nested`, any event at a later position than the first drops all chains of its key whose time limit
    /// is over.
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
