//! The end of the search that a run begins with if the user gave no loop.
//!
//! Such a run follows the built-in loop, and all pairs and some other loops beside it. If an event of the built-in loop
//! comes, the search ends, and the run goes on as if it had followed this loop alone.

use super::beginnings::Beginnings;
use super::run::Engine;
use super::tracks::Tracks;
use crate::matcher::Shape;
use crate::pattern::Found;

impl Engine<'_> {
    /// Returns whether the event that was found stands at a position of one of the task's loops. The pairs, and the loops
    /// that are only tried for the overview, are not among these.
    pub(super) fn stands_in_own_loop(&self, found: Found) -> bool {
        let own = self.task.loops.len();
        self.front.hits(found).iter().any(|hit| hit.loop_index < own)
    }

    /// Ends the search. No event of the loops of the task has been followed yet, so they lose nothing by beginning
    /// anew.
    #[cold]
    pub(super) fn end_overview(&mut self) {
        self.task.overview = None;
        self.beginnings = Beginnings::new();
        self.ledger.pairs_beyond = 0;
        self.front.watch.drop_loops();
        let input = self.tracks.input().to_vec();
        self.tracks = Tracks::new(&self.task, self.sinks.needs());
        self.tracks.name_input(&input);
        self.add_tracks_of_task();
        if let (Some(diagnosis), Some(follow)) = (self.diagnosis.take(), &self.task.follow) {
            let shapes: Vec<Shape> = self.task.loops.iter().map(|spec| self.task.shape(spec)).collect();
            self.diagnosis = Some(diagnosis.into_hints(self.task.propose, follow.matching, &shapes));
        }
        self.decide_interest();
    }
}
