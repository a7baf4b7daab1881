//! `--match first`: at each position after the first one, the first event that comes counts and not the latest.
//!
//! The state is the one of `--match latest`, and a new first event begins a new chain 0 there too. But an event extends
//! chain k-1 to a chain k only if there is no chain k with the same first event. So if a request of
//! `request -> send -> reply` has two sends, the loop closes with the first send.

use super::carry::Carry;
use super::latest;
use super::step::{Drops, Step};

/// Puts an event into the state of a key. If the event closes the loop, its n times are written to `row`, and the
/// result is true.
pub(super) fn step(state: &mut [u64], step: Step, row: &mut [u64], drops: &mut Drops, carry: &mut impl Carry) -> bool {
    let same_beginning = |chains: &[u64]| chains[0] == chains[1];
    latest::step_with_limits(state, step, row, drops, carry, same_beginning)
}
