//! The chains (loops that have begun and have not closed) at the end of an input, for `--unfinished`.

use super::loops::Matcher;
use crate::event::Nanos;
use crate::key::KeyValue;

/// The chain of a key that has the most events. Of several with equally many, it is the one that began first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenChain<'m> {
    /// The value of the key.
    pub key: KeyValue,
    /// The time of the first event.
    pub start: Nanos,
    /// The number of its events, which is the index of the position that it waits for.
    pub length: usize,
    /// The words of the values that the chain carries, one value behind the other.
    pub carried: &'m [u64],
}

impl Matcher {
    /// Returns the words of the values that each chain carries, over all keys of all loops, in no particular order.
    /// After a chain has closed, it may still be among them.
    pub fn carried_by_open_chains(&self) -> impl Iterator<Item = &[u64]> {
        self.table().entries().flat_map(move |(id, slot, words)| {
            let state = self.loop_state(id.loop_index as usize);
            let (sizes, stack) = ((state.shape.positions, self.slot_words()), self.stack(slot));
            let slots = state.method.open_slots(words, stack, sizes, state.cut);
            slots.map(move |slot| state.method.carried(words, stack, sizes, slot))
        })
    }

    /// Returns one chain for each key of a loop that has any: the one with the most events. The keys come in no
    /// particular order. They are those that [`Counts::unfinished`](super::Counts::unfinished) counts for this loop.
    pub fn open_chains(&self, loop_index: usize) -> impl Iterator<Item = OpenChain<'_>> {
        let state = self.loop_state(loop_index);
        self.table().entries().filter_map(move |(id, slot, words)| {
            if id.loop_index as usize != loop_index {
                return None;
            }
            let positions = state.shape.positions;
            let stack = self.stack(slot);
            let chain = state.method.furthest(words, stack, (positions, self.slot_words()), state.cut)?;
            let carried = state.method.carried(words, stack, (positions, self.slot_words()), chain.slot);
            Some(OpenChain { key: id.key, start: Nanos(chain.start), length: chain.length, carried })
        })
    }
}
