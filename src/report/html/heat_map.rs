//! The heat map of a loop: how many of its closed loops have which time (horizontal) and which total (vertical). Cells
//! that hold more loops are darker, or lighter on a dark screen.

use super::axis::{LogAxis, clock_axis};
use super::element::{element, push_text, tagged};
use super::human;
use super::plot::{Plot, pixels};
use crate::event::Nanos;
use crate::stats::{CellBin, Cells};
use std::collections::BTreeMap;

/// The height of the picture in pixels.
const HEIGHT: f64 = 264.0;
/// The number of neighbouring bins of totals that form a row of the picture. There are 8 bins from each power of two to
/// the next one, so there are two rows for each doubling of the total.
const BINS_PER_ROW: usize = 4;
/// The number of colours in the style sheet.
const COLOURS: usize = 8;

/// The cells of a heat map that hold a closed loop.
pub(super) struct HeatMap {
    /// The time at which the first column begins, and the width of each column, in nanoseconds.
    begin: Nanos,
    width_ns: u64,
    columns: u64,
    /// The number of closed loops in each cell. The key is the number of the cell's row, where row 0 has the smallest
    /// totals, and the number of its column.
    counts: BTreeMap<(usize, u64), u64>,
    rows: BTreeMap<usize, Row>,
}

/// A row of a heat map.
struct Row {
    /// The bounds of the row on the vertical axis, in nanoseconds.
    bounds: [f64; 2],
    /// The bounds of the totals in the row, as a text.
    span: String,
}

impl Row {
    /// Returns the row that contains a bin of totals. Every total is 0 or at least one step of the clock, so only the
    /// row for the total 0 lies below the row of one step. It is drawn directly below that row, without the empty rows
    /// between the two.
    fn of(bin: CellBin, step: Nanos) -> Row {
        let bounds = bin.row_bounds_ns(BINS_PER_ROW);
        if bin == CellBin(0) && step > Nanos(1) {
            let [above, _] = CellBin::of(step).row_bounds_ns(BINS_PER_ROW);
            return Row { bounds: [above / 2.0, above], span: human::span([0.0, step.0 as f64]) };
        }
        let from_zero = if bin == CellBin(0) { 0.0 } else { bounds[0] };
        Row { bounds, span: human::span([from_zero, bounds[1]]) }
    }
}

impl HeatMap {
    /// Creates a heat map from cells of time. It has a column for each cell, and also for the cells between them in
    /// which no loop closed. `step` is the step of the clock with which the input printed times.
    pub(super) fn new(cells: &Cells, step: Nanos) -> HeatMap {
        let begin = cells.cells().first().map_or(Nanos(0), |first| cells.begin(first));
        let mut map = HeatMap {
            begin,
            width_ns: cells.width_ns(),
            columns: cells.columns(),
            counts: BTreeMap::new(),
            rows: BTreeMap::new(),
        };
        for cell in cells.cells() {
            let column = (cells.begin(cell).0 - begin.0) / cells.width_ns();
            for (bin, count) in cell.bins() {
                let CellBin(number) = bin;
                let row = number / BINS_PER_ROW;
                *map.counts.entry((row, column)).or_insert(0) += count;
                map.rows.entry(row).or_insert_with(|| Row::of(bin, step));
            }
        }
        map
    }

    /// Returns the number of cells that hold a closed loop.
    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// Returns the time at which a column begins, in nanoseconds. It is a `u128`, because this also gives the end of
    /// the last column, which may lie behind the largest `u64`.
    fn column_begin(&self, column: u64) -> u128 {
        u128::from(self.begin.0) + u128::from(column) * u128::from(self.width_ns)
    }

    /// Returns the vertical axis, on which totals lie. It spans at least four doublings of the total, because a shorter
    /// axis would draw its few rows very high.
    fn totals(&self) -> LogAxis {
        let low = self.rows.values().next().map_or(1.0, |row| row.bounds[0]);
        let high = self.rows.values().next_back().map_or(2.0, |row| row.bounds[1]);
        let missing = (16.0 / (high / low)).max(1.0).sqrt();
        LogAxis::between(low / missing, high * missing)
    }

    /// Appends the picture.
    pub(super) fn push(&self, out: &mut Vec<u8>) {
        let totals = self.totals();
        let clock = clock_axis(self.begin, self.column_begin(self.columns));
        let width = human::time(self.width_ns as f64);
        let plot = Plot {
            class: "wide",
            title: "Total over time",
            reading: &format!("Loops by the time at which they closed and by their total. A column is {width} wide."),
            height: HEIGHT,
            rows: &totals.ticks(),
            columns: &clock.ticks,
            axis: &clock.title,
        };
        let most = self.counts.values().copied().max().unwrap_or(1);
        plot.push(out, |out| self.push_cells(out, totals, most), |out| push_legend(out, most));
    }

