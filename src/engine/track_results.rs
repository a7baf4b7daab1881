//! The results of the loops: their summaries, and the chains that are open at the end of an input. A chain is a loop
//! that has begun and has not closed.

use super::stepped::OpenLoop;
use super::track::Track;
use super::tracks::Tracks;
use crate::report::{LoopSummary, StateOfLoop};
use crate::stats::Tally;

impl Tracks {
    /// Returns the loop with its open chains, the number of keys that have an open chain, and the references that read
    /// the values which the chains carry. This is for `--unfinished`.
    pub(super) fn open(&self, loop_index: usize) -> OpenLoop<'_> {
        OpenLoop {
            references: &self.references,
            spec: &self.tracks[loop_index].spec,
            key: self.tracks[loop_index].key,
            open: self.matcher.open(loop_index),
            chains: self.matcher.open_chains(loop_index).collect(),
        }
    }

    /// Returns the summaries of all loops over the whole run.
    pub(super) fn summaries(&self) -> Vec<LoopSummary<'_>> {
        let of_run = |(loop_index, track): _| {
            let state = self.has_state.then(|| self.state(loop_index));
            LoopSummary { side: Track::side(track), state, ..self.summary(track, &track.tally) }
        };
        self.tracks.iter().enumerate().map(of_run).collect()
    }

    /// Returns the data of a loop that are written to a state, the file with the saved results of a run.
    fn state(&self, loop_index: usize) -> StateOfLoop<'_> {
        let Track { groups, tally, .. } = &self.tracks[loop_index];
        StateOfLoop { definition: self.definition(loop_index), by: groups.by().map(str::to_owned), tally }
    }

    /// Returns the summaries of all loops over the current interval.
    pub(super) fn interval_summaries(&self) -> Vec<LoopSummary<'_>> {
        let of_interval = |track| Some(self.summary(track, track.interval_tally.as_ref()?));
        self.tracks.iter().filter_map(of_interval).collect()
    }

    fn summary<'s>(&self, track: &'s Track, tally: &'s Tally) -> LoopSummary<'s> {
        let was_seen = !track.tally.seen.contains(&0);
        LoopSummary { was_seen, ..LoopSummary::new(&track.spec, track.key, track.matching, tally) }
    }
}
