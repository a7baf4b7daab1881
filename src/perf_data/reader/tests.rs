//! Tests with files and streams of two events, which are made byte by byte.

use super::*;
use crate::perf_data::records::record_header::HEADER_LENGTH;
use std::io::{self, Cursor};

/// The `sample_type` of all events here: IDENTIFIER, TID, TIME, CPU and RAW.
const SAMPLE_TYPE: u64 = 1 << 16 | 1 << 1 | 1 << 2 | 1 << 7 | 1 << 10;

pub(super) fn u64s(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn i32s(numbers: &[i32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

pub(super) fn record(record_type: u32, body: &[u8]) -> Vec<u8> {
    let size = (HEADER_LENGTH + body.len()) as u16;
    [&record_type.to_le_bytes()[..], &[0, 0], &size.to_le_bytes(), body].concat()
}

pub(super) fn sample(id: u64, pid: i32, tid: i32, time: u64, cpu: i32) -> Vec<u8> {
    let raw = i32s(&[4, 0x0102_0304]);
    record(9, &[u64s(&[id]), i32s(&[pid, tid]), u64s(&[time]), i32s(&[cpu, 0]), raw].concat())
}

/// Returns the sample id, which stands at the end of a record that is no sample.
pub(super) fn sample_id(tid: i32, time: u64, cpu: i32) -> Vec<u8> {
    [i32s(&[tid, tid]), u64s(&[time]), i32s(&[cpu, 0]), u64s(&[7])].concat()
}

pub(super) fn comm(pid: i32, tid: i32, comm: &[u8; 8], time: u64) -> Vec<u8> {
    record(3, &[&i32s(&[pid, tid])[..], comm, &sample_id(tid, time, 0)].concat())
}

/// Returns a FORK or EXIT record.
pub(super) fn task(record_type: u32, tid: i32, parent: i32, time: u64) -> Vec<u8> {
    record(record_type, &[i32s(&[tid, parent, tid, parent]), u64s(&[time]), sample_id(tid, time, 0)].concat())
}

pub(super) fn round() -> Vec<u8> {
    record(68, &[])
}

/// Returns a file with two events: `a:enter` with the ids 7 and 8, and `a:exit` with the id 9.
pub(super) fn file(records: &[Vec<u8>]) -> Vec<u8> {
    let attribute = |section: u64| [u64s(&[0, 0, 0, SAMPLE_TYPE, 0, 1 << 18, 0, 0]), u64s(&[0, section])].concat();
    let attributes = [attribute(0), attribute(0)].concat();
    let string = |name: &str| [i32s(&[16]), format!("{name:\0<16}").into_bytes()].concat();
    let described =
        |name: &str, ids: &[u64]| [vec![0; 64], i32s(&[ids.len() as i32]), string(name), u64s(ids)].concat();
    let descriptions = [i32s(&[2, 64]), described("a:enter", &[7, 8]), described("a:exit", &[9])].concat();
    let data = records.concat();
    let (data_at, end) = (104 + attributes.len() as u64, 104 + (attributes.len() + data.len()) as u64);
    let sections = u64s(&[104, 80, 104, attributes.len() as u64, data_at, data.len() as u64, 0, 0]);
    let features = u64s(&[1 << 12, 0, 0, 0]);
    let table = u64s(&[end + 16, descriptions.len() as u64]);
    [b"PERFILE2".to_vec(), sections, features, attributes, data, table, descriptions].concat()
}

/// Returns a value that says that no payload is wanted.
pub(super) fn nothing() -> WantedPayloads {
    WantedPayloads {
        fields: Vec::new(),
        words: Vec::new(),
        whole: false,
        optional: false,
        events: Box::new(|_| false),
        lines: false,
        call_chains: false,
    }
}

/// Returns a stream with the two events of [`file`].
pub(super) fn stream(records: &[Vec<u8>]) -> Vec<u8> {
    let attribute =
        |ids: &[u64]| record(64, &[u64s(&[64 << 32 | 2, 0, 0, SAMPLE_TYPE, 0, 1 << 18, 0, 0]), u64s(ids)].concat());
    let name = |id: u64, name: &str| record(78, &[u64s(&[2, id]), format!("{name:\0<16}").into_bytes()].concat());
    let header = [&b"PERFILE2"[..], &u64s(&[16])].concat();
    let mapping = record(1, &[0; 32]);
    let beginning = [
        attribute(&[7, 8]),
        attribute(&[9]),
        record(66, &i32s(&[24])),
        vec![1; 24],
        mapping,
        name(7, "a:enter"),
        name(9, "a:exit"),
    ];
    [header, beginning.concat(), records.concat()].concat()
}

/// Reads a file. Returns a text for each line, and the error at the end.
fn read_file(bytes: Vec<u8>) -> (Vec<String>, Option<String>) {
    match PerfData::open(Cursor::new(bytes), nothing()) {
        Ok(perf_data) => read_all(perf_data),
        Err(error) => (Vec::new(), Some(error.to_string())),
    }
}

pub(super) fn read_all(mut perf_data: PerfData) -> (Vec<String>, Option<String>) {
    let mut lines = Vec::new();
    loop {
        match perf_data.next() {
            Ok(None) => return (lines, None),
            Err(error) if error.is_temporary() => {}
            Err(error) => return (lines, Some(error.to_string())),
            Ok(Some(Line::Event(Event { time, pid, tid, cpu, name, comm, .. }))) => {
                let [name, comm] = [name, comm.unwrap_or_default()].map(bstr::BStr::new);
                let [pid, tid] = [pid, tid].map(|id| id.unwrap_or_default());
                lines.push(format!("{comm} {pid}/{tid} {cpu:?} {} {name}", time.0));
            }
            Ok(Some(line)) => lines.push(format!("{line:?}")),
        }
    }
}

#[test]
fn samples_come_in_order_with_the_comms_of_their_threads() {
    let records = [
        comm(5, 5, b"sh\0\0\0\0\0\0", 0),
        // perf read the buffer of CPU 0, then that of CPU 1. At the end of the second round, all records up to the
        // latest time of the first round are ready.
        sample(7, 5, 5, 100, 0),
        sample(9, 5, 5, 130, 0),
        sample(8, 5, 6, 110, 1),
        round(),
        task(7, 6, 5, 105),
        comm(5, 6, b"worker\0\0", 120),
        sample(8, 5, 6, 140, 1),
        round(),
        sample(9, 0, 0, 150, 1),
        sample(7, 9, 9, 150, 0),
        task(4, 6, 5, 160),
    ];
    let expected = [
        "Skipped",
        "sh 5/5 Some(0) 100 a:enter",
        "Fork(TaskRecord { pid: 6, tid: 6, time: Some(Nanos(105)) })",
        "sh 5/6 Some(1) 110 a:enter",
        "Skipped",
        "sh 5/5 Some(0) 130 a:exit",
        "worker 5/6 Some(1) 140 a:enter",
        "swapper 0/0 Some(1) 150 a:exit",
        ":9 9/9 Some(0) 150 a:enter",
        "Exit(TaskRecord { pid: 6, tid: 6, time: Some(Nanos(160)) })",
    ];
    let expected = (expected.map(str::to_owned).to_vec(), None);
    assert_eq!(read_file(file(&records)), expected);
    let stream = stream(&records);
    assert_eq!(read_file(stream.clone()), expected, "a stream that was written into a file");
    for step in [1, 3, 7, 64, 1000] {
        let slow = Slow { bytes: stream.clone(), step, waits: false };
        assert_eq!(read_all(PerfData::stream(slow, nothing())), expected, "{step} bytes at a time");
    }
}

/// A reader that returns at most `step` bytes with each read. It returns `WouldBlock` before each read that returns
/// bytes.
pub(super) struct Slow {
    pub(super) bytes: Vec<u8>,
    pub(super) step: usize,
    pub(super) waits: bool,
}

impl Read for Slow {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.waits = !self.waits;
        if self.waits {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = self.step.min(room.len()).min(self.bytes.len());
        room[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes.drain(..count);
        Ok(count)
    }
}

#[test]
fn waiting_records_come_after_the_reader_was_stopped() {
    let records = [sample(7, 5, 5, 130, 0), sample(9, 5, 5, 100, 0), round(), sample(7, 5, 5, 120, 0)];
    let bytes = stream(&records);
    let all = bytes.len();
    let mut perf_data = PerfData::stream(Slow { bytes, step: all, waits: false }, nothing());
    // At first the input has nothing to read, then all of it comes, then nothing again.
    for _ in 0..2 {
        assert!(perf_data.next().is_err_and(|error| error.is_temporary()));
    }
    perf_data.stop();
    let (lines, end) = read_all(perf_data);
    let expected = [":5 5/5 Some(0) 100 a:exit", ":5 5/5 Some(0) 120 a:enter", ":5 5/5 Some(0) 130 a:enter"];
    assert_eq!((lines, end), (expected.map(str::to_owned).to_vec(), None));
}

#[test]
fn a_reader_that_is_stopped_in_a_round_says_up_to_which_time_records_are_complete() {
    let records = [sample(7, 5, 5, 100, 0), round(), sample(7, 5, 5, 130, 0), round(), sample(7, 5, 5, 160, 0)];
    // Each case is the number of records that come before the reader is stopped, and what the reader then says. With an
    // even number, the last record ends a round, so the reader is in no round and says nothing (`None`). With 1 or 3
    // records, no record is ready yet, so nothing is complete beyond the time 0. With 5, the end of the second round has
    // made the records of the first round ready, so all records up to the time 100 are complete.
    for (count, certain) in [(0, None), (1, Some(0)), (2, None), (3, Some(0)), (4, None), (5, Some(100))] {
        let bytes = stream(&records[..count]);
        let all = bytes.len();
        let mut perf_data = PerfData::stream(Slow { bytes, step: all, waits: false }, nothing());
        let mut waits = 0;
        while waits < 2 {
            waits += usize::from(perf_data.next().is_err_and(|error| error.is_temporary()));
        }
        assert_eq!(perf_data.stop(), certain.map(Nanos), "{count} records");
    }
    let mut perf_data = PerfData::open(Cursor::new(file(&records)), nothing()).expect("a recording");
    while perf_data.next().is_ok_and(|line| line.is_some()) {}
    assert_eq!(perf_data.stop(), None, "the end of the input ends the round");
}

#[test]
fn a_stream_may_end_anywhere() {
    let whole = stream(&[sample(7, 5, 5, 100, 0), sample(9, 5, 5, 130, 0)]);
    let ends = |cut: usize| read_all(PerfData::stream(Cursor::new(whole[..cut].to_vec()), nothing()));
    let sample = HEADER_LENGTH + 8 + 8 + 8 + 8 + 8;
    for cut in 16..whole.len() {
        let (lines, end) = ends(cut);
        let events = (cut + 2 * sample).saturating_sub(whole.len()) / sample;
        assert_eq!(lines.len(), events, "{cut}");
        // Only in front of a sample can the stream end without an error: the description is complete there, and no
        // record is cut off.
        assert_eq!(end.is_none(), cut + sample == whole.len() || cut + 2 * sample == whole.len(), "{cut}: {end:?}");
    }
    let (lines, end) = ends(16);
    assert_eq!((lines.len(), end.as_deref()), (0, Some("not a whole perf.data: no events are described")));
    let file = file(&[]);
    let (_, end) = read_all(PerfData::stream(Cursor::new(file), nothing()));
    assert!(end.is_some_and(|end| end.starts_with("a perf.data that was written as a file is not read from a pipe")));
}

#[test]
fn losses_of_the_kernel_count_and_sums_that_perf_writes_do_not() {
    let lost = |time: u64| record(2, &[u64s(&[7, 5]), sample_id(1, time, 3)].concat());
    let samples = |time: u64| record(13, &[u64s(&[4]), sample_id(1, time, 3)].concat());
    let (lines, end) = read_file(file(&[lost(10), samples(11), samples(0)]));
    let loss = |count: u64| format!("Loss {{ count: {count}, cpu: Some(3), machine: None }}");
    assert_eq!((lines, end), (vec![loss(5), loss(4)], None));
}

#[test]
fn a_record_has_the_layout_of_the_event_that_wrote_it() {
    let mut mixed = file(&[
        // This record tells a loss. It belongs to the second event, which has no CPU. Its body has an id and the count
        // of lost events, then the thread, the time and the id of the second event.
        record(2, &[u64s(&[7, 5]), i32s(&[1, 1]), u64s(&[10]), u64s(&[9])].concat()),
        // perf itself made this record, so it has the id 0 and the layout of the first event.
        record(3, &[&i32s(&[5, 5])[..], b"sh\0\0\0\0\0\0", &i32s(&[5, 5]), &u64s(&[20, 0, 0])].concat()),
        sample(7, 5, 5, 30, -1),
        record(9, &[u64s(&[9]), i32s(&[5, 5]), u64s(&[40]), i32s(&[4, 0])].concat()),
    ]);
    let second = 104 + 80 + 24;
    mixed[second] &= !(1 << 7);
    let expected =
        ["Loss { count: 5, cpu: None, machine: None }", "Skipped", "sh 5/5 None 30 a:enter", "sh 5/5 None 40 a:exit"];
    assert_eq!(read_file(mixed), (expected.map(str::to_owned).to_vec(), None));
}

#[test]
fn samples_of_guests_are_left_out_and_samples_without_an_id_are_of_the_first_event() {
    let mut guest = sample(7, 5, 5, 10, 0);
    guest[4] = 4;
    let own = sample(0, 5, 5, 20, 0);
    assert_eq!(read_file(file(&[guest, own])), (vec![":5 5/5 Some(0) 20 a:enter".to_owned()], None));
    let (_, end) = read_file(file(&[record(300, &[0; 8])]));
    assert_eq!(end.as_deref(), Some("not a whole perf.data: a record of no kind"));
    let (_, end) = read_file(stream(&[stream(&[]), vec![0; 20_000]]));
    assert_eq!(end.as_deref(), Some("not a whole perf.data: another recording begins in it"));
}

#[test]
fn records_before_the_damage_come_first_and_then_the_error() {
    let records = [sample(7, 5, 5, 100, 0), sample(9, 5, 5, 130, 0)];
    let whole = file(&records);
    let broken = |what: &str| Some(format!("not a whole perf.data: {what}"));
    assert_eq!(read_file(whole.clone()).1, None);
    for cut in 0..whole.len() {
        let (lines, end) = read_file(whole[..cut].to_vec());
        assert!(lines.is_empty() && end.is_some(), "{cut}: {lines:?}");
    }
    let (lines, end) = read_file(file(&[records.concat(), vec![9, 0, 0, 0, 0, 0, 0, 0]]));
    assert_eq!((lines.len(), end), (2, broken("a record of no length")));
    let (lines, end) = read_file(file(&[records.concat(), records[0][..20].to_vec()]));
    assert_eq!((lines.len(), end), (2, broken("the last record is cut off")));
    let (lines, end) = read_file(file(&[records[0].clone(), sample(10, 5, 5, 1, 0)]));
    assert_eq!((lines.len(), end), (1, broken("a record that is too short, or of no event")));
}

#[test]
fn random_damage_never_makes_more_records() {
    let whole = file(&[
        comm(5, 5, b"sh\0\0\0\0\0\0", 0),
        sample(7, 5, 5, 100, 0),
        round(),
        task(7, 6, 5, 105),
        sample(9, 5, 6, 130, 0),
    ]);
    let mut random = 3_u64;
    for _ in 0..30_000 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (random >> 33) as usize % bytes.len();
            bytes[at] = [0, 1, 255, (random >> 20) as u8][(random >> 30) as usize % 4];
        }
        let (lines, _) = read_file(bytes);
        assert!(lines.len() <= 6);
    }
}

#[test]
fn unsupported_files_have_a_reason() {
    let mut traced = file(&[]);
    traced[72 + 2] |= 1 << 2;
    assert_eq!(read_file(traced).1.as_deref(), Some("it holds a hardware trace"));
    let mut unended = file(&[]);
    unended[48..56].fill(0);
    assert_eq!(read_file(unended).1.as_deref(), Some("perf did not end it"));
    let mut timeless = file(&[sample(7, 5, 5, 100, 0)]);
    timeless[104 + 24] &= !(1 << 2);
    assert_eq!(read_file(timeless).1.as_deref(), Some("some samples have no time or no thread"));
    let mut with_call_chains = file(&[sample(7, 5, 5, 100, 0)]);
    with_call_chains[104 + 24] |= 1 << 5;
    let wanted = WantedPayloads { call_chains: true, ..nothing() };
    // The recording has two events. Only the samples of the first one have call chains, which is enough for the error.
    let opened = PerfData::open(Cursor::new(with_call_chains.clone()), wanted);
    assert_eq!(
        opened.err().map(|error| error.to_string()).as_deref(),
        Some("only perf finds the names in its call chains")
    );
    assert_eq!(read_file(with_call_chains).1, None, "they do not matter to other runs");
    assert_eq!(
        read_file(b"PERFILE2\x40\0\0\0\0\0\0\0".to_vec()).1.as_deref(),
        Some("its header is cut off, or of another version")
    );
    let swapped = read_file(b"2ELIFREP\0\0\0\0\0\0\0\x68".to_vec()).1;
    assert_eq!(swapped.as_deref(), Some("it is of a machine with the other byte order"));
}
