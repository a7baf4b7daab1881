//! Tests of perf's rule that says when the records in memory are ready to be handed out, and of the form of records in
//! the temporary file.

use super::*;
use crate::perf_data::records::attributes::Attributes;
use crate::perf_data::records::read_format::Count;
use crate::perf_data::records::record::{Record, RecordKind};

fn ordered() -> OrderedRecords {
    OrderedRecords::new(None, Limits::default())
}

fn take_times(ordered: &mut OrderedRecords) -> Vec<u64> {
    let (attributes, mut room) = (Attributes::default(), Vec::new());
    let next = || ordered.next(&attributes, &mut room).expect("no disk is needed");
    std::iter::from_fn(next).map(|record| record.time).collect()
}

fn push(ordered: &mut OrderedRecords, times: &[u64]) {
    for &time in times {
        let is_full = ordered.push(Record { time, ..Record::default() }, 0);
        assert!(!is_full);
        assert!(time != 0 || take_times(ordered) == [0], "one without a time is ready at once");
    }
}

#[test]
fn records_up_to_the_end_of_the_previous_round_are_ready() {
    let mut ordered = ordered();
    push(&mut ordered, &[5, 9, 3, 0]);
    ordered.finish_round(0);
    assert_eq!(take_times(&mut ordered), []);
    push(&mut ordered, &[12, 4, 9]);
    ordered.finish_round(0);
    assert_eq!(take_times(&mut ordered), [3, 4, 5, 9, 9]);
    ordered.finish_round(0);
    assert_eq!(take_times(&mut ordered), [12]);
    push(&mut ordered, &[20, 15]);
    assert!(ordered.finish());
    assert_eq!(take_times(&mut ordered), [15, 20]);
    assert!(!ordered.finish());
}

#[test]
fn the_timeline_of_the_module_is_true() {
    let mut ordered = ordered();
    let mut round = |times: &[u64]| {
        push(&mut ordered, times);
        ordered.finish_round(0);
        take_times(&mut ordered)
    };
    assert_eq!(round(&[1, 3, 2, 5]), []);
    assert_eq!(round(&[4, 8, 6]), [1, 2, 3, 4, 5]);
    assert_eq!(round(&[9, 7, 10]), [6, 7, 8]);
}

#[test]
fn the_latest_time_is_forgotten_when_no_record_waits() {
    let mut ordered = ordered();
    let mut round = |times: &[u64]| {
        push(&mut ordered, times);
        ordered.finish_round(0);
        take_times(&mut ordered)
    };
    assert_eq!(round(&[90]), []);
    assert_eq!(round(&[]), [90]);
    // perf does nothing at the end of a round if no record waits. So 90 stays the latest time of the previous round,
    // and 10 and 20 are ready at the end of their own round. But the latest time of all records is forgotten: 10 and 20
    // make it 20, where it would otherwise stay 90. So 30 waits until the end of the round after its own.
    assert_eq!(round(&[]), []);
    assert_eq!(round(&[10, 20]), [10, 20]);
    assert_eq!(round(&[30]), []);
    assert_eq!(round(&[25]), [25, 30]);
}

#[test]
fn memory_is_full_at_so_many_records_or_bytes() {
    let limits = Limits { records: 3, bytes: 100, ..Limits::default() };
    let mut ordered = OrderedRecords::new(None, limits.clone());
    let full = [1, 2, 3].map(|time| ordered.push(Record { time, ..Record::default() }, 0));
    assert_eq!(full, [false, false, true]);
    let mut ordered = OrderedRecords::new(None, limits);
    let kind = RecordKind::Comm { tid: 1, comm: [7; 60].into() };
    let full = [1, 2].map(|time| ordered.push(Record { time, kind: kind.clone() }, 0));
    assert_eq!(full, [false, true]);
    ordered.spill(0, &Attributes::default()).expect("a temporary file");
    assert!(ordered.is_spilled() && !ordered.push(Record { time: 3, kind }, 0), "memory is empty again");
    assert!(ordered.finish());
    assert_eq!(take_times(&mut ordered), [1, 2, 3]);
}

#[test]
fn records_in_the_temporary_file_stay_as_they_are() {
    let counts = [Count { id: 71, value: u64::MAX }, Count { id: 0, value: 5 }].into();
    let kinds = [
        RecordKind::Sample { event: 65535, pid: -1, tid: 7, cpu: Some(3), payload: [0, 255, 10].into() },
        RecordKind::Sample { event: 0, pid: 5, tid: -1, cpu: None, payload: vec![1; 100_000].into() },
        RecordKind::GroupSample { pid: 1, tid: 2, cpu: Some(0), counts },
        RecordKind::Comm { tid: 9, comm: b"a b".as_slice().into() },
        RecordKind::Fork { pid: 1, tid: 2, parent: 3 },
        RecordKind::Exit { pid: 4, tid: 5 },
        RecordKind::Lost { count: u64::MAX, cpu: None },
        RecordKind::Other,
    ];
    let mut ordered = ordered();
    for (kind, time) in kinds.iter().zip(1..) {
        ordered.push(Record { time, kind: kind.clone() }, 0);
    }
    ordered.spill(0, &Attributes::default()).expect("a temporary file");
    ordered.finish();
    let (attributes, mut room) = (Attributes::default(), Vec::new());
    for (kind, time) in kinds.iter().zip(1..) {
        let record = ordered.next(&attributes, &mut room).expect("a record").expect("a record");
        assert_eq!(format!("{record:?}"), format!("{:?}", Record { time, kind: kind.clone() }));
    }
    assert!(!ordered.finish());
}
