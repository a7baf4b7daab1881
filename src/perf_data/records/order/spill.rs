//! Records that wait outside of memory.

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

/// The most records of runs that are merged before a signal is answered.
const STEP: usize = 16 * 1024;

/// The runs that wait outside of memory.
#[derive(Default)]
pub(super) struct Spill {
    runs: Merge,
    /// The temporary file, once there are runs in it.
    temporary: Option<Rc<TemporaryFile>>,
    /// The number of bytes of the temporary file.
    end: u64,
    /// The number of the next run.
    number: u64,
    /// The merge of the runs of one level into a run of the next.
    level_merge: Option<LevelMerge>,
}

struct LevelMerge {
    runs: Merge,
    writer: RunWriter,
    level: u32,
    /// The time of the first record.
    first: Option<u64>,
}

impl Spill {
    /// Returns whether all records were handed out.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.level_merge.is_none()
    }

    /// Returns how many more pieces of falling runs may be kept.
    pub(super) fn free_pieces(&self, limits: &Limits) -> usize {
        limits.pieces.saturating_sub(self.runs.pieces())
    }

    /// Adds runs that stay at their places.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`]
    pub(super) fn add_places(&mut self, runs: Vec<PlacedRun>, file: &SharedFile, limits: &Limits) -> Result<(), Error> {
        for run in runs {
            let time = run.earliest();
            let reader = PlacedReader::new(file.clone(), run, limits.window);
            self.add(time, 0, RunReader::InPlace(reader));
        }
        self.begin_level_merge(0, limits)
    }

    /// Writes records, which are in order, as a run.
    ///
    /// # Errors
    ///
    /// [`Error::TemporaryFile`]
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

    /// Takes the next record out, if it is not later than `limit`.
    ///
    /// # Errors
    ///
    /// Those of the files that the runs stand in.
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

    /// Merges a number of records where the runs are too many. Returns whether that is done.
    ///
    /// # Errors
    ///
    /// Those of the files that the runs stand in.
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

    /// Adds the youngest run.
    fn add(&mut self, time: u64, level: u32, reader: RunReader) {
        self.runs.add(Run::new(time, self.number, level, reader));
        self.number += 1;
    }

    /// Begins to merge the runs of a level if they are too many. They are the youngest runs: those of lower levels
    /// went into them. So the new run is the youngest as well, and records of equal times keep their order.
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
