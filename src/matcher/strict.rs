//! `--match strict`: a loop closes if the last n events of the key are exactly its n positions, in order. The state of
//! a key is:
//!
//! ```text
//! word 0           the time of the last event at any position
//! word 1           the number of that event
//! word 2           bit k is set if the last k+1 events stand at the positions 0..=k, in order
//! words 3..        the times of the last n events, the latest one last
//! ```
//!
//! A set bit k is a chain: an unfinished loop whose last event so far stands at position k. The algorithm is the
//! shift-and search for a string: each event shifts the bits of word 2 up by one, and only the bits of the positions at
//! which the event stands remain. An event that stands only at negated positions does not count as one of the last n
//! events: it shifts nothing, and clears the bit of the position before each of these negated positions.

use super::carry::Carry;
use super::chain_at::ChainAt;
use super::step::{Drops, Step, last_to_first};

const NUMBER: usize = 1;
const BITS: usize = 2;
const TIMES: usize = 3;

/// Returns the number of 64-bit words of state that a key takes in a loop with this many positions.
pub(super) fn state_words(positions: usize) -> usize {
    TIMES + positions
}

/// Returns whether the last events may be the beginning of the loop, and came after the event number `cut`, which is
/// the last event before the last loss of events.
pub(super) fn is_open(state: &[u64], cut: u64) -> bool {
    state[NUMBER] > cut && state[BITS] != 0
}

/// Returns the longest chain. `positions` is the number of positions of the loop.
pub(super) fn furthest(state: &[u64], positions: usize, cut: u64) -> Option<ChainAt> {
    let k = Some(state[BITS]).filter(|_| is_open(state, cut))?.ilog2() as usize;
    // The slots hold the carried values of the last n events, the latest one last.
    let first = (positions - 1).checked_sub(k)?;
    Some(ChainAt { start: state[TIMES + first], length: k + 1, slot: first })
}

/// Drops all chains.
pub(super) fn drop_chains(state: &mut [u64]) {
    state[BITS] = 0;
}

/// Puts an event into the state of a key. If the event closes the loop, the n times of the loop are written to `row`,
/// and the result is true.
pub(super) fn step(
    state: &mut [u64],
    Step { at, time, number, cut, within, .. }: Step,
    row: &mut [u64],
    drops: &mut Drops,
    carry: &mut impl Carry,
) -> bool {
    let (heads, times) = state.split_at_mut(TIMES);
    // The state of each key has room for the longest loop of the run, which may be longer than the loop of this key.
    let times = &mut times[..row.len()];
    let previous = times[row.len() - 1];
    times.copy_within(1.., 0);
    times[row.len() - 1] = time;
    carry.shift();
    let goes_on = heads[NUMBER] > cut && time >= previous;
    let begun = if goes_on { heads[BITS] << 1 | 1 } else { 1 };
    heads[BITS] = begun & u64::from(at);
    if within < u64::MAX {
        drops.expired += expire(&mut heads[BITS], times, within);
    }
    heads[NUMBER] = number;
    let closed = heads[BITS] >> (row.len() - 1) & 1 != 0;
    if closed {
        row.copy_from_slice(times);
        carry.close_events();
        // The closing event may also be the first one of the next loop. All earlier events are dropped.
        heads[BITS] &= 1;
    }
    closed
}

/// Drops the chains that began more than `within` nanoseconds before the latest event: clears their bits. Returns the
/// number of these chains. `times` are the times of the last n events.
fn expire(bits: &mut u64, times: &[u64], within: u64) -> u64 {
    let latest = times.len() - 1;
    let before = *bits;
    for k in last_to_first(before as u32).filter(|&k| k > 0) {
        if times[latest] - times[latest - k] > within {
            *bits &= !(1 << k);
        }
    }
    u64::from((before ^ *bits).count_ones())
}

/// Takes an event that stands only at negated positions (`!C` in `A -> !C -> B`): drops the chains whose last event
/// stands at the position before one of these.
pub(super) fn negate(state: &mut [u64], negated: u32, cut: u64, drops: &mut Drops) {
    let dropped = state[BITS] & u64::from(negated >> 1);
    if state[NUMBER] > cut {
        drops.negated += u64::from(dropped.count_ones());
    }
    state[BITS] &= !dropped;
}
