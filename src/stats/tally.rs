//! All statistics of one loop.

use super::deltas::Deltas;
use super::groups::Groups;
use super::loop_cells::LoopCells;
use super::row_times::RowTimes;
use crate::event::{Nanos, Resolution};
use crate::key::GroupValue;

/// All counts and statistics of one loop.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The statistics of the deltas of all closed loops.
    pub deltas: Deltas,
    /// The number of events that came at each position.
    pub seen: Vec<u64>,
    /// The number of events that would have stood at each position and that the selection (`--comm`, `--pid`, `--tid`,
    /// `--cpu`) left out.
    pub left_out: Vec<u64>,
    /// The number of events in `left_out`. An event that would have stood at several positions counts once.
    pub events_left_out: u64,
    /// The number of events seen at the first position that could not begin a loop, because they lack the loop's key.
    pub first_without_key: u64,
    /// The number of first events whose unfinished loop was dropped because the time limit behind `within` was over.
    pub expired: u64,
    /// The number of times that the loop closed with a total (the time from the first position to the last) outside of
    /// the limits of `--min` and `--max`. The other statistics do not count these closings.
    pub outside: u64,
    /// The smallest and the greatest time at which the loop closed, and the time that its rows (closed loops) cover.
    pub row_times: RowTimes,
    /// The statistics for each group value (`-b`); `None` if the user did not ask for them.
    pub groups: Option<Groups>,
    /// The closed loops by time and total; `None` if no output shows them.
    pub cells: Option<LoopCells>,
}

impl Tally {
    /// Creates empty statistics for a loop with `positions` positions, at least 2. If there are statistics for each
    /// group value, too, `max_groups` is the largest number of groups.
    pub fn new(positions: usize, max_groups: Option<usize>) -> Self {
        Tally {
            deltas: Deltas::new(positions),
            seen: vec![0; positions],
            left_out: vec![0; positions],
            events_left_out: 0,
            first_without_key: 0,
            expired: 0,
            outside: 0,
            row_times: RowTimes::default(),
            groups: max_groups.map(|max| Groups::new(positions, max)),
            cells: None,
        }
    }

    /// Counts closed loops by time as well, in these cells.
    pub fn with_cells(self, cells: Option<LoopCells>) -> Self {
        Tally { cells, ..self }
    }

    /// Counts an event at each of these positions. Bit k is position k, counted from 0.
    pub fn count_seen(&mut self, positions: u32) {
        count_each(&mut self.seen, positions);
    }

    /// Counts an event that the selection left out at each of the positions at which it would have stood. Bit k is
    /// position k, counted from 0.
    pub fn count_left_out(&mut self, positions: u32) {
        count_each(&mut self.left_out, positions);
        self.events_left_out += u64::from(positions != 0);
    }

    /// Returns how often the loop has closed.
    pub fn closed(&self) -> u64 {
        self.deltas.total().count()
    }

    /// Returns the number of events at the first position that have the loop's key, whether a loop closed with them or
    /// not.
    pub fn begun(&self) -> u64 {
        self.seen[0] - self.first_without_key
    }

    /// Adds a closed loop. `times` has the time of each position, in nanoseconds; the input printed them in
    /// `resolution`.
    ///
    /// `groups_left` is the number of groups that may still be added, over all loops. A new group makes it less by one.
    pub fn record(&mut self, times: &[u64], resolution: Resolution, group: &GroupValue, groups_left: &mut usize) {
        if let Some(groups) = &mut self.groups {
            groups.record(group, times, resolution, groups_left);
        }
        self.deltas.record(times, resolution);
        if let Some(cells) = &mut self.cells {
            cells.record(times);
        }
        self.row_times.record(Nanos(times[times.len() - 1]), resolution);
    }

    /// Ends an input. The loops that close after it are those of another input, with a clock of its own.
    pub fn end_input(&mut self) {
        self.row_times.end_input();
    }

    /// Adds all that `other` has counted of the same loop. `groups_left` has the same meaning as for [`Tally::record`].
    ///
    /// Merging is associative and commutative, unless there are more group values than may have a group. The statistics
    /// for each group value are dropped if only one side has them, because the groups would then not add up to the
    /// whole. The same holds for the cells.
    pub fn merge(&mut self, other: &Tally, groups_left: &mut usize) {
        self.deltas.merge(&other.deltas);
        add_each(&mut self.seen, &other.seen);
        add_each(&mut self.left_out, &other.left_out);
        self.events_left_out += other.events_left_out;
        self.first_without_key += other.first_without_key;
        self.expired += other.expired;
        self.outside += other.outside;
        self.row_times.merge(&other.row_times);
        match (&mut self.groups, &other.groups) {
            (Some(groups), Some(other)) => groups.merge(other, groups_left),
            (groups, _) => *groups = None,
        }
        match (&mut self.cells, &other.cells) {
            (Some(cells), Some(other)) => cells.merge(other),
            (cells, _) => *cells = None,
        }
    }
}

/// Adds 1 to the count of each of these positions. Bit k is position k, counted from 0.
#[inline(always)]
fn count_each(counts: &mut [u64], positions: u32) {
    let mut left = positions;
    while left != 0 {
        counts[left.trailing_zeros() as usize] += 1;
        left &= left - 1;
    }
}

/// Adds the count of each position to that of the same position.
fn add_each(counts: &mut [u64], others: &[u64]) {
    counts.iter_mut().zip(others).for_each(|(count, other)| *count += other);
}
