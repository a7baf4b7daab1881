//! The store of call chains. Equal call chains are stored once.

use super::origin::CallChainId;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::rc::Rc;

/// The call chains to which the events of open loops refer, within a limit of memory. A loop is open from its first
/// event until it closes.
pub(super) struct CallChainStore {
    /// The text of each call chain, by its index.
    texts: Vec<Option<Rc<[u8]>>>,
    indexes: HashMap<Rc<[u8]>, u32, RandomState>,
    /// The indexes at which `texts` has `None`.
    free: Vec<u32>,
    /// The number of bytes that the call chains take.
    bytes: usize,
    limit: usize,
    /// The number of call chains that are still refused without a search, before the store is searched again for call
    /// chains that no loop uses. Without this number, a store that is full of used call chains would be searched for
    /// each event.
    refusals: usize,
}

impl CallChainStore {
    /// The largest number of bytes that the store takes. Each call chain counts with its text and
    /// [`OVERHEAD`](Self::OVERHEAD).
    pub(super) const LIMIT: usize = 16 << 20;
    /// The number of bytes that a call chain takes besides its text: the two counters of its `Rc`, an entry in
    /// `indexes`, and an entry in `texts`, with the free capacity of these two.
    const OVERHEAD: usize = 96;
    /// The number of call chains that are refused without a search, after a search that freed less than a sixteenth of
    /// the limit.
    const REFUSALS: usize = 1024;

    pub(super) fn new(limit: usize) -> Self {
        CallChainStore {
            texts: Vec::new(),
            indexes: HashMap::default(),
            free: Vec::new(),
            bytes: 0,
            limit,
            refusals: 0,
        }
    }

    /// Returns the number of a call chain that the store has.
    pub(super) fn find(&self, text: &[u8]) -> Option<CallChainId> {
        self.indexes.get(text).map(|&index| CallChainId::of_index(index))
    }

    /// Returns whether the store has room for another call chain.
    pub(super) fn has_room(&self, text: &[u8]) -> bool {
        self.bytes + text.len() + Self::OVERHEAD <= self.limit
    }

    /// Returns whether the store should be searched for call chains that no open loop uses. Call this once for each
    /// call chain for which there is no room, because each call counts a refusal.
    pub(super) fn is_worth_a_search(&mut self) -> bool {
        let is_worth = self.refusals == 0;
        self.refusals = self.refusals.saturating_sub(1);
        is_worth
    }

    /// Adds a call chain that the store does not have, and for which it has room.
    pub(super) fn add(&mut self, text: &[u8]) -> CallChainId {
        let text: Rc<[u8]> = text.into();
        self.bytes += text.len() + Self::OVERHEAD;
        let index = self.free.pop().unwrap_or_else(|| {
            self.texts.push(None);
            (self.texts.len() - 1) as u32
        });
        self.texts[index as usize] = Some(Rc::clone(&text));
        self.indexes.insert(text, index);
        CallChainId::of_index(index)
    }

    /// Returns the text of a call chain.
    pub(super) fn get(&self, id: CallChainId) -> Option<&[u8]> {
        self.texts.get(id.index()?)?.as_deref()
    }

    /// Removes all call chains but the used ones.
    pub(super) fn keep_only(&mut self, used: impl Iterator<Item = CallChainId>) {
        let mut is_used = vec![false; self.texts.len()];
        for index in used.filter_map(CallChainId::index) {
            is_used.get_mut(index).into_iter().for_each(|is_used| *is_used = true);
        }
        let before = self.bytes;
        for (index, _) in is_used.iter().enumerate().filter(|(_, is_used)| !**is_used) {
            let Some(text) = self.texts[index].take() else { continue };
            self.bytes -= text.len() + Self::OVERHEAD;
            self.indexes.remove(&text);
            self.free.push(index as u32);
        }
        if before - self.bytes < self.limit / 16 {
            self.refusals = Self::REFUSALS;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_call_chains_are_stored_once_and_unused_ones_make_room() {
        let mut store = CallChainStore::new(2 * (CallChainStore::OVERHEAD + 4));
        assert_eq!(store.find(b"main"), None);
        let main = store.add(b"main");
        let work = store.add(b"work");
        assert_eq!((store.find(b"main"), store.get(work)), (Some(main), Some(&b"work"[..])));
        assert!(!store.has_room(b""));
        assert!(store.is_worth_a_search());
        store.keep_only([work, CallChainId::NONE, CallChainId::NO_ROOM].into_iter());
        assert_eq!((store.find(b"main"), store.get(main), store.find(b"work")), (None, None, Some(work)));
        assert!(store.has_room(b"more") && !store.has_room(b"longer"));
        let more = store.add(b"more");
        assert_eq!((more, store.get(more)), (main, Some(&b"more"[..])), "the free place is used again");
        store.keep_only([work, more].into_iter());
        assert!(!store.is_worth_a_search(), "the last search found nothing");
        (1..CallChainStore::REFUSALS).for_each(|_| assert!(!store.is_worth_a_search()));
        assert!(store.is_worth_a_search());
    }
}
