//! The bounded table of keys and their state.
//!
//! A slot belongs to one key of one loop, and has a fixed number of 64-bit words of state. All slots are linked into a
//! list, from the one that was used last to the one that has not been used for the longest time. When the table is
//! full, a new key gets the last slot of this list.

use crate::key::KeyValue;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// A key value of one loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Id {
    pub(crate) loop_index: u32,
    pub(crate) key: KeyValue,
}

/// The value of a link that leads to no slot.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Slot {
    id: Id,
    newer: u32,
    older: u32,
}

/// A table with at most `limit` slots. Each slot has `stride` words of state.
pub(crate) struct Table {
    /// The slot of each key. The hash has a random seed. So an attacker cannot make an input whose keys all have the
    /// same hash.
    index: HashMap<Id, u32, RandomState>,
    slots: Vec<Slot>,
    /// The states of all slots, in the order of `slots`. Each has `stride` words.
    states: Vec<u64>,
    stride: usize,
    limit: usize,
    newest: u32,
    oldest: u32,
    /// The first slot that is free because its key was removed. Free slots are linked through `older`.
    free: u32,
    /// The key that has lost its slot to the key that was added last. While `has_displaced` is set,
    /// [`take_displaced`](Self::take_displaced) has not returned it yet.
    displaced: Option<Id>,
    has_displaced: bool,
}

impl Table {
    /// Creates an empty table. Its memory grows as keys come, and hardly grows once the table is full.
    pub(crate) fn new(limit: usize, stride: usize) -> Self {
        let limit = limit.clamp(1, NONE as usize - 1);
        Table {
            index: HashMap::default(),
            slots: Vec::new(),
            states: Vec::new(),
            stride,
            limit,
            newest: NONE,
            oldest: NONE,
            free: NONE,
            displaced: None,
            has_displaced: false,
        }
    }

    pub(crate) fn state(&mut self, slot: usize) -> &mut [u64] {
        &mut self.states[slot * self.stride..][..self.stride]
    }

