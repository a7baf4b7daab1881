//! The data that a comparison needs of one loop on one side. A side is the recordings from before a change, or those
//! from after it.

use super::comparison::Side;
use super::runs::Run;
use crate::event::Resolution;
use crate::pattern::Loop;
use crate::stats::{Deltas, LoopCells, Transition};

/// The statistics of each input of one side, for the transitions of one loop. They take the memory of the deltas of one
/// loop in one input, and of four numbers for each transition and each input that has ended.
#[derive(Clone, Debug)]
pub struct LoopRuns {
    positions: usize,
    /// The deltas of the input that is being read.
    current: Deltas,
    /// The statistics of the inputs that have ended: a list for each transition, and a last list for the total.
    ended: Vec<Vec<Run>>,
}

impl LoopRuns {
    /// Creates an empty list for a loop with `positions` positions, at least 2.
    pub fn new(positions: usize) -> Self {
        let current = Deltas::new(positions);
        let ended = vec![Vec::new(); current.transitions().len() + 1];
        LoopRuns { positions, current, ended }
    }

    /// Adds a closed loop of the input that is being read. `times` has the time of each position in nanoseconds.
    /// `resolution` is the resolution in which the input printed the times.
    pub fn record(&mut self, times: &[u64], resolution: Resolution) {
        self.current.record(times, resolution);
    }

    /// Adds deltas that an earlier run counted, and that the input that is being read (a state) contains. `transition`
    /// is the index of their transition; `None` for the total. Does nothing if the loop has no such transition.
    pub fn merge(&mut self, deltas: &Transition, transition: Option<usize>) {
        self.current.of_mut(transition).into_iter().for_each(|current| current.merge(deltas));
    }

    /// Ends the input that is being read. Its statistics become a run, unless no loop closed in it.
    pub fn end_input(&mut self) {
        let ended = std::mem::replace(&mut self.current, Deltas::new(self.positions));
        let transitions = ended.transitions().iter().chain([ended.total()]);
        for (runs, transition) in self.ended.iter_mut().zip(transitions) {
            runs.extend(Run::of(transition));
        }
    }
}

/// The data of one loop on one side.
#[derive(Clone, Copy)]
pub struct LoopSide<'a> {
    /// The statistics of the deltas.
    pub deltas: &'a Deltas,
    /// The deltas of each transition by time, in cells. A cell is a span of time.
    pub cells: &'a LoopCells,
    /// The statistics of each input of the side.
    pub runs: &'a LoopRuns,
}

impl<'a> LoopSide<'a> {
    /// Returns the data of the transition with this index. The index behind that of the last transition stands for the
    /// total, the time from the first to the last event of a loop.
    pub fn transition(self, at: usize) -> Side<'a> {
        let LoopSide { deltas, cells, runs } = self;
        let runs = runs.ended.get(at).map_or(&[][..], Vec::as_slice);
        Side {
            transition: deltas.transitions().get(at).unwrap_or_else(|| deltas.total()),
            cells: cells.transitions().get(at).unwrap_or_else(|| cells.total()),
            runs,
        }
    }
}

/// A loop of the baseline, which is the recordings from before a change (`--baseline`).
#[derive(Clone, Debug)]
pub struct BaselineLoop {
    /// The loop.
    pub spec: Loop,
    /// True if the loop is a pair that was found in the input (`--pairs`).
    pub is_pair: bool,
    deltas: Deltas,
    cells: LoopCells,
    runs: LoopRuns,
}

impl BaselineLoop {
    /// Creates a loop with a copy of the data in `side`.
    pub fn new(spec: &Loop, is_pair: bool, side: LoopSide<'_>) -> Self {
        let LoopSide { deltas, cells, runs } = side;
        let (deltas, cells, runs) = (deltas.clone(), cells.clone(), runs.clone());
        BaselineLoop { spec: spec.clone(), is_pair, deltas, cells, runs }
    }

    /// Creates a loop that has never closed.
    pub fn empty(spec: &Loop, is_pair: bool) -> Self {
        let positions = spec.positions.len();
        BaselineLoop {
            spec: spec.clone(),
            is_pair,
            deltas: Deltas::new(positions),
            cells: LoopCells::of_comparison(positions),
            runs: LoopRuns::new(positions),
        }
    }

    /// Returns the data of the loop, as one side of a comparison.
    pub fn side(&self) -> LoopSide<'_> {
        LoopSide { deltas: &self.deltas, cells: &self.cells, runs: &self.runs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_without_a_closed_loop_is_no_run() {
        let mut runs = LoopRuns::new(3);
        runs.record(&[1_000, 1_010, 1_500], Resolution::Nanos);
        runs.end_input();
        runs.end_input();
        runs.record(&[1_000, 1_020, 1_500], Resolution::Nanos);
        runs.end_input();
        assert_eq!(runs.ended.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2]);
        let means: Vec<f64> = runs.ended[0].iter().map(|run| run.mean).collect();
        assert_eq!(means, [10.0, 20.0]);
    }
}
