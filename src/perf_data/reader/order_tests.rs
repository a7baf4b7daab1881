//! Compares the order of records, also of rounds that do not fit into memory, with a plain list that follows perf's
//! rule.

use super::tests::{Slow, comm, file, nothing, read_all, record, round, sample, sample_id, stream, task, u64s};
use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use std::io::Cursor;
use std::path::PathBuf;

#[derive(Clone, Copy, Debug)]
enum Kind {
    Sample,
    Comm,
    Fork,
    Exit,
    Lost,
    Mapping,
    Guest,
}

#[derive(Clone, Copy, Debug)]
enum Item {
    Record(Kind, u64),
    Round,
}

/// The number of threads that have samples and comms.
const THREADS: i32 = 3;

/// Returns the bytes of the item with this number. The number stands in the record, so that each line shows from which
/// record it comes.
fn bytes(number: usize, item: Item) -> Vec<u8> {
    let (n, tid) = (number as i32, number as i32 % THREADS);
    let Item::Record(kind, time) = item else { return round() };
    match kind {
        Kind::Sample => sample(7, n, tid, time, 0),
        Kind::Comm => comm(n, tid, &name(number), time),
        Kind::Fork => task(7, 1000 + n, 900, time),
        Kind::Exit => task(4, 1000 + n, 900, time),
        Kind::Lost => record(2, &[u64s(&[7, number as u64]), sample_id(1, time, 0)].concat()),
        Kind::Mapping => record(1, &[vec![0; 32], sample_id(1, time, 0)].concat()),
        Kind::Guest => {
            let mut guest = sample(7, n, tid, time, 0);
            guest[4] = 4;
            guest
        }
    }
}

fn name(number: usize) -> [u8; 8] {
    let mut name = [0; 8];
    name[..7].copy_from_slice(format!("c{number:06}").as_bytes());
    name
}

/// The list in which perf keeps the records that wait: `queue_event` and `do_flush` in
/// tools/perf/util/ordered-events.c.
#[derive(Default)]
struct PerfList {
    events: Vec<(u64, usize)>,
    max_timestamp: u64,
    next_flush: u64,
    delivered: Vec<usize>,
}

impl PerfList {
    fn queue(&mut self, time: u64, number: usize) {
        let at = self.events.partition_point(|&(other, _)| other <= time);
        if at == self.events.len() {
            self.max_timestamp = time;
        }
        self.events.insert(at, (time, number));
    }

    fn flush(&mut self, limit: u64) {
        let count = self.events.partition_point(|&(time, _)| time <= limit);
        self.delivered.extend(self.events.drain(..count).map(|(_, number)| number));
    }

    fn finish_round(&mut self) {
        if !self.events.is_empty() {
            self.flush(self.next_flush);
            self.next_flush = self.max_timestamp;
        }
    }
}

/// Returns the lines of these items in the order in which perf hands them out.
fn expected(items: &[Item]) -> Vec<String> {
    let mut list = PerfList::default();
    for (number, &item) in items.iter().enumerate() {
        match item {
            Item::Round => list.finish_round(),
            Item::Record(_, 0) => list.delivered.push(number),
            Item::Record(_, time) => list.queue(time, number),
        }
    }
    list.flush(u64::MAX);
    let mut comms: Vec<String> = (0..THREADS).map(|tid| format!(":{tid}")).collect();
    comms[0] = "swapper".to_owned();
    let line = |&number: &usize| {
        let Item::Record(kind, time) = items[number] else { return None };
        let (task, tid) = (1000 + number, number % THREADS as usize);
        let task = format!("TaskRecord {{ pid: {task}, tid: {task}, time: Some(Nanos({time})) }}");
        match kind {
            Kind::Sample => Some(format!("{} {number}/{tid} Some(0) {time} a:enter", comms[tid])),
            Kind::Comm => {
                comms[tid] = format!("c{number:06}");
                Some("Skipped".to_owned())
            }
            Kind::Fork => Some(format!("Fork({task})")),
            Kind::Exit => Some(format!("Exit({task})")),
            Kind::Lost => Some(format!("Loss {{ count: {number}, cpu: Some(0), machine: None }}")),
            Kind::Mapping | Kind::Guest => None,
        }
    };
    list.delivered.iter().filter_map(line).collect()
}

