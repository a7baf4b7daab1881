//! The records that wait outside of memory, as runs, and the merges that keep the number of runs small. A run is a
//! series of records in the order of their times.

use super::in_place::{PlacedReader, PlacedRun};
use super::limits::Limits;
use super::merge::Merge;
use super::on_disk::{RunWriter, StoredReader};
use super::parser::Parser;
use super::run::{Run, RunReader};
use super::temporary::TemporaryFile;
use crate::perf_data::error::Error;
use crate::perf_data::places::SharedFile;
use crate::perf_data::records::record::Record;
use std::rc::Rc;

/// The number of records that are merged in one step. Between two steps the program can answer a signal.
const STEP: usize = 16 * 1024;

/// The runs of records that wait outside of memory. A run has the level 0 when its records leave memory. When there are
/// too many runs of a level, they are merged into one run of the next level.
#[derive(Default)]
pub(super) struct Spill {
    runs: Merge,
    /// The temporary file; `None` until the first run is written to one.
    temporary: Option<Rc<TemporaryFile>>,
    /// The offset at which the last run in the temporary file ends.
    end: u64,
    /// The number of the next run.
    number: u64,
    /// The merge of all runs of a level into one of the next level, while it goes on.
    level_merge: Option<LevelMerge>,
}

/// A merge that is done step by step.
struct LevelMerge {
    runs: Merge,
    writer: RunWriter,
    /// The level of the run that the merge writes.
    level: u32,
    /// The time of the first record that was merged.
    first: Option<u64>,
}

impl Spill {
    /// Returns whether no record waits outside of memory.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.level_merge.is_none()
    }

    /// Returns how many more offsets may be kept. A falling run (newest record first) is read backwards in pieces, and
    /// the offset of each piece is kept.
    pub(super) fn free_pieces(&self, limits: &Limits) -> usize {
        limits.pieces.saturating_sub(self.runs.pieces())
    }

    /// Adds runs of records that stay at their places in the perf.data.
    ///
    /// # Errors
    ///
    /// Only [`Error::TemporaryFile`].
    pub(super) fn add_places(&mut self, runs: Vec<PlacedRun>, file: &SharedFile, limits: &Limits) -> Result<(), Error> {
        for run in runs {
            let time = run.earliest();
            let reader = PlacedReader::new(file.clone(), run, limits.window);
            self.add(time, 0, RunReader::InPlace(reader));
        }
        self.begin_level_merge(0, limits)
    }

    /// Writes records, which must be in the order of time, to the temporary file as one run.
    ///
    /// # Errors
    ///
    /// Only [`Error::TemporaryFile`].
    pub(super) fn add_records(&mut self, records: &[Record], limits: &Limits) -> Result<(), Error> {
        let Some(first) = records.first() else { return Ok(()) };
        let file = self.temporary(limits)?;
        let mut writer = RunWriter::new(Rc::clone(&file), self.end);
        for record in records {
            writer.add(record)?;
        }
        let run = writer.finish()?;
        self.end = run.end;
        self.add(first.time, 0, RunReader::OnDisk(StoredReader::new(file, run, limits.window)));
        self.begin_level_merge(0, limits)
    }

    /// Removes and returns the oldest record that waits outside of memory, if it is not later than `limit`.
    ///
    /// # Errors
    ///
    /// The errors of reading the files that hold the runs.
    pub(super) fn next(&mut self, limit: u64, parser: &mut Parser<'_>) -> Result<Option<Record>, Error> {
        let record = self.runs.next(limit, parser)?;
        if self.is_empty()
            && let Some(file) = &self.temporary
            && self.end > 0
        {
            file.clear()?;
            self.end = 0;
        }
        Ok(record)
    }

    /// Does one step of the merge of a level, if one has begun and is not done. Returns true when no merge is left.
    ///
    /// # Errors
    ///
    /// The errors of the files that hold the runs.
    pub(super) fn merge_level(&mut self, parser: &mut Parser<'_>, limits: &Limits) -> Result<bool, Error> {
        let Some(merge) = &mut self.level_merge else { return Ok(true) };
        for _ in 0..STEP {
            let Some(record) = merge.runs.next(u64::MAX, parser)? else {
                self.end_level_merge(limits)?;
                return Ok(self.level_merge.is_none());
            };
            merge.first.get_or_insert(record.time);
            merge.writer.add(&record)?;
        }
        Ok(false)
    }

    /// Adds a run whose records came after those of all other runs.
    fn add(&mut self, time: u64, level: u32, reader: RunReader) {
        self.runs.add(Run::new(time, self.number, level, reader));
        self.number += 1;
    }

    /// Begins to merge the runs of a level if they are too many. The result is one run of the next level.
    ///
    /// A run of level 1 is the result of merging runs of level 0, which came before all present runs of level 0, and so
    /// on. At this moment there are no runs of a lower level, because they were all merged into the last run of this
    /// level. So the records of this level are the latest of all, and the merged run rightly gets the highest number:
    /// of records with equal times, those of the run with the higher number came later.
    fn begin_level_merge(&mut self, level: u32, limits: &Limits) -> Result<(), Error> {
        if self.runs.count(level) < limits.runs {
            return Ok(());
        }
        let writer = RunWriter::new(self.temporary(limits)?, self.end);
        let runs = self.runs.split_off(level);
        self.level_merge = Some(LevelMerge { runs, writer, level: level + 1, first: None });
        Ok(())
    }

    fn end_level_merge(&mut self, limits: &Limits) -> Result<(), Error> {
        let Some(LevelMerge { writer, level, first, .. }) = self.level_merge.take() else { return Ok(()) };
        let run = writer.finish()?;
        self.end = run.end;
        if let Some(time) = first {
            let reader = StoredReader::new(self.temporary(limits)?, run, limits.window);
            self.add(time, level, RunReader::OnDisk(reader));
        }
        self.begin_level_merge(level, limits)
    }

    fn temporary(&mut self, limits: &Limits) -> Result<Rc<TemporaryFile>, Error> {
        match &self.temporary {
            Some(file) => Ok(Rc::clone(file)),
            None => Ok(Rc::clone(self.temporary.insert(Rc::new(TemporaryFile::new(&limits.folder)?)))),
        }
    }
}
