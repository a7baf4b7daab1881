//! A run of records in the order of time, together with its next record, by which runs are merged.

use super::in_place::PlacedReader;
use super::on_disk::StoredReader;
use super::parser::Parser;
use crate::perf_data::error::{Damage, Error};
use crate::perf_data::records::record::Record;
use std::cmp::Ordering;

/// The reader that fetches the records of a run, from the perf.data itself or from a temporary file.
pub(super) enum RunReader {
    InPlace(PlacedReader),
    OnDisk(StoredReader),
}

/// Records in the order of time. They came after the records of all runs with a lower `number`.
pub(super) struct Run {
    /// The time of the next record. If none was read yet, it is the time of the oldest record of the run.
    pub(super) time: u64,
    /// Runs are numbered in the order in which their records came.
    pub(super) number: u64,
    /// The number of merges that the records of this run went through.
    pub(super) level: u32,
    next: Option<Record>,
    reader: RunReader,
}

impl Run {
    /// Creates a run. Nothing of it is read yet, so it has no buffer yet. `time` is the time of its oldest record.
    pub(super) fn new(time: u64, number: u64, level: u32, reader: RunReader) -> Self {
        Run { time, number, level, next: None, reader }
    }

    /// Returns the number of offsets that are kept if this is a falling run (newest record first), which is read
    /// backwards in pieces: one offset for each piece. Returns 0 for other runs.
    pub(super) fn pieces(&self) -> usize {
        match &self.reader {
            RunReader::InPlace(reader) => reader.pieces(),
            RunReader::OnDisk(_) => 0,
        }
    }

    /// Removes and returns the next record; `None` if nothing was read yet. Afterwards [`advance`](Self::advance) must
    /// read the record that follows.
    pub(super) fn take(&mut self) -> Option<Record> {
        self.next.take()
    }

    /// Reads the record that follows, and returns whether there is one.
    ///
    /// # Errors
    ///
    /// The errors of reading the file that holds the run.
    pub(super) fn advance(&mut self, parser: &mut Parser<'_>) -> Result<bool, Error> {
        self.next = match &mut self.reader {
            RunReader::InPlace(reader) => reader.next(parser)?,
            RunReader::OnDisk(reader) => reader.next()?,
        };
        match (&self.next, &self.reader) {
            (Some(next), _) if next.time < self.time => return Err(Damage::Changed.into()),
            (Some(next), _) => self.time = next.time,
            (None, RunReader::OnDisk(reader)) => reader.free(),
            (None, RunReader::InPlace(_)) => {}
        }
        Ok(self.next.is_some())
    }
}

/// [`BinaryHeap`](std::collections::BinaryHeap) puts the greatest run on top, so the run with the oldest next record
/// counts as the greatest. If two runs have the same time, it is the one with the lower number.
impl Ord for Run {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.time, other.number).cmp(&(self.time, self.number))
    }
}

impl PartialOrd for Run {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Run {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Run {}
