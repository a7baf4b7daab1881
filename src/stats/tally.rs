//! The statistics of one loop.

use super::groups::Groups;
use super::transition::Transition;
use crate::event::{Nanos, Resolution};
use crate::matcher::Label;

/// All that is counted and measured of a loop.
pub struct Tally {
    /// Each transition, in order.
    pub transitions: Vec<Transition>,
    /// From the first position to the last.
    pub total: Transition,
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
            transitions: (1..positions).map(|_| Transition::new()).collect(),
            total: Transition::new(),
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

    /// Takes the times of a closed loop's positions, printed in `resolution`.
    pub fn record(&mut self, times: &[u64], resolution: Resolution, label: Label) {
        if let Some(groups) = &mut self.groups {
            groups.record(label, times, resolution);
        }
        for (transition, pair) in self.transitions.iter_mut().zip(times.windows(2)) {
            transition.record(Nanos(pair[1] - pair[0]), resolution);
        }
        let total = times[times.len() - 1] - times[0];
        self.total.record(Nanos(total), resolution);
        let now = Some((Nanos(times[times.len() - 1]), resolution));
        self.first = self.first.or(now);
        self.last = now;
    }
}
