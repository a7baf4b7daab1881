//! `strict`: the last n events of the key must be the loop, in order.
//!
//! ```text
//! word 0           the time of the last event at any position
//! word 1           its number
//! word 2           bit k: the last k+1 events are positions 0..=k
//! words 3..        the times of the last n events, the latest last
//! ```
//!
//! The bits step as in the shift-and search for a string: each event shifts
//! them up by one and lets only the positions through at which it stands.

use super::Step;
use super::carry::Carry;

const NUMBER: usize = 1;
const BITS: usize = 2;
const TIMES: usize = 3;

/// How many words of state a loop of `positions` needs.
pub(super) fn words(positions: usize) -> usize {
    TIMES + positions
}

/// Whether the last events may be the beginning of the loop.
pub(super) fn is_open(state: &[u64], cut: u64) -> bool {
    state[NUMBER] > cut && state[BITS] != 0
}

/// Drops what has begun.
pub(super) fn drop_chains(state: &mut [u64]) {
    state[BITS] = 0;
}

/// Takes an event; where it closes the loop, `row` has the n times and the
/// answer is true.
#[inline(never)]
pub(super) fn step(
    state: &mut [u64],
    Step { at, time, number, cut }: Step,
    row: &mut [u64],
    carry: &mut impl Carry,
) -> bool {
    let (heads, times) = state.split_at_mut(TIMES);
    // The state may have room for a longer loop.
    let times = &mut times[..row.len()];
    let previous = times[row.len() - 1];
    times.copy_within(1.., 0);
    times[row.len() - 1] = time;
    carry.shift();
    let goes_on = heads[NUMBER] > cut && time >= previous;
    let begun = if goes_on { heads[BITS] << 1 | 1 } else { 1 };
    heads[BITS] = begun & u64::from(at);
    heads[NUMBER] = number;
    let closed = heads[BITS] >> (row.len() - 1) & 1 != 0;
    if closed {
        row.copy_from_slice(times);
        carry.close(0..=row.len() - 1);
        // Only the closing event is kept, and only as a beginning.
        heads[BITS] &= 1;
    }
    closed
}
