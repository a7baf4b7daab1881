//! The place of a chain in the state of its key.

/// The place of a chain, which is an unfinished loop, in the state of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChainAt {
    /// The time of the first event, in nanoseconds.
    pub(super) start: u64,
    /// The number of its events.
    pub(super) length: usize,
    /// The index of the slot of its carried values. With `--match strict`, where each event has a slot, it is the slot
    /// of the chain's first event. With `--match nested` it is the index of the chain in the stack.
    pub(super) slot: usize,
}
