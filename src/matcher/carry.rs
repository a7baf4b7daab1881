//! What a chain carries along beside its times: the label of the earliest
//! position whose event has one.
//!
//! The steps of the matchers say what happens to their chains; a loop that
//! carries nothing is followed by code without any of this.

use crate::key::GroupValue;

/// What happens to the chains of a key, position by position.
pub(super) trait Carry {
    /// The event begins chain 0.
    fn begin(&mut self);
    /// The event extends chain `k - 1` to chain `k`.
    fn extend(&mut self, k: usize);
    /// The event is the latest of the last n, in place of the first.
    fn shift(&mut self);
    /// The event closes what slots `..=last` hold: chain `last` alone, or all.
    fn close(&mut self, slots: std::ops::RangeInclusive<usize>);
}

/// Nothing is carried.
pub(super) struct Nothing;

impl Carry for Nothing {
    #[inline(always)]
    fn begin(&mut self) {}
    #[inline(always)]
    fn extend(&mut self, _k: usize) {}
    #[inline(always)]
    fn shift(&mut self) {}
    #[inline(always)]
    fn close(&mut self, _slots: std::ops::RangeInclusive<usize>) {}
}

/// Labels are carried: a slot for each position, of [`GroupValue::WORDS`] words.
pub(super) struct Labels<'s> {
    pub(super) slots: &'s mut [u64],
    /// The event's own.
    pub(super) event: GroupValue,
    /// That of the loop that closed.
    pub(super) closed: GroupValue,
}

impl Labels<'_> {
    fn get(&self, slot: usize) -> GroupValue {
        GroupValue::from_words(&self.slots[slot * GroupValue::WORDS..][..GroupValue::WORDS])
    }

    fn set(&mut self, slot: usize, label: GroupValue) {
        self.slots[slot * GroupValue::WORDS..][..GroupValue::WORDS].copy_from_slice(label.words());
    }
}

impl Carry for Labels<'_> {
    fn begin(&mut self) {
        self.set(0, self.event);
    }

    fn extend(&mut self, k: usize) {
        let before = self.get(k - 1);
        self.set(k, if before.is_none() { self.event } else { before });
    }

    fn shift(&mut self) {
        self.slots.copy_within(GroupValue::WORDS.., 0);
        let last = self.slots.len() / GroupValue::WORDS - 1;
        self.set(last, self.event);
    }

    fn close(&mut self, mut slots: std::ops::RangeInclusive<usize>) {
        self.closed =
            slots.find_map(|slot| Some(self.get(slot)).filter(|label| !label.is_none())).unwrap_or(self.event);
    }
}
