//! An event that enters the state of a key, and a loop that closes with it: what the values that chains carry are read
//! from.

use super::origin::Origin;
use crate::event::Event;
use crate::key::Key;
use crate::pattern::Loop;

/// The entry of an event into the state of a key.
pub(super) struct Entering<'a> {
    pub(super) spec: &'a Loop,
    pub(super) key: Key,
    pub(super) event: &'a Event<'a>,
    pub(super) origin: Origin,
    /// True if the event stands at the first position.
    pub(super) is_first: bool,
}

/// A loop that closes now.
pub(super) struct Closing<'a> {
    pub(super) spec: &'a Loop,
    pub(super) key: Key,
    /// The closing event.
    pub(super) event: &'a Event<'a>,
    /// The time of each position, in nanoseconds.
    pub(super) times: &'a [u64],
    /// The words that the matcher carried for this loop.
    pub(super) carried: &'a [u64],
}