fn records(items: &[Item]) -> Vec<Vec<u8>> {
    items.iter().enumerate().map(|(number, &item)| bytes(number, item)).collect()
}

fn opened(bytes: Vec<u8>, limits: &Limits) -> PerfData {
    PerfData::open_within(limits.clone(), Cursor::new(bytes), nothing()).expect("a recording")
}

fn streamed(bytes: Vec<u8>, limits: &Limits) -> PerfData {
    let input = Slow { bytes, step: 5000, waits: false };
    PerfData::stream_within(limits.clone(), input, nothing())
}

/// Returns limits so small that a few records already fill the memory, and must wait outside of it.
fn small() -> Limits {
    let folder = std::env::temp_dir();
    Limits {
        records: 16,
        bytes: usize::MAX,
        span: u64::MAX,
        run_records: 4,
        runs: 3,
        window: 100,
        pieces: 1000,
        folder,
    }
}

/// Returns limits like [`small`], but with a folder that does not exist, so that no temporary file can be made. They
/// allow so many runs that none need be merged, because a merge would need the file.
fn in_place() -> Limits {
    Limits { runs: 1000, folder: PathBuf::from("/nowhere"), ..small() }
}

/// Returns samples with these times.
fn samples(times: impl IntoIterator<Item = u64>) -> Vec<Item> {
    times.into_iter().map(|time| Item::Record(Kind::Sample, time)).collect()
}

#[test]
fn runs_that_rise_or_fall_stay_at_their_places_in_the_file() {
    let rising = samples((0..3).flat_map(|cpu| (0..200).map(move |at| 1000 + 3 * at + cpu)));
    let falling = samples((0..3).flat_map(|cpu| (0..200).map(move |at| 2000 - 3 * at + cpu)));
    for items in [rising, falling] {
        let (records, expected) = (records(&items), (expected(&items), None));
        assert_eq!(read_all(opened(file(&records), &in_place())), expected);
        assert_eq!(read_all(opened(stream(&records), &in_place())), expected, "a stream in a file");
        let (lines, end) = read_all(streamed(stream(&records), &in_place()));
        let cause = "cannot put its records in order: a temporary file in /nowhere: No such file or directory";
        assert_eq!(lines.len(), 0, "no line out of order");
        assert!(end.is_some_and(|end| end.starts_with(cause)));
        assert_eq!(read_all(streamed(stream(&records), &small())), expected, "a stream");
    }
}

#[test]
fn falling_runs_have_a_bounded_number_of_pieces() {
    let items = samples((0..200).map(|at| 2000 - at));
    let (bytes, expected) = (file(&records(&items)), (expected(&items), None));
    let few = Limits { pieces: 20, ..in_place() };
    assert!(read_all(opened(bytes.clone(), &few)).1.is_some_and(|end| end.contains("temporary file")));
    assert_eq!(read_all(opened(bytes, &Limits { pieces: 20, ..small() })), expected);
}

#[test]
fn records_that_came_late_or_were_handed_out_are_not_read_twice() {
    // The second round ends in the middle of a run, which is a series of records whose times only rise or only fall.
    // The records with the times 13 and 7 come late, when records of the run were already handed out.
    let mut items = samples([10, 20, 30, 12]);
    items.push(Item::Round);
    items.extend(samples([40, 25]));
    items.push(Item::Round);
    items.extend(samples((0..40).map(|at| 50 + at)));
    items.extend(samples([13, 7]));
    items.extend(samples((0..40).map(|at| 50 + at)));
    items.push(Item::Round);
    items.extend(samples([8]));
    items.push(Item::Round);
    let expected = (expected(&items), None);
    assert_eq!(read_all(opened(file(&records(&items)), &in_place())), expected);
    assert_eq!(read_all(streamed(stream(&records(&items)), &small())), expected);
}

