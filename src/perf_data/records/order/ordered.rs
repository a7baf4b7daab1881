//! The records that wait, in memory and outside, and perf's rule for their release.

use super::in_place::{Place, RunFinder};
use super::limits::Limits;
use super::run::Parser;
use super::spill::Spill;
use crate::perf_data::error::Error;
use crate::perf_data::places::SharedFile;
use crate::perf_data::records::attributes::Attributes;
use crate::perf_data::records::record::Record;

/// Puts records in the order of their times, one round after another. Records
/// of equal times keep the order in which they came.
pub(in crate::perf_data) struct OrderedRecords {
    /// `records[..given]` were handed out, `records[given..ready]` are ready in
    /// order, and `records[ready..]` wait.
    records: Vec<Record>,
    given: usize,
    ready: usize,
    /// `records[..sorted]` are in order.
    sorted: usize,
    /// The bytes of the payloads and comms of `records[given..]`.
    heap_bytes: usize,
    /// A record without a time, which is ready at once.
    timeless: Option<Record>,
    /// The latest time of the records that wait, or of the last ones that waited.
    latest: u64,
    /// The value that `latest` had when the last round finished.
    previous_round: u64,
    /// Records up to this time are ready.
    limit: u64,
    /// The file, if records have places in it.
    file: Option<SharedFile>,
    places: RunFinder,
    /// The waiting records that are not in memory. All of them came before those in memory.
    spill: Spill,
    limits: Limits,
}

impl OrderedRecords {
    /// Makes an order without records. Their places are those in `file`; a stream has none.
    pub(in crate::perf_data) fn new(file: Option<SharedFile>, limits: Limits) -> Self {
        OrderedRecords {
            records: Vec::new(),
            given: 0,
            ready: 0,
            sorted: 0,
            heap_bytes: 0,
            timeless: None,
            latest: 0,
            previous_round: 0,
            limit: 0,
            file,
            places: RunFinder::default(),
            spill: Spill::default(),
            limits,
        }
    }

    /// Adds a record, with its place if it can be read there again. All that are ready must have
    /// been taken out with [`next`](Self::next).
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`]
    pub(in crate::perf_data) fn push(&mut self, record: Record, place: Option<Place>) -> Result<(), Error> {
        if !record.has_time() {
            self.timeless = Some(record);
            return Ok(());
        }
        // Without records that wait, perf forgets the latest time.
        self.latest = if self.is_empty() { record.time } else { self.latest.max(record.time) };
        self.heap_bytes += record.heap_bytes();
        if self.file.is_some() {
            self.places.add(record.time, place, &self.limits);
        }
        self.records.push(record);
        if self.records.len() - self.given >= self.limits.records || self.heap_bytes > self.limits.bytes {
            return self.spill();
        }
        Ok(())
    }

    /// Makes ready all records that nothing can precede any more. perf does nothing where no record waits.
    pub(in crate::perf_data) fn finish_round(&mut self) {
        if self.is_empty() {
            return;
        }
        self.sort();
        self.release(self.previous_round);
        self.previous_round = self.latest;
    }

    /// Makes all records ready, at the end of the input. Returns whether there are any.
    pub(in crate::perf_data) fn finish(&mut self) -> bool {
        self.sort();
        self.release(u64::MAX);
        !self.is_empty()
    }

    /// Takes out the next record that is ready.
    ///
    /// # Errors
    ///
    /// Those of the files in which records wait outside of memory.
    #[inline]
    pub(in crate::perf_data) fn next(
        &mut self,
        attributes: &Attributes,
        room: &mut Vec<u8>,
    ) -> Result<Option<Record>, Error> {
        if !self.spill.is_empty()
            && let Some(record) = self.next_outside(&mut Parser { attributes, room })?
        {
            return Ok(Some(record));
        }
        if self.given == self.ready {
            return Ok(self.timeless.take());
        }
        let Some(record) = self.records.get_mut(self.given).map(std::mem::take) else { return Ok(None) };
        self.given += 1;
        self.heap_bytes -= record.heap_bytes();
        Ok(Some(record))
    }

    /// Does a part of the work that records outside of memory need before the next record is added.
    /// Returns whether the work is done.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub(in crate::perf_data) fn prepare(&mut self, attributes: &Attributes, room: &mut Vec<u8>) -> Result<bool, Error> {
        self.spill.merge_level(&mut Parser { attributes, room }, &self.limits)
    }

    /// Returns whether records wait outside of memory.
    pub(in crate::perf_data) fn is_spilled(&self) -> bool {
        !self.spill.is_empty()
    }

    /// Returns whether no record waits.
    fn is_empty(&self) -> bool {
        self.given == self.records.len() && self.spill.is_empty()
    }

    /// Takes out the next record outside of memory, unless one in memory comes before it. Of equal
    /// times, the one outside came first.
    #[cold]
    fn next_outside(&mut self, parser: &mut Parser<'_>) -> Result<Option<Record>, Error> {
        let in_memory = self.records.get(self.given..self.ready).and_then(<[Record]>::first);
        let limit = in_memory.map_or(self.limit, |record| self.limit.min(record.time));
        self.spill.next(limit, parser)
    }

    /// Removes what was handed out and sorts the rest. The sort is stable, so
    /// records of equal times keep their order.
    fn sort(&mut self) {
        self.drop_given();
        if self.sorted < self.records.len() {
            self.records.sort_by_key(|record| record.time);
            self.sorted = self.records.len();
        }
    }

    fn drop_given(&mut self) {
        self.records.drain(..self.given);
        self.sorted -= self.given;
        (self.given, self.ready) = (0, 0);
    }

    /// Makes ready all records up to this time.
    fn release(&mut self, time: u64) {
        self.ready = self.records.partition_point(|record| record.time <= time);
        self.limit = time;
        self.places.release(time);
    }

    /// Moves the records out of memory.
    #[cold]
    fn spill(&mut self) -> Result<(), Error> {
        self.drop_given();
        let pieces = self.spill.free_pieces(&self.limits);
        let runs = self.places.take(self.records.len(), pieces, &self.limits);
        match (&self.file, runs) {
            (Some(file), Some(runs)) => self.spill.add_places(runs, file, &self.limits)?,
            _ => {
                self.sort();
                self.spill.add_records(&self.records, &self.limits)?;
            }
        }
        // A late record outside waits for the next release, as one in memory does.
        self.limit = 0;
        self.records.clear();
        (self.sorted, self.heap_bytes) = (0, 0);
        Ok(())
    }
}
