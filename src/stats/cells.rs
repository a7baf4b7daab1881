//! Closed loops, counted by the time at which they closed and by their total. A heat map shows these counts. The
//! confidence intervals of a comparison need them, too: they are wider if the loops of one time differ much from those
//! of another.
//!
//! The trace clock is divided into cells of equal width, a power of two of nanoseconds. Only cells in which a loop
//! closed take memory. When there are too many cells, the width of all of them is doubled, and the cells 2i and 2i + 1
//! become one:
//!
//! ```text
//! width 1024 ns    | 3 |   | 1 | 2 |   |   |   | 5 |
//! width 2048 ns    |   3   |   3   |       |   5   |
//! ```
//!
//! So a time without closed loops takes no memory, even the days between the clocks of two recordings. Width and cells
//! depend on the loops alone and not on their order.

use crate::event::Nanos;

/// The width of the cells at the beginning, as a power of two: 2^10 ns are about a microsecond.
const NARROWEST_LOG2: u32 = 10;
/// The number of bins for totals from each power of two to the next one.
const BINS_PER_OCTAVE: u64 = 8;

/// The number of bins for all totals.
const BINS_MAX: usize = BINS_PER_OCTAVE as usize * u64::BITS as usize;

/// A grid of cells: the closed loops of one loop, counted by time and total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    /// The width of each cell is 2^`width_log2` ns.
    width_log2: u32,
    /// The largest number of cells.
    max: usize,
    /// The cells in which a loop closed, in the order of time.
    cells: Vec<Cell>,
}

/// The closed loops of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The number of the cell. Cell i is from i times the width up to, and without, i + 1 times the width.
    index: u64,
    /// The number of loops that closed in the cell.
    count: u64,
    /// The sum of the totals of these loops, in nanoseconds.
    sum_ns: u128,
    /// The bin of the smallest total.
    first_bin: usize,
    /// The number of totals in each bin, from `first_bin` to the bin of the largest total.
    bins: Vec<u64>,
}

impl Cells {
    /// The largest number of cells of a picture.
    pub const MAX_OF_PICTURE: usize = 256;
    /// The largest number of cells of a state, and of each side of a comparison.
    pub const MAX_OF_COMPARISON: usize = 64;

    /// Creates an empty grid that has at most this many cells.
    pub fn new(max: usize) -> Self {
        Cells { width_log2: NARROWEST_LOG2, max: max.max(1), cells: Vec::new() }
    }

    /// Returns the width of the cells as a power of two of nanoseconds.
    pub(super) fn width_log2(&self) -> u32 {
        self.width_log2
    }

    /// Returns cells that were counted earlier. Returns `None` if they are no cells of this width, or too many.
    pub(super) fn from_cells(width_log2: u32, max: usize, cells: Vec<Cell>) -> Option<Cells> {
        let is_width = (NARROWEST_LOG2..u64::BITS).contains(&width_log2);
        let rises = cells.windows(2).all(|pair| pair[0].index < pair[1].index);
        let is_short = cells.len() <= max && cells.last().is_none_or(|last| last.index <= u64::MAX >> width_log2);
        (is_width && rises && is_short).then_some(Cells { width_log2, max, cells })
    }

    /// Counts a loop that closed at `time` and took `total`. Times may come in any order.
    pub fn record(&mut self, time: Nanos, total: Nanos) {
        let at = self.place(time.0 >> self.width_log2);
        self.cells[at].record(total);
        self.widen_to_max();
    }

    /// Counts all loops of `other`. The result has the width that all loops together need.
    pub fn merge(&mut self, other: &Cells) {
        let mut other = other.clone();
        let width_log2 = self.width_log2.max(other.width_log2);
        self.widen_to(width_log2);
        other.widen_to(width_log2);
        for cell in &other.cells {
            let at = self.place(cell.index);
            self.cells[at].merge(cell);
        }
        self.widen_to_max();
    }

    /// Returns the same loops in wider cells. The width is doubled until there are at most `columns` cells, the empty
    /// ones between the first and the last included.
    pub fn spanning(&self, columns: usize) -> Cells {
        let mut cells = self.clone();
        while cells.columns() > columns as u64 {
            cells.widen();
        }
        cells
    }

    /// Returns the same loops in wider cells. The width is doubled until a loop closed in at most `max` cells. The
    /// result is the same as if the grid had been created with this maximum.
    pub fn at_most(&self, max: usize) -> Cells {
        let mut cells = self.clone();
        cells.max = max.max(1);
        cells.widen_to_max();
        cells
    }

    /// Returns the same loops in cells of twice the width.
    pub fn doubled(&self) -> Cells {
        let mut cells = self.clone();
        cells.widen();
        cells
    }

    /// Returns the number of cells from the first to the last one, the empty ones between them included.
    pub fn columns(&self) -> u64 {
        let ends = self.cells.first().zip(self.cells.last());
        ends.map_or(0, |(first, last)| (last.index - first.index).saturating_add(1))
    }

    /// Returns the cells in which a loop closed, in the order of time.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Returns the width of each cell in nanoseconds.
    pub fn width_ns(&self) -> u64 {
        1 << self.width_log2
    }

    /// Returns the time at which a cell begins.
    pub fn begin(&self, cell: &Cell) -> Nanos {
        Nanos(cell.index << self.width_log2)
    }

