//! Runs that stay at their places in the file: the records of one CPU, for example.

use super::limits::Limits;
use super::run::Parser;
use crate::perf_data::error::{Damage, Error};
use crate::perf_data::places::{SharedFile, read_exact_at};
use crate::perf_data::records::record::Record;
use crate::perf_data::records::record_header;
use std::ops::Range;

/// The place of a record in the file: its bytes, with the header.
pub(in crate::perf_data) type Place = Range<u64>;

/// Finds the runs among the records in memory.
#[derive(Default)]
pub(super) struct RunFinder {
    /// The runs, in the order of the file. Together they hold all records in memory that have a place.
    runs: Vec<PlacedRun>,
    /// True if the next record may belong to the last run.
    is_open: bool,
    /// The latest time of those records in memory that belong to none of `runs`; 0 if there are none.
    unplaced: u64,
}

/// Records that stand in the file one behind the other, and whose times rise or fall.
#[derive(Debug)]
pub(super) struct PlacedRun {
    place: Place,
    first: u64,
    last: u64,
    /// Records of the place that are not later than this do not belong to the run: they were handed out.
    after: u64,
    direction: Direction,
    /// The offsets of the pieces of a falling run.
    pieces: Vec<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    /// The run has one record.
    None,
    /// No record is older than the one before.
    Rising,
    /// Each record is older than the one before. Records of equal times would change places
    /// when the run is read backwards.
    Falling,
}

impl RunFinder {
    /// Adds a record that came into memory.
    pub(super) fn add(&mut self, time: u64, place: Option<Place>, limits: &Limits) {
        let Some(place) = place else {
            self.unplaced = self.unplaced.max(time);
            self.is_open = false;
            return;
        };
        if let Some(run) = self.runs.last_mut().filter(|_| self.is_open)
            && run.extend(time, &place, limits.window as u64)
        {
            return;
        }
        if self.runs.len() >= limits.records / limits.run_records {
            let latest = self.runs.iter().map(PlacedRun::latest).max();
            self.unplaced = self.unplaced.max(latest.unwrap_or(0));
            self.runs.clear();
        }
        self.runs.push(PlacedRun {
            place,
            first: time,
            last: time,
            after: 0,
            direction: Direction::None,
            pieces: Vec::new(),
        });
        self.is_open = true;
    }

    /// Forgets the records up to a time, which were handed out.
    pub(super) fn release(&mut self, time: u64) {
        self.is_open = false;
        self.runs.retain_mut(|run| {
            run.after = run.after.max(time);
            run.latest() > time
        });
        if self.unplaced <= time {
            self.unplaced = 0;
        }
    }

    /// Takes the runs out, if they hold all of the `records` in memory and are not too many, and
    /// if they have no more than `pieces` pieces.
    pub(super) fn take(&mut self, records: usize, pieces: usize, limits: &Limits) -> Option<Vec<PlacedRun>> {
        let RunFinder { runs, unplaced, .. } = std::mem::take(self);
        let is_few = runs.len() <= (records / limits.run_records).max(1);
        let has_room = runs.iter().map(|run| run.pieces.len()).sum::<usize>() <= pieces;
        (unplaced == 0 && is_few && has_room).then_some(runs)
    }
}

impl PlacedRun {
    /// Returns the latest time of the run.
    pub(super) fn latest(&self) -> u64 {
        self.first.max(self.last)
    }

    /// Returns a time that no record of the run is older than.
    pub(super) fn earliest(&self) -> u64 {
        self.first.min(self.last).max(self.after.saturating_add(1))
    }

    /// Returns the number of pieces that are kept for this run.
    pub(super) fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// Adds the next record, and returns true if it belongs to the run.
    fn extend(&mut self, time: u64, place: &Place, window: u64) -> bool {
        // The pieces of a falling run are read as a whole, so there is no long gap in them.
        if place.start < self.place.end || place.start - self.place.end > window {
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
    file: SharedFile,
    run: PlacedRun,
    /// Bytes of the file: of a rising run those in front of `run.place`, of a falling run a piece behind it.
    window: Vec<u8>,
    /// A rising run goes on at `window[at..]`.
    at: usize,
    /// The records of the piece of a falling run, as offsets into `window`.
    records: Vec<u32>,
    window_size: usize,
}

impl PlacedReader {
    /// Returns a reader that reads nothing before it is asked for a record.
    pub(super) fn new(file: SharedFile, run: PlacedRun, window_size: usize) -> Self {
        PlacedReader { file, run, window: Vec::new(), at: 0, records: Vec::new(), window_size }
    }

    /// Returns the number of pieces that are kept for this run.
    pub(super) fn pieces(&self) -> usize {
        self.run.pieces()
    }

    /// Returns the next record; `None` at the end of the run.
    ///
    /// # Errors
    ///
    /// Those of the file. The records were read once before, so damage means that the file changes.
    pub(super) fn next(&mut self, parser: &mut Parser<'_>) -> Result<Option<Record>, Error> {
        let after = self.run.after;
        while let Some(bytes) = self.next_bytes()? {
            if let Some(record) = parser.parse(bytes)?
                && record.has_time()
                && record.time > after
            {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn next_bytes(&mut self) -> Result<Option<&[u8]>, Error> {
        let record = match self.run.direction {
            Direction::None | Direction::Rising => self.next_forward()?,
            Direction::Falling => self.next_backward()?,
        };
        Ok(record.and_then(|record| self.window.get(record)))
    }

    fn next_forward(&mut self) -> Result<Option<Range<usize>>, Error> {
        let mut wanted = self.window_size;
        loop {
            let rest = self.window.get(self.at..).unwrap_or_default();
            match record_header::checked_length(rest)? {
                Some(length) if length <= rest.len() => {
                    self.at += length;
                    return Ok(Some(self.at - length..self.at));
                }
                Some(length) => wanted = wanted.max(length),
                None => {}
            }
            if self.run.place.is_empty() {
                return if rest.is_empty() { Ok(None) } else { Err(Damage::Changed.into()) };
            }
            self.window.drain(..self.at);
            self.at = 0;
            let kept = self.window.len();
            let count = wanted.saturating_sub(kept).max(1) as u64;
            let count = count.min(self.run.place.end - self.run.place.start);
            self.window.resize(kept + count as usize, 0);
            let room = self.window.get_mut(kept..).unwrap_or_default();
            read_exact_at(&self.file, room, self.run.place.start)?;
            self.run.place.start += count;
        }
    }

    fn next_backward(&mut self) -> Result<Option<Range<usize>>, Error> {
        while self.records.is_empty() {
            let Some(piece) = self.run.pieces.pop() else { return Ok(None) };
            self.window.resize((self.run.place.end - piece) as usize, 0);
            read_exact_at(&self.file, &mut self.window, piece)?;
            self.run.place.end = piece;
            let mut at = 0;
            while let Some(length) = record_header::checked_length(self.window.get(at..).unwrap_or_default())? {
                self.records.push(at as u32);
                at += length;
            }
            if at != self.window.len() {
                return Err(Damage::Changed.into());
            }
        }
        let Some(start) = self.records.pop().map(|start| start as usize) else { return Ok(None) };
        let length = record_header::length(self.window.get(start..).unwrap_or_default());
        Ok(length.map(|length| start..start + length))
    }
}
