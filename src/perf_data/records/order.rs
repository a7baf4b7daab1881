//! Records in perf's order: by time, over all CPUs.
//!
//! The kernel has a buffer for each CPU. perf reads them in turn and writes
//! their records one CPU after another, so times go back where the next CPU
//! begins. When perf has read all buffers once, it writes a `FINISHED_ROUND`
//! record. A record may still come one round late: its CPU wrote it while perf
//! was reading another one. So `FINISHED_ROUND` promises that nothing will come
//! any more that is older than the end of the round before
//! (tools/perf/util/ordered-events.c).
//!
//! ```text
//! time           1   2   3   4   5   6   7   8   9   10
//!
//! round 1        |<------------->|                        CPU 0 has 1 and 3, CPU 1 has 2 and 5
//!   finished     .   .   .       .                        nothing is ready: 4 may still come
//!                                ^ previous_round
//! round 2                    |<------------->|            CPU 0 has 4 and 8, CPU 1 has 6
//!   finished     #   #   #   #   #   .       .            all up to 5 are ready, in order
//!                                            ^ previous_round
//! round 3                                |<--------->|    CPU 0 has 9, CPU 1 has 7 and 10
//!   finished                         #   #   #   .   .    all up to 8 are ready
//!                                                    ^ previous_round
//!
//! # ready to be handed out      . waits for the end of the next round
//! ```
//!
//! The records 4 and 7 came one round late and still got their place. Records
//! without a time do not wait.

use super::record::Record;

/// At most this many records wait, of 48 bytes each besides payloads. When that many wait, the
/// older half becomes ready as if its round were finished. A round is at most what perf's buffers of all CPUs
/// hold, by default 512 KiB for each CPU.
const WAITING_MAX: usize = 512 * 1024;

/// The payloads and comms of the waiting records take at most this many bytes:
/// 64 for each of [`WAITING_MAX`] records. When they take more, the older half becomes ready too.
const BYTES_MAX: usize = 64 * WAITING_MAX;

/// Puts records in the order of their times, one round after another. Records
/// of equal times keep the order in which they came.
#[derive(Default)]
pub(in crate::perf_data) struct OrderedRecords {
    /// `records[..given]` were handed out, `records[given..ready]` are ready in
    /// order, and `records[ready..]` wait.
    records: Vec<Record>,
    given: usize,
    ready: usize,
    /// `records[..sorted]` are in order.
    sorted: usize,
    /// The bytes of the payloads and comms of `records[given..]`.
    heap_bytes: usize,
    /// A record without a time, which is ready at once.
    timeless: Option<Record>,
    /// The latest time of all records.
    latest: u64,
    /// The latest time of all records when the last round finished.
    previous_round: u64,
}

impl OrderedRecords {
    /// Adds a record. All that are ready must have been taken out with [`next`](Self::next).
    pub(in crate::perf_data) fn push(&mut self, record: Record) {
        if record.time == 0 || record.time == u64::MAX {
            self.timeless = Some(record);
            return;
        }
        self.latest = self.latest.max(record.time);
        self.heap_bytes += record.heap_bytes();
        self.records.push(record);
        if self.records.len() - self.given == WAITING_MAX || self.heap_bytes > BYTES_MAX {
            self.sort();
            let middle = self.records.get(self.records.len() / 2).map_or(0, |record| record.time);
            self.release(middle);
        }
    }

    /// Makes ready all records that nothing can precede any more.
    pub(in crate::perf_data) fn finish_round(&mut self) {
        self.sort();
        self.release(self.previous_round);
        self.previous_round = self.latest;
    }

    /// Makes all records ready, at the end of the input. Returns whether there are any.
    pub(in crate::perf_data) fn finish(&mut self) -> bool {
        self.sort();
        self.release(u64::MAX);
        self.ready > self.given
    }

