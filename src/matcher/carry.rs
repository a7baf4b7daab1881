//! Values that a chain carries. A chain is the part of a loop that has come so far: the events of its first positions.
//! It carries the group value (`-b`) of its events, and the header fields of its first event.
//!
//! Each way of matching (`--match`) reports each change of its chains through the trait [`Carry`]. A run whose chains
//! carry nothing uses [`CarryNothing`]. Its methods are empty and compile to nothing, so such a run does not pay for
//! the reports.

use super::first_event::FirstEvent;
use crate::key::GroupValue;
use std::ops::RangeInclusive;

/// The values that one event gives to its chain, or that the chain of a closed loop has carried.
#[derive(Clone, Copy, Debug, Default)]
pub struct Carried {
    /// The group value. A closed loop has that of the earliest of its events that has one.
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

/// A way of matching calls these methods for each change of the chains of one key, in the order of the changes.
///
/// A slot is the room for the carried values of one chain. Chain k ends at position k, and its values are in slot k of
/// the key. With `--match nested`, where several chains may end at one position, each chain in the stack has a slot of
/// its own, and the methods `begin_chain`, `extend_chain` and `close_chain` get this slot.
pub(super) trait Carry {
    /// The event begins a new chain 0, which replaces the old one.
    fn begin(&mut self);
    /// A copy of chain `k - 1`, with the event added, replaces chain `k`.
    fn extend(&mut self, k: usize);
    /// Only `--match strict` calls this. It has a slot for each of the last n events, and not for each chain: the event
    /// gets the last slot, and the oldest event loses its slot.
    fn shift(&mut self);
    /// The event closes the loop. The values of the loop's earlier events are in these slots.
    fn close(&mut self, slots: RangeInclusive<usize>);
    /// The event begins a chain of `--match nested`, which has this slot of its own.
    fn begin_chain(&mut self, slot: &mut [u64]);
    /// The event extends the chain that has this slot.
    fn extend_chain(&mut self, slot: &mut [u64]);
    /// The event closes the loop of the chain that has this slot.
    fn close_chain(&mut self, slot: &[u64]);
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
    #[inline(always)]
    fn begin_chain(&mut self, _slot: &mut [u64]) {}
    #[inline(always)]
    fn extend_chain(&mut self, _slot: &mut [u64]) {}
    #[inline(always)]
    fn close_chain(&mut self, _slot: &[u64]) {}
}

/// Used in runs with groups (`-b`), or with an output that needs the first event of each loop.
///
/// A slot has `Carried::words` words: the group value, and behind it the header fields of the first event if the run
/// carries those. In the state of a key, the slots stand behind the words that the way of matching uses, one slot for
/// each position.
pub(super) struct CarryValues<'s> {
    /// The slots of the key. With `--match nested` they are empty, because each chain in the stack has its own slot.
    pub(super) slots: &'s mut [u64],
    /// The values of the current event. `event.first` is set if and only if the slots have room for first events.
    pub(super) event: &'s Carried,
    /// The method `close` or `close_chain` writes the values of the closed loop here.
    pub(super) closed: &'s mut Carried,
}

impl CarryValues<'_> {
    fn slot_words(&self) -> usize {
        Carried::words(self.event.first.is_some())
    }

    fn slot(&self, slot: usize) -> &[u64] {
        &self.slots[slot * self.slot_words()..][..self.slot_words()]
    }

    fn slot_mut(&mut self, slot: usize) -> &mut [u64] {
        let count = self.slot_words();
        &mut self.slots[slot * count..][..count]
    }

    /// Returns the header fields of the first event in a slot; `None` if the run does not carry those.
    fn first(&self, slot: &[u64]) -> Option<FirstEvent> {
        self.event.first.is_some().then(|| FirstEvent::from_words(&slot[GroupValue::WORDS..]))
    }
}

/// Returns the group value in a slot.
fn group(slot: &[u64]) -> GroupValue {
    GroupValue::from_words(&slot[..GroupValue::WORDS])
}

/// Puts the values of an event into a slot.
fn set(slot: &mut [u64], event: &Carried) {
    let (group, first) = slot.split_at_mut(GroupValue::WORDS);
    group.copy_from_slice(event.group.words());
    if let Some(header) = &event.first {
        first.copy_from_slice(header.words());
    }
}

/// Puts the group value of an event into a slot that has none.
fn set_missing(slot: &mut [u64], event: &Carried) {
    if group(slot).is_none() {
        slot[..GroupValue::WORDS].copy_from_slice(event.group.words());
    }
}

impl Carry for CarryValues<'_> {
    fn begin(&mut self) {
        let event = self.event;
        set(self.slot_mut(0), event);
    }

    fn extend(&mut self, k: usize) {
        let count = self.slot_words();
        self.slots.copy_within((k - 1) * count..k * count, k * count);
        let event = self.event;
        set_missing(self.slot_mut(k), event);
    }

    fn shift(&mut self) {
        let (count, event) = (self.slot_words(), self.event);
        self.slots.copy_within(count.., 0);
        set(self.slot_mut(self.slots.len() / count - 1), event);
    }

    fn close(&mut self, mut slots: RangeInclusive<usize>) {
        self.closed.first = self.first(self.slot(*slots.start()));
        let group = slots.find_map(|slot| Some(group(self.slot(slot))).filter(|group| !group.is_none()));
        self.closed.group = group.unwrap_or(self.event.group);
    }

    fn begin_chain(&mut self, slot: &mut [u64]) {
        set(slot, self.event);
    }

    fn extend_chain(&mut self, slot: &mut [u64]) {
        set_missing(slot, self.event);
    }

    fn close_chain(&mut self, slot: &[u64]) {
        self.closed.first = self.first(slot);
        self.closed.group = Some(group(slot)).filter(|group| !group.is_none()).unwrap_or(self.event.group);
    }
}