    /// Returns the place in `self.cells` of the cell with this number. If there is no such cell, it is added.
    fn place(&mut self, index: u64) -> usize {
        // Most loops close in the last cell, because times mostly rise.
        if self.cells.last().is_some_and(|last| last.index == index) {
            return self.cells.len() - 1;
        }
        let at = self.cells.partition_point(|cell| cell.index < index);
        if self.cells.get(at).is_none_or(|cell| cell.index != index) {
            self.cells.insert(at, Cell::new(index));
        }
        at
    }

    fn widen_to_max(&mut self) {
        while self.cells.len() > self.max {
            self.widen();
        }
    }

    fn widen_to(&mut self, width_log2: u32) {
        while self.width_log2 < width_log2 {
            self.widen();
        }
    }

    /// Doubles the width. The cells 2i and 2i + 1 become the cell i.
    fn widen(&mut self) {
        self.width_log2 += 1;
        self.cells.iter_mut().for_each(|cell| cell.index /= 2);
        self.cells.dedup_by(|later, earlier| {
            let is_same = later.index == earlier.index;
            if is_same {
                earlier.merge(later);
            }
            is_same
        });
    }
}

impl Cell {
    fn new(index: u64) -> Self {
        Cell { index, count: 0, sum_ns: 0, first_bin: 0, bins: Vec::new() }
    }

    /// Returns a cell that was counted earlier: its number, its sum, the number of the first bin and the counts of the bins
    /// from there. Returns `None` if there are no such bins, or if the first or the last one holds nothing.
    pub(super) fn from_bins(index: u64, sum_ns: u128, first_bin: usize, bins: Vec<u64>) -> Option<Cell> {
        let has_ends = bins.first().is_some_and(|count| *count > 0) && bins.last().is_some_and(|count| *count > 0);
        let count = bins.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count))?;
        let is_possible = has_ends && first_bin.checked_add(bins.len())? <= BINS_MAX;
        is_possible.then_some(Cell { index, count, sum_ns, first_bin, bins })
    }

    /// Returns the number of the cell, the number of its first bin, and the counts of the bins from there.
    pub(super) fn raw(&self) -> (u64, usize, &[u64]) {
        (self.index, self.first_bin, &self.bins)
    }

    /// Returns the number of loops that closed in the cell.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns the sum of the totals of the loops that closed in the cell, in nanoseconds.
    pub fn sum_ns(&self) -> u128 {
        self.sum_ns
    }

    /// Returns the bins that hold a total, each with its number of totals. The bin of the smallest totals comes first.
    pub fn bins(&self) -> impl Iterator<Item = (CellBin, u64)> {
        let counts = self.bins.iter().enumerate().filter(|(_, count)| **count > 0);
        counts.map(|(at, count)| (CellBin(self.first_bin + at), *count))
    }

    fn record(&mut self, total: Nanos) {
        self.count += 1;
        self.sum_ns += u128::from(total.0);
        *self.bin(CellBin::of(total)) += 1;
    }

    fn merge(&mut self, other: &Cell) {
        self.count += other.count;
        self.sum_ns += other.sum_ns;
        other.bins().for_each(|(bin, count)| *self.bin(bin) += count);
    }

    /// Returns the count of a bin. The cell gets room for the bin if it has none.
    fn bin(&mut self, bin: CellBin) -> &mut u64 {
        let CellBin(bin) = bin;
        if self.bins.is_empty() {
            self.first_bin = bin;
        }
        if bin < self.first_bin {
            self.bins.splice(0..0, std::iter::repeat_n(0, self.first_bin - bin));
            self.first_bin = bin;
        }
        let at = bin - self.first_bin;
        if at >= self.bins.len() {
            self.bins.resize(at + 1, 0);
        }
        &mut self.bins[at]
    }
}

/// A bin of totals. There are 8 bins of equal width from each power of two of nanoseconds to the next one. The number
/// of the bin of t is 8 floor(log2 t) + floor(8 (t / 2^floor(log2 t) - 1)). A total of 0 is in bin 0, like a total of 1
/// ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellBin(pub usize);

impl CellBin {
    /// Returns the bin of a total.
    pub fn of(total: Nanos) -> CellBin {
        let Nanos(ns) = total;
        if ns == 0 {
            return CellBin(0);
        }
        let octave = ns.ilog2();
        let rest = u128::from(ns) - (1 << octave);
        let eighth = (u128::from(BINS_PER_OCTAVE) * rest) >> octave;
        CellBin(BINS_PER_OCTAVE as usize * octave as usize + eighth as usize)
    }

    /// Returns the bounds, in nanoseconds, of the row of a heat map that contains this bin. Each row has `bins`
    /// neighbouring bins: 1, 2, 4 or 8. The bounds are floats, because bins below 8 ns are narrower than a nanosecond.
    /// The lower bound of the bin 0 is 1 here, although the bin holds totals of 0, because a logarithmic scale has no
    /// 0.
    pub fn row_bounds_ns(self, bins: usize) -> [f64; 2] {
        let first = self.0 / bins * bins;
        [CellBin(first).low_ns(), CellBin(first + bins).low_ns()]
    }

    /// Returns the lower bound of the bin in nanoseconds.
    fn low_ns(self) -> f64 {
        let octave = self.0 as u64 / BINS_PER_OCTAVE;
        let eighth = self.0 as u64 % BINS_PER_OCTAVE;
        2_f64.powi(octave as i32) * (1.0 + eighth as f64 / BINS_PER_OCTAVE as f64)
    }
}

#[cfg(test)]
mod tests;
