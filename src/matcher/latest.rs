//! `--match latest`: when the event of the last position comes, the loop closes with the latest events before it that
//! came in the order of the loop.
//!
//! A chain is the beginning of a loop: the times t0..tk of its first positions. For each position k but the last, the
//! state of a key keeps the latest chain that ends there. A loop with n positions has n-1 chains, and their times take
//! n(n-1)/2 words:
//!
//! ```text
//! word 0           the time of the last event at any position
//! words 1..n       for each k, the number of the event that began chain k
//! words n..        the chains: t0 | t0 t1 | t0 t1 t2 | ...
//! ```
//!
//! A chain counts only if the event that began it came after the last loss of events. So a loss drops all chains of all
//! keys when the number of the last event before it is stored. The states need not be changed.
//!
//! A longer chain did not begin later than a shorter one: it was once the shorter one, which may have been replaced
//! since then. Two things follow from this. If chain 0 does not count, no chain does. And the chains with the oldest
//! first event are the longest ones.

use super::carry::Carry;
use super::step::Step;

/// Returns the number of 64-bit words of state that a key takes in a loop with this many positions.
pub(super) fn state_words(positions: usize) -> usize {
    positions + positions * (positions - 1) / 2
}

/// Returns whether the state has a chain that began after the event number `cut`.
#[inline(always)]
pub(super) fn is_open(state: &[u64], cut: u64) -> bool {
    state[1] > cut
}

/// Drops all chains of a key.
pub(super) fn drop_chains(state: &mut [u64], positions: usize) {
    state[1..positions].fill(0);
}

/// Puts an event into the state of a key. If the event closes the loop, its n times are written to `row`, and the
/// result is true.
///
/// The positions at which the event stands are taken from the last to the first. So an event is used at most once at
/// each position, and never twice in one chain.
pub(super) fn step(
    state: &mut [u64],
    Step { at, time, number, cut }: Step,
    row: &mut [u64],
    carry: &mut impl Carry,
) -> bool {
    let positions = row.len();
    let last = positions - 1;
    let (heads, chains) = state.split_at_mut(positions);
    let origins = &mut heads[1..];
    // Chain k has k+1 times, and the first one stands at this index.
    let start = |k: usize| k * (k + 1) / 2;
    let mut closed = false;
    let mut left = at;
    while left != 0 {
        let k = left.ilog2() as usize;
        left &= !(1 << k);
        if k == 0 {
            origins[0] = number;
            chains[0] = time;
            carry.begin();
            continue;
        }
        let before = start(k - 1);
        if origins[k - 1] <= cut || chains[before + k - 1] > time {
            continue;
        }
        if k < last {
            chains.copy_within(before..before + k, start(k));
            chains[start(k) + k] = time;
            origins[k] = origins[k - 1];
            carry.extend(k);
        } else {
            row[..last].copy_from_slice(&chains[before..before + last]);
            row[last] = time;
            let used = origins[last - 1];
            origins.iter_mut().rev().take_while(|origin| **origin == used).for_each(|origin| *origin = 0);
            carry.close(last - 1..=last - 1);
            closed = true;
        }
    }
    closed
}
