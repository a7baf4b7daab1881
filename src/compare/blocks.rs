//! Blocks: intervals that are wide enough where loops depend on each other.
//!
//! If a slow loop mostly follows a slow one, a thousand loops tell less than a thousand independent ones would, and an
//! interval that takes them as independent is too narrow. So the loops are divided into cells of time. Where loops
//! depend on each other, the cells differ by more than chance, and the interval is made wider accordingly. Wide cells
//! show a dependence that reaches far, so the width of the cells is doubled as long as at least 8 cells remain. Each
//! width gives an interval, and the widest interval is taken.
//!
//! The cells also give an effective sample size: the number of independent loops that would tell as much.

use super::student::t_quantile;
use crate::stats::{Cell, CellBin, Cells, Quantile};

/// The smallest number of cells whose differences show how much loops depend on each other.
const FEWEST_CELLS: usize = 8;

/// The loops of one side in cells of several widths.
pub(super) struct Blocks {
    /// The same loops in cells of each width, the narrowest cells first. There are at least 8 cells of each width.
    widths: Vec<Cells>,
    /// The number of deltas of the side.
    count: u64,
    /// The sum of these deltas, in nanoseconds.
    sum_ns: u128,
}

/// The error of a mean, computed from the differences between cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MeanError {
    /// The distance from the mean to each end of its interval of 95 %, in nanoseconds.
    pub(super) reach_ns: f64,
    /// The square of the standard error, in square nanoseconds.
    pub(super) square: f64,
}

/// The bin in which a quantile lies. Each cell counts its deltas in bins.
struct Place {
    bin: CellBin,
    /// The share of the deltas in the bin that lie below the quantile.
    fraction: f64,
    /// The share of all deltas that lie in the bin.
    weight: f64,
}

impl Blocks {
    /// Divides the loops of one side; `None` if loops closed in fewer than 8 cells.
    pub(super) fn new(cells: &Cells) -> Option<Blocks> {
        let narrowest = cells.at_most(Cells::MAX_OF_COMPARISON);
        let doubled = |cells: &Cells| Some(cells.doubled());
        let has_enough = |cells: &Cells| cells.cells().len() >= FEWEST_CELLS;
        let mut widths: Vec<Cells> = std::iter::successors(Some(narrowest), doubled).take_while(has_enough).collect();
        // Doubling the width joins no cells if all of them lie far apart. Such a width divides the loops in the same
        // way as the width before it, so it is left out.
        widths.dedup_by_key(|cells| cells.cells().len());
        let narrowest = widths.first()?.cells();
        let count = narrowest.iter().map(Cell::count).sum();
        let sum_ns = narrowest.iter().map(Cell::sum_ns).sum();
        Some(Blocks { widths, count, sum_ns })
    }

    /// Returns the ranks of the two deltas that are the lower and the upper end of the interval of a quantile; `None`
    /// for an end that lies beyond all deltas.
    pub(super) fn ranks(&self, quantile: Quantile) -> [Option<u64>; 2] {
        let (count, share, reach) = (self.count as f64, quantile.share(), self.reach(quantile));
        let low = (count * (share - reach)).ceil().max(1.0) as u64;
        let high = (count * (share + reach)).floor() as u64 + 1;
        [(share > reach).then_some(low), (high <= self.count).then_some(high)]
    }

    /// Returns the distance from a quantile's share to each end of its interval of 95 %, as a share of the deltas. A
    /// reach of 0.02 says that the true median lies between the delta at 48 % and the one at 52 % of all sorted deltas.
    fn reach(&self, quantile: Quantile) -> f64 {
        let place = self.place(quantile);
        let independent = quantile.share() * (1.0 - quantile.share()) / self.count as f64;
        let of_width = |cells: &Cells| {
            let effect = self.design_effect(cells, quantile.share(), &place);
            t_quantile(cells.cells().len() as u64 - 1) * (effect * independent).sqrt()
        };
        let least = t_quantile(self.count - 1) * independent.sqrt();
        self.widths.iter().map(of_width).fold(least, f64::max)
    }

