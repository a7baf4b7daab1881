//! The sources of the values that a chain carries: an event that may begin or continue the chain, and the loop that
//! closes. A chain is a loop that has begun and has not closed.

use super::origin::Origin;
use crate::event::Event;
use crate::key::Key;
use crate::pattern::Loop;

/// An event that is about to be matched with the open chains of one value of its key, such as one thread.
pub(super) struct Entering<'a> {
    pub(super) spec: &'a Loop,
    pub(super) key: Key,
    pub(super) event: &'a Event<'a>,
    pub(super) origin: Origin,
    /// True if the event stands at the first position.
    pub(super) is_first: bool,
}

/// A loop that is being closed by an event.
pub(super) struct Closing<'a> {
    pub(super) spec: &'a Loop,
    pub(super) key: Key,
    /// The closing event.
    pub(super) event: &'a Event<'a>,
    /// The time of each position, in nanoseconds.
    pub(super) times: &'a [u64],
    /// The values that the chain of this loop carried, as 64-bit words.
    pub(super) carried: &'a [u64],
}
