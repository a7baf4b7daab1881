//! Merges runs of records. The records of each run are in the order of their times, and the next record of the merge is
//! always the oldest one of all runs.

use super::parser::Parser;
use super::run::Run;
use crate::perf_data::error::Error;
use crate::perf_data::records::record::Record;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// Runs of records that are merged.
#[derive(Default)]
pub(super) struct Merge {
    /// The run with the oldest next record is on top. If several runs have
    /// the same time, it is the run whose records came first.
    runs: BinaryHeap<Run>,
}

impl Merge {
    /// Adds a run.
    pub(super) fn add(&mut self, run: Run) {
        self.runs.push(run);
    }

    /// Returns whether all records of all runs were handed out.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Returns the number of runs that went through `level` merges.
    pub(super) fn count(&self, level: u32) -> usize {
        self.runs.iter().filter(|run| run.level == level).count()
    }

    /// Returns the number of offsets that are kept for the falling runs. In such a run the newest record comes first,
    /// so it is read backwards in pieces, and the offset of each piece is kept.
    pub(super) fn pieces(&self) -> usize {
        self.runs.iter().map(Run::pieces).sum()
    }

    /// Removes the runs that went through `level` merges, and returns them as a merge of their own.
    pub(super) fn split_off(&mut self, level: u32) -> Merge {
        let all = std::mem::take(&mut self.runs).into_iter();
        let (of_level, others): (Vec<Run>, Vec<Run>) = all.partition(|run| run.level == level);
        self.runs = others.into();
        Merge { runs: of_level.into() }
    }

    /// Removes and returns the oldest record, if it is not later than `limit`.
    ///
    /// # Errors
    ///
    /// The errors of reading the files that hold the runs.
    pub(super) fn next(&mut self, limit: u64, parser: &mut Parser<'_>) -> Result<Option<Record>, Error> {
        while let Some(mut run) = self.runs.peek_mut() {
            if run.time > limit {
                return Ok(None);
            }
            let record = run.take();
            if !run.advance(parser)? {
                PeekMut::pop(run);
            }
            // `record` is `None` if nothing of the run had been read before. In this case `advance` has read the first
            // record of the run. The heap moves the run to the place that the time of this record gives it, and the
            // search goes on.
            if record.is_some() {
                return Ok(record);
            }
        }
        Ok(None)
    }
}
