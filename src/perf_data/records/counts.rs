//! Splits samples that hold the counter values of a group of events (`perf record -e '{a,b}:S'`).
//!
//! perf prints such a sample as one sample for each event of the group whose counter has grown
//! (`evlist__deliver_sample` in tools/perf/util/session.c).

use super::attributes::Attributes;
use super::read_format::Count;
use super::record::{Record, RecordKind};
use super::sample_id::SampleId;
use crate::event::Tid;
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The latest value of each counter, by the counter's id and the thread. The thread is 0 if the counter has one value
/// for all threads. Since perf 6.12, an inherited event has a value for each thread.
#[derive(Default)]
pub(in crate::perf_data) struct LatestCounts(HashMap<(u64, Tid), u64, RandomState>);

/// The largest number of counter values that are remembered, which bounds the memory. If the value of one more counter
/// comes, all values are forgotten, and each counter counts from 0 again.
const COUNTERS_MAX: usize = 512 * 1024;

impl LatestCounts {
    /// Makes a sample for each counter of the group that has grown, in the order of `counts`. `id` has the time, thread
    /// and CPU of the sample that holds the counter values.
    pub(in crate::perf_data) fn samples(
        &mut self,
        id: SampleId,
        counts: &[Count],
        attributes: &Attributes,
    ) -> Vec<Record> {
        let SampleId { time, pid, tid, cpu } = id;
        let sample = |&Count { id, value }: &Count| {
            let event = attributes.event_of_id(id)?;
            let key = (id, if attributes.counts_by_thread(event) { tid } else { 0 });
            if self.0.len() == COUNTERS_MAX && !self.0.contains_key(&key) {
                self.0.clear();
            }
            let before = self.0.insert(key, value).unwrap_or(0);
            let kind = RecordKind::Sample { event, pid, tid, cpu, payload: Box::default() };
            (before != value).then_some(Record { time, kind })
        };
        counts.iter().filter_map(sample).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perf_data::records::attributes::Attribute;
    use crate::perf_data::records::read_format::{GROUP, ID};
    use crate::perf_data::records::sample_layout::{IDENTIFIER, READ, TID, TIME};

    fn words(words: &[u64]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    fn counts(values: &[(u64, u64)]) -> Vec<Count> {
        values.iter().map(|&(id, value)| Count { id, value }).collect()
    }

    #[test]
    fn counters_that_grew_make_samples() {
        let attribute = |name: &str, ids: &[u64]| Attribute {
            name: name.as_bytes().into(),
            ids: ids.to_vec(),
            sample_type: IDENTIFIER | TID | TIME | READ,
            read_format: GROUP | ID,
            is_inherited: name == "b",
            has_sample_id_on_all: true,
            printer: None,
        };
        let attributes = Attributes::new(vec![attribute("a", &[71]), attribute("b", &[72, 73])]).expect("two events");
        let mut latest = LatestCounts::default();
        let mut made = |values: &[(u64, u64)]| {
            let id = SampleId { time: 5, pid: 1, tid: 2, cpu: Some(3) };
            let records = latest.samples(id, &counts(values), &attributes);
            let event = |record: &Record| match record.kind {
                RecordKind::Sample { event, pid: 1, tid: 2, cpu: Some(3), .. } if record.time == 5 => Some(event),
                _ => None,
            };
            records.iter().map(event).collect::<Vec<_>>()
        };
        // Each counter begins at 0. The counter 71 belongs to the event 0, the counters 72 and 73 belong to the event
        // 1, and the counter 9 to no event.
        assert_eq!(made(&[(71, 1), (72, 0), (73, 4)]), [Some(0), Some(1)]);
        assert_eq!(made(&[(71, 1), (72, 2), (9, 9)]), [Some(1)]);
        assert_eq!(made(&[(71, 2), (72, 2), (73, 4)]), [Some(0)]);
        // Only the counters of the inherited event `b` have a value for each thread. So thread 3 counts from 0 for the
        // counter 73, and not for 71.
        let id = SampleId { tid: 3, ..SampleId::default() };
        let mut other = |value: (u64, u64)| latest.samples(id, &counts(&[value]), &attributes).len();
        assert_eq!((other((71, 2)), other((73, 4)), other((73, 4))), (0, 1, 0));
        // This body has the id of the event, pid and tid, the time, the number of counter values, and one value with
        // the id of its counter.
        let body = words(&[71, 0, 5, 1, 7, 71]);
        let read = attributes.counts(0, &body).flatten().expect("a count");
        assert_eq!(*read, [Count { id: 71, value: 7 }]);
    }
}
