//! Values that travel with a chain: the group value of its events (`-b`), and the header of its first event.
//!
//! Each way of matching reports what happens to its chains through the trait [`Carry`]. A run that carries nothing
//! uses [`CarryNothing`], whose calls compile to nothing, so that it does not pay for this.

use super::first_event::FirstEvent;
use crate::key::GroupValue;
use std::ops::RangeInclusive;

/// The values that one event brings along, or that the chain of a closed loop has carried.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carried {
    /// The group value. A closed loop takes it from its earliest event that printed one.
    pub group: GroupValue,
    /// The header of the event itself, or of the closed loop's first event; `None` if no output needs it.
    pub first: Option<FirstEvent>,
}

impl Carried {
    /// Returns how many words a carried value takes, with or without the header of the first event.
    pub(super) fn words(with_first: bool) -> usize {
        GroupValue::WORDS + if with_first { FirstEvent::WORDS } else { 0 }
    }
}

/// The changes of a key's chains, in the order in which they happen.
pub(super) trait Carry {
    /// The event begins chain 0.
    fn begin(&mut self);
    /// The event extends chain `k - 1`; the result replaces chain `k`.
    fn extend(&mut self, k: usize);
    /// The event becomes the latest of the last n events, and the oldest of them leaves.
    fn shift(&mut self);
    /// The event closes the loop whose earlier events stand in these slots.
    fn close(&mut self, slots: RangeInclusive<usize>);
}

/// The carrier of runs in which chains carry nothing.
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

/// The carrier of runs with groups, or with an output that needs the first event of each loop.
///
/// The slots stand behind the words that the way of matching uses, one slot for each position. A slot has
/// `Carried::words` words: the group value, and behind it the header of the first event if the run carries that.
pub(super) struct CarryValues<'s> {
    pub(super) slots: &'s mut [u64],
    /// The values that the current event brings along. `first` is set if and only if the slots hold first events.
    pub(super) event: &'s Carried,
    /// Receives the values of the loop that the current event closes.
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
