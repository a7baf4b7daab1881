//! A binary perf.data, read without `perf script`: the same events, in perf's order.
//!
//! The format: tools/perf/Documentation/perf.data-file-format.txt and
//! include/uapi/linux/perf_event.h of the kernel's sources. What is not read
//! here (hardware traces, names of functions in payloads) is left to
//! `perf script`; [`PerfData::open`] says why.
//!
//! ```text
//! header | ids | attributes | records: COMM, FORK, SAMPLE, ..., FINISHED_ROUND, ... | features
//! header | records: HEADER_ATTR, ..., HEADER_FEATURE, ..., TRACING_DATA | COMM, FORK, SAMPLE, ...
//! ```
//!
//! ```text
//! file ──> header ───┐
//!                    ├─> description ─> attributes ─> record ─> rounds ─> threads, counts ─> Line
//! stream ─> prologue ┘   (formats, item, print)  (buffer, compressed)
//! ```
//!
//! The walk is our own: linux-perf-data 0.13 refuses streams with tracepoints,
//! and takes 0.68 s to read the samples of 379 MB of which all that is done
//! here, statistics included, takes 0.27 s (medians of 3, one machine).

mod bytes;
mod container;
mod payload;
mod records;
mod syntax;

use crate::dialect::{Line, TaskRecord};
use crate::event::{Event, Nanos, Payload, Resolution};
use container::buffer::Buffer;
use container::decompressor::Decompressor;
use container::file_header::{self, Beginning, Header};
use container::pipe_header::PipeHeader;
use records::attributes::{Attributes, SampleId};
use records::counts::Counts;
use records::order::OrderedRecords;
use records::record::{self, Kind, Record};
use records::threads::Threads;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom};

/// What a perf.data begins with (tools/perf/util/header.c, PERF_MAGIC2).
pub const MAGIC: &[u8; 8] = b"PERFILE2";

/// Whether a file that begins like this is a perf.data, of whatever machine.
pub fn is_perf_data(beginning: &[u8]) -> bool {
    beginning.starts_with(MAGIC) || beginning.starts_with(file_header::SWAPPED_MAGIC)
}

/// A recording that is read record by record.
pub struct PerfData {
    buffer: Buffer,
    /// Where records are compressed: those of the last such record.
    unpacked: Option<Decompressor>,
    /// What a stream says of its events, until all of it is there.
    prologue: Option<PipeHeader>,
    attributes: Attributes,
    rounds: OrderedRecords,
    threads: Threads,
    /// Of samples that hold counts, and those that were made of the last one.
    counts: Counts,
    counted: VecDeque<Record>,
    /// Where payloads are printed.
    room: Vec<u8>,
    /// The payload of the event given last.
    payload: Box<[u8]>,
    /// What went wrong, until all that came before is given.
    failed: Option<io::Error>,
}

/// Why a recording is left to `perf script`.
pub type Unread = Cow<'static, str>;

/// That of a file of `perf record --threads`, of which perf prints the directory.
pub const OF_DIRECTORY: &str = "it is one file of a directory";

/// What is wanted of the payloads.
pub struct Payloads {
    /// These fields,
    pub fields: Vec<String>,
    /// these words of the text, from 1,
    pub words: Vec<usize>,
    /// or all of it,
    pub whole: bool,
    /// where it can be had: nobody needs it,
    pub optional: bool,
    /// of the events of these names.
    pub of: Names,
}

/// Whether an event of a name is meant.
pub type Names = Box<dyn Fn(&[u8]) -> bool>;

impl Payloads {
    fn is_nothing(&self) -> bool {
        self.fields.is_empty() && !self.is_of_text()
    }

    /// Whether more is wanted than fields.
    fn is_of_text(&self) -> bool {
        self.whole || !self.words.is_empty()
    }
}

