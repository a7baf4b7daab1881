//! One event, as the state of one key sees it.

/// An event that enters the state of one key.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// The positions at which the event stands: bit k is position k, counted from 0.
    pub(super) at: u32,
    /// The event's time in nanoseconds.
    pub(super) time: u64,
    /// The event's number in the run, counted from 1.
    pub(super) number: u64,
    /// A loss has cut every chain that an event with this number or a smaller one began.
    pub(super) cut: u64,
}
