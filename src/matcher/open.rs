//! The chains that are open at the end of an input, for `--unfinished`.

use super::loops::Matcher;
use crate::event::Nanos;
use crate::key::KeyValue;

/// The chain of a key that got furthest. Of several that got equally far, it is the one that began first.
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
    /// Returns for each key of a loop that has a chain the one that got furthest, in no particular order. The keys are
    /// those that [`Counts::unfinished`](super::Counts::unfinished) counts for this loop.
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
