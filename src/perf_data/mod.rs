//! A binary perf.data, read without `perf script`: the same events, in perf's order.
//!
//! The format: tools/perf/Documentation/perf.data-file-format.txt and
//! include/uapi/linux/perf_event.h of the kernel's sources. What is not read
//! here (compressed records, what only the text of a payload has) is left to
//! `perf script`; [`PerfData::open`] says why.
//!
//! ```text
//! header | ids | attributes | records: COMM, FORK, SAMPLE, ..., FINISHED_ROUND, ... | features
//! ```

mod attributes;
mod bytes;
mod formats;
mod header;
mod record;
mod rounds;
mod threads;

use crate::dialect::{Line, Thread};
use crate::event::{Event, Nanos, Resolution};
use attributes::Attributes;
use header::Header;
use record::{Kind, Record};
use rounds::Rounds;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use threads::Threads;

/// A recording that is read record by record.
pub struct PerfData<R = File> {
    file: R,
    /// Bytes of records not yet read from the file.
    left: u64,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    attributes: Attributes,
    rounds: Rounds,
    threads: Threads,
    /// Bytes read since somebody asked.
    taken: u64,
    /// The payload of the event given last.
    payload: Box<[u8]>,
    /// What went wrong, until all that came before is given.
    failed: Option<io::Error>,
}

/// Why a file is left to `perf script`.
pub type Unread = &'static str;

/// What is wanted of the payloads.
pub struct Payloads<'p> {
    /// These fields,
    pub fields: Vec<String>,
    /// of the events of these names.
    pub of: &'p dyn Fn(&[u8]) -> bool,
}

/// How much is read at once. A record has at most 64 KiB.
const BUFFER: usize = 256 * 1024;

impl<R: Read + Seek> PerfData<R> {
    /// Reads what stands before and behind the records. Events have the
    /// payloads that are wanted, as `name=value` each.
    ///
    /// # Errors
    ///
    /// As the system has them; and [`Unread`] where the file holds what is not read here.
    pub fn open(mut file: R, payloads: &Payloads<'_>) -> io::Result<Result<Self, Unread>> {
        let header = match Header::read(&mut file, payloads)? {
            Ok(header) => header,
            Err(unread) => return Ok(Err(unread)),
        };
        file.seek(SeekFrom::Start(header.data.offset))?;
        Ok(Ok(PerfData {
            file,
            left: header.data.size,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            end: 0,
            attributes: header.attributes,
            rounds: Rounds::default(),
            threads: Threads::default(),
            taken: 0,
            payload: Box::default(),
            failed: None,
        }))
    }

    /// How many bytes of records there are still to read.
    pub fn length(&self) -> u64 {
        self.left + (self.end - self.start) as u64
    }

    /// How many bytes of records were read since this was asked.
    pub fn take_bytes(&mut self) -> u64 {
        std::mem::take(&mut self.taken)
    }

