//! `--match strict`: the last n events of the key must be exactly the loop, in order.
//!
//! ```text
//! word 0           the time of the last event at any position
//! word 1           the number of that event
//! word 2           bit k is set if the last k+1 events are positions 0..=k
//! words 3..        the times of the last n events, the latest one last
//! ```
//!
//! This is the shift-and search for a string: each event shifts the bits of word 2 up by one, and only the bits of the
//! positions at which the event stands remain.

use super::carry::Carry;
use super::step::Step;

const NUMBER: usize = 1;
const BITS: usize = 2;
const TIMES: usize = 3;

/// Returns how many words of state a key of a loop with this many positions takes.
pub(super) fn state_words(positions: usize) -> usize {
    TIMES + positions
}

/// Returns whether the last events can be the beginning of the loop.
pub(super) fn is_open(state: &[u64], cut: u64) -> bool {
    state[NUMBER] > cut && state[BITS] != 0
}

/// Drops the chain that has begun.
pub(super) fn drop_chains(state: &mut [u64]) {
    state[BITS] = 0;
}

/// Puts an event into a key's state. If it closes the loop, `row` receives the n times and the result is true.
#[inline(never)]
pub(super) fn step(
    state: &mut [u64],
    Step { at, time, number, cut }: Step,
    row: &mut [u64],
    carry: &mut impl Carry,
) -> bool {
    let (heads, times) = state.split_at_mut(TIMES);
    // Every state has room for the longest loop, so this one may have more words than it needs.
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
        carry.close_events();
        // After a close only the closing event stays, and only if it can begin the next loop.
        heads[BITS] &= 1;
    }
    closed
}
