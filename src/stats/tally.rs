//! The statistics of one loop.

use super::deltas::Deltas;
use super::groups::Groups;
use crate::event::{Nanos, Resolution};
use crate::key::GroupValue;

/// All that is counted and measured of a loop.
pub struct Tally {
    /// The statistics of its deltas.
    pub deltas: Deltas,
    /// Events seen at each position.
    pub seen: Vec<u64>,
    /// The time of the first row.
    pub first: Option<(Nanos, Resolution)>,
    /// The time of the last row.
    pub last: Option<(Nanos, Resolution)>,
    /// Apart by label, where that is asked for.
    pub groups: Option<Groups>,
}

impl Tally {
    /// Nothing yet, of a loop with so many positions; `grouped`: loops that
    /// close have labels, and statistics of each.
    pub fn new(positions: usize, grouped: bool) -> Self {
        Tally {
            deltas: Deltas::new(positions),
            seen: vec![0; positions],
            first: None,
            last: None,
            groups: grouped.then(|| Groups::new(positions)),
        }
    }

    /// Counts an event at a set of positions.
    pub fn saw(&mut self, positions: u32) {
        let mut left = positions;
        while left != 0 {
            self.seen[left.trailing_zeros() as usize] += 1;
            left &= left - 1;
        }
    }

    /// How many loops have closed.
    pub fn closed(&self) -> u64 {
        self.deltas.total().count()
    }

    /// Takes the times of a closed loop's positions, printed in `resolution`;
    /// `groups_left` is how many new groups there may still be.
    pub fn record(&mut self, times: &[u64], resolution: Resolution, label: &GroupValue, groups_left: &mut usize) {
        if let Some(groups) = &mut self.groups {
            groups.record(label, times, resolution, groups_left);
        }
        self.deltas.record(times, resolution);
        let now = Some((Nanos(times[times.len() - 1]), resolution));
        self.first = self.first.or(now);
        self.last = now;
    }
}
