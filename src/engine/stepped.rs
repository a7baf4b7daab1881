//! The results of following a loop: a loop that closed, and the loops that are open.

use super::references::References;
use crate::key::Key;
use crate::matcher::OpenChain;
use crate::pattern::Loop;
use crate::sink::ClosedLoop;

/// The effect of an event on the chains of one value of the key, such as one thread. A chain is a loop that has begun
/// and has not closed.
pub(super) enum Stepped<'a> {
    /// The event closed no loop.
    Open,
    /// The event closed a loop whose total (the time from its first position to its last) is outside of `--min` to
    /// `--max`.
    Outside,
    /// The event closed this loop. The chain of the loop has carried these values from its first event to this one.
    Closed(ClosedLoop<'a>, Carried<'a>),
}

/// The values that the chain of a closed loop has carried.
pub(super) struct Carried<'a> {
    pub(super) references: &'a References,
    pub(super) words: &'a [u64],
    pub(super) key: Key,
}

/// The chains of a loop that are open now.
pub(super) struct OpenLoop<'a> {
    pub(super) references: &'a References,
    pub(super) spec: &'a Loop,
    pub(super) key: Key,
    /// The number of keys that have an open chain.
    pub(super) open: u64,
    /// For each of these keys, that one of its open chains which has passed the most positions.
    pub(super) chains: Vec<OpenChain<'a>>,
}