impl PerfData {
    /// Reads what stands before and behind the records of a file, or what a
    /// stream in it begins with. Events have the payloads that are wanted, as
    /// `perf script` prints them, or `name=value` of the fields.
    ///
    /// # Errors
    ///
    /// As the system has them; and [`Unread`] where the file holds what is not read here.
    pub fn open(mut file: impl Read + Seek + 'static, payloads: Payloads) -> io::Result<Result<Self, Unread>> {
        let (data, description) = match Beginning::read(&mut file) {
            Ok(Ok(Beginning::Header(Header { data, description }))) => (data, description),
            Ok(Ok(Beginning::Stream)) => {
                file.seek(SeekFrom::Start(0))?;
                let mut records = PerfData::stream(file, payloads);
                return Ok(records.describe()?.and_then(|()| records.readable()));
            }
            Ok(Err(unread)) => return Ok(Err(unread)),
            // Its records may all be there: perf knows the tracepoints of its own machine.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Ok(Err(format!("it is {error}").into()));
            }
            Err(error) => return Err(error),
        };
        let attributes = match description.attributes(&payloads)? {
            Ok(attributes) => attributes,
            Err(unread) => return Ok(Err(unread)),
        };
        file.seek(SeekFrom::Start(data.offset))?;
        let buffer = Buffer::new(Box::new(file), Some(data.size));
        Ok(PerfData::new(buffer, None, attributes).readable())
    }

    /// Unless there may be events whose payloads are wanted and not to be had.
    fn readable(self) -> Result<Self, Unread> {
        self.attributes.lack().cloned().map_or(Ok(self), Err)
    }

    /// What `perf record -o -` writes, from its first byte on. Where nothing
    /// is there yet the input says `WouldBlock`. What cannot be had is an
    /// error as soon as it is wanted.
    pub fn stream(input: impl Read + 'static, payloads: Payloads) -> Self {
        let buffer = Buffer::new(Box::new(input), None);
        PerfData::new(buffer, Some(PipeHeader::new(payloads)), Attributes::default())
    }

    fn new(buffer: Buffer, prologue: Option<PipeHeader>, attributes: Attributes) -> Self {
        PerfData {
            buffer,
            unpacked: None,
            prologue,
            attributes,
            rounds: OrderedRecords::default(),
            threads: Threads::default(),
            counts: Counts::default(),
            counted: VecDeque::new(),
            room: Vec::new(),
            payload: Box::default(),
            failed: None,
        }
    }

    /// How many bytes of records there are still to read; `None` for a stream.
    pub fn length(&self) -> Option<u64> {
        self.buffer.length()
    }

    /// How many bytes of records were read since this was asked.
    pub fn take_bytes(&mut self) -> u64 {
        self.buffer.take_bytes()
    }

    /// Reads no more: what waits to be put in order is all that comes.
    pub fn stop(&mut self) {
        self.prologue = None;
        self.unpacked = None;
        self.buffer.end();
    }

    /// What comes next, in perf's order; `None` is the end.
    ///
    /// # Errors
    ///
    /// As the system has them, and where the records are cut off or make no
    /// sense, after all that came before. After `WouldBlock` and `Interrupted`
    /// it can be asked again.
    #[allow(clippy::should_implement_trait, reason = "what it gives is borrowed")]
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.describe()?.map_err(|unread| unread_in_stream(&unread))?;
        loop {
            match self.counted.pop_front().or_else(|| self.rounds.next()) {
                Some(Record { time, kind: Kind::Counts { pid, tid, cpu, counts } }) => {
                    let about = SampleId { time, pid, tid, cpu };
                    self.counted = self.counts.samples(about, &counts, &self.attributes).into();
                    continue;
                }
                Some(record) => return Ok(Some(self.say(record))),
                None => {}
            }
            match self.read_record() {
                Ok(Some(Record { kind: Kind::Round, .. })) => self.rounds.round(),
                Ok(Some(record)) => self.rounds.put(record),
                Ok(None) if self.rounds.end() => {}
                Ok(None) => return self.failed.take().map_or(Ok(None), Err),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
                    return Err(error);
                }
                Err(error) => {
                    // Nothing can be read behind it.
                    self.buffer.end();
                    self.unpacked = None;
                    self.failed = Some(error);
                }
            }
        }
    }

    /// Reads what a stream says of its events, once.
    fn describe(&mut self) -> io::Result<Result<(), Unread>> {
        let Some(prologue) = &mut self.prologue else { return Ok(Ok(())) };
        prologue.read(&mut self.buffer)?;
        let Some((description, payloads)) = self.prologue.take().map(PipeHeader::said) else { return Ok(Ok(())) };
        Ok(description.attributes(&payloads)?.map(|attributes| self.attributes = attributes))
    }

    /// The next record that matters, in the file's order.
    fn read_record(&mut self) -> io::Result<Option<Record>> {
        loop {
            if let Some(unpacked) = &mut self.unpacked
                && let Some(bytes) = unpacked.record()?
            {
                let (length, record) = (bytes.len(), record::read(bytes, &self.attributes, &mut self.room)?);
                unpacked.consume(length);
                if record.is_some() {
                    return Ok(record);
                }
                continue;
            }
            let Some(bytes) = self.buffer.record()? else {
                let is_cut_off = self.unpacked.as_ref().is_some_and(Decompressor::is_cut_off);
                return if is_cut_off { Err(broken("the last record is cut off")) } else { Ok(None) };
            };
            let (length, mut record) = (bytes.len(), None);
            match record::packed(bytes) {
                Some(packed) => match &mut self.unpacked {
                    Some(unpacked) => unpacked.put(packed),
                    none => none.insert(Decompressor::new()?).put(packed),
                },
                None => record = record::read(bytes, &self.attributes, &mut self.room)?,
            }
            self.buffer.consume(length);
            if record.is_some() {
                return Ok(record);
            }
        }
    }

    /// What a record says, as a line of `perf script` would.
    fn say(&mut self, record: Record) -> Line<'_> {
        let Record { time, kind } = record;
        match kind {
            Kind::Sample { attribute, pid, tid, cpu, payload } => {
                self.payload = payload;
                let name = self.attributes.name(attribute);
                let comm = self.threads.comm(tid);
                Line::Event(Event {
                    time: Nanos(time),
                    resolution: Resolution::Nanos,
                    tid: Some(tid),
                    pid: Some(pid),
                    cpu,
                    name,
                    comm: Some(comm),
                    payload: Payload::new(&self.payload, &syntax::SYNTAX),
                })
            }
            Kind::Comm { tid, comm } => {
                self.threads.call(tid, &comm);
                Line::Skipped
            }
            Kind::Fork { pid, tid, parent } => {
                self.threads.fork(tid, parent);
                Line::Fork(TaskRecord { pid, tid, time: Some(Nanos(time)) })
            }
            Kind::Exit { pid, tid } => {
                self.threads.exit(tid);
                Line::Exit(TaskRecord { pid, tid, time: Some(Nanos(time)) })
            }
            Kind::Lost { count, cpu } => Line::Loss { count, cpu },
            Kind::Counts { .. } | Kind::Round | Kind::Other => Line::Skipped,
        }
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not a whole perf.data: {what}"))
}

