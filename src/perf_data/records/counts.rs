//! Samples that hold the counts of other events (`perf record -e '{a,b}:S'`):
//! perf makes a sample of each that has counted on (evlist__deliver_sample of
//! tools/perf/util/session.c).

use crate::event::Tid;
use crate::perf_data::bytes::u64_at;
use crate::perf_data::records::attributes::{Attributes, SampleId};
use crate::perf_data::records::record::{Kind, Record};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// `enum perf_event_read_format`
const ENABLED: u64 = 1;
const RUNNING: u64 = 1 << 1;
const ID: u64 = 1 << 2;
const GROUP: u64 = 1 << 3;
const LOST: u64 = 1 << 4;

/// An event's id, and how far it has counted.
pub(in crate::perf_data) type Count = (u64, u64);

/// The counts in a sample's body from `at` on, and where they end: of a group
/// how many, its times, and of each its value, id and losses; of one alone its
/// value, times, id and losses.
pub(in crate::perf_data) fn read(body: &[u8], at: usize, format: u64) -> Option<(Box<[Count]>, usize)> {
    let words = |bits: u64| 8 * (format & bits).count_ones() as usize;
    if format & ID == 0 {
        return None;
    }
    let (count, first, own_times) = match format & GROUP {
        0 => (1, at, words(ENABLED | RUNNING)),
        _ => (usize::try_from(u64_at(body, at)?).ok()?, at + 8 + words(ENABLED | RUNNING), 0),
    };
    let size = 8 + own_times + words(ID | LOST);
    let end = first.checked_add(count.checked_mul(size)?)?;
    let values = body.get(first..end)?.chunks_exact(size);
    let value = |bytes: &[u8]| Some((u64_at(bytes, 8 + own_times)?, u64_at(bytes, 0)?));
    Some((values.filter_map(value).collect(), end))
}

/// How far each event had counted, in each thread where that is counted apart
/// (inherited events, since perf 6.12), and otherwise in thread 0.
#[derive(Default)]
pub(in crate::perf_data) struct Counts(HashMap<(u64, Tid), u64, RandomState>);

/// Of how many that is known.
const COUNTS_MAX: usize = 512 * 1024;

impl Counts {
    /// A sample of each event that has counted on, in their order.
    pub(in crate::perf_data) fn samples(
        &mut self,
        about: SampleId,
        counts: &[Count],
        attributes: &Attributes,
    ) -> Vec<Record> {
        let SampleId { time, pid, tid, cpu } = about;
        let sample = |&(id, value): &Count| {
            let attribute = attributes.of_id(id)?;
            let key = (id, if attributes.counts_by_thread(attribute) { tid } else { 0 });
            if self.0.len() == COUNTS_MAX && !self.0.contains_key(&key) {
                self.0.clear();
            }
            let before = self.0.insert(key, value).unwrap_or(0);
            let kind = Kind::Sample { attribute, pid, tid, cpu, payload: Box::default() };
            (before != value).then_some(Record { time, kind })
        };
        counts.iter().filter_map(sample).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perf_data::records::attributes::Attribute;

    fn words(words: &[u64]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    #[test]
    fn counts_of_a_group_and_of_one_alone() {
        let group = words(&[99, 2, 1000, 1000, 5, 71, 0, 6, 72, 0, 88]);
        let format = GROUP | ID | ENABLED | RUNNING | LOST;
        let (counts, end) = read(&group, 8, format).expect("counts");
        assert_eq!((&counts[..], end), (&[(71, 5), (72, 6)][..], 80));
        let (counts, end) = read(&group, 0, GROUP | ID).map_or((None, 0), |(counts, end)| (Some(counts), end));
        assert_eq!((counts, end), (None, 0), "99 do not fit");
        let (counts, end) = read(&words(&[5, 1000, 71, 3]), 0, ENABLED | ID).expect("a count");
        assert_eq!((&counts[..], end), (&[(71, 5)][..], 24));
        for cut in 0..80 {
            assert!(read(&group[..cut], 8, format).is_none());
        }
        assert!(read(&words(&[u64::MAX, 1, 1]), 0, GROUP | ID).is_none());
        assert!(read(&group, 8, GROUP).is_none(), "nobody knows whose they are");
    }

    #[test]
    fn those_that_counted_on_make_samples() {
        let attribute = |name: &str, ids: &[u64]| Attribute {
            name: name.as_bytes().into(),
            ids: ids.to_vec(),
            sample_type: 1 << 16 | 1 << 1 | 1 << 2 | 1 << 4,
            read_format: GROUP | ID,
            is_inherited: name == "b",
            has_ids_on_all: true,
            printer: None,
        };
        let attributes = Attributes::new(vec![attribute("a", &[71]), attribute("b", &[72, 73])]).expect("two events");
        let mut counts = Counts::default();
        let mut made = |values: &[Count]| {
            let about = SampleId { time: 5, pid: 1, tid: 2, cpu: Some(3) };
            let records = counts.samples(about, values, &attributes);
            let number = |record: &Record| match record.kind {
                Kind::Sample { attribute, pid: 1, tid: 2, cpu: Some(3), .. } if record.time == 5 => Some(attribute),
                _ => None,
            };
            records.iter().map(number).collect::<Vec<_>>()
        };
        assert_eq!(made(&[(71, 1), (72, 0), (73, 4)]), [Some(0), Some(1)]);
        assert_eq!(made(&[(71, 1), (72, 2), (9, 9)]), [Some(1)]);
        assert_eq!(made(&[(71, 2), (72, 2), (73, 4)]), [Some(0)]);
        let about = SampleId { tid: 3, ..SampleId::default() };
        let other = |counts: &mut Counts, value: Count| counts.samples(about, &[value], &attributes).len();
        assert_eq!((other(&mut counts, (71, 2)), other(&mut counts, (73, 4)), other(&mut counts, (73, 4))), (0, 1, 0));
        let body = words(&[71, 0, 5, 1, 7, 71]);
        assert!(attributes.counts(0, &body).is_some_and(|counts| counts.is_some_and(|counts| *counts == [(71, 7)])));
    }
}
