//! Runs of records that are not copied: they are read a second time at their places in the perf.data. A run is a series
//! of records in the order of their times. In each round, perf reads the buffer of every CPU once, and writes the
//! records of one CPU behind each other, so these records are a run.

use super::limits::Limits;
use super::parser::Parser;
use crate::perf_data::error::{Damage, Error};
use crate::perf_data::places::{SharedFile, read_exact_at};
use crate::perf_data::records::attributes::Attributes;
use crate::perf_data::records::parse::waiting_time;
use crate::perf_data::records::record::Record;
use crate::perf_data::records::record_header;
use std::ops::Range;

/// The part of the file that holds the records which now wait in memory. It may also hold records that were already
/// handed out.
#[derive(Default)]
pub(super) struct Waiting {
    /// All records in front of this offset have left memory.
    from: u64,
    /// The offset at which the last round ended. The records in front of it up to the time `released` were
    /// handed out.
    finished: u64,
    released: u64,
}

impl Waiting {
    /// Notes that a round ended at this offset of the file, and that all records up to `time` are handed out.
    ///
    /// `time` is the latest time of the records in front of the end of the previous round. So none of these records is
    /// in memory any more.
    pub(super) fn release(&mut self, offset: u64, time: u64) {
        self.from = self.finished.max(self.from);
        (self.finished, self.released) = (offset, time);
    }

    /// Returns the number of bytes of the file from the first record that may be in memory up to this offset.
    pub(super) fn span(&self, offset: u64) -> u64 {
        offset.saturating_sub(self.from)
    }

    /// Notes that all records in front of this offset have left memory.
    pub(super) fn leave(&mut self, offset: u64) {
        *self = Waiting { from: offset, finished: offset, released: 0 };
    }

    /// Reads the file again and finds the runs of the records that wait in memory. There are `records` of them, and the
    /// last one ends at the offset `end`. Returns `None` if a run has fewer than [`Limits::run_records`] records on
    /// average, or if the falling runs (newest record first), which are read backwards in pieces, have more than
    /// `pieces` pieces together.
    ///
    /// # Errors
    ///
    /// The errors of reading the file, and [`Damage::Changed`] if another number of waiting records than `records` is
    /// found, because the file has changed.
    pub(super) fn find_runs(
        &self,
        file: &SharedFile,
        (records, end): (usize, u64),
        pieces: usize,
        limits: &Limits,
        attributes: &Attributes,
    ) -> Result<Option<Vec<PlacedRun>>, Error> {
        let most = (records / limits.run_records).max(1);
        let mut runs: Vec<PlacedRun> = Vec::new();
        let (mut found, mut pieces_found) = (0, 0);
        let mut reader = ForwardReader::new(file.clone(), self.from..end, limits.window);
        while let Some((place, bytes)) = reader.next()? {
            let Some(time) = waiting_time(bytes, attributes) else { continue };
            let after = if place.start < self.finished { self.released } else { 0 };
            if time <= after {
                continue;
            }
            found += 1;
            if let Some(run) = runs.last_mut() {
                if run.after == after && run.extend(time, &place, limits.window as u64) {
                    continue;
                }
                pieces_found += run.pieces.len();
            }
            if runs.len() == most {
                return Ok(None);
            }
            runs.push(PlacedRun::new(time, place, after));
        }
        pieces_found += runs.last().map_or(0, |run| run.pieces.len());
        if found != records {
            return Err(Damage::Changed.into());
        }
        Ok(Some(runs).filter(|_| pieces_found <= pieces))
    }
}

/// A part of the file in which the times of the records only rise or only fall.
pub(super) struct PlacedRun {
    place: Range<u64>,
    first: u64,
    last: u64,
    /// Records of this part up to this time were handed out earlier; the reader skips them.
    after: u64,
    direction: Direction,
    /// The offset of each piece of a falling run. The pieces are read from the last to the first, each as a whole.
    pieces: Vec<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// The run has one record so far.
    None,
    /// No record is older than the one in front of it.
    Rising,
    /// Each record is older than the one in front of it. Equal times end a falling run: it is read backwards, which
    /// would swap the records of equal times.
    Falling,
}

impl PlacedRun {
    fn new(time: u64, place: Range<u64>, after: u64) -> Self {
        PlacedRun { place, first: time, last: time, after, direction: Direction::None, pieces: Vec::new() }
    }

    /// Returns the time of the oldest record.
    pub(super) fn earliest(&self) -> u64 {
        self.first.min(self.last)
    }

    /// Adds the next record of the file if the times still rise, or still fall, with it. Returns whether it was added.
    fn extend(&mut self, time: u64, place: &Range<u64>, window: u64) -> bool {
        // A piece of a falling run is read into memory as a whole, so a run must not have a gap that is longer than the
        // buffer of a reader (`window` bytes). Records that do not wait make such gaps.
        if place.start - self.place.end > window {
            return false;
        }
        match self.direction {
            Direction::None | Direction::Rising if time >= self.last => self.direction = Direction::Rising,
            Direction::None | Direction::Falling if time < self.last => {
                self.direction = Direction::Falling;
                match self.pieces.last() {
                    None => self.pieces.push(self.place.start),
                    Some(&piece) if place.start - piece >= window => self.pieces.push(place.start),
                    Some(_) => {}
                }
            }
            _ => return false,
        }
        self.last = time;
        self.place.end = place.end;
        true
    }
}

