//! The statistics of all transitions of a loop.

use super::transition::Transition;
use crate::event::{Nanos, Resolution};

/// The statistics of each transition of a loop, from one position to the next, and of the total from the first position
/// to the last.
#[derive(Clone, Debug)]
pub struct Deltas {
    /// One for each transition. It is empty if the loop has only one transition, because then `total` has the same
    /// statistics.
    transitions: Vec<Transition>,
    total: Transition,
}

impl Deltas {
    /// Creates empty statistics for a loop with `positions` positions, at least 2.
    pub fn new(positions: usize) -> Self {
        let transitions = if positions > 2 { positions - 1 } else { 0 };
        Deltas { transitions: (0..transitions).map(|_| Transition::new()).collect(), total: Transition::new() }
    }

    /// Adds a closed loop. `times` has the time of each position in nanoseconds. `resolution` is the one in which the
    /// input printed the times.
    pub fn record(&mut self, times: &[u64], resolution: Resolution) {
        for (transition, pair) in self.transitions.iter_mut().zip(times.windows(2)) {
            transition.record(Nanos(pair[1] - pair[0]), resolution);
        }
        self.total.record(Nanos(times[times.len() - 1] - times[0]), resolution);
    }

    /// Adds all closed loops of `other`, which must have the same number of positions.
    pub fn merge(&mut self, other: &Deltas) {
        for (transition, other) in self.transitions.iter_mut().zip(&other.transitions) {
            transition.merge(other);
        }
        self.total.merge(&other.total);
    }

    /// Returns the statistics of a transition, counted from 0; those of the total for `None`. A loop with only one
    /// transition has its statistics in the total. Returns `None` if the loop has no such transition.
    pub fn of_mut(&mut self, transition: Option<usize>) -> Option<&mut Transition> {
        match transition {
            None => Some(&mut self.total),
            Some(at) => self.transitions.get_mut(at),
        }
    }

    /// Returns the statistics of each transition, from one position to the next, in the order of the loop.
    pub fn transitions(&self) -> &[Transition] {
        if self.transitions.is_empty() { std::slice::from_ref(&self.total) } else { &self.transitions }
    }

    /// Returns the statistics of the time from the first position to the last.
    pub fn total(&self) -> &Transition {
        &self.total
    }
}
