//! Runs in the temporary file, and the form that records have there.
//!
//! ```text
//! length of the rest (32 bits) | time (64) | kind (8) | the fields of the kind, little-endian
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

/// The bytes that are collected before they are written.
const WRITTEN_AT_ONCE: usize = 256 * 1024;

/// The bytes of a record in front of the fields of its kind.
const FRONT: usize = 4 + 8 + 1;

const OTHER: u8 = 0;
const SAMPLE: u8 = 1;
const GROUP_SAMPLE: u8 = 2;
const COMM: u8 = 3;
const FORK: u8 = 4;
const EXIT: u8 = 5;
const LOST: u8 = 6;

/// Writes a run behind what the temporary file holds.
pub(super) struct RunWriter {
    file: Rc<TemporaryFile>,
    written: Range<u64>,
    buffer: Vec<u8>,
}

impl RunWriter {
    /// Begins a run at an offset.
    pub(super) fn new(file: Rc<TemporaryFile>, offset: u64) -> Self {
        RunWriter { file, written: offset..offset, buffer: Vec::new() }
    }

    /// Adds a record, which is not older than the one before.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`]
    pub(super) fn add(&mut self, record: &Record) -> Result<(), Error> {
        encode(record, &mut self.buffer);
        if self.buffer.len() < WRITTEN_AT_ONCE { Ok(()) } else { self.flush() }
    }

    /// Ends the run and returns its place.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`]
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
    /// The whole run.
    run: Range<u64>,
    /// The offset of the bytes behind the window.
    position: u64,
    window: Vec<u8>,
    /// The run goes on at `window[at..]`.
    at: usize,
    window_size: usize,
}

impl StoredReader {
    /// Returns a reader that reads nothing before it is asked for a record.
    pub(super) fn new(file: Rc<TemporaryFile>, run: Range<u64>, window_size: usize) -> Self {
        StoredReader { file, position: run.start, run, window: Vec::new(), at: 0, window_size }
    }

    /// Returns the next record; `None` at the end of the run.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`]
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

    /// Gives the space of the run back to the system.
    pub(super) fn free(&self) {
        self.file.free(self.run.clone());
    }

    /// Reads until the window holds `wanted` bytes, or the run ends.
    fn fill(&mut self, wanted: usize) -> Result<(), Error> {
        self.window.drain(..self.at);
        self.at = 0;
        if wanted <= self.window_size {
            // A long record has passed.
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

/// Appends a record.
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
        // A round has no time, so it does not wait.
        RecordKind::Other | RecordKind::FinishedRound => to.push(OTHER),
    }
    let length = (to.len() - start - 4) as u32;
    to.iter_mut().skip(start).zip(length.to_le_bytes()).for_each(|(to, byte)| *to = byte);
}

fn put_thread(pid: i32, tid: i32, to: &mut Vec<u8>) {
    to.extend_from_slice(&pid.to_le_bytes());
    to.extend_from_slice(&tid.to_le_bytes());
}

/// No CPU has the number `u32::MAX`: perf uses it for a CPU that it does not know.
fn put_cpu(cpu: Option<Cpu>, to: &mut Vec<u8>) {
    to.extend_from_slice(&cpu.unwrap_or(u32::MAX).to_le_bytes());
}

/// Reads a whole record. `None` if no [`encode`] wrote it.
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
