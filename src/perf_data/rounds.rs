//! perf's order: records of all processors by time, as far as they are complete.
//!
//! perf writes what each processor has in turn, and then that a round is
//! finished: nothing older than the round before can come any more
//! (tools/perf/util/ordered-events.c). Records without a time go at once.

use super::record::Record;

/// How many records wait at most: with more the older half goes, as if its round were finished.
const WAITING_MAX: usize = 128 * 1024;

#[derive(Default)]
pub(super) struct Rounds {
    /// In order of time up to `sorted`, then as they came.
    waiting: Vec<Record>,
    sorted: usize,
    /// What may go, the next one last.
    going: Vec<Record>,
    /// The latest time of all records, and as it was when the last round finished.
    latest: u64,
    finished: u64,
}

impl Rounds {
    pub(super) fn put(&mut self, record: Record) {
        if record.time == 0 || record.time == u64::MAX {
            self.going.push(record);
            return;
        }
        self.latest = self.latest.max(record.time);
        self.waiting.push(record);
        if self.waiting.len() == WAITING_MAX {
            self.sort();
            let middle = self.waiting.get(WAITING_MAX / 2).map_or(0, |record| record.time);
            self.let_go(middle);
        }
    }

    /// A round is finished.
    pub(super) fn round(&mut self) {
        self.sort();
        self.let_go(self.finished);
        self.finished = self.latest;
    }

    /// The input has ended; whether there is still something to come.
    pub(super) fn end(&mut self) -> bool {
        self.sort();
        self.let_go(u64::MAX);
        !self.going.is_empty()
    }

    pub(super) fn next(&mut self) -> Option<Record> {
        self.going.pop()
    }

    /// Records of one time stay as they came.
    fn sort(&mut self) {
        if self.sorted < self.waiting.len() {
            self.waiting.sort_by_key(|record| record.time);
            self.sorted = self.waiting.len();
        }
    }

    fn let_go(&mut self, limit: u64) {
        let count = self.waiting.partition_point(|record| record.time <= limit);
        self.going.extend(self.waiting.drain(..count).rev());
        self.sorted = self.waiting.len();
    }
}
