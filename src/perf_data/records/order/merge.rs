//! Brings runs together: always the oldest record of all runs is next.

use super::parser::Parser;
use super::run::Run;
use crate::perf_data::error::Error;
use crate::perf_data::records::record::Record;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// Runs that are read side by side.
#[derive(Default)]
pub(super) struct Merge {
    /// The run with the oldest record is on top; of equal times the one that came first.
    runs: BinaryHeap<Run>,
}

impl Merge {
    /// Adds a run.
    pub(super) fn add(&mut self, run: Run) {
        self.runs.push(run);
    }

    /// Returns whether all records were handed out.
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Returns the number of runs of a level.
    pub(super) fn count(&self, level: u32) -> usize {
        self.runs.iter().filter(|run| run.level == level).count()
    }

    /// Returns the number of pieces that are kept for all runs.
    pub(super) fn pieces(&self) -> usize {
        self.runs.iter().map(Run::pieces).sum()
    }

    /// Takes the runs of a level out into a merge of their own.
    pub(super) fn split_off(&mut self, level: u32) -> Merge {
        let all = std::mem::take(&mut self.runs).into_iter();
        let (of_level, others): (Vec<Run>, Vec<Run>) = all.partition(|run| run.level == level);
        self.runs = others.into();
        Merge { runs: of_level.into() }
    }

    /// Takes the next record out, if it is not later than `limit`.
    ///
    /// # Errors
    ///
    /// Those of the files that the runs stand in.
    pub(super) fn next(&mut self, limit: u64, parser: &mut Parser<'_>) -> Result<Option<Record>, Error> {
        while let Some(mut run) = self.runs.peek_mut() {
            if run.time > limit {
                return Ok(None);
            }
            let record = run.take();
            if !run.advance(parser)? {
                PeekMut::pop(run);
            }
            // Without a record, the run was not read before, and now has its right place among the others.
            if record.is_some() {
                return Ok(record);
            }
        }
        Ok(None)
    }
}
