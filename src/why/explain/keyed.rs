//! The values of a key other than the thread, such as the CPUs, and what `--explain` remembers of each.

use super::names::NOBODY;
use super::subject::Subject;
use crate::key::KeyValue;
use crate::matcher::table::{Id, Table};

/// The values of one key. At most a fixed number of them is remembered: a new value takes the place of the value that
/// has had no event for the longest time.
pub struct Keyed {
    table: Table,
    subjects: Vec<Subject>,
}

impl Keyed {
    /// Creates an empty table of at most `limit` values.
    pub fn new(limit: usize) -> Self {
        Keyed { table: Table::new(limit, 1), subjects: Vec::new() }
    }

    /// Returns what is known of a value. A new value is added, with an empty log. `next_entry` is the number from which
    /// on a new log numbers its entries; see `collect.rs`.
    pub fn subject(&mut self, key: KeyValue, next_entry: &mut u64, room_left: &mut usize) -> &mut Subject {
        let slot = self.table.find_or_add(Id { loop_index: 0, key });
        let has_lost_its_slot = self.table.take_displaced().is_some();
        let is_known = &mut self.table.state(slot)[0];
        if *is_known == 0 || has_lost_its_slot {
            *is_known = 1;
            match self.subjects.get_mut(slot) {
                Some(old) => {
                    *room_left += old.log.room();
                    *next_entry = (*next_entry).max(old.log.end()) + 1;
                    *old = Subject::new(*next_entry, NOBODY);
                }
                None => self.subjects.push(Subject::new(*next_entry, NOBODY)),
            }
        }
        &mut self.subjects[slot]
    }

    /// Returns what is known of a value; `None` if the value was not added, or if another value has taken its place.
    pub fn known(&mut self, key: KeyValue) -> Option<&mut Subject> {
        let slot = self.table.find(&Id { loop_index: 0, key })?;
        self.subjects.get_mut(slot)
    }

    /// Forgets all values, because the recording has ended.
    pub fn clear(&mut self, next_entry: &mut u64) {
        for subject in &self.subjects {
            *next_entry = (*next_entry).max(subject.log.end());
        }
        self.table.clear();
        self.subjects.clear();
    }
}