/// Reads the records of a [`PlacedRun`], oldest first.
pub(super) struct PlacedReader {
    /// Reads a rising run. A falling run uses only `forward.file`.
    forward: ForwardReader,
    after: u64,
    /// The offsets of the pieces of a falling run that are not read yet; `None` for a rising run.
    pieces: Option<Vec<u64>>,
    /// The offset at which the last of `pieces` ends.
    end: u64,
    /// The bytes of the piece that is being read, and the places of those of its records that are not handed out yet.
    piece: Vec<u8>,
    records: Vec<Range<u32>>,
}

impl PlacedReader {
    /// Creates a reader. It takes no memory for its buffers before it is asked for its first record, because many runs
    /// may wait to be read.
    pub(super) fn new(file: SharedFile, run: PlacedRun, window_size: usize) -> Self {
        let PlacedRun { place, after, direction, pieces, .. } = run;
        let is_falling = direction == Direction::Falling;
        PlacedReader {
            end: place.end,
            forward: ForwardReader::new(file, place, window_size),
            after,
            pieces: is_falling.then_some(pieces),
            piece: Vec::new(),
            records: Vec::new(),
        }
    }

    /// Returns the number of offsets of pieces that are kept for this run; 0 for a rising run.
    pub(super) fn pieces(&self) -> usize {
        self.pieces.as_ref().map_or(0, Vec::len)
    }

    /// Returns the next record; `None` at the end of the run.
    ///
    /// # Errors
    ///
    /// The errors of reading the file. The records were read without damage once before, so damage means that another
    /// program has changed the file.
    pub(super) fn next(&mut self, parser: &mut Parser<'_>) -> Result<Option<Record>, Error> {
        loop {
            let bytes = match self.pieces {
                None => self.forward.next()?.map(|(_, bytes)| bytes),
                Some(_) => self.next_backward()?,
            };
            let Some(bytes) = bytes else { return Ok(None) };
            let record = parser.parse(bytes)?;
            if let Some(record) = record.filter(|record| record.has_time() && record.time > self.after) {
                return Ok(Some(record));
            }
        }
    }

    fn next_backward(&mut self) -> Result<Option<&[u8]>, Error> {
        while self.records.is_empty() {
            let Some(start) = self.pieces.as_mut().and_then(Vec::pop) else { return Ok(None) };
            self.piece.resize((self.end - start) as usize, 0);
            read_exact_at(&self.forward.file, &mut self.piece, start)?;
            self.end = start;
            let mut at = 0;
            while let Some(length) = record_header::checked_length(self.piece.get(at..).unwrap_or_default())? {
                self.records.push(at as u32..(at + length) as u32);
                at += length;
            }
            if at != self.piece.len() {
                return Err(Damage::Changed.into());
            }
        }
        let record = self.records.pop().map(|record| record.start as usize..record.end as usize);
        Ok(record.and_then(|record| self.piece.get(record)))
    }
}

/// A record with its place in the file.
type PlacedBytes<'w> = (Range<u64>, &'w [u8]);

/// Reads records in the order of the file.
struct ForwardReader {
    file: SharedFile,
    /// The part of the file that is not in `window` yet.
    rest: Range<u64>,
    window: Vec<u8>,
    /// The next record is at `window[at..end]`.
    at: usize,
    end: usize,
    window_size: usize,
}

impl ForwardReader {
    fn new(file: SharedFile, part: Range<u64>, window_size: usize) -> Self {
        ForwardReader { file, rest: part, window: Vec::new(), at: 0, end: 0, window_size }
    }

    /// Lends the next record with its place in the file; `None` at the end of the part.
    fn next(&mut self) -> Result<Option<PlacedBytes<'_>>, Error> {
        let length = loop {
            let behind = self.window.get(self.at..self.end).unwrap_or_default();
            let length = record_header::checked_length(behind)?;
            match length {
                Some(length) if length <= behind.len() => break length,
                _ if !self.rest.is_empty() => self.fill(length.unwrap_or(0))?,
                _ if behind.is_empty() => return Ok(None),
                _ => return Err(Damage::Changed.into()),
            }
        };
        let start = self.rest.start - (self.end - self.at) as u64;
        self.at += length;
        let bytes = self.window.get(self.at - length..self.at).unwrap_or_default();
        Ok(Some((start..start + length as u64, bytes)))
    }

    /// Reads on until the window holds at least `length` bytes, or to the end of the part of the file if that comes
    /// first.
    fn fill(&mut self, length: usize) -> Result<(), Error> {
        self.window.copy_within(self.at..self.end, 0);
        (self.at, self.end) = (0, self.end - self.at);
        let count = self.window_size.max(length).saturating_sub(self.end).max(1) as u64;
        let count = count.min(self.rest.end - self.rest.start);
        let end = self.end + count as usize;
        if self.window.len() < end {
            self.window.resize(end, 0);
        }
        read_exact_at(&self.file, self.window.get_mut(self.end..end).unwrap_or_default(), self.rest.start)?;
        self.end = end;
        self.rest.start += count;
        Ok(())
    }
}
