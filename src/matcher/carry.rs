//! Values that a chain carries: fields of its events for `-b` and `--show`, and the header fields of its first event. A
//! chain is the part of a loop that has come so far: the events of its first positions.
//!
//! The matcher does not know what the values mean. A value is a fixed number of 64-bit words. Its first word is 0 if
//! the event does not have the value. [`CarriedValue`] says from which event of the loop a value is taken.
//!
//! Each way of matching (`--match`) reports each change of its chains through the trait [`Carry`]. A run whose chains
//! carry nothing uses [`CarryNothing`]. Its methods are empty and compile to nothing, so such a run does not pay for
//! the reports.

/// A value that chains carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarriedValue {
    /// The number of 64-bit words that the value takes.
    pub words: usize,
    /// The event of the loop from which the value is taken.
    pub from: CarriedFrom,
}

/// The event of a loop from which a carried value is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CarriedFrom {
    /// The first event, in the order of the positions, that has the value.
    Earliest,
    /// The event at this position, counted from 0.
    Position(usize),
    /// The event whose value has the smallest first word. Every event must have the value, because the first word
    /// of a value that is lacking is 0.
    Least,
    /// The event whose value has the greatest first word.
    Greatest,
}

impl CarriedValue {
    /// Returns the number of 64-bit words that all of these values take together.
    pub(super) fn total_words(values: &[CarriedValue]) -> usize {
        values.iter().map(|value| value.words).sum()
    }
}

/// A way of matching calls these methods for each change of the chains (unfinished loops) of one key, in the order of
/// the changes.
///
/// A slot is the room for the carried values of one chain. Chain k ends at position k, and its values are in slot k of
/// the key. With `--match nested`, where several chains may end at one position, each chain in the stack has a slot of
/// its own, and the methods `begin_chain`, `extend_chain` and `close_chain` get this slot.
pub(super) trait Carry {
    /// The event begins a new chain 0, which replaces the old one.
    fn begin(&mut self);
    /// A copy of chain `k - 1`, with the event added, replaces chain `k`.
    fn extend(&mut self, k: usize);
    /// The event closes the loop, whose last position is `k`. Its earlier events are those of chain `k - 1`.
    fn close(&mut self, k: usize);
    /// Only `--match strict` calls this. It has a slot for each of the last n events, and not for each chain: the event
    /// gets the last slot, and the oldest event loses its slot.
    fn shift(&mut self);
    /// Only `--match strict` calls this, after `shift`. The last n events close the loop.
    fn close_events(&mut self);
    /// The event begins a chain of `--match nested`, which has this slot of its own.
    fn begin_chain(&mut self, slot: &mut [u64]);
    /// The event extends the chain that has this slot to position `k`.
    fn extend_chain(&mut self, slot: &mut [u64], k: usize);
    /// The event closes the loop of the chain that has this slot. The loop's last position is `k`.
    fn close_chain(&mut self, slot: &[u64], k: usize);
}

/// Used in runs whose chains carry nothing.
pub(super) struct CarryNothing;

impl Carry for CarryNothing {
    #[inline(always)]
    fn begin(&mut self) {}
    #[inline(always)]
    fn extend(&mut self, _k: usize) {}
    #[inline(always)]
    fn close(&mut self, _k: usize) {}
    #[inline(always)]
    fn shift(&mut self) {}
    #[inline(always)]
    fn close_events(&mut self) {}
    #[inline(always)]
    fn begin_chain(&mut self, _slot: &mut [u64]) {}
    #[inline(always)]
    fn extend_chain(&mut self, _slot: &mut [u64], _k: usize) {}
    #[inline(always)]
    fn close_chain(&mut self, _slot: &[u64], _k: usize) {}
}

/// Used in runs in which chains carry values.
///
/// In a slot, the values stand one behind the other, in the order of `values`.
pub(super) struct CarryValues<'s> {
    /// The sizes of the values, and the events from which they are taken.
    pub(super) values: &'s [CarriedValue],
    /// The slots of the key. In the state of the key, they stand behind the words that the way of matching uses, one
    /// slot for each position. With `--match nested` there are none, because each chain in the stack has its own slot.
    pub(super) slots: &'s mut [u64],
    /// The values of the current event, in the form of a slot.
    pub(super) event: &'s [u64],
    /// The values of the loop that the current event closes are written here, in the form of a slot.
    pub(super) closed: &'s mut [u64],
}

/// Sets the values of a new chain, of which `event` is the first event. A value that is taken from a later position is
/// not known yet, so its first word becomes 0.
fn begin(values: &[CarriedValue], chain: &mut [u64], event: &[u64]) {
    chain.copy_from_slice(event);
    let mut at = 0;
    for CarriedValue { words, from } in values {
        if matches!(from, CarriedFrom::Position(1..)) {
            chain[at] = 0;
        }
        at += words;
    }
}

/// Adds an event at `position` to its chain. It copies these values of the event: those that are taken from this
/// position, those of [`CarriedFrom::Earliest`] that the chain lacks so far, those of [`CarriedFrom::Least`] that are
/// smaller than the chain's or that the chain lacks, and those of [`CarriedFrom::Greatest`] that are greater.
fn add(values: &[CarriedValue], chain: &mut [u64], event: &[u64], position: usize) {
    let mut at = 0;
    for CarriedValue { words, from } in values {
        let is_taken = match from {
            CarriedFrom::Earliest => chain[at] == 0,
            CarriedFrom::Position(wanted) => *wanted == position,
            CarriedFrom::Least => chain[at] == 0 || event[at] < chain[at],
            CarriedFrom::Greatest => event[at] > chain[at],
        };
        if is_taken {
            chain[at..at + words].copy_from_slice(&event[at..at + words]);
        }
        at += words;
    }
}

impl Carry for CarryValues<'_> {
    fn begin(&mut self) {
        begin(self.values, &mut self.slots[..self.event.len()], self.event);
    }

    fn extend(&mut self, k: usize) {
        let count = self.event.len();
        self.slots.copy_within((k - 1) * count..k * count, k * count);
        add(self.values, &mut self.slots[k * count..][..count], self.event, k);
    }

    fn close(&mut self, k: usize) {
        let count = self.event.len();
        self.closed.copy_from_slice(&self.slots[(k - 1) * count..][..count]);
        add(self.values, self.closed, self.event, k);
    }

    fn shift(&mut self) {
        let count = self.event.len();
        self.slots.copy_within(count.., 0);
        let last = self.slots.len() - count;
        self.slots[last..].copy_from_slice(self.event);
    }

    fn close_events(&mut self) {
        self.closed.fill(0);
        for (position, event) in self.slots.chunks_exact(self.event.len()).enumerate() {
            add(self.values, self.closed, event, position);
        }
    }

    fn begin_chain(&mut self, slot: &mut [u64]) {
        begin(self.values, slot, self.event);
    }

    fn extend_chain(&mut self, slot: &mut [u64], k: usize) {
        add(self.values, slot, self.event, k);
    }

    fn close_chain(&mut self, slot: &[u64], k: usize) {
        self.closed.copy_from_slice(slot);
        add(self.values, self.closed, self.event, k);
    }
}