    /// Appends the cells, row by row. Each cell has a title with its times, its totals and its number of loops. `most`
    /// is the largest number of loops in a cell.
    fn push_cells(&self, out: &mut Vec<u8>, totals: LogAxis, most: u64) {
        let view = format!("0 0 {} {}", self.columns, pixels(HEIGHT));
        let attributes = [
            ("class", "cells"),
            ("width", "100%"),
            ("height", &pixels(HEIGHT)),
            ("viewBox", &view),
            ("preserveAspectRatio", "none"),
        ];
        element(out, "svg", &attributes, |out| {
            for (number, row) in &self.rows {
                let [bottom, top] = row.bounds.map(|ns| HEIGHT * (1.0 - totals.place(ns)));
                let place = format!("matrix(1 0 0 {} 0 {})", pixels(bottom - top), pixels(top));
                element(out, "g", &[("transform", &place)], |out| {
                    for ((_, column), count) in self.counts.range((*number, 0)..(*number + 1, 0)) {
                        self.push_cell(out, *column, *count, colour(*count, most), &row.span);
                    }
                });
            }
        });
    }

    /// Appends a cell. It is drawn as a square of size 1. The transformations of its row and of the picture stretch the
    /// square and move it to its place.
    fn push_cell(&self, out: &mut Vec<u8>, column: u64, count: u64, colour: usize, span: &str) {
        let attributes = [("class", &*format!("h{colour}")), ("d", &*format!("M{column} 0h1v1h-1z"))];
        let decimals = 9_usize.saturating_sub(self.width_ns.ilog10() as usize);
        let [from, to] = [column, column + 1].map(|column| {
            let begin = u64::try_from(self.column_begin(column)).unwrap_or(u64::MAX);
            human::clock(Nanos(begin), decimals)
        });
        element(out, "path", &attributes, |out| {
            element(out, "title", &[], |out| push_text(out, format!("{from} to {to} s, {span}: {count}")));
        });
    }
}

/// Returns the number of the colour for a count. From each colour to the next one, the counts grow by the same factor,
/// because most cells hold few loops and some hold very many.
fn colour(count: u64, most: u64) -> usize {
    if most < 2 {
        return COLOURS / 2;
    }
    let share = (count as f64).ln() / (most as f64).ln();
    ((share * COLOURS as f64) as usize).min(COLOURS - 1)
}

/// Appends the legend: all colours in a row, between the smallest and the largest count.
fn push_legend(out: &mut Vec<u8>, most: u64) {
    element(out, "p", &[("class", "ramp")], |out| {
        if most < 2 {
            push_text(out, "Each cell holds one loop.");
            return;
        }
        tagged(out, "span", "", "loops in a cell: 1");
        (0..COLOURS).for_each(|colour| tagged(out, "i", &format!("h{colour}"), ""));
        tagged(out, "span", "", human::count(most));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map_of(loops: impl IntoIterator<Item = (u64, u64)>, columns: usize) -> HeatMap {
        let mut cells = Cells::new(Cells::MAX_OF_PICTURE);
        loops.into_iter().for_each(|(time, total)| cells.record(Nanos(time), Nanos(total)));
        HeatMap::new(&cells.spanning(columns), Nanos(1))
    }

    #[test]
    fn all_loops_are_in_a_cell_and_rows_are_half_octaves() {
        let map = map_of((0..1_000).map(|at| (at * 5_000, 1_000 + at)), 64);
        assert!(map.columns <= 64);
        assert_eq!(map.counts.values().sum::<u64>(), 1_000);
        let rows: Vec<[f64; 2]> = map.rows.values().map(|row| row.bounds).collect();
        assert_eq!(rows, [[768.0, 1024.0], [1024.0, 1536.0], [1536.0, 2048.0]]);
    }

    #[test]
    fn a_cell_says_what_it_holds() {
        let map = map_of([(2_048_000, 1_100), (2_048_000, 1_200), (4_096_000, 0)], 64);
        let mut out = Vec::new();
        map.push(&mut out);
        let page = String::from_utf8(out).expect("the page is UTF-8");
        assert!(page.contains(": 2</title>"), "{page}");
        assert!(page.contains("0 to 1.5 ns: 1</title>"), "{page}");
    }

    #[test]
    fn a_total_of_zero_stands_below_one_step_of_the_clock() {
        let mut cells = Cells::new(Cells::MAX_OF_PICTURE);
        [0, 1_000].iter().for_each(|total| cells.record(Nanos(5_000), Nanos(*total)));
        let map = HeatMap::new(&cells, Nanos(1_000));
        let rows: Vec<(&str, [f64; 2])> = map.rows.values().map(|row| (row.span.as_str(), row.bounds)).collect();
        assert_eq!(rows, [("0 to 1 \u{b5}s", [384.0, 768.0]), ("768 ns to 1.024 \u{b5}s", [768.0, 1024.0])]);
    }

    #[test]
    fn the_largest_times_and_totals_have_a_place() {
        let map = map_of([(u64::MAX, u64::MAX), (0, 0)], 64);
        let mut out = Vec::new();
        map.push(&mut out);
        assert_eq!(map.len(), 2);
    }

    #[test]
    fn colours_are_for_counts_in_equal_ratios() {
        assert_eq!([1, 2, 4, 255, 256].map(|count| colour(count, 256)), [0, 1, 2, 7, 7]);
        assert_eq!(colour(1, 1), 4);
    }
}
