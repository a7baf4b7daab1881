//! The statistics of a loop's deltas.

use super::transition::Transition;
use crate::event::{Nanos, Resolution};

/// Each transition of a loop and their total.
pub struct Deltas {
    /// None where there is but one, which is the total.
    each: Vec<Transition>,
    total: Transition,
}

impl Deltas {
    /// Nothing yet, of a loop with so many positions, at least 2.
    pub fn new(positions: usize) -> Self {
        let each = if positions > 2 { positions - 1 } else { 0 };
        Deltas { each: (0..each).map(|_| Transition::new()).collect(), total: Transition::new() }
    }

    /// Takes the times of a closed loop's positions, printed in `resolution`.
    pub fn record(&mut self, times: &[u64], resolution: Resolution) {
        for (transition, pair) in self.each.iter_mut().zip(times.windows(2)) {
            transition.record(Nanos(pair[1] - pair[0]), resolution);
        }
        self.total.record(Nanos(times[times.len() - 1] - times[0]), resolution);
    }

    /// From each position to the next, in order.
    pub fn transitions(&self) -> &[Transition] {
        if self.each.is_empty() { std::slice::from_ref(&self.total) } else { &self.each }
    }

    /// From the first position to the last.
    pub fn total(&self) -> &Transition {
        &self.total
    }
}
