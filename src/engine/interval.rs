//! The current interval of trace time (`-I`).

use crate::event::Nanos;
use crate::pattern::CategoryCounts;
use crate::stats::Ledger;
use std::time::Instant;

/// The current interval. All intervals have the same length. The first one of a recording begins with the first event.
pub(super) struct Interval {
    /// The length in nanoseconds.
    length: u64,
    /// The time in nanoseconds at which the interval begins; `None` before the first event of a recording.
    from: Option<u64>,
    /// The counts of the run at the beginning of the interval. The difference to the current counts belongs to the
    /// interval.
    pub(super) before: Ledger,
    /// The number of events of each category at the beginning of the interval.
    pub(super) categories_before: CategoryCounts,
    /// The number of bytes in the lines of the interval, without the last line. The last line may end the interval, and
    /// then it does not belong to it.
    bytes: u64,
    /// The number of bytes in the last line.
    last_line: u64,
    /// The moment at which the interval began on the clock of this machine. The time that the run took is counted from
    /// it.
    pub(super) began: Instant,
}

impl Interval {
    /// Creates the first interval of a run. It begins with the first event.
    pub(super) fn new(length: Nanos) -> Self {
        Interval {
            length: length.0.max(1),
            from: None,
            before: Ledger::default(),
            categories_before: CategoryCounts::default(),
            bytes: 0,
            last_line: 0,
            began: Instant::now(),
        }
    }

    /// Begins the first interval of a recording at the time of its first event. Calls for later events change nothing.
    pub(super) fn begin_with(&mut self, time: Nanos) {
        self.from.get_or_insert(time.0);
    }

    /// Returns whether the interval begins later than this time.
    pub(super) fn begins_behind(&self, time: Nanos) -> bool {
        self.from.is_some_and(|from| from > time.0)
    }

    /// Returns whether an event of this time is behind the end of the interval. An event from before its beginning
    /// stays in the interval.
    pub(super) fn ends_before(&self, time: Nanos) -> bool {
        let since = self.from.and_then(|from| time.0.checked_sub(from));
        since.is_some_and(|since| since >= self.length)
    }

    /// Returns the first time that belongs to the interval, and the first one behind it; `None` before the first event
    /// of a recording.
    pub(super) fn span(&self) -> Option<(Nanos, Nanos)> {
        self.from.map(|from| (Nanos(from), Nanos(from.saturating_add(self.length))))
    }

    /// Adds the bytes of a line. While an event is held back (`holds_event`), its line and all lines read since count
    /// as the last line.
    pub(super) fn take_line_bytes(&mut self, bytes: u64, holds_event: bool) {
        if !holds_event {
            self.bytes += std::mem::take(&mut self.last_line);
        }
        self.last_line += bytes;
    }

    /// Returns the number of bytes in the lines of the interval. If the last line has ended the interval, it does not
    /// count.
    pub(super) fn bytes(&self, ended_by_line: bool) -> u64 {
        self.bytes + if ended_by_line { 0 } else { self.last_line }
    }

    /// Begins the interval to which `time` belongs. `None` stands for the next recording, whose first event will begin
    /// the interval.
    pub(super) fn begin(&mut self, time: Option<Nanos>, before: Ledger, categories_before: CategoryCounts) {
        if time.is_none() {
            self.last_line = 0;
        }
        self.from = match (self.from, time) {
            (Some(from), Some(Nanos(time))) if time >= from => Some(time - (time - from) % self.length),
            // The clock stepped back. The interval begins a whole number of lengths before the last one.
            (Some(from), Some(Nanos(time))) => {
                let steps = (from - time).div_ceil(self.length);
                Some(from.saturating_sub(steps.saturating_mul(self.length)))
            }
            _ => None,
        };
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
        let mut interval = Interval::new(Nanos(10));
        interval.begin_with(Nanos(3));
        assert!(!interval.ends_before(Nanos(3)));
        assert!(!interval.ends_before(Nanos(12)));
        assert!(!interval.ends_before(Nanos(0)));
        assert!(interval.ends_before(Nanos(13)));
        interval.begin(Some(Nanos(1_000_007)), Ledger::default(), CategoryCounts::default());
        assert_eq!(interval.span(), Some((Nanos(1_000_003), Nanos(1_000_013))));
        interval.begin(Some(Nanos(1_000_002)), Ledger::default(), CategoryCounts::default());
        assert_eq!(interval.span(), Some((Nanos(999_993), Nanos(1_000_003))));
        interval.begin(Some(Nanos(9)), Ledger::default(), CategoryCounts::default());
        assert_eq!(interval.span(), Some((Nanos(3), Nanos(13))));
        interval.begin(Some(Nanos(1)), Ledger::default(), CategoryCounts::default());
        assert_eq!(interval.span(), Some((Nanos(0), Nanos(10))));
        interval.begin(None, Ledger::default(), CategoryCounts::default());
        assert_eq!(interval.span(), None);
        interval.begin_with(Nanos(5));
        assert!(!interval.ends_before(Nanos(5)));
        assert_eq!(interval.span(), Some((Nanos(5), Nanos(15))));
    }
}