#[test]
fn mappings_in_front_of_the_first_record_of_a_stream_take_part_in_the_order() {
    // The mapping is the latest record of the first round, so the end of the second round makes all records up to the
    // mapping's time ready.
    // The sample with the time 300 therefore comes too late to be put in front of the one with the time 400.
    let mut items = vec![Item::Record(Kind::Mapping, 450), Item::Round];
    items.extend(samples([400]));
    items.push(Item::Round);
    items.extend(samples([300, 500]));
    items.push(Item::Round);
    let (bytes, expected) = (stream(&records(&items)), expected(&items));
    let times: Vec<&str> = expected.iter().filter_map(|line| line.split(' ').nth(3)).collect();
    assert_eq!(times, ["400", "300", "500"]);
    for limits in [small(), in_place(), Limits::default()] {
        assert_eq!(read_all(opened(bytes.clone(), &limits)), (expected.clone(), None));
        assert_eq!(read_all(streamed(bytes.clone(), &limits)), (expected.clone(), None));
    }
}

#[test]
fn a_long_part_of_the_file_without_waiting_records_is_not_searched() {
    // Records that only perf uses (type 79) do not wait to be put in order. They take 240 KB, so the samples in front
    // of them and behind them are far apart in the file.
    let records: Vec<Vec<u8>> = (0..20).map(|at| sample(7, at, 5, 1000 + at as u64, 0)).collect();
    let between = vec![record(79, &[0; 60_000]); 4];
    let bytes = file(&[&records[..10], &between, &records[10..]].concat());
    let count = |limits: &Limits| {
        let (lines, end) = read_all(opened(bytes.clone(), limits));
        assert!(lines.len() == 20 || end.is_some());
        end
    };
    let near = Limits { records: 1000, span: 200_000, ..in_place() };
    assert_eq!(count(&near), None, "the file is searched");
    let far = Limits { span: 100_000, ..near };
    assert!(count(&far).is_some_and(|end| end.contains("temporary file")));
    assert_eq!(count(&Limits { folder: small().folder, ..far }), None);
}

#[test]
fn compressed_records_of_a_file_are_not_looked_for_at_their_places() {
    // The first records are not compressed, like those that perf makes when it begins.
    let items = samples((0..3).flat_map(|cpu| (0..100).map(move |at| 1000 + 3 * at + cpu)));
    let records = records(&items);
    let (plain, others) = records.split_at(70);
    let compress = |records: &[Vec<u8>]| {
        let (bytes, mut room) = (records.concat(), [0; 4096]);
        let length = zstd_safe::compress(&mut room[..], &bytes, 3).expect("room");
        record(81, &room[..length])
    };
    let compressed: Vec<Vec<u8>> = others.chunks(50).map(compress).collect();
    let bytes = file(&[plain, &compressed].concat());
    assert_eq!(read_all(opened(bytes.clone(), &small())), (expected(&items), None));
    assert!(read_all(opened(bytes, &in_place())).1.is_some_and(|end| end.contains("temporary file")));
}

#[test]
fn a_file_that_changes_while_it_is_read_is_an_error() {
    /// A file that gives other bytes when only a few are read at once. Records are read in large pieces for the first
    /// time, and in small pieces for the second time, so the second reads give the other bytes.
    struct Changing {
        file: Cursor<Vec<u8>>,
        changed: Vec<u8>,
        records: Range<u64>,
    }
    impl Read for Changing {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            let start = self.file.position();
            let count = self.file.read(room)?;
            if room.len() <= 200 && self.records.contains(&start) {
                room[..count].copy_from_slice(&self.changed[start as usize..start as usize + count]);
            }
            Ok(count)
        }
    }
    impl Seek for Changing {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.file.seek(to)
        }
    }
    let end_of = |changed: &[Item]| {
        let bytes = file(&records(&samples((0..100).map(|at| 1000 + at))));
        let changed = file(&records(changed));
        let records = 184..184 + 100 * sample(7, 0, 0, 0, 0).len() as u64;
        let changing = Changing { file: Cursor::new(bytes), changed, records };
        read_all(PerfData::open_within(in_place(), changing, nothing()).expect("a recording")).1
    };
    assert_eq!(end_of(&samples((0..100).map(|at| 1000 + at))), None);
    let timeless = end_of(&samples((0..100).map(|at| (1000 + at) * (at % 2))));
    assert_eq!(timeless.as_deref(), Some("not a whole perf.data: it changes while it is read"));
}

