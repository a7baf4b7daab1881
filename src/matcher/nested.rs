//! `--match nested`: a stack of unfinished loops (chains) for each key, for events that nest, as the calls of a
//! recursive function do.
//!
//! An event at the first position pushes a chain. An event at a later position k extends the innermost of the chains
//! that have come to position k-1. If k is the last position, the event closes the loop of this chain; the chain and
//! all chains above it leave the stack.
//!
//! The state of a key in the table of keys is:
//!
//! ```text
//! word 0           the time of the last event at any position
//! word 1           the number of the last event after which a chain was open; 0 if none is open
//! ```
//!
//! The chains of a key are in a vector of their own, because their number varies. `cut` is the number of the last event
//! before the last loss of events, and 0 before the first loss. All chains of a key whose word 1 is not larger than
//! `cut` count as dropped. The loss itself does not change the vector: the next event of the key clears it.

use super::carry::Carry;
use super::chain_at::ChainAt;
use super::step::{Drops, Step, last_to_first};
use std::ops::Range;

/// The number of words of state of a key in the table. The stack is not in the table.
pub(super) const STATE_WORDS: usize = 2;
const NUMBER: usize = 1;

/// The largest number of unfinished loops that a key may have at once. It bounds the memory of a key.
const DEPTH_MAX: usize = 64;

/// Returns whether the stack holds a chain that no loss of events has cut. `cut` is the number of the last event before
/// the last loss.
pub(super) fn is_open(state: &[u64], cut: u64) -> bool {
    state[NUMBER] > cut
}

/// Returns the longest chain of a stack, and of equally long ones the outermost, which began first. `sizes` are the
/// number of positions of the loop and the number of words that a chain's carried values take.
pub(super) fn furthest(state: &[u64], stack: &[u64], sizes: (usize, usize), cut: u64) -> Option<ChainAt> {
    if !is_open(state, cut) {
        return None;
    }
    let (positions, slot_words) = sizes;
    let chains = stack.chunks_exact(positions + slot_words).enumerate().rev();
    // Of equal lengths, the last one of the iterator is taken, which is the outermost.
    let (slot, chain) = chains.max_by_key(|(_, chain)| chain[0])?;
    Some(ChainAt { start: chain[1], length: chain[0] as usize, slot })
}

/// Drops all chains.
pub(super) fn drop_chains(state: &mut [u64]) {
    state[NUMBER] = 0;
}

/// The unfinished loops (chains) of a key, the outermost first.
///
/// For a loop of n positions, each chain takes n words and the slot of its carried values. The first word is the number
/// of its times. Behind it is room for n-1 times, because a chain with n times closes.
pub(super) struct Stack<'m> {
    /// The words of all chains, one chain after the other.
    pub(super) chains: &'m mut Vec<u64>,
    pub(super) positions: usize,
    /// The number of words that the carried values of a chain take; 0 if chains carry nothing.
    pub(super) slot_words: usize,
}

impl Stack<'_> {
    /// Returns the number of words that a chain takes.
    fn stride(&self) -> usize {
        self.positions + self.slot_words
    }

    /// Returns the number of open chains.
    fn depth(&self) -> usize {
        self.chains.len() / self.stride()
    }

    fn words(&self, chain: usize) -> Range<usize> {
        chain * self.stride()..(chain + 1) * self.stride()
    }

    /// Returns the times of a chain.
    fn times(&self, chain: usize) -> &[u64] {
        let words = &self.chains[self.words(chain)];
        &words[1..=words[0] as usize]
    }

    /// Returns three parts of a chain: the number of its times, the room for all its times, and the slot of its carried
    /// values.
    fn parts_mut(&mut self, chain: usize) -> (&mut u64, &mut [u64], &mut [u64]) {
        let (words, positions) = (self.words(chain), self.positions);
        let (times, slot) = self.chains[words].split_at_mut(positions);
        let (count, times) = times.split_at_mut(1);
        (&mut count[0], times, slot)
    }

    /// Begins a chain. If the key already has [`DEPTH_MAX`] chains, the outermost one is dropped.
    fn push(&mut self, time: u64, drops: &mut Drops, carry: &mut impl Carry) {
        if self.depth() == DEPTH_MAX {
            self.chains.drain(..self.stride());
            drops.evicted += 1;
        }
        self.chains.resize(self.chains.len() + self.stride(), 0);
        let (count, times, slot) = self.parts_mut(self.depth() - 1);
        (*count, times[0]) = (1, time);
        carry.begin_chain(slot);
    }

    /// Drops the chains for whose times `is_dropped` returns true. Returns their number.
    fn drop_where(&mut self, is_dropped: impl Fn(&[u64]) -> bool) -> u64 {
        let before = self.depth();
        for chain in (0..before).rev() {
            if is_dropped(self.times(chain)) {
                self.chains.drain(self.words(chain));
            }
        }
        (before - self.depth()) as u64
    }

    /// Takes an event at position `k`, which is not the first: it extends or closes the innermost chain with k times.
    /// Returns whether it closes the loop.
    fn go_on(&mut self, k: usize, time: u64, row: &mut [u64], carry: &mut impl Carry) -> bool {
        let innermost = (0..self.depth()).rev().find(|&chain| self.times(chain).len() == k);
        let Some(chain) = innermost.filter(|&chain| self.times(chain)[k - 1] <= time) else { return false };
        let (count, times, slot) = self.parts_mut(chain);
        if k + 1 < row.len() {
            (*count, times[k]) = (k as u64 + 1, time);
            carry.extend_chain(slot, k);
            return false;
        }
        row[..k].copy_from_slice(times);
        row[k] = time;
        carry.close_chain(slot, k);
        self.chains.truncate(self.words(chain).start);
        true
    }
}

/// Puts an event into the state of a key. If the event closes the loop, the n times of the loop are written to `row`,
/// and the result is true.
pub(super) fn step(
    state: &mut [u64],
    mut stack: Stack<'_>,
    Step { at, negated, time, number, cut, within }: Step,
    row: &mut [u64],
    drops: &mut Drops,
    carry: &mut impl Carry,
) -> bool {
    if !is_open(state, cut) {
        stack.chains.clear();
    }
    let mut closed = false;
    for k in last_to_first(at | negated) {
        if at >> k & 1 != 0 && k == 0 {
            stack.push(time, drops, carry);
        } else if at >> k & 1 != 0 {
            if within < u64::MAX {
                drops.expired += stack.drop_where(|times| time.saturating_sub(times[0]) > within);
            }
            closed |= stack.go_on(k, time, row, carry);
        }
        if negated >> k & 1 != 0 {
            drops.negated += stack.drop_where(|times| times.len() == k);
        }
    }
    state[NUMBER] = if stack.chains.is_empty() { 0 } else { number };
    closed
}

/// Takes an event that stands only at negated positions (`!C` in `A -> !C -> B`): drops the chains whose last event
/// stands at the position before one of these.
pub(super) fn negate(state: &mut [u64], mut stack: Stack<'_>, negated: u32, cut: u64, drops: &mut Drops) {
    if is_open(state, cut) {
        drops.negated += stack.drop_where(|times| negated >> times.len() & 1 != 0);
        if stack.chains.is_empty() {
            drop_chains(state);
        }
    }
}
