//! What is counted and measured in one span of trace time (`-I`).

use crate::event::{Nanos, Resolution};
use crate::key::GroupValue;
use crate::pattern::CategoryCounts;
use crate::stats::Ledger;
use crate::stats::{Groups, Tally};
use std::time::Instant;

/// The interval that runs now. Intervals are of one length; the first begins
/// with the first event of its recording.
pub struct Interval {
    length: u64,
    from: Option<u64>,
    /// What closed in it, by loop.
    pub tallies: Vec<Tally>,
    groups_left: usize,
    /// What had been counted when it began.
    pub before: Ledger,
    /// How many events of each category had been seen when it began.
    pub categories_before: CategoryCounts,
    /// Bytes of its lines before the last one, and of that.
    bytes: u64,
    last_line: u64,
    /// When it began, on the clock on the wall.
    pub began: Instant,
}

impl Interval {
    /// Begins with the first event; `tallies` are of its loops, with nothing in them.
    pub fn new(length: Nanos, tallies: Vec<Tally>) -> Self {
        Interval {
            length: length.0.max(1),
            from: None,
            tallies,
            groups_left: Groups::MAX_OF_ALL,
            before: Ledger::default(),
            categories_before: CategoryCounts::default(),
            bytes: 0,
            last_line: 0,
            began: Instant::now(),
        }
    }

    /// Begins the first interval of a recording with its first event.
    pub fn begin_with(&mut self, time: Nanos) {
        self.from.get_or_insert(time.0);
    }

    /// Whether an event of this time is beyond it. Time that steps back stays in it.
    pub fn ends_before(&self, time: Nanos) -> bool {
        let since = self.from.and_then(|from| time.0.checked_sub(from));
        since.is_some_and(|since| since >= self.length)
    }

    /// Its first moment, and that of the one behind it.
    pub fn span(&self) -> Option<(Nanos, Nanos)> {
        self.from.map(|from| (Nanos(from), Nanos(from.saturating_add(self.length))))
    }

    /// Takes a line of so many bytes.
    pub fn take_line(&mut self, bytes: u64) {
        self.bytes += self.last_line;
        self.last_line = bytes;
    }

    /// Bytes of its lines, without the last one where that ended it.
    pub fn bytes(&self, ended_by_line: bool) -> u64 {
        self.bytes + if ended_by_line { 0 } else { self.last_line }
    }

    /// Whether no loop closed in it.
    pub fn is_empty(&self) -> bool {
        self.tallies.iter().all(|tally| tally.closed() == 0)
    }

    /// Takes a loop that closed in it.
    #[inline(never)]
    pub fn closed(&mut self, loop_index: usize, times: &[u64], resolution: Resolution, label: &GroupValue) {
        self.tallies[loop_index].record(times, resolution, label, &mut self.groups_left);
    }

    /// Begins the interval that holds `time`; `None`: the one of the next recording's first event.
    pub fn begin(&mut self, time: Option<Nanos>, before: Ledger, categories_before: CategoryCounts) {
        if time.is_none() {
            self.last_line = 0;
        }
        self.from = match (self.from, time) {
            (Some(from), Some(Nanos(time))) => Some(time - time.saturating_sub(from) % self.length),
            _ => None,
        };
        for tally in &mut self.tallies {
            *tally = Tally::new(tally.seen.len(), tally.groups.is_some());
        }
        self.groups_left = Groups::MAX_OF_ALL;
        (self.before, self.categories_before) = (before, categories_before);
        self.bytes = 0;
        self.began = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_is_stepped_over() {
        let mut interval = Interval::new(Nanos(10), vec![Tally::new(2, false)]);
        interval.begin_with(Nanos(3));
        assert!(!interval.ends_before(Nanos(3)));
        assert!(!interval.ends_before(Nanos(12)));
        assert!(!interval.ends_before(Nanos(0)));
        assert!(interval.ends_before(Nanos(13)));
        interval.begin(Some(Nanos(1_000_007)), Ledger::default(), CategoryCounts::default());
        assert_eq!(interval.span(), Some((Nanos(1_000_003), Nanos(1_000_013))));
        interval.begin(None, Ledger::default(), CategoryCounts::default());
        assert_eq!(interval.span(), None);
        interval.begin_with(Nanos(5));
        assert!(!interval.ends_before(Nanos(5)));
        assert_eq!(interval.span(), Some((Nanos(5), Nanos(15))));
    }
}
