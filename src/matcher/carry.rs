//! Values that travel with a chain: fields of its events for `-b` and `--show`, and the header of its first event.
//!
//! The matcher does not know what the values mean. A value is a fixed number of 64-bit words, and its first word is 0
//! if the event lacks it. [`CarriedValue`] says from which event of the loop a value is taken.
//!
//! Each way of matching reports what happens to its chains through the trait [`Carry`]. A run that carries nothing
//! uses [`CarryNothing`], whose calls compile to nothing, so that it does not pay for this.

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
    /// The event at the earliest position whose event has the value.
    Earliest,
    /// The event at this position, counted from 0.
    Position(usize),
}

impl CarriedValue {
    /// Returns how many words these values take together.
    pub(super) fn total_words(values: &[CarriedValue]) -> usize {
        values.iter().map(|value| value.words).sum()
    }
}

/// The changes of a key's chains, in the order in which they happen. A slot holds the values of one chain or, in
/// `strict`, those of one event.
pub(super) trait Carry {
    /// The event begins the chain in this slot.
    fn begin(&mut self, slot: usize);
    /// The event extends the chain in the slot `from`, and stands at `position` of it. The slot `to` gets the result.
    fn extend(&mut self, from: usize, to: usize, position: usize);
    /// The event, at the last `position`, closes the loop whose chain is in this slot.
    fn close(&mut self, slot: usize, position: usize);
    /// The event becomes the last one of the slots, and the first slot leaves.
    fn shift(&mut self);
    /// The event closes the loop whose events are in the slots, one for each position.
    fn close_events(&mut self);
}

/// The carrier of runs in which chains carry nothing.
pub(super) struct CarryNothing;

impl Carry for CarryNothing {
    #[inline(always)]
    fn begin(&mut self, _slot: usize) {}
    #[inline(always)]
    fn extend(&mut self, _from: usize, _to: usize, _position: usize) {}
    #[inline(always)]
    fn close(&mut self, _slot: usize, _position: usize) {}
    #[inline(always)]
    fn shift(&mut self) {}
    #[inline(always)]
    fn close_events(&mut self) {}
}

/// The carrier of runs in which chains carry values.
///
/// The slots stand behind the words that the way of matching uses. Each slot holds all values, one behind the other.
pub(super) struct CarryValues<'s> {
    pub(super) values: &'s [CarriedValue],
    pub(super) slots: &'s mut [u64],
    /// The values that the current event has.
    pub(super) event: &'s [u64],
    /// Receives the values of the loop that the current event closes.
    pub(super) closed: &'s mut [u64],
}

impl CarryValues<'_> {
    /// Returns the place of a slot in `slots`.
    fn start(&self, slot: usize) -> usize {
        slot * self.event.len()
    }
}

/// Adds the values of an event at `position` to the values of the chain that it extends.
fn extend(values: &[CarriedValue], chain: &mut [u64], event: &[u64], position: usize) {
    let mut at = 0;
    for CarriedValue { words, from } in values {
        let is_taken = match from {
            CarriedFrom::Earliest => chain[at] == 0,
            CarriedFrom::Position(wanted) => *wanted == position,
        };
        if is_taken {
            chain[at..at + words].copy_from_slice(&event[at..at + words]);
        }
        at += words;
    }
}

impl Carry for CarryValues<'_> {
    fn begin(&mut self, slot: usize) {
        let start = self.start(slot);
        let chain = &mut self.slots[start..][..self.event.len()];
        chain.fill(0);
        extend(self.values, chain, self.event, 0);
    }

    fn extend(&mut self, from: usize, to: usize, position: usize) {
        let (from, to, count) = (self.start(from), self.start(to), self.event.len());
        self.slots.copy_within(from..from + count, to);
        extend(self.values, &mut self.slots[to..][..count], self.event, position);
    }

    fn close(&mut self, slot: usize, position: usize) {
        self.closed.copy_from_slice(&self.slots[self.start(slot)..][..self.event.len()]);
        extend(self.values, self.closed, self.event, position);
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
            extend(self.values, self.closed, event, position);
        }
    }
}
