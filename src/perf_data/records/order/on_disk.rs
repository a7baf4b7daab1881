//! Runs in the temporary file. Each record is written in this form, with little-endian numbers:
//!
//! ```text
//! length of the rest (32 bits) | time (64 bits) | kind (8 bits) | the fields of the kind
//! ```

use super::temporary::TemporaryFile;
use crate::event::Cpu;
use crate::perf_data::bytes::{u16_at, u32_at, u64_at};
use crate::perf_data::error::Error;
use crate::perf_data::records::read_format::Count;
use crate::perf_data::records::record::{Record, RecordKind};
use std::io::ErrorKind;
use std::ops::Range;
use std::rc::Rc;

/// The number of bytes that are collected in memory before they are written.
const WRITTEN_AT_ONCE: usize = 256 * 1024;

/// The number of bytes of a record in front of the fields of its kind: the length, the time and the kind.
const FRONT: usize = 4 + 8 + 1;

const OTHER: u8 = 0;
const SAMPLE: u8 = 1;
const GROUP_SAMPLE: u8 = 2;
const COMM: u8 = 3;
const FORK: u8 = 4;
const EXIT: u8 = 5;
const LOST: u8 = 6;

/// Appends a run to the temporary file.
pub(super) struct RunWriter {
    file: Rc<TemporaryFile>,
    written: Range<u64>,
    buffer: Vec<u8>,
}

impl RunWriter {
    /// Begins a run at this offset, where the file ends.
    pub(super) fn new(file: Rc<TemporaryFile>, offset: u64) -> Self {
        RunWriter { file, written: offset..offset, buffer: Vec::new() }
    }

    /// Adds a record. The records of a run must come in the order of their times.
    ///
    /// # Errors
    ///
    /// Only [`Error::TemporaryFile`].
    pub(super) fn add(&mut self, record: &Record) -> Result<(), Error> {
        encode(record, &mut self.buffer);
        if self.buffer.len() < WRITTEN_AT_ONCE { Ok(()) } else { self.flush() }
    }