    /// What comes next, in perf's order; `None` is the end.
    ///
    /// # Errors
    ///
    /// As the system has them, and where the records are cut off or make no
    /// sense, after all that came before.
    #[allow(clippy::should_implement_trait, reason = "what it gives is borrowed")]
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        loop {
            if let Some(record) = self.rounds.next() {
                return Ok(Some(self.say(record)));
            }
            match self.read_record() {
                Ok(Some(Record { kind: Kind::Round, .. })) => self.rounds.round(),
                Ok(Some(record)) => self.rounds.put(record),
                Ok(None) if self.rounds.end() => {}
                Ok(None) => return self.failed.take().map_or(Ok(None), Err),
                Err(error) => {
                    // Nothing can be read behind it.
                    (self.left, self.start, self.end) = (0, 0, 0);
                    self.failed = Some(error);
                }
            }
        }
    }

    /// The next record that matters, in the file's order.
    fn read_record(&mut self) -> io::Result<Option<Record>> {
        while let Some(length) = self.fill()? {
            let bytes = self.buffer.get(self.start..self.start + length).unwrap_or_default();
            let record = record::read(bytes, &self.attributes)?;
            self.start += length;
            self.taken += length as u64;
            if record.is_some() {
                return Ok(record);
            }
        }
        Ok(None)
    }

    /// Brings a whole record into the buffer, and says how long it is.
    fn fill(&mut self) -> io::Result<Option<usize>> {
        loop {
            let here = self.buffer.get(self.start..self.end).unwrap_or_default();
            match record::length(here) {
                Some(length) if length < record::HEADER => return Err(broken("a record of no length")),
                Some(length) if length <= here.len() => return Ok(Some(length)),
                _ => {}
            }
            if self.left == 0 {
                return if here.is_empty() { Ok(None) } else { Err(broken("the last record is cut off")) };
            }
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            let wanted = room.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
            let count = self.file.read(room.get_mut(..wanted).unwrap_or_default())?;
            if count == 0 {
                return Err(broken("the file is cut off"));
            }
            self.left -= count as u64;
            self.end += count;
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
                    payload: &self.payload,
                })
            }
            Kind::Comm { tid, comm } => {
                self.threads.call(tid, comm);
                Line::Skipped
            }
            Kind::Fork { pid, tid, parent } => {
                self.threads.fork(tid, parent);
                Line::Fork(Thread { pid, tid, time: Some(Nanos(time)) })
            }
            Kind::Exit { pid, tid } => {
                self.threads.exit(tid);
                Line::Exit(Thread { pid, tid, time: Some(Nanos(time)) })
            }
            Kind::Lost { count, cpu } => Line::Loss { count, cpu },
            Kind::Round | Kind::Other => Line::Skipped,
        }
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not a whole perf.data: {what}"))
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

    /// What a file says, a line each, and how it ends.
    fn said(bytes: Vec<u8>) -> (Vec<String>, Option<String>) {
        let mut records = match PerfData::open(Cursor::new(bytes), &Payloads { fields: Vec::new(), of: &|_| false }) {
            Ok(Ok(records)) => records,
            Ok(Err(unread)) => return (Vec::new(), Some(unread.to_owned())),
            Err(error) => return (Vec::new(), Some(error.to_string())),
        };
        let mut lines = Vec::new();
        loop {
            match records.next() {
                Ok(None) => return (lines, None),
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
        let (lines, end) = said(file(&records));
        let expected = [
            "Skipped",
            "sh 5/5 Some(0) 100 a:enter",
            "Fork(Thread { pid: 6, tid: 6, time: Some(Nanos(105)) })",
            "sh 5/6 Some(1) 110 a:enter",
            "Skipped",
            "sh 5/5 Some(0) 130 a:exit",
            "worker 5/6 Some(1) 140 a:enter",
            "swapper 0/0 Some(1) 150 a:exit",
            ":9 9/9 Some(0) 150 a:enter",
            "Exit(Thread { pid: 6, tid: 6, time: Some(Nanos(160)) })",
        ];
        assert_eq!((lines, end), (expected.map(str::to_owned).to_vec(), None));
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
        let mut compressed = file(&[]);
        compressed[72 + 3] |= 1 << 3;
        assert_eq!(said(compressed).1.as_deref(), Some("its records are compressed"));
        let mut unended = file(&[]);
        unended[48..56].fill(0);
        assert_eq!(said(unended).1.as_deref(), Some("perf did not end it"));
        let mut timeless = file(&[sample(7, 5, 5, 100, 0)]);
        timeless[104 + 24] &= !(1 << 2);
        assert_eq!(said(timeless).1.as_deref(), Some("some samples have no time or no thread"));
        assert_eq!(
            said(b"PERFILE2\x10\0\0\0\0\0\0\0".to_vec()).1.as_deref(),
            Some("it was written into a pipe, or is cut off")
        );
    }
}