#[test]
fn a_stopped_reader_hands_out_the_records_outside_of_memory_too() {
    let items = samples((0..3).flat_map(|cpu| (0..200).map(move |at| 1000 + 3 * at + cpu)));
    let bytes = stream(&records(&items));
    let input = Slow { step: bytes.len(), bytes, waits: false };
    let mut perf_data = PerfData::stream_within(small(), input, nothing());
    // At first the input has nothing to read, then all of it comes, then nothing again. In between, the reader pauses
    // for the merges of runs.
    let (mut waits, mut pauses) = (0, 0);
    while waits < 2 {
        match perf_data.next() {
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => waits += 1,
            Err(Error::Io(error)) if error.kind() == ErrorKind::Interrupted => pauses += 1,
            _ => panic!("no record is ready"),
        }
    }
    assert!(pauses > 0);
    assert!(perf_data.is_spilled());
    assert_eq!(perf_data.stop(), Some(Nanos(0)));
    assert_eq!(read_all(perf_data), (expected(&items), None));
}

fn any_kind() -> impl Strategy<Value = Kind> {
    use Kind::{Comm, Exit, Fork, Guest, Lost, Mapping, Sample};
    prop_oneof![12 => Just(Sample), 1 => prop::sample::select(vec![Comm, Fork, Exit, Lost, Mapping, Guest])]
}

/// Makes a part of a recording. Its records have times that rise, fall, or are random, and some are equal. One record
/// may have no time (0). The ends of rounds may follow.
fn any_part() -> impl Strategy<Value = Vec<Item>> {
    let steps = prop_oneof![Just(1_i64..4), Just(-3..0), Just(0..2), Just(-1..2), Just(-40..40)];
    let records = steps.prop_flat_map(|steps| vec((any_kind(), steps), 1..80));
    (200_i64..600, records, 0..3, 0..20).prop_map(|(mut time, records, rounds, timeless)| {
        let mut items = Vec::new();
        for (kind, step) in records {
            time = (time + step).max(1);
            items.push(Item::Record(kind, time as u64));
        }
        if timeless == 0 {
            items.insert(items.len() / 2, Item::Record(Kind::Sample, 0));
        }
        items.extend((0..rounds).map(|_| Item::Round));
        items
    })
}

fn any_limits() -> impl Strategy<Value = Limits> {
    let bytes = prop_oneof![Just(usize::MAX), 10..200_usize];
    let span = prop_oneof![Just(u64::MAX), 1..5_000_u64];
    (2..60_usize, bytes, span, 1..8_usize, 2..5_usize, 1..300_usize, 0..60_usize).prop_map(
        |(records, bytes, span, run_records, runs, window, pieces)| Limits {
            records,
            bytes,
            span,
            run_records,
            runs,
            window,
            pieces,
            folder: std::env::temp_dir(),
        },
    )
}

proptest! {
    // The environment variable PROPTEST_CASES can ask for more cases than 400.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(400), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_is_perfs_whatever_the_limits(parts in vec(any_part(), 1..12), limits in any_limits()) {
        let items = parts.concat();
        let (records, expected) = (records(&items), (expected(&items), None));
        prop_assert_eq!(&read_all(opened(file(&records), &limits)), &expected, "a file");
        prop_assert_eq!(&read_all(opened(stream(&records), &limits)), &expected, "a stream in a file");
        prop_assert_eq!(&read_all(streamed(stream(&records), &limits)), &expected, "a stream");
        let large = Limits::default();
        prop_assert_eq!(&read_all(opened(file(&records), &large)), &expected, "in memory");
    }
}
