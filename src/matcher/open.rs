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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Key, KeySource};
    use crate::matcher::{CarriedFrom, CarriedValue, Entry, Matching, Shape};

    /// Puts events into a loop of three positions. Each is given as its key, its position and the value that chains carry
    /// from the first position. Returns the values that open chains carry, each once and in order.
    fn carried(matching: Matching, events: &[(i64, u32, u64)]) -> Vec<u64> {
        let values = vec![CarriedValue { words: 1, from: CarriedFrom::Position(0) }];
        let mut matcher = Matcher::new(matching, 3, 10, values);
        matcher.add_loop(Shape::plain(3, Key::All, KeySource::Header));
        for (number, &(key, position, value)) in (1..).zip(events) {
            let (key, time) = (KeyValue::number(key), Nanos(number));
            let entry = Entry { loop_index: 0, positions: 1 << position, negated: 0, key, time, number };
            matcher.step_carrying(entry, &[value]);
        }
        let mut carried: Vec<u64> = matcher.carried_by_open_chains().map(|words| words[0]).collect();
        carried.sort_unstable();
        carried.dedup();
        carried
    }

    #[test]
    fn the_values_of_all_open_chains_are_found() {
        for &(name, matching) in Matching::NAMES {
            let has = |events: &[(i64, u32, u64)], expected: &[u64]| {
                let carried = carried(matching, events);
                assert!(expected.iter().all(|value| carried.contains(value)), "{name} {events:?}: {carried:?}");
                carried
            };
            has(&[(1, 0, 5), (2, 0, 6), (2, 1, 7)], &[5, 6]);
            let closed = has(&[(1, 0, 5), (1, 1, 6), (1, 2, 7), (2, 0, 8)], &[8]);
            assert!(matching == Matching::Strict || closed == [8], "{name}: {closed:?}");
        }
        // The second event begins another chain, and the first chain still stands at the second position.
        assert_eq!(carried(Matching::Latest, &[(1, 0, 5), (1, 1, 6), (1, 0, 7)]), [5, 7]);
        assert_eq!(carried(Matching::Nested, &[(1, 0, 5), (1, 0, 6), (1, 1, 7)]), [5, 6]);
    }
}
