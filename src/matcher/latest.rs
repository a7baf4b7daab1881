//! `--match latest`: when the event of the last position comes, the loop closes with the latest events before it that
//! came in the order of the loop.
//!
//! A chain is the beginning of a loop: the times t0..tk of its first positions. For each position k but the last, the
//! state of a key keeps the latest chain that ends there. A loop with n positions has n-1 chains, and their times take
//! n(n-1)/2 words:
//!
//! ```text
//! word 0           the time of the last event at any position
//! words 1..n       word k+1 has the number of the event that began chain k; 0 if there is no chain k
//! words n..        the chains: t0 | t0 t1 | t0 t1 t2 | ...
//! ```
//!
//! A chain counts only if the event that began it came after the last loss of events. A loss itself changes no state:
//! the matcher stores the number of the last event before the loss (`cut`), and for each function here a chain that
//! began with this event or an earlier one counts as dropped.
//!
//! A longer chain never began later than a shorter one: it is a copy of the shorter one with more events, and since
//! the copy was made, the shorter one can only have been replaced by one that began later. So if there is no chain 0,
//! there is no chain at all; and the chains with the oldest beginning are the longest ones.
//!
//! This is not so for a loop with limits, which are negated positions (`!C`) and `within`. An event at a negated
//! position drops one chain and not the longer ones. A chain that is too old is dropped with the chains that the same
//! event began, and a shorter chain that a later event began stays. So `step_with_limits` looks at each chain, and it
//! is slower.

use super::carry::Carry;
use super::chain_at::ChainAt;
use super::step::{Drops, Step, last_to_first};

/// Returns the number of 64-bit words of state that a key takes in a loop with this many positions.
pub(super) fn state_words(positions: usize) -> usize {
    positions + positions * (positions - 1) / 2
}

/// Returns whether the state has a chain that began after the event number `cut`, which is the last event before the
/// last loss of events (0 if there was no loss). In a loop without limits it is enough to look at chain 0, because no
/// other chain began later.
#[inline(always)]
pub(super) fn is_open(state: &[u64], cut: u64) -> bool {
    state[1] > cut
}

/// Returns whether the state of a key in a loop with limits has a chain that began after the event number `cut`.
/// `positions` is the number of positions of the loop.
pub(super) fn is_open_with_limits(state: &[u64], cut: u64, positions: usize) -> bool {
    state[1..positions].iter().any(|&origin| origin > cut)
}

/// Returns the longest chain that began after the event number `cut`. `positions` is the number of positions of the
/// loop.
pub(super) fn furthest(state: &[u64], positions: usize, cut: u64) -> Option<ChainAt> {
    let (heads, chains) = state.split_at(positions);
    let k = heads[1..].iter().rposition(|&origin| origin > cut)?;
    Some(ChainAt { start: chains[start(k)], length: k + 1, slot: k })
}

/// Returns whether there is a chain k that no loss of events has cut.
pub(super) fn stands(state: &[u64], k: usize, cut: u64) -> bool {
    state[k + 1] > cut
}

/// Drops all chains.
pub(super) fn drop_chains(state: &mut [u64], positions: usize) {
    state[1..positions].fill(0);
}

/// Returns the index of the first time of chain k among the times of all chains. Chain k has k+1 times.
#[inline(always)]
fn start(k: usize) -> usize {
    k * (k + 1) / 2
}

/// Puts an event into the state of a key, in a loop without limits (without negated positions and `within`). If the
/// event closes the loop, the n times of the loop are written to `row`, and the result is true.
///
/// The positions at which the event stands are taken from the last to the first. So an event is used at most once at
/// each position, and never twice in one chain.
pub(super) fn step(
    state: &mut [u64],
    Step { at, time, number, cut, .. }: Step,
    row: &mut [u64],
    carry: &mut impl Carry,
) -> bool {
    let positions = row.len();
    let last = positions - 1;
    let (heads, chains) = state.split_at_mut(positions);
    let origins = &mut heads[1..];
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
            carry.close(last);
            closed = true;
        }
    }
    closed
}

/// Puts an event into the state of a key, in any loop. If the event closes the loop, the n times of the loop are
/// written to `row`, and the result is true.
///
/// The positions are taken from the last to the first. At position k, the event first extends or closes chain k-1.
/// Then, if the event stands at the negated position between k-1 and k, it drops chain k-1. `keeps` is called before
/// chain k is replaced, with the numbers of the events that began chain k-1 and chain k. If `keeps` returns true, chain
/// k stays.
pub(super) fn step_with_limits(
    state: &mut [u64],
    Step { at, negated, time, number, cut, within }: Step,
    row: &mut [u64],
    drops: &mut Drops,
    carry: &mut impl Carry,
    keeps: impl Fn(&[u64]) -> bool,
) -> bool {
    let last = row.len() - 1;
    let (heads, chains) = state.split_at_mut(row.len());
    let origins = &mut heads[1..];
    let mut closed = false;
    for k in last_to_first(at | negated) {
        let is_at = at >> k & 1 != 0;
        if k == 0 {
            (origins[0], chains[0]) = (number, time);
            carry.begin();
            continue;
        }
        if origins[k - 1] <= cut {
            continue;
        }
        let (origin, before) = (origins[k - 1], start(k - 1));
        let drop_same = |origins: &mut [u64]| origins.iter_mut().filter(|o| **o == origin).for_each(|o| *o = 0);
        if is_at && time.saturating_sub(chains[before]) > within {
            drop_same(origins);
            drops.expired += 1;
        } else if is_at && chains[before + k - 1] <= time {
            if k == last {
                row[..last].copy_from_slice(&chains[before..before + last]);
                row[last] = time;
                drop_same(origins);
                carry.close(last);
                closed = true;
            } else if !keeps(&origins[k - 1..=k]) {
                chains.copy_within(before..before + k, start(k));
                chains[start(k) + k] = time;
                origins[k] = origin;
                carry.extend(k);
            }
        }
        if negated >> k & 1 != 0 && origins[k - 1] > cut {
            origins[k - 1] = 0;
            drops.negated += 1;
        }
    }
    closed
}

/// Puts an event into the state of a key as [`step_with_limits`] does, for `--match latest`: the latest event at a
/// position counts.
pub(super) fn step_replacing(
    state: &mut [u64],
    step: Step,
    row: &mut [u64],
    drops: &mut Drops,
    carry: &mut impl Carry,
) -> bool {
    step_with_limits(state, step, row, drops, carry, |_| false)
}

/// Takes an event that stands only at negated positions (`!C` in `A -> !C -> B`): drops the chains whose last event
/// stands at the position before one of these.
pub(super) fn negate(state: &mut [u64], negated: u32, cut: u64, drops: &mut Drops) {
    for k in last_to_first(negated) {
        // Word k holds the number of the event that began chain k-1.
        if state[k] > cut {
            state[k] = 0;
            drops.negated += 1;
        }
    }
}
