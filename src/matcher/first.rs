//! `--match first`: at each position after the first one, the first event that comes counts and not the latest.
//!
//! The state of a key is the same as with `--match latest`: for each position k but the last, it has a chain k, which
//! holds the times of the positions 0 to k. An event at position 0 replaces chain 0, as with `--match latest`. But an
//! event at a later position k replaces chain k only if chain k-1 began with another event than chain k. So if a
//! request of `request -> send -> reply` has two sends, the loop closes with the first send.

use super::carry::Carry;
use super::latest;
use super::step::{Drops, Step};

/// Puts an event into the state of a key. If the event closes the loop, the n times of the loop are written to `row`,
/// and the result is true.
pub(super) fn step(state: &mut [u64], step: Step, row: &mut [u64], drops: &mut Drops, carry: &mut impl Carry) -> bool {
    let same_beginning = |chains: &[u64]| chains[0] == chains[1];
    latest::step_with_limits(state, step, row, drops, carry, same_beginning)
}
