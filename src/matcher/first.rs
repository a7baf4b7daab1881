//! `--match first`: each position after the first one counts at its first time.
//!
//! The state is that of `--match latest`, and so is the first position: a new first event begins a new chain 0. But an
//! event extends chain k-1 only if no chain k stands that the same first event began. So of
//! `request -> send -> reply`, where a request has two sends, the loop closes with the first send.

use super::carry::Carry;
use super::latest;
use super::step::{Drops, Step};

/// Puts an event into a key's state. If it closes the loop, `row` receives the n times and the result is true.
#[inline(never)]
pub(super) fn step(state: &mut [u64], step: Step, row: &mut [u64], drops: &mut Drops, carry: &mut impl Carry) -> bool {
    let same_beginning = |chains: &[u64]| chains[0] == chains[1];
    latest::step_with_limits(state, step, row, drops, carry, same_beginning)
}
