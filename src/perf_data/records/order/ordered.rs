//! The records that wait for their turn, in memory and on disk, and perf's rule that says when they are ready.

use super::in_place::Waiting;
use super::limits::Limits;
use super::parser::Parser;
use super::spill::Spill;
use crate::perf_data::error::Error;
use crate::perf_data::places::SharedFile;
use crate::perf_data::records::attributes::Attributes;
use crate::perf_data::records::record::Record;
use std::io::ErrorKind;

/// Puts records in the order of their times. In a round, perf reads the buffer of each CPU once; at the end of each
/// round, a part of the records is ready to be handed out. Records of equal times keep the order in which they came.
pub(in crate::perf_data) struct OrderedRecords {
    /// `records[..given]` were handed out. `records[given..ready]` are ready to be handed out, in this order.
    /// `records[ready..]` wait for the end of a later round.
    records: Vec<Record>,
    given: usize,
    ready: usize,
    /// `records[..sorted]` are in the order of time.
    sorted: usize,
    /// The bytes of the payloads and comms of `records[given..]`.
    heap_bytes: usize,
    /// A record without a time. It is handed out next, because it cannot be put in order.
    timeless: Option<Record>,
    /// The latest time of the mappings (MMAP and MMAP2 records) that stood in front of the first record of a stream; 0
    /// once they would have been handed out. They change no event and are not kept. But perf lets them wait like
    /// records, and they decide up to which time a round makes records ready.
    latest_mapping: u64,
    /// The latest time of the records that wait. If none waits, it is that of the records that waited last.
    latest: u64,
    /// The value that `latest` had when the last round finished.
    previous_round: u64,
    /// All records up to this time are ready.
    limit: u64,
    /// True if records came after the last end of a round, so that more of their round may follow.
    is_in_round: bool,
    /// The time up to which the end of the last round has made records ready. All records up to this time are known to
    /// have come.
    certain: u64,
    /// The file that the records come from, if they can be read again at their places in it.
    file: Option<SharedFile>,
    /// The part of `file` that holds the records in memory.
    waiting: Waiting,
    /// The records that wait outside of memory. All of them came before the records in memory.
    spill: Spill,
    limits: Limits,
}

impl OrderedRecords {
    /// Creates an empty set of records to be put in order. `file` is the file that the records come from; a stream has
    /// none, and its records cannot be read again.
    pub(in crate::perf_data) fn new(file: Option<SharedFile>, limits: Limits) -> Self {
        OrderedRecords {
            records: Vec::new(),
            given: 0,
            ready: 0,
            sorted: 0,
            heap_bytes: 0,
            timeless: None,
            latest_mapping: 0,
            latest: 0,
            previous_round: 0,
            limit: 0,
            is_in_round: false,
            certain: 0,
            file,
            waiting: Waiting::default(),
            spill: Spill::default(),
            limits,
        }
    }

    /// Notes that the first record stands at this offset of the file.
    pub(in crate::perf_data) fn begin(&mut self, offset: u64) {
        self.waiting.leave(offset);
    }

    /// Notes the latest time of the mappings in front of the first record of a stream; 0 if they have none.
    pub(in crate::perf_data) fn wait_for_mappings(&mut self, latest: u64) {
        (self.latest_mapping, self.latest) = (latest, latest);
    }

    /// Adds a record, which ends at this offset of the file. Returns whether memory is full: then the caller must call
    /// [`spill`](Self::spill) before it adds another record. Before each call of `push`, the caller must have taken out
    /// all ready records with [`next`](Self::next), because `spill` would make them wait again.
    pub(in crate::perf_data) fn push(&mut self, record: Record, offset: u64) -> bool {
        if !record.has_time() {
            self.timeless = Some(record);
            return false;
        }
        // perf, too, forgets the latest time when no record waits.
        self.latest = if self.is_empty() { record.time } else { self.latest.max(record.time) };
        self.heap_bytes += record.heap_bytes();
        self.is_in_round = true;
        self.records.push(record);
        self.records.len() - self.given >= self.limits.records
            || self.heap_bytes > self.limits.bytes
            || self.file.is_some() && self.waiting.span(offset) > self.limits.span
    }

    /// Notes that the following records cannot be read again at a place in the file, because they were compressed.
    pub(in crate::perf_data) fn leave_places(&mut self) {
        self.file = None;
    }

    /// Ends a round, at this offset of the file: all records that no later record can precede become ready. If no
    /// record waits, nothing becomes ready, and the time of the previous round stays as it is, as in perf.
    pub(in crate::perf_data) fn finish_round(&mut self, offset: u64) {
        self.is_in_round = false;
        if self.is_empty() {
            return;
        }
        self.sort();
        self.release(self.previous_round);
        self.certain = self.previous_round;
        self.waiting.release(offset, self.previous_round);
        self.previous_round = self.latest;
    }

