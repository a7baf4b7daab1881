//! The previous event of the same category and key, for the mode that shows
//! every event.

use super::table::{Id, Table};
use crate::event::Nanos;
use crate::key::KeyValue;

/// When each category was last seen, for each key; bounded as the matcher is.
pub struct Previous {
    /// One word of state: the time plus one, so that 0 is none.
    table: Table,
    evicted: u64,
}

impl Previous {
    /// Remembers at most `max_keys` categories and keys.
    pub fn new(max_keys: usize) -> Self {
        Previous { table: Table::new(max_keys, 1), evicted: 0 }
    }

    /// Takes an event; the nanoseconds since the previous one of its category
    /// and key, negative where time stepped back.
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

    /// How many were forgotten because there were too many.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Ends a recording.
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
        assert_eq!(previous.step(1, one, Nanos(7)), None); // in the place of the other
        assert_eq!(previous.evicted(), 1);
        assert_eq!(previous.step(0, other, Nanos(8)), None);
        previous.end_recording();
        assert_eq!(previous.step(1, one, Nanos(9)), None);
    }
}