    /// Returns all keys with their slots and states, in no particular order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Id, usize, &[u64])> {
        let state = |slot: usize| self.states.get(slot * self.stride..(slot + 1) * self.stride).unwrap_or_default();
        self.index.iter().map(move |(id, &slot)| (*id, slot as usize, state(slot as usize)))
    }

    /// Returns the slot of a key. A new key is added. The slot becomes the one that was used last.
    ///
    /// The state of a new key is all zeros, with one exception: if [`take_displaced`](Self::take_displaced) then
    /// returns a key, the slot still has the state of that key.
    #[inline(always)]
    pub(crate) fn find_or_add(&mut self, id: Id) -> usize {
        // Events in a row mostly have the same key, which then has the newest slot.
        match self.slots.get(self.newest as usize) {
            Some(newest) if newest.id == id => self.newest as usize,
            _ => self.find_older_or_add(id),
        }
    }

    #[inline(never)]
    fn find_older_or_add(&mut self, id: Id) -> usize {
        self.find_older(&id).unwrap_or_else(|| self.add(id))
    }

    fn find_older(&mut self, id: &Id) -> Option<usize> {
        let &slot = self.index.get(id)?;
        self.unlink(slot);
        self.link(slot);
        Some(slot as usize)
    }

    /// Returns the slot of a key; `None` if the table does not have the key. The slot becomes the one that was used
    /// last.
    pub(crate) fn use_known(&mut self, id: &Id) -> Option<usize> {
        match self.slots.get(self.newest as usize) {
            Some(newest) if newest.id == *id => Some(self.newest as usize),
            _ => self.find_older(id),
        }
    }

    /// Returns the key that has lost its slot to the key that was added last. Returns `None` if no key has lost its
    /// slot since the last call. The slot still has the state of the lost key.
    #[inline(always)]
    pub(crate) fn take_displaced(&mut self) -> Option<Id> {
        if self.has_displaced { self.take_one_displaced() } else { None }
    }

    #[cold]
    fn take_one_displaced(&mut self) -> Option<Id> {
        self.has_displaced = false;
        self.displaced
    }

    /// Returns the slot of a key; `None` if the table does not have the key.
    pub(crate) fn find(&self, id: &Id) -> Option<usize> {
        self.index.get(id).map(|&slot| slot as usize)
    }

    #[cold]
    fn add(&mut self, id: Id) -> usize {
        let slot = if self.free != NONE {
            let slot = self.free;
            self.free = self.slots[slot as usize].older;
            self.state(slot as usize).fill(0);
            slot
        } else if self.slots.len() < self.limit {
            self.slots.push(Slot { id, newer: NONE, older: NONE });
            self.states.resize(self.slots.len() * self.stride, 0);
            (self.slots.len() - 1) as u32
        } else {
            let slot = self.oldest;
            let old = self.slots[slot as usize].id;
            self.index.remove(&old);
            self.unlink(slot);
            (self.has_displaced, self.displaced) = (true, Some(old));
            slot
        };
        self.slots[slot as usize].id = id;
        self.index.insert(id, slot);
        self.link(slot);
        slot as usize
    }

    /// Removes a key and frees its slot.
    pub(crate) fn remove(&mut self, id: &Id) {
        if let Some(slot) = self.index.remove(id) {
            self.unlink(slot);
            self.slots[slot as usize].older = self.free;
            self.free = slot;
        }
    }

    /// Removes all keys, and keeps the memory for later ones.
    pub(crate) fn clear(&mut self) {
        self.index.clear();
        self.slots.clear();
        self.states.clear();
        (self.newest, self.oldest, self.free) = (NONE, NONE, NONE);
    }

    fn unlink(&mut self, slot: u32) {
        let Slot { newer, older, .. } = self.slots[slot as usize];
        match self.slots.get_mut(newer as usize) {
            Some(newer) => newer.older = older,
            None => self.newest = older,
        }
        match self.slots.get_mut(older as usize) {
            Some(older) => older.newer = newer,
            None => self.oldest = newer,
        }
    }

    /// Puts a slot at the front of the list, as the one that was used last.
    fn link(&mut self, slot: u32) {
        let first = self.newest;
        match self.slots.get_mut(first as usize) {
            Some(first) => first.newer = slot,
            None => self.oldest = slot,
        }
        let this = &mut self.slots[slot as usize];
        (this.newer, this.older) = (NONE, first);
        self.newest = slot;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    fn id(number: i64) -> Id {
        Id { loop_index: 0, key: KeyValue::number(number) }
    }

    /// Compares the table with a plain list that has the same rule and is searched from its front.
    #[test]
    fn the_least_recently_used_goes() {
        let mut table = Table::new(4, 1);
        let mut model: VecDeque<(i64, u64)> = VecDeque::new();
        let mut random = 12345_u64;
        for step in 1..10_000_u64 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = (random >> 60) as i64 % 7;
            if random >> 33 & 15 == 0 {
                table.remove(&id(number));
                model.retain(|(known, _)| *known != number);
                continue;
            }
            let slot = table.find_or_add(id(number));
            let displaced = table.take_displaced();
            let at = model.iter().position(|(known, _)| *known == number);
            let expected = at.and_then(|at| model.remove(at));
            match (expected, displaced) {
                (Some((_, state)), None) => assert_eq!(table.state(slot), [state]),
                (None, displaced) => {
                    let oldest = if model.len() == 4 { model.pop_back() } else { None };
                    assert_eq!(displaced, oldest.map(|(number, _)| id(number)));
                    let before = oldest.map_or(0, |(_, state)| state);
                    assert_eq!(table.state(slot), [before]);
                }
                (Some(_), Some(displaced)) => panic!("{displaced:?} lost its slot to a known key"),
            }
            table.state(slot)[0] = step;
            model.push_front((number, step));
            for (number, _) in &model {
                assert!(table.find(&id(*number)).is_some());
            }
            assert_eq!(table.index.len(), model.len());
        }
        table.clear();
        assert!(table.find(&id(1)).is_none());
        assert_eq!(table.state_of_new(id(1)), [0]);
    }

    impl Table {
        fn state_of_new(&mut self, id: Id) -> &[u64] {
            let slot = self.find_or_add(id);
            self.state(slot)
        }
    }
}
