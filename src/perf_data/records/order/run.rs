//! A run as the merge sees it: records in order, of which the next one is known.

use super::in_place::PlacedReader;
use super::on_disk::StoredReader;
use super::parser::Parser;
use crate::perf_data::error::{Damage, Error};
use crate::perf_data::records::record::Record;
use std::cmp::Ordering;

/// The place of the records of a run.
pub(super) enum RunReader {
    InPlace(PlacedReader),
    OnDisk(StoredReader),
}

/// Records in order. All of them came after those of the runs with lower numbers.
pub(super) struct Run {
    /// The time of the next record. Before the first one was read, no record of the run is older.
    pub(super) time: u64,
    /// The number of the run, in the order in which the records came.
    pub(super) number: u64,
    /// The number of merges that its records went through.
    pub(super) level: u32,
    next: Option<Record>,
    reader: RunReader,
}

impl Run {
    /// Makes a run of which nothing is read yet, and so has no window.
    pub(super) fn new(time: u64, number: u64, level: u32, reader: RunReader) -> Self {
        Run { time, number, level, next: None, reader }
    }

    /// Returns the number of pieces that are kept for this run.
    pub(super) fn pieces(&self) -> usize {
        match &self.reader {
            RunReader::InPlace(reader) => reader.pieces(),
            RunReader::OnDisk(_) => 0,
        }
    }

    /// Takes the next record out, if it is read. Then [`advance`](Self::advance) has to read the one behind it.
    pub(super) fn take(&mut self) -> Option<Record> {
        self.next.take()
    }

    /// Reads the next record, and returns whether there is one.
    ///
    /// # Errors
    ///
    /// Those of the file that the run stands in.
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

/// The run whose turn comes first is the greatest, as [`BinaryHeap`](std::collections::BinaryHeap) wants it.
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
