//! The time since the previous event of the same category and key, for runs that show every event. A category is a
//! group of event names.

use super::table::{Id, Table};
use crate::event::Nanos;
use crate::key::KeyValue;

/// The time of the last event of each category and key, in a bounded table.
pub struct Previous {
    /// The state of a key has one word: the time of its last event plus one, or 0 if there was no event.
    table: Table,
    evicted: u64,
}

impl Previous {
    /// Creates an empty table. It remembers at most `max_keys` pairs of a category and a key.
    pub fn new(max_keys: usize) -> Self {
        Previous { table: Table::new(max_keys, 1), evicted: 0 }
    }

    /// Takes an event. Returns the nanoseconds since the previous event of the same category and key. The number is
    /// negative if time stepped back. Returns `None` if there was no such event.
    pub fn step(&mut self, category: usize, key: KeyValue, time: Nanos) -> Option<i128> {
        let slot = self.table.find_or_add(Id { loop_index: category as u32, key });
        let displaced = self.table.take_displaced();
        let state = &mut self.table.state(slot)[0];
        if displaced.is_some() {
            self.evicted += 1;
            *state = 0;
        }
        let now = time.0.saturating_add(1);
        let before = std::mem::replace(state, now);
        (before > 0).then(|| i128::from(now) - i128::from(before))
    }

    /// Returns the number of pairs of a category and a key that were dropped because the table was full.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Ends a recording. The next recording has a clock of its own, so its first events have no previous ones.
    pub fn end_recording(&mut self) {
        self.table.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas_are_of_the_same_category_and_key() {
        let mut previous = Previous::new(2);
        let (one, other) = (KeyValue::number(1), KeyValue::number(2));
        assert_eq!(previous.step(0, one, Nanos(0)), None);
        assert_eq!(previous.step(0, one, Nanos(5)), Some(5));
        assert_eq!(previous.step(0, other, Nanos(6)), None);
        assert_eq!(previous.step(0, one, Nanos(3)), Some(-2));
        // The table has room for two. So this event takes the slot of category 0 and the key `other`, which was not
        // used for the longest time.
        assert_eq!(previous.step(1, one, Nanos(7)), None);
        assert_eq!(previous.evicted(), 1);
        assert_eq!(previous.step(0, other, Nanos(8)), None);
        previous.end_recording();
        assert_eq!(previous.step(1, one, Nanos(9)), None);
    }
}
