//! Values that a chain carries. A chain is the part of a loop that has come so far: the events of its first positions.
//! It carries the group value (`-b`) of its events, and the header fields of its first event.
//!
//! Each way of matching (`--match`) reports what happens to its chains through the trait [`Carry`]. A run whose chains
//! carry nothing uses [`CarryNothing`]. Its methods are empty and compile to nothing, so such a run does not pay for
//! this.

use super::first_event::FirstEvent;
use crate::key::GroupValue;
use std::ops::RangeInclusive;

/// The values that one event gives to its chain, or that the chain of a closed loop has carried.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carried {
    /// The group value. A closed loop has that of its earliest event with the field.
    pub group: GroupValue,
    /// The header fields of the event itself, or, for a closed loop, of its first event. `None` if no output needs
    /// them.
    pub first: Option<FirstEvent>,
}

impl Carried {
    /// Returns the number of 64-bit words that the values of one chain take. `with_first` says whether the header
    /// fields of the first event are among them.
    pub(super) fn words(with_first: bool) -> usize {
        GroupValue::WORDS + if with_first { FirstEvent::WORDS } else { 0 }
    }
}

/// Called for each change of the chains of one key, in the order in which the changes happen. Chain k ends at position
/// k, and its values are kept in slot k.
pub(super) trait Carry {
    /// The event begins chain 0, in place of the one that was there.
    fn begin(&mut self);
    /// A copy of chain `k - 1`, with the event added, replaces chain `k`.
    fn extend(&mut self, k: usize);
    /// `--match strict` keeps the last n events and not chains. The event becomes the latest of them, and the oldest
    /// one leaves.
    fn shift(&mut self);
    /// The event closes the loop. The values of the loop's earlier events are in these slots.
    fn close(&mut self, slots: RangeInclusive<usize>);
}

/// Used in runs whose chains carry nothing.
pub(super) struct CarryNothing;

impl Carry for CarryNothing {
    #[inline(always)]
    fn begin(&mut self) {}
    #[inline(always)]
    fn extend(&mut self, _k: usize) {}
    #[inline(always)]
    fn shift(&mut self) {}
    #[inline(always)]
    fn close(&mut self, _slots: RangeInclusive<usize>) {}
}

/// Used in runs with groups (`-b`), or with an output that needs the first event of each loop.
///
/// The slots, one for each position, stand in the state of a key behind the words that the way of matching uses. A slot
/// has [`Carried::words`] words: the group value, and behind it the header fields of the first event if the run carries
/// those.
pub(super) struct CarryValues<'s> {
    pub(super) slots: &'s mut [u64],
    /// The values of the current event. `first` is set if and only if the slots hold the first events.
    pub(super) event: &'s Carried,
    /// Gets the values of the loop that the current event closes.
    pub(super) closed: &'s mut Carried,
}

impl CarryValues<'_> {
    fn slot_words(&self) -> usize {
        Carried::words(self.event.first.is_some())
    }

    fn group(&self, slot: usize) -> GroupValue {
        GroupValue::from_words(&self.slots[slot * self.slot_words()..][..GroupValue::WORDS])
    }

    fn first(&self, slot: usize) -> Option<FirstEvent> {
        let words = || &self.slots[slot * self.slot_words() + GroupValue::WORDS..][..FirstEvent::WORDS];
        self.event.first.is_some().then(|| FirstEvent::from_words(words()))
    }

    /// Puts the values of the current event into a slot.
    fn set_event(&mut self, slot: usize) {
        let count = self.slot_words();
        let (group, first) = self.slots[slot * count..][..count].split_at_mut(GroupValue::WORDS);
        group.copy_from_slice(self.event.group.words());
        if let Some(header) = &self.event.first {
            first.copy_from_slice(header.words());
        }
    }
}

impl Carry for CarryValues<'_> {
    fn begin(&mut self) {
        self.set_event(0);
    }

    fn extend(&mut self, k: usize) {
        let count = self.slot_words();
        self.slots.copy_within((k - 1) * count..k * count, k * count);
        if self.group(k).is_none() {
            self.slots[k * count..][..GroupValue::WORDS].copy_from_slice(self.event.group.words());
        }
    }

    fn shift(&mut self) {
        let count = self.slot_words();
        self.slots.copy_within(count.., 0);
        self.set_event(self.slots.len() / count - 1);
    }

    fn close(&mut self, mut slots: RangeInclusive<usize>) {
        self.closed.first = self.first(*slots.start());
        let group = slots.find_map(|slot| Some(self.group(slot)).filter(|group| !group.is_none()));
        self.closed.group = group.unwrap_or(self.event.group);
    }
}
