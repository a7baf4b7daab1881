//! The budget of a page: limits for each part of it. They keep a page of up to 12 loops under 2 MB, whatever the loops
//! hold.
//!
//! The limits below are for a usual page. If the page is too large with them, it is made again with half of the limits,
//! and so on.

use super::heat_map::HeatMap;
use crate::event::Nanos;
use crate::report::summary::LoopSummary;
use std::cmp::Reverse;

/// The largest number of loops that have pictures. These are the loops with the largest sums of their totals. The total
/// is the time from the first to the last event of a loop.
pub(super) const PICTURED_MAX: usize = 12;
/// The largest number of pairs (loops that `--pairs` found in the input) for which the page says why they were slow.
pub(super) const EXPLAINED_PAIRS_MAX: usize = 10;
/// The largest number of transitions of a loop that have a percentile curve, and with `--hist` a histogram.
pub(super) const CURVES_MAX: usize = 8;
/// The largest number of slow loops (`--slowest`) that are shown of each loop.
pub(super) const SLOWEST_MAX: usize = 20;
/// The largest number of lines that are shown of a slow loop.
pub(super) const LINES_MAX: usize = 16;
/// The largest number of bytes that are shown of a line. No more bytes of a line of a slow loop are kept.
pub(super) const LINE_BYTES_MAX: usize = 1024;

/// The largest size of a page in bytes. A page that is larger is made again with less in it.
pub(super) const PAGE_BYTES_MAX: usize = 1_990_000;
/// The numbers by which the limits are divided, one after the other, until the page is small enough.
pub(super) const DIVISORS: [usize; 5] = [1, 2, 4, 8, 16];

/// The largest number of columns of a heat map.
const COLUMNS_MAX: usize = 64;
/// The largest number of cells of all heat maps together. A cell is one rectangle of a heat map, and takes about 95
/// bytes of the page.
const HEAT_CELLS_MAX: usize = 7_000;
/// The largest number of bytes of the lines of all slow loops together.
const ALL_LINES_BYTES_MAX: usize = 500_000;
/// The smallest number of bytes that a line of a slow loop is cut to.
const LINE_BYTES_MIN: usize = 40;
/// The largest number of rows of all tables of groups (`-b`) together. A row takes about 450 bytes of the page.
const GROUP_ROWS_MAX: usize = 800;
/// The largest number of unfinished loops that are shown of each loop.
const UNFINISHED_MAX: usize = 100;

/// The limits of a page, and the loops that get pictures and explanations.
pub(super) struct Budget {
    /// The heat map of each loop, in the order of the loops; `None` for loops without pictures.
    pub(super) heat_maps: Vec<Option<HeatMap>>,
    /// True for each loop that has pictures.
    pub(super) is_pictured: Vec<bool>,
    /// True for each loop for which the page says why it was slow.
    pub(super) is_explained: Vec<bool>,
    /// The largest number of bytes that are shown of a line of a slow loop.
    pub(super) line_bytes: usize,
    /// The largest number of rows in the table of groups of a loop.
    pub(super) group_rows: usize,
    /// The largest number of transitions of a loop that have a histogram of their own.
    pub(super) histograms: usize,
    /// The largest number of unfinished loops that are shown of a loop.
    pub(super) unfinished: usize,
}

impl Budget {
    /// Creates the budget of a page about these loops. The usual limits are divided by `divisor`.
    pub(super) fn new(loops: &[LoopSummary<'_>], divisor: usize) -> Budget {
        let total = |at: &usize| loops[*at].deltas.total();
        let mut largest: Vec<usize> = (0..loops.len()).filter(|at| total(at).count() > 0).collect();
        largest.sort_by_key(|at| Reverse(total(at).sum_ns()));
        largest.truncate(PICTURED_MAX);
        let mut is_pictured = vec![false; loops.len()];
        largest.iter().for_each(|at| is_pictured[*at] = true);
        let has_table = |(loop_summary, is_pictured): &(&LoopSummary<'_>, &bool)| {
            !loop_summary.groups.is_empty() && (!loop_summary.is_pair || **is_pictured)
        };
        let with_groups = loops.iter().zip(&is_pictured).filter(has_table).count();
        let is_explained = explained(loops);
        Budget {
            heat_maps: heat_maps(loops, &is_pictured, HEAT_CELLS_MAX / divisor),
            line_bytes: line_bytes(loops, &is_explained, ALL_LINES_BYTES_MAX / divisor),
            is_pictured,
            is_explained,
            group_rows: GROUP_ROWS_MAX / divisor / with_groups.max(1),
            histograms: CURVES_MAX / divisor,
            unfinished: UNFINISHED_MAX / divisor,
        }
    }
}

/// Returns the heat maps of the loops that have pictures. While all of them together have more than `cells_max` cells,
/// the heat map with the most cells is made again with half as many columns.
fn heat_maps(loops: &[LoopSummary<'_>], is_pictured: &[bool], cells_max: usize) -> Vec<Option<HeatMap>> {
    let cells = |at: usize| loops[at].cells.filter(|_| is_pictured[at]);
    let mut columns = vec![COLUMNS_MAX; loops.len()];
    let step = |at: usize| Nanos(loops[at].deltas.total().resolution().map_or(1, |resolution| resolution.step_ns()));
    let map = |at: usize, columns: usize| cells(at).map(|cells| HeatMap::new(&cells.spanning(columns), step(at)));
    let mut maps: Vec<Option<HeatMap>> = (0..loops.len()).map(|at| map(at, COLUMNS_MAX)).collect();
    let size = |map: &Option<HeatMap>| map.as_ref().map_or(0, HeatMap::len);
    while maps.iter().map(size).sum::<usize>() > cells_max {
        let largest = (0..maps.len()).filter(|at| columns[*at] > 1).max_by_key(|at| size(&maps[*at]));
        let Some(largest) = largest else { break };
        columns[largest] /= 2;
        maps[largest] = map(largest, columns[largest]);
    }
    maps
}

/// Returns the number of bytes to which each line of a slow loop is cut, so that all of these lines together take at
/// most about `bytes_max` bytes.
fn line_bytes(loops: &[LoopSummary<'_>], is_explained: &[bool], bytes_max: usize) -> usize {
    let explained = loops.iter().zip(is_explained).filter(|(_, is_explained)| **is_explained);
    let slowest = explained.map(|(loop_summary, _)| loop_summary.slowest.map_or(0, <[_]>::len).min(SLOWEST_MAX));
    let lines = slowest.sum::<usize>() * LINES_MAX;
    (bytes_max / lines.max(1)).clamp(LINE_BYTES_MIN, LINE_BYTES_MAX)
}

/// Returns for each loop whether the page says why it was slow. The page does so for all loops that the user gave, and
/// for the first pairs behind them, which are the pairs with the largest sums.
fn explained(loops: &[LoopSummary<'_>]) -> Vec<bool> {
    let given = loops.iter().filter(|loop_summary| !loop_summary.is_pair).count();
    let is_explained =
        |(at, loop_summary): (usize, &LoopSummary<'_>)| !loop_summary.is_pair || at < given + EXPLAINED_PAIRS_MAX;
    loops.iter().enumerate().map(is_explained).collect()
}
