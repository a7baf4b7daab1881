//! The input of one step of the matcher.

/// An event that enters the state of one key of a loop.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// The positions of the loop at which the event stands. Bit k is position k, counted from 0.
    pub(super) at: u32,
    /// The time of the event in nanoseconds.
    pub(super) time: u64,
    /// The number of the event in the run, counted from 1.
    pub(super) number: u64,
    /// The number of the last event before the last loss of events. The loss has cut all chains that this event or an
    /// earlier one began.
    pub(super) cut: u64,
}