    /// Returns the design effect of a quantile: the variance of the share of deltas below it, divided by the variance
    /// that this share would have if the loops were independent. The result is at least 1.
    ///
    /// Each delta has a score: 1 if it lies below the bin of the quantile, 0 above the bin, and `place.fraction` in it.
    /// For each cell, the sum of the scores is compared with the expected sum, which is `share` times the number of
    /// deltas in the cell. This gives the variance of a ratio estimator over clusters (Cochran, "Sampling Techniques",
    /// chapter 6).
    fn design_effect(&self, cells: &Cells, share: f64, place: &Place) -> f64 {
        let count = self.count as f64;
        let score_variance = share * (1.0 - share) - place.fraction * (1.0 - place.fraction) * place.weight;
        // If all deltas are in one bin, all scores are equal, and have no variance to compare.
        if place.weight == 1.0 || score_variance <= 0.0 {
            return 1.0;
        }
        let deviation = |cell: &Cell| place.score(cell) - share * cell.count() as f64;
        let squares: f64 = cells.cells().iter().map(|cell| deviation(cell).powi(2)).sum();
        (correction(cells) * squares / (count * score_variance)).max(1.0)
    }

    /// Returns the bin in which a quantile lies, if the bins of all cells are added up.
    fn place(&self, quantile: Quantile) -> Place {
        let mut counts: Vec<(CellBin, u64)> = self.widths[0].cells().iter().flat_map(Cell::bins).collect();
        counts.sort_unstable();
        let [rank, _] = quantile.ranks(self.count);
        let mut below = 0;
        for bin in counts.chunk_by(|one, other| one.0 == other.0) {
            let inside = bin.iter().map(|(_, count)| count).sum::<u64>();
            if below + inside >= rank {
                let count = self.count as f64;
                let fraction = (quantile.share() * count - below as f64) / inside as f64;
                return Place { bin: bin[0].0, fraction, weight: inside as f64 / count };
            }
            below += inside;
        }
        unreachable!("a rank is never above the count")
    }

    /// Returns how far the mean may be from the true one: the greatest error over all widths of cells.
    ///
    /// The error of each width is the standard error of a ratio estimator over clusters. The clusters are the cells,
    /// and the ratio is the mean, which is the sum of the deltas divided by their number.
    pub(super) fn mean_error(&self) -> MeanError {
        let squares = |cells: &Cells| {
            let sum: f64 = cells.cells().iter().map(|cell| self.excess_ns(cell).powi(2)).sum();
            correction(cells) * sum / (self.count as f64).powi(2)
        };
        let mut greatest = MeanError { reach_ns: 0.0, square: 0.0 };
        for cells in &self.widths {
            let square = squares(cells);
            let reach_ns = t_quantile(cells.cells().len() as u64 - 1) * square.sqrt();
            greatest = MeanError { reach_ns: reach_ns.max(greatest.reach_ns), square: square.max(greatest.square) };
        }
        greatest
    }

    /// Returns the sum of a cell's deltas, minus the sum that as many deltas of mean size would have, in nanoseconds.
    /// The whole nanoseconds of the mean are subtracted as integers, because floats would lose a small spread on a
    /// large mean.
    fn excess_ns(&self, cell: &Cell) -> f64 {
        let all = u128::from(self.count);
        let (whole, rest) = (self.sum_ns / all, (self.sum_ns % all) as f64 / self.count as f64);
        let excess = cell.sum_ns() as i128 - (whole * u128::from(cell.count())) as i128;
        excess as f64 - rest * cell.count() as f64
    }
}

/// Returns m/(m-1) for m cells, which makes up for a mean that was computed from the same cells.
fn correction(cells: &Cells) -> f64 {
    let number = cells.cells().len() as f64;
    number / (number - 1.0)
}

impl Place {
    /// Returns the sum of the scores of all deltas in a cell. The score of a delta is 1 below the bin of the quantile,
    /// 0 above it, and `fraction` in it.
    fn score(&self, cell: &Cell) -> f64 {
        let score = |(bin, count): (CellBin, u64)| match bin.cmp(&self.bin) {
            std::cmp::Ordering::Less => count as f64,
            std::cmp::Ordering::Equal => self.fraction * count as f64,
            std::cmp::Ordering::Greater => 0.0,
        };
        cell.bins().map(score).sum()
    }
}

#[cfg(test)]
mod tests;