    /// Writes the rest of the run and returns the part of the file that the run takes.
    ///
    /// # Errors
    ///
    /// Only [`Error::TemporaryFile`].
    pub(super) fn finish(mut self) -> Result<Range<u64>, Error> {
        self.flush()?;
        Ok(self.written)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.file.write(&self.buffer, self.written.end)?;
        self.written.end += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// Reads the records of a run that a [`RunWriter`] wrote.
pub(super) struct StoredReader {
    file: Rc<TemporaryFile>,
    /// The part of the file that the run takes.
    run: Range<u64>,
    /// The offset of the first byte that is not in `window` yet.
    position: u64,
    window: Vec<u8>,
    /// The next record begins at `window[at]`.
    at: usize,
    window_size: usize,
}

impl StoredReader {
    /// Creates a reader. It takes no memory for its buffer (`window`) before it is asked for its first record, because
    /// many runs may wait to be read.
    pub(super) fn new(file: Rc<TemporaryFile>, run: Range<u64>, window_size: usize) -> Self {
        StoredReader { file, position: run.start, run, window: Vec::new(), at: 0, window_size }
    }

    /// Returns the next record; `None` at the end of the run.
    ///
    /// # Errors
    ///
    /// Only [`Error::TemporaryFile`].
    pub(super) fn next(&mut self) -> Result<Option<Record>, Error> {
        let mut wanted = self.window_size;
        loop {
            let rest = self.window.get(self.at..).unwrap_or_default();
            if let Some(length) = u32_at(rest, 0).map(|length| 4 + length as usize) {
                if let Some(bytes) = rest.get(..length) {
                    self.at += length;
                    return decode(bytes).map(Some).ok_or_else(|| Error::Io(ErrorKind::InvalidData.into()));
                }
                wanted = wanted.max(length);
            }
            if self.position == self.run.end {
                return Ok(None);
            }
            self.fill(wanted)?;
        }
    }

    /// Gives the disk space of the run back to the system.
    pub(super) fn free(&self) {
        self.file.free(self.run.clone());
    }

    /// Reads on until the window holds `wanted` bytes, or all that is left of the run.
    fn fill(&mut self, wanted: usize) -> Result<(), Error> {
        self.window.drain(..self.at);
        self.at = 0;
        if wanted <= self.window_size {
            // A record that was longer than the window may have enlarged it. The records from here on need only the
            // usual size.
            self.window.shrink_to(self.window_size);
        }
        let kept = self.window.len();
        let count = (wanted.saturating_sub(kept).max(1) as u64).min(self.run.end - self.position);
        self.window.reserve_exact(count as usize);
        self.window.resize(kept + count as usize, 0);
        self.file.read(self.window.get_mut(kept..).unwrap_or_default(), self.position)?;
        self.position += count;
        Ok(())
    }
}

/// Appends the bytes of a record to `to`.
fn encode(record: &Record, to: &mut Vec<u8>) {
    let start = to.len();
    to.extend_from_slice(&[0; 4]);
    to.extend_from_slice(&record.time.to_le_bytes());
    match &record.kind {
        RecordKind::Sample { event, pid, tid, cpu, payload } => {
            to.push(SAMPLE);
            put_thread(*pid, *tid, to);
            put_cpu(*cpu, to);
            to.extend_from_slice(&event.to_le_bytes());
            to.extend_from_slice(payload);
        }
        RecordKind::GroupSample { pid, tid, cpu, counts } => {
            to.push(GROUP_SAMPLE);
            put_thread(*pid, *tid, to);
            put_cpu(*cpu, to);
            for Count { id, value } in counts {
                to.extend_from_slice(&id.to_le_bytes());
                to.extend_from_slice(&value.to_le_bytes());
            }
        }
        RecordKind::Comm { tid, comm } => {
            to.push(COMM);
            to.extend_from_slice(&tid.to_le_bytes());
            to.extend_from_slice(comm);
        }
        RecordKind::Fork { pid, tid, parent } => {
            to.push(FORK);
            put_thread(*pid, *tid, to);
            to.extend_from_slice(&parent.to_le_bytes());
        }
        RecordKind::Exit { pid, tid } => {
            to.push(EXIT);
            put_thread(*pid, *tid, to);
        }
        RecordKind::Lost { count, cpu } => {
            to.push(LOST);
            to.extend_from_slice(&count.to_le_bytes());
            put_cpu(*cpu, to);
        }
        // The end of a round has no time, so it is never among the records that wait.
        RecordKind::Other | RecordKind::FinishedRound => to.push(OTHER),
    }
    let length = (to.len() - start - 4) as u32;
    to.iter_mut().skip(start).zip(length.to_le_bytes()).for_each(|(to, byte)| *to = byte);
}

fn put_thread(pid: i32, tid: i32, to: &mut Vec<u8>) {
    to.extend_from_slice(&pid.to_le_bytes());
    to.extend_from_slice(&tid.to_le_bytes());
}

/// Writes the number of a CPU. An unknown CPU is written as `u32::MAX`: perf writes it so, too, and no CPU has this
/// number.
fn put_cpu(cpu: Option<Cpu>, to: &mut Vec<u8>) {
    to.extend_from_slice(&cpu.unwrap_or(u32::MAX).to_le_bytes());
}

/// Reads the bytes of one record. Returns `None` if [`encode`] cannot have written them.
fn decode(bytes: &[u8]) -> Option<Record> {
    let time = u64_at(bytes, 4)?;
    let fields = bytes.get(FRONT..)?;
    let id = |at: usize| u32_at(fields, at).map(|id| id as i32);
    let cpu = |at: usize| u32_at(fields, at).map(|cpu| Some(cpu).filter(|&cpu| cpu != u32::MAX));
    let kind = match *bytes.get(FRONT - 1)? {
        SAMPLE => RecordKind::Sample {
            pid: id(0)?,
            tid: id(4)?,
            cpu: cpu(8)?,
            event: u16_at(fields, 12)?,
            payload: fields.get(14..)?.into(),
        },
        GROUP_SAMPLE => {
            let counts = fields.get(12..)?.chunks_exact(16);
            let counts = counts.map(|count| Some(Count { id: u64_at(count, 0)?, value: u64_at(count, 8)? }));
            RecordKind::GroupSample { pid: id(0)?, tid: id(4)?, cpu: cpu(8)?, counts: counts.collect::<Option<_>>()? }
        }
        COMM => RecordKind::Comm { tid: id(0)?, comm: fields.get(4..)?.into() },
        FORK => RecordKind::Fork { pid: id(0)?, tid: id(4)?, parent: id(8)? },
        EXIT => RecordKind::Exit { pid: id(0)?, tid: id(4)? },
        LOST => RecordKind::Lost { count: u64_at(fields, 0)?, cpu: cpu(8)? },
        OTHER => RecordKind::Other,
        _ => return None,
    };
    Some(Record { time, kind })
}