    /// Takes out the next record that is ready.
    pub(in crate::perf_data) fn next(&mut self) -> Option<Record> {
        if self.given == self.ready {
            return self.timeless.take();
        }
        let record = self.records.get_mut(self.given).map(std::mem::take)?;
        self.given += 1;
        self.heap_bytes -= record.heap_bytes();
        Some(record)
    }

    /// Removes what was handed out and sorts the rest. The sort is stable, so
    /// records of equal times keep their order.
    fn sort(&mut self) {
        self.records.drain(..self.given);
        self.sorted -= self.given;
        (self.given, self.ready) = (0, 0);
        if self.sorted < self.records.len() {
            self.records.sort_by_key(|record| record.time);
            self.sorted = self.records.len();
        }
    }

    /// Makes ready all records up to this time.
    fn release(&mut self, time: u64) {
        self.ready = self.records.partition_point(|record| record.time <= time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perf_data::records::record::RecordKind;

    fn take_times(ordered: &mut OrderedRecords) -> Vec<u64> {
        std::iter::from_fn(|| ordered.next()).map(|record| record.time).collect()
    }

    #[test]
    fn records_up_to_the_end_of_the_previous_round_are_ready() {
        let mut ordered = OrderedRecords::default();
        let push = |ordered: &mut OrderedRecords, times: &[u64]| {
            for &time in times {
                ordered.push(Record { time, ..Record::default() });
                assert!(time != 0 || take_times(ordered) == [0], "one without a time is ready at once");
            }
        };
        push(&mut ordered, &[5, 9, 3, 0]);
        ordered.finish_round();
        assert_eq!(take_times(&mut ordered), []);
        push(&mut ordered, &[12, 4, 9]);
        ordered.finish_round();
        assert_eq!(take_times(&mut ordered), [3, 4, 5, 9, 9]);
        ordered.finish_round();
        assert_eq!(take_times(&mut ordered), [12]);
        push(&mut ordered, &[20, 15]);
        assert!(ordered.finish());
        assert_eq!(take_times(&mut ordered), [15, 20]);
        assert!(!ordered.finish());
    }

    #[test]
    fn the_timeline_of_the_module_is_true() {
        let mut ordered = OrderedRecords::default();
        let mut round = |times: &[u64]| {
            times.iter().for_each(|&time| ordered.push(Record { time, ..Record::default() }));
            ordered.finish_round();
            take_times(&mut ordered)
        };
        assert_eq!(round(&[1, 3, 2, 5]), []);
        assert_eq!(round(&[4, 8, 6]), [1, 2, 3, 4, 5]);
        assert_eq!(round(&[9, 7, 10]), [6, 7, 8]);
    }

    #[test]
    fn a_round_without_end_is_handed_out_by_halves() {
        let mut ordered = OrderedRecords::default();
        let mut all = Vec::new();
        for number in 0..2 * WAITING_MAX as u64 {
            ordered.push(Record { time: (1 + number) ^ 7, ..Record::default() });
            all.extend(take_times(&mut ordered));
        }
        assert!(all.len() >= WAITING_MAX);
        // The records that were handed out are removed when the next half is ready.
        assert!(ordered.records.len() <= WAITING_MAX + WAITING_MAX / 2 + 8);
        ordered.finish();
        all.extend(take_times(&mut ordered));
        assert_eq!(all.len(), 2 * WAITING_MAX);
        assert!(all[1..].is_sorted(), "but for the one without a time");
    }

    #[test]
    fn fewer_records_wait_if_their_payloads_are_large() {
        let mut ordered = OrderedRecords::default();
        let mut given = 0;
        for time in 1..3_000 {
            let payload = vec![0; 60_000].into_boxed_slice();
            let kind = RecordKind::Sample { event: 0, pid: 1, tid: 1, cpu: None, payload };
            ordered.push(Record { time, kind });
            given += take_times(&mut ordered).len();
            assert!((time as usize - given) * 60_000 <= BYTES_MAX);
        }
        assert!(ordered.finish());
        assert_eq!((given + take_times(&mut ordered).len(), ordered.heap_bytes), (2_999, 0));
    }
}