/// What is not read of a stream, which nobody can read a second time.
fn unread_in_stream(unread: &Unread) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, format!("{unread}; print it first: perf script -i - | pspp-filter ..."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// IDENTIFIER, TID, TIME, CPU, RAW.
    const SAMPLE_TYPE: u64 = 1 << 16 | 1 << 1 | 1 << 2 | 1 << 7 | 1 << 10;

    fn words(words: &[u64]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    fn halves(halves: &[i32]) -> Vec<u8> {
        halves.iter().flat_map(|half| half.to_le_bytes()).collect()
    }

    fn record(kind: u32, body: &[u8]) -> Vec<u8> {
        let size = (record::HEADER + body.len()) as u16;
        [&kind.to_le_bytes()[..], &[0, 0], &size.to_le_bytes(), body].concat()
    }

    fn sample(id: u64, pid: i32, tid: i32, time: u64, cpu: i32) -> Vec<u8> {
        let raw = halves(&[4, 0x0102_0304]);
        record(9, &[words(&[id]), halves(&[pid, tid]), words(&[time]), halves(&[cpu, 0]), raw].concat())
    }

    /// What stands behind a record that is no sample.
    fn about(tid: i32, time: u64, cpu: i32) -> Vec<u8> {
        [halves(&[tid, tid]), words(&[time]), halves(&[cpu, 0]), words(&[7])].concat()
    }

    fn comm(pid: i32, tid: i32, comm: &[u8; 8], time: u64) -> Vec<u8> {
        record(3, &[&halves(&[pid, tid])[..], comm, &about(tid, time, 0)].concat())
    }

    /// FORK or EXIT.
    fn task(kind: u32, tid: i32, parent: i32, time: u64) -> Vec<u8> {
        record(kind, &[halves(&[tid, parent, tid, parent]), words(&[time]), about(tid, time, 0)].concat())
    }

    fn round() -> Vec<u8> {
        record(68, &[])
    }

    /// A file of two events, `a:enter` of ids 7 and 8, and `a:exit` of id 9.
    fn file(records: &[Vec<u8>]) -> Vec<u8> {
        let attribute =
            |section: u64| [words(&[0, 0, 0, SAMPLE_TYPE, 0, 1 << 18, 0, 0]), words(&[0, section])].concat();
        let attributes = [attribute(0), attribute(0)].concat();
        let string = |name: &str| [halves(&[16]), format!("{name:\0<16}").into_bytes()].concat();
        let described =
            |name: &str, ids: &[u64]| [vec![0; 64], halves(&[ids.len() as i32]), string(name), words(ids)].concat();
        let descriptions = [halves(&[2, 64]), described("a:enter", &[7, 8]), described("a:exit", &[9])].concat();
        let data = records.concat();
        let (data_at, end) = (104 + attributes.len() as u64, 104 + (attributes.len() + data.len()) as u64);
        let sections = words(&[104, 80, 104, attributes.len() as u64, data_at, data.len() as u64, 0, 0]);
        let features = words(&[1 << 12, 0, 0, 0]);
        let table = words(&[end + 16, descriptions.len() as u64]);
        [b"PERFILE2".to_vec(), sections, features, attributes, data, table, descriptions].concat()
    }

    /// What is wanted of the payloads: nothing.
    fn nothing() -> Payloads {
        Payloads { fields: Vec::new(), words: Vec::new(), whole: false, optional: false, of: Box::new(|_| false) }
    }

    /// The same as a stream.
    fn stream(records: &[Vec<u8>]) -> Vec<u8> {
        let attribute = |ids: &[u64]| {
            record(64, &[words(&[64 << 32 | 2, 0, 0, SAMPLE_TYPE, 0, 1 << 18, 0, 0]), words(ids)].concat())
        };
        let name = |id: u64, name: &str| record(78, &[words(&[2, id]), format!("{name:\0<16}").into_bytes()].concat());
        let header = [&b"PERFILE2"[..], &words(&[16])].concat();
        let mapping = record(1, &[0; 32]);
        let prologue = [
            attribute(&[7, 8]),
            attribute(&[9]),
            record(66, &halves(&[24])),
            vec![1; 24],
            mapping,
            name(7, "a:enter"),
            name(9, "a:exit"),
        ];
        [header, prologue.concat(), records.concat()].concat()
    }

    /// What a file says, a line each, and how it ends.
    fn said(bytes: Vec<u8>) -> (Vec<String>, Option<String>) {
        match PerfData::open(Cursor::new(bytes), nothing()) {
            Ok(Ok(records)) => said_by(records),
            Ok(Err(unread)) => (Vec::new(), Some(unread.into_owned())),
            Err(error) => (Vec::new(), Some(error.to_string())),
        }
    }

    fn said_by(mut records: PerfData) -> (Vec<String>, Option<String>) {
        let mut lines = Vec::new();
        loop {
            match records.next() {
                Ok(None) => return (lines, None),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
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
    fn samples_in_order_with_the_names_of_their_threads() {
        let records = [
            comm(5, 5, b"sh\0\0\0\0\0\0", 0),
            // Of one processor, then of the other; the second round completes the first.
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
        assert_eq!(said(file(&records)), expected);
        let stream = stream(&records);
        assert_eq!(said(stream.clone()), expected, "one that was written into a file");
        for step in [1, 3, 7, 64, 1000] {
            let slow = Slow { bytes: stream.clone(), step, waits: false };
            assert_eq!(said_by(PerfData::stream(slow, nothing())), expected, "{step} bytes at once");
        }
    }

    /// Gives a few bytes at once, and in between has nothing yet.
    struct Slow {
        bytes: Vec<u8>,
        step: usize,
        waits: bool,
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
    fn what_waits_comes_when_no_more_is_read() {
        let records = [sample(7, 5, 5, 130, 0), sample(9, 5, 5, 100, 0), round(), sample(7, 5, 5, 120, 0)];
        let bytes = stream(&records);
        let all = bytes.len();
        let mut records = PerfData::stream(Slow { bytes, step: all, waits: false }, nothing());
        // Nothing yet, then all of it, then nothing again.
        for _ in 0..2 {
            assert!(records.next().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock));
        }
        records.stop();
        let (lines, end) = said_by(records);
        let expected = [":5 5/5 Some(0) 100 a:exit", ":5 5/5 Some(0) 120 a:enter", ":5 5/5 Some(0) 130 a:enter"];
        assert_eq!((lines, end), (expected.map(str::to_owned).to_vec(), None));
    }

    #[test]
    fn a_stream_may_end_anywhere() {
        let whole = stream(&[sample(7, 5, 5, 100, 0), sample(9, 5, 5, 130, 0)]);
        let ends = |cut: usize| said_by(PerfData::stream(Cursor::new(whole[..cut].to_vec()), nothing()));
        let sample = record::HEADER + 8 + 8 + 8 + 8 + 8;
        for cut in 16..whole.len() {
            let (lines, end) = ends(cut);
            let events = (cut + 2 * sample).saturating_sub(whole.len()) / sample;
            assert_eq!(lines.len(), events, "{cut}");
            assert_eq!(end.is_none(), cut + sample == whole.len() || cut + 2 * sample == whole.len(), "{cut}: {end:?}");
        }
        let (lines, end) = ends(16);
        assert_eq!((lines.len(), end.as_deref()), (0, Some("not a whole perf.data: no events are described")));
        let file = file(&[]);
        let (_, end) = said_by(PerfData::stream(Cursor::new(file), nothing()));
        assert!(
            end.is_some_and(|end| end.starts_with("a perf.data that was written as a file is not read from a pipe"))
        );
    }

    #[test]
    fn losses_of_the_kernel_count_and_sums_of_perf_do_not() {
        let lost = |time: u64| record(2, &[words(&[7, 5]), about(1, time, 3)].concat());
        let samples = |time: u64| record(13, &[words(&[4]), about(1, time, 3)].concat());
        let (lines, end) = said(file(&[lost(10), samples(11), samples(0)]));
        let loss = |count: u64| format!("Loss {{ count: {count}, cpu: Some(3) }}");
        assert_eq!((lines, end), (vec![loss(5), loss(4)], None));
    }

    #[test]
    fn a_record_ends_as_the_event_that_wrote_it() {
        let mut mixed = file(&[
            // Of the second event, which has no processor: count and id, then thread, time and id.
            record(2, &[words(&[7, 5]), halves(&[1, 1]), words(&[10]), words(&[9])].concat()),
            // perf's own, as of the first one.
            record(3, &[&halves(&[5, 5])[..], b"sh\0\0\0\0\0\0", &halves(&[5, 5]), &words(&[20, 0, 0])].concat()),
            sample(7, 5, 5, 30, -1),
            record(9, &[words(&[9]), halves(&[5, 5]), words(&[40]), halves(&[4, 0])].concat()),
        ]);
        let second = 104 + 80 + 24;
        mixed[second] &= !(1 << 7);
        let expected = ["Loss { count: 5, cpu: None }", "Skipped", "sh 5/5 None 30 a:enter", "sh 5/5 None 40 a:exit"];
        assert_eq!(said(mixed), (expected.map(str::to_owned).to_vec(), None));
    }

    #[test]
    fn samples_of_guests_are_left_out_and_those_without_an_id_are_of_the_first_event() {
        let mut guest = sample(7, 5, 5, 10, 0);
        guest[4] = 4;
        let own = sample(0, 5, 5, 20, 0);
        assert_eq!(said(file(&[guest, own])), (vec![":5 5/5 Some(0) 20 a:enter".to_owned()], None));
        let (_, end) = said(file(&[record(300, &[0; 8])]));
        assert_eq!(end.as_deref(), Some("not a whole perf.data: a record of no kind"));
        let (_, end) = said(stream(&[stream(&[]), vec![0; 20_000]]));
        assert_eq!(end.as_deref(), Some("not a whole perf.data: another recording begins in it"));
    }

    #[test]
    fn what_comes_before_the_cut_is_said_and_then_the_cut() {
        let records = [sample(7, 5, 5, 100, 0), sample(9, 5, 5, 130, 0)];
        let whole = file(&records);
        let broken = |what: &str| Some(format!("not a whole perf.data: {what}"));
        assert_eq!(said(whole.clone()).1, None);
        for cut in 0..whole.len() {
            let (lines, end) = said(whole[..cut].to_vec());
            assert!(lines.is_empty() && end.is_some(), "{cut}: {lines:?}");
        }
        let (lines, end) = said(file(&[records.concat(), vec![9, 0, 0, 0, 0, 0, 0, 0]]));
        assert_eq!((lines.len(), end), (2, broken("a record of no length")));
        let (lines, end) = said(file(&[records.concat(), records[0][..20].to_vec()]));
        assert_eq!((lines.len(), end), (2, broken("the last record is cut off")));
        let (lines, end) = said(file(&[records[0].clone(), sample(10, 5, 5, 1, 0)]));
        assert_eq!((lines.len(), end), (1, broken("a record that is too short, or of no event")));
    }

    #[test]
    fn any_bytes_are_a_file_or_none() {
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
            let (lines, _) = said(bytes);
            assert!(lines.len() <= 6);
        }
    }

    #[test]
    fn what_is_not_read_is_said() {
        let mut traced = file(&[]);
        traced[72 + 2] |= 1 << 2;
        assert_eq!(said(traced).1.as_deref(), Some("it holds a hardware trace"));
        let mut unended = file(&[]);
        unended[48..56].fill(0);
        assert_eq!(said(unended).1.as_deref(), Some("perf did not end it"));
        let mut timeless = file(&[sample(7, 5, 5, 100, 0)]);
        timeless[104 + 24] &= !(1 << 2);
        assert_eq!(said(timeless).1.as_deref(), Some("some samples have no time or no thread"));
        assert_eq!(
            said(b"PERFILE2\x40\0\0\0\0\0\0\0".to_vec()).1.as_deref(),
            Some("its header is cut off, or of another version")
        );
        let swapped = said(b"2ELIFREP\0\0\0\0\0\0\0\x68".to_vec()).1;
        assert_eq!(swapped.as_deref(), Some("it is of a machine with the other byte order"));
    }
}
