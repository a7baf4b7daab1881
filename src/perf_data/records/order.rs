//! perf's order: records of all processors by time, as far as they are complete.
//!
//! perf writes what each processor has in turn, and then that a round is
//! finished: nothing older than the round before can come any more
//! (tools/perf/util/ordered-events.c). Records without a time go at once.

use crate::perf_data::records::record::Record;

/// How many records wait at most, of some 60 bytes each: with more the older
/// half goes, as if its round were finished. A round is what the buffers of all
/// processors hold, by default 512 KiB each: this is enough for a hundred.
const WAITING_MAX: usize = 512 * 1024;

/// How many bytes of payloads and names wait at most: so many that as many
/// records as may wait can have payloads of 64 bytes.
const BYTES_MAX: usize = 64 * WAITING_MAX;

#[derive(Default)]
pub(in crate::perf_data) struct OrderedRecords {
    /// Those that may go, in order of time, and then those that may not yet.
    waiting: Vec<Record>,
    /// How many have gone, and how many may go.
    gone: usize,
    going: usize,
    /// Bytes of payloads and names of those that wait.
    bytes: usize,
    /// How many are in order, from the first.
    sorted: usize,
    /// The one without a time, which goes at once.
    timeless: Option<Record>,
    /// The latest time of all records, and as it was when the last round finished.
    latest: u64,
    finished: u64,
}

impl OrderedRecords {
    /// Takes a record, after all that may go have gone.
    pub(in crate::perf_data) fn put(&mut self, record: Record) {
        if record.time == 0 || record.time == u64::MAX {
            self.timeless = Some(record);
            return;
        }
        self.latest = self.latest.max(record.time);
        self.bytes += record.bytes();
        self.waiting.push(record);
        if self.waiting.len() - self.gone == WAITING_MAX || self.bytes > BYTES_MAX {
            self.sort();
            let middle = self.waiting.get(self.waiting.len() / 2).map_or(0, |record| record.time);
            self.let_go(middle);
        }
    }

    /// A round is finished.
    pub(in crate::perf_data) fn round(&mut self) {
        self.sort();
        self.let_go(self.finished);
        self.finished = self.latest;
    }

    /// The input has ended; whether there is still something to come.
    pub(in crate::perf_data) fn end(&mut self) -> bool {
        self.sort();
        self.let_go(u64::MAX);
        self.going > self.gone
    }

    pub(in crate::perf_data) fn next(&mut self) -> Option<Record> {
        if self.gone == self.going {
            return self.timeless.take();
        }
        let record = self.waiting.get_mut(self.gone).map(std::mem::take)?;
        self.gone += 1;
        self.bytes -= record.bytes();
        Some(record)
    }

    /// Records of one time stay as they came.
    fn sort(&mut self) {
        self.waiting.drain(..self.gone);
        self.sorted -= self.gone;
        (self.gone, self.going) = (0, 0);
        if self.sorted < self.waiting.len() {
            self.waiting.sort_by_key(|record| record.time);
            self.sorted = self.waiting.len();
        }
    }

    fn let_go(&mut self, limit: u64) {
        self.going = self.waiting.partition_point(|record| record.time <= limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perf_data::records::record::Kind;

    fn taken(rounds: &mut OrderedRecords) -> Vec<u64> {
        std::iter::from_fn(|| rounds.next()).map(|record| record.time).collect()
    }

    #[test]
    fn what_is_older_than_the_round_before_may_go() {
        let mut rounds = OrderedRecords::default();
        let put = |rounds: &mut OrderedRecords, times: &[u64]| {
            for &time in times {
                rounds.put(Record { time, ..Record::default() });
                assert!(time != 0 || taken(rounds) == [0], "one without a time goes at once");
            }
        };
        put(&mut rounds, &[5, 9, 3, 0]);
        rounds.round();
        assert_eq!(taken(&mut rounds), []);
        put(&mut rounds, &[12, 4, 9]);
        rounds.round();
        assert_eq!(taken(&mut rounds), [3, 4, 5, 9, 9]);
        rounds.round();
        assert_eq!(taken(&mut rounds), [12]);
        put(&mut rounds, &[20, 15]);
        assert!(rounds.end());
        assert_eq!(taken(&mut rounds), [15, 20]);
        assert!(!rounds.end());
    }

    #[test]
    fn a_round_without_end_goes_by_halves() {
        let mut rounds = OrderedRecords::default();
        let mut all = Vec::new();
        for number in 0..2 * WAITING_MAX as u64 {
            rounds.put(Record { time: (1 + number) ^ 7, ..Record::default() });
            all.extend(taken(&mut rounds));
        }
        assert!(all.len() >= WAITING_MAX);
        // Those that are gone make room when the next half goes.
        assert!(rounds.waiting.len() <= WAITING_MAX + WAITING_MAX / 2 + 8);
        rounds.end();
        all.extend(taken(&mut rounds));
        assert_eq!(all.len(), 2 * WAITING_MAX);
        assert!(all[1..].is_sorted(), "but for the one without a time");
    }

    #[test]
    fn large_payloads_do_not_wait_by_the_half_million() {
        let mut rounds = OrderedRecords::default();
        let mut gone = 0;
        for time in 1..3_000 {
            let payload = vec![0; 60_000].into_boxed_slice();
            let kind = Kind::Sample { attribute: 0, pid: 1, tid: 1, cpu: None, payload };
            rounds.put(Record { time, kind });
            gone += taken(&mut rounds).len();
            assert!((time as usize - gone) * 60_000 <= BYTES_MAX);
        }
        assert!(rounds.end());
        assert_eq!((gone + taken(&mut rounds).len(), rounds.bytes), (2_999, 0));
    }
}
