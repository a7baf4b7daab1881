//! All statistics of one loop.

use super::deltas::Deltas;
use super::groups::Groups;
use crate::event::{Nanos, Resolution};
use crate::key::GroupValue;

/// A time of the trace clock, and the resolution in which the input printed the time.
type PrintedTime = (Nanos, Resolution);

/// All counts and statistics of one loop.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The statistics of the deltas of all closed loops.
    pub deltas: Deltas,
    /// The number of events that came at each position.
    pub seen: Vec<u64>,
    /// The number of events seen at the first position that could not begin a loop, because they lack the loop's key.
    pub first_without_key: u64,
    /// The number of first events whose unfinished loop was dropped because the time limit behind `within` was over.
    pub expired: u64,
    /// The number of loops that closed with a total outside `--min` and `--max`. They count nowhere else.
    pub outside: u64,
    /// The time of the first closed loop. After merging, it is the earliest of the parts' first times.
    pub first_row: Option<PrintedTime>,
    /// The time of the last event of the loop that closed last. Of merged parts, it is the latest of these times.
    pub last_row: Option<PrintedTime>,
    /// The statistics for each group value (`-b`); `None` if the user did not ask for them.
    pub groups: Option<Groups>,
}

impl Tally {
    /// Creates empty statistics for a loop with `positions` positions, at least 2. If there are statistics for each group
    /// value, too, `max_groups` is the largest number of groups.
    pub fn new(positions: usize, max_groups: Option<usize>) -> Self {
        Tally {
            deltas: Deltas::new(positions),
            seen: vec![0; positions],
            first_without_key: 0,
            expired: 0,
            outside: 0,
            first_row: None,
            last_row: None,
            groups: max_groups.map(|max| Groups::new(positions, max)),
        }
    }

    /// Counts an event at each of these positions. Bit k is position k, counted from 0.
    pub fn count_seen(&mut self, positions: u32) {
        let mut left = positions;
        while left != 0 {
            self.seen[left.trailing_zeros() as usize] += 1;
            left &= left - 1;
        }
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
        let now = Some((Nanos(times[times.len() - 1]), resolution));
        self.first_row = self.first_row.or(now);
        self.last_row = now;
    }

    /// Adds all that `other` has counted of the same loop. `groups_left` has the same meaning as for [`Tally::record`].
    ///
    /// Merging is associative and commutative, unless there are more group values than groups. The statistics for each
    /// group value are dropped if only one side has them, because the groups would then not add up to the whole.
    pub fn merge(&mut self, other: &Tally, groups_left: &mut usize) {
        self.deltas.merge(&other.deltas);
        for (seen, other) in self.seen.iter_mut().zip(&other.seen) {
            *seen += other;
        }
        self.first_without_key += other.first_without_key;
        self.expired += other.expired;
        self.outside += other.outside;
        self.first_row = self.first_row.into_iter().chain(other.first_row).min();
        self.last_row = self.last_row.max(other.last_row);
        match (&mut self.groups, &other.groups) {
            (Some(groups), Some(other)) => groups.merge(other, groups_left),
            (groups, _) => *groups = None,
        }
    }
}
