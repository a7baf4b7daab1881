//! The cells of a loop: those of its total, and of each transition where a comparison needs them.

use super::cells::Cells;
use crate::event::Nanos;

/// Counts how often a loop closed, by the time at which it closed and by how long it took. [`Cells`] is such a grid of
/// counts. There is one grid for the totals, and there may be one for the deltas of each transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopCells {
    /// One grid for each transition. There is none if only the totals are counted, or if the loop has only one
    /// transition, which is the same as the total.
    transitions: Vec<Cells>,
    total: Cells,
}

impl LoopCells {
    /// Creates a grid of at most `max` cells, for the totals alone.
    pub fn of_totals(max: usize) -> Self {
        LoopCells { transitions: Vec::new(), total: Cells::new(max) }
    }

    /// Creates grids of at most `max` cells each: one for the totals, and one for each transition of a loop with
    /// `positions` positions, of which there are at least 2.
    pub fn of_transitions(positions: usize, max: usize) -> Self {
        let transitions = if positions > 2 { positions - 1 } else { 0 };
        LoopCells { transitions: vec![Cells::new(max); transitions], total: Cells::new(max) }
    }

    /// Gives the grid of the totals another largest number of cells. It must not have counted any loop yet.
    pub fn with_totals(self, max: usize) -> Self {
        LoopCells { total: Cells::new(max), ..self }
    }

    /// Returns the cells of a transition, counted from 0; those of the total for `None`. A loop with only one transition
    /// has its cells in the total. Returns `None` if there are no such cells.
    pub(super) fn of_mut(&mut self, transition: Option<usize>) -> Option<&mut Cells> {
        match transition {
            None => Some(&mut self.total),
            Some(at) => self.transitions.get_mut(at),
        }
    }

    /// Creates the grids that a comparison needs of a loop with `positions` positions, at least 2.
    pub fn of_comparison(positions: usize) -> Self {
        LoopCells::of_transitions(positions, Cells::MAX_OF_COMPARISON)
    }

    /// Counts a closed loop. `times` has the time of each position in nanoseconds.
    pub fn record(&mut self, times: &[u64]) {
        let [first, .., last] = times else { return };
        for (cells, pair) in self.transitions.iter_mut().zip(times.windows(2)) {
            cells.record(Nanos(*last), Nanos(pair[1] - pair[0]));
        }
        self.total.record(Nanos(*last), Nanos(last - first));
    }

    /// Counts all loops of `other`, which must have grids for the same transitions.
    pub fn merge(&mut self, other: &LoopCells) {
        for (cells, other) in self.transitions.iter_mut().zip(&other.transitions) {
            cells.merge(other);
        }
        self.total.merge(&other.total);
    }

    /// Returns the cells of each transition, in the order of the loop. If the grids were made for the totals alone, the
    /// result is the cells of the total, also for a loop with several transitions.
    pub fn transitions(&self) -> &[Cells] {
        if self.transitions.is_empty() { std::slice::from_ref(&self.total) } else { &self.transitions }
    }

    /// Returns the cells of the total.
    pub fn total(&self) -> &Cells {
        &self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Cell;

    /// Returns the sum of all deltas in some cells.
    fn sum(cells: &Cells) -> u128 {
        cells.cells().iter().map(Cell::sum_ns).sum()
    }

    #[test]
    fn each_transition_has_its_own_cells() {
        let mut cells = LoopCells::of_transitions(3, 64);
        cells.record(&[1_000, 1_010, 1_500]);
        cells.record(&[9_000, 9_020, 9_500]);
        assert_eq!(cells.transitions().iter().map(sum).collect::<Vec<_>>(), [30, 970]);
        assert_eq!(sum(cells.total()), 1_000);
        let mut both = LoopCells::of_transitions(3, 64);
        both.merge(&cells);
        both.merge(&cells);
        assert_eq!(both.transitions().iter().map(sum).collect::<Vec<_>>(), [60, 1_940]);
    }

    #[test]
    fn a_single_transition_is_the_total() {
        let mut cells = LoopCells::of_transitions(2, 64);
        cells.record(&[5, 7]);
        assert_eq!((cells.transitions().len(), sum(&cells.transitions()[0]), sum(cells.total())), (1, 2, 2));
    }
}