    /// Ends the input: all records become ready. Returns whether there are any.
    pub(in crate::perf_data) fn finish(&mut self) -> bool {
        self.is_in_round = false;
        self.sort();
        self.release(u64::MAX);
        !self.is_empty()
    }

    /// Returns the time up to which all records are known to have come, if a round has begun and not ended. After this
    /// time, records of some CPUs may be missing, because perf has not read their buffers yet. The time is 0 if no
    /// round has made a record ready yet. Returns `None` between two rounds.
    pub(in crate::perf_data) fn certain_in_round(&self) -> Option<u64> {
        self.is_in_round.then_some(self.certain)
    }

    /// Removes and returns the next ready record. Returns `None` if there is none, or if [`is_busy`](Self::is_busy).
    #[inline(always)]
    pub(in crate::perf_data) fn next_in_memory(&mut self) -> Option<Record> {
        if self.given == self.ready || self.is_busy() {
            return None;
        }
        let record = self.records.get_mut(self.given).map(std::mem::take)?;
        self.given += 1;
        self.heap_bytes -= record.heap_bytes();
        Some(record)
    }

    /// Returns whether the next record may be one that is not in `records`: a record without a time, or a record that
    /// waits outside of memory. Then [`next`](Self::next) must be called in place of
    /// [`next_in_memory`](Self::next_in_memory).
    #[inline(always)]
    pub(in crate::perf_data) fn is_busy(&self) -> bool {
        self.timeless.is_some() || !self.spill.is_empty()
    }

    /// Removes and returns the next ready record.
    ///
    /// # Errors
    ///
    /// The errors of the files that hold the records outside of memory. The error is `Interrupted` if a long merge of
    /// runs is not finished: the caller must call this again before it adds a record, and can answer a signal in
    /// between.
    pub(in crate::perf_data) fn next(
        &mut self,
        attributes: &Attributes,
        room: &mut Vec<u8>,
    ) -> Result<Option<Record>, Error> {
        let mut parser = Parser { attributes, room };
        if let Some(record) = self.timeless.take() {
            return Ok(Some(record));
        }
        // The records outside of memory came before those in memory, so they go first where times are equal.
        let in_memory = self.records.get(self.given..self.ready).and_then(<[Record]>::first);
        let limit = in_memory.map_or(self.limit, |record| self.limit.min(record.time));
        if let Some(record) = self.spill.next(limit, &mut parser)? {
            return Ok(Some(record));
        }
        let record = self.records.get_mut(self.given..self.ready).and_then(<[Record]>::first_mut).map(std::mem::take);
        if let Some(record) = &record {
            self.given += 1;
            self.heap_bytes -= record.heap_bytes();
        } else if !self.spill.merge_level(&mut parser, &self.limits)? {
            return Err(Error::Io(ErrorKind::Interrupted.into()));
        }
        Ok(record)
    }

    /// Returns whether records wait outside of memory.
    pub(in crate::perf_data) fn is_spilled(&self) -> bool {
        !self.spill.is_empty()
    }

    /// Returns whether no record waits.
    fn is_empty(&self) -> bool {
        self.given == self.records.len() && self.spill.is_empty() && self.latest_mapping == 0
    }

    /// Removes the records that were handed out and sorts the others. The sort is stable, so records of equal times
    /// keep the order in which they came.
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

    /// Makes all records up to `time` ready.
    fn release(&mut self, time: u64) {
        self.ready = self.records.partition_point(|record| record.time <= time);
        self.limit = time;
        if self.latest_mapping <= time {
            self.latest_mapping = 0;
        }
    }

    /// Moves all records out of memory. The last one ends at this offset of the file.
    ///
    /// # Errors
    ///
    /// Those of [`next`](Self::next).
    #[cold]
    pub(in crate::perf_data) fn spill(&mut self, offset: u64, attributes: &Attributes) -> Result<(), Error> {
        self.drop_given();
        let pieces = self.spill.free_pieces(&self.limits);
        let records = (self.records.len(), offset);
        let find = |file| self.waiting.find_runs(file, records, pieces, &self.limits, attributes);
        // The span is compared with its limit only when a record is added. If a long stretch of the file has no records
        // that wait, the span is far above the limit when the next record comes, and to search all of it would take too
        // long.
        let is_short = self.waiting.span(offset) / 2 <= self.limits.span;
        let runs = self.file.as_ref().filter(|_| is_short).map(find).transpose()?.flatten();
        match (&self.file, runs) {
            (Some(file), Some(runs)) => self.spill.add_places(runs, file, &self.limits)?,
            _ => {
                self.sort();
                self.spill.add_records(&self.records, &self.limits)?;
            }
        }
        self.waiting.leave(offset);
        // The records that were just moved out wait for the end of the next round, even those whose time is at most the
        // `limit` that the last round has set. In memory they would have waited, too, because only the end of a round
        // makes records in memory ready.
        self.limit = 0;
        self.records.clear();
        (self.sorted, self.heap_bytes) = (0, 0);
        Ok(())
    }
}
