//! `--match latest`: when the last event of a loop comes, the loop closes with the latest events before it that came
//! in loop order.
//!
//! For each position k but the last, the state keeps the latest chain of times t0..tk. All chains of a key together
//! take n(n-1)/2 times.
//!
//! ```text
//! word 0           the time of the last event at any position
//! words 1..n       for each k, the number of the event that began chain k
//! words n..        the chains: t0 | t0 t1 | t0 t1 t2 | ...
//! ```
//!
//! A chain stands as long as the event that began it is younger than the last loss. A loss therefore drops all chains
//! by remembering one event number, without touching their state.
//!
//! A longer chain never began later than a shorter one, because it was itself the shorter one when it had fewer events,
//! and the shorter one may have begun anew since then. So if chain 0 does not stand, no chain does; and the chains with
//! the oldest beginning are the longest ones.

use super::carry::Carry;
use super::step::Step;

/// Returns how many words of state a key of a loop with this many positions takes.
pub(super) fn state_words(positions: usize) -> usize {
    positions + positions * (positions - 1) / 2
}

/// Returns whether any chain stands.
#[inline(always)]
pub(super) fn is_open(state: &[u64], cut: u64) -> bool {
    state[1] > cut
}

/// Drops all chains.
pub(super) fn drop_chains(state: &mut [u64], positions: usize) {
    state[1..positions].fill(0);
}

/// Puts an event into a key's state. If it closes the loop, `row` receives the n times and the result is true.
///
/// Positions are taken from the last to the first, so that the event is used at most once at each position and never
/// twice in one chain.
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
    // Chain k stands at k(k+1)/2 and has k+1 times.
    let start = |k: usize| k * (k + 1) / 2;
    let mut closed = false;
    let mut left = at;
    while left != 0 {
        let k = left.ilog2() as usize;
        left &= !(1 << k);
        if k == 0 {
            origins[0] = number;
            chains[0] = time;
            carry.begin(0);
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
            carry.extend(k - 1, k, k);
        } else {
            row[..last].copy_from_slice(&chains[before..before + last]);
            row[last] = time;
            let used = origins[last - 1];
            origins.iter_mut().rev().take_while(|origin| **origin == used).for_each(|origin| *origin = 0);
            carry.close(last - 1, last);
            closed = true;
        }
    }
    closed
}
